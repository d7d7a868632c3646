"""Results and resits, and the counts made of them. Sealed: messages name numbers, never people or scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from generator.model import Repo
from generator.model.candidates import Candidate, Candidates, ClassStatistics, Result
from generator.model.programme import Assessment
from generator.rule import Finding, rule
from generator.rules.classes import assessment_classes, assessment_days, delivered_assessment
from generator.rules.outcome import PARTS, admitted, first_scores, pass_marks, passed_first, qualified
from generator.rules.wording import spoken

COUNTS = {
    "screened": "参加遴选",
    "admitted": "录取",
    "sat": "参加考试",
    "passed": "首考合格",
    "resit": "参加补考",
    "certified": "认证",
}


def _results(repo: Repo) -> Iterator[tuple[Candidates, Candidate, Result]]:
    for record in repo.candidates:
        for candidate in record.candidates:
            if candidate.result is not None:
                yield record, candidate, candidate.result


@rule(
    "CA005",
    "只补考首次未合格的部分",
    clause="3.2.6(5)",
    sealed=True,
    wrong="result:\n  theory: 60\n  practical: 55\n  resits:\n    - {part: theory, …}",
    right="result:\n  theory: 60\n  practical: 55\n  resits:\n    - {part: practical, …}",
)
def only_failed_part(repo: Repo) -> Iterator[Finding]:
    """补考是给未通过的学员的机会；首次已经合格的部分不能再考一次。"""
    for record, candidate, result in _results(repo):
        marks = pass_marks(repo.programmes[record.year].assessment)
        first = first_scores(result)
        for resit in result.resits:
            if first[resit.part] >= marks[resit.part]:
                message = (
                    f"学员 {candidate.number} 的{PARTS[resit.part]}首次已合格，不应有{PARTS[resit.part]}补考"
                )
                yield Finding(resit.where / "part", message, "请核对补考的是哪一部分；登记错的请改正或删去")


@rule(
    "CA006",
    "成绩不超过试卷总分",
    sealed=True,
    wrong="result: {hours: 24, theory: 101, practical: 90}",
    right="result: {hours: 24, theory: 100, practical: 90}",
)
def score_in_range(repo: Repo) -> Iterator[Finding]:
    """超过总分的成绩一定是录错了，多半多按了一位。"""
    for record, candidate, result in _results(repo):
        most = repo.programmes[record.year].assessment.paper_points.value
        scores = [(result.where / part, PARTS[part], score) for part, score in first_scores(result).items()]
        scores += [
            (resit.where / "score", f"{PARTS[resit.part]}补考", resit.score) for resit in result.resits
        ]
        for where, part, score in scores:
            if score > most:
                message = f"学员 {candidate.number} 的{part}成绩超过试卷总分 {most} 分"
                yield Finding(where, message, "请按原始成绩单改正")


@rule(
    "CA007",
    "完成学时不超过授课学时",
    sealed=True,
    wrong="# 本班共授课 24 学时\nresult: {hours: 25, …}",
    right="# 本班共授课 24 学时\nresult: {hours: 24, …}",
)
def hours_taught(repo: Repo) -> Iterator[Finding]:
    """学员完成的学时不可能比班里上过的课还多；有实施记录的按实施记录算，没有的按课程安排算。"""
    taught = {
        key: sum(lesson.hours for lesson in one.sessions) for key, one in assessment_classes(repo).items()
    }
    taught |= {key: one.hours.total for key, one in delivered_assessment(repo).items()}
    for record, candidate, result in _results(repo):
        most = taught.get((record.year, record.class_id))
        if most is not None and result.hours > most:
            message = f"学员 {candidate.number} 的完成学时超过本班授课的 {most} 学时"
            yield Finding(
                result.where / "hours", message, "请按签到记录改正；实施记录的学时填少了的，请改实施记录"
            )


@rule(
    "CA008",
    "补考次数不超过规定",
    clause="3.2.6(5)",
    sealed=True,
    wrong="resits:\n  - {part: theory, …}\n  - {part: theory, …}",
    right="resits:\n  - {part: theory, …}",
)
def resit_once(repo: Repo) -> Iterator[Finding]:
    """方案只给一次补考机会，仍不合格的不发证书；理论和实操都未合格的，各补考一次。"""
    for record, candidate, result in _results(repo):
        most = repo.programmes[record.year].assessment.resits.value
        times: Counter[str] = Counter()
        for resit in result.resits:
            times[resit.part] += 1
            if times[resit.part] == most + 1:
                message = f"学员 {candidate.number} 的{PARTS[resit.part]}补考多于 {most} 次"
                yield Finding(resit.where / "part", message, "请删去多出的补考；补考后仍不合格的不发证书")


@rule(
    "CA012",
    "有成绩的学员是录取的学员",
    clause="2.2.2.b",
    sealed=True,
    wrong="- number: K001\n  screening: {decision: declined, …}\n  result: {hours: 24, …}",
    right="- number: K001\n  screening: {decision: admitted, …}\n  result: {hours: 24, …}",
)
def result_of_admitted(repo: Repo) -> Iterator[Finding]:
    """参加考核的人由遴选确定；没有遴选结论或没有录取的人不应有成绩。"""
    for _, candidate, result in _results(repo):
        if not admitted(candidate):
            why = "没有遴选结论" if candidate.screening is None else "没有被录取"
            message = f"学员 {candidate.number} 有成绩，但{why}"
            yield Finding(result.where, message, "请补录或改正遴选结论；没有录取的请删去成绩")


@rule(
    "CA015",
    "补考在开班之后",
    sealed=True,
    wrong='# 5月24日开班\nresits:\n  - {part: theory, score: 66, date: "2022-05-23"}',
    right='# 5月24日开班\nresits:\n  - {part: theory, score: 66, date: "2022-06-20"}',
)
def resit_after_start(repo: Repo) -> Iterator[Finding]:
    """补考在首次考试之后，不可能早于开班；早于开班的日期一定是填错了。"""
    days = assessment_days(repo)
    for record, candidate, result in _results(repo):
        known = days.get((record.year, record.class_id))
        for resit in result.resits:
            if known is not None and resit.day < known[0]:
                message = f"学员 {candidate.number} 的补考日期早于开班日期{spoken(known[0], record.year)}"
                yield Finding(resit.where / "date", message, "请核对补考日期")


@rule(
    "CA017",
    "考核统计与成绩相符",
    sealed=True,
    wrong="- {class: kaohe-yichang-1, …, sat: 6, …}   # 成绩里有 5 人",
    right="- {class: kaohe-yichang-1, …, sat: 5, …}",
)
def statistics_agree(repo: Repo) -> Iterator[Finding]:
    """统计由系统从成绩算出；成绩改过而统计没有重算，对外公布的数就不对。"""
    stated: dict[tuple[int, str], ClassStatistics] = {
        (record.year, one.class_id): one for record in repo.of("statistics") for one in record.classes
    }
    for record in repo.candidates:
        one = stated.get((record.year, record.class_id))
        if one is None:
            continue
        for name, count in counted(record, repo.programmes[record.year].assessment).items():
            if getattr(one, name) != count:
                message = f"班次 {one.class_id} 的统计写{COUNTS[name]} {getattr(one, name)} 人，从成绩算出 {count} 人"
                yield Finding(one.where / name, message, "请省局重新生成统计，不要手工改数")


def counted(record: Candidates, assessment: Assessment) -> dict[str, int]:
    """A class's statistics, computed from its results."""
    people = record.candidates
    results = [one.result for one in people if one.result is not None]
    return {
        "screened": sum(one.screening is not None for one in people),
        "admitted": sum(admitted(one) for one in people),
        "sat": len(results),
        "passed": sum(passed_first(result, assessment) for result in results),
        "resit": sum(bool(result.resits) for result in results),
        "certified": sum(qualified(result, assessment) for result in results),
    }
