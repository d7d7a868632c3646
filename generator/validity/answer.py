"""What may be answered to somebody who holds a certificate, and why. The page says the same words.

`tests/verify/cases.json` holds this table and the page's to each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

from generator.signature.payload import Payload


class Word(StrEnum):
    """The answers, in the words people read."""

    VALID = "有效"
    DEMO = "演示数据，非真实证书"
    REPLACED = "已换发"
    REVOKED = "已撤销"
    WITHDRAWN = "已停止公开"
    NOT_FOUND = "查无"
    UNCHECKED = "无法核验"


class Reason(Enum):
    """Why, as a sentence; the member's name in small letters is its mark."""

    CHECKED = "签名是颁发单位的，状态清单里是同一张证书"
    BY_NUMBER = "只按编号查到，没有核对签名；请把证书上的姓名和单位与公开名册核对，或者扫描证书上的二维码"
    REPLACED = "这张证书已经换发，原来的不再有效"
    REVOKED = "颁发单位已经撤销这张证书"
    WITHDRAWN = "这张证书的信息已按本人要求停止公开"
    ALTERED = "签名与内容不符，不是颁发单位签发的"
    NOT_LISTED = "颁发单位的状态清单里没有这个编号"
    DIFFERENT = "与状态清单里这个编号的证书不是同一张"
    MALFORMED = "证书内容不完整或读错了，请重新扫描二维码，或把网址完整地再复制一次"
    OTHER_ADDRESS = "网址和网址里的证书不是同一张，请重新扫描证书上的二维码"
    NUMBER_MALFORMED = "这不是证书编号，请照证书上的编号重新输入"
    NUMBER_MISTYPED = "编号的校验位不对，请照证书上的编号重新输入"
    KEY_UNKNOWN = "签证书的密钥没有公布"
    KEY_COMPROMISED = "签证书的密钥已因泄露停用，要等证书换发以后才能核验"
    KEY_NOT_VALID = "证书日期不在签证书的密钥的有效期内"
    DATED_AHEAD = "证书日期在今天以后，请看一看本机的日期对不对"
    PRINT_UNKNOWN = "文件与打印记录不符：不是颁发单位打印的原件，或者改动过"
    PRINTS_MISSING = "没有打印记录可以核对，不知道文件改动过没有；请扫描证书上的二维码"
    NO_ATTACHMENT = "文件里没有证书的签名内容，请扫描证书上的二维码"
    LIST_MISSING = "取不到证书状态清单，不知道证书现在的状态"
    LIST_UNREADABLE = "证书状态清单读不出来，不知道证书现在的状态"
    LIST_KEY_UNKNOWN = "签状态清单的密钥没有公布，或已不能用"
    LIST_ALTERED = "证书状态清单的签名不对"
    LIST_ELSEWHERE = "证书状态清单不是这个网站的"
    LIST_STALE = "证书状态清单已经过期，不知道证书现在的状态"
    LIST_AHEAD = "证书状态清单的日期在今天以后，请看一看本机的日期对不对"

    @property
    def mark(self) -> str:
        """The reason's mark, as cases name it."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One answer. `payload` is there only where the issuer's signature was found to be on it.

    `no` is the number asked about, where it was typed or is signed; `successor` the number that took its place.
    """

    word: Word
    reason: Reason
    payload: Payload | None = None
    no: str = ""
    successor: str = ""

    @property
    def genuine(self) -> bool:
        """Whether nothing is wrong with what was asked about: valid, or the demo's."""
        return self.word in {Word.VALID, Word.DEMO}
