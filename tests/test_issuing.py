"""`siwu issue` and its sisters on files: what they say, ask and write, at once, twice, two at a time, killed."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import pty
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from generator.check import check
from generator.cli import altering, main
from generator.issue import changes, switch
from generator.issue.refusal import IssueError
from generator.schema import Schemas
from generator.sign import CLEAR
from generator.signature.keys import new_key, pem
from generator.tree import Directory
from generator.vault.folders import write_inside
from tests.disk import lay
from tests.issuing import CLASS, RECORD, STATISTICS, candidates, unissued
from tests.said import SIWU, Run, Said, ended
from tests.support import IDENTITY, ISSUER_KEY, ROOT, ROSTER, canonical, edit, identity, read, records, write

DATASET = "data/dataset.yml"
FIRST = "ZSCQZY-42-2022-YC-0001-B"
ISSUE = (
    "issue",
    "--class",
    CLASS,
    "--identity",
    str(IDENTITY),
    "--key",
    str(ISSUER_KEY),
    "--date",
    "2022-07-01",
)
NAMES = ("王示例", "陈示例", "向示例", "周示例")


def ground(root: Path) -> Path:
    """The small repository on disk, nothing issued."""
    lay(root)
    for path in (ROSTER, STATISTICS):
        (root / path).unlink()
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return ground(tmp_path / "repository")


@pytest.fixture
def siwu(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, root: Path) -> Run:
    for name in ("SIWU_IDENTITY", "SIWU_ISSUER_KEY"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str | Path) -> Said:
        code = ended(*arguments, "-C", str(root))
        return Said(code, *capfd.readouterr())

    return run


def put(root: Path, path: str, raw: bytes) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(raw)


def snapshot(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def errors(root: Path) -> list[str]:
    outcome = check(Directory(root), schemas=Schemas.read(Directory(ROOT)), identities=[identity()])
    return [f"{one.code} {one.message}" for one in outcome.problems if one.severity == "error"]


# --- siwu issue


def test_a_class_is_issued_by_one_command(root: Path, siwu: Run) -> None:
    said = siwu(*ISSUE, "--yes")
    assert said.code == 0
    assert f"班次 {CLASS}（2022 年）：参加遴选 6 人，录取 5 人" in said.out
    assert "认证 4 人（其中补考后合格 1 人）" in said.out
    assert f"这次核发 4 张，按学员号排：{FIRST} 至 ZSCQZY-42-2022-YC-0004-5" in said.out
    assert "证书日期 2022-07-01，版式 v1，密钥 152a6163" in said.out
    assert "下一步：1. 运行 siwu check" in said.out
    assert not any(name in said.all for name in NAMES)  # no terminal, so no names
    assert errors(root) == []
    before = snapshot(root)
    again = siwu("issue", "--class", CLASS, "--identity", IDENTITY)
    assert (again.code, snapshot(root)) == (0, before)
    assert again.out.endswith("没有新的合格学员，名册和统计都没有变化。\n")


def test_key_and_identity_may_come_from_the_environment(
    root: Path, siwu: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIWU_IDENTITY", str(IDENTITY))
    monkeypatch.setenv("SIWU_ISSUER_KEY", str(ISSUER_KEY))
    assert siwu("issue", "--class", CLASS, "--yes").code == 0
    assert (
        read(ROSTER, (root / ROSTER).read_bytes())["events"][0]["issued"] == "2022-11-20"
    )  # the demo's today


@pytest.mark.parametrize(
    ("left_out", "said"),
    [("--identity", "--identity"), ("--key", "--key"), ("--yes", "加 --yes")],
)
def test_what_it_cannot_do_without(root: Path, siwu: Run, left_out: str, said: str) -> None:
    arguments = [*ISSUE, "--yes"]
    at = arguments.index(left_out)
    del arguments[at : at + (1 if left_out == "--yes" else 2)]
    before = snapshot(root)
    answer = siwu(*arguments)
    assert answer.code == 2
    assert said in answer.err
    assert snapshot(root) == before


def test_an_unknown_class_and_a_day_to_come(siwu: Run, root: Path) -> None:
    before = snapshot(root)
    assert "没有登记班次 nowhere-1" in siwu("issue", "--class", "nowhere-1", *ISSUE[3:], "--yes").err
    said = siwu(*ISSUE[:-1], "2022-11-21", "--yes")
    assert (said.code, snapshot(root)) == (2, before)
    assert "在今天（2022-11-20）以后" in said.err


def test_a_lost_record_of_results_is_told(siwu: Run, root: Path) -> None:
    (root / RECORD).unlink()
    said = siwu(*ISSUE, "--yes")
    assert said.code == 1
    assert f"班次 {CLASS} 的密封记录没有打开" in said.out


@pytest.mark.parametrize(
    ("edits", "code"),
    [
        ({"candidates/0/screening/decision": "declined"}, "CA012"),
        ({"candidates/0/consent/processing": False}, "CA010"),
        ({"candidates/4/result/resits/0/part": "practical"}, "CA005"),
        ({"candidates/0/consent/date": "2022-07-02"}, "CA014"),
    ],
)
def test_nothing_is_written_while_the_record_has_errors(
    root: Path, siwu: Run, edits: dict[str, object], code: str
) -> None:
    put(root, RECORD, write(RECORD, candidates(edits)))
    before = snapshot(root)
    said = siwu(*ISSUE, "--yes")
    assert (said.code, snapshot(root)) == (1, before)
    assert f" {code} 学员 K00" in said.out
    assert not any(name in said.all for name in NAMES)


def test_errors_of_others_hold_nobody_up(root: Path, siwu: Run) -> None:
    plan = "data/plans/2022/yichang/zigui.yml"
    put(root, plan, canonical(plan, edit(records()[plan], {"classes/0/to": "2022-05-01"})))
    assert errors(root)
    assert siwu(*ISSUE, "--yes").code == 0


def test_a_broken_chain_takes_no_more(root: Path, siwu: Run) -> None:
    put(root, RECORD, unissued({"candidates/3/result/hours": 23})[RECORD])
    assert siwu(*ISSUE, "--yes").code == 0
    put(root, RECORD, unissued()[RECORD])
    raw = (root / ROSTER).read_bytes()
    put(root, ROSTER, raw.replace(b'issued: "2022-07-01"', b'issued: "2022-07-02"', 1))
    before = snapshot(root)
    said = siwu(*ISSUE, "--yes")
    assert (said.code, snapshot(root)) == (1, before)
    assert "CE007" in said.out


@pytest.mark.parametrize("path", [ROSTER, STATISTICS])
@pytest.mark.parametrize(
    ("old", "new"),
    [(b"year: 2022", b"yaer: 2022"), (b"year: 2022", b'year: "2022"'), (b"year: 2022", b"year: [")],
)
def test_what_cannot_be_read_is_not_written_over(
    root: Path, siwu: Run, path: str, old: bytes, new: bytes
) -> None:
    put(root, RECORD, unissued({"candidates/3/result/hours": 23})[RECORD])
    assert siwu(*ISSUE, "--yes").code == 0
    put(root, RECORD, unissued()[RECORD])
    put(root, path, (root / path).read_bytes().replace(old, new, 1))
    before = snapshot(root)
    said = siwu(*ISSUE, "--yes")
    assert (said.code, snapshot(root)) == (1, before)
    assert "没有写入" in said.out


def test_a_name_no_font_has_is_refused_and_not_said(root: Path, siwu: Run) -> None:
    put(root, RECORD, write(RECORD, candidates({"candidates/1/person/name": "陈\U00031350"})))
    before = snapshot(root)
    said = siwu(*ISSUE, "--yes")
    assert (said.code, snapshot(root)) == (1, before)
    assert "没有写入：学员 K002：" in said.out
    assert "U+31350" in said.out
    assert "请安装有此字的字体" in said.out
    assert "陈" not in said.all


def test_a_font_that_is_none_is_told(root: Path, siwu: Run, tmp_path: Path) -> None:
    before = snapshot(root)
    (tmp_path / "none.otf").write_bytes(b"no font")
    said = siwu(*ISSUE, "--yes", "--font", tmp_path / "none.otf")
    assert (said.code, snapshot(root)) == (2, before)
    assert "没有写入" in said.err


def test_production_takes_no_demo_key_and_no_key_in_a_repository(
    root: Path, siwu: Run, tmp_path: Path
) -> None:
    put(root, DATASET, canonical(DATASET, edit(records()[DATASET], {"kind": "production"})))
    own = tmp_path / "issuer.pem"
    own.write_bytes(ISSUER_KEY.read_bytes())
    before = snapshot(root)
    said = siwu(*ISSUE[:5], "--key", own, "--date", "2022-07-01", "--yes")
    assert (said.code, "这是公开的演示密钥" in said.out) == (1, True)
    inside = root / "issuer.pem"
    inside.write_bytes(pem(new_key()))
    said = siwu(*ISSUE[:5], "--key", inside, "--date", "2022-07-01", "--yes")
    assert (said.code, "在仓库里" in said.err) == (2, True)
    inside.unlink()
    assert snapshot(root) == before


# --- On a terminal


def terminal(root: Path, answer: str, *arguments: str) -> tuple[int, str]:
    """A command on a terminal of its own, with one line typed."""
    shown, side = pty.openpty()
    with subprocess.Popen(
        [*SIWU, *arguments, "-C", str(root)], stdin=side, stdout=side, stderr=side
    ) as child:
        os.close(side)
        os.write(shown, f"{answer}\n".encode())
        said = rest(shown)
        code = child.wait()
    return code, said.decode()


def test_on_a_terminal_it_lists_the_names_and_asks(root: Path) -> None:
    before = snapshot(root)
    code, said = terminal(root, "no", *ISSUE)
    assert (code, snapshot(root)) == (1, before)
    assert f"  {FIRST}  K001  王示例  示例秭归科技有限公司" in said
    assert "没有写入。" in said
    code, said = terminal(root, CLASS, *ISSUE)
    assert (code, errors(root)) == (0, [])
    assert "已写入 data/rosters/2022.yml、data/statistics/2022.yml" in said


def test_names_are_listed_elsewhere_only_when_asked_and_never_in_a_repository(
    root: Path, tmp_path: Path
) -> None:
    command = [*SIWU, *ISSUE, "--yes", "--list", "-C", str(root)]
    before = snapshot(root)
    with (root / "list.txt").open("wb") as inside:
        done = subprocess.run(command, stdout=inside, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "在仓库里" in done.stderr
    assert not any(name in (root / "list.txt").read_text() for name in NAMES)
    (root / "list.txt").unlink()
    assert snapshot(root) == before
    with (tmp_path / "list.txt").open("wb") as outside:
        assert subprocess.run(command, stdout=outside, check=False).returncode == 0
    assert all(name in (tmp_path / "list.txt").read_text() for name in NAMES)


# --- What befalls a certificate


def last(root: Path) -> dict[str, object]:
    event: dict[str, object] = read(ROSTER, (root / ROSTER).read_bytes())["events"][-1]
    return event


def test_the_life_of_a_certificate(root: Path, siwu: Run) -> None:
    assert siwu(*ISSUE, "--yes").code == 0
    key = ("--key", str(ISSUER_KEY))
    said = siwu("reissue", FIRST, "--name", "王示范", "--reason", "姓名更正", *key, "--yes")
    assert said.code == 0
    assert "“换发”事件（第 5 条），新编号 ZSCQZY-42-2022-YC-0005-3" in said.out
    assert f"密封记录 {RECORD} 里的姓名、单位或县区也要改成一样的" in said.out
    assert "王示" not in said.all
    second = str(last(root)["no"])
    assert "已换发为" in siwu("revoke", FIRST.lower(), "--reason", "fraud", "--yes").out
    assert siwu("revoke", second, "--reason", "dispute", "--note", "来信举报", "--yes").code == 0
    assert last(root)["reason"] == "有异议，核查期间暂停：来信举报"
    assert siwu("restore", second, "--reason", "异议不成立", "--yes").code == 0
    said = siwu("forget", second, "--yes")
    assert said.code == 0
    assert "data/archive/2022/yichang.yml" in said.out
    assert f"密封成绩 {RECORD}（登记保存至 2025-12-31）" in said.out
    assert last(root)["event"] == "withdrawn"
    assert not set(CLEAR) & set(last(root))
    assert "王示" not in (root / ROSTER).read_text()
    assert errors(root) == []
    before = snapshot(root)
    assert siwu("forget", second, "--yes").code == 1
    assert snapshot(root) == before


def test_a_change_asks_on_a_terminal(root: Path, siwu: Run) -> None:
    assert siwu(*ISSUE, "--yes").code == 0
    before = snapshot(root)
    code, said = terminal(root, "", "revoke", FIRST, "--reason", "fraud")
    assert (code, snapshot(root)) == (1, before)
    assert "原因：冒名、作弊或提供虚假材料" in said
    assert terminal(root, FIRST, "revoke", FIRST, "--reason", "fraud")[0] == 0


def test_the_reasons_offered_are_the_reasons_known() -> None:
    assert set(altering.REVOKED) == set(changes.REVOKED)


# --- Two at a time


@contextmanager
def held(root: Path) -> Iterator[None]:
    handle = os.open(root / "data", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(handle)


def test_while_another_writes_nothing_is_written(root: Path, siwu: Run) -> None:
    before = snapshot(root)
    with held(root):
        said = siwu(*ISSUE, "--yes")
    assert (said.code, snapshot(root)) == (1, before)
    assert "另一个 siwu 正在写名册" in said.out
    assert siwu(*ISSUE, "--yes").code == 0


@pytest.mark.parametrize(
    "path", [ROSTER, STATISTICS, RECORD, "data/keys.yml", DATASET, "data/programme/2022.yml"]
)
def test_what_changed_since_it_was_read_is_not_written_over(root: Path, path: str) -> None:
    seen = switch.begin(root)
    put(root, path, b"# another\n")
    before = snapshot(root)
    with pytest.raises(IssueError, match="在这期间被改过"):
        switch.put(root, seen, [(ROSTER, b"mine"), (STATISTICS, b"mine")])
    assert snapshot(root) == before


def test_of_two_at_once_one_wins_and_the_other_says_so(root: Path) -> None:
    """Both wait for an answer with the same list on the screen; then both are answered."""
    command = [*SIWU, *ISSUE, "-C", str(root)]
    screens = [pty.openpty() for _ in range(2)]
    both = [subprocess.Popen(command, stdin=side, stdout=side, stderr=side) for _, side in screens]
    said = [b"", b""]
    for at, (shown, side) in enumerate(screens):
        os.close(side)
        while "请核对".encode() not in said[at]:
            said[at] += os.read(shown, 4096)
    for shown, _ in screens:
        os.write(shown, f"{CLASS}\n".encode())
    for at, (shown, _) in enumerate(screens):
        said[at] += rest(shown)
    assert sorted(child.wait() for child in both) == [0, 1]
    assert sum("已写入".encode() in one for one in said) == 1
    assert sum("什么也没有写".encode() in one for one in said) == 1
    assert errors(root) == []


def rest(shown: int) -> bytes:
    """What a terminal still shows, until the other end is closed."""
    said = b""
    while True:
        try:
            part = os.read(shown, 4096)
        except OSError:
            os.close(shown)
            return said
        said += part


# --- Killed


def _issue(root: Path) -> None:
    with redirect_stdout(StringIO()):
        main([*ISSUE, "--yes", "-C", str(root)])


FORK = multiprocessing.get_context("fork")
KILLS = 25


def killed(after: float, work: Callable[..., None], *arguments: object) -> None:
    """The work begun, and killed so many seconds later."""
    child = FORK.Process(target=work, args=arguments)
    child.start()
    time.sleep(after)
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    child.join()


def test_killed_at_any_moment_nothing_is_lost_or_doubled(root: Path) -> None:
    """After every kill there is the old roster or the new; the same command then completes what was begun."""
    began = time.monotonic()
    _issue(root)
    whole, chance = time.monotonic() - began, random.Random(2022)
    for at in range(KILLS):
        for path in (ROSTER, STATISTICS):
            (root / path).unlink(missing_ok=True)
        killed(chance.uniform(0.5, 1.1) * whole, _issue, root)
        roster = (root / ROSTER).read_bytes() if (root / ROSTER).exists() else None
        assert roster is None or len(read(ROSTER, roster)["events"]) == 4
        if at % 5 == 0:
            _issue(root)
            assert errors(root) == []
            assert roster in {None, (root / ROSTER).read_bytes()}


def _write_for_ever(root: Path, texts: list[bytes]) -> None:
    at = 0
    while True:
        switch.put(root, switch.begin(root), [(path, texts[at % 2]) for path in (ROSTER, STATISTICS)])
        at += 1


def test_killed_while_it_writes_it_leaves_the_old_or_the_new_and_no_lock(root: Path) -> None:
    texts, chance = [b"old\n" * 100_000, b"new\n" * 100_000], random.Random(22)
    for path in (ROSTER, STATISTICS):
        put(root, path, texts[0])
    for _ in range(KILLS):
        killed(chance.uniform(0, 0.06), _write_for_ever, root, texts)
        switch.begin(root)
        assert all((root / path).read_bytes() in texts for path in (ROSTER, STATISTICS))
        assert [path.name for path in (root / "data" / "rosters").iterdir()] == ["2022.yml"]


@pytest.mark.parametrize("step", [1, 2])
def test_killed_between_two_files_the_same_command_completes(
    root: Path, siwu: Run, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    done = []

    def stop(*arguments: object) -> None:
        done.append(arguments)
        if len(done) == step:
            raise KeyboardInterrupt
        write_inside(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(switch, "write_inside", stop)
        siwu(*ISSUE, "--yes")
    roster = (root / ROSTER).read_bytes() if step == 2 else None
    assert (root / ROSTER).exists() is (step == 2)
    assert not (root / STATISTICS).exists()
    assert siwu(*ISSUE, "--yes").code == 0
    assert roster in {None, (root / ROSTER).read_bytes()}
    assert errors(root) == []


def test_what_a_killed_writer_left_beside_is_cleared_away(root: Path, siwu: Run) -> None:
    left = root / "data" / "rosters" / ".siwu-0123456789abcdef"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"half")
    other = root / "data" / "rosters" / ".other"
    other.write_bytes(b"theirs")
    siwu(*ISSUE, "--yes")
    assert not left.exists()
    assert other.exists()
