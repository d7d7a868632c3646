"""The difference of two trees, in Chinese: what changed in which record, for every kind, led by the schemas.

Two records with the same meaning (`meaning`) have no difference, whatever their layout; every other
pair has one. Nothing here raises on any bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from generator.diff.meaning import meaning
from generator.diff.names import Files, Names
from generator.diff.records import Opened, heading, opened
from generator.diff.walk import Place, Walk
from generator.diff.words import Field, Fields, Voice, short
from generator.examine import READABLE
from generator.schema import Kind, Schemas
from generator.text import inert
from generator.tree import Tree

# What a register and its lines are called.
REGISTERS = {"filing": ("登记簿", "登记"), "print": ("台账", "打印记录")}


class Change(NamedTuple):
    """One sentence about one record; a record as a whole has no heading before it."""

    path: str
    heading: str
    sentence: str


def records(tree: Tree) -> Files:
    """Every file below data/ with its bytes; None for what is no plain file."""
    entries = tree.entries("data")
    found: dict[str, bytes | None] = {entry.path: None for entry in entries}
    for entry, raw in tree.read(entry for entry in entries if entry.mode in READABLE):
        found[entry.path] = raw
    return found


def differences(old: Files, new: Files, schemas: Schemas) -> Iterator[str]:
    """One line a change, by path and then in the schema's order."""
    for change in changes(old, new, schemas):
        yield f"{change.heading}：{change.sentence}" if change.heading else change.sentence


def changes(old: Files, new: Files, schemas: Schemas) -> Iterator[Change]:
    """The same, each with its record's path and heading."""
    names = Names(old, new), Names(new, old)
    for path in sorted(old.keys() | new.keys()):
        if path not in old or path not in new or old[path] != new[path]:
            for change in _Record(path, schemas, names).changes(old, new):
                yield Change(path, inert(change.heading), inert(change.sentence))


class _Record:
    def __init__(self, path: str, schemas: Schemas, names: tuple[Names, Names]) -> None:
        found = schemas.kind_of(path)
        self.path = path
        self.kind: Kind | None = found[0] if found else None
        self.parts = found[1] if found else {}
        self.names = names
        fields, year = Fields(schemas), self.parts.get("year", "")
        self.root = Field(self.kind.schema if self.kind else {}, "")
        self.walk = Walk(Voice(fields, names[0], year), Voice(fields, names[1], year), self.root.title)

    def changes(self, old: Files, new: Files) -> Iterator[Change]:
        before = opened(self.path, old.get(self.path), self.kind)
        after = opened(self.path, new.get(self.path), self.kind)
        name = self._heading(before if self.path not in new else after, self.names[self.path in new])
        if self.path not in old:
            yield Change(self.path, "", f"新增{name}{self._size(after)}")
        elif self.path not in new:
            yield Change(self.path, "", f"删去{name}{self._size(before)}")
        else:
            for sentence in self._sentences(before, after):
                yield Change(self.path, name, sentence)

    def _heading(self, record: Opened, names: Names) -> str:
        if self.kind is None:
            return f"不属于任何一类记录的文件 {self.path}"
        return heading(self.kind, self.parts, record.data, names)

    def _size(self, record: Opened) -> str:
        """What a whole record holds, in brackets: its lists of objects, or the lines of a register."""
        if record.trouble:
            return f"（{record.trouble}）"
        if isinstance(record.data, list):
            return f"（{len(record.data)} 行）"
        if not isinstance(record.data, dict):
            return ""
        fields = self.walk.fields.of(self.root, record.data)
        lists = [
            (field.title, record.data[key]) for key, field in fields if isinstance(record.data[key], list)
        ]
        said = [
            f"{title} {len(items)} 项"
            for title, items in lists
            if any(isinstance(item, dict) for item in items)
        ]
        return f"（{'，'.join(said)}）" if said else ""

    def _sentences(self, before: Opened, after: Opened) -> Iterator[str]:
        if before.trouble or after.trouble:
            yield _troubled(before, after)
        elif self.kind is None or self.kind.form in ("age", "opaque"):
            yield "内容有变化" if self.kind is None else "密封文件内容（密文）有变化"
        elif self.kind.form == "jsonl":
            yield from self._lines(before.data, after.data)
        else:
            yield from self.walk.changes(Place(self.root, self.root), before.data, after.data)
            if before.body != after.body:
                yield "正文有改动"

    def _lines(self, old: list[Any], new: list[Any]) -> Iterator[str]:
        """A register only grows: what was in it and is no longer as it was is said line by line."""
        assert self.kind is not None
        book, entry = REGISTERS.get(self.kind.name, (self.kind.title, "一行"))
        first, last = _same_ends([meaning(line) for line in old], [meaning(line) for line in new])
        gone, come = old[first : len(old) - last], new[first : len(new) - last]
        for index, (line, other) in enumerate(zip(gone, come, strict=False)):
            said = "；".join(self.walk.changes(Place(self.root, self.root), line, other))
            yield f"{book}第 {first + index + 1} 行被改动：{said}"
        for index, line in enumerate(gone[len(come) :], first + len(come)):
            yield f"{book}第 {index + 1} 行被删去（{_no(line)}）"
        for index, line in enumerate(come[len(gone) :], first + len(gone)):
            place = "新增" if not last else f"{book}第 {index + 1} 行处插入"
            yield f"{place}{entry} {_no(line)}"


def _no(line: Any) -> str:
    return short(str(line.get("no", ""))) if isinstance(line, dict) else ""


def _same_ends(old: list[str], new: list[str]) -> tuple[int, int]:
    """How many lines are the same at the start and, of the rest, at the end."""
    most = min(len(old), len(new))
    first = next((n for n in range(most) if old[n] != new[n]), most)
    last = next((n for n in range(most - first) if old[-1 - n] != new[-1 - n]), most - first)
    return first, last


def _troubled(before: Opened, after: Opened) -> str:
    if before.trouble and after.trouble:
        return f"内容有变化，但新旧都读不了（{after.trouble}）"
    return (
        f"现在读不了（{after.trouble}）" if after.trouble else f"原来读不了（{before.trouble}），现在可以读了"
    )
