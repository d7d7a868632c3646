"""The page a certificate's QR code leads to. Outside the site engine: in no list, sitemap or search."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from generator.derive.roster import Standing
from generator.documents.certificates import Certificate
from generator.render.escape import inert
from generator.render.words import day

VALID = "有效"
DEMO = "演示数据，非真实证书"
EXPLAINED: Mapping[Standing, str] = {
    Standing.LISTED: "截至下面的日期，本证书在册有效。",
    Standing.REPLACED: "{since}起由新证书代替，本证书不再有效。",
    Standing.REVOKED: "{since}起撤销，本证书不再有效。",
    Standing.WITHDRAWN: "{since}起不再公开持证人信息。",
}
# A certificate's page says itself that it is not to be indexed; of a PDF only this file can.
ROBOTS = "User-agent: *\nDisallow: /*/certificate.pdf$\n"


class TokenPages:
    """Writes the pages from the template under a site folder."""

    def __init__(self, site: Path) -> None:
        environment = Environment(
            loader=FileSystemLoader(site / "templates" / "certificate"),
            autoescape=True,
            finalize=inert,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.filters["day"] = day
        self._template = environment.get_template("token.html.j2")

    def html(self, certificate: Certificate, as_of: date, *, file: bool) -> str:
        """The page; `file` is whether a PDF stands beside it. In a demo no certificate is said to be valid."""
        valid = certificate.standing is Standing.LISTED
        demo = valid and certificate.demo
        return self._template.render(
            certificate=certificate,
            as_of=as_of,
            file=file,
            tone="valid" if valid and not demo else "ended",
            answer=_answer(certificate),
            explained="" if demo else EXPLAINED[certificate.standing].format(since=day(certificate.since)),
        )


def _answer(certificate: Certificate) -> str:
    listed = DEMO if certificate.demo else VALID
    return listed if certificate.standing is Standing.LISTED else str(certificate.standing.value)
