"""The journal: one line a head, numbered by pushes, whole after anything that may happen to a server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from generator.hook.journal import NAME, note, received
from generator.register import SHANGHAI

NOW = datetime(2022, 3, 25, 10, 30, tzinfo=SHANGHAI)
HEADS = [f"{n:040x}" for n in range(1, 60)]


def test_a_push_has_a_number_a_time_and_an_account(tmp_path: Path) -> None:
    assert note(tmp_path, HEADS[:2], "9000104", NOW) == "推送 1"
    assert note(tmp_path, HEADS[2:3], "9000001", NOW) == "推送 2"
    found = received(tmp_path).first
    assert [(found[head].submission, found[head].user) for head in HEADS[:3]] == [
        ("推送 1", "9000104"),
        ("推送 1", "9000104"),
        ("推送 2", "9000001"),
    ]
    assert {one.submitted for one in found.values()} == {"2022-03-25T10:30:00+08:00"}


def test_many_at_once_lose_nothing_and_share_no_number(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        names = list(pool.map(lambda head: note(tmp_path, [head], "9000104", NOW), HEADS))
    assert sorted(names, key=lambda name: int(name.split()[1])) == [f"推送 {n}" for n in range(1, 60)]
    assert set(received(tmp_path).first) == set(HEADS)


def test_half_a_line_of_a_server_that_stopped_is_dropped(tmp_path: Path) -> None:
    note(tmp_path, HEADS[:1], "9000104", NOW)
    with (tmp_path / NAME).open("ab") as file:
        file.write(b'{"head": "00')
    assert note(tmp_path, HEADS[1:2], "9000104", NOW) == "推送 2"
    assert set(received(tmp_path).first) == set(HEADS[:2])


def test_nothing_received_yet(tmp_path: Path) -> None:
    assert received(tmp_path).first == {}


def test_a_journal_that_cannot_be_kept_is_an_error(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(OSError, match=NAME):
        note(tmp_path, HEADS[:1], "9000104", NOW)
