"""What a review looks like: the comment (goldens: `python -m tests.gate.test_answer` writes them), the terminal, the command."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import markdown  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from generator.cli import main
from generator.gate.answer import LIMIT, MARKER, answer
from generator.gate.facts import facts
from generator.gate.markdown import escape, link, wide
from generator.gate.review import MOST_FILES, MOST_NOTES, review
from generator.gate.reviewed import Note, Review
from generator.gate.screen import LINES, screen
from generator.text import LOUD
from tests.gate.pushes import ZIGUI, edited, push
from tests.gate.repository import Bare, small
from tests.gate.scenes import SCENES
from tests.support import ROOT, base

GOLDEN = ROOT / "tests" / "golden" / "gate"


@pytest.mark.parametrize("name", SCENES)
def test_the_comment_is_the_golden(name: str) -> None:
    assert answer(review(SCENES[name]())) == (GOLDEN / f"{name}.md").read_text(encoding="utf-8")


class Parts(HTMLParser):
    """Elements with their attributes, and the pieces of text between tags."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.texts: list[str] = []
        self.open = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(attrs)))
        self.open = False

    def handle_endtag(self, tag: str) -> None:
        self.open = False

    def handle_comment(self, data: str) -> None:
        self.elements.append(("!", ((data, None),)))

    def handle_data(self, data: str) -> None:
        self.texts[-1:] = [self.texts[-1] + data] if self.open else [*self.texts[-1:], data]
        self.open = True


READER = markdown.Markdown(extensions=["tables", "fenced_code", "footnotes", "attr_list"])


def rendered(text: str) -> Parts:
    return Parts(READER.reset().convert(text))


# What GitHub, Gitea and the like act on after Markdown is read, in a piece of text between two tags.
CALLS = re.compile(
    r"@[\w-]|\w@|#[0-9]|\bGH-[0-9]|[!~%][0-9]\b|\$[^$]*\$|:[\w+-]+:|://|\bwww\.\w|\b(?=[0-9]*[a-f])[0-9a-f]{7,40}\b",
    re.IGNORECASE | re.ASCII,
)
CALLING = [
    "@octocat",
    "@github/everyone",
    "a@b.example",
    "#12",
    "owner/repo#12",
    "GH-12",
    "gh-7",
    "!5",
    "owner/repo@0123abc",
    "0123456789abcdef0123456789abcdef01234567",
    "deadbee",
    "https://evil.example/x",
    "http://evil.example",
    "ftp://evil.example",
    "www.evil.example",
    "mailto:a@b.example",
    "xmpp:a@b.example",
    ":tada:",
    ":100:",
    ":+1:",
    "$x$",
]
ACTING = [
    "<script>alert(1)</script>",
    "<img src=x onerror=y>",
    "<!-- x -->",
    "</details>",
    "<details open>",
    "&lt;b&gt;",
    "&#64;x",
    "**粗**",
    "__b__",
    "_i_",
    "~~s~~",
    "`code`",
    "```",
    "~~~",
    "[a](javascript:x)",
    "![a](https://evil.example/x.png)",
    "[a]: https://evil.example",
    "[^1]",
    "[ ] todo",
    "- x",
    "+ x",
    "* x",
    "1. x",
    "1) x",
    "# x",
    "> x",
    "> [!NOTE]",
    "---",
    "===",
    "| a | b |",
    "a | b",
    "\\|",
    "\\",
    "{: onclick=x }",
    "    code",
    "a  ",
    "<https://evil.example>",
    "{{ x }}",
    "{% x %}",
    "${{ x }}",
    "::set-output name=x::y",
    "##[group]x",
    "[[wiki]]",
    "/close",
    "\\@octocat",
]
PIECES = st.sampled_from(
    CALLING + ACTING + ["秭归县", "班次 zigui-1", "（", "）", " ", "-", ".", "a", "7", "www", "GH"]
)
HOSTILE = st.lists(
    st.one_of(PIECES, st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)),
    max_size=6,
).map("".join)


@given(HOSTILE)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example("a@b.example https://evil.example www.evil.example deadbeef1 #1 GH-1 :tada: $x$")
def test_escaped_text_shows_as_it_is_and_calls_nobody(text: str) -> None:
    """In a list item, after bold, as the comment has it."""
    parts = rendered(f"- **甲** {escape(text)} 乙")
    assert {tag for tag, attrs in parts.elements if not attrs} == {tag for tag, _ in parts.elements}
    assert {tag for tag, _ in parts.elements} <= {"ul", "li", "strong", "span"}
    assert "".join(parts.texts).strip("\n") == f"\n甲 {LOUD.sub(chr(0xFFFD), text)} 乙".strip("\n")
    assert [piece for piece in parts.texts if CALLS.search(piece)] == []


@pytest.mark.parametrize("text", CALLING)
def test_what_calls_is_broken_in_two(text: str) -> None:
    """Each is seen by what comes after the reader as it stands, and is no longer when escaped."""
    assert CALLS.search(text) or text in {":100:", "!5"}
    parts = rendered(f"前 {escape(text)} 后")
    assert len(parts.texts) > 1
    assert [piece for piece in parts.texts if CALLS.search(piece)] == []
    assert "".join(parts.texts) == f"前 {text} 后"


@pytest.mark.parametrize("text", ["a | b", "\\|", "`|`", "**x** | @y"])
def test_escaped_text_stays_in_its_cell(text: str) -> None:
    parts = rendered(f"| 甲 | 乙 |\n| --- | --- |\n| {escape(text)} | 丙 |")
    assert [tag for tag, _ in parts.elements].count("td") == 2
    assert text in "".join(parts.texts)


@given(HOSTILE)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_text_to_paste_does_nothing_where_it_is_pasted(text: str) -> None:
    parts = rendered(f"1. 第 3 行：{wide(text)}〔PL002〕")
    assert {tag for tag, _ in parts.elements} <= {"ol", "li"}
    assert [piece for piece in parts.texts if CALLS.search(piece)] == []


def test_text_to_paste_stays_readable() -> None:
    assert (
        wide("请改为 0（方案 三(一)7(4)），@王：09:30，base-yichang")
        == "请改为 0（方案 三(一)7(4)），＠王：09:30，base-yichang"
    )


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "https://a.example/)x",
        "https://u@a.example/",
        "//a.example/",
        "https://a.example/?q",
        "",
    ],
)
def test_only_plain_addresses_become_links(address: str) -> None:
    assert link("PL002", address) == "PL002"
    assert link("PL002", "https://siwu.example/rules/#pl002") == "[PL002](https://siwu.example/rules/#pl002)"


NASTY = (
    "@octocat #12 <script>x</script> </details> ![i](https://evil.example/i.png) https://evil.example `c` **b** "
    "| a ~~~~~~ :tada: ##[group]x ::error::y"
)
OURS = {
    *("h2", "h3", "ul", "li", "strong", "p", "a", "span", "sub", "b", "details", "summary", "pre", "code"),
    *("table", "thead", "tbody", "tr", "th", "td", "!", "ol", "br"),
}


def hostile(shape: Any, text: str, count: int) -> Any:
    """A value of a type in which every text is hostile and every list has `count` items."""
    if get_origin(shape) is tuple:
        return tuple(hostile(get_args(shape)[0], text, count) for _ in range(count))
    if is_dataclass(shape):
        hints = get_type_hints(shape)
        made: Any = shape
        return made(**{field.name: hostile(hints[field.name], text, count) for field in fields(shape)})
    return {str: text, int: 7, bool: True}[shape]


def test_a_review_of_hostile_texts_only_shows_them() -> None:
    made: Review = replace(hostile(Review, NASTY, 2), base_url="https://siwu.example/", returning=wide(NASTY))
    for refused in (True, False):
        text = answer(replace(made, refused=refused))
        assert text.startswith(f"{MARKER}\n")
        parts = rendered(text)
        assert {tag for tag, _ in parts.elements} <= OURS
        links = [attrs for tag, attrs in parts.elements if tag == "a"]
        assert all(str(dict(attrs)["href"]).startswith("https://siwu.example/") for attrs in links)
        assert text.count("</details>") == text.count("<details>")
        assert [piece for piece in parts.texts if CALLS.search(piece)] == []


LONG = "@" * 401


@pytest.mark.parametrize("text", [LONG, "中" * 401, "a" * 401])
def test_the_comment_always_fits(text: str) -> None:
    """The largest review there can be, every character at its longest."""
    made: Review = hostile(Review, text, 30)
    notes = tuple(made.blocking[0] for _ in range(MOST_NOTES))
    made = replace(
        made,
        blocking=notes,
        others=tuple(replace(one, severity="warning") for one in notes),
        known=notes,
        more_blocking=2800,
        files=made.files * (MOST_FILES // 30),
        returning="\n".join([wide(text)] * 200),
    )
    for refused in (True, False):
        said = answer(replace(made, refused=refused))
        assert len(said) <= LIMIT
        assert "### 必须改（3000 处）" in said
        assert "没有列出" in said
        assert len(re.findall("<details>", said)) == said.count("</details>")


def test_what_was_cut_is_counted() -> None:
    note = Note(
        code="PL002",
        title="",
        severity="error",
        path=ZIGUI,
        name="秭归县",
        line=3,
        column=1,
        message="少" * 380,
        remedy="请增加",
    )
    made = replace(hostile(Review, "x", 0), blocking=(note,) * 190, more_blocking=10)
    said = answer(made)
    shown = len(re.findall("^- \\*\\*第 3 行", said, re.MULTILINE))
    assert 100 < shown < 190
    assert f"**另有 {200 - shown} 处没有列出**" in said


def test_the_first_screen_answers() -> None:
    """The verdict, whose it is, by when, and what each of the two does next, before anything that unfolds."""
    for make in SCENES.values():
        lines = answer(review(make())).splitlines()
        assert lines[1].startswith(("## ✅ 可以合并", "## ❌ 不能合并"))
        head = lines[: lines.index("", 3)]
        assert len(head) <= 10
        assert [line for line in head if line.startswith("- **审核人**")]


def test_the_terminal_shows_the_worst_within_a_screen() -> None:
    made = review(SCENES["bad"]())
    assert screen(made) == (
        "不能接收：有 6 处要先改\n"
        "  宜昌市填报账号（9000104），新增 1 个文件：宜昌市秭归县 2022年培训计划\n"
        "  期限 2022年3月31日，已逾期 6 天（按提交时刻算），照常备案，天数记入登记簿\n"
        "必须改：\n"
        "· data/plans/2022/yichang/zigui.yml（宜昌市秭归县 2022年培训计划）\n"
        "    PL009 第 4 行：主办单位缺少服务宜昌市的省级培训基地（方案 三(一)4）。请加上省级知识产权培训（宜昌）基地（base-yichang）。\n"
        "    PL002 第 6 行：全年计划培训 90 人，少于 100 人（方案 二(二)1、三(一)7(1)）。请增加班次或人数后重新提交。\n"
        "    PL003 第 9 行：班次 zigui-1 的开班日期3月30日不在规定的4月1日至11月30日之内（方案 三(一)1）。"
        "请把开班日期改到4月1日或以后。\n"
        "    PL004 第 11 行：班次 zigui-1 的场地“兴山县示例会议中心”在兴山县，不在秭归县辖区内（方案 三(一)2）。"
        "请改用秭归县的场地；如果只是县区代码填错，请改正代码。\n"
        "    PL018 第 12 行：班次 zigui-1 的科技型中小企业 95 人，多于全班 90 人。请核对该类人数和培训人数。\n"
        "    PL008 第 22 行：班次 zigui-1 计划向学员收取 50 元，不得收费（方案 三(一)7(4)、四(三)）。"
        "请改为 0，并另行落实经费来源。\n"
        "下一步：照“必须改”逐条改好，在原来的分支上再提交一次，系统会自动重新检查。\n"
    )


def test_the_terminal_never_shows_more_than_it_may() -> None:
    made: Review = hostile(Review, NASTY, 20)
    notes = tuple(replace(made.blocking[0], path=f"data/{index // 3}.yml") for index in range(MOST_NOTES))
    for refused in (True, False):
        said = screen(replace(made, refused=refused, blocking=notes, others=notes, more_blocking=800))
        lines = said.splitlines()
        assert len(lines) <= LINES
        assert lines[-1].startswith("下一步：")
        assert [line for line in lines if re.match(r"\s*::", line) or "##[" in line] == []
        if refused:
            shown = sum(line.startswith("    ") for line in lines)
            assert f"  还有 {1000 - shown} 处没有列出。" in lines


def test_a_passing_push_is_told_what_it_changed() -> None:
    assert screen(review(SCENES["office"]())).splitlines() == [
        "可以接收：没有必须改的问题",
        "  省局办公室账号（9000001），修改 2 个文件：2022年选派名单、2022年度方案",
        "改了什么（2 处）：",
        "    2022年选派名单：实战师资：王实战（4月1日—11月30日）改为 王实战（4月1日—12月31日）",
        "    2022年度方案：备案期限 3月31日→4月15日",
        "下一步：不用再做什么，等审核人审核。",
    ]


@pytest.fixture(scope="module")
def pushed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bare, str, str]:
    bare, first = small(tmp_path_factory.mktemp("answer"))
    files = edited((ZIGUI, {"classes/0/trainees/total": 90, "classes/0/trainees/tags/tech-sme": 50}))
    return bare, first, bare.commit({ZIGUI: files[ZIGUI]}, first)


def run(pushed: tuple[Bare, str, str], *more: str) -> int:
    bare, old, new = pushed
    return main(
        ["gate", "--git-dir", str(bare.git_dir), "--old", old, "--new", new, "--user", "9000104", *more]
    )


def test_the_command_speaks_every_format(
    pushed: tuple[Bare, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    said = {}
    for name in ("text", "json", "markdown", "github"):
        assert run(pushed, "--as-of", "2022-03-20", "--format", name) == 1
        said[name] = capsys.readouterr().out
    assert said["text"].startswith("不能接收：有 1 处要先改\n")
    assert '"refused": true' in said["json"]
    assert said["markdown"].startswith(f"{MARKER}\n## ❌ 不能合并：有 1 处要先改\n")
    first, *_, last = said["github"].splitlines()
    assert first.startswith(f"::error file={ZIGUI},line=9,col=1,title=PL002 ")
    assert last == "不能合并：有 1 处要先改"


def test_the_command_writes_files_beside(
    pushed: tuple[Bare, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, data = tmp_path / "comment.md", tmp_path / "report.json"
    assert run(pushed, "--markdown", str(page), "--json", str(data)) == 1
    assert page.read_text(encoding="utf-8").startswith(MARKER)
    assert '"version": 1' in data.read_text(encoding="utf-8")
    assert run(pushed, "--json", str(tmp_path / "no" / "report.json")) == 2
    assert "写不了" in capsys.readouterr().err


def test_json_and_comment_come_from_one_review() -> None:
    made = review(push(base(), edited((ZIGUI, {"remark": "好"}))))
    assert made.sentence in facts(made)
    assert escape(made.sentence) in answer(made)


def write_goldens() -> None:
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name, make in SCENES.items():
        (GOLDEN / f"{name}.md").write_text(answer(review(make())), encoding="utf-8")


if __name__ == "__main__":
    write_goldens()
