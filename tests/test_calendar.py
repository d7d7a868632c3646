"""Deadlines as a calendar, read back by the rules of RFC 5545."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from generator.check import check
from generator.derive.duties import GROUP, Duties, Duty, State, duties
from generator.documents.calendar import OCTETS, calendar
from tests.support import schemas, tree

ADDRESS = "https://siwu.example/duties/yichang/"
UNESCAPED = {"n": "\n", "N": "\n", ",": ",", ";": ";", "\\": "\\"}


def of(owner: str = "yichang") -> Duties:
    found = check(tree({}), schemas=schemas()).repo
    assert found is not None
    return duties(found, schemas(), 2022, owner)


def value(text: str) -> str:
    """A text value without its escapes (3.3.11)."""
    said, signs = "", iter(text)
    for sign in signs:
        said += UNESCAPED[next(signs)] if sign == "\\" else sign
    return said


def events(raw: bytes) -> list[dict[str, str]]:
    """Every event by property, from lines unfolded as 3.1 has it."""
    text = raw.replace(b"\r\n ", b"").decode()
    assert text.endswith("\r\n")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert (lines[0], lines[1], lines[-1]) == ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR")
    found: list[dict[str, str]] = []
    for line in lines[2:-1]:
        name, colon, said = line.partition(":")
        assert colon, line
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and name != "END":
            assert name not in found[-1], name
            found[-1][name] = said
    return found


def test_a_deadline_is_a_day_with_a_name_that_stays() -> None:
    plan, summary = events(calendar(of(), ADDRESS))
    assert plan["UID"] == "2022-yichang-plan@siwu.example"
    assert plan["DTSTAMP"] == "20221119T160000Z"
    assert (plan["DTSTART;VALUE=DATE"], plan["DTEND;VALUE=DATE"]) == ("20220331", "20220401")
    assert plan["SUMMARY"] == "宜昌市：培训计划报送备案截止"
    assert value(plan["DESCRIPTION"]).splitlines()[0] == "伍家岗区培训计划：已备案"
    assert (summary["UID"], summary["URL"]) == ("2022-yichang-summary@siwu.example", ADDRESS)


def test_each_class_has_its_own_days() -> None:
    found = {event["UID"]: event["DTSTART;VALUE=DATE"] for event in events(calendar(of(GROUP), ADDRESS))}
    assert found == {
        "2022-group-assessment@siwu.example": "20220430",
        "2022-group-instructors-kaohe-yichang-1@siwu.example": "20220517",
        "2022-group-deliverables-kaohe-yichang-1@siwu.example": "20220727",
    }


def test_the_same_records_give_the_same_bytes() -> None:
    assert calendar(of(), ADDRESS) == calendar(of(), ADDRESS)


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60) | st.sampled_from(
    [
        "END:VEVENT\r\nBEGIN:VEVENT",
        "a\nb",
        "a\r\nATTENDEE:mailto:x@evil.example",
        "，;\\,：",
        "😀" * 40,
        "\x00\x85",
    ]
)


@given(TEXT, TEXT, TEXT)
def test_whatever_stands_in_it_comes_back_and_ends_no_line(name: str, title: str, note: str) -> None:
    """Control characters come back as spaces; nothing else is lost and no line is added or too long."""
    duty = Duty(
        kind="instructors",
        title=title,
        record="data/x.yml",
        clause="3.2.6(3)",
        due=date(2022, 5, 17),
        state=State.OPEN,
        public=True,
        class_id="kaohe-1",
        note=note,
    )
    made = Duties(year=2022, owner="group", name=name, as_of=date(2022, 5, 1), all=(duty,))
    raw = calendar(made, ADDRESS)
    assert all(len(line) <= OCTETS for line in raw.split(b"\r\n"))
    assert all(line.decode() is not None for line in raw.split(b"\r\n")), "no character is torn apart"
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    (event,) = events(raw)
    assert value(event["SUMMARY"]) == shown(f"{name}：{title}截止")
    assert value(event["DESCRIPTION"]) == shown(f"{title}：未报")


def shown(text: str) -> str:
    return "".join(sign if sign >= " " or sign == "\n" else " " for sign in text.replace("\r\n", "\n"))


def test_what_has_no_day_is_not_in_it() -> None:
    found = of()
    bare = tuple(replace(duty, due=None) for duty in found.all)
    assert events(calendar(replace(found, all=bare), ADDRESS)) == []
