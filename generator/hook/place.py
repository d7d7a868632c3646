"""Putting the hook into a repository and taking it out; another's hook is never touched.

Git calls one file a hook. Gitea and Forgejo own that file and call every script in `pre-receive.d/`; there ours is one
of them. gitolite uses `update` and `post-update` and leaves these two to the operator.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from generator.git import Git
from generator.hook.account import VARIABLE
from generator.hook.setting import Setting
from generator.registrar.book import IDENT
from generator.tree import TreeError

MARK = "# siwu hook: written by “siwu hook install”, edits are lost"
OURS = "siwu"
HOOKS = ("pre-receive", "post-receive")
# Pushes beyond this are cut off by git before anyone looks: the gate's own limits are on what they unpack to.
MOST_INPUT = "128m"
CONFIG = (
    ("receive.fsckObjects", "true"),
    ("receive.maxInputSize", MOST_INPUT),
    ("core.logAllRefUpdates", "true"),
    # A history that is cut off on the server could neither be judged nor registered.
    ("receive.shallowUpdate", "false"),
)

SCRIPT = """#!/bin/sh
{mark}
# Refuses when siwu cannot run: 0 keeps the push, whatever else throws it away.
export LC_ALL=C.UTF-8 PYTHONUTF8=1
unset PYTHONPATH PYTHONHOME PYTHONSTARTUP
{before}{command}
code=$?
case $code in
0 | 1) exit $code ;;
esac
echo '{failed}' >&2
exit 1
"""
# Nothing follows a push that leaves the base alone: nobody waits for siwu to start and say so.
ONLY_BASE = """\
told=$(cat)
case $told in
*{ref}*) ;;
*) exit 0 ;;
esac
printf '%s\\n' "$told" | """
FAILED = {
    "pre-receive": "没有收下：服务器上的检查程序没有运行成功，服务器上什么也没有改变。请联系服务器管理人员，稍后再推送。",
    "post-receive": "推送已经收下，但登记和网站更新没有运行成功。请联系服务器管理人员。",
}


class HookError(TreeError):
    """The hook cannot be put there or taken away: a Chinese sentence for the operator."""


def install(git_dir: Path, setting: Setting, program: Path) -> Iterator[str]:
    """Write both scripts and git's own settings; says what it did. Twice is as once.

    `program` is the siwu the scripts call, by its absolute path. Raises `HookError` before anything is written.
    """
    git = _repository(git_dir)
    files = {name: _file(git, name) for name in HOOKS}
    _refuse_foreign(files.values())
    _refuse_unready(git, setting, program)
    for key, value in CONFIG:
        if key != "receive.maxInputSize" or not _set(git, key, "--local"):
            git.text("config", key, value)
    for name, file in files.items():
        _write(file, _script(name, setting, program))
        yield f"已写入 {file}"
    if not _has(git, setting.main):
        yield f"这个仓库还没有分支 {setting.base}：请先在服务器上放入第一个版本，在此之前任何推送都不收。"


def remove(git_dir: Path) -> Iterator[str]:
    """Take both scripts away; the journal and git's settings stay."""
    git = _repository(git_dir)
    files = [_file(git, name) for name in HOOKS]
    _refuse_foreign(files)
    for file in files:
        if file.exists():
            file.unlink()
            yield f"已删除 {file}"


def _repository(git_dir: Path) -> Git:
    git = Git(git_dir.resolve())
    if not (git_dir / "HEAD").is_file() or git.text("rev-parse", "--is-bare-repository") != "true":
        raise HookError(f"{git_dir} 不是服务器上的裸仓库。请写明裸仓库的文件夹，例如 /srv/git/siwu.git")
    if git.text("rev-parse", "--show-object-format") != "sha1":
        raise HookError(f"{git_dir} 用的是 SHA-256 对象，登记簿记的是 SHA-1。请用 git init --bare 重新建仓库")
    return git


def _file(git: Git, name: str) -> Path:
    hooks = git.git_dir / "hooks"
    given = Path(git.text("config", "--default", str(hooks), "--type=path", "core.hooksPath"))
    if (git.git_dir / given).resolve() != git.git_dir / "hooks":
        raise HookError(
            f"这个仓库的钩子不在它自己的 hooks 里，而在 {given}。钩子要按仓库安装：请先改好 core.hooksPath"
        )
    several = hooks / f"{name}.d"
    return several / OURS if several.is_dir() else hooks / name


def _refuse_foreign(files: Iterable[Path]) -> None:
    for file in files:
        if os.path.lexists(file) and (file.is_symlink() or MARK not in file.read_text("utf-8", "replace")):
            raise HookError(f"{file} 是别的程序的钩子，没有改动。请服务器管理人员决定去留：移走它，再安装")


def _refuse_unready(git: Git, setting: Setting, program: Path) -> None:
    if not os.access(program, os.X_OK):
        raise HookError(f"{program} 不能运行")
    for branch in filter(None, (setting.base, setting.register)):
        if git_fails(git, "check-ref-format", "--branch", branch):
            raise HookError(f"“{branch}”不能作分支名")
    if setting.register == setting.base:
        raise HookError("登记簿要有自己的分支，不能是主分支；登记簿放在主分支里的，请用 --register-in-tree")
    if not VARIABLE.fullmatch(setting.variable):
        raise HookError(f"“{setting.variable}”不是环境变量名")
    if setting.committer and not IDENT.fullmatch(setting.committer):
        raise HookError("--committer 要写成“名字 <邮箱>”的样子")
    if not setting.committer and not (_set(git, "user.name") and _set(git, "user.email")):
        raise HookError(
            "登记时用谁的名义提交？请用 --committer 写明，例如 --committer '备案登记 <register@gov.example>'"
        )


def git_fails(git: Git, *arguments: str) -> bool:
    """Whether git says no."""
    try:
        git.bytes(*arguments)
    except TreeError:
        return True
    return False


def _set(git: Git, key: str, *where: str) -> bool:
    return not git_fails(git, "config", *where, key)


def _has(git: Git, ref: str) -> bool:
    return not git_fails(git, "rev-parse", "--verify", "--quiet", ref)


def _script(name: str, setting: Setting, program: Path) -> str:
    command = shlex.join([str(program), "hook", name, *setting.arguments()])
    before = ONLY_BASE.format(ref=shlex.quote(setting.main)) if name == "post-receive" else ""
    return SCRIPT.format(mark=MARK, before=before, command=command, failed=FAILED[name])


def _write(file: Path, text: str) -> None:
    """All at once: a push that comes meanwhile meets the old script or the new one."""
    new = file.with_name(f".{file.name}.new")
    new.write_text(text, encoding="utf-8")
    new.chmod(0o755)
    new.replace(file)
