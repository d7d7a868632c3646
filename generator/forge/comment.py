"""One comment on a pull request, kept up to date: what the gate found, made anew from its report."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from generator.forge.api import BOT, Forge, ForgeError
from generator.forge.fields import COMMIT, at, number, same, word
from generator.forge.report import MOST, OUTCOMES, Report, parse, unpack
from generator.gate.answer import MARKER, answer
from generator.gate.markdown import escape
from generator.gate.returning import returning

ARTIFACT = "report"
WORKFLOW = re.compile(r"\.github/workflows/gate\.yml(@.*)?")
EVENT = re.compile("pull_request_target")
# The run's name, which GitHub makes from the main branch's workflow: no step of the run can change it.
TITLE = re.compile(r"PR-([1-9][0-9]{0,9}) ([0-9a-f]{40})")


def comment(forge: Forge, run: int, base_url: str) -> str:
    """Write what a run of the gate reported to the pull request it judged; a Chinese sentence on what was done.

    The pull request is the one GitHub names. `base_url` is where links lead, whatever the report says. Raises
    `ForgeError` for a run or a report that is not the gate's.
    """
    count, head = _judged(forge.get(f"actions/runs/{run}"))
    pull = forge.get(f"pulls/{count}")
    if at(pull, "base", "repo", "full_name") != forge.repository:
        raise ForgeError(f"PR-{count} 不是提交到本仓库的")
    if word(pull, "head", "sha", shape=COMMIT) != head:
        return f"PR-{count} 已有更新的提交，不再写这一次的结果"
    report = _report(forge, run)
    if (report.number, report.head) != (count, head):
        raise ForgeError(f"核验报告说的不是 PR-{count} 的提交 {head}，没有写评论")
    return _stick(forge, count, text(report, base_url))


def text(report: Report, base_url: str) -> str:
    """The comment's Markdown. Addresses and the text to paste are ours, not the report's."""
    review = report.review
    if review is None:
        return f"{MARKER}\n## ❌ {escape(OUTCOMES[report.outcome])}\n"
    again = returning(review.blocking, review.more_blocking, review.dues, base_url)
    return answer(replace(review, base_url=base_url, returning=again if review.returning else ""))


def _judged(run: Any) -> tuple[int, str]:
    """Number and head of the pull request that the run judged. A fork's workflow of the same name is not the gate."""
    word(run, "event", shape=EVENT)
    word(run, "path", shape=WORKFLOW)
    count, head = word(run, "display_title", shape=TITLE).removeprefix("PR-").split(" ")
    return int(count), head


def _report(forge: Forge, run: int) -> Report:
    """The run's one artifact; how large it is, is asked before it is fetched."""
    listed = at(forge.get(f"actions/runs/{run}/artifacts?name={ARTIFACT}"), "artifacts")
    if not isinstance(listed, list) or len(listed) != 1 or at(listed[0], "name") != ARTIFACT:
        raise ForgeError("核验没有留下一份报告")
    if number(listed[0], "size_in_bytes") > MOST:
        raise ForgeError(f"核验报告超过 {MOST} 字节")
    return parse(unpack(forge.download(f"actions/artifacts/{number(listed[0], 'id')}/zip", MOST)))


def _stick(forge: Forge, count: int, body: str) -> str:
    """Renew our comment where there is one; a comment of anyone else is not ours, whatever it begins with."""
    for one in forge.all(f"issues/{count}/comments"):
        said = at(one, "body")
        if at(one, "user", "login") == BOT and isinstance(said, str) and said.startswith(MARKER):
            if same(said, body):
                return f"PR-{count} 的评论没有变化"
            forge.send("PATCH", f"issues/comments/{number(one, 'id')}", {"body": body})
            return f"已更新 PR-{count} 的评论"
    forge.send("POST", f"issues/{count}/comments", {"body": body})
    return f"已在 PR-{count} 写评论"
