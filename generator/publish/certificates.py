"""What the certificates add to the site: a page each at its token's address, and beside it the PDF of a valid one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from generator.documents.certificates import Certificate, certificates, tokens
from generator.documents.fonts import Fonts
from generator.documents.legible import missing, unprintable
from generator.documents.tokenpages import ROBOTS, TokenPages
from generator.model import Repo
from generator.publish.kept import Printing, pdfs

__all__ = ["OWN", "Printing", "files"]

FOLDER = "c"
# What stands in the site of theirs.
OWN = (FOLDER, "robots.txt")
File = tuple[str, bytes]


def files(public: Repo, whole: Repo, site: Path, kept: Path, printing: Printing) -> Iterator[File]:
    """Path and bytes of every file, one by one.

    `whole` gives the tokens only; `site` is the sources' folder; in `kept` PDFs stay for the next build.
    """
    from generator.documents.printing import Batch

    every = certificates(public, tokens(whole))
    fonts = Fonts.installed(*printing.fonts)
    refused = _refused(every, fonts, site, printing.refuse)
    print_these = [one for one in every if one.prints and one.no not in refused]
    batch = Batch.of(site, fonts, print_these)
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


def _refused(
    every: Sequence[Certificate], fonts: Fonts, site: Path, refuse: Callable[[str], None]
) -> set[str]:
    """Numbers of those that cannot be printed; each is told with its reason."""
    layouts = {path.parent.name for path in (site / "templates/certificate").glob("*/certificate.html.j2")}
    refused = set()
    for one in every:
        reason = _reason(one, fonts, layouts) if one.prints else ""
        if reason:
            refuse(f"证书 {one.no} 没有打印：{reason}")
            refused.add(one.no)
    return refused


def _reason(certificate: Certificate, fonts: Fonts, layouts: set[str]) -> str:
    if certificate.layout not in layouts:
        return f"没有版式 {certificate.layout}"
    if certificate.holder is None:
        return ""
    return unprintable(certificate.holder.name, certificate.holder.unit, fonts) or missing(
        "".join(certificate.texts), fonts
    )
