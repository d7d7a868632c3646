"""What the certificates add to the site: a page each at its token's address, and beside it the PDF of a valid one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from generator.documents.certificates import Certificate, certificates, tokens
from generator.documents.fonts import Fonts
from generator.documents.legible import missing, unprintable
from generator.documents.tokenpages import ROBOTS, TokenPages
from generator.model import Repo
from generator.publish.kept import Printing, pdfs

if TYPE_CHECKING:
    from generator.documents.printing import Batch

__all__ = ["OWN", "Printing", "files"]

FOLDER = "c"
# What stands in the site of theirs.
OWN = (FOLDER, "robots.txt")
File = tuple[str, bytes]


def files(public: Repo, whole: Repo, site: Path, kept: Path, printing: Printing) -> Iterator[File]:
    """Path and bytes of every file, one by one.

    `whole` gives the tokens only; `site` is the sources' folder; in `kept` PDFs stay for the next build.
    """
    press = Press.of(public, whole, site, printing)
    every, batch, print_these = press.every, press.batch, press.printable
    for no, reason in press.refused.items():
        printing.refuse(f"证书 {no} 没有打印：{reason}")
    yield OWN[1], ROBOTS.encode()
    yield from _pages(every, {one.no for one in print_these}, site, public.as_of)
    for certificate, pdf in pdfs(batch, print_these, kept, printing):
        yield f"{FOLDER}/{certificate.token}/certificate.pdf", pdf


def _pages(every: Sequence[Certificate], have: set[str], site: Path, as_of: date) -> Iterator[File]:
    pages = TokenPages(site)
    for one in every:
        yield (
            f"{FOLDER}/{one.token}/index.html",
            pages.html(one, as_of, file=one.no in have).encode(),
        )


@dataclass(frozen=True, kw_only=True)
class Press:
    """Every certificate, those that can be printed, why others cannot (by number), and what they are printed with.

    The batch is that of all years, whatever part of it is then printed: so a PDF has the same bytes in a build, in a
    print of one number and in a shard.
    """

    every: tuple[Certificate, ...]
    printable: tuple[Certificate, ...]
    refused: Mapping[str, str]
    batch: Batch

    @classmethod
    def of(cls, public: Repo, whole: Repo, site: Path, printing: Printing) -> Press:
        """Those of a repository; raises MissingFontError. `whole` gives what only the certificate itself shows."""
        from generator.documents.printing import Batch

        every = certificates(public, tokens(whole))
        fonts = Fonts.installed(*printing.fonts)
        refused = _refused(every, fonts, site)
        printable = tuple(one for one in every if one.prints and one.no not in refused)
        batch = Batch.of(site, fonts, printable)
        return cls(every=every, printable=printable, refused=refused, batch=batch)


def _refused(every: Sequence[Certificate], fonts: Fonts, site: Path) -> Mapping[str, str]:
    """Why those that cannot be printed cannot, by number."""
    layouts = {path.parent.name for path in (site / "templates/certificate").glob("*/certificate.html.j2")}
    reasons = ((one.no, _reason(one, fonts, layouts)) for one in every if one.prints)
    return {no: reason for no, reason in reasons if reason}


def _reason(certificate: Certificate, fonts: Fonts, layouts: set[str]) -> str:
    if certificate.layout not in layouts:
        return f"没有版式 {certificate.layout}"
    if certificate.holder is None:
        return ""
    return unprintable(certificate.holder.name, certificate.holder.unit, fonts) or missing(
        "".join(certificate.texts), fonts
    )
