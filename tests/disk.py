"""The small repository on disk, for what works on files."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.support import ROOT, base


def lay(root: Path, changes: Mapping[str, bytes] | None = None) -> Path:
    """Write the small repository with its schemas below `root`; `changes` are bytes by path."""
    for path, raw in {**base(), **(changes or {})}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(raw)
    shutil.copytree(ROOT / "schemas", root / "schemas", dirs_exist_ok=True)
    return root
