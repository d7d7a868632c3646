"""What is taught in preparatory classes, and by whom: practical courses, designated and dispatched people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from generator.model import Repo
from generator.model.people import Appointment
from generator.model.training import Plan, PlannedClass, Session
from generator.problem import Severity
from generator.rule import Finding, rule
from generator.rules.tracks import PRACTICAL
from generator.rules.wording import instructor, spoken

By = dict[str, list[Appointment]]


@rule(
    "PL005",
    "每班都有实战课程",
    clause="2.3.b 3.1.6",
    wrong='sessions:\n  - {date: "2022-05-17", half: am, module: zhi-1, …}',
    right='sessions:\n  - {date: "2022-05-17", half: am, module: zhi-1, …}\n'
    '  - {date: "2022-05-17", half: pm, module: shi-1, …}',
)
def practical_course(repo: Repo) -> Iterator[Finding]:
    """实战课程（检索分析系统、知慧桥）是必选内容，每一期班都要有，不能用别的班次代替。"""
    for plan in repo.plans:
        minimum = repo.programmes[plan.year].preparatory.min_practical_sessions.value
        for planned in plan.classes:
            found = sum(session.module.startswith(PRACTICAL) for session in planned.sessions)
            if found < minimum:
                message = f"班次 {planned.id} 有 {found} 节实战课程，少于 {minimum} 节"
                remedy = "请加一节实战课（shi-1 或 shi-2），授课人从省局选派名单中选"
                yield Finding(planned.where / "sessions", message, remedy)


@rule(
    "PL006",
    "实战课由省局选派的师资讲授",
    clause="2.3.b",
    wrong="# data/designations/2022.yml\npractical:\n"
    '  - {instructor: yichang/zhang-shili, by: hubei-ipo, from: "2022-04-01", until: "2022-05-16"}\n'
    '# 计划\n- {date: "2022-05-17", half: pm, module: shi-1, instructor: yichang/zhang-shili, …}',
    right='- {date: "2022-05-16", half: pm, module: shi-1, instructor: yichang/zhang-shili, …}',
)
def practical_by_designated(repo: Repo) -> Iterator[Finding]:
    """实战课用的是省局的系统，师资由省局选派；选派有起止日期，上课那天须在有效期内。"""
    for plan in repo.plans:
        if f"data/designations/{plan.year}.yml" in repo.unread:
            continue
        designated = _by_instructor(_designated(repo, plan.year))
        for planned in plan.classes:
            for session in planned.sessions:
                if session.module.startswith(PRACTICAL) and session.instructor in repo.instructors:
                    yield from _undesignated(repo, plan, planned, session, designated)


def _designated(repo: Repo, year: int) -> Iterable[Appointment]:
    return repo.designations[year].practical if year in repo.designations else ()


def _by_instructor(appointments: Iterable[Appointment]) -> By:
    by: By = {}
    for appointment in appointments:
        by.setdefault(appointment.instructor, []).append(appointment)
    return by


def _undesignated(
    repo: Repo, plan: Plan, planned: PlannedClass, session: Session, designated: By
) -> Iterator[Finding]:
    terms = designated.get(session.instructor, [])
    if any(term.start <= session.day <= term.until for term in terms):
        return
    who, day = instructor(repo, session.instructor), spoken(session.day, plan.year)
    message = f"班次 {planned.id} {day}的实战课由{who}讲授，{_standing(terms, session.day, plan.year)}"
    other = "请改到选派期内上课" if terms else "请先报省局选派此人"
    yield Finding(session.where / "instructor", message, f"{other}，或换成{day}在选派期内的师资")


def _standing(terms: list[Appointment], day: date, year: int) -> str:
    """Why an appointment does not cover the day: ended, not begun, never made."""
    if ended := [term.until for term in terms if term.until < day]:
        return f"省局对其选派只到{spoken(max(ended), year)}"
    if terms:
        return f"省局对其选派从{spoken(min(term.start for term in terms), year)}才开始"
    return f"此人不在{year}年省局选派的实战师资名单中"


@rule(
    "PL007",
    "没有基地的市州有委派专家授课",
    clause="3.1.7(3)",
    wrong="# 恩施州没有委派到当地的专家授课\nsessions:\n  - {…, instructor: enshi/li-shili}",
    right="# data/designations/2022.yml\ndispatches:\n"
    '  - {instructor: base-yichang/wang-shili, prefecture: enshi, from: "2022-04-01", until: "2022-11-30"}\n'
    "# 计划\nsessions:\n  - {…, instructor: base-yichang/wang-shili}",
)
def dispatched_expert(repo: Repo) -> Iterator[Finding]:
    """没有省级基地的市州师资不足，由工作组委派专家；当地有没有基地尚未查明的，只提醒。"""
    dispatched = {
        year: _by_prefecture(designation.dispatches) for year, designation in repo.designations.items()
    }
    for plan in repo.plans:
        place = repo.places.get(plan.county)
        if place is None or not plan.classes or f"data/designations/{plan.year}.yml" in repo.unread:
            continue
        status = repo.base_status[place.prefecture]
        sent = dispatched.get(plan.year, {}).get(place.prefecture, {})
        if status == "yes" or any(_covered(planned, sent) for planned in plan.classes):
            continue
        yield _nobody_sent(repo, plan, repo.prefectures[place.prefecture], status)


def _by_prefecture(dispatches: Iterable[Appointment]) -> dict[str, By]:
    by: dict[str, By] = {}
    for dispatch in dispatches:
        by.setdefault(dispatch.prefecture, {}).setdefault(dispatch.instructor, []).append(dispatch)
    return by


def _covered(planned: PlannedClass, sent: By) -> bool:
    return any(
        term.start <= session.day <= term.until
        for session in planned.sessions
        for term in sent.get(session.instructor, ())
    )


def _nobody_sent(repo: Repo, plan: Plan, prefecture: str, status: str) -> Finding:
    where = plan.where / "classes"
    arrange = f"请安排工作组委派到{prefecture}的专家，在委派期内至少上一节课"
    if status == "no":
        message = f"{prefecture}没有省级培训基地，全年的课没有一节由工作组委派的专家讲授"
        return Finding(where, message, f"{arrange}；还没有委派的，请先向工作组申请")
    message = f"{prefecture}有没有省级培训基地还未查明，全年的课没有一节由工作组委派的专家讲授"
    return Finding(where, message, f"当地没有基地的，{arrange}；有基地的，请告诉省局补登", Severity.WARNING)


@rule(
    "PL019",
    "四知五会课程不过于单一",
    clause="2.3.a",
    severity=Severity.WARNING,
    wrong="sessions:\n  - {…, module: zhi-1}\n  - {…, module: shi-1}",
    right="sessions:\n  - {…, module: zhi-1}\n  - {…, module: zhi-2}\n  - {…, module: hui-1}\n"
    "  - {…, module: hui-4}\n  - {…, module: hui-5}\n  - {…, module: shi-1}",
)
def enough_modules(repo: Repo) -> Iterator[Finding]:
    """学员要初步掌握四知五会；方案没有规定门数，全年只上一两门的计划请审核人看一看。"""
    for plan in repo.plans:
        minimum = repo.programmes[plan.year].preparatory.min_modules.value
        modules = {session.module for planned in plan.classes for session in planned.sessions}
        found = sum(not module.startswith(PRACTICAL) for module in modules)
        if plan.classes and found < minimum:
            message = f"全年只安排 {found} 门四知五会课程，少于建议的 {minimum} 门"
            remedy = f"请再选 {minimum - found} 门四知（zhi-）或五会（hui-）课程；确有原因的请在备注中说明"
            yield Finding(plan.where / "classes", message, remedy)
