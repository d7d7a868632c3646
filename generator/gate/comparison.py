"""What a push changes, in words: its records of both trees, and what the ids in them are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generator.diff import changes
from generator.diff.names import Files, Names
from generator.diff.records import heading, opened
from generator.examine import READABLE
from generator.gate.planned import PLAN, class_sentence
from generator.gate.reviewed import Changed
from generator.schema import Schemas
from generator.text import MAX_BYTES
from generator.tree import Entry, Tree

# What names are looked up in, beside the touched files themselves.
TABLES = ("data/organisations.yml", "data/regions.yml", "data/clauses.yml")
BASES = "data/bases/"
PERSON = re.compile(rb"\b[a-z0-9-]+/[a-z0-9-]+\b")
# More files than anybody reads are named, not compared.
MOST_FILES, MOST_SENTENCES = 200, 60


class Side:
    """One tree of the push: what is in it, and the bytes asked for."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.entries: Mapping[str, Entry] = {entry.path: entry for entry in tree.entries("data")}

    def read(self, paths: Iterable[str]) -> dict[str, bytes | None]:
        """Bytes of those of the paths that are there; None for what is no plain file or too large to be one."""
        found: dict[str, bytes | None] = {path: None for path in paths if path in self.entries}
        plain = [self.entries[path] for path in found if self._plain(path)]
        return found | {entry.path: raw for entry, raw in self.tree.read(plain)}

    def _plain(self, path: str) -> bool:
        entry = self.entries[path]
        return entry.mode in READABLE and entry.size <= MAX_BYTES

    def names(self, files: Files) -> dict[str, bytes | None]:
        """What the ids in the files are called by."""
        people = {
            f"data/instructors/{id.decode()}.yml"
            for raw in files.values()
            if raw
            for id in PERSON.findall(raw)
        }
        bases = {path for path in self.entries if path.startswith(BASES)}
        return self.read({*TABLES, *bases, *people} - files.keys())


class Comparison:
    """The touched records of both trees. `private` are paths whose content must not be repeated."""

    def __init__(
        self, before: Tree, after: Tree, touched: Iterable[str], private: frozenset[str], schemas: Schemas
    ) -> None:
        self.schemas = schemas
        self.private = private
        self.sides = Side(before), Side(after)
        paths = [path for path in touched if path.startswith("data/")]
        self.left_out = len(paths[MOST_FILES:])
        self.touched = self._both(paths[:MOST_FILES])
        self.named = self._named(self.touched)
        self.names = Names(self.named[1], self.named[0])
        self._called: dict[str, str] = {}
        self._years: dict[str, set[str]] = {}
        self._plans: dict[str, Mapping[str, Any] | None] = {}

    def _both(self, paths: Iterable[str]) -> tuple[Files, Files]:
        wanted = list(paths)
        old, new = self.sides
        return old.read(wanted), new.read(wanted)

    def _named(self, touched: tuple[Files, Files]) -> tuple[Files, Files]:
        """The touched files among those that say names: the same on both sides, so that they make no difference."""
        (old, new), (before, after) = self.sides, touched
        names = {**old.names(before), **new.names(after)}
        names = {path: raw for path, raw in names.items() if path not in before and path not in after}
        return {**names, **before}, {**names, **after}

    def name(self, path: str) -> str:
        """What a person calls the record at a path; "" where it is none."""
        if path not in self._called:
            self._called[path] = self._name(path)
        return self._called[path]

    def _name(self, path: str) -> str:
        found = self.schemas.kind_of(path)
        if found is None:
            return ""
        kind, parts = found
        raw = self.touched[1].get(path) or self.touched[0].get(path)
        data = opened(path, raw, kind).data if raw and path not in self.private else None
        return heading(kind, parts, data, self.names)

    def place(self, path: str) -> tuple[str, int]:
        """The county a plan is of, with its prefecture, and the plan's year."""
        found = self.schemas.kind_of(path)
        parts = found[1] if found else {}
        return self.names.place(parts.get("prefecture", ""), parts.get("county", "")), int(
            parts.get("year", 0)
        )

    def years_of(self, kind: str) -> set[str]:
        """The years that have a record of a kind, after the push."""
        if kind not in self._years:
            known = (self.schemas.kind_of(path) for path in self.sides[1].entries)
            self._years[kind] = {one[1]["year"] for one in known if one and one[0].name == kind}
        return self._years[kind]

    def changed(self) -> Iterator[Changed]:
        """What changed, a record at a time, by path."""
        old, new = (
            {path: raw for path, raw in side.items() if path not in self.private} for side in self.named
        )
        found: dict[str, list[str]] = {}
        for change in changes(old, new, self.schemas):
            found.setdefault(change.path, []).append(change.sentence)
            if not change.heading and change.path in new:
                found[change.path] += self._classes(change.path)
        for path in sorted({*found, *(self.private & {*self.touched[0], *self.touched[1]})}):
            said = found.get(path, ["内容可能含个人信息，这里不复述"])
            kept = tuple(said[:MOST_SENTENCES])
            whole = path in found and (path in old) != (path in new)
            more = len(said) - len(kept)
            yield Changed(path=path, name=self.name(path), whole=whole, sentences=kept, more=more)

    def _classes(self, path: str) -> Iterator[str]:
        """The classes of a plan that is new, one sentence each."""
        data = self.plan(path) if self._is_plan(path) else None
        for one in data["classes"] if data else ():
            yield class_sentence(one, data["year"] if data else 0)

    def _is_plan(self, path: str) -> bool:
        found = self.schemas.kind_of(path)
        return found is not None and found[0].name == PLAN

    def plan(self, path: str) -> Mapping[str, Any] | None:
        """A touched plan's data as it would come in; None for one that is not shaped as a plan."""
        if path not in self._plans:
            raw = self.touched[1].get(path)
            self._plans[path] = self.shaped(path, raw) if raw else None
        return self._plans[path]

    def shaped(self, path: str, raw: bytes) -> Mapping[str, Any] | None:
        """A record's data, if it has the shape its path asks for."""
        found = self.schemas.kind_of(path)
        data = opened(path, raw, found[0]).data if found else None
        return data if found and isinstance(data, dict) and self.schemas.valid(found[0], data) else None
