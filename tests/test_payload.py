"""A certificate's signed bytes: one encoding a meaning, and an address short enough for paper."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.documents.qr import QUIET, modules
from generator.load import load
from generator.sign import check_character
from generator.signature.address import LONGEST, USUAL, address, parts
from generator.signature.keys import read_private, sign_payload
from generator.signature.payload import TOKEN_ALPHABET, MalformedError, Payload, decode, encode
from generator.signature.written import read_payload, read_signature, written_payload, written_signature
from tests.support import ROOT

PRIVATE = read_private((ROOT / "tests" / "keys" / "demo-issuer.pem").read_bytes())
SAMPLE = Payload(
    no="ZSCQZY-42-2022-YC-0001-B",
    name="王示例",
    unit="示例秭归科技有限公司",
    day=date(2022, 7, 1),
    class_id="kaohe-yichang-1",
    layout="v1",
    token="0gvnkx8dgr5vadkcas2v",
    key="152a6163",
)
RAW = encode(SAMPLE)
# Millimetres; BOX is what the layout gives the code, quiet zone included.
MODULE, BOX = 0.4, 36

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
RARE = st.characters(min_codepoint=0x20000, max_codepoint=0x2A6DF)
LETTERS = st.sampled_from(string.ascii_letters + "·（）&.")
SLUGS = st.from_regex(r"\A[a-z0-9]{1,5}(?:-[a-z0-9]{1,4}){0,2}\Z")


@st.composite
def numbers(draw: st.DrawFn) -> str:
    prefix = draw(st.text(string.ascii_uppercase, min_size=3, max_size=8))
    site = draw(st.text(string.ascii_uppercase, min_size=2, max_size=2))
    body = f"{prefix}-42-{draw(st.integers(2000, 2255))}-{site}-{draw(st.integers(0, 9999)):04}"
    return f"{body}-{check_character(body)}"


PAYLOADS = st.builds(
    Payload,
    no=numbers(),
    name=st.text(HAN | RARE | LETTERS, min_size=1, max_size=40),
    unit=st.text(HAN | RARE | LETTERS, min_size=1, max_size=60),
    day=st.dates(date(2000, 1, 1), date(2179, 6, 5)),
    class_id=SLUGS,
    layout=SLUGS,
    token=st.text(TOKEN_ALPHABET, min_size=20, max_size=64),
    key=st.from_regex(r"\A[0-9a-f]{8}\Z"),
)


def test_the_format_of_version_1_does_not_change() -> None:
    assert RAW.hex() == (
        "01152a6163" + "065a5343515a59" + "16" + "5943" + "0001" + "2019"
        + "0f6b616f68652d79696368616e672d31" + "027631" + "14043759f50d860bb5366c5645b0"
        + "03738b793a4f8b" + "0a793a4f8b79ed5f5279d1628067099650516c53f8"
    )  # fmt: skip
    assert decode(RAW) == SAMPLE


@given(PAYLOADS)
def test_what_is_written_is_read(payload: Payload) -> None:
    try:
        raw = encode(payload)
    except MalformedError as error:
        assert "字节" in str(error)
        return
    assert decode(raw) == payload
    assert read_payload(written_payload(raw)) == raw


@given(st.binary(max_size=200) | st.binary(max_size=80).map(lambda rest: RAW[:50] + rest))
def test_any_bytes_are_refused_or_are_the_one_encoding(raw: bytes) -> None:
    try:
        payload = decode(raw)
    except MalformedError:
        return
    assert encode(payload) == raw


@given(st.integers(0, len(RAW) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_says_something_else(at: int, change: int) -> None:
    raw = RAW[:at] + bytes([RAW[at] ^ change]) + RAW[at + 1 :]
    try:
        payload = decode(raw)
    except MalformedError:
        return
    assert payload != SAMPLE
    assert encode(payload) == raw


def swapped(old: str, new: str) -> bytes:
    assert RAW.count(bytes.fromhex(old)) == 1
    return RAW.replace(bytes.fromhex(old), bytes.fromhex(new))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        pytest.param(b"", "不完整", id="nothing"),
        pytest.param(RAW[:-1], "不完整", id="cut short"),
        pytest.param(RAW + b"\0", "多余", id="a byte too many"),
        pytest.param(b"\2" + RAW[1:], "第 2 版", id="version"),
        pytest.param(RAW + bytes(600), "最多 600 字节", id="long"),
        pytest.param(swapped("03738b793a4f8b", "ff738b793a4f8b"), "不完整", id="length beyond the end"),
        pytest.param(swapped("14043759f50d860bb5366c5645b0", "14043759f50d860bb5366c5645b1"), "多余", id="spare bits"),
        pytest.param(swapped("14043759f50d860bb5366c5645b0", "13043759f50d860bb5366c5645"), "查验码", id="short token"),
        pytest.param(swapped("5943" + "0001" + "2019", "5943" + "2710" + "2019"), "证书编号", id="serial 10000"),
        pytest.param(swapped("5943" + "0001" + "2019", "5963" + "0001" + "2019"), "证书编号", id="site"),
        pytest.param(swapped("065a5343515a59", "065a5343515a39"), "证书编号", id="prefix"),
        pytest.param(swapped("027631", "025631"), "版式", id="capital"),
        pytest.param(swapped("027631", "0276b1"), "不该有的字符", id="not ASCII"),
        pytest.param(swapped("03738b793a4f8b", "00"), "姓名有 0 个字", id="no name"),
        pytest.param(swapped("03738b793a4f8b", "0200650301"), "NFC", id="not NFC"),
        pytest.param(swapped("03738b793a4f8b", "03738bd83d4f8b"), "读不出", id="half a pair"),
        pytest.param(swapped("03738b793a4f8b", "03738b200b4f8b"), "看不见", id="zero width"),
        pytest.param(swapped("03738b793a4f8b", "03738be0014f8b"), "自造字", id="private use"),
        pytest.param(swapped("03738b793a4f8b", "03738b000a4f8b"), "看不见", id="line break"),
        pytest.param(swapped("03738b793a4f8b", "03738b4f8b3000"), "空格", id="space at the end"),
        pytest.param(swapped("03738b793a4f8b", "29" + "738b" * 41), "姓名有 41 个字", id="41 characters"),
    ],
)  # fmt: skip
def test_other_encodings_are_refused(raw: bytes, said: str) -> None:
    with pytest.raises(MalformedError, match=said):
        decode(raw)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"no": "ZSCQZY-42-2022-YC-0001-C"}, "校验位"),
        ({"no": "zscqzy-42-2022-YC-0001-B"}, "证书编号"),
        ({"no": ""}, "证书编号"),
        ({"day": date(1999, 12, 31)}, "日期"),
        ({"day": date(2000, 1, 1) + timedelta(65536)}, "日期"),
        ({"key": "152A6163"}, "密钥编号"),
        ({"token": "0gvnkx8dgr5vadkcas2i"}, "查验码"),
        ({"token": "0" * 65}, "查验码"),
        ({"class_id": "班"}, "班次"),
        ({"class_id": ""}, "班次"),
        ({"layout": "v1\n"}, "版式"),
        ({"name": ""}, "姓名"),
        ({"unit": "示" * 61}, "单位"),
        ({"name": "e\u0301"}, "NFC"),
        ({"name": "\ud800"}, "看不见"),
    ],
)
def test_what_no_certificate_says_is_not_written(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(MalformedError, match=said):
        encode(replace(SAMPLE, **changes))


def test_a_name_with_a_compatibility_ideograph_stays_as_it_is() -> None:
    """NFC would make another character of it; the records keep it too."""
    payload = replace(SAMPLE, name="\ufa0c示例")
    assert decode(encode(payload)).name == "\ufa0c示例"


# --- As text


@pytest.mark.parametrize("text", ["A", "AQ=", "AQ==", "AR", "A+", "A Q", "AQ\n", "ＡＱ", "A" * 900])
def test_other_texts_of_the_same_bytes_are_refused(text: str) -> None:
    assert read_payload("AQ") == b"\1"
    with pytest.raises(MalformedError):
        read_payload(text)


@pytest.mark.parametrize("text", ["", "S", "A" * 86, "s" + "A" * 86, "SS" + "A" * 86, "S" + "A" * 85 + "B"])
def test_a_signature_has_one_text(text: str) -> None:
    assert read_signature("S" + "A" * 86) == bytes(64)
    with pytest.raises(MalformedError):
        read_signature(text)


@given(st.binary(min_size=64, max_size=64))
def test_no_text_begins_as_a_formula(raw: bytes) -> None:
    assert written_signature(raw)[0] == "S"
    assert written_payload(b"\1" + raw)[0] == "A"
    assert read_signature(written_signature(raw)) == raw


# --- The address


def of(payload: Payload, base_url: str = "https://siwu.example/") -> str:
    return address(base_url, payload.token, *sign_payload(PRIVATE, payload))


def test_what_is_signed_stands_behind_the_number_sign() -> None:
    text = of(SAMPLE)
    before, _, fragment = text.partition("#")
    assert before == "https://siwu.example/c/0gvnkx8dgr5vadkcas2v/"
    assert parts(fragment) == sign_payload(PRIVATE, SAMPLE)
    with pytest.raises(MalformedError):
        parts("AQ")


@given(
    st.text(HAN | LETTERS, min_size=1, max_size=25),
    st.text(HAN | LETTERS, min_size=1, max_size=60),
    numbers(),
)
def test_25_characters_and_a_unit_of_60_fit(name: str, unit: str, no: str) -> None:
    widest = replace(SAMPLE, name=name, unit=unit, no=no, class_id="kaohe-shennongjia-12")
    assert len(of(widest, "https://" + "a" * 17 + ".example/")) <= LONGEST


@given(PAYLOADS)
def test_what_does_not_fit_is_refused(payload: Payload) -> None:
    try:
        assert len(of(payload)) <= LONGEST
    except MalformedError as error:
        assert "过长" in str(error) or "字节" in str(error)


def test_an_address_too_long_is_refused() -> None:
    with pytest.raises(MalformedError, match="451 个字符，最多 450"):
        address("https://siwu.example", "0" * 20, "A" * (LONGEST - 133 + 1), "S" + "A" * 86)


def addresses() -> list[str]:
    raw = (ROOT / "data" / "rosters" / "2022.yml").read_bytes()
    record, _ = load(raw, "data/rosters/2022.yml")
    return [
        of(
            Payload(
                no=event["no"],
                name=event["person"]["name"],
                unit=event["person"]["unit"],
                day=date.fromisoformat(event["issued"]),
                class_id=event["class"],
                layout=event["layout"],
                token=event["token"],
                key="00000000",
            )
        )
        for event in record["events"]
        if "person" in event
    ]


def width(text: str) -> float:
    """Millimetres of paper that the code needs, its quiet zone included."""
    return (modules(text).width + 2 * QUIET) * MODULE


def test_the_demos_addresses_are_short_enough_for_the_layout() -> None:
    """Measured: 227 to 267 characters, half under 249, 95 % under 257; versions 11 and 12, at most 29.2 mm of 36."""
    lengths = sorted(map(len, addresses()))
    assert lengths[len(lengths) * 95 // 100] <= USUAL
    assert lengths[-1] <= LONGEST
    assert max(map(width, {len(text): text for text in addresses()}.values())) <= 31
