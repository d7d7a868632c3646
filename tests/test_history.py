"""The register against git: digests at merges, and a register on its own branch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.check import check
from generator.cli import main
from generator.sign import canonical_json, chain
from generator.tree import GitTree
from tests.support import FILINGS, base, records, schemas
from tests.test_tree import git

ROOT = Path(__file__).parent.parent
PLAN = "data/plans/2022/yichang/zigui.yml"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The small repository under git; every plan merged in its first commit."""
    for path, raw in base().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(raw)
    (tmp_path / "schemas").symlink_to(ROOT / "schemas")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "data")
    git(tmp_path, "commit", "-q", "-m", "records")
    return tmp_path


def register(change: Callable[[dict[str, Any]], None]) -> bytes:
    lines = [dict(line) for line in records()[FILINGS]]
    for line in lines:
        change(line)
    return b"".join(canonical_json(line) + b"\n" for line in chain(lines))


def codes(repository: Path) -> list[tuple[str, str]]:
    git(repository, "commit", "-q", "-a", "-m", "register")
    outcome = check(GitTree(repository / ".git", "main"), schemas=schemas())
    return [(problem.code, problem.message) for problem in outcome.problems]


def test_a_digest_that_agrees_with_its_merge(repository: Path) -> None:
    head = git(repository, "rev-parse", "HEAD")
    (repository / FILINGS).write_bytes(register(lambda line: line.update(merge=head)))
    assert codes(repository) == []


def test_a_digest_that_its_merge_contradicts(repository: Path) -> None:
    """The record was changed before it was registered: the file agrees with the line, the merge does not."""
    head = git(repository, "rev-parse", "HEAD")
    raw = (repository / PLAN).read_bytes()
    (repository / PLAN).write_bytes(raw.replace("秭归县示例".encode(), "秭归县示范".encode()))
    git(repository, "commit", "-q", "-a", "-m", "quietly changed")
    digest = check(GitTree(repository / ".git", "main"), schemas=schemas()).repo.digests[PLAN]  # type: ignore[union-attr]
    (repository / FILINGS).write_bytes(
        register(lambda line: line.update(merge=head, digest=digest) if line["record"] == PLAN else None)
    )
    ((code, message),) = codes(repository)
    assert code == "FL016"
    assert f"登记的摘要与合并 {head[:12]} 中的文件不符" in message


def test_a_merge_that_is_not_at_hand_says_nothing(repository: Path) -> None:
    (repository / FILINGS).write_bytes(register(lambda line: line.update(merge="0" * 40)))
    assert codes(repository) == []


@pytest.mark.parametrize("named", [False, True])
def test_the_register_on_its_own_branch(
    repository: Path, named: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """The branch is read instead of the tree; `--register` names another."""
    branch = "books" if named else "register"
    git(repository, "checkout", "-q", "-b", branch)
    (repository / FILINGS).write_bytes(register(lambda line: line.update(seq=line["seq"] + 1)))
    git(repository, "commit", "-q", "-a", "-m", "a register with a gap")
    git(repository, "checkout", "-q", "main")
    assert main(["-C", str(repository), "check", *(["--register", branch] if named else [])]) == 1
    assert "FL001" in capsys.readouterr().out
    git(repository, "branch", "-q", "-D", branch)
    assert main(["-C", str(repository), "check"]) == 0
