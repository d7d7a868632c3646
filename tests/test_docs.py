"""The documents say what is there: commands, modules, kinds, packages, places to touch."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from generator.cli.commands import COMMANDS
from generator.rules import RULES
from tests.support import schemas

ROOT = Path(__file__).parent.parent
# YEAR, KIND, CODE and their Chinese twins stand for any name.
PLACEHOLDER = re.compile(r"YEAR|KIND|CODE|年度|类别|编号")
READMES = ("README.md", "README.zh-CN.md")


def document(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", READMES)
def test_every_place_the_table_names_exists(name: str) -> None:
    rows = [line for line in document(name).splitlines() if line.startswith("| ") and "`" in line]
    paths = {path for row in rows for path in re.findall(r"`([a-z][\w./-]*/[\w./-]*)`", row.split("|")[2])}
    assert len(paths) > 10
    assert {path for path in paths if not list(ROOT.glob(PLACEHOLDER.sub("*", path)))} == set()


def test_the_two_readmes_show_the_same_commands_and_as_many_rows() -> None:
    shown = [
        re.findall(r"^(?:\.venv/bin/siwu|make) [^#\n]+", document(name), re.MULTILINE) for name in READMES
    ]
    assert [line.strip() for line in shown[0]] == [line.strip() for line in shown[1]]
    rows = [sum(line.startswith("| ") for line in document(name).splitlines()) for name in READMES]
    assert rows[0] == rows[1]


@pytest.mark.parametrize(
    "line", re.findall(r"^\.venv/bin/siwu ([^#\n]+)", document("README.md"), re.MULTILINE)
)
def test_every_command_of_the_readme_runs(line: str, tmp_path: Path) -> None:
    arguments = [str(tmp_path / "out") if word.startswith("../") else word for word in line.split()]
    if arguments[0] == "fix":
        arguments.append("data/waivers.yml")
    if arguments[0] == "diff":
        arguments = ["diff", ".", "."]
    done = subprocess.run(
        [str(Path(sys.executable).parent / "siwu"), *arguments], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def test_every_command_is_documented() -> None:
    text = document("README.md")
    assert {name for name in COMMANDS if f"siwu {name}" not in text and f"make {name}" not in text} == set()


def test_every_module_has_its_line() -> None:
    text = document("DEVELOPING.md")
    nouns = {
        path.name.removesuffix(".py")
        for path in (ROOT / "generator").iterdir()
        if not path.name.startswith("_")
    }
    assert {noun for noun in nouns if f"`{noun}" not in text} == set()


def test_every_package_has_its_reason() -> None:
    rows = [line for line in document("DEVELOPING.md").splitlines() if line.startswith("| ")]
    named = " ".join(row.split("|")[1] for row in rows)
    wanted = {
        re.split(r"[<>=\[;! ]", line.strip())[0]
        for name in ("run.in", "pades.in", "test.in")
        for line in document(f"requirements/{name}").splitlines()
        if line.strip() and not line.startswith(("#", "-"))
    }
    assert {
        package for package in wanted if package not in named and not package.startswith("types-")
    } == set()


def test_the_filing_guide_names_real_rules_and_paths() -> None:
    text = document("CONTRIBUTING.md")
    assert {code for code in re.findall(r"\b[A-Z]{2}[0-9]{3}\b", text) if code not in RULES} == set()
    paths = re.findall(r"`(data/[a-z0-9/_.-]+\.yml)`", text)
    assert {path for path in paths if schemas().kind_of(path) is None} == set()
