"""A record lies where its content says it belongs."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import Repo, Source
from generator.problem import Where
from generator.rule import Finding, rule

# Fields that stand in the path under their own name.
SAME = ("year", "prefecture", "base", "slug", "owner", "class")
# Lines of a log know their own years; a paper says nothing to us.
LOGS = frozenset({"filing", "print"})


@rule(
    "FI015",
    "路径与内容一致",
    wrong='# data/plans/2022/yichang/zigui.yml\ncounty: "420526"',
    right='# data/plans/2022/yichang/zigui.yml\ncounty: "420527"',
)
def lies_where_it_belongs(repo: Repo) -> Iterator[Finding]:
    """路径就是记录的编号：权限、备案和网址按路径认，汇总却按内容算。两者不一致，就会记到别人名下。"""
    for source in repo.sources.values():
        if source.kind in LOGS:
            continue
        path, fields = source.path, []
        for field, here, there in _fragments(source, repo):
            if here != there:
                path = path.replace(here, there, 1)
                fields.append(field)
        if fields:
            said = "、".join(f"{field}: {source.data[field]}" for field in fields)
            remedy = f"请把文件移到 {path}，或改正内容"
            yield Finding(Where(source.path, (fields[0],)), f"内容写的是 {said}，与文件路径不一致", remedy)


def _fragments(source: Source, repo: Repo) -> Iterator[tuple[str, str, str]]:
    """Field, the part of the path it decides, and that part as the content has it."""
    parts, data = source.parts, source.data
    for name in SAME:
        if name in parts and name in data:
            yield name, f"/{parts[name]}", f"/{data[name]}"
    if "county" in parts and (place := repo.places.get(data["county"])):
        yield "county", f"/{parts['prefecture']}/{parts['county']}", f"/{place.prefecture}/{place.pinyin}"
    if source.kind == "instructor":
        yield "id", f"/{parts['owner']}/{parts['slug']}", f"/{data['id']}"
