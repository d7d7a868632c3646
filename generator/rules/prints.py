"""The print ledger against the roster: what was printed is what was issued, each PDF on one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from generator.model import Repo
from generator.problem import Where
from generator.rule import Finding, rule
from generator.rules.holdings import given, number_parts

KIND = "print"
WRITTEN = "台账由 siwu print 写，不要手工改"


class Line(NamedTuple):
    """One line of a ledger: its place, the year of its file, its fields."""

    where: Where
    year: str
    fields: dict[str, Any]


def _lines(repo: Repo) -> Iterator[Line]:
    for source in repo.sources.values():
        if source.kind == KIND:
            for index, fields in enumerate(source.data):
                yield Line(Where(source.path, (index,)), source.parts["year"], fields)


@rule(
    "CE030",
    "打印的版式是颁发时的版式",
    wrong='# 名册中这张证书是 v1\n{"layout":"v2","no":"ZSCQZY-42-2022-YC-0001-B",…}',
    right='{"layout":"v1","no":"ZSCQZY-42-2022-YC-0001-B",…}',
)
def layout_as_issued(repo: Repo) -> Iterator[Finding]:
    """补印旧证书也用颁发时的版式，同一张证书才不会有两种样子。"""
    layouts = {event.no: event.layout for _, event in given(repo)}
    for line in _lines(repo):
        no, layout = line.fields["no"], line.fields["layout"]
        if layouts.get(no, layout) != layout:
            message = f"证书 {no} 按版式 {layout} 打印，名册中是 {layouts[no]}"
            yield Finding(line.where / "layout", message, f"请查明这张证书是怎样印的；{WRITTEN}")


@rule(
    "CE031",
    "打印台账的年度是证书编号的年度",
    wrong='# data/prints/2023.jsonl\n{"no":"ZSCQZY-42-2022-YC-0001-B",…}',
    right='# data/prints/2022.jsonl\n{"no":"ZSCQZY-42-2022-YC-0001-B",…}',
)
def ledger_year(repo: Repo) -> Iterator[Finding]:
    """一张证书的各次打印记在同一本台账里，补印的年份再晚也一样，才查得全。"""
    for line in _lines(repo):
        written = number_parts(line.fields["no"]).year
        if written != line.year:
            message = f"证书 {line.fields['no']} 的年度是 {written}，却记在 {line.year} 年的打印台账里"
            yield Finding(line.where / "no", message, f"请查明是谁写的；{WRITTEN}")


@rule(
    "CE032",
    "颁发以后才打印",
    wrong='# 证书 2022-07-01 颁发\n{"printed":"2022-06-30T09:00:00+08:00",…}',
    right='{"printed":"2022-07-05T09:00:00+08:00",…}',
)
def printed_after_issue(repo: Repo) -> Iterator[Finding]:
    """印在颁发之前，不是时刻错了，就是印的不是名册上的这一张。"""
    issued = {event.no: event.issued.isoformat() for _, event in given(repo)}
    for line in _lines(repo):
        no, day = line.fields["no"], line.fields["printed"][:10]
        if day < issued.get(no, day):
            message = f"证书 {no} 的打印时刻 {line.fields['printed']} 早于颁发日期 {issued[no]}"
            yield Finding(line.where / "printed", message, f"请核对打印用的电脑的时钟；{WRITTEN}")


@rule(
    "CE033",
    "同一份 PDF 只记一行",
    wrong='# 两行的编号和 digest 都相同，中间没有别的打印\n{"digest":"ab12…","no":"ZSCQZY-42-2022-YC-0001-B",…}',
    right='{"digest":"ab12…","no":"ZSCQZY-42-2022-YC-0001-B",…}',
)
def once_a_print(repo: Repo) -> Iterator[Finding]:
    """内容一字不差的 PDF 再印一次不算新的打印；一份 PDF 也不会是两张证书。"""
    latest: dict[tuple[str, str], str] = {}
    holders: dict[tuple[str, str], str] = {}
    for line in _lines(repo):
        no, digest = line.fields["no"], line.fields["digest"]
        holder = holders.setdefault((line.year, digest), no)
        if holder != no:
            message = f"证书 {no} 的 PDF 摘要与证书 {holder} 的相同"
            yield Finding(line.where / "digest", message, f"请查明哪一行是抄的；{WRITTEN}")
        elif latest.get((line.year, no)) == digest:
            message = f"证书 {no} 的同一份 PDF 接连记了两行"
            yield Finding(line.where / "digest", message, f"请撤下后面这一行；{WRITTEN}")
        latest[line.year, no] = digest
