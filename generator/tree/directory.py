"""A working copy on disk as a tree."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from generator.system import why
from generator.tree.entry import Entry, Mode, TreeError
from generator.tree.objects import digests_at

RECORD_ENDINGS = (".yml", ".yaml", ".json", ".jsonl", ".md", ".age")


class Directory:
    """A working copy on disk. Symbolic links are listed, never followed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def git(self) -> Path | None:
        """The folder's own .git, if it has one."""
        return self.root / ".git" if (self.root / ".git").is_dir() else None

    def entries(self, *under: str) -> list[Entry]:
        """Every path below `under`; a folder named like a record counts as an entry."""
        found: list[Entry] = []
        for top in under:
            self._walk(self.root / top, top, found)
        return sorted(found, key=lambda entry: entry.path)

    def digests_at(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """From the folder's own git history, if it has one."""
        return digests_at(self.git, wanted) if self.git else {}

    def _walk(self, folder: Path, prefix: str, found: list[Entry]) -> None:
        if not folder.is_dir():
            return
        for item in os.scandir(folder):
            path = f"{prefix}/{item.name}"
            if item.is_dir(follow_symlinks=False):
                if item.name.endswith(RECORD_ENDINGS):
                    found.append(Entry(path, Mode.FOLDER, 0, path))
                self._walk(Path(item.path), path, found)
            else:
                found.append(_disk_entry(item, path))

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        """Bytes from disk; a file that vanished or may not be read is a `TreeError`."""
        for entry in entries:
            try:
                yield entry, (self.root / entry.key).read_bytes()
            except OSError as error:
                raise TreeError(f"读不了文件 {entry.path}：{why(error)}") from error


def _disk_entry(item: os.DirEntry[str], path: str) -> Entry:
    stat = item.stat(follow_symlinks=False)
    if item.is_symlink():
        mode = Mode.SYMLINK
    elif not item.is_file(follow_symlinks=False):
        mode = Mode.ODD
    else:
        mode = Mode.EXECUTABLE if stat.st_mode & 0o111 else Mode.FILE
    return Entry(path, mode, stat.st_size, path)


def find_root(start: Path) -> Path:
    """The repository that holds `start`, found upward as git does: the folder with data/ and schemas/."""
    for folder in (start, *start.parents):
        if (folder / "data").is_dir() and (folder / "schemas").is_dir():
            return folder
    raise TreeError(
        f"{start} 及其上级文件夹都不是数据仓库（应同时有 data/ 和 schemas/）。请进入仓库文件夹，或用 -C 指定。"
    )
