"""What the receipts add to the site: a PDF for every line of the register. Their pages come with the site's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from generator.documents.fonts import Fonts
from generator.documents.receiptpages import PAPERS
from generator.documents.receipts import FOLDER, Receipt, Receipts
from generator.publish.kept import Printing, pdfs

# What stands in the site of theirs, and of their pages.
OWN = (PAPERS.partition("/")[0],)
PAGES = (FOLDER,)
File = tuple[str, bytes]


def files(receipts: Receipts, site: Path, kept: Path, printing: Printing) -> Iterator[File]:
    """Path and bytes of every PDF; `site` is the sources' folder, in `kept` they stay for the next build."""
    from generator.documents.printing import Batch

    fonts = Fonts.installed(*printing.fonts)
    wanted = [_printable(one, fonts, printing.refuse) for one, _ in receipts]
    batch = Batch(site, fonts, "receipt")
    for one, pdf in pdfs(batch, wanted, kept, printing):
        yield f"{PAPERS}/{one.receipt}.pdf", pdf


def _printable(receipt: Receipt, fonts: Fonts, refuse: Callable[[str], None]) -> Receipt:
    """The receipt, with a mark for each character that no font has: a filing is never left without its receipt."""
    lacking = fonts.lacking("".join(receipt.texts))
    if not lacking:
        return receipt
    named = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in lacking)
    refuse(
        f"{receipt.title} {receipt.no} 中的{named}字体中没有，印成了〓。请用 --font 指明一个有此字的字体文件"
    )
    return receipt.without(frozenset(lacking))
