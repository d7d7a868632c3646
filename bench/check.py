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
    small, *larger = (_Province(folder, years, scale) for years, scale in (SCALES_QUICK if quick else SCALES))
    starts = small.starts()
    sizes = [_Size(province, starts) for province in (small, *larger)]
    lines = [
        f"siwu {version('siwu')} against check-jsonschema {version('check-jsonschema')} and ajv-cli {_ajv_version()},"
        " whole processes, best of up to three, same YAML files and schemas.",
        "The two others check shapes only and are started once a record kind, as they must be; “net” leaves out those"
        f" start-ups, measured on one record a kind ({starts[0].seconds:.1f} s and {starts[1].seconds:.1f} s). siwu also"
        " reads registers, reports and seals, checks layout and privacy, and applies every rule.",
        "",
        "| years × scale | files | MB | siwu s | s/MB | peak MiB | MiB/MB"
        " | check-jsonschema s | factor | net | ajv-cli s | siwu ÷ ajv | net |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
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


class _Province:
    """An invented province on disk and its YAML files by kind."""

    def __init__(self, folder: Path, years: int, scale: int) -> None:
        self.name = f"{years} × {scale}"
        self.root = folder / f"years-{years}-scale-{scale}"
        if not self.root.exists():
            demo = [_siwu(), "demo", "--out", str(self.root), "--years", str(years), "--scale", str(scale)]
            print(f"made {self.root.name} in {run(demo, ROOT).seconds:.0f} s", file=sys.stderr)
        self.kinds = dict(_yaml_kinds(self.root))
        files = [file for found in self.kinds.values() for file in found]
        self.files = len(files)
        self.megabytes = sum(file.stat().st_size for file in files) / 1e6

    def starts(self) -> tuple[Run, Run]:
        """Both peers over one record a kind: what their start-ups cost."""
        single = {kind: found[:1] for kind, found in self.kinds.items()}
        return self.best(list(self.check_jsonschema(single))), self.best(list(self.ajv(single)))

    def check_jsonschema(self, kinds: dict[str, list[Path]]) -> Iterator[list[str]]:
        """One command a kind."""
        for kind, files in kinds.items():
            schema = f"schemas/{kind}.schema.json"
            base = (self.root / schema).as_uri()
            yield [
                _tool("check-jsonschema"),
                "-q",
                "--schemafile",
                schema,
                "--base-uri",
                base,
                *self._names(files),
            ]

    def ajv(self, kinds: dict[str, list[Path]]) -> Iterator[list[str]]:
        """One command a kind."""
        for kind, files in kinds.items():
            data = [part for name in self._names(files) for part in ("-d", name)]
            yield [
                str(BENCH / "node_modules/.bin/ajv"), "validate", "--spec=draft2020", "--strict=false", "--errors=no",
                "-c", str(BENCH / "node_modules/ajv-formats"), "-s", f"schemas/{kind}.schema.json",
                "-r", "schemas/common.schema.json", *data,
            ]  # fmt: skip

    def _names(self, files: list[Path]) -> list[str]:
        return [file.relative_to(self.root).as_posix() for file in files]

    def best(self, commands: list[list[str]]) -> Run:
        """The best of up to three rounds of all commands one after another; long ones run once."""
        rounds: list[Run] = []
        while len(rounds) < REPEAT and (not rounds or rounds[-1].seconds < LONG_SECONDS):
            runs = [run(command, self.root) for command in commands]
            rounds.append(
                Run(
                    seconds=sum(one.seconds for one in runs),
                    mib=max(one.mib for one in runs),
                    largest=max(one.largest for one in runs),
                    code=0,
                )
            )
        return min(rounds, key=lambda one: one.seconds)


class _Size:
    """The three tools on one province."""

    def __init__(self, province: _Province, starts: tuple[Run, Run]) -> None:
        self.province = province
        self.starts = starts
        self.siwu = province.best([[_siwu(), "check"]])
        self.python = province.best(list(province.check_jsonschema(province.kinds)))
        self.ajv = province.best(list(province.ajv(province.kinds)))
        print(self.line(), file=sys.stderr)

    def line(self) -> str:
        """One row of the table."""
        python_net, ajv_net = (
            peer.seconds - start.seconds
            for peer, start in zip((self.python, self.ajv), self.starts, strict=True)
        )
        cells = [
            self.province.name, f"{self.province.files:,}", f"{self.province.megabytes:.1f}",
            f"{self.siwu.seconds:.2f}", f"{self.siwu.seconds / self.province.megabytes:.3f}",
            f"{self.siwu.mib:.0f}", f"{self.siwu.mib / self.province.megabytes:.1f}",
            f"{self.python.seconds:.1f}", f"**{self.python.seconds / self.siwu.seconds:.1f}×**",
            f"{python_net / self.siwu.seconds:.1f}×",
            f"{self.ajv.seconds:.1f}", f"**{self.siwu.seconds / self.ajv.seconds:.2f}**",
            f"{self.siwu.seconds / ajv_net:.2f}",
        ]  # fmt: skip
        return f"| {' | '.join(cells)} |"


def _growth(small: _Size, large: _Size) -> str:
    size = large.province.megabytes / small.province.megabytes
    time = large.siwu.seconds / small.siwu.seconds / size
    memory = large.siwu.mib / small.siwu.mib / size
    return (
        f"Growth from {small.province.name} to {large.province.name}:"
        f" time per MB × {time:.2f}, peak memory per MB × {memory:.2f}."
    )


def _yaml_kinds(root: Path) -> Iterator[tuple[str, list[Path]]]:
    schemas = Schemas.read(Directory(root))
    found: dict[str, list[Path]] = {}
    for path in sorted((root / "data").rglob("*.yml")):
        kind = schemas.kind_of(path.relative_to(root).as_posix())
        if kind is not None:
            found.setdefault(kind[0].name, []).append(path)
    yield from sorted(found.items())


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _siwu() -> str:
    return _tool("siwu")
