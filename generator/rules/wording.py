"""Words rules share: days, people, units, places and courses as a clerk says them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from generator.model import Repo

HALVES = {"am": "上午", "pm": "下午", "evening": "晚上"}
SOURCES = {
    "county": "县区经费",
    "zone": "功能区经费",
    "prefecture": "市州经费",
    "province": "省局专项资金",
    "base": "基地自筹",
    "other": "其他来源",
}
PURPOSES = {"startup": "启动经费", "expansion": "拓展经费"}
TAGS = {
    "high-tech": "高新技术企业",
    "tech-sme": "科技型中小企业",
    "backbone": "骨干企业",
    "university": "高校院所",
    "specialised": "专精特新企业",
    "ip-model": "知识产权示范、优势企业",
}


def spoken(day: date, year: int) -> str:
    """5月17日; with the year in front where it is not the record's own."""
    return f"{day.month}月{day.day}日" if day.year == year else f"{day.year}年{day.month}月{day.day}日"


def span(start: date, end: date, year: int) -> str:
    """5月17日至5月19日; a single day once."""
    first = spoken(start, year)
    return first if start == end else f"{first}至{spoken(end, year)}"


def half_day(day: date, half: str, year: int) -> str:
    """5月17日上午."""
    return spoken(day, year) + HALVES[half]


def listed(names: Iterable[str]) -> str:
    """Names one after the other, as Chinese enumerates."""
    return "、".join(names)


def organisation(repo: Repo, name: str) -> str:
    """Official name with the id to write; the id alone where it is unknown."""
    found = repo.organisations.get(name)
    return f"{found.name}（{name}）" if found else name


def instructor(repo: Repo, name: str) -> str:
    """The person's name with the id to write."""
    found = repo.instructors.get(name)
    return f"{found.name}（{name}）" if found else name


def region(repo: Repo, code: str) -> str:
    """Chinese name of a county, prefecture or zone."""
    return repo.region_names.get(code, code)


def module(repo: Repo, year: int, name: str) -> str:
    """Title of a course with the id to write."""
    modules = repo.curricula[year].modules if year in repo.curricula else ()
    return next((f"{module.title}（{name}）" for module in modules if module.id == name), name)
