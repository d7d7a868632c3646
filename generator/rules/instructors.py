"""The instructor pool: what each may teach, when, and whether the person agreed to be shown."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import Repo
from generator.problem import Severity
from generator.rule import Finding, rule
from generator.rules.identity import Identity, identity
from generator.rules.tracks import every_class
from generator.rules.wording import instructor, listed, module, spoken


@rule(
    "IN001",
    "师资至少能授一门课",
    clause="2.1.b",
    wrong="modules: []",
    right="modules: [zhi-1, hui-2]",
)
def at_least_one_module(repo: Repo) -> Iterator[Finding]:
    """师资库是按课程选人用的，一门课也没写的人选不出来。"""
    for one in repo.of("instructor"):
        if not one.modules:
            yield Finding(
                one.where / "modules", f"{one.name}没有可授课程", "请写上能讲授的课程编号，例如 zhi-1"
            )


@rule(
    "IN002",
    "授课日期在聘期内",
    clause="2.1.b",
    wrong='# term: {from: "2022-03-01", to: "2022-12-31"}\n- {date: "2023-01-01", …, instructor: yichang/zhang-shili}',
    right='# term: {from: "2022-03-01", to: "2022-12-31"}\n- {date: "2022-12-31", …, instructor: yichang/zhang-shili}',
)
def term_covers(repo: Repo) -> Iterator[Finding]:
    """聘期以外的人不在库里，不能排课；一期班里同一人只提一次。"""
    for year, one in every_class(repo):
        told: set[str] = set()
        for session in one.sessions:
            person = repo.instructors.get(session.instructor)
            if person is None or person.id in told or person.term.start <= session.day <= person.term.end:
                continue
            told.add(person.id)
            term = f"{spoken(person.term.start, year)}至{spoken(person.term.end, year)}"
            message = f"班次 {one.id} {spoken(session.day, year)}由{instructor(repo, person.id)}授课，其聘期是{term}"
            yield Finding(
                session.where / "instructor", message, "请换人或改期；已续聘的，请先改师资档案的聘期"
            )


@rule(
    "IN003",
    "同意公开的写明日期",
    source="个人信息保护法第二十五条",
    wrong="consent: {publication: true}",
    right='consent: {publication: true, date: "2022-03-01"}',
)
def consent_dated(repo: Repo) -> Iterator[Finding]:
    """写“同意公开”的姓名和单位会上网，没有日期就无从证明同意在公开之前。"""
    for one in repo.of("instructor"):
        if one.consent.publication and one.consent.day is None:
            message = f"{one.name}写了同意公开，没有写同意的日期"
            yield Finding(
                one.consent.where / "publication", message, "请补上书面同意的日期；没有取得同意的改为 false"
            )


@rule(
    "IN004",
    "一人一份师资档案",
    clause="2.1.b",
    wrong="# yichang/zhang-shili 和 base-yichang/zhang-shili 是同一个人",
    right="# 只留 base-yichang/zhang-shili 一份",
)
def one_record(repo: Repo) -> Iterator[Finding]:
    """一个人两份档案，授课量会算成两个人，同时排在两地也查不出来。"""
    seen: dict[Identity, str] = {}
    for one in repo.of("instructor"):
        first = seen.setdefault(identity(one.name, one.unit), one.id)
        if first != one.id:
            message = f"{one.name}与 {first} 姓名、单位都相同"
            remedy = "请合并成一份，并改用同一个师资编号；确是同名的两个人，请在单位中写明部门以便区分"
            yield Finding(one.where / "name", message, remedy)


@rule(
    "IN005",
    "只讲授档案里写的课程",
    clause="2.1.b",
    severity=Severity.WARNING,
    wrong="# modules: [zhi-1]\n- {…, module: zhi-2, instructor: yichang/zhang-shili}",
    right="# modules: [zhi-1, zhi-2]\n- {…, module: zhi-2, instructor: yichang/zhang-shili}",
)
def teaches_listed(repo: Repo) -> Iterator[Finding]:
    """排了档案里没有的课，要么排错了人，要么档案该更新；请审核人看一看。"""
    for year, one in every_class(repo):
        told: set[tuple[str, str]] = set()
        for session in one.sessions:
            person, key = repo.instructors.get(session.instructor), (session.instructor, session.module)
            if person is None or session.module in person.modules or key in told:
                continue
            told.add(key)
            can = listed(person.modules) or "无"
            message = (
                f"班次 {one.id} 的{module(repo, year, session.module)}由{instructor(repo, person.id)}讲授，"
                f"其档案的可授课程是 {can}"
            )
            yield Finding(session.where / "instructor", message, "请换人，或在师资档案的可授课程里补上这一门")


@rule(
    "IN006",
    "同意公开的日期不在将来",
    source="个人信息保护法第二十五条",
    severity=Severity.WARNING,
    wrong='# 今天是 2022年11月20日\nconsent: {publication: true, date: "2022-11-21"}',
    right='# 今天是 2022年11月20日\nconsent: {publication: true, date: "2022-11-20"}',
)
def consent_given(repo: Repo) -> Iterator[Finding]:
    """档案一合并就会公开，同意要在此之前；将来的日期说明还没有取得同意，或填错了年份。"""
    for one in repo.of("instructor"):
        day = one.consent.day
        if one.consent.publication and day is not None and day > repo.as_of:
            year = repo.as_of.year
            message = f"{one.name}同意公开的日期是{spoken(day, year)}，今天是{spoken(repo.as_of, year)}"
            yield Finding(
                one.consent.where / "date",
                message,
                "请核对日期；还没有取得同意的，先把 publication 改为 false",
            )


@rule(
    "IN007",
    "聘期起止不颠倒",
    clause="2.1.b",
    wrong='term: {from: "2022-12-31", to: "2022-03-01"}',
    right='term: {from: "2022-03-01", to: "2022-12-31"}',
)
def term_in_order(repo: Repo) -> Iterator[Finding]:
    """起止写反，这个人哪一天都不在聘期内。"""
    for one in repo.of("instructor"):
        if one.term.end < one.term.start:
            year = one.term.start.year
            message = (
                f"{one.name}的聘期止于{spoken(one.term.end, year)}，早于起始的{spoken(one.term.start, year)}"
            )
            yield Finding(one.term.where / "to", message, "请核对聘期的起止日期")
