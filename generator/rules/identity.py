"""Who is the same person as far as records can tell: name, unit and county, spelling apart."""

from __future__ import annotations

import re
import unicodedata

Identity = tuple[str, str, str]
DOTS = re.compile(r"[\u2022\u2027\u2219\u22c5\u30fb\uff65]")


def identity(name: str, unit: str, county: str = "") -> Identity:
    """A key equal for two spellings of one person: width, spaces and middle dots do not count."""
    return _plain(name), _plain(unit), county


def _plain(text: str) -> str:
    return "".join(DOTS.sub("·", unicodedata.normalize("NFKC", text)).split())
