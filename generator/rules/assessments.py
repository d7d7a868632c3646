"""Assessment classes: when, where, by whom, with which money, and for how many hours."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import Repo
from generator.model.programme import Programme, Site
from generator.model.training import AssessmentClass, AssessmentPlan
from generator.problem import Severity
from generator.rule import Finding, rule
from generator.rules.tracks import bureaus, known, outside
from generator.rules.wording import PURPOSES, SOURCES, listed, organisation, region


@rule(
    "AS001",
    "考核班在规定的月份内",
    clause="3.2.1",
    wrong='from: "2022-06-29"\nto: "2022-07-02"',
    right='from: "2022-06-27"\nto: "2022-06-30"',
)
def inside_window(repo: Repo) -> Iterator[Finding]:
    """考核培训全省统一在规定的月份举办，每个上课日都要在其中。"""
    for plan in repo.assessments:
        window = repo.programmes[plan.year].assessment.window
        for one in plan.classes:
            yield from outside(one, window, plan.year)


@rule(
    "AS002",
    "考核班在方案指定的城市",
    clause="3.2.2",
    wrong='venue: {name: 恩施市示例会议中心, county: "422801"}',
    right='venue: {name: 宜昌示例培训中心, county: "420503"}',
)
def inside_sites(repo: Repo) -> Iterator[Finding]:
    """考核培训只在方案指定的几个城市举办，学员往返和住宿都按此安排。"""
    prefecture_of = {unit.code: unit.prefecture for unit in repo.regions.counties}
    prefecture_of |= {zone.id: zone.prefecture for zone in repo.regions.zones}
    for plan in repo.assessments:
        cities = [site.prefecture for site in repo.programmes[plan.year].sites]
        allowed = listed(repo.prefectures[city] for city in cities)
        for one in plan.classes:
            city = prefecture_of.get(one.venue.county)
            if city is not None and city not in cities:
                message = f"班次 {one.id} 的场地“{one.venue.name}”在{_full(repo, one.venue.county, city)}，不在{allowed}"
                yield Finding(
                    one.where / "venue" / "county",
                    message,
                    f"请改在{allowed}办班；如果只是县区代码填错，请改正代码",
                )


def _full(repo: Repo, county: str, prefecture: str) -> str:
    """恩施州恩施市; 仙桃市 once where county and prefecture are the same unit."""
    name, city = region(repo, county), repo.prefectures[prefecture]
    return name if name == city else city + name


@rule(
    "AS015",
    "启动经费由省局安排，拓展经费由地方安排",
    clause="3.2.6(4) 4.3",
    severity=Severity.WARNING,
    wrong="sources:\n  - {kind: prefecture, amount: 60000, purpose: startup}",
    right="sources:\n  - {kind: province, amount: 60000, purpose: startup}\n"
    "  - {kind: prefecture, amount: 20000, purpose: expansion}",
)
def sources_by_purpose(repo: Repo) -> Iterator[Finding]:
    """启动经费主要由省局专项资金支持，增加班次和人员的拓展经费由地方支持；方案用了“主要”，所以只提醒。"""
    for plan in repo.assessments:
        asked = repo.programmes[plan.year].assessment
        allowed = {"startup": asked.startup_sources.value, "expansion": asked.expansion_sources.value}
        for one in plan.classes:
            for source in one.budget.sources:
                right = allowed.get(source.purpose)
                if right is not None and source.kind not in right and source.amount > 0:
                    purpose, wanted = PURPOSES[source.purpose], "、".join(SOURCES[kind] for kind in right)
                    message = f"班次 {one.id} 的{purpose} {source.amount} 元列为{SOURCES[source.kind]}，应为{wanted}"
                    yield Finding(source.where, message, "请核对这笔经费的来源和用途；确属如此的请审核人确认")


@rule(
    "AS016",
    "主办、承办单位齐全",
    clause="3.2.3 3.2.4",
    wrong="hosts: [hubei-ipo]\nundertakers: []",
    right="hosts: [hubei-ipo, national-base-hubei, yichang-ipo]\nundertakers: [base-yichang, hubei-ip-centre]",
)
def hosts_and_undertakers(repo: Repo) -> Iterator[Finding]:
    """考核班由省局、国家培训基地和举办地知识产权局主办，由当地考核基地牵头承办，文件和证书都照此署名。"""
    bureau_of = bureaus(repo)
    by_role = {one.role: one.id for one in repo.organisations.values()}
    for plan in repo.assessments:
        site = repo.programmes[plan.year].site_of_base(plan.base)
        bureau = bureau_of.get(site.prefecture) if site else None
        wanted = [by_role.get("office"), by_role.get("national-base"), bureau]
        hosts = [name for name in wanted if name is not None]
        base = [repo.bases[plan.base].organisation] if plan.base in repo.bases else []
        for one in plan.classes:
            yield from _lacking(repo, one, "hosts", hosts)
            yield from _lacking(repo, one, "undertakers", base)


def _lacking(repo: Repo, one: AssessmentClass, key: str, wanted: list[str]) -> Iterator[Finding]:
    given: tuple[str, ...] = getattr(one, key)
    missing = [name for name in wanted if name not in given]
    if not missing or known(repo, given) is None:
        return
    title = {"hosts": "主办单位", "undertakers": "承办单位"}[key]
    message = f"班次 {one.id} 的{title}缺少{listed(organisation(repo, name) for name in missing)}"
    yield Finding(one.where / key, message, f"请在{title}中加上 {listed(missing)}")


@rule(
    "AS017",
    "安排的学时够学员完成",
    clause="3.2.6(5)",
    severity=Severity.WARNING,
    wrong="# 应完成 24 学时\nsessions:\n  - {…, hours: 4}\n  - {…, hours: 4}   # 合计 8 学时",
    right="sessions:   # 合计 24 学时\n  - {…, hours: 4}\n  …",
)
def enough_hours(repo: Repo) -> Iterator[Finding]:
    """学员完成规定学时才能发证；课程表合计不够的话，全班没有人能结业。学时数是本系统的默认值，所以只提醒。"""
    for plan in repo.assessments:
        required = repo.programmes[plan.year].assessment.required_hours.value
        for one in plan.classes:
            total = sum(session.hours for session in one.sessions)
            if total < required:
                message = f"班次 {one.id} 的课程合计 {total} 学时，少于学员应完成的 {required} 学时"
                yield Finding(one.where / "sessions", message, f"请再安排 {required - total} 学时以上的课")


@rule(
    "AS018",
    "报方案的基地承担当年考核",
    clause="2.2.2.a",
    wrong="# 江汉大学基地当年不是考核基地\nbase: jianghan",
    right="base: wuhan-zimaoqu",
)
def base_runs_a_site(repo: Repo) -> Iterator[Finding]:
    """考核培训由年度方案指定的基地承担，证书编号也用考点代码；别的基地报的方案没有考点可归。"""
    for plan in repo.assessments:
        programme = repo.programmes[plan.year]
        if plan.base in repo.bases and programme.site_of_base(plan.base) is None:
            yield _no_site(repo, plan, programme)


def _no_site(repo: Repo, plan: AssessmentPlan, programme: Programme) -> Finding:
    name = organisation(repo, repo.bases[plan.base].organisation)
    message = f"{name}不承担{plan.year}年考核，当年考核基地是{listed(_base(repo, site) for site in programme.sites)}"
    return Finding(plan.where / "base", message, "请由考核基地报方案；任务有调整的，请省局先改年度方案的考点")


def _base(repo: Repo, site: Site) -> str:
    return organisation(repo, repo.bases[site.base].organisation) if site.base in repo.bases else site.base
