"""The page of a receipt, where its QR code leads. Outside the site engine, in the site's look: thousands cost little."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from generator.derive.filings import Filed
from generator.documents.receipts import FOLDER, Receipts
from generator.render.environment import environment
from generator.render.words import day, moment

PAPERS = "papers/receipts"


class ReceiptPages:
    """Writes the pages from the template under a site folder."""

    def __init__(self, site: Path, receipts: Receipts) -> None:
        templates = environment([site / "templates" / "receipt"], {"day": day, "moment": moment})
        self._template = templates.get_template("page.html.j2")
        self._receipts = receipts
        self._year = receipts.repo.dataset.year
        self._years = {self._year, *(plan.year for plan in receipts.repo.plans)}

    def files(self, as_of: date) -> Iterator[tuple[str, bytes]]:
        """Every page by its path in the site."""
        for receipt, line in self._receipts:
            filed = self._receipts.register.filed(line)
            text = self._template.render(
                receipt=receipt,
                late=bool(filed.due) and filed.late_days > 0,
                as_of=as_of,
                site=self._receipts.repo.dataset.title,
                home="../../",
                paper=f"{PAPERS}/{receipt.receipt}.pdf",
                register="filings/" if filed.year == self._year else f"filings/{filed.year}/",
                plan=self._plan(filed),
                amended=self._receipts.amended(line),
                later=self._receipts.later(line),
            )
            yield f"{FOLDER}/{receipt.receipt}/index.html", text.encode()

    def _plan(self, filed: Filed) -> str:
        """The page of the county whose plan it is; empty for other records."""
        if filed.place is None or filed.about not in self._years:
            return ""
        return f"plans/{'' if filed.about == self._year else f'{filed.about}/'}{filed.place.slug}/"
