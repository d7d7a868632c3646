"""Whether what is shipped as a sample still stands where real records are filed, and would let strangers in.

GitHub passes over a team in `.github/CODEOWNERS` that does not exist in silence; the sample accounts' numbers are other
people's accounts there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.load import load
from generator.tree import Entry, Tree

CODEOWNERS, DATASET, OWNERS = ".github/CODEOWNERS", "data/dataset.yml", "data/owners.yml"
PLACEHOLDER = "@OWNER/"
# How the notes of the sample accounts begin.
SAMPLE = "示例账号"
HOW = "请照操作手册“第一次架设”换成自己的，合并后再运行；在此之前不登记任何记录"


def unset(tree: Tree) -> str:
    """A Chinese sentence where real records are filed and a sample is still there; else ""."""
    files = {entry.path: raw for entry, raw in tree.read(_entries(tree))}
    if _plain(files, DATASET).get("kind") != "production":
        return ""
    found = [*_team(files.get(CODEOWNERS, b"")), *_accounts(_plain(files, OWNERS).get("owners"))]
    return "。".join([*found, HOW]) if found else ""


def _team(raw: bytes) -> Iterator[str]:
    if any(PLACEHOLDER in line.partition("#")[0] for line in raw.decode("utf-8", "replace").splitlines()):
        yield (
            f"{CODEOWNERS} 里的省局团队还是样例“{PLACEHOLDER}office”：GitHub 找不到这个团队，规则、程序、名册就不用省局批准也能合并"
        )


def _accounts(owners: Any) -> Iterator[str]:
    notes = (one.get("note") for one in owners if isinstance(one, dict)) if isinstance(owners, list) else ()
    count = sum(str(note).startswith(SAMPLE) for note in notes)
    if count:
        yield f"{OWNERS} 里还有 {count} 个样例账号：这些编号在 GitHub 上是别人的，他们可以用样例的角色提交"


def _plain(files: dict[str, bytes], path: str) -> dict[str, Any]:
    data = load(files[path], path).data if path in files else None
    return data if isinstance(data, dict) else {}


def _entries(tree: Tree) -> list[Entry]:
    return [one for one in tree.entries(".github", "data") if one.path in (CODEOWNERS, DATASET, OWNERS)]
