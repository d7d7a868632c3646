"""Classes and certificates that records name exist, and a class's id stands for one class only."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import Repo
from generator.problem import Where
from generator.rule import Finding, rule
from generator.rules import fields
from generator.rules.fields import Use, uses
from generator.rules.naming import unknown

CORRECT = "请核对班次编号"
SEALED_ENDINGS = ("-paper.age", ".yml.age")


class _Plans:
    """Class ids by the plan they stand in."""

    def __init__(self, repo: Repo) -> None:
        plans = [*repo.of("plan"), *repo.of("assessment")]
        self.ids = {plan.where.path: {planned.id for planned in plan.classes} for plan in plans}
        self.unread = [path for path in repo.unread if path.startswith(("data/plans/", "data/assessments/"))]
        self.found: dict[str, set[str] | None] = {}

    def under(self, prefix: str) -> set[str] | None:
        """The ids of all plans below a path; None where one of them could not be read."""
        if prefix not in self.found:
            hidden = any(path.startswith(prefix) for path in self.unread)
            below = (ids for path, ids in self.ids.items() if path.startswith(prefix))
            self.found[prefix] = None if hidden else set().union(*below)
        return self.found[prefix]

    def missing(self, use: Use, prefix: str, what: str) -> Iterator[Finding]:
        """The finding for a class that no plan below the path holds."""
        known = self.under(prefix)
        if known is not None and use.value not in known:
            yield unknown(use, what, known, CORRECT)


@rule(
    "RE007",
    "班次存在",
    wrong="- {class: kaohe-yichang-9, instructors: [base-yichang/li-shili]}",
    right="- {class: kaohe-yichang-1, instructors: [base-yichang/li-shili]}",
)
def known_class(repo: Repo) -> Iterator[Finding]:
    """名单、成绩、材料和实施情况都按班次编号对上计划。计划外办的班，要在情况说明里写明原因。"""
    plans = _Plans(repo)
    for use in uses(repo, fields.CLASSES):
        yield from plans.missing(use, _planned_under(use), "个考核班")
    for use in uses(repo, fields.PREPARATORY_CLASSES):
        yield from plans.missing(use, f"data/plans/{use.beside['year']}/", "个预科班")
    yield from _sealed(repo, plans)
    yield from _delivered(repo, plans)


def _planned_under(use: Use) -> str:
    """Where the plan of a class lies. A later event of a certificate names the class of whatever year it was issued in."""
    if use.beside.get("event", "issued") != "issued":
        return "data/assessments/"
    year, base = use.year or use.beside["year"], use.source.parts.get("base")
    return f"data/assessments/{year}/{base}/plan.yml" if base else f"data/assessments/{year}/"


def _sealed(repo: Repo, plans: _Plans) -> Iterator[Finding]:
    """Sealed results and papers of a class nobody planned; the file's name tells the class."""
    for path in sorted(repo.paths):
        if path.startswith("data/sealed/") and path.endswith(SEALED_ENDINGS):
            year, _, name = path.removeprefix("data/sealed/").partition("/")
            for ending in SEALED_ENDINGS:
                name = name.removesuffix(ending)
            known = plans.under(f"data/assessments/{year}/")
            if known is not None and name not in known:
                yield Finding(Where(path), f"密封文件属于考核班“{name}”，{year} 年没有这个班", CORRECT)


def _delivered(repo: Repo, plans: _Plans) -> Iterator[Finding]:
    """Classes that were held but stand in no plan of the county or site, and nobody says why."""
    explained = {
        record.where.path
        for record in (*repo.of("delivery"), *repo.of("assessment-delivery"))
        if record.explains("classes")
    }
    for use in uses(repo, fields.DELIVERED_CLASSES):
        path = _plan_of(repo, use)
        known = plans.under(path)
        if known is None or use.value in known or use.source.path in explained:
            continue
        message = f"计划（{path}）里没有班次“{use.value}”"
        remedy = "请核对班次编号；确是计划外办的班，请在 explanations 中说明（about: classes）"
        yield Finding(use.where, message, remedy)


def _plan_of(repo: Repo, use: Use) -> str:
    """Where the plan of a delivery's county or site lies; by content, for the delivery itself may lie wrong."""
    data = use.source.data
    if "base" in data:
        return f"data/assessments/{data['year']}/{data['base']}/plan.yml"
    place = repo.places.get(data["county"])
    return f"data/plans/{data['year']}/{place.prefecture}/{place.pinyin}.yml" if place else "data/plans/"


@rule(
    "RE008",
    "证书编号在名册中",
    wrong='no: "ZSCQZY-42-2022-YC-0099-6"',
    right='no: "ZSCQZY-42-2022-YC-0001-B"',
)
def known_certificate(repo: Repo) -> Iterator[Finding]:
    """档案、表彰、补发和打印都凭证书编号找到人；名册里没有的编号找不到人。"""
    issued = {event.no for roster in repo.of("roster") for event in roster.events}
    for use in uses(repo, fields.CERTIFICATES):
        year = use.value.split("-")[2]
        if use.value not in issued and f"data/rosters/{year}.yml" not in repo.unread:
            yield unknown(use, "个证书编号", (), f"请对照 data/rosters/{year}.yml 核对")


@rule(
    "RE012",
    "班次编号全省不重复",
    wrong="秭归县和兴山县的计划里都有 id: zigui-1",
    right="秭归县用 zigui-1，兴山县用 xingshan-1",
)
def one_class_an_id(repo: Repo) -> Iterator[Finding]:
    """同一年度里一个编号只代表一期班，成绩和网页地址才不会串。同一份计划内的重复由 SC002 检查。"""
    first: dict[tuple[int, str], str] = {}
    for plan in (*repo.of("plan"), *repo.of("assessment")):
        for planned in plan.classes:
            other = first.setdefault((plan.year, planned.id), plan.where.path)
            if other != plan.where.path:
                message = f"班次编号“{planned.id}”在 {other} 中已经用了"
                yield Finding(planned.where / "id", message, "请换一个编号，例如用本县（市、区）的拼音加序号")
