"""Anchors: signed tags that name the register's head, so that a chain computed anew does not pass for the old one.

The tag is an ordinary annotated one with an SSH signature, as `git tag -s` with `gpg.format=ssh` makes it, so
`git tag -v` verifies it without us. It is put together here because its date comes in as an argument.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from generator.git import ZEROS, Git
from generator.load import load_lines
from generator.registrar.book import Book, committer, named
from generator.registrar.journal import RegistrarError
from generator.registrar.proof import Fault
from generator.sign import entry_hash
from generator.tree import TreeError

TITLE = "备案登记簿锚定"
MESSAGE = re.compile(
    rf"{TITLE}\n\n登记条数：([0-9]{{1,9}})\n末条摘要：([0-9a-f]{{64}})\n日期：([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})\n"
)
SIGNATURE = "-----BEGIN SSH SIGNATURE-----"
TAGS = "refs/tags/"
KEYGEN = "ssh-keygen"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A tag that says it is an anchor: its name, how many lines there were, the last one's hash, the day."""

    tag: str
    count: int
    head: str
    day: str


def anchor(
    git_dir: Path, book: Book, *, key: Path, tag: str, committer_given: str, now: datetime, target: str
) -> str:
    """Make the signed tag of the register's present head; returns its name.

    `target` is the revision that holds the register. Raises `TreeError` for a key that does not sign, a tag that
    is there already, an empty register, a missing ssh-keygen.
    """
    git = Git(git_dir)
    count = sum(map(len, book.lines.values()))
    if not count:
        raise RegistrarError("登记簿还是空的，没有什么可锚定")
    name = tag or f"register-{now.date()}-{count}"
    named(git, TAGS + name)
    commit = git.text("rev-parse", "--verify", "--end-of-options", f"{target}^{{commit}}")
    who = f"{committer(git, committer_given)} {int(now.timestamp())} +0800"
    message = f"{TITLE}\n\n登记条数：{count}\n末条摘要：{book.head}\n日期：{now.date()}\n"
    text = f"object {commit}\ntype commit\ntag {name}\ntagger {who}\n\n{message}".encode()
    made = git.bytes("hash-object", "-t", "tag", "-w", "--stdin", stdin=text + _signature(key, text))
    try:
        git.bytes("update-ref", TAGS + name, made.decode().strip(), ZEROS)
    except TreeError as error:
        raise RegistrarError(f"标签 {name} 没有打成，可能已有同名标签：{error}") from error
    return name


def _signature(key: Path, text: bytes) -> bytes:
    command = [_keygen(), "-Y", "sign", "-n", "git", "-f", str(key.absolute())]
    done = subprocess.run(command, input=text, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise RegistrarError(f"私钥 {key} 不能签名：{said}")
    return done.stdout


def _keygen() -> str:
    found = shutil.which(KEYGEN)
    if found is None:
        raise RegistrarError("没有 ssh-keygen，不能签名或核对标签。请安装 openssh-client 再运行")
    return found


def unanchored(git_dir: Path, signers: Path, raws: Mapping[int, bytes]) -> tuple[int, list[Fault]]:
    """How many anchors there are, and what is wrong: a signature nobody trusted made, a head that is gone.

    Raises `RegistrarError` where there is no anchor at all: that nothing was found must not pass for proof.
    """
    git, program = Git(git_dir), _keygen()
    anchors = list(_anchors(git))
    if not anchors:
        raise RegistrarError(
            "仓库里没有锚定标签，无从核对。请先取回标签（git fetch --tags），或用 siwu register anchor 打一个"
        )
    hashes = [
        entry_hash(line) for year in sorted(raws) for line in load_lines(raws[year], str(year)).data or ()
    ]
    return len(anchors), [fault for one in anchors for fault in _wrong(git, program, signers, one, hashes)]


def _anchors(git: Git) -> Iterator[Anchor]:
    """Every annotated tag that bears the title, whatever it is called."""
    listing = git.text("for-each-ref", "--format=%(objecttype) %(refname)", TAGS)
    for line in listing.splitlines():
        kind, ref = line.split(" ", 1)
        if kind == "tag":
            head, _, body = git.text("cat-file", "tag", ref).partition("\n\n")
            if body.startswith(TITLE):
                found = MESSAGE.match(body)
                named = f"\ntag {ref.removeprefix(TAGS)}\n" in head
                count, hash_, day = found.groups() if found and named else ("0", "", "")
                yield Anchor(ref.removeprefix(TAGS), int(count), hash_, day)


def _wrong(git: Git, program: str, signers: Path, one: Anchor, hashes: list[str]) -> Iterator[Fault]:
    place = f"标签 {one.tag}"
    if not one.head:
        yield Fault(place, 0, "写着是锚定，内容却不全，或名字不是签名时的名字：标签被改动过")
    elif not _signed(git, program, signers, one.tag):
        yield Fault(place, 0, "签名对不上，或签名人不在可信名单里：这个标签不能作数")
    elif one.count > len(hashes):
        yield Fault(
            place, 0, f"{one.day}锚定时有 {one.count} 条登记，现在只有 {len(hashes)} 条：登记簿被截去了"
        )
    elif hashes[one.count - 1] != one.head:
        message = (
            f"{one.day}锚定时第 {one.count} 条的摘要是 {one.head[:12]}…，现在是 {hashes[one.count - 1][:12]}…："
            "登记簿在此之前被改动，摘要重算过"
        )
        yield Fault(place, 0, message)


def _signed(git: Git, program: str, signers: Path, tag: str) -> bool:
    """Whether git finds the tag signed by one of the trusted; keys it merely knows do not count."""
    settings = {
        "gpg.format": "ssh",
        "gpg.ssh.program": program,
        "gpg.ssh.allowedSignersFile": str(signers.absolute()),
    }
    given = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    try:
        git.bytes(*given, "verify-tag", TAGS + tag)
    except TreeError:
        return False
    return True
