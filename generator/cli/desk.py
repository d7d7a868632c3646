"""What the commands of the sealed tier work on, and how they end. No message holds a word of what is sealed."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from generator.cli.clock import today
from generator.cli.repository import identities_of, root_of, schemas_of
from generator.cli.terminal import FOUND, UsageError, say

if TYPE_CHECKING:
    from generator.schema import Schemas
    from generator.tree import Tree
    from generator.vault.holders import Holders

HISTORY = "以前的密文还在 git 历史里，原来的收件人仍能打开。"


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """The repository at hand, its records and schemas, the identities given, and today."""

    root: Path
    tree: Tree
    schemas: Schemas
    identities: Sequence[Any]
    today: date

    def holders(self) -> Holders:
        """Who may open what."""
        from generator.vault.holders import read_holders

        return read_holders(self.tree, self.schemas)


Command = Callable[[argparse.Namespace], int]


def desk(options: argparse.Namespace) -> Desk:
    """The desk of a command's options."""
    from generator.tree import Directory

    tree = Directory(root_of(options))
    opened = identities_of(options) if hasattr(options, "identity") else ()
    return Desk(root=tree.root, tree=tree, schemas=schemas_of(options), identities=opened, today=today())


def discreet(command: Callable[[argparse.Namespace, Desk], int]) -> Command:
    """Refusals in words; a bug as its place and kind only, since its text may hold what was sealed."""

    @wraps(command)
    def run(options: argparse.Namespace) -> int:
        from generator.report import line
        from generator.tree import TreeError
        from generator.vault.folders import VaultError
        from generator.vault.holders import RefusedError

        _no_core_dump()
        try:
            with _orderly_end():
                return command(options, desk(options))
        except RefusedError as refused:
            say("".join(f"{line(problem)}\n" for problem in refused.problems))
            return FOUND
        except VaultError as error:
            raise UsageError(str(error)) from None
        except (UsageError, TreeError, BrokenPipeError):
            raise
        except Exception as error:
            bug = RuntimeError(f"{type(error).__name__}（内容不显示）")
            raise bug.with_traceback(error.__traceback__) from None

    return run


def _no_core_dump() -> None:
    """A process that dies leaves no image of its memory in the folder it was run in: that may be the repository."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))


@contextmanager
def _orderly_end() -> Iterator[None]:
    """A process told to end, or whose terminal closed, clears away what is half written first."""
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, _end) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _end(number: int, _: object) -> NoReturn:
    sys.exit(128 + number)
