"""Retention: which sealed records are past their date, and taking one away while its figures stay.

Personal data are kept no longer than they serve (个人信息保护法 art. 6: the least; art. 47: deleted when the period
ends). Before that day a record is the proof of who passed, so only two of the reasons of art. 47 may be given
for dropping a whole class early. Who withdraws consent is taken out of the record, not the class.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from generator.schema import Schemas
from generator.tree import Tree
from generator.vault.folders import VaultError, remove_inside
from generator.vault.holders import DATASET, Holder, Holders, read_record

REASONS = {"purpose-met": "处理目的已实现或无法实现", "unlawful": "取得或使用违法"}
KIND = "candidates"


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A sealed record past its date by `days`; `until` is None where nobody registered it."""

    path: str
    class_id: str
    year: int
    until: date | None = None
    days: int = 0


def day_of(tree: Tree, schemas: Schemas, as_of: date | None, today: date) -> date:
    """The day to judge by: the one given, else the dataset's, else today."""
    given = read_record(tree, schemas, DATASET).get("as_of")
    return as_of or (date.fromisoformat(given) if given else today)


def records(tree: Tree, schemas: Schemas, kind: str = KIND) -> Iterator[tuple[str, str, int]]:
    """Path, class and year of the sealed files of a kind, in order."""
    for entry in tree.entries("data/sealed"):
        found = schemas.kind_of(entry.path)
        if found is not None and found[0].name == kind:
            yield entry.path, found[1]["class"], int(found[1]["year"])


def due(tree: Tree, schemas: Schemas, holders: Holders, day: date) -> Iterator[Due]:
    """Sealed records whose last day is before `day`, and those without one. Papers hold no person's data."""
    known = {one.candidates: one for one in holders.classes}
    for path, class_id, year in records(tree, schemas):
        holder = known.get(path)
        if holder is None:
            yield Due(path=path, class_id=class_id, year=year)
        elif holder.until < day:
            days = (day - holder.until).days
            yield Due(path=path, class_id=class_id, year=year, until=holder.until, days=days)


def drop(root: Path, tree: Tree, schemas: Schemas, holder: Holder, day: date, early: str = "") -> None:
    """Take a class's sealed record away. `early` is a key of REASONS.

    Raises `VaultError` before its date without a reason, and where the class's figures are not kept yet: once the
    record is gone nobody can count again.
    """
    if not any(path == holder.candidates for path, _, _ in records(tree, schemas)):
        raise VaultError(f"没有密封文件 {holder.candidates}")
    if holder.until >= day and not early:
        reasons = "、".join(f"{key}（{words}）" for key, words in REASONS.items())
        raise VaultError(
            f"{holder.candidates} 保存至 {holder.until}，今天按 {day} 算还没有到期，没有删除。"
            f"依法要提前删的用 --early 写明理由：{reasons}"
        )
    path = f"data/statistics/{holder.year}.yml"
    if not any(item["class"] == holder.class_id for item in read_record(tree, schemas, path)["classes"]):
        raise VaultError(f"{path} 里没有班次 {holder.class_id} 的统计，删了就算不出来。请先核发或补上统计")
    remove_inside(root, holder.candidates)
