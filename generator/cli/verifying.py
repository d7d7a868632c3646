"""`siwu verify`: what the verification page answers, without a network."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.cli.at_hand import Hand, read_whole
from generator.cli.terminal import CLEAN, FOUND, USAGE, UsageError, complain, say

if TYPE_CHECKING:
    from generator.validity.answer import Answer

ABOUT = "核验一张证书：PDF 文件、二维码里的网址或证书编号；不联网"
# Bytes of a certificate.
LARGEST = 16 * 2**20
PDF = b"%PDF-"
ADDRESS = re.compile(r"(https?://.{1,200}?)/(?:c/([0-9a-z]{1,80})/?|verify/?)")
# A longer argument is no file's name.
LONGEST_NAME = 1000
COMPARE = "下面是颁发单位签名的内容。请与手中的证书逐项核对，有一处不同，手中的就不是这张证书。"
# The columns of an answer's names.
SAID = (("姓名", "name"), ("单位", "unit"), ("日期", "day"), ("班次", "class_id"), ("版式", "layout"))


def add(made: Any, day: Any) -> None:
    """The options of `siwu verify`."""
    made.add_argument(
        "what", metavar="证书", help="PDF 文件、二维码里的网址（或其中 # 后面的内容），或证书编号"
    )
    made.add_argument(
        "--status",
        metavar="文件",
        help="按下载的状态清单（网站上的 verify/status.jwt）核验，默认按本仓库的名册",
    )
    made.add_argument(
        "--keys",
        metavar="文件",
        help="按下载的公布密钥（网站上的 verify/keys.json）核验，默认按本仓库的 data/keys.yml",
    )
    made.add_argument("--at", type=day, metavar="日期", help="按这一天结束时核验（默认现在）")


def verify(options: argparse.Namespace) -> int:
    """`siwu verify`."""
    from generator.text import inert
    from generator.validity.answer import Word

    answer, source = _answer(options)
    say("".join(f"{inert(line)}\n" for line in (*_told(answer), source)))
    if answer.genuine:
        return CLEAN
    return USAGE if answer.word is Word.UNCHECKED else FOUND


def _answer(options: argparse.Namespace) -> tuple[Answer, str]:
    """The answer, and what it rests on."""
    from generator.validity.asking import by_number

    what = options.what
    if len(what) < LONGEST_NAME and Path(what).is_file():
        raw = read_whole(what, LARGEST)
        if raw.startswith(PDF):
            hand = Hand(options)
            return _of_pdf(raw, hand), hand.source
        if what.lower().endswith(".pdf"):
            raise UsageError(f"文件 {what} 不是 PDF，请选证书的 PDF 文件")
        what = raw[:LARGEST].decode("utf-8", "replace").strip()
    elif what.lower().endswith(".pdf"):
        raise UsageError(f"没有文件 {what}")
    elif not {".", "#", "/"} & set(what):
        hand = Hand(options)
        return by_number(what, hand.asked), hand.source
    return _of_text(what, options)


def _of_text(what: str, options: argparse.Namespace) -> tuple[Answer, str]:
    """The answer for an address, or what stands behind its `#`."""
    from generator.validity.asking import by_text

    before, mark, behind = what.partition("#")
    found = ADDRESS.fullmatch(before) if mark else None
    hand = Hand(options, found[1] if found else None)
    answer = by_text(behind if mark else what, hand.asked, (found[2] if found else "") or "")
    ours = hand.home
    if found and ours and found[1] != ours.rstrip("/"):
        complain(f"这个网址不是本网站的（{ours}），请不要相信它打开的网页；下面只核验网址 # 后面的内容。")
    return answer, hand.source


def _of_pdf(raw: bytes, hand: Hand) -> Answer:
    """The answer for a PDF. Only one of those we printed is looked into: what others made is not parsed."""
    from generator.validity.answer import Answer, Reason, Word
    from generator.validity.asking import by_file
    from generator.validity.attachment import attached

    prints, digest = hand.prints, sha256(raw).hexdigest()
    if prints is None:
        return Answer(word=Word.UNCHECKED, reason=Reason.PRINTS_MISSING)
    if digest not in prints:
        return Answer(word=Word.NOT_FOUND, reason=Reason.PRINT_UNKNOWN)
    return by_file(digest, attached(raw), {(prints[digest], digest)}, hand.asked)


def _told(answer: Answer) -> Iterator[str]:
    """The answer line by line. What is signed is told; but nothing of a person who asked not to be published."""
    from generator.validity.answer import Reason, Word

    yield str(answer.word)
    yield f"{answer.reason.value}。"
    if answer.reason is Reason.CHECKED:
        yield COMPARE
    if answer.no:
        yield f"编号：{answer.no}"
    if answer.successor:
        yield f"新编号：{answer.successor}"
    if answer.payload is None or answer.word is Word.WITHDRAWN:
        return
    for name, field in SAID:
        yield f"{name}：{getattr(answer.payload, field)}"


COMMANDS = {"verify": verify}
