"""Who pushes: the account the server knows. What a commit says of its author is never looked at.

The variable is fixed when the hook is installed: on a server that sets one, another one proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from generator.text import inert

GITOLITE, PLAIN, WEB = "GL_USER", "SIWU_USER", "REMOTE_USER"
# Gitea and Forgejo alike (modules/repository/env.go): GITEA_PUSHER_ID, GITEA_DEPLOY_KEY_ID, GITEA_INTERNAL_PUSH.
FORGE, DEPLOY_KEY, INTERNAL = "GITEA_PUSHER_ID", "GITEA_DEPLOY_KEY_ID", "GITEA_INTERNAL_PUSH"
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
NOBODY = "服务器没有给出推送人的账号，无法判断权限"


def usual(hooks: Path) -> str:
    """The variable of the server that keeps this folder of hooks."""
    if (hooks / "pre-receive.d").is_dir():
        return FORGE
    update = hooks / "update"
    if update.is_file() and b"gitolite" in update.read_bytes().lower():
        return GITOLITE
    return PLAIN


def account(environment: Mapping[str, str], variable: str) -> tuple[str, str]:
    """The account, and why there is none."""
    if variable == FORGE and environment.get(DEPLOY_KEY, "0") not in {"", "0"}:
        return "", "推送用的是部署密钥，它不代表任何账号。请改用本人账号的密钥推送"
    given = environment.get(variable, "")
    if not given:
        return "", f"{NOBODY}（环境变量 {variable} 是空的）。请联系服务器管理人员"
    if not ACCOUNT.fullmatch(given):
        return "", f"{NOBODY}（“{inert(given)[:40]}”不是账号）。请联系服务器管理人员"
    return given, ""
