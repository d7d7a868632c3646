"""`siwu status`: the table of who is due, late and filed, and that its columns stand under each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from generator.check import check
from generator.cli import main
from generator.derive.duties import Agenda
from generator.render.terminal import detail, overview, width
from tests.disk import lay
from tests.said import ended
from tests.support import FILINGS, schemas, tree

ZIGUI = "data/plans/2022/yichang/zigui.yml"
HELD = "data/deliveries/2022/yichang/zigui.yml"
LATE = {"delete": [ZIGUI, HELD]}


def agenda(spec: Mapping[str, Any] | None = None, day: str = "2022-11-20") -> Agenda:
    found = check(tree(spec or {}), schemas=schemas(), as_of=date.fromisoformat(day)).repo
    assert found is not None
    return Agenda(found, schemas(), 2022)


def whole(spec: Mapping[str, Any] | None = None, day: str = "2022-11-20") -> str:
    made = agenda(spec, day)
    return overview([made.of(owner) for owner in made.owners])


def test_counts_come_first_then_a_row_for_each_then_what_is_open() -> None:
    assert whole(LATE) == (
        "全省2022年报送情况，截至2022年11月20日\n"
        "逾期未报 1 项，未报 2 项，已备案 7 项，已报 7 项，不适用 1 项；报过的当中迟报 0 项\n"
        "\n"
        "单位                        逾期未报  未报  待备案  已备案  其中迟报  下一个期限\n"
        "宜昌市                             1     1       0       3         0  2022年11月30日 宜昌市班次落实情况总结\n"
        "恩施州                             0     1       0       1         0  2022年11月30日 恩施州班次落实情况总结\n"
        "专员（考核）培训实施工作组         0     0       0       3         0  —\n"
        "\n"
        "逾期未报（1 项）\n"
        "  宜昌市  2022年3月31日  逾期 234 天  秭归县培训计划\n"
        "\n"
        "未报（2 项）\n"
        "  宜昌市  2022年11月30日  还有 10 天  宜昌市班次落实情况总结\n"
        "  恩施州  2022年11月30日  还有 10 天  恩施州班次落实情况总结\n"
    )


def test_one_bureau_sees_all_of_its_own() -> None:
    said = detail(agenda({**LATE, "refile": False}).of("yichang")).splitlines()
    assert said[0] == "宜昌市2022年报送情况，截至2022年11月20日"
    assert said[3] == "状态      期限            相差         事项                              登记编号"
    assert said[4] == "逾期未报  2022年3月31日   逾期 234 天  秭归县培训计划"
    assert said[5] == "未报      2022年11月30日  还有 10 天   宜昌市班次落实情况总结"
    assert said[6].startswith("已备案    2022年3月31日   按期         伍家岗区培训计划 ")
    assert said[6].endswith("示例备案登记 2022-0002")


def test_late_filings_are_counted() -> None:
    spec = {"edit": {FILINGS: {"4/submitted": "2022-04-02T09:00:00+08:00", "4/late_days": 2}}}
    said = detail(agenda(spec).of("yichang"))
    assert "报过的当中迟报 1 项" in said
    assert "已备案  2022年3月31日   迟报 2 天   秭归县培训计划" in said


def test_columns_count_chinese_as_two() -> None:
    assert (width("ab"), width("秭归"), width("（１）"), width("é"), width("e\u0301")) == (2, 4, 6, 1, 1)


def test_hostile_names_cannot_move_the_cursor() -> None:
    name = {"edit": {"data/regions.yml": {"counties/3/name": "县\u001b[2J\u202e\n新行"}}}
    found = agenda(name)
    said = detail(found.of("yichang")) + detail(found.of("enshi"))
    assert "新行" in said
    assert not {"\u001b", "\u202e"} & set(said)
    assert all("新行" not in line[:2] for line in said.splitlines())


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay(tmp_path_factory.mktemp("repository"))


def test_the_command_ends_well_even_if_all_is_late(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-C", str(root), "status", "--as-of", "2022-12-31"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("全省2022年报送情况，截至2022年12月31日\n逾期未报 2 项")


@pytest.mark.parametrize("name", ["yichang", "宜昌", "宜昌市"])
def test_a_bureau_by_any_of_its_names(root: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["-C", str(root), "status", "--prefecture", name]) == 0
    assert capsys.readouterr().out.startswith("宜昌市2022年报送情况")


def test_the_group_by_its_word(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-C", str(root), "status", "--prefecture", "group"]) == 0
    assert capsys.readouterr().out.startswith("专员（考核）培训实施工作组2022年报送情况")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--prefecture", "nowhere"),
            "没有市州“nowhere”。可写：宜昌市（yichang）、恩施州（enshi）、工作组（group）",
        ),
        (("--year", "1999"), "没有 1999 年的年度方案（data/programme/1999.yml）"),
        (("--as-of", "昨天"), "不是日期"),
    ],
)
def test_wrong_usage_says_what_may_be_written(
    root: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert ended("-C", root, "status", *arguments) == 2
    assert said in capsys.readouterr().err


def test_a_repository_without_its_basis_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = lay(tmp_path / "repository", {"data/regions.yml": b"a: [\n"})
    assert main(["-C", str(folder), "status"]) == 2
    assert "请先运行 siwu check" in capsys.readouterr().err
