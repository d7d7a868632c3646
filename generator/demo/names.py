"""Invented people: names that read naturally, some with rare characters, and their pinyin for file names."""

from __future__ import annotations

import re
from typing import NamedTuple

from generator.demo.chance import Chance


def _pairs(text: str) -> dict[str, str]:
    """Characters to pinyin, from text such as 王wang李li欧阳ouyang."""
    return dict(re.findall(r"([^\sa-z]+)([a-z]+)", text))


SURNAMES = _pairs("""
    王wang李li张zhang刘liu陈chen杨yang黄huang周zhou吴wu徐xu孙sun胡hu朱zhu高gao林lin何he郭guo马ma罗luo梁liang宋song郑zheng
    谢xie韩han唐tang冯feng于yu董dong萧xiao程cheng曹cao袁yuan邓deng许xu傅fu沈shen曾zeng彭peng吕lv苏su卢lu蒋jiang蔡cai
    贾jia丁ding魏wei薛xue叶ye阎yan余yu潘pan杜du戴dai夏xia钟zhong汪wang田tian任ren姜jiang范fan方fang石shi姚yao谭tan
    廖liao邹zou熊xiong金jin陆lu郝hao孔kong白bai崔cui康kang毛mao邱qiu秦qin江jiang史shi顾gu侯hou邵shao孟meng龙long万wan
    段duan雷lei钱qian汤tang尹yin黎li易yi常chang武wu乔qiao贺he赖lai龚gong文wen向xiang覃qin冉ran瞿qu牟mou
""")
COMPOUND = _pairs(
    "欧阳ouyang司马sima上官shangguan诸葛zhuge皇甫huangfu尉迟yuchi令狐linghu夏侯xiahou司徒situ慕容murong"
)
# Characters that read well first and last in a given name of two, and alone.
FIRST = _pairs("""
    文wen建jian国guo志zhi海hai俊jun晓xiao雨yu雪xue思si学xue子zi雅ya若ruo亦yi梓zi佳jia诗shi瑞rui庆qing永yong
    家jia立li正zheng少shao宏hong光guang振zhen景jing嘉jia书shu清qing云yun秀xiu淑shu玉yu丽li红hong慧hui静jing
    智zhi世shi向xiang新xin天tian启qi承cheng敬jing守shou宗zong乐le怀huai知zhi安an可ke沐mu
""")
LAST = _pairs("""
    明ming华hua平ping军jun涛tao勇yong杰jie鹏peng飞fei超chao亮liang辉hui宁ning宇yu凯kai林lin峰feng云yun龙long山shan松song
    楠nan晨chen曦xi东dong霞xia虹hong月yue芳fang娟juan敏min燕yan玲ling婷ting颖ying琳lin莉li萍ping梅mei兰lan蓉rong莹ying
    远yuan行xing诚cheng达da仁ren义yi善shan和he康kang欣xin瑶yao琪qi祥xiang福fu昌chang波bo斌bin滨bin源yuan泉quan川chuan
""")
ALONE = _pairs("""
    伟wei军jun涛tao勇yong杰jie飞fei超chao亮liang俊jun辉hui磊lei刚gang宁ning宇yu浩hao凯kai峰feng龙long楠nan晨chen
    敏min静jing燕yan玲ling慧hui婷ting颖ying琳lin倩qian萍ping琪qi瑶yao欣xin洁jie岚lan
""")
# Outside GBK but in the fonts the project names; the last five need two UTF-16 units.
RARE = ("䶮", "㛃", "𨱏", "𫖯", "𬱖", "𬍛", "𬭎")
MINORITY_FIRST = ("阿依努尔", "古丽米热", "艾力江", "巴图", "乌云其其格", "扎西顿珠", "央金拉姆", "那仁满都")
MINORITY_LAST = ("阿卜杜拉", "吐尔逊江", "苏和", "额尔德尼", "次仁", "多吉", "孟克", "玉素甫")
MIDDLE_DOT = "\u00b7"

_SURNAMES, _COMPOUND = list(SURNAMES), list(COMPOUND)
_FIRST, _LAST, _ALONE = list(FIRST), list(LAST), list(ALONE)


class Name(NamedTuple):
    """A name and its pinyin in ASCII (empty where no file is named after the person)."""

    text: str
    slug: str


def _given(rng: Chance, alone: int) -> list[str]:
    """The given name's characters, one of them in `alone` of a hundred cases."""
    return [rng.choice(_ALONE)] if rng.percent(alone) else [rng.choice(_FIRST), rng.choice(_LAST)]


def teacher(rng: Chance) -> Name:
    """An instructor's name, with the slug its file is named after."""
    surname = rng.choice(_COMPOUND if rng.percent(6) else _SURNAMES)
    given = _given(rng, alone=15)
    sounds = {**SURNAMES, **COMPOUND, **FIRST, **LAST, **ALONE}
    return Name(surname + "".join(given), f"{sounds[surname]}-{''.join(sounds[part] for part in given)}")


def trainee(rng: Chance) -> str:
    """A candidate's name: mostly surname and two characters, now and then something rarer."""
    draw = rng.randrange(1000)
    if draw < 8:
        return f"{rng.choice(MINORITY_FIRST)}{MIDDLE_DOT}{rng.choice(MINORITY_LAST)}"
    surname = rng.choice(_COMPOUND if draw < 28 else _SURNAMES)
    if draw < 38:
        return surname + rng.choice(("", rng.choice(_FIRST))) + rng.choice(RARE)
    return surname + "".join(_given(rng, alone=18))


def remarkable() -> list[str]:
    """Names every year has among its certified people, whatever chance says."""
    rare = [surname + character for surname, character in zip("杨张陈周刘李吴", RARE, strict=True)]
    return [
        *rare,
        "欧阳清",
        "司马文远",
        "诸葛𬭎",
        "龙飞",
        f"阿依努尔{MIDDLE_DOT}苏和",
        f"扎西顿珠{MIDDLE_DOT}次仁",
    ]


NAMESAKE = "王磊"
