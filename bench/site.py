"""`siwu build` without certificates, against plain `mkdocs build` of the same staged pages."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench.measure import run

ROOT = Path(__file__).parent.parent
YEARS = (1, 5, 10)
YEARS_QUICK = (1,)
ROUNDS = 5
ROUNDS_QUICK = 1
# After the check, everything `siwu build` does for the site, its imports included: plain MkDocs pays for its own.
PUBLISH = """
import sys, time
from datetime import date
from pathlib import Path
from generator.check import check
from generator.tree import Directory
root, out = Path(sys.argv[1]), Path(sys.argv[2])
outcome = check(Directory(root))
began = time.perf_counter()
from generator.publish import publish
publish(root, outcome, out, only="site")
print(time.perf_counter() - began)
"""


def main(folder: Path, quick: bool) -> list[str]:
    """Markdown lines with the results; province folders are made under `folder` and reused."""
    rounds = ROUNDS_QUICK if quick else ROUNDS
    sizes = [_measure(folder, years, rounds) for years in (YEARS_QUICK if quick else YEARS)]
    return [
        "What siwu does after the check (public view, pages, staging, the engine run in its own process, the switch)"
        f" against a whole `mkdocs build` (MkDocs {version('mkdocs')}, Material {version('mkdocs-material')}) of the"
        f" same staged pages; medians of {rounds} runs taken in turns, “adds” the median of their paired ratios."
        " Without certificates.",
        "",
        "| years | records | pages | MB of Markdown | mkdocs s | siwu s | adds | siwu ms a page | siwu build, whole, s |",
        "|---|---|---|---|---|---|---|---|---|",
        *(size.line() for size in sizes),
        "",
        _growth(sizes[0], sizes[-1]),
    ]


@dataclass(frozen=True, kw_only=True)
class _Size:
    years: int
    records: int
    pages: int
    megabytes: float
    plain: float
    ours: float
    whole: float
    adds: float

    def line(self) -> str:
        """One row of the table."""
        cells = [
            str(self.years), f"{self.records:,}", f"{self.pages:,}", f"{self.megabytes:.1f}",
            f"{self.plain:.2f}", f"{self.ours:.2f}", f"**{self.adds:+.0%}**",
            f"{1000 * self.ours / self.pages:.1f}", f"{self.whole:.2f}",
        ]  # fmt: skip
        return f"| {' | '.join(cells)} |"


def _measure(folder: Path, years: int, rounds: int) -> _Size:
    root, out = folder / f"years-{years}-scale-1", folder / f"site-{years}"
    if not root.exists():
        run([_siwu(), "demo", "--out", str(root), "--years", str(years)], ROOT)
    ours, plain, whole = [], [], []
    for _ in range(rounds):
        ours.append(_publish(root, out))
        command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "-f", str(out / "mkdocs.yml")]
        plain.append(run([*command, "-d", str(folder / f"plain-{years}")], ROOT).seconds)
        whole.append(
            run([_siwu(), "-C", str(root), "build", "--only", "site", "--out", str(out)], ROOT).seconds
        )
    staged = list((out / "pages").rglob("*.md"))
    size = _Size(
        years=years,
        records=sum(path.is_file() for path in (root / "data").rglob("*")),
        pages=len(staged),
        megabytes=sum(path.stat().st_size for path in staged) / 1e6,
        plain=median(plain),
        ours=median(ours),
        whole=median(whole),
        adds=median(one / other for one, other in zip(ours, plain, strict=True)) - 1,
    )
    print(size.line(), file=sys.stderr)
    return size


def _publish(root: Path, out: Path) -> float:
    command = [sys.executable, "-c", PUBLISH, str(root), str(out)]
    return float(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)


def _growth(small: _Size, large: _Size) -> str:
    ours = (large.ours / large.pages) / (small.ours / small.pages)
    plain = (large.plain / large.pages) / (small.plain / small.pages)
    return f"Growth from {small.years} to {large.years} years: siwu's time a page × {ours:.2f}, MkDocs' × {plain:.2f}."


def _siwu() -> str:
    return str(Path(sys.executable).parent / "siwu")
