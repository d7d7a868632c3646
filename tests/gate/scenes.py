"""Pushes as reviewers meet them, for goldens and pictures. The county data is the demo's, cut to one prefecture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache

from generator.gate.verdict import Verdict
from generator.load import load
from tests.gate.pushes import ZIGUI, edited, push, without, wrong
from tests.support import ROOT, base, canonical, edit, records, write

YEARLY = ("data/programme/", "data/curriculum/", "data/designations/")
KEPT = ("data/bases/", "data/instructors/", "data/plans/2022/yichang/", *YEARLY)


@cache
def yichang() -> Mapping[str, bytes]:
    """The demo's records that plans of Yichang rest on, with an empty register."""
    paths = [path for path in (ROOT / "data").rglob("*.yml") if path.is_file()]
    names = {path.relative_to(ROOT).as_posix(): path for path in paths}
    kept = {name: path for name, path in names.items() if name.count("/") == 1 or name.startswith(KEPT)}
    return {name: path.read_bytes() for name, path in kept.items() if "rosters" not in name}


def plans() -> tuple[str, ...]:
    """Eight of the counties' plans."""
    return tuple(sorted(path for path in yichang() if path.startswith("data/plans/")))[:8]


def changed(path: str, **edits: object) -> bytes:
    """A demo plan with edits; `__` stands for a step down."""
    data = load(yichang()[path], path).data
    return canonical(path, edit(data, {keys.replace("__", "/"): value for keys, value in edits.items()}))


def good() -> Verdict:
    """A new plan for 2023 beside the one of the year before, in time."""
    before = dict(base())
    for path in [path for path in before if path.startswith(YEARLY)]:
        before[moved(path)] = moved(before[path].decode()).encode()
    data = edit(
        records()[ZIGUI], {"classes/0/trainees/total": 130, "classes/0/budget/sources/0/amount": 32000}
    )
    data = edit(data, {"classes/0/budget/items/2/amount": 8000, "classes/0/venue/name": "秭归县示例文化馆"})
    text = moved(write(ZIGUI, data).decode())
    return push(before, {**before, moved(ZIGUI): text.encode()}, as_of=date(2023, 3, 20))


def moved(text: str) -> str:
    """A text about 2022 as one about 2023."""
    return text.replace("2022", "2023")


def bad() -> Verdict:
    """A new plan with six errors, after the deadline."""
    files = edited(
        (
            ZIGUI,
            {
                "classes/0/trainees/total": 90,
                "classes/0/trainees/tags/tech-sme": 95,
                "classes/0/from": "2022-03-30",
                "classes/0/venue": {"name": "兴山县示例会议中心", "county": "420526"},
                "classes/0/budget/charged_to_trainees": 50,
                "units/hosts": ["yichang-ipo"],
            },
        )
    )
    before = without(base(), ZIGUI)
    return push(before, {**before, ZIGUI: files[ZIGUI]}, as_of=date(2022, 4, 6))


def eight() -> Verdict:
    """Eight counties at once, two of them wrong, another with a doubt."""
    new = {path: yichang()[path] for path in plans()}
    first, second = plans()[2], plans()[5]
    new[first] = changed(first, classes__0__trainees__total=12, classes__0__budget__charged_to_trainees=100)
    new[second] = changed(second, units__hosts=["yichang-ipo"])
    before = {path: raw for path, raw in yichang().items() if path not in new}
    return push(before, {**before, **new})


def foreign() -> Verdict:
    """A bureau changes another bureau's plan."""
    path = "data/plans/2022/enshi/enshi.yml"
    message = "这份记录由恩施土家族苗族自治州知识产权局填报，本账号是：宜昌市知识产权局"
    found = wrong("GA003", path, message, "请撤销对这个文件的改动，只交本单位的记录")
    return push(base(), edited((path, {"classes/0/trainees/total": 150})), wrong=[found])


def office() -> Verdict:
    """The office moves a deadline and appoints an instructor."""
    programme, people = "data/programme/2022.yml", "data/designations/2022.yml"
    files = edited(
        (programme, {"preparatory/filing_deadline/value": "2022-04-15"}),
        (people, {"practical/0/until": "2022-12-31"}),
    )
    return push(base(), files, roles=("office",), user="9000001")


SCENES: Mapping[str, Callable[[], Verdict]] = {
    "good": good,
    "bad": bad,
    "eight": eight,
    "foreign": foreign,
    "office": office,
}
