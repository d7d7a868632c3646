"""Signed text in the roster (CE): there, whole, and saying what its entry says.

Whether a signature is genuine is for `siwu audit`, printing and publishing: a check does not load the curve.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.model import Repo
from generator.model.certificates import Event
from generator.rule import Finding, rule
from generator.rules.holdings import GIVEN, each, events, given, holdings
from generator.rules.once import once
from generator.sign import signed_digest
from generator.signature.payload import MalformedError, Payload, decode
from generator.signature.written import read_payload

COMPUTED = "签名内容由 siwu issue 写入，请恢复原来的内容，不要手工改"
SIGNED = {"payload": "签名内容（payload）", "signature": "签名（signature）", "signed": "签名摘要（signed）"}


@once
def payloads(repo: Repo) -> tuple[tuple[Event, Payload | MalformedError], ...]:
    """Every event with a payload and what that says, or why it cannot be read."""
    return tuple((event, _read(event.payload)) for _, event in given(repo) if event.payload)


def _read(text: str) -> Payload | MalformedError:
    try:
        return decode(read_payload(text))
    except MalformedError as error:
        return error


@rule(
    "CE025",
    "签名内容与摘要相符",
    wrong='payload: AQ…   # 写入后换过\nsigned: "5c1e…"',
    right='payload: AR…\nsigned: "5c1e…"   # 由 siwu issue 按 salt、payload、signature 算出',
)
def signed_fits(repo: Repo) -> Iterator[Finding]:
    """链上存的是签名内容和签名加盐后的摘要；两者不符，就是签名内容或签名写入后被换过。"""
    for _, event in events(repo):
        if (
            event.payload
            and event.signature
            and event.salt
            and event.signed
            and event.signed != signed_digest(event.salt, event.payload, event.signature)
        ):
            message = f"证书 {event.no} 的签名内容、签名与摘要 signed 不符，写入后被改过"
            yield Finding(event.where / "payload", message, COMPUTED)


@rule(
    "CE026",
    "签名内容、签名和摘要齐全",
    wrong='- {event: issued, "no": …0001-B, …, signed: "5c1e…"}   # payload 和 signature 被删去，也没有停止公开',
    right='- {event: issued, "no": …0001-B, …, payload: AR…, signature: S4…, signed: "5c1e…"}',
)
def together(repo: Repo) -> Iterator[Finding]:
    """三项要么都有，要么都没有；只有登记过停止公开的，才删去签名内容和签名，留下摘要。"""
    # Where the salt is gone too, it was withdrawn, or CE022 speaks.
    for _, event in events(repo):
        missing = [title for name, title in SIGNED.items() if not getattr(event, name)]
        if 0 < len(missing) < len(SIGNED) and event.salt:
            message = f"证书 {event.no} 的第 {event.seq} 条事件没有{'、'.join(missing)}"
            yield Finding(
                event.where / "no",
                message,
                f"{COMPUTED}；本人要求删除的，请加一条停止公开（withdrawn）事件",
            )


@rule(
    "CE027",
    "签名内容与名册相符",
    wrong="- {event: issued, person: {name: 王示例, …}, payload: AR…}   # 签名内容里是另一个人",
    right="- {event: issued, person: {name: 王示例, …}, payload: AR…}   # 签名内容里也是王示例",
)
def says_the_same(repo: Repo) -> Iterator[Finding]:
    """签名内容印在证书的二维码里，查验页显示的就是它；与名册不一致，查到的就是另一张证书。"""
    for event, said in payloads(repo):
        if isinstance(said, MalformedError) or event.person is None:
            continue
        differing = [title for title, (signed, written) in _pairs(event, said).items() if signed != written]
        if differing:
            message = f"证书 {event.no} 的签名内容与这条事件不一致：{'、'.join(differing)}"
            yield Finding(event.where / "payload", message, COMPUTED)


def _pairs(event: Event, said: Payload) -> Mapping[str, tuple[object, object]]:
    """By title, what is signed and what the entry says."""
    return {
        "证书编号": (said.no, event.no),
        "姓名": (said.name, event.person.name if event.person else ""),
        "单位": (said.unit, event.person.unit if event.person else ""),
        "日期": (said.day, event.issued),
        "班次": (said.class_id, event.class_id),
        "版式": (said.layout, event.layout),
        "查验码": (said.token, event.token),
    }


@rule(
    "CE028",
    "正式的证书都有签名",
    wrong='# data/dataset.yml 写明 kind: production\n- {event: issued, "no": …0001-B, …}   # 没有 payload 和 signature',
    right='- {event: issued, "no": …0001-B, …, payload: AR…, signature: S4…, signed: "5c1e…"}',
)
def all_signed(repo: Repo) -> Iterator[Finding]:
    """没有签名的证书谁都能伪造，查验页只能答无法核验；正式数据里每一张都要签。"""
    if repo.dataset.kind != "production":
        return
    for holding in each(holdings(repo)):
        for event in holding.events if not holding.withdrawn else ():
            if event.event in GIVEN and not (event.payload or event.signature or event.signed):
                message = f"证书 {event.no} 没有签名"
                yield Finding(event.where / "no", message, "请用 siwu issue 或 siwu reissue 颁发，由系统签名")
