"""What may befall a certificate: reissued, revoked, restored, forgotten. Each is refused where rule CE018 would speak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from generator import privacy
from generator.canonical import nfc
from generator.documents.legible import dotted
from generator.issue.awards import Legible, site_of
from generator.issue.entries import Press, note
from generator.issue.ledger import Ledger
from generator.issue.refusal import IssueError
from generator.model import Repo
from generator.rules.holdings import Holding, holdings
from generator.sign import CLEAR, Entry
from generator.signature.payload import MalformedError
from generator.text import LOUD

# Nothing in the notice names reasons: these are the system's.
REVOKED = {
    "fraud": "冒名、作弊或提供虚假材料",
    "ineligible": "经核查不符合参加考核的条件",
    "error": "核发有误",
    "dispute": "有异议，核查期间暂停",
}
# What a reissue may correct.
TITLES = {"name": "姓名", "unit": "单位", "county": "县区"}
FORGOTTEN = "本人撤回同意，停止公开"
LONGEST_REASON = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One certificate now: its event as written, all of its holder's events, and whether it is hidden."""

    no: str
    given: Mapping[str, Any]
    holding: Holding
    successor: str
    revoked: bool

    @property
    def hidden(self) -> bool:
        """Whether it names nobody any more."""
        return self.holding.withdrawn

    @property
    def numbers(self) -> frozenset[str]:
        """The numbers of all certificates this one replaced, or that replaced it."""
        return frozenset(event.no for event in self.holding.events)

    @property
    def uncleared(self) -> bool:
        """Whether anything of the person is left in any of their events."""
        return any(getattr(event, name) for event in self.holding.events for name in CLEAR)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """The roster after a command, and the event it adds; None where only what is left over was cleared."""

    ledger: Ledger
    event: Mapping[str, Any] | None


def standing(repo: Repo, ledger: Ledger, no: str, day: date) -> Standing:
    """A certificate's standing. Raises IssueError for an unknown number, and for a day before its last event."""
    holding, given = holdings(repo).get(no), ledger.given(no)
    if holding is None or given is None:
        raise IssueError(f"名册里没有证书 {no}。请核对编号，最后一位是校验位")
    of = standing_of(no, given, holding)
    not_before(of, day)
    return of


def standing_of(no: str, given: Mapping[str, Any], holding: Holding) -> Standing:
    """The standing of a number that `given` put into the world."""
    successor = next((event.no for event in holding.events if event.supersedes == no), "")
    told = [event.event for event in holding.events if event.no == no]
    revoked = [one for one in told if one in {"revoked", "restored"}][-1:] == ["revoked"]
    return Standing(no=no, given=given, holding=holding, successor=successor, revoked=revoked)


def not_before(of: Standing, day: date) -> None:
    """Raises IssueError for a day before the last event."""
    last = max(event.issued for event in of.holding.events)
    if day < last:
        raise IssueError(f"证书 {of.no} 最近一条事件的日期是 {last}，新的事件不能早到 {day}。请核对 --date")


def reissue(
    repo: Repo,
    ledger: Ledger,
    of: Standing,
    press: Press,
    legible: Legible,
    reason: str,
    corrected: Mapping[str, str],
) -> Change:
    """A new number in the old one's place. `corrected` is what is to be written otherwise: name, unit, county."""
    _current(of, "换发")
    if of.hidden:
        raise IssueError(f"证书 {of.no} 已停止公开，名册里没有姓名和单位，不能换发")
    if of.revoked:
        raise IssueError(f"证书 {of.no} 已撤销，不能换发。撤销有误的，先用 siwu restore 恢复")
    county = corrected.get("county")
    if county is not None and county not in repo.places:
        raise IssueError(f"行政区划里没有县区 {county}。请核对 data/regions.yml 里的代码")
    return _added(ledger, replacement(of, press, legible, reason, corrected))


def replacement(
    of: Standing, press: Press, legible: Legible, reason: str, corrected: Mapping[str, str]
) -> Entry:
    """The event that puts a new number in the place of one in force. Raises IssueError where it cannot be printed."""
    person = {**of.given["person"], **{key: _text(key, text) for key, text in corrected.items()}}
    if illegible := legible(person["name"], person["unit"]):
        raise IssueError(illegible)
    said = reason_text(reason, of, person)
    try:
        return press.certificate("reissued", of.given["class"], person, reason=said, supersedes=of.no)
    except MalformedError as error:
        raise IssueError(str(error)) from None


def revoke(ledger: Ledger, of: Standing, day: date, reason: str) -> Change:
    """It is no longer valid; it can be restored."""
    _current(of, "撤销")
    if of.revoked:
        raise IssueError(f"证书 {of.no} 已撤销，不用再撤销")
    return _added(ledger, note("revoked", of.given, day, reason_text(reason, of)))


def restore(ledger: Ledger, of: Standing, day: date, reason: str) -> Change:
    """It is valid again."""
    _current(of, "恢复")
    if not of.revoked:
        raise IssueError(f"证书 {of.no} 没有撤销过，或已经恢复，不用恢复")
    return _added(ledger, note("restored", of.given, day, reason_text(reason, of)))


def forget(ledger: Ledger, of: Standing, day: date, reason: str) -> Change:
    """Nothing of the person is left in any event of any of their numbers (个人信息保护法第四十七条)."""
    if of.hidden:
        if not of.uncleared:
            raise IssueError(f"证书 {of.no} 已停止公开，姓名和单位已经删去，不用再做")
        return Change(ledger=ledger.without_clear(of.numbers), event=None)
    _current(of, "停止公开")
    bare = {key: value for key, value in of.given.items() if key not in CLEAR}
    added = _added(ledger, note("withdrawn", bare, day, reason_text(reason, of)))
    return replace(added, ledger=added.ledger.without_clear(of.numbers))


def site(repo: Repo, of: Standing) -> str:
    """The site whose numbers go on when it is reissued: that of its class."""
    return site_of(repo, *of.holding.class_key)


def reason_text(reason: str, of: Standing, person: Mapping[str, str] | None = None) -> str:
    """A reason fit for the roster, which keeps it for ever. Raises IssueError for one that says who it is."""
    said = nfc(reason.strip())
    if not said or len(said) > LONGEST_REASON or LOUD.search(said):
        raise IssueError(f"原因要写成一行，1 到 {LONGEST_REASON} 个字，没有看不见的字符")
    if privacy.scan(said):
        raise IssueError("原因里有疑似号码、邮箱等个人信息。请只写原因类别，不写个人情况")
    held = [event.person for event in of.holding.events if event.person is not None]
    names = {one.name for one in held} | ({person["name"]} if person else set())
    if any(name in said for name in names):
        raise IssueError(
            "原因里有持证人的姓名。名册只增不改，停止公开时也删不去。请只写原因类别，不写个人情况"
        )
    return said


def _current(of: Standing, what: str) -> None:
    if of.successor:
        raise IssueError(f"证书 {of.no} 已换发为 {of.successor}，不能{what}。请对新编号操作")


def _added(ledger: Ledger, entry: Entry) -> Change:
    after = ledger.added(ledger.newest, [entry])
    return Change(ledger=after, event=after.years[ledger.newest][-1])


def _text(key: str, text: str) -> str:
    text = nfc(text.strip())
    if not text:
        raise IssueError(f"{TITLES[key]}不能是空的")
    return dotted(text) if key == "name" else text
