"""Names: each trick with its reason, and names that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.gate.names import trick, twins

GIT = "会被当成 git 自己的文件夹"
WINDOWS = '含有 Windows 不能用的字符（< > : " | ? * \\，或首尾的空格、末尾的点）'
DEVICE = "是 Windows 保留的设备名"
LETTERS = "含有看不见的字符，或看上去像别的字母的字符（只能用英文字母、数字、汉字和常用符号）"


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["", ".", ".."], "是路径记号"),
        (["a" * 256, "县" * 86], "超过 255 个字节"),
        (["\udcff", "a\udc80.yml"], "不是 UTF-8 编码"),
        ([".git", ".GIT", ".gIt ", ".git. .", "git~1", "GIT~12", ".git::$INDEX_ALLOCATION"], GIT),
        (["a:b", "a|b", "a\\b", "a/b", "a?", "a*", "<a", 'a"', " a", "a ", "a."], WINDOWS),
        (["con", "CON.yml", "nul", "aux.tar.gz", "com1", "LPT9.txt", "prn"], DEVICE),
        (
            [
                "z\u0456gui",
                "\uff41",
                "e\u0301",
                "é",
                "\u200bx",
                "\u202ex",
                "a\nb",
                "a\tb",
                "\x1b[2J",
                "x\x7f",
            ],
            LETTERS,
        ),
    ],
)
def test_a_trick_and_its_reason(names: list[str], reason: str) -> None:
    assert {trick(name) for name in names} == {reason}


@pytest.mark.parametrize(
    "name",
    [
        ".gitattributes",
        ".github",
        "git",
        "gits",
        "zigui.yml",
        "a b.md",
        "填报指南.md",
        "𠮷.md",
        "con1",
        "common",
        "a" * 255,
        "..x",
    ],
)
def test_a_name_that_is_none(name: str) -> None:
    assert trick(name) == ""


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=20))
def test_records_names_are_none(slug: str) -> None:
    assert trick(f"{slug}x.yml") in {"", DEVICE}


def test_twins() -> None:
    assert twins(["a", "A", "b"]) == ["a", "A"]
    assert twins(["straße", "STRASSE"]) == ["straße", "STRASSE"]
    assert twins(["ａ", "a"]) == ["ａ", "a"]
    assert twins(["a", "a"]) == ["a", "a"]
    assert twins(["a", "b"]) == []
