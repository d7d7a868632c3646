"""Which part of the tree a change must be judged on, so that the verdict is that of whole checks.

The table is in `relations`; here it is walked. A relation by values looks for them in the bytes of the files that may
hold them: the few that do are parsed, the others only searched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generator.check import Seen
from generator.gate.relations import ALWAYS_SHOWN, RELATIONS, UNTIED, Like, Named, Naming, Tie, Ties
from generator.gate.shelf import Shelf
from generator.schema import Schemas
from generator.tree import Part, Tree

# A change of more files than this is judged by whole checks: looking for each one's relations would cost more.
MANY = 100
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
    return _Walk(Shelf(before, after, schemas, {} if seen is None else seen)).scope(paths)


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
    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def scope(self, touched: set[str]) -> Scope | None:
        try:
            return self._scope(touched)
        except _WholeError:
            return None

    def _scope(self, touched: set[str]) -> Scope:
        if not self.shelf.entries[0] or any(map(self._reaches_everywhere, touched)):
            raise _WholeError
        registers = self._registers(touched)
        gone = {path for path in touched if self.shelf.came_or_went(path)}
        judged = touched | self._waivers() | (self._registers(gone) if gone else set())
        for path in touched:
            ties = self._ties(path)
            judged.update(self._reach(path, ties.peers + ties.affects))
        shown = judged | registers
        for kind in ALWAYS_SHOWN:
            shown.update(self.shelf.by_kind.get(kind, ()))
        for path in judged:
            ties = self._ties(path)
            shown.update(self._reach(path, ties.peers + ties.needs))
        return Scope(judged=frozenset(judged), shown=frozenset(shown))

    def _ties(self, path: str) -> Ties:
        return RELATIONS[self.shelf.kinds[path]] if path in self.shelf.kinds else NOTHING

    def _reaches_everywhere(self, path: str) -> bool:
        return self._ties(path).province or self.shelf.was_unread(path) or self.shelf.strays([path])

    def _waivers(self) -> set[str]:
        paths = self.shelf.by_kind.get("waivers", [])
        for path in paths:
            for one in self.shelf.versions(path):
                if one.data and any(waiver["code"] in UNTIED for waiver in one.data["waivers"]):
                    raise _WholeError
        return set(paths)

    def _registers(self, paths: set[str]) -> set[str]:
        registers = self.shelf.by_kind.get("filing", [])
        self.shelf.read(registers)
        return set(self.shelf.naming(registers, paths))

    def _reach(self, path: str, ties: tuple[Tie, ...]) -> Iterator[str]:
        for tie in ties:
            if isinstance(tie, Like):
                yield from self._like(path, tie)
            elif isinstance(tie, Named):
                yield from self._named(path, tie)
            else:
                yield from self._naming(path, tie)

    def _of(self, kind: str) -> list[str]:
        """All records of a kind, each where it belongs."""
        paths = self.shelf.by_kind.get(kind, [])
        if self.shelf.strays(paths):
            raise _WholeError
        return paths

    def _like(self, path: str, tie: Like) -> Iterator[str]:
        mine = self.shelf.parts[path]
        for other in self._of(tie.kind) if tie.parts else self.shelf.by_kind.get(tie.kind, ()):
            theirs = self.shelf.parts[other]
            if all(mine.get(name) == theirs[name] for name in tie.parts):
                yield other

    def _named(self, path: str, tie: Named) -> Iterator[str]:
        pattern = tie.pattern.format(**self.shelf.parts[path])
        for value in {value for _, value in self._values(path, tie.fields)}:
            target = pattern.replace("*", value)
            if target in self.shelf.kinds:
                self._of(self.shelf.kinds[target])
                yield target
            elif tie.hint:
                found = self.shelf.schemas.kind_of(target)
                yield from self._of(found[0].name) if found else ()

    def _naming(self, path: str, tie: Naming) -> Iterator[str]:
        others = [other for kind in tie.kinds for other in self.shelf.by_kind.get(kind, ())]
        self.shelf.read(others)
        found = list(self._values(path, tie.fields))
        if tie.folded:
            yield from self.shelf.naming_all(others, _sets(found, tie.fields))
        elif tie.days:
            yield from self.shelf.naming_on(others, {(value, beside[tie.days]) for beside, value in found})
        else:
            yield from self.shelf.naming(others, {value for _, value in found})

    def _values(self, path: str, fields: tuple[str, ...]) -> Iterator[tuple[Any, str]]:
        """What stands in these fields in any version, with the object it stands in."""
        for one in self.shelf.versions(path):
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
