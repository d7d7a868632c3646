"""The difference of two records' data, in sentences; the schema leads, so a new field needs no code here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from generator.diff.labels import LABELS, covered, head, label
from generator.diff.meaning import meaning
from generator.diff.pairs import Pairs, by_key, by_likeness
from generator.diff.words import ABSENT, Field, Voice, alike, short, shortened

CLEAR = 4
Titles = tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where the walk is: `before` names the items it is inside, `titles` the fields from the innermost item on."""

    field: Field
    scope: Field
    before: str = ""
    titles: Titles = ()


class Walk:
    """Compares two versions of a record of the kind called `title`."""

    def __init__(self, old: Voice, new: Voice, title: str) -> None:
        self.old = old
        self.new = new
        self.title = title
        self.fields = new.fields
        self._paths: dict[int, frozenset[Titles]] = {}

    def changes(self, place: Place, old: Any, new: Any) -> Iterator[str]:
        """What is different at a place: nothing exactly where both mean the same."""
        if meaning(old) == meaning(new):
            return
        if isinstance(old, dict) and isinstance(new, dict):
            yield from self._object(place, old, new)
        elif isinstance(old, list) and isinstance(new, list):
            yield from self._list(place, old, new)
        else:
            yield f"{self._said(place)} {self._pair(place.field, old, new)}"

    def _object(self, place: Place, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
        for key, field in self.fields.of(place.field, {**new, **old}):
            titles = place.titles if place.titles[-1:] == (field.title,) else (*place.titles, field.title)
            there = replace(place, field=field, titles=titles)
            if key not in old:
                yield from self._came(there, new[key])
            elif key not in new:
                yield from self._went(there, old[key])
            else:
                yield from self.changes(there, old[key], new[key])

    def _came(self, place: Place, value: Any) -> Iterator[str]:
        if isinstance(value, list) and value:
            yield from self._list(place, [], value)
        elif isinstance(value, dict):
            yield f"{_spaced(place.before)}新增{self._title(place)}（{short(self.new.word(value, place.field))}）"
        else:
            yield f"{self._said(place)} {ABSENT}→{short(self.new.word(value, place.field))}"

    def _went(self, place: Place, value: Any) -> Iterator[str]:
        if place.field.node.get("x-erased"):
            # Deleted so that nobody reads it any more: not here, nor in a comment that stays.
            yield f"{self._said(place)} 已删去（内容不再显示）"
        elif isinstance(value, list) and value:
            yield from self._list(place, value, [])
        elif isinstance(value, dict):
            yield f"{_spaced(place.before)}删去{self._title(place)}（{short(self.old.word(value, place.field))}）"
        else:
            yield f"{self._said(place)} {short(self.old.word(value, place.field))}→{ABSENT}"

    def _list(self, place: Place, old: list[Any], new: list[Any]) -> Iterator[str]:
        item = self.fields.item(place.field)
        key = place.field.node.get("x-key")
        pairs = by_key(old, new, key) if isinstance(key, str) else None
        if pairs is not None:
            yield from self._keyed(place, item, pairs, old, new)
        elif all(isinstance(one, int) for one in old + new):
            yield f"{self._said(place)} {self._pair(place.field, old, new)}"
        elif any(isinstance(one, dict) for one in old + new):
            yield from self._items(place, item, by_likeness(old, new), old, new)
        else:
            yield from self._words(place, item, by_likeness(old, new), old, new)

    def _keyed(
        self, place: Place, item: Field, pairs: Pairs, old: list[Any], new: list[Any]
    ) -> Iterator[str]:
        key = str(place.field.node["x-key"])
        title = self._title(place)
        for index in pairs.removed:
            yield f"{_spaced(place.before)}删去{title} {label(self.old, item, old[index], key)}"
        for one, other in pairs.changed:
            name = self.new.word(new[other][key], self.fields.at(item, key))
            inside = Place(item, item, f"{_spaced(place.before)}{title} {short(name)}")
            yield from self.changes(inside, old[one], new[other])
        for index in pairs.added:
            yield f"{_spaced(place.before)}新增{title} {label(self.new, item, new[index], key)}"
        if pairs.moved:
            yield f"{self._said(place)} 顺序有调整"

    def _items(
        self, place: Place, item: Field, pairs: Pairs, old: list[Any], new: list[Any]
    ) -> Iterator[str]:
        said = self._said(place)
        # A record of one list that has the record's own name need not say it twice.
        start = "" if not place.before and place.titles == (self.title,) else f"{said}："
        for index in pairs.removed:
            yield f"{start}删去 {label(self.old, item, old[index])}"
        for one, other in pairs.changed:
            yield f"{start}{self._same_item(item, old[one], new[other])}"
        for index in pairs.added:
            yield f"{start}新增 {label(self.new, item, new[index])}"
        if pairs.moved:
            yield f"{said} 顺序有调整"

    def _same_item(self, item: Field, old: Any, new: Any) -> str:
        """One item of a list without key, before and after."""
        if not isinstance(old, dict) or not isinstance(new, dict):
            return _turned("改为", *self._both(item, old, new))
        table = LABELS.get(str(item.node.get("title")))
        changed = {key for key in {**old, **new} if not _same_field(old, new, key)}
        others = changed - covered(table)
        more = "，".join(self._object(Place(item, item), _only(old, others), _only(new, others)))
        before, after = label(self.old, item, old), label(self.new, item, new)
        if table is None:
            return f"{short(after)}（{more}）"
        if table.moves and changed <= set(table.head[0]):
            return _turned("移到", before, head(self.new, item, new, table)[0])
        if alike(before, after) and not more:
            before, after = (
                label(replace(voice, exact=True), item, one) for voice, one in self._sides(old, new)
            )
        said = after if alike(before, after) else _turned("改为", *shortened(before, after))
        return f"{said}，{more}" if more else said

    def _words(
        self, place: Place, item: Field, pairs: Pairs, old: list[Any], new: list[Any]
    ) -> Iterator[str]:
        """A list of single values: what was added, removed or put in another order."""
        gone, come = [old[index] for index in pairs.removed], [new[index] for index in pairs.added]
        said = self._said(place)
        if len(gone) == len(come) == 1:
            yield f"{said}：{_turned('改为', *self._both(item, gone[0], come[0]))}"
        elif gone or come:
            removed, added = self._both(place.field, gone, come)
            parts = [f"增加 {added}" if come else "", f"去掉 {removed}" if gone else ""]
            yield f"{said}：{'，'.join(filter(None, parts))}"
        if pairs.moved:
            yield f"{said} 顺序有调整"

    def _pair(self, field: Field, old: Any, new: Any) -> str:
        return "→".join(self._both(field, old, new))

    def _both(self, field: Field, old: Any, new: Any) -> tuple[str, str]:
        """Both values in words that differ; as they are written where the usual words would not."""
        before, after = (voice.word(one, field) for voice, one in self._sides(old, new))
        if alike(before, after):
            before, after = (
                replace(voice, exact=True).word(one, field) for voice, one in self._sides(old, new)
            )
        return shortened(before, after)

    def _sides(self, old: Any, new: Any) -> tuple[tuple[Voice, Any], tuple[Voice, Any]]:
        return (self.old, old), (self.new, new)

    def _said(self, place: Place) -> str:
        return f"{_spaced(place.before)}{self._title(place) or '内容'}"

    def _title(self, place: Place) -> str:
        """The titles down to the field: the shortest end of them that is clear and no other field's of the item."""
        known = self._titles(place.scope)
        for start in range(len(place.titles) - 1, 0, -1):
            end = place.titles[start:]
            if sum(map(len, end)) >= CLEAR and sum(titles[-len(end) :] == end for titles in known) <= 1:
                return " ".join(end)
        return " ".join(place.titles)

    def _titles(self, scope: Field) -> frozenset[Titles]:
        """The titles of every field of an item, lists not entered."""
        found = self._paths.get(id(scope.node))
        if found is None:
            found = self._paths[id(scope.node)] = frozenset(self._below(scope, ()))
        return found

    def _below(self, field: Field, titles: Titles) -> Iterator[Titles]:
        for key in field.node.get("properties", {}):
            inner = self.fields.at(field, key)
            path = titles if titles[-1:] == (inner.title,) else (*titles, inner.title)
            yield path
            yield from self._below(inner, path)


def _spaced(before: str) -> str:
    return f"{before} " if before else ""


def _turned(verb: str, before: str, after: str) -> str:
    return f"{before}{'' if before.endswith('）') else ' '}{verb} {after}"


def _same_field(old: Mapping[str, Any], new: Mapping[str, Any], key: str) -> bool:
    return key in old and key in new and meaning(old[key]) == meaning(new[key])


def _only(item: Mapping[str, Any], keys: set[str]) -> dict[str, Any]:
    return {key: item[key] for key in item if key in keys}
