"""`siwu gate` as a hook or a workflow calls it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.cli import main
from generator.rules import RULES
from tests.gate.conftest import Small
from tests.gate.repository import ENSHI, OFFICE, REGISTER, YICHANG, ZEROS, ZIGUI, plan
from tests.said import Said, ended
from tests.support import base

Gate = Callable[..., Said]


@pytest.fixture
def gate(capsys: pytest.CaptureFixture[str], repository: Small) -> Gate:
    def run(new: str, *more: str, old: str = repository.first, user: str = YICHANG) -> Said:
        arguments = [
            "gate",
            "--git-dir",
            str(repository.bare.git_dir),
            "--old",
            old,
            "--new",
            new,
            "--user",
            user,
        ]
        return Said(ended(*arguments, *more), *capsys.readouterr())

    return run


def test_a_push_that_may_come_in(gate: Gate, repository: Small) -> None:
    said = gate(repository.bare.commit({ZIGUI: plan(remark="更正")}, repository.first))
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("可以接收")
    assert "秭归县" in said.out


def test_a_push_that_may_not(gate: Gate, repository: Small) -> None:
    new = repository.bare.commit({ENSHI: plan(ENSHI, remark="改")}, repository.first)
    for more in ((), ("--format", "json"), ("--format", "markdown"), ("--format", "github")):
        said = gate(new, *more)
        assert (said.code, said.err) == (1, "")
        assert "GA003" in said.out
    assert gate(new, user=OFFICE).code == 0
    assert gate(new, old=ZEROS).code == 1


def test_the_tree_a_merge_would_give(gate: Gate, repository: Small) -> None:
    bare, first = repository
    new = bare.commit({ZIGUI: plan(remark="更正")}, first)
    bad = bare.tree(bare.files[bare.commit({ENSHI: plan(ENSHI, remark="改")}, new)])
    assert gate(new, "--tree", bad).code == 1
    assert gate(new, "--tree", new).code == 0


def test_the_register_is_the_branch_of_that_name_or_the_revision_given(gate: Gate, repository: Small) -> None:
    bare, first = repository
    gone = bare.commit({ZIGUI: None}, bare.commit({REGISTER: None}, first))
    register = bare.commit({REGISTER: base()[REGISTER]})
    assert "GA013" in gate(gone, "--register", register).out
    without = bare.commit({REGISTER: None}, first)
    assert "GA013" not in gate(bare.commit({ZIGUI: None}, without), old=without).out
    bare.set_branch("register", register)
    try:
        assert "GA013" in gate(bare.commit({ZIGUI: None}, without), old=without).out
    finally:
        (bare.git_dir / "refs" / "heads" / "register").unlink()


def test_a_tag_does_not_pass_for_the_registers_branch(gate: Gate, repository: Small) -> None:
    bare, first = repository
    gone = bare.commit({ZIGUI: None}, first)
    bare.set_branch("register", bare.commit({REGISTER: base()[REGISTER]}))
    bare.git("tag", "register", bare.commit({REGISTER: b""}))
    try:
        assert "GA013" in gate(gone).out
    finally:
        bare.git("tag", "-d", "register")
        (bare.git_dir / "refs" / "heads" / "register").unlink()


@pytest.mark.parametrize("style", ["text", "json", "markdown", "github"])
def test_a_name_or_a_message_forges_no_command_and_moves_no_cursor(
    gate: Gate, repository: Small, style: str
) -> None:
    bare, first = repository
    name = "x\n::error file=forged::x\r::set-output name=a::b\x1b[2J\u202e"
    record = plan(remark="\u202e::warning::x").replace(b"remark:", b"::add-mask::x: 1\nremark:")
    new = bare.commit(
        {f"docs/{name}": b"x", ZIGUI: record, f"data/{name}.yml": b"x: 1\n"},
        first,
        message=f"{name} 13800138000",
    )
    said = gate(new, "--format", style)
    assert said.code == 1
    lines = said.out.replace("\r", "\n").split("\n")
    forged = ("::error file=forged", "::set-output", "::add-mask", "::warning::")
    assert [line for line in lines if line.lstrip().startswith(forged)] == []
    assert not any(character in said.out + said.err for character in "\x1b\u202e")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"new": "nope"}, "中没有版本“nope”"),
        ({"new": "--all"}, "--new"),
        ({"new": ZEROS}, "表示删除分支"),
        ({"old": "HEAD~99"}, "中没有版本“HEAD~99”"),
        ({"old": "1" * 40}, "中没有版本"),
    ],
)
def test_wrong_usage(gate: Gate, repository: Small, changes: dict[str, Any], sentence: str) -> None:
    said = gate(**{"new": repository.first, **changes})
    assert said.code == 2
    assert sentence in said.err


def test_no_repository(repository: Small, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [
        "--git-dir",
        str(tmp_path),
        "--old",
        repository.first,
        "--new",
        repository.first,
        "--user",
        YICHANG,
    ]
    assert main(["gate", *arguments]) == 2
    assert "不是 git 仓库" in capsys.readouterr().err


def test_a_rule_that_fails_is_a_bug_and_no_pass(
    gate: Gate, repository: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Any) -> Any:
        raise RuntimeError("boom")

    monkeypatch.setitem(RULES, "PL002", replace(RULES["PL002"], check=fail))
    said = gate(repository.bare.commit({ZIGUI: plan(remark="更正")}, repository.first))
    assert said.code == 3
    assert "GA018" in said.out
    assert "boom" in said.err
