"""Both versions of the records, by kind and path, read when first asked for and each blob once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from generator.check import Seen
from generator.examine import SEALED, Examined, examine, readable
from generator.rules.identity import DOTS
from generator.rules.paths import SAME
from generator.schema import Schemas
from generator.tree import Entry, Tree

QUOTES = "'\""
ESCAPE = b"\\"
COMMENT = b" #"
DATE = b"date"
# As the canonical layout has it, in one line or in several; a lesson written otherwise counts as one at any time.
TIME = re.compile(rb'date: "([0-9]{4}-[0-9]{2}-[0-9]{2})"(?:, |\n +)half: ([a-z]+)[,\n]')
LOGS = ("jsonl", "markdown")
REGIONS = "data/regions.yml"


class Sides:
    """The records before and after a change."""

    def __init__(self, before: Tree, after: Tree, schemas: Schemas, seen: Seen) -> None:
        self.schemas = schemas
        self.seen = seen
        self.trees = (before, after)
        self.entries = tuple({entry.path: entry for entry in tree.entries("data")} for tree in self.trees)
        self.kinds: dict[str, str] = {}
        self.parts: dict[str, dict[str, str]] = {}
        self.by_kind: dict[str, list[str]] = {}
        for path in sorted({*self.entries[0], *self.entries[1]}):
            if found := schemas.kind_of(path):
                kind, self.parts[path] = found
                self.kinds[path] = kind.name
                self.by_kind.setdefault(kind.name, []).append(path)
        self._texts: dict[str, list[tuple[Entry, bytes]]] = {}

    def read(self, paths: Iterable[str]) -> None:
        """Have the texts of these paths at hand."""
        wanted = [path for path in paths if path not in self._texts]
        if not wanted:
            return
        self._texts |= {path: [] for path in wanted}
        for tree, entries in zip(self.trees, self.entries, strict=True):
            here = [entries[path] for path in wanted if path in entries and readable(entries[path])]
            new = [entry for entry in here if not self._have(entry)]
            for entry, raw in tree.read(new) if new else ():
                self._texts[entry.path].append((entry, raw))

    def _have(self, entry: Entry) -> bool:
        return entry.by_content and any(entry.key == have.key for have, _ in self._texts[entry.path])

    def texts(self, path: str) -> list[bytes]:
        """The different versions of a file."""
        if path not in self._texts:
            self.read([path])
        return [raw for _, raw in self._texts[path]]

    def versions(self, path: str) -> Iterator[Examined]:
        """The versions, as their kind demands."""
        self.read([path])
        for entry, raw in self._texts[path]:
            key = entry.path, entry.key
            found = self.seen.get(key) or examine(path, raw, self.schemas)
            if entry.by_content:
                self.seen[key] = found
            yield found

    def sealed(self, path: str) -> bool:
        """Whether the file is shut for us."""
        return path in self.kinds and self.schemas.kinds[self.kinds[path]].form in SEALED

    def came_or_went(self, path: str) -> bool:
        """Whether only one of the trees has it."""
        return (path in self.entries[0]) != (path in self.entries[1])

    def was_unread(self, path: str) -> bool:
        """Whether the file was there before but could not be read as a record, so that nothing was held against it."""
        if path not in self.entries[0] or path not in self.kinds or self.sealed(path):
            return False
        old = self.entries[0][path]
        self.read([path])
        if not any(entry is old for entry, _ in self._texts[path]):
            return True
        return next(iter(self.versions(path))).data is None

    def strays(self, paths: Iterable[str]) -> bool:
        """Whether one of the files may lie elsewhere than its content says (FI015), so that its path tells nothing."""
        self.read(paths)
        return any(not _told(self.texts(path), self._lines(path)) for path in paths)

    def _lines(self, path: str) -> list[bytes]:
        """Lines the record must have if it lies where it belongs."""
        if path not in self.kinds or self.sealed(path):
            return []
        kind, parts = self.schemas.kinds[self.kinds[path]], self.parts[path]
        if kind.form in LOGS:
            return []
        fields = kind.schema.get("properties", {})
        lines = [f"{name}: {parts[name]}" for name in SAME if name in parts and name in fields]
        if "county" in parts:
            code = self._places.get((parts["prefecture"], parts["county"]), "")
            lines.append(f'county: "{code}"' if code[:1].isdigit() else f"county: {code}")
        if kind.name == "instructor":
            lines.append(f"id: {parts['owner']}/{parts['slug']}")
        return [f"\n{line}\n".encode() for line in lines]

    @cached_property
    def _places(self) -> dict[tuple[str, str], str]:
        """Codes of counties and active zones, by prefecture and pinyin."""
        data: dict[str, Any] = next((one.data for one in self.versions(REGIONS) if one.data), {})
        places = {(item["prefecture"], item["pinyin"]): item["code"] for item in data.get("counties", ())}
        zones = {
            (item["prefecture"], item["pinyin"]): item["id"]
            for item in data.get("zones", ())
            if item["active"]
        }
        return places | zones

    def naming(self, paths: Iterable[str], texts: Iterable[str]) -> Iterator[str]:
        """Those of the files in which one of the texts may stand."""
        needles = _stems(texts)
        for path in paths:
            if any(_names(raw, needles) for raw in self.texts(path)):
                yield path

    def naming_on(self, paths: Iterable[str], lessons: Iterable[tuple[str, str, str]]) -> Iterator[str]:
        """Those of the files in which a text may stand with its day (2022-05-17) and half in one lesson."""
        times: dict[bytes, set[tuple[bytes, bytes]]] = {}
        for text, day, half in lessons:
            times.setdefault(needle(text), set()).add((day.encode(), half.encode()))
        months = {day[:7] for found in times.values() for day, _ in found}
        for path in paths:
            if any(_names_on(raw, months, times) for raw in self.texts(path)):
                yield path

    def naming_all(self, paths: Iterable[str], wanted: Iterable[tuple[str, ...]]) -> Iterator[str]:
        """Those of the files in which all texts of a set may stand, spelling apart."""
        sets = [tuple(map(folded, texts)) for texts in wanted]
        for path in paths:
            for raw in self.texts(path):
                text = folded(raw.decode("utf-8", "replace"))
                if ESCAPE in raw or any(all(one in text for one in texts) for texts in sets):
                    yield path


def folded(text: str) -> str:
    """The text as `rules.identity` compares it, and without quotes."""
    plain = "".join(DOTS.sub("·", unicodedata.normalize("NFKC", text)).split())
    return plain.translate({ord(quote): None for quote in QUOTES})


def needle(text: str) -> bytes:
    """The longest piece of a text that stands as it is in any way YAML has to write it without an escape."""
    for quote in QUOTES:
        text = text.replace(quote, " ")
    return max(text.split(), key=len, default="").encode("utf-8", "surrogateescape")


def _told(texts: list[bytes], lines: list[bytes]) -> bool:
    return all(line in raw or raw.startswith(line[1:]) for raw in texts for line in lines)


def _stems(texts: Iterable[str]) -> dict[bytes, list[bytes]]:
    """Needles by what several have in common: where that is missing none of them is looked for."""
    stems: dict[bytes, list[bytes]] = {}
    for one in {needle(text) for text in texts}:
        stems.setdefault(one.rpartition(b"-")[0], []).append(one)
    return stems


def _names(raw: bytes, stems: dict[bytes, list[bytes]]) -> bool:
    return ESCAPE in raw or any(
        stem in raw and any(one in raw for one in needles) for stem, needles in stems.items()
    )


def _names_on(raw: bytes, months: set[bytes], times: dict[bytes, set[tuple[bytes, bytes]]]) -> bool:
    if ESCAPE in raw or COMMENT in raw:
        return True
    return any(month in raw for month in months) and any(_beside(raw, text, times[text]) for text in times)


def _beside(raw: bytes, text: bytes, times: set[tuple[bytes, bytes]]) -> bool:
    """Whether a text has one of the times as its nearest, before or after: one of the two is of its own lesson."""
    at = raw.find(text)
    while at >= 0:
        for place in (raw.rfind(DATE, 0, at), raw.find(DATE, at)):
            found = TIME.match(raw, place) if place >= 0 else None
            if place >= 0 and (found is None or found.groups() in times):
                return True
        at = raw.find(text, at + 1)
    return False
