"""The register as people read it: who filed what, when, and how late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from generator.model import Line, Repo
from generator.model.places import Place
from generator.schema import Schemas

GROUP = "group"


@dataclass(frozen=True, kw_only=True, slots=True)
class Filed:
    """One line of the register. `place` is the unit a plan is of, `who` its name or the record's path."""

    no: str
    kind: str
    who: str
    place: Place | None
    submitted: date
    filed: date
    due: date | None
    late_days: int


def latest(repo: Repo, schemas: Schemas, year: int, count: int) -> tuple[Filed, ...]:
    """The last lines of the year's register, newest first."""
    titles = schemas.kinds["filing"].schema["properties"]["kind"]["x-titles"]
    places = {
        f"data/plans/{year}/{place.prefecture}/{place.pinyin}.yml": place for place in repo.places.values()
    }
    lines = repo.filings.get(year, ())[::-1][:count]
    return tuple(_filed(line, titles, places.get(line["record"]), repo) for line in lines)


def _filed(line: Line, titles: Mapping[str, str], place: Place | None, repo: Repo) -> Filed:
    return Filed(
        no=line["no"],
        kind=titles.get(line["kind"], line["kind"]),
        who=place.name if place else _who(line["record"], repo),
        place=place,
        submitted=date.fromisoformat(line["submitted"][:10]),
        filed=date.fromisoformat(line["filed"][:10]),
        due=date.fromisoformat(line["due"]) if line["due"] else None,
        late_days=line["late_days"],
    )


def _who(record: str, repo: Repo) -> str:
    """The base, prefecture or working group whose record this is; a record that is gone is called by its path."""
    parts = repo.sources[record].parts if record in repo.sources else {}
    owner = parts.get("prefecture") or parts.get("owner", "")
    base = repo.bases.get(parts.get("base", ""))
    if base is not None and base.organisation in repo.organisations:
        return repo.organisations[base.organisation].name
    if owner == GROUP:
        return next((unit.name for unit in repo.organisations.values() if unit.role == GROUP), record)
    return repo.prefectures.get(owner, record)
