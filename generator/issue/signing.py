"""Whether a private key may sign certificates, and what is printed with today."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from generator.issue.refusal import IssueError
from generator.model import Repo
from generator.signature.keys import PrivateKey, public_half
from generator.signature.published import COMPROMISED, DEMO_PUBLIC, ISSUER, PublishedKey

LAYOUT = re.compile(r"v([1-9][0-9]*)")


def judge_issuer_key(private: PrivateKey, repo: Repo, day: date) -> str:
    """The key's id. Raises IssueError for one that is not a published issuer key valid on the day."""
    public = public_half(private)
    if public in DEMO_PUBLIC and repo.dataset.kind == "production":
        raise IssueError(
            "这是公开的演示密钥，谁都能用它签，正式数据不能用。请用 siwu key new 生成省局自己的密钥"
        )
    key: PublishedKey | None = next(
        (key for record in repo.of("keys") for key in record.keys if key.public == public), None
    )
    if key is None:
        raise IssueError("这把私钥的公钥没有公布（data/keys.yml），签了也核验不了。请核对用的是不是签发密钥")
    if key.purpose != ISSUER:
        raise IssueError(f"密钥 {key.id} 是签状态清单的，不能签证书。请用签发密钥")
    if key.reason == COMPROMISED:
        raise IssueError(f"密钥 {key.id} 已按泄露停用，签了也不可信。请用新密钥")
    if not key.covers(day):
        until = f"至 {key.until}" if key.until else "起"
        raise IssueError(
            f"密钥 {key.id} 自 {key.start} {until}有效，证书日期 {day} 不在其中。请换密钥或核对 --date"
        )
    return key.id


def newest_layout(folder: Path) -> str:
    """The certificate layout with the highest version. Raises IssueError where there is none."""
    found = [path.parent.name for path in folder.glob("*/certificate.html.j2")]
    versions = [int(match[1]) for match in map(LAYOUT.fullmatch, found) if match]
    if not versions:
        raise IssueError(f"{folder} 里没有证书版式")
    return f"v{max(versions)}"
