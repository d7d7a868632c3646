"""Run a command as a whole process: seconds of wall clock and peak memory of it and its children."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

INTERVAL = 0.1


@dataclass(frozen=True, kw_only=True)
class Run:
    """Wall-clock `seconds`, peak `mib` of resident memory shared fairly (PSS) over the process tree, exit `code`.

    `largest` is the peak of the one process that held most, in MiB, with what it shares (RSS).
    """

    seconds: float
    mib: float
    largest: float
    code: int


def run(command: Sequence[str], cwd: Path, *, accept: Sequence[int] = (0,)) -> Run:
    """Run once, quietly; any exit code outside `accept` stops the benchmark with the command's own words."""
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        watch = _Watch(process.pid)
        watch.start()
        assert process.stdout is not None
        said = process.stdout.read()
        code = process.wait()
        seconds = time.perf_counter() - started
        watch.stop()
    if code not in accept:
        raise SystemExit(
            f"{' '.join(command)[:200]} exited with {code}:\n{said.decode(errors='replace')[-2000:]}"
        )
    return Run(seconds=seconds, mib=watch.peak / 1024, largest=watch.largest / 1024, code=code)


class _Watch(threading.Thread):
    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.peak = self.largest = 0
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(INTERVAL):
            family = _family(self.pid)
            self.peak = max(self.peak, sum(_said(pid, "smaps_rollup", "Pss:") for pid in family))
            self.largest = max(self.largest, *(_said(pid, "status", "VmHWM:") for pid in family))

    def stop(self) -> None:
        self._over.set()
        self.join()


def _family(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            continue
        children.setdefault(parent, []).append(int(folder.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def _said(pid: int, name: str, field: str) -> int:
    """A figure of a process in KiB; 0 once it has gone."""
    try:
        lines = Path(f"/proc/{pid}/{name}").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(field)), 0)
