"""The report that goes from the gate's job to the comment's: written by ours, read as if by an enemy.

It is a file of data; nothing in it is Markdown. The comment is made anew from it (`generator.gate.answer`), so
that every text in it is escaped by the job that writes the comment.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date
from io import BytesIO
from typing import Any, cast, get_args, get_origin, get_type_hints

from generator.forge.api import ForgeError
from generator.forge.fields import COMMIT
from generator.gate.reviewed import VERSION, Review

NAME = "report.json"
# Bytes of the file, and of the archive it comes in; a review of 3,000 findings in 200 files has 1.2 MB.
MOST = 8 * 1024 * 1024
LONGEST, MANY, LARGEST = 100_000, 2_000, 10**15
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)
# Every outcome that is no judgement, in words for the clerk: what it means, what to do.
OUTCOMES = {
    "conflict": "不能合并：与主分支上的同一处改动冲突。请在合并请求页面点“Update branch”（更新分支），"
    "或把您的改动重新填到最新的文件里再提交",
    "unreadable": "没有核验：取不到这次提交，或其中有 git 认为损坏、危险的内容。请重新提交；仍不行的，请联系省局",
    "oversize": "没有核验：一次改动的文件太多。请分几次提交，一次只交一部分；放错了文件夹的，请从最新的版本重新做一次",
    "broken": "没有结论：核验程序自身出错，不是您的操作有误。请联系省局",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found of one head of one pull request: a review, or else why there is none (`OUTCOMES`)."""

    number: int
    head: str
    outcome: str
    review: Review | None


def dump(report: Report) -> bytes:
    """The report's file. Raises `ForgeError` for one that is too large to be read again."""
    raw = json.dumps(asdict(report), ensure_ascii=True, sort_keys=True).encode() + b"\n"
    if len(raw) > MOST:
        raise ForgeError(f"核验报告有 {len(raw)} 字节，超过 {MOST}，没有写出")
    return raw


def unpack(archive: bytes) -> bytes:
    """The one file of an artifact's archive, unpacked no further than `MOST`, whatever the archive says of its size."""
    try:
        with zipfile.ZipFile(BytesIO(archive)) as opened:
            names = [member.filename for member in opened.infolist()]
            member = opened.getinfo(NAME) if names == [NAME] else None
            if member is None or member.compress_type not in PACKED:
                raise ForgeError(f"核验报告应只有 {NAME} 一个文件")
            with opened.open(member) as file:
                raw = file.read(MOST + 1)
    except UNREADABLE as error:
        raise ForgeError("核验报告不是可以打开的压缩包") from error
    if len(raw) > MOST:
        raise ForgeError(f"核验报告展开后超过 {MOST} 字节")
    return raw


def parse(raw: bytes) -> Report:
    """The report of a file that may hold anything. Raises `ForgeError` unless every part has its shape."""
    try:
        data = json.loads(raw, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise ForgeError("核验报告不是规定的 JSON") from error
    report = cast(Report, _made(Report, data, "report"))
    if not (0 < report.number < 1 << 31 and COMMIT.fullmatch(report.head)):
        raise ForgeError("核验报告中合并请求的编号或提交不合规格")
    judged = report.review is not None and report.review.version == VERSION
    if report.outcome != "judged" if judged else report.review or report.outcome not in OUTCOMES:
        raise ForgeError("核验报告的结论不合规格")
    if report.review is not None:
        _check_days(report.review)
    return report


def _check_days(review: Review) -> None:
    """Days are read as such where the comment is made."""
    try:
        for day in (review.as_of, *(due.day for due in review.dues)):
            date.fromisoformat(day)
    except ValueError as error:
        raise ForgeError("核验报告中的日期不合规格") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)


def _made(shape: Any, value: Any, name: str) -> Any:
    """The value as an instance of a type: exactly its fields, each of exactly its type, none too large."""
    if is_dataclass(shape):
        names = [field.name for field in fields(shape)]
        if isinstance(value, dict) and sorted(value) == sorted(names):
            hints = get_type_hints(shape)
            made: Any = shape
            return made(**{each: _made(hints[each], value[each], each) for each in names})
    elif get_origin(shape) is tuple:
        if isinstance(value, list) and len(value) <= MANY:
            return tuple(_made(get_args(shape)[0], item, name) for item in value)
    elif get_args(shape):
        return None if value is None else _made(get_args(shape)[0], value, name)
    elif type(value) is shape and _fits(value):
        return value
    raise ForgeError(f"核验报告的 {name} 不合规格")


def _fits(value: str | int) -> bool:
    return len(value) <= LONGEST if isinstance(value, str) else abs(value) <= LARGEST
