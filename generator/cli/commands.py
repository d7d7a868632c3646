"""What each command does, ten lines each; its modules load when it runs."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.cli import auditing, github, issuing, keying, printing, sealing, verifying
from generator.cli import status as standing
from generator.cli.gating import gate
from generator.cli.hooking import hook
from generator.cli.registering import file, register
from generator.cli.status_key import judge, read_status_key
from generator.cli.terminal import BUG, CLEAN, FOUND, UsageError, complain, progress, report_bug, say

if TYPE_CHECKING:
    from datetime import date, datetime

    from generator.check import Outcome
    from generator.schema import Schemas
    from generator.tree import Tree


def check(options: argparse.Namespace) -> int:
    """`siwu check`."""
    from generator.check import check
    from generator.report import REPORTERS

    tree = _tree(options)
    opened = _identities(options)
    outcome = check(tree, as_of=options.as_of, today=_today(), identities=opened, progress=progress())
    outcome = _only(outcome, tree, options).bounded
    say(REPORTERS[options.format](outcome))
    if outcome.crashes:
        report_bug("\n".join(outcome.crashes))
        return BUG
    blocking = ("error", "warning") if options.strict else ("error",)
    return FOUND if any(problem.severity in blocking for problem in outcome.problems) else CLEAN


def _only(outcome: Outcome, tree: Tree, options: argparse.Namespace) -> Outcome:
    """The outcome with the problems of `--only`; a path that is nothing's is a slip of the hand."""
    from dataclasses import replace

    if not options.only:
        return outcome
    wanted = _paths(options, options.only)
    known = [entry.path for entry in tree.entries("data")] + [
        problem.where.path for problem in outcome.problems
    ]
    for path in wanted:
        if not any(_below(one, path) for one in known):
            raise UsageError(f"data/ 中没有 {path}")
    kept = [
        problem for problem in outcome.problems if any(_below(problem.where.path, path) for path in wanted)
    ]
    return replace(outcome, problems=tuple(kept))


def _below(path: str, top: str) -> bool:
    return path == top or path.startswith(f"{top}/")


def rules(options: argparse.Namespace) -> int:
    """`siwu rules`."""
    from generator.catalogue import explained, listed, numbering
    from generator.rules import RULES

    numbers = numbering(_tree(options))
    if options.code is None:
        say(listed(numbers))
        return CLEAN
    code = options.code.upper()
    if code not in RULES:
        raise UsageError(f"没有规则 {options.code}。运行 siwu rules 查看全部规则。")
    say(explained(RULES[code], numbers))
    return CLEAN


def fix(options: argparse.Namespace) -> int:
    """`siwu fix`."""
    from generator.fix import fix

    results = []
    for result in fix(_root(options), _paths(options, options.paths)):
        say(f"{result.sentence}\n")
        results.append(result)
    written = sum(result.written for result in results)
    kept = len(results) - written
    say(f"整理了 {written} 个文件{f'，{kept} 个没有改动' if kept else ''}。\n")
    return FOUND if kept else CLEAN


def diff(options: argparse.Namespace) -> int:
    """`siwu diff`."""
    from generator.diff import differences, records

    old, new = _side(options, options.old), _side(options, options.new)
    lines = 0
    for line in differences(records(old), records(new), _schemas(options, new, old)):
        say(f"{line}\n")
        lines += 1
    if not lines:
        complain("两边的记录没有不同。")
    return CLEAN


def demo(options: argparse.Namespace) -> int:
    """`siwu demo`."""
    from generator.demo import write

    sizes = {"seed": options.seed, "scale": options.scale, "years": options.years}
    write(_root(options), Path(options.out), progress=progress(), **sizes)
    return CLEAN


def build(options: argparse.Namespace) -> int:
    """`siwu build`."""
    from generator.check import check
    from generator.documents.fonts import MissingFontError
    from generator.publish import publish
    from generator.publish.certificates import Printing
    from generator.publish.ledger import LedgerError
    from generator.publish.verifypages import MissingScriptError
    from generator.report import brief

    root, pulls = _root(options), standing.pulls(options.pulls)
    status_key = read_status_key(options.status_key)
    outcome = check(_tree(options), as_of=options.as_of, today=_today(), progress=progress())
    say(brief(outcome))
    if outcome.crashes:
        report_bug("\n".join(outcome.crashes))
        return BUG
    if outcome.repo is None or any(problem.severity == "error" for problem in outcome.problems):
        complain("数据有错误，网站没有生成；原来的网站保持不变。")
        return FOUND
    judge(status_key, outcome.repo)
    refused: list[str] = []
    fonts = tuple(map(Path, options.font))
    printing = Printing(refuse=refused.append, remind=complain, progress=progress(), fonts=fonts)
    try:
        only, out = options.only or "", Path(options.out) if options.out else root / "build"
        made = publish(root, outcome, out, printing, only, pulls, status_key)
    except (MissingFontError, LedgerError, MissingScriptError) as error:
        raise UsageError(f"{error}；原来的网站保持不变") from error
    for sentence in refused:
        complain(sentence)
    say(f"网站已生成：{made}\n")
    return FOUND if refused else CLEAN


def serve(options: argparse.Namespace) -> int:
    """`siwu serve`."""
    from generator.serve import serve

    out = Path(options.out) if options.out else None
    code: int = serve(_root(options), port=options.port, rebuild=lambda: build(options), out=out)
    return code


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "check": check,
    "rules": rules,
    "fix": fix,
    "diff": diff,
    "demo": demo,
    "build": build,
    "serve": serve,
    "status": lambda options: standing.status(options, _tree(options), _schemas(options), _today()),
    "gate": gate,
    "hook": hook,
    "file": file,
    "register": register,
    "pull": lambda options: github.pull(options, _today()),
    "comment": lambda options: github.comment(options, _tree(options)),
    "journal": lambda options: github.journal(options, _git_dir(options), _tree(options)),
    "waiting": github.waiting,
    "remind": lambda options: github.remind(options, _tree(options), _today()),
    **sealing.COMMANDS,
    **keying.COMMANDS,
    **verifying.COMMANDS,
    **issuing.COMMANDS,
    "print": printing.print_certificates,
    "audit": auditing.audit,
}


def _start(options: argparse.Namespace) -> Path:
    start = Path(options.directory or ".")
    if not start.is_dir():
        raise UsageError(f"没有文件夹 {start}")
    return start.resolve()


def _root(options: argparse.Namespace) -> Path:
    from generator.tree import find_root

    return find_root(_start(options))


def _paths(options: argparse.Namespace, given: Sequence[str]) -> list[str]:
    """Paths as the repository has them: one that exists counts from the current folder, else from the root."""
    if not given:
        return []
    root, start = (None, None) if getattr(options, "git_dir", None) else (_root(options), _start(options))
    found = []
    for path in given:
        here = Path(os.path.normpath(start / path)) if start else None
        known = root is not None and here is not None and os.path.lexists(here) and here.is_relative_to(root)
        found.append(here.relative_to(root).as_posix() if known and here and root else os.path.normpath(path))
    return found


def _tree(options: argparse.Namespace) -> Tree:
    from generator.tree import Directory, GitTree

    revision, git_dir = getattr(options, "tree", None), getattr(options, "git_dir", None)
    if revision is not None:
        tree = GitTree(_git_dir(options), revision)
        return _with_register(tree, tree.git_dir, options)
    if git_dir is not None:
        raise UsageError("--git-dir 要与 --tree 同用")
    directory = Directory(_root(options))
    return _with_register(directory, directory.git, options)


def _with_register(tree: Tree, git: Path | None, options: argparse.Namespace) -> Tree:
    """The tree with the register from `--register`, else from the branch of that name, else as it is."""
    from generator.register import FOLDER, source
    from generator.tree import GitTree, Mounted, has_revision

    given = getattr(options, "register", None)
    if git is None and given:
        raise UsageError("--register 要在 git 仓库中使用")
    revision = source(lambda branch: git is not None and has_revision(git, branch), given)
    return Mounted(tree, FOLDER, GitTree(git, revision)) if git and revision else tree


def _git_dir(options: argparse.Namespace) -> Path:
    """The git folder of `--git-dir` (a working copy's own folder will do), else of the repository at hand."""
    given = _start(options) / options.git_dir if options.git_dir else _root(options)
    if (given / ".git").exists():
        return given / ".git"
    if (given / "HEAD").is_file():
        return given
    raise UsageError(f"{given} 不是 git 仓库，请用 --git-dir 指明")


def _side(options: argparse.Namespace, side: str) -> Tree:
    """A side of a diff: a folder if there is one of that name, else a revision."""
    from generator.tree import Directory, GitTree

    folder = _start(options) / side
    if not folder.is_dir():
        return GitTree(_git_dir(options), side)
    if not (folder / "data").is_dir():
        raise UsageError(f"文件夹 {side} 中没有 data/，不是数据仓库")
    return Directory(folder)


def _schemas(options: argparse.Namespace, *sides: Tree) -> Schemas:
    """The schemas of the first side that has any, else of the repository at hand."""
    from generator.schema import Schemas
    from generator.tree import Directory

    side = next((side for side in sides if side.entries("schemas")), None)
    return Schemas.read(side or Directory(_root(options)))


def _identities(options: argparse.Namespace) -> Sequence[Any]:
    """The age identities of --identity or SIWU_IDENTITY."""
    from generator.sealed import identities

    path = options.identity or os.environ.get("SIWU_IDENTITY")
    if not path:
        return ()
    try:
        return identities(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"身份文件 {path} 读不了：{error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"身份文件 {path} 不能用：不是文本文件") from error
    except ValueError as error:
        raise UsageError(f"身份文件 {path} 不能用：{error}") from error


def _today() -> date:
    return _now().date()


def _now() -> datetime:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo("Asia/Shanghai"))
