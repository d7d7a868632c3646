"""Pushes into the small repository, judged in memory: what a gate would answer, without git.

`push` compares two sets of files as the gate does: an error in a touched file or one the base had not blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from generator.check import Outcome, check
from generator.gate.verdict import Request, Touched, Verdict
from generator.problem import Problem, Severity, Where
from generator.sign import chain
from tests import support
from tests.support import MemoryTree, base, edit, schemas, tree, write

ZIGUI = "data/plans/2022/yichang/zigui.yml"
AS_OF = date(2022, 3, 20)
Files = Mapping[str, bytes]


def push(
    before: Files,
    after: Files,
    *,
    roles: tuple[str, ...] = ("bureau:yichang",),
    user: str = "9000104",
    wrong: Iterable[Problem] = (),
    judged: bool = True,
    as_of: date = AS_OF,
) -> Verdict:
    """The verdict of a push; `wrong` is what the gate found in the push itself, `judged` whether it looked further."""
    old, new = MemoryTree(before), MemoryTree(after)
    was, now = (check(one, schemas=schemas(), as_of=as_of) for one in (old, new))
    changed = touched(before, after)
    blocking, known, others = _sorted(was, now, {one.path for one in changed})
    return Verdict(
        request=Request(
            git_dir=Path("repository.git"),
            old="1" * 40,
            new="2" * 40,
            tree=None,
            user=user,
            register=None,
            today=as_of,
        ),
        roles=roles,
        touched=changed,
        blocking=(*wrong, *(blocking if judged else ())),
        known=known if judged else (),
        others=others if judged else (),
        before=old,
        after=new,
        schemas=schemas(),
        outcome=now if judged else None,
    )


def touched(before: Files, after: Files) -> tuple[Touched, ...]:
    """The paths that differ, by name."""
    return tuple(sorted(_touched(before, after), key=lambda one: one.path))


def _touched(before: Files, after: Files) -> Iterable[Touched]:
    for path in before.keys() | after.keys():
        if before.get(path) != after.get(path):
            yield Touched(path=path, before=_id(before, path), after=_id(after, path))


def _id(files: Files, path: str) -> str | None:
    return sha256(files[path]).hexdigest()[:40] if path in files else None


def _sorted(
    was: Outcome, now: Outcome, touched: set[str]
) -> tuple[tuple[Problem, ...], tuple[Problem, ...], tuple[Problem, ...]]:
    errors = [one for one in now.problems if one.severity is Severity.ERROR]
    blocking = [one for one in errors if one.where.path in touched or one not in was.problems]
    known = tuple(one for one in errors if one not in blocking)
    others = tuple(
        one for one in now.problems if one.severity is not Severity.ERROR and one.where.path in touched
    )
    return tuple(blocking), known, others


def edited(*changes: tuple[str, Mapping[str, Any]], files: Files | None = None) -> dict[str, bytes]:
    """The small repository with edits of its records by key path."""
    files = dict(base() if files is None else files)
    for path, edits in changes:
        files[path] = write(path, edit(support.records()[path], edits))
    return files


def without(files: Files, *paths: str) -> dict[str, bytes]:
    """Files without some, their lines of the register gone with them."""
    lines = [line for line in deepcopy(support.records()[support.FILINGS]) if line["record"] not in paths]
    made = {path: raw for path, raw in files.items() if path not in paths}
    made[support.FILINGS] = write(support.FILINGS, chain(_renumbered(lines)))
    return made


def _renumbered(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for seq, line in enumerate(lines, 1):
        line |= {"seq": seq, "no": f"{line['no'].rpartition('-')[0]}-{seq:04d}"}
    return lines


def wrong(code: str, path: str, message: str, remedy: str) -> Problem:
    """A finding of the gate on the push itself."""
    return Problem(where=Where(path), code=code, message=message, remedy=remedy)


__all__ = ["AS_OF", "ZIGUI", "edited", "push", "touched", "tree", "without", "wrong"]
