"""After git kept a push: what the office merged gets its number, and the site follows.

Nothing here refuses any more: whatever fails is said, and is done again by the next merge or by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.check import check
from generator.git import Git
from generator.hook.account import account
from generator.hook.journal import received
from generator.hook.setting import HEADS, Setting
from generator.hook.update import Update
from generator.model import Repo
from generator.publish import publish
from generator.register import FOLDER, SHANGHAI
from generator.registrar import Request, file
from generator.schema import Schemas
from generator.signature.keys import PrivateKey, read_private
from generator.system import why
from generator.tree import GitTree, Mode, Mounted, Tree, TreeError, has_revision
from generator.validity.signer import judge_status_key

# All that is laid out beside the records. Looks are the installed program's own: nothing a repository holds is run.
LAID = "schemas"
AGAIN = "下一次合并时会自动再做；也可以请服务器管理人员查看"


def follow(
    git_dir: Path, setting: Setting, pushed: Iterable[Update], environment: Mapping[str, str], now: datetime
) -> Iterator[str]:
    """What the pusher reads of it, sentence by sentence."""
    if not any(update.ref == setting.main for update in pushed):
        return
    user, _ = account(environment, setting.variable)
    try:
        yield from _file(git_dir, setting, user, now)
    except (TreeError, OSError) as error:
        yield f"合并已经收下，登记没有完成：{_said(error)}。{AGAIN}"
        return
    if setting.site:
        try:
            yield from _publish(git_dir, setting, now)
        except (TreeError, OSError) as error:
            yield f"登记已经完成，网站没有更新：{_said(error)}。{AGAIN}"


def _said(error: TreeError | OSError) -> str:
    return why(error) if isinstance(error, OSError) else str(error)


def _file(git_dir: Path, setting: Setting, user: str, now: datetime) -> Iterator[str]:
    done = file(
        Request(
            git_dir=git_dir,
            branch=setting.base,
            register_branch=setting.register,
            journal=received(git_dir),
            reviewer=user,
            committer=setting.committer,
            now=now,
        )
    )
    if done.faults:
        yield f"登记簿核对不上，没有登记任何记录：{done.faults[0].sentence}。请服务器管理人员查明"
    for line in done.lines:
        late = f"，逾期 {line['late_days']} 天" if line["late_days"] else ""
        yield f"{line['no']}  {line['record']}（{line['submitted'][:10]} 提交{late}）"
    yield from done.warnings
    if not done.lines and not done.faults:
        yield "没有新的记录要登记。"


def _publish(git_dir: Path, setting: Setting, now: datetime) -> Iterator[str]:
    """The site of the base's tip, with the register."""
    tip = Git(git_dir).text("rev-parse", "--verify", f"{setting.main}^{{commit}}")
    tree: Tree = GitTree(git_dir, tip)
    if setting.register and has_revision(git_dir, HEADS + setting.register):
        tree = Mounted(tree, FOLDER, GitTree(git_dir, HEADS + setting.register))
    outcome = check(tree, schemas=Schemas.read(tree), today=now.astimezone(SHANGHAI).date())
    errors = sum(problem.severity == "error" for problem in outcome.problems)
    if outcome.repo is None or errors or outcome.crashes:
        yield f"网站没有更新：数据有 {errors} 处错误。原来的网站保持不变。"
        return
    with TemporaryDirectory() as folder:
        _lay(tree, Path(folder))
        status_key, reason = _status_key(setting, outcome.repo)
        publish(Path(folder), outcome, Path(setting.site), status_key=status_key)
    yield f"网站已更新。{reason}"


def _status_key(setting: Setting, repo: Repo) -> tuple[PrivateKey | None, str]:
    """The key of the status list; None, and why, where there is none to sign with. The site is published either way."""
    if not setting.status_key:
        return None, ""
    try:
        private = read_private(Path(setting.status_key).read_bytes())
        judge_status_key(private, repo)
    except OSError as error:
        reason = why(error)
    except ValueError as error:
        reason = str(error)
    else:
        return private, ""
    return (
        None,
        f"证书状态清单没有签：状态密钥不能用，{reason}。查验证书一律答“无法核验”，请服务器管理人员处理。",
    )


def _lay(tree: Tree, folder: Path) -> None:
    entries = [entry for entry in tree.entries(LAID) if entry.mode in (Mode.FILE, Mode.EXECUTABLE)]
    for entry, raw in tree.read(entries):
        file = folder / entry.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)
