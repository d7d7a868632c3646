"""The register where it is kept: read from git objects, and written as a commit in one compare-and-swap.

It is kept on a branch of its own or in the main branch's tree. Neither a work tree nor an index is touched: the
new files are planted into the tree with `hash-object` and `mktree`. Only the last step, `update-ref` with the
value the branch had, makes any of it count; a process that dies before leaves the old register, after it the new.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from generator.git import ZEROS, Git
from generator.load import load_lines
from generator.register import FOLDER, dump
from generator.registrar.journal import RegistrarError
from generator.sign import GENESIS
from generator.tree import Tree, TreeError

FILE = re.compile(rf"{FOLDER}/([0-9]{{4}})\.jsonl")
IDENT = re.compile(r"[^<>\x00-\x1f]*[^<>\x00-\x20] <[^<>\x00-\x20]+>")
# How long git waits for another's lock on the branch, in milliseconds.
WAIT = ("-c", "core.filesRefLockTimeout=5000")


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The register as it stood at `commit` ("" where its branch has yet to be made), by year."""

    ref: str
    commit: str
    files: Mapping[int, bytes]
    lines: Mapping[int, Sequence[dict[str, Any]]]

    @property
    def head(self) -> str:
        """The hash of the last line, `GENESIS` where there is none."""
        return next(
            (self.lines[year][-1]["hash"] for year in sorted(self.lines, reverse=True) if self.lines[year]),
            GENESIS,
        )


def files(tree: Tree) -> dict[int, bytes]:
    """The register's files in a tree, by year."""
    found = {match[1]: entry for entry in tree.entries(FOLDER) if (match := FILE.fullmatch(entry.path))}
    return {int(year): raw for year, (_, raw) in zip(found, tree.read(found.values()), strict=True)}


def opened(ref: str, commit: str, tree: Tree) -> Book:
    """The register of a tree. Raises `RegistrarError` for a file that is not lines of JSON."""
    raws = files(tree)
    lines: dict[int, Sequence[dict[str, Any]]] = {}
    for year, raw in raws.items():
        data, problems = load_lines(raw, f"{FOLDER}/{year}.jsonl")
        if data is None or problems:
            said = problems[0].message if problems else "读不出"
            raise RegistrarError(f"登记簿 {FOLDER}/{year}.jsonl {said}，没有登记任何记录。请先查明")
        lines[year] = data
    return Book(ref=ref, commit=commit, files=raws, lines=lines)


def committer(git: Git, given: str) -> str:
    """`名字 <邮箱>` as given, else as git is set up; nobody is made up. Raises `RegistrarError` for neither."""
    if given:
        if not IDENT.fullmatch(given):
            raise RegistrarError("--committer 要写成“名字 <邮箱>”的样子")
        return given
    try:
        said = git.text("-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT")
    except TreeError as error:
        raise RegistrarError(
            "git 没有设置提交人：请用 --committer 写明“名字 <邮箱>”，或用 git config 设置 user.name 和 user.email"
        ) from error
    return said.rsplit(" ", 2)[0]


def commit(
    git: Git, book: Book, added: Mapping[int, Sequence[dict[str, Any]]], who: str, now: datetime
) -> str:
    """A commit after the book's with the added lines in it, by year. It counts only once the branch points to it."""
    root = git.text("rev-parse", f"{book.commit}^{{tree}}") if book.commit else ""
    for year, raw in {**({} if book.commit else book.files), **_longer(book, added)}.items():
        blob = git.bytes("hash-object", "-w", "--stdin", stdin=raw).decode().strip()
        root = _planted(git, root, [*FOLDER.split("/"), f"{year}.jsonl"], f"100644 blob {blob}")
    stamp = f"{who} {int(now.timestamp())} +0800"
    parent = f"parent {book.commit}\n" if book.commit else ""
    lines = [line for year in sorted(added) for line in added[year]]
    text = f"tree {root}\n{parent}author {stamp}\ncommitter {stamp}\n\n{_message(lines)}"
    return git.bytes("hash-object", "-t", "commit", "-w", "--stdin", stdin=text.encode()).decode().strip()


def swapped(git: Git, book: Book, new: str) -> bool:
    """Point the branch to `new`; False where somebody else was faster.

    Raises `TreeError` where git cannot: a lock left by a process that was killed, a folder that may not be written.
    """
    try:
        git.bytes(*WAIT, "update-ref", "-m", "siwu file", book.ref, new, book.commit or ZEROS)
    except TreeError as error:
        if at(git, book.ref) != book.commit:
            return False
        raise RegistrarError(f"登记簿没有写成，原来的保持不变。{_why(book.ref, error)}") from error
    return True


def _why(ref: str, error: TreeError) -> str:
    if f"{ref}.lock" in str(error):
        return f"仓库里有 {ref}.lock：别的程序正在写这个分支；如果没有，就是上次运行被强行中断留下的，请删去这个文件再运行"
    return str(error)


def named(git: Git, ref: str) -> str:
    """The full name of a branch or tag. Raises `RegistrarError` for what git does not take for one."""
    try:
        git.bytes("check-ref-format", ref)
    except TreeError as error:
        raise RegistrarError(f"“{ref.split('/', 2)[2]}”不能做分支或标签的名称，请换一个") from error
    return ref


def at(git: Git, ref: str) -> str:
    """The commit a full ref name points to, "" where there is none."""
    said = git.text("for-each-ref", "--format=%(refname) %(objectname) %(objecttype)", ref)
    found = [line.split(" ") for line in said.splitlines()]
    return next((name for full, name, kind in found if (full, kind) == (ref, "commit")), "")


def checked_out(git_dir: Path, ref: str) -> bool:
    """Whether a work tree stands on this branch: its files and index stay as they were."""
    git = Git(git_dir)
    head = git.text("for-each-ref", "--format=%(HEAD)", ref)
    return head == "*" and git.text("rev-parse", "--is-bare-repository") == "false"


def _longer(book: Book, added: Mapping[int, Sequence[dict[str, Any]]]) -> dict[int, bytes]:
    """The years' files with the added lines after the old bytes."""
    longer = {}
    for year, lines in added.items():
        old = book.files.get(year, b"")
        longer[year] = old + (b"\n" if old and not old.endswith(b"\n") else b"") + dump(lines)
    return longer


def _planted(git: Git, tree: str, parts: list[str], leaf: str) -> str:
    """The tree (its id, "" for an empty one) with a leaf (`mode type id`) put at a path; other entries as they are."""
    name, *below = parts
    listing = git.bytes("ls-tree", "-z", tree).split(b"\0") if tree else []
    entries: dict[bytes, bytes] = {}
    for entry in filter(None, listing):
        meta, _, known = entry.partition(b"\t")
        entries[known] = meta
    if below:
        _, kind, inside = entries.get(name.encode(), b"040000 tree ").decode().split(" ")
        leaf = f"040000 tree {_planted(git, inside if kind == 'tree' else '', below, leaf)}"
    entries[name.encode()] = leaf.encode()
    listed = b"".join(meta + b"\t" + key + b"\0" for key, meta in entries.items())
    return git.bytes("mktree", "-z", stdin=listed).decode().strip()


def _message(lines: Sequence[Mapping[str, Any]]) -> str:
    """What was registered, by number; the paths are the registered ones, of a pattern that holds no line break."""
    first, last = lines[0]["no"], lines[-1]["no"]
    listed = "".join(f"{line['no']} {line['record']}\n" for line in lines)
    return f"登记 {len(lines)} 条：{first if first == last else f'{first} 至 {last}'}\n\n{listed}"
