"""The operator's page on printing: its commands run as they stand there, and its matrix is the workflow's."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from PIL import Image

from generator.cli.parser import parser
from generator.documents.prints import read
from tests.published import lay_out
from tests.support import ROOT

PAGE = ROOT / "docs" / "operator" / "printing.zh-CN.md"
WORKFLOW = ROOT / ".github" / "workflows" / "print.yml"
FENCED = re.compile(r"^```(sh|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> list[str]:
    return [text for name, text in FENCED.findall(PAGE.read_text(encoding="utf-8")) if name == kind]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small repository whose certificates were also printed in four parts elsewhere."""
    folder = lay_out(tmp_path_factory.mktemp("office"))
    Image.new("RGBA", (200, 200), (200, 0, 0, 128)).save(folder / "seal.png")
    elsewhere = lay_out(tmp_path_factory.mktemp("elsewhere"))
    for part in (1, 2, 3, 4):
        out = folder / f"certificates-{part}"
        shell(f'siwu print --shard {part}/4 --out "{out}"', elsewhere)
    return folder


def shell(block: str, folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-eu", "-c", block],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": path, "SOURCE_DATE_EPOCH": "1668906000"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_pages_commands_run_in_their_order_and_lose_no_print(office: Path) -> None:
    said = [shell(block, office) for block in blocks("sh")]
    assert len(said) == 5
    assert said[0].startswith("2022 年证书：印了 4 张，原已印好 0 张；台账加了 4 行。")
    assert said[2].startswith("2022 年证书：印了 4 张，原已印好 0 张；台账加了 4 行。")
    assert said[3].startswith("2022 年证书：印了 4 张，原已印好 0 张；台账加了 4 行。")
    assert shell("siwu print", office).startswith("2022 年证书：印了 0 张，原已印好 4 张；台账加了 0 行。")
    assert said[4].startswith("2022 年证书：收了 0 张；台账加了 0 行。")
    lines = read((office / "build" / "prints" / "2022.jsonl").read_bytes())
    assert len({(one.no, one.digest) for one in lines}) == 8


def test_what_the_page_shows_of_the_workflow_is_in_it() -> None:
    (shown,) = blocks("yaml")
    assert shown in WORKFLOW.read_text(encoding="utf-8")


def test_the_workflow_prints_every_part_once_and_knows_no_key() -> None:
    job = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["print"]
    parts = job["strategy"]["matrix"]["part"]
    (command,) = [step for step in job["steps"] if step.get("run", "").startswith(".venv/bin/siwu ")]
    environment = {"PART": "3", "YEAR": "2022", "RUNNER_TEMP": "temporary"}
    words = [
        re.sub(r"\$([A-Z_]+)", lambda name: environment[name[1]], word)
        for word in shlex.split(command["run"])
    ]
    options = parser().parse_args(words[1:])
    assert (options.command, options.year, options.shard) == ("print", 2022, (3, len(parts)))
    assert parts == list(range(1, options.shard[1] + 1))
    assert options.out == "temporary/certificates"
    text = WORKFLOW.read_text(encoding="utf-8")
    assert "secrets." not in text
    assert "seal" not in command["run"]
    uploads = [step["with"] for step in job["steps"] if "upload-artifact" in step.get("uses", "")]
    assert [one["path"] for one in uploads] == ["${{ runner.temp }}/certificates"]
