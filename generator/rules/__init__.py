"""The catalogue: every module of rules, imported explicitly (importing one registers its rules)."""

from generator import rule
from generator.rule import Rule
from generator.rules import (
    assessments,
    audit,
    candidates,
    caps,
    certificates,
    deadlines,
    deliveries,
    entitlement,
    exams,
    figures,
    filings,
    gate,
    indicators,
    instructors,
    keys,
    money,
    paths,
    payloads,
    plans,
    points,
    prints,
    reader,
    references,
    results,
    roster,
    signatures,
    sittings,
    teaching,
    timetable,
    units,
)

FAMILIES = (
    *("FI", "SC", "SE", "RE", "PI", "PL", "AS", "CA", "CE", "KE"),
    *("DE", "MO", "IN", "PT", "FL", "WA", "GA", "AU"),
)


def _place(code: str) -> tuple[int, str]:
    return FAMILIES.index(code.rstrip("0123456789")), code


# By family and number, whatever module a rule stands in.
RULES: dict[str, Rule] = {code: rule.RULES[code] for code in sorted(rule.RULES, key=_place)}

__all__ = [
    "RULES",
    "Rule",
    "assessments",
    "audit",
    "candidates",
    "caps",
    "certificates",
    "deadlines",
    "deliveries",
    "entitlement",
    "exams",
    "figures",
    "filings",
    "gate",
    "indicators",
    "instructors",
    "keys",
    "money",
    "paths",
    "payloads",
    "plans",
    "points",
    "prints",
    "reader",
    "references",
    "results",
    "roster",
    "signatures",
    "sittings",
    "teaching",
    "timetable",
    "units",
]
