"""Who is due, late, missing and filed, as a table for the terminal: a Chinese character is two columns wide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from unicodedata import combining, east_asian_width

from generator.derive.duties import Duties, Duty, State
from generator.render.words import day
from generator.text import inert

HEAD = ("单位", "逾期未报", "未报", "待备案", "已备案", "其中迟报", "下一个期限")
ITEM_HEAD = ("状态", "期限", "相差", "事项", "登记编号")
GAP = "  "


def overview(every: Sequence[Duties]) -> str:
    """All filers: the counts, a row for each, then everything that is late or still to come."""
    rows = [HEAD, *(_row(duties) for duties in every)]
    open_ = [(duties, duty) for duties in every for duty in duties.all if duty.open]
    parts = [_title(every), "", *_table(rows, right=range(1, 6))]
    for state in (State.OVERDUE, State.OPEN):
        these = [(duties, duty) for duties, duty in open_ if duty.state is state]
        if these:
            parts += ["", f"{state.value}（{len(these)} 项）"]
            parts += _table([_open(duties, duty) for duties, duty in these], right=())
    return "\n".join(parts) + "\n"


def detail(duties: Duties) -> str:
    """One filer: the counts, then every duty."""
    rows = [ITEM_HEAD, *(_item(duty) for duty in duties.all)]
    return "\n".join([_title([duties]), "", *_table(rows, right=())]) + "\n"


def _title(every: Sequence[Duties]) -> str:
    first = every[0]
    who = first.name if len(every) == 1 else "全省"
    counts = {state: sum(len(duties.of(state)) for duties in every) for state in State}
    late = sum(len(duties.late) for duties in every)
    said = "，".join(
        f"{state.value} {count} 项" for state, count in counts.items() if count or state is State.OVERDUE
    )
    return f"{inert(who)}{first.year}年报送情况，截至{day(first.as_of)}\n{said}；报过的当中迟报 {late} 项"


def _row(duties: Duties) -> tuple[str, ...]:
    counts = [len(duties.of(state)) for state in (State.OVERDUE, State.OPEN, State.WAITING, State.FILED)]
    ahead = duties.next
    said = f"{day(ahead.due)} {inert(ahead.title)}" if ahead and ahead.due else "—"
    return (inert(duties.name), *map(str, counts), str(len(duties.late)), said)


def _open(duties: Duties, duty: Duty) -> tuple[str, ...]:
    note = f"（{duty.note}）" if duty.note else ""
    due = day(duty.due) if duty.due else "没有期限"
    return f"  {inert(duties.name)}", due, _days(duty), inert(duty.title + note)


def _item(duty: Duty) -> tuple[str, ...]:
    note = f"（{duty.note}）" if duty.note else ""
    due = day(duty.due) if duty.due else "—"
    return duty.state.value, due, _days(duty), inert(duty.title + note), inert(duty.no)


def _days(duty: Duty) -> str:
    if duty.late_days:
        return f"逾期 {duty.late_days} 天" if duty.open else f"迟报 {duty.late_days} 天"
    if duty.open and duty.left is not None:
        return f"还有 {duty.left} 天"
    return "按期" if duty.submitted and duty.due else "—"


def width(text: str) -> int:
    """Columns of a terminal."""
    return sum(0 if combining(sign) else 1 + (east_asian_width(sign) in "WF") for sign in text)


def _table(rows: Sequence[Sequence[str]], right: Iterable[int]) -> Iterator[str]:
    """Columns as wide as their widest cell; those of `right` end together."""
    ends, widths = set(right), [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            " " * (wide - width(cell)) + cell if at in ends else cell + " " * (wide - width(cell))
            for at, (cell, wide) in enumerate(zip(row, widths, strict=True))
        ]
        yield GAP.join(cells).rstrip()
