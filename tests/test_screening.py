"""The proposed order of candidates: stated criteria, points shown, quotas of the recommendations, no names."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.check import check
from generator.cli.screening import TITLES
from generator.model import Repo
from generator.vault.folders import VaultError
from generator.vault.screening import CRITERIA, Screening, screen
from tests.disk import lay
from tests.said import Said, ended
from tests.support import IDENTITY, identity, records, schemas, tree, write

CLASS = "kaohe-yichang-1"
RECORD = f"data/sealed/2022/{CLASS}.yml.age"
QUOTA = "data/recommendations/2022/yichang.yml"
ZIGUI = "秭归县"


def repo(spec: dict[str, Any] | None = None) -> Repo:
    found = check(tree(spec or {}), schemas=schemas(), today=date(2022, 11, 20), identities=[identity()]).repo
    assert found is not None
    return found


def of(made: Screening, name: str = ZIGUI) -> list[tuple[str, int, bool, bool]]:
    county = next(one for one in made.counties if one.name == name)
    return [(one.number, one.total, one.proposed, one.tied) for one in county.places]


# In the base K001, K004 and K006 are of 秭归县 (quota 3), all alike.
ALIKE = [("K001", 4, True, True), ("K004", 4, True, True), ("K006", 4, False, True)]


def test_the_quota_is_the_recommendation_and_ties_at_its_edge_are_told() -> None:
    spec = {"edit": {QUOTA: {"counties/1/count": 2}}}
    assert of(screen(repo(spec), 2022, CLASS, {"tags": 1, "years": 5})) == ALIKE
    whole = of(screen(repo(), 2022, CLASS, {"tags": 1, "years": 5}))
    assert [(proposed, tied) for _, _, proposed, tied in whole] == [(True, False)] * 3


def test_points_decide_and_are_shown_for_each_criterion() -> None:
    spec = {
        "edit": {QUOTA: {"counties/1/count": 1}},
        "candidates": {
            CLASS: {
                "candidates/0/questionnaire/tags": [],
                "candidates/3/questionnaire/full_time": False,
                "candidates/3/questionnaire/years": 9,
                "candidates/5/preparatory": {"$delete": True},
                "candidates/5/questionnaire": {"$delete": True},
            }
        },
    }
    criteria = {"preparatory": 3, "tags": 2, "full-time": 4, "years": 5}
    made = screen(repo(spec), 2022, CLASS, criteria)
    assert of(made) == [("K001", 10, True, True), ("K004", 10, False, True), ("K006", 0, False, False)]
    county = next(one for one in made.counties if one.name == ZIGUI)
    assert [one.points for one in county.places] == [(3, 0, 4, 3), (3, 2, 0, 5), (0, 0, 0, 0)]
    assert [one.decision for one in county.places] == ["admitted", "admitted", "declined"]


def test_a_county_without_recommendation_is_proposed_nobody() -> None:
    made = screen(repo({"edit": {QUOTA: {"counties/1": {"$delete": True}}}}), 2022, CLASS, {"tags": 1})
    assert [proposed for _, _, proposed, _ in of(made)] == [False] * 3


def test_seats_of_the_other_classes_of_a_batch_are_gone() -> None:
    other = deepcopy(records()[RECORD])
    other["class"] = "kaohe-yichang-2"
    other["candidates"] = [one for one in other["candidates"] if one["number"] in {"K001", "K006"}]
    plan = "data/assessments/2022/yichang/plan.yml"
    second = {**deepcopy(records()[plan]["classes"][0]), "id": "kaohe-yichang-2"}
    spec: dict[str, Any] = {"edit": {plan: {"classes/+": second}}}
    files = {
        "data/sealed/2022/kaohe-yichang-2.yml.age": write("data/sealed/2022/kaohe-yichang-2.yml.age", other)
    }
    spec["files"] = {path: raw.decode() for path, raw in files.items()}
    county = next(one for one in screen(repo(spec), 2022, CLASS, {"tags": 1}).counties if one.name == ZIGUI)
    assert (county.quota, county.left) == (3, 2)  # one of the two was declined
    spec["edit"][plan]["classes/+"]["batch"] = 2
    county = next(one for one in screen(repo(spec), 2022, CLASS, {"tags": 1}).counties if one.name == ZIGUI)
    assert (county.quota, county.left) == (3, 3)


@settings(max_examples=20)
@given(st.permutations(range(6)), st.lists(st.integers(0, 30), min_size=6, max_size=6), st.integers(0, 7))
def test_the_order_hangs_on_points_alone(order: list[int], years: list[int], quota: int) -> None:
    """Whatever the order of the record: more points first, then the number; never more proposed than seats."""
    data = deepcopy(records()[RECORD])
    for one, much in zip(data["candidates"], years, strict=True):
        one["questionnaire"]["years"] = much
        one["county"] = "420527"
    data["candidates"] = [data["candidates"][index] for index in order]
    spec = {
        "edit": {QUOTA: {"counties/1/count": quota}},
        "candidates": {CLASS: {"candidates": data["candidates"]}},
    }
    places = of(screen(repo(spec), 2022, CLASS, {"years": 10}))
    ranks = [(-total, number) for number, total, _, _ in places]
    assert ranks == sorted(ranks)
    assert [proposed for _, _, proposed, _ in places] == [index < quota for index in range(6)]
    assert {
        number: min(much, 10) for number, much in zip([f"K00{n}" for n in range(1, 7)], years, strict=True)
    } == {number: total for number, total, _, _ in places}


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(VaultError, match="看不出是第几批"):
        screen(repo(), 2022, "kaohe-9", {"tags": 1})
    with pytest.raises(VaultError, match="没有打开或有错误"):
        screen(repo({"delete": [RECORD]}), 2022, CLASS, {"tags": 1})


def said(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Said:
    return Said(ended(*arguments), *capsys.readouterr())


def test_the_command_names_no_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SIWU_IDENTITY", raising=False)
    at: list[str | Path] = ["-C", lay(tmp_path / "repository")]
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    command = ["screen", CLASS, "--by", "preparatory=3", "--by", "years=2", *at]
    code, out, _ = said(capsys, *command, "--identity", IDENTITY)
    assert code == 0
    assert out.startswith(
        f"班次 {CLASS}（第 1 批）遴选建议。标准：完成预科 3 分、从业年限 2 分；同分按学员号。\n"
        "本年度方案不限于推荐的人，推荐名额只供参考。\n"
    )
    assert (
        "\n秭归县：推荐名额 3 人，本批其他班录取后还有 3 人\n"
        "  1. K001  共 5 分（完成预科 3，从业年限 2）  建议录取；现在的结论：录取\n" in out
    )
    assert "这是建议，不是结论" in out
    people = [one["person"] for one in records()[RECORD]["candidates"]]
    assert not [word for person in people for word in person.values() if word in out]
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    code, out, err = said(capsys, *command)
    assert (code, out, err) == (
        2,
        "",
        "siwu：要用 --identity 给出 age 身份文件（或设 SIWU_IDENTITY）才能打开\n",
    )


@pytest.mark.parametrize(
    "given", ["years", "years=0", "years=101", "years=1x", "name=1", "years=" + "9" * 5000, "years=１"]
)
def test_a_criterion_is_judged(given: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "screen", CLASS, "--by", given, "-C", lay(tmp_path / "r"))
    assert (code, out) == (2, "")
    assert "写得不对：标准只能是 preparatory、tags、full-time、years，各写一次，分值 1 到 100" in err


def test_there_are_no_criteria_nobody_stated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = lay(tmp_path / "r")
    assert "方案没有规定遴选怎样计分" in said(capsys, "screen", CLASS, "-C", root)[2]
    twice = said(capsys, "screen", CLASS, "--by", "tags=1", "--by", "tags=2", "-C", root)
    assert "各写一次" in twice[2]
    assert {name: title for name, (title, _) in CRITERIA.items()} == TITLES
