"""The one way to run git: arguments never pass a shell, the environment of a quarantine passes through.

A pre-receive hook is told where the pushed objects wait by `GIT_OBJECT_DIRECTORY` and its like; they stay in the
environment. Replacement refs are not honoured: whoever may push `refs/replace/…` could otherwise show a judge
another object than the one that is kept.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from generator.system import why
from generator.tree import TreeError, blobs, command

# `bytes` is a method's name below.
Raw: TypeAlias = bytes

ZEROS = "0" * 40
# Read from a pipe at a time when what comes may be longer than anyone wants.
PIECE = 1 << 16


class Git:
    """A repository, bare or not. Every failure is a `TreeError` with a Chinese sentence."""

    def __init__(self, git_dir: Path) -> None:
        self.git_dir = git_dir

    def command(self, *arguments: str) -> list[str]:
        """The whole command line, for those who start git themselves."""
        return command(self.git_dir, *arguments)

    def bytes(self, *arguments: str, stdin: Raw = b"") -> Raw:
        """What git wrote, for `arguments` from the subcommand on."""
        try:
            done = subprocess.run(self.command(*arguments), input=stdin, capture_output=True, check=False)
        except OSError as error:
            raise TreeError(f"git 运行不了：{why(error)}") from error
        if done.returncode:
            raise self._failed(arguments[0], done.stderr)
        return done.stdout

    def text(self, *arguments: str) -> str:
        """The same as text without the last line feed; bytes that are not UTF-8 become surrogates."""
        return self.bytes(*arguments).decode("utf-8", "surrogateescape").removesuffix("\n")

    def pieces(self, *arguments: str, end: Raw, most: int, missing: int = 0) -> list[Raw]:
        """The first `most` pieces git writes, each ended by `end`; git is stopped there, however much was to come.

        The exit code `missing` means that there is nothing to say.
        """
        with subprocess.Popen(
            self.command(*arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as git:
            assert git.stdout is not None
            assert git.stderr is not None
            read, count = [], 0
            while count < most and (piece := git.stdout.read(PIECE)):
                read.append(piece)
                count += piece.count(end)
            if count >= most:
                git.kill()
            elif git.wait() not in (0, missing):
                raise self._failed(arguments[0], git.stderr.read())
        return b"".join(read).split(end)[: min(most, count)]

    def blobs(self, ids: Iterable[str]) -> Iterator[tuple[str, Raw]]:
        """The contents of objects that exist, in order, from one process. Look at their sizes first (`sizes`)."""
        wanted = list(ids)
        yield from zip(wanted, blobs(self.git_dir, wanted), strict=True)

    def sizes(self, ids: Iterable[str]) -> dict[str, tuple[str, int]]:
        """Type and size in bytes of each object, without reading any. Raises `TreeError` for one that is missing."""
        asked = "".join(f"{one}\n" for one in ids).encode()
        found = {}
        for line in self.bytes("cat-file", "--batch-check", stdin=asked).decode().splitlines():
            name, kind, *size = line.split(" ")
            if not size:
                raise TreeError(f"git 仓库中没有对象 {name}")
            found[name] = kind, int(size[0])
        return found

    def _failed(self, subcommand: str, said: Raw) -> TreeError:
        reason = said.decode(errors="replace").strip()
        return TreeError(f"git {subcommand} 在 {self.git_dir} 中没有成功{f'：{reason}' if reason else ''}")
