"""The small repository with a class whose certificates are still to be issued, and what issues them in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

import pytest

from generator.check import Outcome, check
from generator.issue import written
from generator.issue.awards import Awards, awards, class_record, site_of, statistics
from generator.issue.changes import Change
from generator.issue.entries import Press
from generator.issue.judgement import Overlaid, in_the_way
from generator.issue.ledger import Ledger, numbers
from generator.issue.passes import waiting
from generator.issue.refusal import IssueError
from generator.model import Repo
from generator.signature.keys import read_private
from generator.validity.badges import award
from tests.support import ISSUER_KEY, ROSTER, MemoryTree, base, edit, identity, read, records, schemas, write

CLASS = "kaohe-yichang-1"
RECORD = f"data/sealed/2022/{CLASS}.yml.age"
STATISTICS = "data/statistics/2022.yml"
DAY = date(2022, 7, 1)
KEY = read_private(ISSUER_KEY.read_bytes())
Edits = Mapping[str, Any]


@dataclass
class Counting:
    """Tokens and salts one after another."""

    at: Iterator[int] = field(default_factory=count)

    def token(self) -> str:
        return f"{next(self.at):020}"

    def salt(self) -> str:
        return f"{next(self.at):032x}"


def candidates(edits: Edits) -> Any:
    """The class's record as plain data, changed."""
    return edit(deepcopy(records()[RECORD]), edits)


def unissued(edits: Edits | None = None) -> dict[str, bytes]:
    """The base's files before anything was issued; `edits` change the class's record."""
    files = {path: raw for path, raw in base().items() if path not in {ROSTER, STATISTICS}}
    return {**files, RECORD: write(RECORD, candidates(edits))} if edits else files


def examined(files: Mapping[str, bytes], sealed_too: bool = True) -> Outcome:
    """The check of these files."""
    return check(MemoryTree(files), schemas=schemas(), identities=opened(sealed_too))


def opened(sealed_too: object) -> list[Any]:
    """The identity, where sealed records are to be opened: only `siwu issue` does."""
    return [identity()] if sealed_too else []


def repo(files: Mapping[str, bytes]) -> Repo:
    """These files as records."""
    found = examined(files).repo
    assert found is not None
    return found


def press(found: Repo, year: int = 2022, day: date = DAY, chance: Any = None, base_url: str = "") -> Press:
    """What certificates are made with."""
    ledger, site = Ledger.of(found), site_of(found, 2022, CLASS)
    return Press(
        key=KEY,
        day=day,
        layout="v1",
        base_url=base_url or found.dataset.base_url,
        numbers=numbers("ZSCQZY", year, site, ledger.serial(year, site)),
        taken=set(ledger.tokens),
        chance=chance or Counting(count(10**6 * len(list(ledger.events)))),
        award=award(found, year),
    )


def readable(_name: str, _unit: str) -> str:
    """Whatever the name, it can be printed."""
    return ""


def awarded(found: Repo, named: tuple[str, ...] = (), **more: Any) -> Awards:
    """What issuing the class would write."""
    record = class_record(found, 2022, CLASS)
    legible = more.pop("legible", readable)
    new = waiting(found, record).new(named)
    return awards(found, Ledger.of(found), record, new, press(found, **more), legible)


def after(found: Repo, made: Awards | Change) -> dict[str, bytes]:
    """The files a run writes."""
    files = written.rosters(Ledger.of(found), made.ledger, schemas())
    if isinstance(made, Awards):
        source = found.sources.get(STATISTICS)
        counts = statistics(source.data if source else None, 2022, CLASS, made.counts)
        files.append(written.statistics(2022, counts, schemas()))
    return dict(files)


def issued(files: Mapping[str, bytes], named: tuple[str, ...] = (), **more: Any) -> dict[str, bytes]:
    """The files after `siwu issue`, held to the judgement it is held to."""
    found = repo(files)
    return judged(files, after(found, awarded(found, named, **more)), RECORD)


def judged(files: Mapping[str, bytes], new: Mapping[str, bytes], record: str = "") -> dict[str, bytes]:
    """The files after a run; nothing in them may be refused."""
    before = examined(files, bool(record))
    over = check(Overlaid(MemoryTree(files), new), schemas=schemas(), identities=opened(record))
    wrong = in_the_way(before, over, record)
    assert not wrong, [f"{one.code} {one.message}" for one in wrong]
    return {**files, **new}


def events(files: Mapping[str, bytes], path: str = ROSTER) -> list[dict[str, Any]]:
    """The roster's events."""
    found: list[dict[str, Any]] = read(path, files[path])["events"]
    return found


def refused(match: str) -> AbstractContextManager[Any]:
    """Nothing is written, for this reason."""
    return pytest.raises(IssueError, match=match)
