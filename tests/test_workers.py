"""Work over processes: in order, the same as alone, and nothing left behind when the parent is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from generator.workers import cores, spread

ROOT = Path(__file__).parent.parent


def doubling() -> Callable[[int], int]:
    return lambda item: 2 * item


def process() -> Callable[[int], int]:
    mine = os.getpid()
    return lambda item: mine


@pytest.mark.parametrize("processes", [1, 3])
def test_the_answers_come_in_the_order_of_the_items(processes: int) -> None:
    assert list(spread(doubling, range(50), processes)) == list(range(0, 100, 2))


def test_one_process_is_this_one_and_more_are_others() -> None:
    assert set(spread(process, range(5), 1)) == {os.getpid()}
    assert os.getpid() not in set(spread(process, range(5), 2))


def test_a_failure_in_a_worker_is_raised_here() -> None:
    with pytest.raises(ZeroDivisionError):
        list(spread(lambda: lambda item: 1 // item, [1, 0], 2))


def test_as_many_processes_as_cores_but_never_more_than_eight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    assert cores() == 3
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    assert cores() == 8
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert cores() == 1


def test_workers_end_with_a_killed_parent_and_take_their_folder_along(tmp_path: Path) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    script = (
        "import os, sys, tempfile, time\n"
        "from generator.workers import spread\n"
        "def begin():\n"
        "    def work(item):\n"
        "        tempfile.mkstemp()\n"
        "        os.write(1, f'{os.getpid()}\\n'.encode())\n"
        "        time.sleep(60)\n"
        "    return work\n"
        f"list(spread(begin, [1, 2], 2, {str(folder)!r}))\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        workers = [int(parent.stdout.readline()) for _ in range(2)]
        assert len(list(folder.iterdir())) == 2
        parent.send_signal(signal.SIGKILL)
    _until(lambda: not folder.exists())
    _until(lambda: not any(_alive(worker) for worker in workers))


def _alive(process_id: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("processes", [1, 2])
def test_no_more_is_begun_than_the_taker_keeps_up_with(processes: int) -> None:
    begun = 0

    def items() -> Iterator[int]:
        nonlocal begun
        for item in range(200):
            begun += 1
            yield item

    for taken, answer in enumerate(spread(doubling, items(), processes, ahead=5)):
        time.sleep(0.002 if taken < 20 else 0)
        assert answer == 2 * taken
        assert begun <= taken + 1 + 5 + 1
    assert begun == 200


def test_a_taker_who_leaves_early_leaves_nobody_waiting() -> None:
    waiting = threading.Event()

    def items() -> Iterator[int]:
        for item in range(1000):
            if item == 3:
                waiting.set()
            yield item

    made = spread(doubling, items(), 2, ahead=3)
    assert isinstance(made, Generator)
    assert next(made) == 0
    assert waiting.wait(5)
    time.sleep(0.1)  # until the pool waits for room
    leaving = threading.Thread(target=made.close, daemon=True)
    leaving.start()
    leaving.join(5)
    assert not leaving.is_alive()
