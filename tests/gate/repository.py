"""A bare repository whose objects are written by hand, so that names and modes git itself refuses are possible."""

from __future__ import annotations

import subprocess
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha1
from pathlib import Path
from typing import Any

from generator.gate import Request, Verdict, judge
from tests.support import ROOT, base, edit, records, write

ZIGUI = "data/plans/2022/yichang/zigui.yml"
XINGSHAN = "data/plans/2022/yichang/xingshan.yml"
ENSHI = "data/plans/2022/enshi/enshi.yml"
REGISTER = "data/filings/2022.jsonl"
ROSTER = "data/rosters/2022.yml"
OWNERS = "data/owners.yml"
OFFICE, GROUP, YICHANG, ENSHI_BUREAU, BASE = "9000001", "9000011", "9000104", "9000113", "9000202"
ZEROS = "0" * 40
AUTHOR = "Clerk <clerk@yichang.example>"


@dataclass(frozen=True)
class Node:
    """A file of another mode than 100644; `key` is its object where it is no blob of ours."""

    mode: str
    raw: bytes = b""
    key: str = ""


Given = bytes | Node | None


@dataclass
class Bare:
    """The repository. Paths are text, bytes that are no UTF-8 as surrogates; `/` separates, whatever the names."""

    git_dir: Path
    files: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)

    def store(self, kind: str, raw: bytes) -> str:
        """Write a loose object, as it is."""
        whole = f"{kind} {len(raw)}\0".encode() + raw
        key = sha1(whole, usedforsecurity=False).hexdigest()
        path = self.git_dir / "objects" / key[:2] / key[2:]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(zlib.compress(whole, 1))
        return key

    def commit(
        self,
        changed: Mapping[str, Given],
        *parents: str,
        message: str = "更新",
        author: str = AUTHOR,
        headers: Sequence[str] = (),
    ) -> str:
        """A commit: the first parent's files with changes; None takes a file away."""
        files = dict(self.files[parents[0]]) if parents else {}
        for path, given in changed.items():
            if given is None:
                del files[path]
            elif isinstance(given, Node):
                files[path] = given.mode, given.key or self.store("blob", given.raw)
            else:
                files[path] = "100644", self.store("blob", given)
        return self.commit_tree(
            self.tree(files), *parents, files=files, message=message, author=author, headers=headers
        )

    def commit_tree(
        self,
        tree: str,
        *parents: str,
        files: dict[str, tuple[str, str]] | None = None,
        message: str = "更新",
        author: str = AUTHOR,
        headers: Sequence[str] = (),
    ) -> str:
        """A commit of a tree made by hand."""
        lines = [
            f"tree {tree}",
            *(f"parent {parent}" for parent in parents),
            f"author {author} 1669100000 +0800",
            f"committer {author} 1669100000 +0800",
            *headers,
            "",
            message,
        ]
        key = self.store("commit", ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape"))
        self.files[key] = files or {}
        return key

    def tree(self, files: Mapping[str, tuple[str, str]]) -> str:
        """A tree object of files below it, and those of its folders."""
        below: dict[str, dict[str, tuple[str, str]]] = {}
        entries: list[tuple[str, str, str]] = []
        for path, (mode, key) in files.items():
            name, slash, rest = path.partition("/")
            if slash:
                below.setdefault(name, {})[rest] = mode, key
            else:
                entries.append((name, mode, key))
        entries += [(name, "40000", self.tree(inside)) for name, inside in below.items()]
        return self.raw_tree(entries)

    def raw_tree(self, entries: list[tuple[str, str, str]]) -> str:
        """A tree object of (name, mode, object id), in git's order."""

        def order(entry: tuple[str, str, str]) -> bytes:
            return entry[0].encode("utf-8", "surrogateescape") + (b"/" if entry[1] == "40000" else b"")

        raw = b"".join(
            mode.encode() + b" " + name.encode("utf-8", "surrogateescape") + b"\0" + bytes.fromhex(key)
            for name, mode, key in sorted(entries, key=order)
        )
        return self.store("tree", raw)

    def git(self, *arguments: str) -> bytes:
        """What git says."""
        return subprocess.run(
            ["git", f"--git-dir={self.git_dir}", *arguments], check=True, capture_output=True
        ).stdout

    def set_branch(self, name: str, commit: str) -> None:
        """Point a branch at a commit."""
        path = self.git_dir / "refs" / "heads" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{commit}\n")

    def request(self, old: str, new: str, user: str = YICHANG, **more: Any) -> Request:
        given = {"tree": None, "register": None, "as_of": None, "today": date(2022, 11, 20), **more}
        return Request(git_dir=self.git_dir, old=old, new=new, user=user, **given)

    def judge(self, old: str, new: str, user: str = YICHANG, *, whole: bool = False, **more: Any) -> Verdict:
        return judge(self.request(old, new, user, **more), whole=whole)


def small(folder: Path) -> tuple[Bare, str]:
    """The small repository with its schemas, in a new bare repository, and its first commit, on main."""
    git_dir = folder / "small.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(git_dir)], check=True)
    bare = Bare(git_dir)
    files: dict[str, Given] = dict(base())
    files |= {f"schemas/{path.name}": path.read_bytes() for path in sorted((ROOT / "schemas").glob("*.json"))}
    files["generator/check.py"] = b"# the judge's own code, not this\n"
    files["docs/guide.md"] = b"# guide\n"
    first = bare.commit(files)
    bare.set_branch("main", first)
    return bare, first


def crossed(bare: Bare, first: str) -> tuple[str, str]:
    """Two sides whose sixty commits before merged each other over and over: 12 s to merge, with ten more hours."""
    tree = bare.git("rev-parse", f"{first}^{{tree}}").decode().strip()
    row = [bare.commit_tree(tree, first, message=f"{n}") for n in range(3)]
    for level in range(20):
        pairs = [(mine, *(one for one in row if one != mine)) for mine in row]
        row = [bare.commit_tree(tree, *parents, message=f"{level} {parents[0]}") for parents in pairs]
    return row[0], row[1]


def plan(path: str = ZIGUI, **changes: Any) -> bytes:
    """A plan of the small repository with changes by key path (`/` written `__`)."""
    return write(
        path, edit(records()[path], {key.replace("__", "/"): value for key, value in changes.items()})
    )


def codes(verdict: Verdict) -> set[str]:
    """The codes that block."""
    return {problem.code for problem in verdict.blocking}


def said(verdict: Verdict, code: str) -> list[tuple[str, str]]:
    """Path and message of what blocks under a code."""
    return [(one.where.path, one.message) for one in verdict.blocking if one.code == code]
