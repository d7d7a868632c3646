"""`siwu audit`: each attack on certificates is found, by what the one who made it could not change."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from generator.audit.audited import Audit, audited
from generator.audit.material import Ledger, Material, Paper, Progress
from generator.check import check
from generator.cli import main
from generator.derive import heads
from generator.documents.fonts import Fonts
from generator.documents.prints import Print, line
from generator.rules import RULES
from generator.sign import CLEAR, chain, check_character, person_digest, signed_digest
from generator.signature.badge import sign_badge
from generator.signature.curve import ORDER, sign
from generator.signature.keys import new_key, public_half
from generator.signature.payload import decode, encode
from generator.signature.published import key_id
from generator.signature.verification import message
from generator.signature.written import read_payload, read_signature, written_payload, written_signature
from generator.validity.badges import award
from tests.disk import lay
from tests.support import (
    ROSTER,
    MemoryTree,
    base,
    identity,
    issuer,
    records,
    resign,
    schemas,
    signed,
    tree,
    write,
)

Events = list[dict[str, Any]]
FIRST, OTHER = "ZSCQZY-42-2022-YC-0001-B", "ZSCQZY-42-2022-YC-0003-7"
LEDGER = "build/prints/2022.jsonl"
KEYS = "data/keys.yml"
SEALED = "data/sealed/2022/kaohe-yichang-1.yml.age"
LAYOUTS = frozenset({"v1"})


@cache
def fonts() -> Fonts:
    return Fonts.installed()


def events() -> Events:
    """The roster's events, to be attacked."""
    return deepcopy(records()[ROSTER]["events"])


def rechained(made: Events) -> bytes:
    """A roster by somebody who can compute hashes: every digest fits."""
    for number, event in enumerate(made, 1):
        event["seq"] = number
        if "person" in event:
            event["digest"] = person_digest(event["salt"], event["person"])
        if {"payload", "signature", "salt"} <= event.keys():
            event["signed"] = signed_digest(event["salt"], event["payload"], event["signature"])
    return write(ROSTER, {"year": 2022, "events": chain(made)})


def audit(
    changes: Mapping[str, bytes] | None = None,
    *,
    spec: Mapping[str, Any] | None = None,
    without: Sequence[str] = (),
    opened: bool = False,
    as_of: date | None = None,
    progress: Progress | None = None,
    **more: Any,
) -> Audit:
    """The audit of the small repository with changes."""
    files = {**tree(spec or {}).files, **(changes or {})}
    records_ = MemoryTree({path: raw for path, raw in files.items() if path not in without})
    identities = [identity()] if opened else ()
    outcome = check(records_, schemas=schemas(), identities=identities, as_of=as_of)
    assert outcome.repo is not None
    material = Material(
        outcome=outcome,
        repo=outcome.repo,
        fonts=fonts(),
        **{"layouts": LAYOUTS, "years": frozenset(outcome.repo.rosters), **more},
    )
    found = audited(material, records_, progress)
    said = "".join(problem.message + problem.remedy for problem in found.problems)
    assert [text for text in private() if text in said] == []
    return found


@cache
def private() -> frozenset[str]:
    """Names and units: no message has them."""
    people = [event["person"] for event in records()[ROSTER]["events"]]
    people += [one["person"] for one in records()[SEALED]["candidates"]]
    return frozenset(text for person in people for text in (person["name"], person["unit"]))


def codes(found: Audit) -> set[str]:
    """Errors and warnings."""
    return {problem.code for problem in found.problems if problem.severity != "notice"}


def told(found: Audit, code: str) -> list[str]:
    return [problem.message for problem in found.problems if problem.code == code]


@pytest.mark.parametrize("opened", [False, True])
def test_the_base_is_clean(opened: bool) -> None:
    found = audit(opened=opened)
    assert (found.problems, found.clean) == ((), True)
    said = "；".join(found.sentences)
    assert "审核了 2022 年名册：5 个事件，5 张证书，核验签名 5 个" in said
    assert ("有 1 个班次的成绩没有打开" in said) is not opened


def test_what_the_check_says_of_these_records_is_told() -> None:
    edits = {"data/statistics/2022.yml": {"classes/0/certified": "x"}}
    assert "SC001" in codes(audit(spec={"edit": edits}))


# --- The chain


def test_an_edited_line_is_found() -> None:
    found = audit(spec={"edit": {ROSTER: {"events/0/issued": "2022-07-02"}}})
    assert codes(found) == {"CE007", "CE027"}


def test_a_removed_line_is_found() -> None:
    made = events()
    del made[2]
    raw = write(ROSTER, {"year": 2022, "events": made})
    assert {"CE013", "CE014", "CE002"} <= codes(audit({ROSTER: raw}))


def test_a_waiver_excuses_nothing_here() -> None:
    waiver = {"code": "CE007", "record": ROSTER, "reason": "示例", "until": "2022-12-31"}
    edits = {ROSTER: {"events/0/issued": "2022-07-02"}, "data/waivers.yml": {"waivers": [waiver]}}
    assert "CE007" in codes(audit(spec={"edit": edits}))


def test_a_roster_chained_anew_is_known_by_the_published_head() -> None:
    """The last certificate taken away, or an old event changed: nothing inside the roster shows it."""
    published = heads.read(heads.written(heads.heads(_repo())))
    cut = rechained(events()[:-1])
    changed = events()
    changed[-1]["reason"] = "另一原因"
    assert "AU011" not in codes(audit(heads=published))
    assert "AU010" not in codes(audit({ROSTER: cut})) and "AU011" not in codes(audit({ROSTER: cut}))
    assert told(audit({ROSTER: cut}, heads=published), "AU011") == [
        "2022 年名册公布时有 5 条，现在只有 4 条，有的被删去"
    ]
    assert told(audit({ROSTER: rechained(changed)}, heads=published), "AU011") == [
        "2022 年名册第 5 条的摘要与公布过的不同，有的被改动后重新接了链"
    ]
    assert codes(audit({ROSTER: rechained(changed)})) == set()


def _repo() -> Any:
    return check(tree({}), schemas=schemas()).repo


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b'{"rosters":{}}',
        b'{"rosters":{"2022":{"count":0,"hash":"' + b"0" * 64 + b'"}},"filings":{}}',
        b'{"rosters":{"2022":{"count":true,"hash":"x"}},"filings":{}}',
        b'{"rosters":{"x":{}},"filings":{}}',
        '{"rosters":{"２０２２":{"count":1,"hash":"0"}},"filings":{}}'.replace(
            '"0"', f'"{"0" * 64}"'
        ).encode(),
        b"[" * 9999,
    ],
)
def test_what_is_no_file_of_heads_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="不是本系统公布的链头文件"):
        heads.read(raw)


def test_an_older_roster_must_be_the_beginning() -> None:
    old = {ROSTER: base()[ROSTER]}
    changed = events()
    changed[-1]["reason"] = "另一原因"
    for raw in (rechained(changed), rechained(events()[:-1])):
        assert "AU010" in codes(audit({ROSTER: raw}, earlier=old, now={ROSTER: raw}))
    more = [*events(), {**events()[2], "event": "revoked", "issued": "2022-10-10", "reason": "示例"}]
    for name in ("payload", "signature", "signed"):
        del more[-1][name]
    raw = rechained(more)
    assert "AU010" not in codes(audit({ROSTER: raw}, earlier=old, now={ROSTER: raw}))
    assert "AU010" in codes(audit(earlier=old, now={}))


def test_lawful_deletion_is_no_rewriting() -> None:
    """Publication of a reissued certificate withdrawn: the person goes from the one it replaced, too."""
    made = events()
    last = {key: value for key, value in made[4].items() if key not in (*CLEAR, "signed", "supersedes")}
    made.append({**last, "event": "withdrawn", "issued": "2022-10-10", "reason": "本人要求"})
    for at in (1, 4):
        for name in CLEAR:
            made[at].pop(name, None)
    raw = rechained(made)
    found = audit({ROSTER: raw}, earlier={ROSTER: base()[ROSTER]}, now={ROSTER: raw})
    assert found.clean, found.problems
    for name in CLEAR:
        made[0].pop(name, None)
    raw = rechained(made)
    assert "AU010" in codes(audit({ROSTER: raw}, earlier={ROSTER: base()[ROSTER]}, now={ROSTER: raw}))


def test_published_keys_and_printed_lines_only_grow() -> None:
    other = _keys(new_key())
    assert told(audit(earlier={KEYS: other}, now={KEYS: base()[KEYS]}), "AU010")
    old = {"data/prints/2022.jsonl": b"{}\n{}\n"}
    assert told(audit(earlier=old, now={"data/prints/2022.jsonl": b"{}\n"}), "AU010")
    assert not told(audit(earlier=old, now={"data/prints/2022.jsonl": b"{}\n{}\n{}\n"}), "AU010")


# --- Signatures


def _keys(*private: Any, **more: str) -> bytes:
    made = [
        {
            "seq": seq,
            "id": key_id(public_half(one)),
            "purpose": "issuer",
            "algorithm": "ES256",
            "public": public_half(one),
            "from": "2022-01-01",
            **more,
        }
        for seq, one in enumerate(private, 1)
    ]
    return write(KEYS, {"keys": made})


def test_payloads_of_two_people_swapped() -> None:
    made = events()
    for name in ("payload", "signature"):
        made[0][name], made[2][name] = made[2][name], made[0][name]
    found = audit({ROSTER: rechained(made)})
    assert codes(found) == {"CE027"}
    assert len(told(found, "CE027")) == 2


def test_a_signature_that_does_not_fit() -> None:
    made = events()
    made[0]["signature"] = made[2]["signature"]
    found = audit({ROSTER: rechained(made)})
    assert told(found, "AU001") == [f"证书 {FIRST} 的签名核验不通过：内容与签名不符"]


def test_an_altered_payload_and_the_other_of_two_signatures() -> None:
    """Neither needs a key: the roster is chained anew, and the rules that read no curve see nothing wrong."""
    made = events()
    made[0]["person"]["name"] = "李示例"
    said = decode(read_payload(made[0]["payload"]))
    made[0]["payload"] = written_payload(encode(replace(said, name="李示例")))
    raw = read_signature(made[2]["signature"])
    other = (ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    made[2]["signature"] = written_signature(raw[:32] + other)
    found = audit({ROSTER: rechained(made)})
    assert codes(found) == {"AU001"}
    assert told(found, "AU001") == [f"证书 {no} 的签名核验不通过：内容与签名不符" for no in (FIRST, OTHER)]


def test_a_changed_name_signed_by_another_key() -> None:
    made = events()
    made[0]["person"]["name"] = "李示例"
    made[0]["payload"], made[0]["signature"] = signed(made[0], new_key())
    found = audit({ROSTER: rechained(made)})
    assert codes(found) == {"AU001"}
    assert told(found, "AU001") == [f"证书 {FIRST} 的签名核验不通过：签名所用的密钥没有公布"]


def test_another_key_that_names_the_published_one() -> None:
    """The key's id in a payload is only a claim."""
    made = events()
    raw = encode(replace(decode(read_payload(made[0]["payload"])), name="李示例"))
    made[0]["person"]["name"] = "李示例"
    made[0]["payload"], made[0]["signature"] = (
        written_payload(raw),
        written_signature(sign(new_key(), message(raw))),
    )
    found = audit({ROSTER: rechained(made)})
    assert told(found, "AU001") == [f"证书 {FIRST} 的签名核验不通过：内容与签名不符"]


def test_a_compromised_key_proves_nothing_until_certificates_are_reissued() -> None:
    record = deepcopy(records()[KEYS])
    record["keys"][0] |= {"until": "2022-12-31", "reason": "compromised"}
    found = audit({KEYS: write(KEYS, record)})
    assert codes(found) == {"AU002"}
    # The second is replaced already.
    assert len(told(found, "AU002")) == 4


def test_a_key_that_had_ended_or_was_to_begin() -> None:
    record = deepcopy(records()[KEYS])
    record["keys"][0] |= {"until": "2022-08-31", "reason": "lost"}
    assert len(told(audit({KEYS: write(KEYS, record)}), "AU001")) == 1
    assert len(told(audit(as_of=date(2022, 8, 31)), "AU001")) == 1


def test_a_credential_that_is_not_what_was_signed() -> None:
    def badged(key: Any, title: str = "") -> Audit:
        made = events()
        given = award(_repo(), 2022)
        assert given is not None
        said = decode(read_payload(made[0]["payload"]))
        made[0]["badge"] = sign_badge(key, replace(given, title=title or given.title), said)
        return audit({ROSTER: rechained(made)})

    assert codes(badged(issuer())) == set()
    for found in (badged(new_key()), badged(issuer(), "另一名称")):
        assert codes(found) == {"AU013"}
        assert found.clean


def test_a_thousand_findings_of_a_kind_are_counted() -> None:
    raw = b"{}\n" * 1000
    assert len(audit(ledgers=ledger(raw=raw)).problems) < 600


# --- What cannot be printed


def test_a_character_no_font_has_is_told_with_its_code_point() -> None:
    made = events()
    made[0]["person"]["name"] = "王\U00030000"
    resign(made)
    found = audit({ROSTER: rechained(made)})
    assert codes(found) == {"AU003"}
    assert "U+30000" in told(found, "AU003")[0]
    assert "王" not in told(found, "AU003")[0]


def test_a_replaced_certificate_is_not_printed_again() -> None:
    made = events()
    made[1]["person"]["name"] = "王\U00030000"
    resign(made)
    assert codes(audit({ROSTER: rechained(made)})) == set()


# --- Prints


def printed(no: str = FIRST, pdf: bytes = b"%PDF one", **more: str) -> Print:
    fields = {"layout": "v1", "printed": "2022-11-20T00:00:00+08:00", **more}
    return Print(no=no, digest=sha256(pdf).hexdigest(), **fields)


def ledger(*prints: Print, raw: bytes = b"") -> tuple[Ledger, ...]:
    return (Ledger(path=LEDGER, year=2022, raw=b"".join(map(line, prints)) + raw),)


def paper(no: str = FIRST, pdf: bytes = b"%PDF one") -> Paper:
    return Paper(path=f"build/certificates/2022/{no}.pdf", name=no, digest=sha256(pdf).hexdigest())


def test_what_was_printed_and_noted_is_right() -> None:
    assert audit(ledgers=ledger(printed()), papers=(paper(),)).problems == ()
    # Printed and handed out.
    assert audit(ledgers=ledger(printed())).problems == ()


def test_a_pdf_replaced() -> None:
    found = audit(ledgers=ledger(printed()), papers=(paper(pdf=b"%PDF forged"),))
    assert told(found, "AU006") == [
        f"证书 {FIRST} 的 PDF 与台账中这个编号的各行都不一致，印好以后被换过或改过，或台账被改过"
    ]
    found = audit(
        ledgers=ledger(printed(), printed(OTHER, b"%PDF other")), papers=(paper(pdf=b"%PDF other"),)
    )
    assert codes(found) == {"AU006"}


def test_every_print_of_a_number_is_genuine_not_only_the_newest() -> None:
    prints = ledger(printed(), printed(pdf=b"%PDF sealed"), printed(pdf=b"%PDF signed"))
    for pdf in (b"%PDF one", b"%PDF sealed", b"%PDF signed"):
        assert audit(ledgers=prints, papers=(paper(pdf=pdf),)).problems == ()


def test_a_line_of_the_ledger_removed_or_changed() -> None:
    papers = (paper(), paper(OTHER, b"%PDF other"))
    assert codes(audit(ledgers=ledger(printed()), papers=papers)) == {"AU007"}
    assert codes(audit(ledgers=(), papers=papers)) == {"AU007"}
    wrong = ledger(printed(pdf=b"%PDF x"), printed(OTHER, b"%PDF other"))
    assert codes(audit(ledgers=wrong, papers=papers)) == {"AU006"}
    found = audit(ledgers=ledger(printed(), raw=b"{}\nnothing\n" + b"[" * 9999 + b"\n"), papers=(paper(),))
    assert told(found, "AU004") == [f"第 {number} 行不是打印记录" for number in (2, 3, 4)]
    assert [problem.at and problem.at.line for problem in found.problems] == [2, 3, 4]


def test_lines_and_pdfs_of_no_certificate() -> None:
    stranger = "ZSCQZY-42-2022-YC-0099-V"
    assert codes(audit(ledgers=ledger(printed(stranger)))) == {"AU004"}
    assert codes(audit(ledgers=(), papers=(paper(stranger),))) == {"AU007"}
    late = (Ledger(path="build/prints/2023.jsonl", year=2023, raw=line(printed())),)
    assert codes(audit(ledgers=late)) == set()  # not of the years audited
    wrong = (Ledger(path=LEDGER, year=2023, raw=line(printed())),)
    assert codes(audit(ledgers=wrong)) == {"AU004"}


def test_a_layout_that_is_gone_or_another() -> None:
    assert codes(audit(ledgers=ledger(printed()), layouts=frozenset({"v2"}))) == {"AU005"}
    both = frozenset({"v1", "v2"})
    assert codes(audit(ledgers=ledger(printed(layout="v2")), layouts=both)) == {"AU005"}


def test_a_pdf_of_somebody_who_asked_not_to_be_shown() -> None:
    made = events()
    last = {key: value for key, value in made[2].items() if key not in (*CLEAR, "signed")}
    made.append({**last, "event": "withdrawn", "issued": "2022-10-10", "reason": "本人要求"})
    for name in CLEAR:
        made[2].pop(name, None)
    found = audit({ROSTER: rechained(made)}, ledgers=ledger(printed(OTHER)), papers=(paper(OTHER),))
    assert codes(found) == {"AU008"}


# --- Results


def test_a_certificate_for_somebody_who_failed() -> None:
    spec = {"candidates": {"kaohe-yichang-1": {"candidates/2/result/theory": 59}}}
    assert audit(spec=spec).clean
    found = audit(spec=spec, opened=True)
    assert {"CE001", "CA017"} <= codes(found)
    assert told(found, "CE001") == ["学员 K003 没有完成学时或没有全部合格，名册里却有证书（方案 三(二)6(5)）"]


def test_somebody_who_passed_is_missing() -> None:
    made = events()
    del made[3]
    made[3]["no"] = "ZSCQZY-42-2022-YC-0004-5"
    resign(made)
    spec: dict[str, Any] = {"edit": {"data/statistics/2022.yml": {"classes": []}}}
    raw = rechained(made)
    assert "CE001" not in codes(audit({ROSTER: raw}, spec=spec))
    found = audit({ROSTER: raw}, spec=spec, opened=True)
    assert "CE001" in codes(found)


def test_results_that_went_too_early() -> None:
    found = audit(without=[SEALED])
    assert "AU009" in codes(found)
    assert found.clean
    assert "有 1 个班次的成绩已不在" in "；".join(found.sentences)
    assert "AU009" not in codes(audit(without=[SEALED], as_of=date(2099, 1, 1)))


def test_a_number_of_another_making() -> None:
    made = events()
    body = "ABC-42-2022-YC-0005"
    made[4]["no"] = f"{body}-{check_character(body)}"
    resign(made)
    assert "AU012" in codes(audit({ROSTER: rechained(made)}))


def test_a_year_asked_for_alone() -> None:
    roster = events()
    event = {key: value for key, value in roster[0].items() if key not in (*CLEAR, "signed")}
    event |= {"seq": 1, "event": "revoked", "issued": "2022-11-18", "reason": "示例"}
    later = {"year": 2023, "events": chain([event])}
    changes = {"data/rosters/2023.yml": write("data/rosters/2023.yml", later)}
    assert "CE013" in codes(audit(changes))
    assert "CE013" in codes(audit(changes, years=frozenset({2023})))
    assert codes(audit(changes, years=frozenset({2022}))) == set()


def test_progress_is_told() -> None:
    seen: list[tuple[int, int]] = []
    audit(progress=lambda done, total: seen.append((done, total)))
    assert seen == [(n, 5) for n in range(1, 6)] + [(n, 4) for n in range(1, 5)]


def test_every_code_of_the_audit_is_attacked_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [code for code in RULES if code.startswith("AU") and f'"{code}"' not in text] == []


# --- The command


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return lay(tmp_path / "repository")


def test_the_command_reads_ledger_pdfs_and_heads(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*more: str) -> tuple[int, str]:
        code = main(["-C", str(root), "audit", *more])
        return code, capsys.readouterr().out

    assert run()[0] == 0
    (root / LEDGER).parent.mkdir(parents=True)
    (root / LEDGER).write_bytes(line(printed()))
    pdf = root / "build" / "certificates" / "2022" / f"{FIRST}.pdf"
    pdf.parent.mkdir(parents=True)
    pdf.write_bytes(b"%PDF one")
    code, said = run()
    assert (code, "打印台账 1 行，PDF 1 份" in said) == (0, True)
    pdf.write_bytes(b"%PDF forged")
    code, said = run()
    assert (code, f"build/certificates/2022/{FIRST}.pdf:1:1 错误 AU006" in said) == (1, True)
    assert run("--prints", str(tmp_path))[0] == 0
    published = tmp_path / "heads.json"
    published.write_bytes(heads.written(heads.heads(_repo())))
    old = tmp_path / "old.yml"
    old.write_bytes((root / ROSTER).read_bytes())
    (root / ROSTER).write_bytes(rechained(events()[:-1]))
    pdf.unlink()
    assert "AU011" in run("--against", str(published))[1]
    assert "AU010" in run("--against", str(old))[1]


def test_real_certificates_are_noted_among_the_records(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = {**records()["data/dataset.yml"], "kind": "production"}
    (root / "data" / "dataset.yml").write_bytes(write("data/dataset.yml", dataset))
    for path, lines in ((LEDGER, b"nothing\n"), ("data/prints/2022.jsonl", line(printed()))):
        (root / path).parent.mkdir(parents=True)
        (root / path).write_bytes(lines)
    pdf = root / "build" / "certificates" / "2022" / f"{FIRST}.pdf"
    pdf.parent.mkdir(parents=True)
    pdf.write_bytes(b"%PDF forged")
    assert main(["-C", str(root), "audit"]) == 1
    said = capsys.readouterr().out
    assert "打印台账 1 行" in said
    assert "AU006" in said
    assert "AU004" not in said


def test_the_command_against_a_revision_and_a_folder(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.invalid", "-c", "init.defaultBranch=main"]
        subprocess.run(["git", *who, "-C", str(root), *arguments], check=True, capture_output=True)

    git("init")
    git("add", ".")
    git("commit", "-m", "first")
    other = lay(tmp_path / "other")
    assert main(["-C", str(root), "audit", "--against", "HEAD"]) == 0
    (root / ROSTER).write_bytes(rechained(events()[:-1]))
    capsys.readouterr()
    assert main(["-C", str(root), "audit", "--against", "HEAD"]) == 1
    assert "AU010" in capsys.readouterr().out
    assert main(["-C", str(root), "audit", "--against", str(other)]) == 1
    assert "AU010" in capsys.readouterr().out


def test_wrong_use_of_the_command(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*more: str) -> tuple[int, str]:
        code = main(["-C", str(root), "audit", *more])
        return code, capsys.readouterr().err

    (tmp_path / "x.json").write_text(json.dumps({}), "utf-8")
    (tmp_path / "x.yml").write_text("a: 1\n", "utf-8")
    (tmp_path / "empty" / "data").mkdir(parents=True)
    assert run("--year", "2030") == (2, "siwu：没有 2030 年的名册可审核\n")
    for against in ("x.json", "x.yml", "empty", "no-such-revision"):
        assert run("--against", str(tmp_path / against))[0] == 2
    assert run("--against=--output=here")[0] == 2
    assert not (root / "here").exists()
    assert run("--prints", str(tmp_path / "nowhere"))[0] == 2
    assert run("--font", str(tmp_path / "x.yml"))[0] == 2


def test_a_file_too_large_for_heads_is_not_read(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    published = tmp_path / "heads.json"
    published.write_bytes(heads.written(heads.heads(_repo())))
    monkeypatch.setattr("generator.cli.auditing.LARGEST_HEADS", published.stat().st_size - 1)
    assert main(["-C", str(root), "audit", "--against", str(published)]) == 2
    assert "不是名册或链头文件" in capsys.readouterr().err


def test_a_roster_that_cannot_be_read_is_no_clean_audit(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / ROSTER).write_bytes((root / ROSTER).read_bytes().replace(b"year: 2022", b"year: no", 1))
    assert main(["-C", str(root), "audit"]) == 1
    said = capsys.readouterr().out
    assert "data/rosters/2022.yml:2:1 错误 SC001" in said
    assert "没有发现问题" not in said
    (root / ROSTER).unlink()
    assert main(["-C", str(root), "audit"]) == 2
