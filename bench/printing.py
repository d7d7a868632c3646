"""What bench.certificates measures, as a process of its own: it imports nothing but what it prints with."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import weasyprint

from generator.documents.certificates import Certificate
from generator.documents.fonts import FAMILY, Fonts
from generator.documents.printing import Batch, Printer, options, printed, profiles

SITE = Path(__file__).parent.parent / "site"


def styles() -> str:
    """The layout's, in the system's font."""
    css = (SITE / "templates/certificate/v1/certificate.css").read_text(encoding="utf-8")
    return f'html {{ font-family: "{FAMILY}" }}\n{css}'


def _plain_loop(wanted: list[Certificate], out: Path) -> None:
    printer = Printer(Batch(SITE, Fonts.installed()))
    for one in wanted:
        document = weasyprint.HTML(string=printer.html(one))
        sheets = [weasyprint.CSS(string=styles())]
        colours = profiles("certificate")
        asked = options("certificate", one.enclosed)
        made = document.write_pdf(stylesheets=sheets, color_profiles=colours, **asked)
        (out / f"{one.token}.pdf").write_bytes(made)


def _ours(wanted: list[Certificate], out: Path, processes: int) -> None:
    for one, pdf in printed(Batch(SITE, Fonts.installed()), wanted, processes):
        (out / f"{one.token}.pdf").write_bytes(pdf)


def main() -> None:
    """Print so many of a stock of certificates into a folder: `python -m bench.printing KIND STOCK COUNT OUT`."""
    kind, stock, count, out = sys.argv[1:]
    wanted = pickle.loads(Path(stock).read_bytes())[: int(count)]
    if kind == "loop":
        _plain_loop(wanted, Path(out))
    else:
        _ours(wanted, Path(out), 1 if kind == "one" else 2)


if __name__ == "__main__":
    main()
