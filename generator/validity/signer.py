"""Whether a private key may sign this repository's status list."""

from __future__ import annotations

from generator.model import Repo
from generator.signature.keys import PrivateKey, public_half
from generator.signature.published import DEMO_PUBLIC, STATUS, PublishedKey


def published_keys(repo: Repo) -> tuple[PublishedKey, ...]:
    """The keys of data/keys.yml, in their order."""
    return tuple(key for record in repo.of("keys") for key in record.keys)


def judge_status_key(private: PrivateKey, repo: Repo) -> None:
    """Nothing for a published status key, valid today, and not the demo's with real data.

    Raises ValueError, in Chinese, for every other: what it signed nobody would believe, or everybody could sign.
    """
    public = public_half(private)
    if repo.dataset.kind == "production" and public in DEMO_PUBLIC:
        raise ValueError("这是公开的演示密钥，正式数据不能用它签状态清单")
    key = next((key for key in published_keys(repo) if key.public == public), None)
    if key is None:
        raise ValueError(
            "它的公钥没有公布在 data/keys.yml 里；用 siwu key new --purpose status 生成并合并以后再用"
        )
    if key.purpose != STATUS:
        raise ValueError(f"密钥 {key.id} 是签发证书的，不能签状态清单；签发密钥不要放在联网的电脑上")
    if not key.valid_on(repo.as_of):
        raise ValueError(f"密钥 {key.id} 在 {repo.as_of} 没有启用或已经停用；运行 siwu key list 查看")
