"""The list of open pull requests: what is read, what is refused, and whose page it stands on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.check import check
from generator.cli import main
from generator.derive.public import public
from generator.derive.pulls import LARGEST, Pull, PullsError, owners, read
from generator.model import Repo
from generator.render.pages import Views, pages
from generator.render.templates import Templates
from tests.disk import lay
from tests.support import ROOT, schemas, tree

ONE = {"number": 12, "state": "returned", "updated": "2022-03-25", "prefecture": "yichang"}


def listed(**changes: Any) -> bytes:
    item = {key: value for key, value in {**ONE, **changes}.items() if value is not None}
    return json.dumps([item], ensure_ascii=False).encode()


def repo() -> Repo:
    found = check(tree({}), schemas=schemas()).repo
    assert found is not None
    return public(found, schemas())


def page(pulls: tuple[Pull, ...], owner: str = "yichang") -> str:
    made = pages(Views.of(repo(), schemas(), pulls))
    found = next(one for one in made if one.path == f"duties/{owner}.md")
    return Templates(ROOT / "site").markdown(found)


def test_the_latest_comes_first() -> None:
    raw = json.dumps([ONE, {**ONE, "number": 13, "updated": "2022-03-26T08:00:00Z"}]).encode()
    assert [(pull.number, pull.word) for pull in read(raw)] == [(13, "已退回"), (12, "已退回")]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "不是 JSON"),
        (b"[" * 100_000, "不是 JSON"),
        (b'"x"', "应是一个列表，最多 2000 项"),
        (b"[1]", "第 1 项不是对象，应写成 {…}"),
        (b" " * (LARGEST + 1), "文件大于 4 MB"),
        (json.dumps([ONE] * 2001).encode(), "应是一个列表，最多 2000 项"),
        (listed(number="12"), "第 1 项的 number 应是合并请求的编号（正整数）"),
        (listed(number=True), "第 1 项的 number 应是合并请求的编号（正整数）"),
        (listed(number=0), "第 1 项的 number 应是合并请求的编号（正整数）"),
        (listed(state="closed"), "第 1 项的 state 应是 returned（已退回）或 waiting（待审核）"),
        (listed(state=["returned"]), "第 1 项的 state 应是 returned（已退回）或 waiting（待审核）"),
        (listed(prefecture=3), "第 1 项的 prefecture 应是市州的拼音代码，例如 yichang"),
        (listed(files="x"), "第 1 项的 files 应是文件路径的列表，最多 5000 个"),
        (listed(files=[1]), "第 1 项的 files 应是文件路径的列表，最多 5000 个"),
        (listed(files=["x"] * 5001), "第 1 项的 files 应是文件路径的列表，最多 5000 个"),
        (listed(prefecture=None), "第 1 项没有写明市州：请给出 prefecture 或 files"),
        (listed(updated=None), "第 1 项的 updated 应是日期，例如 2022-03-25"),
        (listed(updated="昨天"), "第 1 项的 updated 应是日期，例如 2022-03-25"),
    ],
)
def test_what_is_no_such_list_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(PullsError) as refused:
        read(raw)
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("changes", "whose"),
    [
        ({}, {"yichang"}),
        ({"prefecture": "group"}, {"group"}),
        ({"prefecture": "<script>"}, set()),
        ({"prefecture": None, "files": ["data/plans/2022/yichang/zigui.yml", "README.md"]}, {"yichang"}),
        ({"prefecture": None, "files": ["data/plans/2022/../../etc"]}, set()),
        ({"prefecture": None, "files": ["data/assessments/2022/yichang/plan.yml"]}, {"group"}),
        ({"prefecture": None, "files": ["data/reports/2022/enshi/summary.md"]}, {"enshi"}),
        ({"prefecture": None, "files": ["data/reports/2022/group/research.md"]}, {"group"}),
    ],
)
def test_files_tell_whose_it_is(changes: dict[str, Any], whose: set[str]) -> None:
    assert owners(read(listed(**changes))[0], repo(), schemas()) == whose


def test_what_was_sent_back_stands_on_the_page_of_its_bureau_only() -> None:
    pulls = read(listed(title="<script>x</script>"))
    assert "第 12 号" in page(pulls)
    assert '<span class="tag tag--returned">已退回</span>' in page(pulls)
    assert "script" not in page(pulls)
    assert "第 12 号" not in page(pulls, "enshi")
    assert "还没有合并的" not in page(())


def test_the_command_says_what_is_wrong_with_the_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = lay(tmp_path / "repository")
    (tmp_path / "pulls.json").write_bytes(listed(number=-1))
    for name, said in (
        ("pulls.json", "不能用：第 1 项的 number 应是合并请求的编号（正整数）"),
        ("none.json", "读不了：没有这个文件"),
    ):
        assert main(["-C", str(root), "build", "--pulls", str(tmp_path / name)]) == 2
        assert said in capsys.readouterr().err
    assert not (root / "build").exists()
