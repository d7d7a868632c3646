"""From `siwu issue` to `siwu forget`: what is answered about a certificate, before and after each, by every way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.check import check
from generator.cli import main
from generator.publish.validity import CREDENTIAL, KEYS, LIST, renew
from generator.signature.keys import read_private
from generator.tree import Directory
from tests.issuing import CLASS
from tests.published import lay_out
from tests.support import IDENTITY, ISSUER_KEY, ROOT, ROSTER, read

STATUS = read_private((ROOT / "tests" / "keys" / "demo-status.pem").read_bytes())
DEMO = "演示数据，非真实证书"
KEY = ("--key", str(ISSUER_KEY))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The small repository with the class issued by the command."""
    root = lay_out(tmp_path)
    for path in (ROSTER, "data/statistics/2022.yml"):
        (root / path).unlink()
    run(root, "issue", "--class", CLASS, "--identity", IDENTITY, *KEY, "--date", "2022-07-01")
    return root


def run(root: Path, *arguments: object) -> None:
    assert main([*map(str, arguments), "--yes", "-C", str(root)]) == 0


def events(root: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(ROSTER, (root / ROSTER).read_bytes())["events"]
    return found


@pytest.fixture
def answers(root: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[dict[str, Any]], set[str]]:
    """The first lines of the answers about an entry: by QR code and number, by the records and by what is published."""

    def asked(entry: dict[str, Any]) -> set[str]:
        repo = check(Directory(root)).repo
        assert repo is not None
        renew(root / "published", repo, STATUS)
        files = ("--keys", str(root / "published" / KEYS), "--status", str(root / "published" / LIST))
        address = f"https://siwu.example/c/{entry['token']}/#{entry['payload']}.{entry['signature']}"
        return {said(what, *more) for what in (address, entry["no"]) for more in ((), files)}

    def said(*arguments: str) -> str:
        capsys.readouterr()
        main(["verify", *arguments, "-C", str(root)])
        return capsys.readouterr().out.partition("\n")[0]

    return asked


def credential(root: Path, entry: dict[str, Any]) -> bool:
    return root.joinpath("published", "c", str(entry["token"]), CREDENTIAL).exists()


def test_the_answers_follow_the_roster(root: Path, answers: Callable[[dict[str, Any]], set[str]]) -> None:
    first, other, *_ = events(root)
    assert answers(first) == {DEMO}
    assert credential(root, first)
    run(root, "reissue", first["no"], "--name", "王示范", "--reason", "姓名更正", *KEY)
    new = events(root)[-1]
    assert answers(first) == {"已换发"}
    assert (answers(new), credential(root, first), credential(root, new)) == ({DEMO}, False, True)
    run(root, "revoke", new["no"], "--reason", "dispute")
    assert (answers(new), credential(root, new)) == ({"已撤销"}, False)
    run(root, "restore", new["no"], "--reason", "异议不成立")
    assert (answers(new), credential(root, new)) == ({DEMO}, True)
    run(root, "forget", new["no"])
    assert answers(new) == {"已停止公开"}
    assert answers(first) == {"已停止公开"}
    assert (answers(other), credential(root, other)) == ({DEMO}, True)
