"""The command line as a person meets it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from generator.cli.commands import COMMANDS
from generator.rule import Finding
from generator.rules import RULES
from tests.disk import lay
from tests.said import SIWU, Run, Said, ended
from tests.support import IDENTITY, base, edit, records, write

ZIGUI = "data/plans/2022/yichang/zigui.yml"
BOM = b"\xef\xbb\xbf"
KEYS = ["code", "severity", "path", "line", "column", "key", "message", "remedy", "clause", "url"]
CLEAN = f"检查了 {len(base())} 个文件，没有发现问题；有 1 份密封记录没有打开（未给出身份文件）。\n"


@pytest.fixture
def siwu(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process, in a folder."""
    monkeypatch.delenv("SIWU_IDENTITY", raising=False)

    def run(*arguments: str | Path, cwd: Path | None = None) -> Said:
        if cwd is not None:
            monkeypatch.chdir(cwd)
        code = ended(*arguments)
        return Said(code, *capsys.readouterr())

    return run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return lay(tmp_path / "repository")


def few(path: str = ZIGUI) -> bytes:
    """A plan with too few people."""
    return write(path, edit(records()[path], {"classes/0/trainees/total": 99}))


def git(*arguments: str | Path, cwd: Path) -> None:
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PATH": os.environ["PATH"]}
    who = ["-c", "user.name=x", "-c", "user.email=x@x.example", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *arguments], cwd=cwd, env=quiet, check=True, capture_output=True)


# Help and wrong usage


@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_help_is_chinese(command: str | None, siwu: Run) -> None:
    said = siwu(*([command] if command else []), "--help")
    assert said.code == 0
    assert said.out.startswith("用法：siwu")
    assert "显示帮助" in said.out
    assert not re.search(r"usage|options|positional|arguments|show this|default:|exit", said.out)


def test_help_names_every_command(siwu: Run) -> None:
    shown = re.findall(r"^    ([a-z]+) +\S", siwu("-h").out, re.M)
    assert shown == list(COMMANDS)


def test_help_loads_nothing_heavy() -> None:
    code = "import sys; from generator.cli import main\ntry: main(['--help'])\nexcept SystemExit: print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "yaml",
        "jsonschema",
        "jsonschema_rs",
        "pyrage",
        "pandas",
        "importlib.metadata",
        "generator.tree",
        "zoneinfo",
    }
    assert not heavy & set(done.stdout.split("\n"))


def test_version(siwu: Run) -> None:
    assert re.fullmatch(r"siwu [0-9]+\.[0-9]+\.[0-9]+\n", siwu("--version").out)


WRONG = [
    ([], "缺少参数：命令。运行 siwu -h 查看帮助。"),
    (["chekc"], "没有命令“chekc”。是否想写 check？运行 siwu -h 查看帮助。"),
    (["frobnicate"], "没有命令“frobnicate”。运行 siwu -h 查看帮助。"),
    (["check", "--stricct"], "不认识的参数：--stricct。是否想写 --strict？运行 siwu -h 查看帮助。"),
    (["check", "--str"], "不认识的参数：--str。是否想写 --strict？运行 siwu -h 查看帮助。"),
    (
        ["check", "--format", "xml"],
        "--format 没有“xml”这个选项，可写：text、json、github。运行 siwu check -h 查看帮助。",
    ),
    (["check", "--only"], "--only 后面至少要跟一个值。运行 siwu check -h 查看帮助。"),
    (["check", "--tree"], "--tree 后面要跟一个值。运行 siwu check -h 查看帮助。"),
    (["check", "--strict=1"], "--strict 后面不跟值。运行 siwu check -h 查看帮助。"),
    (
        ["check", "--as-of", "2022-1-1"],
        "--as-of：“2022-1-1”不是日期，请写成 2022-11-20 的样子。运行 siwu check -h 查看帮助。",
    ),
    (
        ["check", "--as-of", "2022-02-30"],
        "--as-of：“2022-02-30”不是日期，请写成 2022-11-20 的样子。运行 siwu check -h 查看帮助。",
    ),
    (
        ["check", "--as-of", "20221120"],
        "--as-of：“20221120”不是日期，请写成 2022-11-20 的样子。运行 siwu check -h 查看帮助。",
    ),
    (["diff", "old"], "缺少参数：新。运行 siwu diff -h 查看帮助。"),
    (["diff"], "缺少参数：旧、新。运行 siwu diff -h 查看帮助。"),
    (["demo"], "缺少参数：--out。运行 siwu demo -h 查看帮助。"),
    (["demo", "--seed", "x"], "--seed：“x”不是整数。运行 siwu demo -h 查看帮助。"),
    (["demo", "--scale", "0"], "--scale：“0”应是 1 到 100 的整数。运行 siwu demo -h 查看帮助。"),
]


@pytest.mark.parametrize(
    ("arguments", "sentence"), WRONG, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_wrong_usage_is_a_chinese_sentence(arguments: list[str], sentence: str, siwu: Run) -> None:
    said = siwu(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("用法：siwu")
    assert said.err.splitlines()[-1] == f"siwu：{sentence}"


# Where it runs


def test_the_repository_is_found_upward(root: Path, siwu: Run) -> None:
    assert siwu("check", cwd=root) == (0, CLEAN, "")
    assert siwu("check", cwd=root / "data" / "plans" / "2022") == (0, CLEAN, "")


def test_the_repository_is_named(root: Path, tmp_path: Path, siwu: Run) -> None:
    for arguments in (
        ["-C", root, "check"],
        ["check", "-C", "repository/data"],
        ["-C", "repository", "check"],
    ):
        assert siwu(*arguments, cwd=tmp_path) == (0, CLEAN, "")
    assert siwu("-C", "nowhere", "check", cwd=tmp_path) == (2, "", "siwu：没有文件夹 nowhere\n")


@pytest.mark.parametrize("command", [["check"], ["rules"], ["fix"], ["demo", "--out", "x"], ["build"]])
def test_outside_a_repository_it_says_so(command: list[str], tmp_path: Path, siwu: Run) -> None:
    sentence = f"siwu：{tmp_path} 及其上级文件夹都不是数据仓库（应同时有 data/ 和 schemas/）。请进入仓库文件夹，或用 -C 指定。\n"
    assert siwu(*command, cwd=tmp_path) == (2, "", sentence)


# Exit codes


def test_problems_are_1(root: Path, siwu: Run) -> None:
    (root / ZIGUI).write_bytes(few())
    said = siwu("check", cwd=root)
    assert said.code == 1
    assert f"{ZIGUI}:9:1 错误 PL002 " in said.out


def test_a_warning_counts_only_when_strict(root: Path, siwu: Run) -> None:
    (root / "data/waivers.yml").write_bytes(BOM + base()["data/waivers.yml"])
    said = siwu("check", cwd=root)
    assert said.code == 0
    assert (
        said.out.splitlines()[0]
        == "data/waivers.yml:1:1 警告 FI019 文件开头有 BOM 标记。运行 siwu fix 可自动整理。"
    )
    assert siwu("check", "--strict", cwd=root) == said._replace(code=1)


def test_a_bug_is_3(root: Path, siwu: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise ZeroDivisionError("\x1b[31m")

    monkeypatch.setattr("generator.check.check", crash)
    said = siwu("check", cwd=root)
    assert (said.code, said.out) == (3, "")
    assert said.err.startswith("Traceback")
    assert "ZeroDivisionError" in said.err
    assert "\x1b" not in said.err
    assert re.fullmatch(
        r"siwu 自身出错了（版本 [0-9.]+，Python [0-9.]+）。这是程序的问题，不是您的操作有误；"
        "记录没有写坏。请把以上文字连同所用命令报告给维护人员。",
        said.err.splitlines()[-1],
    )


def test_a_full_disk_is_no_bug(root: Path, siwu: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "build/pages/index.md")

    monkeypatch.setattr("generator.check.check", crash)
    said = "siwu：磁盘满了：build/pages/index.md。没有做完；解决以后再运行同一条命令\n"
    assert siwu("check", cwd=root) == (2, "", said)


def test_a_crashing_rule_is_3_and_the_others_still_speak(
    root: Path, siwu: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_: object) -> Iterator[Finding]:
        raise ZeroDivisionError

    (root / ZIGUI).write_bytes(few())
    broken = next(code for code, rule in RULES.items() if rule.check and code != "PL002" and not rule.sealed)
    monkeypatch.setitem(RULES, broken, replace(RULES[broken], check=crash))
    said = siwu("check", cwd=root)
    assert said.code == 3
    assert " PL002 " in said.out
    assert said.err.startswith(f"{broken}\nTraceback")


def test_ctrl_c_is_quiet(root: Path, siwu: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("generator.check.check", interrupt)
    assert siwu("check", cwd=root) == (130, "", "")


@pytest.mark.parametrize("command", [["check"], ["check", "--format", "json"], ["rules"]])
def test_a_reader_who_leaves_changes_nothing(command: list[str], root: Path) -> None:
    (root / "data/plans").rename(root / "data/plan")
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([*SIWU, "-C", root, *command], stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0 if command == ["rules"] else 1, b"")


def test_a_terminal_without_chinese_is_no_reason_to_fail(root: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "gb2312"}
    path = "data/instructors/base-yichang/li-shili.yml"
    (root / path).write_bytes(write(path, edit(records()[path], {"title": "䶮"})))
    done = subprocess.run([*SIWU, "-C", root, "check"], env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert "“\\u4dae”" in done.stdout.decode("gb2312")


# Formats


def test_json_is_one_array_with_the_promised_keys(root: Path, siwu: Run) -> None:
    assert siwu("check", "--format", "json", cwd=root) == (0, "[]\n", "")
    (root / ZIGUI).write_bytes(few())
    said = siwu("check", "--format", "json", cwd=root)
    assert said.code == 1
    found = json.loads(said.out)
    assert [list(problem) for problem in found] == [KEYS] * len(found)
    (problem,) = (problem for problem in found if problem["code"] == "PL002")
    assert problem["path"] == ZIGUI
    assert (problem["severity"], problem["key"], problem["line"], problem["column"]) == (
        "error",
        "classes",
        9,
        1,
    )
    assert problem["url"].endswith("rules/#pl002")
    assert all(isinstance(problem[key], int) for key in ("line", "column"))


FORGED = "x\n::error file=a,line=1::forged\r\n::set-output name=x::y%0A::warning::z"


def test_a_record_cannot_forge_a_github_annotation(root: Path, siwu: Run) -> None:
    plan = edit(records()[ZIGUI], {"classes/0/sessions/0/half": FORGED, f"key,{FORGED}": FORGED})
    (root / ZIGUI).write_bytes(write(ZIGUI, plan))
    (root / "data" / "a::b,line=9%0A::error::.yml").write_bytes(b"x: 1\n")
    said = siwu("check", "--format", "github", cwd=root)
    assert said.code == 1
    *annotations, summary = said.out.splitlines()
    assert summary.startswith("检查了 ")
    assert len(said.out.split("\n")) == len(annotations) + 2
    assert "\r" not in said.out
    shape = re.compile(r"::(error|warning|notice) file=([^:,]*),line=[0-9]+,col=[0-9]+,title=[^:,]*::.*")
    paths = [match[2] for line in annotations if (match := shape.fullmatch(line))]
    assert len(paths) == len(annotations)
    assert set(paths) <= {ZIGUI, "data/a%3A%3Ab%2Cline=9%250A%3A%3Aerror%3A%3A.yml", *base()}
    assert sum("forged" in line for line in annotations) >= 2


def test_a_record_cannot_write_lines_of_its_own(root: Path, siwu: Run) -> None:
    plan = edit(records()[ZIGUI], {"classes/0/sessions/0/half": FORGED, f"key{FORGED}\x1b[2J": 1})
    (root / ZIGUI).write_bytes(write(ZIGUI, plan))
    said = siwu("check", cwd=root)
    assert not re.search(r"^(?!data/|检查了 )", said.out.removesuffix("\n"), re.M)
    assert "\x1b" not in said.out
    assert json.loads(siwu("check", "--format", "json", cwd=root).out)


# What is checked


def test_only_shows_what_was_asked_for(root: Path, siwu: Run) -> None:
    other = "data/plans/2022/yichang/xingshan.yml"
    for path in (ZIGUI, other):
        (root / path).write_bytes(BOM + base()[path])

    def shown(*only: str, cwd: Path = root) -> set[str]:
        return {line.split(":")[0] for line in siwu("check", "--only", *only, cwd=cwd).out.splitlines()[:-1]}

    assert {path for path in shown("data") if "plans" in path} == {ZIGUI, other}
    assert shown(ZIGUI) == {ZIGUI}
    assert shown("./data/plans/2022/yichang/", "data/plans/2022/enshi") == {ZIGUI, other}
    assert shown("zigui.yml", cwd=root / "data/plans/2022/yichang") == {ZIGUI}
    assert shown("../../yichang/zigui.yml", cwd=root / "data/deliveries/2022/yichang") == set()
    assert siwu("check", "--only", "data/plans/2022/yichang/zigu", cwd=root) == (
        2,
        "",
        "siwu：data/ 中没有 data/plans/2022/yichang/zigu\n",
    )


def test_as_of_is_the_day_that_lateness_counts_from(root: Path, siwu: Run) -> None:
    (root / ZIGUI).unlink()
    early, late = (siwu("check", "--as-of", day, cwd=root).out for day in ("2022-01-02", "2022-11-20"))
    assert early != late
    assert siwu("check", cwd=root).out == late


@pytest.fixture
def bare(root: Path, tmp_path: Path) -> Path:
    """A bare repository whose one commit holds the repository of `root`."""
    git("init", "-q", cwd=root)
    git("add", "-A", cwd=root)
    git("commit", "-q", "-m", "x", cwd=root)
    git("clone", "-q", "--bare", root, tmp_path / "bare.git", cwd=tmp_path)
    return tmp_path / "bare.git"


@pytest.fixture
def troubled(root: Path) -> Path:
    """The repository with a problem of every family in it."""
    (root / ZIGUI).write_bytes(few())
    (root / "data/waivers.yml").write_bytes(BOM + base()["data/waivers.yml"])
    (root / "data/plans/2022/yichang/xingshan.yml").write_bytes(b"a: [\n")
    (root / "data/x.yml").symlink_to("nowhere")
    (root / "data/中文.yml").write_bytes(b"x: 1\n")
    (root / "data/dataset.yml").chmod(0o755)
    return root


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_a_bare_repository_gives_the_same_as_a_folder(
    form: str, troubled: Path, bare: Path, tmp_path: Path, siwu: Run
) -> None:
    folder = siwu("check", "--format", form, cwd=troubled)
    assert folder.code == 1
    shutil.rmtree(troubled)
    assert siwu("check", "--format", form, "--tree", "HEAD", "--git-dir", "bare.git", cwd=tmp_path) == folder
    assert siwu("check", "--format", form, "--tree", "main^{tree}", "--git-dir", bare, cwd=tmp_path) == folder


def test_a_revision_of_the_repository_at_hand(root: Path, bare: Path, siwu: Run) -> None:
    (root / ZIGUI).write_bytes(few())
    assert siwu("check", "--tree", "HEAD", cwd=root / "data") == (0, CLEAN, "")
    missing = f"siwu：git 仓库 {root / '.git'} 中读不到版本 nowhere\n"
    assert siwu("check", "--tree", "nowhere", cwd=root) == (2, "", missing)
    option = f"siwu：git 仓库 {root / '.git'} 中读不到版本 --all\n"
    assert siwu("check", "--tree=--all", cwd=root) == (2, "", option)
    assert siwu("check", "--git-dir", bare, cwd=root) == (2, "", "siwu：--git-dir 要与 --tree 同用\n")
    nowhere = f"siwu：{root / 'nowhere'} 不是 git 仓库，请用 --git-dir 指明\n"
    assert siwu("check", "--tree", "HEAD", "--git-dir", "nowhere", cwd=root) == (2, "", nowhere)


# Sealed records


def test_an_identity_opens_the_sealed_records(
    root: Path, tmp_path: Path, siwu: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = f"检查了 {len(base())} 个文件，没有发现问题。\n"
    assert siwu("check", "--identity", IDENTITY, cwd=root) == (0, opened, "")
    monkeypatch.setenv("SIWU_IDENTITY", str(IDENTITY))
    assert siwu("check", cwd=root) == (0, opened, "")
    assert siwu("check", "--identity", tmp_path / "none", cwd=root).code == 2
    monkeypatch.setenv("SIWU_IDENTITY", "")
    assert siwu("check", cwd=root) == (0, CLEAN, "")


IDENTITIES = [
    (None, "读不了：没有这个文件"),
    (b"\xff", "不能用：不是文本文件"),
    (b"", "不能用：私钥文件里没有私钥，应有一行以 AGE-SECRET-KEY-1 开头的内容"),
    (b"AGE-SECRET-KEY-1SECRET", "不能用：私钥文件第 1 行不是 age 私钥，应以 AGE-SECRET-KEY-1 开头并完整复制"),
]


@pytest.mark.parametrize(("content", "reason"), IDENTITIES)
def test_a_bad_identity_is_said_without_showing_it(
    content: bytes | None, reason: str, root: Path, tmp_path: Path, siwu: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "identity"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("SIWU_IDENTITY", str(path))
    assert siwu("check", cwd=root) == (2, "", f"siwu：身份文件 {path} {reason}\n")


# The other commands


def test_rules_lists_the_catalogue(root: Path, siwu: Run) -> None:
    said = siwu("rules", cwd=root)
    assert said.code == 0
    *lines, last = said.out.splitlines()
    assert [line.split()[0] for line in lines] == list(RULES)
    assert last == f"共 {len(RULES)} 条。运行 siwu rules 规则编号 查看说明和例子。"


@pytest.mark.parametrize("code", ["PL002", "pl002"])
def test_rules_explains_one(code: str, root: Path, siwu: Run) -> None:
    said = siwu("rules", code, cwd=root)
    assert said.code == 0
    assert said.out.startswith("PL002 全年培训人数达到下限\n级别：错误    依据：方案 二(二)1、三(一)7(1)\n")
    assert "\n错误的写法：\n    " in said.out
    assert "\n正确的写法：\n    " in said.out


def test_an_unknown_rule_is_said(root: Path, siwu: Run) -> None:
    said = siwu("rules", "XX999", cwd=root)
    assert said == (2, "", "siwu：没有规则 XX999。运行 siwu rules 查看全部规则。\n")


def test_fix_says_what_it_wrote_and_what_it_kept(root: Path, siwu: Run) -> None:
    assert siwu("fix", cwd=root) == (0, "整理了 0 个文件。\n", "")
    (root / ZIGUI).write_bytes(BOM + base()[ZIGUI])
    noted = base()["data/waivers.yml"] + "# 说明\n".encode()
    (root / "data/waivers.yml").write_bytes(noted)
    assert siwu("fix", "zigui.yml", cwd=root / "data/plans/2022/yichang") == (
        0,
        f"{ZIGUI}：已整理（去掉 BOM 标记）\n整理了 1 个文件。\n",
        "",
    )
    assert siwu("fix", cwd=root) == (
        1,
        "data/waivers.yml：没有改动，里面有注释，重写会丢失；说明可移到“备注”一类的字段里\n整理了 0 个文件，1 个没有改动。\n",
        "",
    )
    assert (root / "data/waivers.yml").read_bytes() == noted
    assert siwu("fix", "nowhere", cwd=root) == (2, "", "siwu：data/ 中没有 nowhere\n")


def test_diff_of_folders_and_revisions(root: Path, bare: Path, tmp_path: Path, siwu: Run) -> None:
    said = "宜昌市秭归县 2022年培训计划：班次 zigui-1 培训人数 110→99\n"
    old = lay(tmp_path / "old")
    (root / ZIGUI).write_bytes(few())
    assert siwu("diff", old, root, cwd=tmp_path) == (0, said, "")
    assert siwu("diff", "HEAD", ".", cwd=root) == (0, said, "")
    assert siwu("-C", root, "diff", "../old", ".", cwd=tmp_path) == (0, said, "")
    git("commit", "-q", "-a", "-m", "y", cwd=root)
    assert siwu("diff", "HEAD~1", "HEAD", cwd=root / "data") == (0, said, "")
    shutil.rmtree(old / "schemas")
    assert siwu("diff", "main", old, "--git-dir", bare, cwd=tmp_path) == (
        0,
        "",
        "siwu：两边的记录没有不同。\n",
    )
    assert siwu("diff", "nowhere", "HEAD", cwd=root).code == 2
    assert siwu("diff", "HEAD", "schemas", cwd=root) == (
        2,
        "",
        "siwu：文件夹 schemas 中没有 data/，不是数据仓库\n",
    )
