"""Why nothing is written."""

from __future__ import annotations

from collections.abc import Iterable


class IssueError(Exception):
    """Nothing is written: sentences in Chinese that name a number and a field, never a person's data."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def refuse(sentences: Iterable[str]) -> None:
    """Raise where there is anything to say."""
    said = tuple(sentences)
    if said:
        raise IssueError(*said)
