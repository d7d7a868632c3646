"""Whatever stands in a record is shown as it is, and does nothing: through Jinja, Markdown and HTML."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markdown import Markdown  # type: ignore[import-untyped]
from markupsafe import Markup

from generator.render import words
from generator.render.escape import FORBIDDEN, inert, setting
from generator.render.page import Page
from generator.render.templates import Templates, front_matter

SITE = Path(__file__).parents[1] / "site"
# What mkdocs.yml turns on, and what a later page may want.
EXTENSIONS = [
    "toc",
    "attr_list",
    "extra",
    "admonition",
    "sane_lists",
    "smarty",
    "pymdownx.emoji",
    "pymdownx.snippets",
    "pymdownx.tilde",
    "pymdownx.superfences",
]
HOSTILE = (
    "# x",
    "*x* _y_ **z** ~~w~~",
    "[a](javascript:alert(1))",
    "![a](http://evil.example/x.png)",
    "<javascript:alert(1)>",
    "{{ x }}",
    "{% x %}",
    "{# x #}",
    '--8<-- "README.md"',
    "a | b",
    "`code` ``code``",
    "```\nfence\n```",
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "</td></tr></table><h1>x</h1>",
    "&lt; &#60; &amp;#60; &nbsp;",
    "    indented",
    "\tindented",
    "---\ntitle: x\n---",
    "- item\n- item",
    "1. item",
    "> quote",
    ":material-x: :smile:",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    "x {: #y .z onclick=alert(1) }",
    "!!! note",
    "[^1]: note",
    "*[HTML]: x",
    "=SUM(A1)",
    "http://evil.example/",
    "line\nbreak  \nbreak",
    "back\\slash \\* \\",
    "wzxhzdk:0 klzzwxh:0000",
    "𬭎䶮㛃·“引号”……——",
    "\u3000全角空格\u3000",
)
# A first call loads the Markdown extensions, and the machine may be busy.
patient = settings(deadline=None)
text = st.text(st.characters(exclude_categories=["Cs"])).filter(lambda value: not FORBIDDEN.search(value))


class Reader(HTMLParser):
    """Text and attributes inside the element marked `id="here"`, and the tags met there."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.text = ""
        self.tags: list[str] = []
        self.title = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if self.depth:
            self.tags.append(tag)
            self.depth += 1
        elif ("id", "here") in attributes:
            self.depth = 1
            self.title = dict(attributes).get("title") or ""

    def handle_endtag(self, tag: str) -> None:
        self.depth -= self.depth > 0

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.text += data


def read(source: str) -> Reader:
    reader = Reader()
    reader.feed(Markdown(extensions=EXTENSIONS).convert(source))
    reader.close()
    return reader


def in_heading(value: str) -> Reader:
    return read(f"# top\n\n## {inert(value)} {{: #here }}\n\ntext\n")


def in_cell(value: str) -> Reader:
    return read(f"# top\n\n<table><tr><td id=here>{inert(value)}</td></tr></table>\n\ntext\n")


def in_paragraph(value: str) -> Reader:
    return read(f"# top\n\n{inert(value)}\n{{: #here }}\n\ntext\n")


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("place", [in_heading, in_cell, in_paragraph])
def test_hostile_text_shows_as_it_is(place: object, value: str) -> None:
    assert callable(place)
    found = place(value)
    assert found.tags == []
    assert found.text == value


@patient
@given(text)
def test_any_text_shows_as_it_is_in_a_table(value: str) -> None:
    found = in_cell(value)
    assert (found.text, found.tags) == (value, [])


@patient
@given(text.filter(bool))
def test_any_text_shows_as_it_is_in_a_heading(value: str) -> None:
    found = in_heading(value)
    assert (found.text, found.tags) == (value, [])


@patient
@given(text)
def test_any_text_stays_inside_an_attribute(value: str) -> None:
    found = read(f'# top\n\n<p id="here" title="{inert(value)}">x</p>\n')
    assert (found.title, found.text, found.tags) == (value, "x", [])


@patient
@given(st.text(st.characters()))
def test_inert_text_holds_no_character_anything_acts_on(value: str) -> None:
    shown = re.sub(r"&#[0-9]+;", "", inert(value))
    assert not re.search(r"[<>&\"'*_`#\[\](){}|\\~:=!+@^$\n\t\r]", shown)
    assert not FORBIDDEN.search(shown)
    shown.encode()


def test_forbidden_characters_are_replaced() -> None:
    assert inert("a\0b\x02c\ud800") == "a\ufffdb\ufffdc\ufffd"


def test_common_text_stays_readable() -> None:
    assert (
        inert("宜昌市 2022-05-17，4.5 学时、yichang-gaoxin") == "宜昌市 2022-05-17，4.5 学时、yichang-gaoxin"
    )


@pytest.mark.parametrize("value", [None, 1.5, True, ["x"], date(2022, 1, 1)])
def test_only_text_and_whole_numbers_are_shown(value: object) -> None:
    with pytest.raises(TypeError, match="a page can show"):
        inert(value)


def test_markup_is_left_alone() -> None:
    assert inert(Markup("<b>")) == "<b>"


@patient
@given(st.recursive(text | st.booleans() | st.integers(), lambda inner: st.dictionaries(text, inner)))
def test_a_setting_is_yaml_that_means_the_same(value: object) -> None:
    assert yaml.safe_load(setting(value)) == value


def write(site: Path, template: str) -> Templates:
    (site / "templates").mkdir(parents=True)
    (site / "templates" / "x.md.j2").write_text(template, encoding="utf-8")
    return Templates(site)


def page(**context: object) -> Page:
    return Page(path="a/b.md", template="x.md.j2", context=context, section="首页")


def test_a_template_escapes_without_being_asked(tmp_path: Path) -> None:
    templates = write(
        tmp_path, "{{ x }} {% macro m(y) %}<b>{{ y }}</b>{% endmacro %}{{ m(x) }} {{ x | lower }}"
    )
    assert templates.markdown(page(x="<A>")).endswith("&#60;A&#62; <b>&#60;A&#62;</b> &#60;a&#62;")


def test_a_name_nobody_gave_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError):
        write(tmp_path, "{{ missing }}").markdown(page())


def test_front_matter_holds_what_we_wrote() -> None:
    assert front_matter(page()) == '---\nsection: "首页"\ninside: false\n---\n\n'


@pytest.mark.parametrize(
    ("path", "home"),
    [("index.md", ""), ("rules.md", "../"), ("plans/index.md", "../"), ("plans/x.md", "../../")],
)
def test_the_way_home(path: str, home: str) -> None:
    assert Page(path=path, template="", context={}).home == home


@pytest.mark.parametrize("path", sorted(SITE.rglob("*.j2")), ids=lambda path: path.name)
def test_templates_hold_no_logic_and_trust_nothing(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    statements = set(re.findall(r"{%-?\s*(\w+)", source))
    # Constants alone, or what lays out a page.
    assert statements == {"set"} or statements <= {
        "for",
        "endfor",
        "if",
        "elif",
        "else",
        "endif",
        "macro",
        "endmacro",
        "from",
        "include",
    }
    assert not re.search(r"\|\s*safe\b|autoescape", source)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (date(2022, 5, 17), date(2022, 5, 17), "5月17日"),
        (date(2022, 5, 17), date(2022, 5, 19), "5月17日至19日"),
        (date(2022, 5, 31), date(2022, 6, 1), "5月31日至6月1日"),
        (date(2022, 5, 17), date(2023, 5, 17), "5月17日至2023年5月17日"),
    ],
)
def test_spans(start: date, end: date, said: str) -> None:
    assert words.span(start, end) == said


def test_words() -> None:
    assert words.day(date(2022, 3, 31)) == "2022年3月31日"
    assert words.number(10300) == "10,300"
    assert [words.lateness(days) for days in (0, 5)] == ["按期", "迟报 5 天"]
    assert words.listed(("甲", "乙")) == "甲、乙"
