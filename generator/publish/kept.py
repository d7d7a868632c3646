"""PDFs as an earlier build made them, else printed and kept for the next: one way for all that is printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.documents.printing import AnySheet, Batch

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Printing:
    """How to print: whom to tell, in Chinese, of one that cannot be; whom to show progress; fonts that help out.

    `remind` is told what does no harm today and should be done.
    """

    refuse: Callable[[str], None] = lambda sentence: None
    remind: Callable[[str], None] = lambda sentence: None
    progress: Progress | None = None
    fonts: tuple[Path, ...] = ()
    processes: int | None = None


def pdfs(
    batch: Batch, wanted: Sequence[AnySheet], kept: Path, printing: Printing
) -> Iterator[tuple[AnySheet, bytes]]:
    """Each with its bytes, those kept in the folder first. Then what nobody wants goes.

    What bears a seal is neither kept nor taken from what is kept.
    """
    from generator.documents.printing import printed

    if batch.stamp:
        yield from printed(batch, wanted, printing.processes)
        return
    kept.mkdir(parents=True, exist_ok=True)
    paths = [(one, kept / f"{batch.key(one)}.pdf") for one in wanted]
    have = {path for path in kept.iterdir() if path.suffix == ".pdf"}
    for one, path in paths:
        if path in have:
            yield one, path.read_bytes()
    missing = [pair for pair in paths if pair[1] not in have]
    made = printed(batch, [one for one, _ in missing], printing.processes)
    for done, ((_, path), (one, pdf)) in enumerate(zip(missing, made, strict=True), 1):
        _keep(path, pdf)
        if printing.progress is not None:
            printing.progress(done, len(missing))
        yield one, pdf
    for path in set(kept.iterdir()) - {path for _, path in paths}:
        path.unlink()


def _keep(path: Path, raw: bytes) -> None:
    """Written whole or not at all."""
    half = path.with_suffix(".half")
    half.write_bytes(raw)
    half.rename(path)
