"""A small repository under git with an office that merges: what the tests of the registrar share."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from generator.load import load_lines
from generator.registrar import Filed, Request, file
from generator.registrar.journal import Received, read, written
from generator.registrar.proof import faults
from generator.tree import GitTree, Mounted, Tree
from tests.support import ROOT, base, schemas
from tests.test_tree import QUIET, WHO

# What the registrar looks at besides the records that are filed.
KEPT = (
    "data/dataset.yml",
    "data/programme/2022.yml",
    "data/assessments/2022/yichang/plan.yml",
    "data/deliveries/2022/assessment/yichang.yml",
)
PLANS = "data/plans/2022"
ZIGUI = f"{PLANS}/yichang/zigui.yml"
XINGSHAN = f"{PLANS}/yichang/xingshan.yml"
DATASET = "data/dataset.yml"
REGISTRAR = "登记任务 <register@siwu.example>"
NOW = "2022-12-01T00:00:00+08:00"
OFFICE, BUREAU = "9000001", "1000001"


@dataclass(slots=True, kw_only=True)
class Office:
    """A repository and the journal beside it. `at` is the register's branch, "" for the tree."""

    root: Path
    at: str = ""
    journal: list[Received] = field(default_factory=list)
    clerks: int = 0

    @property
    def git_dir(self) -> Path:
        return self.root / ".git"

    def git(self, *arguments: str, when: str = "2022-01-01T00:00:00+08:00") -> str:
        """Git in the work tree, at a time of the committer's own choosing."""
        dates = {"GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": when}
        command = ["git", *WHO, "-c", "gc.auto=0", *arguments]
        done = subprocess.run(
            command, cwd=self.root, env=os.environ | QUIET | dates, capture_output=True, check=True
        )
        return done.stdout.decode().strip()

    def commit(self, changes: Mapping[str, bytes | None], when: str, say: str = "提交") -> str:
        """A commit on the branch that is checked out, of these files; None takes one away."""
        for path, raw in changes.items():
            target = self.root / path
            if raw is None:
                target.unlink()
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(raw)
        self.git("add", "-A", "--", *changes)
        self.git("commit", "-q", "-m", say, when=when)
        return self.git("rev-parse", "HEAD")

    def merge(
        self, changes: Mapping[str, bytes | None], submitted: str, merged: str, *, told: bool = True
    ) -> str:
        """A pull request by the bureau, merged by the office; `told`: the journal says when it came and who merged."""
        self.clerks += 1
        self.git("checkout", "-q", "-b", f"clerk-{self.clerks}", "main")
        head = self.commit(changes, submitted)
        self.git("checkout", "-q", "main")
        self.git("merge", "-q", "--no-ff", "-m", "合并", f"clerk-{self.clerks}", when=merged)
        commit = self.git("rev-parse", "HEAD")
        if told:
            self.receive(head, submitted, BUREAU)
            self.receive(commit, merged, OFFICE)
        return commit

    def receive(self, head: str, submitted: str, user: str) -> None:
        """A line of the journal."""
        number = f"PR-{self.clerks}"
        self.journal.append(Received(head=head, submission=number, submitted=submitted, user=user))

    @property
    def written_journal(self) -> bytes:
        return b"".join(map(written, self.journal))

    def file(self, now: str = NOW, reviewer: str = "") -> Filed:
        """Run the registrar; the work tree follows the branch. What it wrote must verify."""
        done = file(self.request(now, reviewer))
        assert done.faults or faults(self.tree, schemas()) == []
        self.git("checkout", "-q", "-f", "main")
        self.git("reset", "-q", "--hard")
        return done

    def request(self, now: str = NOW, reviewer: str = "") -> Request:
        return Request(
            git_dir=self.git_dir,
            branch="main",
            register_branch=self.at,
            journal=read(self.written_journal, "journal.jsonl"),
            reviewer=reviewer,
            committer=REGISTRAR,
            now=datetime.fromisoformat(now),
        )

    @property
    def tree(self) -> Tree:
        """The records with the register in place."""
        tree = GitTree(self.git_dir, "main")
        return Mounted(tree, "data/filings", GitTree(self.git_dir, self.at)) if self.at else tree

    def raw(self, year: int = 2022) -> bytes:
        """The register's file of a year."""
        found = [one for one in self.tree.entries("data/filings") if one.path.endswith(f"/{year}.jsonl")]
        return b"".join(raw for _, raw in self.tree.read(found))

    def lines(self, year: int = 2022) -> list[dict[str, Any]]:
        """The register's lines of a year."""
        raw = self.raw(year)
        return load_lines(raw, "lines").data if raw else []

    def rewrite(self, raw: bytes | None, year: int = 2022) -> None:
        """Put other bytes in the register's place, as somebody with access to it would."""
        if self.at:
            self.git("checkout", "-q", "-f", self.at)
        self.commit({f"data/filings/{year}.jsonl": raw}, NOW, "改登记簿")
        self.git("checkout", "-q", "-f", "main")

    def head(self) -> str:
        """The commit that holds the register."""
        return self.git("rev-parse", f"refs/heads/{self.at or 'main'}")


def open_office(root: Path, at: str = "") -> Office:
    """A repository on disk without any filing; its first commit holds what `KEPT` names and the schemas."""
    for path in KEPT:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(base()[path])
    shutil.copytree(ROOT / "schemas", root / "schemas")
    office = Office(root=root, at=at)
    office.git("init", "-q", "-b", "main")
    office.git("add", "data", "schemas")
    office.git("rm", "-q", "--cached", "data/assessments/2022/yichang/plan.yml")
    office.git("commit", "-q", "-m", "起点")
    (root / "data/assessments/2022/yichang/plan.yml").unlink()
    return office


def copied(office: Office, root: Path, at: str = "") -> Office:
    """Another office that starts where this one stands."""
    shutil.copytree(office.root, root, symlinks=True)
    return Office(root=root, at=at or office.at, journal=list(office.journal), clerks=office.clerks)


def digest(raw: bytes) -> str:
    return sha256(raw).hexdigest()


def plan(remark: object) -> bytes:
    """The small repository's plan with another remark."""
    return base()[ZIGUI].replace(b'remark: ""', f"remark: 说明{remark}".encode())
