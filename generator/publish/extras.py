"""Files before and beside the site engine's: staged, written into the new folder, or carried over from the one shown."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path


def found(folder: Path) -> list[Path]:
    """Every file under a folder, in no order; none where there is no folder."""
    return [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]


def sync(folder: Path, files: Mapping[str, bytes]) -> None:
    """Let the folder hold these files and no others; what stands there as it should is not written again."""
    wanted = {folder / name: raw for name, raw in files.items()}
    for path in found(folder):
        if path not in wanted or path.is_symlink():
            path.unlink()
    for path in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(path.iterdir()):
            path.rmdir()
    for path, raw in wanted.items():
        if not path.is_file() or path.read_bytes() != raw:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)


def add(new: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write each file to its path under `new` as it comes."""
    for name, raw in files:
        path = new / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)


def carry(shown: Path, new: Path, names: Iterable[str] | None = None, without: Iterable[str] = ()) -> None:
    """Give `new` what stands under these names (default: all) in `shown`, without copying its content."""
    there = {path.name for path in shown.iterdir()} if shown.is_dir() else set()
    for name in (there if names is None else there.intersection(names)).difference(without):
        if (shown / name).is_dir():
            shutil.copytree(shown / name, new / name, copy_function=os.link)
        else:
            os.link(shown / name, new / name)
