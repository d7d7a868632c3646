"""What the roster's events say of each other: references, order, status and lawful deletion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from generator.model import Repo
from generator.model.certificates import Event
from generator.rule import Finding, rule
from generator.rules.classes import ClassKey
from generator.rules.holdings import GIVEN, each, events, given, holdings
from generator.rules.wording import spoken
from generator.sign import CLEAR

EVENTS = {
    "issued": "颁发",
    "reissued": "换发",
    "revoked": "撤销",
    "restored": "恢复",
    "withdrawn": "停止公开",
}
ERASE = "请删去这条事件的 person、salt、payload 和 signature，其他内容不动"
STATUSES = {"valid": "现在有效", "revoked": "已撤销", "replaced": "已换发", "withdrawn": "已停止公开"}
HOLDER = {"person": "持证人（person）", "salt": "盐（salt）"}


@rule(
    "CE009",
    "换发的证书写明替换哪一张",
    wrong='- {event: reissued, "no": ZSCQZY-42-2022-YC-0005-3, …}',
    right='- {event: reissued, "no": ZSCQZY-42-2022-YC-0005-3, …, supersedes: ZSCQZY-42-2022-YC-0002-9}',
)
def supersedes(repo: Repo) -> Iterator[Finding]:
    """换发用新编号，旧编号随之失效；不写旧编号，一个人就有两张有效的证书。"""
    known, seen = {"", *(event.no for _, event in given(repo))}, set[str]()
    for _, event in given(repo):
        if event.event == "reissued" and event.supersedes in known and event.supersedes not in seen:
            said = (
                f"写的旧证书 {event.supersedes} 在它之前没有颁发过"
                if event.supersedes
                else "没有写旧证书编号"
            )
            message = f"换发的证书 {event.no} {said}"
            where = event.where / ("supersedes" if event.supersedes else "no")
            yield Finding(where, message, "请在 supersedes 写上被换发的旧证书编号")
        seen.add(event.no)


@rule(
    "CE012",
    "停止公开后不留个人信息",
    source="个人信息保护法第四十七条",
    wrong='- {seq: 1, event: issued, "no": …0001-B, person: {name: 王示例, …}, salt: …, payload: …}\n'
    '- {seq: 6, event: withdrawn, "no": …0001-B, …}',
    right='- {seq: 1, event: issued, "no": …0001-B, …}   # person、salt、payload、signature 已删去\n'
    '- {seq: 6, event: withdrawn, "no": …0001-B, …}',
)
def erased(repo: Repo) -> Iterator[Finding]:
    """本人要求停止公开后，姓名、单位、县区、盐和签名内容（里面有姓名）都要从所有事件里删去，换发前后的也算。"""
    for holding in each(holdings(repo)):
        for event in holding.events if holding.withdrawn else ():
            field = next((name for name in CLEAR if getattr(event, name)), "")
            if field:
                message = f"证书 {event.no} 已停止公开，第 {event.seq} 条事件（{EVENTS[event.event]}）还留有个人信息"
                yield Finding(event.where / field, message, ERASE)


@rule(
    "CE016",
    "同一证书的事件日期不倒退",
    wrong='- {event: issued, …, issued: "2022-07-01"}\n- {event: revoked, …, issued: "2022-06-30"}',
    right='- {event: issued, …, issued: "2022-07-01"}\n- {event: revoked, …, issued: "2022-07-01"}',
)
def in_order(repo: Repo) -> Iterator[Finding]:
    """先颁发，后换发、撤销；后一条事件的日期早于前一条，就说不清某一天证书是否有效。"""
    for holding in each(holdings(repo)):
        latest = date.min
        for event in holding.events:
            if event.issued < latest:
                message = (
                    f"证书 {event.no} 的{EVENTS[event.event]}日期{spoken(event.issued, holding.year)}"
                    f"早于前一条事件的{spoken(latest, holding.year)}"
                )
                yield Finding(event.where / "issued", message, "请核对日期")
            latest = max(latest, event.issued)


@rule(
    "CE017",
    "事件指向已颁发的证书",
    wrong='- {event: revoked, "no": ZSCQZY-42-2022-YC-0099-V, …}   # 名册里没有这个编号',
    right='- {event: revoked, "no": ZSCQZY-42-2022-YC-0001-B, …}',
)
def of_an_issued(repo: Repo) -> Iterator[Finding]:
    """撤销、恢复、停止公开只能针对以前颁发或换发过的证书。"""
    seen: set[str] = set()
    for _, event in events(repo):
        if event.event in GIVEN:
            seen.add(event.no)
        elif event.no not in seen:
            message = f"要{EVENTS[event.event]}的证书 {event.no} 在它之前没有颁发过"
            yield Finding(event.where / "no", message, "请核对证书编号")


@rule(
    "CE018",
    "事件与证书当时的状态相合",
    wrong='- {event: revoked, "no": …0001-B, …}\n- {event: reissued, "no": …0005-3, supersedes: …0001-B, …}',
    right='- {event: revoked, "no": …0001-B, …}\n- {event: restored, "no": …0001-B, …}\n'
    '- {event: reissued, "no": …0005-3, supersedes: …0001-B, …}',
)
def fitting(repo: Repo) -> Iterator[Finding]:
    """撤销的要先恢复才能换发，换发过的旧证书不再变动，停止公开只登记一次；否则现状说不清。"""
    status: dict[str, str] = {}
    hidden: set[str] = set()
    for _, event in events(repo):
        target = event.supersedes if event.event == "reissued" else event.no
        if found := _unfitting(event, status.get(target), target in hidden):
            again = "" if found == "valid" else "再"
            message = f"证书 {target} {STATUSES[found]}，不能{again}{EVENTS[event.event]}"
            yield Finding(event.where / "event", message, _remedy(found))
        if event.event == "withdrawn":
            hidden.add(target)
        elif event.event == "reissued":
            status[target] = "replaced"
        if event.event != "withdrawn":
            status[event.no] = "revoked" if event.event == "revoked" else "valid"


def _unfitting(event: Event, status: str | None, hidden: bool) -> str:
    """The status that forbids the event, or "" where it fits or the number is unknown."""
    if status is None or event.event == "issued":
        return ""
    if status == "replaced":
        return status
    if event.event == "withdrawn":
        return "withdrawn" if hidden else ""
    if event.event == "reissued" and hidden:
        return "withdrawn"
    return "" if status == ("revoked" if event.event == "restored" else "valid") else status


def _remedy(status: str) -> str:
    return {
        "valid": "请核对编号；没有撤销过的不用恢复",
        "revoked": "请核对编号；撤销有误的，先加一条恢复（restored）事件",
        "replaced": "请改为现在有效的新编号",
        "withdrawn": "请核对编号；停止公开只登记一次，停止公开的证书不换发",
    }[status]


@rule(
    "CE019",
    "同一编号的查验码不变",
    wrong='- {event: issued, "no": …0001-B, token: 0gvn…}\n- {event: revoked, "no": …0001-B, token: qs3w…}',
    right='- {event: issued, "no": …0001-B, token: 0gvn…}\n- {event: revoked, "no": …0001-B, token: 0gvn…}',
)
def same_token(repo: Repo) -> Iterator[Finding]:
    """证书上印着查验码，后来的事件要用同一个，查验页才找得到它。"""
    tokens: dict[str, str] = {}
    for _, event in events(repo):
        token = tokens.setdefault(event.no, event.token)
        if event.event not in GIVEN and event.token != token:
            message = f"证书 {event.no} 的{EVENTS[event.event]}事件与颁发时的查验码不同"
            yield Finding(event.where / "token", message, "请照抄颁发（换发）事件的查验码")


@rule(
    "CE020",
    "同一证书的班次不变",
    wrong='- {event: issued, "no": …0002-9, class: kaohe-yichang-1, …}\n'
    "- {event: reissued, supersedes: …0002-9, class: kaohe-yichang-2, …}",
    right='- {event: issued, "no": …0002-9, class: kaohe-yichang-1, …}\n'
    "- {event: reissued, supersedes: …0002-9, class: kaohe-yichang-1, …}",
)
def same_class(repo: Repo) -> Iterator[Finding]:
    """证书是某个考核班的结果，换发、撤销都不改变班次，统计才不会错位。"""
    for holding in each(holdings(repo)):
        first = holding.events[0].class_id
        for event in holding.events:
            if event.class_id != first:
                message = (
                    f"证书 {event.no} 的{EVENTS[event.event]}事件写班次 {event.class_id}，颁发时是 {first}"
                )
                yield Finding(event.where / "class", message, f"请改为 {first}")


@rule(
    "CE021",
    "换发、撤销等写明原因",
    wrong='- {event: revoked, "no": ZSCQZY-42-2022-YC-0001-B, …}',
    right='- {event: revoked, "no": ZSCQZY-42-2022-YC-0001-B, …, reason: 冒名参加考核}',
)
def reasoned(repo: Repo) -> Iterator[Finding]:
    """改变证书状态要有理由，查验页和年度报告都会写上。"""
    for _, event in events(repo):
        if event.event != "issued" and not event.reason:
            message = f"证书 {event.no} 的{EVENTS[event.event]}没有写原因"
            yield Finding(event.where / "event", message, "请写明原因类别（reason），不写个人情况")


@rule(
    "CE022",
    "没有停止公开的证书写明持证人",
    wrong='- {event: issued, "no": …0001-B, …}   # 没有 person 和 salt，后面也没有停止公开事件',
    right='- {event: issued, "no": …0001-B, …, person: {…}, salt: …}',
)
def has_holder(repo: Repo) -> Iterator[Finding]:
    """颁发和换发要写持证人和盐；只有登记过停止公开的才可以删去，悄悄删去的查不出是谁的证书。"""
    for holding in each(holdings(repo)):
        for event in holding.events:
            missing = [title for name, title in HOLDER.items() if not getattr(event, name)]
            if missing and event.event in GIVEN and not holding.withdrawn:
                message = (
                    f"证书 {event.no} 的{EVENTS[event.event]}事件没有 {'、'.join(missing)}，也没有停止公开"
                )
                yield Finding(
                    event.where / "event",
                    message,
                    "请恢复持证人和盐；本人要求删除的，请加一条停止公开（withdrawn）事件",
                )


@rule(
    "CE024",
    "认证人数与名册相符",
    wrong="# data/statistics/2022.yml\n- {class: kaohe-yichang-1, …, certified: 5}   # 名册里颁发 4 张",
    right="# data/statistics/2022.yml\n- {class: kaohe-yichang-1, …, certified: 4}",
)
def statistics_agree(repo: Repo) -> Iterator[Finding]:
    """统计里的认证人数等于名册里颁发的证书数，换发不重复算，撤销的可算可不算；两个数都对外公布，不能打架。"""
    issued: Counter[ClassKey] = Counter()
    valid: Counter[ClassKey] = Counter()
    for holding in each(holdings(repo)):
        issued[holding.class_key] += 1
        valid[holding.class_key] += not holding.revoked
    for record in repo.of("statistics"):
        for one in record.classes:
            key = record.year, one.class_id
            if record.year in repo.rosters and not valid[key] <= one.certified <= issued[key]:
                revoked = f"（其中撤销 {issued[key] - valid[key]} 张）" if issued[key] > valid[key] else ""
                message = f"班次 {one.class_id} 的统计写认证 {one.certified} 人，名册里颁发 {issued[key]} 张证书{revoked}"
                yield Finding(one.where / "certified", message, "请省局重新生成统计和名册，不要手工改数")
