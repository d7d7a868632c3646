"""Canonical form on disk: what is written says the same, and what is in doubt stays byte for byte."""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator import fix as module
from generator.check import check
from generator.diff.meaning import meaning
from generator.fix import DoubtError, Result, fix, tidied
from generator.load import load
from generator.tree import TreeError
from tests import support
from tests.disk import lay
from tests.support import ROOT, base, schemas, write

ZIGUI = "data/plans/2022/yichang/zigui.yml"
HEADER = "# yaml-language-server: $schema=../../../../schemas/plan.schema.json\n"
WAIVERS = "data/waivers.yml"
BOM = b"\xef\xbb\xbf"
HABITS = ("FI018", "FI019", "FI020")


def fixed(root: Path, raw: bytes, path: str = ZIGUI) -> tuple[list[Result], bytes]:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(raw)
    return list(fix(root, [path])), (root / path).read_bytes()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return lay(tmp_path)


def test_a_repository_in_canonical_form_is_left_alone(root: Path) -> None:
    def seen() -> dict[Path, tuple[int, int]]:
        stats = {path: path.stat() for path in root.rglob("*") if path.is_file()}
        return {path: (one.st_ino, one.st_mtime_ns) for path, one in stats.items()}

    before = seen()
    assert list(fix(root)) == []
    assert seen() == before


@pytest.mark.parametrize("folder", ["data"])
def test_the_real_records_are_in_canonical_form(folder: str, tmp_path: Path) -> None:
    for name in (folder, "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name)
    assert [result.sentence for result in fix(tmp_path)] == []


WRITTEN = [
    (BOM + base()[ZIGUI], "去掉 BOM 标记"),
    (base()[ZIGUI].replace(b"\n", b"\r\n"), "换行改为 LF"),
    (BOM + base()[ZIGUI].replace(b"\n", b"\r\n"), "去掉 BOM 标记，换行改为 LF"),
    (base()[ZIGUI].replace(b"year: 2022", b"year:    2022"), "统一写法"),
    (base()[ZIGUI].removeprefix(HEADER.encode()), "统一写法"),
    (base()[ZIGUI].replace(b"../../../../schemas/plan", b"https://x.example/other"), "统一写法"),
    (base()[ZIGUI].replace(b"plan.schema.json\n", b"plan.schema.json   \n"), "统一写法"),
    (BOM + base()[ZIGUI].replace(b"year: 2022", b"year:    2022"), "去掉 BOM 标记，统一写法"),
    (json.dumps(support.records()[ZIGUI], ensure_ascii=False).encode(), "统一写法"),
    (b"---\n" + base()[ZIGUI] + b"...\n", "统一写法"),
    (base()[ZIGUI].rstrip(b"\n"), "统一写法"),
]


@pytest.mark.parametrize(("raw", "done"), WRITTEN)
def test_what_is_written_is_the_canonical_text(raw: bytes, done: str, root: Path) -> None:
    results, text = fixed(root, raw)
    assert results == [Result(ZIGUI, True, f"{ZIGUI}：已整理（{done}）")]
    assert not results[0].refused
    assert text == base()[ZIGUI]
    assert list(fix(root)) == []


KEPT = [
    (base()[ZIGUI] + "# 说明\n".encode(), "里面有注释，重写会丢失；说明可移到“备注”一类的字段里"),
    (
        base()[ZIGUI].replace(b"year: 2022", b"year: 2022 # x"),
        "里面有注释，重写会丢失；说明可移到“备注”一类的字段里",
    ),
    (
        base()[ZIGUI].replace(b"schema.json\n", b"schema.json # x\n"),
        "里面有注释，重写会丢失；说明可移到“备注”一类的字段里",
    ),
    (base()[ZIGUI].replace(b'remark: ""', b'remark: "\\x23" # x'), "里面有转义写的 #，看不出有没有注释"),
    (
        base()[ZIGUI].replace(b'remark: ""', b'remark:  "\\u0023"'),
        "里面有注释，重写会丢失；说明可移到“备注”一类的字段里",
    ),
    (base()[ZIGUI] + b"year: 2022\n", "请先改正第 33 行：字段“year”写了两次"),
    (base()[ZIGUI] + b"x: &a 1\n", "请先改正第 33 行：用了锚点 &a"),
    (base()[ZIGUI] + b"x: =1\n", "请先改正第 33 行：文字以“=”开头，导出到表格时会被当作公式"),
    (b"a: [\n", "请先改正第 2 行：这里应有内容"),
    (b"\xff\xfe", "请先改正第 1 行：不是 UTF-8 编码（第 1 个字节是 0xFF）"),
    (b"", "请先改正第 1 行：文件是空的"),
    (b"- 1\n", "内容不是一组字段"),
    (b"{}\n", "内容不是一组字段"),
    (b"null\n", "请先改正第 1 行：文件是空的"),
    ("é: 1\ne\u0301: 2\n".encode(), "统一写法后内容会变，请手工核对"),
]


@pytest.mark.parametrize(("raw", "reason"), KEPT)
def test_a_file_in_doubt_is_kept(raw: bytes, reason: str, root: Path) -> None:
    results, text = fixed(root, raw)
    assert results == [Result(ZIGUI, False, f"{ZIGUI}：没有改动，{reason}")]
    assert results[0].refused
    assert text == raw


def test_a_comment_is_not_a_number_sign_in_a_text(root: Path) -> None:
    raw = base()[ZIGUI].replace(b'remark: ""', "remark:  '第 #1 号 # 2'".encode())
    results, text = fixed(root, raw)
    assert [result.written for result in results] == [True]
    assert 'remark: "第 #1 号 # 2"\n' in text.decode()


def test_a_misshapen_record_gets_the_layout_and_keeps_its_unknown_keys(root: Path) -> None:
    raw = b"zulu: 1\nyear: two\nalpha: [[1, 2], {b: no}]\ncounty:   '420527'\n"
    results, text = fixed(root, raw)
    assert [result.written for result in results] == [True]
    wanted = 'county: "420527"\nyear: two\nzulu: 1\nalpha:\n  - [1, 2]\n  - {b: "no"}\n'
    assert text.decode() == HEADER + wanted


def test_names_are_composed_but_for_compatibility_ideographs(root: Path) -> None:
    texts = {"remark": "e\u0301", "x": "\uf900\u4e00", "y": "\uf900e\u0301", "z": "\u212b"}
    raw = HEADER + "".join(f'{key}:  "{value}"\n' for key, value in texts.items())
    results, text = fixed(root, raw.encode())
    assert [result.written for result in results] == [True]
    data = load(text, ZIGUI).data
    assert data == {"remark": "\u00e9", "x": "\uf900\u4e00", "y": "\uf900e\u0301", "z": "\u00c5"}


def test_a_report_loses_bom_and_crlf_only(root: Path) -> None:
    path = "data/reports/2022/group/assessment-yichang.md"
    text = base()[path] + b"a  b\n<!-- # -->\n"
    results, after = fixed(root, BOM + text.replace(b"\n", b"\r\n"), path)
    assert [result.sentence for result in results] == [f"{path}：已整理（去掉 BOM 标记，换行改为 LF）"]
    assert after == text
    results, after = fixed(root, text + b"\xff\r\n", path)
    assert [result.sentence for result in results] == [f"{path}：没有改动，它不是 UTF-8 编码"]


def test_registers_and_sealed_files_are_never_touched(root: Path) -> None:
    path = "data/filings/2022.jsonl"
    raw = base()[path].replace(b'"seq":1,', b'"seq": 1,')
    results, after = fixed(root, raw, path)
    said = f"{path}：没有改动，登记簿和台账由系统写入，不能整理，请恢复原样"
    assert [result.sentence for result in results] == [said]
    assert after == raw
    sealed = "data/sealed/2022/kaohe-yichang-1.yml.age"
    assert fixed(root, BOM + b"x\r\n", sealed) == ([], BOM + b"x\r\n")


def test_what_is_no_record_is_never_touched(root: Path) -> None:
    plain = b"year:   2022\n"
    (root / "elsewhere.yml").write_bytes(plain)
    (root / "data/plans/2022/yichang/yiling.yml").symlink_to(root / "elsewhere.yml")
    (root / "data/plans/2022/yichang/folder.yml").mkdir()
    (root / "data/x.yml").write_bytes(plain)
    assert [result.sentence for result in fix(root)] == [
        "data/plans/2022/yichang/folder.yml：没有改动，它不是普通文件",
        "data/plans/2022/yichang/yiling.yml：没有改动，它不是普通文件",
        "data/x.yml：没有改动，没有哪一类记录放在这里",
    ]
    assert (root / "data/plans/2022/yichang/yiling.yml").is_symlink()
    assert (root / "elsewhere.yml").read_bytes() == plain


def test_only_what_was_asked_for(root: Path) -> None:
    for path in (ZIGUI, WAIVERS):
        (root / path).write_bytes(BOM + base()[path])
    assert [result.path for result in fix(root, ["data/plans/2022/"])] == [ZIGUI]
    assert [result.path for result in fix(root, [])] == [WAIVERS]
    with pytest.raises(TreeError, match=r"data/ 中没有 data/plans/2022/yichang/zigu"):
        list(fix(root, [ZIGUI, "data/plans/2022/yichang/zigu"]))


def test_the_mode_stays(root: Path) -> None:
    (root / ZIGUI).chmod(0o640)
    results, _ = fixed(root, BOM + base()[ZIGUI])
    assert [result.written for result in results] == [True]
    assert stat.S_IMODE((root / ZIGUI).stat().st_mode) == 0o640


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_fix_that_dies_leaves_the_old_file(
    moment: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    raw = BOM + base()[ZIGUI]
    (root / ZIGUI).write_bytes(raw)
    monkeypatch.setattr(*((os, "fsync", die) if moment == "fsync" else (Path, "replace", die)))
    with pytest.raises(KeyboardInterrupt):
        list(fix(root))
    assert (root / ZIGUI).read_bytes() == raw
    assert not [path for path in (root / ZIGUI).parent.iterdir() if path.name.startswith(".")]


def test_a_disk_that_refuses_is_a_reason_not_a_crash(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_replace", full)
    results, text = fixed(root, BOM + base()[ZIGUI])
    assert [result.sentence for result in results] == [f"{ZIGUI}：没有改动，磁盘满了"]
    assert text == BOM + base()[ZIGUI]


TRICKY = [
    "yes", "No", "0123", "1e3", "1:30", "~", "null", "", " a", "a ", "a: b", "a #b", "- a", "[a", "{a", "'", '"', "\\",
    "a\nb", "a\r\nb", "a\tb", "2022-05-17", "\uf900", "e\u0301", "\u212b", "a\u0301\uf900", "\u3000", "\u00a0", "䶮㛃𨱏",
    "%", "?", "!a", "&a", "*a", "|", ">", ":", "a:", "：", "（", "true", "-1", "＃", "x" * 130, "\u0344", "\u0958",
]  # fmt: skip
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn", "Cf"]), max_size=6
) | st.sampled_from(TRICKY)
SCALARS = st.none() | st.booleans() | st.integers(-(10**14), 10**14) | TEXTS
DATA = st.dictionaries(
    st.sampled_from(["county", "year", "classes", "remark"]) | TEXTS,
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
        max_leaves=10,
    ),
    max_size=5,
)
COMMENT = "这是注释"
COMMENTS = ["", "", "", "", "", f" # {COMMENT}", f" #{COMMENT} #", f"\t#{COMMENT}"]


@st.composite
def layouts(draw: st.DrawFn, data: Any) -> str:
    """The data as some person or tool may have written it."""
    start = draw(st.sampled_from([[], [HEADER.strip()], ["---"], ["---", HEADER.strip()], [f"# {COMMENT}"]]))
    lines = [*start, *_block(draw, data, draw(st.sampled_from([COMMENTS[:1], COMMENTS])))]
    ending = draw(st.sampled_from(["\n", "\r\n"]))
    return (
        draw(st.sampled_from(["", "\ufeff"]))
        + ending.join(lines)
        + draw(st.sampled_from(["", ending, ending * 3]))
    )


def _block(draw: st.DrawFn, data: Any, comments: list[str]) -> Iterator[str]:
    step = " " * draw(st.integers(1, 4))
    keys = draw(st.permutations(list(data))) if isinstance(data, dict) else range(len(data))
    for key in keys:
        start = f"{_scalar(draw, key)}:" if isinstance(data, dict) else "-"
        value = data[key]
        comment = draw(st.sampled_from(comments))
        if isinstance(value, (dict, list)) and value and draw(st.booleans()):
            yield start + comment
            yield from (step + line for line in _block(draw, value, comments))
        else:
            yield f"{start}{' ' * draw(st.integers(1, 3))}{_flow(draw, value)}{comment}"


def _flow(draw: st.DrawFn, value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{_scalar(draw, key)}: {_flow(draw, one)}" for key, one in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ",  ".join(_flow(draw, one) for one in value) + "]"
    return _scalar(draw, value)


def _scalar(draw: st.DrawFn, value: Any) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    choices = [json.dumps(value, ensure_ascii=False)]
    if "\n" not in value and "\r" not in value:
        choices.append("'" + value.replace("'", "''") + "'")
    if value.isascii() and value.isalpha() and value not in {"true", "false", "null"}:
        choices.append(value)
    if "#" in value:
        choices.append(choices[0].replace("#", draw(st.sampled_from(["\\x23", "\\u0023", "#"]))))
    return draw(st.sampled_from(choices))


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(ROOT / "schemas", Path(name) / "schemas")
        yield Path(name)


def holds(raw: bytes) -> bool:
    """The property on one text; whether it was put in order."""
    kind = schemas().kinds["plan"]
    before = load(raw, ZIGUI)
    try:
        text = tidied(ZIGUI, raw, kind, schemas())
    except DoubtError:
        return False
    after = load(text, ZIGUI)
    assert before.problems == after.problems == []
    assert meaning(after.data) == meaning(before.data)
    assert tidied(ZIGUI, text, kind, schemas()) == text
    assert text.decode().startswith(HEADER)
    assert COMMENT not in raw.decode()
    return True


@given(st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_fix_never_changes_what_a_record_says(data: st.DataObject) -> None:
    content = data.draw(DATA)
    raw = data.draw(layouts(content)).encode()
    read = load(raw, ZIGUI)
    if holds(raw):
        assert read.data == content


@given(st.text(max_size=40))
@settings(max_examples=400, deadline=None)
def test_a_fix_of_any_text_changes_nothing_it_says(text: str) -> None:
    holds(text.encode("utf-8", "replace"))


@given(st.binary(max_size=30), st.sampled_from(sorted(base())))
@settings(max_examples=200, deadline=None)
def test_a_fix_of_any_bytes_does_not_crash(raw: bytes, path: str) -> None:
    found = schemas().kind_of(path)
    assert found is not None
    try:
        assert isinstance(tidied(path, raw, found[0], schemas()), bytes)
    except DoubtError as doubt:
        assert str(doubt)


@st.composite
def careless(draw: st.DrawFn) -> tuple[str, bytes]:
    """A good record as someone else's editor saved it, perhaps with a remark of its own."""
    path = draw(st.sampled_from([path for path in sorted(base()) if path.endswith(".yml")]))
    record = deepcopy(support.records()[path])
    if "remark" in record:
        record["remark"] = draw(TEXTS.filter(lambda text: not text.startswith(tuple("=+-@＝＋－＠"))))
    return path, draw(layouts(record)).encode()


@given(careless())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_after_a_fix_the_check_has_nothing_to_say_of_layout(record: tuple[str, bytes]) -> None:
    path, raw = record
    with folder() as root:
        results, _ = fixed(root, raw, path)
        again = list(fix(root))
        tree = support.MemoryTree({**base(), path: (root / path).read_bytes()})
    assert [result.path for result in again] == [result.path for result in results if result.refused]
    found = {
        problem.code for problem in check(tree, schemas=schemas()).problems if problem.where.path == path
    }
    if not again:
        assert not found & set(HABITS)


def test_every_record_written_by_hand_comes_back_the_same() -> None:
    for path, record in support.records().items():
        if path.endswith(".yml"):
            kind = schemas().kind_of(path)
            assert kind is not None
            raw = json.dumps(record, ensure_ascii=False).encode()
            assert tidied(path, raw, kind[0], schemas()) == write(path, record) == base()[path]
