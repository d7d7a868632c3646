"""Until when what a merge brought was due: by the programme and the plans as that merge had them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from generator.examine import examine, readable
from generator.git import Git
from generator.model import Repo, Source, make
from generator.register import Line
from generator.registrar.pending import Change
from generator.registrar.records import place
from generator.rules.due import PARTS, due_of_version, new_classes
from generator.schema import Schemas
from generator.tree import GitTree, Tree, TreeError


@dataclass(slots=True, kw_only=True)
class Terms:
    """Due days of one run; programme and plans are read once for all that a merge brought of a year and a base.

    `warnings` are sentences on lines that get no due day where one was to be expected.
    """

    git: Git
    schemas: Schemas
    today: date
    warnings: list[str] = field(default_factory=list)
    repos: dict[tuple[str, str, str], Repo] = field(default_factory=dict)

    def due(self, change: Change, amended: Line | None) -> str:
        """The day a change was due, ISO, "" for none. `amended` is the line of the version it takes the place of."""
        kind, year, base = place(change.path, self.schemas)
        record, before = None, None
        if kind in PARTS:
            record = self._version(change.merge.commit, change.path, change.digest)
            if record is None:
                return self._none(change, "这一版的内容读不懂")
        if amended is not None:
            if kind not in PARTS:
                return ""
            before = self._version(str(amended["merge"]), change.path, str(amended["digest"]))
            if before is None:
                return self._none(change, f"{amended['no']} 登记的那一版不在仓库里，比不出这次新交了什么")
            if not new_classes(kind, record, before):
                return ""
        day = due_of_version(self._repo(change, year, base), kind, int(year), base, record, before)
        return str(day) if day else self._none(change, "合并时的年度方案没有给出它的期限")

    def _none(self, change: Change, why: str) -> str:
        self.warnings.append(f"{change.path}：{why}，登记为没有期限")
        return ""

    def _version(self, commit: str, path: str, digest: str | None) -> Any:
        """The record as a merge had it, as plain data; None where it is not at hand, or not what was registered."""
        if not commit:
            return None
        try:
            tree = GitTree(self.git.git_dir, commit)
            entries = [one for one in tree.entries(path) if one.path == path and readable(one)]
            found = [examine(path, raw, self.schemas) for _, raw in tree.read(entries)]
        except TreeError:
            # A history that was written anew, or filed by hand: the commit is no longer there.
            return None
        return next((one.data for one in found if one.digest == digest), None)

    def _repo(self, change: Change, year: str, base: str) -> Repo:
        key = change.merge.commit, year, base
        if key not in self.repos:
            wanted = [f"data/programme/{year}.yml"]
            if base:
                wanted += [
                    f"data/assessments/{year}/{base}/plan.yml",
                    f"data/deliveries/{year}/assessment/{base}.yml",
                ]
            tree = GitTree(self.git.git_dir, change.merge.commit)
            self.repos[key] = _part(tree, wanted, self.schemas, self.today)
        return self.repos[key]


def _part(tree: Tree, wanted: Sequence[str], schemas: Schemas, today: date) -> Repo:
    """These records, and no others."""
    folders = [path.rpartition("/")[0] for path in wanted]
    entries = [entry for entry in tree.entries(*folders) if entry.path in wanted and readable(entry)]
    examined = [examine(entry.path, raw, schemas) for entry, raw in tree.read(entries)]
    sources = [
        Source(kind=one.kind, path=one.path, parts=one.parts, data=one.data, digest=one.digest)
        for one in examined
        if one.data is not None
    ]
    paths = frozenset(entry.path for entry in entries)
    return make(sources, as_of=today, digests={}, paths=paths, unread=frozenset())
