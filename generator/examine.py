"""One file, looked at alone: mode, path, privacy, text, canonical form and shape. Pure and parallel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from generator import privacy
from generator.canonical import dump, header_for
from generator.explain import duplicates, explain
from generator.load import load, load_lines
from generator.mend import mend
from generator.problem import Position, Problem, Severity, Where, bounded
from generator.schema import Kind, Schemas
from generator.sign import canonical_json
from generator.text import MAX_BYTES, decode, too_large
from generator.tree import Entry, Mode

# What a killed writer leaves beside the file it was to replace.
LEFT = re.compile(r"(?:[^\n]*/)?\.siwu-[0-9a-z_]+")
ODD_MODES = {
    Mode.SYMLINK: ("FI009", "是符号链接", "请放真正的文件"),
    Mode.SUBMODULE: ("FI010", "是子模块", "请放真正的文件"),
    Mode.EXECUTABLE: ("FI011", "带有可执行权限", "请去掉可执行权限（chmod 644）"),
    Mode.FOLDER: ("FI023", "应是文件却是文件夹", "请删去该文件夹，放同名的文件"),
    Mode.ODD: ("FI012", "不是普通文件", "请放普通的文本文件"),
}
READABLE = (Mode.FILE, Mode.EXECUTABLE)
PATH = re.compile(r"(?:[a-z0-9][a-z0-9_-]*/)*[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9]+){1,2}")
FRONT_MATTER = re.compile(r"---\n(.*?\n)---\n", re.DOTALL)
FENCE = "#--\n"
SEALED = ("age", "opaque")


@dataclass(frozen=True, slots=True)
class Examined:
    """What one file holds: `kind` is "" for a path no kind claims, `data` None where it could not be trusted."""

    path: str
    kind: str
    parts: dict[str, str]
    data: Any
    digest: str
    problems: list[Problem]


def readable(entry: Entry) -> bool:
    """Whether a look inside makes sense; where not, `place_problems` says why."""
    return entry.mode in READABLE and entry.size <= MAX_BYTES


def place_problems(entry: Entry, schemas: Schemas) -> Iterator[Problem]:
    """What an entry's mode, path and size alone tell (FI008–FI014, FI023)."""
    where = Where(entry.path)
    if entry.mode in ODD_MODES:
        code, message, remedy = ODD_MODES[entry.mode]
        yield Problem(where=where, code=code, message=message, remedy=remedy)
    if entry.mode is Mode.SUBMODULE:
        return
    if entry.size > MAX_BYTES:
        yield too_large(where, entry.size)
    if LEFT.fullmatch(entry.path):
        message = "这是 siwu 写文件时被中断留下的半个文件，不是记录"
        yield Problem(where=where, code="FI014", message=message, remedy="请删去，不要提交")
    elif not PATH.fullmatch(entry.path):
        message = "路径里有不能用的字符（只能用小写字母、数字、连字符和点）"
        yield Problem(
            where=where,
            code="FI014",
            message=message,
            remedy="请改文件名，例如 data/plans/2022/yichang/zigui.yml",
        )
    elif schemas.kind_of(entry.path) is None:
        yield Problem(
            where=where, code="FI013", message="没有哪一类记录放在这里", remedy=_likely(entry.path, schemas)
        )


def _likely(path: str, schemas: Schemas) -> str:
    folder = path.split("/")[1]
    templates = [kind.template for kind in schemas.kinds.values() if kind.template.split("/")[1] == folder]
    if not templates:
        return "请把文件移到正确的文件夹，或删去"
    return f"这里的文件应是：{'、'.join(templates)}"


def examine(path: str, raw: bytes, schemas: Schemas) -> Examined:
    """Read one file as its kind demands. Sealed files stay shut here."""
    found = schemas.kind_of(path)
    digest = sha256(raw).hexdigest()
    if found is None:
        return Examined(path, "", {}, None, digest, privacy.problems(path, raw))
    kind, parts = found
    # Ciphertext says nothing; that it is ciphertext the envelope's own check makes sure of.
    problems = privacy.problems(path, b"" if kind.form in SEALED else raw)
    data = None if kind.form in SEALED else _open(path, raw, kind, schemas, problems)
    return Examined(path, kind.name, parts, data, digest, bounded(problems))


def _open(path: str, raw: bytes, kind: Kind, schemas: Schemas, problems: list[Problem]) -> Any:
    if kind.form == "jsonl":
        return _lines(path, raw, kind, schemas, problems)
    habits, raw = _byte_habits(path, raw)
    problems += habits
    if kind.form == "markdown":
        return _report(path, raw, kind, schemas, problems)
    return shaped(path, raw, kind, schemas, problems)


def shaped(path: str, raw: bytes, kind: Kind, schemas: Schemas, problems: list[Problem]) -> Any:
    """Data of a YAML text in its kind's shape; None, with the reasons added, where it has not."""
    data, found = load(raw, path)
    problems += [discreet(problem) for problem in found] if kind.form == "age" else found
    if data is None:
        return None
    where = Where(path)
    if not schemas.valid(kind, data):
        problems += explain(schemas, kind, data, where)
        return mend(schemas, kind, data)
    twice = list(duplicates(schemas, kind, data, where))
    problems += twice
    if not found and not twice:
        wanted = dump(data, schemas.order(kind), header_for(path, kind.name))
        problems += not_canonical(raw.decode(), wanted, where, quote=kind.form != "age")
    return data


def discreet(problem: Problem) -> Problem:
    """What the reader found in a sealed text, without the words it quotes: they may be a person's."""
    remedy = f"运行 siwu rules {problem.code} 查看该怎么写"
    return replace(problem, message="写法不对（密封内容，不显示）", remedy=remedy)


def _lines(path: str, raw: bytes, kind: Kind, schemas: Schemas, problems: list[Problem]) -> Any:
    lines, found = load_lines(raw, path)
    problems += found
    if lines is None:
        return None
    before = len(problems)
    for index, line in enumerate(lines):
        if not schemas.valid(kind, line):
            problems += explain(schemas, kind, line, Where(path, (index,)))
    if len(problems) > before:
        return None
    if not found:
        written = "".join(canonical_json(line).decode() + "\n" for line in lines)
        problems += not_canonical(raw.decode(), written, Where(path))
    return lines


def _report(path: str, raw: bytes, kind: Kind, schemas: Schemas, problems: list[Problem]) -> Any:
    text, found = decode(raw, path)
    problems += found
    if text is None:
        return None
    if not FRONT_MATTER.match(text):
        message = "报告开头没有前置信息"
        remedy = "请在文件最前面写一行 ---，接着写标题等字段，再写一行 ---"
        problems.append(Problem(where=Where(path), code="FI002", message=message, remedy=remedy))
        return None
    data, found = load(front_matter(raw), path)
    problems += found
    if data is not None and not schemas.valid(kind, data):
        problems += explain(schemas, kind, data, Where(path))
        return None
    return data


def front_matter(raw: bytes) -> bytes:
    """The front matter of a report, on the same line numbers."""
    front = FRONT_MATTER.match(raw.decode("utf-8", "replace"))
    return (FENCE + (front[1] if front else "")).encode()


def _byte_habits(path: str, raw: bytes) -> tuple[list[Problem], bytes]:
    """BOM and CRLF: told, then put aside (FI019, FI020)."""
    problems = []
    if raw.startswith(b"\xef\xbb\xbf"):
        problems.append(_warning(path, "FI019", "文件开头有 BOM 标记"))
        raw = raw[3:]
    if b"\r\n" in raw:
        problems.append(_warning(path, "FI020", "换行是 Windows 格式（CRLF）"))
        raw = raw.replace(b"\r\n", b"\n")
    return problems, raw


def _warning(path: str, code: str, message: str, at: Position | None = None, remedy: str = "") -> Problem:
    remedy = remedy or "运行 siwu fix 可自动整理"
    return Problem(
        where=Where(path), code=code, message=message, remedy=remedy, severity=Severity.WARNING, at=at
    )


def not_canonical(text: str, wanted: str, where: Where, *, quote: bool = True) -> Iterator[Problem]:
    """FI018 at the first line that differs from the canonical text; `quote` not where the text is sealed."""
    if text == wanted:
        return
    lines, should = text.split("\n"), wanted.split("\n")
    number = next(
        (n for n, pair in enumerate(zip(lines, should, strict=False)) if pair[0] != pair[1]), len(should) - 1
    )
    line = lines[number] if number < len(lines) else ""
    if line.lstrip().startswith("#") and number:
        message, remedy = (
            "有注释：系统重写文件时会丢失",
            "说明请写在“备注”字段里；确需保留注释的，本警告可以不理",
        )
    elif not quote:
        message, remedy = "写法不统一（密封内容，不显示）", "请用 siwu seal 重新密封，写法会自动整理"
    else:
        wanted_line = should[number].strip()
        message, remedy = f"写法不统一，{f'这一行应写成：{wanted_line}' if wanted_line else '多出这一行'}", ""
    yield _warning(where.path, "FI018", message, Position(number + 1, 1), remedy)
