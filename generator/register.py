"""The filing register: one line per filed record, appended after the merge and never edited (3.1.7(2)).

A line is a plain dict shaped by `filing.schema.json`; every function here expects lines that passed it.
A register file holds the filings of a calendar year in Shanghai, whatever year the record is about: so the
chain runs on in the order of time, and last year's deliverables filed in January do not break it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

from generator.sign import GENESIS, breaks, canonical_json, chain, entry_hash

Line = Mapping[str, Any]
# Year of the file, index of the line from 0, field, code, message.
Finding = tuple[int, int, str, str, str]

BRANCH = "register"
REF = f"refs/heads/{BRANCH}"
FOLDER = "data/filings"
SHANGHAI = timezone(timedelta(hours=8))

FINDINGS = {
    "FL001": "登记序号从 1 起连续",
    "FL002": "登记编号由前缀、年度和序号组成，不重复",
    "FL003": "登记年度与登记簿文件一致",
    "FL004": "每条登记接着前一条的摘要",
    "FL005": "每条登记的摘要与内容相符",
    "FL006": "备案时刻不早于前一条",
    "FL007": "提交时刻不晚于备案时刻",
    "FL008": "逾期天数与提交时刻和期限相符",
    "FL009": "变更的登记是同一记录此前的登记",
    "FL010": "变更登记的内容确有变化",
    "FL011": "同一内容不重复登记",
}
_UNTOUCHED = "登记簿只增不改：请恢复登记任务写下的原文"
_REDONE = "请由登记任务撤下这条登记，重新登记"
REMEDIES = dict.fromkeys(FINDINGS, _UNTOUCHED) | dict.fromkeys(("FL008", "FL009", "FL010", "FL011"), _REDONE)


def prefix(kind: str, numbers: Mapping[str, str]) -> str:
    """The number prefix of a kind of filing; `numbers` is the dataset's `{filing, approval, …}`."""
    return numbers["approval" if kind == "assessment" else "filing"]


def late_days(submitted: str, due: str) -> int:
    """Whole days in Shanghai from the last day it was due to the day it was submitted, 0 where in time.

    `submitted` is an RFC 3339 time, `due` a date or "" for no deadline. Raises ValueError for neither.
    """
    return max(0, (_time(submitted).date() - date.fromisoformat(due)).days) if due else 0


def append(  # noqa: PLR0913 - one argument a field of the line
    lines: Sequence[Line],
    *,
    prefix: str,
    kind: str,
    record: str,
    digest: str,
    submission: str,
    submitted: str,
    filed: str,
    due: str,
    merge: str,
    reviewer: str,
    amends: str,
    prev: str,
) -> dict[str, Any]:
    """The line that follows `lines`, all of one year's file, with its number, lateness and hash.

    The year is that of `filed` in Shanghai. `prev` is the last hash of the year before (or `GENESIS`), and
    counts only where `lines` is empty.
    """
    year, seq = _time(filed).year, len(lines) + 1
    line = {
        "no": f"{prefix} {year}-{seq:04d}",
        "year": year,
        "seq": seq,
        "kind": kind,
        "record": record,
        "digest": digest,
        "submission": submission,
        "submitted": submitted,
        "filed": filed,
        "due": due,
        "late_days": late_days(submitted, due),
        "merge": merge,
        "reviewer": reviewer,
        "amends": amends,
    }
    return chain([line], lines[-1]["hash"] if lines else prev)[0]


def dump(lines: Iterable[Line]) -> bytes:
    """A register file: each line as canonical JSON (the bytes that are hashed, and `hash`) and a line feed."""
    return b"".join(canonical_json(line) + b"\n" for line in lines)


def extends(old: bytes, new: bytes) -> bool:
    """Whether the new file is the old one with whole lines after it."""
    whole = not old or old.endswith(b"\n") or new[len(old) : len(old) + 1] in (b"", b"\n")
    return whole and new.startswith(old)


def latest(lines: Iterable[Line]) -> dict[str, Line]:
    """The last line of each record, by its path. Takes the years' lines one after the other."""
    return {line["record"]: line for line in lines}


def source(has_branch: Callable[[str], bool], rev: str | None = None) -> str:
    """The git revision the register is read from: `--register REV`, the branch, or "" for the tree at hand.

    The branch by its full name: git would take a tag of the same name for it.
    """
    return rev or (REF if has_branch(REF) else "")


def verify(
    lines_by_year: Mapping[int, Sequence[Line]], numbers: Mapping[str, str], prev: str = GENESIS
) -> Iterator[Finding]:
    """Everything the register contradicts itself in, FL001–FL011, by year and line.

    `numbers` holds the prefixes (see `prefix`). `prev` is what the first line follows, `GENESIS` unless the
    years before are kept elsewhere. Lines cut off at the end show only against an older copy (`extends`).
    """
    seen = _Seen()
    for year in sorted(lines_by_year):
        lines = lines_by_year[year]
        broken = set(breaks(lines, prev))
        for index, line in enumerate(lines):
            found = [
                *_numbering(line, year, index, numbers, seen),
                *_links(line, {which for which in ("prev", "hash") if (index, which) in broken}),
                *_times(line, seen),
                *_contents(line, seen),
            ]
            yield from ((year, index, field, code, message) for field, code, message in found)
            seen.add(line)
        prev = lines[-1]["hash"] if lines else prev


_Said = Iterator[tuple[str, str, str]]


class _Seen:
    """What came before a line: by number, the last of each record, and the very last."""

    def __init__(self) -> None:
        self.by_number: dict[str, Line] = {}
        self.by_record: dict[str, Line] = {}
        self.last: Line | None = None

    def add(self, line: Line) -> None:
        """Go past a line."""
        self.by_number.setdefault(line["no"], line)
        self.by_record[line["record"]] = line
        self.last = line


def _numbering(line: Line, year: int, index: int, numbers: Mapping[str, str], seen: _Seen) -> _Said:
    seq, wanted = index + 1, f"{prefix(line['kind'], numbers)} {year}-{index + 1:04d}"
    if line["seq"] != seq:
        yield "seq", "FL001", f"序号是 {line['seq']}，应为 {seq}"
    if line["no"] != wanted:
        again = "，与前面的登记重复" if line["no"] in seen.by_number else ""
        yield "no", "FL002", f"登记编号是“{line['no']}”{again}，应为“{wanted}”"
    if line["year"] != year:
        yield "year", "FL003", f"年度是 {line['year']}，所在登记簿是 {year} 年的"


def _links(line: Line, broken: Collection[str]) -> _Said:
    if "prev" in broken:
        yield (
            "prev",
            "FL004",
            f"{line['no']} 的前一条摘要 {line['prev'][:12]}… 与前一条不符：前面有增删、改动或换序",
        )
    if "hash" in broken:
        yield (
            "hash",
            "FL005",
            f"{line['no']} 的摘要 {line['hash'][:12]}… 与内容不符，应为 {entry_hash(line)[:12]}…",
        )


def _times(line: Line, seen: _Seen) -> _Said:
    if seen.last and _time(line["filed"]) < _time(seen.last["filed"]):
        yield "filed", "FL006", f"备案时刻 {line['filed']} 早于前一条的 {seen.last['filed']}"
    if _time(line["submitted"]) > _time(line["filed"]):
        yield "submitted", "FL007", f"提交时刻 {line['submitted']} 晚于备案时刻 {line['filed']}"
    days = late_days(line["submitted"], line["due"])
    if line["late_days"] != days:
        due = f"期限 {line['due']}" if line["due"] else "没有期限"
        message = f"逾期天数是 {line['late_days']}，按提交时刻 {line['submitted']}、{due}，应为 {days}"
        yield "late_days", "FL008", message


def _contents(line: Line, seen: _Seen) -> _Said:
    """Contents are held against the record's last line: going back to an older version is a change too."""
    amended, amending = seen.by_number.get(line["amends"]), line["kind"] == "amendment"
    if amending and not line["amends"]:
        yield "amends", "FL009", f"{line['no']} 是变更登记，没有写明变更哪一条"
    elif line["amends"] and (amended is None or amended["record"] != line["record"]):
        message = f"{line['no']} 变更的是“{line['amends']}”，此前没有这个编号的同一记录的登记"
        yield "amends", "FL009", message
    before = seen.by_record.get(line["record"])
    if before and line["digest"] == before["digest"] and "withdrawal" not in (line["kind"], before["kind"]):
        if amending:
            yield "digest", "FL010", f"{line['no']} 是变更登记，内容与 {before['no']} 相同"
        else:
            yield "digest", "FL011", f"{line['no']} 与 {before['no']} 登记的是同一记录的同一内容"


def _time(text: str) -> datetime:
    """An RFC 3339 time in Shanghai. Raises ValueError for one without its offset."""
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"时刻“{text}”没有写明时区，应以 +08:00 结尾")
    return time.astimezone(SHANGHAI)
