"""A review on the pusher's terminal: worst first, never more than a screen or two, at the end what to do next.

Lines go through `git push` and into logs of continuous integration: none begins with a record's text, and what a
log reader would take for a command is broken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from generator.gate.reviewed import Note, Review
from generator.gate.wording import deadlines, place, remedy, to_filer, touched
from generator.text import inert

LINES = 60
# Of these for changes and warnings where there is nothing to be put right first.
CHANGES = 12
WARNINGS = 20


def screen(review: Review) -> str:
    """At most `LINES` lines."""
    # Who pushes to a server has nothing merged, but taken.
    head = [
        review.sentence.replace("合并", "接收", 1),
        f"  {review.who or '没有登记的账号'}（{review.user}），{touched(review)}",
    ]
    head += [f"  期限 {line}" for line in list(deadlines(review.dues))[:4]]
    older = len(review.known) + review.more_known
    foot = [f"另有 {older} 个已有问题，不是这次造成的，不影响这次提交。"] if older else []
    foot.append(f"下一步：{to_filer(review, kept=False)}。")
    warnings = [note for note in review.others if note.severity == "warning"]
    body = ["必须改：", *_notes(review.blocking)] if review.refused else []
    body = _cut(body, LINES - len(head) - len(foot) - 1, review.errors)
    if not review.refused:
        body = [*_cut(list(_notes(warnings)), WARNINGS, len(warnings)), *_changes(review)]
    return "".join(f"{_quiet(line)}\n" for line in (*head, *body, *foot))


def _notes(notes: Iterable[Note]) -> Iterator[str]:
    """A line for each file and one for each finding, which begins with spaces."""
    for path, group in groupby(notes, key=lambda note: note.path):
        found = list(group)
        yield f"· {path}" + (f"（{found[0].name}）" if found[0].name else "")
        for note in found:
            word = "警告 " if note.severity == "warning" else ""
            yield f"    {word}{note.code} {f'{place(note)}：' if note.line else ''}{remedy(note)}"


def _cut(lines: list[str], room: int, count: int) -> list[str]:
    """The lines that fit; the last one says how many findings do not."""
    if len(lines) <= room and sum(line.startswith("    ") for line in lines) == count:
        return lines
    shown = lines[: room - 1]
    return [*shown, f"  还有 {count - sum(line.startswith('    ') for line in shown)} 处没有列出。"]


def _changes(review: Review) -> Iterator[str]:
    said = [
        sentence if one.whole else f"{one.name or one.path}：{sentence}"
        for one in review.changes
        for sentence in one.sentences
    ]
    count = len(said) + sum(one.more for one in review.changes) + review.more_changes
    if said:
        yield f"改了什么（{count} 处）："
        yield from (f"    {sentence}" for sentence in said[:CHANGES])
    if count > len(said[:CHANGES]):
        yield f"  还有 {count - len(said[:CHANGES])} 处没有列出。"


def _quiet(line: str) -> str:
    return inert(line).replace("##[", "＃＃［")
