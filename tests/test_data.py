"""The real records of 2022: what the notice says, stated once, and every reference resolving."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

DATA = Path(__file__).parents[1] / "data"
CLAUSES = {
    "1.a", "1.b", "1.c", "1.d",
    "2.1.a", "2.1.b", "2.1.c",
    "2.2.a", "2.2.1.a", "2.2.1.b", "2.2.1.c", "2.2.2.a", "2.2.2.b", "2.2.2.c",
    "2.3.a", "2.3.b", "2.3.c", "2.3.d",
    "2.4.1.a", "2.4.1.b", "2.4.1.c", "2.4.2.a", "2.4.2.b", "2.4.2.c", "2.4.3",
    "3.1.1", "3.1.2", "3.1.3", "3.1.4", "3.1.5", "3.1.6",
    "3.1.7(1)", "3.1.7(2)", "3.1.7(3)", "3.1.7(4)", "3.1.n",
    "3.2.0", "3.2.1", "3.2.2", "3.2.3", "3.2.4", "3.2.5",
    "3.2.6(1)", "3.2.6(2)", "3.2.6(3)", "3.2.6(4)", "3.2.6(5)", "3.2.6(6)",
    "4.1", "4.2", "4.3", "4.4", "4.5.a", "4.5.b", "4.5.c",
}  # fmt: skip


@cache
def read(path: str) -> Any:
    return yaml.safe_load((DATA / path).read_text(encoding="utf-8"))


def programme() -> Any:
    return read("programme/2022.yml")


def prefectures() -> set[str]:
    return {prefecture["slug"] for prefecture in read("regions.yml")["prefectures"]}


def counties() -> list[Any]:
    return list(read("regions.yml")["counties"])


def active_zones() -> list[Any]:
    return [zone for zone in read("regions.yml")["zones"] if zone["active"]]


def bases() -> dict[str, Any]:
    return {path.stem: read(f"bases/{path.name}") for path in sorted((DATA / "bases").glob("*.yml"))}


def organisations() -> dict[str, Any]:
    return {organisation["id"]: organisation for organisation in read("organisations.yml")["organisations"]}


def modules() -> dict[str, Any]:
    return {module["id"]: module for module in read("curriculum/2022.yml")["modules"]}


def values(node: Any, key: str) -> Iterator[Any]:
    """Every value standing under a key, at any depth."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == key:
                yield value
            yield from values(value, key)
    elif isinstance(node, list):
        for item in node:
            yield from values(item, key)


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The parameters of the programme: objects that say where they come from, by their path."""
    if isinstance(node, dict):
        if "clause" in node or "provenance" in node:
            yield path, node
        else:
            for name, child in node.items():
                yield from leaves(child, f"{path}.{name}".lstrip("."))


# Regions


def test_the_counties_by_type() -> None:
    assert len(counties()) == 103
    assert Counter(county["type"] for county in counties()) == {
        "市辖区": 39, "县级市": 26, "县": 35, "自治县": 2, "林区": 1,
    }  # fmt: skip


def test_the_prefectures_by_type() -> None:
    assert len(prefectures()) == 17
    assert Counter(prefecture["type"] for prefecture in read("regions.yml")["prefectures"]) == {
        "副省级市": 1, "地级市": 11, "自治州": 1, "省直管市": 3, "林区": 1,
    }  # fmt: skip


def test_four_units_stand_in_both_tiers_and_the_grouping_code_in_none() -> None:
    upper = {prefecture["code"]: prefecture for prefecture in read("regions.yml")["prefectures"]}
    lower = {county["code"]: county for county in counties()}
    assert upper.keys() & lower.keys() == {"429004", "429005", "429006", "429021"}
    assert all(lower[code]["prefecture"] == upper[code]["slug"] for code in upper.keys() & lower.keys())
    assert {code for code in lower if code.startswith("4290")} == upper.keys() & lower.keys()
    assert "429000" not in upper.keys() | lower.keys()


def test_a_county_lies_in_the_prefecture_its_code_says() -> None:
    by_code = {
        prefecture["code"][:4]: prefecture["slug"] for prefecture in read("regions.yml")["prefectures"]
    }
    for county in counties():
        assert county["prefecture"] in prefectures()
        if not county["code"].startswith("4290"):
            assert county["prefecture"] == by_code[county["code"][:4]], county["name"]


@pytest.mark.parametrize(
    ("list_", "key"),
    [
        ("prefectures", "code"),
        ("prefectures", "slug"),
        ("counties", "code"),
        ("counties", "slug"),
        ("zones", "id"),
    ],
)
def test_codes_and_slugs_are_unique(list_: str, key: str) -> None:
    found = [row[key] for row in read("regions.yml")[list_]]
    assert len(found) == len(set(found))


def test_public_addresses_and_file_names_are_unique() -> None:
    units = [*counties(), *active_zones()]
    slugs = [unit["slug"] for unit in [*counties(), *read("regions.yml")["zones"]]]
    pinyin = [unit["pinyin"] for unit in units]
    assert len(slugs) == len(set(slugs))
    assert len(pinyin) == len(set(pinyin)), "class ids start with the pinyin and are unique over the province"
    for unit in units:
        both_tiers = unit["slug"] == unit["prefecture"]
        assert unit["slug"] == (
            unit["prefecture"] if both_tiers else f"{unit['prefecture']}-{unit['pinyin']}"
        )


def test_one_of_sixteen_zones_files_a_plan_of_its_own() -> None:
    zones = read("regions.yml")["zones"]
    assert len(zones) == 16
    assert [(zone["id"], zone["name"], zone["pinyin"]) for zone in active_zones()] == [
        ("X420111-DHGX", "武汉东湖新技术开发区", "donghu-gaoxin")
    ]
    assert {zone["host"] for zone in zones} <= {county["code"] for county in counties()} | {""}
    assert {zone["prefecture"] for zone in zones} <= prefectures()


# Programme


@pytest.mark.parametrize(
    ("path", "expected", "clause"),
    [
        ("targets.certified", 600, "1.b"),
        ("targets.trainees", 10000, "1.c"),
        ("targets.assessed", 1000, "1.c"),
        ("preparatory.min_classes", 1, "3.1.7(1)"),
        ("preparatory.min_trainees", 100, "3.1.7(1)"),
        ("preparatory.window", ("2022-04-01", "2022-11-30"), "3.1.1"),
        ("preparatory.filing_deadline", "2022-03-31", "3.1.7(2)"),
        ("preparatory.summary_deadline", "2022-11-30", "4.5.c"),
        ("preparatory.min_practical_sessions", 1, "3.1.6"),
        ("preparatory.max_charge", 0, "4.3"),
        ("preparatory.funding", ["county", "zone"], "3.1.7(4)"),
        ("preparatory.required_guides", ["hubei-ipo", "hubei-ip-centre", "national-base-hubei"], "3.1.3"),
        ("assessment.window", ("2022-05-01", "2022-06-30"), "3.2.1"),
        ("assessment.signup", ("2022-04-01", "2022-04-30"), "3.1.n"),
        ("assessment.batches", (1, 2), "3.2.0"),
        ("assessment.min_classes_per_site", 1, "2.2.2.c"),
        ("assessment.min_classes", 3, "3.2.6(1)"),
        ("assessment.min_trained", 600, "3.2.6(1)"),
        ("assessment.min_certified", 600, "2.2.2.c"),
        ("assessment.plan_deadline", "2022-04-30", "3.2.6(2)"),
        ("assessment.instructor_list_days", 7, "3.2.6(3)"),
        ("assessment.deliverable_months", 2, "3.2.6(6)"),
        ("assessment.resits", 1, "3.2.6(5)"),
        ("assessment.startup_sources", ["province"], "3.2.6(4)"),
        ("assessment.expansion_sources", ["prefecture", "county", "zone"], "3.2.6(4)"),
        ("assessment.recommended_only", False, "3.1.n"),
        ("assessment.preparatory_required", False, "3.1.n"),
        ("assessment.certificate_title", "知识产权专员", "3.2.0"),
        ("assessment.completion_title", "知识产权专员结业证书", "3.2.6(5)"),
        ("remote_stations", 20, "2.3.d"),
    ],
)
def test_a_number_of_the_notice_with_its_clause(path: str, expected: object, clause: str) -> None:
    node = dict(leaves(programme()))[path]
    found = node.get("value", tuple(node[key] for key in ("from", "to", "min", "max") if key in node))
    assert (found, node["clause"]) == (expected, clause)


def test_what_the_notice_leaves_open_says_so() -> None:
    """A number without a clause is ours, a reading, or another document's: nothing else."""
    ours = {path: node["provenance"] for path, node in leaves(programme()) if "clause" not in node}
    assert set(ours) == {
        "targets.counties",
        "preparatory.min_modules",
        "assessment.required_hours",
        "assessment.pass_theory",
        "assessment.pass_practical",
        "assessment.paper_points",
        "sessions.minutes",
        "sessions.max_hours_per_half_day",
    }
    assert ours.pop("targets.counties").startswith("reading of ")
    assert ours.pop("sessions.max_hours_per_half_day") == "财行〔2016〕540号"
    assert all(text.startswith("system-default") for text in ours.values())


def test_no_document_number_is_made_up() -> None:
    assert programme()["document"]["number"] == ""
    assert read("dataset.yml")["kind"] == "demo"
    assert all(
        prefix.startswith("示例")
        for name, prefix in read("dataset.yml")["numbers"].items()
        if name != "certificate"
    )


def test_every_prefecture_is_in_exactly_one_cluster() -> None:
    clusters = programme()["clusters"]
    members = [prefecture for cluster in clusters for prefecture in cluster["prefectures"]]
    assert len(members) == len(set(members))
    assert set(members) == prefectures()
    assert {cluster["name"]: cluster["site"] for cluster in clusters} == {
        "武汉1+8城市圈": "WH", "宜荆荆恩": "YC", "襄十随神": "SY",
    }  # fmt: skip


def test_the_sites_and_the_bases_say_the_same() -> None:
    sites = {site["code"]: site for site in programme()["sites"]}
    roles = {
        role["site"]: base["slug"]
        for base in bases().values()
        for role in base["roles"]
        if role["year"] == 2022
    }
    assert {code: site["base"] for code, site in sites.items()} == roles
    assert roles == {"WH": "wuhan-zimaoqu", "YC": "yichang", "SY": "shiyan"}
    for site in sites.values():
        assert site["prefecture"] == bases()[site["base"]]["seat"]


def test_fee_caps_and_denominators_have_a_source() -> None:
    caps = {cap["scope"]: (cap["amount"], cap["document"]) for cap in programme()["fee_caps"]}
    assert caps == {"person-day": (550, "财行〔2016〕540号"), "instruction-hour": (1500, "财行〔2016〕540号")}
    found = {row["tag"]: (row["count"], row["year"]) for row in programme()["denominators"]}
    assert found == {"high-tech": (14560, "2021"), "tech-sme": (24005, "2022")}, (
        "骨干企业 has no public count"
    )


# Organisations and bases


def test_each_county_and_the_zone_has_its_undertaker() -> None:
    undertakers = {row["region"] for row in organisations().values() if row["role"] in {"county", "bureau"}}
    wanted = {county["code"] for county in counties()} | {zone["id"] for zone in active_zones()}
    assert wanted <= undertakers
    assert Counter(row["role"] for row in organisations().values()) == {
        "county": 100, "bureau": 17, "base": 9, "office": 1, "centre": 1, "national-base": 1, "group": 1,
    }  # fmt: skip


def test_organisation_ids_follow_the_regions() -> None:
    """Pinyin alone, but the longer slug where the prefecture has the same; one bureau where the tiers coincide."""
    for prefecture in read("regions.yml")["prefectures"]:
        bureau = organisations()[f"{prefecture['slug']}-ipo"]
        assert (bureau["role"], bureau["region"]) == ("bureau", prefecture["code"])
        assert bureau["name"] == f"{prefecture['name']}知识产权局"
    for unit in [*counties(), *active_zones()]:
        code = unit.get("code", unit.get("id"))
        clash = unit["pinyin"] in prefectures()
        row = organisations()[f"{unit['slug'] if clash else unit['pinyin']}-ipo"]
        assert row["region"] == code
        if row["role"] == "county":
            assert row["name"] == f"{unit['name']}知识产权管理部门", "official names were not found"
    assert {"jingzhou-jingzhou-ipo", "enshi-enshi-ipo"} <= organisations().keys()


def test_ids_names_and_other_names_point_to_one_organisation() -> None:
    rows = read("organisations.yml")["organisations"]
    assert len(organisations()) == len(rows)
    names = [name for row in rows for name in {row["name"], *row.get("aka", [])}]
    assert len(names) == len(set(names))
    group = organisations()["assessment-group"]
    assert {group["name"], *group["aka"]} == {
        "专员（考核）培训实施工作组", "专员培训实施工作组", "全省专员培训工作组",
    }  # fmt: skip
    regions = {unit["code"] for key in ("prefectures", "counties") for unit in read("regions.yml")[key]}
    zones = {zone["id"] for zone in active_zones()}
    assert {row["region"] for row in rows} <= regions | zones | {"420000"}


def test_every_prefecture_is_served_by_a_base() -> None:
    served = {row["prefecture"] for base in bases().values() for row in base["prefectures"]}
    assert served == prefectures()


def test_a_base_is_confirmed_where_one_sits_and_nowhere_else() -> None:
    """Three of the nine known bases hold assessments; beyond their seats nothing is confirmed."""
    for slug, base in bases().items():
        assert (base["slug"], base["organisation"]) == (slug, f"base-{slug}")
        assert organisations()[base["organisation"]]["role"] == "base"
        status = {row["prefecture"]: row["base_status"] for row in base["prefectures"]}
        assert status.pop(base["seat"]) == "yes"
        assert set(status.values()) <= {"unknown"}
    seats = {base["seat"] for base in bases().values()}
    unknown = {
        row["prefecture"]
        for base in bases().values()
        for row in base["prefectures"]
        if row["base_status"] == "unknown"
    }
    assert len(bases()) == 9
    assert seats | unknown == prefectures()
    assert not seats & unknown


def test_an_unconfirmed_prefecture_is_served_by_its_cluster_s_base() -> None:
    base_of_site = {site["code"]: site["base"] for site in programme()["sites"]}
    cluster_base = {
        prefecture: base_of_site[cluster["site"]]
        for cluster in programme()["clusters"]
        for prefecture in cluster["prefectures"]
    }
    for slug, base in bases().items():
        for row in base["prefectures"]:
            assert row["base_status"] == "yes" or cluster_base[row["prefecture"]] == slug


# Curriculum, resources, references, points


def test_four_five_and_two_modules_in_teaching_order() -> None:
    assert list(modules()) == [
        *(f"zhi-{number}" for number in range(1, 5)),
        *(f"hui-{number}" for number in range(1, 6)),
        *(f"shi-{number}" for number in range(1, 3)),
    ]
    assert all(module["group"] == name.split("-")[0] for name, module in modules().items())


@pytest.mark.parametrize(
    "name", [*(f"zhi-{n}" for n in range(1, 5)), *(f"hui-{n}" for n in range(1, 6)), "shi-1", "shi-2"]
)
def test_a_module_can_be_taught_and_examined(name: str) -> None:
    module = modules()[name]
    assert 3 <= len(module["objectives"]) <= 5
    assert all(objective.startswith("能") for objective in module["objectives"]), (
        "an objective is something seen done"
    )
    assert 5 <= len(module["outline"]) <= 8
    assert module["assessment"] and module["resources"] and module["references"]
    assert 2 <= module["hours"]["preparatory"] <= 4
    assert module["clause"] == ("2.3.c" if module["group"] == "shi" else "2.3.a")


def test_an_assessment_class_can_reach_the_required_hours() -> None:
    taught = sum(module["hours"]["assessment"] for module in modules().values())
    assert taught == 24
    assert taught >= programme()["assessment"]["required_hours"]["value"]


def test_no_module_points_to_an_unknown_resource_or_reference() -> None:
    resources = {row["id"] for row in read("resources.yml")["resources"]}
    references = {row["id"] for row in read("references.yml")["references"]}
    for name, module in modules().items():
        assert set(module["resources"]) <= resources, name
        assert set(module["references"]) <= references, name


@pytest.mark.parametrize("kind", ["resources", "references"])
def test_modules_are_linked_from_both_sides(kind: str) -> None:
    rows = read(f"{kind}.yml")[kind]
    assert len({row["id"] for row in rows}) == len(rows)
    there = {(row["id"], name) for row in rows for name in row["modules"]}
    assert there == {(row, name) for name, module in modules().items() for row in module[kind]}


def test_the_documents_the_programme_cites_are_listed() -> None:
    numbers = {row["number"] for row in read("references.yml")["references"]}
    assert {cap["document"] for cap in programme()["fee_caps"]} <= numbers
    assert programme()["sessions"]["max_hours_per_half_day"]["provenance"] in numbers


def test_addresses_not_found_stay_empty() -> None:
    assert {row["url"] for row in read("resources.yml")["resources"]} == {""}


def test_the_points_standard_is_a_draft() -> None:
    points = read("points/2022.yml")
    assert (points["status"], points["levels"]) == ("draft", [])
    assert {row["id"]: row["points"] for row in points["rows"]} == {
        "transfer": 20, "dispute": 10, "training-lead": 20, "training-part": None,
    }  # fmt: skip
    assert {row["category"] for row in points["rows"]} <= {
        category["id"] for category in points["categories"]
    }
    assert all(row["source"] for row in points["rows"])


# Clauses


def test_the_clauses_are_those_of_the_notice() -> None:
    found = [clause["id"] for clause in read("clauses.yml")["clauses"]]
    assert len(found) == len(set(found))
    assert set(found) == CLAUSES


@pytest.mark.parametrize(
    "path", ["programme/2022.yml", "curriculum/2022.yml", "points/2022.yml", "resources.yml"]
)
def test_every_clause_cited_exists(path: str) -> None:
    cited = set(values(read(path), "clause"))
    assert cited
    assert cited <= CLAUSES


def test_numbering_agrees_with_the_id() -> None:
    """3.1.7(2) is 三(一)7(2): the part, the section and the point are read from either."""
    chinese = {"1": "一", "2": "二", "3": "三", "4": "四", "5": "五"}
    for clause in read("clauses.yml")["clauses"]:
        part, *rest = clause["id"].split(".")
        wanted = chinese[part]
        if rest and rest[0] in chinese:
            wanted += f"({chinese[rest[0]]})" + "".join(
                point for point in rest[1:] if point[0] in "123456789"
            )
        wanted += "备注" if clause["id"] == "3.1.n" else ""
        assert clause["numbering"] == wanted, clause["id"]


# Owners


def test_every_bureau_and_base_has_a_demo_account() -> None:
    rows = read("owners.yml")["owners"]
    roles = {role for row in rows for role in row["roles"]}
    assert roles == {
        "office", "group", *(f"bureau:{slug}" for slug in prefectures()), *(f"base:{slug}" for slug in bases()),
    }  # fmt: skip
    users = [row["user"] for row in rows]
    assert len(users) == len(set(users))
    assert all(row["note"].startswith("示例账号") and row["user"].isdigit() for row in rows)
    assert read("waivers.yml") == {"waivers": []}
