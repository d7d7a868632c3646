"""The print ledger against the roster, and the PDFs against the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from generator.audit.finding import finding
from generator.audit.material import Certified, Ledger, Material, Paper, certified
from generator.derive.roster import Standing
from generator.documents.prints import Print, made
from generator.problem import Position, Problem, Where
from generator.rules.holdings import number_parts

NOT_BY_HAND = "台账由 siwu print 写入，只增不改，请恢复原样"
STRANGE = "请查明这份 PDF 的来历，并从文件夹里移走；证书只用 siwu print 打印"
ANEW = "请查明这份 PDF 的来历；要用的，用 siwu print --again --only 编号 重印"


class Line(NamedTuple):
    """A ledger's line: its number from 1, and the print it tells of."""

    ledger: Ledger
    number: int
    print: Print


def unprinted(material: Material) -> Iterator[Problem]:
    """AU004 and AU005 on the ledgers' lines, AU006 to AU008 on the PDFs."""
    known = certified(material.repo)
    lines: list[Line] = []
    for ledger in material.ledgers:
        yield from _read(ledger, lines)
    for line in lines:
        yield from _odd(line, known.get(line.print.no), material.layouts)
    by_number: dict[str, list[Line]] = {}
    for line in lines:
        by_number.setdefault(line.print.no, []).append(line)
    for paper in material.papers:
        yield from _paper(paper, known, by_number)


def _read(ledger: Ledger, lines: list[Line]) -> Iterator[Problem]:
    """AU004 for each line that is no print; the others are added."""
    for number, text in enumerate(ledger.raw.splitlines(), 1):
        try:
            lines.append(Line(ledger, number, made(json.loads(text))))
        except (ValueError, RecursionError):
            yield _at(ledger, number, "AU004", f"第 {number} 行不是打印记录")


def _at(ledger: Ledger, number: int, code: str, message: str, remedy: str = NOT_BY_HAND) -> Problem:
    return replace(finding(Where(ledger.path), code, message, remedy), at=Position(number, 1))


def _odd(line: Line, one: Certified | None, layouts: frozenset[str]) -> Iterator[Problem]:
    printed = line.print
    if one is None:
        message = f"打印过的证书 {printed.no} 不在名册里"
        yield _at(line.ledger, line.number, "AU004", message, "请查明这一行的来历")
        return
    if number_parts(printed.no).year != str(line.ledger.year):
        message = f"证书 {printed.no} 不是 {line.ledger.year} 年的，记错了台账"
        yield _at(line.ledger, line.number, "AU004", message)
    if printed.layout not in layouts:
        message = f"证书 {printed.no} 打印用的版式 {printed.layout} 不在了，不能照原样重印"
        yield _at(
            line.ledger, line.number, "AU005", message, "请恢复 site/templates/certificate/ 下的这个版式"
        )
    elif printed.layout != one.event.layout:
        message = f"证书 {printed.no} 打印用的版式是 {printed.layout}，名册里是 {one.event.layout}"
        yield _at(line.ledger, line.number, "AU005", message)


def _paper(
    paper: Paper, known: Mapping[str, Certified], by_number: Mapping[str, list[Line]]
) -> Iterator[Problem]:
    where, no = Where(paper.path), paper.name
    if no not in known:
        yield finding(where, "AU007", "名册里没有这个编号的证书", STRANGE)
    elif known[no].standing is Standing.WITHDRAWN:
        message = f"证书 {no} 已停止公开，这份 PDF 上还有姓名和单位"
        yield finding(where, "AU008", message, "请删去这份 PDF（运行 siwu print 也会删去）")
    elif no not in by_number:
        yield finding(where, "AU007", f"打印台账里没有证书 {no}", ANEW)
    elif paper.digest not in {line.print.digest for line in by_number[no]}:
        message = f"证书 {no} 的 PDF 与台账中这个编号的各行都不一致，印好以后被换过或改过，或台账被改过"
        yield finding(where, "AU006", message, ANEW)
