"""What waits for its line: records whose contents are not those of their last line. By digest, never by commit id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from generator.examine import readable
from generator.git import Git
from generator.register import Line
from generator.registrar.history import Merge, State, states
from generator.registrar.records import FOLDERS, is_filed, may_be_filed
from generator.schema import Schemas
from generator.tree import GitTree


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A record as a merge left it; `digest` is None where the merge took it away."""

    merge: Merge
    path: str
    digest: str | None


def pending(git: Git, along: list[Merge], schemas: Schemas, latest: Mapping[str, Line]) -> list[Change]:
    """The changes that have no line yet, by merge, oldest first, and by path within a merge.

    `along` is the main branch's history, `latest` the last line of each record. A record that came, changed and
    changed again between two runs gets a line for each; one that is again as its last line says gets none. Where
    the history was written anew and no longer holds what the last line says, only the present state counts.
    """
    now = _digests(git, along[-1].commit, schemas)
    differing = [
        path
        for path in {*now, *latest}
        if may_be_filed(path, schemas) and now.get(path) != _said(latest, path)
    ]
    if not differing:
        return []
    known = states(git, along)
    changes = _changes(git, {path: known.get(path, []) for path in differing}, schemas)
    found = [change for path in differing for change in _fresh(path, changes[path], along, latest)]
    return sorted(found, key=lambda change: (change.merge.place, change.path))


def _said(latest: Mapping[str, Line], path: str) -> str | None:
    """The digest that is on file for a path; None for nothing or a withdrawal."""
    line = latest.get(path)
    return None if line is None or line["kind"] == "withdrawal" else str(line["digest"])


def _digests(git: Git, tip: str, schemas: Schemas) -> dict[str, str]:
    tree = GitTree(git.git_dir, tip)
    entries = [one for one in tree.entries(*FOLDERS) if readable(one) and may_be_filed(one.path, schemas)]
    return {
        entry.path: sha256(raw).hexdigest()
        for entry, raw in tree.read(entries)
        if is_filed(entry.path, raw, schemas)
    }


def _fresh(path: str, changes: list[Change], along: list[Merge], latest: Mapping[str, Line]) -> list[Change]:
    if path not in latest:
        return changes
    said = _said(latest, path)
    again = [place for place, change in enumerate(changes) if change.digest == said]
    if again:
        return changes[again[-1] + 1 :]
    return changes[-1:] or [Change(merge=along[-1], path=path, digest=None)]


def _changes(git: Git, known: Mapping[str, list[State]], schemas: Schemas) -> dict[str, list[Change]]:
    """The changes of each path's contents, all blobs read by one process."""
    wanted = sorted({state.blob for history in known.values() for state in history if state.blob})
    raws = dict(git.blobs(wanted))
    found = {}
    for path, history in known.items():
        digests = {
            blob: sha256(raws[blob]).hexdigest() if is_filed(path, raws[blob], schemas) else None
            for blob in {state.blob for state in history if state.blob}
        }
        found[path] = list(
            _steps(
                Change(merge=state.merge, path=path, digest=digests[state.blob] if state.blob else None)
                for state in history
            )
        )
    return found


def _steps(changes: Iterable[Change]) -> Iterator[Change]:
    """Those that change the contents: not a mode alone, and not the absence a path begins with."""
    before: str | None = None
    for change in changes:
        if change.digest != before:
            yield change
        before = change.digest
