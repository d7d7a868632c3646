"""The gate's whole table of attacks as real pushes: what the gate refuses the installed hook refuses under the same
codes, and what the gate lets in it keeps.

The tests are those of `tests.gate.test_attacks`, with a repository that pushes whatever it judges to a server with the
hook. What that table shows with limits made small, or of code alone, is shown here at the hook's real limits.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from generator.gate import Verdict, limits
from generator.gate.finding import shown
from generator.hook.account import ACCOUNT, NOBODY
from generator.hook.journal import NAME
from generator.hook.policy import folder
from tests.gate import test_attacks as gate
from tests.gate.conftest import Small
from tests.gate.repository import (
    BASE,
    ENSHI_BUREAU,
    GROUP,
    OFFICE,
    YICHANG,
    ZEROS,
    ZIGUI,
    Bare,
    Given,
    codes,
    plan,
    small,
)
from tests.gate.repository import REGISTER as REGISTER_FILE
from tests.hook.conftest import SIWU, install
from tests.hook.servers import Said, run, sure
from tests.hook.standing import call, standing
from tests.support import base

MAIN, REGISTER = "refs/heads/main", "refs/heads/register"
CODE = re.compile(r"\b[A-Z]{2}[0-9]{3}\b")
# Not here: objects no git sends, a tree or a revision given by hand, code alone. Nor what changes the gate in this
# process (limits made small, a rule made to fail): the hook is another.
ELSEWHERE = {
    "test_a_leak_only_the_merge_result_has",
    "test_folders_that_are_no_folders",
    "test_revisions_that_are_not_there",
    "test_who_may_write_what",
}


def _is_a_push(name: str, found: Any) -> bool:
    if not name.startswith("test_") or name in ELSEWHERE:
        return False
    given = signature(found).parameters
    inside = any(mark.name == "usefixtures" for mark in getattr(found, "pytestmark", []))
    return "repository" in given and "monkeypatch" not in given and not inside


ATTACKS: dict[str, Callable[..., None]] = {
    name: found for name, found in vars(gate).items() if _is_a_push(name, found)
}
globals().update(ATTACKS)


@dataclass
class Pushed(Bare):
    """A repository beside a server: what it judges it also pushes there, and holds the two answers together."""

    server: Path = Path()
    refs: dict[str, str] = field(default_factory=dict)
    # What was pushed: by whom, at which paths, under which codes. Refusals are the present test's only.
    seen: set[tuple[str, tuple[str, ...], frozenset[str]]] = field(default_factory=set)

    def set_branch(self, name: str, commit: str) -> None:
        super().set_branch(name, commit)
        self.point(f"refs/heads/{name}", commit)

    def judge(self, old: str, new: str, user: str = YICHANG, *, whole: bool = False, **more: Any) -> Verdict:
        verdict = super().judge(old, new, user, whole=whole, **more)
        if not self._is_new(verdict):
            return verdict
        self.point(REGISTER, more.get("register") or "")
        if old != ZEROS:
            self.point(MAIN, old)
        tree = more.get("tree")
        if old != ZEROS and tree is None and not self._follows(old, new):
            # As a branch it is merged; what may not follow the base is refused there.
            said = self.push(new, MAIN, OFFICE)
            assert (said.code, "GA020" in said.text) == (1, True), said.text
        elif tree is None or tree == self._merge(old, new):
            self._compare(verdict, self.push(new, _place(verdict), user))
        return verdict

    def point(self, ref: str, commit: str) -> None:
        """Put a branch of the server where a test begins, past the hook."""
        if self.refs.get(ref, "") != commit:
            if commit:
                sure("git", "fetch", "-q", str(self.git_dir), f"+{commit}:{ref}", cwd=self.server)
            else:
                sure("git", "update-ref", "-d", ref, cwd=self.server)
            self.refs[ref] = commit

    def push(self, new: str, ref: str, user: str) -> Said:
        """A push as an account, as if nothing had been received before."""
        (self.server / NAME).unlink(missing_ok=True)
        if ref not in (MAIN, REGISTER):
            (self.server / ref).unlink(missing_ok=True)
        command = ("git", "push", "--porcelain", str(self.server), f"+{new}:{ref}")
        said = run(*command, cwd=self.git_dir, SIWU_USER=user)
        if ref == MAIN and said.code == 0:
            self.refs[MAIN] = new
        return said

    def _is_new(self, verdict: Verdict) -> bool:
        """Not one more way in one test to the same answer; of the register every way is tried."""
        paths = tuple(one.path for one in verdict.touched)
        key = verdict.request.user, paths, frozenset(codes(verdict))
        new = REGISTER_FILE in paths or key not in self.seen
        self.seen.add(key)
        return new

    def _compare(self, verdict: Verdict, said: Said) -> None:
        if not verdict.refused:
            assert said.code == 0, said.text
            assert "已收下" in said.text
            return
        assert said.code == 1, said.text
        if "unpack" in said.text:
            # git's own look at what comes in was before us.
            assert re.search(r"fsck error|(has|contains|tree|bad|missing)\w*: ", said.text), said.text
        elif not ACCOUNT.fullmatch(verdict.request.user):
            assert NOBODY in said.text
        else:
            # Whoever shares no history reads that alone; a long list is cut, and says so.
            wanted = {"GA020"} if "GA020" in codes(verdict) else codes(verdict)
            found = set(CODE.findall(said.text))
            assert wanted & found if "没有列出" in said.text else wanted <= found, said.text

    def _follows(self, old: str, new: str) -> bool:
        return run("git", "merge-base", "--is-ancestor", old, new, cwd=self.git_dir).code == 0

    def _merge(self, old: str, new: str) -> str:
        """The tree git makes of it, "" for a conflict."""
        said = run("git", "merge-tree", "--write-tree", old, new, cwd=self.git_dir)
        return said.text if said.code == 0 else ""


def _place(verdict: Verdict) -> str:
    """Where the account may push at all: the office the base, others a branch of their own."""
    roles = verdict.roles or ("office",)
    return MAIN if "office" in verdict.roles else f"refs/heads/{folder(roles[0])}attack"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    """One repository and one server with the hook a module; what follows a merge is left out."""
    where = tmp_path_factory.mktemp("attacks")
    bare, first = small(where)
    server = where / "server.git"
    shutil.copytree(bare.git_dir, server)
    assert install(server).code == 0
    (server / "hooks" / "post-receive").unlink()
    bare.git("config", "uploadpack.allowAnySHA1InWant", "true")
    with standing(where) as program:
        call(server, SIWU, program)
        yield Small(Pushed(bare.git_dir, bare.files, server=server, refs={MAIN: first}), first)


@pytest.fixture
def repository(both: Small) -> Iterator[Small]:
    assert isinstance(both.bare, Pushed)
    both.bare.seen = {key for key in both.bare.seen if not key[2]}
    yield both
    both.bare.set_branch("main", both.first)


def test_what_is_elsewhere_is_there() -> None:
    assert {name for name in ELSEWHERE if not callable(getattr(gate, name, None))} == set()
    assert len(ATTACKS) > 40


FOLDERS = {YICHANG: "yichang/", ENSHI_BUREAU: "enshi/", BASE: "base-yichang/", GROUP: "group/"}


def pushed(repository: Small, new: str, user: str = YICHANG) -> set[str]:
    """The codes the hook answers to a commit on the first one."""
    bare = repository.bare
    assert isinstance(bare, Pushed)
    bare.point(MAIN, repository.first)
    bare.point(REGISTER, "")
    said = bare.push(new, f"refs/heads/{FOLDERS[user]}a", user)
    assert said.code in (0, 1), said.text
    return set(CODE.findall(said.text)) if said.code else set()


WRITERS = {
    YICHANG: [
        "data/deliveries/2022/yichang/zigui.yml",
        "data/recommendations/2022/yichang.yml",
        "data/archive/2022/yichang.yml",
        ZIGUI,
    ],
    BASE: [
        "data/instructors/base-yichang/li-shili.yml",
        "data/deliveries/2022/assessment/yichang.yml",
        gate.SEALED,
    ],
    GROUP: [
        "data/assessments/2022/yichang/instructors.yml",
        "data/sealed/2022/kaohe-yichang-1-paper.age",
        "data/reports/2022/group/assessment-yichang.md",
    ],
}


@pytest.mark.parametrize("user", [*WRITERS, ENSHI_BUREAU])
def test_who_may_write_what_on_the_server(repository: Small, user: str) -> None:
    bare, first = repository
    mine = {path: base()[path] + b"\n" for path in WRITERS.get(user, [])}
    theirs = {path: base()[path] + b"\n" for paths in WRITERS.values() for path in paths if path not in mine}
    assert not pushed(repository, bare.commit({**mine}, first), user) & {"GA003", "GA004", "GA005"}
    assert pushed(repository, bare.commit({**theirs}, first), user) & {"GA003", "GA004"}


def oversize(number: int, size: int) -> dict[str, Given]:
    return {f"{gate.FOLDER}/n{n}.yml": b"%d " % n * (size // 2) for n in range(number)}


def test_more_commits_than_a_bureau_needs(repository: Small) -> None:
    bare, first = repository
    new = bare.commit({ZIGUI: plan(remark="一")}, first)
    tree = bare.git("rev-parse", f"{new}^{{tree}}").decode().strip()
    for _ in range(limits.BUREAU.commits - 1):
        new = bare.commit_tree(tree, new)
    assert pushed(repository, new) == set()
    assert pushed(repository, bare.commit_tree(tree, new)) == {"GA006"}


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (oversize(limits.BUREAU.objects + 1, 2), "GA007"),
        (oversize(limits.BUREAU.objects - 2, 2), "GA007"),
        (oversize(1, limits.BUREAU.file + 2), "GA008"),
        ({gate.SEALED: b"x" * (limits.BUREAU.sealed + 1)}, "GA008"),
        (oversize(4, limits.MB - 2), "GA009"),
    ],
    ids=["paths", "objects", "a file", "a sealed file", "in all"],
)
def test_more_than_a_bureau_brings(repository: Small, files: dict[str, Given], code: str) -> None:
    bare, first = repository
    there = bare.commit(files, first)
    assert pushed(repository, there) == {code}
    if code != "GA007":
        gone = bare.commit({path: base().get(path) for path in files}, there)
        assert pushed(repository, gone) == {code}


def test_a_message_as_long_as_a_book(repository: Small) -> None:
    bare, first = repository
    new = bare.commit({ZIGUI: plan(remark="一")}, first, message="x" * limits.COMMIT_BYTES)
    assert pushed(repository, new) == {"GA008"}


# What git takes for another's folder it refuses before any hook runs.
GITS = {"..", ".", ".git", ".GIT", ".Git ", ".git.", "git~1", ".git::$INDEX_ALLOCATION", ".g\u200cit"}


def test_names_that_git_lets_through(repository: Small) -> None:
    bare, first = repository
    assert isinstance(bare, Pushed)
    rest = [name for name in gate.HOSTILE if name not in GITS]
    said = bare.push(bare.commit({f"docs/{name}": b"x\n" for name in rest}, first), MAIN, OFFICE)
    assert "unpack" not in said.text
    assert {name for name in rest if f"docs/{shown(name)}".rstrip() not in said.text} == set()
    assert said.text.count("GA011") == len(rest)
