"""The filing register against itself and against the records it speaks of."""

from __future__ import annotations

from collections.abc import Iterator

from generator import register
from generator.model import Line, Repo
from generator.problem import Severity, Where
from generator.register import FINDINGS, REMEDIES
from generator.rule import Finding, rule
from generator.rules.once import once

CLAUSE = "3.1.7(2)"
SEALED = ".age"


@once
def _contradictions(repo: Repo) -> dict[str, list[Finding]]:
    numbers = repo.dataset.numbers
    prefixes = {"filing": numbers.filing, "approval": numbers.approval}
    found: dict[str, list[Finding]] = {code: [] for code in FINDINGS}
    for year, index, field, code, message in register.verify(repo.filings, prefixes):
        found[code].append(Finding(_line(year, index) / field, message, REMEDIES[code]))
    return found


def _line(year: int, index: int) -> Where:
    return Where(f"data/filings/{year}.jsonl", (index,))


@rule(
    "FL001",
    FINDINGS["FL001"],
    clause=CLAUSE,
    wrong='{"seq":1,…}\n{"seq":3,…}',
    right='{"seq":1,…}\n{"seq":2,…}',
)
def numbered(repo: Repo) -> Iterator[Finding]:
    """序号断了，就有登记被抽走或插入。"""
    yield from _contradictions(repo)["FL001"]


@rule(
    "FL002",
    FINDINGS["FL002"],
    clause=CLAUSE,
    wrong='{"no":"示例备案登记 2022-0002","seq":1,…}',
    right='{"no":"示例备案登记 2022-0001","seq":1,…}',
)
def number_made_of_seq(repo: Repo) -> Iterator[Finding]:
    """回执上印着登记编号，一个编号只能查到一条登记。"""
    yield from _contradictions(repo)["FL002"]


@rule(
    "FL003",
    FINDINGS["FL003"],
    clause=CLAUSE,
    wrong='# data/filings/2022.jsonl\n{"year":2023,…}',
    right='# data/filings/2022.jsonl\n{"year":2022,…}',
)
def year_of_file(repo: Repo) -> Iterator[Finding]:
    """一年一本登记簿，按备案时刻归入，放错了编号就乱。"""
    yield from _contradictions(repo)["FL003"]


@rule(
    "FL004",
    FINDINGS["FL004"],
    clause=CLAUSE,
    wrong='{…,"hash":"14bb…"}\n{…,"prev":"0000…"}',
    right='{…,"hash":"14bb…"}\n{…,"prev":"14bb…"}',
)
def linked(repo: Repo) -> Iterator[Finding]:
    """每条记着前一条的摘要，删、插、换序都会断开；这样才证明登记簿没有动过。"""
    yield from _contradictions(repo)["FL004"]


@rule(
    "FL005",
    FINDINGS["FL005"],
    clause=CLAUSE,
    wrong="# 登记以后把 submitted 从4月1日改成3月31日",
    right="# 登记保持原样；要更正的另加一条",
)
def unaltered(repo: Repo) -> Iterator[Finding]:
    """摘要按整条内容算，改一个字就对不上。"""
    yield from _contradictions(repo)["FL005"]


@rule(
    "FL006",
    FINDINGS["FL006"],
    clause=CLAUSE,
    wrong='{"filed":"2022-03-22T15:00:00+08:00",…}\n{"filed":"2022-03-21T15:00:00+08:00",…}',
    right='{"filed":"2022-03-21T15:00:00+08:00",…}\n{"filed":"2022-03-22T15:00:00+08:00",…}',
)
def filed_in_order(repo: Repo) -> Iterator[Finding]:
    """登记按合并先后追加，时刻倒退说明有人补插或改了时间。"""
    yield from _contradictions(repo)["FL006"]


@rule(
    "FL007",
    FINDINGS["FL007"],
    clause=CLAUSE,
    wrong='{"submitted":"2022-03-21T15:00:01+08:00","filed":"2022-03-21T15:00:00+08:00",…}',
    right='{"submitted":"2022-03-21T15:00:00+08:00","filed":"2022-03-21T15:00:00+08:00",…}',
)
def submitted_first(repo: Repo) -> Iterator[Finding]:
    """先提交，审核后才备案；迟报按提交时刻算，这个时刻不能在备案以后。"""
    yield from _contradictions(repo)["FL007"]


@rule(
    "FL008",
    FINDINGS["FL008"],
    clause=CLAUSE,
    wrong='{"submitted":"2022-04-01T00:00:00+08:00","due":"2022-03-31","late_days":0,…}',
    right='{"submitted":"2022-04-01T00:00:00+08:00","due":"2022-03-31","late_days":1,…}',
)
def lateness(repo: Repo) -> Iterator[Finding]:
    """迟报天数由提交时刻和期限算出，记入评价，不能手工填。"""
    yield from _contradictions(repo)["FL008"]


@rule(
    "FL009",
    FINDINGS["FL009"],
    clause=CLAUSE,
    wrong='{"kind":"amendment","amends":"",…}',
    right='{"kind":"amendment","amends":"示例备案登记 2022-0001",…}',
)
def amends_itself(repo: Repo) -> Iterator[Finding]:
    """变更要指明变更哪一条，前后两份才能对照。"""
    yield from _contradictions(repo)["FL009"]


@rule(
    "FL010",
    FINDINGS["FL010"],
    clause=CLAUSE,
    wrong='{"kind":"plan","digest":"e16f…",…}\n{"kind":"amendment","digest":"e16f…",…}',
    right='{"kind":"plan","digest":"e16f…",…}\n{"kind":"amendment","digest":"9129…",…}',
)
def changes_something(repo: Repo) -> Iterator[Finding]:
    """内容没有变的不是变更，多登一条会让人以为改过。"""
    yield from _contradictions(repo)["FL010"]


@rule(
    "FL011",
    FINDINGS["FL011"],
    clause=CLAUSE,
    wrong='{"seq":1,"digest":"e16f…",…}\n{"seq":2,"digest":"e16f…",…}',
    right='{"seq":1,"digest":"e16f…",…}',
)
def filed_once(repo: Repo) -> Iterator[Finding]:
    """同一份内容一个编号，重复登记会发出两张回执。"""
    yield from _contradictions(repo)["FL011"]


@rule(
    "FL012",
    "登记的记录还在",
    clause=CLAUSE,
    wrong='# data/plans/2022/yichang/zigui.yml 已删去\n{"kind":"plan","record":"data/plans/2022/yichang/zigui.yml",…}',
    right='# 同上，另加一条撤回\n{"kind":"withdrawal","record":"data/plans/2022/yichang/zigui.yml",…}',
)
def record_exists(repo: Repo) -> Iterator[Finding]:
    """备过案的记录不能悄悄删去；确要撤回的，登记簿上要有撤回一条。"""
    for path, (where, line) in _last_lines(repo).items():
        if path not in repo.paths and line["kind"] != "withdrawal":
            message = f"“{line['no']}”登记的 {path} 已不存在，也没有撤回登记"
            yield Finding(where / "record", message, "请恢复该文件；确要撤回的，请由登记任务加一条撤回")


def _last_lines(repo: Repo) -> dict[str, tuple[Where, Line]]:
    return {
        line["record"]: (_line(year, index), line)
        for year in sorted(repo.filings)
        for index, line in enumerate(repo.filings[year])
    }


@rule(
    "FL013",
    "备案后改过的记录待备案",
    clause=CLAUSE,
    severity=Severity.NOTICE,
    wrong="# 备案以后，计划人数从 110 改成 120，还没有变更登记",
    right="# 变更登记的摘要就是现在文件的摘要",
)
def as_filed(repo: Repo) -> Iterator[Finding]:
    """改动合并以后由登记任务登记，在此之前以备案的版本为准；读不出的文件另有提示。"""
    for path, line in repo.latest_filings.items():
        digest = repo.digests.get(path, line["digest"])
        readable = path not in repo.unread or path.endswith(SEALED)
        if readable and line["kind"] != "withdrawal" and digest != line["digest"]:
            message = f"待备案：内容与“{line['no']}”登记的不同"
            yield Finding(Where(path), message, "不用手工改登记簿，合并后由登记任务登记变更；误改的请恢复")


@rule(
    "FL014",
    "培训计划已备案",
    clause=CLAUSE,
    severity=Severity.NOTICE,
    wrong="# data/plans/2022/yichang/zigui.yml 在登记簿里没有登记",
    right='{"kind":"plan","record":"data/plans/2022/yichang/zigui.yml",…}',
)
def plan_filed(repo: Repo) -> Iterator[Finding]:
    """计划合并后由登记任务登记才算备案；列出还没有登记的。"""
    yield from _unfiled(repo, tuple(plan.where.path for plan in repo.plans), "备案")


@rule(
    "FL015",
    "考核方案已审定",
    clause="3.2.6(2)",
    severity=Severity.NOTICE,
    wrong="# data/assessments/2022/yichang/plan.yml 在登记簿里没有登记",
    right='{"kind":"assessment","record":"data/assessments/2022/yichang/plan.yml",…}',
)
def assessment_filed(repo: Repo) -> Iterator[Finding]:
    """考核方案报省局办公室审定，合并后登记；列出还没有登记的。"""
    yield from _unfiled(repo, tuple(plan.where.path for plan in repo.assessments), "审定")


def _unfiled(repo: Repo, paths: tuple[str, ...], what: str) -> Iterator[Finding]:
    for path in paths:
        line = repo.latest_filings.get(path)
        if line is None or line["kind"] == "withdrawal":
            said = f"未{what}：登记簿里没有这份记录" if line is None else f"未{what}：已由“{line['no']}”撤回"
            yield Finding(Where(path), said, "不用手工改登记簿，合并后由登记任务登记")


@rule(
    "FL016",
    "登记的摘要与合并时的文件一致",
    clause=CLAUSE,
    wrong='{"merge":"4f1c…","digest":"e16f…",…}\n# 4f1c… 中该文件的摘要是 9129…',
    right='{"merge":"4f1c…","digest":"9129…",…}',
)
def as_merged(repo: Repo) -> Iterator[Finding]:
    """登记写明是哪一次合并，那一次合并里的文件就是备案的内容，谁都可以核对。撤回的登记写的是撤回前的内容，不比。"""
    for year in sorted(repo.filings):
        for index, line in enumerate(repo.filings[year]):
            digest = repo.merged.get((line["merge"], line["record"]), line["digest"])
            if digest != line["digest"] and line["kind"] != "withdrawal":
                message = f"“{line['no']}”登记的摘要与合并 {line['merge'][:12]} 中的文件不符，该文件的摘要是 {digest}"
                yield Finding(
                    _line(year, index) / "digest",
                    message,
                    "登记簿只增不改：请查明登记簿还是历史被改动，恢复原样",
                )
