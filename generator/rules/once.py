"""Work several rules share, done once for the repo at hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Generic, TypeVar
from weakref import ref

from generator.model import Repo

T = TypeVar("T")


class _Memory(Generic[T]):
    """The answer for one repo; gone with it."""

    def __init__(self) -> None:
        self.of: ref[Repo] | None = None
        self.answer: list[T] = []

    def forget(self, gone: ref[Repo]) -> None:
        """Drop the answer of a repo that is gone."""
        if self.of is gone:
            self.of, self.answer = None, []


def once(compute: Callable[[Repo], T]) -> Callable[[Repo], T]:
    """The function, remembering its answer for the last repo asked about."""
    memory: _Memory[T] = _Memory()

    @wraps(compute)
    def remembered(repo: Repo) -> T:
        if memory.of is None or memory.of() is not repo:
            memory.answer = [compute(repo)]
            memory.of = ref(repo, memory.forget)
        return memory.answer[0]

    return remembered
