"""Sentences the comment and the terminal share. What they take from records is bare: each context escapes it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from generator.gate.reviewed import Due, Note, Review

WAN = 10_000
NAMED = 3
# Codes of what stays in the history of a push, whatever a later commit takes away: personal data, keys, an open envelope.
LASTING = ("PI", "SE001")
DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def touched(review: Review) -> str:
    """How many files the push touches, how, and what the first of them are."""
    count = Counter(one.action for one in review.files)
    whole = len(review.files) + review.more_files
    if not whole:
        return "没有查看内容"
    parts = "、".join(f"{action} {count[action]} 个" for action in ("新增", "修改", "删去") if count[action])
    names = [one.name or one.path for one in review.files]
    more = f"等 {whole} 个" if whole > NAMED else ""
    return f"{parts}文件：{'、'.join(names[:NAMED])}{more}"


def deadlines(dues: Sequence[Due]) -> Iterator[str]:
    """One sentence a deadline, the nearest first; what was filed before is not late again."""
    fresh = sorted((due for due in dues if not due.no), key=lambda due: due.day)
    for (day, left), group in groupby(fresh, key=lambda due: (due.day, due.left)):
        said = (
            f"还有 {left} 天"
            if left > 0
            else "就是今天"
            if not left
            else f"已逾期 {-left} 天（按提交时刻算），照常备案，天数记入登记簿"
        )
        count = len(list(group))
        yield f"{spoken(day)}{f'（{count} 份）' if count > 1 else ''}，{said}"
    filed = [due.no for due in dues if due.no]
    if len(filed) == 1:
        yield f"备过案（{filed[0]}），这次是变更，不算逾期"
    elif filed:
        yield f"{len(filed)} 份备过案，这次是变更，不算逾期"


def spoken(day: str) -> str:
    """2022年3月31日 for an ISO day; any other text as it is."""
    found = DAY.fullmatch(day)
    return f"{found[1]}年{int(found[2])}月{int(found[3])}日" if found else day


def lasting(notes: Iterable[Note]) -> bool:
    """Whether a push has to be made anew: no further commit mends what stays in its history."""
    return any(note.code.startswith(LASTING) for note in notes)


def to_filer(review: Review, *, kept: bool) -> str:
    """What the one who pushed does next. `kept`: the push is where others can see it, also where it was refused."""
    if lasting(review.blocking):
        return (
            "“必须改”里有个人信息一类的内容，已留在提交历史中，删了再交没有用。"
            + ("请马上打电话给省局清除，不要关闭这次提交；清除后" if kept else "请")
            + "从最新的版本重新做一份，照“必须改”逐条改好再提交"
        )
    if review.refused:
        return "照“必须改”逐条改好，在原来的分支上再提交一次，系统会自动重新检查"
    return "不用再做什么，等审核人审核"


def to_reviewer(review: Review) -> str:
    """What the reviewer does next."""
    if review.refused:
        return "现在不用看内容；要退回的，复制“退回文字”"
    looks = [
        "“请审核人判断”" if any(note.severity == "warning" for note in review.others) else "",
        "“改了什么”",
        "“审核清单”" if review.checklist else "",
    ]
    filed = "；合并即备案，编号由系统登记" if review.dues else ""
    return f"看过{'和'.join(filter(None, looks))}，认可就合并{filed}"


def remedy(note: Note) -> str:
    """Message and remedy as sentences."""
    end = "" if not note.remedy else note.remedy if note.remedy.endswith(("。", "？")) else f"{note.remedy}。"
    return f"{note.message}。{end}"


def place(note: Note) -> str:
    """The line of a finding; "" where it is about the file as a whole."""
    return f"第 {note.line} 行" if note.line else ""


def money(yuan: int) -> str:
    """49,900元, 8.62万元."""
    return f"{yuan / WAN:.2f}".rstrip("0").rstrip(".") + "万元" if yuan >= WAN else f"{yuan}元"
