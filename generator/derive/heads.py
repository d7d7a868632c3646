"""The heads of the chains: how long each year's is, and its last hash. Published, so that nobody can chain anew unseen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from generator.model import Repo
from generator.sign import canonical_json

ROSTERS, FILINGS = "rosters", "filings"
MOST_YEARS = 200
_YEAR = re.compile(r"20[0-9]{2}|21[0-9]{2}")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """How many entries a year's chain has, and the hash of the last."""

    count: int
    hash: str


Heads = Mapping[str, Mapping[int, Head]]


def heads(repo: Repo) -> Heads:
    """The heads of both chains, by chain and year; a year with nothing in it has none."""
    rosters = {year: roster.raw for year, roster in sorted(repo.rosters.items())}
    filings = dict(sorted(repo.filings.items()))
    return {ROSTERS: _last(rosters), FILINGS: _last(filings)}


def _last(years: Mapping[int, Iterable[Mapping[str, Any]]]) -> dict[int, Head]:
    found = {year: list(entries) for year, entries in years.items()}
    return {year: Head(count=len(all_), hash=all_[-1]["hash"]) for year, all_ in found.items() if all_}


def written(found: Heads) -> bytes:
    """The published file."""
    plain = {
        chain: {str(year): asdict(head) for year, head in years.items()} for chain, years in found.items()
    }
    return canonical_json(plain) + b"\n"


def read(raw: bytes) -> Heads:
    """The heads of a published file. Raises ValueError, in Chinese, for anything else."""
    try:
        data = json.loads(raw)
        return {chain: _years(data[chain]) for chain in (ROSTERS, FILINGS)}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError("不是本系统公布的链头文件（heads.json）") from None


def _years(data: Mapping[str, Any]) -> dict[int, Head]:
    if len(data) > MOST_YEARS:
        raise ValueError
    return {_year(text): _head(fields) for text, fields in data.items()}


def _year(text: str) -> int:
    if not _YEAR.fullmatch(text):
        raise ValueError
    return int(text)


def _head(fields: Mapping[str, Any]) -> Head:
    count, last = fields["count"], fields["hash"]
    if type(count) is not int or count < 1 or not _HASH.fullmatch(last):
        raise ValueError
    return Head(count=count, hash=last)
