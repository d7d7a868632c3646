"""Who may write what: roles from the base's own owners.yml, owners of a path from its kind.

An account is the server's (a number on a forge, an account name over ssh). The e-mail in a commit is whatever its
author typed: nothing here looks at it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from generator.gate.finding import WHOLE, finding, shown
from generator.load import load
from generator.problem import Problem
from generator.schema import Schemas
from generator.tree import GitTree, Tree

OFFICE, GROUP = "office", "group"
OWNERS_FILE = "data/owners.yml"
ORGANISATIONS = "data/organisations.yml"
OF_A_BASE = "base-"

Parts = Mapping[str, str]
# The base that holds a class, by year and class; "" for a class nobody planned.
BaseOf = Callable[[str, str], str]


def _instructor(parts: Parts, _: BaseOf) -> str:
    owner = parts["owner"]
    return f"base:{owner.removeprefix(OF_A_BASE)}" if owner.startswith(OF_A_BASE) else f"bureau:{owner}"


def _report(parts: Parts, _: BaseOf) -> str:
    return GROUP if parts["owner"] == GROUP else f"bureau:{parts['owner']}"


def _bureau(parts: Parts, _: BaseOf) -> str:
    return f"bureau:{parts['prefecture']}"


def _base(parts: Parts, _: BaseOf) -> str:
    return f"base:{parts['base']}"


def _class(parts: Parts, base_of: BaseOf) -> str:
    base = base_of(parts["year"], parts["class"])
    return f"base:{base}" if base else OFFICE


def _group(_: Parts, __: BaseOf) -> str:
    return GROUP


# Kind → who writes it beside the office; what is not named here, and every path that is no record, is the office's.
# Held to the schemas' `x-writes` by a test.
OWNERS: Mapping[str, Callable[[Parts, BaseOf], str]] = {
    "plan": _bureau,
    "delivery": _bureau,
    "recommendation": _bureau,
    "archive": _bureau,
    "instructor": _instructor,
    "report": _report,
    "assessment-delivery": _base,
    "candidates": _class,
    "assessment": _group,
    "instructor-list": _group,
    "deliverables": _group,
    "paper": _group,
}


def owner_of(path: str, schemas: Schemas, base_of: BaseOf) -> str:
    """The role that writes a path, `office` where nobody else may."""
    found = schemas.kind_of(path)
    if found is None or found[0].name not in OWNERS:
        return OFFICE
    return OWNERS[found[0].name](found[1], base_of)


def roles_of(user: str, tree: GitTree, schemas: Schemas) -> tuple[tuple[str, ...], list[Problem]]:
    """The roles of an account in a tree's owners.yml, or why there are none (GA001, GA002)."""
    data = record(tree, OWNERS_FILE)
    kind = schemas.kinds.get("owners")
    if data is None or kind is None or not schemas.valid(kind, data):
        message = "主分支上的 data/owners.yml 不存在或读不出，无法判断谁可以改什么"
        remedy = "请省知识产权局的系统管理人员在服务器上恢复这个文件；在此之前任何提交都不接收"
        return (), [finding(OWNERS_FILE, "GA002", message, remedy)]
    roles = {role for owner in data["owners"] if owner["user"] == user for role in owner["roles"]}
    if not roles:
        message = f"账号“{shown(user)}”没有登记，不能提交"
        remedy = "请先向省知识产权局办公室申请，在 data/owners.yml 中登记账号和角色"
        return (), [finding(WHOLE, "GA001", message, remedy)]
    return tuple(sorted(roles)), []


def accounts(tree: Tree) -> frozenset[str]:
    """Every account that has a role in a tree's owners.yml, also a folder's; none where it cannot be read."""
    return frozenset(str(owner.get("user")) for owner in _owners(_read(tree, OWNERS_FILE, "data")))


def locked_out(tree: GitTree) -> Iterator[Problem]:
    """GA021 for a result in which no account is the office's: nobody could ever let anybody in again."""
    roles = [owner.get("roles") for owner in _owners(record(tree, OWNERS_FILE))]
    if not any(isinstance(one, list) and OFFICE in one for one in roles):
        message = "改动以后没有一个账号是省知识产权局的（office），以后谁也改不了这个文件"
        yield finding(OWNERS_FILE, "GA021", message, "请至少保留一个省知识产权局的账号")


def _owners(data: Any) -> list[dict[str, Any]]:
    """The accounts of an owners.yml whatever its shape."""
    owners = data.get("owners") if isinstance(data, dict) else None
    return [one for one in owners if isinstance(one, dict)] if isinstance(owners, list) else []


def record(tree: GitTree, path: str) -> Any:
    """The plain data of one YAML record of a tree; None where there is none or it has faults."""
    return _read(tree, path, path)


def _read(tree: Tree, path: str, under: str) -> Any:
    for _, raw in tree.read([entry for entry in tree.entries(under) if entry.path == path]):
        data, problems = load(raw, path)
        if not any(problem.severity == "error" for problem in problems):
            return data
    return None


def bases_of_classes(trees: tuple[Tree, ...], schemas: Schemas) -> BaseOf:
    """Which base holds a class, from the assessment plans of the trees, the first that knows."""
    kind = schemas.kinds["assessment"]

    @cache
    def planned(year: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for tree in trees:
            entries = [
                one for one in tree.entries(f"data/assessments/{year}") if kind.pattern.fullmatch(one.path)
            ]
            for entry, raw in tree.read(entries):
                data, _ = load(raw, entry.path)
                if data is not None and schemas.valid(kind, data):
                    base = kind.pattern.fullmatch(entry.path)["base"]  # type: ignore[index]
                    for one in data["classes"]:
                        found.setdefault(one["id"], base)
        return found

    return lambda year, class_id: planned(year).get(class_id, "")


def foreign(
    paths: list[str], roles: tuple[str, ...], schemas: Schemas, base_of: BaseOf, tree: GitTree
) -> Iterator[Problem]:
    """GA003 for another's record, GA004 for what only the office writes, GA005 for records of several bureaus."""
    if OFFICE in roles:
        return
    mine = "、".join(role_title(role, tree) for role in roles)
    owners = {path: owner_of(path, schemas, base_of) for path in paths}
    for path, owner in owners.items():
        if owner in roles:
            continue
        if owner == OFFICE:
            message = f"只有省知识产权局可以改这里，本账号是：{mine}"
            yield finding(
                shown(path), "GA004", message, "请撤销对这个文件的改动；需要改的，请向省知识产权局提出"
            )
        else:
            message = f"这份记录由{role_title(owner, tree)}填报，本账号是：{mine}"
            yield finding(shown(path), "GA003", message, "请撤销对这个文件的改动，只交本单位的记录")
    bureaus = sorted({owner for owner in owners.values() if owner.startswith("bureau:")})
    if len(bureaus) > 1:
        message = (
            f"一次提交改了 {len(bureaus)} 个市州的记录：{'、'.join(role_title(one, tree) for one in bureaus)}"
        )
        yield finding(WHOLE, "GA005", message, "请按市州分开，一次只交一个市州的记录")


def role_title(role: str, tree: GitTree) -> str:
    """A role as a clerk knows it: the unit's name from the base's list of organisations, else the role's own words."""
    what, _, slug = role.partition(":")
    ids = {"bureau": f"{slug}-ipo", "base": f"{OF_A_BASE}{slug}"}
    plain = {
        OFFICE: "省知识产权局",
        GROUP: "专员（考核）培训实施工作组",
        "bureau": f"市州知识产权局（{slug}）",
    }
    wanted = ids.get(what)
    data = record(tree, ORGANISATIONS) if wanted else None
    units = data.get("organisations", []) if isinstance(data, dict) else []
    names = [
        one["name"] for one in units if isinstance(one, dict) and one.get("id") == wanted and "name" in one
    ]
    return shown(str(names[0])) if names else plain.get(what, f"省级培训基地（{slug}）")
