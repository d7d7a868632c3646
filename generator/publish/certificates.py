"""What the certificates add to the site: a page each at its token's address, and beside it the PDF of a valid one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from generator.documents.certificates import Certificate, certificates, tokens
from generator.documents.fonts import Fonts
from generator.documents.tokenpages import ROBOTS, TokenPages
from generator.model import Repo

if TYPE_CHECKING:
    from generator.documents.printing import Batch

FOLDER = "c"
# What stands in the site of theirs.
OWN = (FOLDER, "robots.txt")
Progress = Callable[[int, int], None]
File = tuple[str, bytes]


@dataclass(frozen=True, kw_only=True)
class Printing:
    """How to print: whom to tell, in Chinese, of one that cannot be; whom to show progress; a font that helps out."""

    refuse: Callable[[str], None] = lambda sentence: None
    progress: Progress | None = None
    font: Path | None = None
    processes: int | None = None


def files(public: Repo, whole: Repo, site: Path, kept: Path, printing: Printing) -> Iterator[File]:
    """Path and bytes of every file, one by one.

    `whole` gives the tokens only; `site` is the sources' folder; in `kept` PDFs stay for the next build.
    """
    from generator.documents.printing import Batch

    every = certificates(public, tokens(whole))
    fonts = Fonts.installed(printing.font)
    refused = _refused(every, fonts, site, printing.refuse)
    print_these = [one for one in every if one.prints and one.no not in refused]
    batch = Batch.of(site, fonts, print_these)
    yield OWN[1], ROBOTS.encode()
    yield from _pages(every, {one.no for one in print_these}, site, public.as_of)
    for certificate, pdf in _pdfs(batch, print_these, kept, printing):
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
    lacking = fonts.lacking("".join(certificate.texts))
    named = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in lacking)
    return f"字体中没有{named}。请用 --font 指明一个有此字的字体文件" if lacking else ""


def _pdfs(
    batch: Batch, wanted: Sequence[Certificate], kept: Path, printing: Printing
) -> Iterator[tuple[Certificate, bytes]]:
    """Each with its bytes: as an earlier build made them, else printed and kept. Then what nobody wants goes."""
    from generator.documents.printing import printed

    kept.mkdir(parents=True, exist_ok=True)
    paths = {one.no: kept / f"{batch.key(one)}.pdf" for one in wanted}
    have = {path for path in kept.iterdir() if path.suffix == ".pdf"}
    for one in wanted:
        if paths[one.no] in have:
            yield one, paths[one.no].read_bytes()
    missing = [one for one in wanted if paths[one.no] not in have]
    for done, (one, pdf) in enumerate(printed(batch, missing, printing.processes), 1):
        _keep(paths[one.no], pdf)
        if printing.progress is not None:
            printing.progress(done, len(missing))
        yield one, pdf
    for path in set(kept.iterdir()) - set(paths.values()):
        path.unlink()


def _keep(path: Path, raw: bytes) -> None:
    """Written whole or not at all."""
    half = path.with_suffix(".half")
    half.write_bytes(raw)
    half.rename(path)
