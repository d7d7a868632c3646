"""Who may open a class's sealed files and until when they are kept: data/sealed/recipients.yml."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from generator.load import load
from generator.problem import Problem, Where
from generator.schema import Schemas
from generator.sealed import DEMO_RECIPIENTS
from generator.tree import Tree
from generator.vault.folders import VaultError

PATH = "data/sealed/recipients.yml"
DATASET = "data/dataset.yml"


class RefusedError(Exception):
    """What was to be sealed is not right; `problems` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """The recipients of a class's sealed files (the office's keys first) and the last day they are kept."""

    year: int
    class_id: str
    keys: tuple[str, ...]
    until: date

    @property
    def candidates(self) -> str:
        """Where the class's record lies."""
        return f"data/sealed/{self.year}/{self.class_id}.yml.age"

    @property
    def paper(self) -> str:
        """Where the class's exam paper lies."""
        return f"data/sealed/{self.year}/{self.class_id}-paper.age"


@dataclass(frozen=True, kw_only=True, slots=True)
class Holders:
    """Every class registered, and whether the data are a demo's."""

    classes: tuple[Holder, ...]
    demo: bool

    def of(self, class_id: str, year: int | None) -> Holder:
        """A class by its id; the year only where two years have a class of that id."""
        found = [one for one in self.classes if one.class_id == class_id and year in {None, one.year}]
        if not found:
            said = f"{year} 年" if year else ""
            raise VaultError(f"{PATH} 没有登记{said}班次 {class_id}。请先由省局登记收件人和保存期限")
        if len(found) > 1:
            years = "、".join(str(one.year) for one in found)
            raise VaultError(f"班次 {class_id} 在 {years} 年都有，请用 --year 指明年度")
        return found[0]

    def keys(self, holder: Holder) -> tuple[str, ...]:
        """The class's public keys. The demo's, which anybody can open, are refused for real data (SE004)."""
        demo = [] if self.demo else [key for key in holder.keys if key in DEMO_RECIPIENTS]
        if demo:
            raise RefusedError([_demo_key(key) for key in demo])
        return holder.keys


def read_holders(tree: Tree, schemas: Schemas) -> Holders:
    """The registered recipients. Raises `VaultError` where they or the dataset cannot be read."""
    data = read_record(tree, schemas, PATH)
    classes = [
        Holder(
            year=item["year"],
            class_id=item["class"],
            keys=tuple(dict.fromkeys([*data["office"], *item["recipients"]])),
            until=date.fromisoformat(item["retain_until"]),
        )
        for item in data["classes"]
    ]
    return Holders(classes=tuple(classes), demo=read_record(tree, schemas, DATASET)["kind"] == "demo")


def read_record(tree: Tree, schemas: Schemas, path: str) -> Any:
    """A record of the office in its shape. Raises `VaultError` where there is none or it has faults."""
    entry = next((one for one in tree.entries("data") if one.path == path), None)
    if entry is None:
        raise VaultError(f"没有 {path}")
    _, raw = next(iter(tree.read([entry])))
    data, _ = load(raw, path)
    found = schemas.kind_of(path)
    if data is None or found is None or not schemas.valid(found[0], data):
        raise VaultError(f"{path} 有错误，请先运行 siwu check 并改正")
    return data


def _demo_key(key: str) -> Problem:
    message = f"收件人 {key[:12]}… 是公开的演示公钥，正式数据不能用"
    remedy = "请换成省局或基地自己的公钥，再密封一次"
    return Problem(where=Where(PATH), code="SE004", message=message, remedy=remedy)
