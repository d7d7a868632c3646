"""From what waits to lines: number, times, lateness, reviewer, chain; then written, or from the start again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from generator import register
from generator.git import Git
from generator.registrar import book as books
from generator.registrar.book import Book
from generator.registrar.earlier import first, heads
from generator.registrar.history import Merge, merges
from generator.registrar.journal import Journal, Received, RegistrarError
from generator.registrar.pending import Change, pending
from generator.registrar.proof import Fault, faults
from generator.registrar.records import numbers, place
from generator.registrar.terms import Terms
from generator.schema import Schemas
from generator.sign import GENESIS
from generator.tree import GitTree, Mounted, Tree

# Every attempt that fails means that somebody else's succeeded; more at once than this nobody starts.
ATTEMPTS = 200
HEADS = "refs/heads/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to file: `branch` of the repository, into `register_branch` ("" for the branch's own tree).

    `now` bounds every time that is written. `reviewer` is the account to name where the journal names none.
    """

    git_dir: Path
    branch: str
    register_branch: str
    journal: Journal
    reviewer: str
    committer: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What came of it: the lines that were added, the register's commit, what to look at."""

    lines: tuple[Mapping[str, Any], ...]
    commit: str
    ref: str
    warnings: tuple[str, ...]
    faults: tuple[Fault, ...] = ()


def file(request: Request) -> Filed:
    """Register what the branch took in since. Nothing is added twice; where somebody else writes at the same time,
    it starts again from what they wrote. A register that does not verify is left alone (`Filed.faults`).

    Raises `TreeError` for what cannot be read or written.
    """
    git = Git(request.git_dir)
    for _ in range(ATTEMPTS):
        done = _attempt(git, request)
        if done is not None:
            return done
    raise RegistrarError(f"登记簿一直被别的登记抢先写入，试了 {ATTEMPTS} 次没有写成。请稍后再运行")


def _attempt(git: Git, request: Request) -> Filed | None:
    """One try; None where the register moved in the meantime."""
    tip = _branch(git, request.branch)
    tree = GitTree(git.git_dir, tip)
    book, mounted = _found(git, request, tip, tree)
    schemas = Schemas.read(tree)
    wrong = faults(mounted, schemas)
    if wrong:
        return Filed(lines=(), commit=book.commit, ref=book.ref, warnings=(), faults=tuple(wrong))
    along = merges(git, tip)
    latest = register.latest(line for year in sorted(book.lines) for line in book.lines[year])
    waiting = pending(git, along, schemas, latest)
    terms = Terms(git=git, schemas=schemas, today=request.now.date())
    desk = _Desk(
        git=git,
        request=request,
        along=along,
        schemas=schemas,
        tree=tree,
        book=book,
        latest=latest,
        terms=terms,
        warnings=terms.warnings,
    )
    added = desk.lines(waiting)
    if not added:
        return Filed(lines=(), commit=book.commit, ref=book.ref, warnings=())
    who = books.committer(git, request.committer)
    commit = books.commit(git, book, added, who, request.now)
    if not books.swapped(git, book, commit):
        return None
    lines = tuple(line for year in sorted(added) for line in added[year])
    return Filed(lines=lines, commit=commit, ref=book.ref, warnings=tuple(desk.warnings))


def _branch(git: Git, name: str) -> str:
    tip = books.at(git, full(git, name))
    if not tip:
        raise RegistrarError(f"仓库 {git.git_dir} 中没有分支 {name}")
    return tip


def full(git: Git, branch: str) -> str:
    """The full name of a branch. Raises `TreeError` for what cannot be one."""
    return books.named(git, HEADS + branch.removeprefix(HEADS))


def _found(git: Git, request: Request, tip: str, tree: GitTree) -> tuple[Book, Tree]:
    """The register, and the tree with it in place. A branch that is new begins with what the tree holds."""
    if not request.register_branch:
        return books.opened(full(git, request.branch), tip, tree), tree
    ref = full(git, request.register_branch)
    commit = books.at(git, ref)
    other = GitTree(git.git_dir, commit) if commit else tree
    return books.opened(ref, commit, other), Mounted(tree, register.FOLDER, other)


@dataclass(slots=True, kw_only=True)
class _Desk:
    """Where changes become lines, one after the other."""

    git: Git
    request: Request
    along: Sequence[Merge]
    schemas: Schemas
    tree: Tree
    book: Book
    latest: dict[str, register.Line]
    terms: Terms
    warnings: list[str]
    branches: dict[str, list[str]] = field(default_factory=dict)

    def lines(self, waiting: Sequence[Change]) -> dict[int, list[dict[str, Any]]]:
        """The lines to add, by year."""
        added: dict[int, list[dict[str, Any]]] = {}
        if not waiting:
            return added
        prefixes, last = numbers(self.tree), self._last()
        for change in waiting:
            line = self._line(change, prefixes, last, added)
            if not self.schemas.valid(self.schemas.kinds["filing"], line):
                raise RegistrarError(f"{change.path} 的登记不合登记簿的格式，没有登记任何记录：{line}")
            added.setdefault(line["year"], []).append(line)
            self.latest[change.path] = last = line
        return added

    def _last(self) -> register.Line | None:
        lines = [line for year in sorted(self.book.lines) for line in self.book.lines[year]]
        return lines[-1] if lines else None

    def _line(
        self,
        change: Change,
        prefixes: Mapping[str, str],
        last: register.Line | None,
        added: Mapping[int, list[dict[str, Any]]],
    ) -> dict[str, Any]:
        kind, amended = self._kind(change)
        submitted, filed, received = self._times(change, last["filed"] if last else "")
        year = int(filed[:4])
        return register.append(
            [*self.book.lines.get(year, ()), *added.get(year, ())],
            prefix=register.prefix(kind, prefixes),
            kind=kind,
            record=change.path,
            digest=change.digest or str(self.latest[change.path]["digest"]),
            submission=received.submission if received else f"合并 {change.merge.commit[:12]}",
            submitted=submitted,
            filed=filed,
            due="" if change.digest is None else self.terms.due(change, self._amended(change)),
            merge=change.merge.commit,
            reviewer=self._reviewer(change.merge),
            amends=amended,
            prev=last["hash"] if last else GENESIS,
        )

    def _kind(self, change: Change) -> tuple[str, str]:
        """The kind of the line, and the number of the line it amends."""
        if change.digest is None:
            before = self.latest.get(change.path)
            return "withdrawal", str(before["no"]) if before else ""
        kind, _, _ = place(change.path, self.schemas)
        amended = self._amended(change)
        if amended is None:
            return kind, ""
        return "amendment" if kind == "plan" else kind, str(amended["no"])

    def _amended(self, change: Change) -> register.Line | None:
        """The line of the version on file that a change takes the place of; None for a first filing."""
        before = self.latest.get(change.path)
        return None if before is None or before["kind"] == "withdrawal" else before

    def _times(self, change: Change, before: str) -> tuple[str, str, Received | None]:
        """Submitted and filed, RFC 3339 in Shanghai, and the entry of the journal that says so.

        The server's clock is believed, the committer's only up to now; filing never goes back in time.
        """
        received = self._submission(change)
        taken = self.request.journal.last.get(self._carrier(change.merge))
        now = _stamp(self.request.now)
        filed = min(taken.submitted if taken else _stamp(change.merge.committed), now)
        filed = max(filed, before, min(received.submitted, now) if received else "")
        if received is None:
            self.warnings.append(
                f"{change.path}：提交记录里没有合并 {change.merge.commit[:12]} 的提交，提交时刻按备案时刻 {filed} 登记"
            )
        return min(received.submitted, filed) if received else filed, filed, received

    def _submission(self, change: Change) -> Received | None:
        """What the journal says of the head that brought the record as it is: the merged one or one before it, else
        that of the commit itself.
        """
        for theirs in change.merge.parents[1:]:
            found = first(self.git, change.path, self._heads(change.merge, theirs), self.request.journal)
            if found:
                return found
        return self.request.journal.first.get(self._carrier(change.merge))

    def _heads(self, merge: Merge, theirs: str) -> list[str]:
        """Looked up once for all that a merge brought."""
        if theirs not in self.branches:
            self.branches[theirs] = heads(self.git, merge.parents[0], theirs)
        return self.branches[theirs]

    def _carrier(self, merge: Merge) -> str:
        """The head a commit came in with: its own, or on a straight line the next one that the journal knows."""
        for later in self.along[merge.place :]:
            if later is not merge and len(later.parents) > 1:
                break
            if later.commit in self.request.journal.first:
                return later.commit
        return merge.commit

    def _reviewer(self, merge: Merge) -> str:
        """The account that took the merge in."""
        taken = self.request.journal.last.get(self._carrier(merge))
        if taken is None and not self.request.reviewer:
            raise RegistrarError(
                f"提交记录里没有合并 {merge.commit[:12]} 的账号，没有登记任何记录。请用 --reviewer 写明是谁合并的"
            )
        return taken.user if taken else self.request.reviewer


def _stamp(time: datetime) -> str:
    return time.astimezone(register.SHANGHAI).isoformat(timespec="seconds")
