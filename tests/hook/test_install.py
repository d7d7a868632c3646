"""Putting the hook there: what is written, what is left alone, and that nothing comes in where siwu cannot run."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.gate.repository import YICHANG, ZIGUI, plan
from tests.hook.conftest import COMMITTER, SIWU, Hooked, install
from tests.hook.servers import run, sure

SCRIPTS = ("pre-receive", "post-receive")


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """An empty bare repository, in a folder whose name a shell would take apart."""
    git_dir = tmp_path / "it's $HOME.git"
    sure("git", "init", "-q", "--bare", "-b", "main", str(git_dir), cwd=tmp_path)
    return git_dir


@pytest.fixture
def own(plain: Hooked, tmp_path: Path) -> Hooked:
    """A copy of the repository for one test."""
    shutil.copytree(plain.git_dir, tmp_path / "own.git")
    return Hooked(tmp_path / "own.git", plain.bare, plain.first)


def hooks(git_dir: Path) -> dict[str, bytes]:
    found = (path for path in (git_dir / "hooks").rglob("*") if path.is_file() and path.suffix != ".sample")
    return {path.relative_to(git_dir / "hooks").as_posix(): path.read_bytes() for path in found}


def setting(git_dir: Path, key: str) -> str:
    return run("git", "config", "--local", key, cwd=git_dir).text


def test_both_scripts_and_gits_own_defences(own: Hooked) -> None:
    said = install(own.git_dir)
    assert said.text.splitlines() == [
        *(f"已写入 {own.git_dir}/hooks/{name}" for name in SCRIPTS),
        "推送人的账号取自环境变量 SIWU_USER。",
    ]
    for name in SCRIPTS:
        script = own.git_dir / "hooks" / name
        assert script.stat().st_mode & 0o777 == 0o755
        assert f"{SIWU} hook {name} --user-from SIWU_USER --base main" in script.read_text()
    assert setting(own.git_dir, "receive.fsckObjects") == "true"
    assert setting(own.git_dir, "receive.maxInputSize") == "128m"


def test_twice_is_as_once_and_new_options_replace_old_ones(own: Hooked) -> None:
    install(own.git_dir)
    first = hooks(own.git_dir)
    assert install(own.git_dir).code == 0
    assert hooks(own.git_dir) == first
    assert install(own.git_dir, "--register-in-tree", "--user-from", "REMOTE_USER").code == 0
    assert b"--user-from REMOTE_USER --base main --register-in-tree" in hooks(own.git_dir)["pre-receive"]
    assert set(hooks(own.git_dir)) == set(SCRIPTS)


def test_an_operators_own_limit_stays(own: Hooked) -> None:
    sure("git", "config", "receive.maxInputSize", "8m", cwd=own.git_dir)
    install(own.git_dir)
    assert setting(own.git_dir, "receive.maxInputSize") == "8m"


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("link", [False, True])
def test_a_foreign_hook_is_not_touched(own: Hooked, name: str, link: bool) -> None:
    foreign = own.git_dir / "hooks" / name
    foreign.parent.mkdir(exist_ok=True)
    if link:
        foreign.symlink_to("nowhere")
    else:
        foreign.write_text("#!/bin/sh\nexit 0\n")
    before = hooks(own.git_dir)
    for action in ("install", "remove"):
        said = run(SIWU, "hook", action, str(own.git_dir), cwd=own.git_dir)
        assert (said.code, hooks(own.git_dir)) == (2, before)
        assert (
            said.text
            == f"siwu：{foreign} 是别的程序的钩子，没有改动。请服务器管理人员决定去留：移走它，再安装"
        )
    assert setting(own.git_dir, "receive.fsckObjects") == ""


def test_among_several_hooks_ours_is_one(own: Hooked) -> None:
    for name in SCRIPTS:
        (own.git_dir / "hooks" / f"{name}.d").mkdir(parents=True)
        (own.git_dir / "hooks" / f"{name}.d" / "gitea").write_text("#!/bin/sh\n")
        (own.git_dir / "hooks" / name).write_text("#!/bin/sh\n# runs those in the folder\n")
    before = hooks(own.git_dir)
    assert "GITEA_PUSHER_ID" in install(own.git_dir).text
    after = hooks(own.git_dir)
    assert set(after) - set(before) == {f"{name}.d/siwu" for name in SCRIPTS}
    assert {name: after[name] for name in before} == before
    assert run(SIWU, "hook", "remove", str(own.git_dir), cwd=own.git_dir).code == 0
    assert hooks(own.git_dir) == before


def test_removed_it_is_gone_and_the_journal_stays(own: Hooked) -> None:
    install(own.git_dir)
    own.push(own.commit({ZIGUI: plan(remark="一")}), "refs/heads/yichang/a", YICHANG)
    journal = (own.git_dir / "siwu-journal.jsonl").read_bytes()
    assert run(SIWU, "hook", "remove", str(own.git_dir), cwd=own.git_dir).code == 0
    assert (hooks(own.git_dir), (own.git_dir / "siwu-journal.jsonl").read_bytes()) == ({}, journal)
    again = run(SIWU, "hook", "remove", str(own.git_dir), cwd=own.git_dir)
    assert (again.code, again.text) == (0, "这个仓库没有装本程序的钩子。")


@pytest.mark.parametrize("broken", ["missing", "exit 3", "exit 2", "kill -9 $$", "exit 255"])
def test_nothing_comes_in_where_siwu_cannot_run(own: Hooked, tmp_path: Path, broken: str) -> None:
    install(own.git_dir)
    program = tmp_path / "siwu"
    if broken != "missing":
        program.write_text(f"#!/bin/sh\n{broken}\n")
        program.chmod(0o755)
    hook = own.git_dir / "hooks" / "pre-receive"
    hook.write_text(hook.read_text().replace(shlex.quote(SIWU), shlex.quote(str(program))))
    head = own.commit({ZIGUI: plan(remark="一")})
    said = own.push(head, "refs/heads/yichang/a", YICHANG)
    assert said.code == 1
    assert (
        "没有收下：服务器上的检查程序没有运行成功，服务器上什么也没有改变。请联系服务器管理人员，稍后再推送。"
        in said.text
    )
    assert own.tip("refs/heads/yichang/a") == ""


def test_nothing_comes_in_where_its_time_cannot_be_noted(own: Hooked) -> None:
    install(own.git_dir)
    (own.git_dir / "siwu-journal.jsonl").mkdir()
    said = own.push(own.commit({ZIGUI: plan(remark="一")}), "refs/heads/yichang/a", YICHANG)
    assert (said.code, own.tip("refs/heads/yichang/a")) == (1, "")


def test_names_that_a_shell_would_take_apart(empty: Path) -> None:
    site = str(empty.parent / "a 'site'; touch $(x)")
    assert install(empty, "--site", site).code == 0
    script = empty / "hooks" / "post-receive"
    text = script.read_text()
    line = next(line for line in text.splitlines() if " hook post-receive " in line)
    assert shlex.split(line)[-2:] == ["--site", site]
    assert shlex.split(line)[shlex.split(line).index("--committer") + 1] == COMMITTER
    assert subprocess.run(["sh", "-n", str(script)], check=False).returncode == 0


def test_an_empty_repository_takes_nothing_before_its_first_version(empty: Path, plain: Hooked) -> None:
    said = install(empty)
    assert said.code == 0
    assert "这个仓库还没有分支 main：请先在服务器上放入第一个版本，在此之前任何推送都不收。" in said.text
    pushed = Hooked(empty, plain.bare, plain.first).push(plain.first, "refs/heads/main", "9000001")
    assert pushed.code == 1
    assert "这个仓库还没有主分支 main：请服务器管理人员在服务器上放入第一个版本，再安装钩子" in pushed.text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--base", "a..b"), "“a..b”不能作分支名"),
        (("--register-branch", "-x y"), "“-x y”不能作分支名"),
        (("--register-branch", "main"), "登记簿要有自己的分支，不能是主分支"),
        (("--committer", ""), "登记时用谁的名义提交？请用 --committer 写明"),
        (("--committer", "没有邮箱"), "--committer 要写成“名字 <邮箱>”的样子"),
        (("--user-from", "a=b"), "“a=b”不是环境变量名"),
    ],
)
def test_what_cannot_work_is_refused_at_once(empty: Path, options: tuple[str, str], said: str) -> None:
    done = install(empty, f"{options[0]}={options[1]}")
    assert (done.code, hooks(empty)) == (2, {})
    assert said in done.text


def test_only_a_servers_repository(tmp_path: Path) -> None:
    sure("git", "init", "-q", "work", cwd=tmp_path)
    sure("git", "init", "-q", "--bare", "--object-format=sha256", "other.git", cwd=tmp_path)
    for name, said in (
        ("work", "不是服务器上的裸仓库"),
        ("nothing", "不是服务器上的裸仓库"),
        ("other.git", "SHA-256"),
    ):
        done = run(SIWU, "hook", "install", name, "--committer", COMMITTER, cwd=tmp_path)
        assert done.code == 2
        assert said in done.text


def test_hooks_kept_elsewhere_belong_to_others_too(own: Hooked, tmp_path: Path) -> None:
    sure("git", "config", "core.hooksPath", str(tmp_path / "elsewhere"), cwd=own.git_dir)
    done = install(own.git_dir)
    assert done.code == 2
    assert "请先改好 core.hooksPath" in done.text
