"""Certificates as tests print them: signed by the demo's key, laid out box by box, read by other programs."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from generator.documents.certificates import Certificate
from generator.documents.fonts import Fonts
from generator.documents.printing import Batch, Printer
from generator.model.certificates import Holder
from generator.problem import Where
from generator.signature.keys import PrivateKey, public_half, read_private, sign_payload
from generator.signature.payload import decode
from generator.signature.published import ISSUER, PublishedKey, key_id
from generator.signature.written import read_payload
from tests.rostered import rostered, shown
from tests.support import ROOT

SITE = ROOT / "site"
PIXEL = 25.4 / 96
RARE = "䶮㛃𨱏𫖯𬱖𬍛𬭎"
UNIT = "示例秭归科技有限公司"
LONG_NAME = "阿卜杜热合曼·吾布力哈斯木·买买提艾力江·阿布都拉"
LONG_UNIT = "恩施土家族苗族自治州示例硒资源开发与绿色农产品精深加工产业技术研究院有限责任公司来凤县综合试验站知识产权运营管理部办公室"
DAY = date(2022, 11, 20)


@cache
def key() -> PrivateKey:
    return read_private((ROOT / "tests" / "keys" / "demo-issuer.pem").read_bytes())


def published(private: PrivateKey, **more: Any) -> PublishedKey:
    public = public_half(private)
    given: dict[str, Any] = {
        "where": Where("data/keys.yml"), "seq": 1, "id": key_id(public), "algorithm": "ES256", "purpose": ISSUER,
        "public": public, "start": date(2022, 1, 1),
    }  # fmt: skip
    return PublishedKey(**{**given, **more})


@cache
def fonts() -> Fonts:
    return Fonts.installed()


@cache
def plain() -> Certificate:
    """The first of the small repository's that is printed."""
    return next(one for one in shown(rostered()) if one.prints)


def named(name: str, unit: str = UNIT, **more: Any) -> Certificate:
    """The plain one for somebody else, signed again."""
    return signed(replace(plain(), holder=Holder(name=name, unit=unit, county="420527"), **more))


def signed(one: Certificate, private: PrivateKey | None = None) -> Certificate:
    """What it says now, signed by the demo's key or another."""
    assert one.holder is not None
    said = replace(
        decode(read_payload(plain().payload)), no=one.no, name=one.holder.name, unit=one.holder.unit,
        day=one.issued, layout=one.layout, token=one.token,
    )  # fmt: skip
    payload, signature = sign_payload(private or key(), said)
    return replace(one, payload=payload, signature=signature)


def printer(*every: Certificate) -> Printer:
    return Printer(Batch(SITE, fonts()))


def tool(*command: str | Path, read: bytes | None = None) -> str:
    return subprocess.run(command, input=read, capture_output=True, check=True).stdout.decode()


@dataclass(frozen=True)
class Area:
    """A rectangle on the page, in millimetres, with the text of a line where it is one."""

    left: float
    top: float
    right: float
    bottom: float
    text: str = ""

    def within(self, other: Area) -> bool:
        return (
            other.left <= self.left + 0.01
            and other.top <= self.top + 0.01
            and self.right <= other.right + 0.01
            and self.bottom <= other.bottom + 0.01
        )

    def meets(self, other: Area) -> bool:
        return (
            self.left < other.right - 0.01
            and other.left < self.right - 0.01
            and self.top < other.bottom - 0.01
            and other.top < self.bottom - 0.01
        )


@dataclass(frozen=True)
class Page:
    """What WeasyPrint laid out: by class (or element) the box, and its lines as wide as their text."""

    boxes: dict[str, Area]
    lines: dict[str, list[Area]]


def page(document: Any) -> Page:
    (only,) = document.pages
    (html,) = only._page_box.children
    (body,) = html.children
    found: dict[str, Area] = {}
    lines: dict[str, list[Area]] = {}
    for child in body.children:
        box = child._box if isinstance(child, AbsolutePlaceholder) else child
        name = box.element.get("class") or box.element.tag
        found[name] = _area(box.position_x, box.position_y, box.margin_width(), box.margin_height())
        lines[name] = list(_lines(box))
    return Page(found, lines)


def _lines(box: Any) -> Iterator[Area]:
    for line in getattr(box, "children", ()):
        texts = [one for one in line.descendants() if isinstance(one, boxes.TextBox)]
        if texts:
            left = min(one.position_x for one in texts)
            right = max(one.position_x + one.width for one in texts)
            yield _area(left, line.position_y, right - left, line.height, "".join(one.text for one in texts))


def _area(left: float, top: float, width: float, height: float, text: str = "") -> Area:
    return Area(left * PIXEL, top * PIXEL, (left + width) * PIXEL, (top + height) * PIXEL, text)
