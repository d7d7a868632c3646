"""The same certificates by Chromium through playwright, as a process of its own: the HTML we print, in one browser and tab."""

from __future__ import annotations

import pickle
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.printing import SITE, styles
from generator.documents.certificates import Certificate
from generator.documents.fonts import Fonts
from generator.documents.printing import Batch, Printer

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ALONE = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")

# Else the sample's large letters make the page wider, and Chromium all of it smaller.
NOT_WIDER = "html { overflow: hidden }"


def _draw(wanted: list[Certificate], out: Path) -> None:
    """Tagged; it can make no PDF/A and put no file inside."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise SystemExit("Chromium is missing: run .ci/system test")
    printer = Printer(Batch(SITE, Fonts.installed()))
    styled = f"<style>{styles()}{NOT_WIDER}</style></head>"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(ALONE))
        page = browser.new_page()
        for one in wanted:
            page.set_content(printer.html(one).replace("</head>", styled))
            made = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True)
            (out / f"{one.token}.pdf").write_bytes(made)
        browser.close()


def main() -> None:
    """Print so many of a stock of certificates into a folder: `python -m bench.browser STOCK COUNT OUT`."""
    stock, count, out = sys.argv[1:]
    _draw(pickle.loads(Path(stock).read_bytes())[: int(count)], Path(out))


if __name__ == "__main__":
    main()
