"""Write expected.txt of cases anew, for review: python -m tests.accept [CODE…]. The base is made canonical first."""

from __future__ import annotations

import sys

from generator.report import text
from tests.support import BASE, ROOT, canonical, cases, read


def main(codes: list[str]) -> None:
    for path in sorted(BASE.rglob("*.yml")):
        record = path.relative_to(BASE).as_posix()
        record = record if record.startswith("data/") else f"data/{record}.age"
        wanted = canonical(record, read(record, path.read_bytes()))
        if path.read_bytes() != wanted:
            path.write_bytes(wanted)
            print(path.relative_to(ROOT))  # noqa: T201
    for case in cases():
        if codes and case.code not in codes:
            continue
        outcome = case.run()
        said = text(outcome) + "".join(outcome.crashes)
        if not case.expected.exists() or case.expected.read_text(encoding="utf-8") != said:
            case.expected.write_text(said, encoding="utf-8")
            print(f"{case.code}/{case.folder.name}\n{said}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
