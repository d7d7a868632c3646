"""Plain text in and out of the sealed tier: nothing of it in the repository, in a message, or half on a disk."""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.canonical import nfc
from generator.check import check
from generator.cli.retaining import REASONS as OFFERED
from generator.load import load
from generator.schema import Schemas
from generator.sealed import seal, unseal
from generator.tree import Directory
from generator.vault import envelopes, folders
from generator.vault.folders import VaultError, read_outside, write_inside, write_outside
from generator.vault.holders import RefusedError, read_holders
from generator.vault.records import judge
from generator.vault.retention import REASONS, day_of, due
from tests.disk import lay
from tests.said import SIWU, Run, Said, ended
from tests.support import BASE, IDENTITY, canonical, edit, identity, records, schemas

CLASS = "kaohe-yichang-1"
RECORD = f"data/sealed/2022/{CLASS}.yml.age"
PAPER = f"data/sealed/2022/{CLASS}-paper.age"
HOLDERS = "data/sealed/recipients.yml"
DATASET = "data/dataset.yml"
PLAIN = (BASE / "sealed" / "2022" / f"{CLASS}.yml").read_bytes()
# A name, a unit and a score that stand nowhere else.
CANARY, UNIT = "欧阳金丝雀", "示例金丝雀有限公司"
SECRET = canonical(
    RECORD,
    edit(records()[RECORD], {"candidates/0/person": {"name": CANARY, "unit": UNIT}}),
)
BASE_KEY = pyrage.x25519.Identity.generate()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return lay(tmp_path / "repository")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder of one's own, outside the repository."""
    folder = tmp_path / "desk"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def siwu(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, root: Path) -> Run:
    monkeypatch.delenv("SIWU_IDENTITY", raising=False)

    def run(*arguments: str | Path) -> Said:
        code = ended(*arguments, "-C", str(root))
        return Said(code, *capsys.readouterr())

    return run


def put(path: Path, raw: bytes) -> Path:
    path.write_bytes(raw)
    return path


def change(root: Path, path: str, changes: dict[str, Any]) -> None:
    (root / path).write_bytes(canonical(path, edit(records()[path], changes)))


def snapshot(root: Path) -> dict[str, tuple[int, bytes]]:
    return {
        path.relative_to(root).as_posix(): (path.stat().st_ino, path.read_bytes())
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def open_record(root: Path, own: Any = None) -> bytes | None:
    return unseal((root / RECORD).read_bytes(), [own or identity()])


# --- There and back


def test_what_is_sealed_is_unsealed(root: Path, desk: Path, siwu: Run) -> None:
    said = siwu("seal", put(desk / "in.yml", SECRET))
    assert said == Said(
        0, f"{RECORD}：已密封给 1 个收件人（原文件没有打开比较，按有变化处理），学员 6 名。\n", ""
    )
    assert open_record(root) == SECRET
    said = siwu("unseal", CLASS, "--identity", IDENTITY, "--out", desk / "out.yml")
    assert (said.code, said.out) == (0, "")
    assert said.err.startswith(f"siwu：明文已写到 {desk / 'out.yml'}，只有您自己能看")
    assert (desk / "out.yml").read_bytes() == SECRET
    assert {path for path, (_, raw) in snapshot(root).items() if CANARY.encode() in raw} == set()


NAMES = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "M"], exclude_characters="\ufeff"),
    min_size=1,
    max_size=40,
)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay(tmp_path_factory.mktemp("ground") / "repository")


@settings(max_examples=60)
@given(names=st.lists(NAMES, min_size=0, max_size=4), score=st.integers(0, 100))
def test_any_record_that_is_taken_comes_back_the_same(ground: Path, names: list[str], score: int) -> None:
    data = deepcopy(records()[RECORD])
    data["candidates"] = data["candidates"][: len(names)]
    for one, name in zip(data["candidates"], names, strict=True):
        one["person"] = {"name": name, "unit": name[::-1]}
        one["result"] = {"hours": 24, "theory": score, "practical": score}
    tree = Directory(ground)
    holders = read_holders(tree, schemas())
    try:
        plain = judge("x.yml", canonical(RECORD, data), holders, schemas())
    except RefusedError as refused:
        assert not any(
            name in f"{one.message}{one.remedy}"
            for one in refused.problems
            for name in names
            if len(name) > 2
        )
        return
    envelopes.put(ground, RECORD, plain.raw, holders.keys(plain.holder), ())
    back = load(envelopes.opened(ground, RECORD, [identity()]), "x.yml").data
    told = [one["person"]["name"] for one in back["candidates"]]
    assert told == [nfc(name) for name in names]
    assert [one["result"]["theory"] for one in back["candidates"]] == [score] * len(names)


def test_an_unchanged_record_keeps_its_bytes_and_its_file(desk: Path, siwu: Run, root: Path) -> None:
    before = snapshot(root)
    for raw in (PLAIN, b"\xef\xbb\xbf" + PLAIN.replace(b"\n", b"\r\n"), b"# note\n" + PLAIN):
        said = siwu("seal", put(desk / "in.yml", raw), "--identity", IDENTITY)
        assert said == Said(0, f"{RECORD}：没有变化，没有改动，学员 6 名。\n", "")
        assert snapshot(root) == before


def test_the_identity_may_come_from_the_environment(
    desk: Path, siwu: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIWU_IDENTITY", str(IDENTITY))
    before = snapshot(root)
    assert siwu("seal", put(desk / "in.yml", PLAIN)).code == 0
    assert siwu("unseal", CLASS, "--out", desk / "out.yml").code == 0
    assert snapshot(root) == before


def test_a_changed_record_is_sealed_anew(desk: Path, siwu: Run, root: Path) -> None:
    said = siwu("seal", put(desk / "in.yml", SECRET), "--identity", IDENTITY)
    assert said == Said(0, f"{RECORD}：已密封给 1 个收件人，学员 6 名。\n", "")
    assert open_record(root) == SECRET
    assert stat.S_IMODE((root / RECORD).stat().st_mode) & 0o600 == 0o600


def test_standard_input_and_output(desk: Path, root: Path) -> None:
    at = ["-C", str(root), "--identity", str(IDENTITY)]
    done = subprocess.run([*SIWU, "seal", "-", *at], input=SECRET, capture_output=True, check=True)
    assert open_record(root) == SECRET
    done = subprocess.run([*SIWU, "unseal", CLASS, "--out", "-", *at], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (SECRET, b"")


@pytest.mark.parametrize("command", [["unseal", CLASS, "--out", "-"], ["seal", "-"]], ids=["out", "in"])
def test_the_shell_may_not_bind_a_stream_to_the_repository(command: list[str], root: Path) -> None:
    taken = command[0] == "seal"
    bound = put(root / "data" / "plain.yml", SECRET if taken else b"")
    before = (root / RECORD).read_bytes()
    with bound.open("rb" if taken else "wb") as stream:
        done = subprocess.run(
            [*SIWU, *command, "-C", root, "--identity", IDENTITY],
            stdin=stream if taken else None,
            stdout=None if taken else stream,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert "在仓库里，明文一刻也不能放在那里" in done.stderr.decode()
    assert bound.read_bytes() == (SECRET if taken else b"")
    assert (root / RECORD).read_bytes() == before


# --- Recipients


def add_base_key(root: Path) -> None:
    change(root, HOLDERS, {"classes/0/recipients": [str(BASE_KEY.to_public())]})


def test_new_recipients_seal_an_unchanged_record_anew(desk: Path, siwu: Run, root: Path) -> None:
    add_base_key(root)
    said = siwu("seal", put(desk / "in.yml", PLAIN), "--identity", IDENTITY)
    assert said == Said(0, f"{RECORD}：已密封给 2 个收件人，学员 6 名。\n", "")
    assert open_record(root) == open_record(root, BASE_KEY) == PLAIN


def test_rekey_gives_and_takes_access(desk: Path, siwu: Run, root: Path) -> None:
    add_base_key(root)
    paper = (root / PAPER).read_bytes()
    said = siwu("rekey", "--identity", IDENTITY)
    assert said == Said(
        0,
        f"{RECORD}：已密封给 2 个收件人。\n重新密封了 1 个文件。以前的密文还在 git 历史里，原来的收件人仍能打开。\n",
        "",
    )
    assert open_record(root, BASE_KEY) == PLAIN
    assert (root / PAPER).read_bytes() == paper  # its digest is filed
    other = pyrage.x25519.Identity.generate()
    change(root, HOLDERS, {"classes/0/recipients": [str(other.to_public())]})
    assert siwu("rekey", "--class", CLASS, "--identity", IDENTITY).code == 0
    assert open_record(root, BASE_KEY) is None
    assert open_record(root, other) == PLAIN


def test_rekey_goes_on_past_what_does_not_open(siwu: Run, root: Path) -> None:
    change(
        root,
        HOLDERS,
        {"classes/+": {"year": 2022, "class": "other-1", "recipients": [], "retain_until": "2025-12-31"}},
    )
    other = root / "data/sealed/2022/other-1.yml.age"
    put(other, seal(SECRET, [str(BASE_KEY.to_public())]))
    kept, before = other.read_bytes(), (root / RECORD).read_bytes()
    said = siwu("rekey", "--identity", IDENTITY)
    assert said.code == 1
    assert "data/sealed/2022/other-1.yml.age:1:1 错误 SE003 密封文件用所给私钥打不开" in said.out
    assert said.out.endswith(
        "重新密封了 1 个文件，1 个打不开，没有改动。以前的密文还在 git 历史里，原来的收件人仍能打开。\n"
    )
    assert other.read_bytes() == kept
    assert (root / RECORD).read_bytes() != before


def test_rekey_of_a_paper_says_its_new_digest(siwu: Run, root: Path) -> None:
    put(root / PAPER, seal(b"paper", [str(identity().to_public())]))
    said = siwu("rekey", "--paper", "--class", CLASS, "--identity", IDENTITY)
    assert f'digest: "{sha256((root / PAPER).read_bytes()).hexdigest()}"' in said.out
    assert unseal((root / PAPER).read_bytes(), [identity()]) == b"paper"


def test_a_demo_key_is_refused_for_real_data(desk: Path, siwu: Run, root: Path) -> None:
    change(root, DATASET, {"kind": "production"})
    before = snapshot(root)
    said = siwu("seal", put(desk / "in.yml", SECRET))
    assert said.code == 1
    assert said.out.startswith(
        f"{HOLDERS}:1:1 错误 SE004 收件人 age1q58xtz27… 是公开的演示公钥，正式数据不能用。"
    )
    assert siwu("seal", "--paper", put(desk / "p", b"paper"), "--class", CLASS).out.count("SE004") == 1
    assert siwu("rekey", "--identity", IDENTITY).out.count("SE004") == 1
    assert snapshot(root) == before


# --- What does not open


def test_the_wrong_identity_opens_nothing(desk: Path, siwu: Run) -> None:
    key = put(desk / "key.txt", str(BASE_KEY).encode())
    said = siwu("unseal", CLASS, "--identity", key, "--out", desk / "out.yml")
    assert (said.code, said.err) == (1, "")
    assert said.out.startswith(f"{RECORD}:1:1 错误 SE003 密封文件用所给私钥打不开")
    assert not (desk / "out.yml").exists()


def test_no_identity_is_wrong_usage(desk: Path, siwu: Run) -> None:
    for command in (["unseal", CLASS, "--out", desk / "x"], ["rekey"]):
        said = siwu(*command)
        assert (said.code, said.out) == (2, "")
        assert said.err == "siwu：要用 --identity 给出 age 身份文件（或设 SIWU_IDENTITY）才能打开\n"


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda raw: raw[: len(raw) // 2],
    "one byte less": lambda raw: raw[:-40],
    "binary": lambda _: pyrage.encrypt(SECRET, [identity().to_public()]),
    "plain": lambda _: SECRET,
    "empty": lambda _: b"",
    "flipped": lambda raw: raw[:-80] + bytes([raw[-80] ^ 1]) + raw[-79:],
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_file_is_told_and_nothing_written(how: str, desk: Path, siwu: Run, root: Path) -> None:
    put(root / RECORD, BROKEN[how](seal(SECRET, [str(identity().to_public())])))
    before = snapshot(root)
    for command in (["unseal", CLASS, "--out", desk / "out.yml"], ["rekey"]):
        said = siwu(*command, "--identity", IDENTITY)
        assert said.code == 1
        assert re.search(r" 错误 SE00[13] ", said.out)
        assert CANARY not in said.all
    assert list(desk.iterdir()) == []
    assert snapshot(root) == before


def test_a_class_nobody_registered(desk: Path, siwu: Run) -> None:
    said = siwu("unseal", "kaohe-2", "--identity", IDENTITY, "--out", desk / "x")
    assert said == Said(2, "", f"siwu：{HOLDERS} 没有登记班次 kaohe-2。请先由省局登记收件人和保存期限\n")


def test_two_years_of_a_class_want_the_year(desk: Path, siwu: Run, root: Path) -> None:
    change(
        root,
        HOLDERS,
        {"classes/+": {"year": 2023, "class": CLASS, "recipients": [], "retain_until": "2026-12-31"}},
    )
    said = siwu("unseal", CLASS, "--identity", IDENTITY, "--out", desk / "x")
    assert said == Said(2, "", f"siwu：班次 {CLASS} 在 2022、2023 年都有，请用 --year 指明年度\n")
    assert siwu("unseal", CLASS, "--year", "2022", "--identity", IDENTITY, "--out", desk / "x").code == 0
    said = siwu("unseal", CLASS, "--year", "2023", "--identity", IDENTITY, "--out", desk / "y")
    assert said == Said(2, "", f"siwu：没有密封文件 data/sealed/2023/{CLASS}.yml.age\n")


def test_office_records_with_faults_stop_it(desk: Path, siwu: Run, root: Path) -> None:
    put(root / HOLDERS, b"office: []\n")
    said = siwu("seal", put(desk / "in.yml", SECRET))
    assert said == Said(2, "", f"siwu：{HOLDERS} 有错误，请先运行 siwu check 并改正\n")
    (root / HOLDERS).unlink()
    assert siwu("seal", desk / "in.yml").err == f"siwu：没有 {HOLDERS}\n"


# --- Where plain text may lie


def _git(root: Path) -> Path:
    (root / ".git" / "objects").mkdir(parents=True)
    return root / ".git" / "out"


def _bare(root: Path) -> Path:
    for name in ("objects", "refs"):
        (root.parent / "bare.git" / name).mkdir(parents=True)
    put(root.parent / "bare.git" / "HEAD", b"ref: x")
    return root.parent / "bare.git" / "refs" / "out"


def _worktree(root: Path) -> Path:
    (root.parent / "clone" / "deep").mkdir(parents=True)
    put(root.parent / "clone" / ".git", b"gitdir: elsewhere")
    return root.parent / "clone" / "deep" / "out"


def _link(root: Path) -> Path:
    (root.parent / "link").symlink_to(root / "data")
    return root.parent / "link" / "out"


def _links(root: Path) -> Path:
    (root.parent / "one").symlink_to("two")
    (root.parent / "two").symlink_to(root / "data" / "plans")
    return root.parent / "one" / "2022" / ".." / "out"


INSIDE: dict[str, Callable[[Path], Path]] = {
    "root": lambda root: root / "out",
    "sealed": lambda root: root / "data" / "sealed" / "out",
    "dots": lambda root: root.parent / "desk" / ".." / root.name / "out",
    "process": lambda root: Path("/proc/self/root") / root.relative_to("/") / "out",
    "link": _link,
    "links": _links,
    "git": _git,
    "bare": _bare,
    "worktree": _worktree,
}


@pytest.mark.parametrize("way", INSIDE)
def test_plain_text_is_never_written_into_a_repository(way: str, desk: Path, siwu: Run, root: Path) -> None:
    put(root / RECORD, seal(SECRET, [str(identity().to_public())]))
    out = INSIDE[way](root)
    before = snapshot(root.parent)
    said = siwu("unseal", CLASS, "--identity", IDENTITY, "--out", out)
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith("在仓库里，明文一刻也不能放在那里。请放到仓库以外只有自己能看的文件夹\n")
    assert snapshot(root.parent) == before


@pytest.mark.parametrize("way", INSIDE)
def test_plain_text_is_not_taken_from_a_repository(way: str, desk: Path, siwu: Run, root: Path) -> None:
    put(path := INSIDE[way](root), SECRET)
    before = (root / RECORD).read_bytes()
    for command in (["seal", path], ["seal", "--paper", path, "--class", CLASS]):
        said = siwu(*command)
        assert (said.code, said.out) == (2, "")
        assert "在仓库里" in said.err
    assert (root / RECORD).read_bytes() == before


def test_a_link_to_a_file_in_the_repository_is_seen_through(desk: Path, siwu: Run, root: Path) -> None:
    put(root / "data" / "plain.yml", SECRET)
    (desk / "in.yml").symlink_to(root / "data" / "plain.yml")
    assert "在仓库里" in siwu("seal", desk / "in.yml").err
    (desk / "out.yml").symlink_to(root / "data" / "plain.yml")
    said = siwu("unseal", CLASS, "--identity", IDENTITY, "--out", desk / "out.yml")
    assert said.err.startswith(f"siwu：已有 {desk / 'out.yml'}，不覆盖")
    (desk / "new.yml").symlink_to(root / "data" / "new.yml")
    assert siwu("unseal", CLASS, "--identity", IDENTITY, "--out", desk / "new.yml").code == 2
    assert not (root / "data" / "new.yml").exists()


def test_another_case_is_another_folder_or_the_same_one(desk: Path, siwu: Run, root: Path) -> None:
    """Folders are told by themselves, not by name: where case does not count the other name leads into the repository."""
    out = root.parent / root.name.upper() / "out"
    said = siwu("unseal", CLASS, "--identity", IDENTITY, "--out", out)
    assert said.code == 2
    assert said.err.startswith((f"siwu：没有文件夹 {out.parent}", f"siwu：{out.parent} 在仓库里"))
    assert not out.exists()


def test_a_name_that_leads_elsewhere_meanwhile_changes_nothing(
    desk: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is held open while it is judged and written to."""
    whole = folders._whole

    def swap(*arguments: Any) -> None:
        desk.rename(desk.with_name("moved"))
        desk.symlink_to(root / "data")
        whole(*arguments)

    monkeypatch.setattr(folders, "_whole", swap)
    write_outside(desk / "out.yml", SECRET)
    assert not (root / "data" / "out.yml").exists()
    assert (desk.with_name("moved") / "out.yml").read_bytes() == SECRET


def test_what_is_there_is_not_written_over(desk: Path, siwu: Run) -> None:
    put(desk / "out.yml", b"marks not sealed yet")
    said = siwu("unseal", CLASS, "--identity", IDENTITY, "--out", desk / "out.yml")
    assert said == Said(
        2, "", f"siwu：已有 {desk / 'out.yml'}，不覆盖。请换一个文件名，或确认不用了以后先删去\n"
    )
    assert (desk / "out.yml").read_bytes() == b"marks not sealed yet"


@pytest.mark.parametrize("unnamed", [folders.UNNAMED, 0], ids=["unnamed", "beside"])
def test_what_is_unsealed_is_private_whatever_the_mask(
    unnamed: int, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "UNNAMED", unnamed)
    mask = os.umask(0)
    try:
        write_outside(desk / "out.yml", SECRET)
    finally:
        os.umask(mask)
    assert stat.S_IMODE((desk / "out.yml").stat().st_mode) == 0o600
    assert [path.name for path in desk.iterdir()] == ["out.yml"]


@pytest.mark.parametrize("unnamed", [folders.UNNAMED, 0], ids=["unnamed", "beside"])
def test_a_disk_without_modes_is_refused(unnamed: int, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "UNNAMED", unnamed)
    monkeypatch.setattr(folders, "PRIVATE", 0o600)
    opened = os.open

    def loose(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        handle = opened(path, flags, mode, dir_fd=dir_fd)
        if flags & os.O_WRONLY:
            os.fchmod(handle, 0o644)
        return handle

    monkeypatch.setattr(os, "open", loose)
    with pytest.raises(VaultError, match="管不住文件权限"):
        write_outside(desk / "out.yml", SECRET)
    assert list(desk.iterdir()) == []


@pytest.mark.parametrize("unnamed", [folders.UNNAMED, 0], ids=["unnamed", "beside"])
@pytest.mark.parametrize("broken", ["fsync", "link", "write"])
def test_a_disk_that_fails_leaves_what_was_there(
    unnamed: int, broken: str, root: Path, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "UNNAMED", unnamed)
    before = snapshot(root)

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, broken, fail)
        with pytest.raises(VaultError, match="写不了：磁盘满了"):
            write_outside(desk / "out.yml", SECRET)
        with pytest.raises(VaultError, match="写不了：磁盘满了"):
            write_inside(root, RECORD, seal(SECRET, [str(identity().to_public())]))
    assert list(desk.iterdir()) == []
    assert snapshot(root) == before


def test_a_rename_that_fails_leaves_nothing_beside(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot(root)

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(1, "no")

    monkeypatch.setattr(os, "rename", fail)
    with pytest.raises(VaultError):
        write_inside(root, RECORD, b"new")
    assert snapshot(root) == before


def test_the_repository_leads_nowhere_else(desk: Path, siwu: Run, root: Path) -> None:
    """A hostile repository whose sealed folder or file is a link gets nothing written or read through it."""
    target = root.parent / "elsewhere"
    (root / "data" / "sealed" / "2022").rename(target)
    (root / "data" / "sealed" / "2022").symlink_to(target)
    before = snapshot(target)
    said = siwu("seal", put(desk / "in.yml", SECRET))
    assert said.code == 2
    assert "路径上有符号链接" in said.err
    (root / "data" / "sealed" / "2022").unlink()
    (root / "data" / "sealed" / "2022").mkdir()
    (root / RECORD).symlink_to(target / f"{CLASS}.yml.age")
    assert siwu("seal", desk / "in.yml").code == 2
    assert siwu("unseal", CLASS, "--identity", IDENTITY, "--out", desk / "out.yml").code == 2
    assert snapshot(target) == before


# --- Killed


def _write_for_ever(root: Path, desk: Path, texts: list[bytes]) -> None:
    count = 0
    while True:
        write_inside(root, RECORD, texts[count % 2])
        write_outside(desk / f"{count}.yml", texts[count % 2])
        count += 1


def test_killed_at_any_moment_it_leaves_the_old_or_the_new(root: Path, desk: Path) -> None:
    texts = [
        seal(SECRET * 600, [str(identity().to_public())]),
        seal(PLAIN * 600, [str(identity().to_public())]),
    ]
    put(root / RECORD, texts[0])
    chance = random.Random(22)
    for _ in range(50):
        child = multiprocessing.get_context("fork").Process(target=_write_for_ever, args=(root, desk, texts))
        child.start()
        time.sleep(chance.uniform(0, 0.04))
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        assert (root / RECORD).read_bytes() in texts
        for path in desk.iterdir():
            assert path.read_bytes() in texts
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert path.suffix == ".yml"
            path.unlink()
        for path in (root / RECORD).parent.glob(".siwu-*"):
            assert path.read_bytes() in texts  # ciphertext, whole, about to be named
            path.unlink()


STALLED = """
import os, sys, time
from generator.cli import main
from generator.vault import folders
folders.UNNAMED = 0
os.fsync = lambda _: (print("writing", flush=True), time.sleep(60))
sys.exit(main())
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_told_to_end_it_clears_away_even_a_named_file(number: signal.Signals, root: Path, desk: Path) -> None:
    command: list[str | Path] = [
        "unseal",
        CLASS,
        "--out",
        desk / "out.yml",
        "--identity",
        IDENTITY,
        "-C",
        root,
    ]
    with subprocess.Popen([sys.executable, "-c", STALLED, *command], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"writing\n"
        assert len(list(desk.iterdir())) == 1
        child.send_signal(number)
        assert child.wait() == 128 + number
    assert list(desk.iterdir()) == []


def test_a_crash_leaves_no_image_of_its_memory(desk: Path, siwu: Run) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))
    siwu("seal", put(desk / "in.yml", SECRET))
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, most)


# --- What is said


def _spoilt() -> Iterator[tuple[str, bytes]]:
    text = SECRET.decode()
    yield "not text", text.encode("gb18030")
    yield "utf-16", text.encode("utf-16")
    yield "unknown field", text.replace("    county:", f"    {CANARY}: {UNIT}\n    county:", 1).encode()
    yield "field twice", text.replace("candidates:", f"{CANARY}: 1\n{CANARY}: 2\ncandidates:").encode()
    yield "anchor", text.replace("name: 欧", f"name: &{CANARY} 欧").encode()
    yield "alias", text.replace(f"name: {CANARY}", f"name: *{CANARY}").encode()
    yield "tag", text.replace("name: 欧", f"name: !{CANARY} 欧").encode()
    yield "formula", text.replace("name: 欧", "name: =欧").encode()
    yield "hidden", text.replace(CANARY, f"{CANARY}\u200b").encode()
    yield "no colon", text.replace("name: 欧", "name：欧").encode()
    yield "bracket", text.replace(f"{{name: {CANARY}", f"{{{{name: {CANARY}").encode()
    yield "quote", text.replace(f"name: {CANARY}", f'name: "{CANARY}').encode()
    yield "indent", text.replace("    county", f"  {CANARY}\n    county", 1).encode()
    yield "name is a list", text.replace(f"name: {CANARY}", f"name: [{CANARY}]").encode()
    yield "name is long", text.replace(f"name: {CANARY}", f"name: {CANARY * 20}").encode()
    yield "name is empty", text.replace(f"name: {CANARY}", 'name: ""').encode()
    yield "number is a name", text.replace("number: K001", f"number: {CANARY}").encode()
    yield "county is a name", text.replace('county: "420527"', f"county: {CANARY}").encode()
    yield "class is a name", text.replace(f"class: {CLASS}", f"class: {CANARY}", 1).encode()
    yield "date is a name", text.replace('"2025-12-31"', CANARY).encode()
    yield "score is a name", text.replace("theory: 85", f"theory: {CANARY}").encode()
    yield "tags", text.replace("[tech-sme]", f"[{CANARY}]").encode()
    yield "number twice", text.replace("number: K002", "number: K001").encode()
    yield "number missing", text.replace("  - number: K001\n    person", "  - person").encode()
    yield "telephone", text.replace("reason: 符合条件", "reason: 1380013" + "8000 " + CANARY, 1).encode()
    yield "only text", (CANARY * 3).encode()
    yield "a list", f"- {CANARY}\n- {UNIT}\n".encode()
    yield "empty", b""
    yield "two documents", text.encode() + b"---\n" + text.encode()
    yield "sealed already", seal(SECRET, [str(identity().to_public())])
    yield "another class", text.replace(CLASS, "kaohe-9").encode()
    yield "another day", text.replace("2025-12-31", "2027-12-31").encode()


SPOILT = dict(_spoilt())


@pytest.mark.parametrize("how", SPOILT)
def test_no_message_holds_a_persons_data(how: str, desk: Path, siwu: Run, root: Path) -> None:
    before = snapshot(root)
    said = siwu("seal", put(desk / "in.yml", SPOILT[how]), "--identity", IDENTITY)
    assert said.code in (1, 2), how
    assert re.search(r" 错误 [A-Z]{2}[0-9]{3} |^siwu：", said.all)
    assert not re.search("欧阳|金丝雀|[0-9]{11}", said.all)
    assert "Traceback" not in said.err
    assert snapshot(root) == before


@pytest.mark.parametrize("how", SPOILT)
def test_the_check_is_as_discreet(how: str, siwu: Run, root: Path) -> None:
    put(root / RECORD, seal(SPOILT[how], [str(identity().to_public())]))
    said = siwu("check", "--identity", IDENTITY)
    assert not re.search("欧阳|金丝雀|[0-9]{11}", said.all)


def test_a_bug_says_where_and_nothing_of_what(desk: Path, siwu: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: Any, **__: Any) -> None:
        raise KeyError(CANARY)

    monkeypatch.setattr("generator.vault.records.shaped", crash)
    said = siwu("seal", put(desk / "in.yml", SECRET))
    assert said.code == 3
    assert "RuntimeError: KeyError（内容不显示）" in said.err
    assert "in judge" in said.err
    assert CANARY not in said.all


def test_the_usual_messages_with_line_and_column(desk: Path, siwu: Run) -> None:
    raw = SECRET.replace(b"theory: 85", "theory: 八十五".encode())
    line = raw[: raw.index("八十五".encode())].count(b"\n") + 1
    said = siwu("seal", put(desk / "in.yml", raw))
    assert said.code == 1
    assert re.match(
        rf"{re.escape(str(desk / 'in.yml'))}:{line}:[0-9]+ 错误 SC001 “理论成绩”写得不对（密封内容，不显示）。",
        said.out,
    )


def test_all_is_judged_before_the_first_is_sealed(desk: Path, siwu: Run, root: Path) -> None:
    before = snapshot(root)
    said = siwu("seal", put(desk / "a.yml", SECRET), put(desk / "b.yml", b"x: 1\n"))
    assert said.code == 1
    assert str(desk / "b.yml") in said.out
    assert snapshot(root) == before
    said = siwu("seal", desk / "a.yml", put(desk / "c.yml", PLAIN))
    assert said == Said(2, "", f"siwu：有两个文件都是 {RECORD} 的明文，没有密封。请只给一个\n")
    assert snapshot(root) == before


def test_what_cannot_be_read_is_said(desk: Path, siwu: Run) -> None:
    assert siwu("seal", desk / "no.yml").err == f"siwu：没有文件 {desk / 'no.yml'}\n"
    os.mkfifo(desk / "pipe")
    assert "不是普通文件" in siwu("seal", desk / "pipe").err
    (desk / "loop").symlink_to("loop")
    assert siwu("seal", desk / "loop").code == 2
    assert siwu("seal").err == "siwu：请写要密封的明文文件；试卷用 --paper 试卷 --class 班次\n"


def test_a_sealed_file_is_not_sealed_again(desk: Path, siwu: Run) -> None:
    sealed = put(desk / "in.yml", seal(SECRET, [str(identity().to_public())]))
    assert siwu("seal", sealed) == Said(2, "", f"siwu：{sealed} 已经是密封文件，请给明文\n")


def test_what_is_too_large_is_refused(desk: Path, monkeypatch: pytest.MonkeyPatch, siwu: Run) -> None:
    monkeypatch.setattr(folders, "MAX_BYTES", 2**20)
    put(desk / "large", b"x" * (2**20 + 1))
    with pytest.raises(VaultError, match="超过上限 1 MB"):
        read_outside(desk / "large")
    monkeypatch.setattr(envelopes, "MAX_BYTES", 2**20)
    put(desk / "nearly", b"x" * (2**20 - 1))
    assert "密封后超过上限 1 MB" in siwu("seal", "--paper", desk / "nearly", "--class", CLASS).err


# --- The exam paper


def test_the_digest_of_a_sealed_paper_is_the_one_the_plan_files(desk: Path, siwu: Run, root: Path) -> None:
    paper = put(desk / "paper.pdf", b"%PDF-1.7\x00\xff paper")
    said = siwu("seal", "--paper", paper, "--class", CLASS)
    digest = sha256((root / PAPER).read_bytes()).hexdigest()
    assert said.code == 0
    assert said.out.endswith(
        f'考核方案中班次 {CLASS} 应写：\n    paper:\n      file: {PAPER}\n      digest: "{digest}"\n'
    )
    plan = "data/assessments/2022/yichang/plan.yml"
    assert "AS011" in {one.code for one in check(Directory(root), today=date(2022, 11, 20)).problems}
    change(root, plan, {"classes/0/paper/digest": digest})
    assert "AS011" not in {one.code for one in check(Directory(root), today=date(2022, 11, 20)).problems}
    before = snapshot(root)
    assert "没有变化" in siwu("seal", "--paper", paper, "--class", CLASS, "--identity", IDENTITY).out
    assert snapshot(root) == before
    assert siwu("unseal", CLASS, "--paper", "--identity", IDENTITY, "--out", desk / "back").code == 0
    assert (desk / "back").read_bytes() == paper.read_bytes()


def test_a_paper_wants_a_class_and_some_text(desk: Path, siwu: Run) -> None:
    usage = "siwu：密封试卷写成 siwu seal --paper 试卷 --class 班次，不写别的文件\n"
    assert siwu("seal", "--paper", put(desk / "p", b"x")).err == usage
    assert siwu("seal", desk / "p", "--paper", desk / "p", "--class", CLASS).err == usage
    assert siwu("seal", "--paper", put(desk / "empty", b""), "--class", CLASS).err == "siwu：试卷文件是空的\n"
    sealed = put(desk / "sealed", seal(b"x", [str(identity().to_public())]))
    assert "已经是密封文件" in siwu("seal", "--paper", sealed, "--class", CLASS).err


# --- Retention


def test_what_is_past_its_date_is_listed(siwu: Run) -> None:
    assert siwu("sealed", "due") == Said(0, "按 2022-11-20 算，没有过期的密封记录。\n", "")
    assert siwu("sealed", "due", "--as-of", "2025-12-31").code == 0  # the last day is a day it is kept
    assert siwu("sealed", "due", "--as-of", "2026-01-02") == Said(
        1,
        f"{RECORD} 保存至 2025-12-31，已过 2 天。请运行 siwu sealed drop {CLASS} --year 2022\n"
        "按 2026-01-02 算，有 1 份要处理。\n",
        "",
    )


def test_without_a_day_of_the_dataset_today_counts(root: Path) -> None:
    change(root, DATASET, {"as_of": {"$delete": True}})
    tree = Directory(root)
    assert day_of(tree, Schemas.read(tree), None, date(2030, 1, 1)) == date(2030, 1, 1)


def test_a_record_without_a_date_is_listed(siwu: Run, root: Path) -> None:
    put(root / "data/sealed/2022/kaohe-9.yml.age", (root / RECORD).read_bytes())
    tree = Directory(root)
    found = list(due(tree, schemas(), read_holders(tree, schemas()), date(2022, 11, 20)))
    assert [(one.class_id, one.until) for one in found] == [("kaohe-9", None)]
    assert "没有登记保存期限" in siwu("sealed", "due").out


def test_dropping_leaves_the_figures_and_the_check_clean(siwu: Run, root: Path) -> None:
    change(root, HOLDERS, {"classes/0/retain_until": "2022-11-19"})
    before = snapshot(root)
    said = siwu("sealed", "drop", CLASS)
    assert said.code == 0
    assert said.out.startswith(f"已删除 {RECORD}（保存至 2022-11-19），统计保留。\n")
    del before[RECORD]
    assert snapshot(root) == before
    problems = check(Directory(root), today=date(2022, 11, 20), identities=[identity()]).problems
    assert [one for one in problems if one.severity == "error"] == []
    assert siwu("sealed", "drop", CLASS).err == f"siwu：没有密封文件 {RECORD}\n"


def test_nothing_is_dropped_before_its_date_without_a_reason_of_the_law(siwu: Run, root: Path) -> None:
    change(root, HOLDERS, {"classes/0/retain_until": "2022-11-20"})
    said = siwu("sealed", "drop", CLASS)
    assert (said.code, said.out) == (2, "")
    assert "还没有到期，没有删除。依法要提前删的用 --early 写明理由" in said.err
    assert (root / RECORD).exists()
    assert siwu("sealed", "drop", CLASS, "--early", CANARY).code == 2
    said = siwu("sealed", "drop", CLASS, "--early", "purpose-met")
    assert "提前删除的理由：处理目的已实现或无法实现" in said.out
    assert not (root / RECORD).exists()
    assert tuple(REASONS) == OFFERED


def test_a_record_whose_figures_are_not_kept_stays(siwu: Run, root: Path) -> None:
    change(root, "data/statistics/2022.yml", {"classes/0": {"$delete": True}})
    said = siwu("sealed", "drop", CLASS, "--early", "purpose-met")
    assert said.code == 2
    assert "没有班次 kaohe-yichang-1 的统计，删了就算不出来" in said.err
    assert (root / RECORD).exists()
