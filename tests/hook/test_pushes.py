"""Attacks on a server, each a real `git push` through the hook. Nothing of a refused push stays.

The gate's own attacks stand in tests/gate and come here in `test_attacks`; here is one of each kind, with nothing left
behind, and what only a server is asked: references.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.gate import limits
from generator.gate.merging import merged
from generator.git import Git
from generator.tree import TreeError
from tests.gate.repository import (
    BASE,
    ENSHI,
    GROUP,
    OFFICE,
    REGISTER,
    XINGSHAN,
    YICHANG,
    ZIGUI,
    Given,
    Node,
    crossed,
    plan,
)
from tests.hook.conftest import REGISTRAR, STRANGER, Hooked
from tests.hook.servers import Said, run, sure
from tests.support import base

PHONE = "13800138000"
FOLDER = "data/plans/2022/yichang"
MINE = "refs/heads/yichang/attack"
MAIN = "refs/heads/main"
REFUSED = "没有收下：服务器上什么也没有改变。"
LINES = base()[REGISTER].splitlines(keepends=True)

Make = Callable[[Hooked], str]


def state(hooked: Hooked) -> tuple[str, str, bytes, set[str]]:
    """References, objects and journal of the server."""
    journal = hooked.git_dir / "siwu-journal.jsonl"
    objects = {path.name for path in (hooked.git_dir / "objects").rglob("*") if path.is_file()}
    raw = journal.read_bytes() if journal.exists() else b""
    return sure("git", "for-each-ref", cwd=hooked.git_dir), hooked.tip(), raw, objects


def refused(hooked: Hooked, *specs: str, user: str, options: tuple[str, ...] = (), **more: str) -> Said:
    """Push, see it refused, and see nothing changed: no reference, no object, no entry."""
    before = state(hooked)
    said = hooked.send(*specs, user=user, options=options, **more)
    assert said.code == 1, said.text
    assert state(hooked) == before
    assert "\x1b" not in said.text
    return said


@pytest.fixture(scope="module")
def head(hooked: Hooked) -> str:
    """A head of Yichang that was received."""
    new = hooked.commit({ZIGUI: plan(remark="更正")})
    said = hooked.push(new, "refs/heads/yichang/good", YICHANG)
    assert said.code == 0, said.text
    return new


def commit(**more: Any) -> Callable[[Mapping[str, Given]], Make]:
    return lambda changed: lambda hooked: hooked.commit(dict(changed), **more)


def then_gone(changed: Mapping[str, Given]) -> Make:
    """A commit, and one that takes it back."""

    def make(hooked: Hooked) -> str:
        bad = hooked.commit(dict(changed))
        return hooked.commit({path: base().get(path) for path in changed}, bad)

    return make


now = commit()
BOMB = b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


CONTENTS: dict[str, tuple[Make, str]] = {
    "another bureau's file": (now({ENSHI: plan(ENSHI, remark="改")}), "GA003"),
    "submodule": (now({ZIGUI: Node("160000", key="1" * 40)}), "GA010"),
    "executable, gone again": (then_gone({ZIGUI: Node("100755", plan())}), "GA010"),
    "YAML bomb": (now({ZIGUI: BOMB}), "FI004"),
    "a name that moves the terminal's cursor": (now({f"{FOLDER}/a\x1b[31m.yml": b"x\n"}), "GA011"),
    "personal data, gone again": (then_gone({ZIGUI: plan(remark=f"电话 {PHONE}")}), "PI002"),
    "personal data in a message": (commit(message=f"电话 {PHONE}")({ZIGUI: plan(remark="一")}), "PI002"),
    "a file that is too large": (now({ZIGUI: b"# " + b"x" * (1 << 20)}), "GA008"),
    "a plan with an error": (now({ZIGUI: plan(classes__0__trainees__total=10)}), "PL002"),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_what_a_bureau_may_not_bring(hooked: Hooked, name: str) -> None:
    make, code = CONTENTS[name]
    said = refused(hooked, f"{make(hooked)}:{MINE}", user=YICHANG)
    assert REFUSED in said.text
    assert code in said.text
    assert PHONE not in said.text


@pytest.mark.parametrize(
    ("name", "fault"), [("..", "hasDotdot"), (".GIT", "hasDotgit"), ("git~1", "hasDotgit"), (".", "hasDot")]
)
def test_paths_git_itself_takes_for_others(hooked: Hooked, name: str, fault: str) -> None:
    said = refused(hooked, f"{hooked.commit({f'{FOLDER}/{name}': b'x'})}:{MINE}", user=YICHANG)
    assert fault in said.text


def test_a_push_larger_than_the_server_takes(hooked: Hooked) -> None:
    sure("git", "config", "receive.maxInputSize", "20k", cwd=hooked.git_dir)
    try:
        noise = b"".join(bytes([(n * n + (n >> 7)) % 251]) for n in range(100_000))
        said = refused(hooked, f"{hooked.commit({ZIGUI: noise})}:{MINE}", user=YICHANG)
    finally:
        sure("git", "config", "receive.maxInputSize", "128m", cwd=hooked.git_dir)
    assert "unpack" in said.text
    assert REFUSED not in said.text


def test_the_offices_own_register_lines(hooked: Hooked) -> None:
    edited = LINES[0].replace(b"2022", b"2021", 1)
    for raw in (b"".join([edited, *LINES[1:]]), b"".join(LINES[:-1]), b"".join(reversed(LINES))):
        said = refused(hooked, f"{hooked.commit({REGISTER: raw})}:{MAIN}", user=OFFICE)
        assert "GA014" in said.text


@pytest.mark.parametrize(
    ("user", "ref", "why"),
    [
        (YICHANG, MAIN, "主分支只由省知识产权局合并，合并才是备案。请推送到本单位的分支"),
        (YICHANG, "refs/heads/enshi/plan", "本账号的分支名要以 yichang/ 开头"),
        (YICHANG, "refs/heads/yichang-plan", "本账号的分支名要以 yichang/ 开头"),
        (BASE, "refs/heads/yichang/plan", "本账号的分支名要以 base-yichang/ 开头"),
        (GROUP, "refs/heads/office/plan", "本账号的分支名要以 group/ 开头"),
        (OFFICE, "refs/replace/1111111111111111111111111111111111111111", "只能推送分支和标签"),
        (OFFICE, "refs/notes/commits", "只能推送分支和标签"),
        (YICHANG, "refs/pull/7/head", "只能推送分支和标签"),
        (OFFICE, "refs/heads/register", "登记簿由服务器在合并后自动登记，任何人都不能推送"),
        (YICHANG, "refs/heads/register", "登记簿由服务器在合并后自动登记，任何人都不能推送"),
        (REGISTRAR, "refs/heads/yichang/x", "登记任务的账号只能推送登记簿分支"),
        (REGISTRAR, MAIN, "登记任务的账号只能推送登记簿分支"),
        (YICHANG, "refs/tags/v1", "标签只由省知识产权局推送"),
        (STRANGER, MINE, "账号“9999999”没有登记，不能提交"),
        ("", MINE, "服务器没有给出推送人的账号，无法判断权限（环境变量 SIWU_USER 是空的）"),
        ("-x\x1b[1m", MINE, "不是账号"),
    ],
)
def test_who_may_push_where(hooked: Hooked, user: str, ref: str, why: str) -> None:
    said = refused(hooked, f"{hooked.commit({ZIGUI: plan(remark='一')})}:{ref}", user=user)
    assert why in said.text


def test_a_small_push_that_unfolds_to_a_million_files(hooked: Hooked) -> None:
    """Where the base moved on, git would unfold it to look for renames: 14 s and 700 MB, a folder deeper ten times that."""
    bare = hooked.bare
    folder = bare.raw_tree([(str(n), "100644", bare.store("blob", b"x\n")) for n in range(10)])
    for _ in range(5):
        folder = bare.raw_tree([(str(n), "40000", folder) for n in range(10)])
    listed = sure("git", "ls-tree", hooked.first, cwd=bare.git_dir).splitlines()
    kept = [(name, mode.lstrip("0"), key) for mode, _, key, name in map(str.split, listed) if name != "docs"]
    bomb = bare.commit_tree(bare.raw_tree([*kept, ("zz", "40000", folder)]), hooked.first)
    said = refused(hooked, f"{bomb}:{MINE}", user=YICHANG)
    assert "GA007 改动的文件超过 2000 个，没有检查" in said.text
    assert "必须改" not in said.text


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (PHONE, "分支名中有疑似手机号码。请换一个名称"),
        ("plan\u2028", "分支名不能用：含有看不见的字符"),
        ("pl\u0430n", "分支名不能用：含有看不见的字符，或看上去像别的字母的字符"),
    ],
)
def test_names_of_branches(hooked: Hooked, name: str, why: str) -> None:
    said = refused(
        hooked, f"{hooked.commit({ZIGUI: plan(remark='一')})}:refs/heads/yichang/{name}", user=YICHANG
    )
    assert why in said.text


def test_one_refusal_refuses_all(hooked: Hooked) -> None:
    good, bad = hooked.commit({ZIGUI: plan(remark="好")}), hooked.commit({ENSHI: plan(ENSHI, remark="坏")})
    said = refused(hooked, f"{good}:refs/heads/yichang/one", f"{bad}:refs/heads/yichang/two", user=YICHANG)
    assert "分支 yichang/two" in said.text
    assert "分支 yichang/one" not in said.text


def test_more_references_than_anyone_needs(hooked: Hooked) -> None:
    said = refused(hooked, *(f"{hooked.first}:refs/heads/yichang/{n}" for n in range(51)), user=YICHANG)
    assert "一次推送了 51 个分支和标签，超过 50 个。请分几次推送" in said.text


def test_more_steps_of_the_base_than_anyone_takes(hooked: Hooked) -> None:
    tree = sure("git", "rev-parse", "main^{tree}", cwd=hooked.git_dir)
    new = hooked.first
    for _ in range(501):
        new = hooked.bare.commit_tree(tree, new)
    said = refused(hooked, f"{new}:{MAIN}", user=OFFICE)
    assert "一次推送了 500 个以上的合并或提交。请分几次推送" in said.text


def test_the_base_is_neither_deleted_nor_rewritten(hooked: Hooked) -> None:
    sure("git", "config", "receive.denyDeleteCurrent", "ignore", cwd=hooked.git_dir)
    assert "主分支不能删除" in refused(hooked, f":{MAIN}", user=OFFICE).text
    other = hooked.bare.commit({"docs/guide.md": b"# other\n"}, message="别的开头")
    for new in (other, hooked.commit({"docs/guide.md": b"#\n"}, other)):
        said = refused(hooked, f"{new}:{MAIN}", user=OFFICE, options=("--force",))
        assert "新版本不是从主分支现在的版本接着做的" in said.text
    said = refused(hooked, f"{other}:refs/heads/office/other", user=OFFICE)
    assert "这个分支与主分支没有共同的历史" in said.text


def test_a_merge_takes_in_what_was_judged_as_it_was(hooked: Hooked, head: str) -> None:
    raw = plan(remark="更正")
    unseen = hooked.commit({XINGSHAN: plan(XINGSHAN, remark="没有推送过")})
    crossed = hooked.commit({ZIGUI: plan(remark="又一个")})
    attacks = {
        hooked.commit({ZIGUI: raw, ENSHI: plan(ENSHI, remark="夹带")}, hooked.first, head): (
            f"自己还改了两边都没有的内容：{ENSHI}。"
        ),
        hooked.commit(
            {ZIGUI: plan(remark="改过")}, hooked.first, head
        ): f"自己还改了两边都没有的内容：{ZIGUI}。",
        hooked.commit({}, hooked.first, head): f"自己还改了两边都没有的内容：{ZIGUI}。",
        hooked.commit({XINGSHAN: plan(XINGSHAN)}, hooked.first, unseen): "没有作为分支推送到本服务器检查过",
        hooked.commit({ZIGUI: raw}, hooked.first, head, crossed): "一次合并了 2 个分支。请一个一个合并",
        hooked.commit({}, hooked.commit({ZIGUI: plan(remark="又")}), head): f"的两边有冲突：{ZIGUI}。",
        hooked.commit({}, head, hooked.first): "直接快进成了主分支",
        hooked.commit({}, hooked.commit({}, head, hooked.first), hooked.first): "直接快进成了主分支",
        head: "是别的账号推送的分支，直接快进成了主分支。请用 git merge --no-ff 做一次合并",
    }
    for new, why in attacks.items():
        assert why in refused(hooked, f"{new}:{MAIN}", user=OFFICE).text


def test_a_merge_with_personal_data_in_its_message(hooked: Hooked, head: str) -> None:
    merge = hooked.commit({ZIGUI: plan(remark="更正")}, hooked.first, head, message=f"联系 {PHONE}")
    assert "PI002" in refused(hooked, f"{merge}:{MAIN}", user=OFFICE).text


def test_a_branch_in_conflict_with_the_base(hooked: Hooked) -> None:
    """Judged as merged: what git cannot merge by itself is not judged."""
    before = hooked.tip()
    moved = hooked.commit({ZIGUI: plan(remark="主分支")})
    sure("git", "fetch", "-q", str(hooked.bare.git_dir), moved, cwd=hooked.git_dir)
    sure("git", "update-ref", MAIN, moved, cwd=hooked.git_dir)
    try:
        said = refused(hooked, f"{hooked.commit({ZIGUI: plan(remark='分支')})}:{MINE}", user=YICHANG)
    finally:
        sure("git", "update-ref", MAIN, before, cwd=hooked.git_dir)
    assert (
        f"与主分支的最新版本有冲突：{ZIGUI}。请先运行 git pull --no-rebase origin main，改好冲突再推送"
        in said.text
    )


def test_a_history_that_merged_itself_over_and_over(hooked: Hooked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty commits that a bureau may bring: git would be at it for hours, with all the memory there is."""
    monkeypatch.setattr(limits, "MERGE_SECONDS", 0.5)
    with pytest.raises(TreeError, match=r"试合并超过 0\.5 秒没有做完：提交历史里互相合并的次数太多"):
        merged(Git(hooked.bare.git_dir), *crossed(hooked.bare, hooked.first))


def test_a_shallow_clone_pushes_but_cuts_no_history_off(hooked: Hooked, tmp_path: Path) -> None:
    """Also where the server's setting for all repositories would let it: nobody could register any more."""
    setting = tmp_path / "gitconfig"
    setting.write_text("[receive]\n\tshallowUpdate = true\n")
    bare = hooked.bare
    hidden = hooked.commit({ENSHI: plan(ENSHI, remark="藏起来的")})
    bare.set_branch("cut", hooked.commit({ENSHI: base()[ENSHI]}, hooked.first, hidden))
    for source, branch, code in ((hooked.git_dir, "main", 0), (bare.git_dir, "cut", 1)):
        clone = tmp_path / branch
        sure("git", "clone", "-q", "--depth=1", "-b", branch, f"file://{source}", str(clone), cwd=tmp_path)
        (clone / ZIGUI).write_bytes(plan(remark="三"))
        sure("git", "commit", "-qam", "更正", cwd=clone)
        sure("git", "fetch", "-q", str(hooked.git_dir), "main", cwd=clone)
        sure("git", "merge", "-q", "-s", "ours", "--allow-unrelated-histories", "FETCH_HEAD", cwd=clone)
        command = ("git", "push", str(hooked.git_dir), f"HEAD:refs/heads/yichang/{branch}")
        said = run(*command, cwd=clone, SIWU_USER=YICHANG, GIT_CONFIG_GLOBAL=str(setting))
        assert (said.code, "shallow update not allowed" in said.text) == (code, bool(code)), said.text
    assert not (hooked.git_dir / "shallow").exists()


def tag(hooked: Hooked, target: str, message: str = "见证", kind: str = "commit") -> str:
    head = f"object {target}\ntype {kind}\ntag v1\ntagger Office <1+o@users.noreply.example.invalid> 1669100000 +0800"
    return hooked.bare.store("tag", f"{head}\n\n{message}\n".encode())


def test_tags(hooked: Hooked) -> None:
    unjudged = hooked.commit({ENSHI: plan(ENSHI, remark=PHONE)})
    blob = hooked.bare.store("blob", PHONE.encode())
    attacks = {
        tag(hooked, unjudged): "标签要打在主分支或登记簿已有的提交上",
        unjudged: "标签要打在主分支或登记簿已有的提交上",
        tag(hooked, blob, kind="blob"): "标签要打在提交上",
        blob: "标签要打在提交上",
        tag(hooked, tag(hooked, hooked.first), kind="tag"): "标签要打在提交上",
        tag(hooked, hooked.first, f"电话 {PHONE}"): "标签说明有疑似手机号码",
        tag(hooked, hooked.first, "长" * 30_000): "标签说明超过 64 KB",
    }
    for new, why in attacks.items():
        assert why in refused(hooked, f"{new}:refs/tags/v1", user=OFFICE).text
    good = tag(hooked, hooked.first)
    assert hooked.push(good, "refs/tags/anchor", OFFICE).code == 0
    for spec in (f"{tag(hooked, hooked.first, '二')}:refs/tags/anchor", ":refs/tags/anchor"):
        said = refused(hooked, spec, user=OFFICE, options=("--force",))
        assert "标签推送以后不能移动或删除：登记簿的见证靠它" in said.text


def test_an_own_branch_is_rewritten_and_deleted_at_will(hooked: Hooked) -> None:
    one, two = hooked.commit({ZIGUI: plan(remark="一")}), hooked.commit({ZIGUI: plan(remark="二")})
    ref = "refs/heads/yichang/draft"
    assert hooked.push(one, ref, YICHANG).code == 0
    assert "本账号的分支名要以 yichang/ 开头" not in hooked.push(two, ref, YICHANG, "--force").text
    assert hooked.tip(ref) == two
    assert "分支名要以 base-yichang/ 开头" in refused(hooked, f":{ref}", user=BASE).text
    said = hooked.push("", ref, YICHANG)
    assert (said.code, hooked.tip(ref)) == (0, "")


def test_the_register_grows_by_its_own_account_only(hooked: Hooked) -> None:
    ref = "refs/heads/register"
    bare = hooked.bare
    start = bare.commit({REGISTER: b"".join(LINES[:-1])})
    good = bare.commit({REGISTER: b"".join(LINES)}, start)
    assert hooked.push(start, ref, REGISTRAR).code == 0
    try:
        attacks = {
            bare.commit({REGISTER: b"".join(LINES[:-2])}, start): "登记簿",
            bare.commit({REGISTER: b"".join(LINES[1:])}, start): "登记簿",
            bare.commit({REGISTER: b"".join(LINES), ZIGUI: plan()}, start): "登记簿分支上只能有登记簿",
            bare.commit({REGISTER: Node("100755", b"".join(LINES))}, start): "登记簿分支上只能有登记簿",
            bare.commit({REGISTER: None}, start): "登记簿分支上只能有登记簿",
            bare.commit({REGISTER: b"".join([*LINES[:-1], LINES[0]])}, start): "FL",
            bare.commit({REGISTER: b"".join(LINES)}): "不是接着做的",
            bare.commit({REGISTER: b"".join(LINES)}, bare.commit({REGISTER: b"x\n"}, start)): "登记簿",
        }
        for new, why in attacks.items():
            assert why in refused(hooked, f"{new}:{ref}", user=REGISTRAR, options=("--force",)).text
        assert "登记簿分支不能删除" in refused(hooked, f":{ref}", user=REGISTRAR).text
        assert "任何人都不能推送" in refused(hooked, f"{good}:{ref}", user=OFFICE).text
        assert hooked.push(good, ref, REGISTRAR).code == 0
        back = refused(hooked, f"{start}:{ref}", user=REGISTRAR, options=("--force",))
        assert "登记簿只增不改，不能退回以前的版本" in back.text
    finally:
        run("git", "update-ref", "-d", ref, cwd=hooked.git_dir)
