"""The faults of a document one by one, and the fields it lacks or should not have (SC001)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from itertools import islice
from typing import Any

from generator.explain.wording import WORDS, discreet, sample, short
from generator.problem import Key, Problem, Where
from generator.schema import Kind, Node, Schemas

# Faults looked for in one document: a small file can hold hundreds of thousands, a gigabyte as findings.
MOST = 5000


def explain(schemas: Schemas, kind: Kind, data: Any, where: Where) -> Iterator[Problem]:
    """Problems of a document that `Schemas.valid` refused, one a place and fault; of very many the first `MOST`."""
    seen: set[tuple[Key, ...]] = set()
    errors = sorted(islice(schemas.reference(kind).iter_errors(data), MOST), key=_weight)
    if len(errors) == MOST:
        yield _problem(where, f"填写问题有 {MOST} 处以上，没有全部列出", "请先改正列出的，再检查一次")
    unknown = {(*error.absolute_path, key) for error in errors for key in _extras(error)}
    for error in errors:
        keys = tuple(error.absolute_path)
        if error.validator == "required":
            yield from _missing(schemas, kind, error, where, unknown)
        elif error.validator == "additionalProperties":
            yield from _unknown(schemas, kind, error, where)
        elif keys not in seen:
            seen.add(keys)
            node = schemas.at(kind, keys) or error.schema
            say = discreet if kind.form == "age" else WORDS[error.validator]
            message, remedy = say(error, node)
            yield _problem(_place(where, keys), message, remedy)


def _problem(where: Where, message: str, remedy: str) -> Problem:
    return Problem(where=where, code="SC001", message=message, remedy=remedy)


def _place(where: Where, keys: tuple[Key, ...]) -> Where:
    return Where(where.path, where.keys + keys)


def _weight(error: Any) -> tuple[int, list[str]]:
    """Of several faults at one place the plainest is told: a wrong type before a wrong pattern before a format."""
    order = ("type", "enum", "minLength", "pattern", "format")
    rank = order.index(error.validator) if error.validator in order else len(order)
    return rank, list(map(str, error.absolute_path))


def _extras(error: Any) -> list[str]:
    if error.validator != "additionalProperties":
        return []
    return [key for key in error.instance if key not in error.schema.get("properties", {})][:MOST]


def _missing(
    schemas: Schemas, kind: Kind, error: Any, where: Where, unknown: set[tuple[Key, ...]]
) -> Iterator[Problem]:
    """One missing field: what it is and where it belongs. Silent where a misspelt one stands in its place."""
    keys = tuple(error.absolute_path)
    name = next(key for key in error.validator_value if f"'{key}' is" in error.message)
    rivals = [str(key[-1]) for key in unknown if key[:-1] == keys]
    parent = schemas.at(kind, keys) or kind.schema
    if any(meant(parent["properties"], rival, schemas) == name for rival in rivals):
        return
    node = schemas.resolve(parent["properties"][name])
    place = f"“{parent['title']}”下" if keys else "最外层"
    example = f"{name}: {sample(node)}"
    yield _problem(
        _place(where, keys), f"缺少字段“{node['title']}”（{name}）", f"请在{place}添加一行，例如 {example}"
    )


def _unknown(schemas: Schemas, kind: Kind, error: Any, where: Where) -> Iterator[Problem]:
    keys = tuple(error.absolute_path)
    parent = schemas.at(kind, keys) or kind.schema
    properties = parent["properties"]
    if kind.form == "age":
        place = _place(where, keys)
        yield _problem(
            place, f"“{parent['title']}”里有不认识的字段（密封内容，不显示）", "请删去或改正字段名"
        )
        return
    for key in _extras(error):
        likely = meant(properties, key, schemas)
        if likely is None:
            allowed = "、".join(
                f"{name}（{schemas.resolve(node)['title']}）" for name, node in properties.items()
            )
            remedy = f"请删去该字段；“{parent['title']}”可以写：{allowed}"
        else:
            remedy = f"是否想写 {likely}（{schemas.resolve(properties[likely])['title']}）？"
        yield _problem(_place(where, (*keys, key)), f"没有“{short(key)}”这个字段", remedy)


def meant(properties: Mapping[str, Node], key: str, schemas: Schemas) -> str | None:
    """The field a misspelt or Chinese key stands for."""
    titles = {schemas.resolve(node)["title"]: name for name, node in properties.items()}
    if key in titles:
        return titles[key]
    close = get_close_matches(key.lower().replace("_", "-"), properties, n=1, cutoff=0.6)
    return close[0] if close else None
