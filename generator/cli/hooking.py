"""`siwu hook`: the operator's commands around the hook of a git server, and those its scripts call."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.cli.clock import now
from generator.cli.terminal import CLEAN, FOUND, say

if TYPE_CHECKING:
    from generator.gate import Verdict
    from generator.hook import Setting

ABOUT = "在 git 服务器上安装钩子：推送时先检查再收下，合并后自动登记"


def add_options(made: Any, command: Callable[[Any, str, str], Any]) -> None:
    """`install` and `remove`, and the two the scripts run; `command` adds a command to a group."""
    actions = made.add_subparsers(
        title="命令", dest="action", required=True, metavar="命令", parser_class=type(made)
    )
    install = command(actions, "install", "把钩子装进服务器上的裸仓库（重复安装即更新；不动别的程序的钩子）")
    install.add_argument("repository", metavar="仓库", help="裸仓库的文件夹")
    _settings(install)
    remove = command(actions, "remove", "拆下钩子（收件记录和 git 设置保留）")
    remove.add_argument("repository", metavar="仓库", help="裸仓库的文件夹")
    for name, about in (
        ("pre-receive", "由钩子运行：检查一次推送，决定收不收"),
        ("post-receive", "由钩子运行：登记新合并的记录，更新网站"),
    ):
        _settings(command(actions, name, about))


def _settings(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--user-from",
        default="",
        metavar="变量",
        help="服务器把推送人账号放在哪个环境变量里（默认按服务器类型：gitolite 是 GL_USER，Gitea 和 Forgejo 是 "
        "GITEA_PUSHER_ID，其余是 SIWU_USER）",
    )
    made.add_argument("--base", default="main", metavar="分支", help="主分支，只由省局合并（默认 main）")
    kept = made.add_mutually_exclusive_group()
    kept.add_argument(
        "--register-branch",
        default="register",
        metavar="分支",
        help="登记簿所在的分支（默认 register，没有就新建）",
    )
    kept.add_argument("--register-in-tree", action="store_true", help="登记簿放在主分支的 data/filings 里")
    made.add_argument(
        "--registrar",
        default="",
        metavar="账号",
        help="可以推送登记簿分支的账号（默认没有：由服务器自己登记）",
    )
    made.add_argument(
        "--committer", default="", metavar="署名", help="写登记簿的署名“名字 <邮箱>”（默认按 git 设置）"
    )
    made.add_argument("--site", default="", metavar="文件夹", help="登记后把网站生成到这里（默认不生成）")
    made.add_argument(
        "--status-key",
        default="",
        metavar="文件",
        help="签证书状态清单的私钥文件（默认没有：网站上没有清单，查验答“无法核验”）",
    )


def hook(options: argparse.Namespace) -> int:
    """`siwu hook`."""
    return ACTIONS[options.action](options)


def _install(options: argparse.Namespace) -> int:
    from generator.hook import install
    from generator.hook.account import usual

    repository = _repository(options)
    program = Path(sys.executable).with_name("siwu")
    setting = _setting(options, options.user_from or usual(repository / "hooks"))
    for sentence in install(repository, setting, program):
        say(f"{sentence}\n")
    say(f"推送人的账号取自环境变量 {setting.variable}。\n")
    return CLEAN


def _remove(options: argparse.Namespace) -> int:
    from generator.hook import remove

    done = list(remove(_repository(options)))
    say("".join(f"{sentence}\n" for sentence in done) or "这个仓库没有装本程序的钩子。\n")
    return CLEAN


def _pre(options: argparse.Namespace) -> int:
    from generator.hook import receive
    from generator.hook.update import updates

    setting = _setting(options, options.user_from)
    pushed = updates(sys.stdin.buffer.read())
    reply = receive(Path.cwd(), setting, pushed, os.environ, now(), _worded)
    say(reply.text)
    return FOUND if reply.refused else CLEAN


def _post(options: argparse.Namespace) -> int:
    from generator.hook.after import follow
    from generator.hook.update import updates
    from generator.text import inert

    setting = _setting(options, options.user_from)
    for sentence in follow(Path.cwd(), setting, list(updates(sys.stdin.buffer.read())), os.environ, now()):
        say(f"{inert(sentence)}\n")
    return CLEAN


def _worded(verdict: Verdict) -> str:
    from generator.gate.review import review
    from generator.gate.screen import screen

    return screen(review(verdict))


def _setting(options: argparse.Namespace, variable: str) -> Setting:
    from generator.hook import Setting

    return Setting(
        variable=variable,
        base=options.base,
        register="" if options.register_in_tree else options.register_branch,
        registrar=options.registrar,
        committer=options.committer,
        site=str(Path(options.site).resolve()) if options.site else "",
        status_key=str(Path(options.status_key).resolve()) if options.status_key else "",
    )


def _repository(options: argparse.Namespace) -> Path:
    return Path(options.directory or ".", options.repository).resolve()


ACTIONS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "install": _install,
    "remove": _remove,
    "pre-receive": _pre,
    "post-receive": _post,
}
