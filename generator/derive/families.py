"""The rule catalogue by family, as the site shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.rules import Rule

TITLES = {
    "FI": "文件本身",
    "SC": "字段和格式",
    "PI": "个人信息",
    "RE": "引用",
    "PL": "培训计划",
    "AS": "考核培训",
    "CA": "学员和成绩",
    "CE": "证书",
    "KE": "签名密钥",
    "DE": "实施情况",
    "MO": "经费标准",
    "IN": "师资",
    "PT": "积分",
    "FL": "备案登记簿",
    "SE": "密封记录",
    "WA": "豁免",
    "GA": "提交和权限",
    "AU": "名册审核",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """One rule with its basis in words; `anchor` is where `siwu check` links to."""

    code: str
    anchor: str
    title: str
    severity: str
    mark: str
    basis: str
    why: str
    wrong: str
    right: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """Rules whose codes begin with the same two letters."""

    prefix: str
    title: str
    rules: tuple[Explained, ...]


def families(rules: Mapping[str, Rule], numbering: Mapping[str, str]) -> tuple[Family, ...]:
    """Families in catalogue order. `numbering` is the notice's own, by clause id."""
    grouped: dict[str, list[Explained]] = {}
    for rule in rules.values():
        grouped.setdefault(rule.code[:2], []).append(_explained(rule, numbering))
    return tuple(
        Family(prefix=prefix, title=TITLES.get(prefix, prefix), rules=tuple(found))
        for prefix, found in grouped.items()
    )


def _explained(rule: Rule, numbering: Mapping[str, str]) -> Explained:
    return Explained(
        code=rule.code,
        anchor=rule.code.lower(),
        title=rule.title,
        severity=rule.severity.word,
        mark=rule.severity.value,
        basis=basis(rule, numbering),
        why=" ".join(rule.why.split()),
        wrong=rule.wrong.strip("\n"),
        right=rule.right.strip("\n"),
    )


def basis(rule: Rule, numbering: Mapping[str, str]) -> str:
    """Where a rule comes from: clauses in the notice's own numbering, another document, or the house."""
    if rule.clauses:
        return "方案 " + "、".join(numbering.get(clause, clause) for clause in rule.clauses)
    return rule.source or "数据规范"
