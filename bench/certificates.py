"""Certificates against the loop one would write first (a new document each, in the system's font), Chromium and typst."""

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
KINDS = {
    "loop": "plain loop",
    "chromium": "Chromium",
    "typst": "typst, one process",
    "one": "ours, one process",
    "two": "ours, two processes",
}
# How many, in how many rounds, and whom against the loop.
COMPARED = ((100, 3, tuple(KINDS)), (600, 1, ("loop", "one", "two")))
COMPARED_QUICK = ((10, 1, tuple(KINDS)),)
# Measured in the first round only: by which process.
ONCE = {"chromium": "bench.browser", "typst": "bench.typesetting"}
# How many with ours alone: their memory is to be the same.
ALONE, ALONE_QUICK = (1_000, 10_000), (20, 60)


def main(folder: Path, quick: bool) -> list[str]:
    """Markdown lines with the results."""
    compared, alone = (COMPARED_QUICK, ALONE_QUICK) if quick else (COMPARED, ALONE)
    stock = folder / "certificates.pickle"
    folder.mkdir(parents=True, exist_ok=True)
    stock.write_bytes(pickle.dumps(list(_invented(max(*alone, *(count for count, *_ in compared))))))
    lines = [line for given in compared for line in _against(folder, stock, *given)]
    flat = {count: _measured("two", stock, count, folder) for count in alone}
    return [
        *_introduced(),
        "| certificates | rounds | | s | ms each | against the loop | KiB each, largest | peak MiB | largest process MiB |",
        "|---|---|---|---|---|---|---|---|---|",
        *lines,
        *(_line(count, "two", [found], "", _out(folder, "two", count)) for count, found in flat.items()),
        "",
        _growth(flat),
    ]


def _introduced() -> list[str]:
    return [
        f"Whole processes, imports included, against WeasyPrint {version('weasyprint')} in a plain loop (same page, same"
        " tagged PDF/A-3; new document and system font each). The factor is the median of paired rounds; Chromium and typst"
        " take part in the first.",
        f"Chromium prints the same HTML from one tab through playwright {version('playwright')}, tagged, but no PDF/A and"
        f" nothing inside; typst {version('typst')} draws the same layout (`bench/certificate.typ`) as PDF/A-3a with the"
        " signed text inside, by one compiler. Every one makes its QR codes and fits its texts by our code, inside the time.",
        "Peak: memory of all processes together, shared parts counted once (PSS); largest process: its RSS.",
        "",
    ]


def _growth(flat: dict[int, Run]) -> str:
    (few, first), *_, (many, last) = flat.items()
    return (
        f"From {few:,} to {many:,}: peak memory × {last.mib / first.mib:.2f}, largest process ×"
        f" {last.largest / first.largest:.2f}, time a certificate × {last.seconds / many / (first.seconds / few):.2f}."
    )


def _against(folder: Path, stock: Path, count: int, rounds: int, kinds: tuple[str, ...]) -> Iterator[str]:
    runs: dict[str, list[Run]] = {kind: [] for kind in kinds}
    for number in range(rounds):
        for kind in kinds:
            if not number or kind not in ONCE:
                runs[kind].append(_measured(kind, stock, count, folder))
    for kind, found in runs.items():
        pairs = zip(runs["loop"], found, strict=False)
        factor = statistics.median(loop.seconds / one.seconds for loop, one in pairs)
        yield _line(count, kind, found, f"**{factor:.1f}×**", _out(folder, kind, count))


def _measured(kind: str, stock: Path, count: int, folder: Path) -> Run:
    out = _out(folder, kind, count)
    out.mkdir(exist_ok=True)
    program = [ONCE[kind]] if kind in ONCE else ["bench.printing", kind]
    command = [sys.executable, "-m", *program, str(stock), str(count), str(out)]
    found = run(command, ROOT)
    print(f"{count} {KINDS[kind]}: {found.seconds:.1f} s, {found.mib:.0f} MiB", file=sys.stderr)
    return found


def _out(folder: Path, kind: str, count: int) -> Path:
    return folder / f"{kind}-{count}"


def _line(count: int, kind: str, runs: list[Run], factor: str, out: Path) -> str:
    seconds = statistics.median(one.seconds for one in runs)
    mean, largest = _kib(out)
    cells = [
        f"{count:,}", str(len(runs)), KINDS[kind], f"{seconds:.1f}", f"{1000 * seconds / count:.1f}", factor,
        f"{mean:.0f}, {largest:.0f}", f"{max(one.mib for one in runs):.0f}",
        f"{max(one.largest for one in runs):.0f}",
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
