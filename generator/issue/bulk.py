"""All certificates in force that a key signed, reissued at once: what a key in other hands leaves to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.issue.awards import Legible
from generator.issue.changes import Standing, not_before, replacement, site, standing_of
from generator.issue.entries import Press
from generator.issue.ledger import Ledger
from generator.issue.refusal import IssueError, refuse
from generator.model import Repo
from generator.rules.holdings import holdings
from generator.rules.payloads import payloads
from generator.sign import Entry
from generator.signature.payload import Payload
from generator.signature.published import ISSUER, PublishedKey


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """What a key signed: certificates in force with the site whose numbers go on, and the revoked ones' numbers.

    Replaced ones and those that name nobody are not in it: nothing is to be done about them.
    """

    current: tuple[tuple[Standing, str], ...]
    revoked: tuple[str, ...]

    @property
    def sites(self) -> list[str]:
        """The sites of those in force."""
        return sorted({where for _, where in self.current})


@dataclass(frozen=True, kw_only=True, slots=True)
class Replaced:
    """The roster after all of them are reissued; `events` are the new ones, in the order of the old."""

    ledger: Ledger
    events: tuple[Mapping[str, Any], ...]


def signed_by(repo: Repo, ledger: Ledger, key: str) -> Signed:
    """The certificates a key signed, in the order of the chain. Raises IssueError for a key that is not retired."""
    _retired(repo, key)
    by_number = holdings(repo)
    given = {event["no"]: event for event in ledger.events if "payload" in event}
    every = [
        standing_of(event.no, given[event.no], by_number[event.no])
        for event, said in payloads(repo)
        if isinstance(said, Payload) and said.key == key and event.no in by_number and event.no in given
    ]
    last = [of for of in every if not of.successor and not of.hidden]
    return Signed(
        current=tuple((of, site(repo, of)) for of in last if not of.revoked),
        revoked=tuple(of.no for of in last if of.revoked),
    )


def reissue_all(
    ledger: Ledger, found: Signed, presses: Mapping[str, Press], legible: Legible, reason: str
) -> Replaced:
    """A new certificate, otherwise alike, in each one's place; `presses` by site.

    Raises IssueError with all reasons at once: all are reissued or none.
    """
    entries: list[Entry] = []
    refuse(_refusals(found, presses, legible, reason, entries))
    after = ledger.added(ledger.newest, entries)
    events = after.years[ledger.newest]
    return Replaced(ledger=after, events=tuple(events[len(events) - len(entries) :]))


def _refusals(
    found: Signed, presses: Mapping[str, Press], legible: Legible, reason: str, entries: list[Entry]
) -> Iterator[str]:
    """Why some cannot be reissued; the entries of the others go to `entries`."""
    for of, where in found.current:
        press = presses[where]
        try:
            not_before(of, press.day)
            entries.append(replacement(of, press, legible, reason, {}))
        except IssueError as refused:
            yield from (one if of.no in one else f"证书 {of.no}：{one}" for one in refused.sentences)


def _retired(repo: Repo, key: str) -> None:
    """Refuse all but an issuer key whose end is published: a wrong id must not replace what is in order."""
    known = {one.id: one for record in repo.of("keys") for one in record.keys}
    one: PublishedKey | None = known.get(key)
    if one is None:
        raise IssueError(f"data/keys.yml 里没有密钥 {key}。请用 siwu key list 核对")
    if one.purpose != ISSUER:
        raise IssueError(f"密钥 {key} 是签状态清单的，没有签过证书，不用换发")
    if one.until is None:
        raise IssueError(
            f"密钥 {key} 没有停用，它签的证书不用换发。被人拿到了的，先用 siwu key retire 停用，写明泄露"
        )


def other_key(key: str, new: str) -> None:
    """Raises IssueError where what signs anew is what is to be replaced."""
    if key == new:
        raise IssueError(f"给出的私钥就是要换下的密钥 {key}。请用新密钥")
