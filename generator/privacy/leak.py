"""What a leak is, and what is said of each kind."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Leak:
    """Something personal in a text: code, offset and length in code points."""

    code: str
    start: int
    length: int

    @property
    def kind(self) -> str:
        """What it looks like, in Chinese."""
        return TITLES[self.code]
