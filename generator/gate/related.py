"""Which part of the tree a change must be judged on, so that the verdict is that of whole checks.

The table is in `relations`; here it is walked. A relation by values looks for them in the bytes of the files that may
hold them: the few that do are parsed, the others only searched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from generator.check import Seen
from generator.gate.relations import ALWAYS_SHOWN, RELATIONS, UNTIED, Like, Named, Naming, Ties
from generator.gate.sides import Sides
from generator.schema import Schemas
from generator.tree import Part, Tree

# A change of more files than this is judged by whole checks: looking for each one's relations would cost more.
MANY = 100
# And one whose records hold more different values than any honest push: each is looked for in every file.
VALUES = 2000
NOTHING = Ties()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """`judged`: files whose findings may differ between the trees. `shown`: these and what the rules read for them."""

    judged: frozenset[str]
    shown: frozenset[str]


def related(
    before: Tree, after: Tree, touched: frozenset[str], schemas: Schemas, seen: Seen | None = None
) -> Scope | None:
    """The part of both trees on which a change is judged; None where it must be everything.

    `touched` are the paths that differ. What is examined on the way is put into `seen`, for the checks.
    """
    paths = {path for path in touched if path.startswith("data/")}
    if len(paths) > MANY:
        return None
    return _Walk(Sides(before, after, schemas, {} if seen is None else seen)).scope(paths)


def narrowed(
    before: Tree, after: Tree, touched: frozenset[str], schemas: Schemas, seen: Seen
) -> tuple[Tree, Tree]:
    """Both trees with only what a change of the touched paths must be judged on."""
    scope = related(before, after, touched, schemas, seen)
    if scope is None:
        return before, after
    return Part(before, scope.shown, scope.judged), Part(after, scope.shown, scope.judged)


class _WholeError(Exception):
    """Nothing less than everything will do."""


class _Walk:
    def __init__(self, sides: Sides) -> None:
        self.sides = sides
        self.placed: set[str] = set()

    def scope(self, touched: set[str]) -> Scope | None:
        try:
            return self._scope(touched)
        except _WholeError:
            return None

    def _scope(self, touched: set[str]) -> Scope:
        if not self.sides.entries[0] or any(map(self._reaches_everywhere, touched)):
            raise _WholeError
        registers = self._registers(touched)
        gone = {path for path in touched if self.sides.came_or_went(path)}
        judged = touched | self._waivers() | (self._registers(gone) if gone else set())
        judged.update(self._reach(touched, "peers", "meets", "affects"))
        shown = judged | registers
        for kind in ALWAYS_SHOWN:
            shown.update(self.sides.by_kind.get(kind, ()))
        shown.update(self._reach(frozenset(judged), "peers", "needs"))
        return Scope(judged=frozenset(judged), shown=frozenset(shown))

    def _reaches_everywhere(self, path: str) -> bool:
        ties = RELATIONS[self.sides.kinds[path]] if path in self.sides.kinds else NOTHING
        return ties.province or self.sides.was_unread(path) or self.sides.strays([path])

    def _waivers(self) -> set[str]:
        paths = self.sides.by_kind.get("waivers", [])
        for path in paths:
            for one in self.sides.versions(path):
                if one.data and any(waiver["code"] in UNTIED for waiver in one.data["waivers"]):
                    raise _WholeError
        return set(paths)

    def _registers(self, paths: set[str]) -> set[str]:
        registers = self.sides.by_kind.get("filing", [])
        self.sides.read(registers)
        return set(self.sides.naming(registers, paths))

    def _reach(self, paths: Collection[str], *how: str) -> Iterator[str]:
        """What the records are tied to in these ways; those of a kind are looked for together."""
        by_kind: dict[str, list[str]] = {}
        for path in sorted(paths):
            if path in self.sides.kinds:
                by_kind.setdefault(self.sides.kinds[path], []).append(path)
        for kind, those in by_kind.items():
            for tie in (tie for way in how for tie in getattr(RELATIONS[kind], way)):
                if isinstance(tie, Like):
                    yield from self._like(those, tie)
                elif isinstance(tie, Named):
                    yield from self._named(those, tie)
                else:
                    yield from self._naming(those, tie)

    def _of(self, kind: str) -> list[str]:
        """All records of a kind, each where it belongs."""
        paths = self.sides.by_kind.get(kind, [])
        if kind not in self.placed and self.sides.strays(paths):
            raise _WholeError
        self.placed.add(kind)
        return paths

    def _like(self, paths: list[str], tie: Like) -> list[str]:
        return self._agreeing(paths, tie.kind, tie.parts)

    def _agreeing(self, paths: list[str], kind: str, parts: tuple[str, ...]) -> list[str]:
        """Records of a kind that agree with one of ours in these parts of their paths."""
        if not parts:
            return self.sides.by_kind.get(kind, [])
        wanted = {tuple(self.sides.parts[path].get(name) for name in parts) for path in paths}
        return [
            other
            for other in self._of(kind)
            if tuple(self.sides.parts[other][name] for name in parts) in wanted
        ]

    def _named(self, paths: list[str], tie: Named) -> Iterator[str]:
        targets = {
            tie.pattern.format(**self.sides.parts[path]).replace("*", value)
            for path in paths
            for _, value in self._values(path, tie.fields)
        }
        for target in targets:
            if target in self.sides.kinds:
                self._of(self.sides.kinds[target])
                yield target
            elif tie.hint and (found := self.sides.schemas.kind_of(target)):
                yield from self._of(found[0].name)

    def _naming(self, paths: list[str], tie: Naming) -> Iterator[str]:
        others = [other for kind in tie.kinds for other in self._agreeing(paths, kind, tie.parts)]
        self.sides.read(others)
        found = [pair for path in paths for pair in self._values(path, tie.fields)]
        if len({value for _, value in found}) > VALUES:
            raise _WholeError
        if tie.folded:
            yield from self.sides.naming_all(others, _sets(found, tie.fields))
        elif tie.on_site:
            lessons = {(value, one["date"], one["half"]) for one, value in found if one["mode"] == "onsite"}
            yield from self.sides.naming_on(others, lessons)
        else:
            yield from self.sides.naming(others, {value for _, value in found})

    def _values(self, path: str, fields: tuple[str, ...]) -> Iterator[tuple[Any, str]]:
        """What stands in these fields in any version, with the object it stands in."""
        for one in self.sides.versions(path):
            if one.data is not None:
                for field in fields:
                    yield from _filled(one.data, field.split("/"))


def _sets(found: list[tuple[Any, str]], fields: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [tuple(str(beside[name]) for name in fields) for beside, _ in found]


def _filled(node: Any, keys: list[str], beside: Any = None) -> Iterator[tuple[Any, str]]:
    if not keys:
        yield beside, node
    elif keys[0] == "*":
        for item in node:
            yield from _filled(item, keys[1:], node)
    elif keys[0] in node:
        yield from _filled(node[keys[0]], keys[1:], node)
