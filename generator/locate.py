"""Line and column of key paths, found late: only for the files that have something to say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from generator.problem import Key, Position
from generator.syntax import events, mark

Keys = tuple[Key, ...]
NODES = (ScalarEvent, MappingStartEvent, SequenceStartEvent, AliasEvent)


def locate(text: str, wanted: Iterable[Keys]) -> dict[Keys, Position]:
    """Positions of key paths in a YAML text that `load` accepted: of the key in a mapping, of the item in a list.

    A path that does not exist gets the position of its nearest existing parent.
    """
    paths = set(wanted)
    needed = {path[:length] for path in paths for length in range(len(path) + 1)}
    found: dict[Keys, Position] = {(): Position(1, 1)}

    def visit(path: Keys, at: Position) -> None:
        if path in needed:
            found.setdefault(path, at)

    _walk(text, visit)
    return {path: _nearest(path, found) for path in paths}


def _nearest(path: Keys, found: dict[Keys, Position]) -> Position:
    return next(found[path[:length]] for length in range(len(path), -1, -1) if path[:length] in found)


class _Container:
    """An open mapping or list during the walk: its path and what comes next in it."""

    def __init__(self, path: Keys, mapping: bool) -> None:
        self.path = path
        self.mapping = mapping
        self.key: Key | None = None if mapping else 0

    def step(self) -> Keys:
        """The path of the value that starts now; moves on to the next."""
        assert self.key is not None
        path = (*self.path, self.key)
        self.key = None if isinstance(self.key, str) else self.key + 1
        return path


def _walk(text: str, visit: Callable[[Keys, Position], None]) -> None:
    next_event = events(text)
    stack: list[_Container] = []
    while type(event := next_event()) is not StreamEndEvent:
        if isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            stack.pop()
        elif isinstance(event, NODES):
            top: Any = stack[-1] if stack else None
            if top and top.mapping and top.key is None:
                top.key = str(getattr(event, "value", ""))
                visit((*top.path, top.key), mark(event))
                continue
            path = top.step() if top else ()
            if top and not top.mapping:
                visit(path, mark(event))
            if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
                stack.append(_Container(path, isinstance(event, MappingStartEvent)))


def locate_lines(text: str, wanted: Iterable[Keys]) -> dict[Keys, Position]:
    """Positions in a JSON-lines text: the first key is the line's index, the second its field."""
    lines = text.split("\n")
    return {keys: _in_line(lines, keys) for keys in wanted}


def _in_line(lines: list[str], keys: Keys) -> Position:
    number = keys[0] if keys and isinstance(keys[0], int) and keys[0] < len(lines) else 0
    column = lines[number].find(json.dumps(keys[1], ensure_ascii=False) + ":") if len(keys) > 1 else 0
    return Position(number + 1, max(column, 0) + 1)
