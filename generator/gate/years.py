"""Plans of the push beside the same counties' plans of an earlier year, by the walk that compares two versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from generator.canonical import dump, header_for
from generator.diff import changes
from generator.gate.comparison import MOST_SENTENCES, Comparison
from generator.gate.planned import PLAN, hours, sums
from generator.gate.reviewed import Earlier

Data = Mapping[str, Any]
TOTALS = (("班次", "期"), ("培训人数", "人"), ("经费", "元"), ("总学时", "学时"))


class _Before(NamedTuple):
    year: int
    data: Data


def earlier(compared: Comparison, paths: Iterable[str]) -> Iterator[Earlier]:
    """Each plan that can be read beside the county's latest earlier one. Nothing of a private one is repeated."""
    plans = {path: compared.plan(path) for path in paths if path not in compared.private}
    both = {path: (_before(compared, path), data) for path, data in plans.items() if data}
    said = _sentences(compared, {path: (old, new) for path, (old, new) in both.items() if old})
    for path, (old, new) in both.items():
        sentences = said.get(path, [])
        yield Earlier(
            path=path,
            name=compared.name(path),
            year=old.year if old else 0,
            totals=tuple(_totals(old.data, new)) if old else (),
            sentences=tuple(sentences[:MOST_SENTENCES]),
            more=len(sentences[MOST_SENTENCES:]),
        )


def _before(compared: Comparison, path: str) -> _Before | None:
    """The county's latest earlier plan that can be read."""
    found = compared.schemas.kind_of(path)
    year = found[1]["year"] if found else ""
    start, _, rest = path.partition(f"/{year}/")
    side = compared.sides[1]
    for other in sorted(compared.years_of(PLAN), reverse=True):
        there = f"{start}/{other}/{rest}"
        raw = side.read([there]).get(there) if other < year else None
        data = compared.shaped(there, raw) if raw else None
        if data:
            return _Before(int(other), data)
    return None


def _sentences(compared: Comparison, both: Mapping[str, tuple[_Before, Data]]) -> dict[str, list[str]]:
    """What differs, without the timetables: they are made anew every year."""
    names = {name: raw for name, raw in compared.named[1].items() if name not in compared.touched[1]}
    old = {path: _bytes(compared, path, _moved(before, new["year"])) for path, (before, new) in both.items()}
    new = {path: _bytes(compared, path, data) for path, (_, data) in both.items()}
    found: dict[str, list[str]] = {}
    for change in changes({**names, **old}, {**names, **new}, compared.schemas):
        found.setdefault(change.path, []).append(change.sentence)
    return found


def _bytes(compared: Comparison, path: str, plan: Data) -> bytes:
    kind = compared.schemas.kinds[PLAN]
    data = {**plan, "classes": [{**one, "sessions": []} for one in plan["classes"]]}
    return dump(data, compared.schemas.order(kind), header_for(path, kind.name)).encode()


def _totals(old: Data, new: Data) -> Iterator[str]:
    before, after = (*sums(old), hours(old)), (*sums(new), hours(new))
    for (title, unit), one, other in zip(TOTALS, before, after, strict=True):
        if one != other:
            yield f"{title} {one}→{other} {unit}"


def _moved(before: _Before, new: int) -> Data:
    """An earlier plan with its year moved on: every year's dates and titles differ, which says nothing."""
    year = re.compile(rf"(?<![0-9]){before.year}(?=-[0-9]{{2}}-[0-9]{{2}}|年)")

    def moved(data: Any) -> Any:
        if isinstance(data, dict):
            return {key: moved(value) for key, value in data.items()}
        if isinstance(data, list):
            return [moved(item) for item in data]
        return year.sub(str(new), data) if isinstance(data, str) else data

    return {**moved(before.data), "year": new}
