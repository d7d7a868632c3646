"""The filing guide: its examples are what the check says, its numbers come from the records, its pictures are there."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from generator.derive.guide import MISTAKES, guide
from generator.problem import Severity
from generator.rules import RULES
from tests import lesson
from tests.picture import ANSWER, SHOTS
from tests.support import ROOT, schemas
from tests.test_pages import province, rendered, site, visible

PAGE = "how-to-file.md"
PROGRAMME = "data/programme/2022.yml"
PICTURE = re.compile(r'<img src="((?:\.\./)*)assets/([^"]+)" width="(\d+)" height="(\d+)" alt="([^"]*)">')
PARTS = sorted((ROOT / "site" / "pages" / "how-to-file").glob("*.md"))
MOST = 80 * 1024
# What no clerk has to know, and what stands in the machine's own names of files and buttons.
JARGON = re.compile(
    r"git\b|commit|branch|merge|push|YAML|JSON|SHA|分支|仓库|哈希|终端|命令行|代码库", re.IGNORECASE
)
ASIDE = re.compile(
    r"（[^（）]*）|<code>.*?</code>|<[^>]*>|\{\{.*?\}\}|\{%.*?%\}|“新的分支”|GitHub[^。；]*|\]\([^)]*\)"
)


def text() -> str:
    return site()[PAGE]


def test_the_plan_to_copy_is_one_nobody_has_to_correct() -> None:
    assert lesson.said(lesson.RIGHT.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", ["plan.yml", *lesson.SAMPLES.values()])
def test_every_sample_stands_on_the_page_as_it_is(name: str) -> None:
    assert (lesson.FOLDER / name).read_text(encoding="utf-8") in unescape(text())


def test_the_findings_are_what_the_check_says() -> None:
    """After a change that is meant: python -m tests.lesson."""
    assert lesson.FINDINGS.read_text(encoding="utf-8") == lesson.written()


def test_the_findings_show_errors_and_a_warning_of_several_kinds() -> None:
    found = lesson.lesson()
    assert {one["severity"] for one in found} == {"错误", "警告"}
    assert len({one["code"] for one in found}) == len(lesson.SLIPS) + 1


def test_every_finding_stands_on_the_page() -> None:
    shown = unescape(text())
    for one in lesson.lesson():
        assert one["message"] + one["remedy"] in shown


def test_the_mistakes_are_ten_errors_told_by_the_rules() -> None:
    assert len(MISTAKES) == 10
    assert {RULES[code].severity for code in MISTAKES} == {Severity.ERROR}
    shown = unescape(text())
    for code in MISTAKES:
        assert RULES[code].wrong.strip("\n") in shown
        assert RULES[code].right.strip("\n") in shown


DAYS = {
    "preparatory/filing_deadline/value": ("2022-03-17", "2022年3月17日"),
    "preparatory/summary_deadline/value": ("2022-12-18", "2022年12月18日"),
    "assessment/plan_deadline/value": ("2022-05-19", "2022年5月19日"),
    "assessment/instructor_list_days/value": (11, "开班 11 天以前"),
    "assessment/deliverable_months/value": (5, "结班后 5 个月以内"),
    "preparatory/min_classes/value": (3, "全年至少 3 期"),
    "preparatory/min_trainees/value": (137, "137 人"),
    "preparatory/min_practical_sessions/value": (4, "每期至少 4 次实战课"),
    "sessions/max_hours_per_half_day/value": (6, "半天不超过 6 学时"),
    "preparatory/window": ({"from": "2022-04-02", "to": "2022-11-29", "clause": "3.1.1"}, "4月2日至11月29日"),
}


@pytest.fixture(scope="module")
def otherwise() -> str:
    """The page of a year with other numbers."""
    edits: dict[str, Any] = {key: value for key, (value, _) in DAYS.items()}
    return rendered(visible({"edit": {PROGRAMME: edits}}))[PAGE]


@pytest.mark.parametrize("key", DAYS)
def test_days_and_numbers_come_from_the_programme(key: str, otherwise: str) -> None:
    said = DAYS[key][1]
    assert said in otherwise
    assert said not in text()


# What becomes of the guide's plan when cells are pasted into it, and whether the check sees it.
TRAPS = (
    ("total: 110", "total: １１０", True),
    ("total: 110", "total：110", True),
    ('from: "2022-04-19"', "from: 44670", True),
    ('from: "2022-04-19"', 'from: "44670"', True),
    ('from: "2022-04-19"', "from: 2022/4/19", True),
    ('"0717-0000000"', "7170000000", True),
    ('"0717-0000000"', '"7170000000"', True),
    ('county: "420527"', "county: 420527", True),
    ("office: 示例股", 'office: "示例股 "', False),
    ("total: 110", "total: 110人", True),
    ("amount: 30000", "amount: 30,000", True),
    ('county: "420527"', "county: “420527”", True),
    ("amount: 30000", "amount: =SUM(B2:B9)", True),
)


@pytest.mark.parametrize(("right", "wrong", "seen"), TRAPS)
def test_what_comes_out_of_a_spreadsheet(right: str, wrong: str, seen: bool) -> None:
    plan = lesson.RIGHT.read_text(encoding="utf-8")
    assert right in plan
    assert bool(lesson.said(plan.replace(right, wrong, 1))) is seen


@pytest.mark.parametrize("path", [*PARTS, ROOT / "CONTRIBUTING.md"], ids=lambda path: path.name)
def test_no_day_and_no_threshold_is_typed(path: Any) -> None:
    assert re.findall(r"\d+ ?月 ?\d+ ?日|至少 ?\d+ ?人", path.read_text(encoding="utf-8")) == []


def test_the_twin_in_the_repository_names_the_same_files() -> None:
    said = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for item in guide(province()[0], schemas(), 2022, RULES).bureau:
        assert f"`{item.path}`" in said


def test_every_unit_finds_the_file_of_its_plan() -> None:
    repo, found = province()
    units = [one for each in guide(repo, schemas(), 2022, RULES).prefectures for one in each.units]
    assert len(units) == len(repo.places)
    for one in units:
        kind = schemas().kind_of(one.path)
        assert kind is not None
        assert kind[0].name == "plan"
        assert one.path in unescape(found[PAGE])
    assert {plan.where.path for plan in repo.plans if plan.year == 2022} <= {one.path for one in units}


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.name)
def test_a_clerk_meets_no_word_of_ours(path: Any) -> None:
    said = ASIDE.sub("", path.read_text(encoding="utf-8"))
    assert JARGON.findall(said) == []


def test_every_picture_is_there_small_and_in_words() -> None:
    pictures = PICTURE.findall(unescape(text()))
    assert len(pictures) == text().count("<img") == 5
    for up, name, width, height, alt in pictures:
        path = ROOT / "site" / "assets" / name
        assert up == "../"
        assert path.stat().st_size <= MOST
        with Image.open(path) as image:
            assert (image.format, image.size) == ("PNG", (int(width), int(height)))
        assert len(alt) > 15


def test_every_picture_can_be_taken_again() -> None:
    named = {Path(name).stem for _, name, *_ in PICTURE.findall(unescape(text()))}
    assert {shot.name for shot in (*SHOTS, ANSWER)} == named


def test_no_picture_is_left_over() -> None:
    named = {name for _, name, *_ in PICTURE.findall(unescape(text()))}
    assert {f"guide/{path.name}" for path in (ROOT / "site" / "assets" / "guide").iterdir()} == named


def test_every_anchor_of_the_page_is_on_it() -> None:
    anchors = set(re.findall(r"\{: #([a-z0-9-]+)", text()))
    wanted = set(re.findall(r'(?:href="|\]\()#([a-z0-9-]+)', text()))
    assert wanted <= anchors
