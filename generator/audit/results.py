"""The results the roster was computed from: which are at hand, and which should be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from generator.audit.finding import finding
from generator.audit.material import Material
from generator.model import Repo
from generator.problem import Problem, Where
from generator.rules.classes import ClassKey
from generator.rules.holdings import each, holdings


def sealed_path(key: ClassKey) -> str:
    """Where a class's sealed record lies."""
    return f"data/sealed/{key[0]}/{key[1]}.yml.age"


def unopened(material: Material) -> list[ClassKey]:
    """Classes with certificates whose results are there and were not opened."""
    opened = {(record.year, record.class_id) for record in material.repo.candidates}
    return [
        key for key in _classes(material) if sealed_path(key) in material.repo.paths and key not in opened
    ]


def gone(material: Material) -> list[ClassKey]:
    """Classes with certificates whose results are not there any more."""
    return [key for key in _classes(material) if sealed_path(key) not in material.repo.paths]


def lost(material: Material) -> Iterator[Problem]:
    """AU009 for results that went before their time."""
    kept = _kept(material.repo)
    for year, class_id in gone(material):
        until = kept.get((year, class_id))
        if until is not None and material.repo.as_of <= until:
            message = f"班次 {class_id} 发过证书，密封成绩却不在了，要保存到 {until}"
            remedy = "请核对是不是用 siwu sealed drop --early 提前删去的；不是的，请从备份或历史版本恢复"
            yield finding(Where(f"data/rosters/{year}.yml"), "AU009", message, remedy)


def _classes(material: Material) -> list[ClassKey]:
    keys = {holding.class_key for holding in each(holdings(material.repo))}
    return sorted(key for key in keys if key[0] in material.years)


def _kept(repo: Repo) -> Mapping[ClassKey, date]:
    """Until when each class's results are kept."""
    return {
        (one.year, one.class_id): one.retain_until
        for record in repo.of("recipients")
        for one in record.classes
    }
