"""Fonts for print: which are installed, what they lack, and the part of them that is printed with.

A subset made once spares WeasyPrint a 20 MB collection per document. A character that a subset lacks
would silently come from any installed font, so what is lacking is known before anything is drawn.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import uharfbuzz as hb

from generator.documents.outlines import numbered

FAMILY = "Noto Serif CJK SC"
# What styles call it.
PRINT = "Print"
# The scheme of the addresses that subsets have.
HELD = "held"
WEIGHTS = {"Regular": 400, "Bold": 700}
VERTICAL = [int.from_bytes(tag) for tag in (b"VORG", b"vhea", b"vmtx")]
# Family, style, full name, PostScript name.
NAMES = (1, 2, 4, 6)
# Every ASCII character that shows, so that numbers and codes never decide what a subset holds.
ALWAYS = frozenset(map(chr, range(0x20, 0x7F)))
# The characters of GB 2312, its rows of 94 as far as they are taken, the dot in names, and those of Hubei's places that
# GB 2312 lacks (硚口区, 猇亭区): nearly all that is printed.
ROWS = range(0xA1, 0xFF)
GB2312 = "".join(bytes((row, cell)).decode("gb2312", "ignore") for row in ROWS for cell in ROWS)
COMMON = ALWAYS.union(GB2312, "·硚猇")


class MissingFontError(Exception):
    """The font to print with is not there; the message says which, in Chinese."""


@dataclass(frozen=True, slots=True)
class Subset:
    """A part of a face under the family and weight that styles ask for."""

    family: str
    weight: int
    data: bytes

    @property
    def address(self) -> str:
        """What styles ask for it by: no place, so nobody else can answer."""
        return f"{HELD}:{sha256(self.data).hexdigest()}"

    @property
    def rule(self) -> str:
        """The CSS that brings it in."""
        return (
            f'@font-face {{ font-family: "{self.family}"; font-weight: {self.weight};'
            f' src: url("{self.address}"); }}\n'
        )


class Face:
    """One face of a font file."""

    def __init__(self, path: Path, index: int, weight: int) -> None:
        self._path, self._index = path, index
        try:
            self._face = hb.Face(hb.Blob.from_file_path(str(path)), index)
        except hb.HarfBuzzError as error:
            raise MissingFontError(f"字体文件 {path} 读不了") from error
        self._has = self._face.unicodes
        if not len(self._has):
            raise MissingFontError(f"字体文件 {path} 读不了，或其中没有字")
        self._font = hb.Font(self._face)
        self.weight = weight

    def lacks(self, characters: Iterable[str]) -> set[str]:
        """Those it has no glyph for."""
        return {character for character in characters if ord(character) not in self._has}

    @cached_property
    def digest(self) -> bytes:
        """Stands for all that is in it."""
        with self._path.open("rb") as file:
            return file_digest(file, "sha256").digest() + bytes([self._index])

    def advance(self, character: str) -> float:
        """How wide a character is, in ems; 0 where it has no glyph."""
        glyph = self._font.get_nominal_glyph(ord(character))
        return float(self._font.get_glyph_h_advance(glyph) / self._face.upem) if glyph else 0.0

    def subset(self, family: str, characters: Iterable[str]) -> Subset:
        """Only these characters, without the tables and hints that horizontal print has no use for."""
        wanted = hb.SubsetInput()
        wanted.unicode_set.update(sorted(map(ord, characters)))
        wanted.layout_feature_tag_set.clear()
        wanted.drop_table_tag_set.update(VERTICAL)
        wanted.name_id_set.clear()
        wanted.name_id_set.update(NAMES)
        wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.DESUBROUTINIZE
        return Subset(family, self.weight, numbered(bytes(wanted.subset(self._face).blob.data)))


class Fonts:
    """The faces to print with, and others, in order, for characters they lack."""

    def __init__(self, faces: Sequence[Face], more: Sequence[Face] = ()) -> None:
        self._faces = faces
        self._more = more

    @classmethod
    def installed(cls, *more: Path) -> Fonts:
        """The system's Noto Serif CJK SC. Raises MissingFontError where it, or a file given, is not there."""
        faces = [_installed(style, weight) for style, weight in WEIGHTS.items()]
        return cls(faces, [Face(path, 0, WEIGHTS["Regular"]) for path in more])

    @property
    def digest(self) -> bytes:
        """Stands for all of them, in their order."""
        return b"".join(face.digest for face in (*self._faces, *self._more))

    def lacking(self, text: str) -> list[str]:
        """The characters of a text that cannot be printed, in their order."""
        lacked = self._lacked(text)
        for face in self._more:
            lacked = face.lacks(lacked)
        return [character for character in dict.fromkeys(text) if character in lacked]

    def width(self, text: str) -> float:
        """How wide a text is, in ems, in the wider of the weights."""
        return sum(map(self._advance, text))

    def _advance(self, character: str) -> float:
        widest = max(face.advance(character) for face in self._faces)
        return widest or next(filter(None, (face.advance(character) for face in self._more)), 0.0)

    def subsets(self, characters: Iterable[str]) -> tuple[Subset, ...]:
        """What prints these characters: `PRINT` in both weights, then the others by number."""
        wanted = ALWAYS.union(characters)
        lacked = self._lacked(wanted)
        made = [face.subset(PRINT, wanted - lacked) for face in self._faces]
        for number, face in enumerate(self._more, 1):
            beyond = face.lacks(lacked)
            if lacked - beyond:
                made.append(face.subset(f"{PRINT} {number}", lacked - beyond))
            lacked = beyond
        return tuple(made)

    def _lacked(self, characters: Iterable[str]) -> set[str]:
        """Those that not every weight has."""
        wanted = set(characters)
        return set().union(*(face.lacks(wanted) for face in self._faces))


class Widths(dict[str, float]):
    """Widths of characters, in ems, asked of the fonts once."""

    def __init__(self, fonts: Fonts) -> None:
        super().__init__()
        self._fonts = fonts

    def get(self, character: str, default: Any = None) -> float:
        """The width of any character; 0 where no font has it."""
        if character not in self:
            self[character] = self._fonts.width(character)
        return self[character]


def _installed(style: str, weight: int) -> Face:
    command = ["fc-match", "--format=%{file}\n%{index}\n%{family}", f"{FAMILY}:style={style}"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")
    except (OSError, subprocess.CalledProcessError) as error:
        raise MissingFontError("查不到已安装的字体：系统中没有 fontconfig（fc-match）") from error
    path, index, families = said
    if FAMILY not in families.split(","):
        raise MissingFontError(f"没有安装字体 {FAMILY}（Debian 软件包 fonts-noto-cjk）")
    return Face(Path(path), int(index), weight)
