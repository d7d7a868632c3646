"""What a list's item is called in a sentence: `zigui-2（5月17—19日，110人）`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from generator.diff.words import Field, Voice, short


class Label(NamedTuple):
    """`head` are words of one or more fields each, `inside` stands in brackets after them.

    A field may be a path (`trainees/total`) or a span (`from..to`). A counted field gets its unit, other numbers
    inside their title. `moves` names the word whose change alone reads as a move.
    """

    head: tuple[tuple[str, ...], ...]
    inside: tuple[str, ...] = ()
    moves: bool = False


# By the title of the items. Items without an entry: keyed ones show key and name, others all their fields.
LABELS: Mapping[str, Label] = {
    "班次": Label((("id",),), ("from..to", "trainees/total")),
    "考核班次": Label((("id",),), ("from..to", "trainees/total")),
    "实施班次": Label((("id",),), ("from..to", "people")),
    "课": Label((("date", "half"), ("module",)), ("hours", "instructor", "mode", "joint"), moves=True),
    "来源": Label((("kind",), ("amount",)), ("purpose",)),
    "支出": Label((("category",), ("amount",))),
    "材料": Label((("class",), ("kind",)), ("submitted",)),
    "推荐": Label((("county",),), ("batch", "count")),
    "任命": Label((("instructor",),), ("prefecture", "from..until")),
    "确认": Label((("instructor",),), ("by", "date")),
    "计分事件": Label((("no",), ("row",), ("date",)), ("quantity",)),
    "事件": Label((("seq",), ("event",), ("no",))),
    "表彰": Label((("title",),), ("no", "unit", "date")),
    "报道": Label((("title",),), ("date",)),
    "豁免": Label((("code",), ("record",)), ("until",)),
    "班次收件人": Label((("year",), ("class",))),
    "题目": Label((("module",), ("type",)), ("points",)),
    "任务": Label((("module",), ("task",)), ("points",)),
}
UNITS = {"人数": "人", "学时": "学时"}
NAMES = ("name", "title", "short", "numbering")


def label(voice: Voice, field: Field, item: Any, key: str | None = None) -> str:
    """An item in words; `key` is the field that identifies it in its list, if one does."""
    if not isinstance(item, dict):
        return short(voice.word(item, field))
    table = LABELS.get(str(field.node.get("title")))
    if table is not None:
        return _by_table(voice, field, item, table)
    if key is None:
        return short(voice.word(item, field))
    name = next(
        (name for name in NAMES if name != key and isinstance(item.get(name), str) and item[name]), ""
    )
    called = (
        "" if voice.exact or not name else voice.word(item[name], voice.fields.at(field, name)).strip("“”")
    )
    words = [voice.word(item[key], voice.fields.at(field, key)), called]
    return short(" ".join(filter(None, dict.fromkeys(words))))


def head(voice: Voice, field: Field, item: Mapping[str, Any], table: Label) -> list[str]:
    """The words before the brackets."""
    return [
        "".join(word for path in paths for word in _words(voice, field, item, path)) for paths in table.head
    ]


def covered(table: Label | None) -> frozenset[str]:
    """The fields a label shows."""
    paths = [path for paths in table.head for path in paths] + list(table.inside) if table else []
    return frozenset(part.split("/")[0] for path in paths for part in path.split(".."))


def _by_table(voice: Voice, field: Field, item: Mapping[str, Any], table: Label) -> str:
    before = " ".join(filter(None, head(voice, field, item, table)))
    inside = "，".join(_counted(voice, field, item, table))
    return f"{before}（{inside}）" if inside else before


def _counted(voice: Voice, field: Field, item: Mapping[str, Any], table: Label) -> Iterator[str]:
    for path in table.inside:
        leaf = field
        for key in path.split("/"):
            leaf = voice.fields.at(leaf, key)
        for word in _words(voice, field, item, path):
            unit = next((unit for end, unit in UNITS.items() if leaf.title.endswith(end)), "")
            if not word.isdigit():
                yield word
            elif leaf.unit or unit:
                yield f"{word}{leaf.unit or unit}"
            else:
                yield f"{leaf.title} {word}"


def _words(voice: Voice, field: Field, item: Any, path: str) -> Iterator[str]:
    """The word at a path; none where the item has nothing there."""
    first, _, last = path.partition("..")
    if last:
        ends = [item.get(first), item.get(last)]
        if all(isinstance(end, str) for end in ends):
            yield voice.days(*ends)
        return
    for key in path.split("/"):
        if not isinstance(item, dict) or key not in item:
            return
        field = voice.fields.at(field, key)
        item = item[key]
    if item != "":
        yield short(voice.word(item, field))
