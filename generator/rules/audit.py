"""What an audit of the roster finds (AU) beyond the rules. `generator.audit` finds these."""

from __future__ import annotations

from generator.problem import Severity
from generator.rule import Rule, add

NO = "ZSCQZY-42-2022-YC-0001-B"


def _told(
    code: str, title: str, why: str, wrong: str, right: str, severity: Severity = Severity.ERROR
) -> None:
    add(
        Rule(
            code=code,
            title=title,
            severity=severity,
            clauses=(),
            source="",
            why=why,
            wrong=wrong,
            right=right,
            check=None,
        )
    )


_told(
    "AU001",
    "证书的签名真实",
    "每张证书的签名要能用公布的密钥核验。核验不了的，不是省局签的，或签后改过；查验页会说查无或无法核验。",
    "# payload 改过一个字，或签名是别的密钥签的",
    "payload: AR…\nsignature: S4…   # 用 data/keys.yml 里的密钥核验得出",
)
_told(
    "AU002",
    "有效证书的签名密钥没有泄露",
    "密钥泄露以后，谁都能用它签任意日期的证书，它签的一律不算数；在册的要用新密钥换发。",
    "# 签它的密钥 reason: compromised，证书还没有换发",
    "# 已用 siwu reissue 换发，新证书由新密钥签",
)
_told(
    "AU003",
    "姓名和单位印得出来",
    "在册的证书随时可能重印。字体里没有的字、自造字和看不见的字符印不出来，或换一台机器就变成别的字。",
    "# 单位名称里有自造字 U+E000",
    "# 用 --font 指明有这个字的字体文件，或改用正式编码的字后换发",
)
_told(
    "AU004",
    "打印台账的每一行都对得上名册",
    "台账记着哪一张证书印过什么。读不出的行、名册里没有的编号，说明台账被改过，或印过名册以外的证书。",
    f'{{"no":"{NO[:-6]}9999-Z",…}}   # 名册里没有这个编号',
    f'{{"no":"{NO}",…}}',
)
_told(
    "AU005",
    "打印用的版式还在，并与名册一致",
    "证书按颁发时的版式印，旧版式要一直留着，否则旧证书无法照原样重印。",
    "# 台账写版式 v1，site/templates/certificate/v1/ 被删去",
    "# 每个用过的版式都在 site/templates/certificate/ 下",
)
_told(
    "AU006",
    "PDF 是打印台账中它那个编号的一份",
    "同一编号盖章的、签名的、都没有的，台账各有一行，都是真的。与哪一行都不一致的，PDF 印好以后被换过或改过，或台账被改过。",
    "# 把别人的 PDF 改名放进来",
    "# 用 siwu print --again --only 编号 重印",
)
_told(
    "AU007",
    "每份 PDF 都有打印记录",
    "没有打印记录的 PDF 来历不明：不是本系统印的，或台账里那一行被删去了。",
    f"# build/certificates/2022/{NO}.pdf 在台账里没有",
    "# 由 siwu print 打印，台账同时加一行",
)
_told(
    "AU008",
    "停止公开的证书不留 PDF",
    "PDF 上有姓名和单位；本人要求停止公开以后，名册删去了，PDF 也要删去。",
    f"# {NO} 已停止公开，文件夹里还有它的 PDF",
    "# 运行 siwu print，会删去已停止公开的 PDF",
)
_told(
    "AU009",
    "发过证书的班次，成绩在保存期内都在",
    "名册由成绩算出，成绩是谁合格的凭据。保存期没满就不见了，名册就无从核对。",
    "# 名册里有班次 kaohe-yichang-1 的证书，密封成绩被删去，保存期还没有满",
    "# 保存期满后用 siwu sealed drop 删去，统计留着",
    Severity.WARNING,
)
_told(
    "AU010",
    "与旧版本相比只有增加",
    "名册、打印台账和公布的密钥都只增不改。拿以前的版本一比，改过、删过、调换过的马上看得出，重新接好链也没有用。",
    "# 旧名册第 5 个事件与现在的不同",
    "# 旧名册的全部事件原样在现在名册的开头（停止公开的删去个人信息）",
)
_told(
    "AU011",
    "公布过的链头还在链上",
    "每次发布都公布链的末条摘要。改动旧事件再重新接链，摘要就全变了，与公布过的对不上。",
    "# heads.json 公布过 2022 年名册第 630 条的摘要，现在第 630 条是另一个",
    "# 公布过的那一条原样在名册里，后面只有增加",
)
_told(
    "AU012",
    "一年的证书编号只有一种字头",
    "编号的字头由 data/dataset.yml 规定，一年里不换；夹着别的字头，多半是手工加进去的。",
    f'# 其他编号都以 ZSCQZY 开头\n"no": ABC{NO[6:]}',
    f'"no": {NO}',
)
_told(
    "AU013",
    "通用凭证的签名与内容相符",
    "通用凭证（Open Badges）的内容由签名内容、网址、颁发单位和证书名称推出，签名在颁发时写入。后来改了其中一项，签名就不再相符。",
    "# 颁发以后，data/dataset.yml 的 base_url 换了网址",
    "# 网址、颁发单位和证书名称与颁发时一样；确要改的，证书本身仍可查验",
    Severity.WARNING,
)
