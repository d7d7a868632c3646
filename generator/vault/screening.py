"""A proposed order of a class's candidates, county by county. It proposes: a person decides, and writes the decision.

The notice asks for questionnaire and screening (2.2.2.b) and says nothing of points. So there are no default
criteria: whoever screens states them with their most points, and every candidate's points are shown for each. The
self-rating is no criterion: it would reward who praises himself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from generator.model import Repo
from generator.model.candidates import Candidate, Candidates
from generator.rules.classes import assessment_classes
from generator.rules.outcome import admitted
from generator.vault.folders import VaultError

Points = Callable[[Candidate, int], int]


def _answer(candidate: Candidate, field: str) -> object:
    return (candidate.questionnaire or {}).get(field)


def _years(candidate: Candidate, most: int) -> int:
    years = _answer(candidate, "years")
    return min(years, most) if isinstance(years, int) else 0


# What may be scored: its title and the points a candidate gets of at most so many.
CRITERIA: dict[str, tuple[str, Points]] = {
    "preparatory": ("完成预科", lambda one, most: most if one.preparatory is not None else 0),
    "tags": ("重点单位", lambda one, most: most if _answer(one, "tags") else 0),
    "full-time": ("专职", lambda one, most: most if _answer(one, "full_time") is True else 0),
    "years": ("从业年限", _years),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A candidate's place in the county's order. `tied` where who is next has as many points."""

    number: str
    points: tuple[int, ...]
    proposed: bool
    tied: bool
    decision: str

    @property
    def total(self) -> int:
        """All points."""
        return sum(self.points)


@dataclass(frozen=True, kw_only=True, slots=True)
class County:
    """A county's candidates in order; `left` of its `quota` is what other classes of the batch have not taken."""

    name: str
    quota: int
    left: int
    places: tuple[Place, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Screening:
    """The proposal for a class; `binding` where the programme admits recommended people only (3.1.n)."""

    class_id: str
    batch: int
    binding: bool
    counties: tuple[County, ...]


def screen(repo: Repo, year: int, class_id: str, criteria: Mapping[str, int]) -> Screening:
    """The order by points, then by number. Raises `VaultError` for a class without plan or opened record."""
    one = assessment_classes(repo).get((year, class_id))
    if one is None:
        raise VaultError(f"没有哪个考核方案有 {year} 年的班次 {class_id}，看不出是第几批")
    record = next((item for item in repo.candidates if (item.year, item.class_id) == (year, class_id)), None)
    if record is None:
        raise VaultError(f"班次 {class_id} 的密封记录没有打开或有错误，请先运行 siwu check --identity")
    quota, taken = _quota(repo, year, one.batch), _taken(repo, record, one.batch)
    by_county: dict[str, list[Candidate]] = {}
    for candidate in record.candidates:
        by_county.setdefault(candidate.county, []).append(candidate)
    counties = [
        _county(repo, code, people, (quota.get(code, 0), taken.get(code, 0)), criteria)
        for code, people in sorted(by_county.items())
    ]
    only = repo.programmes[year].assessment.recommended_only.value
    return Screening(class_id=class_id, batch=one.batch, binding=bool(only), counties=tuple(counties))


def _county(
    repo: Repo, code: str, people: list[Candidate], seats: tuple[int, int], criteria: Mapping[str, int]
) -> County:
    quota, taken = seats
    left = max(0, quota - taken)
    points = {
        one.number: tuple(CRITERIA[name][1](one, most) for name, most in criteria.items()) for one in people
    }
    order = sorted(people, key=lambda one: (-sum(points[one.number]), one.number))
    totals = [sum(points[one.number]) for one in order]
    edge = totals[left - 1] if 0 < left < len(totals) and totals[left - 1] == totals[left] else None
    places = [
        Place(
            number=one.number,
            points=points[one.number],
            proposed=index < left,
            tied=totals[index] == edge,
            decision=one.screening.decision if one.screening else "",
        )
        for index, one in enumerate(order)
    ]
    place = repo.places.get(code)
    return County(name=place.name if place else code, quota=quota, left=left, places=tuple(places))


def _quota(repo: Repo, year: int, batch: int) -> dict[str, int]:
    """Recommended people of a batch by county."""
    rows = [row for record in repo.of("recommendation") if record.year == year for row in record.counties]
    found: dict[str, int] = {}
    for row in rows:
        if row.batch == batch:
            found[row.county] = found.get(row.county, 0) + row.count
    return found


def _taken(repo: Repo, record: Candidates, batch: int) -> dict[str, int]:
    """Seats that other classes of the batch have taken, by county."""
    classes, found = assessment_classes(repo), dict[str, int]()
    for other in repo.candidates:
        one = classes.get((other.year, other.class_id))
        if other is record or other.year != record.year or one is None or one.batch != batch:
            continue
        for candidate in other.candidates:
            if admitted(candidate):
                found[candidate.county] = found.get(candidate.county, 0) + 1
    return found
