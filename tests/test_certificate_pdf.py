"""The certificate's file: PDF/A-3 with tags and the signed text inside, and a code that any phone reads."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from hashlib import md5
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from pypdf.generic import DictionaryObject, StreamObject

from generator.documents.certificates import Certificate
from generator.documents.fonts import _installed
from generator.documents.qr import QUIET, SCALE
from generator.signature.address import LONGEST
from generator.signature.verification import verify
from tests.printed import DAY, LONG_NAME, LONG_UNIT, RARE, key, named, plain, printer, published, tool

pytestmark = pytest.mark.xdist_group("documents")

MM = 72 / 25.4


@pytest.fixture(scope="module")
def longest() -> Certificate:
    """One whose address is as long as an address may be. Not of a demo: that prints a few characters more."""
    one = named(LONG_NAME, LONG_UNIT, demo=False)
    host = "x" * (LONGEST - len(one.address))
    one = replace(one, base_url=f"{one.base_url.rstrip('/')}{host}")
    assert len(one.address) == LONGEST
    return one


@pytest.fixture(scope="module")
def printed(longest: Certificate) -> dict[str, bytes]:
    one = printer(plain(), longest, named(f"王{RARE}"))
    return {"typical": one.pdf(plain()), "longest": one.pdf(longest), "rare": one.pdf(named(f"王{RARE}"))}


@pytest.fixture(scope="module")
def reader(printed: dict[str, bytes]) -> pypdf.PdfReader:
    return opened(printed["typical"])


def opened(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(pdf))


def root(reader: pypdf.PdfReader) -> Any:
    return reader.root_object


# The code


@pytest.mark.parametrize("case", ["typical", "longest"])
def test_the_code_is_read_from_the_page(
    printed: dict[str, bytes], longest: Certificate, tmp_path: Path, case: str
) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(printed[case])
    tool("pdftoppm", "-r", "150", "-png", "-singlefile", path, tmp_path / "page")
    said = tool("zbarimg", "--quiet", "--raw", tmp_path / "page.png")
    assert said == f"{(longest if case == 'longest' else plain()).address}\n"


@pytest.mark.parametrize(("case", "version", "module"), [("typical", 11, 0.52), ("longest", 16, 0.404)])
def test_its_modules_are_large_enough_for_a_phone(
    printed: dict[str, bytes], tmp_path: Path, case: str, version: int, module: float
) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(printed[case])
    row = tool("pdfimages", "-list", path).splitlines()[2].split()
    pixels, density = int(row[3]), float(row[12])
    assert row[3] == row[4]
    assert pixels == (17 + 4 * version + 2 * QUIET) * SCALE
    assert SCALE / density * 25.4 == pytest.approx(module, abs=0.005)
    assert module >= 0.4


def test_it_has_the_standards_quiet_zone(reader: pypdf.PdfReader) -> None:
    (picture,) = reader.pages[0].images
    grey = picture.image.convert("L")  # type: ignore[union-attr]
    edge = QUIET * SCALE
    inner = grey.crop((edge, edge, grey.width - edge, grey.height - edge))
    assert sum(grey.histogram()[:255]) == sum(inner.histogram()[:255]) > 0
    assert inner.getpixel((0, 0)) == 0


# What PDF/A-3 asks for


def xmp(reader: pypdf.PdfReader) -> dict[str, str]:
    tree = ET.fromstring(root(reader)["/Metadata"].get_data())
    found = {name.rpartition("}")[2]: value for one in tree.iter() for name, value in one.attrib.items()}
    texts = {one.tag.rpartition("}")[2]: one.text or "" for one in tree.iter()}
    return {**texts, **found}


def test_it_says_that_it_is_pdf_a_3_with_tags(reader: pypdf.PdfReader) -> None:
    said = xmp(reader)
    assert (said["part"], said["conformance"]) == ("3", "A")
    assert said["li"] == "知识产权专员证书 ZSCQZY-42-2022-YC-0001-B"
    assert said["CreateDate"] == "2022-07-01"
    assert root(reader)["/Lang"] == "zh-CN"
    assert root(reader)["/MarkInfo"] == {"/Marked": True}
    assert root(reader)["/ViewerPreferences"] == {"/DisplayDocTitle": True}
    assert reader.metadata is not None
    assert reader.metadata.title == said["li"]
    assert str(reader.metadata["/CreationDate"]).startswith("D:20220701")


def test_its_colours_are_defined(reader: pypdf.PdfReader) -> None:
    (intent,) = root(reader)["/OutputIntents"]
    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/OutputConditionIdentifier"]
    profile = intent["/DestOutputProfile"].get_object()
    assert profile["/N"] == 3
    assert profile.get_data()[36:40] == b"acsp"


def test_it_holds_nothing_that_pdf_a_forbids(printed: dict[str, bytes]) -> None:
    for pdf in printed.values():
        reader = opened(pdf)
        assert not reader.is_encrypted
        assert len(trailer(reader)["/ID"]) == 2
        assert not {"/OpenAction", "/AA", "/AcroForm", "/JavaScript"} & set(root(reader))
        for thing in objects(reader):
            assert "/JS" not in thing
            assert thing.get("/Interpolate", False) in (False,)
            assert thing.get("/Filter") != "/LZWDecode"
            assert not {"/OPI", "/PS", "/Alternates", "/TR", "/HTP"} & set(thing)
            assert "/F" not in thing or not isinstance(thing, StreamObject)


def trailer(reader: pypdf.PdfReader) -> Any:
    return reader.trailer


def objects(reader: pypdf.PdfReader) -> list[Any]:
    every = (reader.get_object(number) for number in range(1, trailer(reader)["/Size"]))
    return [one for one in every if isinstance(one, DictionaryObject)]


def test_its_fonts_are_whole(printed: dict[str, bytes]) -> None:
    for pdf in printed.values():
        reader = opened(pdf)
        for thing in objects(reader):
            if thing.get("/Type") == "/FontDescriptor":
                assert "/FontFile3" in thing or "/FontFile2" in thing
                # A CIDSet that is not complete would be wrong; none is right.
                assert "/CIDSet" not in thing
            if thing.get("/Subtype") == "/Type0":
                assert thing["/Encoding"] == "/Identity-H"
                assert "/ToUnicode" in thing
        shown = re.findall(rb"<((?:[0-9a-f]{4})+)>", contents(reader).get_data())
        glyphs = {text[place : place + 4] for text in shown for place in range(0, len(text), 4)}
        assert len(glyphs) > 40
        assert b"0000" not in glyphs


@pytest.mark.parametrize("case", ["typical", "longest", "rare"])
def test_another_program_finds_no_fault(printed: dict[str, bytes], tmp_path: Path, case: str) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(printed[case])
    assert "No syntax or stream encoding errors found" in tool("qpdf", "--check", path)
    said = tool("pdfinfo", path)
    assert re.search(r"^Tagged: +yes$", said, re.M)
    assert re.search(r"^PDF version: +1\.7$", said, re.M)
    assert "Encrypted:       no" in said


def test_every_viewer_finds_the_glyphs(printed: dict[str, bytes]) -> None:
    """A number the page shows is the CID of the character's own outline, in a font that viewers read by CIDs."""
    regular, bold = _installed("Regular", 400), _installed("Bold", 700)
    for pdf in printed.values():
        fonts = [thing for thing in objects(opened(pdf)) if thing.get("/Subtype") == "/Type0"]
        assert len(fonts) == 2
        for thing in fonts:
            assert thing["/Encoding"] == "/Identity-H"
            file = thing["/DescendantFonts"][0].get_object()["/FontDescriptor"]["/FontFile3"]
            assert file["/Subtype"] == "/CIDFontType0C"
            outlines = drawn(file.get_data())
            said = re.findall(rb"^<(.{4})> <(.+)>$", thing["/ToUnicode"].get_data(), re.M)[1:]
            shown = {
                int(number, 16): bytes.fromhex(utf16.decode()).decode("utf-16-be") for number, utf16 in said
            }
            face = bold if thing["/BaseFont"].endswith("-Bold") else regular
            font = TTFont(BytesIO(face.subset("x", "".join(shown.values())).data))
            expected, names = drawn(font.reader["CFF "]), font.getBestCmap()
            for number, character in shown.items():
                assert outlines.pop(f"cid{number:05}") == expected[names[ord(character)]], character
            assert set(outlines) == {".notdef"}


def drawn(table: bytes) -> dict[str, Any]:
    """The outlines of a CFF table by CID."""
    fonts = CFFFontSet()
    fonts.decompile(BytesIO(table), None)
    (font,) = fonts.values()
    made = {}
    for name in font.charset:
        font.CharStrings[name].draw(pen := RecordingPen())
        made[name] = pen.value
    return made


# Tags


def contents(reader: pypdf.PdfReader) -> Any:
    return reader.pages[0].get_contents()


def structure(reader: pypdf.PdfReader) -> list[tuple[str, Any]]:
    """The elements under the document, in order."""
    (document,) = root(reader)["/StructTreeRoot"]["/K"]
    assert document.get_object()["/S"] == "/Document"
    return [(one.get_object()["/S"], one.get_object()) for one in document.get_object()["/K"]]


def test_the_tags_are_those_of_what_is_read(reader: pypdf.PdfReader) -> None:
    found = structure(reader)
    assert [tag for tag, _ in found] == ["/P", "/H1", *["/P"] * 3, "/Figure", *["/P"] * 6]
    alternate = str(next(element["/Alt"] for tag, element in found if tag == "/Figure"))
    assert alternate == f"查验二维码，网址 {plain().page}"
    page: Any = reader.pages[0]
    assert page["/Tabs"] == "/S"
    assert page["/StructParents"] == 0


def test_everything_on_the_page_is_tagged_or_an_artifact(reader: pypdf.PdfReader) -> None:
    depth, bare = 0, []
    for operands, operator in contents(reader).operations:
        depth += {b"BDC": 1, b"BMC": 1, b"EMC": -1}.get(operator, 0)
        if operator in {b"TJ", b"Tj", b"Do", b"f", b"f*", b"S", b"B", b"sh"} and not depth:
            bare.append((operands, operator))
    assert depth == 0
    assert bare == []


# What is inside


def inside(reader: pypdf.PdfReader) -> tuple[Any, Any]:
    names = root(reader)["/Names"]["/EmbeddedFiles"]["/Names"]
    assert len(names) == 2
    return names[1].get_object(), names[1].get_object()["/EF"]["/F"].get_object()


def test_what_is_signed_is_inside(reader: pypdf.PdfReader) -> None:
    spec, stream = inside(reader)
    assert spec["/F"] == spec["/UF"] == "certificate.siwu"
    assert spec["/AFRelationship"] == "/Data"
    assert spec["/Desc"] == "证书的签名内容，供核验"
    assert {one.get_object()["/UF"] for one in root(reader)["/AF"]} == {"certificate.siwu"}
    raw = stream.get_data()
    payload, signature = raw.decode().split(".")
    assert (payload, signature) == (plain().payload, plain().signature)
    assert verify(payload, signature, [published(key())], DAY).genuine
    assert stream["/Params"]["/Size"] == len(raw)
    assert stream["/Params"]["/CheckSum"].original_bytes == md5(raw, usedforsecurity=False).digest()


def test_its_dates_are_the_day_of_issue(reader: pypdf.PdfReader) -> None:
    parameters = inside(reader)[1]["/Params"]
    assert parameters["/CreationDate"] == parameters["/ModDate"] == "D:20220701000000Z"


def test_an_unsigned_one_has_nothing_inside() -> None:
    bare = replace(plain(), payload="", signature="")
    pdf = opened(printer(bare).pdf(bare))
    assert pdf.attachments == {}
    assert bare.address == bare.page == f"https://siwu.example/c/{bare.token}/"


def test_the_order_of_printing_does_not_reach_the_bytes(
    printed: dict[str, bytes], longest: Certificate
) -> None:
    again = printer(plain(), longest, named(f"王{RARE}"))
    assert again.pdf(longest) == printed["longest"]
    assert again.pdf(plain()) == again.pdf(plain()) == printed["typical"]
    later = replace(plain(), issued=date(2022, 7, 2))
    assert again.pdf(later) != printed["typical"]


def test_files_are_small(printed: dict[str, bytes]) -> None:
    assert {name: len(pdf) <= 40 * 1024 for name, pdf in printed.items()} == dict.fromkeys(printed, True)


# Names


@pytest.mark.parametrize("character", RARE)
def test_a_rare_character_is_drawn_and_read(printed: dict[str, bytes], character: str) -> None:
    """No glyph is .notdef (above), no third font came in, and the text is the same code points."""
    said = tool("pdftotext", "-raw", "-", "-", read=printed["rare"]).splitlines()
    assert f"王{RARE}" in said
    assert character in said[2]
