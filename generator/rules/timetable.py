"""Days, half-days and places of sessions, over both tracks and all counties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TypeAlias

from generator.model import Repo
from generator.model.training import Session
from generator.rule import Finding, rule
from generator.rules.tracks import AnyClass, every_class
from generator.rules.wording import half_day, instructor, module, region, span, spoken

HalfDay: TypeAlias = tuple[str, date, str]
Taught: TypeAlias = tuple[int, AnyClass, Session]


@rule(
    "PL015",
    "课程在班次起止日期之内",
    wrong='from: "2022-05-17"\nto: "2022-05-19"\nsessions:\n  - {date: "2022-05-20", …}',
    right='from: "2022-05-17"\nto: "2022-05-19"\nsessions:\n  - {date: "2022-05-19", …}',
)
def inside_class(repo: Repo) -> Iterator[Finding]:
    """起止日期和课程表互相矛盾，学员就不知道哪天来，日历和通知也会写错。"""
    for year, one in every_class(repo):
        start, end = one.start, one.end
        if start > end:
            message = f"班次 {one.id} 的结束日期{spoken(end, year)}早于开班日期{spoken(start, year)}"
            yield Finding(one.where / "to", message, "请核对开班日期和结束日期，是不是写反了")
            continue
        for session in one.sessions:
            if not start <= session.day <= end:
                message = f"{spoken(session.day, year)}的课不在班次 {one.id} 的{span(start, end, year)}之内"
                yield Finding(session.where / "date", message, "请改正上课日期，或改班次的起止日期")


@rule(
    "PL016",
    "半天课时不超过上限",
    source="财行〔2016〕540号",
    wrong='- {date: "2022-05-17", half: am, module: zhi-1, hours: 3, …}\n'
    '- {date: "2022-05-17", half: am, module: zhi-2, hours: 2, …}',
    right='- {date: "2022-05-17", half: am, module: zhi-1, hours: 2, …}\n'
    '- {date: "2022-05-17", half: am, module: zhi-2, hours: 2, …}',
)
def half_day_hours(repo: Repo) -> Iterator[Finding]:
    """讲课费按学时计，半天有上限；同一班同一半天的几节课合并计算。"""
    for year, one in every_class(repo):
        most = repo.programmes[year].sessions.max_hours_per_half_day.value
        hours: dict[tuple[date, str], int] = {}
        last: dict[tuple[date, str], Session] = {}
        for session in one.sessions:
            key = session.day, session.half
            hours[key] = hours.get(key, 0) + session.hours
            last[key] = session
        for (day, half), total in hours.items():
            if total > most:
                when = half_day(day, half, year)
                message = f"班次 {one.id} {when}共 {total} 学时，超过半天 {most} 学时"
                where = last[day, half].where / "hours"
                yield Finding(where, message, f"请减少{when}的学时，或把课移到别的半天")


@rule(
    "PL017",
    "授课人不同时在两地",
    wrong='# 秭归县\n- {date: "2022-05-17", half: am, instructor: yichang/zhang-shili, mode: onsite, …}\n'
    '# 兴山县\n- {date: "2022-05-17", half: am, instructor: yichang/zhang-shili, mode: onsite, …}',
    right='# 秭归县\n- {date: "2022-05-17", half: am, instructor: yichang/zhang-shili, mode: onsite, …}\n'
    '# 兴山县\n- {date: "2022-05-17", half: pm, instructor: yichang/zhang-shili, mode: onsite, …}',
)
def one_place_at_a_time(repo: Repo) -> Iterator[Finding]:
    """一个人同一半天不能在两个场地现场授课；全省各县和考核班一起比对。同一场地可以几个班合上一堂课。"""
    for found in _clashes(repo):
        first = found[0]
        second = next(taught for taught in found if _venue(taught[1]) != _venue(first[1]))
        for taught in found:
            other = first[1] if _venue(taught[1]) != _venue(first[1]) else second[1]
            year, one, session = taught
            when = half_day(session.day, session.half, year)
            message = (
                f"{instructor(repo, session.instructor)}{when}在班次 {one.id} 现场授课，"
                f"同时又在{region(repo, other.venue.county)}“{other.venue.name}”（班次 {other.id}）现场授课"
            )
            yield Finding(
                session.where / "instructor", message, "请与对方商定，一方改时间、换授课人或改为线上"
            )


def _venue(one: AnyClass) -> tuple[str, str]:
    return one.venue.county, one.venue.name


def _clashes(repo: Repo) -> Iterator[list[Taught]]:
    """Sessions of one instructor in one half-day at several venues, one a class."""
    first: dict[HalfDay, AnyClass] = {}
    clashing: dict[HalfDay, dict[str, Taught]] = {}
    for _, one in every_class(repo):
        for session in one.sessions:
            if session.mode == "onsite":
                key = session.instructor, session.day, session.half
                other = first.setdefault(key, one)
                if (
                    other is not one
                    and _venue(other) != _venue(one)
                    and session.instructor in repo.instructors
                ):
                    clashing[key] = {}
    if clashing:
        for year, one in every_class(repo):
            for session in one.sessions:
                key = session.instructor, session.day, session.half
                if key in clashing and session.mode == "onsite":
                    clashing[key].setdefault(one.where.path + one.id, (year, one, session))
    return iter([list(found.values()) for found in clashing.values()])


@rule(
    "PL021",
    "联合授课各方一致",
    wrong='# 秭归县\n- {date: "2022-05-17", half: am, module: zhi-1, mode: online, joint: yichang-joint-1, …}\n'
    '# 兴山县\n- {date: "2022-05-18", half: am, module: zhi-1, mode: online, joint: yichang-joint-1, …}',
    right='# 秭归县\n- {date: "2022-05-17", half: am, module: zhi-1, mode: online, joint: yichang-joint-1, …}\n'
    '# 兴山县\n- {date: "2022-05-17", half: am, module: zhi-1, mode: online, joint: yichang-joint-1, …}',
)
def joint_sessions_agree(repo: Repo) -> Iterator[Finding]:
    """联合授课是几个县同看的一堂线上课，讲课费只付一次；各方的日期、课程、授课人须是同一堂课。"""
    groups: dict[tuple[int, str], list[Taught]] = {}
    for year, one in every_class(repo):
        for session in one.sessions:
            if session.joint:
                groups.setdefault((year, session.joint), []).append((year, one, session))
    for found in groups.values():
        usual, _ = Counter(_lesson(session) for _, _, session in found).most_common(1)[0]
        model = next(taught for taught in found if _lesson(taught[2]) == usual)
        for taught in found:
            yield from _joint(repo, taught, model)


def _lesson(session: Session) -> tuple[date, str, str, str]:
    return session.day, session.half, session.module, session.instructor


def _joint(repo: Repo, taught: Taught, model: Taught) -> Iterator[Finding]:
    _, one, session = taught
    if session.mode != "online":
        message = f"班次 {one.id} 的联合授课 {session.joint} 写成了现场"
        yield Finding(
            session.where / "mode", message, "联合授课是线上课，请改为 online；不是联合授课的请删去 joint"
        )
    if _lesson(session) != _lesson(model[2]):
        message = (
            f"联合授课 {session.joint} 在班次 {one.id} 是{_said(repo, taught)}，"
            f"在班次 {model[1].id} 是{_said(repo, model)}"
        )
        yield Finding(
            session.where / "joint", message, "请与对方核对后改成一致；不是同一堂课的请改用另一个编号"
        )


def _said(repo: Repo, taught: Taught) -> str:
    year, _, session = taught
    when = half_day(session.day, session.half, year)
    return f"{when}{module(repo, year, session.module)}、授课人{instructor(repo, session.instructor)}"
