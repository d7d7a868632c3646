"""Who teaches where on which day: nobody is in two places on one day, over all counties and both tracks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from generator.demo.chance import Chance
from generator.demo.season import Season
from generator.demo.staff import PRACTICAL, Instructor, Staff, Term


class UnstaffedError(Exception):
    """Nobody is free to teach a module on a day."""


@dataclass(slots=True, kw_only=True)
class Timetable:
    """The year's bookings. A place is a class, or a joint online lecture."""

    season: Season
    staff: Staff
    term: Term
    booked: dict[tuple[str, date], str] = field(default_factory=dict)
    load: Counter[str] = field(default_factory=Counter)
    _journal: list[tuple[str, date, bool]] = field(default_factory=list)
    _near: dict[tuple[str, str], tuple[list[Instructor], list[Instructor]]] = field(default_factory=dict)

    def book(self, rng: Chance, *, module: str, when: date, place: str, prefecture: str) -> Instructor:
        """Somebody near who is free and teaches the module; from further away where there is none."""
        for pool in self._pools(prefecture, module):
            free = self._free(pool, module, when, place)
            if free:
                return self._take(rng, free, when, place)
        raise UnstaffedError(f"{module} {when} {place}")

    def book_one_of(
        self, rng: Chance, pool: Sequence[Instructor], *, when: date, place: str
    ) -> tuple[Instructor, str]:
        """One of the pool, with a module of the nine that he or she teaches."""
        free = [each for each in pool if self._available(each, when, place)]
        if not free:
            raise UnstaffedError(f"{when} {place}")
        each = self._take(rng, free, when, place)
        return each, rng.choice(sorted(each.modules.difference(PRACTICAL)))

    def mark(self) -> int:
        """Where the journal of bookings stands."""
        return len(self._journal)

    def undo(self, mark: int) -> None:
        """Take back every booking since the mark."""
        while len(self._journal) > mark:
            identity, when, new = self._journal.pop()
            self.load[identity] -= 1
            if new:
                del self.booked[identity, when]

    def _pools(self, prefecture: str, module: str) -> tuple[list[Instructor], list[Instructor]]:
        key = (prefecture, module)
        if key not in self._near:
            owners = {
                prefecture,
                *(f"base-{base['slug']}" for base in self.season.province.serving[prefecture]),
            }
            able = [each for each in self.staff.everyone if module in each.modules]
            near = [each for each in able if each.owner in owners]
            self._near[key] = near, [each for each in able if each.owner not in owners]
        return self._near[key]

    def _free(self, pool: list[Instructor], module: str, when: date, place: str) -> list[Instructor]:
        free = [each for each in pool if self._available(each, when, place)]
        return [each for each in free if self.term.may_practise(each, when)] if module in PRACTICAL else free

    def _available(self, each: Instructor, when: date, place: str) -> bool:
        return each.serves(when) and self.booked.get((each.id, when), place) == place

    def _take(self, rng: Chance, free: Sequence[Instructor], when: date, place: str) -> Instructor:
        """Whoever already teaches there that day with some likelihood, else one of the least busy."""
        there = [each for each in free if self.booked.get((each.id, when)) == place]
        least = min(self.load[each.id] for each in free)
        idle = [each for each in free if self.load[each.id] <= least + 1]
        each = rng.choice(there if there and rng.percent(60) else idle)
        self._journal.append((each.id, when, (each.id, when) not in self.booked))
        self.booked[each.id, when] = place
        self.load[each.id] += 1
        return each
