"""The page a certificate's QR code leads to. Outside the site engine: in no list, sitemap or search.

What it says itself is what was so when the site was built, for readers without scripts; the answer about the very
certificate in hand is given by the script, from what is signed behind `#`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from jinja2 import Environment

from generator.derive.roster import Standing
from generator.documents.certificates import Certificate
from generator.documents.prints import Print
from generator.render.environment import environment
from generator.render.words import day

DEMO = "演示数据，非真实证书"
EXPLAINED: Mapping[Standing, str] = {
    Standing.LISTED: "截至{as_of}，这张证书在册。",
    Standing.REPLACED: "{since}起由新证书代替，不再有效。",
    Standing.REVOKED: "{since}起撤销，不再有效。",
    Standing.WITHDRAWN: "{since}起不再公开持证人信息。",
}
# A certificate's page says itself that it is not to be indexed; of a PDF only this file can.
ROBOTS = "User-agent: *\nDisallow: /*/certificate.pdf$\n"


def verifying(site: Path) -> Environment:
    """Templates of the pages that verify: a certificate's own, and those of site/templates/verify."""
    folders = [site / "templates" / name for name in ("certificate", "verify")]
    return environment(folders, {"day": day})


class TokenPages:
    """Writes the pages from the template under a site folder. `title` is the site's."""

    def __init__(self, site: Path, title: str) -> None:
        self._title = title
        self._template = verifying(site).get_template("token.html.j2")

    def html(
        self,
        certificate: Certificate,
        as_of: date,
        *,
        file: bool,
        credential: bool = False,
        prints: Sequence[Print] = (),
    ) -> str:
        """The page; it never says that a certificate is valid. `file`, `credential`: whether these stand beside it."""
        standing = certificate.standing
        demo = certificate.demo and standing is Standing.LISTED
        said = EXPLAINED[standing].format(since=day(certificate.since), as_of=day(as_of))
        return self._template.render(
            certificate=certificate,
            as_of=as_of,
            file=file,
            credential=credential,
            demo=certificate.demo,
            home="../../",
            site=self._title,
            tone="demo" if demo else standing.mark,
            answer=DEMO if demo else standing.value,
            explained=said,
            prints=[(date.fromisoformat(one.printed[:10]), one.digest) for one in prints],
        )
