"""Who guides, hosts, undertakes and evaluates preparatory classes."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import Repo
from generator.model.places import Place
from generator.model.training import Plan, PlannedClass
from generator.problem import Severity
from generator.rule import Finding, rule
from generator.rules.tracks import bureaus, known
from generator.rules.wording import listed, organisation, region

# By base status of the prefecture: where nobody found out whether there is a base, nothing is blocked.
WEIGHT = {"yes": Severity.ERROR, "no": Severity.ERROR, "unknown": Severity.WARNING}


@rule(
    "PL009",
    "主办单位含市州局和基地",
    clause="3.1.4",
    wrong="units:\n  hosts: [yichang-ipo]",
    right="units:\n  hosts: [yichang-ipo, base-yichang]",
)
def hosts(repo: Repo) -> Iterator[Finding]:
    """培训由市州局和省级基地主办；当地有没有基地尚未查明的，缺基地只提醒，明确没有基地的不要求。"""
    bureau_of = bureaus(repo)
    for plan in repo.plans:
        place = repo.places.get(plan.county)
        if place is None or known(repo, plan.units.hosts) is None:
            continue
        bureau = bureau_of.get(place.prefecture)
        if bureau is not None and bureau not in plan.units.hosts:
            message = f"主办单位缺少{organisation(repo, bureau)}"
            yield Finding(plan.where / "units" / "hosts", message, f"请在主办单位中加上 {bureau}")
        yield from _host_base(repo, plan, place)


def _host_base(repo: Repo, plan: Plan, place: Place) -> Iterator[Finding]:
    status = repo.base_status[place.prefecture]
    serving = [base.organisation for base in repo.bases_of[place.prefecture]]
    if status == "no" or any(base in plan.units.hosts for base in serving):
        return
    prefecture = repo.prefectures[place.prefecture]
    choices = listed(organisation(repo, base) for base in serving)
    if status == "yes":
        message, remedy = f"主办单位缺少服务{prefecture}的省级培训基地", f"请加上{choices}"
    else:
        message = f"主办单位缺少省级培训基地，{prefecture}有没有自己的基地还未查明"
        remedy = f"有基地参与的请加上，例如{choices}" if choices else "有基地参与的请加上"
        remedy += "；当地确无基地的，请告诉省局在基地档案中注明"
    yield Finding(plan.where / "units" / "hosts", message, remedy, WEIGHT[status])


@rule(
    "PL011",
    "指导单位和承办单位齐全",
    clause="3.1.3 3.1.5",
    wrong="units:\n  guides: [hubei-ipo]\n  undertaker: yichang-ipo",
    right="units:\n  guides: [hubei-ipo, hubei-ip-centre, national-base-hubei]\n  undertaker: zigui-ipo",
)
def guides_and_undertaker(repo: Repo) -> Iterator[Finding]:
    """方案写明三家指导单位，并由本县（市、区）知识产权管理部门承办；计划要照列，名称由编号带出。"""
    departments = {
        one.region: one.id for one in repo.organisations.values() if one.role in {"county", "bureau"}
    }
    for plan in repo.plans:
        required = repo.programmes[plan.year].preparatory.required_guides.value
        missing = [guide for guide in required if guide not in plan.units.guides]
        if missing and known(repo, plan.units.guides) is not None:
            message = f"指导单位缺少{listed(organisation(repo, guide) for guide in missing)}"
            remedy = f"请在指导单位中加上 {listed(missing)}"
            yield Finding(plan.where / "units" / "guides", message, remedy)
        yield from _undertaker(repo, plan, departments.get(plan.county))


def _undertaker(repo: Repo, plan: Plan, department: str | None) -> Iterator[Finding]:
    given = plan.units.undertaker
    if department is None or given == department or given not in repo.organisations:
        return
    message = f"承办单位是{organisation(repo, given)}，不是{region(repo, plan.county)}的知识产权管理部门"
    yield Finding(plan.where / "units" / "undertaker", message, f"请改为{organisation(repo, department)}")


@rule(
    "PL012",
    "由培训基地评估效果",
    clause="3.1.7(4)",
    wrong="evaluation: {by: zigui-ipo, levels: [reaction]}",
    right="evaluation: {by: base-yichang, levels: [reaction, learning]}",
)
def evaluated_by_base(repo: Repo) -> Iterator[Finding]:
    """效果由基地教学组评估，承办单位不评自己；当地没有基地的由任何省级基地评，尚未查明的只提醒。"""
    for plan in repo.plans:
        place = repo.places.get(plan.county)
        if place is None:
            continue
        for planned in plan.classes:
            yield from _evaluator(repo, place, planned)


def _evaluator(repo: Repo, place: Place, planned: PlannedClass) -> Iterator[Finding]:
    given = repo.organisations.get(planned.evaluation.by)
    status = repo.base_status[place.prefecture]
    serving = [base.organisation for base in repo.bases_of[place.prefecture]]
    if given is None or given.id in serving or (status == "no" and given.role == "base"):
        return
    prefecture = repo.prefectures[place.prefecture]
    wanted = f"服务{prefecture}的省级培训基地" if serving else "省级培训基地"
    message = f"班次 {planned.id} 的评估单位是{organisation(repo, given.id)}，不是{wanted}"
    choices = listed(organisation(repo, base) for base in serving)
    remedy = f"请改为{choices}" if choices else "请改为省级培训基地"
    if status == "unknown":
        message = f"{message}；当地有没有自己的基地还未查明"
        remedy += "；已另有基地评估的，请告诉省局在基地档案中注明"
    yield Finding(planned.where / "evaluation" / "by", message, remedy, WEIGHT[status])
