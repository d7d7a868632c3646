"""The operator's guide says what is there: commands that parse, the line for a key that the tests use, real sentences."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from generator.cli.parser import parser
from generator.hook import after, place
from generator.hook.account import FORGE, GITOLITE, WEB
from generator.hook.journal import NAME
from generator.hook.place import CONFIG
from generator.hook.policy import folder
from tests.gate.repository import YICHANG
from tests.hook.servers import LINE
from tests.support import ROOT

GUIDE = (ROOT / "docs" / "operator" / "git-server.zh-CN.md").read_text("utf-8")
COMMANDS = re.findall(r"^(?:\S*/)?siwu .+$", GUIDE, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_one(command: str) -> None:
    assert parser().parse_args(shlex.split(command)[1:]).command in {"hook", "file"}


def test_there_are_commands() -> None:
    assert len(COMMANDS) >= 4


def test_the_line_for_a_key_is_the_one_that_is_tested() -> None:
    assert LINE.format(account=YICHANG, key="ssh-ed25519 AAAA…（公钥）") in GUIDE


def test_branches_variables_settings_and_the_journal() -> None:
    rows = dict(re.findall(r"`([a-z:]+)` \| `([a-z-]+/)…`", GUIDE))
    assert {role: folder(role) for role in rows} == rows
    assert set(rows) == {"bureau:yichang", "base:yichang", "group"}
    assert all(f"`{name}`" in GUIDE for name in (FORGE, GITOLITE, NAME, *(key for key, _ in CONFIG)))
    assert f"--user-from {WEB}" in GUIDE


@pytest.mark.parametrize(
    "said", re.findall(r"^\| ([^|`]+) \| (?!-)", GUIDE.partition("## 六、")[2], re.MULTILINE)[1:]
)
def test_the_sentences_it_explains_are_said(said: str) -> None:
    sources = [
        *Path(place.__file__).parent.glob("*.py"),
        *(Path(after.__file__).parents[1] / "gate").glob("*.py"),
    ]
    text = re.sub(r'"\s*f?"', "", "".join(path.read_text("utf-8") for path in sources))
    assert re.sub(r"^账号没有登记$", "没有登记，不能提交", said) in text
