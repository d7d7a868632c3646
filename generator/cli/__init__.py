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
    except Exception:
        import traceback

        report_bug(traceback.format_exc())
        return BUG
