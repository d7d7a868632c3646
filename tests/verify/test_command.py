"""`siwu verify`: the same answers on the command line, without a network."""

from __future__ import annotations

import json
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from pypdf import PdfWriter

from generator.cli import main
from generator.validity.attachment import NAME
from tests.disk import lay
from tests.rostered import ROSTER
from tests.support import records, tree
from tests.verify.actors import BASE_URL, GONE, NEW, OLD, RARE, TAKEN_BACK, TWIN, UNLISTED, VALID_ONE, signed
from tests.verify.cases import FILE
from tests.verify.lists import BODY, LISTS, changed

EVENTS = records()[ROSTER]["events"]
FIRST = EVENTS[0]
TEXT = f"{FIRST['payload']}.{FIRST['signature']}"
ADDRESS = f"https://siwu.example/c/{FIRST['token']}/#{TEXT}"
DEMO = "演示数据，非真实证书"


class Said(NamedTuple):
    code: int
    answer: str
    out: str
    err: str


class Asking:
    """`siwu verify` as somebody runs it in a folder."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self.capsys = root, capsys

    def __call__(self, *arguments: object) -> Said:
        code = main(["-C", str(self.root), "verify", *map(str, arguments)])
        out, err = self.capsys.readouterr()
        return Said(code, out.partition("\n")[0], out, err)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay(tmp_path_factory.mktemp("repository"))


@pytest.fixture
def verify(repository: Path, capsys: pytest.CaptureFixture[str]) -> Asking:
    return Asking(repository, capsys)


@pytest.fixture
def files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Asking:
    """In a folder that is no repository, with the keys of the shared cases in keys.json."""
    keys = json.loads(FILE.read_text(encoding="utf-8"))["keys"]
    (tmp_path / "keys.json").write_text(json.dumps(keys), encoding="utf-8")
    for name, line in LISTS.items():
        if line is not None:
            (tmp_path / f"{name}.jwt").write_text(f"{line}\n", encoding="utf-8")
    return Asking(tmp_path, capsys)


def given(files: Asking, what: str, name: str = "good", at: str = "2022-11-20") -> Said:
    root = files.root
    return files(what, "--keys", root / "keys.json", "--status", root / f"{name}.jwt", "--at", at)


# --- By the repository at hand


@pytest.mark.parametrize("what", [FIRST["no"], FIRST["no"].lower().replace("-", " "), ADDRESS, TEXT])
def test_a_certificate_of_the_demo_is_genuine_and_none(verify: Asking, what: str) -> None:
    said = verify(what)
    assert (said.code, said.answer, said.err) == (0, DEMO, "")
    assert f"编号：{FIRST['no']}\n" in said.out


def test_what_is_signed_is_told(verify: Asking) -> None:
    person = FIRST["person"]
    assert verify(ADDRESS).out == (
        f"{DEMO}\n签名是颁发单位的，状态清单里是同一张证书。\n"
        "下面是颁发单位签名的内容。请与手中的证书逐项核对，有一处不同，手中的就不是这张证书。\n"
        f"编号：{FIRST['no']}\n姓名：{person['name']}\n"
        f"单位：{person['unit']}\n日期：2022-07-01\n班次：kaohe-yichang-1\n版式：v1\n"
        "依据：本仓库的名册和公布的密钥。\n"
    )


def test_a_replaced_one_names_its_successor(verify: Asking) -> None:
    said = verify(EVENTS[1]["no"])
    assert (said.code, said.answer) == (1, "已换发")
    assert f"新编号：{EVENTS[4]['no']}\n" in said.out


def test_a_wrong_number_is_not_looked_up(verify: Asking) -> None:
    assert verify(f"{FIRST['no'][:-1]}0")[:2] == (2, "无法核验")
    assert "校验位不对" in verify(f"{FIRST['no'][:-1]}0").out
    assert verify(UNLISTED.no)[:2] == (1, "查无")


def test_another_site_is_told_of(verify: Asking) -> None:
    said = verify(ADDRESS.replace("siwu.example", "siwu.invalid"))
    assert (said.code, said.answer) == (0, DEMO)
    assert "不是本网站的" in said.err


def test_an_address_that_leads_to_another_certificate(verify: Asking) -> None:
    said = verify(ADDRESS.replace(FIRST["token"], EVENTS[2]["token"]))
    assert (said.code, said.answer) == (2, "无法核验")
    assert verify(ADDRESS.partition("#")[0])[:2] == (2, "无法核验")


def test_a_roster_that_was_edited_answers_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = lay(tmp_path, tree({"edit": {ROSTER: {"events/0/person/unit": "示例另一公司"}}}).files)
    roster = root / ROSTER
    raw = roster.read_bytes().replace(FIRST["person"]["unit"].encode(), "示例另一公司".encode())
    roster.write_bytes(raw)
    said = Asking(root, capsys)(FIRST["no"])
    assert (said.code, said.out) == (2, "")
    assert "siwu check" in said.err


# --- By files from the site


@pytest.mark.parametrize(
    ("what", "code", "answer"),
    [
        (signed(VALID_ONE), 0, "有效"),
        (signed(RARE), 0, "有效"),
        (VALID_ONE.no, 0, "有效"),
        (signed(OLD), 1, "已换发"),
        (signed(TAKEN_BACK), 1, "已撤销"),
        (signed(GONE), 1, "已停止公开"),
        (signed(TWIN), 1, "查无"),
        (signed(VALID_ONE, "retired"), 1, "查无"),
        (f"{BASE_URL}c/{VALID_ONE.token}/#{signed(VALID_ONE)}", 0, "有效"),
    ],
)
def test_files_are_enough(files: Asking, what: str, code: int, answer: str) -> None:
    assert given(files, what)[:2] == (code, answer)


def test_what_stands_in_for_it_is_told(files: Asking) -> None:
    assert given(files, signed(VALID_ONE)).out.endswith(
        "依据：2022-11-20 的状态清单，有效到 2022-12-04 00:00。\n"
    )
    assert f"新编号：{NEW.no}\n" in given(files, OLD.no).out


def test_of_who_withdrew_only_the_number_is_told(files: Asking) -> None:
    said = given(files, signed(GONE))
    assert GONE.no in said.out
    assert GONE.name not in said.out
    assert GONE.unit not in said.out


@pytest.mark.parametrize("name", ["stale", "tampered", "by a compromised key", "alg none", "a page"])
def test_a_list_that_cannot_be_believed_answers_nothing(files: Asking, name: str) -> None:
    assert given(files, signed(VALID_ONE), name)[:2] == (2, "无法核验")
    assert given(files, VALID_ONE.no, name)[:2] == (2, "无法核验")


def test_a_list_lasts_until_its_day(files: Asking) -> None:
    assert given(files, VALID_ONE.no, at="2022-12-03").code == 0
    assert given(files, VALID_ONE.no, at="2022-12-04").code == 2
    # Without a day it is asked now, years later.
    root = files.root
    now = files(VALID_ONE.no, "--keys", root / "keys.json", "--status", root / "good.jwt")
    assert now[:2] == (2, "无法核验")


def test_a_list_of_another_site_is_not_this_ones(files: Asking, verify: Asking) -> None:
    elsewhere = f"https://siwu.invalid/c/{VALID_ONE.token}/#{signed(VALID_ONE)}"
    assert given(files, elsewhere)[:2] == (2, "无法核验")
    status = files.root / "another site's.jwt"
    keys = files.root / "keys.json"
    assert verify(VALID_ONE.no, "--status", status, "--keys", keys, "--at", "2022-11-20").code == 0
    assert verify(VALID_ONE.no, "--status", files.root / "good.jwt", "--at", "2022-11-20").code == 2


def test_files_that_are_none_are_named(files: Asking) -> None:
    root = files.root
    keys = ("--keys", root / "keys.json")
    assert "读不了" in files(VALID_ONE.no, *keys, "--status", root / "none").err
    assert "不是公布密钥的文件" in files(VALID_ONE.no, "--keys", root / "good.jwt").err
    assert files("certificate.pdf").code == 2
    with (root / "huge.pdf").open("wb") as huge:
        huge.truncate(20 * 2**20)
    assert "太大" in files(root / "huge.pdf").err
    (root / "picture.PDF").write_bytes(bytes(9))
    other = files(root / "picture.PDF")
    assert (other.code, other.out) == (2, "")
    assert "不是 PDF" in other.err
    (root / "picture.png").write_bytes(b"\x89PNG\r\n" + bytes(range(256)))
    assert given(files, str(root / "picture.png"))[:2] == (2, "无法核验")
    (root / "certificate.siwu").write_text(f"{signed(VALID_ONE)}\n", encoding="utf-8")
    assert given(files, str(root / "certificate.siwu"))[:2] == (0, "有效")


def test_hostile_words_stay_words(files: Asking) -> None:
    hostile = "\x1b[2J\x1b]0;x\x07\u202e\n::error::.pdf"
    said = given(files, hostile)
    assert said.code == 2
    assert not set("\x1b\x07\u202e") & set(said.out + said.err)
    assert not [line for line in (said.out + said.err).splitlines() if line.startswith("::")]


def test_hostile_words_in_a_signed_list_stay_words(files: Asking) -> None:
    row = ["replaced", "0" * 32, "\x1b[2J\u202e\n::error::"]
    (files.root / "hostile.jwt").write_text(changed(BODY | {"certificates": {OLD.no: row}}), encoding="utf-8")
    said = given(files, OLD.no, "hostile")
    assert (said.code, said.answer) == (1, "已换发")
    assert not set("\x1b\u202e") & set(said.out)
    assert len(said.out.splitlines()) == 5


# --- A PDF


def pdf(text: str | None, *, times: int = 1, title: str = "") -> bytes:
    made = PdfWriter()
    made.add_blank_page(100, 100)
    made.add_metadata({"/Title": title})
    for _ in range(times if text is not None else 0):
        made.add_attachment(NAME, (text or "").encode())
    out = BytesIO()
    made.write(out)
    return out.getvalue()


@pytest.fixture
def printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Asking:
    """A repository with a ledger of what stands in the folder `printed`."""
    root = lay(tmp_path)
    folder = root / "printed"
    folder.mkdir()
    made = {
        "own": pdf(TEXT),
        "plain": pdf(None),
        "twice": pdf(TEXT, times=2),
        "other": pdf(f"{EVENTS[2]['payload']}.{EVENTS[2]['signature']}"),
        "altered": pdf(TEXT[:-2] + ("AA" if TEXT[-2:] != "AA" else "BA")),
        "broken": b"%PDF-1.7\n" + bytes(range(256)),
    }
    for name, raw in made.items():
        (folder / f"{name}.pdf").write_bytes(raw)
    lines = [
        {
            "no": FIRST["no"],
            "layout": "v1",
            "digest": sha256(raw).hexdigest(),
            "printed": "2022-07-05T09:00:00+08:00",
            "tools": "",
        }
        for raw in made.values()
    ]
    (root / "build" / "prints").mkdir(parents=True)
    ledger = "".join(f"{json.dumps(one)}\n" for one in lines)
    (root / "build" / "prints" / "2022.jsonl").write_text(ledger, encoding="utf-8")
    return Asking(root, capsys)


@pytest.mark.parametrize(
    ("name", "code", "answer", "reason"),
    [
        ("own", 0, DEMO, "同一张证书"),
        ("plain", 2, "无法核验", "没有证书的签名内容"),
        ("twice", 2, "无法核验", "没有证书的签名内容"),
        ("broken", 2, "无法核验", "没有证书的签名内容"),
        ("other", 1, "查无", "与打印记录不符"),
        ("altered", 1, "查无", "签名与内容不符"),
    ],
)
def test_a_printed_file(printed: Asking, name: str, code: int, answer: str, reason: str) -> None:
    said = printed(printed.root / "printed" / f"{name}.pdf")
    assert (said.code, said.answer) == (code, answer)
    assert reason in said.out


def test_a_file_nobody_printed_is_not_even_looked_into(
    printed: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.validity.attachment.attached", None)
    forged = printed.root / "forged.pdf"
    forged.write_bytes(pdf(TEXT, title="改动过"))
    said = printed(forged)
    assert (said.code, said.answer) == (1, "查无")
    assert "与打印记录不符" in said.out


def test_without_a_ledger_nobody_can_say(verify: Asking, tmp_path: Path) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(pdf(TEXT))
    said = verify(file)
    assert (said.code, said.answer) == (2, "无法核验")
    assert "打印记录" in said.out


def test_the_site_beside_tells_what_was_printed(printed: Asking) -> None:
    root = printed.root
    (root / "build" / "prints" / "2022.jsonl").unlink()
    page = root / "build" / "html" / "c" / FIRST["token"]
    page.mkdir(parents=True)
    digest = sha256((root / "printed" / "own.pdf").read_bytes()).hexdigest()
    told = {"no": FIRST["no"], "prints": [{"sha256": digest, "layout": "v1", "printed": ""}]}
    (page / "prints.json").write_text(json.dumps(told), encoding="utf-8")
    assert printed(root / "printed" / "own.pdf")[:2] == (0, DEMO)
    assert printed(root / "printed" / "plain.pdf")[:2] == (1, "查无")


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "[" * 100_000,
        '{"no": [], "prints": [{"sha256": "DIGEST"}]}',
        '{"no": "NO", "prints": [{"sha256": []}]}',
        '{"no": "NO", "prints": ["DIGEST"]}',
        '{"no": "NO", "prints": [{"__proto__": {"sha256": "DIGEST"}}]}',
    ],
    ids=lambda text: text[:40],
)
def test_what_is_beside_and_no_record_of_prints_answers_nothing(printed: Asking, text: str) -> None:
    root = printed.root
    page = root / "build" / "html" / "c" / FIRST["token"]
    page.mkdir(parents=True)
    digest = sha256((root / "printed" / "own.pdf").read_bytes()).hexdigest()
    told = text.replace("DIGEST", digest).replace("NO", FIRST["no"])
    (page / "prints.json").write_text(told, encoding="utf-8")
    said = printed(root / "printed" / "own.pdf")
    assert (said.code, said.out) == (2, "")
    assert "prints.json 不是打印记录" in said.err


def test_a_ledger_that_is_none_answers_nothing(printed: Asking) -> None:
    (printed.root / "build" / "prints" / "2022.jsonl").write_text("{}\n", encoding="utf-8")
    said = printed(printed.root / "printed" / "own.pdf")
    assert (said.code, said.out) == (2, "")
    assert "打印台账" in said.err
