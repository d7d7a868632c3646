"""HTML to PDF by WeasyPrint: nothing fetched, nothing random, nothing that depends on the clock."""

from __future__ import annotations

import ctypes
import io
import logging
import tempfile
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from ctypes.util import find_library
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol, TypeVar

import segno
import weasyprint
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from PIL import Image
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from generator.documents.fonts import Fonts, Subset
from generator.render.escape import inert
from generator.render.words import day, moment
from generator.workers import cores, spread

# One mask for all: choosing the best of eight costs more than the page's text.
QR_MASK = 3
QR_SCALE = 4
QR_BORDER = 2
# Light is 0 and dark is 1 in the code; here the lightest and the darkest of 256 greys.
QR_GREYS = [255, 0] + [0] * 254
# Below this many, starting processes costs more than it saves.
PARALLEL_FROM = 24
TOOLS = ("weasyprint", "pydyf", "segno", "pillow", "tinycss2", "tinyhtml5")
LIBRARIES = (("pango-1.0", "pango_version_string"), ("harfbuzz", "hb_version_string"))


class Sealed(URLFetcher):  # type: ignore[misc]
    """Fetches what is in the address itself; anything else ends the print."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",), fail_on_errors=True)


class Sheet(Protocol):
    """What is printed: a certificate, a receipt. Its `repr` is all that tells it from another."""

    @property
    def layout(self) -> str:
        """The layout's version."""

    @property
    def address(self) -> str:
        """Where its QR code leads."""

    @property
    def texts(self) -> tuple[str, ...]:
        """What stands on it in words that came from the records."""


AnySheet = TypeVar("AnySheet", bound=Sheet)


@dataclass(frozen=True)
class Batch:
    """What sheets printed together share: the folder of the site's sources, the fonts, and what they are."""

    site: Path
    subsets: tuple[Subset, ...]
    kind: str = "certificate"

    @classmethod
    def of(
        cls, site: Path, fonts: Fonts, sheets: Iterable[Sheet], kind: str = "certificate", also: str = ""
    ) -> Batch:
        """The batch of these sheets; their characters decide the fonts, and `also` those that others will need."""
        theirs = frozenset(also).union(*(text for sheet in sheets for text in sheet.texts))
        return cls(site, fonts.subsets(theirs | _layout_characters(site, kind)), kind)

    @property
    def layouts(self) -> Path:
        """The folder with one folder a layout version."""
        return self.site / "templates" / self.kind

    @cached_property
    def digest(self) -> bytes:
        """Stands for all that decides a PDF's bytes but the sheet itself."""
        parts = [f"{tool} {version(tool)}".encode() for tool in TOOLS]
        parts += [_library_version(*library) for library in LIBRARIES]
        parts += [subset.data for subset in self.subsets]
        parts += [path.read_bytes() for path in sorted(self.layouts.rglob("*")) if path.is_file()]
        return sha256(b"".join(sha256(part).digest() for part in parts)).digest()

    def key(self, sheet: Sheet) -> str:
        """The same for the same bytes: a name to keep a PDF under."""
        return sha256(self.digest + repr(sheet).encode()).hexdigest()


def _layout_characters(site: Path, kind: str) -> frozenset[str]:
    """Those the layouts themselves print; what else stands in the sources does no harm."""
    sources = (site / "templates" / kind).glob(f"*/{kind}.*")
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    return frozenset(character for character in f"{text}年月日" if character.isprintable())


def _library_version(library: str, function: str) -> bytes:
    """What the system's library says of itself; nothing where it cannot be asked."""
    path = find_library(library)
    if path is None:
        return b""
    ask = getattr(ctypes.CDLL(path), function)
    ask.restype = ctypes.c_char_p
    return bytes(ask())


class Printer:
    """Prints one sheet after another, with one font configuration for all."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._fetcher = Sealed()
        self._fonts = FontConfiguration()
        self._styles: dict[str, list[Any]] = {}
        self._environment = Environment(
            loader=FileSystemLoader(batch.layouts),
            autoescape=True,
            finalize=inert,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"day": day, "moment": moment}

    def html(self, sheet: Sheet) -> str:
        """The sheet as WeasyPrint reads it; the template knows it by the batch's kind."""
        kind = self._batch.kind
        template = self._environment.get_template(f"{sheet.layout}/{kind}.html.j2")
        return template.render({kind: sheet}, qr=_qr(sheet.address))

    def pdf(self, sheet: Sheet) -> bytes:
        """The sheet's bytes."""
        return self.draw(self.html(sheet), self._style(sheet.layout))

    def draw(self, html: str, styles: Sequence[Any] = ()) -> bytes:
        """HTML as PDF. Raises RuntimeError where it asks for anything from outside, or WeasyPrint complains."""
        with _Complaints() as complaints:
            try:
                document = weasyprint.HTML(string=html, url_fetcher=self._fetcher)
                made: bytes = document.write_pdf(stylesheets=list(styles), font_config=self._fonts)
            except FatalURLFetchingError as error:
                raise RuntimeError(f"a document to print asks for something outside: {error}") from error
        if complaints.said:
            raise RuntimeError(f"WeasyPrint: {'; '.join(complaints.said)}")
        return made

    def _style(self, layout: str) -> list[Any]:
        if layout not in self._styles:
            subsets = self._batch.subsets
            named = ", ".join(f'"{family}"' for family in dict.fromkeys(one.family for one in subsets))
            fonts = "".join(subset.rule for subset in subsets) + f"html {{ font-family: {named} }}\n"
            own = (self._batch.layouts / layout / f"{self._batch.kind}.css").read_text(encoding="utf-8")
            self._styles[layout] = [self._css(fonts + own)]
        return self._styles[layout]

    def _css(self, text: str) -> Any:
        return weasyprint.CSS(string=text, font_config=self._fonts, url_fetcher=self._fetcher)


class _Complaints(logging.Handler):
    """While inside, what WeasyPrint would only log is kept."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []
        self._logger = logging.getLogger("weasyprint")

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())

    def __enter__(self) -> _Complaints:
        self._before = self._logger.handlers[:]
        self._logger.handlers[:] = [self]
        return self

    def __exit__(self, *_: object) -> None:
        self._logger.handlers[:] = self._before


def _qr(address: str) -> Markup:
    """The address as a picture for an attribute, in shades of grey, which the PDF takes over as they are."""
    code = segno.make_qr(address, error="m", mask=QR_MASK, boost_error=False)
    rows = list(code.matrix_iter(border=QR_BORDER))
    dark = Image.frombytes("L", (len(rows), len(rows)), b"".join(map(bytes, rows)))
    picture = io.BytesIO()
    dark.point(QR_GREYS).resize((len(rows) * QR_SCALE,) * 2, Image.Resampling.NEAREST).save(picture, "PNG")
    return Markup(f"data:image/png;base64,{b64encode(picture.getvalue()).decode()}")


def printed(
    batch: Batch, sheets: Sequence[AnySheet], processes: int | None = None
) -> Iterator[tuple[AnySheet, bytes]]:
    """Each sheet with its PDF, in order and one by one, over so many processes (default: the cores)."""
    wanted = processes or (cores() if len(sheets) >= PARALLEL_FROM else 1)
    with tempfile.TemporaryDirectory(prefix="siwu-print-") as folder:
        made = spread(lambda: Printer(batch).pdf, sheets, wanted, folder)
        yield from zip(sheets, made, strict=True)
