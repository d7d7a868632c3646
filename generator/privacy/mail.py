"""Personal e-mail addresses: PI004.

An address is personal unless its host is a government's (`gov.cn`), reserved for examples, or the forge's own
that nobody reads (`users.noreply.github.com`); `git@host` is a way to fetch, no mailbox.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.privacy.leak import Leak

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])(?P<user>[A-Za-z0-9._%+-]++)@"
    r"(?P<host>[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)*+)"
)
_OFFICE_HOST = re.compile(
    r"(?:.*\.)?(?:gov\.cn|example|example\.(?:com|org|net)|users\.noreply\.github\.com)"
)
_TOP_LEVEL = re.compile(r"(?:[A-Za-z]{2,24}|xn--[A-Za-z0-9-]+)")
_PICTURE_NAMES = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp"})  # logo@2x.png


def emails(text: str) -> Iterator[Leak]:
    """Every personal address in a text."""
    if "＠" in text:
        text = text.replace("＠", "@")
    if "@" not in text:
        return
    for match in _EMAIL.finditer(text):
        if match["user"] != "git" and _is_personal(match["host"].lower()):
            yield Leak("PI004", match.start(), len(match[0]))


def _is_personal(host: str) -> bool:
    top = host.rpartition(".")[2]
    return (
        "." in host
        and bool(_TOP_LEVEL.fullmatch(top))
        and top not in _PICTURE_NAMES
        and not _OFFICE_HOST.fullmatch(host)
    )
