"""The operator's page: its commands exist, and its drills are run as they stand there, on a small repository."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator import register
from generator.check import check
from generator.cli.parser import parser
from generator.load import load_lines
from generator.problem import Severity
from tests.support import ROOT, base, schemas, tree
from tests.test_tree import QUIET

PAGE = ROOT / "docs" / "operator" / "README.zh-CN.md"
YEAR = PAGE.with_name("year.zh-CN.md")
FENCED = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ASSIGNED = re.compile(r"([A-Z]+)=")
HEAD = re.compile("末条摘要 ([0-9a-f]{64})")
JOURNAL = "siwu-journal.jsonl"
PLAN = "data/plans/2022/yichang/zigui.yml"
# What nobody's scan finds: a person, and where they live.
LEAK = "联系人示例某住示例路一号"
TIMES = {"GIT_COMMITTER_DATE": "2022-11-21T09:00:00+08:00", "GIT_AUTHOR_DATE": "2022-11-21T09:00:00+08:00"}


def text() -> str:
    return PAGE.read_text(encoding="utf-8")


def section(anchor: str) -> list[str]:
    """The shell blocks between an anchor and the next."""
    _, _, rest = text().partition(f'<a id="{anchor}"></a>')
    assert rest, anchor
    return FENCED.findall(rest.partition("<a id=")[0])


def commands(name: str, page: Path = PAGE) -> list[str]:
    """Every command line of a page that runs a program."""
    lines = [
        line for block in FENCED.findall(page.read_text(encoding="utf-8")) for line in block.splitlines()
    ]
    return [line for line in lines if line.startswith(f"{name} ")]


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with a bare repository `siwu.git` and its work tree; the page's blocks run in it."""

    folder: Path

    @property
    def environment(self) -> Mapping[str, str]:
        paths = {
            "GIT_CONFIG_GLOBAL": str(self.folder / "gitconfig"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        return os.environ | QUIET | TIMES | paths

    def git(self, *arguments: str) -> bytes:
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=self.environment, capture_output=True, check=True
        )
        return done.stdout

    def merge(self, remark: str, say: str) -> None:
        """The plan with another remark, on the work tree's main and on the server's."""
        plan = base()[PLAN].replace(b'remark: ""', f"remark: {remark}".encode())
        (self.folder / "work" / PLAN).write_bytes(plan)
        self.git("-C", "work", "commit", "-q", "-a", "-m", say)
        self.git("-C", "siwu.git", "fetch", "-q", "../work", "+main:main")

    def run(self, block: str, **given: str) -> str:
        """A block as it stands, but for the names given here."""
        kept = [
            line for line in block.splitlines() if not ((found := ASSIGNED.match(line)) and found[1] in given)
        ]
        done = subprocess.run(
            ["sh", "-eu"],
            input="\n".join(kept).encode(),
            cwd=self.folder,
            env={**self.environment, **given},
            capture_output=True,
            check=False,
        )
        said = done.stdout.decode() + done.stderr.decode()
        assert done.returncode == 0, f"{block}\n{said}"
        return said

    def lines(self) -> bytes:
        """The register, as the server's branch has it."""
        return self.git("-C", "siwu.git", "show", "register:data/filings/2022.jsonl")


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small repository and its server, with the register moved to its branch as the page says."""
    folder = tmp_path_factory.mktemp("operator") / "start"
    for path, raw in base().items():
        (folder / "work" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "work" / path).write_bytes(raw)
    shutil.copytree(ROOT / "schemas", folder / "work" / "schemas")
    settings = "[user]\nname = 省局\nemail = office@siwu.example\n[init]\ndefaultBranch = main\n"
    (folder / "gitconfig").write_text(settings, encoding="utf-8")
    (folder / JOURNAL).touch()
    place = Place(folder)
    place.git("init", "-q", "work")
    place.git("-C", "work", "add", "-A")
    place.git("-C", "work", "commit", "-q", "-m", "起点")
    place.git("clone", "-q", "--bare", "work", "siwu.git")
    said = place.run(section("register")[0], REPO="siwu.git")
    assert len(set(HEAD.findall(said))) == 1
    return folder


@pytest.fixture
def place(start: Path, tmp_path: Path) -> Place:
    return Place(shutil.copytree(start, tmp_path / "place", symlinks=True))


@pytest.mark.parametrize(("page", "more_than"), [(PAGE, 15), (YEAR, 10)])
def test_every_command_of_ours_is_one(page: Path, more_than: int) -> None:
    found = commands("siwu", page)
    assert len(found) > more_than
    for line in found:
        words = shlex.split(re.sub(r"\$[A-Z]+", "2022", line), comments=True)[1:]
        parser().parse_args(words)


def test_every_command_of_gits_is_one() -> None:
    known = subprocess.run(
        ["git", "--list-cmds=main,others"], env=os.environ, capture_output=True, check=True
    ).stdout.decode()
    for line in commands("git"):
        words = shlex.split(line)[1:]
        if words[0] == "-C":
            words = words[2:]
        assert words[0] in known.split(), line


def test_the_page_links_to_what_is_there() -> None:
    links = re.findall(r"\]\(([^)]+)\)", text())
    anchors = set(re.findall(r'<a id="([a-z]+)"></a>', text()))
    assert {link[1:] for link in links if link.startswith("#")} == anchors
    files = {link for link in links if not link.startswith(("#", "http"))}
    assert {link for link in files if not (PAGE.parent / link).exists()} == set()


def test_a_new_year_as_the_page_says() -> None:
    """The year's files copied to the next year, and the dataset moved on: nothing to correct."""
    kinds = re.findall(r"`data/(\w+)/新年度\.yml`", text())
    assert len(kinds) == 4
    copies = {
        f"data/{kind}/2023.yml": base()[f"data/{kind}/2022.yml"].replace(b"2022", b"2023") for kind in kinds
    }
    dataset = base()["data/dataset.yml"].replace(b"year: 2022", b"year: 2023")
    files = {name: raw.decode() for name, raw in {**copies, "data/dataset.yml": dataset}.items()}
    outcome = check(tree({"files": files}), schemas=schemas())
    assert outcome.repo is not None
    assert outcome.repo.dataset.year == 2023
    assert [one for one in outcome.problems if one.severity is Severity.ERROR] == []


def test_the_office_is_put_among_the_code_owners(tmp_path: Path) -> None:
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    (block,) = section("github")
    Place(tmp_path).run(block, TEAM="@province/office")
    said = (tmp_path / ".github" / "CODEOWNERS").read_text(encoding="utf-8")
    assert "OWNER" not in said
    assert said.count("@province/office\n") == 2


def test_roles_are_those_of_the_schema() -> None:
    said = (ROOT / "schemas" / "owners.schema.json").read_text(encoding="utf-8")
    for role in re.findall(r"^\| `([a-z]+)", text(), re.MULTILINE):
        assert role in said


def test_the_register_moves_to_its_branch_as_it_is(place: Place) -> None:
    assert place.lines() == base()["data/filings/2022.jsonl"]


def test_anchor_and_the_proof_of_it(place: Place) -> None:
    key = place.folder / "anchor-key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], check=True)
    public = key.with_suffix(".pub").read_text(encoding="utf-8")
    (place.folder / "allowed-signers").write_text(f"office@siwu.example {public}", encoding="utf-8")
    _, make, prove = section("register")
    assert "register-" in place.run(make, REPO="siwu.git")
    assert "1 个锚定标签都对得上" in place.run(prove, REPO="siwu.git")


def holds(place: Place, words: str) -> bool:
    """Whether any object the server keeps, reachable or not, holds the words."""
    names = place.git("-C", "siwu.git", "cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
    listed = names.decode().split()
    return any(words.encode() in place.git("-C", "siwu.git", "cat-file", "-p", one) for one in listed)


def test_a_leak_is_purged_and_the_register_stands(place: Place) -> None:
    find, clean, put_back, _, again = section("leak")
    given = {"REPO": "siwu.git", "JOURNAL": JOURNAL}
    place.merge(LEAK, f"报送，{LEAK}")
    place.run(again, **given)
    place.merge("已更正", "更正")
    (place.folder / "leaked.txt").write_text(f"{LEAK}\n", encoding="utf-8")
    before, head = place.lines(), place.git("-C", "siwu.git", "rev-parse", "main")
    assert f"报送，{LEAK}" in place.run(find, **given)
    assert holds(place, LEAK)
    assert "没有改动" in place.run(clean, **given)
    place.run(put_back, **given)
    assert place.git("-C", "siwu.git", "rev-parse", "main") != head
    assert not holds(place, LEAK)
    place.run(again, **given)
    after = place.lines()
    assert register.extends(before, after)
    added = load_lines(after[len(before) :], "added").data
    assert {(line["kind"], line["record"]) for line in added} == {("amendment", PLAN)}


def test_a_backup_is_restored(place: Place) -> None:
    make, restore = section("backup")
    place.run(make, REPO="siwu.git")
    said = place.run(restore, REPO="siwu.git")
    assert len(set(HEAD.findall(said))) == 1
    assert said.count("没有改动") == 2


def test_the_register_is_held_against_an_old_copy(place: Place) -> None:
    place.git("clone", "-q", "--mirror", "siwu.git", "backup.git")
    compare = section("keys")[0]
    assert "没有改动" in place.run(compare, REPO="siwu.git", OLD=str(place.folder / "backup.git"))


def test_two_registers_are_told_apart(place: Place) -> None:
    """Only one of them filed what both took in: it is filed again where the other goes on."""
    place.git("clone", "-q", "--mirror", "siwu.git", "other.git")
    place.merge("变更", "变更")
    place.git("-C", "other.git", "fetch", "-q", "../work", "+main:main")
    both, apart, again = section("fork")
    place.run(again, ONE="other.git", JOURNAL=JOURNAL)
    given = {"ONE": "siwu.git", "OTHER": str(place.folder / "other.git"), "JOURNAL": JOURNAL}
    assert place.run(both, **given).count("没有改动") == 2
    assert '"amendment"' in place.run(apart, **given)
    before = place.lines()
    place.run(again, **given)
    assert register.extends(before, place.lines())
    assert before != place.lines()
