"""Who of a class passed (3.2.6(5)), and for whom of them the roster has no certificate yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from generator.documents.legible import dotted
from generator.issue.refusal import IssueError
from generator.model import Repo
from generator.model.candidates import Candidate, Candidates
from generator.rules.holdings import Holding, each, holdings
from generator.rules.identity import Identity, identity
from generator.rules.outcome import qualified


@dataclass(frozen=True, kw_only=True, slots=True)
class Pass:
    """A candidate who passed. `known`: the day of the last resit, None without one. `public`: may be named."""

    number: str
    person: dict[str, str] = field(repr=False)
    known: date | None
    public: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """The passes no certificate names, and how many certificates name nobody any more (停止公开).

    `strangers` are the numbers of certificates, not revoked, of people who are not in the record.
    """

    passes: tuple[Pass, ...]
    hidden: int
    strangers: tuple[str, ...] = ()

    def new(self, named: Sequence[str]) -> tuple[Pass, ...]:
        """Those to issue to now. `named` are candidate numbers, wanted only where a hidden certificate is in the way.

        A certificate that names nobody is one of these passes'; whose, nothing in the roster says, so a person must.
        A stranger may be one of them under another name, who must not have two.
        """
        if self.passes and self.strangers:
            raise IssueError(
                f"证书 {'、'.join(self.strangers)} 的持证人不在本班学员记录里，多半是密封记录里的姓名、单位或县区改过。"
                "请先用 siwu reissue 换发成一样的；记录改错了的，改回来；确不该发的，用 siwu revoke 撤销"
            )
        wanted = max(0, len(self.passes) - self.hidden)
        if not self.hidden or not wanted:
            if named:
                raise IssueError("--new 只在有证书停止公开、分不清谁还没有证书时才用，这次用不上")
            return self.passes if wanted else ()
        chosen = tuple(one for one in self.passes if one.number in named)
        if len(chosen) != wanted or len(set(named)) != wanted:
            raise IssueError(self._which(wanted))
        return chosen

    def _which(self, wanted: int) -> str:
        listed = "、".join(one.number for one in self.passes)
        return (
            f"本班有 {self.hidden} 张证书已停止公开，名册里没有名字，分不清下面 {len(self.passes)} 名合格学员中"
            f"哪 {wanted} 名还没有证书：{listed}。请查明后用 --new 写出这 {wanted} 名的学员号，一名写一次"
        )


def passes(repo: Repo, record: Candidates) -> tuple[Pass, ...]:
    """Who passed, by candidate number: the order certificate numbers are given in."""
    assessment = repo.programmes[record.year].assessment
    passed = [one for one in record.candidates if qualified(one.result, assessment)]
    return tuple(_pass(one) for one in sorted(passed, key=_order))


def _order(candidate: Candidate) -> tuple[str, int, str]:
    return candidate.number[0], int(candidate.number[1:]), candidate.number


def _pass(candidate: Candidate) -> Pass:
    resits = candidate.result.resits if candidate.result else ()
    return Pass(
        number=candidate.number,
        person=_person(candidate),
        known=max((resit.day for resit in resits), default=None),
        public=candidate.consent.publication,
    )


def waiting(repo: Repo, record: Candidates) -> Waiting:
    """The passes of a class that the roster does not name: as rule CE001 compares, each certificate one person.

    A certificate names whom it was first issued to and whom a reissue corrected that to, so either spelling in the
    sealed record finds it.
    """
    held = [one for one in each(holdings(repo)) if one.class_key == (record.year, record.class_id)]
    every = passes(repo, record)
    unnamed = Counter(_who(one.person) for one in every)
    for holding in held:
        match = next((who for who in sorted(holding.identities) if unnamed[who]), None)
        if match is not None:
            unnamed[match] -= 1
    return Waiting(
        passes=tuple(_take(every, unnamed)),
        hidden=sum(not holding.identities for holding in held),
        strangers=tuple(_strangers(record, held)),
    )


def _strangers(record: Candidates, held: Sequence[Holding]) -> Iterator[str]:
    known = {_who(_person(one)) for one in record.candidates}
    for holding in held:
        if holding.identities and not holding.revoked and not known & holding.identities:
            yield holding.events[-1].no


def _take(every: Sequence[Pass], unnamed: Counter[Identity]) -> list[Pass]:
    """The last of each identity are the unnamed: of two alike the first has the certificate."""
    found = []
    for one in reversed(every):
        if unnamed[_who(one.person)]:
            unnamed[_who(one.person)] -= 1
            found.append(one)
    return found[::-1]


def _person(candidate: Candidate) -> dict[str, str]:
    """As it enters the roster."""
    return {
        "name": dotted(candidate.person.name),
        "unit": candidate.person.unit,
        "county": candidate.county,
    }


def _who(person: Mapping[str, str]) -> Identity:
    return identity(person["name"], person["unit"], person["county"])
