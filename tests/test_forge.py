"""GitHub as data: the client's bounds, reports that are not the gate's, arrivals, reminders."""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, is_dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from generator.cli import main
from generator.cli.terminal import complain, report_bug
from generator.derive.duty import Duties, Duty, State
from generator.derive.pulls import read
from generator.forge import pull as pulls
from generator.forge.api import BOT, Forge, ForgeError
from generator.forge.comment import comment, text
from generator.forge.fields import moment, number, word
from generator.forge.journal import journal
from generator.forge.remind import body, remind
from generator.forge.report import LONGEST, MANY, MOST, OUTCOMES, Report, dump, parse, unpack
from generator.forge.samples import unset
from generator.forge.statuses import statuses
from generator.forge.waiting import FILES, waiting
from generator.gate import limits, reviewed
from generator.gate.merging import Merged
from generator.gate.ownership import accounts
from generator.gate.reviewed import Due, File, Item, Note, Review, Topic
from generator.git import Git
from tests.gate.repository import OFFICE, YICHANG, Bare, crossed, small
from tests.support import ROOT, MemoryTree
from tests.test_tree import git

REPOSITORY, HEAD = "office/siwu", "a" * 40
BASE = "https://siwu.example/"


class Fake(Forge):
    """A repository whose answers are given; what would have been written is kept."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        super().__init__(REPOSITORY)
        self.answers = answers
        self.sent: list[tuple[str, str, Any]] = []

    def get(self, path: str) -> Any:
        return self.answers[path.partition("?")[0]]

    def download(self, path: str, most: int) -> bytes:
        raw: bytes = self.answers[path]
        return raw

    def send(self, method: str, path: str, fields: Mapping[str, Any]) -> Any:
        self.sent.append((method, path, fields))
        return None


# The client


@pytest.fixture
def gh(tmp_path: Path) -> Callable[[str], Forge]:
    """A client whose `gh` runs the given Python."""

    def made(program: str) -> Forge:
        path = tmp_path / "gh"
        path.write_text(f"#!{sys.executable}\nimport sys\n{program}\n", "utf-8")
        path.chmod(0o755)
        return Forge(REPOSITORY, str(path))

    return made


@pytest.mark.parametrize("name", ["", "siwu", "a/b/c", "-x/y", "a/..", "a/b c", "a/b?x", "../a"])
def test_a_repository_is_owner_and_name(name: str) -> None:
    with pytest.raises(ForgeError, match="不是仓库名"):
        Forge(name)


def test_arguments_reach_gh_as_they_are(gh: Callable[[str], Forge]) -> None:
    """No shell between: what a shell would act on arrives as a word; fields travel on standard input."""
    forge = gh("import json; print(json.dumps([sys.argv[1:], sys.stdin.read()]))")
    assert forge.get("pulls/$(x)") == [["api", "repos/office/siwu/pulls/$(x)"], ""]
    words, said = forge.send("POST", "issues", {"title": "'; 中"})
    assert words == ["api", "--method", "POST", "repos/office/siwu/issues", "--input", "-"]
    assert json.loads(said) == {"title": "'; 中"}


def test_an_answer_is_read_no_further_than_its_bound(gh: Callable[[str], Forge]) -> None:
    forge = gh("while True: sys.stdout.write('x' * 65536)")
    with pytest.raises(ForgeError, match="超过 1000 字节"):
        forge.download("x", 1000)
    assert gh("sys.stdout.write('x' * 1000)").download("x", 1000) == b"x" * 1000


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("sys.exit('HTTP 403')", "GitHub 没有照办（repos/office/siwu/x）：HTTP 403"),
        ("print('<html>')", "GitHub 的回答不是 JSON"),
        ("print('[' * 100000)", "GitHub 的回答不是 JSON"),
    ],
)
def test_a_failure_is_said(gh: Callable[[str], Forge], program: str, said: str) -> None:
    with pytest.raises(ForgeError) as error:
        gh(program).get("x")
    assert str(error.value) == said


def test_a_gh_that_ends_early_says_why(gh: Callable[[str], Forge]) -> None:
    """It need not read a long comment to its end before it says that nobody is logged in."""
    with pytest.raises(ForgeError, match="HTTP 401"):
        gh("sys.exit('HTTP 401')").send("POST", "x", {"body": "x" * 1_000_000})


def test_no_gh_is_said(tmp_path: Path) -> None:
    with pytest.raises(ForgeError, match="请先安装 GitHub 命令行工具 gh"):
        Forge(REPOSITORY, str(tmp_path / "none")).get("x")


def test_a_list_is_read_page_by_page_and_has_an_end(gh: Callable[[str], Forge]) -> None:
    pages = "import json,re; page = int(re.search(r'&page=(.+)', sys.argv[2])[1])\n"
    assert len(gh(f"{pages}print(json.dumps([page] * (100 if page < 3 else 5)))").all("x")) == 205
    with pytest.raises(ForgeError, match="超过 2000 条"):
        gh(f"{pages}print(json.dumps([page] * 100))").all("x")
    with pytest.raises(ForgeError, match="不是列表"):
        gh("print('{}')").all("x")


@pytest.mark.parametrize("value", [None, "1", True, 0, -1, 1.0, 1 << 64])
def test_a_number_is_nothing_else(value: Any) -> None:
    with pytest.raises(ForgeError, match="id 缺失，或不是编号"):
        number({"x": {"id": value}}, "x", "id")


@pytest.mark.parametrize(
    "value", [None, 1, "2022", "2022-13-01T00:00:00Z", "2022-01-01T00:00:00", "0001-01-01T00:00:00+23:00"]
)
def test_a_moment_is_nothing_else(value: Any) -> None:
    with pytest.raises(ForgeError):
        moment({"at": value}, "at")
    assert moment({"at": "2022-03-31T15:59:30Z"}, "at") == "2022-03-31T23:59:30+08:00"


def test_a_field_of_no_object_is_missing() -> None:
    with pytest.raises(ForgeError, match="b 缺失"):
        word(["a"], "a", "b")


# Reports


EMPTY: dict[str, Any] = {"str": "", "int": 0, "bool": False}


def made(shape: type, **changes: Any) -> Any:
    """One of the review's parts with what is given, the rest empty."""
    empty = {field.name: EMPTY.get(str(field.type), ()) for field in fields(shape)}
    return shape(**{**empty, **changes})


def review(**changes: Any) -> Review:
    found: Review = made(
        Review,
        **{
            "version": reviewed.VERSION,
            "refused": True,
            "sentence": "不能合并：有 1 处要先改",
            "new": HEAD,
            "as_of": "2022-11-20",
            "base_url": "https://evil.example/",
            "files": (made(File, path="data/x.yml", action="修改"),),
            "blocking": (made(Note, code="PL002", severity="error", path="data/x.yml", message="m"),),
            "checklist": (made(Topic, title="t", items=(made(Item, mark="✗", places=("n",)),)),),
            "dues": (made(Due, name="n", day="2022-03-31", left=3),),
            "returning": "贴到 https://evil.example/\n",
            **changes,
        },
    )
    return found


def report(**changes: Any) -> Report:
    return Report(**{"number": 20, "head": HEAD, "outcome": "judged", "review": review(), **changes})


def zipped(files: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    return buffer.getvalue()


def test_a_report_comes_back_as_it_was() -> None:
    """And holds every kind of part a review has, so that each is read back once."""
    assert parse(dump(report())) == report()
    for outcome in OUTCOMES:
        assert parse(dump(report(outcome=outcome, review=None))) == report(outcome=outcome, review=None)


def test_a_report_too_large_to_read_is_not_written() -> None:
    with pytest.raises(ForgeError, match="没有写出"):
        dump(report(review=review(sentence="x" * MOST)))


def other(**changes: Any) -> bytes:
    return json.dumps({**asdict(report()), **changes}).encode()


def inside(**changes: Any) -> bytes:
    return other(review={**asdict(review()), **changes})


FORGED: dict[str, bytes] = {
    "a field more": other(markdown="![](https://evil.example/x)"),
    "a field less": json.dumps({"number": 20, "head": HEAD, "outcome": "judged"}).encode(),
    "a key twice": dump(report()).strip()[:-1] + b',"number":20}',
    "a number that is text": other(number="20"),
    "a number that is a word": other(number=True),
    "no such number": other(number=0),
    "a head that is none": other(head="main"),
    "a review that is text": other(review="<h1>"),
    "an outcome of its own": other(outcome="<h1>"),
    "an outcome beside a review": other(outcome="conflict"),
    "a verdict without a review": other(review=None),
    "another version": inside(version=99),
    "a text too long": inside(sentence="x" * (LONGEST + 1)),
    "a list too long": inside(files=[asdict(made(File))] * (MANY + 1)),
    "a list of something else": inside(files=["x"]),
    "no list": inside(files={}),
    "a day that is none": inside(dues=[asdict(made(Due, day="x"))]),
    "a judgement day that is none": inside(as_of="<h1>"),
    "a fraction": other(number=1.5),
    "not a number": b'{"number": NaN}',
    "a huge number": b'{"number":' + b"9" * 10_000 + b"}",
    "deep": b"[" * 200_000,
    "no JSON": b"\xff\xfe",
    "nothing": b"",
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_report_is_not_read(name: str) -> None:
    with pytest.raises(ForgeError, match="核验报告"):
        parse(FORGED[name])


GOOD = zipped({"report.json": dump(report())})
# White space after it changes nothing but the size.
LARGE = zipped({"report.json": dump(report()) + b" " * (MOST * 4)})
SIZE = len(dump(report())) + MOST * 4
ARCHIVES: dict[str, bytes] = {
    "another file beside": zipped({"report.json": b"{}", "x": b""}),
    "another path": zipped({"../report.json": b"{}"}),
    "no file": zipped({}),
    "a bomb": LARGE,
    "a bomb that lies about its size": LARGE.replace(SIZE.to_bytes(4, "little"), (100).to_bytes(4, "little")),
    "cut off": GOOD[:-30],
    "broken inside": GOOD[:60] + bytes(20) + GOOD[80:],
    "packed otherwise": zipped({"report.json": dump(report())}, zipfile.ZIP_LZMA),
    "no archive": b"{}",
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_forged_archive_is_not_unpacked(name: str) -> None:
    with pytest.raises(ForgeError, match="核验报告"):
        parse(unpack(ARCHIVES[name]))
    assert parse(unpack(GOOD)) == report()


# The comment

RUN: dict[str, Any] = {
    "event": "pull_request_target",
    "path": ".github/workflows/gate.yml@main",
    "display_title": f"PR-20 {HEAD}",
}
PULL: dict[str, Any] = {"number": 20, "head": {"sha": HEAD}, "base": {"repo": {"full_name": REPOSITORY}}}
ARTIFACT: dict[str, Any] = {"id": 5, "name": "report", "size_in_bytes": len(GOOD)}


def github(**changes: Any) -> Fake:
    answers = {
        "actions/runs/1": RUN,
        "pulls/20": PULL,
        "actions/runs/1/artifacts": {"artifacts": [ARTIFACT]},
        "actions/artifacts/5/zip": GOOD,
        "issues/20/comments": [],
    }
    return Fake({**answers, **{name.replace("__", "/"): value for name, value in changes.items()}})


def test_the_comment_is_made_anew_with_our_addresses() -> None:
    forge = github()
    assert comment(forge, 1, BASE) == "已在 PR-20 写评论"
    ((method, path, sent),) = forge.sent
    assert (method, path) == ("POST", "issues/20/comments")
    assert "evil.example" not in sent["body"]
    assert f"{BASE}rules/#pl002" in sent["body"]


@pytest.mark.parametrize(
    "changes",
    [
        {"event": "pull_request"},
        {"event": "push"},
        {"path": ".github/workflows/other.yml"},
        {"path": ".github/workflows/gate.yml.yml"},
        {"path": None},
        {"display_title": "PR-20"},
        {"display_title": f"PR-20 {HEAD} x"},
        {"display_title": f"PR-020 {HEAD}"},
        {"display_title": f"修改 PR-20 {HEAD}"},
    ],
    ids=str,
)
def test_a_run_that_is_not_the_gates_is_not_believed(changes: dict[str, Any]) -> None:
    forge = github(actions__runs__1={**RUN, **changes})
    with pytest.raises(ForgeError):
        comment(forge, 1, BASE)
    assert forge.sent == []


@pytest.mark.parametrize(
    "artifacts",
    [
        [],
        [ARTIFACT, ARTIFACT],
        [{**ARTIFACT, "name": "other"}],
        [{**ARTIFACT, "size_in_bytes": MOST + 1}],
        [{**ARTIFACT, "id": "5/../6"}],
        None,
    ],
    ids=str,
)
def test_there_is_one_artifact_of_bounded_size(artifacts: Any) -> None:
    forge = github(actions__runs__1__artifacts={"artifacts": artifacts})
    with pytest.raises(ForgeError):
        comment(forge, 1, BASE)
    assert forge.sent == []


@pytest.mark.parametrize("changes", [{"number": 1}, {"head": "b" * 40}], ids=str)
def test_a_report_of_another_pull_request_is_not_written_anywhere(changes: dict[str, Any]) -> None:
    forge = github(actions__artifacts__5__zip=zipped({"report.json": dump(report(**changes))}))
    with pytest.raises(ForgeError, match="核验报告说的不是 PR-20 的提交"):
        comment(forge, 1, BASE)
    assert forge.sent == []


def test_a_pull_request_to_another_repository_is_not_written_to() -> None:
    forge = github(pulls__20={**PULL, "base": {"repo": {"full_name": "other/siwu"}}})
    with pytest.raises(ForgeError, match="不是提交到本仓库的"):
        comment(forge, 1, BASE)
    assert forge.sent == []


def test_an_outdated_report_is_left_alone() -> None:
    forge = github(pulls__20={**PULL, "head": {"sha": "c" * 40}})
    assert comment(forge, 1, BASE) == "PR-20 已有更新的提交，不再写这一次的结果"
    assert forge.sent == []


def test_our_comment_is_renewed_once_and_no_one_elses() -> None:
    ours = text(report(), BASE)
    theirs = {"id": 7, "user": {"login": "clerk"}, "body": ours}
    old = {"id": 8, "user": {"login": BOT}, "body": "<!-- siwu-gate -->\nold"}
    forge = github(issues__20__comments=[theirs, old])
    assert comment(forge, 1, BASE) == "已更新 PR-20 的评论"
    assert [(method, path) for method, path, _ in forge.sent] == [("PATCH", "issues/comments/8")]
    forge = github(issues__20__comments=[theirs, {**old, "body": ours.replace("\n", "\r\n")}])
    assert comment(forge, 1, BASE) == "PR-20 的评论没有变化"
    assert forge.sent == []


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_what_was_not_judged_says_why_and_what_to_do(outcome: str) -> None:
    said = text(report(outcome=outcome, review=None), BASE)
    assert said.startswith("<!-- siwu-gate -->\n## ❌ ")
    assert "请" in said


def test_every_text_of_a_review_is_text() -> None:
    """The hostile review of tests/workflows replaces every str; a field of another type would slip through unseen."""
    shapes = [shape for shape in vars(reviewed).values() if isinstance(shape, type) and is_dataclass(shape)]
    kinds = {str(field.type).split("[", maxsplit=1)[0] for shape in shapes for field in fields(shape)}
    assert kinds <= {"str", "int", "bool", "tuple"}


# The event and the status


def test_an_event_without_a_pull_request_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for content, said in (('{"action": "x"}', "repository.full_name 缺失"), ("x", "不是 JSON")):
        (tmp_path / "event.json").write_text(content, "utf-8")
        options = [
            "--event",
            str(tmp_path / "event.json"),
            "--remote",
            "x",
            "--git-dir",
            "x",
            "--report",
            "x",
        ]
        assert main(["pull", *options]) == 2
        assert said in capsys.readouterr().err


STATUSES = f"commits/{HEAD}/statuses"
PULLED = pulls.Pull(
    repository=REPOSITORY, number=20, head=HEAD, user="1", arrived="2022-03-31T23:59:30+08:00"
)


@pytest.fixture(scope="module")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bare, str]:
    bare, first = small(tmp_path_factory.mktemp("pull"))
    bare.git("config", "uploadpack.allowAnySHA1InWant", "true")
    return bare, first


def test_a_status_fits_and_keeps_the_arrival() -> None:
    forge = Fake({STATUSES: []})
    assert not pulls.settle(forge, PULLED, report(review=review(sentence="长" * 300)), "https://x.example/")
    ((_, path, sent),) = forge.sent
    assert path == f"statuses/{HEAD}"
    assert len(sent["description"]) == pulls.LONGEST
    assert sent["description"].startswith("收到 2022-03-31T23:59:30+08:00 PR-20 长")
    assert sent["state"] == "failure"


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("conflict", "failure"), ("oversize", "failure"), ("unreadable", "error"), ("broken", "error")],
)
def test_only_a_judgement_passes(outcome: str, state: str) -> None:
    forge = Fake({STATUSES: []})
    assert not pulls.settle(forge, PULLED, report(outcome=outcome, review=None), "")
    assert forge.sent[0][2]["state"] == state
    assert pulls.settle(forge, PULLED, report(review=review(refused=False)), "")
    assert forge.sent[1][2]["state"] == "success"


def test_a_commit_in_two_pull_requests_is_red_for_neither_where_one_passed() -> None:
    """Anyone may open one with a bureau's public head. What it says of itself stands in its comment."""
    passed = status("2022-03-31T16:00:00Z", f"收到 {PULLED.arrived} PR-12 可以合并") | {"state": "success"}
    theirs = {"number": 12, "state": "open", "head": {"sha": HEAD}}

    def said(listed: list[Any], other: Any, **changes: Any) -> list[str]:
        forge = Fake({STATUSES: listed, "pulls/12": other})
        pulls.pending(forge, PULLED, "")
        pulls.settle(forge, PULLED, report(**changes), "")
        pulls.fail(forge, PULLED, "")
        return [fields["state"] for _, _, fields in forge.sent]

    all_of_it = ["pending", "failure", "error"]
    assert said([passed], theirs) == []
    assert said([status("2022-04-01T00:00:00Z", "收到 x"), passed], theirs) == []
    # It does say what it finds where nothing was passed: so a check of that name in a fork never stands alone.
    assert said([], theirs) == all_of_it
    # Closed, moved on, refused there since, its own, or somebody else's status: nothing to keep.
    assert said([passed], {**theirs, "state": "closed"}) == all_of_it
    assert said([passed], {**theirs, "head": {"sha": "c" * 40}}) == all_of_it
    assert said([passed | {"state": "failure"}, passed], theirs) == all_of_it
    assert said([passed | {"description": f"收到 {PULLED.arrived} PR-20 好"}], theirs) == all_of_it
    assert said([passed | {"creator": {"login": "clerk"}}], theirs) == all_of_it
    # Who may, passes, whatever another one said before.
    red = passed | {"state": "failure"}
    assert said([red], theirs, review=review(refused=False)) == ["pending", "success", "error"]


def test_what_changes_too_much_is_counted_and_not_merged(
    small_folder: tuple[Bare, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seven objects that unfold to a hundred thousand files: a merge would take seconds and all memory there is."""
    bare, first = small_folder
    folder = bare.raw_tree([(str(n), "100644", bare.store("blob", b"x\n")) for n in range(10)])
    for _ in range(4):
        folder = bare.raw_tree([(str(n), "40000", folder) for n in range(10)])
    kept = [line.split() for line in bare.git("ls-tree", first).decode().splitlines()]
    entries = [(name, mode.lstrip("0"), key) for mode, _, key, name in kept]
    bomb = bare.commit_tree(bare.raw_tree([*entries, ("zz", "40000", folder)]), first)
    bare.git("update-ref", "refs/pull/20/head", bomb)
    asked = replace(PULLED, head=bomb, user=YICHANG)
    monkeypatch.setattr(pulls, "merged", lambda *_: pytest.fail("merged before it was counted"))
    found, _ = pulls.judged(asked, str(bare.git_dir), tmp_path / "pull.git", date(2022, 3, 31))
    assert (found.outcome, found.review) == ("oversize", None)
    forge = Fake({f"commits/{bomb}/statuses": []})
    assert not pulls.settle(forge, asked, found, "")
    assert "一次改动的文件太多。请分几次提交" in forge.sent[0][2]["description"]


def test_a_history_that_merged_itself_over_and_over_is_not_merged(
    small_folder: tuple[Bare, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, first = small_folder
    ours, theirs = crossed(bare, first)
    bare.git("update-ref", "refs/heads/main", ours)
    bare.git("update-ref", "refs/pull/20/head", theirs)
    monkeypatch.setattr(limits, "MERGE_SECONDS", 0.5)
    asked = replace(PULLED, head=theirs, user=YICHANG)
    found, log = pulls.judged(asked, str(bare.git_dir), tmp_path / "pull.git", date(2022, 3, 31))
    bare.git("update-ref", "refs/heads/main", first)
    assert (found.outcome, found.review) == ("unreadable", None)
    assert "试合并超过 0.5 秒没有做完" in log


def test_the_count_stops_at_what_the_account_may(
    small_folder: tuple[Bare, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The office's limit for the office only; against where the branch left, so that others' work is not counted."""
    bare, first = small_folder
    monkeypatch.setattr("generator.gate.limits.BUREAU", replace(limits.BUREAU, objects=2))
    later = bare.commit({f"docs/n{n}.md": b"x" for n in range(9)}, first)
    for count, user, wanted in (
        (2, YICHANG, False),
        (3, YICHANG, True),
        (3, "4242", True),
        (3, OFFICE, False),
    ):
        new = bare.commit({f"docs/m{n}.md": b"x" for n in range(count)}, first)
        asked = replace(PULLED, head=new, user=user)
        assert pulls.too_many(Git(bare.git_dir), later, asked) is wanted


def test_a_rule_that_breaks_passes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        class outcome:  # noqa: N801 - in place of a verdict's
            crashes = ("Traceback …",)

    monkeypatch.setattr(pulls, "judge", lambda request: Broken)
    monkeypatch.setattr(pulls, "fetch", lambda *_: pulls.Fetched(old=HEAD, register=None))
    monkeypatch.setattr(pulls, "too_many", lambda *_: False)
    monkeypatch.setattr(pulls, "merged", lambda *_: Merged(HEAD, ()))
    found, log = pulls.judged(PULLED, "x", tmp_path, date(2022, 3, 31))
    assert (found.outcome, log) == ("broken", "Traceback …")


def test_a_gate_that_breaks_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong after the arrival was noted, the head does not stay pending."""
    sent: list[str] = []
    event = {
        "repository": {"full_name": REPOSITORY},
        "pull_request": {**PULL, "user": {"id": 1}, "updated_at": "2022-03-31T15:59:30Z"},
    }
    (tmp_path / "event.json").write_text(json.dumps(event), "utf-8")
    monkeypatch.setattr(Forge, "send", lambda _, method, path, fields: sent.append(fields["state"]))
    monkeypatch.setattr(Forge, "get", lambda *_: [])
    monkeypatch.setattr(pulls, "judged", lambda *_: 1 / 0)
    options = ["--event", str(tmp_path / "event.json"), "--remote", "x", "--git-dir", "x", "--report", "x"]
    assert main(["pull", *options]) == 3
    assert sent == ["pending", "error"]


def test_a_log_gives_no_commands(capsys: pytest.CaptureFixture[str]) -> None:
    """What git or a broken rule says may quote a record."""
    report_bug("x\n  ::stop-commands::y\n##[error]z a::b")
    complain("x ##[add-mask]y\n::error::z")
    said = capsys.readouterr().err
    assert "::b" in said
    assert not [line for line in said.splitlines() if line.lstrip().startswith("::") or "##[" in line]


# The journal


def status(
    created: str, said: str | None = None, login: str = BOT, context: str = "siwu/gate"
) -> dict[str, Any]:
    return {"context": context, "creator": {"login": login}, "created_at": created, "description": said}


def test_a_head_arrived_when_the_gates_status_says() -> None:
    """Others' statuses count for nothing, and a status speaks of no time after its own."""
    listed = [
        status("2022-04-01T02:00:00Z", "收到 2022-03-31T23:59:30+08:00 可以合并"),
        status("2022-04-01T01:00:00Z", "收到 2022-04-09T23:59:30+08:00 可以合并"),
        status("2022-04-01T00:00:00Z"),
        status("2022-03-01T00:00:00Z", login="clerk"),
        status("2022-03-01T00:00:00Z", context="other"),
        status("2022-04-02T00:00:00Z", "说 收到 2022-03-01T00:00:00+08:00"),
    ]
    forge = Fake({f"commits/{HEAD}/statuses": listed})
    assert [one.arrived for one in statuses(forge, HEAD)] == [
        "2022-03-31T23:59:30+08:00",
        "2022-04-01T09:00:00+08:00",
        "2022-04-01T08:00:00+08:00",
        "2022-04-02T08:00:00+08:00",
    ]


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Two pull requests merged: one brought up to date before, one changed after it first arrived."""
    root = tmp_path_factory.mktemp("journal")
    names: dict[str, str] = {}

    def commit(name: str, path: str, content: str) -> None:
        (root / path).write_text(content, "utf-8")
        git(root, "add", path)
        git(root, "commit", "-q", "-m", name)
        names[name] = git(root, "rev-parse", "HEAD")

    def merge(name: str, other: str) -> None:
        git(root, "merge", "-q", "--no-ff", "-m", name, other)
        names[name] = git(root, "rev-parse", "HEAD")

    git(root, "init", "-q", "-b", "main")
    commit("base", "a", "1")
    git(root, "checkout", "-q", "-b", "one")
    commit("one", "b", "1")
    git(root, "checkout", "-q", "-b", "two", "main")
    commit("two", "c", "1")
    commit("two again", "c", "2")
    git(root, "checkout", "-q", "main")
    merge("merge two", "two")
    git(root, "checkout", "-q", "one")
    merge("one brought up to date", "main")
    git(root, "checkout", "-q", "main")
    merge("merge one", "one")
    commit("straight", "d", "1")
    return root, names


def pulled(count: int, merge: str, user: int) -> dict[str, Any]:
    base = {"ref": "main", "repo": {"full_name": REPOSITORY}}
    at = "2022-04-05T01:00:00Z"
    return {
        "number": count,
        "merge_commit_sha": merge,
        "merged_at": at,
        "base": base,
        "user": {"id": user},
        "merged_by": {"id": 9},
    }


def test_the_journal_of_merges(merged: tuple[Path, dict[str, str]]) -> None:
    """Every head with its own time: which of them counts for a record, the registrar says."""
    root, names = merged
    first, second = pulled(12, names["merge one"], 104), pulled(13, names["merge two"], 113)
    stranger = {**first, "base": {"ref": "main", "repo": {"full_name": "other/siwu"}}, "number": 99}
    answers: dict[str, Any] = {
        f"commits/{names['merge one']}/pulls": [stranger, first],
        f"commits/{names['merge two']}/pulls": [second],
        "pulls/12": first,
        "pulls/13": second,
        f"commits/{names['one']}/statuses": [status("2022-03-31T01:00:00Z")],
        f"commits/{names['one brought up to date']}/statuses": [status("2022-04-04T01:00:00Z")],
        f"commits/{names['two']}/statuses": [status("2022-03-30T01:00:00Z")],
        f"commits/{names['two again']}/statuses": [status("2022-04-01T01:00:00Z")],
    }
    found = [
        (one.head, one.submission, one.submitted, one.user)
        for one in journal(Fake(answers), Git(root / ".git"), "main")
    ]
    assert found == [
        (names["two again"], "PR-13", "2022-04-01T09:00:00+08:00", "113"),
        (names["two"], "PR-13", "2022-03-30T09:00:00+08:00", "113"),
        (names["merge two"], "PR-13", "2022-04-05T09:00:00+08:00", "9"),
        (names["one brought up to date"], "PR-12", "2022-04-04T09:00:00+08:00", "104"),
        (names["one"], "PR-12", "2022-03-31T09:00:00+08:00", "104"),
        (names["merge one"], "PR-12", "2022-04-05T09:00:00+08:00", "9"),
    ]
    later = journal(Fake(answers), Git(root / ".git"), "main", names["merge two"])
    assert [one.submission for one in later] == ["PR-12"] * 3


def test_a_head_without_a_status_was_submitted_at_the_merge(merged: tuple[Path, dict[str, str]]) -> None:
    """The commit's own dates are its author's; they count for nothing."""
    root, names = merged
    answers: dict[str, Any] = {
        f"commits/{names['merge one']}/pulls": [{**pulled(12, names["merge one"], 104), "merged_at": None}],
        f"commits/{names['merge two']}/pulls": [pulled(13, names["merge two"], 113)],
        "pulls/13": pulled(13, names["merge two"], 113),
        f"commits/{names['two again']}/statuses": [],
        f"commits/{names['two']}/statuses": [],
    }
    found = list(journal(Fake(answers), Git(root / ".git"), "main"))
    assert [one.submitted for one in found] == ["2022-04-05T09:00:00+08:00"] * 2


@pytest.mark.parametrize(
    ("kind", "owners", "said"),
    [
        ("production", None, True),
        ("production", b"* @hubei/office\n# @OWNER/office\n", False),
        ("demo", None, False),
    ],
    ids=["as shipped", "filled in", "demo"],
)
def test_real_records_are_not_registered_while_nobody_owns_the_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, owners: bytes | None, said: bool
) -> None:
    shipped = (ROOT / ".github" / "CODEOWNERS").read_bytes()
    files = {
        ".github/CODEOWNERS": shipped if owners is None else owners,
        "data/dataset.yml": f"kind: {kind}\n".encode(),
    }
    assert bool(unset(MemoryTree(files))) is said
    for path, raw in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(raw)
    for folder in ("schemas", ".git"):
        (tmp_path / folder).mkdir()
    options = ("journal", "--repository", REPOSITORY, "--out", str(tmp_path / "journal"))
    if said:
        assert main(["-C", str(tmp_path), *options]) == 2
        assert "省局团队还是样例“@OWNER/office”" in capsys.readouterr().err
        assert not (tmp_path / "journal").exists()


def test_real_records_are_not_registered_while_sample_accounts_have_roles() -> None:
    """On GitHub a number is somebody's, and these are not ours."""
    shipped = (ROOT / "data/owners.yml").read_bytes()
    files = {"data/dataset.yml": b"kind: production\n", "data/owners.yml": shipped}
    assert re.search(r"data/owners\.yml 里还有 [0-9]{2} 个样例账号", unset(MemoryTree(files)))
    ours = (
        'owners:\n  - {user: "7", roles: [office], note: 办公室}\n  - {user: "8", roles: [office]}\n'.encode()
    )
    for raw in (ours, b"owners: 3\n", b"[]\n"):
        assert unset(MemoryTree({**files, "data/owners.yml": raw})) == ""
    assert unset(MemoryTree({**files, "data/dataset.yml": b"kind: demo\n"})) == ""


# What is open


def proposal(count: int, **changes: Any) -> dict[str, Any]:
    base = {"ref": "main"}
    at = "2022-03-25T17:00:00Z"
    return {
        "number": count,
        "updated_at": at,
        "base": base,
        "user": {"id": int(YICHANG)},
        "head": {"sha": f"{count:040x}"},
        "draft": False,
        **changes,
    }


def test_what_is_open_and_what_was_sent_back() -> None:
    """By the gate, or by the last decision of one of ours; a stranger's review decides nothing."""
    asked = {"author_association": "MEMBER", "state": "CHANGES_REQUESTED"}
    kinds: dict[int, tuple[list[Any], list[Any]]] = {
        1: ([], []),
        2: ([status("2022-03-25T17:00:00Z") | {"state": "failure"}], []),
        3: (
            [
                status("2022-03-25T18:00:00Z") | {"state": "success"},
                status("2022-03-25T17:00:00Z") | {"state": "error"},
            ],
            [],
        ),
        4: ([], [asked]),
        5: ([], [asked, {**asked, "state": "COMMENTED"}]),
        6: ([], [asked, {**asked, "state": "APPROVED"}]),
        7: ([], [{**asked, "author_association": "NONE"}]),
        8: ([status("2022-03-25T17:00:00Z", login="clerk") | {"state": "failure"}], []),
    }
    answers: dict[str, Any] = {
        "pulls": [
            *map(proposal, kinds),
            proposal(20, draft=True),
            proposal(21, base={"ref": "x"}),
            proposal(22),
        ]
    }
    for count in (*kinds, 20, 21, 22):
        statuses, reviews = kinds.get(count, ([], []))
        answers[f"commits/{count:040x}/statuses"] = statuses
        answers[f"pulls/{count}/reviews"] = reviews
        answers[f"pulls/{count}/files"] = [{"filename": "README.md"}] + [{"filename": "data/x.yml"}] * (
            count != 22
        )
    found = waiting(Fake(answers), "main", {YICHANG})
    assert {one["number"]: one["state"] for one in found} == {
        1: "waiting", 2: "returned", 3: "waiting", 4: "returned", 5: "returned", 6: "waiting", 7: "waiting", 8: "waiting"
    }  # fmt: skip
    assert found[0] == {"number": 1, "state": "waiting", "updated": "2022-03-26", "files": ["data/x.yml"]}
    assert [pull.number for pull in read(json.dumps(found).encode())] == [8, 7, 6, 5, 4, 3, 2, 1]


def test_a_strangers_pull_request_is_not_listed_and_costs_nothing() -> None:
    """It would say 已退回 on a bureau's page, and a few hundred of them use up what GitHub answers in an hour."""
    strangers = [proposal(count, user={"id": 9999999}) for count in range(1, 90)]
    answers: dict[str, Any] = {
        "pulls": [*strangers, proposal(90), proposal(91, user=None)],
        "pulls/90/files": [{"filename": "data/x.yml"}],
        f"commits/{90:040x}/statuses": [],
        "pulls/90/reviews": [],
    }
    # Whatever else it asked for would be a KeyError.
    assert [one["number"] for one in waiting(Fake(answers), "main", {YICHANG})] == [90]


def test_lists_without_an_end_keep_no_site_from_being_published() -> None:
    """Three thousand files in a pull request, or pull requests without number, oldest first."""
    asked: list[str] = []

    class Endless(Fake):
        def get(self, path: str) -> Any:
            asked.append(path)
            if path.startswith("pulls?"):
                page = int(path.rpartition("=")[2])
                return [proposal(page * 100 + n, user={"id": 1}) for n in range(99)] + [proposal(page)]
            return [{"filename": "data/x.yml"}] * 100 if "/files" in path else []

    found = waiting(Endless({}), "main", {YICHANG})
    assert [one["number"] for one in found] == list(range(1, 21))
    assert {len(one["files"]) for one in found} == {FILES}
    assert asked[0].startswith("pulls?state=open&sort=created&direction=asc")
    assert read(json.dumps(found).encode())


def test_accounts_are_those_the_base_gives_a_role() -> None:
    files = {"data/owners.yml": b'owners:\n  - {user: "7", roles: [office]}\n  - x\n'}
    assert accounts(MemoryTree(files)) == {"7"}
    for raw in (b"owners: [", b"owners: 3\n", b"[]\n"):
        assert accounts(MemoryTree({"data/owners.yml": raw})) == frozenset()
    assert accounts(MemoryTree({})) == frozenset()


# Reminders


def duty(state: State, **changes: Any) -> Duty:
    fields: dict[str, Any] = {
        "kind": "plan",
        "title": "秭归县培训计划",
        "record": "data/plans/2022/yichang/zigui.yml",
        "clause": "3.1.7(2)",
        "due": date(2022, 3, 31),
        "public": True,
        "left": 5,
    }
    return Duty(state=state, **{**fields, **changes})


def owner(*all: Duty, slug: str = "yichang") -> Duties:
    return Duties(year=2022, owner=slug, name="宜昌市", as_of=date(2022, 3, 26), all=all)


def test_a_reminder_lists_what_is_late_and_what_is_due_soon() -> None:
    said = body(
        owner(
            duty(State.OVERDUE, title="兴山县培训计划"),
            duty(State.OPEN),
            duty(State.OPEN, title="还早", left=31),
            duty(State.OPEN, title="没有期限", left=None, due=None),
            duty(State.OPEN, title="不公开", public=False),
            duty(State.FILED, title="已备案"),
        ),
        BASE,
    )
    late, soon = said.split("### 快到期限")
    assert "### 已经逾期" in late
    assert "兴山县培训计划，期限 2022 年 3 月 31 日" in late
    assert "秭归县培训计划" in soon
    assert not {title for title in ("还早", "没有期限", "不公开", "已备案") if title in said}


def test_a_reminder_names_no_count_of_days() -> None:
    """Else every morning would bring another text."""
    assert body(owner(duty(State.OPEN)), BASE) == body(owner(duty(State.OPEN, left=4)), BASE)


def test_a_record_cannot_call_anyone_from_a_reminder() -> None:
    said = body(owner(duty(State.OVERDUE, title="@office <img src=x> [a](https://evil.example)")), BASE)
    assert "<span>&#64;</span>office" in said
    assert "<img" not in said
    assert "](https://evil" not in said


def issue(number: int, text: str, **changes: Any) -> dict[str, Any]:
    return {"number": number, "state": "open", "body": text, "user": {"login": BOT}, **changes}


def test_a_reminder_is_written_once_and_closed_when_nothing_is_due() -> None:
    due, done = owner(duty(State.OVERDUE)), owner(duty(State.FILED))
    said = body(due, BASE)

    def sent(listed: list[Any], duties: Duties) -> list[tuple[str, str, Any]]:
        forge = Fake({"issues": listed})
        list(remind(forge, [duties], BASE))
        return forge.sent

    new = {"title": "待办：宜昌市 2022 年度", "body": said, "labels": ["待办"]}
    assert sent([], due) == [("POST", "issues", new)]
    assert sent([], done) == []
    assert sent([issue(1, said)], due) == []
    assert sent([issue(1, said.replace("\n", "\r\n").strip())], due) == []
    assert sent([issue(1, said.splitlines()[0] + "\nold")], due)[0][:2] == ("PATCH", "issues/1")
    assert sent([issue(1, said, state="closed")], due)[0][2]["state"] == "open"
    assert sent([issue(1, said)], done) == [
        ("PATCH", "issues/1", {"state": "closed", "state_reason": "completed"})
    ]
    assert sent([issue(1, said, state="closed")], done) == []
    assert sent([issue(1, said, user={"login": "clerk"})], due) == [("POST", "issues", new)]
    assert sent([issue(1, said), issue(2, said)], done)[0][1] == "issues/1"
