"""Canonical form for records on disk: never another meaning, and the file stays as it is when in doubt.

YAML records are written anew; reports lose a BOM and CRLF only; registers, sealed files and symbolic links are
never touched. What is written has been read back first.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.canonical import HEADER, dump, header_for
from generator.diff.meaning import meaning
from generator.examine import READABLE, front_matter
from generator.load import Loaded, load, load_lines, strings
from generator.problem import Problem, Where
from generator.schema import Kind, Schemas
from generator.sign import canonical_json
from generator.system import why
from generator.text import MAX_BYTES, inert
from generator.tree import Directory, Entry, TreeError

BOM = b"\xef\xbb\xbf"
OUR_HEADER = re.compile(r"(?:---[ \t]*\n)?" + re.escape(HEADER) + r"[^\s#]+[ \t]*(?:\n|$)")
# A number sign that stands in the data but not in the text would hide a comment from the count.
ESCAPED_SIGN = re.compile(r"\\(?:x23|u0023|U00000023)")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a file that was not in canonical form: written anew, or kept and why."""

    path: str
    written: bool
    sentence: str

    @property
    def refused(self) -> bool:
        """Whether the file stays as it was."""
        return not self.written


class DoubtError(Exception):
    """The file is better left alone: a Chinese clause that says why."""


def fix(root: Path, only: Sequence[str] = ()) -> Iterator[Result]:
    """Put the records below data/ in canonical form; `only` are files or folders, relative to the root.

    Yields a result for every file that was not in that form. A path in `only` that holds no file is a `TreeError`.
    """
    tree = Directory(root)
    schemas = Schemas.read(tree)
    for entry in _chosen(tree.entries("data"), only):
        try:
            done = _fix(root, tree, entry, schemas)
        except (DoubtError, TreeError, OSError) as error:
            said = why(error) if isinstance(error, OSError) else error
            yield Result(entry.path, False, inert(f"{entry.path}：没有改动，{said}"))
        else:
            if done:
                yield Result(entry.path, True, inert(f"{entry.path}：已整理（{done}）"))


def _chosen(entries: list[Entry], only: Sequence[str]) -> list[Entry]:
    tops = [path.rstrip("/") for path in only]
    for top in tops:
        if not any(_below(entry.path, top) for entry in entries):
            raise TreeError(f"data/ 中没有 {top}")
    return [entry for entry in entries if not tops or any(_below(entry.path, top) for top in tops)]


def _below(path: str, top: str) -> bool:
    return path == top or path.startswith(f"{top}/")


def _fix(root: Path, tree: Directory, entry: Entry, schemas: Schemas) -> str:
    """What was done to one file, "" for nothing."""
    if entry.mode not in READABLE:
        raise DoubtError("它不是普通文件")
    if entry.size > MAX_BYTES:
        raise DoubtError("文件太大")
    found = schemas.kind_of(entry.path)
    if found is None:
        raise DoubtError("没有哪一类记录放在这里")
    _, raw = next(tree.read([entry]))
    text = tidied(entry.path, raw, found[0], schemas)
    if text == raw:
        return ""
    _replace(root / entry.path, text)
    return "，".join(_done(raw, text))


def tidied(path: str, raw: bytes, kind: Kind, schemas: Schemas) -> bytes:
    """A record's bytes as they should be. Raises `DoubtError` where the file should stay as it is."""
    if kind.form == "yaml":
        return _yaml(path, raw, kind, schemas)
    if kind.form == "markdown":
        return _report(path, raw)
    if kind.form == "jsonl":
        _register(path, raw)
    return raw


def _yaml(path: str, raw: bytes, kind: Kind, schemas: Schemas) -> bytes:
    plain = _plain_breaks(raw)
    data = _trusted(load(plain, path))
    if not isinstance(data, dict) or not data:
        raise DoubtError("内容不是一组字段")
    _no_comment(plain.decode(), data)
    order, header = schemas.order(kind), header_for(path, kind.name)
    text = dump(data, order, header)
    again = load(text.encode("utf-8", "surrogatepass"), path)
    if again.problems or meaning(again.data) != meaning(data) or dump(again.data, order, header) != text:
        raise DoubtError("统一写法后内容会变，请手工核对")
    return text.encode()


def _report(path: str, raw: bytes) -> bytes:
    plain = _plain_breaks(raw)
    _trusted(load(front_matter(plain), path))
    try:
        plain.decode()
    except UnicodeDecodeError:
        raise DoubtError("它不是 UTF-8 编码") from None
    return plain


def _trusted(loaded: Loaded) -> object:
    if loaded.problems:
        raise DoubtError(f"请先改正{_said(loaded.problems[0])}")
    return loaded.data


def _said(problem: Problem) -> str:
    return f"第 {problem.at.line} 行：{problem.message}" if problem.at else f"：{problem.message}"


def _no_comment(text: str, data: object) -> None:
    """Every # that is neither the header's nor in the data starts a comment, which writing anew would lose."""
    header = OUR_HEADER.match(text)
    rest = text[header.end() :] if header else text
    held = sum(value.count("#") for _, value in strings(data, Where("")))
    if rest.count("#") != held:
        raise DoubtError("里面有注释，重写会丢失；说明可移到“备注”一类的字段里")
    if ESCAPED_SIGN.search(rest):
        raise DoubtError("里面有转义写的 #，看不出有没有注释")


def _plain_breaks(raw: bytes) -> bytes:
    return raw.removeprefix(BOM).replace(b"\r\n", b"\n")


def _register(path: str, raw: bytes) -> None:
    lines = _trusted(load_lines(raw, path))
    if not isinstance(lines, list) or b"".join(canonical_json(line) + b"\n" for line in lines) != raw:
        raise DoubtError("登记簿和台账由系统写入，不能整理，请恢复原样")


def _done(raw: bytes, text: bytes) -> Iterator[str]:
    if raw.startswith(BOM):
        yield "去掉 BOM 标记"
    if b"\r\n" in raw:
        yield "换行改为 LF"
    if _plain_breaks(raw) != text:
        yield "统一写法"


def _replace(path: Path, text: bytes) -> None:
    """The whole new file or the whole old one: never half of either, whenever the power goes."""
    handle, name = tempfile.mkstemp(prefix=".siwu-", dir=path.parent)
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, made)
        made.replace(path)
    except BaseException:
        made.unlink(missing_ok=True)
        raise
