"""A push to the register's branch: only by the account set for it, and only lines after lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from generator.gate.finding import shown
from generator.git import ZEROS, Git
from generator.hook.merges import SHORT, steps
from generator.hook.update import Update
from generator.register import FOLDER
from generator.registrar.book import files
from generator.registrar.proof import changed, faults, field_titles
from generator.schema import Schemas
from generator.tree import GitTree, Mounted, Tree

PLAIN = re.compile(rf":(?:000000|100644) 100644 \S+ \S+ [AM]\t{FOLDER}/[0-9]{{4}}\.jsonl")
SHOWN = 5


def register_faults(git: Git, update: Update, main: str, schemas: Schemas) -> Iterator[str]:
    """Why this register may not follow the one that is there, in sentences; `main` is the base's tip."""
    if update.deletes:
        yield "登记簿分支不能删除"
        return
    known = update.old
    for step in steps(git, update.old, update.new) if not update.fresh else steps(git, main, update.new):
        if step.parents != ((known,) if known != ZEROS else ()):
            yield f"登记簿只能在原有登记的后面增加，提交 {step.commit[:SHORT]} 不是接着做的"
            return
        yield from _step(git, known, step.commit, schemas)
        known = step.commit
    if known != update.new:
        yield "登记簿只增不改，不能退回以前的版本"
        return
    kept = Mounted(GitTree(git.git_dir, main), FOLDER, GitTree(git.git_dir, update.new))
    yield from [fault.sentence for fault in faults(kept, schemas)][:SHOWN]


def _step(git: Git, old: str, new: str, schemas: Schemas) -> Iterator[str]:
    raw = git.text("diff-tree", "-r", "--root", "--no-commit-id", "--no-renames", "--raw", new)
    for line in raw.splitlines():
        if not PLAIN.fullmatch(line):
            yield f"登记簿分支上只能有登记簿：{shown(line.partition(chr(9))[2])} 不能增加、删除或改成别的文件"
    before = files(_tree(git.git_dir, old)) if old != ZEROS else {}
    yield from (
        one.sentence for one in changed(before, files(_tree(git.git_dir, new)), field_titles(schemas))
    )


def _tree(git_dir: Path, commit: str) -> Tree:
    return GitTree(git_dir, commit)
