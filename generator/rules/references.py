"""Whatever a record names exists: places, units, courses, people, bases. `fields` says which fields name what.

A thing whose own file could not be read is not reported as unknown: that file has its own findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.model import Repo
from generator.problem import Key
from generator.rule import Finding, rule
from generator.rules import fields
from generator.rules.fields import Use, uses
from generator.rules.naming import unknown

# An instructor's owner is a prefecture, or a base with this in front.
OF_A_BASE = "base-"
# Kinds that cite clauses of the notice.
CITING = frozenset({"programme", "curriculum", "resources", "points", "report"})


@rule(
    "RE001",
    "县（市、区）代码存在",
    wrong='county: "420572"',
    right='county: "420527"',
)
def known_county(repo: Repo) -> Iterator[Finding]:
    """计划、人数和名额都按行政区划代码汇总，代码错了就记到别处或无处可记。没有启用的功能区不单独报计划。"""
    remedy = "请核对 data/regions.yml 中的代码"
    zones = {zone.id: zone.name for zone in repo.regions.zones}
    for use in uses(repo, fields.COUNTIES):
        if use.value in repo.places:
            continue
        if use.value in zones and not use.hidden:
            message = f"功能区“{zones[use.value]}”（{use.value}）没有启用，不单独报计划"
            yield Finding(
                use.where, message, "请用所在县（市、区）的代码，或请省局在 data/regions.yml 中启用"
            )
        else:
            yield unknown(use, "个县（市、区）代码", (), remedy)
    everywhere = {*repo.region_names, repo.sources["data/regions.yml"].data["province"]["code"], ""}
    for use in uses(repo, fields.REGIONS):
        if use.value not in everywhere:
            yield unknown(use, "个区域代码", (), remedy)


@rule(
    "RE002",
    "市州代号存在",
    wrong="prefecture: yi-chang",
    right="prefecture: yichang",
)
def known_prefecture(repo: Repo) -> Iterator[Finding]:
    """市州代号决定由谁报送、归哪个城市群、由哪个基地对应。"""
    for use in [*uses(repo, fields.PREFECTURES), *_roles(repo, "bureau"), *_owners(repo)]:
        if use.value not in repo.prefectures:
            yield unknown(use, "个市州代号", repo.prefectures, "请核对 data/regions.yml 中的市州代号")


def _roles(repo: Repo, office: str) -> Iterator[Use]:
    """Prefectures or bases that accounts are responsible for."""
    for use in uses(repo, {"owners": ("owners/*/roles/*",)}):
        role, _, of = use.value.partition(":")
        if role == office:
            yield use._replace(value=of)


def _owners(repo: Repo) -> Iterator[Use]:
    """Prefectures that own reports and instructors."""
    for use in uses(repo, {"report": ("owner",), "instructor": ("id",)}):
        owner = use.value.partition("/")[0]
        if owner != "group" and not owner.startswith(OF_A_BASE):
            yield use._replace(value=owner)


@rule(
    "RE003",
    "单位在单位名录中",
    wrong="undertaker: zigui-ip",
    right="undertaker: zigui-ipo",
)
def known_organisation(repo: Repo) -> Iterator[Finding]:
    """单位只在名录里写一次全称，其他记录用代号引用；名录里没有的代号显示不出单位名称。"""
    remedy = "请核对 data/organisations.yml；新单位请先报省局登记"
    for use in uses(repo, fields.ORGANISATIONS):
        if use.value not in repo.organisations:
            yield unknown(use, "个单位代号", repo.organisations, remedy)


@rule(
    "RE004",
    "课程编号在当年课程表中",
    wrong="module: zhi-5",
    right="module: zhi-4",
)
def known_module(repo: Repo) -> Iterator[Finding]:
    """课程清单按年度发布，教学、命题和师资都照它的编号；编号不对就不知道讲的是哪一门。"""
    taught = {year: {module.id for module in each.modules} for year, each in repo.curricula.items()}
    every = set().union(*taught.values())
    some_unread = any(path.startswith("data/curriculum/") for path in repo.unread)
    told: set[str] = set()
    for use in uses(repo, fields.MODULES):
        year = use.year
        if year is None:
            if every and use.value not in every and not some_unread:
                yield unknown(use, "门课程", (), "请核对 data/curriculum/ 中的课程编号")
        elif year in taught:
            if use.value not in taught[year]:
                yield unknown(use, "门课程", (), f"请核对 data/curriculum/{year}.yml 中的课程编号")
        elif f"data/curriculum/{year}.yml" not in repo.unread and use.source.path not in told:
            told.add(use.source.path)
            yield Finding(use.where, f"没有 {year} 年的课程", f"请省局先发布 data/curriculum/{year}.yml")


@rule(
    "RE005",
    "师资编号在师资库中",
    wrong="instructor: yichang/zhang-shil",
    right="instructor: yichang/zhang-shili",
)
def known_instructor(repo: Repo) -> Iterator[Finding]:
    """授课人先入师资库，才看得到他能讲什么、任期到何时、当天是否在别处上课。"""
    remedy = "请先把授课人登记到 data/instructors/，或改为已有的编号"
    for use in uses(repo, fields.INSTRUCTORS):
        if use.value not in repo.instructors and f"data/instructors/{use.value}.yml" not in repo.unread:
            yield unknown(use, "个师资编号", repo.instructors, remedy)


@rule(
    "RE006",
    "基地代号存在",
    wrong="base: yi-chang",
    right="base: yichang",
)
def known_base(repo: Repo) -> Iterator[Finding]:
    """考点、评估和师资都挂在省级培训基地名下，代号对不上就不知道由谁负责。"""
    for use in [*uses(repo, fields.BASES), *_roles(repo, "base"), *_instructor_bases(repo)]:
        if use.value not in repo.bases and f"data/bases/{use.value}.yml" not in repo.unread:
            yield unknown(use, "个基地代号", repo.bases, "请核对 data/bases/ 中的基地代号")


def _instructor_bases(repo: Repo) -> Iterator[Use]:
    for use in uses(repo, {"instructor": ("id",)}):
        owner = use.value.partition("/")[0]
        if owner.startswith(OF_A_BASE):
            yield use._replace(value=owner.removeprefix(OF_A_BASE))


@rule(
    "RE009",
    "积分行和类别在积分标准中",
    wrong="row: transfers",
    right="row: transfer",
)
def known_points_row(repo: Repo) -> Iterator[Finding]:
    """每一分都要能追到当年标准的某一行；标准里没有的事项不能计分。"""
    rows = {standard.year: {row.id for row in standard.rows} for standard in repo.of("points")}
    for use in uses(repo, fields.POINTS_ROWS):
        path = f"data/points/{use.year}.yml"
        known = rows.get(use.year or 0, set())
        if use.value not in known and path not in repo.unread:
            yield unknown(use, "个积分行", known, f"请核对 {path} 中的积分行")
    for use in uses(repo, fields.POINTS_CATEGORIES):
        known = {category["id"] for category in use.source.data["categories"]}
        if use.value not in known:
            yield unknown(use, "个积分类别", known, "请在本文件的 categories 中登记，或改为已有的类别")


@rule(
    "RE010",
    "记录的年度有年度方案",
    wrong="data/plans/2032/yichang/zigui.yml",
    right="data/plans/2022/yichang/zigui.yml",
)
def known_year(repo: Repo) -> Iterator[Finding]:
    """人数、期限和合格线都写在当年的方案里；没有方案的年度无从检查，其他规则也不对它运行。"""
    for source in repo.sources.values():
        year = source.parts.get("year")
        if year is None or source.kind in {"programme", "filing", "print"}:
            continue
        path = f"data/programme/{year}.yml"
        if int(year) not in repo.programmes and path not in repo.unread:
            where = Use(source, ("year",), year).where
            yield Finding(where, f"没有 {year} 年的年度方案", f"请核对年度，或请省局先发布 {path}")


@rule(
    "RE011",
    "条款编号存在",
    wrong='clause: "3.1.8"',
    right='clause: "3.1.7(1)"',
)
def known_clause(repo: Repo) -> Iterator[Finding]:
    """每个指标和期限都注明出自方案哪一条；编号不存在，读的人就查不到出处。"""
    for use in _clauses(repo):
        if use.value not in repo.clause_numbering:
            yield unknown(use, "个条款", (), "请核对 data/clauses.yml 中的条款编号")


def _clauses(repo: Repo) -> Iterator[Use]:
    """Every field named `clause`, at any depth."""
    for source in repo.sources.values():
        if source.kind in CITING:
            for keys, value in _cited(source.data, ()):
                yield Use(source, keys, value)


def _cited(node: Any, at: tuple[Key, ...]) -> Iterator[tuple[tuple[Key, ...], str]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        if key == "clause":
            yield (*at, key), value
        else:
            yield from _cited(value, (*at, key))


@rule(
    "RE013",
    "公共资源和参考依据存在",
    wrong="resources: [hubei-serch]",
    right="resources: [hubei-search]",
)
def known_resource(repo: Repo) -> Iterator[Finding]:
    """课程页上的线上课程和法规标准都从名录里取，名录里没有的链接不出来。"""
    resources = {item.id for record in repo.of("resources") for item in record.resources}
    references = {item.id for record in repo.of("references") for item in record.references}
    for what, table, known, path in (
        ("个资源", fields.RESOURCES, resources, "data/resources.yml"),
        ("个参考依据", fields.REFERENCES, references, "data/references.yml"),
    ):
        for use in uses(repo, table):
            if use.value not in known and path not in repo.unread:
                yield unknown(use, what, known, f"请先在 {path} 中登记，或改为已有的代号")


@rule(
    "RE014",
    "考点代码存在",
    wrong="site: YI",
    right="site: YC",
)
def known_site(repo: Repo) -> Iterator[Finding]:
    """城市群按考点归属，证书编号也含考点代码；代码要与当年方案的考点一致。"""
    for use in uses(repo, fields.SITES):
        year = use.year or use.beside["year"]
        programme = repo.programmes.get(year)
        known = {site.code for site in programme.sites} if programme else {use.value}
        if use.value not in known:
            yield unknown(use, "个考点代码", known, f"请核对 data/programme/{year}.yml 中的考点")
