"""The invented province: the same again from the same seed, well-shaped, coherent, and full of life."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from generator import sealed, sign
from generator.check import check
from generator.demo import generate, write
from generator.demo.names import COMPOUND, MIDDLE_DOT, RARE
from generator.examine import front_matter
from generator.load import load, load_lines
from generator.problem import Severity
from generator.register import verify
from generator.schema import Schemas
from generator.signature.keys import read_private
from generator.tree import Directory, TreeError

ROOT = Path(__file__).parent.parent
KEYS = ROOT / "tests" / "keys"
RECIPIENTS = [
    line for line in (KEYS / "demo-recipients.txt").read_text("utf-8").split("\n") if line.startswith("age1")
]
IDENTITIES = sealed.identities((KEYS / "demo-identity.txt").read_text("utf-8"))
Files = Mapping[str, bytes]
Record = dict[str, Any]


def made(scale: int = 1, years: int = 1, existing: Files | None = None, seed: int = 2022) -> dict[str, bytes]:
    return dict(
        generate(
            Directory(ROOT),
            seed=seed,
            scale=scale,
            years=years,
            key=read_private((KEYS / "demo-issuer.pem").read_bytes()),
            recipients=RECIPIENTS,
            identities=IDENTITIES,
            existing=existing,
        )
    )


def opened(path: str, raw: bytes) -> Any:
    """The data of a file, sealed or not; a paper's is its text."""
    if path.endswith(".age"):
        plain = sealed.unseal(raw, IDENTITIES)
        assert plain is not None, path
        return load(plain, path).data if path.endswith(".yml.age") else plain.decode()
    if path.endswith(".jsonl"):
        return load_lines(raw, path).data
    return load(front_matter(raw) if path.endswith(".md") else raw, path).data


@pytest.fixture(scope="session")
def schemas() -> Schemas:
    return Schemas.read(Directory(ROOT))


@pytest.fixture(scope="session")
def files() -> Files:
    return made()


@pytest.fixture(scope="session")
def records(files: Files) -> dict[str, Any]:
    return {path: opened(path, raw) for path, raw in files.items()}


@pytest.fixture(scope="session")
def later() -> dict[str, Any]:
    """Three years, twice as large."""
    return {path: opened(path, raw) for path, raw in made(scale=2, years=3).items()}


def under(records: Mapping[str, Any], folder: str) -> dict[str, Any]:
    return {path: data for path, data in records.items() if path.startswith(f"data/{folder}/")}


def plans(records: Mapping[str, Any]) -> list[Record]:
    return list(under(records, "plans").values())


def planned(records: Mapping[str, Any]) -> Iterator[Record]:
    for plan in plans(records):
        yield from plan["classes"]


def assessed(records: Mapping[str, Any]) -> Iterator[Record]:
    for path, plan in under(records, "assessments").items():
        if path.endswith("plan.yml"):
            yield from plan["classes"]


def candidates(records: Mapping[str, Any]) -> Iterator[Record]:
    for path, record in under(records, "sealed").items():
        if path.endswith(".yml.age"):
            yield from record["candidates"]


def county_deliveries(records: Mapping[str, Any]) -> Iterator[Record]:
    for path, record in under(records, "deliveries").items():
        if "/assessment/" not in path:
            yield record


def events(records: Mapping[str, Any], year: int = 2022) -> list[Record]:
    found: list[Record] = records[f"data/rosters/{year}.yml"]["events"]
    return found


def filings(records: Mapping[str, Any], year: int = 2022) -> list[Record]:
    found: list[Record] = records[f"data/filings/{year}.jsonl"]
    return found


def days_of(one: Record) -> int:
    return (date.fromisoformat(one["to"]) - date.fromisoformat(one["from"])).days + 1


# --- The same again ----------------------------------------------------------------------------------


def test_same_seed_same_bytes_but_for_ciphertexts(files: Files) -> None:
    differing = {path for path, raw in made().items() if files[path] != raw}
    assert differing == {
        path
        for path in files
        if path.startswith(("data/sealed/2022/", "data/filings/")) or path.endswith("/plan.yml")
    }


def test_same_bytes_where_the_ciphertexts_are_at_hand(files: Files) -> None:
    assert made(existing=files) == files


def test_another_seed_makes_other_records(files: Files) -> None:
    other = made(seed=7)
    same = {path for path, raw in other.items() if files.get(path) == raw}
    assert not any(path.split("/")[1] in ("plans", "rosters", "deliveries") for path in same)


def test_data_of_this_repository_is_the_demo() -> None:
    here = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in sorted((ROOT / "data").rglob("*"))
        if path.is_file()
    }
    again = made(existing=here)
    assert {path for path in {*here, *again} if here.get(path) != again.get(path)} == set()


# --- On disk -----------------------------------------------------------------------------------------


def test_written_repository_passes_the_check(tmp_path: Path) -> None:
    count = write(ROOT, tmp_path / "demo", seed=2022)
    outcome = check(Directory(tmp_path / "demo"), identities=IDENTITIES)
    assert [problem for problem in outcome.problems if problem.severity is Severity.ERROR] == []
    assert outcome.files == count > 350


@pytest.mark.parametrize(("years", "scale", "seed"), [(5, 2, 2022), (5, 1, 2022), (2, 1, 7)])
def test_other_sizes_and_seeds_pass_the_check(tmp_path: Path, years: int, scale: int, seed: int) -> None:
    """The register of five years at scale 1 once named an amendment before what it amends."""
    write(ROOT, tmp_path / "province", seed=seed, scale=scale, years=years)
    outcome = check(Directory(tmp_path / "province"), identities=IDENTITIES)
    assert [problem for problem in outcome.problems if problem.severity is Severity.ERROR] == []


def test_writing_again_changes_nothing_and_clears_what_is_no_longer_made(tmp_path: Path) -> None:
    def snapshot() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file()}

    write(ROOT, tmp_path)
    first = snapshot()
    stale = tmp_path / "data" / "plans" / "2022" / "yichang" / "nowhere.yml"
    stale.write_text("county: \n", "utf-8")
    write(ROOT, tmp_path)
    assert snapshot() == first


def test_never_over_real_data(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "dataset.yml").write_text("kind: production\n", "utf-8")
    with pytest.raises(TreeError, match="正式数据"):
        write(ROOT, tmp_path)


def test_never_over_a_folder_with_something_else(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("…", "utf-8")
    with pytest.raises(TreeError, match="不是空文件夹"):
        write(ROOT, tmp_path)


def test_progress_counts_up_to_the_number_of_files(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    count = write(ROOT, tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (count, count)


# --- Shape -------------------------------------------------------------------------------------------


def misshapen(records: Mapping[str, Any], schemas: Schemas) -> Iterator[str]:
    for path, data in records.items():
        found = schemas.kind_of(path)
        assert found is not None, path
        if isinstance(data, str):
            continue
        lines = data if isinstance(data, list) else [data]
        if not all(schemas.valid(found[0], line) for line in lines):
            yield path


def test_every_record_has_its_shape(records: dict[str, Any], schemas: Schemas) -> None:
    assert list(misshapen(records, schemas)) == []


def test_later_years_have_their_shape(later: dict[str, Any], schemas: Schemas) -> None:
    assert list(misshapen(later, schemas)) == []


def test_size_of_the_year(files: Files, records: dict[str, Any]) -> None:
    assert len(plans(records)) == 104
    assert 75 <= len(under(records, "instructors")) <= 90
    assert len(list(assessed(records))) >= 4
    assert sum(event["event"] == "issued" for event in events(records)) >= 600
    assert sum(map(len, files.values())) < 4_000_000


def test_nothing_happens_after_today(records: dict[str, Any]) -> None:
    today = records["data/dataset.yml"]["as_of"]
    happened = [event["issued"] for event in events(records)]
    happened += [line["filed"][:10] for line in filings(records)]
    happened += [item["to"] for record in county_deliveries(records) for item in record["classes"]]
    happened += [
        item["evaluation"]["behaviour"]["date"]
        for record in county_deliveries(records)
        for item in record["classes"]
        if "behaviour" in item.get("evaluation", {})
    ]
    happened += [event["date"] for record in under(records, "archive").values() for event in record["events"]]
    happened += [report["date"] for report in under(records, "reports").values()]
    assert max(happened) <= today == "2022-11-20"


# --- Life --------------------------------------------------------------------------------------------


def shape(plan: Record) -> str:
    """A plan without its names, dates and numbers: what makes it a different kind of plan."""
    classes = [
        (
            days_of(one),
            [
                (session["half"], session["hours"], session["mode"], "joint" in session)
                for session in one["sessions"]
            ],
            one["evaluation"]["levels"],
            [source["kind"] for source in one["budget"]["sources"]],
        )
        for one in plan["classes"]
    ]
    return json.dumps([classes, bool(plan["remark"])])


def test_many_shapes_of_plans(records: dict[str, Any]) -> None:
    assert len({shape(plan) for plan in plans(records)}) >= 90
    coarse = {
        (len(plan["classes"]), tuple(days_of(one) for one in plan["classes"])) for plan in plans(records)
    }
    assert len(coarse) >= 30


def test_no_two_plans_are_equal_but_for_names(records: dict[str, Any]) -> None:
    numbers = [
        json.dumps([[one["from"], one["trainees"], one["budget"]] for one in plan["classes"]])
        for plan in plans(records)
    ]
    assert len(set(numbers)) == len(numbers)


def test_numbers_follow_the_size_of_the_county(records: dict[str, Any]) -> None:
    people = {
        path: sum(one["trainees"]["total"] for one in plan["classes"])
        for path, plan in under(records, "plans").items()
    }
    districts = [count for path, count in people.items() if "/wuhan/" in path]
    assert min(districts) > people["data/plans/2022/shennongjia/shennongjia.yml"]
    assert sum(districts) / len(districts) > 1.5 * sum(people.values()) / len(people)


def test_classes_of_one_to_five_days(records: dict[str, Any]) -> None:
    assert {days_of(one) for one in planned(records)} == {1, 2, 3, 4, 5}


def test_joint_online_lectures(records: dict[str, Any]) -> None:
    lectures: dict[str, set[str]] = defaultdict(set)
    watched: dict[str, set[str]] = defaultdict(set)
    for plan in plans(records):
        for session in (
            session for one in plan["classes"] for session in one["sessions"] if "joint" in session
        ):
            watched[session["joint"]].add(plan["county"])
            lectures[session["joint"]].add(
                json.dumps(
                    [session[key] for key in ("date", "half", "module", "hours", "instructor", "mode")]
                )
            )
    assert len(watched) >= 8
    assert all(len(counties) > 1 for counties in watched.values())
    assert all(len(kinds) == 1 and "online" in min(kinds) for kinds in lectures.values())


def names(records: Mapping[str, Any]) -> list[str]:
    return [event["person"]["name"] for event in events(records) if "person" in event]


@pytest.mark.parametrize("character", RARE)
def test_rare_characters(records: dict[str, Any], character: str) -> None:
    assert any(character in name for name in names(records))


def test_names_of_many_kinds(records: dict[str, Any]) -> None:
    found = names(records)
    assert sum(name[:2] in COMPOUND for name in found) >= 3
    assert sum(len(name) == 2 for name in found) >= 10
    assert sum(MIDDLE_DOT in name for name in found) >= 2


def test_two_people_of_one_name(records: dict[str, Any]) -> None:
    units: dict[str, set[str]] = defaultdict(set)
    for candidate in candidates(records):
        units[candidate["person"]["name"]].add(candidate["person"]["unit"])
    assert len(units["王磊"]) >= 2


def test_names_stand_for_nobody(records: dict[str, Any]) -> None:
    units = {candidate["person"]["unit"] for candidate in candidates(records)}
    units |= {record["unit"] for record in under(records, "instructors").values()}
    units |= {one["venue"]["name"] for one in (*planned(records), *assessed(records))}
    assert [unit for unit in units if "示例" not in unit] == []


def test_filings_in_time_late_amended_and_withdrawn(records: dict[str, Any]) -> None:
    lines = filings(records)
    kinds = Counter(line["kind"] for line in lines)
    assert set(kinds) == {
        "plan",
        "amendment",
        "assessment",
        "instructors",
        "deliverables",
        "summary",
        "withdrawal",
    }
    assert kinds["amendment"] >= 5
    late = Counter(line["kind"] for line in lines if line["late_days"])
    assert 3 <= late["plan"] <= 8
    assert late["assessment"] == late["instructors"] == 1
    assert late["deliverables"] >= 1
    assert all(line["submitted"][5:7] in ("03", "04") for line in lines if line["kind"] == "plan")


def test_delivered_less_and_says_why(records: dict[str, Any]) -> None:
    explained = [record for record in county_deliveries(records) if record["explanations"]]
    assert 5 <= len(explained) <= 25
    assert any(sum(one["people"] for one in record["classes"]) < 100 for record in explained)


def test_certificates_reissued_revoked_restored_and_withdrawn(records: dict[str, Any]) -> None:
    kinds = Counter(event["event"] for event in events(records))
    assert kinds["reissued"] >= 2
    assert kinds["revoked"] > kinds["restored"] >= 1
    gone = [event for event in events(records) if "person" not in event]
    assert {event["event"] for event in gone} == {"issued", "withdrawn"}
    assert not any(name in event for event in gone for name in sign.CLEAR)
    assert all("signed" in event for event in gone if event["event"] == "issued")


def test_candidates_declined_absent_failed_and_passed_in_the_resit(records: dict[str, Any]) -> None:
    people = list(candidates(records))
    resits = [resit for one in people for resit in one.get("result", {}).get("resits", ())]
    assert sum(one["screening"]["decision"] == "declined" for one in people) >= 40
    assert sum(one["screening"]["decision"] == "admitted" and "result" not in one for one in people) >= 5
    assert any(resit["score"] >= 60 for resit in resits)
    assert any(resit["score"] < 60 for resit in resits)
    assert any(one["result"]["hours"] < 24 for one in people if "result" in one)


# --- Coherence ---------------------------------------------------------------------------------------


def bookings(records: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, str], str]]:
    for one in (*planned(records), *assessed(records)):
        for session in one["sessions"]:
            place = session.get("joint", one["venue"]["name"])
            yield (session["instructor"], session["date"], session["half"]), place


@pytest.mark.parametrize("which", ["records", "later"])
def test_nobody_is_in_two_places_at_once(which: str, request: pytest.FixtureRequest) -> None:
    places: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for key, place in bookings(request.getfixturevalue(which)):
        places[key].add(place)
    assert [key for key, found in places.items() if len(found) > 1] == []


def test_instructors_teach_what_they_can(records: dict[str, Any]) -> None:
    able = {record["id"]: record["modules"] for record in under(records, "instructors").values()}
    for one in (*planned(records), *assessed(records)):
        for session in one["sessions"]:
            assert session["module"] in able[session["instructor"]], (one["id"], session)


@pytest.mark.parametrize(("which", "years"), [("records", [2022]), ("later", [2022, 2023, 2024])])
def test_chains_hold(which: str, years: list[int], request: pytest.FixtureRequest) -> None:
    records = request.getfixturevalue(which)
    numbers = records["data/dataset.yml"]["numbers"]
    assert list(verify({year: filings(records, year) for year in years}, numbers)) == []
    prev = sign.GENESIS
    for year in years:
        chain = events(records, year)
        assert list(sign.breaks(chain, prev)) == []
        assert all(sign.valid_number(event["no"]) for event in chain)
        prev = chain[-1]["hash"]


def test_last_filing_of_each_plan_is_of_the_plan_as_it_is(files: Files, records: dict[str, Any]) -> None:
    last = {line["record"]: line["digest"] for line in filings(records)}
    assert {
        path for path in under(records, "plans") if last[path] != sha256(files[path]).hexdigest()
    } == set()


def passed(candidate: Record, hours: int = 24, mark: int = 60) -> bool:
    result: Record | None = candidate.get("result")
    if result is None or result["hours"] < hours:
        return False
    best: dict[str, int] = {part: result[part] for part in ("theory", "practical")}
    for resit in result.get("resits", ()):
        best[resit["part"]] = max(best[resit["part"]], resit["score"])
    return all(score >= mark for score in best.values())


def test_roster_is_exactly_who_passed(records: dict[str, Any]) -> None:
    issued = [event for event in events(records) if event["event"] == "issued"]
    listed = Counter(json.dumps(event["person"], sort_keys=True) for event in issued if "person" in event)
    due = Counter(
        json.dumps({**one["person"], "county": one["county"]}, sort_keys=True)
        for one in candidates(records)
        if passed(one)
    )
    forgotten = sum("person" not in event for event in issued)
    assert len(issued) == due.total()
    assert listed <= due
    assert (due - listed).total() == forgotten


def test_digests_are_of_the_person(records: dict[str, Any]) -> None:
    for event in events(records):
        if "person" in event:
            assert sign.person_digest(event["salt"], event["person"]) == event["digest"]


def test_sealed_papers_have_the_digest_that_was_filed(files: Files, records: dict[str, Any]) -> None:
    for one in assessed(records):
        assert sha256(files[one["paper"]["file"]]).hexdigest() == one["paper"]["digest"]


def test_money_adds_up(records: dict[str, Any]) -> None:
    budgets = [one["budget"] for one in (*planned(records), *assessed(records))]
    budgets += [
        one["spending"] for record in under(records, "deliveries").values() for one in record["classes"]
    ]
    for budget in budgets:
        assert sum(source["amount"] for source in budget["sources"]) == sum(
            item["amount"] for item in budget["items"]
        )
        assert budget["charged_to_trainees"] == 0


# --- Later years -------------------------------------------------------------------------------------


def thresholds(value: Any) -> Iterator[Record]:
    if isinstance(value, dict):
        if "provenance" in value:
            yield value
        for item in value.values():
            yield from thresholds(item)


def test_later_programmes_are_marked_and_ask_for_more(later: dict[str, Any]) -> None:
    first, second = (later[f"data/programme/{year}.yml"] for year in (2022, 2023))
    assert second["preparatory"]["filing_deadline"] == {
        **first["preparatory"]["filing_deadline"],
        "value": "2023-03-31",
        "provenance": "demo",
    }
    assert {item["provenance"] for item in thresholds(second)} == {"demo"}
    for switch in ("recommended_only", "preparatory_required"):
        assert (first["assessment"][switch]["value"], second["assessment"][switch]["value"]) == (False, True)
    assert second["clusters"] == first["clusters"]
    assert second["denominators"] == first["denominators"]


def test_later_candidates_have_done_the_preparatory_stage(later: dict[str, Any]) -> None:
    held = {
        (record["year"], one["id"]): (record["county"], one["to"])
        for record in county_deliveries(later)
        for one in record["classes"]
    }
    for path, record in under(later, "sealed").items():
        if path.startswith("data/sealed/2023/") and path.endswith(".yml.age"):
            for one in record["candidates"]:
                county, ended = held[one["preparatory"]["year"], one["preparatory"]["class"]]
                assert county == one["county"]
                assert ended < one["screening"]["date"]


def test_scale_multiplies(records: dict[str, Any], later: dict[str, Any]) -> None:
    ratio: Callable[[int, int], float] = lambda many, few: many / few  # noqa: E731
    classes = sum(len(plan["classes"]) for path, plan in under(later, "plans/2022").items())
    assert 1.7 < ratio(classes, len(list(planned(records)))) < 2.3
    assert 1.9 < ratio(len(under(later, "instructors")), len(under(records, "instructors"))) < 2.1
    assert 1.7 < ratio(len(events(later, 2023)), len(events(records))) < 2.3


def test_earlier_years_are_complete(later: dict[str, Any]) -> None:
    assert later["data/dataset.yml"]["as_of"] == "2024-11-20"
    assert len(under(later, "deliveries/2023")) == 104 + 3
    assert len(under(later, "reports/2023")) == 17 + 1
    assert len(under(later, "reports/2024")) == 1 + 1
