"""What the ids in a record are called, as far as the trees at hand say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from generator.load import load

# Bytes by path; None for what is no plain file.
Files = Mapping[str, bytes | None]
REGIONS = "data/regions.yml"


class Names:
    """Names from the first of several trees that has them; an id nobody names stands for itself.

    Records are untrusted here and may have any shape: what does not look like a name is passed over.
    """

    def __init__(self, *trees: Files) -> None:
        self.trees = trees
        self._read: dict[tuple[int, str], Any] = {}

    def _data(self, tree: int, path: str) -> Any:
        if (tree, path) not in self._read:
            raw = self.trees[tree].get(path)
            self._read[tree, path] = None if raw is None else load(raw, path).data
        return self._read[tree, path]

    def _column(self, path: str, table: str, key: str, name: str) -> dict[str, str]:
        """One column of a table by another, the first tree winning."""
        found: dict[str, str] = {}
        for tree in range(len(self.trees)):
            for row in _rows(self._data(tree, path), table):
                if _text(row, key) and _text(row, name):
                    found.setdefault(_text(row, key), _text(row, name))
        return found

    def _field(self, path: str, field: str) -> str:
        """One field of a record; "" where no tree has it."""
        for tree in range(len(self.trees)):
            data = self._data(tree, path)
            if isinstance(data, dict) and _text(data, field):
                return _text(data, field)
        return ""

    @cached_property
    def _organisations(self) -> Mapping[str, str]:
        return self._column("data/organisations.yml", "organisations", "id", "name")

    @cached_property
    def _prefectures(self) -> Mapping[str, str]:
        return self._column(REGIONS, "prefectures", "slug", "name")

    @cached_property
    def _counties(self) -> Mapping[str, str]:
        """Names by code or zone id, prefectures' codes too."""
        codes = [("prefectures", "code"), ("counties", "code"), ("zones", "id")]
        return {
            key: name
            for table, code in codes
            for key, name in self._column(REGIONS, table, code, "name").items()
        }

    @cached_property
    def _places(self) -> Mapping[tuple[str, str], str]:
        """Full names of the units that file, by prefecture slug and pinyin."""
        found: dict[tuple[str, str], str] = {}
        for tree in range(len(self.trees)):
            regions = self._data(tree, REGIONS)
            for table in ("counties", "zones"):
                for row in _rows(regions, table):
                    prefecture, name = self.prefecture(_text(row, "prefecture")), _text(row, "name")
                    short = name == prefecture or (
                        table == "zones" and name.startswith(prefecture.removesuffix("市"))
                    )
                    full = name if short else prefecture + name
                    found.setdefault((_text(row, "prefecture"), _text(row, "pinyin")), full)
        return found

    @cached_property
    def _clauses(self) -> Mapping[str, str]:
        return self._column("data/clauses.yml", "clauses", "id", "numbering")

    def organisation(self, id: str) -> str:
        """An organisation's name by id."""
        return self._organisations.get(id, id)

    def prefecture(self, slug: str) -> str:
        """A prefecture's name by slug."""
        return self._prefectures.get(slug, slug)

    def county(self, code: str) -> str:
        """A county's or zone's name by code."""
        return self._counties.get(code, code)

    def place(self, prefecture: str, county: str) -> str:
        """The unit that files under `prefecture/county`, with the prefecture before it."""
        return self._places.get((prefecture, county)) or f"{self.prefecture(prefecture)} {county}"

    def base(self, slug: str) -> str:
        """A base's name by slug: its organisation's, else its host's."""
        path = f"data/bases/{slug}.yml"
        organisation = self._field(path, "organisation")
        return self._organisations.get(organisation) or self._field(path, "host") or slug

    def owner(self, slug: str) -> str:
        """Who a folder belongs to: a prefecture, `base-` and a base, or the working group."""
        if slug == "group":
            return "工作组"
        if slug.startswith("base-"):
            return self.base(slug.removeprefix("base-"))
        return self.prefecture(slug)

    def instructor(self, id: str) -> str:
        """An instructor's name by id."""
        return self._field(f"data/instructors/{id}.yml", "name") or id

    def clause(self, id: str) -> str:
        """A clause's number as the notice has it."""
        return self._clauses.get(id, id)


def _rows(data: Any, table: str) -> Iterator[Mapping[str, Any]]:
    rows = data.get(table) if isinstance(data, dict) else None
    return (row for row in (rows if isinstance(rows, list) else ()) if isinstance(row, dict))


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""
