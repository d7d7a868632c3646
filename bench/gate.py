"""A push judged by the gate in a server's hook, against the same `git push` to the same repository without it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.measure import run
from generator.load import load

ROOT = Path(__file__).parent.parent
# Years and scale; the second is what a push must not cost more for.
SIZES = ((1, 1), (5, 5))
SIZES_QUICK = ((1, 1),)
PLANS = (1, 10)
ROUNDS = 9
ROUNDS_QUICK = 2
BUREAU = "bureau:yichang"
FOLDER = "data/plans/2022/yichang/"
# A title says this of a class; no rule reads it.
SAID = "（第1期）"
WHO = {f"GIT_{role}_{what}": "siwu-bench" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def main(folder: Path, quick: bool) -> list[str]:
    """Markdown lines with the results; provinces and repositories are made under `folder`."""
    rounds = ROUNDS_QUICK if quick else ROUNDS
    sizes = SIZES_QUICK if quick else SIZES
    servers = [_Server(folder, years, scale) for years, scale in sizes]
    rows = [_measure(server, plans, rounds) for server in servers for plans in PLANS]
    return [
        "A bureau pushes changed plans from a clone on the same machine: whole `git push` to a bare repository with"
        " siwu's hook, and to one without; everything is counted, interpreter start included. Medians of"
        f" {rounds} pushes taken in turns; “times” is the median of their paired ratios.",
        "",
        "| years × scale | files | MB | plans pushed | git push s | with the gate s | times | the gate adds s |",
        "|---|---|---|---|---|---|---|---|",
        *(row.line() for row in rows),
        "",
        *_growth(rows),
    ]


class _Server:
    """A province in two bare repositories, one with the hook, and a clerk's clone."""

    def __init__(self, folder: Path, years: int, scale: int) -> None:
        self.years, self.scale = years, scale
        self.root = folder / f"years-{years}-scale-{scale}"
        if not self.root.exists():
            command = [_siwu(), "demo", "--out", str(self.root), "--years", str(years), "--scale", str(scale)]
            run(command, ROOT)
        servers = folder / f"gate-{years}-{scale}"
        self.clone, self.plain, self.gated = (servers / name for name in ("clone", "plain.git", "gated.git"))
        shutil.rmtree(servers, ignore_errors=True)
        self._make()
        self.user = _user((self.root / "data" / "owners.yml").read_bytes())
        self.pushes = 0

    def _make(self) -> None:
        self.clone.mkdir(parents=True)
        git(self.clone, "init", "-q", "-b", "main")
        git(self.clone, f"--work-tree={self.root}", "add", "-A", "--", "data", "schemas")
        git(self.clone, "commit", "-q", "-m", "province")
        git(self.clone, "repack", "-q", "-a", "-d")
        for bare in (self.plain, self.gated):
            git(self.clone, "clone", "-q", "--bare", str(self.clone), str(bare))
        run([_siwu(), "hook", "install", str(self.gated), "--register-in-tree"], ROOT)

    @property
    def files(self) -> list[int]:
        """Sizes of the records in bytes."""
        return [path.stat().st_size for path in (self.root / "data").rglob("*") if path.is_file()]

    def commit(self, plans: int) -> str:
        """A commit on main with another title in so many plans."""
        self.pushes += 1
        index = {"GIT_INDEX_FILE": str(self.clone / "bench-index")}
        git(self.clone, "read-tree", "main", **index)
        paths = sorted(path.name for path in (self.root / FOLDER).glob("*.yml"))[:plans]
        for name in paths:
            old = (self.root / FOLDER / name).read_text(encoding="utf-8")
            new = old.replace(SAID, f"（第1期，第{self.pushes}次修改）", 1)
            blob = git(self.clone, "hash-object", "-w", "--stdin", stdin=new)
            git(self.clone, "update-index", "--cacheinfo", f"100644,{blob},{FOLDER}{name}", **index)
        tree = git(self.clone, "write-tree", **index)
        return git(self.clone, "commit-tree", tree, "-p", "main", "-m", "titles")

    def push(self, bare: Path, commit: str) -> float:
        """Seconds of a whole push to a branch of its own; one that is refused stops the benchmark."""
        command = ["git", "push", "-q", str(bare), f"{commit}:refs/heads/yichang/titles-{self.pushes}"]
        before = dict(os.environ)
        os.environ.update(QUIET | {"SIWU_USER": self.user})
        try:
            return run(command, self.clone).seconds
        finally:
            os.environ.clear()
            os.environ.update(before)


@dataclass(frozen=True, kw_only=True)
class _Row:
    years: int
    scale: int
    files: int
    megabytes: float
    plans: int
    plain: float
    gated: float
    times: float
    adds: float

    def line(self) -> str:
        """One row of the table."""
        cells = [
            f"{self.years} × {self.scale}", f"{self.files:,}", f"{self.megabytes:.1f}", str(self.plans),
            f"{self.plain:.3f}", f"{self.gated:.3f}", f"**× {self.times:.1f}**", f"{self.adds:.3f}",
        ]  # fmt: skip
        return f"| {' | '.join(cells)} |"


def _measure(server: _Server, plans: int, rounds: int) -> _Row:
    plain, gated = [], []
    for _ in range(rounds):
        commit = server.commit(plans)
        plain.append(server.push(server.plain, commit))
        gated.append(server.push(server.gated, commit))
    pairs = list(zip(plain, gated, strict=True))
    row = _Row(
        years=server.years,
        scale=server.scale,
        files=len(server.files),
        megabytes=sum(server.files) / 1e6,
        plans=plans,
        plain=median(plain),
        gated=median(gated),
        times=median(ours / theirs for theirs, ours in pairs),
        adds=median(ours - theirs for theirs, ours in pairs),
    )
    print(row.line(), file=sys.stderr)
    return row


def _growth(rows: Sequence[_Row]) -> list[str]:
    """What a repository many times as large, and a push ten times as large, cost more."""
    small, large = rows[0], rows[-len(PLANS)]
    more = [f"{PLANS[-1]} plans instead of {PLANS[0]}: the gate adds × {rows[-1].adds / large.adds:.2f}."]
    if large.files == small.files:
        return more
    files, adds = large.megabytes / small.megabytes, large.adds / small.adds
    return [f"A repository × {files:.0f} as large (MB), the same push: the gate adds × {adds:.2f}.", *more]


def _user(owners: bytes) -> str:
    """The bureau's account."""
    return next(
        str(owner["user"]) for owner in load(owners, "owners.yml").data["owners"] if BUREAU in owner["roles"]
    )


def git(where: Path, *arguments: str, stdin: str | None = None, **variables: str) -> str:
    """What git says."""
    environment: Mapping[str, str] = os.environ | QUIET | WHO | variables
    done = subprocess.run(
        ["git", *arguments],
        cwd=where,
        env=environment,
        input=stdin,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return done.stdout.strip()


def _siwu() -> str:
    return str(Path(sys.executable).parent / "siwu")
