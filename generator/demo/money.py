"""Invented budgets and spending: items by kind, sources that add up to them, nothing charged to anybody."""

from __future__ import annotations

from collections.abc import Sequence

from generator.demo.chance import Chance, share_out
from generator.demo.province import Record

# A county pays; others may stand beside it.
MIXES: dict[tuple[str, ...], int] = {
    ("own",): 46,
    ("own", "prefecture"): 22,
    ("own", "base"): 12,
    ("own", "prefecture", "province"): 8,
    ("own", "province"): 6,
    ("own", "other"): 4,
    ("own", "prefecture", "base"): 2,
}
SITE_MIXES: dict[tuple[str, ...], int] = {
    ("prefecture",): 50,
    ("prefecture", "county"): 40,
    ("prefecture", "county", "zone"): 10,
}
HUNDRED = 100


def preparatory(rng: Chance, *, own: str, people: int, days: int, hours: int) -> Record:
    """A preparatory class's budget."""
    items = _items(rng, people, days, hours, fee=rng.choice((400, 500, 500, 600, 800)))
    mix = rng.weighted(MIXES)
    weights = [rng.randint(50, 90), *(rng.randint(8, 30) for _ in mix[1:])]
    total = sum(item["amount"] for item in items)
    kinds = [own if kind == "own" else kind for kind in mix]
    sources = [
        {"kind": kind, "amount": amount * HUNDRED}
        for kind, amount in zip(kinds, share_out(total // HUNDRED, weights), strict=True)
    ]
    return {"charged_to_trainees": 0, "sources": sources, "items": items}


def assessment(rng: Chance, *, people: int, days: int, hours: int) -> Record:
    """An assessment class's budget: the province starts it, the place expands it."""
    items = _items(rng, people, days, hours, fee=rng.choice((800, 1000, 1200)))
    total = sum(item["amount"] for item in items) // HUNDRED
    mix = rng.weighted(SITE_MIXES)
    parts = share_out(total, [rng.randint(90, 140), *(rng.randint(20, 60) for _ in mix)])
    kinds = [("province", "startup"), *((kind, "expansion") for kind in mix)]
    sources = [
        {"kind": kind, "amount": amount * HUNDRED, "purpose": purpose}
        for (kind, purpose), amount in zip(kinds, parts, strict=True)
    ]
    return {"charged_to_trainees": 0, "sources": sources, "items": items}


def _items(rng: Chance, people: int, days: int, hours: int, fee: int) -> list[Record]:
    amounts = {
        "instruction": hours * fee,
        "lodging": people * (days - 1) * rng.randint(60, 120) if days > 2 and rng.percent(55) else 0,
        "meals": people * days * rng.randint(35, 70) if rng.percent(80) else 0,
        "venue": days * rng.randint(12, 60) * HUNDRED,
        "materials": people * rng.randint(25, 80),
        "transport": rng.randint(10, 60) * HUNDRED if rng.percent(45) else 0,
        "other": rng.randint(5, 30) * HUNDRED if rng.percent(30) else 0,
    }
    return [
        {"category": category, "amount": round_up(amount, HUNDRED)}
        for category, amount in amounts.items()
        if amount
    ]


def round_up(amount: int, unit: int) -> int:
    """The amount, up to a full unit."""
    return -(-amount // unit) * unit


def spent(rng: Chance, budgets: Sequence[Record], *, planned: int, people: int) -> Record:
    """What was spent in the end against some budgets: near them, less where fewer came; sources pay exactly that."""
    share = min(100, 60 + 40 * people // max(planned, 1))
    items: dict[str, int] = {}
    for budget in budgets:
        for item in budget["items"]:
            used = item["amount"] * share * rng.randint(88, 102) // 10_000
            items[item["category"]] = items.get(item["category"], 0) + used
    sources: dict[tuple[str, str], int] = {}
    for budget in budgets:
        for source in budget["sources"]:
            key = (source["kind"], source.get("purpose", ""))
            sources[key] = sources.get(key, 0) + source["amount"]
    paid = share_out(sum(items.values()), list(sources.values()))
    return {
        "charged_to_trainees": 0,
        "sources": [
            {"kind": kind, "amount": amount} | ({"purpose": purpose} if purpose else {})
            for (kind, purpose), amount in zip(sources, paid, strict=True)
        ],
        "items": [{"category": category, "amount": amount} for category, amount in items.items()],
    }
