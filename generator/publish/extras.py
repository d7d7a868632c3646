"""Files beside the site engine's: written into the new folder, or carried over from the one shown."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path


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
