"""Names of files and folders that mean something else on another machine, or to another eye.

Letters are ASCII or Chinese characters: a Cyrillic а reads like a Latin a and is another file. What git takes for
its own folder (`.git`, `GIT~1`, `.git .`), what Windows cannot hold, and controls are refused everywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

LONGEST_NAME = 255  # bytes: what ext4, NTFS and APFS hold
LONGEST_PATH = 200  # characters: Windows stops at 260, and the clone's own folder comes before

_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
_LETTERS = re.compile(
    "[ -~\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002a6df\U0002a700-\U0002ee5f\U00030000-\U0003347f]+"
)
_GITS = re.compile(r"\.git|git~[0-9]+", re.IGNORECASE)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


@lru_cache(4096)
def trick(name: str) -> str:
    """Why a name of a file or folder cannot be used; "" where it can. Bytes that are no UTF-8 come as surrogates."""
    if name in {"", ".", ".."}:
        return "是路径记号"
    if len(name.encode("utf-8", "surrogateescape")) > LONGEST_NAME:
        return f"超过 {LONGEST_NAME} 个字节"
    if any("\udc80" <= character <= "\udcff" for character in name):
        return "不是 UTF-8 编码"
    if _GITS.fullmatch(name.split(":", maxsplit=1)[0].rstrip(" .")):
        return "会被当成 git 自己的文件夹"
    if _FORBIDDEN.search(name) or name.endswith((" ", ".")) or name.startswith(" "):
        return '含有 Windows 不能用的字符（< > : " | ? * \\，或首尾的空格、末尾的点）'
    if _RESERVED.fullmatch(name):
        return "是 Windows 保留的设备名"
    if not _LETTERS.fullmatch(name):
        return "含有看不见的字符，或看上去像别的字母的字符（只能用英文字母、数字、汉字和常用符号）"
    return ""


def twins(names: Iterable[str]) -> list[str]:
    """Names of one folder that some machine or eye takes for another of them: twice, or differing in case or form."""
    names = list(names)
    folded = Counter(map(_fold, names))
    return [name for name in names if folded[_fold(name)] > 1]


def _fold(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
