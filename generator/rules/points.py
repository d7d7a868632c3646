"""Points: events of certified people that may count, held against the certificate and the standard."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import Repo
from generator.model.certificates import Achievement, Archive, PointsRow
from generator.problem import Severity
from generator.rule import Finding, rule
from generator.rules.holdings import Holding, holdings
from generator.rules.wording import listed, spoken

EVIDENCE = {
    "contract": "合同及备案",
    "settlement": "调解书、和解协议或执行文书",
    "photos-signin": "照片和签到表",
    "document": "文件或证书",
}


def _each(repo: Repo) -> Iterator[tuple[Archive, Achievement]]:
    for archive in repo.of("archive"):
        for event in archive.events:
            yield archive, event


def _held(repo: Repo) -> Iterator[tuple[Archive, Achievement, Holding]]:
    by_number = holdings(repo)
    for archive, event in _each(repo):
        if event.no in by_number:
            yield archive, event, by_number[event.no]


def _rows(repo: Repo) -> dict[tuple[int, str], PointsRow]:
    return {(standard.year, row.id): row for standard in repo.of("points") for row in standard.rows}


@rule(
    "PT001",
    "计分事件在发证之后",
    clause="2.4.1.c",
    wrong='# 2022年7月1日发证\n- {"no": …0001-B, date: "2022-06-30", …}',
    right='# 2022年7月1日发证\n- {"no": …0001-B, date: "2022-07-01", …}',
)
def after_certification(repo: Repo) -> Iterator[Finding]:
    """积分评价的是成为专员以后的工作，发证以前的不计；换发的按第一次发证算。"""
    for archive, event, holding in _held(repo):
        if event.day < holding.issued:
            message = (
                f"证书 {event.no} 的计分事件在{spoken(event.day, archive.year)}，"
                f"早于发证的{spoken(holding.issued, archive.year)}"
            )
            yield Finding(event.where / "date", message, "请核对日期；发证以前的事请删去")


@rule(
    "PT002",
    "证明材料是该行认可的",
    clause="2.4.1.c",
    wrong="# transfer 一行认可 contract（合同及备案）\n- {row: transfer, evidence: photos-signin, …}",
    right="- {row: transfer, evidence: contract, …}",
)
def evidence_accepted(repo: Repo) -> Iterator[Finding]:
    """积分标准每一行写明认可哪类证明；材料不对，核实的人就没有看到应看的东西。"""
    rows = _rows(repo)
    for archive, event in _each(repo):
        row = rows.get((archive.year, event.row))
        if row is not None and event.evidence not in row.evidence:
            wanted = listed(f"{EVIDENCE[name]}（{name}）" for name in row.evidence)
            message = f"证书 {event.no} 的“{row.title}”用{EVIDENCE[event.evidence]}证明，标准认可的是{wanted}"
            yield Finding(event.where / "evidence", message, "请换成认可的材料；没有的请删去这一事件")


@rule(
    "PT003",
    "同一人同一材料只计一次",
    clause="2.4.1.c",
    wrong='- {"no": …0001-B, row: transfer, reference: 示例合同-0001, …}\n'
    '- {"no": …0001-B, row: dispute, reference: 示例合同-0001, …}',
    right='- {"no": …0001-B, row: transfer, reference: 示例合同-0001, …}\n'
    '- {"no": …0001-B, row: transfer, reference: 示例合同-0002, …}',
)
def counted_once(repo: Repo) -> Iterator[Finding]:
    """一份材料只计一次分，换一行、换一年、换发新证书后再报都算重复。"""
    seen: set[tuple[str, str]] = set()
    for _, event, holding in _held(repo):
        key = holding.events[0].no, event.reference
        if key in seen:
            message = f"证书 {event.no} 的证明材料“{event.reference}”已经计过一次"
            yield Finding(
                event.where / "reference",
                message,
                "请删去重复的一条；确是另一份材料的，请把编号写完整以便区分",
            )
        seen.add(key)


@rule(
    "PT004",
    "证书撤销期间不计分",
    clause="2.4.1.c",
    wrong='# 2022年9月1日撤销\n- {"no": …0001-B, date: "2022-09-01", …}',
    right='# 2022年9月1日撤销\n- {"no": …0001-B, date: "2022-08-31", …}',
)
def not_while_revoked(repo: Repo) -> Iterator[Finding]:
    """撤销以后不再是专员，恢复以前的事不计分。"""
    for archive, event, holding in _held(repo):
        if holding.revoked_on(event.day):
            message = f"证书 {event.no} 在{spoken(event.day, archive.year)}已撤销，这一天的事件不能计分"
            yield Finding(event.where / "date", message, "请核对日期和证书编号；撤销期间的事请删去")


@rule(
    "PT005",
    "计分事件已经发生",
    clause="2.4.1.c",
    severity=Severity.WARNING,
    wrong='# 今天是 2022年11月20日\n- {date: "2022-11-21", …}',
    right='# 今天是 2022年11月20日\n- {date: "2022-11-20", …}',
)
def happened(repo: Repo) -> Iterator[Finding]:
    """将来的事还没有证明材料，多半是日期填错了。"""
    for archive, event in _each(repo):
        if event.day > repo.as_of:
            today = spoken(repo.as_of, archive.year)
            message = f"证书 {event.no} 的计分事件在{spoken(event.day, archive.year)}，今天是{today}"
            yield Finding(event.where / "date", message, "请核对日期")


@rule(
    "PT006",
    "几个人用同一材料计同一行",
    clause="2.4.1.c",
    severity=Severity.WARNING,
    wrong='- {"no": …0001-B, row: transfer, reference: 示例合同-0001, …}\n'
    '- {"no": …0003-7, row: transfer, reference: 示例合同-0001, …}',
    right='- {"no": …0001-B, row: transfer, reference: 示例合同-0001, …}\n'
    '- {"no": …0003-7, row: transfer, reference: 示例合同-0002, …}',
)
def shared_evidence(repo: Repo) -> Iterator[Finding]:
    """两个人凭一份材料计同一种分，可能是合办，也可能是重复申报；标准没有写，请审核人判断。"""
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    for _, event, holding in _held(repo):
        first = holding.events[0].no
        other, number = seen.setdefault((event.row, event.reference), (first, event.no))
        if other != first:
            message = f"证书 {event.no} 和证书 {number} 用同一证明材料“{event.reference}”计同一行"
            yield Finding(
                event.where / "reference", message, "请核实由谁计分；不是同一份材料的，请把编号写完整"
            )


@rule(
    "PT007",
    "计分事件在档案的年度内",
    clause="2.4.1.c",
    wrong='# data/archive/2022/yichang.yml\n- {date: "2023-01-01", …}',
    right='# data/archive/2022/yichang.yml\n- {date: "2022-12-31", …}',
)
def in_year(repo: Repo) -> Iterator[Finding]:
    """积分按年度的标准算，事件放在发生那一年的档案里。"""
    for archive, event in _each(repo):
        if event.day.year != archive.year:
            message = f"证书 {event.no} 的计分事件在{spoken(event.day, archive.year)}，不在 {archive.year} 年"
            remedy = f"请移到 data/archive/{event.day.year}/{archive.prefecture}.yml，或改正日期"
            yield Finding(event.where / "date", message, remedy)
