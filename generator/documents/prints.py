"""The print ledger as data: one line for each PDF that was printed, only ever added to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from generator.model import Repo
from generator.sign import canonical_json

KIND = "print"
NUMBER = re.compile(r"[A-Z]{3,8}-42-([0-9]{4})-[A-Z]{2}-[0-9]{4}-[0-9A-Z]")
LAYOUT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DIGEST = re.compile(r"[0-9a-f]{64}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00")
LONGEST = 120
NAMES = ("no", "layout", "digest", "printed", "tools")


@dataclass(frozen=True, kw_only=True, slots=True)
class Print:
    """One printed PDF: `digest` is its sha256, `printed` RFC 3339 in Shanghai; `tools` is not public."""

    no: str
    layout: str
    digest: str
    printed: str
    tools: str = ""


def line(one: Print) -> bytes:
    """The ledger's line, its line feed included."""
    return canonical_json(asdict(one)) + b"\n"


def made(fields: Any) -> Print:
    """A print of a line's fields, those that are not its own passed over. Raises ValueError where it is not one."""
    if not isinstance(fields, dict) or not all(isinstance(fields.get(name), str) for name in NAMES):
        raise ValueError("这一行不是打印记录")
    one = Print(**{name: fields[name] for name in NAMES})
    shaped = (
        NUMBER.fullmatch(one.no)
        and LAYOUT.fullmatch(one.layout)
        and DIGEST.fullmatch(one.digest)
        and TIME.fullmatch(one.printed)
        and len(one.tools) <= LONGEST
    )
    if not shaped or datetime.fromisoformat(one.printed).tzinfo is None:
        raise ValueError("这一行的内容不是打印记录的写法")
    return one


def read(raw: bytes) -> list[Print]:
    """The prints of whole lines. Raises ValueError for a line that is none, naming it in Chinese."""
    found = []
    for number, text in enumerate(raw.splitlines(), 1):
        try:
            found.append(made(json.loads(text)))
        except (ValueError, RecursionError) as error:
            raise ValueError(f"第 {number} 行不是打印记录，请恢复原样，不要手工修改") from error
    return found


def recorded(repo: Repo) -> tuple[Print, ...]:
    """The prints in the records, by year and line; what the repo does not show stays empty."""
    sources = sorted((one for one in repo.sources.values() if one.kind == KIND), key=lambda one: one.path)
    return tuple(
        Print(**{name: fields.get(name, "") for name in NAMES})
        for source in sources
        for fields in source.data
    )


def newest(prints: Iterable[Print]) -> dict[str, Print]:
    """The last line of each number."""
    return {one.no: one for one in prints}


def collected(have: Iterable[Print], more: Iterable[Print]) -> list[Print]:
    """What of `more` the ledger lacks, in the order it is to be added: by time, then number.

    A PDF is one line however many shards tell of it, with its earliest time. In whatever order and however often
    shards come in one call, the same is added; what was added once is not added again.
    """
    there = {(one.no, one.digest) for one in have}
    first: dict[tuple[str, str], Print] = {}
    for one in sorted(more, key=_order):
        if (one.no, one.digest) not in there:
            first.setdefault((one.no, one.digest), one)
    return list(first.values())


def _order(one: Print) -> tuple[str, ...]:
    return one.printed, one.no, one.digest, one.layout, one.tools


def by_number(prints: Iterable[Print]) -> Mapping[str, Sequence[Print]]:
    """The prints of each number, in the ledger's order."""
    found: dict[str, list[Print]] = {}
    for one in prints:
        found.setdefault(one.no, []).append(one)
    return found


def told(prints: Sequence[Print], beside: Print | None) -> tuple[Print, ...]:
    """What a token page tells: each PDF once, the one published beside the page with them, the newest last."""
    latest = {one.digest: one for one in sorted(prints, key=_order)}
    if beside is not None:
        latest.setdefault(beside.digest, beside)
    return tuple(sorted((replace(one, tools="") for one in latest.values()), key=_order))


def public_json(no: str, prints: Sequence[Print]) -> bytes:
    """`prints.json` beside a token page."""
    shown = [{"sha256": one.digest, "layout": one.layout, "printed": one.printed} for one in prints]
    return canonical_json({"no": no, "prints": shown}) + b"\n"
