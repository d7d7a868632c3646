"""HTML to PDF by WeasyPrint: nothing fetched, nothing random, nothing that depends on the clock."""

from __future__ import annotations

import ctypes
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from ctypes.util import find_library
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from functools import cache, cached_property, partial
from hashlib import sha256
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol, TypeVar

import weasyprint
from markupsafe import Markup
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from generator.documents.enclosed import Enclosed
from generator.documents.fitting import fitted
from generator.documents.fonts import COMMON, Fonts, Subset, Widths
from generator.documents.outlines import Compact, bare
from generator.documents.qr import picture
from generator.documents.stamp import stamp
from generator.documents.strict import Complaints, Sealed
from generator.render.environment import environment
from generator.render.words import day, moment
from generator.workers import cores, spread

# What its own sRGB profile is called here: read once by us; WeasyPrint would leave it open.
PROFILE = "print"
# What WeasyPrint is asked for, by what is printed. It writes the identifier of PDF/A or of PDF/UA, not both: for a
# certificate that is kept for decades PDF/A-3, level A, whose tags are those of PDF/UA.
OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "certificate": {"pdf_variant": "pdf/a-3a", "output_intent": PROFILE},
    "receipt": {},
}
# Below this many, starting processes costs more than it saves.
PARALLEL_FROM = 24
TOOLS = ("weasyprint", "pydyf", "zxing-cpp", "pillow", "tinycss2", "tinyhtml5")
# One for all documents: making one opens what would fetch.
SEALED = Sealed()
LIBRARIES = (("pango-1.0", "pango_version_string"), ("harfbuzz", "hb_version_string"))


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

    @property
    def enclosed(self) -> Enclosed | None:
        """The file inside its PDF."""


AnySheet = TypeVar("AnySheet", bound=Sheet)


@dataclass(frozen=True)
class Batch:
    """What sheets printed together share: the folder of the site's sources, the fonts, and what they are.

    `stamp` is the picture of a seal: what is printed with it is never kept.
    """

    site: Path
    fonts: Fonts
    kind: str = "certificate"
    stamp: Markup = field(default=Markup(), repr=False)

    def sealed(self, image: bytes) -> Batch:
        """The same with the seal of a PNG file at （印章）. Raises StampError where it is no such picture."""
        return replace(self, stamp=stamp(image))

    @property
    def layouts(self) -> Path:
        """The folder with one folder a layout version."""
        return self.site / "templates" / self.kind

    def subsets(self, layout: str, characters: frozenset[str] = COMMON) -> tuple[Subset, ...]:
        """The fonts of a layout: what it prints itself, and the common characters or a sheet's own.

        None of it depends on what else is printed, so a sheet has the same bytes alone and among thousands.
        """
        return self.fonts.subsets(characters | _layout_characters(self.layouts / layout, self.kind))

    @cached_property
    def digest(self) -> bytes:
        """Stands for all that decides a PDF's bytes but the sheet itself and its layout."""
        parts = [repr(OPTIONS[self.kind]).encode(), self.fonts.digest]
        parts += [f"{tool} {version(tool)}".encode() for tool in TOOLS]
        parts += [_library_version(*library) for library in LIBRARIES]
        return _joined(parts)

    def key(self, sheet: Sheet) -> str:
        """The same for the same bytes: a name to keep a PDF under. Raises ValueError for a batch with a seal."""
        if self.stamp:
            raise ValueError("what bears a seal is not kept")
        return sha256(self.digest + self._layout(sheet.layout) + repr(sheet).encode()).hexdigest()

    def _layout(self, layout: str) -> bytes:
        if layout not in self._digests:
            paths = sorted((self.layouts / layout).rglob("*"))
            self._digests[layout] = _joined([path.read_bytes() for path in paths if path.is_file()])
        return self._digests[layout]

    @cached_property
    def _digests(self) -> dict[str, bytes]:
        return {}


def _joined(parts: Iterable[bytes]) -> bytes:
    return sha256(b"".join(sha256(part).digest() for part in parts)).digest()


def _layout_characters(layout: Path, kind: str) -> frozenset[str]:
    """Those the layout itself prints; what else stands in the sources does no harm."""
    text = "".join(path.read_text(encoding="utf-8") for path in layout.glob(f"{kind}.*"))
    return frozenset(character for character in f"{text}年月日" if character.isprintable())


def _library_version(library: str, function: str) -> bytes:
    """What the system's library says of itself; nothing where it cannot be asked."""
    path = find_library(library)
    if path is None:
        return b""
    ask = getattr(ctypes.CDLL(path), function)
    ask.restype = ctypes.c_char_p
    return bytes(ask())


@dataclass(frozen=True, slots=True)
class Case:
    """A layout's type and styles, as WeasyPrint takes them."""

    fonts: FontConfiguration = field(default_factory=FontConfiguration)
    styles: tuple[Any, ...] = ()


class Printer:
    """Prints one sheet after another, with one case of type for all of a layout."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._cases: dict[str, Case] = {}
        self._shared = FontConfiguration()
        fit = partial(fitted, widths=Widths(batch.fonts))
        self._environment = environment([batch.layouts], {"day": day, "moment": moment, "fit": fit})

    def html(self, sheet: Sheet) -> str:
        """The sheet as WeasyPrint reads it; the template knows it by the batch's kind."""
        kind = self._batch.kind
        template = self._environment.get_template(f"{sheet.layout}/{kind}.html.j2")
        return template.render({kind: sheet}, qr=picture(sheet.address), stamp=self._batch.stamp)

    def pdf(self, sheet: Sheet) -> bytes:
        """The sheet's bytes."""
        return self.draw(self.html(sheet), self._case(sheet), sheet.enclosed)

    def draw(self, html: str, case: Case | None = None, enclosed: Enclosed | None = None) -> bytes:
        """HTML as PDF. Raises RuntimeError where it asks for anything from outside, or WeasyPrint complains."""
        asked = options(self._batch.kind, enclosed)
        with self._strict():
            made: bytes = self._laid(html, case or Case(), asked).write_pdf(finisher=bare, **asked)
        return made

    def laid(self, sheet: Sheet) -> Any:
        """The sheet as WeasyPrint lays it out, box by box: what tests measure."""
        asked = options(self._batch.kind, sheet.enclosed)
        with self._strict():
            return self._laid(self.html(sheet), self._case(sheet), asked)

    def _laid(self, html: str, case: Case, asked: Mapping[str, Any]) -> Any:
        document = weasyprint.HTML(string=html, url_fetcher=SEALED)
        colours = profiles(self._batch.kind)
        laid = document.render(
            stylesheets=list(case.styles), font_config=case.fonts, color_profiles=colours, **asked
        )
        laid.fonts = Compact()
        return laid

    @staticmethod
    @contextmanager
    def _strict() -> Iterator[None]:
        with Complaints() as complaints:
            try:
                yield
            except FatalURLFetchingError as error:
                raise RuntimeError(f"a document to print asks for something outside: {error}") from error
        if complaints.said:
            raise RuntimeError(f"WeasyPrint: {'; '.join(complaints.said)}")

    def _case(self, sheet: Sheet) -> Case:
        """The layout's case, made when first needed; a small one for a sheet with uncommon characters."""
        characters = frozenset().union(*sheet.texts)
        if characters - COMMON:
            return self._rare(sheet.layout, characters)
        if sheet.layout not in self._cases:
            subsets = self._batch.subsets(sheet.layout, COMMON)
            self._cases[sheet.layout] = self._made(sheet.layout, subsets, FontConfiguration())
        return self._cases[sheet.layout]

    def _rare(self, layout: str, characters: frozenset[str]) -> Case:
        """Of a name of its own, so that all such share what Pango never gives back: a quarter of a megabyte each."""
        found = self._batch.subsets(layout, characters)
        mark = _joined(one.data for one in found).hex()[:16]
        subsets = [replace(one, family=f"{one.family} {mark}") for one in found]
        return self._made(layout, subsets, self._shared)

    def _made(self, layout: str, subsets: Sequence[Subset], fonts: FontConfiguration) -> Case:
        named = ", ".join(f'"{family}"' for family in dict.fromkeys(one.family for one in subsets))
        rules = "".join(subset.rule for subset in subsets) + f"html {{ font-family: {named} }}\n"
        own = (self._batch.layouts / layout / f"{self._batch.kind}.css").read_text(encoding="utf-8")
        fetcher = Sealed(subsets)
        return Case(fonts, (weasyprint.CSS(string=rules + own, font_config=fonts, url_fetcher=fetcher),))


def options(kind: str, enclosed: Enclosed | None) -> dict[str, Any]:
    """What WeasyPrint is asked for: one place for printing, tests and benchmarks."""
    files = [_attachment(enclosed)] if enclosed else []
    return {**OPTIONS[kind], "attachments": files}


def profiles(kind: str) -> dict[str, ColorProfile]:
    """What colours mean: PDF/A wants it said. New ones a document: a used one writes itself differently."""
    if OPTIONS[kind].get("output_intent") != PROFILE:
        return {}
    primaries = (["r"], ["g"], ["b"])
    return {PROFILE: ColorProfile(io.BytesIO(_icc()), "sRGB2014.icc", "relative-colorimetric", primaries)}


@cache
def _icc() -> bytes:
    return (resources.files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()


def _attachment(enclosed: Enclosed) -> Any:
    made = datetime.combine(enclosed.day, time())
    return weasyprint.Attachment(
        string=enclosed.text,
        name=enclosed.name,
        description=enclosed.about,
        created=made,
        modified=made,
        relationship="Data",
        url_fetcher=SEALED,
    )


def printed(
    batch: Batch, sheets: Sequence[AnySheet], processes: int | None = None
) -> Iterator[tuple[AnySheet, bytes]]:
    """Each sheet with its PDF, in order and one by one, over so many processes (default: the cores)."""
    wanted = processes or (cores() if len(sheets) >= PARALLEL_FROM else 1)
    with tempfile.TemporaryDirectory(prefix="siwu-print-") as folder:
        made = spread(lambda: Printer(batch).pdf, sheets, wanted, folder)
        yield from zip(sheets, made, strict=True)
