"""Fonts for print: which are installed, what they lack, and the part of them that a batch needs.

A subset made once a batch spares WeasyPrint a 20 MB collection per document. A character that a subset lacks
would silently come from any installed font, so what is lacking is known before anything is drawn.
"""

from __future__ import annotations

import subprocess
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import uharfbuzz as hb

FAMILY = "Noto Serif CJK SC"
WEIGHTS = {"Regular": 400, "Bold": 700}
# Every ASCII character that shows, so that numbers and codes never decide what a subset holds.
ALWAYS = frozenset(map(chr, range(0x20, 0x7F)))


class MissingFontError(Exception):
    """The font to print with is not there; the message says which, in Chinese."""


@dataclass(frozen=True, slots=True)
class Subset:
    """A part of a face under the family and weight that styles ask for."""

    family: str
    weight: int
    data: bytes

    @property
    def rule(self) -> str:
        """The CSS that brings it in."""
        url = f"data:font/otf;base64,{b64encode(self.data).decode()}"
        return (
            f'@font-face {{ font-family: "{self.family}"; font-weight: {self.weight}; src: url("{url}"); }}\n'
        )


class Face:
    """One face of a font file."""

    def __init__(self, path: Path, index: int, weight: int) -> None:
        try:
            self._face = hb.Face(hb.Blob.from_file_path(str(path)), index)
        except hb.HarfBuzzError as error:
            raise MissingFontError(f"字体文件 {path} 读不了") from error
        self._has = self._face.unicodes
        if not len(self._has):
            raise MissingFontError(f"字体文件 {path} 读不了，或其中没有字")
        self.weight = weight

    def lacks(self, characters: Iterable[str]) -> set[str]:
        """Those it has no glyph for."""
        return {character for character in characters if ord(character) not in self._has}

    def subset(self, family: str, characters: Iterable[str]) -> Subset:
        """Only these characters, without the layout tables and hints that horizontal print has no use for."""
        wanted = hb.SubsetInput()
        wanted.unicode_set.update(sorted(map(ord, characters)))
        wanted.layout_feature_tag_set.clear()
        wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.DESUBROUTINIZE
        return Subset(family, self.weight, bytes(wanted.subset(self._face).blob.data))


class Fonts:
    """The faces to print with, and one more for characters they lack if a file of such is given."""

    def __init__(self, faces: Sequence[Face], fallback: Face | None = None) -> None:
        self._faces = faces
        self._fallback = fallback

    @classmethod
    def installed(cls, fallback: Path | None = None) -> Fonts:
        """The system's Noto Serif CJK SC. Raises MissingFontError where it, or the file given, is not there."""
        faces = [_installed(style, weight) for style, weight in WEIGHTS.items()]
        return cls(faces, Face(fallback, 0, WEIGHTS["Regular"]) if fallback else None)

    def lacking(self, text: str) -> list[str]:
        """The characters of a text that cannot be printed, in their order."""
        lacked = set().union(*(face.lacks(text) for face in self._faces))
        beyond = self._fallback.lacks(lacked) if self._fallback else lacked
        return [character for character in dict.fromkeys(text) if character in beyond]

    def subsets(self, characters: Iterable[str]) -> tuple[Subset, ...]:
        """What a batch of these characters needs. Styles name `Print`, then `Print More`."""
        wanted = ALWAYS.union(characters)
        lacked = set().union(*(face.lacks(wanted) for face in self._faces))
        made = [face.subset("Print", wanted - lacked) for face in self._faces]
        if self._fallback and lacked:
            made.append(self._fallback.subset("Print More", lacked - self._fallback.lacks(lacked)))
        return tuple(made)


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
