"""Leaks are found wherever a clerk can leave one, and nothing a record holds is taken for one.

No literal here is a valid number or key: they are put together or given their check digit while running.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric, uscc

from generator.privacy import REMEDIES, TITLES, Leak, problems, scan
from generator.privacy.keys import DEMO_KEYS, fingerprint
from generator.problem import Position, Problem, Where

ROOT = Path(__file__).parent.parent
MOBILE = "139" + "1234" + "5678"
EMAIL = "zhang" + "@qq.com"
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def resident_id(body: str = "110105" + "19491231" + "002") -> str:
    return body + ric.calc_check_digit(body + "0")


def card(body: str = "622202" + "123456789") -> str:
    return body + luhn.calc_check_digit(body)


def grouped(number: str, *sizes: int, joiner: str = " ") -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(number[at : at + size])
        at += size
    return joiner.join([*parts, number[at:]] if at < len(number) else parts)


def codes(text: str) -> list[str]:
    return [leak.code for leak in scan(text)]


def found(text: str) -> list[tuple[str, str]]:
    return [(leak.code, text[leak.start : leak.start + leak.length]) for leak in scan(text)]


# --- Resident IDs


def test_the_standards_own_example_ends_in_x() -> None:
    assert resident_id()[-1] == "X"


@pytest.mark.parametrize(
    "number",
    [
        resident_id(),
        resident_id().lower(),
        resident_id("420527" + "20000229" + "123"),
        resident_id("420599" + "18991231" + "001"),  # a county that no longer exists, or never did
        resident_id("910000" + "19850101" + "001"),
        grouped(resident_id(), 6, 8),
        grouped(resident_id(), 6, 8, joiner="-"),
        grouped(resident_id(), 3, 3, 4, 4),
        grouped(resident_id(), 17, joiner="-"),
        grouped(resident_id(), 6, 4, 2, 2, joiner="-"),
        " ".join(resident_id()),
        resident_id().translate(FULL_WIDTH),
        grouped(resident_id(), 6, 8, joiner="\u3000"),
        grouped(resident_id(), 6, 8, joiner="－"),
        "420527" + "850101" + "123",
        "420527" + " 850101" + " 123",
    ],
)
def test_a_resident_id_is_found(number: str) -> None:
    assert found(f"身份证{number}，备注") == [("PI001", number)]


@pytest.mark.parametrize(
    "number",
    [
        resident_id()[:-1] + "1",  # check digit
        resident_id("110105" + "19490231" + "002"),  # 31 February
        resident_id("110105" + "17491231" + "002"),
        resident_id("100105" + "19491231" + "002"),  # no such province
        "110105********002X",
        "420527" + "851301" + "123",  # fifteen digits, month 13
        "990527" + "850101" + "123",
        grouped("420527" + "850101" + "123", 5, 5),  # three amounts
    ],
)
def test_what_only_resembles_a_resident_id_is_not(number: str) -> None:
    assert codes(f"编号 {number}。") == []


# --- Mobile numbers


@pytest.mark.parametrize(
    "number",
    [
        MOBILE,
        grouped(MOBILE, 3, 4),
        grouped(MOBILE, 3, 4, joiner="-"),
        grouped(MOBILE, 3, 4, joiner="."),
        grouped(MOBILE, 4, 4),
        grouped(MOBILE, 3),
        grouped(MOBILE, 3, 2, 2, 2),
        " ".join(MOBILE),
        "86" + MOBILE,
        "86 " + MOBILE,
        "86-" + grouped(MOBILE, 3, 4, joiner="-"),
        "0086 " + MOBILE,
        "0" + MOBILE,
        MOBILE.translate(FULL_WIDTH),
        MOBILE[:3] + MOBILE[3:].translate(FULL_WIDTH),
        "".join(chr(0x1D7CE + int(digit)) for digit in MOBILE),
        "166" + "00000000",
        "199" + "99999999",
    ],
)
@pytest.mark.parametrize(
    "text", ["{}", "电话{}", "{}（张）", "tel:{}", "# {} 张三", '"{}"', "tel_{}_a", "+{}"]
)
def test_a_mobile_number_is_found(number: str, text: str) -> None:
    assert found(text.format(number)) == [("PI002", number)]


@pytest.mark.parametrize(
    "text",
    [
        "a" + MOBILE,
        MOBILE + "b",
        MOBILE + "0",
        "0" * 9 + MOBILE,
        "120" + "12345678",
        "139****5678",
        grouped(MOBILE, 3, 4, joiner="  "),
        grouped(MOBILE, 3, 4, joiner=", "),
        grouped(MOBILE, 3, 4, joiner="\n"),
        grouped(MOBILE, 2, 3, 3),
        "http://139.155.123.45/",
        f"sha256:{MOBILE}{'a' * 53}",
        f"ZL2019{MOBILE}",
    ],
)
def test_what_only_resembles_a_mobile_number_is_not(text: str) -> None:
    assert codes(text) == []


def test_neighbours_are_told_apart() -> None:
    other = "138" + "0000" + "1111"
    assert found(f"110 {MOBILE} {other}") == [("PI002", MOBILE), ("PI002", other)]
    assert found(f"0717-6221234 {MOBILE}") == [("PI002", MOBILE)]
    assert found(f"2022-05-17 {MOBILE}") == [("PI002", MOBILE)]


# --- Bank cards


@pytest.mark.parametrize(
    "number",
    [
        card(),
        card("622848" + "0402564890" + "01"),
        card("4" + "1" * 14),
        grouped(card(), 4, 4, 4),
        grouped(card(), 4, 4, 4, joiner="-"),
        grouped(card("622848" + "0402564890" + "01"), 4, 4, 4, 4),
        grouped(card("622848" + "0402564890" + "01"), 6),
        card().translate(FULL_WIDTH),
    ],
)
def test_a_bank_card_is_found(number: str) -> None:
    assert found(f"账号：{number}。") == [("PI003", number)]


def all_digit_credit_code() -> str:
    """A credit code of digits only that is also right by the cards' check digit."""
    bodies = (f"91420100{number:09d}" for number in range(100_000_000, 100_010_000))
    codes = (body + uscc.calc_check_digit(body) for body in bodies)
    return next(code for code in codes if code.isdigit() and luhn.is_valid(code))


@pytest.mark.parametrize(
    "number",
    [
        card()[:-1] + str((int(card()[-1]) + 1) % 10),
        card("6" + "2" * 13),  # fifteen digits
        "0" * 16,
        card("20220517" + "1030001"),  # a time of day
        grouped(card("520001200016"), 5, 5),
        grouped(card("520001200" + "016000"), 5, 5, 5),  # amounts
        all_digit_credit_code(),
    ],
)
def test_what_only_resembles_a_bank_card_is_not(number: str) -> None:
    assert codes(f"编号：{number}。") == []


# --- E-mail


@pytest.mark.parametrize(
    "text",
    [
        "zhang.san" + "@qq.com",
        "a+b" + "@mail.example.cn",
        "zhang" + "＠163.com",
        "x" + "@ip.edu.cn",
        "z" + "@gov.cn.evil.com",
    ],
)
def test_a_personal_address_is_found(text: str) -> None:
    assert found(f"邮箱{text}，请联系") == [("PI004", text)]


@pytest.mark.parametrize(
    "text",
    [
        "office@zscqj.hubei.gov.cn",
        "office@gov.cn",
        "a@siwu.example",
        "a@b.siwu.example",
        "maintainers@users.noreply.github.com",
        "git@github.com:o/r.git",
        "actions/checkout@v4.1",
        "logo@2x.png",
        "a@localhost",
        "@qq.com",
        "第一@第二.第三",
    ],
)
def test_an_office_address_is_not(text: str) -> None:
    assert codes(text) == []


# --- Keys, pictures


@pytest.mark.parametrize(
    "secret",
    [
        "AGE-SECRET-KEY-1" + "Q" * 58,
        "age-secret-key-1" + "q" * 58,
        "-----BEGIN " + "PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END " + "PRIVATE KEY-----",
        "-----BEGIN OPENSSH " + "PRIVATE KEY-----",
        "-----BEGIN PGP " + "PRIVATE KEY BLOCK-----",
        "ghp_" + "a1B2" * 9,
        "github_pat_" + "a1B2_" * 9,
        "glpat-" + "a1B2" * 5,
        "AKIA" + "A1B2" * 4,
        "LTAI" + "a1B2" * 5,
        "sk-" + "a1B2" * 10,
    ],
)
def test_a_secret_is_found(secret: str) -> None:
    assert found(f"key: {secret}\n") == [("PI006", secret)]


@pytest.mark.parametrize(
    "text", ["AGE-SECRET-KEY-1…", "BEGIN PRIVATE KEY", "task-" + "a1b2" * 10, "ghp_short"]
)
def test_talk_about_secrets_is_not(text: str) -> None:
    assert codes(text) == []


def test_the_demo_key_is_let_through_and_no_other() -> None:
    text = (ROOT / "tests" / "keys" / "demo-identity.txt").read_text("utf-8")
    key = text.split()[-1]
    assert scan(text) == []
    assert fingerprint(key) in DEMO_KEYS
    other = key[:-1] + ("Q" if key[-1] != "Q" else "P")
    assert codes(text.replace(key, other)) == ["PI006"]


def test_pictures_written_as_text_are_found_once() -> None:
    jpeg = "/9j/" + "4AAQSkZJRgAB" * 8
    assert codes(f"![]({'data:image/jpeg;base64,'}{jpeg})") == ["PI005"]
    assert codes(f"photo: {jpeg}") == ["PI005"]
    assert codes("data:image/svg+xml;base64," + "PHN2ZyB4" * 9) == []


@pytest.mark.parametrize(
    ("path", "raw", "kind"),
    [
        ("data/a.yml", b"\xff\xd8\xff\xe0", "图片（JPEG）"),
        ("data/a.yml", b"\x89PNG\r\n\x1a\n", "图片（PNG）"),
        ("data/a.yml", b"%PDF-1.7", "PDF 文档"),
        ("data/a.yml", b"PK\x03\x04", "办公文档或压缩包"),
        ("data/a.yml", b"RIFF\0\0\0\0WEBP", "图片"),
        ("data/A.JPG", b"", "图片"),
        ("data/名单.docx", b"", "办公文档或压缩包"),
    ],
)
def test_a_picture_or_office_file_is_a_problem(path: str, raw: bytes, kind: str) -> None:
    assert problems(path, raw) == [
        Problem(
            where=Where(path),
            code="PI005",
            message=f"文件是{kind}",
            remedy="请删去；图片和扫描件由单位自行存档，内容按表格字段填写",
            at=Position(1, 1),
        )
    ]


# --- Where, and what is said


def test_the_position_counts_code_points() -> None:
    text = f"a: 1\n# 𫖯电话{MOBILE}，邮箱{EMAIL}\n"
    assert problems("data/x.yml", text.encode()) == [
        Problem(
            where=Where("data/x.yml"),
            code="PI002",
            message="有疑似手机号码，共 11 个字符",
            remedy="请删去；联系方式只填单位固定电话",
            at=Position(2, 6),
        ),
        Problem(
            where=Where("data/x.yml"),
            code="PI004",
            message="有疑似个人电子邮箱，共 12 个字符",
            remedy="请删去，或改用 gov.cn 的单位邮箱",
            at=Position(2, 20),
        ),
    ]


def test_a_message_never_quotes_what_was_found() -> None:
    texts = [MOBILE, resident_id(), card(), EMAIL, "ghp_" + "a1B2" * 9]
    for text in texts:
        assert not [one for one in problems("x", text.encode()) if text in one.message + one.remedy]


def test_a_file_name_is_looked_at() -> None:
    path = f"data/plans/{MOBILE}.yml"
    assert [(one.code, one.message, one.at) for one in problems(path, b"a: 1\n")] == [
        ("PI002", "文件名中有疑似手机号码", Position(1, 1))
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_other_encodings_do_not_hide_a_leak(encoding: str) -> None:
    raw = f"姓名,电话\n张三,{MOBILE}\n".encode(encoding)
    assert [(one.code, one.at) for one in problems("data/x.csv", raw)] == [("PI002", Position(2, 4))]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_does_not_hide_a_leak(encoding: str) -> None:
    raw = f"姓名,电话\n张三,{MOBILE}\n".encode(encoding)
    assert [one.code for one in problems("data/x.csv", raw)] == ["PI002"]


def test_every_code_has_a_title_and_a_remedy() -> None:
    assert list(TITLES) == list(REMEDIES) == [f"PI00{number}" for number in range(1, 7)]


# --- What must stay quiet

CLEAN = """
county: "420527"
contact: {office: 知识产权股, landline: "0717-6221234"}
landlines: ["027-87654321", "027-87654321-8001", "027-87654321转8001", "010-12345678", "0717 6221234", "400-123-4567"]
sessions:
  - {date: "2022-05-17", half: am, module: zhi-1, hours: 4, instructor: yichang/zhang-shili, mode: onsite}
amounts:
  - {category: instruction, amount: 16000}
  - {category: venue, amount: 52000}
no: ZSCQZY-42-2022-YC-0001-B
filing: 示例备案登记 2022-0001 2022-0002
zone: X420527-ETDZ
time: 2022-03-25T10:30:00+08:00 2022-03-25T02:30:00Z
span: 2022-05-17 2022-05-19，2022.05.17-2022.05.19，2022年5月17日至19日
code_and_dates: 420527 1990-03-07 1234
digest: 13912345678901234567890123456789013912345678a139123456789012345f
uuid: 550e8400-e29b-41d4-a716-446655440000
uscc: 91350100M000100Y43
years: 2019 2020 2021 2022
patent: ZL201910123456.7
levels: {reaction: [0, 1, 12, 30, 57]}
"""


def test_a_record_is_clean() -> None:
    assert found(CLEAN) == []


def test_the_repositorys_own_records_and_these_modules_are_clean() -> None:
    paths = [*(ROOT / "data").rglob("*.yml"), *(ROOT / "generator" / "privacy").glob("*.py"), Path(__file__)]
    assert {path.name: found(path.read_text("utf-8")) for path in paths} == {path.name: [] for path in paths}


# --- Properties


@given(st.text())
def test_any_text_is_scanned(text: str) -> None:
    assert all(0 <= leak.start < leak.start + leak.length <= len(text) for leak in scan(text))


@given(st.binary())
def test_any_bytes_are_scanned(raw: bytes) -> None:
    assert all(one.at and one.at.line >= 1 and one.at.column >= 1 for one in problems("data/x.yml", raw))


@given(st.text("0123456789Xx -.０９－\n@a:电", max_size=60))
def test_any_digits_are_scanned(text: str) -> None:
    assert all(leak.code in TITLES for leak in scan(text))


@given(
    st.text("电话：，。 \n#-", max_size=30), st.text("电话：，。\n#", max_size=30), st.integers(0, 10**8 - 1)
)
def test_a_mobile_number_is_found_in_any_prose(before: str, after: str, rest: int) -> None:
    number = f"158{rest:08d}"
    assert Leak("PI002", len(before), 11) in scan(before + number + after)


@given(
    st.integers(0, 999),
    st.dates(date(1900, 1, 1), date(2020, 12, 31)),
    st.sampled_from(["", " ", "-", "."]),
)
def test_every_resident_id_is_found(order: int, born: date, joiner: str) -> None:
    number = resident_id(f"420527{born:%Y%m%d}{order:03d}")
    assert codes(grouped(number, 6, 8, joiner=joiner)) == ["PI001"]


def test_a_megabyte_of_digits_is_no_trap() -> None:
    for text in ("1" * 10**6, "@" * 10**6, "a." * 500_000 + "@b", "AGE-SECRET-KEY-" * 60_000, "1 " * 50_000):
        assert scan(text) == []
