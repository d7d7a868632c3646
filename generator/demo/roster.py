"""The roster of a year: who passed gets a number; a few are reissued, revoked, restored or withdrawn later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from generator.demo.chance import Chance
from generator.demo.days import working
from generator.demo.province import Record
from generator.demo.results import Pass
from generator.demo.season import Season
from generator.sign import CLEAR, chain, check_character, person_digest, signed_digest
from generator.signature.badge import Award, sign_badge
from generator.signature.keys import PrivateKey, sign_payload
from generator.signature.payload import Payload

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
TOKEN_LENGTH = 20
LAYOUT = "v1"
KEPT = ("no", "token", "class", "layout", "person", "salt", "digest")
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


@dataclass(slots=True, kw_only=True)
class Roster:
    """A year's certificate events as they come about."""

    season: Season
    rng: Chance
    key: PrivateKey
    events: list[Record]
    numbers: Counter[str]

    def record(self, prev: str) -> Record:
        """The roster, chained after `prev`."""
        ordered = [{"seq": number, **event} for number, event in enumerate(self.events, 1)]
        return {"year": self.season.year, "events": chain(ordered, prev)}

    def issue(self, event: str, site: str, sitting: str, person: Record, when: date, **more: str) -> Record:
        """A new certificate."""
        salt = f"{self.rng.getrandbits(128):032x}"
        made: Record = {
            "event": event,
            "no": self._number(site),
            "token": "".join(self.rng.choice(ALPHABET) for _ in range(TOKEN_LENGTH)),
            "class": sitting,
            "issued": str(when),
            "layout": LAYOUT,
            "person": person,
            "salt": salt,
            "digest": person_digest(salt, person),
            **more,
        }
        made |= self._signed(made)
        self.events.append(made)
        return made

    def _signed(self, entry: Record) -> Record:
        """What signing adds to an entry."""
        said = Payload(
            no=entry["no"],
            name=entry["person"]["name"],
            unit=entry["person"]["unit"],
            day=date.fromisoformat(entry["issued"]),
            class_id=entry["class"],
            layout=entry["layout"],
            token=entry["token"],
            key="",
        )
        payload, signature = sign_payload(self.key, said)
        digest = signed_digest(entry["salt"], payload, signature)
        badge = sign_badge(self.key, self._award(), said)
        return {"payload": payload, "signature": signature, "badge": badge, "signed": digest}

    def _award(self) -> Award:
        """What the year's credentials have in common."""
        dataset = self.season.province.dataset
        return Award(
            base_url=dataset["base_url"],
            issuer=dataset["issuer"],
            title=self.season.threshold("assessment", "certificate_title"),
            demo=True,
        )

    def _number(self, site: str) -> str:
        self.numbers[site] += 1
        prefix = self.season.province.dataset["numbers"]["certificate"]
        body = f"{prefix}-42-{self.season.year}-{site}-{self.numbers[site]:04d}"
        return f"{body}-{check_character(body)}"

    def note(self, event: str, of: Record, when: date, reason: str) -> None:
        """Something that happens to a certificate."""
        made = {key: value for key, value in of.items() if key in KEPT}
        self.events.append({"event": event, **made, "issued": str(when), "reason": reason})


def issue(season: Season, passes: Sequence[Pass], key: PrivateKey) -> tuple[Roster, list[Holder]]:
    """The year's events in the order of their days, signed with the key, and whose certificates nothing befell."""
    roster = Roster(season=season, rng=season.rng("roster"), key=key, events=[], numbers=Counter())
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
