"""Lines and columns of what an audit found in records, looked up once a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from generator.locate import locate
from generator.problem import Problem
from generator.tree import Tree


def placed(problems: Iterable[Problem], tree: Tree) -> tuple[Problem, ...]:
    """The problems with positions, each once, by file and line."""
    by_path: dict[str, list[Problem]] = {}
    for problem in dict.fromkeys(problems):
        by_path.setdefault(problem.where.path, []).append(problem)
    wanted = [
        path for path, found in by_path.items() if any(one.at is None and one.where.keys for one in found)
    ]
    texts = {
        entry.path: raw.decode("utf-8", "replace")
        for entry, raw in tree.read([one for one in tree.entries("data") if one.path in wanted])
        if entry.path.endswith(".yml")
    }
    every = [one for path, found in by_path.items() for one in _placed(found, texts.get(path))]
    return tuple(sorted(dict.fromkeys(every), key=_order))


def _placed(found: list[Problem], text: str | None) -> list[Problem]:
    """A sealed record's text is not looked into: its key path says enough."""
    if text is None:
        return found
    at = locate(text, [one.where.keys for one in found if one.at is None])
    return [one if one.at is not None else replace(one, at=at[one.where.keys]) for one in found]


def _order(problem: Problem) -> tuple[str, int, int, str, str]:
    line, column = (problem.at.line, problem.at.column) if problem.at else (0, 0)
    return problem.where.path, line, column, problem.code, problem.message
