"""Every signature in the roster, by the published keys."""

from __future__ import annotations

from collections.abc import Iterator

from generator.audit.finding import finding
from generator.audit.material import Material, Progress, certified
from generator.derive.roster import Standing
from generator.model.certificates import Event
from generator.problem import Problem
from generator.signature.published import COMPROMISED
from generator.signature.verification import Answer, Outcome, verify

RESTORE = "请查明原因，用备份或登记过的版本恢复名册"


def untrue(material: Material, progress: Progress | None) -> Iterator[Problem]:
    """AU001 for a signature that is not genuine, AU002 for a listed certificate of a key in other hands."""
    repo = material.repo
    keys = [key for record in repo.of("keys") for key in record.keys]
    every = list(certified(repo).values())
    for done, one in enumerate(every, 1):
        event = one.event
        if event.payload and event.signature:
            answer = verify(event.payload, event.signature, keys, repo.as_of)
            yield from _said(event, answer, listed=one.standing is Standing.LISTED)
        if progress is not None:
            progress(done, len(every))


def _said(event: Event, answer: Answer, *, listed: bool) -> Iterator[Problem]:
    if answer.genuine:
        return
    where = event.where / "signature"
    if (
        answer.outcome is Outcome.KEY_NOT_VALID
        and answer.key is not None
        and answer.key.reason == COMPROMISED
    ):
        if listed:
            message = f"证书 {event.no} 是用密钥 {answer.key.id} 签的，这把密钥已泄露，签名不算数"
            yield finding(where, "AU002", message, "请用 siwu reissue 换发，由新密钥签名")
        return
    reason = f"（{answer.reason}）" if answer.reason else ""
    message = f"证书 {event.no} 的签名核验不通过：{answer.outcome.value}{reason}"
    yield finding(where, "AU001", message, RESTORE)
