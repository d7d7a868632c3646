"""Seeded chance: one stream a purpose, so that a change in one place leaves the others alone.

Only whole-number draws decide anything that is written, so the same seed gives the same bytes on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

Item = TypeVar("Item")


class Chance(Random):
    """A stream of chance with the few draws the demo needs."""

    def percent(self, share: int) -> bool:
        """True in `share` of a hundred cases."""
        return self.randrange(100) < share

    def near(self, middle: int, spread: int) -> int:
        """A whole number around the middle, seldom far from it, never further than the spread."""
        return middle + (sum(self.randint(-spread, spread) for _ in range(3)) // 3 if spread > 0 else 0)

    def weighted(self, weights: Mapping[Item, int]) -> Item:
        """One of the keys, by weight."""
        at = self.randrange(sum(weights.values()))
        for item, weight in weights.items():
            if at < weight:
                return item
            at -= weight
        raise AssertionError("weights are whole and positive")

    def some(self, items: Sequence[Item], count: int) -> list[Item]:
        """Up to `count` different items, in their own order."""
        chosen = sorted(self.sample(range(len(items)), min(count, len(items))))
        return [items[index] for index in chosen]


def stream(seed: int, *purpose: object) -> Chance:
    """The stream of a seed and a purpose."""
    return Chance("/".join(map(str, (seed, *purpose))))


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """`total` split into whole parts by weight (largest remainder); the parts add up to it."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda index: (-(total * weights[index] % whole), index))
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return parts
