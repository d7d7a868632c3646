"""The text that sends a push back: plain words to paste into a comment, a message or a letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from generator.gate.markdown import usable, wide
from generator.gate.reviewed import Due, Note
from generator.gate.wording import deadlines, lasting, place, remedy

MOST = 40
SAME = "请在原来的分支上改好后再提交一次，系统会自动重新检查，不用重新申请。"
NEW = (
    "个人信息一类的内容已留在这次的提交历史中，删了再交没有用。"
    "请马上打电话给省局清除，不要关闭这次提交；清除后从最新的版本重新做一份，改好以上各处再提交。"
)
NUMERALS = "一二三四五六七八九十"


def returning(blocking: Sequence[Note], more: int, dues: Sequence[Due], base_url: str) -> str:
    """Every finding with its place, what to change, and where the rule is explained; "" where there is none.

    `more` findings are counted and not at hand.
    """
    if not blocking:
        return ""
    lines = [f"退回修改：共 {len(blocking) + more} 处，改好后即可再审。", ""]
    shown = blocking[:MOST]
    for index, (path, notes) in enumerate(groupby(shown, key=lambda note: note.path)):
        lines += [*_file(index, path, list(notes)), ""]
    more += len(blocking[MOST:])
    if more:
        lines += [f"另有 {more} 处没有列出，改好以上各处后会再列。", ""]
    lines += list(_addresses(shown, base_url))
    lines.append(NEW if lasting(blocking) else SAME)
    lines += [f"期限：{wide(line)}。" for line in deadlines(dues)]
    return "\n".join(lines) + "\n"


def _file(index: int, path: str, notes: Sequence[Note]) -> Iterator[str]:
    name = notes[0].name
    number = NUMERALS[index] if index < len(NUMERALS) else str(index + 1)
    yield f"{number}、{wide(name or path)}" + (f"（{wide(path)}）" if name else "")
    for count, note in enumerate(notes, 1):
        at = f"{place(note)}：" if note.line else ""
        yield f"{count}. {at}{wide(remedy(note))}〔{wide(note.code)}〕"


def _addresses(notes: Sequence[Note], base_url: str) -> Iterator[str]:
    codes = sorted({note.code for note in notes})
    addresses = [f"{base_url}rules/#{code.lower()}" for code in codes] if base_url else []
    if addresses and all(map(usable, addresses)):
        yield "各条规则的说明和例子："
        yield from (f"{code} {address}" for code, address in zip(codes, addresses, strict=True))
        yield ""
