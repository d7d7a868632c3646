"""Names that can be printed, and those that are refused before a certificate is issued."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from generator.documents.fonts import Face, Fonts, Subset, _installed
from generator.documents.legible import dotted, missing, unprintable
from generator.documents.printing import Batch, Printer
from tests.printed import SITE, named, tool

UNIT = "示例秭归科技有限公司"
INSTALL = "请安装有此字的字体（如 HanaMin、HuayuanSong），用 --font 指明字体文件"
RARE = "䶮㛃𨱏𫖯𬱖𬍛𬭎"
LONGEST = "阿卜杜热合曼·吾布力哈斯木·买买提艾力江·阿布都拉"


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts.installed()


@pytest.mark.parametrize("name", [*RARE, "李", "王示例", LONGEST, "Ana María-Núñez", "额" * 40])
def test_a_name_that_prints(fonts: Fonts, name: str) -> None:
    assert unprintable(name, UNIT, fonts) == ""


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("王\U00020001", f"字体中没有“\U00020001”（U+20001）。{INSTALL}"),
        ("王\U00030000", f"字体中没有“\U00030000”（U+30000）。{INSTALL}"),
        ("\U00030000王\U00020001", f"字体中没有“\U00030000”（U+30000）、“\U00020001”（U+20001）。{INSTALL}"),
        ("王\ue000", "姓名中有自造字 U+E000，换一台机器就是别的字。请改用正式编码的字"),
        ("王\U000f0000", "姓名中有自造字 U+F0000，换一台机器就是别的字。请改用正式编码的字"),
        ("王\u200b一", "姓名中有看不见或不能通用的字符 U+200B，请删去"),
        ("买买提•阿里", "姓名的间隔号写成了“•”（U+2022），应是“·”（U+00B7）"),
        ("⸻" * 16, "姓名有 41.7 个汉字宽，版面最多 40 个"),
    ],
)
def test_a_name_that_is_refused(fonts: Fonts, name: str, reason: str) -> None:
    assert unprintable(name, UNIT, fonts) == reason


def test_a_unit_is_looked_at_too(fonts: Fonts) -> None:
    assert unprintable("王示例", f"{UNIT}\ue001", fonts).startswith("单位中有自造字 U+E001")
    assert unprintable("王示例", "⸻" * 24, fonts) == "单位有 62.5 个汉字宽，版面最多 60 个"
    assert unprintable("王示例", "\U00030000", fonts) == missing("\U00030000", fonts) != ""


def test_middle_dots_become_one() -> None:
    assert dotted("甲•乙‧丙∙丁⋅戊・己･庚·辛") == "甲·乙·丙·丁·戊·己·庚·辛"


class Poor:
    """A face that lacks some characters."""

    def __init__(self, lacked: str) -> None:
        self._face, self._lacked = _installed("Regular", 400), set(lacked)

    def lacks(self, wanted: Iterable[str]) -> set[str]:
        return self._lacked & set(wanted) | self._face.lacks(wanted)

    def advance(self, character: str) -> float:
        return 0.0 if character in self._lacked else self._face.advance(character)

    def subset(self, family: str, wanted: Iterable[str]) -> Subset:
        assert not self._lacked & set(wanted)
        return self._face.subset(family, wanted)


def poor(*more: str) -> Fonts:
    """Fonts that lack 甲乙, and others that lack what is given."""
    return Fonts([Poor("甲乙")], [Poor(lacked) for lacked in more])  # type: ignore[list-item, misc]


def test_several_fonts_help_out_in_their_order() -> None:
    assert unprintable("甲乙丙", UNIT, poor("乙")) == f"字体中没有“乙”（U+4E59）。{INSTALL}"
    assert unprintable("甲乙丙", UNIT, poor("乙", "甲")) == ""
    assert unprintable("甲乙丙", UNIT, poor("甲乙", "甲乙")) != ""
    assert [one.family for one in poor("乙", "甲").subsets("甲乙丙")] == ["Print", "Print 1", "Print 2"]
    assert [one.family for one in poor("甲乙", "").subsets("甲乙丙")] == ["Print", "Print 2"]
    assert poor("乙", "甲").width("甲乙丙") == 3


def test_a_font_from_a_file_is_drawn(tmp_path: Path) -> None:
    """Two files, each with one character that no other has."""
    subsets = [_installed("Regular", 400).subset("x", character) for character in "甲乙"]
    files = [tmp_path / f"{place}.otf" for place in range(2)]
    for file, subset in zip(files, subsets, strict=True):
        file.write_bytes(subset.data)
    more = Fonts([Poor("甲乙"), Poor("甲乙")], [Face(file, 0, 400) for file in files])  # type: ignore[list-item]
    one = named("甲乙丙")
    pdf = Printer(Batch(SITE, more)).pdf(one)
    assert "甲乙丙" in tool("pdftotext", "-raw", "-", "-", read=pdf).splitlines()
    path = tmp_path / "one.pdf"
    path.write_bytes(pdf)
    names = {row.split()[0].partition("+")[2] for row in tool("pdffonts", path).splitlines()[2:]}
    assert {name.removesuffix("-Bold") for name in names} == {"Print", "Print-1", "Print-2"}
