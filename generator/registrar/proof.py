"""Whether the register was tampered with: against itself, against the merges it names, against an older copy."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from generator import register
from generator.examine import Examined, examine, readable
from generator.model import Source, make
from generator.registrar.records import numbers
from generator.rules import RULES
from generator.schema import Schemas
from generator.tree import Tree

MERGED = "FL016"
# Shown of a value in a sentence about an edit.
SHOWN = 40
Raws = Mapping[int, bytes]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong: file, line from 1 (0: the file as a whole), the sentence, the rule's code or ""."""

    path: str
    line: int
    message: str
    code: str = ""

    @property
    def sentence(self) -> str:
        """The whole of it, on one line."""
        place = f"{self.path} 第 {self.line} 行" if self.line else self.path
        return f"{place}：{self.message}{f'（{self.code}）' if self.code else ''}"


def path_of(year: int) -> str:
    """The register file of a year."""
    return f"{register.FOLDER}/{year}.jsonl"


def faults(tree: Tree, schemas: Schemas) -> list[Fault]:
    """What the register contradicts itself in (FL001–FL011), and the merges it names (FL016), in its order."""
    entries = [entry for entry in tree.entries(register.FOLDER) if readable(entry)]
    examined = [examine(entry.path, raw, schemas) for entry, raw in tree.read(entries)]
    misshapen = [fault for one in examined for fault in _misshapen(one)]
    if misshapen:
        return sorted(misshapen)
    lines = {int(one.parts["year"]): one.data for one in examined if one.kind == "filing"}
    found = [
        Fault(path_of(year), index + 1, message, code)
        for year, index, _, code, message in register.verify(lines, numbers(tree))
    ]
    return sorted([*found, *_against_merges(tree, examined, lines)])


def _misshapen(one: Examined) -> Iterator[Fault]:
    for problem in one.problems:
        if problem.severity == "error":
            line = problem.at.line if problem.at else int(next(iter(problem.where.keys), -1)) + 1
            yield Fault(one.path, line, problem.message, problem.code)


def _against_merges(
    tree: Tree, examined: Sequence[Examined], lines: Mapping[int, Sequence[register.Line]]
) -> Iterator[Fault]:
    wanted = {(line["merge"], line["record"]) for found in lines.values() for line in found if line["merge"]}
    sources = [
        Source(kind=one.kind, path=one.path, parts=one.parts, data=one.data, digest=one.digest)
        for one in examined
    ]
    merged = tree.digests_at(wanted) if wanted else {}
    nothing = frozenset[str]()
    repo = make(sources, as_of=date.min, digests={}, paths=nothing, unread=nothing, merged=merged)
    check = RULES[MERGED].check
    assert check is not None
    for finding in check(repo):
        yield Fault(finding.where.path, int(finding.where.keys[0]) + 1, finding.message, MERGED)


def changed(old: Raws, new: Raws, titles: Mapping[str, str]) -> list[Fault]:
    """Where the new register does not go on from the old one: the first such line of each year's file.

    `titles` are the fields' Chinese names. An old copy may lack the later years, never have more than the new.
    """
    return [
        fault
        for year in sorted(old)
        if not register.extends(old[year], new.get(year, b""))
        for fault in _first_change(year, _lines(old[year]), _lines(new.get(year, b"")), titles)
    ]


def _lines(raw: bytes) -> list[bytes]:
    return raw.removesuffix(b"\n").split(b"\n") if raw else []


def _first_change(
    year: int, old: list[bytes], new: list[bytes], titles: Mapping[str, str]
) -> Iterator[Fault]:
    path = path_of(year)
    if not new:
        yield Fault(path, 0, f"整个登记簿文件不见了，旧登记簿有 {len(old)} 条")
        return
    place = next(
        (index for index, (was, now) in enumerate(zip(old, new, strict=False)) if was != now),
        min(len(old), len(new)),
    )
    yield Fault(path, place + 1, _said(place, old, new, titles))


def _said(place: int, old: list[bytes], new: list[bytes], titles: Mapping[str, str]) -> str:
    """What became of the first line that is not as it was."""
    if place == len(new):
        return f"从这一行起被截去：旧登记簿有 {len(old)} 条，现在只有 {len(new)} 条"
    was, now = _fields(old[place]), _fields(new[place])
    name = was.get("no", "")
    if old[place] in new:
        where = new.index(old[place]) + 1
        moved = "被调换了次序" if sorted(old) == sorted(new[: len(old)]) else "前面插进了别的登记"
        return f"“{name}”{moved}：它在旧登记簿的第 {place + 1} 行，现在在第 {where} 行"
    if new[place] in old:
        return f"“{name}”被抽掉：这一行现在是旧登记簿第 {old.index(new[place]) + 1} 行的“{now.get('no', '')}”"
    edited = "、".join(_edits(was, now, titles)) or "写法与旧登记簿不同"
    chained = "；摘要已随之重算，单看登记簿看不出来" if was.get("hash") != now.get("hash") else ""
    return f"“{name}”被改动：{edited}{chained}"


def _fields(line: bytes) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _edits(was: Mapping[str, Any], now: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[str]:
    """The fields that differ; `hash` follows the others and says nothing of its own."""
    for field, title in titles.items():
        if field != "hash" and was.get(field) != now.get(field):
            yield f"{title}原为“{str(was.get(field, ''))[:SHOWN]}”，现为“{str(now.get(field, ''))[:SHOWN]}”"


def field_titles(schemas: Schemas) -> dict[str, str]:
    """The Chinese names of a line's fields, in the schema's order."""
    properties = schemas.kinds["filing"].schema["properties"]
    return {field: str(schemas.resolve(node).get("title", field)) for field, node in properties.items()}
