"""The command line as tests use it: in a process of its own, or here."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from generator.cli import main

SIWU = [sys.executable, "-c", "import sys; from generator.cli import main; sys.exit(main())"]


class Said(NamedTuple):
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        """Both, one after the other."""
        return self.out + self.err


Run = Callable[..., Said]


def ended(*arguments: str | Path) -> int:
    """Run `siwu` with these arguments in this process; its exit code."""
    try:
        return main([str(argument) for argument in arguments])
    except SystemExit as end:
        return int(end.code or 0)
