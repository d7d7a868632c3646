"""Whoever looks sees the old site whole or the new one, however often and whenever a build is killed; two builds at
once do not meet; the same records give the same bytes wherever, whenever and by whomever they are built."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.published import digest, files, lay_out
from tests.support import ROOT, base

pytestmark = pytest.mark.xdist_group("safety")

KILLS = 50
LEFT = {"html", "pages", "cache", "mkdocs.yml", ".lock"}
# Holds two checked states of the repository and builds one of them in a forked process group of its own each time it
# is told to: what a build imports is imported once. The site is the pages of the navigation, to be quick, and all PDFs.
BUILDER = """
import os, sys
from pathlib import Path
from generator import publish as publishing
from generator.check import check
from generator.publish import publish
from generator.render.pages import pages
from generator.tree import Directory
publishing.pages = lambda views: (page for page in pages(views) if not page.inside)
out, *roots = map(Path, sys.argv[1:])
outcomes = [check(Directory(root)) for root in roots]
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if not child:
        os.setsid()
        print(os.getpid(), flush=True)
        publish(roots[int(line)], outcomes[int(line)], out)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
NEW = {"data/dataset.yml": base()["data/dataset.yml"].replace("演示".encode(), "新版".encode())}


class Builder:
    """A process that builds state 0 or 1 into `out`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.group = 0

    def said(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def start(self, state: int) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{state}\n")
        self.process.stdin.flush()
        self.group = int(self.said())

    def end(self) -> int:
        return int(self.said())

    def build(self, state: int) -> float:
        began = time.monotonic()
        self.start(state)
        assert self.end() == 0
        return time.monotonic() - began

    def kill(self) -> int:
        with suppress(ProcessLookupError):
            os.killpg(self.group, signal.SIGKILL)
        return self.end()


@contextmanager
def builder(out: Path, *roots: Path) -> Iterator[Builder]:
    command = [sys.executable, "-c", BUILDER, str(out), *map(str, roots)]
    piped = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=piped, stdout=piped, stderr=piped, text=True) as process:
        made = Builder(process)
        assert made.said() == "ready"
        yield made
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("states")
    return lay_out(folder / "old"), lay_out(folder / "new", NEW)


@pytest.mark.slow
def test_fifty_killed_builds_leave_the_old_site_or_the_new_one(
    states: tuple[Path, Path], tmp_path: Path
) -> None:
    out, chance, killed = tmp_path / "build", random.Random(2022), 0
    with builder(out, *states) as made:
        known = []
        for state in (0, 1):
            whole = made.build(state)
            known.append(digest(out / "html"))
        assert known[0] != known[1]
        for count in range(KILLS):
            # What is not shown now is built; half of the kills fall near the switch.
            before = known.index(digest(out / "html"))
            made.start(1 - before)
            time.sleep(chance.uniform(0.8 if count % 2 else 0, 1) * whole)
            ended = made.kill() == 0
            killed += not ended
            after = digest(out / "html")
            assert after == known[1 - before] if ended else after in known
        before = known.index(digest(out / "html"))
        made.build(1 - before)
        assert digest(out / "html") == known[1 - before]
    assert killed > KILLS / 4
    assert {path.name for path in out.iterdir()} == LEFT


def test_a_second_build_waits_for_the_first_and_for_one_that_is_killed(
    states: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "build"
    with builder(out, *states) as one, builder(out, *states) as other:
        one.build(0)
        old = digest(out / "html")
        one.start(0)
        other.start(1)
        assert (one.end(), other.end()) == (0, 0)
        last = digest(out / "html")
        one.build(1)
        new = digest(out / "html")
        assert last in {old, new}
        one.start(0)
        other.start(0)
        one.kill()
        assert other.end() == 0
        assert digest(out / "html") == old
    assert {path.name for path in out.iterdir()} == LEFT


@pytest.mark.slow
def test_the_same_records_give_the_same_bytes_for_anybody_anywhere(tmp_path: Path) -> None:
    """Two copies of the repository in folders of other depth, time, language, hash seed and rights."""
    sites = []
    for name, seed, zone, language, mask in (
        ("here", "1", "UTC", "C.UTF-8", 0o022),
        ("far/away/other name", "2", "America/Lima", "zh_CN.UTF-8", 0o077),
    ):
        root = tmp_path / name
        lay_out(root)
        (root / "schemas").unlink()
        for part in ("schemas", "site"):
            shutil.copytree(ROOT / part, root / part, copy_function=shutil.copyfile)
        shutil.copyfile(ROOT / "mkdocs.yml", root / "mkdocs.yml")
        given = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
        given |= {"PYTHONHASHSEED": seed, "TZ": zone, "LANG": language, "LC_ALL": language}
        command = [str(Path(sys.executable).parent / "siwu"), "-C", str(root), "build"]
        done = subprocess.run(command, cwd=tmp_path, env=given, umask=mask, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        sites.append(files(root / "build" / "html"))
    assert list(sites[0]) == list(sites[1])
    assert [name for name in sites[0] if sites[0][name] != sites[1][name]] == []
