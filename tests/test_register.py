"""The register contradicts itself nowhere, or says where; one condition a code."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.register import (
    FINDINGS,
    REMEDIES,
    append,
    dump,
    extends,
    late_days,
    latest,
    prefix,
    source,
    verify,
)
from generator.sign import GENESIS, canonical_json, chain

NUMBERS = {"certificate": "ZSCQZY", "filing": "示例备案登记", "approval": "示例审定登记"}
ZIGUI = "data/plans/2022/yichang/zigui.yml"
XINGSHAN = "data/plans/2022/yichang/xingshan.yml"
KAOHE = "data/assessments/2022/yichang/plan.yml"

Lines = list[dict[str, Any]]


def filed(lines: Lines, record: str, contents: str, day: str = "03-28", **more: str) -> dict[str, Any]:
    kind = more.pop("kind", "plan")
    fields = {
        "submission": "PR-12",
        "submitted": f"2022-{day}T08:30:00+08:00",
        "filed": f"2022-{day}T09:00:00+08:00",
        "due": "2022-03-31",
        "merge": "",
        "reviewer": "1000001",
        "amends": "",
        "prev": GENESIS,
    }
    return append(
        lines,
        prefix=prefix(kind, NUMBERS),
        kind=kind,
        record=record,
        digest=sha256(contents.encode()).hexdigest(),
        **{**fields, **more},
    )


def register() -> Lines:
    """Two plans, an assessment, an amendment filed late."""
    lines: Lines = []
    lines.append(filed(lines, ZIGUI, "a"))
    lines.append(filed(lines, XINGSHAN, "b"))
    lines.append(filed(lines, KAOHE, "c", "03-30", kind="assessment", due="2022-04-30"))
    lines.append(filed(lines, ZIGUI, "d", "04-02", kind="amendment", amends=lines[0]["no"]))
    return lines


def changed(index: int, **fields: object) -> Lines:
    """The register with fields of one line changed, and chained again so that only the change is wrong."""
    lines = register()
    lines[index].update(fields)
    return chain(lines)


def found(lines: Sequence[dict[str, Any]], year: int = 2022) -> list[tuple[int, str, str]]:
    return [(index, field, code) for _, index, field, code, _ in verify({year: lines}, NUMBERS)]


def message(lines: Lines) -> str:
    ((_, _, _, _, text),) = verify({2022: lines}, NUMBERS)
    return text


# --- Making lines


def test_a_register_made_by_append_is_sound() -> None:
    assert found(register()) == []
    assert [line["no"] for line in register()] == [
        "示例备案登记 2022-0001",
        "示例备案登记 2022-0002",
        "示例审定登记 2022-0003",
        "示例备案登记 2022-0004",
    ]
    assert [line["late_days"] for line in register()] == [0, 0, 0, 2]


def test_a_line_holds_the_fields_of_its_schema_in_order() -> None:
    line = register()[0]
    schema = json.loads((Path(__file__).parent.parent / "schemas" / "filing.schema.json").read_text("utf-8"))
    assert list(line) == list(schema["properties"])


def test_the_year_is_the_day_of_filing_in_shanghai() -> None:
    line = filed([], ZIGUI, "a", submitted="2022-12-31T15:59:59Z", filed="2022-12-31T16:00:00Z")
    assert (line["year"], line["no"]) == (2023, "示例备案登记 2023-0001")


@pytest.mark.parametrize(
    ("submitted", "due", "days"),
    [
        ("2022-03-31T23:59:59+08:00", "2022-03-31", 0),
        ("2022-04-01T00:00:00+08:00", "2022-03-31", 1),
        ("2022-03-31T15:59:59Z", "2022-03-31", 0),
        ("2022-03-31T16:00:00Z", "2022-03-31", 1),
        ("2022-05-01T12:00:00+08:00", "2022-03-31", 31),
        ("2022-01-01T00:00:00+08:00", "2022-03-31", 0),
        ("2024-03-01T00:00:00+08:00", "2024-02-28", 2),
        ("2022-04-01T00:00:00+08:00", "", 0),
    ],
)
def test_days_late_are_days_in_shanghai(submitted: str, due: str, days: int) -> None:
    assert late_days(submitted, due) == days


def test_a_time_without_its_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="时刻“2022-04-01T00:00:00”没有写明时区"):
        late_days("2022-04-01T00:00:00", "2022-03-31")


def test_dumped_lines_are_canonical_json() -> None:
    lines = register()
    raw = dump(lines)
    assert raw.split(b"\n") == [*map(canonical_json, lines), b""]
    assert [json.loads(line) for line in raw.splitlines()] == lines
    assert dump([]) == b""


def test_an_extension_keeps_every_byte() -> None:
    lines = register()
    old, new = dump(lines[:2]), dump(lines)
    assert extends(old, new)
    assert extends(old, old)
    assert extends(b"", new)
    assert extends(old[:-1], old)
    assert not extends(new, old)
    assert not extends(old, new[1:])
    assert not extends(b'{"a":1}', b'{"a":1}2\n')
    assert not extends(old, dump(chain([{**lines[0], "reviewer": "2"}, *lines[1:]])))


def test_the_latest_line_of_each_record() -> None:
    lines = register()
    assert latest(lines) == {ZIGUI: lines[3], XINGSHAN: lines[1], KAOHE: lines[2]}


def test_where_the_register_is_read_from() -> None:
    assert source(lambda name: True, "abc") == "abc"
    assert source(lambda name: name == "refs/heads/register") == "refs/heads/register"
    assert source(lambda name: False) == ""


# --- Codes


@pytest.mark.parametrize(
    ("lines", "finding", "text"),
    [
        (changed(1, seq=3), (1, "seq", "FL001"), "序号是 3，应为 2"),
        (
            changed(1, no="示例备案登记 2022-0009"),
            (1, "no", "FL002"),
            "登记编号是“示例备案登记 2022-0009”，应为“示例备案登记 2022-0002”",
        ),
        (
            changed(1, no="示例备案登记 2022-0001"),
            (1, "no", "FL002"),
            "登记编号是“示例备案登记 2022-0001”，与前面的登记重复，应为“示例备案登记 2022-0002”",
        ),
        (
            changed(2, no="示例备案登记 2022-0003"),
            (2, "no", "FL002"),
            "登记编号是“示例备案登记 2022-0003”，应为“示例审定登记 2022-0003”",
        ),
        (changed(1, year=2023), (1, "year", "FL003"), "年度是 2023，所在登记簿是 2022 年的"),
        (
            changed(1, filed="2022-03-28T08:59:59+08:00"),
            (1, "filed", "FL006"),
            "备案时刻 2022-03-28T08:59:59+08:00 早于前一条的 2022-03-28T09:00:00+08:00",
        ),
        (
            changed(1, submitted="2022-03-28T09:00:01+08:00"),
            (1, "submitted", "FL007"),
            "提交时刻 2022-03-28T09:00:01+08:00 晚于备案时刻 2022-03-28T09:00:00+08:00",
        ),
        (
            changed(3, late_days=0),
            (3, "late_days", "FL008"),
            "逾期天数是 0，按提交时刻 2022-04-02T08:30:00+08:00、期限 2022-03-31，应为 2",
        ),
        (
            changed(3, due=""),
            (3, "late_days", "FL008"),
            "逾期天数是 2，按提交时刻 2022-04-02T08:30:00+08:00、没有期限，应为 0",
        ),
        (
            changed(3, amends=""),
            (3, "amends", "FL009"),
            "示例备案登记 2022-0004 是变更登记，没有写明变更哪一条",
        ),
        (
            changed(3, amends="示例备案登记 2022-0002"),
            (3, "amends", "FL009"),
            "示例备案登记 2022-0004 变更的是“示例备案登记 2022-0002”，此前没有这个编号的同一记录的登记",
        ),
        (
            changed(3, amends="示例备案登记 2022-0004"),
            (3, "amends", "FL009"),
            "示例备案登记 2022-0004 变更的是“示例备案登记 2022-0004”，此前没有这个编号的同一记录的登记",
        ),
        (
            changed(3, digest=register()[0]["digest"]),
            (3, "digest", "FL010"),
            "示例备案登记 2022-0004 是变更登记，内容与 示例备案登记 2022-0001 相同",
        ),
        (
            changed(3, digest=register()[0]["digest"], kind="plan", amends=""),
            (3, "digest", "FL011"),
            "示例备案登记 2022-0004 与 示例备案登记 2022-0001 登记的是同一记录的同一内容",
        ),
    ],
)
def test_a_contradiction_is_found_alone(lines: Lines, finding: tuple[int, str, str], text: str) -> None:
    assert found(lines) == [finding]
    assert message(lines) == text


def test_a_line_changed_in_place_no_longer_fits_its_hash() -> None:
    lines = register()
    lines[1]["reviewer"] = "2"
    assert found(lines) == [(1, "hash", "FL005")]
    assert message(lines).startswith(
        f"示例备案登记 2022-0002 的摘要 {lines[1]['hash'][:12]}… 与内容不符，应为 "
    )


def test_a_line_chained_again_alone_breaks_the_next() -> None:
    lines = register()
    lines[1] = chain([{**lines[1], "reviewer": "2"}], lines[0]["hash"])[0]
    assert found(lines) == [(2, "prev", "FL004")]
    before = lines[2]["prev"][:12]
    assert (
        message(lines)
        == f"示例审定登记 2022-0003 的前一条摘要 {before}… 与前一条不符：前面有增删、改动或换序"
    )


def test_several_records_of_one_merge_share_its_time() -> None:
    lines = register()
    assert lines[0]["filed"] == lines[1]["filed"]
    assert found(lines) == []


def test_time_may_be_written_in_another_zone() -> None:
    assert found(changed(1, filed="2022-03-28T01:00:00Z", submitted="2022-03-28T01:00:00Z")) == []


def test_going_back_to_an_older_version_is_a_change() -> None:
    lines = register()
    lines.append(filed(lines, ZIGUI, "a", "04-03", kind="amendment", amends=lines[3]["no"]))
    assert found(lines) == []


def test_what_was_withdrawn_may_be_filed_again() -> None:
    lines = register()
    lines.append(filed(lines, ZIGUI, "d", "04-03", kind="withdrawal", amends=lines[3]["no"], due=""))
    lines.append(filed(lines, ZIGUI, "d", "04-04"))
    assert found(lines) == []


# --- Years


def next_year(prev: str) -> Lines:
    times = {
        "submitted": "2023-03-01T08:00:00+08:00",
        "filed": "2023-03-01T09:00:00+08:00",
        "due": "2023-03-31",
    }
    return [filed([], "data/plans/2023/yichang/zigui.yml", "e", prev=prev, **times)]


def test_a_year_goes_on_from_the_last_hash_of_the_one_before() -> None:
    first = register()
    assert list(verify({2023: next_year(first[-1]["hash"]), 2022: first}, NUMBERS)) == []
    found = list(verify({2022: first, 2023: next_year(GENESIS)}, NUMBERS))
    assert [(year, index, field, code) for year, index, field, code, _ in found] == [
        (2023, 0, "prev", "FL004")
    ]


def test_a_cut_end_shows_once_the_next_year_has_begun() -> None:
    first = register()
    found = list(verify({2022: first[:-1], 2023: next_year(first[-1]["hash"])}, NUMBERS))
    assert [(year, code) for year, _, _, code, _ in found] == [(2023, "FL004")]


def test_an_empty_year_is_passed_over() -> None:
    first = register()
    assert list(verify({2021: [], 2022: first, 2023: next_year(first[-1]["hash"])}, NUMBERS)) == []
    assert list(verify({}, NUMBERS)) == []


def test_the_register_may_begin_after_years_kept_elsewhere() -> None:
    prev = "ab" * 32
    assert list(verify({2023: next_year(prev)}, NUMBERS, prev)) == []


# --- All codes, any change


def test_every_code_has_a_title_and_a_remedy() -> None:
    assert list(FINDINGS) == list(REMEDIES) == [f"FL{number:03d}" for number in range(1, 12)]


FIELDS = sorted(register()[0])


@given(st.integers(0, 3), st.sampled_from(FIELDS), st.integers(0, 9))
def test_any_change_of_one_field_is_found(index: int, field: str, salt: int) -> None:
    lines = register()
    old = lines[index][field]
    replacements: dict[str, object] = {
        "kind": "summary",
        "due": "2022-06-30",
        "submitted": "2022-03-01T00:00:00+08:00",
        "filed": "2022-04-09T00:00:00+08:00",
    }
    lines[index][field] = replacements.get(field, old + salt + 1 if isinstance(old, int) else f"{old}{salt}")
    assert any(at == index for at, _, _ in found(lines))


@given(st.permutations(range(4)))
def test_any_other_order_is_found(order: list[int]) -> None:
    lines = register()
    assert bool(found([lines[index] for index in order])) == (order != [0, 1, 2, 3])
