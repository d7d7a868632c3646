"""What commands say on the terminal, and how they end."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable

COMMAND = re.compile(r"^\s*::|##\[")
CLEAN, FOUND, USAGE, BUG, INTERRUPTED = 0, 1, 2, 3, 130


class UsageError(Exception):
    """Wrong usage or environment, in Chinese; exit code 2."""


def say(text: str) -> None:
    """Write to standard output. A reader who has gone (`siwu check | head`) changes no exit code."""
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        hush()


def hush() -> None:
    """Nobody reads standard output any more: what is still to come, the last flush too, goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(message: str) -> None:
    """One sentence on standard error."""
    print(_tame(f"siwu：{message}"), file=sys.stderr)


def _tame(line: str) -> str:
    """A line that is only shown: GitHub's log takes `::` at a line's start, and `##[` anywhere, for commands."""
    from generator.text import inert

    return COMMAND.sub(lambda match: match[0].replace(":", "：").replace("#", "＃"), inert(line))


def report_bug(trace: str) -> None:
    """The traceback, and what to do with it."""
    for line in trace.splitlines():
        print(_tame(line), file=sys.stderr)
    print(
        f"siwu 自身出错了（版本 {release()}，Python {sys.version.split()[0]}）。这是程序的问题，不是您的操作有误；"
        "记录没有写坏。请把以上文字连同所用命令报告给维护人员。",
        file=sys.stderr,
    )


def release() -> str:
    """The installed version."""
    from importlib.metadata import version

    return version("siwu")


def progress() -> Callable[[int, int], None] | None:
    """A counter on the terminal; nothing in CI or a pipe."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        end = "\r\x1b[K" if done >= total else ""
        sys.stderr.write(f"\r{done}/{total}{end}")
        sys.stderr.flush()

    return show
