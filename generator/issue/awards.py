"""What `siwu issue` writes for a class: certificates for the new passes, and the class's statistics."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from generator.issue.entries import Press, note, without_clear
from generator.issue.ledger import Ledger
from generator.issue.passes import Pass
from generator.issue.refusal import IssueError, refuse
from generator.model import Repo
from generator.model.candidates import Candidates
from generator.rules.classes import assessment_days, assessment_sites
from generator.rules.outcome import passed_first, qualified
from generator.rules.results import counted
from generator.sign import Entry
from generator.signature.payload import MalformedError

UNNAMED = "本人没有同意公开姓名和单位"
# Why a name and a unit cannot be printed; empty where they can.
Legible = Callable[[str, str], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Award:
    """A candidate and the number given. `public`: the roster names the person."""

    number: str
    person: Mapping[str, str] = field(repr=False)
    no: str
    public: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Awards:
    """What one run adds for a class: the roster after it, and to whom what is given.

    `counts` are the class's statistics; `resat` is how many of its passes needed a resit.
    """

    ledger: Ledger
    counts: Mapping[str, int]
    given: tuple[Award, ...]
    resat: int


def class_record(repo: Repo, year: int, class_id: str) -> Candidates:
    """The opened record of a class. Raises IssueError where it could not be read."""
    for record in repo.candidates:
        if (record.year, record.class_id) == (year, class_id):
            return record
    raise IssueError(
        f"班次 {class_id} 的密封记录没有打开，或内容有错误。请先运行 siwu check --identity 并改正"
    )


def site_of(repo: Repo, year: int, class_id: str) -> str:
    """The two letters of the class's site. Raises IssueError where no plan has the class."""
    site = assessment_sites(repo).get((year, class_id))
    if site is None:
        raise IssueError(f"{year} 年的考核方案里没有班次 {class_id}，或它的基地不是考点，编不出证书编号")
    return site.code


def awards(
    repo: Repo, ledger: Ledger, record: Candidates, new: Sequence[Pass], press: Press | None, legible: Legible
) -> Awards:
    """Certificates for the new passes of a class, in their order, and the class's counts.

    `press` may be None where there is no new pass. Raises IssueError with all reasons at once.
    """
    counts = counted(record, repo.programmes[record.year].assessment)
    given: tuple[Award, ...] = ()
    if new and press is not None:
        refuse(_too_early(repo, record, new, press.day))
        refuse(_illegible(new, legible))
        entries = _certificates(new, record.class_id, press)
        ledger = ledger.added(record.year, list(_events(new, entries, press.day)))
        given = tuple(_award(one, entry) for one, entry in zip(new, entries, strict=True))
    return Awards(ledger=ledger, counts=counts, given=given, resat=_resat(repo, record))


def _resat(repo: Repo, record: Candidates) -> int:
    """How many passed only by a resit."""
    assessment = repo.programmes[record.year].assessment
    results = [one.result for one in record.candidates if one.result is not None]
    return sum(qualified(one, assessment) and not passed_first(one, assessment) for one in results)


def _award(one: Pass, entry: Entry) -> Award:
    return Award(number=one.number, person=one.person, no=entry["no"], public=one.public)


def _too_early(repo: Repo, record: Candidates, new: Sequence[Pass], day: date) -> Iterator[str]:
    days = assessment_days(repo).get((record.year, record.class_id))
    if new and days is not None and day < days[1]:
        yield f"班次 {record.class_id} 到 {days[1]} 才结束，证书日期不能是 {day}。请用 --date 写结业以后的日期"
    for one in new:
        if one.known is not None and day < one.known:
            yield f"学员 {one.number} 的补考日期是 {one.known}，证书日期不能早到 {day}。请核对 --date 或补考日期"


def _illegible(new: Sequence[Pass], legible: Legible) -> Iterator[str]:
    for one in new:
        reason = legible(one.person["name"], one.person["unit"])
        if reason:
            yield f"学员 {one.number}：{reason}"


def _certificates(new: Sequence[Pass], class_id: str, press: Press) -> list[Entry]:
    made, wrong = [], []
    for one in new:
        try:
            made.append(press.certificate("issued", class_id, one.person))
        except MalformedError as error:
            wrong.append(f"学员 {one.number}：{error}。请在密封记录里改正后重新密封（siwu seal）")
    refuse(wrong)
    return made


def _events(new: Sequence[Pass], entries: Sequence[Entry], day: date) -> Iterator[Entry]:
    """A pass who did not agree to be named has the certificate, and the roster says so without a name."""
    for one, entry in zip(new, entries, strict=True):
        if one.public:
            yield entry
        else:
            yield (unnamed := without_clear(entry))
            yield note("withdrawn", unnamed, day, UNNAMED)


def statistics(
    record: Mapping[str, Any] | None, year: int, class_id: str, counts: Mapping[str, int]
) -> dict[str, Any]:
    """The year's statistics with these counts in the class's place, a new class at the end."""
    line = {"class": class_id, **counts}
    classes = list(record["classes"]) if record else []
    at = next((at for at, one in enumerate(classes) if one["class"] == class_id), len(classes))
    return {"year": year, "classes": [*classes[:at], line, *classes[at + 1 :]]}
