"""Papers due after the classes: four deliverables of each assessment class, the bureaus' November summary."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from generator.model import Repo
from generator.model.delivered import Deliverable, Deliverables
from generator.problem import Severity, Where
from generator.rule import Finding, rule
from generator.rules.classes import ClassKey, delivered_assessment
from generator.rules.due import deliverables_due, summary_due
from generator.rules.tracks import submitted_on
from generator.rules.wording import spoken

DELIVERABLES = {
    "evaluation": "效果评估",
    "spending": "经费核定",
    "roster": "合格专员名册",
    "report": "调研评估报告",
}


@rule(
    "DE005",
    "考核总结材料按期提交",
    clause="3.2.6(6)",
    severity=Severity.NOTICE,
    wrong='# 班次 5月27日结束\n- {class: kaohe-yichang-1, kind: report, submitted: "2022-07-28"}',
    right='# 班次 5月27日结束\n- {class: kaohe-yichang-1, kind: report, submitted: "2022-07-27"}',
)
def deliverables_in_time(repo: Repo) -> Iterator[Finding]:
    """每个考核班结束后两个日历月内提交四项材料（到期月份没有那一天的，以月末为准）；迟交、未交只提示。"""
    records = {(record.year, record.base): record for record in repo.of("deliverables")}
    delivered = delivered_assessment(repo)
    reported = {(record.year, record.base) for record in repo.assessment_deliveries}
    for plan in repo.assessments:
        record = records.get((plan.year, plan.base))
        if f"data/assessments/{plan.year}/{plan.base}/deliverables.yml" in repo.unread:
            continue
        for one in plan.classes:
            held = delivered.get((plan.year, one.id))
            if held is None and (plan.year, plan.base) in reported:
                continue
            end = held.end if held else one.end
            where = record.where / "deliverables" if record else one.where / "id"
            due = deliverables_due(repo.programmes[plan.year], end)
            yield from _late(repo, (plan.year, one.id), due, record, where)


def _late(
    repo: Repo, key: ClassKey, due: date, record: Deliverables | None, where: Where
) -> Iterator[Finding]:
    year, class_id = key
    submitted: dict[str, Deliverable] = {}
    for one in record.deliverables if record else ():
        if one.class_id == class_id:
            submitted.setdefault(one.kind, one)
    for kind, title in DELIVERABLES.items():
        given = submitted.get(kind)
        if given is not None and given.submitted > due:
            late = (given.submitted - due).days
            message = f"班次 {class_id} 的{title}{spoken(given.submitted, year)}提交，比期限{spoken(due, year)}晚 {late} 天"
            yield Finding(
                given.where / "submitted", message, "材料有效，不用改动；逾期原因可写在说明（note）里"
            )
        elif given is None and repo.as_of > due:
            message = f"班次 {class_id} 的{title}还没有提交，期限是{spoken(due, year)}"
            yield Finding(where, message, "请尽快提交省局办公室，并在 deliverables 登记提交日期")


@rule(
    "DE006",
    "班次落实情况按期汇总",
    clause="4.5.c",
    severity=Severity.NOTICE,
    wrong='# 宜昌市的总结 12月1日才提交\nkind: summary\ndate: "2022-12-01"',
    right='kind: summary\ndate: "2022-11-30"',
)
def summary_in_time(repo: Repo) -> Iterator[Finding]:
    """市州局每年汇总报送班次落实情况；有登记的按提交时刻算，没有登记的按成文日期算；迟交、未交只提示。"""
    summaries = {
        (report.year, report.owner): report for report in repo.of("report") if report.kind == "summary"
    }
    for year in repo.years:
        due = summary_due(repo.programmes[year])
        for slug, name in repo.prefectures.items():
            report = summaries.get((year, slug))
            if report is not None:
                line = repo.first_filings.get(report.where.path)
                submitted = submitted_on(line) if line else report.day
                if submitted > due:
                    late = (submitted - due).days
                    message = f"{name}的落实情况总结{spoken(submitted, year)}提交，比期限{spoken(due, year)}晚 {late} 天"
                    yield Finding(report.where / "date", message, "总结有效，不用改动；迟报天数记入年度报告")
            elif repo.as_of > due and not _unread(repo, year, slug):
                message = f"{name}还没有{year}年班次落实情况总结，期限是{spoken(due, year)}"
                remedy = f"请{name}知识产权局报送，放在 data/reports/{year}/{slug}/ 下"
                yield Finding(
                    repo.programmes[year].where / "preparatory" / "summary_deadline", message, remedy
                )


def _unread(repo: Repo, year: int, slug: str) -> bool:
    return any(path.startswith(f"data/reports/{year}/{slug}/") for path in repo.unread)
