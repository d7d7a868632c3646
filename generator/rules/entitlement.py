"""The roster against the results it was computed from. Sealed: messages name numbers, never people or scores."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import Repo
from generator.model.candidates import Candidate, Candidates
from generator.problem import Severity
from generator.rule import Finding, rule
from generator.rules.classes import ClassKey
from generator.rules.holdings import Holding, each, holdings
from generator.rules.identity import Identity, identity
from generator.rules.once import once
from generator.rules.outcome import qualified

ByIdentity = dict[Identity, list[Candidate]]


@once
def _of_class(repo: Repo) -> dict[ClassKey, list[Holding]]:
    found: dict[ClassKey, list[Holding]] = {}
    for holding in each(holdings(repo)):
        found.setdefault(holding.class_key, []).append(holding)
    return found


def _who(candidate: Candidate) -> Identity:
    return identity(candidate.person.name, candidate.person.unit, candidate.county)


def _earned(repo: Repo, record: Candidates) -> list[Candidate]:
    assessment = repo.programmes[record.year].assessment
    return [candidate for candidate in record.candidates if qualified(candidate.result, assessment)]


@rule(
    "CE001",
    "名册就是全部合格的学员",
    clause="3.2.6(5)",
    sealed=True,
    wrong="# 成绩里 K003 完成学时、两部分都合格，名册里没有他的证书",
    right="# 完成学时、理论和实操都合格（含补考）的，名册里各有一张证书，别人没有",
)
def exactly_the_qualified(repo: Repo) -> Iterator[Finding]:
    """名册由成绩算出：完成学时、考试和实操都合格的发证，其他人不发；多一个少一个都是错。"""
    by_class = _of_class(repo)
    for record in repo.candidates:
        held = by_class.get((record.year, record.class_id), [])
        if held:
            yield from _compare(record, _earned(repo, record), held)


def _compare(record: Candidates, earned: list[Candidate], held: list[Holding]) -> Iterator[Finding]:
    waiting: ByIdentity = {}
    for candidate in earned:
        waiting.setdefault(_who(candidate), []).append(candidate)
    hidden = 0
    for holding in held:
        shown = holding.identities
        match = next((who for who in shown if waiting.get(who)), None)
        if match is not None:
            waiting[match].pop()
        elif shown and not holding.revoked:
            yield _unearned(record, earned, holding)
        elif not shown:
            hidden += 1
    missing = [candidate for candidates in waiting.values() for candidate in candidates]
    if not hidden:
        for candidate in missing:
            message = f"学员 {candidate.number} 已完成学时、两部分都合格，名册里没有证书"
            yield Finding(candidate.where / "number", message, "请省局重新生成名册，为该学员补发")
    elif hidden != len(missing):
        message = f"班次 {record.class_id} 合格 {len(earned)} 人，名册里有 {len(held)} 张证书（{hidden} 张已停止公开）"
        yield Finding(record.where / "candidates", message, "请省局核对停止公开的证书，重新生成名册")


def _unearned(record: Candidates, earned: list[Candidate], holding: Holding) -> Finding:
    shown, last = holding.identities, holding.events[-1]
    if twice := next((one for one in earned if _who(one) in shown), None):
        message = f"学员 {twice.number} 在名册里有两张不是换发的证书"
        return Finding(twice.where / "number", message, "请省局查明，撤销多发的一张")
    if candidate := next((one for one in record.candidates if _who(one) in shown), None):
        message = f"学员 {candidate.number} 没有完成学时或没有全部合格，名册里却有证书"
        remedy = "请核对成绩；确不合格的，请省局加一条撤销（revoked）事件"
        return Finding(candidate.where / "number", message, remedy)
    message = f"证书 {last.no} 的持证人不在班次 {record.class_id} 的学员记录里"
    remedy = "请核对姓名、单位和县区；名字有更正的，学员记录和换发事件要写得一样"
    return Finding(holding.events[0].where / "person", message, remedy)


@rule(
    "CE023",
    "合格的学员已发证",
    clause="3.2.6(5)",
    severity=Severity.NOTICE,
    sealed=True,
    wrong="# 班次 kaohe-yichang-1 有 4 人合格，名册里一张证书也没有",
    right="# 班次 kaohe-yichang-1 有 4 人合格，名册里有 4 张证书",
)
def not_yet_issued(repo: Repo) -> Iterator[Finding]:
    """基地报了成绩、省局还没有生成名册，是正常的中间状态，列出来以免忘记。"""
    by_class = _of_class(repo)
    for record in repo.candidates:
        count = len(_earned(repo, record))
        if count and (record.year, record.class_id) not in by_class:
            message = f"班次 {record.class_id} 有 {count} 人合格，还没有颁发证书"
            yield Finding(record.where / "class", message, "请省局生成名册")


@rule(
    "CA014",
    "名册里的人同意过公开",
    source="个人信息保护法第二十五条",
    sealed=True,
    wrong='# 名册里有这名学员的姓名和单位\nconsent: {processing: true, publication: false, date: "2022-04-10"}',
    right='consent: {processing: true, publication: true, date: "2022-04-10"}',
)
def publication_consent(repo: Repo) -> Iterator[Finding]:
    """公开姓名、单位要有本人单独同意，而且在发证以前；不同意的仍可发证，登记停止公开即可。"""
    by_class = _of_class(repo)
    for record in repo.candidates:
        issued = {
            who: holding.issued
            for holding in by_class.get((record.year, record.class_id), [])
            for who in holding.identities
        }
        for candidate in record.candidates:
            day, consent = issued.get(_who(candidate)), candidate.consent
            if day is None or (consent.publication and consent.day <= day):
                continue
            remedy = "请省局登记停止公开（withdrawn）并删去名册里的 person、salt、payload 和 signature；已有书面同意的，请改正这里"
            if consent.publication:
                message = f"学员 {candidate.number} 同意公开的日期晚于发证的日期"
                yield Finding(candidate.where / "consent" / "date", message, remedy)
            else:
                message = f"学员 {candidate.number} 没有同意公开，名册里却写着持证人"
                yield Finding(candidate.where / "consent" / "publication", message, remedy)
