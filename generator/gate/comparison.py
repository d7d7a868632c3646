"""What a push changes in words, and a plan beside the same county's plan of an earlier year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from generator.canonical import dump, header_for
from generator.diff import changes
from generator.diff.names import Files, Names
from generator.diff.records import heading, opened
from generator.examine import READABLE
from generator.gate.reviewed import Changed, Earlier
from generator.gate.wording import money
from generator.rules.wording import span
from generator.schema import Kind, Schemas
from generator.text import MAX_BYTES
from generator.tree import Entry, Tree

# What names are looked up in, beside the touched files themselves.
TABLES = ("data/organisations.yml", "data/regions.yml", "data/clauses.yml")
BASES = "data/bases/"
PERSON = re.compile(rb"\b[a-z0-9-]+/[a-z0-9-]+\b")
# More files than anybody reads are named, not compared.
MOST_FILES, MOST_SENTENCES = 200, 60
PLAN, PRACTICAL = "plan", "shi-"


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
            yield _class(one, data["year"] if data else 0)

    def _is_plan(self, path: str) -> bool:
        found = self.schemas.kind_of(path)
        return found is not None and found[0].name == PLAN

    def plan(self, path: str) -> Mapping[str, Any] | None:
        """A touched plan's data as it would come in; None for one that is not shaped as a plan."""
        found = self.schemas.kind_of(path)
        raw = self.touched[1].get(path)
        return self._shaped(path, raw, found[0]) if found and raw else None

    def _shaped(self, path: str, raw: bytes, kind: Kind) -> Mapping[str, Any] | None:
        data = opened(path, raw, kind).data
        return data if isinstance(data, dict) and self.schemas.valid(kind, data) else None

    def earlier(self, path: str) -> Earlier | None:
        """A touched plan beside the county's latest earlier one; None where the plan cannot be read."""
        found, data = self.schemas.kind_of(path), self.plan(path)
        if found is None or data is None:
            return None
        kind, parts = found
        before = self._before(path, int(parts["year"]), kind)
        if before is None:
            return Earlier(path=path, name=self.name(path), year=0, totals=(), sentences=(), more=0)
        year, old = before
        said = list(self._walked(path, kind, _as_of_year(old, year, int(parts["year"])), data))
        kept = tuple(said[:MOST_SENTENCES])
        return Earlier(
            path=path,
            name=self.name(path),
            year=year,
            totals=tuple(_totals(old, data)),
            sentences=kept,
            more=len(said) - len(kept),
        )

    def _before(self, path: str, year: int, kind: Kind) -> tuple[int, Mapping[str, Any]] | None:
        """The latest earlier plan that can be read, with its year."""
        start, _, rest = path.partition(f"/{year}/")
        for other in sorted(self.sides[1].entries, reverse=True):
            known = self.schemas.kind_of(other) if other.startswith(f"{start}/") else None
            if known and known[0] is kind and int(known[1]["year"]) < year and other.endswith(f"/{rest}"):
                raw = self.sides[1].read([other])[other]
                if raw and (data := self._shaped(other, raw, kind)):
                    return int(known[1]["year"]), data
        return None

    def _walked(self, path: str, kind: Kind, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
        """The same walk as between two versions, over both plans without their timetables."""
        both = [
            dump(_without_lessons(data), self.schemas.order(kind), header_for(path, kind.name)).encode()
            for data in (old, new)
        ]
        names = {name: raw for name, raw in self.named[1].items() if name not in self.touched[1]}
        for change in changes({**names, path: both[0]}, {**names, path: both[1]}, self.schemas):
            yield change.sentence


def sums(plan: Mapping[str, Any]) -> tuple[int, int, int]:
    """A plan's classes, people and budget in yuan."""
    classes = plan["classes"]
    money = sum(source["amount"] for one in classes for source in one["budget"]["sources"])
    return len(classes), sum(one["trainees"]["total"] for one in classes), money


def _class(one: Mapping[str, Any], year: int) -> str:
    """A class as a reviewer looks at it: when, where, how many, how long, for how much."""
    start, end = (date.fromisoformat(one[key]) for key in ("from", "to"))
    practical = sum(
        session["hours"] for session in one["sessions"] if session["module"].startswith(PRACTICAL)
    )
    amount = sum(source["amount"] for source in one["budget"]["sources"])
    hours = f"{_hours({'classes': [one]})} 学时（实战 {practical}）"
    return f"{one['id']}：{span(start, end, year)}，{one['trainees']['total']} 人，{one['venue']['name']}，{hours}，{money(amount)}"


def _hours(plan: Mapping[str, Any]) -> int:
    return sum(session["hours"] for one in plan["classes"] for session in one["sessions"])


def _totals(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    before, after = (*sums(old), _hours(old)), (*sums(new), _hours(new))
    for title, unit, one, other in zip(
        ("班次", "培训人数", "经费", "总学时"), ("期", "人", "元", "学时"), before, after, strict=True
    ):
        if one != other:
            yield f"{title} {one}→{other} {unit}"


def _as_of_year(plan: Mapping[str, Any], old: int, new: int) -> dict[str, Any]:
    """A plan's data with its year moved on: every year's dates and titles differ, which says nothing."""
    year = re.compile(rf"(?<![0-9]){old}(?=-[0-9]{{2}}-[0-9]{{2}}|年)")

    def moved(data: Any) -> Any:
        if isinstance(data, dict):
            return {key: moved(value) for key, value in data.items()}
        if isinstance(data, list):
            return [moved(item) for item in data]
        return year.sub(str(new), data) if isinstance(data, str) else data

    return {**moved(plan), "year": new}


def _without_lessons(plan: Mapping[str, Any]) -> dict[str, Any]:
    return {**plan, "classes": [{**one, "sessions": []} for one in plan["classes"]]}
