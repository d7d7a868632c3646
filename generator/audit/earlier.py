"""Today's chains against what was seen before: an older version, or heads that were published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from generator.audit.finding import finding
from generator.audit.material import Material
from generator.derive.heads import FILINGS, ROSTERS, Head
from generator.gate.appending import events_kept, keys_kept, lines_kept
from generator.problem import Problem, Where

KEYS = "data/keys.yml"
# What is only ever added to. Registers have their own: `siwu register verify`.
APPENDED = ("data/rosters/", "data/prints/", KEYS)
FILES = {ROSTERS: "data/rosters/{}.yml", FILINGS: "data/filings/{}.jsonl"}
WORDS = {ROSTERS: "名册", FILINGS: "备案登记簿"}


def rewritten(material: Material) -> Iterator[Problem]:
    """AU010 for what is not the older version with more after it."""
    for path, old in sorted(material.earlier.items()):
        new = material.now.get(path)
        if path == KEYS:
            found = keys_kept(path, old, new)
        elif path.startswith("data/prints/"):
            found = lines_kept(path, old, new)
        else:
            found = events_kept(path, old, new)
        yield from (replace(problem, code="AU010") for problem in found)


def cut_off(material: Material) -> Iterator[Problem]:
    """AU011 for a published head that is not in its chain any more."""
    entries = {
        ROSTERS: {year: roster.raw for year, roster in material.repo.rosters.items()},
        FILINGS: material.repo.filings,
    }
    for chain, years in material.heads.items():
        for year, head in sorted(years.items()):
            here = list(entries[chain].get(year, ()))
            if not (len(here) >= head.count and here[head.count - 1]["hash"] == head.hash):
                message = _differing(WORDS[chain], year, head, len(here))
                remedy = "请用备份恢复公布时的内容；链头以后的只能增加"
                yield finding(Where(FILES[chain].format(year)), "AU011", message, remedy)


def _differing(word: str, year: int, head: Head, count: int) -> str:
    if count < head.count:
        return f"{year} 年{word}公布时有 {head.count} 条，现在只有 {count} 条，有的被删去"
    return f"{year} 年{word}第 {head.count} 条的摘要与公布过的不同，有的被改动后重新接了链"
