"""Whose push it is, on a Gitea or Forgejo (their variables; neither is installed here), and by a web server's login."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from generator.hook.account import account
from tests.gate.repository import ENSHI_BUREAU, OFFICE, YICHANG, ZIGUI, plan
from tests.hook.conftest import Hooked, install

# What both set for a hook (modules/repository/env.go of either), with an account's number filled in.
FORGE = {
    "GITEA_REPO_NAME": "siwu",
    "GITEA_REPO_USER_NAME": "hubei",
    "GITEA_REPO_ID": "1",
    "GITEA_REPO_IS_WIKI": "false",
    "GITEA_PUSHER_NAME": "yichang",
    "GITEA_PUSHER_EMAIL": "yichang@gitea.example.invalid",
    "GITEA_PUSHER_ID": YICHANG,
    "GITEA_KEY_ID": "3",
    "GITEA_DEPLOY_KEY_ID": "0",
    "GITEA_PR_ID": "0",
    "GITEA_INTERNAL_PUSH": "false",
    "GITEA_ROOT_URL": "https://git.example.invalid/",
    "GITEA_ACTION_PERM": "0",
    "SSH_ORIGINAL_COMMAND": "gitea-internal",
    "GIT_COMMITTER_NAME": "yichang",
    "GIT_COMMITTER_EMAIL": "yichang@gitea.example.invalid",
    # What another server would set, and what the pusher claims: of no weight here.
    "SIWU_USER": OFFICE,
    "GL_USER": OFFICE,
    "REMOTE_USER": OFFICE,
}
# The forge's own hook: every script of the folder gets what git told.
DELEGATE = """#!/bin/sh
told=$(cat)
for script in "$GIT_DIR/hooks/{name}.d"/*; do
    printf '%s\\n' "$told" | "$script" || exit 1
done
"""


@pytest.fixture(scope="module")
def forge(plain: Hooked, tmp_path_factory: pytest.TempPathFactory) -> Hooked:
    git_dir = tmp_path_factory.mktemp("forge") / "siwu.git"
    shutil.copytree(plain.git_dir, git_dir)
    for name in ("pre-receive", "post-receive"):
        folder = git_dir / "hooks" / f"{name}.d"
        folder.mkdir(parents=True)
        script(git_dir / "hooks" / name, DELEGATE.format(name=name))
        script(folder / "gitea", "#!/bin/sh\ncat >/dev/null\n")
    said = install(git_dir)
    assert said.code == 0, said.text
    return Hooked(git_dir, plain.bare, plain.first)


def script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def test_the_pushers_number_is_the_account(forge: Hooked) -> None:
    head = forge.commit({ZIGUI: plan(remark="一")})
    said = forge.push(head, "refs/heads/yichang/a", OFFICE, **FORGE)
    assert said.code == 0, said.text
    (line,) = (forge.git_dir / "siwu-journal.jsonl").read_text().splitlines()
    assert {name: json.loads(line)[name] for name in ("head", "user")} == {"head": head, "user": YICHANG}
    said = forge.push(head, "refs/heads/main", OFFICE, **FORGE)
    assert "主分支只由省知识产权局合并" in said.text


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"GITEA_DEPLOY_KEY_ID": "4"}, "推送用的是部署密钥，它不代表任何账号。请改用本人账号的密钥推送"),
        ({"GITEA_PUSHER_ID": "-2"}, "“-2”不是账号"),
        ({"GITEA_PUSHER_ID": "0"}, "账号“0”没有登记"),
        ({"GITEA_PUSHER_ID": ""}, "（环境变量 GITEA_PUSHER_ID 是空的）"),
        ({"GITEA_PUSHER_ID": ENSHI_BUREAU}, "本账号的分支名要以 enshi/ 开头"),
    ],
)
def test_who_is_nobody_or_somebody_else(forge: Hooked, changed: dict[str, str], why: str) -> None:
    said = forge.push(
        forge.commit({ZIGUI: plan(remark="二")}), "refs/heads/yichang/b", OFFICE, **{**FORGE, **changed}
    )
    assert (said.code, forge.tip("refs/heads/yichang/b")) == (1, "")
    assert why in said.text


def test_a_pull_request_is_judged_as_a_branch_where_the_forge_writes_it(forge: Hooked) -> None:
    good, bad = forge.commit({ZIGUI: plan(remark="三")}), forge.commit({ZIGUI: b"county: 1\n"})
    inside = {**FORGE, "GITEA_INTERNAL_PUSH": "true"}
    assert "只能推送分支和标签" in forge.push(good, "refs/pull/7/head", OFFICE, **FORGE).text
    assert "SC001" in forge.push(bad, "refs/pull/7/head", OFFICE, **inside).text
    assert forge.push(good, "refs/pull/7/head", OFFICE, **inside).code == 0
    assert forge.tip("refs/pull/7/head") == good
    assert "只能推送分支和标签" in forge.push(good, "refs/pull/7/merge", OFFICE, **inside).text


def test_a_merge_in_the_forges_pages_is_the_offices(forge: Hooked) -> None:
    head = forge.commit({ZIGUI: plan(remark="四")})
    assert forge.push(head, "refs/heads/yichang/c", OFFICE, **FORGE).code == 0
    said = forge.push(forge.merge(head), "refs/heads/main", OFFICE, **{**FORGE, "GITEA_PUSHER_ID": OFFICE})
    assert said.code == 0, said.text
    assert "示例备案登记" in said.text
    assert forge.tip("refs/heads/register")


@pytest.mark.parametrize("given", ["", "-x", "a b", "a\nb", "$(id)", "x" * 41, "名"])
def test_what_is_no_account(given: str) -> None:
    found, why = account({"REMOTE_USER": given}, "REMOTE_USER")
    assert (found, why.startswith("服务器没有给出推送人的账号，无法判断权限")) == ("", True)


def test_an_account() -> None:
    assert account({"REMOTE_USER": "yichang.ke-1"}, "REMOTE_USER") == ("yichang.ke-1", "")
