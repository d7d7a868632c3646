"""A register that was tampered with is found out, and the message says how; in the tree and on a branch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.cli import main
from generator.register import dump
from generator.sign import chain, entry_hash
from tests.disk import lay
from tests.filed import XINGSHAN, ZIGUI, Office, copied, digest, open_office, plan
from tests.support import FILINGS, records

Lines = list[dict[str, Any]]
LAST = "siwu：登记簿有 {} 处不对，见上。登记簿只增不改：请查明是谁改动，恢复原样。\n"


@pytest.fixture(scope="module", params=["", "register"], ids=["tree", "branch"])
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Four lines: two plans, a change of each."""
    office = open_office(tmp_path_factory.mktemp("office") / "work", request.param)
    for number, path in enumerate((ZIGUI, XINGSHAN, ZIGUI, XINGSHAN), 1):
        day = f"2022-03-{10 + number}"
        office.merge({path: plan(number)}, f"{day}T09:00:00+08:00", f"{day}T15:00:00+08:00")
    office.file()
    return office


@pytest.fixture
def office(kept: Office, tmp_path: Path) -> Office:
    return copied(kept, tmp_path / "work")


@pytest.fixture
def old(kept: Office, tmp_path: Path) -> Path:
    """The copy somebody kept."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "2022.jsonl").write_bytes(kept.raw())
    return tmp_path / "kept"


@pytest.fixture
def verify(office: Office, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[str]]]:
    """`siwu register verify`: exit code and lines of the answer."""

    def run(*more: str | Path) -> tuple[int, list[str]]:
        code = main(["register", "verify", "--git-dir", str(office.git_dir), *map(str, more)])
        said = capsys.readouterr()
        lines = said.out.splitlines()
        assert said.err == (LAST.format(len(lines)) if code else "")
        return code, lines

    return run


Verify = Callable[..., tuple[int, list[str]]]


def whole(lines: Lines) -> tuple[int, list[str]]:
    return 0, [f"登记簿 {len(lines)} 条，前后相接，没有改动。末条摘要 {lines[-1]['hash']}"]


def test_untouched(office: Office, old: Path, verify: Verify) -> None:
    lines = office.lines()
    assert verify() == verify("--against", old) == whole(lines)
    assert verify("--against", old / "2022.jsonl") == whole(lines)


def test_gone_on_since(office: Office, old: Path, verify: Verify) -> None:
    office.merge({ZIGUI: plan(9)}, "2022-04-01T09:00:00+08:00", "2022-04-01T15:00:00+08:00")
    office.merge({ZIGUI: plan(10)}, "2023-04-01T09:00:00+08:00", "2023-04-01T15:00:00+08:00")
    office.file("2023-05-01T00:00:00+08:00")
    assert verify("--against", old)[0] == 0


# Shown by 5


def test_edited(office: Office, old: Path, verify: Verify) -> None:
    lines = office.lines()
    was = lines[1]["hash"]
    lines[1]["submitted"] = "2022-03-11T09:00:00+08:00"
    office.rewrite(dump(lines))
    edited = (
        f"{FILINGS} 第 2 行：示例备案登记 2022-0002 的摘要 {was[:12]}… 与内容不符，"
        f"应为 {entry_hash(lines[1])[:12]}…（FL005）"
    )
    assert verify() == (1, [edited])
    assert verify("--against", old) == (
        1,
        [
            edited,
            f"{FILINGS} 第 2 行：“示例备案登记 2022-0002”被改动：提交时刻原为“2022-03-12T09:00:00+08:00”，"
            "现为“2022-03-11T09:00:00+08:00”",
        ],
    )


def test_reordered(office: Office, old: Path, verify: Verify) -> None:
    lines = office.lines()
    lines[1:3] = lines[2], lines[1]
    office.rewrite(dump(lines))
    first, second, third = (line["prev"][:12] for line in lines[1:])
    moved = "的前一条摘要 {}… 与前一条不符：前面有增删、改动或换序（FL004）"
    code, said = verify("--against", old)
    assert code == 1
    assert [line for line in said if "FL004" in line or "FL0" not in line] == [
        f"{FILINGS} 第 2 行：示例备案登记 2022-0003 {moved.format(first)}",
        f"{FILINGS} 第 3 行：示例备案登记 2022-0002 {moved.format(second)}",
        f"{FILINGS} 第 4 行：示例备案登记 2022-0004 {moved.format(third)}",
        f"{FILINGS} 第 2 行：“示例备案登记 2022-0002”被调换了次序：它在旧登记簿的第 2 行，现在在第 3 行",
    ]
    assert verify() == (1, said[:-1])


def test_truncated(office: Office, old: Path, verify: Verify) -> None:
    """What is cut off at the end shows only to who kept a copy."""
    lines = office.lines()[:2]
    office.rewrite(dump(lines))
    assert verify() == whole(lines)
    assert verify("--against", old) == (
        1,
        [f"{FILINGS} 第 3 行：从这一行起被截去：旧登记簿有 4 条，现在只有 2 条"],
    )


def test_rechained(office: Office, old: Path, verify: Verify) -> None:
    """Every hash computed anew: only the old copy shows it."""
    lines = office.lines()
    lines[1]["submitted"] = "2022-03-11T09:00:00+08:00"
    lines = chain(lines)
    office.rewrite(dump(lines))
    assert verify() == whole(lines)
    assert verify("--against", old) == (
        1,
        [
            f"{FILINGS} 第 2 行：“示例备案登记 2022-0002”被改动：提交时刻原为“2022-03-12T09:00:00+08:00”，"
            "现为“2022-03-11T09:00:00+08:00”；摘要已随之重算，单看登记簿看不出来"
        ],
    )


def test_renumbered(office: Office, old: Path, verify: Verify) -> None:
    lines = office.lines()
    lines[1] |= {"seq": 7, "no": "示例备案登记 2022-0007"}
    lines[3]["amends"] = "示例备案登记 2022-0007"
    office.rewrite(dump(chain(lines)))
    found = [
        f"{FILINGS} 第 2 行：序号是 7，应为 2（FL001）",
        f"{FILINGS} 第 2 行：登记编号是“示例备案登记 2022-0007”，应为“示例备案登记 2022-0002”（FL002）",
    ]
    assert verify() == (1, found)
    against = (
        f"{FILINGS} 第 2 行：“示例备案登记 2022-0002”被改动：登记编号原为“示例备案登记 2022-0002”，"
        "现为“示例备案登记 2022-0007”、序号原为“2”，现为“7”；摘要已随之重算，单看登记簿看不出来"
    )
    assert verify("--against", old) == (1, [*found, against])


def test_with_another_files_digest(office: Office, old: Path, verify: Verify) -> None:
    lines = office.lines()
    lines[0]["digest"] = digest(plan("别的文件"))
    office.rewrite(dump(chain(lines)))
    code, said = verify()
    assert (code, said) == (
        1,
        [
            f"{FILINGS} 第 1 行：“示例备案登记 2022-0001”登记的摘要与合并 {lines[0]['merge'][:12]} 中的文件不符，"
            f"该文件的摘要是 {digest(plan(1))}（FL016）"
        ],
    )
    assert verify("--against", old)[1][1].startswith(
        f"{FILINGS} 第 1 行：“示例备案登记 2022-0001”被改动：内容摘要原为"
    )


# What else an older copy shows


def test_a_line_taken_out(office: Office, old: Path, verify: Verify) -> None:
    lines = office.lines()
    del lines[1]
    office.rewrite(dump(chain(lines)))
    gone = f"{FILINGS} 第 2 行：“示例备案登记 2022-0002”被改动："
    assert verify("--against", old)[1][-1].startswith(gone)
    office.rewrite(dump(lines))
    assert verify("--against", old)[1][-1] == (
        f"{FILINGS} 第 2 行：“示例备案登记 2022-0002”被抽掉：这一行现在是旧登记簿第 3 行的“示例备案登记 2022-0003”"
    )


def test_a_line_put_in(office: Office, old: Path, verify: Verify) -> None:
    lines = office.lines()
    office.rewrite(dump([*lines[:1], {**lines[0], "seq": 2}, *lines[1:]]))
    assert verify("--against", old)[1][-1] == (
        f"{FILINGS} 第 2 行：“示例备案登记 2022-0002”前面插进了别的登记：它在旧登记簿的第 2 行，现在在第 3 行"
    )


def test_written_otherwise(office: Office, old: Path, verify: Verify) -> None:
    """The same data in other bytes: whoever compares bytes would see a new register."""
    office.rewrite(office.raw().replace(b'{"amends"', b'{ "amends"', 1))
    assert (
        verify("--against", old)[1][-1]
        == f"{FILINGS} 第 1 行：“示例备案登记 2022-0001”被改动：写法与旧登记簿不同"
    )


def test_a_year_taken_away(office: Office, old: Path, verify: Verify) -> None:
    office.rewrite(None)
    code, said = verify("--against", old)
    assert (code, said) == (1, [f"{FILINGS}：整个登记簿文件不见了，旧登记簿有 4 条"])


@pytest.mark.parametrize("raw", [b"\n", b"{}\n", b"[1]\n", b"\xff\n", b"[" * 9000 + b"\n"])
def test_lines_that_are_none(raw: bytes, office: Office, old: Path, verify: Verify) -> None:
    """Whatever stands there is a finding with its line, not a crash."""
    office.rewrite(raw)
    code, said = verify("--against", old)
    assert code == 1
    assert said[-1].startswith(f"{FILINGS} 第 1 行：“示例备案登记 2022-0001”被改动")
    assert len(said) > 1


def test_text_in_a_line_cannot_move_the_cursor(office: Office, old: Path, verify: Verify) -> None:
    lines = office.lines()
    lines[0]["submission"] = "PR-1\x1b[2J"
    office.rewrite(dump(lines))
    assert "\x1b" not in "".join(verify("--against", old)[1])


def test_against_a_revision_and_a_repository(office: Office, verify: Verify, tmp_path: Path) -> None:
    before = office.head()
    office.git("worktree", "add", "-q", "--detach", str(tmp_path / "older"), before)
    lines = office.lines()[:3]
    office.rewrite(dump(lines))
    cut = [f"{FILINGS} 第 4 行：从这一行起被截去：旧登记簿有 4 条，现在只有 3 条"]
    assert verify("--against", before) == (1, cut)
    assert verify("--against", tmp_path / "older") == (1, cut)


def test_against_nothing_proves_nothing(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "old.jsonl").write_bytes(b"")
    for given, said in (
        (tmp_path / "empty", "中没有登记簿"),
        (tmp_path / "old.jsonl", "要以年度命名"),
        ("--upload-pack=x", "读不到版本 --upload-pack=x"),
    ):
        assert main(["register", "verify", "--git-dir", str(office.git_dir), f"--against={given}"]) == 2
        assert said in capsys.readouterr().err


def test_the_register_that_is_named(office: Office, verify: Verify) -> None:
    """`--register` names another revision than the one that would be read."""
    before = office.head()
    office.rewrite(office.raw().replace(b"03-12T09", b"03-11T09"))
    assert verify()[0] == 1
    assert verify("--register", before)[0] == 0


def test_in_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A work tree as it lies on disk, with `-C`; no git needed."""
    root = lay(tmp_path / "repository")
    assert main(["-C", str(root), "register", "verify"]) == 0
    lines = [dict(line) for line in records()[FILINGS]]
    lines[0]["submission"] = "PR-99"
    (root / FILINGS).write_bytes(dump(lines))
    assert main(["-C", str(root), "register", "verify"]) == 1
    assert "（FL005）" in capsys.readouterr().out


# A site is not made from it


@pytest.mark.parametrize("branch", [False, True])
def test_no_site_is_built_from_a_register_that_does_not_verify(
    branch: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = lay(tmp_path / "repository")
    lines = [dict(line) for line in records()[FILINGS]]
    lines[0]["submission"] = "PR-99"
    good = (root / FILINGS).read_bytes()
    (root / FILINGS).write_bytes(dump(lines))
    if branch:
        office = Office(root=root)
        office.git("init", "-q", "-b", "register")
        office.git("add", "data/filings")
        office.git("commit", "-q", "-m", "登记簿")
        (root / FILINGS).write_bytes(good)
    assert main(["-C", str(root), "build"]) == 1
    said = capsys.readouterr()
    assert f"{FILINGS}:1:" in said.out
    assert "FL005" in said.out
    assert said.err == "siwu：数据有错误，网站没有生成；原来的网站保持不变。\n"
    assert not (root / "build").exists()
