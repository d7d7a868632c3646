"""Text as GitHub's (and Gitea's) Markdown, so that it shows as the characters it is and does nothing.

Two things act on a comment. The Markdown reader acts on punctuation: every character it could act on becomes a
numeric reference. What comes after it (mentions, issue references, commit hashes, emoji, addresses, formulas) reads
the finished text, where a reference is a character again: tried, `&#64;name` still calls a person. There a pair of
`<span>` tags around one character breaks the text in two, which no later step joins; it is invisible, and unlike a
zero-width character it is not copied along.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from generator.text import inert

# Signs that what comes after the Markdown reader acts on; a run of hexadecimal digits may be a commit.
CALLING = r"[@#!$~]|:(?=[^\s0-9])|(?<![0-9]):(?=\S)|:(?=[0-9]+:)|(?<=GH)-(?=[0-9])|(?<=www)\."
# ASCII punctuation but , ; % ? / and - . inside a word; white space at either end or after another.
ACTIVE = (
    r"[\"&-+:<-?\[-`{-}]"
    r"|[-.](?![0-9A-Za-z])|(?<![0-9A-Za-z])[-.]"
    r"|^\s|\s$|(?<=\s)\s"
)
RUN = 6
SIGN = re.compile(
    f"(?P<run>(?=[0-9]*[A-F])[0-9A-F]{{{RUN + 1},}})|(?P<calling>{CALLING})|{ACTIVE}", re.IGNORECASE
)
ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._/-]*)?")
# Full-width twins of ASCII signs: for text that is to be pasted into a comment and into a letter alike.
WIDE = re.compile(
    r"[!#$&*<>@\[\\\]^`{|}~]|:(?=[^\s0-9])|(?<![0-9]):(?=\S)|:(?=[0-9]+:)|(?<![0-9A-Z])_|_(?![0-9A-Z])"
    r"|(?<=www)\.|(?<=GH)-(?=[0-9])",
    re.IGNORECASE,
)
HASH = re.compile(r"(?<![0-9a-z])([0-9a-f]{6})[0-9a-f]+(?![0-9a-z])", re.IGNORECASE)


@lru_cache(maxsize=1 << 12)
def escape(text: str) -> str:
    """One line of Markdown that shows `text`; line breaks and characters nobody sees show as U+FFFD."""
    return SIGN.sub(_reference, inert(text))


def _reference(match: re.Match[str]) -> str:
    if match["run"]:
        return "".join(
            _apart(sign) if index % (RUN + 1) == RUN else sign for index, sign in enumerate(match["run"])
        )
    said = f"&#{ord(match[0])};"
    return _apart(said) if match["calling"] else said


def _apart(sign: str) -> str:
    return f"<span>{sign}</span>"


def link(text: str, address: str) -> str:
    """A link, or only its text where the address is not a plain http(s) one."""
    return f"[{escape(text)}]({address})" if usable(address) else escape(text)


def usable(address: str) -> bool:
    """Whether an address can stand in Markdown as it is and says where it leads: no account, no query."""
    before = address.partition("#")
    return bool(ADDRESS.fullmatch(before[0])) and re.fullmatch("[A-Za-z0-9-]*", before[2]) is not None


def host(address: str) -> str:
    """The host of a usable address, for a reader to judge by; else nothing."""
    return urlsplit(address).hostname or "" if usable(address) else ""


def wide(text: str) -> str:
    """The same words for pasting anywhere: what Markdown or HTML acts on becomes its full-width twin.

    A run of hexadecimal digits with letters among them, which would become a link to a commit, is cut after six.
    """
    said = WIDE.sub(lambda match: chr(ord(match[0]) + 0xFEE0), inert(text))
    return HASH.sub(lambda match: match[0] if match[0].isdigit() else f"{match[1]}…", said)
