"""What must never be filed: personal data and secret keys, looked for in raw text and in file names.

Known by design, so that nobody is surprised:

* Words end where letters and digits end, so a sha256 or a token is no telephone number; a Chinese
  character beside a number is no letter. A number is looked for group by group: digits are joined across
  one space, hyphen or dot, and a match begins and ends with a group.
* Office landlines need no list: they begin with 0 and no area code reads 01[3-9], so none is a mobile.
* An e-mail address is personal unless its host is a government's (`gov.cn`) or reserved for examples.
* A sole trader's credit code (92…) is not looked for.
* Pictures are found wherever they lie: which folders may hold some (site assets) is the caller's to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from stdnum import luhn
from stdnum.cn import ric, uscc

from generator.problem import Position, Problem, Where

TITLES = {
    "PI001": "居民身份证号码",
    "PI002": "手机号码",
    "PI003": "银行卡号",
    "PI004": "个人电子邮箱",
    "PI005": "照片、扫描件或办公文档",
    "PI006": "私钥或访问令牌",
}
REMEDIES = {
    "PI001": "请删去；身份信息一律不入库",
    "PI002": "请删去；联系方式只填单位固定电话",
    "PI003": "请删去；银行账户信息一律不入库",
    "PI004": "请删去，或改用 gov.cn 的单位邮箱",
    "PI005": "请删去；图片和扫描件由单位自行存档，内容按表格字段填写",
    "PI006": "请删去并立即作废这把密钥，另换新的；密钥只放在仓库以外",
}

# sha256 of the secrets in tests/keys/ with all white space taken out: public on purpose, for the demo only.
DEMO_KEYS = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Leak:
    """Something personal in a text: code, offset and length in code points, and the kind in Chinese."""

    code: str
    start: int
    length: int
    kind: str


def scan(text: str) -> list[Leak]:
    """Every leak in a text (a file, a file name, a commit message), by offset.

    Clean text costs a few milliseconds a megabyte: literals are sought first, patterns only where one is.
    """
    return sorted(
        [*_numbers(text), *_emails(text), *_secrets(text)], key=lambda leak: (leak.start, leak.code)
    )


def problems(path: str, raw: bytes) -> list[Problem]:
    """The leaks in a file's name (at line 1) and in its bytes, as PI001–PI006. Never quotes what it found."""
    named = [_problem(path, leak.code, f"文件名中有疑似{leak.kind}", Position(1, 1)) for leak in scan(path)]
    kind = _picture(path, raw)
    if kind:
        return [*named, _problem(path, "PI005", f"文件是{kind}", Position(1, 1))]
    text = _decode(raw)
    return [*named, *(_found(path, text, leak) for leak in scan(text))]


def _found(path: str, text: str, leak: Leak) -> Problem:
    line = text.count("\n", 0, leak.start) + 1
    column = leak.start - text.rfind("\n", 0, leak.start)
    return _problem(path, leak.code, f"有疑似{leak.kind}，共 {leak.length} 个字符", Position(line, column))


def _problem(path: str, code: str, message: str, at: Position) -> Problem:
    return Problem(where=Where(path), code=code, message=message, remedy=REMEDIES[code], at=at)


def _decode(raw: bytes) -> str:
    """Text for scanning only, never an error: UTF-8, UTF-16 by its mark, else what Chinese Excel writes."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


# --- Numbers -----------------------------------------------------------------------------------------

# Full-width and mathematical digits, X, joiners and @: one code point each, so offsets stay.
_PLAIN = {
    **{0xFF10 + value: str(value) for value in range(10)},
    **{0x1D7CE + value: str(value % 10) for value in range(50)},
    **dict.fromkeys(map(ord, "Ｘｘ"), "X"),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212－"), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2009\u202f\u3000"), " "),
    ord("．"): ".",
    ord("＠"): "@",
}
# The first two rows in UTF-8; apart, because each alone is found by its first bytes, much faster.
_FULL_WIDTH = re.compile(rb"\xef\xbc[\x90-\x99]")
_MATHEMATICAL = re.compile(rb"\xf0\x9d\x9f[\x8e-\xbf]")
_SHAPE = bytes(0x30 if chr(byte) in "0123456789" else 0x0A if byte == 0x0A else 0x20 for byte in range(256))
_JOINERS = b" -." + bytes(range(128, 256))
_SHORTEST = b"0" * 11  # a mobile number; an office number is never longer than 12 and begins with 0

_MOMENT = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9][-.])(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]"
    r"(?:[Tt][0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?)?"
    r"(?![0-9A-Za-z])(?![-.][0-9])"
)
_GROUP = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]++[Xx]?|[Xx])(?![0-9A-Za-z])")
_LONGEST = 19

_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")
_MOBILE = re.compile(r"(?:0|86|0086)?1[3-9][0-9]{9}")
_CARD = re.compile(r"(?:[34569]|2[2-7]|81)[0-9]{14,18}")
_CARD_GROUPS = re.compile(r"(?:4,){3}[1-4](?:,[1-3])?|6,[0-9]+|[0-9]+|(?:1,)+1")

Sizes = Sequence[int]


def _numbers(text: str) -> Iterator[Leak]:
    raw = text.encode("utf-8", "surrogatepass")
    if _FULL_WIDTH.search(raw) or _MATHEMATICAL.search(raw):
        text = text.translate(_PLAIN)
        raw = text.encode("utf-8", "surrogatepass")
    shape = raw.translate(_SHAPE, _JOINERS)
    if _SHORTEST not in shape:
        return
    start = 0
    for line, digits in zip(text.split("\n"), shape.split(b"\n"), strict=True):
        if _SHORTEST in digits:
            yield from _in_line(line.translate(_PLAIN), start)
        start += len(line) + 1


def _in_line(line: str, offset: int) -> Iterator[Leak]:
    line = _MOMENT.sub(lambda match: "/" * len(match[0]), line)
    for run in _runs(line):
        first = 0
        while first < len(run):
            found = _longest(line, run[first : first + _LONGEST])
            if found:
                code, count = found
                start, end = run[first].start(), run[first + count - 1].end()
                yield Leak(code, offset + start, end - start, TITLES[code])
            first += found[1] if found else 1


def _runs(line: str) -> Iterator[list[re.Match[str]]]:
    """Groups of digits that stand one joiner apart."""
    run: list[re.Match[str]] = []
    for group in _GROUP.finditer(line):
        if run and not (group.start() - run[-1].end() == 1 and line[run[-1].end()] in " -."):
            yield run
            run = []
        run.append(group)
    if run:
        yield run


def _longest(line: str, groups: Sequence[re.Match[str]]) -> tuple[str, int] | None:
    """The code of the longest number that begins with the first group, and how many groups it takes."""
    number, sizes, best = "", list[int](), None
    for count, group in enumerate(groups, 1):
        number += group[0].upper()
        sizes.append(len(group[0]))
        if len(number) > _LONGEST:
            break
        code = _code(number, sizes) if len(number) >= len(_SHORTEST) else ""
        if code and not _is_address(line[groups[0].start() : group.end()]):
            best = code, count
    return best


def _code(number: str, sizes: Sizes) -> str:
    """What digits joined from groups of these sizes are; "" for nothing personal."""
    if _is_resident_id(number, sizes):
        return "PI001"
    if len(number) >= 16:
        return "PI003" if _is_card(number, sizes) else ""
    return "PI002" if _is_mobile(number, sizes) else ""


def _is_address(text: str) -> bool:
    """An IPv4 address reads like a number written with dots."""
    parts = text.split(".")
    return len(parts) == 4 and all(part.isdigit() and int(part) <= 255 for part in parts)


def _is_resident_id(number: str, sizes: Sizes) -> bool:
    if len(number) == 15:
        return tuple(sizes) in {(15,), (6, 6, 3)} and _born(number, "19" + number[6:12])
    return (
        len(number) == 18
        and number[:17].isdigit()
        and number[6:8] in {"18", "19", "20"}
        and _born(number, number[6:14])
        and ric.calc_check_digit(number) == number[17]
    )


def _born(number: str, day: str) -> bool:
    """A province's number and a real day. The county part is not looked up: people keep abolished codes."""
    if not (number[:17].isdigit() and _PROVINCE.match(number)):
        return False
    try:
        date(int(day[:4]), int(day[4:6]), int(day[6:8]))
    except ValueError:
        return False
    return True


def _is_mobile(number: str, sizes: Sizes) -> bool:
    """Written as one, in threes and fours, in pairs after the first three, or digit by digit."""
    if not _MOBILE.fullmatch(number):
        return False
    own = sizes[1:] if len(sizes) > 1 and sum(sizes[1:]) == 11 else sizes
    return (own[0] >= 3 and min(own) >= 2) or max(own) == 1


def _is_card(number: str, sizes: Sizes) -> bool:
    """Written as one, in fours, as six and the rest, or digit by digit; an all-digit USCC is no card."""
    return bool(
        _CARD.fullmatch(number)
        and _CARD_GROUPS.fullmatch(",".join(map(str, sizes)))
        and luhn.is_valid(number)
        and not uscc.is_valid(number)
    )


# --- E-mail ------------------------------------------------------------------------------------------

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])(?P<user>[A-Za-z0-9._%+-]++)@"
    r"(?P<host>[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)*+)"
)
_OFFICE_HOST = re.compile(
    r"(?:.*\.)?(?:gov\.cn|example|example\.(?:com|org|net)|users\.noreply\.github\.com)"
)
_TOP_LEVEL = re.compile(r"(?:[A-Za-z]{2,24}|xn--[A-Za-z0-9-]+)")
_PICTURE_NAMES = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp"})  # logo@2x.png


def _emails(text: str) -> Iterator[Leak]:
    if "＠" in text:
        text = text.replace("＠", "@")
    if "@" not in text:
        return
    for match in _EMAIL.finditer(text):
        if match["user"] != "git" and _is_personal(match["host"].lower()):
            yield Leak("PI004", match.start(), len(match[0]), TITLES["PI004"])


def _is_personal(host: str) -> bool:
    top = host.rpartition(".")[2]
    return (
        "." in host
        and bool(_TOP_LEVEL.fullmatch(top))
        and top not in _PICTURE_NAMES
        and not _OFFICE_HOST.fullmatch(host)
    )


# --- Secret keys and pictures ------------------------------------------------------------------------


def _word(prefix: str, rest: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9A-Za-z]){prefix}{rest}")


# A literal that must be there, the pattern that is then tried, and the code.
_MARKS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("AGE-SECRET-KEY-", _word("AGE-SECRET-KEY-", r"(?:PQ-)?1[0-9A-Z]{30,}"), "PI006"),
    ("age-secret-key-", _word("age-secret-key-", r"(?:pq-)?1[0-9a-z]{30,}"), "PI006"),
    (
        "PRIVATE KEY",
        re.compile(
            r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[^-]*+-----END [^-\n]{1,60}-----)?"
        ),
        "PI006",
    ),
    ("PuTTY-User-Key-File", _word("PuTTY-User-Key-File", r"-[0-9]"), "PI006"),
    ("ghp_", _word("ghp_", r"[0-9A-Za-z]{30,}"), "PI006"),
    ("gho_", _word("gho_", r"[0-9A-Za-z]{30,}"), "PI006"),
    ("ghs_", _word("ghs_", r"[0-9A-Za-z]{30,}"), "PI006"),
    ("github_pat_", _word("github_pat_", r"[0-9A-Za-z_]{22,}"), "PI006"),
    ("glpat-", _word("glpat-", r"[0-9A-Za-z_-]{20,}"), "PI006"),
    ("AKIA", _word("AKIA", r"[0-9A-Z]{16}(?![0-9A-Za-z])"), "PI006"),
    ("LTAI", _word("LTAI", r"[0-9A-Za-z]{12,26}(?![0-9A-Za-z])"), "PI006"),
    ("AKID", _word("AKID", r"[0-9A-Za-z]{28,36}(?![0-9A-Za-z])"), "PI006"),
    ("sk-", _word("sk-", r"[0-9A-Za-z_-]{32,}"), "PI006"),
    ("xox", _word("xox", r"[abeprs]-[0-9A-Za-z-]{20,}"), "PI006"),
    (
        "base64,",
        re.compile(r"data:(?:image/(?!svg)|application/)[a-z0-9.+-]{1,80};base64,[0-9A-Za-z+/=]*+"),
        "PI005",
    ),
    ("/9j/4", _word("/9j/4", r"[0-9A-Za-z+/]{60,}+=*"), "PI005"),
    ("iVBORw0KGgo", _word("iVBORw0KGgo", r"[0-9A-Za-z+/]{60,}+=*"), "PI005"),
    ("JVBERi0", _word("JVBERi0", r"[0-9A-Za-z+/]{60,}+=*"), "PI005"),
)


def _secrets(text: str) -> Iterator[Leak]:
    for literal, pattern, code in _MARKS:
        if literal in text:
            for match in pattern.finditer(text):
                if fingerprint(match[0]) not in DEMO_KEYS:
                    yield Leak(code, match.start(), len(match[0]), TITLES[code])


def fingerprint(secret: str) -> str:
    """Sha256 of a key's text without white space: how `DEMO_KEYS` names it."""
    return sha256("".join(secret.split()).encode("utf-8", "surrogatepass")).hexdigest()


_MAGIC = {
    b"\xff\xd8\xff": "图片（JPEG）",
    b"\x89PNG\r\n": "图片（PNG）",
    b"GIF8": "图片（GIF）",
    b"II*\0": "图片（TIFF）",
    b"MM\0*": "图片（TIFF）",
    b"%PDF-": "PDF 文档",
    b"PK\x03\x04": "办公文档或压缩包",
    b"\xd0\xcf\x11\xe0": "办公文档",
    b"Rar!\x1a": "压缩包",
    b"7z\xbc\xaf": "压缩包",
}
_PICTURE_ENDINGS = frozenset("jpg jpeg jfif png gif bmp webp tif tiff heic heif avif".split())
_DOCUMENT_ENDINGS = frozenset("pdf ofd doc docx wps xls xlsx et ppt pptx dps rtf zip rar 7z".split())


def _picture(path: str, raw: bytes) -> str:
    """What kind of picture, scan or office file this is, by its first bytes or its ending; "" when none."""
    for magic, kind in _MAGIC.items():
        if raw.startswith(magic):
            return kind
    if (
        (raw[:4] == b"RIFF" and raw[8:12] == b"WEBP")
        or raw[4:8] == b"ftyp"
        or (raw[:2] == b"BM" and b"\0" in raw[:54])
    ):
        return "图片"
    ending = path.rpartition(".")[2].lower()
    if ending in _PICTURE_ENDINGS:
        return "图片"
    return "办公文档或压缩包" if ending in _DOCUMENT_ENDINGS else ""
