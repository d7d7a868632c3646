"""Whether the records as they would be then pass the check: asked before a byte is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.check import Outcome
from generator.problem import Problem, Severity
from generator.tree import Entry, Mode, Tree

ROSTERS = "data/rosters/"
# What a roster rests on: while it has errors nothing is added.
GROUND = (ROSTERS, "data/keys.yml", "data/dataset.yml", "data/programme/", "data/sealed/recipients.yml")
SEALED = "data/sealed/"
# Where a run's own doing shows. What it makes of others' figures is theirs to mend.
OWN = (ROSTERS, "data/statistics/", SEALED, "data/keys.yml")
# Files a run writes anew, and the families of what forbids reading them.
WRITTEN = (ROSTERS, "data/statistics/")
UNREADABLE = ("FI", "SC", "PI")
# Errors in the rosters that other certificates' commands mend, and those a retired key leaves behind.
MENDED_LATER = frozenset({"CA014", "CE001", "CE012", "CE022", "CE026", "CE028", "KE006"})
# Errors in the sealed record of another class that may be about a person of this one.
SHARED = frozenset({"CA009"})


@dataclass(frozen=True, slots=True)
class Overlaid:
    """A tree with some files as they would be."""

    tree: Tree
    files: Mapping[str, bytes]

    def entries(self, *under: str) -> list[Entry]:
        """Every path below `under`, the new ones too."""
        tops = tuple(f"{top}/" for top in under)
        new = [
            Entry(path, Mode.FILE, len(raw), path)
            for path, raw in self.files.items()
            if path.startswith(tops)
        ]
        kept = [entry for entry in self.tree.entries(*under) if entry.path not in self.files]
        return sorted([*kept, *new], key=lambda entry: entry.path)

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        """Bytes, the new ones where there are such."""
        for entry in entries:
            if entry.path in self.files:
                yield entry, self.files[entry.path]
            else:
                yield from self.tree.read([entry])

    def digests_at(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Where the records' history is."""
        return self.tree.digests_at(wanted)


def in_the_way(before: Outcome, after: Outcome, record: str = "") -> list[Problem]:
    """Errors that forbid writing: new ones in what is written, and older ones in what that rests on.

    `record` is the sealed record issued from. Older errors that this leaves as they are, and that a command of their
    own mends, hold nobody up: else two of them would hold up each other.
    """
    known = {_what(problem) for problem in before.problems}
    new = [
        problem
        for problem in _errors(after)
        if _what(problem) not in known and problem.where.path.startswith(OWN)
    ]
    ground = [problem for problem in _errors(after) if _ground(problem, record)]
    lost = [problem for problem in _errors(before) if _unreadable(problem)]
    return list(dict.fromkeys([*new, *ground, *lost]))


def _errors(outcome: Outcome) -> list[Problem]:
    return [problem for problem in outcome.problems if problem.severity is Severity.ERROR]


def _unreadable(problem: Problem) -> bool:
    """Of a file that is written anew: what could not be read would be written over, and no error would be left."""
    return problem.where.path.startswith(WRITTEN) and problem.code.startswith(UNREADABLE)


def _what(problem: Problem) -> Sequence[object]:
    return problem.where.path, problem.code, problem.message


def _ground(problem: Problem, record: str) -> bool:
    path = problem.where.path
    if path == record:
        return True
    if path.startswith(SEALED) and problem.code in SHARED:
        return bool(record)
    if path.startswith(ROSTERS) and problem.code in MENDED_LATER:
        return False
    return path.startswith(GROUND)
