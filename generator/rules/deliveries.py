"""Deliveries against plans and rules: what happened may fall short, but must be explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypeAlias

from generator.model import Repo
from generator.model.delivered import AssessmentDelivery, DeliveredClass, Delivery
from generator.model.programme import Window
from generator.model.training import EvaluationPlan
from generator.problem import Severity, Where
from generator.rule import Finding, rule
from generator.rules.classes import ClassKey, assessment_classes, planned_classes
from generator.rules.months import months_after
from generator.rules.wording import listed, span, spoken

AnyDelivery: TypeAlias = Delivery | AssessmentDelivery
LEVELS = {"reaction": "满意度调查", "learning": "训前训后测试", "behaviour": "行为跟踪"}
ABOUT = {
    "classes": "班次少的原因（还没办完的，写后面几期何时办）",
    "trainees": "人数少的原因（还没办完的，写后面几期何时办）",
    "charged": "收费的原因和退还情况",
    "spending": "收支不一致的原因和去向",
}


def every_delivery(repo: Repo) -> Iterator[AnyDelivery]:
    """Records of both tracks, counties first."""
    yield from repo.deliveries
    yield from repo.assessment_deliveries


def every_delivered(repo: Repo) -> Iterator[tuple[AnyDelivery, DeliveredClass]]:
    """Delivered classes of both tracks with their record."""
    for record in every_delivery(repo):
        for one in record.classes:
            yield record, one


def _explained(record: AnyDelivery, about: str, where: Where, message: str) -> Finding:
    """An error that asks for an explanation, a notice once there is one."""
    said = next((one.text for one in record.explanations if one.about == about), "")
    if said:
        return Finding(
            where, f"{message}，已说明：{said}", "不用改动；请审核人看说明是否充分", Severity.NOTICE
        )
    remedy = (
        f"填错的请改正；没有填错的，请在情况说明（explanations）加一条 about: {about}，写明{ABOUT[about]}"
    )
    return Finding(where, message, remedy)


@rule(
    "DE001",
    "实施班次不少于计划和下限",
    clause="3.1.7(1)",
    wrong="# 计划 2 期\nclasses:\n  - {id: zigui-1, …}",
    right="# 计划 2 期\nclasses:\n  - {id: zigui-1, …}\nexplanations:\n"
    "  - {about: classes, text: 因汛情，第二期改到次年}",
)
def classes_held(repo: Repo) -> Iterator[Finding]:
    """少办可以，但要写明原因；还没办完的也写一句后面几期何时办。如实填报不受影响，不要补造班次。"""
    plans = {(plan.year, plan.county): plan for plan in repo.plans}
    for record in repo.deliveries:
        minimum = repo.programmes[record.year].preparatory.min_classes.value
        plan = plans.get((record.year, record.county))
        held, planned = len(record.classes), len(plan.classes) if plan else 0
        if held < max(planned, minimum):
            wanted = f"计划的 {planned} 期" if planned > minimum else f"规定的 {minimum} 期"
            message = f"全年实施 {held} 期培训班，少于{wanted}"
            yield _explained(record, "classes", record.where / "classes", message)


@rule(
    "DE002",
    "没有向学员收费",
    clause="4.3",
    wrong="spending:\n  charged_to_trainees: 5000",
    right="spending:\n  charged_to_trainees: 0",
)
def nothing_charged(repo: Repo) -> Iterator[Finding]:
    """除往返交通费由学员承担外，不得向学员收费；收了的要如实填报并说明，例如何时退还。"""
    for record, one in every_delivered(repo):
        most = repo.programmes[record.year].preparatory.max_charge.value
        charged = one.spending.charged_to_trainees
        if charged > most:
            message = f"班次 {one.id} 向学员收取 {charged} 元，最多可收 {most} 元"
            yield _explained(record, "charged", one.spending.where / "charged_to_trainees", message)


@rule(
    "DE003",
    "决算收支相等",
    source="经费核定要求",
    wrong="sources:\n  - {kind: county, amount: 52000}\nitems:\n  - {category: instruction, amount: 50000}",
    right="sources:\n  - {kind: county, amount: 52000}\nitems:\n  - {category: instruction, amount: 52000}",
)
def spending_balanced(repo: Repo) -> Iterator[Finding]:
    """来源和支出对不上就无法核定经费；确有结余或垫付的，写明去向。"""
    for record, one in every_delivered(repo):
        came = sum(source.amount for source in one.spending.sources)
        goes = sum(item.amount for item in one.spending.items)
        if came != goes:
            message = (
                f"班次 {one.id} 的经费来源合计 {came} 元，支出合计 {goes} 元，相差 {abs(came - goes)} 元"
            )
            yield _explained(record, "spending", one.spending.where, message)


@rule(
    "DE004",
    "效果评估齐全",
    clause="3.1.7(4)",
    severity=Severity.NOTICE,
    wrong="# 计划评估满意度和学习效果\nevaluation:\n  by: base-yichang\n  reaction: {…}",
    right="# 计划评估满意度和学习效果\nevaluation:\n  by: base-yichang\n  reaction: {…}\n  learning: {…}",
)
def evaluated(repo: Repo) -> Iterator[Finding]:
    """基地教学组按计划的层次评估效果；行为跟踪到期以后才算缺。缺了只提示，不影响填报。"""
    planned = {
        (plan.year, plan.county, one.id): one.evaluation for plan in repo.plans for one in plan.classes
    }
    for record in repo.deliveries:
        for one in record.classes:
            wanted = planned.get((record.year, record.county, one.id))
            missing = listed(_missing_levels(repo, one, wanted)) if wanted else ""
            if missing:
                where = one.evaluation.where if one.evaluation else one.where / "id"
                said = f"的效果评估缺少{missing}" if one.evaluation else f"没有效果评估，计划有{missing}"
                yield Finding(where, f"班次 {one.id} {said}", "请向评估的基地教学组索取结果后补填")


def _missing_levels(repo: Repo, one: DeliveredClass, wanted: EvaluationPlan) -> Iterator[str]:
    for level, title in LEVELS.items():
        due = months_after(one.end, wanted.follow_up_months) if level == "behaviour" else one.end
        have = one.evaluation is not None and getattr(one.evaluation, level) is not None
        if level in wanted.levels and not have and repo.as_of > due:
            yield title


@rule(
    "DE007",
    "培训人数不少于计划和下限",
    clause="3.1.7(1)",
    wrong="# 计划 110 人\nclasses:\n  - {id: zigui-1, people: 96, …}",
    right="# 计划 110 人\nclasses:\n  - {id: zigui-1, people: 96, …}\nexplanations:\n"
    "  - {about: trainees, text: 部分企业临时停产，未能到班}",
)
def people_trained(repo: Repo) -> Iterator[Finding]:
    """人数按实到的人算，一人一次；少了要写明原因，如实填报不受影响，不要凑数。"""
    plans = {(plan.year, plan.county): plan for plan in repo.plans}
    for record in repo.deliveries:
        minimum = repo.programmes[record.year].preparatory.min_trainees.value
        plan = plans.get((record.year, record.county))
        people, planned = sum(one.people for one in record.classes), plan.trainees if plan else 0
        if people < max(planned, minimum):
            wanted = f"计划的 {planned} 人" if planned > minimum else f"规定的 {minimum} 人"
            yield _explained(
                record, "trainees", record.where / "classes", f"全年培训 {people} 人，少于{wanted}"
            )


@rule(
    "DE008",
    "考核班次不少于计划",
    clause="3.2.6(1)",
    wrong="# 方案有 2 个班\nclasses:\n  - {id: kaohe-yichang-1, …}",
    right="# 方案有 2 个班\nclasses:\n  - {id: kaohe-yichang-1, …}\nexplanations:\n"
    "  - {about: classes, text: 第二批并入第一批举办}",
)
def assessment_classes_held(repo: Repo) -> Iterator[Finding]:
    """审定的班次没有办的要写明原因；还没办完的写明何时办。"""
    plans = {(plan.year, plan.base): plan for plan in repo.assessments}
    for record in repo.assessment_deliveries:
        plan = plans.get((record.year, record.base))
        held, planned = len(record.classes), len(plan.classes) if plan else 0
        if held < planned:
            message = f"全年实施 {held} 个考核班，少于方案的 {planned} 个"
            yield _explained(record, "classes", record.where / "classes", message)


@rule(
    "DE009",
    "考核培训人数不少于计划",
    clause="3.2.6(1)",
    wrong="# 方案 200 人\nclasses:\n  - {id: kaohe-yichang-1, people: 180, …}",
    right="# 方案 200 人\nclasses:\n  - {id: kaohe-yichang-1, people: 180, …}\nexplanations:\n"
    "  - {about: trainees, text: 部分推荐学员放弃报名}",
)
def assessment_people(repo: Repo) -> Iterator[Finding]:
    """考核培训的人数按实到的人算，少于审定方案的要写明原因。"""
    plans = {(plan.year, plan.base): plan for plan in repo.assessments}
    for record in repo.assessment_deliveries:
        plan = plans.get((record.year, record.base))
        planned = sum(one.trainees.total for one in plan.classes) if plan else 0
        people = sum(one.people for one in record.classes)
        if people < planned:
            message = f"全年考核培训 {people} 人，少于方案的 {planned} 人"
            yield _explained(record, "trainees", record.where / "classes", message)


@rule(
    "DE015",
    "预科班在规定的月份内举办",
    clause="3.1.1",
    severity=Severity.WARNING,
    wrong='- {id: zigui-1, from: "2022-11-29", to: "2022-12-01", …}',
    right='- {id: zigui-1, from: "2022-11-29", to: "2022-11-30", …}',
)
def preparatory_in_window(repo: Repo) -> Iterator[Finding]:
    """实际时间要如实填；超出规定月份的，请审核人看清是否填错年月。和计划同日的由计划的规则提。"""
    planned = {key: (one.start, one.end) for key, one in planned_classes(repo).items()}
    for record in repo.deliveries:
        yield from _outside(record, repo.programmes[record.year].preparatory.window, planned)


@rule(
    "DE016",
    "考核班在规定的月份内举办",
    clause="3.2.1",
    severity=Severity.WARNING,
    wrong='- {id: kaohe-yichang-1, from: "2022-06-28", to: "2022-07-01", …}',
    right='- {id: kaohe-yichang-1, from: "2022-06-27", to: "2022-06-30", …}',
)
def assessment_in_window(repo: Repo) -> Iterator[Finding]:
    """实际时间要如实填；超出规定月份的，请审核人看清是否填错年月。和方案同日的由方案的规则提。"""
    planned = {key: (one.start, one.end) for key, one in assessment_classes(repo).items()}
    for record in repo.assessment_deliveries:
        yield from _outside(record, repo.programmes[record.year].assessment.window, planned)


def _outside(
    record: AnyDelivery, window: Window, planned: Mapping[ClassKey, tuple[date, date]]
) -> Iterator[Finding]:
    for one in record.classes:
        as_planned = planned.get((record.year, one.id)) == (one.start, one.end)
        if not as_planned and (one.start not in window or one.end not in window):
            allowed = span(window.start, window.end, record.year)
            message = (
                f"班次 {one.id} 实际在{span(one.start, one.end, record.year)}举办，不全在规定的{allowed}之内"
            )
            key = "from" if one.start not in window else "to"
            yield Finding(one.where / key, message, "日期填错的请改正；没有填错的不用改，请审核人掌握情况")


@rule(
    "DE017",
    "已结束的班次才填实施情况",
    severity=Severity.WARNING,
    wrong='# 11月20日填报\n- {id: zigui-2, to: "2022-11-21", …}',
    right='# 11月20日填报\n- {id: zigui-1, to: "2022-11-20", …}',
)
def already_over(repo: Repo) -> Iterator[Finding]:
    """还没结束的班不会有实到人数和决算，多半是把计划抄了过来或填错了日期。"""
    for record, one in every_delivered(repo):
        if one.end > repo.as_of:
            today = spoken(repo.as_of, record.year)
            message = f"班次 {one.id} 到{spoken(one.end, record.year)}才结束，今天是{today}，还不能填实施情况"
            yield Finding(one.where / "to", message, "请核对日期；还没结束的，办完再填")


@rule(
    "DE020",
    "推荐人数两处一致",
    clause="2.2.1.c",
    severity=Severity.NOTICE,
    wrong='# data/recommendations/2022/yichang.yml\n- {county: "420527", batch: 1, count: 3}\n'
    "# data/deliveries/2022/yichang/zigui.yml\nrecommended: 2",
    right="# data/deliveries/2022/yichang/zigui.yml\nrecommended: 3",
)
def recommended_agree(repo: Repo) -> Iterator[Finding]:
    """县里填的推荐人数和市州汇总的名额（各批合计）应当相同，两处都填了而不同的，请双方核对。"""
    counts: dict[ClassKey, int] = {}
    for record in repo.of("recommendation"):
        for row in record.counties:
            key = record.year, row.county
            counts[key] = counts.get(key, 0) + row.count
    for delivery in repo.deliveries:
        place = repo.places.get(delivery.county)
        count = counts.get((delivery.year, delivery.county))
        if place is not None and count is not None and delivery.recommended != count:
            message = f"{place.name}填推荐 {delivery.recommended} 人，{repo.prefectures[place.prefecture]}的推荐名额是 {count} 人"
            yield Finding(delivery.where / "recommended", message, "请与市州局核对，改正填错的一处")
