"""A review as one Markdown comment: the first screen says whether it may be merged and if not why; the rest unfolds.

A comment holds 65,536 characters; this one never more than `LIMIT`: every section has a share, what one leaves the
next may use, and a section that is cut says how much is missing. Every text of a record passes `markdown.escape`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from generator.gate.markdown import escape, link
from generator.gate.reviewed import (
    APART,
    DOUBTFUL,
    FAILS,
    PASSES,
    Changed,
    County,
    Earlier,
    Item,
    Note,
    Review,
)
from generator.gate.section import Section, fitted
from generator.gate.wording import deadlines, money, place, remedy, spoken, to_filer, to_reviewer, touched

LIMIT = 60_000
# By which the comment is found again; the first line, whatever comes after.
MARKER = "<!-- siwu-gate -->"
# In the head, texts are cut shorter than elsewhere: it is not to be left out.
SHORT, MIDDLE = 100, 240
# So many changes are shown at once; more unfold.
FEW = 12
COMMIT = 10
INDIRECT = "（这次没有改它，是上面或别处的改动引起的）"


def answer(review: Review) -> str:
    """The comment."""
    head = "".join(f"{line}\n" for line in _head(review))
    foot = _foot(review)
    return head + fitted(list(_sections(review)), LIMIT - len(head) - len(foot)) + foot


def _head(review: Review) -> Iterator[str]:
    yield MARKER
    yield f"## {'❌' if review.refused else '✅'} {escape(review.sentence[:SHORT])}"
    yield ""
    who = review.who or "没有登记的账号"
    yield f"- **提交**：{escape(who[:SHORT])}（{escape(review.user[:SHORT])}）"
    yield f"- **内容**：{escape(_cut(touched(review), MIDDLE))}"
    if len(review.counties) == 1:
        beside = {one.path: one for one in review.earlier if one.year}
        yield f"- **计划**：{_planned(review.counties[0], beside, '；')}"
    yield from (f"- **期限**：{escape(line[:SHORT])}" for line in list(deadlines(review.dues))[:4])
    if review.earlier and not review.refused and not any(one.year for one in review.earlier):
        yield "- **往年**：没有往年的计划可比"
    yield f"- **填报人**：{to_filer(review, kept=True)}"
    yield f"- **审核人**：{to_reviewer(review)}"
    yield ""


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _foot(review: Review) -> str:
    """What was judged, and by which day."""
    old, new = (escape(one[:COMMIT]) for one in (review.old, review.new))
    return f"<sub>按 {escape(spoken(review.as_of)[:SHORT])} 判断；版本 {old} → {new}</sub>\n"


def _sections(review: Review) -> Iterator[Section]:
    """In the order of reading: what stops it, what to judge, what it is, then what may be looked up."""
    warnings = [note for note in review.others if note.severity == "warning"]
    notices = [note for note in review.others if note.severity != "warning"]
    yield Section(
        title=f"必须改（{review.errors} 处）",
        pieces=list(_notes(review, review.blocking)),
        more=review.more_blocking,
        unit="处",
        share=16_000,
        folded=False,
    )
    yield Section(
        title="退回文字（复制后可贴到任何地方）",
        pieces=review.returning.splitlines(),
        unit="行",
        share=10_000,
        fenced=True,
    )
    yield _counties(review)
    yield Section(
        title=f"请审核人判断（{len(warnings)} 处警告）",
        pieces=list(_notes(review, warnings)),
        unit="处",
        share=6_000,
        folded=False,
    )
    yield _changes(review)
    if any(one.year for one in review.earlier):
        pieces = list(_earlier(review.earlier))
        yield Section(title="与往年计划相比", pieces=pieces, unit="份", share=5_000)
    yield _checklist(review)
    yield Section(
        title=f"提示（{len(notices)} 条，不影响合并）",
        pieces=list(_notes(review, notices)),
        more=review.more_others,
        share=3_000,
    )
    yield _known(review)


def _notes(review: Review, notes: Iterable[Note]) -> Iterator[str]:
    """A finding a piece; the first of each file carries the file's name."""
    own = {one.path for one in review.files}
    for path, group in groupby(notes, key=lambda note: note.path):
        for index, note in enumerate(group):
            at = f"**{place(note)}** " if note.line else ""
            # A record that was not touched, among what must be changed, wants a word why it is there.
            indirect = note.name and path not in own and not review.more_files
            start = "" if index else _file(note.name, path, INDIRECT if indirect else "")
            yield f"{start}- {at}{escape(remedy(note))} {link(note.code, review.rule(note.code))}"


def _file(name: str, path: str, more: str) -> str:
    called = f"**{escape(name)}** {escape(path)}" if name else f"**{escape(path)}**"
    return f"\n{called}{more}\n\n"


def _counties(review: Review) -> Section:
    """One row a plan, those to be changed first; the sums show at a glance. A single plan stands in the head."""
    earlier = {one.path: one for one in review.earlier if one.year}
    rows = sorted(review.counties, key=lambda county: (county.ready, not county.warnings))
    years = sorted({county.year for county in rows})
    table = [f"| {escape(one.name)} | {_said(one)} | {_planned(one, earlier, '<br>')} |" for one in rows]
    return Section(
        title=f"{'、'.join(map(str, years))}年培训计划 {len(rows)} 份，{review.ready} 份可以备案",
        pieces=["| 计划 | 结论 | 安排 |\n| --- | --- | --- |", *table] if len(rows) > 1 else [],
        unit="份",
        share=7_000,
        folded=False,
    )


def _said(county: County) -> str:
    doubts = f"{county.warnings} 处请判断" if county.warnings else ""
    said = "✓ 可以备案" if county.ready else f"**✗ {county.errors} 处要改**"
    return "，".join(filter(None, (said, doubts)))


def _planned(county: County, earlier: Mapping[str, Earlier], between: str) -> str:
    """A plan's sums, and what they were in an earlier year."""
    if county.classes < 0:
        return "读不了"
    sums = f"{county.classes} 期，{county.people} 人，{money(county.budget)}"
    before = earlier.get(county.path)
    if before is None:
        return f"{sums}{between}没有往年计划" if earlier else sums
    totals = escape(_cut("；".join(before.totals), SHORT)) or "总数相同"
    return f"{sums}{between}与{before.year}年计划相比：{totals}"


def _changes(review: Review) -> Section:
    """What changed, a record a piece; a few are shown at once."""
    count = review.more_changes
    count += sum(1 if one.whole else len(one.sentences) + one.more for one in review.changes)
    return Section(
        title=f"改了什么（{count} 处）",
        pieces=list(map(_changed, review.changes)),
        more=review.more_changes,
        unit="个文件",
        share=7_000,
        folded=review.refused or count > FEW,
    )


def _changed(one: Changed) -> str:
    more = f"\n  - 另有 {one.more} 处" if one.more else ""
    first, *rest = one.sentences
    if not one.whole and rest:
        first, rest = "", [first, *rest]
    # A record that came or went is named by its sentence.
    called = "" if one.whole else f"{escape(one.name or one.path)}："
    return f"- {called}{escape(first)}" + "".join(f"\n  - {escape(said)}" for said in rest) + more


def _earlier(all: Sequence[Earlier]) -> Iterator[str]:
    """Plans with an earlier one a piece each; those without in one line."""
    for one in all:
        if one.year:
            lines = [*one.totals, *one.sentences, *([f"另有 {one.more} 处"] if one.more else [])]
            said = "\n".join(f"  - {escape(line)}" for line in lines) or "  - 没有不同"
            yield f"- {escape(one.name)}，与 {one.year} 年计划相比（课表每年重排，不逐课比较）：\n{said}"
    if first := [one.name for one in all if not one.year]:
        yield f"- 没有往年计划可比：{escape('、'.join(first))}"


def _checklist(review: Review) -> Section:
    marks = Counter(item.mark for topic in review.checklist for item in topic.items)
    said = "，".join(f"{mark} {marks[mark]} 项" for mark in (PASSES, FAILS, DOUBTFUL, APART) if marks[mark])
    return Section(
        title=f"审核清单（{said}）",
        pieces=[
            f"**{escape(topic.title)}**\n\n" + "\n".join(_item(review, item) for item in topic.items) + "\n"
            for topic in review.checklist
        ],
        unit="组",
        share=4_000,
    )


def _item(review: Review, item: Item) -> str:
    places = f"：{escape('、'.join(item.places[:FEW]))}" if item.places else ""
    return f"- {escape(item.mark)} {link(item.code, review.rule(item.code))} {escape(item.title)}{places}"


def _known(review: Review) -> Section:
    """Older errors elsewhere, a file a piece."""
    count = len(review.known) + review.more_known
    pieces = [
        f"- {escape(name or path)}："
        + "、".join(f"{code} {number} 处" for code, number in sorted(codes.items()))
        for (path, name), codes in _by_file(review.known).items()
    ]
    title = f"已有问题（{count} 处，不是这次造成的，不影响合并）"
    return Section(title=title, pieces=pieces, unit="个文件", share=2_000)


def _by_file(notes: Iterable[Note]) -> dict[tuple[str, str], Counter[str]]:
    found: dict[tuple[str, str], Counter[str]] = {}
    for note in notes:
        found.setdefault((note.path, note.name), Counter())[escape(note.code)] += 1
    return found
