"""Preparatory plans: how many classes and people, when, where, and when the plan was filed."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import Repo
from generator.problem import Severity, Where
from generator.register import late_days
from generator.rule import Finding, rule
from generator.rules.due import plan_due
from generator.rules.tracks import outside, submitted_on
from generator.rules.wording import region, spoken


@rule(
    "PL001",
    "全年班次达到下限",
    clause="2.2.1.b 3.1.7(1)",
    wrong="classes: []",
    right="classes:\n  - id: zigui-1\n    …",
)
def enough_classes(repo: Repo) -> Iterator[Finding]:
    """方案要求每个县（市、区）每年都办班；一期都没有的计划等于没有计划，不能备案。"""
    for plan in repo.plans:
        minimum = repo.programmes[plan.year].preparatory.min_classes.value
        if len(plan.classes) < minimum:
            message = f"全年计划 {len(plan.classes)} 期培训班，少于 {minimum} 期"
            yield Finding(plan.where / "classes", message, "请在 classes 下补上班次后重新提交")


@rule(
    "PL002",
    "全年培训人数达到下限",
    clause="2.2.1.b 3.1.7(1)",
    wrong="classes:\n  - id: zigui-1\n    trainees: {total: 96, tags: {}}",
    right="classes:\n  - id: zigui-1\n    trainees: {total: 110, tags: {}}",
)
def enough_trainees(repo: Repo) -> Iterator[Finding]:
    """全省万人的目标由各县每年的人数加总而成；按全年合计，几期班加起来达到下限即可。"""
    for plan in repo.plans:
        minimum = repo.programmes[plan.year].preparatory.min_trainees.value
        if plan.classes and plan.trainees < minimum:
            message = f"全年计划培训 {plan.trainees} 人，少于 {minimum} 人"
            yield Finding(plan.where / "classes", message, "请增加班次或人数后重新提交")


@rule(
    "PL003",
    "班次在规定的月份内",
    clause="3.1.1",
    wrong='from: "2022-03-31"\nto: "2022-04-01"',
    right='from: "2022-04-01"\nto: "2022-04-02"',
)
def inside_window(repo: Repo) -> Iterator[Finding]:
    """预科培训有统一的起止时间，首日之前、末日之后办的班不计入当年任务；每个上课日都要在其中。"""
    for plan in repo.plans:
        window = repo.programmes[plan.year].preparatory.window
        for planned in plan.classes:
            yield from outside(planned, window, plan.year)


@rule(
    "PL004",
    "在本县（市、区）辖区内办班",
    clause="3.1.2",
    wrong='county: "420527"   # 秭归县的计划\n…\nvenue: {name: 兴山县示例会议中心, county: "420526"}',
    right='county: "420527"\n…\nvenue: {name: 秭归县示例会议中心, county: "420527"}',
)
def inside_county(repo: Repo) -> Iterator[Finding]:
    """预科是属地培训，场地须在报送计划的县（市、区）；功能区单独报计划的，也可以设在所在县区。"""
    for plan in repo.plans:
        place = repo.places.get(plan.county)
        if place is None:
            continue
        for planned in plan.classes:
            venue = planned.venue
            if venue.county in place.venues or venue.county not in repo.region_names:
                continue
            allowed = "或".join(region(repo, code) for code in place.venues)
            message = (
                f"班次 {planned.id} 的场地“{venue.name}”在{region(repo, venue.county)}，不在{allowed}辖区内"
            )
            yield Finding(
                planned.where / "venue" / "county",
                message,
                f"请改用{allowed}的场地；如果只是县区代码填错，请改正代码",
            )


@rule(
    "PL013",
    "计划按期提交备案",
    clause="3.1.7(2)",
    severity=Severity.NOTICE,
    wrong="4月1日0时提交（期限3月31日）",
    right="3月31日23时59分提交",
)
def filed_in_time(repo: Repo) -> Iterator[Finding]:
    """期限之后提交的计划照常备案，但要写明迟了几天；按服务器收到的时刻算，审核慢不算迟报。"""
    for plan in repo.plans:
        deadline = plan_due(repo.programmes[plan.year])
        line = repo.first_filings.get(plan.where.path)
        late = late_days(line["submitted"], deadline.isoformat()) if line else 0
        if line is None or not late:
            continue
        submitted = submitted_on(line)
        message = f"计划{spoken(submitted, plan.year)}提交，比期限{spoken(deadline, plan.year)}晚 {late} 天"
        yield Finding(plan.where, message, "备案有效，不用改动；迟报天数已记入备案登记簿")


@rule(
    "PL014",
    "每个县（市、区）都有计划",
    clause="2.2.1.b",
    severity=Severity.NOTICE,
    wrong="没有 data/plans/2022/yichang/zigui.yml",
    right="data/plans/2022/yichang/zigui.yml",
)
def every_county_plans(repo: Repo) -> Iterator[Finding]:
    """全省每个县（市、区）都有任务；列出还没有计划的，便于市州局催报。文件在而读不出的不算没有。"""
    have = {(plan.year, plan.county) for plan in repo.plans}
    for year in repo.years:
        if year > repo.as_of.year:
            continue
        due = spoken(plan_due(repo.programmes[year]), year)
        for place in repo.places.values():
            path = f"data/plans/{year}/{place.prefecture}/{place.pinyin}.yml"
            if (year, place.code) not in have and path not in repo.paths:
                message = f"{place.name}没有{year}年培训计划，备案期限是{due}"
                yield Finding(
                    Where(path), message, f"请{repo.prefectures[place.prefecture]}知识产权局督促报送"
                )
