"""The field reference: every kind of record with its fields, as the schemas say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generator.derive.public import WITHHELD
from generator.schema import Kind, Node, Schemas

TIERS = {"public": "公开", "part": "部分公开", "internal": "内部", "sealed": "加密"}
FORMS = {
    "yaml": "YAML，一份记录一个文件",
    "jsonl": "JSON，一条一行，只增不改",
    "markdown": "Markdown，文件开头写字段",
    "age": "YAML，加密后保存",
    "opaque": "任意内容，加密后保存",
}
# What the parts of a path stand for.
PARTS = {
    "{year}": "年度",
    "{prefecture}": "市州",
    "{county}": "县",
    "{owner}": "单位",
    "{slug}": "代号",
    "{base}": "基地",
    "{class}": "班次",
}
# Years are written without a comma.
LAST_YEAR = 9999
TYPES = {
    "string": "文本",
    "integer": "整数",
    "number": "数",
    "boolean": "true 或 false",
    "array": "列表",
    "object": "一组字段",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One value a field may take, and what it means."""

    value: str
    meaning: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field; `path` is its keys joined, `[]` for any item of a list; `example` as it is written."""

    title: str
    path: str
    anchor: str
    depth: int
    meaning: str
    form: str
    choices: tuple[Choice, ...]
    example: str
    required: bool
    public: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class KindReference:
    """One kind of record: where it lies, who writes it, how it is published."""

    name: str
    title: str
    about: str
    path: str
    writes: str
    form: str
    tier: str
    fields: tuple[Field, ...]


def reference(schemas: Schemas) -> tuple[KindReference, ...]:
    """Every kind, by where its records lie."""
    kinds = sorted(schemas.kinds.values(), key=lambda kind: kind.template)
    return tuple(_kind(kind, schemas) for kind in kinds)


def worded(template: str, **known: str) -> str:
    """A path with its parts in Chinese, the known ones as given."""
    words = PARTS | {f"{{{part}}}": word for part, word in known.items()}
    for part, word in words.items():
        template = template.replace(part, word)
    return template


def _kind(kind: Kind, schemas: Schemas) -> KindReference:
    tier: str = kind.schema["x-tier"]
    return KindReference(
        name=kind.name,
        title=kind.title,
        about=kind.schema["description"],
        path=worded(kind.template),
        writes=kind.schema["x-writes"],
        form=FORMS.get(kind.form, kind.form),
        tier=TIERS.get(tier, tier),
        fields=tuple(_fields(kind.schema, schemas, "", 0, public=tier not in WITHHELD)),
    )


def _fields(node: Node, schemas: Schemas, prefix: str, depth: int, *, public: bool) -> Iterator[Field]:
    """Fields of an object in the schema's order, each before those inside it."""
    required = node.get("required", ())
    for key, child in node.get("properties", {}).items():
        full, shown = schemas.resolve(child), public and child.get("x-public") is True
        path = prefix + key
        yield _field(full, path, depth, required=key in required, public=shown)
        inner = full
        while "items" in inner:
            inner, path = schemas.resolve(inner["items"]), path + "[]"
        yield from _fields(inner, schemas, path + ".", depth + 1, public=shown)


def _field(node: Node, path: str, depth: int, *, required: bool, public: bool) -> Field:
    leaf = node
    while "items" in leaf:
        leaf = leaf["items"]
    return Field(
        title=node["title"],
        path=path,
        anchor=path.replace("[]", "").replace(".", "-"),
        depth=depth,
        meaning=node.get("description", ""),
        form=_form(node),
        choices=tuple(
            Choice(value=str(value), meaning=leaf.get("x-titles", {}).get(value, ""))
            for value in leaf.get("enum", ())
        ),
        example="" if "properties" in leaf else _written(node.get("examples", [""])[0]),
        required=required,
        public=public,
    )


def _form(node: Node) -> str:
    """What may stand there, in words."""
    said: str = node.get("x-wanted", "")
    if said:
        return said
    if "enum" in node:
        return "选一项"
    kind = node.get("type", "string")
    word = "、".join(TYPES[one] for one in kind if one in TYPES) if isinstance(kind, list) else TYPES[kind]
    return word + _limits(node)


def _limits(node: Node) -> str:
    """The bounds a schema sets, in words."""
    low, high = node.get("minimum"), node.get("maximum")
    longest = node.get("maxLength")
    said = [f"不小于 {low}"] if low is not None else []
    said += [f"不大于 {high if high <= LAST_YEAR else format(high, ',')}"] if high is not None else []
    said += [f"最多 {longest} 字"] if longest else []
    return f"，{'，'.join(said)}" if said else ""


def _written(example: Any) -> str:
    """The example as it may stand in a record; JSON is YAML."""
    return json.dumps(example, ensure_ascii=False)
