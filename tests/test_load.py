"""Reading survives anything, says what is wrong and where, and leaves what the author wrote as it is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.canonical import Order, dump, nfc
from generator.check import check
from generator.load import load, load_lines
from generator.locate import locate, locate_lines
from generator.problem import Position, Problem
from generator.tree import Directory
from tests.support import base, schemas

PATH = "data/x.yml"


def said(problems: list[Problem]) -> list[str]:
    return [f"{place(problem.at)} {problem.code} {problem.message}。{problem.remedy}" for problem in problems]


def place(at: Position | None) -> str:
    return f"{at.line}:{at.column}" if at else "-"


ENCODING = "请另存为 UTF-8 编码（WPS、记事本：另存为 → 编码选 UTF-8）"
DIRECTLY = "请把内容直接写出来"
HIDDEN = "请删去该字符后重新输入；生僻字请用正式编码，不用自造字"
EMPTY = "1:1 FI021 文件是空的。请按模板填写内容，或删除该文件"
PAIRS = "同一级的字段要左对齐；检查上一行的引号和括号"

# Name, bytes, every finding.
HOSTILE = [
    ("duplicate key", b"a: 1\nb: 2\na: 3\n", ["3:1 FI003 字段“a”写了两次。请只保留一处"]),
    ("duplicate key inside", b"a: {b: 1, b: 2}\n", ["1:11 FI003 字段“b”写了两次。请只保留一处"]),
    ("anchor", b"a: &x 1\n", ["1:4 FI004 用了锚点 &x。请删去 & 标记，需要重复的内容直接写出来"]),
    ("alias", b"a: 1\nb: *x\n", [f"2:4 FI004 用了引用 *x。{DIRECTLY}"]),
    ("alias as a key", b"*k : 2\n", [f"1:1 FI004 用了引用 *k。{DIRECTLY}"]),
    ("merge key", b"a: 1\n<<: {c: 1}\n", ["2:1 FI004 用了合并写法 <<。请把字段直接写出来"]),
    ("quoted merge key is a name", b'"<<": 1\n', []),
    (
        "tag",
        b'a: !!int "1"\n',
        ["1:4 FI004 用了类型标记 tag:yaml.org,2002:int。请删去 ! 标记，文字加双引号即可"],
    ),
    (
        "python tag",
        b"a: !!python/object/apply:os.system [ls]\n",
        ["1:4 FI004 用了类型标记 tag:yaml.org,2002:python/object/apply:os。请删去 ! 标记，文字加双引号即可"],
    ),
    ("directive", b"%YAML 1.1\n---\na: 1\n", ["1:1 FI004 用了 % 指令。请删去 % 开头的指令行"]),
    ("tag directive", b"%TAG ! tag:x,2000:\n---\na: 1\n", ["1:1 FI004 用了 % 指令。请删去 % 开头的指令行"]),
    (
        "two documents",
        b"a: 1\n---\nb: 2\n",
        ["2:1 FI005 一个文件里有多份文档（--- 分隔）。一个文件只放一份记录，请拆成多个文件"],
    ),
    ("BOM is read over", b"\xef\xbb\xbfa: 1\n", []),
    ("CRLF is read over", b"a: 1\r\nb: 2\r\n", []),
    ("UTF-16", "a: 1\n".encode("utf-16-le"), ["1:2 FI012 文件里有空字节（NUL），是二进制文件。请用文本方式重新保存为 UTF-8"]),
    ("UTF-16 with its mark", b"\xff\xfea\0", [f"1:1 FI001 不是 UTF-8 编码（第 1 个字节是 0xFF）。{ENCODING}"]),
    ("GBK", "a: 1\nb: 秭归\n".encode("gbk"), [f"2:4 FI001 不是 UTF-8 编码（第 9 个字节是 0xEF）。{ENCODING}"]),
    ("NUL", b"a: 1\nb: \0\n", ["2:4 FI012 文件里有空字节（NUL），是二进制文件。请用文本方式重新保存为 UTF-8"]),
    ("NUL escaped", b'a: "\\0"\n', [f"- FI016 有看不见或不能通用的字符 U+0000。{HIDDEN}"]),
    ("lone surrogate, raw", b"a: \xed\xa0\x80\n", [f"1:4 FI001 不是 UTF-8 编码（第 4 个字节是 0xED）。{ENCODING}"]),
    ("lone surrogate, escaped", b'a: "\\ud800"\n', ["1:7 FI002 转义出的字符不是合法字符。请直接输入该汉字"]),
    ("beyond Unicode, escaped", b'a: "\\U00110000"\n', ["1:7 FI002 转义出的字符不是合法字符。请直接输入该汉字"]),
    ("zero width", "a: x\u200b\n".encode(), [f"1:5 FI016 有看不见或不能通用的字符 U+200B。{HIDDEN}"]),
    ("zero width, escaped", b'a: "\\u200b"\n', [f"- FI016 有看不见或不能通用的字符 U+200B。{HIDDEN}"]),
    ("zero width in a name, escaped", b'"a\\u200b": 1\n', [f"- FI016 有看不见或不能通用的字符 U+200B。{HIDDEN}"]),
    ("line separator", "a: x\u2028y\n".encode(), [f"1:5 FI016 有看不见或不能通用的字符 U+2028。{HIDDEN}"]),
    ("control character", b"a: \x07\n", [f"1:4 FI016 有看不见或不能通用的字符 U+0007。{HIDDEN}"]),
    ("private use", "a: \ue000\n".encode(), [f"1:4 FI016 有看不见或不能通用的字符 U+E000。{HIDDEN}"]),
    (
        "100,000 open brackets",
        b"[" * 100_000,
        ["1:25 FI006 嵌套超过 24 层。请检查括号和缩进，按模板填写"],
    ),
    ("20,000 open braces", b"{" * 20_000, ["1:2 FI002 字段名必须是文字。字段名不能是列表或一组字段"]),
    (
        "20,000 open braces with names",
        b"{a: " * 20_000,
        ["1:97 FI006 嵌套超过 24 层。请检查括号和缩进，按模板填写"],
    ),
    (
        "50 MB",
        b"a: 1\n" * 10_000_000,
        ["1:1 FI008 文件有 47.7 MB，超过上限 8 MB。请拆分记录，一个文件只放一份记录"],
    ),
    ("5,000 digits", b"a: " + b"9" * 5_000, ["1:4 FI022 数字有 5000 位，超过 15 位。请核对；若是编号请加双引号"]),
    ("-5,000 digits", b"a: -" + b"9" * 5_000, ["1:4 FI022 数字有 5000 位，超过 15 位。请核对；若是编号请加双引号"]),
    ("empty", b"", [EMPTY]),
    ("white space", b" \n\t\n", [EMPTY]),
    ("only a BOM", b"\xef\xbb\xbf", [EMPTY]),
    ("only a comment", b"# a: 1\n", [EMPTY]),
    ("only a marker", b"---\n", [EMPTY]),
    ("a list as a name", b"? [a]\n: 1\n", ["1:3 FI002 字段名必须是文字。字段名不能是列表或一组字段"]),
    ("full-width colon", "year: 1\nb：2\n".encode(), ["2:2 FI002 用了全角冒号“：”。请改成半角冒号加一个空格“: ”"]),
    ("full-width colons", "a：1\nb：2\n".encode(), ["1:2 FI002 用了全角冒号“：”。请改成半角冒号加一个空格“: ”"]),
    ("no space after a colon", b"a:1\nb: 2\n", ["1:2 FI002 冒号后面少一个空格。请在冒号后面加一个空格"]),
    ("full-width space", "a:\u30001\n".encode(), ["1:2 FI002 冒号后面少一个空格。请在冒号后面加一个空格"]),
    (
        "tab",
        b"a:\n\tb: 1\n",
        [
            "2:1 FI002 这里有不能开头的字符（常见的是用 Tab 缩进，或以 % @ ` 开头）。"
            "缩进请用空格；特殊字符开头的文字加双引号"
        ],
    ),
    ("open quote", b'a: "x\n', ["2:1 FI002 引号没有配对，读到了文件末尾。请补上缺少的引号"]),
    ("open bracket", b"a: [1, 2\nb: 3\n", ["2:2 FI002 括号里缺少逗号或右括号。各项之间用半角逗号，末尾补上右括号"]),
    ("indentation", b"a:\n  b: 1\n c: 2\n", [f"3:2 FI002 缩进不对齐，或引号、括号没有配对。{PAIRS}"]),
    (
        "colon in a text",
        b"a: b: c\n",
        ["1:5 FI002 这里不该出现冒号。冒号后要空一格；文字里有冒号时把整段文字加双引号"],
    ),
    ("backslash", b'a: "C:\\dir"\n', ["1:7 FI002 双引号里的反斜杠写法不对。反斜杠请写成 \\\\，或去掉"]),
    (
        "formula",
        b'a: "=1"\nb: -5\nc: -x\n',
        [
            "1:4 FI017 文字以“=”开头，导出到表格时会被当作公式。请去掉开头的符号，或在前面加上文字",
            "3:4 FI017 文字以“-”开头，导出到表格时会被当作公式。请去掉开头的符号，或在前面加上文字",
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "findings"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE]
)
def test_hostile_files_are_findings(raw: bytes, findings: list[str]) -> None:
    assert said(load(raw, PATH).problems) == findings


def test_a_billion_laughs_stay_a_hundred_findings() -> None:
    lines = ["a0: &a0 [ha, ha]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 30)]
    data, problems = load("\n".join(lines).encode(), PATH)
    assert data is None
    assert {problem.code for problem in problems} == {"FI004"}
    assert len(problems) < 100


def test_a_million_items_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.load.MAX_NODES", 10)
    assert load(b"- 1\n" * 9, PATH).problems == []
    assert said(load(b"- 1\n" * 10, PATH).problems) == ["10:3 FI007 内容超过 10 项。请拆分记录"]


def test_scalars_stay_what_the_author_wrote() -> None:
    text = """
        [no, 0123, 1:30, 1e3, 2022-01-01, 1.5, .inf, 0x1F, 0o17, 1_000, yes, True, NULL, 12a, "1", "true", "",
        true, false, null, ~, 0, -7, 999999999999999]
    """
    data, problems = load(text.encode(), PATH)
    assert problems == []
    assert data == [
        *("no", "0123", "1:30", "1e3", "2022-01-01", "1.5", ".inf", "0x1F", "0o17", "1_000", "yes", "True", "NULL"),
        *("12a", "1", "true", "", True, False, None, None, 0, -7, 999999999999999),
    ]  # fmt: skip
    assert [type(item) for item in data[-7:-5]] == [bool, bool]


def test_nothing_written_is_null() -> None:
    assert load(b"a:\nb: {c: , d: 1}\n", PATH).data == {"a": None, "b": {"c": None, "d": 1}}


def test_a_file_is_not_read_further_than_its_structure_can_be_trusted() -> None:
    assert load(b"a: 1\nb: *x\n", PATH).data is None
    assert load(b"a: &x 1\n", PATH).data == {"a": 1}


@settings(max_examples=300)
@given(st.binary(max_size=300))
def test_load_never_raises_on_bytes(raw: bytes) -> None:
    _survives(raw)


@settings(max_examples=300)
@given(
    st.text(
        st.sampled_from("ab:：-?[]{}\"'&*!|>%@`#,\n\r\t \\\u3000\ufeff\u2028\x85\0xu0Uz秭=<.~1"), max_size=60
    )
)
@example("a: |\n  \n\t")
def test_load_never_raises_on_yaml_like_text(text: str) -> None:
    _survives(text.encode())


@settings(max_examples=300)
@given(st.data())
def test_load_never_raises_on_mutated_records(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(base())))
    raw = bytearray(base()[path])
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(raw)))
        raw[start : start + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=4))
    _survives(bytes(raw))


def _survives(raw: bytes) -> None:
    for read in (load, load_lines):
        data, problems = read(raw, PATH)
        assert data is not None or problems
        for problem in problems:
            assert problem.message
            assert problem.remedy
            assert problem.at is None or (problem.at.line >= 1 and problem.at.column >= 1)


LINES = [
    ("fine", b'{"a":1}\n{"a":2}\n', []),
    ("not JSON", b'{"a":1}\n{"a":\n', ["2:1 FI002 这一行不是完整的 JSON 对象"]),
    ("not an object", b"[1]\n", ["1:1 FI002 这一行不是完整的 JSON 对象"]),
    ("empty line", b'{"a":1}\n\n{"a":2}\n', ["2:1 FI002 这一行不是完整的 JSON 对象"]),
    ("twice", b'{"a":1,"a":2}\n', ["1:1 FI003 同一行里有字段写了两次"]),
    ("fraction", b'{"a":1.5}\n', ["1:1 FI002 这一行不是完整的 JSON 对象"]),
    ("no number", b'{"a":NaN}\n', ["1:1 FI002 这一行不是完整的 JSON 对象"]),
    ("5,000 digits", b'{"a":' + b"9" * 5_000 + b"}\n", ["1:1 FI002 这一行不是完整的 JSON 对象"]),
    ("deep", b'{"a":' + b"[" * 60_000 + b"\n", ["1:1 FI002 这一行不是完整的 JSON 对象"]),
    ("long", b'{"a":"' + b"x" * 70_000 + b'"}\n', ["1:1 FI002 这一行不是完整的 JSON 对象"]),
    ("lone surrogate", b'{"a":"\\ud800"}\n', ["- FI016 有看不见或不能通用的字符 U+D800"]),
]


@pytest.mark.parametrize(("raw", "findings"), [case[1:] for case in LINES], ids=[case[0] for case in LINES])
def test_logs_line_by_line(raw: bytes, findings: list[str]) -> None:
    problems = load_lines(raw, "data/x.jsonl").problems
    assert [line.split("。")[0] for line in said(problems)] == findings


def test_what_poses_as_a_record_on_disk(tmp_path: Path) -> None:
    for path, raw in base().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(raw)
    (tmp_path / "data/plans/2022/yichang/xiling.yml").mkdir()
    (tmp_path / "data/waivers.yml").unlink()
    (tmp_path / "data/waivers.yml").symlink_to("nowhere.yml")
    (tmp_path / "data/owners.yml").chmod(0o755)
    os.mkfifo(tmp_path / "data/pipe.yml")
    outcome = check(Directory(tmp_path), schemas=schemas())
    assert [(problem.where.path, problem.code) for problem in outcome.problems] == [
        ("data/owners.yml", "FI011"),
        ("data/pipe.yml", "FI012"),
        ("data/pipe.yml", "FI013"),
        ("data/plans/2022/yichang/xiling.yml", "FI023"),
        ("data/waivers.yml", "FI009"),
    ]


# --- Places ------------------------------------------------------------------------------------------

TEXT = """\
# yaml-language-server: $schema=x
county: "420527"
classes:
  - id: zigui-1
    from: "2022-05-17"
    tags: {high-tech: 1, 示例: 2}
    sessions:
      - {date: "2022-05-17", hours: 4}
      - date: "2022-05-18"
  - [a, [b, c]]
remark: ""
"""


@pytest.mark.parametrize(
    ("keys", "line", "column"),
    [
        ((), 1, 1),
        (("county",), 2, 1),
        (("classes",), 3, 1),
        (("classes", 0), 4, 5),
        (("classes", 0, "from"), 5, 5),
        (("classes", 0, "tags", "示例"), 6, 26),
        (("classes", 0, "sessions", 0, "hours"), 8, 30),
        (("classes", 0, "sessions", 1), 9, 9),
        (("classes", 0, "sessions", 1, "date"), 9, 9),
        (("classes", 1, 1, 0), 10, 10),
        (("remark",), 11, 1),
        (("classes", 0, "missing", "deeper"), 4, 5),
        (("classes", 7), 3, 1),
        (("nothing",), 1, 1),
    ],
)
def test_locate(keys: tuple[Any, ...], line: int, column: int) -> None:
    assert locate(TEXT, [keys]) == {keys: Position(line, column)}


WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=6).filter(
    lambda text: nfc(text) == text
)
DATA = st.recursive(
    st.one_of(st.integers(-99, 99), st.booleans(), st.none(), WORDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(WORDS, DATA, min_size=1, max_size=5))
def test_locate_finds_every_key_where_it_is_written(data: dict[str, Any]) -> None:
    text = dump(data, Order(), "x")
    lines = text.split("\n")
    found = locate(text, _paths(data, ()))
    for keys, at in found.items():
        rest = lines[at.line - 1][at.column - 1 :]
        if isinstance(keys[-1], str):
            key, problems = load((rest.split(":")[0] + ": 1").encode(), PATH)
            assert problems == []
            assert list(key) == [keys[-1]]


def _paths(data: Any, keys: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    found = [keys] if keys else []
    for key, value in inner:
        found += _paths(value, (*keys, key))
    return found


def test_locate_in_a_log() -> None:
    text = '{"a":1,"b":"a:"}\n{"a":2,"b":3}\n'
    wanted = [(), (0,), (1,), (1, "b"), (1, "none"), (9, "a")]
    assert [place(at) for at in locate_lines(text, wanted).values()] == [
        "1:1",
        "1:1",
        "2:1",
        "2:8",
        "2:1",
        "1:2",
    ]
