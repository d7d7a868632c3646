"""What reading a file can find (FI), its shape (SC), privacy (PI), the seal (SE) and waivers (WA).

The modules that read find these; here they are explained, beside the rules, with a wrong and a right example.
"""

from __future__ import annotations

from generator.problem import Severity
from generator.rule import told

PATH = "data/plans/2022/yichang/zigui.yml"


told(
    "FI001",
    "文件是 UTF-8 编码",
    "全省的记录用同一种编码，汉字才不会变成乱码。WPS、Excel、记事本常默认存成 GBK，另存时要选 UTF-8。",
    "另存为 → 编码：ANSI",
    "另存为 → 编码：UTF-8",
)
told(
    "FI002",
    "写法合乎 YAML 语法",
    "缩进、冒号、引号或括号有误，后面的内容就可能被读错，所以整份文件都不采用。常见的是全角冒号、冒号后少空格、引号没有配对。",
    "year：2022",
    "year: 2022",
)
told(
    "FI003",
    "同一个字段只写一次",
    "一个字段写两次，前一处会被后一处悄悄盖掉，看的人却以为两处都算数。",
    "year: 2022\nyear: 2023",
    "year: 2022",
)
told(
    "FI004",
    "不用锚点、引用、合并、类型标记和指令",
    "这些写法让看到的和读到的不是一回事，几行字也能展开成几亿项。记录里需要重复的内容直接写出来。",
    "hosts: &hosts [yichang-ipo]\nguides: *hosts",
    "hosts: [yichang-ipo]\nguides: [hubei-ipo]",
)
told(
    "FI005",
    "一个文件只放一份记录",
    "一个文件对应一个编号和一次备案，两份记录放在一起就说不清备案的是哪一份。",
    'county: "420527"\n---\ncounty: "420526"',
    'county: "420527"',
)
told(
    "FI006",
    "嵌套不过深",
    "正常的记录只有几层。嵌套过深多半是括号没有配对，也可能是有人想让系统崩溃。",
    "classes: [[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]",
    "classes: []",
)
told(
    "FI007",
    "内容项数不过多",
    "一份记录不会有上百万项。超出时不再读下去，以免拖垮检查。",
    "remark: [1, 1, 1, …]（一百多万项）",
    'remark: ""',
)
told(
    "FI008",
    "文件不过大",
    "记录都是文字，再大的县一年也只有几十 KB。过大的文件多半是放错了内容。",
    "zigui.yml（50 MB）",
    "zigui.yml（4 KB）",
)
told(
    "FI009",
    "不是符号链接",
    "链接指向哪里由各人的机器决定，记录必须是文件本身。",
    "zigui.yml -> ../../计划.yml",
    "zigui.yml（普通文件）",
)
told(
    "FI010",
    "不是 git 子模块",
    "子模块的内容在别的仓库里，这里看不到也检查不了。",
    "data/plans 是另一个仓库",
    "data/plans 是普通文件夹",
)
told(
    "FI011",
    "没有可执行权限",
    "记录只供读写，不供运行；带可执行权限的文件可能被误当程序启动。",
    "-rwxr-xr-x zigui.yml",
    "-rw-r--r-- zigui.yml",
)
told(
    "FI012",
    "是普通的文本文件",
    "记录要能逐字比较和审核。表格、图片和程序都不是文本，不能入库；表格请用填报页转换。",
    "zigui.yml（把 zigui.xlsx 改了扩展名）",
    "zigui.yml（文本）",
)
told(
    "FI013",
    "文件放在规定的位置",
    "文件的位置就是它的编号。放在别处的文件不会被任何页面和规则用到，等于没有报。",
    "data/plans/zigui.yml",
    PATH,
)
told(
    "FI014",
    "路径只用小写字母、数字和连字符",
    "汉字、大写、空格在不同系统上写法不一，会取不出来或互相覆盖。",
    "data/plans/2022/宜昌/Zigui 计划.yml",
    PATH,
)
told(
    "FI016",
    "没有看不见的字符",
    "零宽字符、方向控制符会让看到的和实际的不同，自造字换一台电脑就成空白。从网页和聊天软件复制文字时最容易带进来。",
    r'name: "王\u200b示例"',
    "name: 王示例",
)
told(
    "FI017",
    "文字不以公式符号开头",
    "以 = + - @ 开头的文字导出到表格后会被当作公式执行，轻则出错，重则泄露数据。",
    'remark: "=1+1"',
    'remark: "1+1"',
)
told(
    "FI018",
    "写法统一",
    "字段次序、缩进和引号统一，两次修改之间才只看得到内容的变化。运行 siwu fix 可自动整理；注释整理时会丢失，所以也提醒。",
    "county: '420527'   # 秭归",
    'county: "420527"',
    Severity.WARNING,
)
told(
    "FI019",
    "没有 BOM 标记",
    "记事本会在 UTF-8 文件开头加一个看不见的标记。不影响读取，整理时会去掉。",
    "另存为 → 编码：带有 BOM 的 UTF-8",
    "另存为 → 编码：UTF-8",
    Severity.WARNING,
)
told(
    "FI020",
    "换行是 LF",
    "Windows 的换行多一个字符，两人轮流修改时会让每一行都显示为改过。整理时会换掉。",
    "行尾是 CRLF",
    "行尾是 LF",
    Severity.WARNING,
)
told(
    "FI021",
    "文件不是空的",
    "空文件多半是保存失败或占位忘了填。没有内容可报时，不放文件。",
    "（空文件）",
    'county: "420527"\nyear: 2022\n…',
)
told(
    "FI022",
    "数字不过长",
    "长数字在不同软件里会丢掉末几位。金额和人数用不到这么多位；编号要加双引号作文字。",
    "total: 11000000000000000000",
    "total: 110",
)
told(
    "FI023",
    "应是文件的不是文件夹",
    "名字像记录的文件夹多半是解压时带出来的，里面的内容不会被读取。",
    "zigui.yml/（文件夹）",
    "zigui.yml（文件）",
)
told(
    "FI024",
    "必需的省局文件齐全可读",
    "数据集说明、行政区划、单位名录和方案条款是其他规则的依据，缺一份就无从判断。先补好它，再检查一次。",
    "data/regions.yml 不存在",
    "data/regions.yml 存在且没有错误",
)
told(
    "SC001",
    "字段齐全，名称和格式正确",
    "每类记录有哪些字段、各写什么，都有规定；字段名写错的内容不会被读到，缺字段的记录无法汇总。",
    "trainees: {人数: 110, tags: {}}",
    "trainees: {total: 110, tags: {}}",
)
told(
    "SC002",
    "列表中的编号不重复",
    "同一份记录里两项共用一个编号，别处引用它时就不知道指哪一项。",
    "classes:\n  - id: zigui-1\n    …\n  - id: zigui-1\n    …",
    "classes:\n  - id: zigui-1\n    …\n  - id: zigui-2\n    …",
)
told(
    "PI001",
    "没有居民身份证号码",
    "本库会被许多人复制，写进来的就收不回去。培训和备案都不需要身份证号码；注释里也不能写。",
    "remark: 联系人身份证 4205××××××××××××××",
    'remark: ""',
)
told(
    "PI002",
    "没有手机号码",
    "联系方式只留办公室固定电话，人员变动时也不必改。",
    "landline: 1××××××××××",
    'landline: "0717-0000000"',
)
told(
    "PI003",
    "没有银行卡号",
    "经费只报金额和类别，账户信息由各单位财务保存。",
    "remark: 讲课费汇至 62××××××××××××××××",
    'remark: ""',
)
told(
    "PI004",
    "没有个人电子邮箱",
    "个人邮箱会招来骚扰和诈骗。确需邮箱时用 gov.cn 的单位邮箱。",
    "remark: 材料请发到个人邮箱 ×××@×××.com",
    "remark: 材料请发到单位邮箱",
)
told(
    "PI005",
    "没有照片、扫描件和办公文档",
    "照片和扫描件里的面孔、签名、证件号码检查不出来，体积也大。原件由单位存档，这里只写材料编号。",
    "data/archive/2022/签到表.jpg",
    "reference: 示例签到表-0001",
)
told(
    "PI006",
    "没有私钥和访问令牌",
    "谁拿到私钥，谁就能打开成绩、冒签证书。一旦入库就算泄露，要立即作废另换。",
    "AGE-SECRET-KEY-1…",
    "（密钥放在仓库以外，用 --identity 指定）",
)
told(
    "SE001",
    "密封文件完整",
    "成绩等个人数据只能以 age 加密后的文本入库。残缺的文件没有人打得开，等于丢失；没有加密的更不能入库。",
    "kaohe-yichang-1.yml.age 里是没有加密的成绩",
    "-----BEGIN AGE ENCRYPTED FILE-----\n…\n-----END AGE ENCRYPTED FILE-----",
)
told(
    "SE002",
    "密封文件的收件人与登记相符",
    "收件人多一个，就多一个人能看成绩；少一个，该看的人看不了。登记在 data/sealed/recipients.yml。",
    "用口令加密（age --passphrase）",
    "用登记的 age 公钥加密（siwu seal）",
)
told(
    "SE003",
    "密封文件打得开",
    "省局和承办基地必须随时能打开成绩，否则无法核发证书，也无法复查。",
    "siwu check --identity 别的班次的私钥",
    "siwu check --identity 该班次收件人的私钥",
)
told(
    "WA001",
    "豁免都有对应的问题",
    "问题改好了，豁免却留着，以后同样的问题再出现就没人知道。格式、隐私和密封方面的问题不能豁免。",
    f"- {{code: PL002, record: {PATH}, …}}（该计划人数已达到）",
    "waivers: []",
)
told(
    "WA002",
    "豁免没有过期",
    "豁免只到批准的那一天。过期后仍然不显示原问题，但提醒省局重新决定。",
    'until: "2022-06-30"（今天是 2022-11-20）',
    'until: "2022-12-31"',
    Severity.WARNING,
)
