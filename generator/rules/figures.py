"""Figures of a delivery that contradict each other: no explanation makes them true."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import Repo
from generator.model.delivered import DeliveredClass, Evaluation
from generator.problem import Severity, Where
from generator.rule import Finding, rule
from generator.rules.deliveries import every_delivered
from generator.rules.wording import TAGS, spoken

SURVEY = {
    "content": "课程内容",
    "instructors": "授课水平",
    "organisation": "组织服务",
    "venue": "场地条件",
    "overall": "总体满意度",
    "awareness": "政策认知度",
    "recognition": "工作认可度",
}


@rule(
    "DE010",
    "人数不多于人次",
    wrong="people: 110\nperson_times: 109",
    right="people: 110\nperson_times: 640   # 每人各半天到班次数之和",
)
def people_and_times(repo: Repo) -> Iterator[Finding]:
    """人数是实到的人，一人一次；人次是到班的次数，每人至少一次，所以不会比人数少。"""
    for _, one in every_delivered(repo):
        if one.people > one.person_times:
            message = f"班次 {one.id} 培训 {one.people} 人，却只有 {one.person_times} 人次"
            yield Finding(one.where / "person_times", message, "请核对两个数是不是填反了")


@rule(
    "DE011",
    "各类人数不多于全班人数",
    wrong="people: 110\ntags: {high-tech: 111, …}",
    right="people: 110\ntags: {high-tech: 36, …}",
)
def tags_within(repo: Repo) -> Iterator[Finding]:
    """一人可属几类，各类相加可以超过总数，但哪一类都不会比全班人多。"""
    for _, one in every_delivered(repo):
        for tag, count in one.tags.items():
            if count > one.people:
                message = f"班次 {one.id} 的{TAGS[tag]} {count} 人，多于全班 {one.people} 人"
                yield Finding(one.where / "tags" / tag, message, "请核对该类人数和培训人数")


@rule(
    "DE012",
    "评估人数不多于全班人数",
    wrong="people: 110\nevaluation:\n  reaction: {overall: [0, 0, 7, 44, 60]}   # 合计 111",
    right="people: 110\nevaluation:\n  reaction: {overall: [0, 0, 6, 44, 60]}   # 合计 110",
)
def evaluated_within(repo: Repo) -> Iterator[Finding]:
    """问卷、测试和跟踪的人都来自本班，一人一份；份数比人多，说明填错或混进了别的班。"""
    for _, one in every_delivered(repo):
        for where, title, count in _asked(one.evaluation):
            if count > one.people:
                message = f"班次 {one.id} 的{title}有 {count} 人，多于全班 {one.people} 人"
                yield Finding(where, message, "请核对评估人数和培训人数")


def _asked(evaluation: Evaluation | None) -> Iterator[tuple[Where, str, int]]:
    if evaluation is None:
        return
    for item, counts in (evaluation.reaction or {}).items():
        yield evaluation.where / "reaction" / item, f"“{SURVEY[item]}”调查", sum(counts)
    if evaluation.learning is not None:
        yield evaluation.where / "learning" / "n", "训前训后测试", evaluation.learning.n
    if evaluation.behaviour is not None:
        yield evaluation.where / "behaviour" / "n", "行为跟踪", evaluation.behaviour.n


@rule(
    "DE013",
    "已应用的人数不多于跟踪的人数",
    wrong='behaviour: {date: "2022-07-20", n: 60, applied: 61}',
    right='behaviour: {date: "2022-07-20", n: 60, applied: 45}',
)
def applied_within(repo: Repo) -> Iterator[Finding]:
    """“已应用”是被问到的人里面用上所学的人，不会比问到的多。"""
    for _, one in every_delivered(repo):
        behaviour = one.evaluation.behaviour if one.evaluation else None
        if one.evaluation and behaviour and behaviour.applied > behaviour.n:
            message = f"班次 {one.id} 行为跟踪 {behaviour.n} 人，已应用却有 {behaviour.applied} 人"
            yield Finding(one.evaluation.where / "behaviour" / "applied", message, "请核对两个数")


@rule(
    "DE014",
    "结束日期不早于开班日期",
    wrong='from: "2022-05-19"\nto: "2022-05-17"',
    right='from: "2022-05-17"\nto: "2022-05-19"',
)
def start_before_end(repo: Repo) -> Iterator[Finding]:
    """两个日期写反了，天数、期限和每人每天的费用都算不出来。"""
    for record, one in every_delivered(repo):
        if one.end < one.start:
            message = f"班次 {one.id} 的结束日期{spoken(one.end, record.year)}早于开班日期{spoken(one.start, record.year)}"
            yield Finding(one.where / "to", message, "请核对开班日期和结束日期，是不是写反了")


@rule(
    "DE018",
    "实战学时不多于总学时",
    wrong="hours: {total: 12, practical: 13}",
    right="hours: {total: 12, practical: 4}",
)
def practical_within(repo: Repo) -> Iterator[Finding]:
    """实战学时是总学时的一部分。"""
    for _, one in every_delivered(repo):
        if one.hours.practical > one.hours.total:
            message = f"班次 {one.id} 实战 {one.hours.practical} 学时，多于总学时 {one.hours.total}"
            yield Finding(one.where / "hours" / "practical", message, "请核对两个学时数，总学时包括实战学时")


@rule(
    "DE019",
    "实际上过实战课程",
    clause="2.3.b 3.1.6",
    severity=Severity.WARNING,
    wrong="hours: {total: 12, practical: 0}",
    right="hours: {total: 12, practical: 2}",
)
def practical_taught(repo: Repo) -> Iterator[Finding]:
    """实战课程必选，实际没有上的要如实填 0；请审核人了解原因，安排补课。"""
    for _, one in every_delivered(repo):
        if not one.hours.practical:
            yield Finding(one.where / "hours" / "practical", f"班次 {one.id} 没有上实战课程", _ask(one))


def _ask(one: DeliveredClass) -> str:
    return "学时填漏的请补上；确实没有上的，请安排补课" if one.hours.total else "请补填学时"


@rule(
    "DE021",
    "行为跟踪在班次结束之后",
    wrong='to: "2022-05-19"\nevaluation:\n  behaviour: {date: "2022-05-19", …}',
    right='to: "2022-05-19"\nevaluation:\n  behaviour: {date: "2022-07-19", …}',
)
def followed_up_after(repo: Repo) -> Iterator[Finding]:
    """行为跟踪看学员回到岗位以后用没用上，不会在班次结束以前。"""
    for record, one in every_delivered(repo):
        behaviour = one.evaluation.behaviour if one.evaluation else None
        if one.evaluation and behaviour and behaviour.day <= one.end:
            message = (
                f"班次 {one.id} 的行为跟踪在{spoken(behaviour.day, record.year)}，"
                f"不晚于班次结束的{spoken(one.end, record.year)}"
            )
            yield Finding(one.evaluation.where / "behaviour" / "date", message, "请核对跟踪日期")
