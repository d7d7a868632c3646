"""The same certificates by typst, as a process of its own. Sizes are fitted and QR codes drawn by our code, as for all."""

from __future__ import annotations

import json
import pickle
import re
import shutil
import sys
from base64 import b64decode
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from typst import Compiler

from generator.documents.certificates import Certificate
from generator.documents.fitting import Fitted, fitted
from generator.documents.fonts import ALWAYS, Fonts
from generator.documents.qr import picture
from generator.render.words import day

ROOT = Path(__file__).parent.parent
STYLES = ROOT / "site/templates/certificate/v1/certificate.css"
FRAME = re.compile(r"data:image/svg\+xml,([^\"]+)")


def _draw(wanted: list[Certificate], out: Path) -> None:
    """One compiler for all, so that fonts and template are read once; PDF/A-3a with the signed text inside."""
    root = out / "parts"
    root.mkdir(exist_ok=True)
    shutil.copyfile(Path(__file__).with_name("certificate.typ"), root / "certificate.typ")
    (root / "frame.svg").write_text(_frame(), encoding="utf-8")
    compiler = Compiler(root / "certificate.typ", root=root)
    widths = _widths(wanted)
    for one in wanted:
        (root / f"{one.token}.png").write_bytes(b64decode(picture(one.address).partition(",")[2]))
        told = json.dumps(_told(one, widths), ensure_ascii=False)
        inputs = {"told": told, "picture": f"{one.token}.png", "frame": "frame.svg"}
        made = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards="a-3a")
        assert isinstance(made, bytes)
        (out / f"{one.token}.pdf").write_bytes(made)
    shutil.rmtree(root)


def _frame() -> str:
    found = FRAME.search(STYLES.read_text(encoding="utf-8"))
    if found is None:
        raise SystemExit(f"no frame in {STYLES}")
    return unquote(found[1])


def _widths(wanted: list[Certificate]) -> Mapping[str, float]:
    fonts = Fonts.installed()
    every = ALWAYS.union("证书参加，", *(text for one in wanted for text in one.texts))
    return {character: fonts.width(character) for character in every}


def _told(one: Certificate, widths: Mapping[str, float]) -> dict[str, Any]:
    """What the template of v1 says, with its measures."""
    if one.holder is None:
        raise ValueError(f"{one.no} names nobody")
    fit = partial(_fitted, widths=widths)
    return {
        "heading": f"{one.title}证书 {one.no}",
        "issued": {"year": one.issued.year, "month": one.issued.month, "day": one.issued.day},
        "demo": one.demo,
        "title": fit(f"{one.title}证书", width=190, most=42, least=12),
        "name": fit(one.holder.name, width=213, most=36, least=12),
        "unit": fit(one.holder.unit, width=213, most=18, least=12, lines=2),
        "course": fit(f"参加{one.course}，", width=213, most=17, least=12, lines=2),
        "issuer": fit(one.issuer, width=88, most=17, least=10, lines=2),
        "no": one.no,
        "layout": one.layout,
        "page": one.page,
        "day": day(one.issued),
        "signed": one.enclosed.text if one.enclosed else "",
    }


def _fitted(text: str, **box: Any) -> dict[str, Any]:
    made: Fitted = fitted(text, **box)
    return {"lines": list(made.lines), "size": made.size}


def main() -> None:
    """Print so many of a stock of certificates into a folder: `python -m bench.typesetting STOCK COUNT OUT`."""
    stock, count, out = sys.argv[1:]
    _draw(pickle.loads(Path(stock).read_bytes())[: int(count)], Path(out))


if __name__ == "__main__":
    main()
