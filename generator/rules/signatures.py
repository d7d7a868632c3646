"""The published signing keys (KE): whole, distinct, real, and every signed certificate's among them."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import Repo
from generator.rule import Finding, rule
from generator.rules.payloads import payloads
from generator.signature.payload import MalformedError
from generator.signature.published import DEMO_PUBLIC, ISSUER, PublishedKey, key_id

BY_COMMAND = "公布的密钥由 siwu key 写入，请恢复原来的内容，不要手工改"


def _keys(repo: Repo) -> tuple[PublishedKey, ...]:
    return tuple(key for record in repo.of("keys") for key in record.keys)


@rule(
    "KE001",
    "公布的密钥只增不删",
    wrong="# data/keys.yml\n- {seq: 1, …}\n- {seq: 3, …}   # 第 2 把被删去",
    right="- {seq: 1, …}\n- {seq: 2, …, until: …, reason: replaced}   # 停用的也留着\n- {seq: 3, …}",
)
def kept(repo: Repo) -> Iterator[Finding]:
    """停用的密钥签过的证书还在人手里，公钥删了就再也核验不了；序号从 1 起连续，才看得出有没有删去。"""
    for wanted, key in enumerate(_keys(repo), 1):
        if key.seq != wanted:
            message = f"密钥 {key.id} 的序号是 {key.seq}，按顺序应是 {wanted}，前面有密钥被删去或调换"
            yield Finding(key.where / "seq", message, BY_COMMAND)


@rule(
    "KE002",
    "密钥编号与公钥相符",
    wrong="# 换了 public，id 还是原来的",
    right="# id 是 public 的 SHA-256 摘要前 8 位，由 siwu key new 写出",
)
def numbered(repo: Repo) -> Iterator[Finding]:
    """证书里写的是密钥编号；编号不变而公钥换了，就能让假证书通过核验、真证书通不过。"""
    for key in _keys(repo):
        try:
            wanted = key_id(key.public)
        except ValueError as error:
            yield Finding(key.where / "public", f"密钥 {key.id} 的公钥不能用：{error}", BY_COMMAND)
            continue
        if key.id != wanted:
            message = f"密钥编号 {key.id} 与公钥不符，按公钥应是 {wanted}"
            yield Finding(key.where / "id", message, BY_COMMAND)


@rule(
    "KE003",
    "签发密钥和状态密钥不是同一把",
    wrong="- {purpose: issuer, public: MFkw…A, …}\n- {purpose: status, public: MFkw…A, …}",
    right="- {purpose: issuer, public: MFkw…A, …}\n- {purpose: status, public: MFkw…B, …}",
)
def apart(repo: Repo) -> Iterator[Finding]:
    """状态清单天天自动签，密钥在服务器上；签发密钥离线保管。用同一把，服务器失守就能冒签证书。"""
    seen: dict[str, PublishedKey] = {}
    for key in _keys(repo):
        first = seen.setdefault(key.public, key)
        if first is not key:
            message = f"密钥 {key.id} 与第 {first.seq} 把是同一个公钥"
            yield Finding(key.where / "public", message, "请用 siwu key new 另生成一把，一把密钥只作一种用途")


@rule(
    "KE004",
    "正式数据不用演示签名密钥",
    wrong="# data/dataset.yml 写明 kind: production\n- {public: MFkw…（tests/keys/ 中的演示公钥）, …}",
    right="- {public: MFkw…（省局自己生成、私钥离线保管的公钥）, …}",
)
def real(repo: Repo) -> Iterator[Finding]:
    """演示私钥随程序公开，谁都能用它签；正式数据里公布了它的公钥，人人都能造出通过核验的证书。"""
    if repo.dataset.kind != "production":
        return
    for key in _keys(repo):
        if key.public in DEMO_PUBLIC:
            message = f"密钥 {key.id} 是公开的演示密钥，正式数据不能用"
            yield Finding(
                key.where / "public",
                message,
                "请删去演示密钥，用 siwu key new 生成省局自己的密钥，序号从 1 起",
            )


@rule(
    "KE005",
    "密钥的停用日不早于启用日",
    wrong='- {…, from: "2022-01-01", until: "2021-12-31", reason: replaced}',
    right='- {…, from: "2022-01-01", until: "2025-12-31", reason: replaced}',
)
def in_order(repo: Repo) -> Iterator[Finding]:
    """停用日早于启用日，这把密钥就没有一天有效，签过的证书都通不过核验。"""
    for key in _keys(repo):
        if key.until is not None and key.until < key.start:
            message = f"密钥 {key.id} 的停用日 {key.until} 早于启用日 {key.start}"
            yield Finding(key.where / "until", message, "请核对日期")


@rule(
    "KE006",
    "证书签名所用的密钥已公布并在有效期内",
    wrong='- {event: issued, issued: "2022-07-01", payload: AQ…, …}   # data/keys.yml 里没有签它的密钥',
    right="- {event: issued, …, payload: AQ…, …}   # 签它的密钥在 data/keys.yml 中，证书日期在它有效期内",
)
def published(repo: Repo) -> Iterator[Finding]:
    """公布的密钥里没有的，或者证书日期不在有效期内的，签了等于没签，查验页只能答无法核验。"""
    issuers = {key.id: key for key in _keys(repo) if key.purpose == ISSUER}
    for event, said in payloads(repo):
        where = event.where / "payload"
        if isinstance(said, MalformedError):
            yield Finding(where, f"证书 {event.no} 的签名内容读不出：{said}", "请恢复 siwu issue 写出的内容")
            continue
        key = issuers.get(said.key)
        if key is None:
            message = f"证书 {event.no} 是用密钥 {said.key} 签的，公布的签发密钥里没有它"
            yield Finding(where, message, "请核对 data/keys.yml 有没有删去密钥；停用的密钥也要留着")
        elif not key.covers(said.day):
            message = f"证书 {event.no} 的日期 {said.day} 不在密钥 {said.key} 的有效期内"
            yield Finding(where, message, "请核对密钥的启用日和停用日；停用日以后的证书要用新密钥签")
