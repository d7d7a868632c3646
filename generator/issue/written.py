"""The files a ledger and a year's statistics are kept in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.canonical import dump, header_for
from generator.issue.ledger import Ledger
from generator.schema import Schemas

File = tuple[str, bytes]


def rosters(before: Ledger, after: Ledger, schemas: Schemas) -> list[File]:
    """The rosters that differ, the newest first: a new event stands before what it lets go in older ones is gone."""
    changed = [year for year in after.years if before.years.get(year) != after.years[year]]
    return [
        _file(
            f"data/rosters/{year}.yml", "roster", {"year": year, "events": list(after.years[year])}, schemas
        )
        for year in sorted(changed, reverse=True)
    ]


def statistics(year: int, record: Mapping[str, Any], schemas: Schemas) -> File:
    """The year's statistics."""
    return _file(f"data/statistics/{year}.yml", "statistics", record, schemas)


def _file(path: str, kind: str, record: Mapping[str, Any], schemas: Schemas) -> File:
    return path, dump(record, schemas.order(schemas.kinds[kind]), header_for(path, kind)).encode()
