"""Certificates as part of a build: beside their pages, in no list, switched with the site, refused out loud."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator.check import check
from generator.cli import main
from generator.publish import publish
from generator.sign import person_digest
from generator.tree import Directory
from tests.published import build, files, lay_out
from tests.rostered import ROSTER, rostered, shown
from tests.support import ROOT, tree

pytestmark = pytest.mark.xdist_group("documents build")


# The catalogue shows a record of this small repository as an example.
EXAMPLES = {"html/rules/index.html", "pages/rules.md"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = lay_out(tmp_path_factory.mktemp("site"))
    build(folder)
    return folder


def test_certificates_are_part_of_the_site(folder: Path) -> None:
    found = files(folder / "build" / "html")
    for one in shown(rostered()):
        assert f"c/{one.token}/index.html" in found
        assert (f"c/{one.token}/certificate.pdf" in found) is one.prints
    assert found["robots.txt"] == b"User-agent: *\nDisallow: /*/certificate.pdf$\n"


def test_a_token_is_in_no_other_file_than_its_own(folder: Path) -> None:
    found = files(folder / "build")
    for one in shown(rostered()):
        holding = {name for name, raw in found.items() if one.token.encode() in raw or one.token in name}
        assert {name for name in holding if not name.startswith(f"html/c/{one.token}/")} <= EXAMPLES


def test_one_part_is_made_anew_and_the_other_stays(tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    before = files(build(folder))
    lay_out(
        folder, dict(tree({"edit": {ROSTER: {"events/0/person/name": "王示示"}}, "rechain": [ROSTER]}).files)
    )
    outcome = check(Directory(folder))
    own = {name for name in before if name.startswith("c/") or name == "robots.txt"}
    pages = files(publish(folder, outcome, folder / "build", only="site"))
    assert set(pages) == set(before)
    assert {name for name in own if pages[name] != before[name]} == set()
    assert "王示示" in pages["roster/2022/index.html"].decode()
    both = files(publish(folder, outcome, folder / "build", only="certificates"))
    assert {name for name in both if both[name] != pages[name]} <= own
    assert "王示示" in both["c/0gvnkx8dgr5vadkcas2v/index.html"].decode()
    assert both == files(publish(folder, outcome, tmp_path / "anew"))


def test_a_refused_certificate_is_told_and_the_site_is_built(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    person = {"name": "王\U00030000", "unit": "示例秭归科技有限公司", "county": "420527"}
    digest = person_digest("3261b4a8fbe54b47c0109b1cc71a9cb5", person)
    edits = {"events/0/person": person, "events/0/digest": digest}
    changed = tree({"edit": {ROSTER: edits}, "rechain": [ROSTER]})
    folder = lay_out(tmp_path, dict(changed.files))
    assert main(["-C", str(folder), "build", "--only", "certificates"]) == 1
    said = capsys.readouterr()
    assert "证书 ZSCQZY-42-2022-YC-0001-B 没有打印：字体中没有“𰀀”（U+30000）。" in said.err
    assert "网站已生成：" in said.out
    assert len(list((folder / "build" / "html").rglob("certificate.pdf"))) == 3


def test_a_font_that_is_not_there_ends_the_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = lay_out(tmp_path)
    assert main(["-C", str(folder), "build", "--only", "certificates", "--font", "no.otf"]) == 2
    assert "字体文件 no.otf 读不了" in capsys.readouterr().err
    assert not (folder / "build" / "html").exists()


PRINT = """
import sys
from pathlib import Path
from tests.rostered import rostered, shown
from generator.documents.fonts import Fonts
from generator.documents.printing import Batch, printed
wanted = [one for one in shown(rostered()) if one.prints] * 2000
batch = Batch(Path("site"), Fonts.installed())
for _ in printed(batch, wanted, 2):
    print("printed", flush=True)
"""


def test_printing_processes_end_with_a_killed_build_and_leave_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", PRINT]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        workers = _children(parent.pid)
        assert len(workers) == 2
        parent.send_signal(signal.SIGKILL)
        parent.communicate()
    until = time.monotonic() + 10
    while any(_alive(pid) for pid in workers) and time.monotonic() < until:
        time.sleep(0.05)
    assert [pid for pid in workers if _alive(pid)] == []
    assert list(tmp_path.iterdir()) == []


def _children(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
