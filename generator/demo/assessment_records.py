"""What the working group files of a site: the assessment plan with its blueprint, the instructor list."""

from __future__ import annotations

from datetime import date, timedelta

from generator.demo.assessments import Site
from generator.demo.chance import Chance, share_out
from generator.demo.province import AREA_CODES, Record
from generator.demo.season import Season
from generator.demo.staff import NINE, PRACTICAL

TYPES = ("single", "multiple", "judge", "case", "writing")
TASKS = {
    "shi-1": (
        "在新一代专利检索与分析系统中完成一次查新检索并导出结果",
        "用分析模块做出申请人和技术构成两张图",
        "写出检索式并说明查全查准的取舍",
    ),
    "shi-2": (
        "在“知慧桥”中为给定需求匹配三件专利并说明理由",
        "在“知慧桥”中登记一条企业技术需求",
        "在“知慧桥”中完成一次供需对接的全部步骤",
    ),
}
NOTES = ("", "每天下午最后一学时为分组研讨", "研讨以学员带来的本单位案例为主", "实操考核在机房分两组进行")


def plan_record(season: Season, site: Site, papers: dict[str, tuple[str, str]]) -> Record:
    """A site's assessment plan; `papers` gives each class's sealed paper and its digest."""
    rng = season.rng("design", site.code)
    classes = []
    for sitting in site.sittings:
        file, digest = papers[sitting.id]
        classes.append({**sitting.record, "paper": {"file": file, "digest": digest}})
    return {
        "base": site.base,
        "year": season.year,
        "contact": {"office": "教务办", "landline": AREA_CODES[site.prefecture]},
        "classes": classes,
        "design": {
            "modules": [*NINE, *PRACTICAL],
            "methods": ["teaching", "discussion", "assessment"],
            "note": rng.choice(NOTES),
        },
        "blueprint": _blueprint(rng, season.threshold("assessment", "paper_points")),
    }


def _blueprint(rng: Chance, points: int) -> Record:
    theory = share_out(points, [rng.randint(8, 14) for _ in NINE])
    tasks = [(module, task) for module in PRACTICAL for task in rng.some(TASKS[module], rng.randint(1, 2))]
    practical = share_out(points, [rng.randint(20, 40) for _ in tasks])
    return {
        "theory": [
            {"module": module, "type": rng.choice(TYPES), "points": count}
            for module, count in zip(NINE, theory, strict=True)
        ],
        "practical": [
            {"module": module, "task": task, "points": count}
            for (module, task), count in zip(tasks, practical, strict=True)
        ],
    }


def list_record(season: Season, site: Site, *, late: bool) -> Record:
    """A site's instructor list."""
    note = "原定一名师资临时出差，名单推迟报送" if late else ""
    return {
        "base": site.base,
        "year": season.year,
        "classes": [
            {"class": sitting.id, "instructors": sitting.instructors}
            | ({"note": note} if note and not index else {})
            for index, sitting in enumerate(site.sittings)
        ],
    }


def confirmations(season: Season, every: list[Site]) -> dict[str, date]:
    """When the office confirmed each assessment instructor: before the first class he or she teaches."""
    first: dict[str, date] = {}
    for sitting in (sitting for site in every for sitting in site.sittings):
        for identity in sitting.instructors:
            first[identity] = min(first.get(identity, date.max), sitting.first)
    rng = season.rng("confirmations")
    return {
        identity: max(season.on(4, 11), when - timedelta(rng.randint(12, 25)))
        for identity, when in sorted(first.items())
    }
