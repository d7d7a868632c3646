"""Certificates against the loop one would write first: a new document each, in the system's font."""

from __future__ import annotations

import pickle
import statistics
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from bench.measure import Run, run
from generator.check import check
from generator.derive.public import public
from generator.documents.certificates import Certificate, certificates, codes
from generator.schema import Schemas
from generator.signature.keys import read_private, sign_payload
from generator.signature.payload import decode
from generator.signature.written import read_payload
from generator.tree import Directory

ROOT = Path(__file__).parent.parent
KEY = ROOT / "tests" / "keys" / "demo-issuer.pem"
# How many, and in how many rounds, against the loop; then how many with ours alone.
COMPARED, ALONE = ((100, 3), (600, 1)), 6000
COMPARED_QUICK, ALONE_QUICK = ((10, 1),), 30
KINDS = {"loop": "plain loop", "one": "ours, one process", "two": "ours, two processes"}


def main(folder: Path, quick: bool) -> list[str]:
    """Markdown lines with the results."""
    compared, alone = (COMPARED_QUICK, ALONE_QUICK) if quick else (COMPARED, ALONE)
    stock = folder / "certificates.pickle"
    folder.mkdir(parents=True, exist_ok=True)
    stock.write_bytes(pickle.dumps(list(_invented(max(alone, *(count for count, _ in compared))))))
    return [
        f"Whole processes against WeasyPrint {version('weasyprint')} in a plain loop (same page, same tagged PDF/A-3;"
        " new document and system font each). The factor is the median of paired rounds.",
        "",
        "| certificates | rounds | | s | ms each | against the loop | KiB each, largest | peak MiB |",
        "|---|---|---|---|---|---|---|---|",
        *(line for count, rounds in compared for line in _against(folder, stock, count, rounds)),
        _line(alone, 1, "two", [_measured("two", stock, alone, folder / "alone")], "", folder / "alone"),
    ]


def _against(folder: Path, stock: Path, count: int, rounds: int) -> Iterator[str]:
    outs = {kind: folder / f"{kind}-{count}" for kind in KINDS}
    runs = [{kind: _measured(kind, stock, count, outs[kind]) for kind in KINDS} for _ in range(rounds)]
    for kind in KINDS:
        factor = statistics.median(one["loop"].seconds / one[kind].seconds for one in runs)
        yield _line(count, rounds, kind, [one[kind] for one in runs], f"**{factor:.1f}×**", outs[kind])


def _measured(kind: str, stock: Path, count: int, out: Path) -> Run:
    out.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "bench.printing", kind, str(stock), str(count), str(out)]
    found = run(command, ROOT)
    print(f"{count} {KINDS[kind]}: {found.seconds:.1f} s, {found.mib:.0f} MiB", file=sys.stderr)
    return found


def _line(count: int, rounds: int, kind: str, runs: list[Run], factor: str, out: Path) -> str:
    seconds = statistics.median(one.seconds for one in runs)
    mean, largest = _kib(out)
    cells = [
        f"{count:,}", str(rounds), KINDS[kind], f"{seconds:.1f}", f"{1000 * seconds / count:.1f}", factor,
        f"{mean:.0f}, {largest:.0f}", f"{max(one.mib for one in runs):.0f}",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


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
    have = [one for one in certificates(shown, codes(outcome.repo)) if one.prints]
    for number in range(count):
        one, other = have[number % len(have)], have[(number * 7 + number // len(have)) % len(have)]
        if number < len(have) or one.holder is None or other.holder is None:
            yield one
            continue
        name = one.holder.name[:1] + other.holder.name[1:]
        yield _signed(replace(one, token=f"{number:020d}", holder=replace(one.holder, name=name)))


def _signed(one: Certificate) -> Certificate:
    """The invented entry signed by the demo's key."""
    if one.holder is None:
        raise ValueError("an entry without a holder is not signed")
    said = decode(read_payload(one.payload))
    said = replace(said, token=one.token, name=one.holder.name)
    payload, signature = sign_payload(read_private(KEY.read_bytes()), said)
    return replace(one, payload=payload, signature=signature)
