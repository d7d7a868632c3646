"""Reports somebody would have written: the working group's research report, the bureaus' November summaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from generator.canonical import Order, scalar
from generator.demo.assessments import Site
from generator.demo.days import months_later, working
from generator.demo.province import Record
from generator.demo.results import Results
from generator.demo.season import Season

EARLY = "yichang"  # whose summary is in before the demo's today


def _text(front: Record, order: Order, paragraphs: Iterable[str]) -> bytes:
    fields = "".join(f"{key}: {scalar(front[key])}\n" for key in order)
    return ("---\n" + fields + "---\n\n" + "\n\n".join(paragraphs) + "\n").encode()


def research(
    season: Season, order: Order, sites: Sequence[Site], results: Mapping[str, Results]
) -> tuple[str, bytes]:
    """The working group's report on the year's assessment classes."""
    counts = [result.statistics for result in results.values()]
    total = {
        key: sum(one[key] for one in counts) for key in ("screened", "admitted", "sat", "resit", "certified")
    }
    last = max(sitting.last for site in sites for sitting in site.sittings)
    front = {
        "title": f"{season.year}年知识产权专员（考核）培训调研评估报告（示例）",
        "year": season.year,
        "owner": "group",
        "kind": "research",
        "author": "assessment-group",
        "date": str(working(months_later(last, 2) - timedelta(6), -1)),
        "clause": "3.2.6(6)",
    }
    lines = [
        f"- {season.province.short(site.prefecture)}考点：{len(site.sittings)} 个班，"
        f"认证 {sum(results[sitting.id].statistics['certified'] for sitting in site.sittings)} 人"
        for site in sites
    ]
    paragraphs = [
        "本报告为演示内容，数字来自演示数据。",
        "## 基本情况",
        f"全年举办考核班 {len(counts)} 个，参加遴选 {total['screened']} 人，录取 {total['admitted']} 人，"
        f"参加考试 {total['sat']} 人，其中 {total['resit']} 人参加补考，最终认证 {total['certified']} 人。",
        "\n".join(lines),
        "## 学员反映的问题",
        "检索式的编写和技术交底书的撰写仍是多数学员的难点；县域企业的学员希望实操环节多留时间。",
        "## 建议",
        "- 预科阶段增加一次上机练习\n- 考核班的研讨按产业链分组\n- 持证专员回县里担任助教",
    ]
    return f"data/reports/{season.year}/group/research.md", _text(front, order, paragraphs)


def summaries(
    season: Season, order: Order, deliveries: Mapping[str, Record]
) -> dict[str, tuple[date, bytes]]:
    """The bureaus' summaries that exist by now: when each was handed in, and its text."""
    found = {}
    for prefecture in season.province.prefectures:
        rng = season.rng("summary", prefecture)
        when = (
            season.on(11, 17)
            if prefecture == EARLY
            else working(season.on(11, 21) + timedelta(rng.randrange(11)))
        )
        if when + timedelta(1) <= season.until:
            path = f"data/reports/{season.year}/{prefecture}/summary.md"
            found[path] = when, _summary(season, order, prefecture, when, deliveries)
    return found


def _summary(
    season: Season, order: Order, prefecture: str, when: date, deliveries: Mapping[str, Record]
) -> bytes:
    name = season.province.short(prefecture)
    counties = season.province.in_prefecture(prefecture)
    own = [deliveries[county.code] for county in counties if county.code in deliveries]
    classes = [item for record in own for item in record["classes"]]
    people = sum(item["people"] for item in classes)
    front = {
        "title": f"{name}{season.year}年培训班次落实情况总结（示例）",
        "year": season.year,
        "owner": prefecture,
        "kind": "summary",
        "author": season.province.bureau(prefecture),
        "date": str(when),
        "clause": "4.5.c",
    }
    reasons = [
        f"- {item['text']}"
        for record in own
        for item in record["explanations"]
        if item["about"] == "trainees"
    ]
    paragraphs = [
        "本总结为演示内容，数字来自演示数据。",
        "## 落实情况",
        f"全市（州）{len(counties)} 个报送单位中，{len(own)} 个已办班，共 {len(classes)} 期、{people} 人。",
        "## 存在的问题",
        "\n".join(reasons) or "各县（市、区）均按计划完成。",
        "## 下一步",
        "做好训后回访，向考核培训推荐学员，并提前谋划下一年度班次。",
    ]
    return _text(front, order, paragraphs)
