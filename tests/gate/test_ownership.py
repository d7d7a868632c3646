"""Who writes what: the table against the schemas, and roles as words."""

from __future__ import annotations

import pytest

from generator.gate.ownership import OFFICE, OWNERS, owner_of, role_title
from generator.tree import GitTree
from tests.gate.conftest import Small
from tests.support import schemas

# What a schema says in words of who writes a kind, and the roles the table may give for it.
WRITERS = {
    "市州知识产权局": {"bureau"},
    "省级培训基地": {"base"},
    "专员（考核）培训实施工作组": {"group"},
    "市州知识产权局或省级培训基地": {"bureau", "base"},
    "专员（考核）培训实施工作组或市州知识产权局": {"group", "bureau"},
}
EXAMPLES = {
    "bureau": {"prefecture": "yichang", "owner": "yichang"},
    "base": {"base": "yichang", "owner": "base-yichang"},
    "group": {"owner": "group"},
}
ANY = {
    "year": "2022",
    "county": "zigui",
    "slug": "x",
    "class": "kaohe-1",
    "prefecture": "p",
    "base": "b",
    "owner": "o",
}


def _path(template: str, parts: dict[str, str]) -> str:
    return template.format(**{**ANY, **parts})


@pytest.mark.parametrize("name", sorted(schemas().kinds))
def test_the_table_says_of_every_kind_what_its_schema_says(name: str) -> None:
    kind = schemas().kinds[name]
    wanted = WRITERS.get(kind.schema["x-writes"], {OFFICE})
    got = {
        owner_of(_path(kind.template, parts), schemas(), lambda *_: "yichang").partition(":")[0]
        for role, parts in EXAMPLES.items()
        if role in wanted or wanted == {OFFICE}
    }
    assert got == wanted
    assert (name in OWNERS) == (wanted != {OFFICE})


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("data/plans/2022/yichang/zigui.yml", "bureau:yichang"),
        ("data/instructors/yichang/x.yml", "bureau:yichang"),
        ("data/instructors/base-yichang/x.yml", "base:yichang"),
        ("data/reports/2022/group/x.md", "group"),
        ("data/reports/2022/enshi/summary.md", "bureau:enshi"),
        ("data/deliveries/2022/assessment/yichang.yml", "base:yichang"),
        ("data/deliveries/2022/yichang/zigui.yml", "bureau:yichang"),
        ("data/sealed/2022/kaohe-1.yml.age", "base:jingzhou"),
        ("data/sealed/2022/kaohe-2.yml.age", "office"),
        ("data/sealed/2022/kaohe-1-paper.age", "group"),
        ("data/sealed/recipients.yml", "office"),
        ("data/plans/2022/yichang/zigui.yml/x", "office"),
        ("data/plans/2022/yichang/../enshi/enshi.yml", "office"),
        ("data/plans/2022/yichang/zigui.yml\n", "office"),
        ("Data/plans/2022/yichang/zigui.yml", "office"),
        ("data", "office"),
        ("", "office"),
    ],
)
def test_owners_of_paths(path: str, owner: str) -> None:
    known = {("2022", "kaohe-1"): "jingzhou"}
    assert owner_of(path, schemas(), lambda *which: known.get(which, "")) == owner


def test_roles_as_a_clerk_knows_them(repository: Small) -> None:
    bare, first = repository
    tree = GitTree(bare.git_dir, first)
    said = [
        role_title(role, tree)
        for role in ("bureau:yichang", "base:yichang", "group", "office", "bureau:x", "base:x")
    ]
    assert said == [
        "宜昌市知识产权局",
        "省级知识产权培训（宜昌）基地",
        "专员（考核）培训实施工作组",
        "省知识产权局",
        "市州知识产权局（x）",
        "省级培训基地（x）",
    ]
    empty = GitTree(bare.git_dir, bare.commit({}))
    assert role_title("bureau:yichang", empty) == "市州知识产权局（yichang）"
