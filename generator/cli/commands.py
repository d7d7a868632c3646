"""What each command does, ten lines each; its modules load when it runs."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli import auditing, github, issuing, keying, printing, sealing, verifying
from generator.cli import status as standing
from generator.cli.clock import today
from generator.cli.gating import gate
from generator.cli.hooking import hook
from generator.cli.registering import file, register
from generator.cli.repository import (
    git_dir_of,
    identities_of,
    paths_of,
    root_of,
    schemas_of,
    side_of,
    tree_of,
)
from generator.cli.status_key import judge, read_status_key
from generator.cli.terminal import BUG, CLEAN, FOUND, UsageError, complain, progress, report_bug, say

if TYPE_CHECKING:
    from generator.check import Outcome
    from generator.tree import Tree


def check(options: argparse.Namespace) -> int:
    """`siwu check`."""
    from generator.check import check
    from generator.report import REPORTERS

    tree = tree_of(options)
    opened = identities_of(options)
    outcome = check(tree, as_of=options.as_of, today=today(), identities=opened, progress=progress())
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
    wanted = paths_of(options, options.only)
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

    numbers = numbering(tree_of(options))
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
    for result in fix(root_of(options), paths_of(options, options.paths)):
        say(f"{result.sentence}\n")
        results.append(result)
    written = sum(result.written for result in results)
    kept = len(results) - written
    say(f"整理了 {written} 个文件{f'，{kept} 个没有改动' if kept else ''}。\n")
    return FOUND if kept else CLEAN


def diff(options: argparse.Namespace) -> int:
    """`siwu diff`."""
    from generator.diff import differences, records

    old, new = side_of(options, options.old), side_of(options, options.new)
    lines = 0
    for line in differences(records(old), records(new), schemas_of(options, new, old)):
        say(f"{line}\n")
        lines += 1
    if not lines:
        complain("两边的记录没有不同。")
    return CLEAN


def demo(options: argparse.Namespace) -> int:
    """`siwu demo`."""
    from generator.demo import write

    sizes = {"seed": options.seed, "scale": options.scale, "years": options.years}
    write(root_of(options), Path(options.out), progress=progress(), **sizes)
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

    root, pulls = root_of(options), standing.pulls(options.pulls)
    status_key = read_status_key(options.status_key)
    outcome = check(tree_of(options), as_of=options.as_of, today=today(), progress=progress())
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
    code: int = serve(root_of(options), port=options.port, rebuild=lambda: build(options), out=out)
    return code


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "check": check,
    "rules": rules,
    "fix": fix,
    "diff": diff,
    "demo": demo,
    "build": build,
    "serve": serve,
    "status": lambda options: standing.status(options, tree_of(options), schemas_of(options), today()),
    "gate": gate,
    "hook": hook,
    "file": file,
    "register": register,
    "pull": lambda options: github.pull(options, today()),
    "comment": lambda options: github.comment(options, tree_of(options)),
    "journal": lambda options: github.journal(options, git_dir_of(options), tree_of(options)),
    "waiting": lambda options: github.waiting(options, tree_of(options)),
    "remind": lambda options: github.remind(options, tree_of(options), today()),
    **sealing.COMMANDS,
    **keying.COMMANDS,
    **verifying.COMMANDS,
    **issuing.COMMANDS,
    "print": printing.print_certificates,
    "audit": auditing.audit,
}
