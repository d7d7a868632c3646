"""Every signature in the roster, by the published keys: of certificates, and of their credentials."""

from __future__ import annotations

from collections.abc import Iterator

from generator.audit.finding import finding
from generator.audit.material import Material, Progress, certified
from generator.derive.roster import Standing
from generator.model import Repo
from generator.model.certificates import Event
from generator.problem import Problem
from generator.rules.holdings import number_parts
from generator.signature.badge import badge
from generator.signature.payload import MalformedError, Payload
from generator.signature.published import COMPROMISED, PublishedKey
from generator.signature.verification import Answer, Outcome, verify
from generator.validity.badges import award as awarded

RESTORE = "请查明原因，用备份或登记过的版本恢复名册"


def untrue(material: Material, progress: Progress | None) -> Iterator[Problem]:
    """AU001 for a signature that is not genuine, AU002 for a listed certificate of a key in other hands.

    AU013 for a credential that is not what was signed, where the certificate is.
    """
    repo = material.repo
    keys = tuple(key for record in repo.of("keys") for key in record.keys)
    every = list(certified(repo).values())
    for done, one in enumerate(every, 1):
        event = one.event
        if event.payload and event.signature:
            answer = verify(event.payload, event.signature, keys, repo.as_of)
            listed = one.standing is Standing.LISTED
            yield from _said(event, answer, listed=listed)
            if answer.genuine and answer.payload is not None and listed and event.badge:
                yield from _unfitting(material.repo, event, answer.payload, keys)
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


def _unfitting(repo: Repo, event: Event, said: Payload, keys: tuple[PublishedKey, ...]) -> Iterator[Problem]:
    award = awarded(repo, int(number_parts(event.no).year))
    try:
        if award is None or badge(award, said, event.badge, keys) is not None:
            return
    except MalformedError:
        pass  # not even written as a signature
    message = f"证书 {event.no} 的通用凭证签名与凭证内容不符，网站不会公布它的通用凭证"
    remedy = "请核对 data/dataset.yml 的网址和颁发单位、培训方案的证书名称有没有改过；没有改过的，请查明名册"
    yield finding(event.where / "badge", "AU013", message, remedy)
