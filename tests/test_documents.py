"""Certificates: what stands on them, that it stands in its place, and that drawing them reaches nothing outside."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import OpenerDirector, Request

import pypdf
import pytest
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from generator.derive.roster import Standing
from generator.documents import printing
from generator.documents.certificates import Certificate, certificates, codes
from generator.documents.fonts import Face, Fonts, MissingFontError, _installed
from generator.documents.printing import Batch, Printer, printed
from generator.model.certificates import Holder
from generator.publish.certificates import Printing, files
from tests.rostered import ROSTER, rostered, shown
from tests.support import ROOT

pytestmark = pytest.mark.xdist_group("documents")

SITE = ROOT / "site"
MM = 72 / 25.4
RARE = "䶮㛃𨱏𫖯𬱖𬍛𬭎"
EXT_G = "\U00030000"
LONG_NAME = "阿卜杜热合曼·吾布力哈斯木·买买提艾力江·阿布都拉"
LONG_UNIT = "恩施土家族苗族自治州示例硒资源开发与绿色农产品精深加工产业技术研究院有限责任公司来凤县综合试验站知识产权运营管理部办公室"


@pytest.fixture(scope="module")
def plain() -> Certificate:
    return next(one for one in shown(rostered()) if one.prints)


def named(certificate: Certificate, name: str, unit: str = "示例秭归科技有限公司") -> Certificate:
    return replace(certificate, holder=Holder(name=name, unit=unit, county="420527"))


@pytest.fixture(scope="module")
def batch() -> Batch:
    return Batch(SITE, Fonts.installed())


@pytest.fixture(scope="module")
def printer(batch: Batch) -> Printer:
    return Printer(batch)


def tool(*command: str | Path, read: bytes | None = None) -> str:
    return subprocess.run(command, input=read, capture_output=True, check=True).stdout.decode()


def text(pdf: bytes) -> str:
    return tool("pdftotext", "-raw", "-", "-", read=pdf)


def words(pdf: bytes) -> Iterator[tuple[str, float, float, float, float]]:
    """Every word with its left, top, right and bottom in millimetres."""
    for *box, word in re.findall(
        r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>',
        tool("pdftotext", "-bbox", "-", "-", read=pdf),
    ):
        left, top, right, bottom = (float(number) / MM for number in box)
        yield word, left, top, right, bottom


# What a certificate says


def test_it_says_who_and_what_in_reading_order(plain: Certificate, printer: Printer) -> None:
    assert text(printer.pdf(plain)).split() == [
        "样张",
        "知识产权专员证书",
        "王示例",
        "示例秭归科技有限公司",
        "参加2022年知识产权专员（考核）培训班（宜昌），",
        "经考核合格，特发此证。",
        "证书编号",
        "ZSCQZY-42-2022-YC-0001-B",
        "扫描二维码，核验证书真伪与现状",
        "版式",
        "v1",
        "湖北省知识产权局",
        "（印章）",
        "2022年7月1日",
        "演示数据，非真实证书",
    ]


def test_it_is_one_page_of_a4_landscape(plain: Certificate, printer: Printer, tmp_path: Path) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(printer.pdf(plain))
    (page,) = pypdf.PdfReader(path).pages
    assert [round(float(side) / MM) for side in page.mediabox] == [0, 0, 297, 210]
    assert "No syntax or stream encoding errors found" in tool("qpdf", "--check", path)


def test_its_fonts_are_embedded_subsets_and_ours(
    plain: Certificate, printer: Printer, tmp_path: Path
) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(printer.pdf(plain))
    rows = tool("pdffonts", path).splitlines()[2:]
    assert len(rows) == 2
    for row in rows:
        assert re.fullmatch(r"[A-Z]{6}\+Print\S* .* yes yes yes +\d+ +\d+ *", row), row


def test_its_metadata_names_the_certificate_and_nobody(plain: Certificate, printer: Printer) -> None:
    reader = pypdf.PdfReader(BytesIO(printer.pdf(plain)))
    assert reader.metadata is not None
    assert reader.metadata.title == "知识产权专员证书 ZSCQZY-42-2022-YC-0001-B"
    assert reader.metadata.author is None
    assert str(reader.root_object["/Lang"]) == "zh-CN"
    assert str(reader.metadata["/CreationDate"]).startswith("D:20220701")


def test_it_is_small(plain: Certificate, printer: Printer) -> None:
    assert len(printer.pdf(named(plain, LONG_NAME, LONG_UNIT))) < 40 * 1024


def test_only_a_demo_is_marked(plain: Certificate, printer: Printer) -> None:
    said = text(printer.pdf(replace(plain, demo=False)))
    assert "样张" not in said
    assert "演示数据" not in said
    assert "有效" not in said


def test_hostile_text_is_text(plain: Certificate, printer: Printer) -> None:
    said = text(printer.pdf(named(plain, "<script>x</script>")))
    assert "<script>x</script>" in said


# Names


@pytest.mark.parametrize("character", RARE)
def test_a_rare_character_is_printed_in_our_font(
    plain: Certificate, printer: Printer, tmp_path: Path, character: str
) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(printer.pdf(named(plain, f"王{character}")))
    assert f"王{character}" in text(path.read_bytes())
    assert len(tool("pdffonts", path).splitlines()) == 4


def test_a_long_name_and_unit_stay_in_their_boxes(plain: Certificate, printer: Printer) -> None:
    assert len(LONG_NAME) == 25
    assert len(LONG_UNIT) >= 58
    found = list(words(printer.pdf(named(plain, LONG_NAME, LONG_UNIT))))
    names = [box for box in found if 70 <= (box[2] + box[4]) / 2 < 88]
    units = [box for box in found if 90 <= (box[2] + box[4]) / 2 < 104]
    assert "".join(word for word, *_ in names).replace("样张", "") == LONG_NAME
    assert "".join(word for word, *_ in units).replace("样张", "") == LONG_UNIT
    for word, left, _, right, _ in names + units:
        if "样" not in word and "张" not in word:
            assert 42 <= left < right <= 255, word
    lines = {round(top) for _, _, top, _, _ in units}
    assert len(lines) == 2


@pytest.mark.parametrize("name", ["李明", "欧阳示例", LONG_NAME, "额" * 40])
def test_a_name_stands_on_one_line(plain: Certificate, name: str) -> None:
    certificate = named(plain, name)
    printer = Printer(Batch(SITE, Fonts.installed()))
    assert name in text(printer.pdf(certificate)).split()


# What is lacking


def collect(spec: Any, tmp_path: Path, **more: Any) -> tuple[dict[str, bytes], list[str]]:
    public, whole = rostered(spec)
    refused: list[str] = []
    printing = Printing(refuse=refused.append, **more)
    return dict(files(public, whole, SITE, tmp_path / "kept", printing)), refused


def test_a_character_no_font_has_is_named_and_the_others_are_printed(tmp_path: Path) -> None:
    spec = {"edit": {ROSTER: {"events/0/person/name": f"王{EXT_G}"}}}
    made, refused = collect(spec, tmp_path)
    assert refused == [
        f"证书 ZSCQZY-42-2022-YC-0001-B 没有打印：字体中没有“{EXT_G}”（U+30000）。"
        "请安装有此字的字体（如 HanaMin、HuayuanSong），用 --font 指明字体文件"
    ]
    without = {one.no: one.token for one in shown(rostered(spec))}["ZSCQZY-42-2022-YC-0001-B"]
    assert f"c/{without}/certificate.pdf" not in made
    assert "certificate.pdf" not in made[f"c/{without}/index.html"].decode()
    assert sum(name.endswith(".pdf") for name in made) == 3


def test_a_layout_that_is_not_there_is_named(tmp_path: Path) -> None:
    made, refused = collect({"edit": {ROSTER: {"events/0/layout": "v9"}}}, tmp_path)
    assert refused == ["证书 ZSCQZY-42-2022-YC-0001-B 没有打印：没有版式 v9"]
    assert sum(name.endswith(".pdf") for name in made) == 3


def test_an_entry_that_is_not_what_was_signed_is_not_printed(tmp_path: Path) -> None:
    spec = {"edit": {ROSTER: {"events/0/person/name": "王示示"}}, "resign": False}
    made, refused = collect(spec, tmp_path)
    assert refused == ["证书 ZSCQZY-42-2022-YC-0001-B 没有打印：签名内容与名册不一致：姓名"]
    assert sum(name.endswith(".pdf") for name in made) == 3
    assert "certificate.pdf" not in made["c/0gvnkx8dgr5vadkcas2v/index.html"].decode()


def test_an_unsigned_entry_is_printed_in_a_demo_only(tmp_path: Path) -> None:
    made, refused = collect({"unsigned": [ROSTER]}, tmp_path)
    assert refused == []
    assert sum(name.endswith(".pdf") for name in made) == 4
    production = {"unsigned": [ROSTER], "edit": {"data/dataset.yml": {"kind": "production"}}}
    made, refused = collect(production, tmp_path)
    assert len(refused) == 4
    assert all(sentence.endswith("名册中没有它的签名，请用 siwu reissue 换发") for sentence in refused)
    assert sum(name.endswith(".pdf") for name in made) == 0


def test_another_font_file_helps_out(plain: Certificate) -> None:
    bold = _installed("Bold", 700)
    fonts = Fonts([_installed("Regular", 400), _Poor(bold)], [bold])  # type: ignore[list-item]
    assert fonts.lacking("王示") == []
    batch = Batch(SITE, fonts)
    assert [subset.family for subset in batch.subsets("v1")] == ["Print", "Print", "Print 1"]
    assert "王示例" in text(Printer(batch).pdf(plain))


class _Poor:
    """A face that lacks 王."""

    def __init__(self, face: Face) -> None:
        self._face = face

    def lacks(self, wanted: Any) -> set[str]:
        return {"王"} & set(wanted)

    def subset(self, family: str, wanted: Any) -> Any:
        return self._face.subset(family, wanted)

    def advance(self, character: str) -> float:
        return 0 if self.lacks(character) else self._face.advance(character)


def test_a_font_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "no.otf"
    path.write_bytes(b"no font")
    with pytest.raises(MissingFontError, match=re.escape(str(path))):
        Fonts.installed(path)


# The same bytes, and nothing from outside


def test_the_same_bytes_every_time_and_over_processes(batch: Batch, plain: Certificate) -> None:
    wanted = [
        replace(named(plain, name), no=f"ZSCQZY-42-2022-YC-{number:04d}-X", token=f"0{number}")
        for number, name in enumerate([*RARE, "王示例", LONG_NAME] * 3)
    ]
    once = [pdf for _, pdf in printed(batch, wanted, 1)]
    assert [pdf for _, pdf in printed(batch, wanted, 1)] == once
    assert [pdf for _, pdf in printed(batch, wanted, 2)] == once
    assert len(set(once)) == len(once)


def test_what_else_is_printed_changes_no_bytes(plain: Certificate, tmp_path: Path) -> None:
    """Alone; after others, common and rare; from a run over processes; beside another layout that came later."""
    rare = named(plain, RARE[:3])
    site = tmp_path / "site"
    shutil.copytree(SITE / "templates" / "certificate", site / "templates" / "certificate")
    alone = {one: Printer(Batch(SITE, Fonts.installed())).pdf(one) for one in (plain, rare)}
    others = [named(plain, "赵示例"), named(plain, LONG_NAME, LONG_UNIT), named(plain, RARE[3:])]
    every = [*others, plain, rare]
    among = [dict(printed(Batch(SITE, Fonts.installed()), every, processes)) for processes in (1, 2)]
    later = shutil.copytree(site / "templates/certificate/v1", site / "templates/certificate/v2")
    with (later / "certificate.css").open("a", encoding="utf-8") as css:
        css.write("/* 丂丄丅 */")
    beside, before = Batch(site, Fonts.installed()), Batch(SITE, Fonts.installed())
    assert all({one: made[one] for one in alone} == alone for made in among)
    assert {one: Printer(beside).pdf(one) for one in alone} == alone
    assert beside.key(plain) == before.key(plain)
    assert beside.key(replace(plain, layout="v2")) != before.key(plain)


def test_many_uncommon_names_share_what_is_never_given_back(
    plain: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pango keeps a quarter of a megabyte of every font configuration."""
    made: list[FontConfiguration] = []

    def counted() -> FontConfiguration:
        made.append(FontConfiguration())
        return made[-1]

    monkeypatch.setattr(printing, "FontConfiguration", counted)
    printer = Printer(Batch(SITE, Fonts.installed()))
    for name in ("赵示例", *RARE[:3], "钱示例", *RARE[3:5]):
        printer.pdf(named(plain, name))
    assert len(made) == 2


SECRET = "secret5b1f"
REACHING = (
    '<img src="{file}">',
    '<link rel="stylesheet" href="{file}">',
    '<style>@import url("{file}");</style>',
    '<style>p {{ background: url("{file}") }}</style><p>x',
    '<style>@font-face {{ font-family: y; src: url("{file}") }}</style><p style="font-family: y">x',
    '<img src="http://127.0.0.1:9/x.png">',
    '<img src="https://siwu.example/x.png">',
    '<img src="ftp://127.0.0.1/x">',
    '<base href="{folder}/"><img src="../x.png">',
    '<object data="{file}"></object>',
    '<embed src="{file}">',
    '<link rel="attachment" href="{file}">',
    '<svg><image href="{file}"/></svg>',
    "<img src=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'%3E"
    "%3Cimage href='{file}' width='9' height='9'/%3E%3C/svg%3E\">",
)


@pytest.mark.parametrize("attempt", REACHING)
def test_nothing_outside_is_reached(
    printer: Printer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attempt: str
) -> None:
    opened: list[str] = []
    real = OpenerDirector.open

    def noted(self: OpenerDirector, request: Request, *more: Any, **named: Any) -> Any:
        opened.append(request.full_url)
        return real(self, request, *more, **named)

    monkeypatch.setattr(OpenerDirector, "open", noted)
    file = tmp_path / "x.png"
    file.write_text(SECRET, encoding="utf-8")
    html = attempt.format(file=file.as_uri(), folder=tmp_path.as_uri())
    with pytest.raises(RuntimeError, match=r"asks for something outside|Failed to render SVG image"):
        printer.draw(f'<html lang="zh-CN">{html}')
    assert [address for address in opened if not address.startswith("data:")] == []


def test_a_relative_address_leads_nowhere(printer: Printer) -> None:
    with pytest.raises(RuntimeError, match="Relative URI reference without a base URI"):
        printer.draw('<html lang="zh-CN"><img src="../../x.png">')


def test_without_the_defence_a_file_would_be_taken_in(
    printer: Printer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x.txt"
    file.write_text(SECRET, encoding="utf-8")
    html = f'<link rel="attachment" href="{file.as_uri()}">'
    monkeypatch.setattr(printing, "SEALED", URLFetcher())
    taken = pypdf.PdfReader(BytesIO(printer.draw(f'<html lang="zh-CN">{html}')))
    assert [bytes(one) for contents in taken.attachments.values() for one in contents] == [SECRET.encode()]


# Which are printed, and where they stand

LATER: dict[str, Any] = {
    "edit": {
        ROSTER: {
            "events/+": {
                "seq": 6, "event": "revoked", "no": "ZSCQZY-42-2022-YC-0003-7", "token": "jgc4dvkys73shjzjgw0k",
                "class": "kaohe-yichang-1", "issued": "2022-10-10", "layout": "v1", "reason": "经核查不符",
                "digest": "c30dbd920b3d2f2218a36811a4202f45e320dfdbd76f442f8dc16bc2ac54be2a",
            },
        }
    }
}  # fmt: skip


def test_only_a_valid_certificate_with_a_holder_is_printed() -> None:
    found = {one.no[-6:]: one for one in shown(rostered(LATER))}
    assert {no: one.standing for no, one in found.items()} == {
        "0001-B": Standing.LISTED,
        "0002-9": Standing.REPLACED,
        "0003-7": Standing.REVOKED,
        "0004-5": Standing.LISTED,
        "0005-3": Standing.LISTED,
    }
    assert [no for no, one in found.items() if one.prints] == ["0001-B", "0004-5", "0005-3"]


@pytest.mark.parametrize(
    ("event", "standing", "prints"),
    [
        ("revoked", Standing.REVOKED, False),
        ("withdrawn", Standing.WITHDRAWN, False),
        ("restored", Standing.LISTED, True),
    ],
)
def test_a_later_event_decides(event: str, standing: Standing, prints: bool) -> None:
    changed = {**LATER["edit"][ROSTER]["events/+"], "event": event}
    found = {one.no[-6:]: one for one in shown(rostered({"edit": {ROSTER: {"events/+": changed}}}))}
    assert (found["0003-7"].standing, found["0003-7"].prints) == (standing, prints)


def test_each_has_a_page_and_only_the_printed_a_file(tmp_path: Path) -> None:
    made, refused = collect(LATER, tmp_path)
    assert refused == []
    every = shown(rostered(LATER))
    pages = {f"c/{one.token}/index.html" for one in every}
    pdfs = {f"c/{one.token}/certificate.pdf" for one in every if one.prints}
    assert {name for name in made if not name.endswith("prints.json")} == {"robots.txt"} | pages | pdfs
    for one in every:
        page = made[f"c/{one.token}/index.html"].decode()
        assert ("certificate.pdf" in page) is one.prints
        assert '<meta name="robots" content="noindex, nofollow, noarchive">' in page
        assert one.no in page
        assert ">有效" not in page
    revoked = made["c/jgc4dvkys73shjzjgw0k/index.html"].decode()
    assert ">已撤销</h2>\n" in revoked
    assert ">2022年10月10日起撤销，不再有效。<" in revoked
    assert ">演示数据，非真实证书</h2>\n" in made["c/0gvnkx8dgr5vadkcas2v/index.html"].decode()


def test_the_page_of_a_real_certificate_says_when_it_was_listed(tmp_path: Path) -> None:
    real = {"kind": "production", "title": "湖北省知识产权专员培训"}
    production = {"edit": {"data/dataset.yml": real}}
    made, _ = collect(production, tmp_path)
    page = made["c/0gvnkx8dgr5vadkcas2v/index.html"].decode()
    assert ">在册</h2>\n" in page
    assert ">截至2022年11月20日，这张证书在册。<" in page
    assert "演示" not in page
    assert ">有效" not in page


def test_a_withdrawn_certificate_names_nobody(tmp_path: Path) -> None:
    changed = {**LATER["edit"][ROSTER]["events/+"], "event": "withdrawn"}
    made, _ = collect({"edit": {ROSTER: {"events/+": changed}}}, tmp_path)
    page = made["c/jgc4dvkys73shjzjgw0k/index.html"].decode()
    assert "已停止公开" in page
    assert "向示例" not in page


def test_what_is_unchanged_is_not_printed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = collect({}, tmp_path)
    kept = {path.name for path in (tmp_path / "kept").iterdir()}
    assert len(kept) == 4
    (tmp_path / "kept" / "old.pdf").touch()
    monkeypatch.setattr(Printer, "pdf", None)
    again, _ = collect({}, tmp_path)
    assert again == first
    assert {path.name for path in (tmp_path / "kept").iterdir()} == kept


def test_a_changed_entry_is_printed_again(tmp_path: Path) -> None:
    first, _ = collect({}, tmp_path)
    second, _ = collect({"edit": {ROSTER: {"events/0/person/unit": "示例秭归科技有限公司秭归"}}}, tmp_path)
    changed = {name for name in first if first[name] != second[name]}
    assert {name.split("/")[1] for name in changed} == {"0gvnkx8dgr5vadkcas2v"}


def test_what_codes_carry_comes_from_the_whole_repo_only() -> None:
    public, whole = rostered()
    assert {one.token for one in codes(public).values()} == {""}
    assert {one.payload + one.signature for one in codes(public).values()} == {""}
    every = certificates(public, codes(whole))
    assert all(one.token and one.page == f"https://siwu.example/c/{one.token}/" for one in every)
    assert [one.address.partition("#") for one in every] == [
        (one.page, "#", f"{one.payload}.{one.signature}") for one in every
    ]
