"""The certificates as they stand: what each says, and whether it may be printed. A view over the roster's events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from generator.derive.roster import Standing, rosters
from generator.documents.enclosed import Enclosed
from generator.model import Repo
from generator.model.certificates import Event, Holder
from generator.problem import Where
from generator.signature.address import address

GIVEN = ("issued", "reissued")
# What the signed text is called inside the PDF, and what it is.
ENCLOSED = "certificate.siwu"
ENCLOSED_AS = "证书的签名内容，供核验"


@dataclass(frozen=True, slots=True)
class Code:
    """What a certificate's QR code carries and no public page does; payload and signature are empty where unsigned."""

    token: str
    payload: str = ""
    signature: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """One certificate number. `holder` is None once withdrawn; `since` is the day of the latest event.

    `payload` and `signature` are as written in the roster, empty where it is not signed.
    """

    where: Where
    no: str
    token: str
    standing: Standing
    holder: Holder | None
    title: str
    course: str
    issued: date
    since: date
    layout: str
    issuer: str
    base_url: str
    demo: bool
    payload: str = ""
    signature: str = ""

    @property
    def prints(self) -> bool:
        """Whether there is a PDF of it: it is valid, and we may say whose it is."""
        return self.standing is Standing.LISTED and self.holder is not None

    @property
    def texts(self) -> tuple[str, ...]:
        """What stands on it in words that came from the records."""
        holder = (self.holder.name, self.holder.unit) if self.holder else ()
        return (*holder, self.no, self.title, self.course, self.issuer, self.layout)

    @property
    def page(self) -> str:
        """The address of its page."""
        return f"{self.base_url.rstrip('/')}/c/{self.token}/"

    @property
    def address(self) -> str:
        """Where its QR code leads: with what is signed, where it is. Raises MalformedError where that is too long."""
        if not self.payload:
            return self.page
        return address(self.base_url, self.token, self.payload, self.signature)

    @property
    def enclosed(self) -> Enclosed | None:
        """What is signed, to be put into the PDF under the day of issue."""
        if not self.payload:
            return None
        return Enclosed(ENCLOSED, ENCLOSED_AS, f"{self.payload}.{self.signature}", self.issued)


def certificates(repo: Repo, codes: Mapping[str, Code]) -> tuple[Certificate, ...]:
    """Every certificate ever issued, by number. `repo` holds public fields only; `codes` are by number."""
    standings = {one.no: one.standing for year in rosters(repo) for one in year.certificates}
    latest = {no: event.issued for _, event in _events(repo) for no in (event.no, event.supersedes)}
    titles = {(plan.year, one.id): one.title for plan in repo.assessments for one in plan.classes}
    found = {
        event.no: _certificate(
            repo,
            event,
            standing=standings[event.no],
            since=latest[event.no],
            title=repo.programmes[year].assessment.certificate_title.value,
            course=titles.get((year, event.class_id), ""),
            code=codes[event.no],
        )
        for year, event in _events(repo)
        if event.event in GIVEN
    }
    return tuple(found[no] for no in sorted(found))


def codes(repo: Repo) -> Mapping[str, Code]:
    """What is in the QR code of every number, from the whole repo; it is on no page but the certificate's own."""
    return {
        event.no: Code(event.token, event.payload, event.signature)
        for _, event in _events(repo)
        if event.event in GIVEN
    }


def _events(repo: Repo) -> Iterator[tuple[int, Event]]:
    for year in sorted(repo.rosters):
        for event in repo.rosters[year].events:
            yield year, event


def _certificate(repo: Repo, event: Event, *, standing: Standing, code: Code, **more: Any) -> Certificate:
    dataset = repo.dataset
    return Certificate(
        where=event.where,
        no=event.no,
        token=code.token,
        payload=code.payload,
        signature=code.signature,
        standing=standing,
        holder=None if standing is Standing.WITHDRAWN else event.person,
        issued=event.issued,
        layout=event.layout,
        issuer=dataset.issuer,
        base_url=dataset.base_url,
        demo=dataset.kind == "demo",
        **more,
    )
