"""Money planned on both tracks: nothing from trainees, the county pays, sources equal spending."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import Repo
from generator.problem import Severity
from generator.rule import Finding, rule
from generator.rules.tracks import every_class
from generator.rules.wording import SOURCES, TAGS

# A county does not pay out of a zone's money, nor a zone out of a county's.
OTHERS_OWN = {True: "county", False: "zone"}


@rule(
    "PL008",
    "不向学员收费",
    clause="3.1.7(4) 4.3",
    wrong="budget:\n  charged_to_trainees: 200",
    right="budget:\n  charged_to_trainees: 0",
)
def free_of_charge(repo: Repo) -> Iterator[Finding]:
    """除学员自己承担往返交通费外，不得以任何名义收费；预科、考核两类班都一样。"""
    for year, one in every_class(repo):
        most = repo.programmes[year].preparatory.max_charge.value
        charged = one.budget.charged_to_trainees
        if charged > most:
            limit = f"最多可收 {most} 元" if most else "不得收费"
            message = f"班次 {one.id} 计划向学员收取 {charged} 元，{limit}"
            yield Finding(
                one.where / "budget" / "charged_to_trainees", message, f"请改为 {most}，并另行落实经费来源"
            )


@rule(
    "PL010",
    "本县（市、区）安排经费",
    clause="3.1.7(4)",
    wrong="budget:\n  sources:\n    - {kind: prefecture, amount: 52000}",
    right="budget:\n  sources:\n    - {kind: county, amount: 40000}\n    - {kind: prefecture, amount: 12000}",
)
def county_pays(repo: Repo) -> Iterator[Finding]:
    """预科培训由县（市、区）知识产权管理部门安排经费，市州、基地可以补助；功能区单独报计划的由功能区安排。"""
    for plan in repo.plans:
        place = repo.places.get(plan.county)
        if place is None:
            continue
        funding = repo.programmes[plan.year].preparatory.funding.value
        own = [kind for kind in funding if kind != OTHERS_OWN[place.zone]]
        wanted = "或".join(SOURCES[kind] for kind in own)
        for planned in plan.classes:
            sources = planned.budget.sources
            if own and not any(source.kind in own and source.amount > 0 for source in sources):
                message = f"班次 {planned.id} 的经费来源没有{wanted}"
                remedy = f"请在经费来源中加上{wanted}（kind: {own[0]}）及金额；市州、基地补助可以并列"
                yield Finding(planned.where / "budget" / "sources", message, remedy)


@rule(
    "PL018",
    "收支相等，各类人数不超过总人数",
    wrong="trainees: {total: 110, tags: {high-tech: 120}}",
    right="trainees: {total: 110, tags: {high-tech: 36}}",
)
def sums(repo: Repo) -> Iterator[Finding]:
    """来源和支出对不上的预算无法审核，经费也无法核定；一人可属几类，但哪一类都不会比全班人多。"""
    for _, one in every_class(repo):
        budget = one.budget
        came = sum(source.amount for source in budget.sources)
        goes = sum(item.amount for item in budget.items)
        if came != goes:
            message = (
                f"班次 {one.id} 的经费来源合计 {came} 元，支出合计 {goes} 元，相差 {abs(came - goes)} 元"
            )
            yield Finding(one.where / "budget", message, "请核对来源和支出的金额，使两边合计相等")
        total = one.trainees.total
        over = {tag: count for tag, count in one.trainees.tags.items() if count > total}
        for tag, count in over.items():
            message = f"班次 {one.id} 的{TAGS[tag]} {count} 人，多于全班 {total} 人"
            yield Finding(one.where / "trainees" / "tags" / tag, message, "请核对该类人数和培训人数")


@rule(
    "PL020",
    "学员往返交通费不列入预算",
    clause="4.3",
    severity=Severity.WARNING,
    wrong="items:\n  - {category: trainee-travel, amount: 3000}",
    right="items:\n  - {category: transport, amount: 3000}   # 教学用车等",
)
def no_trainee_travel(repo: Repo) -> Iterator[Finding]:
    """方案写明往返交通费由学员承担；用培训经费支付的，请审核人看清是否填错类别。"""
    for _, one in every_class(repo):
        for item in one.budget.items:
            if item.category == "trainee-travel" and item.amount > 0:
                message = f"班次 {one.id} 的预算列支学员往返交通费 {item.amount} 元，按规定由学员承担"
                yield Finding(item.where, message, "请删去这一项；属于教学用车的，请改列交通费（transport）")
