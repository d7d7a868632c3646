"""`siwu print`: the right PDFs in the folder, a line for each, parts that make the whole, and no name in a name."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from generator.cli import main
from generator.cli.printing import EPOCH
from generator.documents.prints import read
from generator.publish.ledger import Ledger
from generator.sealed import seal as seal_to
from generator.sign import chain, person_digest, signed_digest
from generator.signature.keys import new_key, public_half
from generator.signature.published import key_id
from tests.published import build, files, lay_out
from tests.rostered import ROSTER, rostered, shown
from tests.support import records, signed, tree, write

pytestmark = pytest.mark.xdist_group("print")

EPOCH_2022, MOMENT = "1668906000", "2022-11-20T09:00:00+08:00"
LISTED = [one.no for one in shown(rostered()) if one.prints]
ASSESSMENT, KEYS, SEALED = "data/assessments/2022/yichang/plan.yml", "data/keys.yml", "data/sealed"
REPLACED = "ZSCQZY-42-2022-YC-0002-9"


@dataclass(frozen=True)
class Office:
    """A small repository, and what the command says there."""

    folder: Path
    run: Callable[..., tuple[int, str, str]]

    def print(self, *arguments: str | Path) -> tuple[int, str, str]:
        return self.run("-C", self.folder, "print", *arguments)

    @property
    def ledger(self) -> Path:
        return self.folder / "build" / "prints" / "2022.jsonl"

    def pdfs(self, out: str = "build/certificates") -> dict[str, bytes]:
        return {path.stem: path.read_bytes() for path in sorted((self.folder / out).glob("2022/*.pdf"))}

    def lines(self) -> list[tuple[str, str]]:
        return [(one.no, one.digest) for one in read(self.ledger.read_bytes())]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv(EPOCH, EPOCH_2022)

    def command(*arguments: str | Path) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture
def office(tmp_path: Path, run: Callable[..., Any]) -> Office:
    return Office(lay_out(tmp_path / "office"), run)


def changed(office: Office, spec: Mapping[str, Any]) -> None:
    """Write the small repository with a case's changes over the office's."""
    lay_out(office.folder, dict(tree({**spec, "rechain": [ROSTER]}).files))


def digests(pdfs: Mapping[str, bytes]) -> list[tuple[str, str]]:
    return [(no, sha256(pdf).hexdigest()) for no, pdf in pdfs.items()]


def test_what_is_valid_is_printed_and_written_down(office: Office) -> None:
    code, said, complaint = office.print()
    assert (code, complaint) == (0, "")
    assert said == (
        "2022 年证书：印了 4 张，原已印好 0 张；台账加了 4 行。\n"
        f"PDF：{office.folder}/build/certificates/2022\n台账：{office.ledger}\n"
    )
    pdfs = office.pdfs()
    assert list(pdfs) == LISTED
    assert all(pdf.startswith(b"%PDF-") for pdf in pdfs.values())
    assert office.lines() == digests(pdfs)
    assert {one.printed for one in read(office.ledger.read_bytes())} == {MOMENT}
    tools = read(office.ledger.read_bytes())[0].tools
    assert tools.startswith("siwu ")
    assert "weasyprint " in tools
    again = office.print()
    assert again[1].startswith("2022 年证书：印了 0 张，原已印好 4 张；台账加了 0 行。")
    assert (office.pdfs(), office.lines()) == (pdfs, digests(pdfs))


def test_a_build_and_a_print_make_the_same_pdfs_and_the_page_tells_of_one(office: Office) -> None:
    office.print()
    found = files(build(office.folder))
    for one in shown(rostered()):
        told = json.loads(found[f"c/{one.token}/prints.json"])
        assert told["no"] == one.no
        assert [entry["sha256"] for entry in told["prints"]] == [
            digest for no, digest in office.lines() if no == one.no
        ]
        if one.prints:
            published = found[f"c/{one.token}/certificate.pdf"]
            assert told["prints"] == [
                {"sha256": sha256(published).hexdigest(), "layout": "v1", "printed": MOMENT}
            ]
            assert published == office.pdfs()[one.no]


def test_no_name_and_no_token_is_in_a_path_the_ledger_or_the_notes(office: Office) -> None:
    office.print()
    holders = [one for one in shown(rostered()) if one.holder is not None]
    hidden = {text for one in holders if one.holder for text in (one.holder.name, one.holder.unit, one.token)}
    paths = [path for path in (office.folder / "build").rglob("*") if path.is_file()]
    for path in paths:
        assert not [text for text in hidden if text in str(path)]
        if path.suffix != ".pdf":
            assert not [text for text in hidden if text in path.read_text(encoding="utf-8")]
    assert {path.suffix for path in paths} == {".pdf", ".jsonl", ""}


def test_four_shards_on_four_machines_are_one_print(
    office: Office, tmp_path: Path, run: Callable[..., Any]
) -> None:
    office.print()
    parts = []
    for part in (1, 2, 3, 4):
        machine = Office(lay_out(tmp_path / f"machine-{part}"), run)
        code, said, _ = machine.print("--shard", f"{part}/4", "--out", tmp_path / f"part-{part}")
        assert code == 0
        assert said.startswith(f"2022 年证书第 {part} 份（共 4 份）：印了 1 张")
        parts.append(tmp_path / f"part-{part}")
    desk = Office(lay_out(tmp_path / "desk"), run)
    code, said, complaint = desk.print("--collect", parts[0], parts[3])
    assert (code, complaint) == (1, "")
    assert said.startswith("2022 年证书：收了 2 张，还有 2 张没有印；台账加了 2 行。")
    assert desk.print("--collect", *reversed(parts))[0] == 0
    assert desk.pdfs() == office.pdfs()
    assert sorted(desk.lines()) == sorted(office.lines())
    whole = Office(lay_out(tmp_path / "whole"), run)
    assert whole.print("--collect", *reversed(parts))[0] == 0
    assert whole.ledger.read_bytes() == office.ledger.read_bytes()
    before = whole.ledger.read_bytes()
    assert whole.print("--collect", *parts)[1].startswith("2022 年证书：收了 0 张；台账加了 0 行。")
    assert whole.print()[1].startswith("2022 年证书：印了 0 张，原已印好 4 张；台账加了 0 行。")
    assert (whole.pdfs(), whole.ledger.read_bytes()) == (office.pdfs(), before)


def test_only_what_is_whole_and_says_what_the_roster_says_is_collected(
    office: Office, tmp_path: Path
) -> None:
    part = tmp_path / "part"
    office.print("--out", part)
    first, second, third, fourth = (part / "2022" / f"{no}.pdf" for no in LISTED)
    first.write_bytes(b"%PDF-1.7 somebody's")
    second.unlink()
    second.symlink_to(third)
    notes = part / "2022" / "printed.jsonl"
    lines = notes.read_text(encoding="utf-8").splitlines()
    stale = json.loads(lines[3]) | {"content": "0" * 64}
    notes.write_text("".join(f"{line}\n" for line in [*lines[:3], json.dumps(stale)]), encoding="utf-8")
    office.ledger.unlink()
    code, said, complaint = office.print("--collect", part)
    assert code == 1
    assert said.startswith("2022 年证书：收了 1 张，还有 3 张没有印；台账加了 1 行。")
    assert list(office.pdfs()) == [third.stem]
    for refused in (first, fourth):
        assert f"{part}/2022 中的 {refused.stem}.pdf 没有收：不完整，或与现在的名册不一致" in complaint
    code, _, complaint = office.print("--collect", tmp_path / "elsewhere")
    assert (code, complaint) == (
        2,
        f"siwu：{tmp_path}/elsewhere 里没有 2022 年的证书（应有文件夹 2022）\n",
    )


def test_one_that_cannot_be_printed_is_told_and_the_rest_is_there(office: Office) -> None:
    person = {"name": "王\U00030000", "unit": "示例秭归科技有限公司", "county": "420527"}
    digest = person_digest(records()[ROSTER]["events"][0]["salt"], person)
    changed(office, {"edit": {ROSTER: {"events/0/person": person, "events/0/digest": digest}}})
    code, said, complaint = office.print("--jobs", "2")
    assert code == 1
    assert complaint.startswith(f"siwu：证书 {LISTED[0]} 没有打印：字体中没有“𰀀”（U+30000）。")
    assert said.startswith("2022 年证书：印了 3 张，原已印好 0 张，1 张没有印；台账加了 3 行。")
    assert list(office.pdfs()) == LISTED[1:]


def test_numbers_given_by_hand(office: Office) -> None:
    code, _, complaint = office.print("--only", "ZSCQZY-42-2022-YC-0099-6")
    assert (code, complaint) == (2, "siwu：名册里没有证书 ZSCQZY-42-2022-YC-0099-6，请核对编号\n")
    code, _, complaint = office.print("--year", "2023")
    assert (code, complaint) == (2, "siwu：2023 年的名册里还没有证书\n")
    code, _, complaint = office.print("--year", "2023", "--only", LISTED[0])
    assert (code, complaint) == (2, f"siwu：证书 {LISTED[0]} 不在 2023 年的名册里\n")
    code, said, complaint = office.print("--only", REPLACED, LISTED[1])
    assert (code, complaint) == (1, f"siwu：证书 {REPLACED} 没有打印：已换发\n")
    assert said.startswith("2022 年证书：印了 1 张，原已印好 0 张，1 张没有印；台账加了 1 行。")
    assert list(office.pdfs()) == [LISTED[1]]


def test_one_number_has_the_same_bytes_as_in_a_print_of_all(office: Office, tmp_path: Path) -> None:
    office.print()
    office.print("--only", LISTED[2], "--out", tmp_path / "one")
    assert (tmp_path / "one" / "2022" / f"{LISTED[2]}.pdf").read_bytes() == office.pdfs()[LISTED[2]]
    assert len(office.lines()) == 4


def test_publication_that_ended_takes_the_pdf_along_and_tells_no_prints(office: Office) -> None:
    office.print()
    gone, event = LISTED[0], records()[ROSTER]["events"][0]
    withdrawn = {
        "seq": 6,
        **{key: event[key] for key in ("no", "token", "class", "layout", "digest", "signed")},
        "event": "withdrawn",
        "issued": "2022-11-01",
        "reason": "本人撤回公开同意",
        "prev": "0" * 64,
        "hash": "0" * 64,
    }
    cleared = {f"events/0/{key}": {"$delete": True} for key in ("person", "salt", "payload", "signature")}
    changed(office, {"edit": {ROSTER: {**cleared, "events/+": withdrawn}}})
    code, said, complaint = office.print()
    assert (code, complaint) == (0, "")
    assert said.startswith("2022 年证书：印了 0 张，原已印好 3 张，删去已停止公开的 1 张；台账加了 0 行。")
    assert gone not in office.pdfs()
    assert gone in dict(office.lines())
    found = files(build(office.folder))
    assert json.loads(found[f"c/{event['token']}/prints.json"]) == {"no": gone, "prints": []}


def seal(path: Path, red: int) -> Path:
    picture = io.BytesIO()
    Image.new("RGBA", (200, 200), (red, 0, 0, 128)).save(picture, "PNG")
    path.write_bytes(picture.getvalue())
    return path


def test_a_seal_goes_onto_the_paper_and_nowhere_else(office: Office, tmp_path: Path) -> None:
    office.print()
    plain = office.pdfs()
    picture = seal(tmp_path / "seal.png", 200)
    assert office.print("--seal-image", picture)[1].startswith(
        "2022 年证书：印了 4 张，原已印好 0 张；台账加了 4 行。"
    )
    sealed = office.pdfs()
    assert not set(sealed.values()) & set(plain.values())
    assert dict(office.lines()) == dict(digests(sealed))
    for arguments in ((), ("--seal-image", picture)):
        assert office.print(*arguments)[1].startswith(
            "2022 年证书：印了 0 张，原已印好 4 张；台账加了 0 行。"
        )
    assert office.pdfs() == sealed
    found = files(build(office.folder))
    assert not set(sealed.values()) & set(found.values())
    kept = {path.read_bytes() for path in (office.folder / "build" / "cache").rglob("*") if path.is_file()}
    assert not set(sealed.values()) & kept
    told = json.loads(found[f"c/{records()[ROSTER]['events'][0]['token']}/prints.json"])
    assert {entry["sha256"] for entry in told["prints"]} == {
        sha256(pdfs[LISTED[0]]).hexdigest() for pdfs in (plain, sealed)
    }
    other = seal(tmp_path / "other.png", 100)
    assert office.print("--seal-image", other)[1].startswith("2022 年证书：印了 4 张")


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "读不了"), (b"GIF89a", "印章图片读不了：应是完整的 PNG 文件")],
)
def test_a_seal_that_is_none_prints_nothing(
    office: Office, tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "seal.png"
    if content is not None:
        path.write_bytes(content)
    code, _, complaint = office.print("--seal-image", path)
    assert code == 2
    assert said in complaint
    assert not office.pdfs()


def test_a_killed_prints_half_line_does_not_stop_the_next(office: Office) -> None:
    office.print()
    whole = office.ledger.read_bytes()
    office.ledger.write_bytes(whole[:-30])
    code, said, _ = office.print()
    assert code == 0
    assert said.startswith("2022 年证书：印了 0 张，原已印好 4 张；台账加了 1 行。")
    assert office.ledger.read_bytes() == whole


def test_wrong_records_are_not_printed(office: Office) -> None:
    changed(office, {"edit": {ROSTER: {"events/0/layout": "V1!"}}})
    code, said, complaint = office.print()
    assert code == 1
    assert "错误" in said
    assert complaint == "siwu：数据有错误，证书没有打印。\n"
    assert not (office.folder / "build").exists()


def test_the_demos_keys_print_nothing_in_production(office: Office) -> None:
    changed(office, {"edit": {"data/dataset.yml": {"kind": "production"}}})
    code, said, _ = office.print()
    assert code == 1
    assert " KE004 " in said
    assert not (office.folder / "build").exists()
    assert not (office.folder / "data" / "prints").exists()


def test_a_ledger_somebody_wrote_in_is_not_written_on(office: Office) -> None:
    office.print()
    office.ledger.write_bytes(b'{"no":"x"}\n' + office.ledger.read_bytes())
    code, _, complaint = office.print()
    assert code == 2
    assert complaint == f"siwu：打印台账 {office.ledger} 第 1 行不是打印记录，请恢复原样，不要手工修改\n"
    assert Ledger(office.ledger).path.read_bytes().startswith(b'{"no":"x"}\n')


@pytest.mark.parametrize("given", ["0/4", "5/4", "1", "a/b", "1/4/4", "01/4", "-1/4", "١/٤"])
def test_a_part_is_one_of_so_many(office: Office, given: str) -> None:
    with pytest.raises(SystemExit) as ended:
        office.print(f"--shard={given}")
    assert ended.value.code == 2


@pytest.mark.parametrize("more", [("--again",), ("--only", LISTED[0]), ("--shard", "1/2")])
def test_collecting_prints_nothing(office: Office, more: tuple[str, ...]) -> None:
    code, _, complaint = office.print("--collect", office.folder, *more)
    assert code == 2
    assert "--collect 只收已经印好的" in complaint


def test_a_time_that_is_none_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EPOCH, "yesterday")
    code, _, complaint = office.print()
    assert code == 2
    assert "SOURCE_DATE_EPOCH 应是" in complaint


def production() -> dict[str, bytes]:
    """The small repository as a real one: keys of its own, and nothing sealed to the demo's."""
    key = new_key()
    public = public_half(key)
    published = {"seq": 1, "id": key_id(public), "purpose": "issuer", "algorithm": "ES256", "public": public}
    roster = deepcopy(records()[ROSTER])
    for event in roster["events"]:
        event["payload"], event["signature"] = signed(event, key)
        event["signed"] = signed_digest(event["salt"], event["payload"], event["signature"])
    roster["events"] = chain(roster["events"])
    office = "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z"
    paper, people = seal_to(b"an exam paper", [office]), seal_to(b"unopened", [office])
    edits = {
        "data/dataset.yml": {"kind": "production"},
        ASSESSMENT: {"classes/0/paper/digest": sha256(paper).hexdigest()},
        f"{SEALED}/recipients.yml": {"office/0": office},
    }
    return {
        **tree({"edit": edits}).files,
        ROSTER: write(ROSTER, roster),
        KEYS: write(KEYS, {"keys": [{**published, "from": "2022-01-01"}]}),
        f"{SEALED}/2022/kaohe-yichang-1-paper.age": paper,
        f"{SEALED}/2022/kaohe-yichang-1.yml.age": people,
    }


def test_a_real_repositorys_ledger_is_a_record_and_needs_no_private_key(
    tmp_path: Path, run: Callable[..., Any]
) -> None:
    folder = lay_out(tmp_path / "real", production())
    office = Office(folder, run)
    code, said, complaint = office.print()
    assert (code, complaint) == (0, ""), said
    ledger = folder / "data" / "prints" / "2022.jsonl"
    assert [(one.no, one.digest) for one in read(ledger.read_bytes())] == digests(office.pdfs())
    assert not office.ledger.exists()
    code, said, _ = run("-C", folder, "check")
    assert code == 0, said
    assert not run("-C", folder, "build", "--only", "certificates")[2].count("打印台账")
    found = files(folder / "build" / "html")
    token = records()[ROSTER]["events"][0]["token"]
    (told,) = json.loads(found[f"c/{token}/prints.json"])["prints"]
    assert told == {"sha256": dict(digests(office.pdfs()))[LISTED[0]], "layout": "v1", "printed": MOMENT}
    assert not [name for name, raw in found.items() if b"weasyprint" in raw and name.endswith(".json")]
    whole = ledger.read_bytes()
    ledger.write_bytes(whole[:-30])  # killed while it wrote; to the check a record that cannot be read
    assert office.print()[0] == 0
    assert ledger.read_bytes() == whole
    ledger.unlink()
    complaint = run("-C", folder, "build", "--only", "certificates")[2]
    assert "siwu：有 4 张公布的证书 PDF 不在打印台账里" in complaint
