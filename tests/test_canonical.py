"""One text a record: it reads back as the same data, is written the same again, and keeps to its width."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.canonical import WIDTH, Order, columns, dump, header_for, nfc, text
from generator.load import load
from generator.schema import Schemas
from generator.text import HIDDEN
from generator.tree import Directory
from tests.support import BASE, ROOT, canonical, read

ORDER = Order({"county": Order(), "classes": Order({"id": Order(), "title": Order()})})
HEADER = "../schemas/plan.schema.json"

# Everything YAML 1.1, YAML 1.2 or a spreadsheet might read as something else, and characters that need care.
NASTY = [
    *("", " ", "yes", "No", "on", "y", "null", "~", "true", "False", "0123", "1:30", "1e3", "2022-01-01", "1_000"),
    *(".inf", ".NaN", "0x1F", "<<", "=", "-", "- a", "? a", "a: b", "a:", ":a", "a #b", "#a", "a, b", "[a", "a]", "{a"),
    *("&a", "*a", "!a", "|", ">", "%a", "@a", "`a", "'a", 'a"b', "a\\b", "a\nb", "a\r\nb", "a\tb", "\ta", "a ", " a"),
    *("a\u3000", "\u3000a", "秭归：县", "秭归: 县", "（示例）", "“示例”", "a：", "e\u0301", "é", "\u212b", "𬭎", "䶮", "\uf907"),
    *("\x7f", "\x85", "\xa0", "a\u2028b", "a\u2029b", "\ufeff", "a\ufeff", "a\ufffe", "a\uffff", "a\u200b", "\U0001fffe"),
    *("---", "--- a", "...", "0" * 64, "deadbeef" * 4, "a" * 200, "示" * 100, "a:b", "http://a.example/", "0717-0000000"),
]  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.text(st.sampled_from("ab:-#,[]{}&*!|>%@`\"'\\ \n\t?：，é秭0~."), max_size=8),
)
DATA = st.dictionaries(
    TEXTS,
    st.recursive(
        st.one_of(st.integers(-(10**14), 10**14), st.booleans(), st.none(), TEXTS),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
        max_leaves=25,
    ),
    max_size=5,
)


def settled(data: Any) -> Any:
    """The data as it is written: texts in NFC."""
    if isinstance(data, str):
        return nfc(data)
    if isinstance(data, dict):
        return {nfc(key): settled(value) for key, value in data.items()}
    return [settled(item) for item in data] if isinstance(data, list) else data


def distinct(data: Any) -> bool:
    """Whether no two names of an object are one in NFC."""
    if isinstance(data, dict):
        return len({nfc(key) for key in data}) == len(data) and all(map(distinct, data.values()))
    return all(map(distinct, data)) if isinstance(data, list) else True


def loaded(written: str) -> Any:
    data, problems = load(written.encode(), "data/x.yml")
    assert {problem.code for problem in problems} <= {"FI016", "FI017"}, problems
    return data


@settings(max_examples=300)
@given(DATA.filter(bool).filter(distinct))
@example({value: value for value in NASTY if value not in {"\u212b", "é"}})
@example({"a": [[], {}, [[]], [{}], {"b": []}, {"b": [[1], [{"c": 2}]]}]})
def test_every_record_reads_back_as_written_and_is_written_the_same_again(data: dict[str, Any]) -> None:
    written = dump(data, ORDER, HEADER)
    assert loaded(written) == settled(data)
    assert dump(loaded(written), ORDER, HEADER) == written


@settings(max_examples=200)
@given(DATA.filter(bool).filter(distinct))
def test_other_yaml_readers_see_the_same_texts(data: dict[str, Any]) -> None:
    written = dump(data, ORDER, HEADER)
    if not HIDDEN.search(written):
        assert yaml.safe_load(written) == settled(data)


@settings(max_examples=200)
@given(DATA.filter(bool).filter(distinct))
def test_lines_end_once_and_containers_keep_to_the_width(data: dict[str, Any]) -> None:
    written = dump(data, ORDER, HEADER)
    assert written.endswith("\n")
    assert not written.endswith("\n\n")
    assert "\r" not in written
    assert "\t" not in written
    for line in written.split("\n")[:-1]:
        content = line.lstrip(" -")
        if line.endswith(("]", "}")) and not content.endswith(("[]", "{}")) and not _quoted(content):
            assert columns(line) <= WIDTH, line


def _quoted(content: str) -> bool:
    """Whether the line holds one long text that merely ends in a bracket."""
    value = loaded(f"{content}\n")
    return not isinstance(value, dict) or not isinstance(next(iter(value.values())), (dict, list))


def records(root: Path) -> list[str]:
    kinds = Schemas.read(Directory(ROOT))
    found = [path.relative_to(root).as_posix() for path in sorted((root / "data").rglob("*.yml"))]
    return [path for path in found if kinds.kind_of(path)]


@pytest.mark.parametrize("root", [ROOT, BASE], ids=["data", "base"])
def test_the_records_stand_as_the_writer_writes_them(root: Path) -> None:
    paths = records(root)
    assert paths
    for path in paths:
        raw = (root / path).read_bytes()
        written = canonical(path, read(path, raw))
        assert written == raw, path
        assert read(path, written) == read(path, raw)


def test_one_line_where_it_fits_block_where_not() -> None:
    fits, too_wide = "示" * 52, "示" * 53
    data = {
        "classes": [
            {"title": "示例", "id": "a-1", "tags": {"x": 1}},
            {"id": "a-2", "sessions": [{"b": 1}, {"b": 2}], "list": ["x" * 60, "y" * 60]},
        ],
        "county": "420527",
        "empty": [],
        "none": {},
        "wide": {"text": fits},
        "wider": {"text": too_wide},
    }
    assert dump(data, ORDER, HEADER).splitlines() == [
        "# yaml-language-server: $schema=../schemas/plan.schema.json",
        'county: "420527"',
        "classes:",
        "  - {id: a-1, title: 示例, tags: {x: 1}}",
        "  - id: a-2",
        "    sessions:",
        "      - {b: 1}",
        "      - {b: 2}",
        "    list:",
        f"      - {'x' * 60}",
        f"      - {'y' * 60}",
        "empty: []",
        "none: {}",
        f"wide: {{text: {fits}}}",
        "wider:",
        f"  text: {too_wide}",
    ]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("秭归县知识产权局", "秭归县知识产权局"),
        ("zigui-ipo", "zigui-ipo"),
        ("420527", '"420527"'),
        ("2022-05-17", '"2022-05-17"'),
        ("0717-0000000", '"0717-0000000"'),
        ("2022年秭归县培训班", '"2022年秭归县培训班"'),
        ("", '""'),
        ("yes", '"yes"'),
        ("NO", '"NO"'),
        ("https://a.example/", "https://a.example/"),
        ("a: b", '"a: b"'),
        ("a\nb", '"a\\nb"'),
        ("a\u2028b", '"a\\u2028b"'),
        ("a\ufffe", '"a\\ufffe"'),
        ("e\u0301", '"\u00e9"'),
    ],
)
def test_what_is_quoted(value: str, written: str) -> None:
    assert text(value) == written


def test_a_name_with_a_compatibility_ideograph_is_left_alone() -> None:
    name = "\uf907e\u0301"
    assert nfc(name) == name
    assert unicodedata.normalize("NFC", name) != name


def test_the_header_leads_from_the_record_to_its_schema() -> None:
    path = "data/plans/2022/yichang/zigui.yml"
    assert ((ROOT / path).parent / header_for(path, "plan")).resolve() == ROOT / "schemas/plan.schema.json"
    assert header_for("data/dataset.yml", "dataset") == "../schemas/dataset.schema.json"
