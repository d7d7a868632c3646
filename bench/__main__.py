"""`make bench`, or `python -m bench [--quick] [--folder DIR]`: measure and write bench/RESULTS.md."""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bench import check

RESULTS = Path(__file__).parent / "RESULTS.md"


def main() -> None:
    """Measure everything; `--quick` only shows that the benchmark works and writes nothing."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--folder", type=Path, help="where the invented provinces stand, to use them again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        lines = check.main((options.folder or Path(temporary)).resolve(), options.quick)
    text = "\n".join([_heading(), *lines]) + "\n"
    print(text)
    if not options.quick:
        RESULTS.write_text(text, encoding="utf-8")


def _heading() -> str:
    day = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}"
    return (
        "# Results\n\n"
        f"Measured on {day} with {machine}, Python {platform.python_version()}. Machines are noisy: only the ratios count,"
        " and each comes from one run of `make bench`.\n\n## siwu check\n"
    )


if __name__ == "__main__":
    main()
