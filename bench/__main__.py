"""`make bench`, or `python -m bench [--quick] [--folder DIR] [NAME …]`: measure and write bench/RESULTS.md.

Each benchmark has a section of its own there; the sections of benchmarks not run stay as they are.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bench import certificates, check, gate, site

RESULTS = Path(__file__).parent / "RESULTS.md"
BENCHMARKS = {
    "check": ("siwu check", check.main),
    "site": ("Site", site.main),
    "certificates": ("Certificates", certificates.main),
    "gate": ("Gate", gate.main),
}
HEAD = (
    "# Results\n\nMachines are noisy: only the ratios count, and each comes from one run of `make bench`.\n"
)


def main() -> None:
    """Measure everything, or what is named; `--quick` only shows that the benchmark works and writes nothing."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], help="which benchmarks (default: all)")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--folder", type=Path, help="where the invented provinces stand, to use them again")
    options = parser.parse_args()
    for name in options.names or BENCHMARKS:
        title, measure = BENCHMARKS[name]
        with tempfile.TemporaryDirectory() as temporary:
            lines = measure((options.folder or Path(temporary)).resolve(), options.quick)
        section = "\n".join([f"{_measured()}\n", *lines]) + "\n"
        print(f"## {title}\n\n{section}")
        if not options.quick:
            old = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else HEAD
            RESULTS.write_text(_with_section(old, title, section), encoding="utf-8")


def _with_section(text: str, title: str, section: str) -> str:
    """The results with this section in the place of its former self, else at the end."""
    head, *parts = text.split("\n## ")
    sections = dict(part.split("\n\n", 1) for part in parts)
    sections[title] = section
    return "\n".join([head.rstrip("\n") + "\n", *(_shown(*pair) for pair in sections.items())])


def _shown(title: str, section: str) -> str:
    return f"## {title}\n\n{section.strip()}\n"


def _measured() -> str:
    day = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}"
    return f"Measured on {day} with {machine}, Python {platform.python_version()}."


if __name__ == "__main__":
    main()
