"""A certificate in few bytes: one encoding for one meaning, and a decoder that refuses every other.

Version 1, big-endian, nothing before, between or after:

    version   1 byte, 0x01
    key       4 bytes, the key's id
    number    prefix (length byte, 3 to 8 capitals), year less 2000 (1 byte), site (2 capitals), serial (2 bytes);
              the check character is computed
    date      2 bytes, days since 2000-01-01
    class     length byte, ASCII
    layout    length byte, ASCII
    token     length byte (characters), five bits a character, then zero bits up to a whole byte
    name      length byte (UTF-16 code units), UTF-16BE
    unit      likewise

UTF-16 takes two bytes for a Chinese character where UTF-8 takes three, and every browser reads it. Raises
`MalformedError`, in Chinese and without the text at fault.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from datetime import date, timedelta

from generator.canonical import nfc
from generator.sign import check_character
from generator.text import LOUD

VERSION = 1
KEY_BYTES = 4
# More than any certificate needs; what is longer is not read.
MOST_BYTES = 600
EPOCH = date(2000, 1, 1)
FIRST_YEAR = 2000
TOKEN_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
TOKEN_LENGTHS = range(20, 65)
NAME_LENGTHS = range(1, 41)
UNIT_LENGTHS = range(1, 61)
SLUG_LENGTHS = range(1, 61)

_NUMBER = re.compile(r"([A-Z]{3,8})-42-(20[0-9]{2}|21[0-9]{2}|22[0-4][0-9]|225[0-5])-([A-Z]{2})-([0-9]{4})")
_CAPITALS = re.compile(r"[A-Z]+")
_KEY = re.compile(r"[0-9a-f]{8}")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TOKEN = re.compile(f"[{TOKEN_ALPHABET}]+")


class MalformedError(ValueError):
    """Not a payload, or not one that could be written."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Payload:
    """What is signed of a certificate. `key` is the id of the key that signs it."""

    no: str
    name: str
    unit: str
    day: date
    class_id: str
    layout: str
    token: str
    key: str


def encode(payload: Payload) -> bytes:
    """The payload's one encoding."""
    _judge(payload)
    raw = b"".join(
        (
            bytes([VERSION]),
            bytes.fromhex(payload.key),
            _number(payload.no),
            struct.pack(">H", (payload.day - EPOCH).days),
            _short(payload.class_id.encode("ascii")),
            _short(payload.layout.encode("ascii")),
            _packed(payload.token),
            _wide(payload.name),
            _wide(payload.unit),
        )
    )
    if len(raw) > MOST_BYTES:
        raise MalformedError(f"签名内容有 {len(raw)} 字节，最多 {MOST_BYTES} 字节")
    return raw


def decode(raw: bytes) -> Payload:
    """The payload of these bytes: only of those that `encode` makes."""
    if len(raw) > MOST_BYTES:
        raise MalformedError(f"签名内容有 {len(raw)} 字节，最多 {MOST_BYTES} 字节")
    reader = _Reader(raw)
    version = reader.number(1)
    if version != VERSION:
        raise MalformedError(f"签名内容是第 {version} 版，本程序只认第 {VERSION} 版")
    payload = Payload(
        key=reader.take(KEY_BYTES).hex(),
        no=_read_number(reader),
        day=EPOCH + timedelta(reader.number(2)),
        class_id=reader.ascii(),
        layout=reader.ascii(),
        token=_read_token(reader),
        name=reader.wide(),
        unit=reader.wide(),
    )
    reader.end()
    _judge(payload)
    return payload


def _judge(payload: Payload) -> None:
    """Refuse what no certificate says. Both ways, so that what can be written can be read and no more."""
    if not _KEY.fullmatch(payload.key):
        raise MalformedError("密钥编号应是 8 位十六进制")
    _parts(payload.no)
    if not 0 <= (payload.day - EPOCH).days < 1 << 16:
        raise MalformedError("日期不在 2000 年至 2179 年之间")
    for what, slug in (("班次编号", payload.class_id), ("版式", payload.layout)):
        if len(slug) not in SLUG_LENGTHS or not _SLUG.fullmatch(slug):
            raise MalformedError(f"{what}只能是小写字母、数字和连字符")
    if len(payload.token) not in TOKEN_LENGTHS or not _TOKEN.fullmatch(payload.token):
        raise MalformedError("查验码应是 20 位以上的数字和小写字母（不含 i、l、o、u）")
    _judge_text("姓名", payload.name, NAME_LENGTHS)
    _judge_text("单位", payload.unit, UNIT_LENGTHS)


def _judge_text(what: str, text: str, lengths: range) -> None:
    if len(text) not in lengths:
        raise MalformedError(f"{what}有 {len(text)} 个字，应在 {lengths[0]} 到 {lengths[-1]} 个之间")
    if LOUD.search(text) or text != text.strip():
        raise MalformedError(f"{what}有看不见的字符、自造字，或首尾有空格")
    if text != nfc(text):
        raise MalformedError(f"{what}的写法不是统一的 Unicode 形式（NFC）")


def _parts(no: str) -> tuple[str, str, str, str]:
    """Prefix, year, site and serial of a certificate number."""
    body, _, check = no.rpartition("-")
    found = _NUMBER.fullmatch(body)
    if not found or check != check_character(body):
        raise MalformedError("证书编号不合规定，或校验位不对")
    return found[1], found[2], found[3], found[4]


def _number(no: str) -> bytes:
    prefix, year, site, serial = _parts(no)
    rest = struct.pack(">B2sH", int(year) - FIRST_YEAR, site.encode(), int(serial))
    return _short(prefix.encode()) + rest


def _read_number(reader: _Reader) -> str:
    prefix = reader.ascii()
    year, site, serial = reader.number(1), reader.take(2).decode("latin-1"), reader.number(2)
    if not _CAPITALS.fullmatch(prefix + site):
        raise MalformedError("证书编号不合规定，或校验位不对")
    body = f"{prefix}-42-{FIRST_YEAR + year}-{site}-{serial:04}"
    return f"{body}-{check_character(body)}"


def _packed(token: str) -> bytes:
    bits = 0
    for character in token:
        bits = bits << 5 | TOKEN_ALPHABET.index(character)
    spare = -len(token) * 5 % 8
    return bytes([len(token)]) + (bits << spare).to_bytes((len(token) * 5 + spare) // 8, "big")


def _read_token(reader: _Reader) -> str:
    length = reader.number(1)
    spare = -length * 5 % 8
    bits = int.from_bytes(reader.take((length * 5 + spare) // 8), "big")
    if bits & ((1 << spare) - 1):
        raise MalformedError("查验码后面有多余的内容")
    bits >>= spare
    return "".join(TOKEN_ALPHABET[bits >> 5 * place & 31] for place in reversed(range(length)))


def _short(raw: bytes) -> bytes:
    return bytes([len(raw)]) + raw


def _wide(text: str) -> bytes:
    raw = text.encode("utf-16-be")
    return bytes([len(raw) // 2]) + raw


class _Reader:
    """Bytes taken one part after another; asking for more than there is, or leaving some, is malformed."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def take(self, count: int) -> bytes:
        taken = self._raw[self._at : self._at + count]
        if len(taken) != count:
            raise MalformedError("签名内容不完整")
        self._at += count
        return taken

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def ascii(self) -> str:
        raw = self.take(self.number(1))
        if not raw.isascii():
            raise MalformedError("签名内容的编号里有不该有的字符")
        return raw.decode("ascii")

    def wide(self) -> str:
        try:
            return self.take(2 * self.number(1)).decode("utf-16-be")
        except UnicodeDecodeError:
            raise MalformedError("签名内容的文字读不出来") from None

    def end(self) -> None:
        if self._at != len(self._raw):
            raise MalformedError("签名内容后面有多余的内容")
