"""Course design, exam blueprint, sealed papers, and what the group files before a class."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import Repo
from generator.model.training import AssessmentClass, InstructorList, Points
from generator.problem import Severity
from generator.register import late_days
from generator.rule import Finding, rule
from generator.rules.due import assessment_due, line_of, list_due
from generator.rules.tracks import PRACTICAL, submitted_on
from generator.rules.wording import listed, module, spoken


@rule(
    "AS008",
    "课程设计覆盖四知五会和实战课程",
    clause="3.2.5",
    severity=Severity.WARNING,
    wrong="design:\n  modules: [zhi-1, hui-1, shi-1]",
    right="design:\n  modules: [zhi-1, zhi-2, zhi-3, zhi-4, hui-1, hui-2, hui-3, hui-4, hui-5, shi-1, shi-2]",
)
def design_covers_modules(repo: Repo) -> Iterator[Finding]:
    """课程设计按四知五会能力标准，两个实战系统必考；“九门全覆盖”是本系统的理解，所以只提醒。"""
    for plan in repo.assessments:
        curriculum = repo.curricula.get(plan.year)
        every = [one.id for one in curriculum.modules] if curriculum else []
        missing = [name for name in every if name not in plan.design.modules]
        if missing:
            message = f"课程设计缺少{listed(module(repo, plan.year, name) for name in missing)}"
            remedy = "请补上这些课程；确有安排上的原因，请在课程设计的说明中写明"
            yield Finding(plan.where / "design" / "modules", message, remedy)


@rule(
    "AS009",
    "命题蓝图分值合计为满分",
    clause="3.2.5",
    wrong="practical:\n  - {module: shi-1, task: …, points: 60}\n  - {module: shi-2, task: …, points: 30}",
    right="practical:\n  - {module: shi-1, task: …, points: 60}\n  - {module: shi-2, task: …, points: 40}",
)
def blueprint_adds_up(repo: Repo) -> Iterator[Finding]:
    """理论和实操各是一份满分试卷，分值合计不对，合格线就没有意义。"""
    for plan in repo.assessments:
        full = repo.programmes[plan.year].assessment.paper_points.value
        parts = {"theory": plan.blueprint.theory, "practical": plan.blueprint.practical}
        for key, points in parts.items():
            total = sum(group.points for group in points)
            if total != full:
                title = {"theory": "理论", "practical": "实操"}[key]
                message = f"命题蓝图的{title}部分合计 {total} 分，应为 {full} 分"
                yield Finding(
                    plan.where / "blueprint" / key, message, f"请调整{title}各组分值，使合计为 {full} 分"
                )


@rule(
    "AS010",
    "实操考的是实战课程",
    clause="3.2.5",
    wrong="practical:\n  - {module: hui-1, task: …, points: 100}",
    right="practical:\n  - {module: shi-1, task: …, points: 60}\n  - {module: shi-2, task: …, points: 40}",
)
def practical_points(repo: Repo) -> Iterator[Finding]:
    """方案规定两个实战系统的操作为必考内容，实操分只能来自实战课程；别的课程放在理论部分考。"""
    for plan in repo.assessments:
        for group in plan.blueprint.practical:
            if not group.module.startswith(PRACTICAL):
                yield _not_practical(repo, plan.year, group)


def _not_practical(repo: Repo, year: int, group: Points) -> Finding:
    message = f"实操部分有 {group.points} 分考的是{module(repo, year, group.module)}，不是实战课程"
    return Finding(group.where / "module", message, "请改为 shi-1 或 shi-2，或把这组题移到理论部分")


@rule(
    "AS011",
    "考题以密封文件和摘要报送",
    clause="3.2.6(2)",
    wrong="# 班次 kaohe-yichang-1 没有 paper",
    right="paper:\n  file: data/sealed/2022/kaohe-yichang-1-paper.age\n  digest: 密封文件的 SHA-256 摘要",
)
def sealed_paper(repo: Repo) -> Iterator[Finding]:
    """考题要报审定，又绝不能明文入库：只登记密封文件的位置和摘要，审定后换过试卷就能看出来。"""
    for plan in repo.assessments:
        for one in plan.classes:
            yield from _paper(repo, one, f"data/sealed/{plan.year}/{one.id}-paper.age")


def _paper(repo: Repo, one: AssessmentClass, path: str) -> Iterator[Finding]:
    paper = one.paper
    if paper is None:
        message = f"班次 {one.id} 没有登记密封考题"
        yield Finding(one.where, message, f"请把考题密封为 {path}，并在 paper 中填写文件和摘要；不要提交明文")
    elif paper.file != path:
        message = f"班次 {one.id} 的密封考题写成 {paper.file}，应为 {path}"
        yield Finding(paper.where / "file", message, f"请把密封文件放到 {path}，并改正这里")
    elif path not in repo.paths:
        message = f"班次 {one.id} 登记的密封考题 {path} 不存在"
        yield Finding(paper.where / "file", message, "请把密封文件和方案一起提交；不要提交明文")
    elif repo.digests.get(path) not in {None, paper.digest}:
        message = f"班次 {one.id} 的密封考题与登记的摘要不符，文件的摘要是 {repo.digests[path]}"
        yield Finding(
            paper.where / "digest", message, "换过试卷的请改摘要并重新报审定；没有换过的请查明文件为何变动"
        )


@rule(
    "AS012",
    "考核方案按期报审定",
    clause="3.2.6(2)",
    severity=Severity.NOTICE,
    wrong="5月1日0时提交（期限4月30日）",
    right="4月30日23时59分提交",
)
def filed_in_time(repo: Repo) -> Iterator[Finding]:
    """期限之后提交的方案照常审定，但要写明迟了几天；按服务器收到的时刻算，审核慢不算迟报。"""
    for plan in repo.assessments:
        deadline = assessment_due(repo.programmes[plan.year])
        line = repo.first_filings.get(plan.where.path)
        late = late_days(line["submitted"], deadline.isoformat()) if line else 0
        if line is None or not late:
            continue
        submitted = submitted_on(line)
        message = (
            f"考核方案{spoken(submitted, plan.year)}提交，比期限{spoken(deadline, plan.year)}晚 {late} 天"
        )
        yield Finding(plan.where, message, "审定有效，不用改动；迟报天数已记入备案登记簿")


@rule(
    "AS013",
    "师资名单提前报备",
    clause="3.2.6(3)",
    severity=Severity.NOTICE,
    wrong="5月24日开班，5月18日提交师资名单",
    right="5月24日开班，5月17日提交师资名单",
)
def instructors_filed_ahead(repo: Repo) -> Iterator[Finding]:
    """师资名单要在开班前一周报备，按报备这个班的那一次提交算；临时换人仍然可以，所以只作提示。"""
    start_of = {(plan.year, one.id): one.start for plan in repo.assessments for one in plan.classes}
    for record in repo.instructor_lists:
        lines = repo.filings_of.get(record.where.path, ())
        asked = repo.programmes[record.year].assessment.instructor_list_days.value
        for one in record.classes:
            start = start_of.get((record.year, one.class_id))
            line = line_of(lines, list_due(repo.programmes[record.year], start)) if start else None
            if start is None or line is None or (start - submitted_on(line)).days >= asked:
                continue
            submitted = submitted_on(line)
            ahead = (start - submitted).days
            how = f"只提前 {ahead} 天" if ahead > 0 else "已经开班"
            message = (
                f"班次 {one.class_id} {spoken(start, record.year)}开班，"
                f"师资名单{spoken(submitted, record.year)}才提交，{how}，应提前 {asked} 天"
            )
            yield Finding(one.where, message, "备案有效，不用改动；下次请提前报送")


@rule(
    "AS014",
    "已办的考核班报过师资名单",
    clause="3.2.6(3)",
    wrong="# 实施情况里有班次 kaohe-yichang-1，师资名单里没有，也没有说明",
    right="explanations:\n  - {about: instructors, text: 主讲人突发疾病，开班当天换人，名单随后补报}",
)
def delivered_with_list(repo: Repo) -> Iterator[Finding]:
    """办完的班要么报过师资名单，要么说明为什么没报；说明了就不拦，如实说明比补造名单好。"""
    lists = {(record.year, record.base): record for record in repo.instructor_lists}
    for delivery in repo.assessment_deliveries:
        path = f"data/assessments/{delivery.year}/{delivery.base}/instructors.yml"
        if delivery.explains("instructors") or path in repo.unread:
            continue
        for one in delivery.classes:
            missing = _missing(repo, lists.get((delivery.year, delivery.base)), one.id)
            if missing:
                message = f"班次 {one.id} 已经办完，{missing}"
                remedy = "请补报师资名单，并在情况说明中写明未先报备的原因（about: instructors）"
                yield Finding(one.where, message, remedy)


def _missing(repo: Repo, record: InstructorList | None, class_id: str) -> str:
    """What is missing of the filed list of a class; empty where nothing is."""
    if record is None or all(one.class_id != class_id for one in record.classes):
        return "师资名单里没有这个班"
    if repo.latest_filings and record.where.path not in repo.latest_filings:
        return "师资名单还没有备案"
    return ""
