"""Schema messages as a county clerk meets them: what is there, what should be, what to do."""

from __future__ import annotations

from typing import Any

import pytest

from generator.explain import duplicates, explain
from generator.problem import Where
from tests.support import DELETE, edit, records, schemas

PLAN = "data/plans/2022/yichang/zigui.yml"
DELIVERY = "data/deliveries/2022/yichang/zigui.yml"
PROGRAMME = "data/programme/2022.yml"
CANDIDATES = "data/sealed/2022/kaohe-yichang-1.yml.age"


def told(path: str, changes: dict[str, Any]) -> list[str]:
    found = schemas().kind_of(path)
    assert found is not None
    problems = explain(schemas(), found[0], edit(records()[path], changes), Where(path))
    return [f"{'/'.join(map(str, one.where.keys))} {one.message}。{one.remedy}" for one in problems]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"classes/0/trainees/total": DELETE, "classes/0/trainees/totals": 110},
            "classes/0/trainees/totals 没有“totals”这个字段。是否想写 total（培训人数）？",
        ),
        (
            {"classes/0/trainees/total": DELETE, "classes/0/trainees/培训人数": 110},
            "classes/0/trainees/培训人数 没有“培训人数”这个字段。是否想写 total（培训人数）？",
        ),
        (
            {"weather": "晴"},
            "weather 没有“weather”这个字段。请删去该字段；“培训计划”可以写：county（县（市、区））、year（年度）、"
            "units（组织单位）、contact（联系方式）、classes（班次）、remark（备注）",
        ),
        (
            {"classes/0/evaluation/by": DELETE},
            "classes/0/evaluation 缺少字段“评估单位”（by）。请在“效果评估”下添加一行，例如 by: base-yichang",
        ),
        ({"year": DELETE}, " 缺少字段“年度”（year）。请在最外层添加一行，例如 year: 2022"),
        (
            {"classes/0/sessions/0/half": "上午"},
            "classes/0/sessions/0/half “时段”写的是“上午”，应是下列之一：am（上午）、pm（下午）、evening（晚上）。请改为 am",
        ),
        (
            {"classes/0/sessions/0/half": "evning"},
            "classes/0/sessions/0/half “时段”写的是“evning”，应是下列之一：am（上午）、pm（下午）、evening（晚上）。"
            "是否想写 evening？",
        ),
        (
            {"classes/0/trainees/total": "110"},
            "classes/0/trainees/total “培训人数”写的是“110”，应是整数。请改为不带引号的 110",
        ),
        (
            {"classes/0/trainees/total": "约１,１００人"},
            "classes/0/trainees/total “培训人数”写的是“约１,１００人”，应是整数。请改为不带引号的 1100",
        ),
        (
            {"classes/0/trainees/total": "一百一十"},
            "classes/0/trainees/total “培训人数”写的是“一百一十”，应是整数。请写不带引号和单位的阿拉伯数字",
        ),
        (
            {"classes/0/trainees/total": -1},
            "classes/0/trainees/total “培训人数”是 -1，不能小于 0。请核对后改正",
        ),
        (
            {"classes/0/sessions/0/hours": 40},
            "classes/0/sessions/0/hours “学时”是 40，不能大于 12。请核对后改正",
        ),
        ({"county": 420527}, 'county “县（市、区）”写的是数字 420527，应是文字。请加双引号："420527"'),
        (
            {"classes/0/from": 44660},
            "classes/0/from “开班日期”写的是数字 44660，应是文字。"
            '这是表格里日期的序号，请核对是不是 "2022-04-09"，并照此写',
        ),
        (
            {"classes/0/from": 20220409},
            'classes/0/from “开班日期”写的是数字 20220409，应是文字。请改为 "2022-04-09"',
        ),
        ({"classes/0/from": 49}, 'classes/0/from “开班日期”写的是数字 49，应是文字。例如 "2022-05-17"'),
        (
            {"classes/0/from": "2022年4月9日"},
            "classes/0/from “开班日期”写的是“2022年4月9日”，应为真实存在的日期，写成 年-月-日 并加双引号。"
            '请改为 "2022-04-09"',
        ),
        (
            {"classes/0/from": "2022-02-30"},
            "classes/0/from “开班日期”写的是“2022-02-30”，没有这一天。请核对后改正",
        ),
        ({"classes/0/from": None}, 'classes/0/from “开班日期”是空的。请填写，例如 "2022-05-17"'),
        ({"contact/office": ""}, "contact/office “股室”没有填写。请填写，例如 知识产权股"),
        ({"classes/0/title": "长" * 81}, "classes/0/title “班次名称”有 81 个字，最多 80 个字。请精简"),
        (
            {"units/undertaker": "秭归县知识产权局"},
            "units/undertaker “承办单位”写的是“秭归县知识产权局”，应为 organisations.yml 中的单位代号"
            "（小写字母、数字和连字符）。例如 zigui-ipo",
        ),
        (
            {"units/hosts": "yichang-ipo"},
            "units/hosts “主办单位”写的是“yichang-ipo”，应是列表。请加方括号：[yichang-ipo]",
        ),
        (
            {"units/hosts": ["yichang-ipo", "yichang-ipo"]},
            "units/hosts “主办单位”中“yichang-ipo”写了两次。请删去重复的一项",
        ),
        (
            {"classes": {"id": "zigui-1"}},
            "classes “班次”写的是一组字段，应是列表。请写成列表：每项一行，以“- ”开头",
        ),
        (
            {"contact": "知识产权股"},
            "contact “联系方式”写的是“知识产权股”，应是一组字段。请按模板写成“字段: 内容”",
        ),
        (
            {"contact/landline": "1" + "38" * 5},
            "contact/landline “办公电话”写的是“（疑似个人信息，不显示）”，应为办公室固定电话，"
            '写成 区号-号码（不收手机号）。例如 "0717-0000000"',
        ),
    ],
)
def test_one_fault_one_message(changes: dict[str, Any], message: str) -> None:
    assert told(PLAN, changes) == [message]


def test_what_other_records_add() -> None:
    assert told(DELIVERY, {"classes/0/evaluation/reaction/overall": [0, 0, 6]}) == [
        "classes/0/evaluation/reaction/overall “总体满意度”有 3 项，至少要 5 项。请补充"
    ]
    assert told(PROGRAMME, {"preparatory/min_classes/clause": DELETE}) == [
        "preparatory/min_classes “每县最少班次”没有写明依据。请写明“条款”（clause）或“依据说明”（provenance）"
    ]
    assert told(PROGRAMME, {"assessment/recommended_only/value": "是"}) == [
        "assessment/recommended_only/value “只收推荐学员”写的是“是”，应是 true 或 false。"
        "请写 true（是）或 false（否），不加引号"
    ]


def test_every_fault_is_told_at_once() -> None:
    changes = {"year": "2022", "units/undertaker": DELETE, "classes/0/venue": {}, "extra": 1}
    assert set(told(PLAN, changes)) == {
        "units 缺少字段“承办单位”（undertaker）。请在“组织单位”下添加一行，例如 undertaker: zigui-ipo",
        "year “年度”写的是“2022”，应是整数。请改为不带引号的 2022",
        "extra 没有“extra”这个字段。请删去该字段；“培训计划”可以写：county（县（市、区））、year（年度）、"
        "units（组织单位）、contact（联系方式）、classes（班次）、remark（备注）",
        "classes/0/venue 缺少字段“场地名称”（name）。请在“地点”下添加一行，例如 name: 秭归县示例会议中心",
        'classes/0/venue 缺少字段“所在县区”（county）。请在“地点”下添加一行，例如 county: "420527"',
    }


def test_a_sealed_record_is_not_quoted() -> None:
    changes = {"candidates/0/person/name": 12, "candidates/1/王示例": 1, "candidates/2/result/theory": "六十"}
    assert set(told(CANDIDATES, changes)) == {
        "candidates/1 “学员”里有不认识的字段（密封内容，不显示）。请删去或改正字段名",
        "candidates/0/person/name “姓名”写得不对（密封内容，不显示）。应为姓名",
        "candidates/2/result/theory “理论成绩”写得不对（密封内容，不显示）。应为理论考试得分",
    }


def test_a_blank_at_an_end_of_a_text_is_named() -> None:
    for value, said in (("yichang-ipo ", "末尾有空格"), (" yichang-ipo\u3000", "开头和末尾有空格")):
        (message,) = told(PLAN, {"units/hosts": [value]})
        assert f"（{said}）" in message
    assert "空格）" not in "".join(told(PLAN, {"units/hosts": ["Yichang Ipo"]}))


def test_controls_do_not_reach_the_message() -> None:
    (message,) = told(PLAN, {"classes/0/sessions/0/half": "\x1b[31m上午\n::error::"})
    assert "\x1b" not in message
    assert "\n" not in message


def test_two_items_of_one_name() -> None:
    found = schemas().kind_of(PLAN)
    assert found is not None
    data = edit(records()[PLAN], {"classes/+": records()[PLAN]["classes"][0]})
    (problem,) = duplicates(schemas(), found[0], data, Where(PLAN))
    assert problem.where == Where(PLAN, ("classes", 1, "id"))
    assert problem.message == "“班次”中有两项的“班次编号”（id）都是“zigui-1”"
    assert problem.remedy == "请删去重复的一项，或改成不同的编号"


def test_a_small_file_of_very_many_faults() -> None:
    """Looked for no further than anyone reads: each costs a fifth of a millisecond and 4 KB."""
    sessions = [{"topic": 1}] * 3000
    said = told(PLAN, {"classes/0/sessions": sessions})
    assert " 填写问题有 5000 处以上，没有全部列出。请先改正列出的，再检查一次" in said
    assert 5000 <= len(said) < 3000 * 4


def test_a_small_file_of_very_many_unknown_fields() -> None:
    assert len(told(PLAN, {f"k{number}": 1 for number in range(5100)})) == 5000
