"""Which item of one list is which item of another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from generator.diff.meaning import meaning

# Comparing every leftover with every other stops paying here; beyond it they are paired in order.
MOST = 10_000
ENOUGH = 0.5


class Pairs(NamedTuple):
    """Indexes into the two lists. `changed` are pairs of the same thing, `moved` says the equal ones changed order."""

    changed: list[tuple[int, int]]
    removed: list[int]
    added: list[int]
    moved: bool


def by_key(old: Sequence[Any], new: Sequence[Any], key: str) -> Pairs | None:
    """Pairs of items with the same key; None where the key does not tell the items apart."""
    before, after = _index(old, key), _index(new, key)
    if before is None or after is None:
        return None
    common = [name for name in after if name in before]
    order = [before[name] for name in common]
    return Pairs(
        changed=[
            (before[name], after[name])
            for name in common
            if meaning(old[before[name]]) != meaning(new[after[name]])
        ],
        removed=[index for name, index in before.items() if name not in after],
        added=[index for name, index in after.items() if name not in before],
        moved=order != sorted(order),
    )


def _index(items: Sequence[Any], key: str) -> dict[str, int] | None:
    """Index of each item by its key's value."""
    found: dict[str, int] = {}
    for index, item in enumerate(items):
        value = item.get(key) if isinstance(item, dict) else None
        if not isinstance(value, (str, int)) or meaning(value) in found:
            return None
        found[meaning(value)] = index
    return found


def by_likeness(old: Sequence[Any], new: Sequence[Any]) -> Pairs:
    """Equal items first, then the most alike ones, then what is left came or went."""
    waiting: dict[str, list[int]] = {}
    for index, item in reversed(list(enumerate(old))):
        waiting.setdefault(meaning(item), []).append(index)
    order, added = [], []
    for index, item in enumerate(new):
        same = waiting.get(meaning(item))
        if same:
            order.append(same.pop())
        else:
            added.append(index)
    removed = sorted(index for left in waiting.values() for index in left)
    changed = _likely(old, new, removed, added)
    return Pairs(
        changed=changed,
        removed=[index for index in removed if index not in {one for one, _ in changed}],
        added=[index for index in added if index not in {other for _, other in changed}],
        moved=order != sorted(order),
    )


def _likely(
    old: Sequence[Any], new: Sequence[Any], removed: list[int], added: list[int]
) -> list[tuple[int, int]]:
    if len(removed) * len(added) > MOST:
        scores = [
            (_likeness(old[one], new[other]), one, other) for one, other in zip(removed, added, strict=False)
        ]
    else:
        scores = [(_likeness(old[one], new[other]), one, other) for one in removed for other in added]
    taken: list[tuple[int, int]] = []
    seen_old: set[int] = set()
    seen_new: set[int] = set()
    for score, one, other in sorted(scores, key=lambda scored: (-scored[0], scored[1], scored[2])):
        if score >= ENOUGH and one not in seen_old and other not in seen_new:
            taken.append((one, other))
            seen_old.add(one)
            seen_new.add(other)
    return sorted(taken, key=lambda pair: pair[1])


def _likeness(one: Any, other: Any) -> float:
    """Share of the fields that say the same."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return 0.0
    keys = one.keys() | other.keys()
    return sum(
        key in one and key in other and meaning(one[key]) == meaning(other[key]) for key in keys
    ) / max(len(keys), 1)
