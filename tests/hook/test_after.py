"""What follows a push into the base: numbers for everything merged, wherever the register is; and what is said when not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.gate.repository import AUTHOR, ENSHI, ENSHI_BUREAU, OFFICE, XINGSHAN, YICHANG, ZIGUI, plan
from tests.hook.conftest import SIWU, Hooked, install
from tests.hook.servers import run, sure

MAIN, REGISTER = "refs/heads/main", "refs/heads/register"


@pytest.fixture
def own(plain: Hooked, tmp_path: Path) -> Hooked:
    shutil.copytree(plain.git_dir, tmp_path / "own.git")
    return Hooked(tmp_path / "own.git", plain.bare, plain.first)


def lines(hooked: Hooked, ref: str) -> list[dict[str, str]]:
    """The lines registered by a merge at hand."""
    names = sure("git", "ls-tree", "-r", "--name-only", ref, "data/filings", cwd=hooked.git_dir).splitlines()
    raws = [sure("git", "show", f"{ref}:{name}", cwd=hooked.git_dir) for name in names]
    return [line for raw in raws for line in map(json.loads, raw.splitlines()) if line["merge"]]


def received(hooked: Hooked, changed: dict[str, bytes], ref: str, user: str) -> str:
    head = hooked.commit(dict(changed))
    said = hooked.push(head, ref, user)
    assert said.code == 0, said.text
    return head


def test_two_merges_in_one_push_have_each_its_bureaus_time(own: Hooked) -> None:
    assert install(own.git_dir).code == 0
    yichang = received(own, {ZIGUI: plan(remark="一")}, "refs/heads/yichang/a", YICHANG)
    enshi = received(own, {ENSHI: plan(ENSHI, remark="二")}, "refs/heads/enshi/a", ENSHI_BUREAU)
    first = own.commit({ZIGUI: plan(remark="一")}, own.first, yichang)
    second = own.commit({ENSHI: plan(ENSHI, remark="二")}, first, enshi)
    said = own.push(second, MAIN, OFFICE)
    assert said.code == 0, said.text
    found = {
        line["record"]: (line["submission"], line["merge"], line["reviewer"]) for line in lines(own, REGISTER)
    }
    assert found == {ZIGUI: ("推送 1", first, OFFICE), ENSHI: ("推送 2", second, OFFICE)}
    journal = [json.loads(line) for line in (own.git_dir / "siwu-journal.jsonl").read_text().splitlines()]
    assert [one["head"] for one in journal] == [yichang, enshi, first, second]


def test_branch_and_merge_in_one_push(own: Hooked) -> None:
    """The office's own branch is judged first: then the merge may take it in."""
    assert install(own.git_dir).code == 0
    head = own.commit({XINGSHAN: plan(XINGSHAN, remark="一")})
    merge = own.commit({XINGSHAN: plan(XINGSHAN, remark="一")}, own.first, head)
    said = own.send(f"{merge}:{MAIN}", f"{head}:refs/heads/office/a", user=OFFICE)
    assert said.code == 0, said.text
    assert own.tip() == merge


def test_a_branch_brought_up_to_date_keeps_its_time(own: Hooked) -> None:
    """The number says which push: the first one that brought the plan as it is."""
    assert install(own.git_dir).code == 0
    mine, theirs = {ZIGUI: plan(remark="一")}, {ENSHI: plan(ENSHI, remark="二")}
    head = received(own, mine, "refs/heads/yichang/a", YICHANG)
    said = own.push(own.commit(dict(theirs)), MAIN, OFFICE)
    assert said.code == 0, said.text
    renewed = own.merge(head)
    said = own.push(renewed, "refs/heads/yichang/a", YICHANG)
    assert said.code == 0, said.text
    merge = own.merge(renewed)
    assert own.push(merge, MAIN, OFFICE).code == 0
    found = {line["record"]: (line["submission"], line["merge"]) for line in lines(own, REGISTER)}
    assert found[ZIGUI] == ("推送 1", merge)


def test_the_office_commits_by_itself(own: Hooked) -> None:
    assert install(own.git_dir).code == 0
    said = own.push(own.commit({ZIGUI: plan(remark="省局更正")}), MAIN, OFFICE)
    assert said.code == 0, said.text
    (line,) = lines(own, REGISTER)
    assert (line["submission"], line["reviewer"]) == ("推送 1", OFFICE)


def test_a_clock_beyond_all_calendars(own: Hooked) -> None:
    assert install(own.git_dir).code == 0
    tree = own.bare.tree(
        own.bare.files[own.first] | {ZIGUI: ("100644", own.bare.store("blob", plan(remark="钟")))}
    )
    who = f"{AUTHOR} 99999999999999 +0800"
    new = own.bare.store(
        "commit", f"tree {tree}\nparent {own.first}\nauthor {who}\ncommitter {who}\n\n更新\n".encode()
    )
    said = own.push(new, MAIN, OFFICE)
    assert said.code == 0, said.text
    (line,) = lines(own, REGISTER)
    assert line["record"] == ZIGUI
    assert line["filed"] < "9"


def test_a_register_in_the_tree_is_a_commit_on_the_base(own: Hooked) -> None:
    assert install(own.git_dir, "--register-in-tree").code == 0
    head = received(own, {ZIGUI: plan(remark="一")}, "refs/heads/yichang/a", YICHANG)
    merge = own.merge(head)
    said = own.push(merge, MAIN, OFFICE)
    assert said.code == 0, said.text
    assert own.tip(REGISTER) == ""
    assert own.tip(f"{MAIN}^") == merge
    assert [line["record"] for line in lines(own, MAIN)] == [ZIGUI]
    second = received(own, {ENSHI: plan(ENSHI, remark="二")}, "refs/heads/enshi/a", ENSHI_BUREAU)
    said = own.push(own.merge(second), MAIN, OFFICE)
    assert said.code == 0, said.text
    assert [line["record"] for line in lines(own, MAIN)] == [ZIGUI, ENSHI]
    assert "任何人都不能推送" in own.push(head, REGISTER, OFFICE).text


def test_a_register_somebody_went_around_the_hook_for(own: Hooked) -> None:
    assert install(own.git_dir).code == 0
    path = "data/filings/2022.jsonl"
    forged = own.commit(
        {path: sure("git", "show", f"main:{path}", cwd=own.git_dir).replace("2022", "2021").encode()}
    )
    sure("git", "fetch", "-q", str(own.bare.git_dir), f"{forged}:{REGISTER}", cwd=own.git_dir)
    head = own.commit({"docs/guide.md": b"# changed\n"})
    said = own.push(head, MAIN, OFFICE)
    assert "登记簿核对不上，没有登记任何记录：" in said.text
    assert own.tip(REGISTER) == forged


def test_what_is_said_where_the_register_or_the_site_cannot_be_written(own: Hooked, tmp_path: Path) -> None:
    (tmp_path / "site").write_text("a file where the site should be\n")
    assert install(own.git_dir, "--site", str(tmp_path / "site")).code == 0
    said = own.push(own.commit({ZIGUI: plan(remark="一")}), MAIN, OFFICE)
    assert said.code == 0
    assert "登记已经完成，网站没有更新：" in said.text
    lock = own.git_dir / "refs" / "heads" / "register.lock"
    lock.write_text("")
    said = own.push(own.commit({ENSHI: plan(ENSHI, remark="二")}, own.tip()), MAIN, OFFICE)
    assert "合并已经收下，登记没有完成：" in said.text
    lock.unlink()
    journal = str(own.git_dir / "siwu-journal.jsonl")
    command = ("file", "--git-dir", str(own.git_dir), "--register-branch", "register", "--journal", journal)
    done = run(SIWU, *command, "--reviewer", OFFICE, "--committer", "登记 <r@siwu.example>", cwd=tmp_path)
    assert done.code == 0, done.text
    assert [line["record"] for line in lines(own, REGISTER)] == [ZIGUI, ENSHI]


def test_a_branch_is_followed_by_nothing_and_starts_nothing(own: Hooked) -> None:
    assert install(own.git_dir).code == 0
    script = own.git_dir / "hooks" / "post-receive"
    script.write_text(script.read_text().replace(SIWU, "/nonexistent/siwu"))
    head = own.commit({ZIGUI: plan(remark="一")})
    said = own.push(head, "refs/heads/yichang/a", YICHANG)
    assert "登记和网站更新没有运行成功" not in said.text
    assert own.tip(REGISTER) == ""
    said = own.push(own.merge(head), MAIN, OFFICE)
    assert said.code == 0
    assert "推送已经收下，但登记和网站更新没有运行成功。请联系服务器管理人员。" in said.text


def test_two_branches_that_pass_alone_and_clash_together(own: Hooked) -> None:
    """One instructor in two counties at one time: the second merge is judged with the first in place."""
    assert install(own.git_dir).code == 0
    there = {"classes__0__to": "2022-04-23", "classes__0__sessions__4__date": "2022-04-23"}
    zigui, xingshan = plan(**there), plan(XINGSHAN, **there)
    first = received(own, {ZIGUI: zigui}, "refs/heads/yichang/a", YICHANG)
    second = received(own, {XINGSHAN: xingshan}, "refs/heads/yichang/b", YICHANG)
    assert own.push(own.merge(first), MAIN, OFFICE).code == 0
    said = own.push(own.merge(second), MAIN, OFFICE)
    assert said.code == 1
    assert "PL017" in said.text
