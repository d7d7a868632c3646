"""What the gate finds in a push (GA): who, how much, how made, what was rewritten. `generator.gate` finds these."""

from __future__ import annotations

from generator.problem import Severity
from generator.rule import Rule, add

MINE = "data/plans/2022/yichang/zigui.yml"
OTHERS = "data/plans/2022/enshi/enshi.yml"


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
    "GA001",
    "提交的账号已经登记",
    "谁能改哪些记录，由省局在 data/owners.yml 里按服务器账号登记。没有登记的账号交来的内容不接收，也不检查。",
    "用个人新注册的账号提交",
    "先请省局登记账号，再提交",
)
_told(
    "GA002",
    "权限表读得出",
    "判断权限用主分支上现有的 data/owners.yml，提交里改过的不算。这个文件坏了就谁也不放行，由系统管理人员在服务器上恢复。",
    "# 主分支上没有 data/owners.yml，或写坏了",
    'owners:\n  - {user: "9000104", roles: [bureau:yichang]}',
)
_told(
    "GA003",
    "只改本单位的记录",
    "市州局只改本市州的记录，基地只改本基地的，工作组只改考核培训的。改名也算删去原来的文件。",
    f"# 宜昌市的账号改了\n{OTHERS}",
    f"# 宜昌市的账号改了\n{MINE}",
)
_told(
    "GA004",
    "省局管理的文件由省局改",
    "年度方案、课程、行政区划、账号权限、数据规范、检查程序、网站、名册、登记簿等由省知识产权局维护，其他账号不能改。",
    "# 宜昌市的账号改了\nschemas/plan.schema.json",
    f"# 宜昌市的账号改了\n{MINE}",
)
_told(
    "GA005",
    "一次提交只含一个市州",
    "备案、退回和回执都按市州办理，混在一起时一个市州有错，另一个市州也备不了案。",
    f"{MINE}\n{OTHERS}",
    f"{MINE}\ndata/plans/2022/yichang/xingshan.yml",
)
_told(
    "GA006",
    "一次提交的次数在上限以内",
    "每一次提交都要逐个检查。次数异常多的，多半是把别处的历史整个带了进来。",
    "一个合并请求含 201 次提交",
    "从最新的版本重新做一次提交",
)
_told(
    "GA007",
    "一次提交的文件数在上限以内",
    "提交里每个文件的每个版本都要检查，数量过大时检查不完。",
    "把整个资料文件夹传了上来",
    "只交要备案的记录",
)
_told(
    "GA008",
    "单个文件的大小在上限以内",
    "一份记录只有几 KB。几 MB 的文件多半是放错了，而且进了提交历史就一直占着。",
    "data/plans/2022/yichang/zigui.yml 有 5 MB",
    "data/plans/2022/yichang/zigui.yml 有 3 KB",
)
_told(
    "GA009",
    "各版本文件合计的大小在上限以内",
    "放上来又删去的文件也算在内：它们仍在提交历史里。",
    "先后放了 10 个 1 MB 的版本",
    "重新做一次提交，只含最后的版本",
)
_told(
    "GA010",
    "只放普通文件",
    "符号链接和子模块指向别处，看到的和读到的不是一回事；记录也不需要可执行权限。",
    "zigui.yml -> /etc/passwd",
    "zigui.yml 是普通的文本文件",
)
_told(
    "GA011",
    "文件名在各种电脑上都能用",
    "有的名字在别的电脑上会变成另一个文件，甚至改动 git 自己的设置；看不见的字符和形近的外文字母会让人认错文件。",
    "data/plans/2022/yichang/.GIT\ndata/plans/2022/yichang/zіgui.yml  # 其中的 і 不是英文字母",
    MINE,
)
_told(
    "GA012",
    "同一文件夹里没有形同的名字",
    "有的电脑不分大小写，两个名字会落在同一个文件上，后写的盖掉先写的。",
    "docs/Filing.md\ndocs/filing.md",
    "docs/filing.md",
)
_told(
    "GA013",
    "登记过的记录不由填报单位删去",
    "登记过的记录有编号和回执，删去要经省局，并在登记簿上留下一条撤回。没有登记过的记录可以自己删。",
    f"# 宜昌市的账号删去了已登记的\n{MINE}",
    "# 函告省知识产权局，由省局登记撤回后删去",
)
_told(
    "GA014",
    "登记簿和打印记录只增不改",
    "原来的每一行都要一字不差地留在前面，谁的账号也不例外，这样才能让人相信登记没有被改写。",
    '{"seq":1,"late_days":0,…}  # 原来是 3',
    '{"seq":1,"late_days":3,…}\n{"seq":2,…}',
)
_told(
    "GA015",
    "名册和公布的密钥只增不改",
    "发证、换发、撤销都是在末尾加一个事件。停止公开的证书可以把持证人和盐一起删去，其他内容不动。"
    "公布的密钥停用时只写停用日和原因，以前的证书还靠它核验。",
    "# 把 seq: 1 的 class 改成了别的班",
    "# 在末尾加一个 revoked 事件",
)
_told(
    "GA016",
    "登记簿在自己的分支上时，数据里不放登记簿",
    "两处都有登记簿，就说不清哪一处算数。",
    "# 已有 register 分支，又改了\ndata/filings/2022.jsonl",
    "# 登记任务写在 register 分支上",
)
_told(
    "GA017",
    "提交者邮箱不是个人邮箱",
    "提交者的姓名和邮箱会留在历史里。判断权限不看它，但个人邮箱公开后撤不回来。",
    "作者：张某 <zhangmou@个人邮箱服务商>",
    "作者：宜昌市局备案岗 <账号编号@平台提供的隐藏地址>",
    Severity.WARNING,
)
_told(
    "GA018",
    "检查程序没有出错",
    "有规则没有运行完，就不能说提交没有问题，只能先不放行。",
    "# 检查中途出错",
    "# 全部规则运行完毕",
)
_told(
    "GA019",
    "改动后的数据规范读得出",
    "数据规范坏了，以后的提交都无法检查。",
    '{"title": "培训计划",',
    '{"title": "培训计划"}',
)
_told(
    "GA020",
    "提交接着现有的历史",
    "改写历史会让已经备案的提交消失，登记簿上的合并号也就无从核对。",
    "git push --force",
    "取得最新的版本，把改动接在后面再推送",
)
_told(
    "GA021",
    "权限表里总有省局的账号",
    "账号由省局登记。最后一个省局账号也删去以后，就再没有人能登记账号，只好请系统管理人员在服务器上恢复。",
    'owners:\n  - {user: "9000104", roles: [bureau:yichang]}',
    'owners:\n  - {user: "9000001", roles: [office]}\n  - {user: "9000104", roles: [bureau:yichang]}',
)
