"""One escaper per context. Whatever stands in data shows as the characters it is and does nothing.

`inert` serves text and quoted attribute values of HTML, inside Markdown as well as inside raw HTML blocks: every
character HTML, Markdown, its extensions or a template language could act on becomes a numeric reference, which
Markdown passes on and the browser turns back into the character. `setting` serves mkdocs.yml.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from markupsafe import Markup

# Characters no HTML document may hold; the reader of records refuses them, other text shows a replacement.
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

# ASCII punctuation but , ; % ? / and - . inside a word; white space at either end or other than one plain space.
ACTIVE = re.compile(
    r"[!-$&-+:<-@\[-`{-~]"
    r"|[-.](?![0-9A-Za-z])|(?<![0-9A-Za-z])[-.]"
    r"|^\s|\s$|[^\S ]|(?<=\s)\s"
)


def inert(value: object) -> Markup:
    """Text or a whole number as HTML that nothing acts on. Text already marked as markup passes."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Markup(value)
    raise TypeError(f"a page can show text and whole numbers, not {value!r}")


@lru_cache(maxsize=1 << 14)
def _text(value: str) -> Markup:
    """Names, units and numbers come again and again."""
    return Markup(ACTIVE.sub(_reference, FORBIDDEN.sub("\ufffd", value)))


def _reference(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"


def setting(value: Any) -> str:
    """A value for mkdocs.yml: JSON is YAML, and quotes every text."""
    return json.dumps(value, ensure_ascii=False, indent=2)
