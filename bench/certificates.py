"""Certificates against the loop one would write first: a new document each, in the system's font."""

from __future__ import annotations

import pickle
import statistics
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import weasyprint

from bench.measure import Run, run
from generator.check import check
from generator.derive.public import public
from generator.documents.certificates import Certificate, certificates, tokens
from generator.documents.fonts import FAMILY, Fonts
from generator.documents.printing import Batch, Printer, printed
from generator.schema import Schemas
from generator.tree import Directory

ROOT = Path(__file__).parent.parent
SITE = ROOT / "site"
FEW, SIZES = 100, (600, 6000)
FEW_QUICK, SIZES_QUICK = 10, (30,)
ROUNDS = 3


def main(folder: Path, quick: bool) -> list[str]:
    """Markdown lines with the results."""
    few, sizes = (FEW_QUICK, SIZES_QUICK) if quick else (FEW, SIZES)
    stock = folder / "certificates.pickle"
    folder.mkdir(parents=True, exist_ok=True)
    stock.write_bytes(pickle.dumps(list(_invented(max(few, *sizes)))))
    rounds = [_round(folder, stock, few) for _ in range(1 if quick else ROUNDS)]
    kib = {kind: _kib(folder / kind) for kind in KINDS}
    lines = [
        f"{few} certificates, whole processes, against WeasyPrint {version('weasyprint')} in a plain loop"
        f" (same page; new document and system font each). Median of {len(rounds)} paired rounds.",
        "",
        f"| {few} certificates | s | against the loop | KiB each | peak MiB |",
        "|---|---|---|---|---|",
        *(
            _row(kind, [one[kind] for one in rounds], [one["loop"] for one in rounds], kib[kind])
            for kind in KINDS
        ),
        "",
        "| certificates, two processes | s | ms each | KiB each, largest | peak MiB |",
        "|---|---|---|---|---|",
        *(_large(folder, stock, size) for size in sizes),
    ]
    return lines


KINDS = {"loop": "plain loop", "one": "ours, one process", "two": "ours, two processes"}


def _round(folder: Path, stock: Path, few: int) -> dict[str, Run]:
    return {kind: _measured(kind, stock, few, folder / kind) for kind in KINDS}


def _measured(kind: str, stock: Path, count: int, out: Path) -> Run:
    out.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "bench.certificates", kind, str(stock), str(count), str(out)]
    found = run(command, ROOT)
    print(f"{count} {KINDS[kind]}: {found.seconds:.1f} s, {found.mib:.0f} MiB", file=sys.stderr)
    return found


def _row(kind: str, runs: list[Run], loops: list[Run], kib: tuple[float, float]) -> str:
    seconds = statistics.median(one.seconds for one in runs)
    factor = statistics.median(loop.seconds / one.seconds for one, loop in zip(runs, loops, strict=True))
    mib = max(one.mib for one in runs)
    return f"| {KINDS[kind]} | {seconds:.1f} | **{factor:.1f}×** | {kib[0]:.0f} | {mib:.0f} |"


def _large(folder: Path, stock: Path, size: int) -> str:
    out = folder / f"two-{size}"
    found = _measured("two", stock, size, out)
    each = found.seconds / size * 1000
    return f"| {size:,} | {found.seconds:.0f} | {each:.0f} | {_kib(out)[1]:.0f} | {found.mib:.0f} |"


def _kib(folder: Path) -> tuple[float, float]:
    """Mean and largest size of the PDFs in a folder."""
    sizes = [path.stat().st_size / 1024 for path in folder.glob("*.pdf")]
    return statistics.mean(sizes), max(sizes)


def _invented(count: int) -> Iterator[Certificate]:
    """So many, from the demo's roster; beyond its end under new numbers, given names exchanged."""
    outcome = check(Directory(ROOT))
    if outcome.repo is None:
        raise SystemExit("the repository's records cannot be read")
    shown = public(outcome.repo, Schemas.read(Directory(ROOT)))
    have = [one for one in certificates(shown, tokens(outcome.repo)) if one.prints]
    for number in range(count):
        one, other = have[number % len(have)], have[(number * 7 + number // len(have)) % len(have)]
        if number < len(have) or one.holder is None or other.holder is None:
            yield one
            continue
        name = one.holder.name[:1] + other.holder.name[1:]
        token = f"{number:020d}"
        address = one.address.replace(one.token, token)
        yield replace(one, token=token, address=address, holder=replace(one.holder, name=name))


def _plain_loop(wanted: list[Certificate], out: Path) -> None:
    css = (SITE / "templates/certificate/v1/certificate.css").read_text(encoding="utf-8")
    css = css.replace('"Print", "Print More"', f'"{FAMILY}"')
    printer = Printer(Batch(SITE, ()))
    for one in wanted:
        document = weasyprint.HTML(string=printer.html(one))
        document.write_pdf(out / f"{one.token}.pdf", stylesheets=[weasyprint.CSS(string=css)])


def _ours(wanted: list[Certificate], out: Path, processes: int) -> None:
    for one, pdf in printed(Batch.of(SITE, Fonts.installed(), wanted), wanted, processes):
        (out / f"{one.token}.pdf").write_bytes(pdf)


def _print() -> None:
    """What is measured, in a process of its own."""
    kind, stock, count, out = sys.argv[1:]
    wanted = pickle.loads(Path(stock).read_bytes())[: int(count)]
    if kind == "loop":
        _plain_loop(wanted, Path(out))
    else:
        _ours(wanted, Path(out), 1 if kind == "one" else 2)


if __name__ == "__main__":
    _print()
