"""A directory and a git tree-ish give the same entries and the same bytes."""

from __future__ import annotations

import os
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from generator.tree import Directory, GitTree, Mode, Mounted, Part, TreeError, find_root, has_revision

QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
WHO = ["-c", "user.name=示例", "-c", "user.email=clerk@siwu.example"]


def git(where: Path, *arguments: str, stdin: bytes | None = None) -> str:
    done = subprocess.run(
        ["git", *WHO, *arguments],
        cwd=where,
        env=os.environ | QUIET,
        input=stdin,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with one path of every mode git knows."""
    root = tmp_path / "work"
    plans = root / "data" / "plans"
    plans.mkdir(parents=True)
    (plans / "zigui.yml").write_bytes("县: 秭归\n".encode())
    (plans / "空.yml").write_bytes(b"")
    (plans / "run.yml").write_bytes(b"a: 1\n")
    (plans / "run.yml").chmod(0o755)
    (plans / "dangling.yml").symlink_to("nowhere")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},data/plans/module.yml")
    git(root, "commit", "-q", "-m", "records")
    (plans / "module.yml").mkdir()
    return root


def modes(entries: list[object]) -> dict[str, Mode]:
    return {entry.path.removeprefix("data/plans/"): entry.mode for entry in entries}  # type: ignore[attr-defined]


def test_a_directory_lists_every_mode_and_follows_no_link(folder: Path) -> None:
    assert modes([*Directory(folder).entries("data")]) == {
        "dangling.yml": Mode.SYMLINK,
        "module.yml": Mode.FOLDER,
        "run.yml": Mode.EXECUTABLE,
        "zigui.yml": Mode.FILE,
        "空.yml": Mode.FILE,
    }


def test_a_tree_ish_lists_every_mode(folder: Path) -> None:
    assert modes([*GitTree(folder / ".git", "main").entries("data")]) == {
        "dangling.yml": Mode.SYMLINK,
        "module.yml": Mode.SUBMODULE,
        "run.yml": Mode.EXECUTABLE,
        "zigui.yml": Mode.FILE,
        "空.yml": Mode.FILE,
    }


def test_both_read_the_same_bytes_in_the_order_asked_for(folder: Path) -> None:
    for tree in (Directory(folder), GitTree(folder / ".git", "HEAD")):
        wanted = [entry for entry in tree.entries("data") if entry.mode in (Mode.FILE, Mode.EXECUTABLE)][::-1]
        assert [raw for _, raw in tree.read(wanted)] == [b"", "县: 秭归\n".encode(), b"a: 1\n"]
        assert [entry.size for entry in wanted] == [0, 12, 5]


def test_a_bare_repository_needs_no_checkout(folder: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    git(tmp_path, "clone", "-q", "--bare", str(folder), str(bare))
    assert modes([*GitTree(bare, "main").entries("data")]) == modes(
        [*GitTree(folder / ".git", "main").entries("data")]
    )


def test_a_name_that_is_not_utf8_is_listed_not_a_crash(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    blob = git(tmp_path, "hash-object", "-w", "--stdin", stdin=b"a: 1\n")
    inner = git(tmp_path, "mktree", "-z", stdin=b"100644 blob " + blob.encode() + b"\t\xff.yml\0")
    outer = git(tmp_path, "mktree", stdin=f"040000 tree {inner}\tdata\n".encode())
    (entry,) = GitTree(tmp_path / ".git", outer).entries("data")
    assert entry.path == "data/\udcff.yml"


def test_more_files_than_a_pipe_holds(tmp_path: Path) -> None:
    """Thousands of blobs through one git process: neither side may wait for the other for ever."""
    git(tmp_path, "init", "-q", "-b", "main")
    blob = git(tmp_path, "hash-object", "-w", "--stdin", stdin=b"x" * 4000)
    inner = git(
        tmp_path, "mktree", stdin="".join(f"100644 blob {blob}\tf{n}.yml\n" for n in range(3000)).encode()
    )
    outer = git(tmp_path, "mktree", stdin=f"040000 tree {inner}\tdata\n".encode())
    tree = GitTree(tmp_path / ".git", outer)
    assert sum(len(raw) for _, raw in tree.read(tree.entries("data"))) == 3000 * 4000


@pytest.mark.parametrize("revision", ["nowhere", "--all", ""])
def test_a_revision_that_is_none_is_said_in_chinese(folder: Path, revision: str) -> None:
    with pytest.raises(TreeError, match="读不到版本"):
        GitTree(folder / ".git", revision)


def test_the_root_is_found_upward(folder: Path) -> None:
    (folder / "schemas").mkdir()
    assert find_root(folder / "data" / "plans") == folder
    with pytest.raises(TreeError, match="都不是数据仓库"):
        find_root(folder.parent)


def test_a_mounted_folder_comes_from_the_other_tree_alone(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "data" / "plans").mkdir(parents=True)
    (other / "data" / "plans" / "only.yml").write_bytes(b"o: 1\n")
    (folder / "data" / "year.yml").write_bytes(b"y: 1\n")
    tree = Mounted(Directory(folder), "data/plans", Directory(other))
    entries = tree.entries("data", "schemas")
    assert [(entry.path, raw) for entry, raw in tree.read(entries)] == [
        ("data/plans/only.yml", b"o: 1\n"),
        ("data/year.yml", b"y: 1\n"),
    ]
    assert tree.entries("schemas") == []


def test_digests_of_what_stood_at_a_commit(folder: Path) -> None:
    head = git(folder, "rev-parse", "HEAD")
    asked = [
        (head, "data/plans/zigui.yml"),
        (head, "data/plans"),
        (head, "data/gone.yml"),
        ("0" * 40, "data/x.yml"),
    ]
    digest = sha256("县: 秭归\n".encode()).hexdigest()
    assert GitTree(folder / ".git", "main").digests_at(asked) == {(head, "data/plans/zigui.yml"): digest}
    assert Directory(folder).digests_at(asked) == {(head, "data/plans/zigui.yml"): digest}
    assert Directory(folder.parent).digests_at(asked) == {}
    assert has_revision(folder / ".git", "main")
    assert not has_revision(folder / ".git", "register")


def test_a_part_shows_some_paths_and_knows_of_all(folder: Path) -> None:
    tree = GitTree(folder / ".git", "main")
    part = Part(tree, {"data/plans/zigui.yml", "data/plans/gone.yml"}, {"data/plans/gone.yml"})
    assert [(entry.path, raw) for entry, raw in part.read(part.entries("data"))] == [
        ("data/plans/zigui.yml", "县: 秭归\n".encode())
    ]
    assert part.every("data") == {entry.path for entry in tree.entries("data")}
    assert part.about == {"data/plans/gone.yml"}
    assert Part(tree, {"data/plans/zigui.yml"}).about == {"data/plans/zigui.yml"}
    head = git(folder, "rev-parse", "HEAD")
    asked = [(head, "data/plans/zigui.yml")]
    assert part.digests_at(asked) == tree.digests_at(asked) != {}


def test_only_git_names_entries_by_content(folder: Path) -> None:
    """Where names are of content, what was examined once need not be examined again."""
    (theirs,) = (entry for entry in GitTree(folder / ".git", "main").entries("data") if "zigui" in entry.path)
    (ours,) = (entry for entry in Directory(folder).entries("data") if "zigui" in entry.path)
    assert theirs.by_content
    assert not ours.by_content


def test_a_list_of_a_git_tree_is_its_caller_s_own(folder: Path) -> None:
    tree = GitTree(folder / ".git", "main")
    tree.entries("data").clear()
    assert tree.entries("data") != []
    assert list(tree.read([])) == []
