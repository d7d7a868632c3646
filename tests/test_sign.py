"""Chains hold, every change to one shows where it was made, and check characters agree with the standard."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.sign import (
    GENESIS,
    breaks,
    canonical_json,
    chain,
    check_character,
    entry_hash,
    person_digest,
    valid_number,
)

SALT = "00112233445566778899aabbccddeeff"
values = (
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
)
entries = st.lists(
    st.dictionaries(st.sampled_from(["no", "seq", "event", "digest", "record"]), values, min_size=1),
    min_size=1,
    max_size=6,
)


def test_canonical_json_is_these_bytes() -> None:
    assert (
        canonical_json({"b": 1, "a": "秭归𫖯\n", "c": [True, None]})
        == '{"a":"秭归𫖯\\n","b":1,"c":[true,null]}'.encode()
    )


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        canonical_json({"a": float("nan")})
    with pytest.raises(ValueError, match="surrogates"):
        canonical_json({"a": "\ud800"})


def test_a_hash_can_be_computed_by_hand() -> None:
    assert entry_hash({"no": "1", "prev": GENESIS, "hash": "x"}) == (
        sha256(b'{"no":"1","prev":"' + b"0" * 64 + b'"}').hexdigest()
    )


def test_deleting_a_person_leaves_the_chain_whole() -> None:
    person = {"name": "王示例", "unit": "示例科技有限公司", "county": "420527"}
    event = {"seq": 1, "person": person, "salt": SALT, "digest": person_digest(SALT, person)}
    (linked,) = chain([event])
    assert linked["person"] == person
    del linked["person"], linked["salt"]
    assert list(breaks([linked])) == []


def test_a_person_digest_is_salted_with_bytes() -> None:
    body = '{"county":"420527","name":"王示例"}'.encode()
    expected = sha256(bytes.fromhex(SALT) + body).hexdigest()
    assert person_digest(SALT, {"name": "王示例", "county": "420527"}) == expected
    assert person_digest("ff" * 16, {"name": "王示例", "county": "420527"}) != expected


def test_an_entry_without_links_is_a_break_and_no_crash() -> None:
    assert list(breaks([{"no": "1"}])) == [(0, "prev"), (0, "hash")]


@given(entries, st.sampled_from([GENESIS, "ab" * 32]))
def test_a_chain_is_whole_and_can_be_continued(plain: list[dict[str, Any]], prev: str) -> None:
    linked = chain(plain, prev)
    assert list(breaks(linked, prev)) == []
    assert chain(linked, prev) == linked
    assert [{key: one[key] for key in one if key not in ("prev", "hash")} for one in linked] == plain
    more = chain(plain, linked[-1]["hash"])
    assert list(breaks([*linked, *more], prev)) == []


@given(entries, st.data())
def test_any_change_of_one_field_shows_at_its_entry(plain: list[dict[str, Any]], data: st.DataObject) -> None:
    linked = chain(plain)
    index = data.draw(st.integers(0, len(linked) - 1))
    field = data.draw(st.sampled_from(sorted(linked[index])))
    value = data.draw(values)
    before = canonical_json({"value": linked[index][field]})
    linked[index][field] = value
    found = list(breaks(linked))
    if canonical_json({"value": value}) == before:
        assert found == []
    else:
        assert found[0] == (index, "prev" if field == "prev" else "hash")


@given(entries.filter(lambda plain: len(plain) > 1), st.data())
def test_removing_or_moving_an_entry_shows(plain: list[dict[str, Any]], data: st.DataObject) -> None:
    linked = chain(plain)
    index = data.draw(st.integers(0, len(linked) - 2))
    assert (index, "prev") in breaks(linked[:index] + linked[index + 1 :])
    linked[index], linked[index + 1] = linked[index + 1], linked[index]
    assert (index, "prev") in breaks(linked)


def test_the_check_character_is_the_standards() -> None:
    assert check_character("ZSCQZY-42-2022-YC-0001") == check_character("ZSCQZY422022YC0001") == "B"
    assert check_character("A12425GABC1234002") == "M"  # ISO 7064's own example


@pytest.mark.parametrize(
    "no",
    [
        "ZSCQZY-42-2022-YC-0001-C",
        "ZSCQZY-42-2022-YC-0002-B",
        "ZSCQZY-42-2022-CY-0001-B",
        "zscqzy-42-2022-YC-0001-B",
        "ZSCQZY-42-2022-YC-0001",
        "",
    ],
)
def test_a_mistyped_number_is_not_valid(no: str) -> None:
    assert valid_number("ZSCQZY-42-2022-YC-0001-B")
    assert not valid_number(no)


def test_a_number_outside_the_alphabet_has_no_check_character() -> None:
    with pytest.raises(ValueError, match="substring not found"):
        check_character("示例-42")


@given(st.integers(0, 9999), st.integers(0, 21), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_any_one_wrong_character_shows(number: int, at: int, wrong: str) -> None:
    body = f"ZSCQZY-42-2022-SY-{number:04d}"
    no = f"{body}-{check_character(body)}"
    assert valid_number(no)
    if no[at] not in ("-", wrong):
        assert not valid_number(no[:at] + wrong + no[at + 1 :])
