"""Envelopes: what is whole, who can open it, and when one is left alone."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.problem import Problem, Where
from generator.sealed import BEGIN, END, cannot_open, envelope_problems, identities, is_envelope, seal, unseal

KEYS = Path(__file__).parent / "keys"
PATH = "data/sealed/2022/kaohe-yichang-1.yml.age"
OFFICE, BASE, OTHER = (pyrage.x25519.Identity.generate() for _ in range(3))
OFFICE_KEY, BASE_KEY, OTHER_KEY = (str(one.to_public()) for one in (OFFICE, BASE, OTHER))
SEALED = seal(b"name: x\n", [OFFICE_KEY, BASE_KEY])


def armoured(binary: bytes) -> bytes:
    text = b64encode(binary)
    return b"\n".join([BEGIN, *(text[at : at + 64] for at in range(0, len(text), 64)), END, b""])


def said(raw: bytes, expected: int | None = 2) -> list[tuple[str, str]]:
    return [(one.code, one.message) for one in envelope_problems(PATH, raw, expected)]


@given(st.binary(max_size=5000), st.integers(1, 4))
def test_what_is_sealed_opens_again(plain: bytes, count: int) -> None:
    own = [pyrage.x25519.Identity.generate() for _ in range(count)]
    raw = seal(plain, [str(one.to_public()) for one in own])
    assert is_envelope(raw)
    assert envelope_problems(PATH, raw, count) == []
    assert [unseal(raw, [one]) for one in own] == [plain] * count


def test_an_envelope_is_ascii_lines() -> None:
    assert SEALED.isascii()
    assert SEALED.startswith(BEGIN)
    assert SEALED.endswith(END + b"\n")


def test_line_ends_of_windows_do_no_harm() -> None:
    raw = SEALED.replace(b"\n", b"\r\n")
    assert said(raw) == []
    assert unseal(raw, [OFFICE]) == b"name: x\n"


def test_only_a_recipient_opens_it() -> None:
    assert unseal(SEALED, [OTHER]) is None
    assert unseal(SEALED, []) is None
    assert unseal(SEALED, [OTHER, BASE]) == b"name: x\n"
    assert unseal(SEALED[:-60], [OFFICE]) is None
    assert unseal(b"", [OFFICE]) is None


def test_plain_text_is_no_envelope() -> None:
    assert not is_envelope(b"name: x\n")
    assert not is_envelope(b"")


# --- Envelopes that are not whole

HEADER = b"age-encryption.org/v1\n"
STANZA = b"-> X25519 " + b"A" * 43 + b"\n" + b"A" * 43 + b"\n"
MAC = b"--- " + b"A" * 43 + b"\n"


# Ciphertexts differ from run to run, so cases go by number.
BROKEN = [
    (b"", f"缺少开头一行 {BEGIN.decode()}"),
    (b"name: x\n", f"缺少开头一行 {BEGIN.decode()}"),
    (b"\n" + SEALED, f"缺少开头一行 {BEGIN.decode()}"),
    (HEADER + STANZA, "是二进制格式，应为 ASCII 文本格式（age --armor）"),
    (SEALED.replace(END, b""), f"缺少末尾一行 {END.decode()}"),
    (SEALED + b"# more\n", f"缺少末尾一行 {END.decode()}"),
    (BEGIN + b"\n" + END + b"\n", "正文每行应为 64 个字符，有缺损或多余的行"),
    (SEALED.replace(b"\n", b"\n\n", 1), "正文每行应为 64 个字符，有缺损或多余的行"),
    (
        SEALED.replace(SEALED.split(b"\n")[1], SEALED.split(b"\n")[1][:-1]),
        "正文每行应为 64 个字符，有缺损或多余的行",
    ),
    (BEGIN + b"\n" + b"*" * 8 + b"\n" + END, "正文有不属于 Base64 的字符或缺字"),
    (armoured(b"age-encryption.org/v2\n"), "第一行应为 age-encryption.org/v1，请用 age 第 1 版格式"),
    (armoured(HEADER), "收件人部分残缺"),
    (armoured(HEADER + STANZA), "收件人部分残缺"),
    (armoured(HEADER + STANZA + b"--- short\n" + b"x" * 40), "收件人部分残缺"),
    (armoured(HEADER + STANZA + MAC + b"x" * 31), "密文只有 31 字节，至少应有 32 字节"),
]


@pytest.mark.parametrize(("raw", "reason"), BROKEN, ids=map(str, range(len(BROKEN))))
def test_a_broken_envelope_says_what_is_missing(raw: bytes, reason: str) -> None:
    assert envelope_problems(PATH, raw, 1) == [
        Problem(
            where=Where(PATH),
            code="SE001",
            message=f"密封文件不完整：{reason}",
            remedy="请用 siwu seal 重新密封后提交",
        )
    ]


@given(st.binary(max_size=300))
def test_any_bytes_are_judged(raw: bytes) -> None:
    assert [code for code, _ in said(raw)] == ["SE001"]
    assert [code for code, _ in said(armoured(HEADER + raw))] in (["SE001"], ["SE002"], [])


@given(st.integers(0, len(SEALED) - 2))
def test_a_cut_envelope_is_not_whole(length: int) -> None:
    assert said(SEALED[:length])[0][0] == "SE001"


# --- Recipients


def test_the_number_of_recipients_is_held_to_the_list() -> None:
    assert said(SEALED, 2) == said(SEALED, None) == []
    assert said(SEALED, 3) == [("SE002", "密封文件有 2 个收件人，应为 3 个")]
    assert said(SEALED, 1) == [("SE002", "密封文件有 2 个收件人，应为 1 个")]


def test_another_kind_of_recipient_is_refused() -> None:
    raw = armoured(
        HEADER + STANZA + b"-> ssh-ed25519 abcd " + b"A" * 43 + b"\n" + b"A" * 43 + b"\n" + MAC + b"x" * 40
    )
    assert said(raw, 1) == [("SE002", "密封文件另有 1 个收件人不是 age 公钥（ssh-ed25519）")]
    assert said(pyrage.passphrase.encrypt(b"x", "pass", armored=True), None) == [
        ("SE002", "密封文件另有 1 个收件人不是 age 公钥（scrypt）")
    ]


def test_filler_among_the_recipients_is_not_counted() -> None:
    raw = armoured(HEADER + STANZA + b"-> Zo-grease x y\n" + b"A" * 64 + b"\n\n" + MAC + b"x" * 40)
    assert said(raw, 1) == []


def test_cannot_open_names_the_remedy() -> None:
    assert cannot_open(PATH) == Problem(
        where=Where(PATH),
        code="SE003",
        message="密封文件用所给私钥打不开：私钥不在收件人之列，或文件已损坏",
        remedy="请换用该班次收件人的私钥；私钥无误的，请用 siwu seal 重新密封后提交",
    )


# --- Sealing again


def test_an_unchanged_file_is_left_alone() -> None:
    assert seal(b"name: x\n", [BASE_KEY, OFFICE_KEY], SEALED, [OFFICE]) is SEALED
    assert seal(b"name: x\n", [OFFICE_KEY, BASE_KEY, OFFICE_KEY], SEALED, [BASE]) is SEALED


@pytest.mark.parametrize(
    ("plain", "recipients", "own"),
    [
        (b"name: y\n", [OFFICE_KEY, BASE_KEY], [OFFICE]),
        (b"name: x\n", [OFFICE_KEY], [OFFICE]),
        (b"name: x\n", [OFFICE_KEY, BASE_KEY, OTHER_KEY], [OFFICE]),
        (b"name: x\n", [OFFICE_KEY, OTHER_KEY], [OFFICE, BASE]),  # the base lost its access
        (b"name: x\n", [OFFICE_KEY, OTHER_KEY], [OFFICE, OTHER]),  # the other gained it
        (b"name: x\n", [OFFICE_KEY, BASE_KEY], [OTHER]),  # nobody can tell
        (b"name: x\n", [OFFICE_KEY, BASE_KEY], []),
    ],
)
def test_a_changed_file_is_sealed_anew(
    plain: bytes, recipients: list[str], own: list[pyrage.x25519.Identity]
) -> None:
    raw = seal(plain, recipients, SEALED, own)
    assert raw != SEALED
    assert said(raw, len(recipients)) == []
    assert unseal(raw, [OFFICE]) == plain


def test_a_broken_previous_file_is_replaced() -> None:
    assert said(seal(b"x", [OFFICE_KEY], b"garbage", [OFFICE]), 1) == []


def test_recipients_are_judged() -> None:
    with pytest.raises(ValueError, match="没有收件人"):
        seal(b"x", [])
    with pytest.raises(ValueError, match="收件人“age1x”不是 age 公钥，应以 age1 开头并完整复制"):
        seal(b"x", [OFFICE_KEY, "age1x"])


# --- Identity files


def test_an_identity_file_may_have_comments() -> None:
    text = f"\ufeff# 省局\r\n\r\n{OFFICE}\r\n  {BASE}  \n"
    assert [str(one) for one in identities(text)] == [str(OFFICE), str(BASE)]


@pytest.mark.parametrize(
    "line", ["garbage", "AGE-SECRET-KEY-" + "1ABC", OFFICE_KEY], ids=["word", "cut", "public"]
)
def test_a_bad_identity_is_named_by_its_line_and_never_quoted(line: str) -> None:
    with pytest.raises(ValueError, match="私钥文件第 2 行不是 age 私钥") as caught:
        identities(f"# x\n{line}\n")
    assert line not in str(caught.value)


def test_an_empty_identity_file_is_refused() -> None:
    with pytest.raises(ValueError, match="私钥文件里没有私钥"):
        identities("# 只有说明\n")


def test_the_demo_keys_are_a_pair() -> None:
    recipients = [
        line for line in (KEYS / "demo-recipients.txt").read_text("utf-8").split("\n") if line[:4] == "age1"
    ]
    own = identities((KEYS / "demo-identity.txt").read_text("utf-8"))
    assert [str(one.to_public()) for one in own] == recipients
    assert all(
        "演示用，公开，不得用于正式数据" in path.read_text("utf-8") for path in KEYS.glob("demo-*.txt")
    )
