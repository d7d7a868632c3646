"""The cases that the page's program and this one must answer alike. See cases.json's `about`.

What is expected is written here by hand, next to what is asked; `test_cases.py` holds generator/validity to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from generator.signature.curve import ORDER, sign
from generator.signature.payload import Payload, encode
from generator.signature.written import read_signature, written_signature
from generator.validity.answer import Reason, Word
from generator.validity.keyfile import key_file
from tests.verify.actors import (
    BASE_URL,
    BY_STATUS,
    EARLY,
    GONE,
    LONG,
    NEW,
    NOW,
    OLD,
    PUBLISHED,
    RARE,
    RETIRED,
    RETIRED_LATE,
    STOLEN,
    STRANGER,
    TAKEN_BACK,
    TODAY,
    TOMORROW,
    TWIN,
    UNLISTED,
    VALID_ONE,
    private,
    signed,
    text,
)
from tests.verify.lists import FINE, LISTS, REASONS

FILE = Path(__file__).with_name("cases.json")
ABOUT = (
    "What is asked and must be answered, in TypeScript and in Python alike. Made by `python -m tests.verify`.",
    "keys: verify/keys.json. lists: verify/status.jwt by name, null where it could not be fetched.",
    "A case asks `text` (what stands behind # in the address), `number` (as typed) or `file` (a PDF's sha256 and the",
    "text attached to it; `prints` is the prints.json of its certificate, null where there is none), at the time `now`,",
    "on the site `base_url`; `token` is that of the page /c/<token>/ where it was opened, empty on /verify/.",
    "Expected: `answer` in its words, `reason` as a mark of `reasons`, `no` and `payload` where they may be believed,",
    "`successor` where another number took its place.",
)
Case = dict[str, Any]
RAW = encode(VALID_ONE)
GOOD = signed(VALID_ONE)
PAYLOAD, SIGNATURE = GOOD.split(".")
ONES = b"\xff" * 64
MALFORMED = {"answer": "无法核验", "reason": "malformed"}
ALTERED = {"answer": "查无", "reason": "altered"}


def expected(said: Payload, answer: str, reason: str, successor: str = "") -> dict[str, Any]:
    """An answer about a certificate whose signature is genuine."""
    return {
        "answer": answer,
        "reason": reason,
        "no": said.no,
        "successor": successor,
        "payload": {
            "name": said.name,
            "unit": said.unit,
            "date": str(said.day),
            "class": said.class_id,
            "layout": said.layout,
            "token": said.token,
            "key": said.key,
        },
    }


def held(name: str, what: str, wanted: dict[str, Any], **more: str) -> Case:
    """A case about a QR code's text; `more` differs from the ordinary circumstances."""
    return _case(name, "text", what, wanted, more)


def typed(name: str, what: str, wanted: dict[str, Any], **more: str) -> Case:
    """A case about a number."""
    return _case(name, "number", what, wanted, more)


def dropped(name: str, attached: str | None, wanted: dict[str, Any], **more: Any) -> Case:
    """A case about a PDF."""
    usual = {"prints": {"no": VALID_ONE.no, "prints": [_print("older"), _print("ours")]}}
    return _case(name, "file", {"sha256": _digest("ours"), "attached": attached}, wanted, usual | more)


def _digest(name: str) -> str:
    return sha256(name.encode()).hexdigest()


def _print(name: str) -> dict[str, str]:
    return {"sha256": _digest(name), "layout": "v1", "printed": "2022-07-05T09:00:00+08:00"}


def _case(name: str, field: str, what: Any, wanted: dict[str, Any], more: dict[str, Any]) -> Case:
    usual = {"list": "good", "now": NOW.isoformat(), "base_url": BASE_URL, "token": ""}
    nothing: dict[str, Any] = {"no": "", "successor": "", "payload": None}
    return {"name": name, field: what, **usual, **more, "expected": nothing | wanted}


def _standings() -> Iterator[Case]:
    fine = "有效", "checked"
    for name, said in (("valid", VALID_ONE), ("long texts", LONG), ("rare characters", RARE)):
        yield held(name, signed(said), expected(said, *fine))
    yield held("valid, on its page", GOOD, expected(VALID_ONE, *fine), token=VALID_ONE.token)
    yield held("on another's page", GOOD, expected(VALID_ONE, "无法核验", "other-address"), token=TWIN.token)
    yield held("replaced", signed(OLD), expected(OLD, "已换发", "replaced", NEW.no))
    yield held("its successor", signed(NEW), expected(NEW, *fine))
    yield held("revoked", signed(TAKEN_BACK), expected(TAKEN_BACK, "已撤销", "revoked"))
    yield held("withdrawn", signed(GONE), expected(GONE, "已停止公开", "withdrawn"))
    yield held("not listed", signed(UNLISTED), expected(UNLISTED, "查无", "not-listed"))
    yield held("another one is listed", signed(TWIN), expected(TWIN, "查无", "different"))
    demo = "演示数据，非真实证书"
    yield held("demo", GOOD, expected(VALID_ONE, demo, "checked"), list="demo")
    revoked = expected(TAKEN_BACK, "已撤销", "revoked")
    yield held("revoked in a demo", signed(TAKEN_BACK), revoked, list="demo")


def _keys() -> Iterator[Case]:
    yield held("retired key, in its days", signed(RETIRED, "retired"), expected(RETIRED, "有效", "checked"))
    for name, what, reason in (
        ("retired key, later", signed(RETIRED_LATE, "retired"), "key-not-valid"),
        ("before the key began", signed(EARLY), "key-not-valid"),
        ("compromised key, in its days", signed(STOLEN, "compromised"), "key-compromised"),
        ("compromised key, altered too", signed(STOLEN), "key-compromised"),
        ("key not published", signed(STRANGER, "nobody's"), "key-unknown"),
        ("key of the status list", signed(BY_STATUS, "status"), "key-unknown"),
        ("dated tomorrow", signed(TOMORROW), "dated-ahead"),
    ):
        yield held(name, what, {"answer": "无法核验", "reason": reason})
    yield held("dated today", signed(TODAY), expected(TODAY, "有效", "checked"))
    yield held(
        "today is Beijing's day",
        signed(TOMORROW),
        expected(TOMORROW, "有效", "checked"),
        now="2022-11-20T16:30:00Z",
    )
    yield held(
        "and not that of a place further east",
        signed(TOMORROW),
        {"answer": "无法核验", "reason": "dated-ahead"},
        now="2022-11-21T04:30:00+13:00",
    )


def _forged() -> Iterator[Case]:
    raw = read_signature(SIGNATURE)
    high = raw[:32] + (ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    for name, what in (
        ("another name", f"{signed(replace(VALID_ONE, name='李示例')).split('.')[0]}.{SIGNATURE}"),
        ("another number", f"{signed(replace(VALID_ONE, no=TWIN.no)).split('.')[0]}.{SIGNATURE}"),
        ("another date", f"{signed(replace(VALID_ONE, day=NEW.day)).split('.')[0]}.{SIGNATURE}"),
        ("another's signature", f"{PAYLOAD}.{signed(TWIN).split('.')[1]}"),
        ("another key's signature", signed(VALID_ONE, "nobody's")),
        ("an older key's signature", signed(VALID_ONE, "retired")),
        ("high s", f"{PAYLOAD}.{written_signature(high)}"),
        ("signature of noughts", f"{PAYLOAD}.{written_signature(bytes(64))}"),
        ("signature of ones", f"{PAYLOAD}.{written_signature(ONES)}"),
        ("r of the order", f"{PAYLOAD}.{written_signature(ORDER.to_bytes(32, 'big') + raw[32:])}"),
        ("signed for something else", f"{PAYLOAD}.{written_signature(sign(private('issuer'), RAW))}"),
    ):
        yield held(name, what, ALTERED)
    yield held("forged and no list", signed(VALID_ONE, "retired"), ALTERED, list="missing")


def _malformed() -> Iterator[Case]:
    for name, what in (
        ("nothing", ""),
        ("words", "证书"),
        ("only a dot", "."),
        ("no signature", PAYLOAD),
        ("signature empty", f"{PAYLOAD}."),
        ("payload empty", f".{SIGNATURE}"),
        ("cut short", GOOD[:-1]),
        ("cut in the payload", GOOD[len(PAYLOAD) // 2 :]),
        ("signature without its S", f"{PAYLOAD}.{SIGNATURE[1:]}"),
        ("signature too long", f"{GOOD}AA"),
        ("three parts", f"{GOOD}.{SIGNATURE}"),
        ("padded", f"{PAYLOAD}{'=' * (-len(PAYLOAD) % 4 or 4)}.{SIGNATURE}"),
        ("a space within", f"{PAYLOAD[:9]} {PAYLOAD[9:]}.{SIGNATURE}"),
        ("a percent sign", f"{PAYLOAD[:9]}%41{PAYLOAD[9:]}.{SIGNATURE}"),
        ("another base64", f"{PAYLOAD[:-1]}+.{SIGNATURE}"),
        ("bits left over", f"{PAYLOAD}.{SIGNATURE[:-1]}{chr(ord(SIGNATURE[-1]) + 1)}"),
        ("very long", f"{'A' * 5_000}.{SIGNATURE}"),
    ):
        yield held(f"malformed: {name}", what, MALFORMED)
    for name, raw in _badly_made():
        yield held(f"signed, but malformed: {name}", text(raw), MALFORMED)


def _badly_made() -> Iterator[tuple[str, bytes]]:
    """Bytes that the issuer's program never signs, signed."""
    name = VALID_ONE.name.encode("utf-16-be")
    yield "no bytes", b""
    yield "version 2", b"\x02" + RAW[1:]
    yield "a byte more", RAW + b"\x00"
    yield "a byte less", RAW[:-1]
    yield "small letters in the number", RAW.replace(b"ZSCQZY", b"ZSCQZy")
    yield "capitals in the class", RAW.replace(b"kaohe", b"Kaohe")
    yield "signs in the class", RAW.replace(b"kaohe-", b"kaohe<")
    for what, changed in (
        ("name of another form", "e\u0301示".encode("utf-16-be")),
        ("half a character", b"\xd8\x6d" + name[2:]),
        ("the other half", b"\xdc\x00" + name[2:]),
        ("a character nobody sees", "王\u200b例".encode("utf-16-be")),
        ("a character of one's own", "王\ue000例".encode("utf-16-be")),
        ("a space at the end", "王例 ".encode("utf-16-be")),
        ("a line end", "王\n例".encode("utf-16-be")),
        ("right to left", "王\u202e例".encode("utf-16-be")),
    ):
        assert len(changed) == len(name)
        yield what, RAW.replace(name, changed)
    yield "an empty name", RAW.replace(b"\x03" + name, b"\x00")
    yield "a token too short", RAW.replace(_token(20), _token(19))
    yield (
        "bits left over in the token",
        encode(replace(VALID_ONE, token="0" * 21)).replace(
            b"\x15" + bytes(14), b"\x15" + bytes(13) + b"\x01"
        ),
    )


def _token(length: int) -> bytes:
    made = encode(replace(VALID_ONE, token=VALID_ONE.token[:20]))
    start = made.index(b"\x02v1") + 3
    packed = made[start + 1 : start + 14]
    if length == 20:
        return bytes([20]) + packed[: 20 * 5 // 8 + 1]
    bits = int.from_bytes(packed[:12], "big") >> 1 << 1
    return bytes([length]) + bits.to_bytes(12, "big") + packed[12:13]


def _numbers() -> Iterator[Case]:
    no = VALID_ONE.no
    found = {"answer": "有效", "reason": "by-number", "no": no}
    wide = "".join(chr(ord(character) + 0xFEE0) for character in no)
    for name, what in (
        ("as printed", no),
        ("small letters", no.lower()),
        ("no hyphens", no.replace("-", "")),
        ("spaces", f"  {no.replace('-', ' ')}\t"),
        ("wide", wide),
        ("dashes", no.replace("-", "—")),
        ("minus signs", no.replace("-", "−")),
        ("line end", f"{no}\r\n"),
        ("line separator", f"{no}\u2028"),
        ("byte order mark", no.replace("-42", "\ufeff-42")),
    ):
        yield typed(f"number {name}", what, found)
    mistyped = {"answer": "无法核验", "reason": "number-mistyped"}
    other = "0" if no[-1] != "0" else "1"
    yield typed("number with a wrong check character", f"{no[:-1]}{other}", mistyped)
    yield typed("number with two digits exchanged", no.replace("0001", "0010"), mistyped)
    yield typed("number with I for 1", no.replace("0001", "000I"), _nothing("number-malformed"))
    for name, what in (
        ("none", ""),
        ("without check character", no[:-2]),
        ("longer", f"{no}0"),
        ("of another province", no.replace("-42-", "-43-")),
        ("of other digits", no.replace("0001", "٠٠٠١")),
        ("hostile", "<script>alert(1)</script>"),
        ("with a control character", f"{no}\x1c"),
        ("with an old line end", f"{no}\x85"),
        ("with what nobody sees", no.replace("-42", "\u200b-42")),
        ("of Cyrillic letters", no.replace("Y-", "У-")),
        ("very long", "Z" * 5_000),
        ("with a long tail", f"{no}{' ' * 200}"),
        ("a name", "王示例"),
    ):
        yield typed(f"number: {name}", what, _nothing("number-malformed"))
    yield typed(
        "number not listed", UNLISTED.no, {"answer": "查无", "reason": "not-listed", "no": UNLISTED.no}
    )
    for said, answer, reason, successor in (
        (OLD, "已换发", "replaced", NEW.no),
        (TAKEN_BACK, "已撤销", "revoked", ""),
        (GONE, "已停止公开", "withdrawn", ""),
    ):
        wanted = {"answer": answer, "reason": reason, "no": said.no, "successor": successor}
        yield typed(f"number {reason}", said.no, wanted)
    yield typed("number in a demo", no, found | {"answer": "演示数据，非真实证书"}, list="demo")
    for name in ("missing", "stale", "tampered"):
        wanted = _nothing(REASONS[name]) | {"no": no}
        yield typed(f"number, list {name}", no, wanted, list=name)


def _nothing(reason: str) -> dict[str, Any]:
    return {"answer": "无法核验", "reason": reason}


def _lists() -> Iterator[Case]:
    for name in LISTS:
        if name in FINE:
            answer = "演示数据，非真实证书" if name == "demo" else "有效"
            yield held(f"list: {name}", GOOD, expected(VALID_ONE, answer, "checked"), list=name)
            continue
        reason = REASONS.get(name, "list-unreadable")
        yield held(f"list: {name}", GOOD, expected(VALID_ONE, "无法核验", reason), list=name)
    stale = expected(VALID_ONE, "无法核验", "list-stale")
    yield held("list: a second after its end", GOOD, stale, now="2022-12-04T00:00:01+08:00")
    yield held("list: asked years later", GOOD, stale, now="2030-01-01T00:00:00+08:00")
    ahead = expected(VALID_ONE, "无法核验", "list-ahead")
    yield held("list: by a clock a second behind", GOOD, ahead, now="2022-11-19T23:59:59+08:00")
    there = expected(VALID_ONE, "无法核验", "list-elsewhere")
    yield held("list: on a copy of the site", GOOD, there, base_url="https://siwu-example.invalid/")
    gone = expected(TAKEN_BACK, "无法核验", "list-altered")
    yield held("list: a revoked one made valid", signed(TAKEN_BACK), gone, list="tampered")


def _files() -> Iterator[Case]:
    yield dropped("file", GOOD, expected(VALID_ONE, "有效", "checked"))
    yield dropped("file in a demo", GOOD, expected(VALID_ONE, "演示数据，非真实证书", "checked"), list="demo")
    others = {"no": VALID_ONE.no, "prints": [_print("older")]}
    unknown = expected(VALID_ONE, "查无", "print-unknown")
    yield dropped("file that is no print", GOOD, unknown, prints=others)
    yield dropped("file, nothing printed", GOOD, unknown, prints={"no": VALID_ONE.no, "prints": []})
    stranger = {"no": TWIN.no, "prints": [_print("ours")]}
    yield dropped("file, another's prints", GOOD, unknown, prints=stranger)
    missing = expected(VALID_ONE, "无法核验", "prints-missing")
    yield dropped("file, no prints at hand", GOOD, missing, prints=None)
    yield dropped("file without our text", None, _nothing("no-attachment"))
    revoked = {"no": TAKEN_BACK.no, "prints": [_print("ours")]}
    wanted = expected(TAKEN_BACK, "已撤销", "revoked")
    yield dropped("file of a revoked one", signed(TAKEN_BACK), wanted, prints=revoked)
    yield dropped("file of a revoked one, no prints at hand", signed(TAKEN_BACK), wanted, prints=None)
    gone = expected(GONE, "已停止公开", "withdrawn")
    yield dropped("file of a withdrawn one", signed(GONE), gone, prints={"no": GONE.no, "prints": []})
    old = expected(OLD, "已换发", "replaced", NEW.no)
    yield dropped("file of a replaced one that is no print", signed(OLD), old, prints=others)
    no_list = expected(VALID_ONE, "无法核验", "list-missing")
    yield dropped("file, no list", GOOD, no_list, list="missing")
    yield dropped("file, neither list nor prints", GOOD, no_list, list="missing", prints=None)
    absent = expected(UNLISTED, "查无", "not-listed")
    yield dropped("file of one not listed", signed(UNLISTED), absent, prints=None)


def cases() -> list[Case]:
    """All of them, in order; each name once."""
    made = [
        case for part in (_standings, _keys, _forged, _malformed, _numbers, _files, _lists) for case in part()
    ]
    names = [case["name"] for case in made]
    assert len(set(names)) == len(names), sorted(name for name in names if names.count(name) > 1)
    return made


def made() -> bytes:
    """The file."""
    whole = {
        "about": ABOUT,
        "answers": [str(word) for word in Word],
        "reasons": {reason.mark: reason.value for reason in Reason},
        "keys": json.loads(key_file(PUBLISHED)),
        "lists": LISTS,
        "cases": cases(),
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()
