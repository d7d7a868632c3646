"""Who holds a certificate: the chain of events, read as the present standing of each number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from generator.model import Repo
from generator.model.certificates import Event, Holder

# Family names of two characters that are met today; any other name has one.
DOUBLE = frozenset(
    {
        "欧阳",
        "上官",
        "司马",
        "诸葛",
        "夏侯",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "宇文",
        "长孙",
        "司徒",
        "司空",
        "端木",
        "呼延",
        "南宫",
        "百里",
        "东郭",
        "西门",
        "轩辕",
        "钟离",
        "闻人",
        "澹台",
        "濮阳",
        "淳于",
        "单于",
        "申屠",
        "鲜于",
        "万俟",
        "赫连",
        "独孤",
    }
)
FULL = "full"


class Standing(Enum):
    """How a certificate stands; the word is what people read, the name is its mark."""

    LISTED = "在册"
    REPLACED = "已换发"
    REVOKED = "已撤销"
    WITHDRAWN = "已停止公开"

    @property
    def mark(self) -> str:
        """The name styles give it."""
        return self.name.lower()


AFTER = {"revoked": Standing.REVOKED, "withdrawn": Standing.WITHDRAWN}


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """One number; name, unit and county are empty where they are not to be shown.

    `successor` is the number that took its place.
    """

    no: str
    name: str
    unit: str
    county: str
    issued: date
    standing: Standing
    successor: str


@dataclass(frozen=True, kw_only=True)
class RosterYear:
    """The certificates issued in a year, in the order of issue; `head` is the hash of the chain's last event."""

    year: int
    head: str
    certificates: tuple[Certificate, ...]

    def count(self, standing: Standing) -> int:
        """Certificates of one standing."""
        return sum(one.standing is standing for one in self.certificates)

    @property
    def counts(self) -> tuple[tuple[Standing, int], ...]:
        """Every standing with its count."""
        return tuple((standing, self.count(standing)) for standing in Standing)


def rosters(repo: Repo) -> tuple[RosterYear, ...]:
    """All years that have a roster, the latest first. A later year's event also counts for an earlier number."""
    last: dict[str, Event] = {}
    successors: dict[str, str] = {}
    people: dict[str, Holder | None] = {}
    for year in sorted(repo.rosters):
        for event in repo.rosters[year].events:
            last[event.no] = event
            people[event.no] = event.person or people.get(event.no)
            if event.supersedes:
                successors[event.supersedes] = event.no
    made = _Entries(repo, last, successors, people)
    return tuple(
        RosterYear(
            year=year,
            head=roster.events[-1].hash if roster.events else "",
            certificates=tuple(
                made.certificate(event) for event in roster.events if event.event in {"issued", "reissued"}
            ),
        )
        for year, roster in sorted(repo.rosters.items(), reverse=True)
    )


class _Entries:
    def __init__(
        self,
        repo: Repo,
        last: dict[str, Event],
        successors: dict[str, str],
        people: dict[str, Holder | None],
    ) -> None:
        self.names = repo.region_names
        self.full = repo.dataset.display_name == FULL
        self.last = last
        self.successors = successors
        self.people = people

    def certificate(self, event: Event) -> Certificate:
        standing = self._standing(event.no)
        person = None if standing is Standing.WITHDRAWN else self.people[event.no]
        return Certificate(
            no=event.no,
            name=shown(person.name, full=self.full) if person else "",
            unit=person.unit if person else "",
            county=self.names.get(person.county, person.county) if person else "",
            issued=event.issued,
            standing=standing,
            successor=self.successors.get(event.no, ""),
        )

    def _standing(self, no: str) -> Standing:
        if no in self.successors:
            return Standing.REPLACED
        return AFTER.get(self.last[no].event, Standing.LISTED)


def shown(name: str, *, full: bool) -> str:
    """A name as the policy shows it: whole, or the family name and a star for each other character."""
    if full:
        return name
    family = 2 if name[:2] in DOUBLE and len(name) > 2 else 1
    return name[:family] + "＊" * max(len(name) - family, 1)
