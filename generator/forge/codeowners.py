"""Whether `.github/CODEOWNERS` names a team of this organisation: GitHub passes over one that does not exist in silence."""

from __future__ import annotations

from generator.load import load
from generator.tree import Entry, Tree

FILE, DATASET = ".github/CODEOWNERS", "data/dataset.yml"
PLACEHOLDER = "@OWNER/"


def unset(tree: Tree) -> str:
    """A Chinese sentence where real records are filed and the team is still the one shipped; else ""."""
    files = {entry.path: raw for entry, raw in tree.read(_entries(tree))}
    data = load(files[DATASET], DATASET).data if DATASET in files else None
    real = isinstance(data, dict) and data.get("kind") == "production"
    lines = files.get(FILE, b"").decode("utf-8", "replace").splitlines()
    if not real or not any(PLACEHOLDER in line.partition("#")[0] for line in lines):
        return ""
    return (
        f"{FILE} 里的省局团队还是样例“{PLACEHOLDER}office”：GitHub 找不到这个团队，规则、程序、名册就不用省局批准也能合并。"
        "请照操作手册“第一次架设”换成本组织的团队，合并后再运行；在此之前不登记任何记录"
    )


def _entries(tree: Tree) -> list[Entry]:
    return [one for one in tree.entries(".github", "data") if one.path in (FILE, DATASET)]
