"""The roster of a year: who passed gets a number; a few are reissued, revoked, restored or withdrawn later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from generator.demo.chance import Chance
from generator.demo.days import working
from generator.demo.province import Record
from generator.demo.results import Pass
from generator.demo.season import Season
from generator.issue.entries import SALT_BYTES, TOKEN_LENGTH, Press, note
from generator.issue.ledger import numbers
from generator.sign import CLEAR, chain
from generator.signature.badge import Award
from generator.signature.keys import PrivateKey
from generator.signature.payload import TOKEN_ALPHABET

LAYOUT = "v1"
LOST = "证书遗失，申请补发"
RENAMED = "工作单位名称变更"
REVOKED = "经核查，报名时所填单位与实际不符"
PENDING = "对考核资格有异议，核查期间暂停"
RESTORED = "核查完毕，异议不成立"
FORGOTTEN = "本人申请停止公开并删除姓名和单位"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A certificate that stands, as the archive and later years know it."""

    no: str
    prefecture: str
    issued: date


@dataclass(frozen=True, slots=True)
class Drawn:
    """Tokens and salts of the demo's own chance."""

    rng: Chance

    def token(self) -> str:
        """A token."""
        return "".join(self.rng.choice(TOKEN_ALPHABET) for _ in range(TOKEN_LENGTH))

    def salt(self) -> str:
        """A salt."""
        return f"{self.rng.getrandbits(8 * SALT_BYTES):0{2 * SALT_BYTES}x}"


@dataclass(slots=True, kw_only=True)
class Roster:
    """A year's certificate events as they come about."""

    season: Season
    press: Press
    events: list[Record]
    runs: dict[str, Iterator[str]]

    @classmethod
    def of(cls, season: Season, key: PrivateKey) -> Roster:
        """The year's roster with nothing in it, to be signed with the key."""
        dataset = season.province.dataset
        title = season.threshold("assessment", "certificate_title")
        press = Press(
            key=key,
            day=date(season.year, 1, 1),
            layout=LAYOUT,
            base_url=dataset["base_url"],
            numbers=iter(()),
            taken=set(),
            chance=Drawn(season.rng("roster")),
            award=Award(base_url=dataset["base_url"], issuer=dataset["issuer"], title=title, demo=True),
        )
        return cls(season=season, press=press, events=[], runs={})

    def record(self, prev: str) -> Record:
        """The roster, chained after `prev`."""
        ordered = [{"seq": number, **event} for number, event in enumerate(self.events, 1)]
        return {"year": self.season.year, "events": chain(ordered, prev)}

    def issue(self, event: str, site: str, sitting: str, person: Record, when: date, **more: str) -> Record:
        """A new certificate."""
        press = replace(self.press, day=when, numbers=self._numbers(site))
        self.events.append(press.certificate(event, sitting, person, **more))
        return self.events[-1]

    def _numbers(self, site: str) -> Iterator[str]:
        prefix = self.season.province.dataset["numbers"]["certificate"]
        return self.runs.setdefault(site, numbers(prefix, self.season.year, site, 0))

    def note(self, event: str, of: Record, when: date, reason: str) -> None:
        """Something that happens to a certificate."""
        self.events.append(note(event, of, when, reason))


def issue(season: Season, passes: Sequence[Pass], key: PrivateKey) -> tuple[Roster, list[Holder]]:
    """The year's events in the order of their days, signed with the key, and whose certificates nothing befell."""
    roster = Roster.of(season, key)
    due = [(working(each.known + timedelta(12)), each) for each in passes]
    due.sort(key=lambda pair: (pair[0], pair[1].site, pair[1].sitting))
    for when, each in due:
        roster.issue("issued", each.site, each.sitting, each.person, when)
    gone = _later(season, roster)
    holders = [
        Holder(no=event["no"], prefecture=each.prefecture, issued=when)
        for event, (when, each) in zip(list(roster.events), due, strict=False)
        if event["no"] not in gone
    ]
    return roster, holders


def _later(season: Season, roster: Roster) -> set[str]:
    """What befell a few certificates in autumn; returns the numbers concerned."""
    rng = season.rng("certificates")
    count = season.scale
    drawn = rng.sample(list(roster.events), 5 * count)
    lost, renamed, revoked, restored, forgotten = (drawn[start::5] for start in range(5))
    days = iter(_days(season, 6 * count))
    for event in lost:
        _reissue(roster, event, event["person"], next(days), LOST)
    for event in renamed:
        unit = event["person"]["unit"].replace("示例", "示例新", 1)
        _reissue(roster, event, {**event["person"], "unit": unit}, next(days), RENAMED)
    for event in revoked:
        roster.note("revoked", event, next(days), REVOKED)
    for event in restored:
        roster.note("revoked", event, next(days), PENDING)
    for event in restored:
        roster.note("restored", event, next(days), RESTORED)
    for event in forgotten:
        for name in CLEAR:
            del event[name]
        roster.note("withdrawn", event, next(days), FORGOTTEN)
    return {event["no"] for event in drawn}


def _days(season: Season, count: int) -> list[date]:
    """So many working days of September to mid-November, in order."""
    span = (season.on(11, 15) - season.on(9, 1)).days
    return [working(season.on(9, 1) + timedelta(span * number // count)) for number in range(count)]


def _reissue(roster: Roster, event: Record, person: Record, when: date, reason: str) -> None:
    site = event["no"].split("-")[3]
    roster.issue("reissued", site, event["class"], person, when, reason=reason, supersedes=event["no"])
