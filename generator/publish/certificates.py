"""What the certificates add to the site: a page each at its token's address, and beside it the PDF of a valid one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from generator.derive.roster import Standing
from generator.documents.certificates import Certificate, certificates, codes
from generator.documents.fonts import Fonts
from generator.documents.printable import Printable
from generator.documents.prints import Print, by_number, public_json, told
from generator.documents.tokenpages import ROBOTS, TokenPages
from generator.model import Repo
from generator.publish.kept import Printing, pdfs
from generator.publish.validity import credentials

if TYPE_CHECKING:
    from generator.documents.printing import Batch

__all__ = ["OWN", "Printing", "files"]

FOLDER = "c"
# What stands in the site of theirs.
OWN = (FOLDER, "robots.txt")
File = tuple[str, bytes]


def files(
    public: Repo, whole: Repo, site: Path, kept: Path, printing: Printing, ledger: Iterable[Print] = ()
) -> Iterator[File]:
    """Path and bytes of every file, one by one.

    `whole` gives the codes and keys only; `site` is the sources' folder; in `kept` PDFs stay for the next build;
    `ledger` is what was printed so far.
    """
    press = Press.of(public, whole, site, printing)
    for no, reason in press.refused.items():
        printing.refuse(f"证书 {no} 没有打印：{reason}")
    yield OWN[1], ROBOTS.encode()
    digests = {}
    beside = credentials(whole)
    for certificate, pdf in pdfs(press.batch, press.printable, kept, printing):
        digests[certificate.no] = sha256(pdf).hexdigest()
        yield f"{FOLDER}/{certificate.token}/certificate.pdf", pdf
    known, pages = by_number(ledger), TokenPages(site, public.dataset.title)
    _remind(public, digests, known, printing)
    for one in press.every:
        prints = _prints(one, digests.get(one.no), known, public.as_of)
        page = pages.html(
            one, public.as_of, file=one.no in digests, credential=one.token in beside, prints=prints
        )
        yield f"{FOLDER}/{one.token}/index.html", page.encode()
        yield f"{FOLDER}/{one.token}/prints.json", public_json(one.no, prints)


def _remind(
    public: Repo, digests: Mapping[str, str], known: Mapping[str, Sequence[Print]], printing: Printing
) -> None:
    """A PDF that is published and in no ledger is not known any more once another takes its place."""
    bare = [no for no, digest in digests.items() if digest not in {one.digest for one in known.get(no, ())}]
    if bare and public.dataset.kind != "demo":
        printing.remind(
            f"有 {len(bare)} 张公布的证书 PDF 不在打印台账里，以后换了文件，下载过的人就核对不上了。"
            "请先用 siwu print --again 打印、提交台账，再发布"
        )


def _prints(
    one: Certificate, published: str | None, ledger: Mapping[str, Sequence[Print]], as_of: date
) -> tuple[Print, ...]:
    """What its page tells of its prints; nothing once publication has ended, as of all else that was about a person."""
    if one.standing is Standing.WITHDRAWN:
        return ()
    printed = f"{as_of.isoformat()}T00:00:00+08:00"
    beside = Print(no=one.no, layout=one.layout, digest=published, printed=printed) if published else None
    return told(ledger.get(one.no, ()), beside)


@dataclass(frozen=True, kw_only=True)
class Press:
    """Every certificate, those that can be printed, why others cannot (by number), and what they are printed with."""

    every: tuple[Certificate, ...]
    printable: tuple[Certificate, ...]
    refused: Mapping[str, str]
    batch: Batch

    @classmethod
    def of(cls, public: Repo, whole: Repo, site: Path, printing: Printing) -> Press:
        """Those of a repository; raises MissingFontError. `whole` gives what only the certificate itself shows."""
        from generator.documents.printing import Batch

        every = certificates(public, codes(whole))
        fonts = Fonts.installed(*printing.fonts)
        keys = [key for record in whole.of("keys") for key in record.keys]
        refused = _refused(every, Printable(site, fonts, keys, public.as_of))
        printable = tuple(one for one in every if one.prints and one.no not in refused)
        batch = Batch(site, fonts)
        return cls(every=every, printable=printable, refused=refused, batch=batch)


def _refused(every: Sequence[Certificate], ask: Printable) -> Mapping[str, str]:
    """Why those that cannot be printed cannot, by number."""
    reasons = ((one.no, ask.refusal(one)) for one in every if one.prints)
    return {no: reason for no, reason in reasons if reason}
