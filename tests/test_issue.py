"""From sealed results to the roster: who passes, who has a certificate already, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.canonical import nfc
from generator.check import Outcome
from generator.diff import changes as changed
from generator.documents.fonts import Fonts
from generator.documents.legible import dotted, unprintable
from generator.issue import changes
from generator.issue.awards import class_record, statistics
from generator.issue.entries import SystemChance
from generator.issue.judgement import in_the_way
from generator.issue.ledger import Ledger, numbers
from generator.issue.passes import passes, waiting
from generator.issue.refusal import IssueError
from generator.issue.signing import judge_issuer_key, newest_layout
from generator.issue.traces import traces
from generator.problem import Problem, Where
from generator.rules.certificates import BITS_A_CHARACTER, TOKEN_BITS
from generator.rules.outcome import best_scores
from generator.sign import CLEAR, breaks, valid_number
from generator.signature.keys import new_key, read_private
from generator.signature.payload import decode
from generator.signature.verification import verify
from generator.signature.written import read_payload
from tests.issuing import (
    CLASS,
    DAY,
    KEY,
    RECORD,
    STATISTICS,
    after,
    awarded,
    candidates,
    events,
    examined,
    issued,
    judged,
    press,
    readable,
    refused,
    repo,
    unissued,
)
from tests.support import ROOT, ROSTER, MemoryTree, canonical, edit, read, schemas, write

PASSED = ["K001", "K002", "K003", "K004"]
PEOPLE = "candidates"


def result(**more: Any) -> dict[str, Any]:
    return {"hours": 24, "theory": 80, "practical": 80, **more}


def resit(part: str, score: int, day: str = "2022-06-20") -> dict[str, Any]:
    return {"part": part, "score": score, "date": day}


# --- Who passes: 3.2.6(5)


@pytest.mark.parametrize(
    ("told", "certified"),
    [
        (result(), True),
        (result(hours=23), False),
        (result(theory=60, practical=60), True),
        (result(theory=59), False),
        (result(practical=59), False),
        (result(theory=59, resits=[resit("theory", 60)]), True),
        (result(theory=59, resits=[resit("theory", 59)]), False),
        (result(theory=59, practical=59, resits=[resit("theory", 60)]), False),
        (result(theory=59, practical=59, resits=[resit("theory", 60), resit("practical", 60)]), True),
        (result(hours=23, theory=59, resits=[resit("theory", 60)]), False),
        # a resit of the part that was passed helps nobody
        (result(theory=59, resits=[resit("practical", 100)]), False),
        # a second resit does not count, in whatever order they are written
        (result(theory=59, resits=[resit("theory", 50), resit("theory", 90, "2022-06-21")]), False),
        (result(theory=59, resits=[resit("theory", 90, "2022-06-21"), resit("theory", 50)]), False),
        (result(theory=59, resits=[resit("theory", 60), resit("theory", 50, "2022-06-21")]), True),
        (None, False),
    ],
)
def test_who_passes(told: dict[str, Any] | None, certified: bool) -> None:
    data = candidates({f"{PEOPLE}/4/result": told} if told else {f"{PEOPLE}/4/result": {"$delete": True}})
    found = repo({**unissued(), RECORD: write(RECORD, data)})
    assert ("K005" in [one.number for one in passes(found, class_record(found, 2022, CLASS))]) is certified


def test_a_resit_of_what_was_passed_changes_no_score() -> None:
    told = result(theory=60, practical=59, resits=[resit("theory", 100), resit("practical", 61)])
    found = repo(unissued({f"{PEOPLE}/4/result": told}))
    sat = class_record(found, 2022, CLASS).candidates[4].result
    assert sat is not None
    assert best_scores(sat, found.programmes[2022].assessment) == {"theory": 60, "practical": 61}


def test_a_programme_may_allow_another_number_of_resits() -> None:
    twice = result(theory=59, resits=[resit("theory", 50), resit("theory", 90, "2022-06-21")])
    path = "data/programme/2022.yml"
    files = unissued({f"{PEOPLE}/4/result": twice})
    programme = edit(read(path, files[path]), {"assessment/resits/value": 2})
    found = repo({**files, path: canonical(path, programme)})
    assert "K005" in [one.number for one in passes(found, class_record(found, 2022, CLASS))]


# --- What is written


def test_certificates_are_numbered_by_candidate_and_signed() -> None:
    made = issued(unissued({f"{PEOPLE}/0/number": "K009"}))
    told = events(made)
    names = ["陈示例", "向示例", "周示例", "王示例"]
    assert [one["person"]["name"] for one in told] == names
    assert [re.sub(r"-.$", "", one["no"]) for one in told] == [
        f"ZSCQZY-42-2022-YC-000{at}" for at in (1, 2, 3, 4)
    ]
    assert all(valid_number(one["no"]) and one["layout"] == "v1" for one in told)
    keys = repo(made).of("keys")[0].keys
    assert all(verify(one["payload"], one["signature"], keys, DAY).genuine for one in told)
    assert read(STATISTICS, made[STATISTICS])["classes"] == [
        {"class": CLASS, "screened": 6, "admitted": 5, "sat": 5, "passed": 3, "resit": 2, "certified": 4}
    ]


def test_the_system_gives_tokens_of_96_bits_and_more() -> None:
    chance = SystemChance()
    tokens = {chance.token() for _ in range(200)}
    assert len(tokens) == 200
    assert {len(token) * BITS_A_CHARACTER >= TOKEN_BITS for token in tokens} == {True}
    assert len(set("".join(tokens))) == 32
    assert len(bytes.fromhex(chance.salt())) == 16


def test_a_token_that_is_taken_is_drawn_again() -> None:
    files = issued(unissued({f"{PEOPLE}/3/result/hours": 23}))
    taken = events(files)[0]["token"]
    files[RECORD] = unissued()[RECORD]

    class Repeating:
        tokens: Iterator[str] = iter([taken, taken, "z" * 20])

        def token(self) -> str:
            return next(self.tokens)

        def salt(self) -> str:
            return "00" * 16

    assert events(issued(files, chance=Repeating()))[-1]["token"] == "z" * 20


def test_twice_changes_nothing() -> None:
    made = issued(unissued())
    again = awarded(repo(made))
    assert again.given == ()
    assert after(repo(made), again) == {STATISTICS: made[STATISTICS]}


def test_a_pass_after_a_resit_is_added_later() -> None:
    early = {f"{PEOPLE}/3/result": {"hours": 24, "theory": 52, "practical": 75}}
    first = issued(unissued(early))
    assert len(events(first)) == 3
    later = issued({**first, RECORD: unissued()[RECORD]}, day=date(2022, 7, 20))
    assert events(later)[:3] == events(first)
    assert events(later)[3]["person"]["name"] == "周示例"
    assert events(later)[3]["no"].startswith("ZSCQZY-42-2022-YC-0004-")
    assert read(STATISTICS, later[STATISTICS])["classes"][0]["certified"] == 4


@pytest.mark.parametrize("sealed_too", [False, True])
def test_a_corrected_name_has_its_certificate(sealed_too: bool) -> None:
    made = issued(unissued())
    found = repo(made)
    first = events(made)[0]["no"]
    change = reissue(found, first, {"name": "王示范"})
    made = judged(made, after(found, change))
    if sealed_too:
        made[RECORD] = unissued({f"{PEOPLE}/0/person/name": "王示范"})[RECORD]
    assert awarded(repo(made)).given == ()


def reissue(found: Any, no: str, corrected: Mapping[str, str], **more: Any) -> changes.Change:
    ledger = Ledger.of(found)
    of = changes.standing(found, ledger, no, more.get("day", DAY))
    made = press(found, year=ledger.newest, **more)
    return changes.reissue(found, ledger, of, made, readable, "姓名更正", corrected)


def test_a_name_changed_in_the_sealed_record_alone_gets_no_second_certificate() -> None:
    """Whoever holds the old name's certificate is then in no record."""
    made = issued(unissued())
    made[RECORD] = unissued({f"{PEOPLE}/0/person/name": "王示范"})[RECORD]
    with refused("证书 ZSCQZY-42-2022-YC-0001-B 的持证人不在本班学员记录里"):
        awarded(repo(made))
    revoked = step(made, "revoke", FIRST)
    assert [one.number for one in awarded(repo(revoked)).given] == ["K001"]


def test_two_of_one_name_get_one_each() -> None:
    twin = {**candidates({})[PEOPLE][0], "number": "K007"}
    files = unissued({f"{PEOPLE}/+": twin})
    made = issued(files)
    assert [one["person"]["name"] for one in events(made)].count("王示例") == 2
    assert awarded(repo(made)).given == ()
    one = issued(unissued())
    assert [award.number for award in awarded(repo({**one, RECORD: files[RECORD]})).given] == ["K007"]


def test_who_did_not_agree_to_be_named_is_not_named() -> None:
    made = issued(unissued({f"{PEOPLE}/1/consent/publication": False}))
    told = events(made)
    assert [one["event"] for one in told] == ["issued", "issued", "withdrawn", "issued", "issued"]
    assert told[1]["no"] == told[2]["no"]
    assert not any(set(CLEAR) & set(one) for one in told[1:3])
    assert "陈示例" not in made[ROSTER].decode()
    assert awarded(repo(made)).given == ()


def withdrawn() -> dict[str, bytes]:
    """All but K004 issued, and K001's certificate forgotten; K004 has passed since."""
    made = issued(unissued({f"{PEOPLE}/3/result/hours": 23}))
    found = repo(made)
    ledger = Ledger.of(found)
    of = changes.standing(found, ledger, events(made)[0]["no"], DAY)
    made = judged(made, after(found, changes.forget(ledger, of, DAY, changes.FORGOTTEN)))
    assert awarded(repo(made)).given == ()
    return {**made, RECORD: unissued()[RECORD]}


def test_a_forgotten_certificate_is_not_issued_again() -> None:
    files = withdrawn()
    with refused("分不清下面 2 名合格学员中哪 1 名还没有证书：K001、K004"):
        awarded(repo(files))
    made = issued(files, ("K004",))
    assert events(made)[-1]["person"]["name"] == "周示例"
    assert awarded(repo(made)).given == ()


@pytest.mark.parametrize("named", [("K001", "K004"), ("K002",), ("K999",), ("K004", "K999")])
def test_only_as_many_as_are_missing_may_be_named(named: tuple[str, ...]) -> None:
    with refused("分不清"):
        awarded(repo(withdrawn()), named)


def test_naming_is_for_doubt_only() -> None:
    with refused("这次用不上"):
        awarded(repo(unissued()), ("K001",))


def test_revoked_is_not_issued_again() -> None:
    made = issued(unissued())
    found = repo(made)
    ledger = Ledger.of(found)
    of = changes.standing(found, ledger, events(made)[0]["no"], DAY)
    made = judged(made, after(found, changes.revoke(ledger, of, DAY, "核发有误")))
    assert awarded(repo(made)).given == ()


def test_statistics_of_other_classes_stay() -> None:
    other = {"class": "kaohe-wuhan-1", "screened": 9}
    old = {"year": 2022, "classes": [{"class": CLASS, "screened": 1}, other]}
    assert statistics(old, 2022, CLASS, {"screened": 2})["classes"] == [
        {"class": CLASS, "screened": 2},
        other,
    ]


# --- What is refused


def test_no_certificate_before_the_class_ends_or_the_resit_is_sat() -> None:
    with refused("到 2022-05-27 才结束，证书日期不能是 2022-05-26"):
        awarded(repo(unissued()), day=date(2022, 5, 26))
    with refused("学员 K004 的补考日期是 2022-06-20"):
        awarded(repo(unissued()), day=date(2022, 6, 19))
    awarded(repo(unissued()), day=date(2022, 6, 20))


@pytest.mark.parametrize(
    ("name", "said"),
    [("王\U00031350", "U\\+31350"), ("王\ue001", "自造字 U\\+E001"), ("王\U0010fffd", "U\\+10FFFD")],
)
def test_a_character_no_font_has_is_refused_with_its_code_point(name: str, said: str) -> None:
    fonts = Fonts.installed()
    with refused(f"学员 K001：.*{said}") as caught:
        awarded(
            repo_of_people(name),
            legible=lambda name, unit: unprintable(name, unit, fonts),
        )
    assert "示例秭归" not in str(caught.value)


def repo_of_people(name: str) -> Any:
    """A repo whose first candidate has this name, past a check that would not read it."""
    found = repo(unissued())
    record = found.candidates[0]
    first = record.candidates[0]
    changed = replace(first, person=replace(first.person, name=name))
    people = replace(record, candidates=(changed, *record.candidates[1:]))
    return replace(found, records={**found.records, "candidates": (people,)})


def test_what_does_not_fit_the_code_is_refused_by_number() -> None:
    found = repo_of_people("王示例" * 14)
    with refused("学员 K001：姓名有 42 个字") as caught:
        awarded(found)
    assert "王示例" not in str(caught.value)


def test_an_address_too_long_for_the_code_is_refused_by_number() -> None:
    with refused("学员 K001：查验网址有 [0-9]+ 个字符，最多 450 个"):
        awarded(repo(unissued()), base_url=f"https://{'a' * 300}.example/")


def test_the_last_number_is_followed_by_none() -> None:
    run = numbers("ZSCQZY", 2022, "YC", 9998)
    assert next(run).startswith("ZSCQZY-42-2022-YC-9999-")
    with refused("编号已用到 9999"):
        next(run)


def test_a_year_that_is_past_takes_no_more() -> None:
    ledger = Ledger(years={2022: (), 2023: ({"hash": "0" * 64},)})
    with refused("2023 年的名册已经开始"):
        ledger.added(2022, [{}])


STATUS = read_private((ROOT / "tests" / "keys" / "demo-status.pem").read_bytes())


def test_only_a_published_issuer_key_of_the_day_signs() -> None:
    found = repo(unissued())
    assert judge_issuer_key(KEY, found, DAY) == "152a6163"
    with refused("没有公布"):
        judge_issuer_key(new_key(), found, DAY)
    with refused("是签状态清单的"):
        judge_issuer_key(STATUS, found, DAY)
    with refused("自 2022-01-01 起有效，证书日期 2021-12-31 不在其中"):
        judge_issuer_key(KEY, found, date(2021, 12, 31))
    dataset = replace(found.dataset, kind="production")
    with refused("公开的演示密钥"):
        judge_issuer_key(KEY, replace(found, records={**found.records, "dataset": (dataset,)}), DAY)
    (keys,) = found.of("keys")
    bad = replace(keys.keys[0], until=DAY, reason="compromised")
    leaked = replace(found, records={**found.records, "keys": (replace(keys, keys=(bad,)),)})
    with refused("已按泄露停用"):
        judge_issuer_key(KEY, leaked, DAY)


def test_the_layout_is_the_newest_by_its_number(tmp_path: Any) -> None:
    for name in ("v2", "v10", "v9", "draft"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "certificate.html.j2").touch()
    (tmp_path / "v11").mkdir()
    assert newest_layout(tmp_path) == "v10"
    with refused("没有证书版式"):
        newest_layout(tmp_path / "v11")


WORDS = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "M", "Zs", "Co"]), min_size=1, max_size=60
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=WORDS, unit=WORDS)
def test_any_name_stands_in_the_roster_as_it_is_signed_or_nothing_is_written(name: str, unit: str) -> None:
    files = unissued({f"{PEOPLE}/0/person": {"name": name, "unit": unit}})
    found = repo(files)
    try:
        new = after(found, awarded(found))
    except IssueError as error:
        assert len(name) < 3 or name not in str(error)
        return
    before, over = examined(files), examined({**files, **new})
    if in_the_way(before, over, RECORD):
        return
    first = events(new)[0]
    said = decode(read_payload(first["payload"]))
    assert (
        (said.name, said.unit)
        == (first["person"]["name"], first["person"]["unit"])
        == (dotted(nfc(name)), nfc(unit))
    )


# --- What befalls a certificate


FIRST = "ZSCQZY-42-2022-YC-0001-B"
COMMANDS = ("reissue", "revoke", "restore", "forget")
# State to the commands it lets through, as CE018 has it.
ALLOWED = {
    "valid": {"reissue", "revoke", "forget"},
    "revoked": {"restore", "forget"},
    "replaced": set(),
    "withdrawn": {"revoke"},
}
TO = {"valid": (), "revoked": ("revoke",), "replaced": ("reissue",), "withdrawn": ("forget",)}


def step(
    files: dict[str, bytes], command: str, no: str, day: date = DAY, reason: str = "核查"
) -> dict[str, bytes]:
    """The files after a command, held to the judgement it is held to."""
    found = repo(files)
    ledger = Ledger.of(found)
    of = changes.standing(found, ledger, no, day)
    if command == "reissue":
        made = press(found, year=ledger.newest, day=day)
        change = changes.reissue(found, ledger, of, made, readable, reason, {})
    else:
        change = getattr(changes, command)(ledger, of, day, reason)
    return judged(files, after(found, change))


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return issued(unissued())


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("state", ALLOWED)
def test_each_command_in_each_state(made: dict[str, bytes], state: str, command: str) -> None:
    files = dict(made)
    for before in TO[state]:
        files = step(files, before, FIRST)
    if command in ALLOWED[state]:
        new = events(step(files, command, FIRST))
        assert new[-1]["event"] == {"reissue": "reissued", "revoke": "revoked", "restore": "restored"}.get(
            command, "withdrawn"
        )
    else:
        with pytest.raises(IssueError):
            step(files, command, FIRST)


def test_forgetting_leaves_nothing_in_any_event(made: dict[str, bytes]) -> None:
    files = step(
        step(step(made, "reissue", FIRST), "revoke", second := "ZSCQZY-42-2022-YC-0005-3"), "forget", second
    )
    told = [one for one in events(files) if one["no"] in {FIRST, second}]
    assert len(told) == 4
    assert not any(set(CLEAR) & set(one) for one in told)
    assert list(breaks(events(files))) == []
    assert "王示例" not in files[ROSTER].decode()
    assert all(one.get("signed") for one in told if one["event"] in {"issued", "reissued"})


def test_what_is_forgotten_is_in_no_review_of_the_change(made: dict[str, bytes]) -> None:
    said = list(changed({ROSTER: made[ROSTER]}, {ROSTER: step(made, "forget", FIRST)[ROSTER]}, schemas()))
    text = "".join(sentence for _, _, sentence in said)
    assert "事件 1 持证人 已删去（内容不再显示）" in text
    gone = events(made)[0]
    assert not any(word in text for word in (*gone["person"].values(), gone["salt"], gone["payload"][:40]))
    marked = schemas().kinds["roster"].schema["properties"]["events"]["items"]["properties"]
    assert {name for name, node in marked.items() if node.get("x-erased")} == set(CLEAR)


def test_what_an_interrupted_forgetting_left_is_cleared_without_another_event(made: dict[str, bytes]) -> None:
    files = step(made, "forget", FIRST)
    data = read(ROSTER, files[ROSTER])
    data["events"][0] |= {name: events(made)[0][name] for name in CLEAR}
    half = {**files, ROSTER: canonical(ROSTER, data)}
    assert step(half, "forget", FIRST) == files
    with refused("已经删去"):
        step(files, "forget", FIRST)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("", "1 到 200 个字"),
        ("长" * 201, "1 到 200 个字"),
        ("两\n行", "写成一行"),
        ("电话13812345678", "疑似号码"),
        ("王示例本人申请", "持证人的姓名"),
    ],
)
def test_a_reason_says_nothing_of_the_person(made: dict[str, bytes], reason: str, said: str) -> None:
    for command in ("reissue", "revoke", "forget"):
        with refused(said):
            step(made, command, FIRST, reason=reason)


def test_a_reason_does_not_hold_the_corrected_name_either(made: dict[str, bytes]) -> None:
    found = repo(made)
    ledger = Ledger.of(found)
    of = changes.standing(found, ledger, FIRST, DAY)
    with refused("持证人的姓名"):
        changes.reissue(found, ledger, of, press(found), readable, "改为王示范", {"name": "王示范"})


def test_no_event_before_the_last_and_none_of_a_stranger(made: dict[str, bytes]) -> None:
    files = step(made, "revoke", FIRST, date(2022, 9, 1))
    with refused("不能早到 2022-08-31"):
        step(files, "restore", FIRST, date(2022, 8, 31))
    with refused("没有证书"):
        step(files, "revoke", "ZSCQZY-42-2022-YC-0009-W")


def test_the_chain_goes_on_in_the_newest_roster(made: dict[str, bytes]) -> None:
    """A year later, a certificate of the year before is reissued under the new year's numbers."""
    path, programme = "data/rosters/2023.yml", "data/programme/2022.yml"
    made = {**made, programme.replace("2022", "2023"): made[programme].replace(b"2022", b"2023")}
    found = repo(made)
    ledger = Ledger(years={**Ledger.of(found).years, 2023: ()})
    of = changes.standing(found, ledger, FIRST, DAY)
    change = changes.reissue(found, ledger, of, press(found, year=2023), readable, "遗失", {})
    files = judged(made, after(found, change))
    (event,) = events(files, path)
    assert event["no"].startswith("ZSCQZY-42-2023-YC-0001-")
    assert (event["seq"], event["prev"]) == (1, events(files)[-1]["hash"])
    with refused("2023 年的名册已经开始"):
        late = repo({**files, RECORD: unissued({f"{PEOPLE}/4/result": result()})[RECORD]})
        awarded(late)
    forgotten = step(files, "forget", event["no"])
    assert not any(set(CLEAR) & set(one) for one in [events(forgotten)[0], *events(forgotten, path)])


def test_traces_are_the_files_that_still_name_somebody() -> None:
    tree = MemoryTree(
        {"data/a.yml": "王示例".encode(), "data/b.yml": b"x", "data/rosters/1.yml": "王示例".encode()}
    )
    assert list(traces(tree, ["王示例", "x"])) == ["data/a.yml"]


# --- What the check says before and after


def outcome(*told: tuple[str, str]) -> Outcome:
    """A check that found these errors: code and path."""
    problems = [Problem(where=Where(path), code=code, message=code, remedy="") for code, path in told]
    return Outcome(problems=tuple(problems), repo=None, files=0, unopened=0, waived=0, crashes=())


@pytest.mark.parametrize(
    ("code", "path", "old", "in_its_way"),
    [
        ("CE007", ROSTER, True, True),
        ("CE012", ROSTER, True, False),
        ("CE012", ROSTER, False, True),
        ("KE002", "data/keys.yml", True, True),
        ("CA005", RECORD, True, True),
        ("CE001", RECORD.replace("yichang", "wuhan"), True, False),
        ("CA009", RECORD.replace("yichang", "wuhan"), True, True),
        ("CE024", STATISTICS, True, False),
        ("CE024", STATISTICS, False, True),
        ("PL002", "data/plans/2022/yichang/zigui.yml", True, False),
        ("DE011", "data/deliveries/2022/assessment/yichang.yml", False, False),
    ],
)
def test_what_forbids_writing(code: str, path: str, old: bool, in_its_way: bool) -> None:
    before = outcome((code, path)) if old else outcome()
    assert bool(in_the_way(before, outcome((code, path)), RECORD)) is in_its_way


@pytest.mark.parametrize("path", [ROSTER, STATISTICS])
def test_an_error_that_writing_anew_would_hide_forbids_it(path: str) -> None:
    assert in_the_way(outcome(("SC001", path)), outcome(), RECORD)
    assert not in_the_way(outcome(("CE024", path)), outcome(), RECORD)


# --- Any sequence


STEPS = st.lists(
    st.tuples(st.sampled_from((*COMMANDS, "issue", "earn")), st.integers(0, 9)), min_size=1, max_size=6
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_any_sequence_leaves_a_whole_chain_and_a_clean_check(steps: list[tuple[str, int]]) -> None:
    files = issued(unissued())
    for at, (command, which) in enumerate(steps):
        day = date(2022, 8, 1 + at)
        given = [one["no"] for one in events(files) if one["event"] in {"issued", "reissued"}]
        try:
            if command == "earn":
                files = {**files, RECORD: unissued({f"{PEOPLE}/4/result": result()})[RECORD]}
            elif command == "issue":
                files = late(files, day)
            else:
                files = step(files, command, given[which % len(given)], day)
        except IssueError:
            continue
    files = late(files, date(2022, 9, 1))
    told = events(files)
    assert list(breaks(told)) == []
    assert [one["seq"] for one in told] == list(range(1, len(told) + 1))
    given = [one for one in told if one["event"] in {"issued", "reissued"}]
    assert [int(one["no"].split("-")[4]) for one in given] == list(range(1, len(given) + 1))
    assert len({one["token"] for one in given}) == len(given)
    wrong = [
        one
        for one in examined(files).problems
        if one.severity == "error" and one.code[:2] in {"CE", "CA", "KE"}
    ]
    assert wrong == []


def late(files: dict[str, bytes], day: date) -> dict[str, bytes]:
    """Issued to whoever is new, K005 where the roster cannot tell."""
    found = repo(files)
    due = waiting(found, class_record(found, 2022, CLASS))
    unclear = due.hidden and len(due.passes) > due.hidden
    return issued(files, ("K005",) if unclear else (), day=day)
