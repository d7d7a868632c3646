"""The print ledger as data and on disk: whole lines only, added once, in whatever order shards come together."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.documents.prints import Print, collected, line, made, newest, public_json, read, told
from generator.publish.ledger import Ledger, LedgerError, ledger_path, mend
from generator.publish.shelf import Note, Shelf, ShelfError, shelf

NUMBERS = ("ZSCQZY-42-2022-YC-0001-B", "ZSCQZY-42-2022-YC-0002-9", "ZSCQZY-42-2022-YC-0003-7")


def one(no: str = NUMBERS[0], digest: str = "a", hour: int = 9) -> Print:
    printed = f"2022-07-05T{hour:02}:00:00+08:00"
    return Print(no=no, layout="v1", digest=digest * 64, printed=printed, tools="weasyprint 70")


PRINTS = st.builds(one, st.sampled_from(NUMBERS), st.sampled_from("abcd"), st.integers(0, 23))


def test_a_line_is_canonical_and_read_back() -> None:
    raw = line(one())
    digest = "a" * 64
    assert (
        raw
        == (
            f'{{"digest":"{digest}","layout":"v1","no":"{NUMBERS[0]}",'
            '"printed":"2022-07-05T09:00:00+08:00","tools":"weasyprint 70"}\n'
        ).encode()
    )
    assert read(raw + line(one(NUMBERS[1]))) == [one(), one(NUMBERS[1])]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("no", "../../etc/passwd"),
        ("no", "ZSCQZY-42-2022-YC-0001-B/../x"),
        ("no", f"{NUMBERS[0]}\n"),
        ("layout", "../v1"),
        ("digest", "A" * 64),
        ("digest", "a" * 63),
        ("printed", "2022-07-05T09:00:00Z"),
        ("printed", "2022-13-05T09:00:00+08:00"),
        ("tools", "x" * 121),
        ("tools", 7),
    ],
)
def test_what_is_no_print_is_refused(field: str, value: object) -> None:
    fields = json.loads(line(one())) | {field: value}
    with pytest.raises(ValueError):
        made(fields)
    with pytest.raises(ValueError, match="第 2 行不是打印记录"):
        read(line(one(NUMBERS[1])) + json.dumps(fields).encode() + b"\n")


@pytest.mark.parametrize("raw", [b"[]\n", b"7\n", b"{}\n", b"\xff\n", b"[" * 20_000 + b"\n", b"\n"])
def test_what_is_no_line_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="第 1 行"):
        read(raw)


@given(st.lists(PRINTS), st.lists(PRINTS), st.randoms())
def test_collecting_is_order_free_idempotent_and_loses_no_pdf(
    have: list[Print], more: list[Print], random: object
) -> None:
    shuffled = [*more, *more[: len(more) // 2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    new = collected(have, more)
    assert collected(have, shuffled) == new
    assert collected([*have, *new], shuffled) == []
    there = {(print_.no, print_.digest) for print_ in (*have, *more)}
    assert {(print_.no, print_.digest) for print_ in (*have, *new)} == there
    assert len(new) == len({(print_.no, print_.digest) for print_ in new})
    assert [print_.printed for print_ in new] == sorted(print_.printed for print_ in new)


@given(st.lists(st.lists(PRINTS), max_size=4))
def test_shards_one_after_the_other_or_at_once_hold_the_same_pdfs(shards: list[list[Print]]) -> None:
    every = [print_ for shard in shards for print_ in shard]
    ledger: list[Print] = []
    for shard in shards:
        ledger += collected(ledger, shard)
    assert {(print_.no, print_.digest) for print_ in ledger} == {
        (print_.no, print_.digest) for print_ in collected([], every)
    }


def test_a_page_tells_each_pdf_once_and_the_newest_last() -> None:
    ledger = [one(digest="b", hour=10), one(digest="a", hour=9), one(digest="b", hour=12)]
    beside = one(digest="c", hour=11)
    shown = told(ledger, beside)
    assert [(print_.digest[0], print_.printed[11:13]) for print_ in shown] == [
        ("a", "09"),
        ("c", "11"),
        ("b", "12"),
    ]
    assert told(ledger, one(digest="a", hour=23)) == told(ledger, None)
    assert {print_.tools for print_ in shown} == {""}
    assert json.loads(public_json(NUMBERS[0], shown)) == {
        "no": NUMBERS[0],
        "prints": [
            {"sha256": "a" * 64, "layout": "v1", "printed": "2022-07-05T09:00:00+08:00"},
            {"sha256": "c" * 64, "layout": "v1", "printed": "2022-07-05T11:00:00+08:00"},
            {"sha256": "b" * 64, "layout": "v1", "printed": "2022-07-05T12:00:00+08:00"},
        ],
    }


def test_a_ledger_adds_what_is_not_its_newest_line(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "data" / "prints" / "2022.jsonl")
    assert ledger.prints() == []
    assert not ledger.path.exists()
    assert ledger.add([one(), one(NUMBERS[1])]) == 2
    assert ledger.add([one(hour=10)]) == 0
    assert ledger.add([one(digest="b"), one(digest="b")][:1]) == 1
    assert ledger.add([one(hour=11)]) == 1
    lines = [one(), one(NUMBERS[1]), one(digest="b"), one(hour=11)]
    assert read(ledger.path.read_bytes()) == ledger.prints() == lines
    assert newest(lines)[NUMBERS[0]] == one(hour=11)


def test_two_who_hold_one_ledger_see_each_others_lines(tmp_path: Path) -> None:
    first, second = Ledger(tmp_path / "2022.jsonl"), Ledger(tmp_path / "2022.jsonl")
    first.add([one()])
    assert second.add([one(hour=10), one(NUMBERS[1])]) == 1
    assert first.add([one(NUMBERS[1], hour=11)]) == 0
    assert first.prints() == second.prints() == [one(), one(NUMBERS[1])]


def _add_many(path: Path, prints: Sequence[Print]) -> None:
    ledger = Ledger(path)
    for print_ in prints:
        ledger.add([print_])


def test_lines_of_many_processes_are_whole_and_none_is_doubled(tmp_path: Path) -> None:
    path = tmp_path / "2022.jsonl"
    numbers = [f"ZSCQZY-42-2022-YC-{serial:04}-B" for serial in range(40)]
    prints = [one(no, "abcdef0123456789"[index % 16]) for index, no in enumerate(numbers)]
    fork = get_context("fork")
    others = [fork.Process(target=_add_many, args=(path, prints[start:])) for start in (0, 10, 20)]
    for other in others:
        other.start()
    for other in others:
        other.join()
    assert sorted(read(path.read_bytes()), key=lambda print_: print_.no) == prints


def test_half_a_line_is_cut_off_before_anything_reads_the_ledger(tmp_path: Path) -> None:
    demo, real = (ledger_path(tmp_path, 2022, demo=demo) for demo in (True, False))
    for path in (demo, real):
        path.parent.mkdir(parents=True)
        path.write_bytes(line(one()) + line(one(NUMBERS[1]))[:-7])
    mend(tmp_path)
    assert demo.read_bytes() == real.read_bytes() == line(one())
    assert [path.relative_to(tmp_path).as_posix() for path in (demo, real)] == [
        "build/prints/2022.jsonl",
        "data/prints/2022.jsonl",
    ]


def test_a_ledger_that_cannot_be_written_says_so_and_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(tmp_path / "2022.jsonl")
    ledger.add([one()])
    write = os.pwrite

    def full(handle: int, raw: bytes, at: int) -> int:
        write(handle, raw[:20], at)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.pwrite", full)
        with pytest.raises(LedgerError, match="写不了"):
            ledger.add([one(NUMBERS[1])])
    assert ledger.path.read_bytes() == line(one())
    assert ledger.add([one(NUMBERS[1])]) == 1
    ledger.path.write_bytes(b"")
    with pytest.raises(LedgerError, match="被改短了"):
        ledger.add([one(NUMBERS[2])])


def test_a_ledger_is_no_way_to_another_file(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"half a line")
    (tmp_path / "build" / "prints").mkdir(parents=True)
    path = ledger_path(tmp_path, 2022, demo=True)
    path.symlink_to(other)
    mend(tmp_path)
    with pytest.raises(LedgerError, match="打不开"):
        Ledger(path).add([one()])
    assert other.read_bytes() == b"half a line"


def note(print_: Print, content: str = "said") -> Note:
    return Note(printed=print_, content=content, seal="")


def pdf_of(raw: bytes) -> Print:
    return replace(one(), digest=sha256(raw).hexdigest())


def never() -> None:
    raise AssertionError("nobody else prints")


def test_a_folder_knows_its_pdfs_by_their_bytes(tmp_path: Path) -> None:
    first, second = note(pdf_of(b"first")), note(pdf_of(b"second"))
    with shelf(tmp_path / "2022", never) as held:
        held.put(first, b"first")
        assert held.note(NUMBERS[0]) == first
        held.put(second, b"second")
        held.settle()
        assert held.note(NUMBERS[0]) == second
    (tmp_path / "2022" / f"{NUMBERS[0]}.pdf").write_bytes(b"first")
    assert Shelf(tmp_path / "2022").note(NUMBERS[0]) == first
    (tmp_path / "2022" / f"{NUMBERS[0]}.pdf").write_bytes(b"somebody's")
    assert Shelf(tmp_path / "2022").note(NUMBERS[0]) is None
    assert Shelf(tmp_path / "2022").note(NUMBERS[1]) is None


def test_the_same_pdf_is_not_written_again_but_its_new_content_is_noted(tmp_path: Path) -> None:
    with shelf(tmp_path, never) as held:
        held.put(note(pdf_of(b"same"), "before"), b"same")
        inode = (tmp_path / f"{NUMBERS[0]}.pdf").stat().st_ino
        held.put(note(pdf_of(b"same"), "after"), b"same")
    assert (tmp_path / f"{NUMBERS[0]}.pdf").stat().st_ino == inode
    found = Shelf(tmp_path).note(NUMBERS[0])
    assert found is not None
    assert found.content == "after"


def test_what_is_half_or_hostile_in_a_folder_counts_for_nothing(tmp_path: Path) -> None:
    with shelf(tmp_path, never) as held:
        held.put(note(pdf_of(b"pdf")), b"pdf")
    notes = tmp_path / "printed.jsonl"
    whole = notes.read_bytes()
    notes.write_bytes(b'[1]\n{"no":7}\n\xff\n' + b"[" * 20_000 + b"\n" + whole + whole[:40])
    (tmp_path / "x.half").write_bytes(b"half")
    assert Shelf(tmp_path).note(NUMBERS[0]) is not None
    with shelf(tmp_path, never) as held:
        held.put(note(pdf_of(b"other")), b"other")
    assert not (tmp_path / "x.half").exists()
    found = Shelf(tmp_path).note(NUMBERS[0])
    assert found == note(pdf_of(b"other"))
    (tmp_path / f"{NUMBERS[1]}.pdf").symlink_to(notes)
    assert Shelf(tmp_path).pdf(NUMBERS[1]) is None
    with (tmp_path / f"{NUMBERS[2]}.pdf").open("wb") as file:
        file.truncate(17 * 2**20)
    assert Shelf(tmp_path).pdf(NUMBERS[2]) is None


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "2022").write_bytes(b"a file")
    with pytest.raises(ShelfError, match="写不了"), shelf(tmp_path / "2022", never):
        pass
