"""`siwu check`, all rules on, against check-jsonschema and ajv-cli on the same files with the same schemas."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from bench.measure import Run, run
from generator.schema import Schemas
from generator.tree import Directory

ROOT = Path(__file__).parent.parent
BENCH = ROOT / "bench"
SCALES = ((5, 1), (5, 5), (10, 10))
SCALES_QUICK = ((1, 1), (2, 1))
REPEAT = 3
LONG_SECONDS = 60.0


def main(folder: Path, quick: bool) -> list[str]:
    """Markdown lines with the results; province folders are made under `folder` and reused."""
    _install_ajv()
    sizes = [_Size(folder, years, scale) for years, scale in (SCALES_QUICK if quick else SCALES)]
    lines = [
        f"siwu {version('siwu')} against check-jsonschema {version('check-jsonschema')} and ajv-cli {_ajv_version()},"
        " whole processes, best of up to three, same YAML files and schemas.",
        "The two others check shapes only and are started once a record kind, as they must be; "
        "“ajv-cli net” leaves out its start-ups, measured on empty records. siwu also reads registers, reports and seals,"
        " checks layout and privacy, and applies every rule.",
        "",
        "| years × scale | files | MB | siwu s | s/MB | peak MiB | MiB/MB | check-jsonschema s | factor | ajv-cli s | net s | siwu ÷ net |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
        *(size.line() for size in sizes),
        "",
        _growth(sizes[0], sizes[-1]),
    ]
    return lines


def _install_ajv() -> None:
    if shutil.which("npm") is None:
        raise SystemExit("npm is missing: apt-get install nodejs npm")
    if not (BENCH / "node_modules" / "ajv-cli").is_dir():
        run(["npm", "ci", "--silent"], BENCH)


def _ajv_version() -> str:
    return str(json.loads((BENCH / "node_modules/ajv-cli/package.json").read_text())["version"])


class _Size:
    def __init__(self, folder: Path, years: int, scale: int) -> None:
        self.name = f"{years} × {scale}"
        self.root = folder / f"years-{years}-scale-{scale}"
        if not self.root.exists():
            demo = [_siwu(), "demo", "--out", str(self.root), "--years", str(years), "--scale", str(scale)]
            print(f"making {self.root.name}: {run(demo, ROOT).seconds:.0f} s", file=sys.stderr)
        self.kinds = dict(_yaml_kinds(self.root))
        files = [file for found in self.kinds.values() for file in found]
        self.files = len(files)
        self.megabytes = sum(file.stat().st_size for file in files) / 1e6
        self.siwu = _best([[_siwu(), "check"]], self.root)
        self.python = _best(list(self._check_jsonschema()), self.root)
        self.ajv = _best(list(self._ajv(self.kinds)), self.root)
        self.ajv_start = _best(
            list(self._ajv({kind: found[:1] for kind, found in self.kinds.items()})), self.root
        )
        print(self.line(), file=sys.stderr)

    def _check_jsonschema(self) -> Iterator[list[str]]:
        for kind, files in self.kinds.items():
            schema = f"schemas/{kind}.schema.json"
            base = (self.root / schema).as_uri()
            yield [
                _tool("check-jsonschema"),
                "-q",
                "--schemafile",
                schema,
                "--base-uri",
                base,
                *_names(files, self.root),
            ]

    def _ajv(self, kinds: dict[str, list[Path]]) -> Iterator[list[str]]:
        for kind, files in kinds.items():
            data = [part for name in _names(files, self.root) for part in ("-d", name)]
            yield [
                str(BENCH / "node_modules/.bin/ajv"), "validate", "--spec=draft2020", "--strict=false", "--errors=no",
                "-c", str(BENCH / "node_modules/ajv-formats"), "-s", f"schemas/{kind}.schema.json",
                "-r", "schemas/common.schema.json", *data,
            ]  # fmt: skip

    def line(self) -> str:
        """One row of the table."""
        net = self.ajv.seconds - self.ajv_start.seconds
        cells = [
            self.name, f"{self.files:,}", f"{self.megabytes:.1f}",
            f"{self.siwu.seconds:.2f}", f"{self.siwu.seconds / self.megabytes:.3f}",
            f"{self.siwu.mib:.0f}", f"{self.siwu.mib / self.megabytes:.1f}",
            f"{self.python.seconds:.1f}", f"**{self.python.seconds / self.siwu.seconds:.1f}×**",
            f"{self.ajv.seconds:.2f}", f"{net:.2f}", f"**{self.siwu.seconds / net:.2f}**",
        ]  # fmt: skip
        return f"| {' | '.join(cells)} |"


def _growth(small: _Size, large: _Size) -> str:
    time = (large.siwu.seconds / large.megabytes) / (small.siwu.seconds / small.megabytes)
    memory = (large.siwu.mib / large.megabytes) / (small.siwu.mib / small.megabytes)
    return f"Growth from {small.name} to {large.name}: time per MB × {time:.2f}, peak memory per MB × {memory:.2f}."


def _best(commands: list[list[str]], cwd: Path) -> Run:
    """The best of up to three rounds of all commands one after another; long ones run once."""
    best: Run | None = None
    for _ in range(REPEAT):
        runs = [run(command, cwd) for command in commands]
        total = Run(seconds=sum(one.seconds for one in runs), mib=max(one.mib for one in runs), code=0)
        best = total if best is None or total.seconds < best.seconds else best
        if total.seconds > LONG_SECONDS:
            break
    assert best is not None
    return best


def _yaml_kinds(root: Path) -> Iterator[tuple[str, list[Path]]]:
    schemas = Schemas.read(Directory(root))
    found: dict[str, list[Path]] = {}
    for path in sorted((root / "data").rglob("*.yml")):
        kind = schemas.kind_of(path.relative_to(root).as_posix())
        if kind is not None:
            found.setdefault(kind[0].name, []).append(path)
    yield from sorted(found.items())


def _names(files: list[Path], root: Path) -> list[str]:
    return [file.relative_to(root).as_posix() for file in files]


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _siwu() -> str:
    return _tool("siwu")
