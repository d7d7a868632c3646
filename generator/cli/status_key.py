"""The status key of `siwu build`: read from `--status-key` or SIWU_STATUS_KEY, held to what is published."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from generator.cli.private_key import private_key
from generator.cli.terminal import UsageError, complain

if TYPE_CHECKING:
    from generator.model import Repo
    from generator.signature.keys import PrivateKey

VARIABLE = "SIWU_STATUS_KEY"
OPTION = "--status-key"
ABOUT = f"状态密钥的私钥文件，用来签证书状态清单（或设 {VARIABLE}）"


def read_status_key(given: str | None) -> PrivateKey | None:
    """The key of the file named, else of the one the environment names; None where neither does.

    Raises UsageError for a file that holds none.
    """
    path = given if given is not None else os.environ.get(VARIABLE)
    return private_key(path, "状态密钥") if path else None


def judge(private: PrivateKey | None, repo: Repo) -> None:
    """Say in one line that there will be no list; refuse, as UsageError, a key that may not sign this one."""
    from generator.validity.signer import judge_status_key

    if private is None:
        complain(
            f"没有状态密钥（{OPTION} 或 {VARIABLE}），网站上没有证书状态清单，查验证书一律答“无法核验”。"
        )
        return
    try:
        judge_status_key(private, repo)
    except ValueError as error:
        raise UsageError(f"状态密钥不能用：{error}。网站没有生成；原来的网站保持不变") from None
