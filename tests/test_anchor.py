"""Signed tags hold the register to what it was on a day, whoever may write to the repository since."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from generator.cli import main
from generator.register import dump
from generator.sign import chain
from tests.filed import NOW, REGISTRAR, XINGSHAN, ZIGUI, Office, copied, open_office, plan

LAST = "siwu：登记簿有 {} 处不对，见上。登记簿只增不改：请查明是谁改动，恢复原样。\n"


class Keys(NamedTuple):
    key: Path
    signers: Path


def keys(folder: Path, name: str) -> Keys:
    """A key of the office's and a list that trusts it alone."""
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    (folder / f"{name}.signers").write_text(
        f"register@siwu.example {(folder / name).with_suffix('.pub').read_text()}"
    )
    return Keys(folder / name, folder / f"{name}.signers")


@pytest.fixture(scope="module")
def office_keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return keys(tmp_path_factory.mktemp("keys"), "office")


@pytest.fixture(scope="module", params=["", "register"], ids=["tree", "branch"])
def kept(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, office_keys: Keys
) -> Office:
    """Two lines, an anchor, two more lines."""
    office = open_office(tmp_path_factory.mktemp("office") / "work", request.param)
    for number, path in enumerate((ZIGUI, XINGSHAN, ZIGUI, XINGSHAN), 1):
        day = f"2022-03-{10 + number}"
        office.merge({path: plan(number)}, f"{day}T09:00:00+08:00", f"{day}T15:00:00+08:00")
        office.file()
        if number == 2:
            assert anchored(office, office_keys.key) == 0
    return office


@pytest.fixture
def office(kept: Office, tmp_path: Path) -> Office:
    return copied(kept, tmp_path / "work")


def anchored(office: Office, key: Path, *more: str) -> int:
    where = ["--git-dir", str(office.git_dir), "--committer", REGISTRAR, "--now", NOW]
    return main(["register", "anchor", *where, "--key", str(key), *more])


@pytest.fixture
def verify(
    office: Office, office_keys: Keys, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, list[str]]]:
    def run(signers: Path = office_keys.signers) -> tuple[int, list[str]]:
        capsys.readouterr()
        where = ["--git-dir", str(office.git_dir), "--allowed-signers", str(signers)]
        code = main(["register", "verify", *where])
        said = capsys.readouterr()
        lines = said.out.splitlines()
        assert said.err == (LAST.format(len(lines)) if code else "")
        return code, lines

    return run


Verify = Callable[..., tuple[int, list[str]]]
TAG = "register-2022-12-01-2"


def test_an_anchor_says_what_it_holds(office: Office, office_keys: Keys) -> None:
    lines = office.lines()
    said = office.git("cat-file", "tag", TAG)
    assert said.startswith(
        f"object {office.git('rev-parse', f'{TAG}^{{commit}}')}\ntype commit\ntag {TAG}\n"
        f"tagger {REGISTRAR} 1669824000 +0800\n\n"
        f"备案登记簿锚定\n\n登记条数：2\n末条摘要：{lines[1]['hash']}\n日期：2022-12-01\n-----BEGIN SSH SIGNATURE-----\n"
    )
    office.git(
        "-c", f"gpg.ssh.allowedSignersFile={office_keys.signers}", "-c", "gpg.format=ssh", "tag", "-v", TAG
    )


def test_untouched(office: Office, verify: Verify) -> None:
    assert verify() == (
        0,
        [f"登记簿 4 条，前后相接，没有改动，1 个锚定标签都对得上。末条摘要 {office.lines()[-1]['hash']}"],
    )


def test_every_anchor_counts(office: Office, office_keys: Keys, verify: Verify) -> None:
    assert anchored(office, office_keys.key, "--tag", "年底") == 0
    assert "2 个锚定标签都对得上" in verify()[1][0]
    office.rewrite(dump(office.lines()[:3]))
    assert verify() == (1, ["标签 年底：2022-12-01锚定时有 4 条登记，现在只有 3 条：登记簿被截去了"])


def test_rechained(office: Office, verify: Verify) -> None:
    lines = office.lines()
    was = lines[1]["hash"]
    lines[0]["submitted"] = "2022-03-10T09:00:00+08:00"
    lines = chain(lines)
    office.rewrite(dump(lines))
    assert main(["register", "verify", "--git-dir", str(office.git_dir)]) == 0
    assert verify() == (
        1,
        [
            f"标签 {TAG}：2022-12-01锚定时第 2 条的摘要是 {was[:12]}…，现在是 {lines[1]['hash'][:12]}…："
            "登记簿在此之前被改动，摘要重算过"
        ],
    )


def test_truncated(office: Office, verify: Verify) -> None:
    office.rewrite(dump(office.lines()[:1]))
    assert verify() == (1, [f"标签 {TAG}：2022-12-01锚定时有 2 条登记，现在只有 1 条：登记簿被截去了"])


def test_a_hash_that_is_only_written_there(office: Office, verify: Verify) -> None:
    """The anchored line is edited and keeps the hash it had: the anchor is held against what it hashes to."""
    office.rewrite(office.raw().replace(b"03-12T09", b"03-11T09"))
    assert [line for line in verify()[1] if line.startswith("标签")] != []


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("登记条数：2", "登记条数：1"),
        lambda text: text[: text.index("-----BEGIN")],
    ],
    ids=["edited", "unsigned"],
)
def test_a_tag_that_was_tampered_with(change: Callable[[str], str], office: Office, verify: Verify) -> None:
    text = change(office.git("cat-file", "tag", TAG)) + "\n"
    replace_tag(office, TAG, text)
    assert verify() == (1, [f"标签 {TAG}：签名对不上，或签名人不在可信名单里：这个标签不能作数"])


def replace_tag(office: Office, name: str, text: str) -> None:
    (office.root / "tag.txt").write_text(text)
    made = office.git("hash-object", "-t", "tag", "-w", "tag.txt")
    office.git("update-ref", f"refs/tags/{name}", made)


def test_an_anchor_under_another_ones_name(office: Office, office_keys: Keys, verify: Verify) -> None:
    """An older anchor put in a later one's place would let the lines between be changed."""
    assert anchored(office, office_keys.key, "--tag", "later") == 0
    office.git("update-ref", "refs/tags/later", f"refs/tags/{TAG}")
    assert verify() == (1, ["标签 later：写着是锚定，内容却不全，或名字不是签名时的名字：标签被改动过"])


def test_a_stranger_signs(office: Office, tmp_path: Path, verify: Verify) -> None:
    stranger = keys(tmp_path, "stranger")
    assert anchored(office, stranger.key, "--tag", "stranger") == 0
    wrong = "签名对不上，或签名人不在可信名单里：这个标签不能作数"
    assert verify() == (1, [f"标签 stranger：{wrong}"])
    assert verify(stranger.signers) == (1, [f"标签 {TAG}：{wrong}"])


def test_the_repositorys_own_settings_are_not_believed(
    office: Office, tmp_path: Path, verify: Verify
) -> None:
    """Whoever may write to the repository's configuration can neither name signers nor a program that nods."""
    stranger = keys(tmp_path, "stranger")
    assert anchored(office, stranger.key, "--tag", "stranger") == 0
    nods = tmp_path / "nods"
    good = 'Good "git" signature for register@siwu.example with ED25519 key SHA256:x'
    nods.write_text(
        f"#!/bin/sh\n[ \"$2\" = find-principals ] && echo register@siwu.example || echo '{good}'\n"
    )
    nods.chmod(0o755)
    office.git("config", "gpg.ssh.allowedSignersFile", str(stranger.signers))
    office.git("config", "gpg.ssh.program", str(nods))
    office.git("config", "gpg.minTrustLevel", "undefined")
    assert verify() == (1, ["标签 stranger：签名对不上，或签名人不在可信名单里：这个标签不能作数"])


def test_other_tags_are_no_anchors(office: Office, verify: Verify) -> None:
    office.git("tag", "-a", "-m", "v1", "v1")
    office.git("tag", "light")
    assert verify()[0] == 0


def test_without_anchors_nothing_is_proved(
    office: Office, office_keys: Keys, capsys: pytest.CaptureFixture[str]
) -> None:
    office.git("tag", "-d", TAG)
    where = ["--git-dir", str(office.git_dir), "--allowed-signers", str(office_keys.signers)]
    assert main(["register", "verify", *where]) == 2
    assert "仓库里没有锚定标签，无从核对" in capsys.readouterr().err


def test_an_anchor_is_not_made_twice(
    office: Office, office_keys: Keys, capsys: pytest.CaptureFixture[str]
) -> None:
    before = office.git("rev-parse", TAG)
    assert anchored(office, office_keys.key, "--tag", TAG) == 2
    assert f"标签 {TAG} 没有打成，可能已有同名标签" in capsys.readouterr().err
    assert office.git("rev-parse", TAG) == before


@pytest.mark.parametrize("tag", ["a..b", "-x/../y", "a b", "x.lock"])
def test_a_tag_git_could_not_name(
    tag: str, office: Office, office_keys: Keys, capsys: pytest.CaptureFixture[str]
) -> None:
    assert anchored(office, office_keys.key, f"--tag={tag}") == 2
    assert capsys.readouterr().err == f"siwu：“{tag}”不能做分支或标签的名称，请换一个\n"


def test_a_key_that_is_none(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    (office.root / "key").write_text("x")
    (office.root / "key").chmod(0o600)
    assert anchored(office, office.root / "key") == 2
    assert "不能签名" in capsys.readouterr().err


def test_a_register_that_does_not_verify_is_not_anchored(
    office: Office, office_keys: Keys, capsys: pytest.CaptureFixture[str]
) -> None:
    office.rewrite(office.raw().replace(b"03-12T09", b"03-11T09"))
    assert anchored(office, office_keys.key, "--tag", "x") == 1
    assert capsys.readouterr().err == "siwu：登记簿有问题，没有打标签。请先查明，恢复登记任务写下的原文。\n"
    assert office.git("tag") == TAG


def test_an_empty_register_is_not_anchored(
    tmp_path: Path, office_keys: Keys, capsys: pytest.CaptureFixture[str]
) -> None:
    assert anchored(open_office(tmp_path / "new"), office_keys.key) == 2
    assert capsys.readouterr().err == "siwu：登记簿还是空的，没有什么可锚定\n"


def test_without_ssh_keygen_it_is_said(
    office: Office, office_keys: Keys, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    git = shutil.which("git")
    assert git
    (office.root / "bin").mkdir()
    (office.root / "bin" / "git").symlink_to(git)
    monkeypatch.setenv("PATH", str(office.root / "bin"))
    assert anchored(office, office_keys.key, "--tag", "x") == 2
    assert "没有 ssh-keygen" in capsys.readouterr().err
    where = ["--git-dir", str(office.git_dir), "--allowed-signers", str(office_keys.signers)]
    assert main(["register", "verify", *where]) == 2
    assert "请安装 openssh-client" in capsys.readouterr().err


def test_a_list_of_signers_that_is_not_there(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--git-dir", str(office.git_dir), "--allowed-signers", "/nowhere"]
    assert main(["register", "verify", *where]) == 2
    assert "可信签名人名单 /nowhere 读不了" in capsys.readouterr().err
