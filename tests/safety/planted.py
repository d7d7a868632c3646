"""The small repository with a value that can be told apart in every private field, made from the schemas alone.

A new private field is planted by itself; one whose pattern is new needs a line in SHAPES. Where a shape has no room
for a token (a choice, a small number, a day), the value differs from the base's, and the test that compares the
bytes of two sites covers it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from generator.check import Outcome, check
from generator.model import Source
from generator.schema import Node, Schemas
from tests.published import remade
from tests.support import identity, schemas, tree

# What text of each pattern may look like: the number in the middle tells fields apart.
SHAPES: Mapping[str, Callable[[int], str]] = {
    "^[a-z0-9]+(-[a-z0-9]+)*$": "zq{:04}kn".format,
    "^[a-z0-9]+(-[a-z0-9]+)*-[0-9]{1,3}$": "zq{:04}kn-7".format,
    "^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$": "zq{:04}kn/zq".format,
    "^[A-Z]{3,8}-42-[0-9]{4}-[A-Z]{2}-[0-9]{4}-[0-9A-Z]$": "ZQKN-42-2097-ZQ-{:04}-Z".format,
    "^(42[0-9]{4}|X[0-9]{6}-[A-Z]{2,5})$": "X98{:04}-ZQKN".format,
    "^0[0-9]{2,3}-[0-9]{7,8}(-[0-9]{1,6})?$": "0999-9387{:04}".format,
    "^[A-Z][0-9]{3,5}$": "Z9{:04}".format,
    "^[A-Z]{2}[0-9]{3}$": lambda count: f"ZQ{count % 1000:03}",
    "^(zhi|hui|shi)-[1-9]$": lambda count: f"{('zhi', 'hui', 'shi')[count // 9 % 3]}-{count % 9 + 1}",
    "^age1[0-9a-z]{58}$": lambda count: "age1" + f"zq{count:04}kn".ljust(58, "q"),
    "^[0-9a-hjkmnp-tv-z]+$": lambda count: f"zq{count:04}kn".ljust(20, "z"),
    "^[0-9a-f]{32,64}$": lambda count: f"c0ffee{count:04}".ljust(32, "f"),
    "^[0-9a-f]{64}$": lambda count: f"c0ffee{count:04}".ljust(64, "f"),
    "^[0-9A-Za-z_-]+$": "A-zq{:04}kn".format,
    "^S[0-9A-Za-z_-]{86}$": lambda count: "S" + f"zq{count:04}kn".ljust(86, "q"),
    "^[A-Za-z0-9][A-Za-z0-9._-]*$": "zq{:04}kn".format,
    "^(office|group|bureau:[a-z0-9-]+|base:[a-z0-9-]+)$": "bureau:zq{:04}kn".format,
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": lambda count: f"2098-{count % 12 + 1:02}-{count % 28 + 1:02}",
}
NEEDLE = re.compile(
    rb"zq\d{4}kn|zqkn|x98\d{4}-|0999-9387|\bz9\d{4}\b|c0ffee\d{4}|\b9,?387,?\d{3}\b"
    rb"|2098-\d\d-\d\d|\b2098\d{4}\b|2098\xe5\xb9\xb4"
)
# Addresses: a certificate stands under its token, which is in no list. Both sites of a comparison have the same.
TOKEN = ("roster", "token")
# A refused publication removes the whole record; a test of its own has that.
KEPT = ("instructor", "publication")
LARGE = 9_387_000


@dataclass
class Planting:
    """What was planted: how often, and where (kind and key path without indexes)."""

    known: Schemas
    only: tuple[str, str] | None = None
    count: int = 0
    places: set[str] = field(default_factory=set)

    def record(self, kind: str, node: Node, data: Any, place: str = "") -> Any:
        """The data with every private value replaced; what is optional and private is there afterwards."""
        if isinstance(data, list):
            items = self.known.resolve(node["items"]) if "items" in node else node
            return [self.record(kind, items, item, place) for item in data]
        if not isinstance(data, dict):
            return data
        made = dict(data)
        for key, child in node["properties"].items():
            full, here = self.known.resolve(child), f"{place}/{key}"
            if child.get("x-public") is True:
                if key in data:
                    made[key] = self.record(kind, full, data[key], here)
            elif (kind, key) != KEPT:
                # Counted in any case, so that what is planted alone is what is planted among all.
                value = self.value(kind, full, data.get(key), here)
                if self.only in {None, (kind, key)}:
                    made[key] = value
        return made

    def value(self, kind: str, node: Node, was: Any, place: str) -> Any:
        """A value of that shape other than `was`."""
        if "items" in node:
            items = self.known.resolve(node["items"])
            return [self.value(kind, items, each, place) for each in was or [None]]
        if "properties" in node:
            return {
                key: was["publication"]
                if (kind, key) == KEPT and was
                else self.value(kind, self.known.resolve(child), (was or {}).get(key), f"{place}/{key}")
                for key, child in node["properties"].items()
            }
        self.places.add(f"{kind}{place}")
        self.count += 1
        return self._leaf(node, was)

    def _leaf(self, node: Node, was: Any) -> Any:
        if "enum" in node:
            return next((choice for choice in node["enum"] if choice != was), node["enum"][0])
        kind = node["type"]
        if kind == "boolean":
            return not was
        if kind == "integer":
            low, high = node.get("minimum", 0), node.get("maximum", LARGE * 10)
            if high > LARGE:
                return LARGE + self.count
            return low if was != low else high
        if "pattern" in node:
            return SHAPES[node["pattern"]](self.count)
        return f"zq{self.count:04}kn"


def private_places(known: Schemas) -> set[str]:
    """Kind and key path of every leaf no page may show."""

    def walk(kind: str, node: Node, place: str, public: bool) -> Iterator[str]:
        if "items" in node:
            yield from walk(kind, known.resolve(node["items"]), place, public)
        elif "properties" in node:
            for key, child in node["properties"].items():
                seen = public and child.get("x-public") is True
                yield from walk(kind, known.resolve(child), f"{place}/{key}", seen)
        elif not public:
            yield f"{kind}{place}"

    return {
        place
        for name, kind in known.kinds.items()
        if kind.form != "opaque"
        for place in walk(name, kind.schema, "", True)
    }


def example(node: Node, known: Schemas) -> Any:
    """A record of that shape from the schemas' own examples."""
    if node.get("examples"):
        return node["examples"][0]
    if "items" in node:
        return [example(known.resolve(node["items"]), known)]
    return {key: example(known.resolve(child), known) for key, child in node["properties"].items()}


@cache
def base() -> Outcome:
    """The small repository with its sealed records opened, and a record of every kind it lacks."""
    outcome = check(tree({}), schemas=schemas(), identities=[identity()])
    assert outcome.repo is not None
    return replace(outcome, repo=remade(outcome.repo, [*outcome.repo.sources.values(), *_lacking(outcome)]))


def _lacking(outcome: Outcome) -> Iterator[Source]:
    assert outcome.repo is not None
    have = {source.kind for source in outcome.repo.sources.values()}
    for name, kind in schemas().kinds.items():
        if name not in have and kind.form == "jsonl":
            path = kind.template.replace("{year}", "2022")
            data = [example(kind.schema, schemas())]
            yield Source(kind=name, path=path, parts={"year": "2022"}, data=data, digest="")


def planted(only: tuple[str, str] | None = None) -> tuple[Outcome, Planting]:
    """The base with every private field planted, or only the one named by kind and key."""
    outcome, planting, sources = base(), Planting(schemas(), only), []
    assert outcome.repo is not None
    for source in outcome.repo.sources.values():
        kind = schemas().kinds[source.kind]
        data = planting.record(source.kind, kind.schema, deepcopy(source.data))
        for one in data if isinstance(data, list) else [data]:
            assert schemas().valid(kind, one), (source.path, one)
        sources.append(replace(source, data=data))
    return replace(outcome, repo=remade(outcome.repo, sources)), planting
