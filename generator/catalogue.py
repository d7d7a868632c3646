"""The rule catalogue as text: the list, and one rule with its wrong and right example."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import indent

from generator.derive.families import basis
from generator.load import load
from generator.rules import RULES, Rule
from generator.tree import Tree

CLAUSES = "data/clauses.yml"


def numbering(tree: Tree) -> Mapping[str, str]:
    """The notice's own numbering by clause id, straight from data/clauses.yml; empty where it cannot be read."""
    entries = [entry for entry in tree.entries("data") if entry.path == CLAUSES]
    clauses = [load(raw, CLAUSES).data for _, raw in tree.read(entries)]
    items = clauses[0].get("clauses", []) if clauses and isinstance(clauses[0], dict) else []
    return {item["id"]: item["numbering"] for item in items if isinstance(item, dict) and "numbering" in item}


def listed(numbering: Mapping[str, str]) -> str:
    """One line a rule, in catalogue order."""
    lines = [
        f"{rule.code}  {rule.severity.word}  {rule.title}（{basis(rule, numbering)}）"
        for rule in RULES.values()
    ]
    return "\n".join([*lines, f"共 {len(lines)} 条。运行 siwu rules 规则编号 查看说明和例子。"]) + "\n"


def explained(rule: Rule, numbering: Mapping[str, str]) -> str:
    """One rule in full."""
    parts = [
        f"{rule.code} {rule.title}",
        f"级别：{rule.severity.word}    依据：{basis(rule, numbering)}",
        "",
        rule.why,
        "",
        "错误的写法：",
        indent(rule.wrong.strip("\n"), "    "),
        "",
        "正确的写法：",
        indent(rule.right.strip("\n"), "    "),
    ]
    return "\n".join(parts) + "\n"
