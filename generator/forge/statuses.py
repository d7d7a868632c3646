"""The gate's statuses on a commit: when it arrived, in which pull request, and what was said of it.

They are GitHub's clock, set by the workflow's own account, and stay for good. Anyone else's statuses do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from generator.forge.api import BOT, Forge
from generator.forge.fields import at, moment, shanghai, word

CONTEXT = "siwu/gate"
SAID = re.compile(
    r"收到 ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00)"
    r"(?: PR-([1-9][0-9]{0,9}))?(?: .*|…)?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One status. `arrived` is an RFC 3339 time in Shanghai, `number` the pull request, 0 where it names none."""

    state: str
    arrived: str
    number: int


def said_of(arrived: str, number: int, said: str) -> str:
    """A status's description: what `statuses` reads."""
    return f"收到 {arrived} PR-{number} {said}"


def statuses(forge: Forge, head: str) -> Iterator[Status]:
    """The gate's statuses on a commit, the latest first."""
    for one in forge.all(f"commits/{quote(head)}/statuses"):
        if at(one, "context") == CONTEXT and at(one, "creator", "login") == BOT:
            found = SAID.fullmatch(word(one, "description")) if at(one, "description") else None
            created = moment(one, "created_at")
            # The status cannot be older than what it speaks of.
            arrived = min(shanghai(found[1]), created) if found else created
            number = int(found[2]) if found and found[2] else 0
            yield Status(state=str(at(one, "state")), arrived=arrived, number=number)


def latest(forge: Forge, head: str) -> dict[int, Status]:
    """The last status of each pull request that has this head."""
    found: dict[int, Status] = {}
    for one in statuses(forge, head):
        found.setdefault(one.number, one)
    return found


def passed_by_another(forge: Forge, head: str, number: int) -> bool:
    """Whether the commit is open in another pull request too, and was passed there."""
    passed = [one.number for one in latest(forge, head).values() if one.state == "success"]
    return any(_is_open(forge, other, head) for other in passed if other not in (0, number))


def _is_open(forge: Forge, number: int, head: str) -> bool:
    pull = forge.get(f"pulls/{number}")
    return (at(pull, "state"), at(pull, "head", "sha")) == ("open", head)
