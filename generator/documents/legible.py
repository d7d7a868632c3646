"""Whether a name and a unit can be printed letter for letter: asked before issue, and again before print.

What cannot be printed right is refused, never printed otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable

from generator.documents.fonts import Fonts
from generator.rules.identity import DOTS
from generator.text import LOUD

# Ems: what every layout has room for. A Chinese character is one em wide, so these are the most characters.
NAME_WIDTH = 40
UNIT_WIDTH = 60
DOT = "·"
PRIVATE = (range(0xE000, 0xF900), range(0xF0000, 0x110000))
REMEDY = "请安装有此字的字体（如 HanaMin、HuayuanSong），用 --font 指明字体文件"


def dotted(name: str) -> str:
    """The name with each middle dot, however it was typed, as U+00B7: so it enters the roster."""
    return DOTS.sub(DOT, name)


def unprintable(name: str, unit: str, fonts: Fonts) -> str:
    """Why a certificate with these cannot be printed, in Chinese, with code points; empty where it can."""
    return (
        _odd("姓名", name)
        or _odd("单位", unit)
        or _dots(name)
        or missing(f"{name}{unit}", fonts)
        or _wide("姓名", name, fonts, NAME_WIDTH)
        or _wide("单位", unit, fonts, UNIT_WIDTH)
    )


def missing(text: str, fonts: Fonts) -> str:
    """Which characters of a text no font has, and what to do; empty where none is missing."""
    lacking = fonts.lacking(text)
    return f"字体中没有{_named(lacking)}。{REMEDY}" if lacking else ""


def _odd(what: str, text: str) -> str:
    """Code points that mean nothing outside one machine, or that nobody sees."""
    found = dict.fromkeys(LOUD.findall(text))
    private = [one for one in found if any(ord(one) in block for block in PRIVATE)]
    if private:
        points = "、".join(f"U+{ord(one):04X}" for one in private)
        return f"{what}中有自造字 {points}，换一台机器就是别的字。请改用正式编码的字"
    if found:
        points = "、".join(f"U+{ord(one):04X}" for one in found)
        return f"{what}中有看不见或不能通用的字符 {points}，请删去"
    return ""


def _dots(name: str) -> str:
    found = list(dict.fromkeys(DOTS.findall(name)))
    return f"姓名的间隔号写成了{_named(found)}，应是“{DOT}”（U+00B7）" if found else ""


def _wide(what: str, text: str, fonts: Fonts, most: int) -> str:
    wide = fonts.width(text)
    return f"{what}有 {wide:.1f} 个汉字宽，版面最多 {most} 个" if wide > most else ""


def _named(characters: Iterable[str]) -> str:
    return "、".join(f"“{one}”（U+{ord(one):04X}）" for one in characters)
