"""The year's totals of the assessment track: facts worth seeing, never a reason to refuse a record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generator.model import Repo
from generator.model.certificates import Roster
from generator.model.programme import Programme
from generator.model.training import AssessmentClass
from generator.problem import Severity
from generator.rule import Finding, rule
from generator.rules.due import assessment_due
from generator.rules.wording import listed, organisation, spoken


@dataclass(frozen=True, kw_only=True)
class Season:
    """A year's assessment classes by base. `due`: the plan deadline has passed and every plan could be read."""

    programme: Programme
    by_base: Mapping[str, tuple[AssessmentClass, ...]]
    due: bool

    @property
    def classes(self) -> list[AssessmentClass]:
        """All classes of the year."""
        return [one for classes in self.by_base.values() for one in classes]


def _seasons(repo: Repo) -> Iterator[Season]:
    for year in repo.years:
        programme = repo.programmes[year]
        plans = [plan for plan in repo.assessments if plan.year == year]
        unread = any(
            f"data/assessments/{year}/{site.base}/plan.yml" in repo.unread for site in programme.sites
        )
        yield Season(
            programme=programme,
            by_base={plan.base: plan.classes for plan in plans},
            due=repo.as_of > assessment_due(programme) and not unread,
        )


@rule(
    "AS003",
    "每个考点都办班",
    clause="2.2.2.c",
    severity=Severity.NOTICE,
    wrong="# 十堰考点没有 data/assessments/2022/shiyan/plan.yml",
    right="# data/assessments/2022/shiyan/plan.yml\nclasses:\n  - id: kaohe-shiyan-1\n    …",
)
def every_site_holds_a_class(repo: Repo) -> Iterator[Finding]:
    """方案要求每个考点都承办考核班；审定期限过后仍没有的，列出来供工作组催办。"""
    for season in _seasons(repo):
        minimum = season.programme.assessment.min_classes_per_site.value
        for index, site in enumerate(season.programme.sites):
            held = len(season.by_base.get(site.base, ()))
            if season.due and held < minimum:
                base = repo.bases.get(site.base)
                name = organisation(repo, base.organisation) if base else site.base
                message = f"{name}{season.programme.year}年计划 {held} 个考核班，少于 {minimum} 个"
                yield Finding(
                    season.programme.where / "sites" / index, message, "请工作组督促该基地报送考核方案"
                )


@rule(
    "AS004",
    "全年考核班次达到下限",
    clause="3.2.6(1)",
    severity=Severity.NOTICE,
    wrong="# 三个考点全年共 2 个班",
    right="# 三个考点全年共 3 个班",
)
def enough_classes(repo: Repo) -> Iterator[Finding]:
    """全省全年的考核班次有下限，几个考点合计；审定期限过后仍不够的提示工作组。"""
    for season in _seasons(repo):
        planned, minimum = len(season.classes), season.programme.assessment.min_classes.value
        if season.due and planned < minimum:
            message = f"全省{season.programme.year}年计划 {planned} 个考核班，少于 {minimum} 个"
            yield Finding(season.programme.where / "assessment" / "min_classes", message, "请工作组增加班次")


@rule(
    "AS005",
    "全年考核培训人数达到下限",
    clause="3.2.6(1)",
    severity=Severity.NOTICE,
    wrong="# 各考核班合计 580 人",
    right="# 各考核班合计 600 人",
)
def enough_trained(repo: Repo) -> Iterator[Finding]:
    """培训人数和认证人数是两个指标；已有实施记录的班按实到人数算，其余按计划人数算。"""
    people = {
        (delivery.year, one.id): one.people
        for delivery in repo.assessment_deliveries
        for one in delivery.classes
    }
    for season in _seasons(repo):
        minimum = season.programme.assessment.min_trained.value
        year = season.programme.year
        trained = sum(people.get((year, one.id), one.trainees.total) for one in season.classes)
        if season.due and season.classes and trained < minimum:
            message = f"全省{year}年考核培训 {trained} 人（办完的班按实到人数），少于 {minimum} 人"
            where = season.programme.where / "assessment" / "min_trained"
            yield Finding(where, message, "请工作组增加班次或名额；已经办完的，请在年度报告中说明")


@rule(
    "AS006",
    "考核批次在规定次数之内",
    clause="3.2.0",
    severity=Severity.NOTICE,
    wrong="# 各考核班的 batch 有 1、2、3",
    right="# 各考核班的 batch 只有 1、2",
)
def batches(repo: Repo) -> Iterator[Finding]:
    """方案规定全年举办一至两批考核，推荐名额也按批次分；批次多了少了都提示工作组核对。"""
    for season in _seasons(repo):
        allowed = season.programme.assessment.batches
        found = sorted({one.batch for one in season.classes})
        few = season.due and season.classes and len(found) < allowed.min
        if few or len(found) > allowed.max:
            numbers = listed(str(batch) for batch in found)
            limits = (
                f"{allowed.min} 批" if allowed.min == allowed.max else f"{allowed.min} 至 {allowed.max} 批"
            )
            year = season.programme.year
            message = f"全省{year}年考核分 {len(found)} 批（第 {numbers} 批），应为 {limits}"
            yield Finding(
                season.programme.where / "assessment" / "batches", message, "请工作组核对各班的批次（batch）"
            )


@rule(
    "AS007",
    "全年认证人数达到下限",
    clause="1.b 2.2.2.c",
    severity=Severity.NOTICE,
    wrong="# 名册中有效证书 580 张",
    right="# 名册中有效证书 600 张",
)
def enough_certified(repo: Repo) -> Iterator[Finding]:
    """认证人数是方案的总目标，按名册中有效的证书数算：换发只算一次，撤销的不算，停止公开的照算。"""
    delivered = {delivery.year for delivery in repo.assessment_deliveries}
    for year in repo.years:
        asked = repo.programmes[year].assessment
        roster = repo.rosters.get(year)
        known = roster is not None or (year in delivered and f"data/rosters/{year}.yml" not in repo.unread)
        certified = len(_valid(roster)) if roster else 0
        if known and repo.as_of > asked.window.end and certified < asked.min_certified.value:
            message = f"全省{year}年认证 {certified} 人（截至{spoken(repo.as_of, year)}），少于 {asked.min_certified.value} 人"
            where = repo.programmes[year].where / "assessment" / "min_certified"
            yield Finding(where, message, "请核对是否还有成绩没有核发证书；确未达到的，请在年度报告中说明")


def _valid(roster: Roster) -> set[str]:
    """Numbers of valid certificates; `withdrawn` only stops publication."""
    valid: set[str] = set()
    for event in roster.events:
        if event.event == "revoked":
            valid.discard(event.no)
        elif event.event in {"issued", "restored"}:
            valid.add(event.no)
        elif event.event == "reissued" and event.supersedes in valid:
            valid.remove(event.supersedes)
            valid.add(event.no)
    return valid
