"""What must never be filed: personal data and secret keys, looked for in raw text and in file names."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from generator.privacy.digits import numbers
from generator.privacy.files import picture
from generator.privacy.keys import secrets
from generator.privacy.leak import REMEDIES, TITLES, Leak
from generator.privacy.mail import emails
from generator.problem import Position, Problem, Where, bounded

__all__ = ["REMEDIES", "TITLES", "Leak", "problems", "scan"]


def scan(text: str) -> list[Leak]:
    """Every leak in a text (a file, a file name, a commit message), by offset.

    Clean text costs a few milliseconds a megabyte: literals are sought first, patterns only where one is.
    """
    return sorted([*numbers(text), *emails(text), *secrets(text)], key=lambda leak: (leak.start, leak.code))


def problems(path: str, raw: bytes) -> list[Problem]:
    """The leaks in a file's name (at line 1) and in its bytes, as PI001–PI006. Never quotes what it found.

    Of very many of a kind the first `MOST`, and how many more.
    """
    named = [_problem(path, leak.code, f"文件名中有疑似{leak.kind}", Position(1, 1)) for leak in scan(path)]
    kind = picture(path, raw)
    if kind:
        return [*named, _problem(path, "PI005", f"文件是{kind}", Position(1, 1))]
    return bounded([*named, *_in_text(path, _decode(raw))])


def _in_text(path: str, text: str) -> Iterator[Problem]:
    leaks = scan(text)
    ends = [match.start() for match in re.finditer("\n", text)] if leaks else []
    for leak in leaks:
        line = bisect_left(ends, leak.start)
        at = Position(line + 1, leak.start - (ends[line - 1] if line else -1))
        yield _problem(path, leak.code, f"有疑似{leak.kind}，共 {leak.length} 个字符", at)


def _problem(path: str, code: str, message: str, at: Position) -> Problem:
    return Problem(where=Where(path), code=code, message=message, remedy=REMEDIES[code], at=at)


def _decode(raw: bytes) -> str:
    """Text for scanning only, never an error: UTF-8, UTF-16 by its mark, else what Chinese Excel writes.

    UTF-16 without its mark has NULs, as no text has: then it is read both ways round as well.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    if b"\0" in raw:
        ways = (raw.decode(way, "replace") for way in ("utf-16-le", "utf-16-be"))
        return "\n".join((raw.decode("utf-8", "replace"), *ways))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")
