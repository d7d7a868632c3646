"""What is printed: genuine entries only, each in its own layout; a seal goes onto paper and nowhere else."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PIL import Image, PngImagePlugin

from generator.derive.roster import Standing
from generator.documents.certificates import Certificate
from generator.documents.printable import Printable
from generator.documents.printing import Batch, Printer
from generator.documents.stamp import StampError, stamp
from generator.publish.kept import Printing, pdfs
from generator.signature.keys import new_key
from tests.printed import (
    DAY,
    LONG_NAME,
    LONG_UNIT,
    SITE,
    Area,
    fonts,
    key,
    named,
    page,
    plain,
    printer,
    published,
    signed,
    tool,
)  # fmt: skip

pytestmark = pytest.mark.xdist_group("documents")


# Genuine ones only


def refusal(one: Certificate, *keys: Any, on: date = DAY) -> str:
    return Printable(SITE, fonts(), keys or [published(key())], on).refusal(one)


def test_a_genuine_one_is_printed() -> None:
    assert refusal(plain()) == ""
    assert refusal(named(LONG_NAME, LONG_UNIT)) == ""
    assert refusal(replace(plain(), demo=False)) == ""


def test_an_unsigned_one_is_printed_in_a_demo_only() -> None:
    bare = replace(plain(), payload="", signature="")
    assert refusal(bare) == ""
    assert refusal(replace(bare, demo=False)) == "名册中没有它的签名，请用 siwu reissue 换发"


def altered() -> Certificate:
    text = plain().payload
    return replace(plain(), payload=f"{text[:60]}{'A' if text[60] != 'A' else 'B'}{text[61:]}")


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (altered, "签名核对不上：内容与签名不符"),
        (lambda: signed(plain(), new_key()), "签名核对不上：签名所用的密钥没有公布"),
        (lambda: replace(plain(), signature=named("别人").signature), "签名核对不上：内容与签名不符"),
        (lambda: replace(plain(), signature=""), "签名核对不上：不是证书的签名内容（签名不完整，或不是本系统的签名）"),
        (lambda: replace(plain(), payload=""), "签名核对不上：不是证书的签名内容（签名内容不完整）"),
        (lambda: replace(plain(), holder=named("别人").holder), "签名内容与名册不一致：姓名"),
        (lambda: replace(plain(), holder=named("王示例", "别的单位").holder), "签名内容与名册不一致：单位"),
        (lambda: replace(plain(), token="0" * 20), "签名内容与名册不一致：查验码"),
        (lambda: replace(plain(), issued=date(2022, 7, 2)), "签名内容与名册不一致：日期"),
        (lambda: replace(plain(), no="ZSCQZY-42-2022-YC-0002-9"), "签名内容与名册不一致：编号"),
        (lambda: replace(plain(), layout="v9"), "没有版式 v9"),
        (lambda: replace(plain(), base_url=f"https://{'x' * 300}"), "查验网址有 528 个字符，最多 450 个：姓名或单位过长"),
        (lambda: replace(plain(), standing=Standing.WITHDRAWN, holder=None), "已停止公开"),
    ],
)  # fmt: skip
def test_what_is_not_genuine_is_refused(made: Any, reason: str) -> None:
    assert refusal(made()) == reason


def test_the_published_key_decides() -> None:
    compromised = published(key(), until=date(2022, 12, 31), reason="compromised")
    assert refusal(plain(), compromised) == "签名核对不上：签名所用的密钥在证书日期无效"
    assert refusal(plain(), published(key(), purpose="status")).endswith("密钥没有公布")
    assert refusal(plain(), published(key(), start=date(2022, 8, 1))).endswith("在证书日期无效")
    assert refusal(plain(), on=date(2022, 6, 30)).endswith("在证书日期无效")
    assert Printable(SITE, fonts(), (), DAY).refusal(plain()).endswith("密钥没有公布")


# Layouts


def test_an_old_entry_keeps_its_layout(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(SITE / "templates" / "certificate", site / "templates" / "certificate")
    shutil.copytree(
        site / "templates" / "certificate" / "v1", later := site / "templates" / "certificate" / "v2"
    )
    template = later / "certificate.html.j2"
    template.write_text(
        template.read_text(encoding="utf-8").replace("特发此证", "以资证明"), encoding="utf-8"
    )
    old, new = plain(), signed(replace(plain(), layout="v2"))
    assert refusal(new) == "没有版式 v2"
    ask = Printable(site, fonts(), [published(key())], DAY)
    assert ask.refusal(old) == ask.refusal(new) == ""
    made = Printer(Batch(site, fonts()))
    said = {one.layout: tool("pdftotext", "-raw", "-", "-", read=made.pdf(one)) for one in (old, new)}
    assert "特发此证" in said["v1"]
    assert "版式 v1" in said["v1"]
    assert "以资证明" in said["v2"]
    assert "版式 v2" in said["v2"]


# A seal


def png(size: tuple[int, int] = (200, 200), **more: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGBA", size, (200, 0, 0, 120)).save(made, "PNG", **more)
    return made.getvalue()


def test_a_seal_is_placed_on_its_words() -> None:
    batch = Batch(SITE, fonts())
    laid = page(Printer(batch.sealed(png())).laid(plain()))
    words = page(Printer(batch).laid(plain())).lines["seal"][0]
    assert "seal" not in laid.lines
    assert words.within(laid.boxes["stamp"])
    others = [box for name, box in laid.boxes.items() if name in {"qr", "about", "hint", "note"}]
    assert not any(laid.boxes["stamp"].meets(box) for box in others)
    assert laid.boxes["stamp"].within(Area(14.3, 14.3, 282.7, 195.7))


def test_what_is_printed_with_a_seal_is_pdf_a_still() -> None:
    pdf = Printer(Batch(SITE, fonts()).sealed(png())).pdf(plain())
    reader = pypdf.PdfReader(BytesIO(pdf))
    images: list[Any] = [one.indirect_reference.get_object() for one in reader.pages[0].images]  # type: ignore[union-attr]
    assert len(images) == 2
    assert [one["/Interpolate"] for one in images] == [False, False]
    assert "（印章）" not in tool("pdftotext", "-raw", "-", "-", read=pdf)
    assert "（印章）" in tool("pdftotext", "-raw", "-", "-", read=printer(plain()).pdf(plain()))


def test_what_bears_a_seal_is_never_kept(tmp_path: Path) -> None:
    batch = Batch(SITE, fonts())
    plainly = dict(pdfs(batch, [plain()], tmp_path, Printing()))
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    sealed = dict(pdfs(batch.sealed(png()), [plain()], tmp_path, Printing()))
    assert sealed[plain()] != plainly[plain()]
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert len(before) == 1
    with pytest.raises(ValueError, match="not kept"):
        batch.sealed(png()).key(plain())
    assert "data:image" not in repr(batch.sealed(png()))


def test_only_the_pixels_of_a_picture_are_taken() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "secret5b1f")
    said = png(pnginfo=notes, icc_profile=b"secret5b1f" * 20, dpi=(300, 300))
    assert b"secret5b1f" in said
    assert stamp(said) == stamp(png())


def test_a_large_picture_is_made_smaller() -> None:
    wide = stamp(png((3000, 2000)))
    assert len(wide) < 20_000


def jpeg() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (200, 200)).save(made, "JPEG")
    return made.getvalue()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "印章图片读不了：应是完整的 PNG 文件"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "印章图片读不了：应是完整的 PNG 文件"),
        (jpeg(), "印章图片读不了：应是完整的 PNG 文件"),
        (png()[:-30], "印章图片读不了：应是完整的 PNG 文件"),
        (png((50, 200)), "印章图片是 50×200 像素，每边应在 100 到 4000 之间"),
        (png((200, 4001)), "印章图片是 200×4001 像素，每边应在 100 到 4000 之间"),
        (b"x" * (2 * 2**20 + 1), "印章图片有 2.0 MB，最多 2 MB"),
    ],
)
def test_what_is_no_small_png_is_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(StampError) as error:
        stamp(raw)
    assert str(error.value) == reason
