"""A print that is killed: whatever the moment, no line without its PDF, nothing lost, nothing doubled."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pytest

from generator.documents.certificates import Certificate
from generator.documents.prints import newest, read
from generator.publish import prints as engine
from generator.publish.certificates import Press
from generator.publish.kept import Printing
from generator.publish.ledger import Ledger, mend
from generator.publish.prints import Job, Result, printed
from generator.publish.shelf import NOTES, shelf
from tests.rostered import rostered
from tests.support import ROOT

JOB = Job(year=2022, printed="2022-11-20T09:00:00+08:00", tools="tests")
KILLS = 50


@pytest.fixture(scope="module")
def press() -> Press:
    """Eight certificates: the small repository's four, and four more of the same people."""
    found = Press.of(*rostered(), ROOT / "site", Printing())
    again = [
        replace(one, no=f"ZSCQZY-42-2022-YC-{serial:04}-B", token=f"{one.token[:-2]}zz")
        for serial, one in enumerate(found.printable, 11)
    ]
    eight = (*found.printable, *again)
    return replace(found, every=eight, printable=eight)


PRINTER = "generator.publish.prints.Printer"


class Fake:
    """Draws nothing: a PDF's stand-in, the same for the same certificate."""

    def __init__(self, batch: object) -> None:
        pass

    def pdf(self, one: Certificate) -> bytes:
        return f"PDF of {one.no}: {one.address}\n".encode() * 400


@dataclass(frozen=True)
class Place:
    """A repository's folder to print in."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / "build" / "certificates" / "2022"

    @property
    def ledger(self) -> Path:
        return self.root / "build" / "prints" / "2022.jsonl"

    def print(self, press: Press, job: Job = JOB, processes: int = 1) -> Result:
        mend(self.root)
        with shelf(self.folder, lambda: None) as held:
            return printed(press, job, held, Ledger(self.ledger), Printing(processes=processes))

    def pdfs(self) -> dict[str, str]:
        """Digest by number of what stands in the folder."""
        return {path.stem: sha256(path.read_bytes()).hexdigest() for path in self.folder.glob("*.pdf")}

    def lines(self) -> list[tuple[str, str]]:
        raw = self.ledger.read_bytes() if self.ledger.exists() else b""
        return [(one.no, one.digest) for one in read(raw[: raw.rfind(b"\n") + 1])]

    def holds(self, expected: dict[str, str]) -> None:
        """The promise: every PDF is whole, every line has its PDF, no line stands twice."""
        pdfs, lines = self.pdfs(), self.lines()
        assert pdfs.items() <= expected.items()
        assert dict(lines).items() <= pdfs.items()
        assert len(lines) == len(set(lines))


def killed_child(work: Callable[[], object], kill: Callable[[int], None]) -> bool:
    """Work in a child of ours that `kill` ends; whether it was ended before it was done."""
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0)
    kill(child)
    _, status = os.waitpid(child, 0)
    return status != 0


@pytest.fixture(scope="module")
def expected(press: Press, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The PDFs of a print that nobody disturbed."""
    place = Place(tmp_path_factory.mktemp("undisturbed"))
    assert place.print(press) == Result(made=8, lines=8)
    return place.pdfs()


@pytest.fixture(scope="module")
def long(press: Press, expected: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> float:
    """Seconds that a print takes which nobody disturbs, on this machine today."""
    begun = time.monotonic()
    Place(tmp_path_factory.mktemp("timed")).print(press)
    return time.monotonic() - begun


def test_fifty_kills_lose_nothing_and_double_nothing(
    press: Press, expected: dict[str, str], long: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BATCH", 2)
    chance = random.Random(2022)
    kills = rounds = partial = 0
    while kills < KILLS:
        place = Place(tmp_path / str(rounds))
        rounds += 1
        while kills < KILLS and len(place.lines()) < len(expected):
            processes = chance.choice((1, 1, 2))
            begun, moment = time.monotonic(), chance.uniform(0.0, 0.8 * long)

            def kill(child: int, until: float = begun + moment) -> None:
                time.sleep(max(0.0, until - time.monotonic()))
                os.kill(child, signal.SIGKILL)

            kills += killed_child(lambda: place.print(press, processes=processes), kill)  # noqa: B023
            place.holds(expected)
            partial += 0 < len(place.lines()) < len(expected)
        place.print(press)
        assert place.pdfs() == expected
        assert sorted(place.lines()) == sorted(expected.items())
        assert place.print(press) == Result(there=8)
    assert partial > KILLS / 10


STEPS = ("write", "fsync", "pwrite", "ftruncate", "unlink", "replace", "open", "close", "fdopen")


def stepwise(monkeypatch: pytest.MonkeyPatch, last: int) -> None:
    """Let the process die right before its `last`-th call to the system."""
    count = iter(range(last))

    def counted(step: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            if next(count, None) is None:
                os._exit(9)
            return step(*arguments, **options)

        return call

    for name in STEPS:
        monkeypatch.setattr(os, name, counted(getattr(os, name)))


def test_death_before_every_single_step_loses_nothing(
    press: Press, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BATCH", 2)
    monkeypatch.setattr(PRINTER, Fake)
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    press = replace(press, every=press.every[:5], printable=press.every[:5])
    whole = Place(tmp_path / "whole")
    whole.print(press)
    step, died = 0, True
    while died:
        place = Place(tmp_path / str(step))

        def work() -> None:
            stepwise(monkeypatch, step)  # noqa: B023
            place.print(press)  # noqa: B023

        died = killed_child(work, lambda child: None)
        place.holds(whole.pdfs())
        place.print(press)
        assert place.pdfs() == whole.pdfs()
        assert sorted(place.lines()) == sorted(whole.pdfs().items())
        step += 1
    assert step > 40


def test_a_pdf_is_on_the_disk_before_its_name_and_its_name_before_its_line(
    press: Press, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BATCH", 3)
    monkeypatch.setattr(PRINTER, Fake)
    said: list[str] = []

    def told(name: str, step: Callable[..., object]) -> Callable[..., object]:
        def call(handle: int, *more: object) -> object:
            path = Path(f"/proc/self/fd/{handle}").readlink()
            said.append(f"{name} {path.suffix or path.name}")
            return step(handle, *more)

        return call

    for name in ("write", "fsync", "pwrite"):
        monkeypatch.setattr(os, name, told(name, getattr(os, name)))
    move = Path.replace

    def named(path: Path, to: Path) -> Path:
        said.append(f"name {to.suffix}")
        return move(path, to)

    monkeypatch.setattr(Path, "replace", named)
    Place(tmp_path).print(press, replace(JOB, only=frozenset(one.no for one in press.every[:3])))
    one = ["write .jsonl", "fsync .half", "name .pdf"]
    assert said == [*one, *one, *one, "fsync .jsonl", "fsync 2022", "pwrite .jsonl", "fsync .jsonl"]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(PRINTER, Fake)
    return Place(tmp_path)


def test_what_is_there_and_unchanged_is_not_printed_again(press: Press, place: Place) -> None:
    assert place.print(press) == Result(made=8, lines=8)
    before = place.ledger.read_bytes()
    assert place.print(press) == Result(there=8)
    assert place.print(press, replace(JOB, again=True)) == Result(made=8)
    assert place.ledger.read_bytes() == before


def test_what_was_lost_or_spoilt_is_printed_again_without_a_new_line(press: Press, place: Place) -> None:
    place.print(press)
    pdfs, lines = place.pdfs(), place.lines()
    first, second, third = (place.folder / f"{one.no}.pdf" for one in press.every[:3])
    first.unlink()
    second.write_bytes(second.read_bytes()[:-1])
    third.write_bytes(first.with_name(f"{press.every[3].no}.pdf").read_bytes())
    assert place.print(press) == Result(made=3, there=5)
    assert (place.pdfs(), place.lines()) == (pdfs, lines)


def test_what_changed_is_printed_and_added(press: Press, place: Place) -> None:
    place.print(press)
    first, *rest = press.every
    other = (replace(first, base_url="https://elsewhere.example/"), *rest)
    changed = replace(press, every=other, printable=other)
    assert place.print(changed) == Result(made=1, there=7, lines=1)
    assert [no for no, _ in place.lines()].count(first.no) == 2
    assert dict(place.lines()) == place.pdfs()


def test_a_ledger_that_was_lost_is_written_from_the_notes(press: Press, place: Place) -> None:
    place.print(press)
    before = place.ledger.read_bytes()
    place.ledger.unlink()
    assert place.print(press, replace(JOB, printed="2022-12-01T09:00:00+08:00")) == Result(there=8, lines=8)
    assert place.ledger.read_bytes() == before


def test_without_notes_all_is_printed_again_and_nothing_doubled(press: Press, place: Place) -> None:
    place.print(press)
    (place.folder / NOTES).unlink()
    assert place.print(press) == Result(made=8)
    assert len(place.lines()) == 8


@pytest.mark.parametrize("processes", [1, 2])
def test_one_bad_entry_stops_no_other_and_is_told(
    press: Press, place: Place, monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    bad = press.every[2].no

    class Failing(Fake):
        def pdf(self, one: Certificate) -> bytes:
            if one.no == bad:
                raise RuntimeError("WeasyPrint: no such thing")
            return super().pdf(one)

    monkeypatch.setattr(PRINTER, Failing)
    result = place.print(press, processes=processes)
    assert (result.made, result.lines) == (7, 7)
    assert bad not in place.pdfs()
    (sentence,) = result.refused
    assert sentence.startswith(f"证书 {bad} 没有印成：排版时出错（RuntimeError：WeasyPrint: no such thing）")


def test_parts_leave_nothing_out_and_share_nothing(press: Press) -> None:
    for parts in (1, 2, 3, 4, 9):
        cut = [engine.wanted(press, replace(JOB, part=part, parts=parts)) for part in range(1, parts + 1)]
        assert sorted(one.no for part in cut for one in part) == sorted(one.no for one in press.every)
        assert max(map(len, cut)) - min(map(len, cut)) <= 1
    only = frozenset({press.every[5].no})
    assert [
        bool(engine.wanted(press, replace(JOB, part=part, parts=4, only=only))) for part in (1, 2, 3, 4)
    ] == [False, True, False, False]


def test_progress_counts_to_the_end(press: Press, place: Place) -> None:
    said: list[tuple[int, int]] = []
    with shelf(place.folder, lambda: None) as held:
        printed(
            press,
            JOB,
            held,
            Ledger(place.ledger),
            Printing(progress=lambda *now: said.append(now), processes=1),
        )
    assert said == [(done, 8) for done in range(1, 9)]
    assert newest(Ledger(place.ledger).prints()).keys() == {one.no for one in press.every}
