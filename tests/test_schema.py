"""The schemas say everything the messages, forms and pages are made from, and two validators agree on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.explain import explain
from generator.problem import Where
from generator.schema import COMMON, Kind, Node
from tests.support import records, schemas

Path = tuple[str, ...]


def properties(node: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    """Every property and every list item of a schema, at any depth, as written (references unresolved)."""
    for name, child in node.get("properties", {}).items():
        yield (*path, name), child
        yield from properties(child, (*path, name))
    if "items" in node:
        yield (*path, "*"), node["items"]
        yield from properties(node["items"], (*path, "*"))


KINDS = [pytest.param(kind, id=kind.name) for kind in schemas().kinds.values()]
DEFINITIONS = [pytest.param(node, id=name) for name, node in schemas().documents[COMMON]["$defs"].items()]
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("kind", KINDS)
def test_every_property_has_title_description_examples_and_says_whether_it_is_public(kind: Kind) -> None:
    for path, node in properties(kind.schema, ()):
        assert CHINESE.search(node["title"]), path
        assert CHINESE.search(node["description"]), path
        assert node["examples"], path
        assert isinstance(node["x-public"], bool), path


@pytest.mark.parametrize("kind", KINDS)
def test_every_constraint_can_be_explained(kind: Kind) -> None:
    for _, node in properties(kind.schema, ()):
        explained(schemas().resolve(node))


@pytest.mark.parametrize("node", DEFINITIONS)
def test_every_constraint_of_a_definition_can_be_explained(node: Node) -> None:
    explained(node)


def explained(node: Node) -> None:
    assert "type" in node or "enum" in node, node
    if "pattern" in node:
        assert CHINESE.search(node["x-wanted"]), node
        assert node["pattern"].startswith("^"), node
        # Engines differ on what \d, \w and \s are.
        assert not re.search(r"\\[dwsDWS]", node["pattern"]), node
    if "enum" in node:
        assert list(node["x-titles"]) == node["enum"], node
        assert all(CHINESE.search(title) for title in node["x-titles"].values()), node
    if node.get("type") == "object":
        assert node["additionalProperties"] is False, node
        assert set(node.get("required", ())) <= set(node["properties"]), node
    if "x-key" in node:
        assert node["x-key"] in node["items"]["required"], node


@pytest.mark.parametrize("kind", KINDS)
def test_examples_are_valid_where_they_stand(kind: Kind) -> None:
    for path, node in properties(kind.schema, ()):
        for sample in node["examples"]:
            here = Kind(kind.name, schemas().resolve(node), kind.pattern)
            errors = [error.message for error in schemas().reference(here).iter_errors(sample)]
            assert errors == [], "/".join(path)


@pytest.mark.parametrize("node", DEFINITIONS)
def test_examples_of_definitions_are_valid(node: Node) -> None:
    kind = Kind("x", node, re.compile(""))
    assert all(schemas().reference(kind).is_valid(sample) for sample in node["examples"])


def test_contacts_and_reviewers_are_never_public() -> None:
    for kind in schemas().kinds.values():
        for path, node in properties(kind.schema, ()):
            if {"contact", "reviewer", "salt"} & set(path):
                assert node["x-public"] is False, (kind.name, path)


def test_no_clause_hides_in_a_schema() -> None:
    """What the notice demands is a rule's to say: a county's classes and people have no minimum here."""
    plan = schemas().kinds["plan"].schema["properties"]["classes"]
    assert "minItems" not in plan
    assert schemas().resolve(plan["items"]["properties"]["trainees"]["properties"]["total"])["minimum"] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_path_tells_the_kind_and_its_parts(kind: Kind) -> None:
    names = re.findall(r"\{(\w+)\}", kind.template)
    parts = {name: "2022" if name == "year" else "zigui-1" for name in names}
    path = kind.template.format(**parts)
    assert schemas().kind_of(path) == (kind, parts)
    assert schemas().kind_of(f"{path}\n") is None
    assert schemas().kind_of(f"x/{path}") is None


@pytest.mark.parametrize(
    "path", ["data/plans/2022/zigui.yml", "data/plans/22/yichang/zigui.yml", "data", "data/x.yml"]
)
def test_other_paths_hold_nothing(path: str) -> None:
    assert schemas().kind_of(path) is None


def test_key_order_is_the_schema_s() -> None:
    order = schemas().order(schemas().kinds["plan"])
    assert list(order) == ["county", "year", "units", "contact", "classes", "remark"]
    assert list(order["classes"]["sessions"]) == [
        "date",
        "half",
        "module",
        "hours",
        "instructor",
        "mode",
        "joint",
    ]


# --- Two validators, one opinion -----------------------------------------------------------------------

ODD = [
    *(None, True, False, 0, 1, -1, 12, 2022, 10**14, "", " ", "x", "\n", [], {}, [1], {"x": 1}, ["a", "a"]),
    *("2022-02-28", "2022-02-29", "2022-02-30", "2022-13-01", "2022-5-17", "0000-01-01", "2022-05-17\n", " 2022-05-17"),
    *("２０２２-05-17", "٢٠٢٢-٠٥-١٧", "2022-05-17T10:00:00+08:00", "2022-05-17T24:00:00+08:00", "2022-06-30T23:59:60+08:00"),
    *("2022-02-30T10:00:00+08:00", "2022-05-17T10:00:00Z", "2022-05-17t10:00:00+08:00", "2022-05-17T10:00:00.5+08:00"),
    *("420527", "420527\n", "４２０５２７", "X420111-DHGX", "X420111-dhgx", "zigui-ipo", "zigui-ipo\n", "Zigui", "-a", "a--b"),
    *("yichang/zhang", "yichang/", "zhi-1", "zhi-9", "zhi-٣", "zigui-1\n", "am", "AM", "上午", "yes", "0717-0000000", "1" * 11),
    *("https://a.example/", "https://", "ftp://a", "https://a b", "https://a.example/中", "https://a.example/\n", "http:/a"),
    *("0" * 64, "0" * 63 + "g", "0" * 64 + "\n", "a" * 41, "示" * 81, "示" * 501, "𬭎" * 40, "𬭎" * 41, "e\u0301" * 30),
    *("ZSCQZY-42-2022-YC-0001-B", "ZSCQZY-42-2022-YC-0001-b", "3.1.7(1)", "3.1.7(1)\n", "5.1", "YC", "YC\n", "Y", "\x85"),
]  # fmt: skip
YAML_KINDS = [kind for kind in schemas().kinds.values() if kind.form != "opaque"]


def sample(node: Node) -> Any:
    """A full record of a schema: every property, with its own examples at the leaves."""
    node = schemas().resolve(node)
    if "properties" in node:
        return {name: sample(child) for name, child in node["properties"].items()}
    if "items" in node and "properties" in schemas().resolve(node["items"]):
        return [sample(node["items"])]
    return deepcopy(node["examples"][0])


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with a key into it."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in list(inner):
        yield data, key
        yield from places(value)


@st.composite
def mutated(draw: st.DrawFn) -> tuple[Kind, Any]:
    kind = draw(st.sampled_from(YAML_KINDS))
    data = sample(kind.schema)
    for _ in range(draw(st.integers(0, 3))):
        spots = list(places(data))
        if not spots:
            break
        node, key = draw(st.sampled_from(spots))
        change = draw(st.sampled_from(["set", "set", "set", "drop", "add", "twice"]))
        if change == "set":
            node[key] = deepcopy(
                draw(st.one_of(st.sampled_from(ODD), st.text(st.sampled_from("az09-/:秭é\n"), max_size=4)))
            )
        elif change == "drop":
            del node[key]
        elif change == "add" and isinstance(node, dict):
            node[draw(st.sampled_from(["extra", "countys", "标题", "", "from", "\n"]))] = 1
        elif change == "twice" and isinstance(node, list):
            node.append(deepcopy(node[key]))
    return kind, data


@pytest.mark.parametrize("kind", YAML_KINDS, ids=[kind.name for kind in YAML_KINDS])
def test_the_full_sample_of_a_kind_is_valid(kind: Kind) -> None:
    assert [error.message for error in schemas().reference(kind).iter_errors(sample(kind.schema))] == []
    assert schemas().valid(kind, sample(kind.schema))


@settings(max_examples=500, deadline=None)
@given(mutated())
def test_both_validators_agree_and_every_fault_is_told_in_chinese(case: tuple[Kind, Any]) -> None:
    kind, data = case
    valid = schemas().valid(kind, data)
    assert schemas().reference(kind).is_valid(data) == valid
    problems = list(explain(schemas(), kind, data, Where("data/x.yml")))
    assert bool(problems) != valid
    for problem in problems:
        assert CHINESE.search(problem.message)
        assert CHINESE.search(problem.remedy) or problem.remedy.startswith("例如")
        assert not FOREIGN.search(problem.message + problem.remedy), problem


# No regular expression, no Python type, no validator's English.
FOREIGN = re.compile(
    r"\^|\[0-9|\\[dw]|NoneType|\b(?:None|True|False|dict|str|int|required|property|does not)\b"
)


@pytest.mark.parametrize("value", [value for value in ODD if isinstance(value, str)])
def test_both_validators_agree_on_every_odd_text_at_every_format_and_pattern(value: str) -> None:
    for name, node in schemas().documents[COMMON]["$defs"].items():
        kind = Kind(f"{name} of one", node, re.compile(""))
        assert schemas().reference(kind).is_valid(value) == schemas().valid(kind, value), name


@given(st.text(st.sampled_from("0123456789-"), min_size=8, max_size=11))
def test_a_date_is_a_day_of_the_calendar(text: str) -> None:
    kind = Kind("date of one", schemas().documents[COMMON]["$defs"]["date"], re.compile(""))
    try:
        real = date.fromisoformat(text).isoformat() == text
    except ValueError:
        real = False
    assert schemas().valid(kind, text) == (real or (text.startswith("0000-") and schemas().valid(kind, text)))


def test_the_records_of_the_base_are_valid() -> None:
    for path, data in records().items():
        found = schemas().kind_of(path)
        assert found is not None
        for record in data if path.endswith(".jsonl") else [data]:
            assert schemas().valid(found[0], record), path
