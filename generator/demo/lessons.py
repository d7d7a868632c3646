"""The sessions of a preparatory class: half-days filled with modules, practical courses among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from generator.demo.chance import Chance
from generator.demo.joint import Lecture
from generator.demo.province import County, Record
from generator.demo.staff import NINE, PRACTICAL
from generator.demo.timetable import Timetable

# 学时 of the sessions of a day, by half.
Pattern = dict[str, tuple[int, ...]]
PATTERNS: tuple[Pattern, ...] = (
    {"am": (4,), "pm": (4,)},
    {"am": (2, 2), "pm": (4,)},
    {"am": (4,), "pm": (2, 2)},
    {"am": (2, 2), "pm": (2, 2)},
    {"am": (3,), "pm": (3,)},
    {"am": (4,), "pm": (3,)},
    {"am": (2, 2), "pm": (3,), "evening": (2,)},
    {"am": (3,), "pm": (2, 2), "evening": (2,)},
)
SHORT_DAYS: tuple[Pattern, ...] = ({"am": (4,)}, {"am": (2, 2)}, {"am": (3,), "pm": (2,)})
DENSE_DAYS: tuple[Pattern, ...] = (
    {"am": (2, 2), "pm": (2, 2), "evening": (2,)},
    {"am": (2, 2), "pm": (2, 2), "evening": (1, 1)},
    {"am": (1, 2, 1), "pm": (2, 2)},
    {"am": (2, 2), "pm": (1, 1, 2)},
)
ONLINE_PERCENT = 6


@dataclass(slots=True, kw_only=True)
class Slot:
    """A session yet without a subject."""

    when: date
    half: str
    hours: int
    lecture: Lecture | None = None
    module: str = ""
    instructor: str = ""

    @property
    def online(self) -> bool:
        """Evening sessions and joint lectures come over the network."""
        return self.half == "evening" or self.lecture is not None


def teach(
    rng: Chance,
    timetable: Timetable,
    county: County,
    first: date,
    days: int,
    lecture: Lecture | None,
    place: str,
) -> list[Record]:
    """A class's sessions, each with an instructor who is free; raises `UnstaffedError` where there is none."""
    slots = list(_slots(rng, first, days, lecture))
    _practical(rng, slots)
    if not timetable.season.province.has_base(county.prefecture):
        _expert(rng, timetable, county, slots, place)
    _theory(rng, slots)
    for slot in slots:
        if not slot.instructor:
            who = timetable.book(
                rng, module=slot.module, when=slot.when, place=place, prefecture=county.prefecture
            )
            slot.instructor = who.id
    return [_session(rng, slot) for slot in slots]


def _slots(rng: Chance, first: date, days: int, lecture: Lecture | None) -> Iterator[Slot]:
    for offset in range(days):
        when = first + timedelta(offset)
        for half, hours in _pattern(rng, days, last=offset == days - 1).items():
            if lecture is not None and (lecture.when, lecture.half) == (when, half):
                yield Slot(
                    when=when,
                    half=half,
                    hours=lecture.hours,
                    lecture=lecture,
                    module=lecture.module,
                    instructor=lecture.instructor,
                )
            else:
                yield from (Slot(when=when, half=half, hours=count) for count in hours)


def _pattern(rng: Chance, days: int, *, last: bool) -> Pattern:
    if days == 1:
        return rng.choice(DENSE_DAYS)
    if days == 2:
        return rng.choice([pattern for pattern in PATTERNS if _sessions(pattern) > 2])
    if last and rng.percent(30):
        return rng.choice(SHORT_DAYS)
    return rng.choice(PATTERNS if days > 3 else PATTERNS[1:])


def _sessions(pattern: Pattern) -> int:
    return sum(len(hours) for hours in pattern.values())


def _practical(rng: Chance, slots: list[Slot]) -> None:
    """One practical session, two in longer classes; late in the class as a rule, always on site."""
    possible = [slot for slot in slots if not slot.online]
    modules = list(PRACTICAL) if len(slots) > 6 or rng.percent(30) else [rng.choice(PRACTICAL)]
    if len(possible) <= len(modules):
        modules = modules[:1]
    chosen = possible[-len(modules) :] if rng.percent(70) else rng.some(possible, len(modules))
    for slot, module in zip(chosen, modules, strict=True):
        slot.module = module


def _expert(rng: Chance, timetable: Timetable, county: County, slots: list[Slot], place: str) -> None:
    """In a prefecture without a confirmed base an expert whom the working group sends teaches one session."""
    slot = rng.choice([slot for slot in slots if not slot.module])
    pool = timetable.term.dispatches[county.prefecture]
    who, slot.module = timetable.book_one_of(rng, pool, when=slot.when, place=place)
    slot.instructor = who.id


def _theory(rng: Chance, slots: list[Slot]) -> None:
    """The nine modules over what is left, in their order; workshops repeat some in long classes."""
    empty = [slot for slot in slots if not slot.module]
    used = {slot.module for slot in slots}
    fresh = [module for module in NINE if module not in used]
    chosen = rng.some(fresh, len(empty))
    again = sorted(rng.choice(NINE[4:]) for _ in range(len(empty) - len(chosen)))
    for slot, module in zip(empty, [*chosen, *again], strict=True):
        slot.module = module


def _session(rng: Chance, slot: Slot) -> Record:
    by_chance = slot.module not in PRACTICAL and rng.percent(ONLINE_PERCENT)
    session: Record = {
        "date": str(slot.when),
        "half": slot.half,
        "module": slot.module,
        "hours": slot.hours,
        "instructor": slot.instructor,
        "mode": "online" if slot.online or by_chance else "onsite",
    }
    return session | ({"joint": slot.lecture.id} if slot.lecture else {})
