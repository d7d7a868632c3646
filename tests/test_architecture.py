"""The import order is the data flow, as DEVELOPING.md states it: a module imports only from its left."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINE = next(
    line
    for line in (ROOT / "DEVELOPING.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("`memory →")
)
ORDER = LINE.strip("`").split(" → ")
MODULES = sorted(
    path
    for path in (ROOT / "generator").rglob("*.py")
    if path.name != "__init__.py" or path.parent.name != "generator"
)
LONGEST = 300


def _noun(path: Path) -> str:
    return path.relative_to(ROOT / "generator").parts[0].removesuffix(".py")


def _imported(path: Path) -> set[str]:
    """First part of every `generator.…` a module imports at any depth; TYPE_CHECKING imports count too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("generator"):
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("generator.")}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_from_its_left(path: Path) -> None:
    noun = _noun(path)
    assert noun in ORDER, f"{noun} has no place in the import order"
    later = {name for name in _imported(path) if ORDER.index(name) > ORDER.index(noun)}
    assert not later, f"{path.relative_to(ROOT)} imports from its right: {sorted(later)}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_fits_its_limits(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_the_order_names_no_module_that_is_banned() -> None:
    assert not {"utils", "helpers", "manager", "common", "misc"} & {path.stem for path in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_time_is_an_argument_below_the_command_line(path: Path) -> None:
    if _noun(path) != "cli":
        assert not re.search(r"date\.today\(|datetime\.now\(|time\.time\(", path.read_text(encoding="utf-8"))
