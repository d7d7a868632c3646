"""The command line: what every command shares. Everything a person reads is Chinese; nothing heavy loads early."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from generator.cli.commands import COMMANDS
from generator.cli.parser import parser
from generator.cli.terminal import BUG, INTERRUPTED, USAGE, UsageError, complain, hush, report_bug

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit codes: 0 clean, 1 problems found, 2 wrong usage or environment, 3 a bug, 130 Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a rare character shows its number instead of ending the command.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        hush()
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _run(arguments: Sequence[str] | None) -> int:
    options = parser().parse_args(arguments)
    from generator.tree import TreeError

    try:
        return COMMANDS[options.command](options)
    except (UsageError, TreeError) as error:
        complain(str(error))
        return USAGE
    except BrokenPipeError:
        raise
    except Exception as error:
        return _unforeseen(error)


def _unforeseen(error: Exception) -> int:
    """A disk that is full is no bug of ours; everything else is."""
    from generator.system import MENDABLE, why

    if isinstance(error, OSError) and error.errno in MENDABLE:
        complain(
            f"{why(error)}：{error.filename or '系统没有说是哪个文件'}。没有做完；解决以后再运行同一条命令"
        )
        return USAGE
    import traceback

    report_bug(traceback.format_exc())
    return BUG
