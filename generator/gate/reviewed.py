"""What a review says, as plain data: it stands in JSON as it is, and Markdown and terminal text are made from it alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

VERSION = 1
PASSES, FAILS, DOUBTFUL, APART = "✓", "✗", "⚠", "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One finding. `severity` is error, warning or notice; `line` and `column` are 0 where there is no place in it."""

    code: str
    title: str
    severity: str
    path: str
    name: str
    line: int
    column: int
    message: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A touched path, what was done to it (新增, 修改, 删去) and what a person calls it ("" for no record)."""

    path: str
    action: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What changed in one record, a sentence each; `more` were left out. `whole`: the record itself came or went."""

    path: str
    name: str
    whole: bool
    sentences: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A plan beside the same county's of an earlier year; `year` is 0 where there is none.

    `totals` are the year's sums where they differ, `sentences` the rest; `more` were left out.
    """

    path: str
    name: str
    year: int
    totals: tuple[str, ...]
    sentences: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One rule of the checklist: ✓ passes, ✗ error, ⚠ warning, — not applicable or not judged; `places` where not ✓."""

    code: str
    title: str
    mark: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Rules of the checklist that belong together."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """A county's plan of the push: its sums (-1 where it cannot be read; `budget` in yuan) and what was found."""

    name: str
    year: int
    path: str
    classes: int
    people: int
    budget: int
    errors: int
    warnings: int

    @property
    def ready(self) -> bool:
        """Whether nothing in the plan itself stands in the way of filing it."""
        return not self.errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a record of the push is due (`day`, ISO). `left` days are left, negative once past.

    `no` is the number of its first filing: an amendment is never late.
    """

    name: str
    day: str
    left: int
    no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Everything a clerk and a reviewer are told of one push."""

    version: int
    refused: bool
    sentence: str
    who: str
    user: str
    old: str
    new: str
    as_of: str
    base_url: str
    files: tuple[File, ...]
    more_files: int
    blocking: tuple[Note, ...]
    more_blocking: int
    others: tuple[Note, ...]
    more_others: int
    known: tuple[Note, ...]
    more_known: int
    changes: tuple[Changed, ...]
    more_changes: int
    earlier: tuple[Earlier, ...]
    checklist: tuple[Topic, ...]
    counties: tuple[County, ...]
    dues: tuple[Due, ...]
    returning: str

    @property
    def errors(self) -> int:
        """Blocking findings, the ones left out too."""
        return len(self.blocking) + self.more_blocking

    @property
    def ready(self) -> int:
        """How many counties' plans are ready."""
        return sum(county.ready for county in self.counties)

    def sent_back(self, text: str) -> Review:
        """The same with the text that sends it back."""
        return replace(self, returning=text)

    def rule(self, code: str) -> str:
        """The address of a rule's explanation on the site."""
        return f"{self.base_url}rules/#{code.lower()}" if self.base_url else ""
