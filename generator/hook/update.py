"""What git tells a hook: one line for each reference a push would move; and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from generator.gate import Verdict
from generator.git import ZEROS
from generator.hook.setting import HEADS, TAGS
from generator.text import inert
from generator.tree import TreeError

LINE = re.compile(r"([0-9a-f]{40}) ([0-9a-f]{40}) (refs/.+)")


@dataclass(frozen=True, slots=True)
class Update:
    """A reference by its full name, and the objects before and after; 40 zeros for none."""

    old: str
    new: str
    ref: str

    @property
    def deletes(self) -> bool:
        """Whether the reference would go."""
        return self.new == ZEROS

    @property
    def fresh(self) -> bool:
        """Whether the reference is new."""
        return self.old == ZEROS

    @property
    def title(self) -> str:
        """What a person calls it, harmless on a terminal."""
        for start, word in ((HEADS, "分支"), (TAGS, "标签")):
            if self.ref.startswith(start):
                return f"{word} {inert(self.ref.removeprefix(start))}"
        return inert(self.ref)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is said of one update: `faults` are sentences that refuse it, `heads` the commits to note as received."""

    update: Update
    faults: tuple[str, ...] = ()
    verdict: Verdict | None = None
    heads: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the push may not come in for this."""
        return bool(self.faults) or (self.verdict is not None and self.verdict.refused)


def updates(raw: bytes) -> Iterator[Update]:
    """The hook's standard input. Raises `TreeError` for what git does not write."""
    # Not by `splitlines`: a name may hold what Python takes for an end of line.
    for line in filter(None, raw.decode("utf-8", "surrogateescape").split("\n")):
        match = LINE.fullmatch(line)
        if match is None:
            raise TreeError(f"钩子收到的不是 git 的写法：{inert(line)[:200]}")
        yield Update(*match.groups())
