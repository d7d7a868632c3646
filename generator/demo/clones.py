"""The real records in later years: the programme, curriculum and points of 2022 moved on, marked as the demo's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from generator.demo.province import YEARLY, Province, Record
from generator.demo.season import Settings

PROVENANCE = "demo"
# 3.1.n: from 2023 on only people whom a county recommends and who have done the preparatory stage.
SWITCHES = ("recommended_only", "preparatory_required")


def yearly(province: Province, kind: str, first: int, year: int) -> Record:
    """A year's programme, curriculum or points; for the first year the record itself."""
    record = province.record(f"data/{kind}/{first}.yml")
    if year == first:
        return record
    if kind == "programme":
        return _programme(record, first, year)
    return {**record, "year": year}


def _programme(record: Record, first: int, year: int) -> Record:
    moved: Record = {**_moved(record, str(first), str(year)), "year": year}
    for key in SWITCHES:
        moved["assessment"][key]["value"] = True
    moved["document"] = {**moved["document"], "name": f"{moved['title']}（演示，并无此文）", "number": ""}
    moved["fee_caps"], moved["denominators"] = record["fee_caps"], record["denominators"]
    return moved


def _moved(value: Any, old: str, new: str) -> Any:
    """The same with dates and titles of another year; what states a clause or a provenance is marked."""
    if isinstance(value, dict):
        moved = {key: _moved(item, old, new) for key, item in value.items() if key != "provenance"}
        return moved | ({"provenance": PROVENANCE} if _is_threshold(value) else {})
    if isinstance(value, list):
        return [_moved(item, old, new) for item in value]
    if isinstance(value, str) and value.startswith((f"{old}-", f"{old}年")):
        return new + value[len(old) :]
    return value


def _is_threshold(value: Record) -> bool:
    """A value, a window or a range with its clause or provenance; sites and clusters are none."""
    return ("clause" in value or "provenance" in value) and not {"value", "from", "min"}.isdisjoint(value)


def standing(settings: Settings) -> Iterator[tuple[str, Record | bytes]]:
    """The records of no year: copied as they are, but for what a later year adds to them."""
    province = settings.province
    for path in province.copied():
        if settings.years > 1 and path.startswith("data/bases/"):
            yield path, _base(province.record(path), settings)
        elif path == "data/dataset.yml":
            yield (
                path,
                {**province.dataset, "kind": "demo", "year": settings.last, "as_of": str(settings.as_of)},
            )
        else:
            yield path, province.files[path]


def _base(record: Record, settings: Settings) -> Record:
    """A base that assesses in the first year does so in every year."""
    roles = [
        {**role, "year": year} for role in record["roles"] for year in range(role["year"], settings.last + 1)
    ]
    return {**record, "roles": roles}


def of_year(settings: Settings, year: int) -> Iterator[tuple[str, Record | bytes]]:
    """The real records of a year, or their likes."""
    for kind in YEARLY:
        if year == settings.first:
            path = f"data/{kind}/{year}.yml"
            yield path, settings.province.files[path]
        else:
            yield f"data/{kind}/{year}.yml", yearly(settings.province, kind, settings.first, year)


def today(first: int, years: int) -> date:
    """The demo's today: the November summary of the last year is still due."""
    return date(first + years - 1, 11, 20)
