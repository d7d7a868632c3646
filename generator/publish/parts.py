"""Parts of built pages that never passed the site engine: long lists of names, in no search index."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

# What a template leaves for its part. Text from records cannot hold it: its signs are escaped.
PLACE = '<div data-part="rows"></div>'


def fill(html: Path, parts: Mapping[str, str]) -> None:
    """Put each part into its built page under `html`; a page without a place for it is a fault of ours."""
    for name, part in parts.items():
        page = html / name
        before, found, after = page.read_text(encoding="utf-8").partition(PLACE)
        if not found:
            raise RuntimeError(f"{name} has no place for its rows")
        page.write_text(before + part + after, encoding="utf-8")
