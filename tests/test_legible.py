"""Names that can be printed, and those that are refused before a certificate is issued."""

from __future__ import annotations

import pytest

from generator.documents.fonts import Fonts
from generator.documents.legible import dotted, missing, unprintable

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
