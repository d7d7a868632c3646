"""git as a command: failures as sentences, bounded reading, objects without replacement."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from generator.git import Git
from generator.tree import TreeError


@pytest.fixture(scope="module")
def git(tmp_path_factory: pytest.TempPathFactory) -> Git:
    folder = tmp_path_factory.mktemp("git") / "with space.git"
    subprocess.run(["git", "init", "-q", "--bare", str(folder)], check=True)
    return Git(folder)


def _store(git: Git, raw: bytes) -> str:
    return git.bytes("hash-object", "-w", "--stdin", stdin=raw).decode().strip()


def test_bytes_and_text(git: Git) -> None:
    key = _store(git, b"\xff\n\n")
    assert git.bytes("cat-file", "blob", key) == b"\xff\n\n"
    assert git.text("cat-file", "blob", key) == "\udcff\n"


def test_no_shell_reads_the_arguments(git: Git, tmp_path: Path) -> None:
    with pytest.raises(TreeError, match="git rev-parse"):
        git.text("rev-parse", "--verify", "--end-of-options", f"x; touch {tmp_path}/made")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_is_a_sentence(git: Git) -> None:
    with pytest.raises(TreeError, match="没有成功：fatal"):
        git.bytes("cat-file", "blob", "1" * 40)
    with pytest.raises(TreeError, match="没有成功"):
        Git(git.git_dir / "nowhere").text("rev-parse", "HEAD")


def test_git_that_is_not_installed(git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(TreeError, match="运行不了"):
        git.text("version")


def test_pieces_stop_where_told(git: Git) -> None:
    key = _store(git, b"".join(b"%d\n" % n for n in range(100_000)))
    assert git.pieces("cat-file", "blob", key, end=b"\n", most=3) == [b"0", b"1", b"2"]
    assert len(git.pieces("cat-file", "blob", key, end=b"\n", most=200_000)) == 100_000
    with pytest.raises(TreeError):
        git.pieces("cat-file", "blob", "1" * 40, end=b"\n", most=3)
    assert git.pieces("rev-parse", "--verify", "--quiet", "nope", end=b"\n", most=1, missing=1) == []


def test_what_nobody_wants_is_not_read(git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = ["sh", "-c", f"yes | head -c 9000000; touch '{tmp_path}/at-its-end'"]
    monkeypatch.setattr(Git, "command", lambda *_: endless)
    assert git.pieces("log", end=b"\n", most=3) == [b"y", b"y", b"y"]
    assert list(tmp_path.iterdir()) == []


def test_sizes_come_without_the_contents(git: Git) -> None:
    key, tree = _store(git, b"abc"), git.text("mktree")
    assert git.sizes([key, tree]) == {key: ("blob", 3), tree: ("tree", 0)}
    assert git.sizes([]) == {}
    with pytest.raises(TreeError, match="没有对象 1111"):
        git.sizes(["1" * 40])


def test_blobs_in_order_and_more_than_a_batch(git: Git) -> None:
    keys = [_store(git, b"%d" % n) for n in range(3)] * 50
    assert [raw for _, raw in git.blobs(keys)] == [b"0", b"1", b"2"] * 50
    with pytest.raises(TreeError, match="没有对象"):
        list(git.blobs(["1" * 40]))


def test_replacements_are_not_honoured(git: Git) -> None:
    key, other = _store(git, b"real"), _store(git, b"other")
    subprocess.run(["git", f"--git-dir={git.git_dir}", "replace", key, other], check=True)
    assert git.bytes("cat-file", "blob", key) == b"real"
    assert dict(git.blobs([key])) == {key: b"real"}
    assert git.sizes([key])[key] == ("blob", 4)
