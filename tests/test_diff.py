"""The difference of two trees: exact sentences over all families, and no difference exactly where nothing changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from generator.diff import changes, differences, records
from generator.diff.labels import LABELS
from generator.diff.meaning import meaning
from generator.diff.names import Files, Names
from generator.diff.records import heading
from generator.diff.words import DATE, LIMIT
from generator.load import load
from generator.schema import Kind, Node
from generator.sealed import seal
from generator.text import LOUD
from generator.tree import Directory, Mode
from tests import support
from tests.support import DELETE, MemoryTree, base, edit, schemas, write

ZIGUI = "data/plans/2022/yichang/zigui.yml"
LESSON = {
    "date": "2022-05-18",
    "half": "am",
    "module": "zhi-2",
    "hours": 4,
    "instructor": "base-yichang/li-shili",
    "mode": "onsite",
}


def said(path: str, edits: Mapping[str, Any]) -> list[str]:
    """What is said of a record of the small repository after edits."""
    return between(path, write(path, edit(support.records()[path], edits)))


def between(path: str, raw: bytes | None) -> list[str]:
    return list(differences(base(), {**base(), path: raw}, schemas()))


def second_class() -> dict[str, Any]:
    made: dict[str, Any] = deepcopy(support.records()[ZIGUI]["classes"][0])
    return made | {"id": "zigui-2", "from": "2022-05-17", "to": "2022-05-19"}


HERE = "宜昌市秭归县 2022年培训计划："
SENTENCES: list[tuple[str, dict[str, Any], list[str]]] = [
    (ZIGUI, {"classes/0/trainees/total": 60}, [HERE + "班次 zigui-1 培训人数 110→60"]),
    (ZIGUI, {"classes/+": second_class()}, [HERE + "新增班次 zigui-2（5月17—19日，110人）"]),
    (
        ZIGUI,
        {"classes/0/id": "zigui-9"},
        [HERE + "删去班次 zigui-1（4月19—20日，110人）", HERE + "新增班次 zigui-9（4月19—20日，110人）"],
    ),
    (ZIGUI, {"classes/0/from": "2022-04-18"}, [HERE + "班次 zigui-1 开班日期 4月19日→4月18日"]),
    (
        ZIGUI,
        {"classes/0/sessions/0/hours": 4},
        [
            HERE
            + "班次 zigui-1 课程安排：4月19日上午 zhi-1（2学时，李示例，现场）改为 4月19日上午 zhi-1（4学时，李示例，现场）"
        ],
    ),
    (
        ZIGUI,
        {"classes/0/sessions/0/date": "2022-04-20"},
        [HERE + "班次 zigui-1 课程安排：4月19日上午 zhi-1（2学时，李示例，现场）移到 4月20日上午"],
    ),
    (
        ZIGUI,
        {
            "classes/0/sessions/5": DELETE,
            "classes/0/sessions/0+": LESSON | {"joint": "kt-1", "mode": "online"},
        },
        [
            HERE + "班次 zigui-1 课程安排：删去 4月20日下午 shi-1（2学时，王实战，现场）",
            HERE + "班次 zigui-1 课程安排：新增 5月18日上午 zhi-2（4学时，李示例，线上，kt-1）",
        ],
    ),
    (
        ZIGUI,
        {"units/undertaker": "xingshan-ipo"},
        [HERE + "承办单位 秭归县知识产权管理部门→兴山县知识产权管理部门"],
    ),
    (ZIGUI, {"units/hosts": ["base-yichang", "yichang-ipo"]}, [HERE + "主办单位 顺序有调整"]),
    (
        ZIGUI,
        {"units/guides": ["hubei-ipo", "wujiagang-ipo", "enshi-ipo"]},
        [
            HERE + "指导单位：增加 伍家岗区知识产权管理部门、恩施土家族苗族自治州知识产权局，"
            "去掉 湖北省知识产权发展中心、国家知识产权培训（湖北）基地"
        ],
    ),
    (
        ZIGUI,
        {"classes/0/budget/sources/0/amount": 52000, "classes/0/budget/charged_to_trainees": 100},
        [
            HERE + "班次 zigui-1 向学员收取 0元→100元",
            HERE + "班次 zigui-1 经费来源：县区经费 30000元 改为 县区经费 52000元",
        ],
    ),
    (
        ZIGUI,
        {"classes/0/venue/county": "X420500-YCGX"},
        [HERE + "班次 zigui-1 所在县区 秭归县→宜昌高新技术产业开发区"],
    ),
    (
        ZIGUI,
        {"classes/0/evaluation": DELETE},
        [
            HERE + "班次 zigui-1 删去效果评估（评估单位 省级知识产权培训（宜昌）基地，评估层次 "
            "反应层（满意度）、学习层（前后测）、行为层（跟踪），跟踪月数 2）"
        ],
    ),
    (ZIGUI, {"remark": "附：示例"}, [HERE + "备注 （空）→“附：示例”"]),
    (ZIGUI, {"remark": DELETE}, [HERE + "备注 （空）→（未填）"]),
    (ZIGUI, {"contact/landline": "0717-1111111"}, [HERE + "办公电话 0717-0000000→0717-1111111"]),
    (ZIGUI, {"bogus": {"a": 1}}, [HERE + "新增bogus（a 1）"]),
    (
        "data/programme/2022.yml",
        {
            "preparatory/min_trainees/value": 120,
            "assessment/window/to": "2023-01-05",
            "preparatory/min_classes/clause": "3.2.5",
        },
        [
            "2022年度方案：每县最少班次 条款 三(一)7(1)→三(二)5",
            "2022年度方案：每县最少人数 100→120",
            "2022年度方案：考核培训 培训时间 止 6月30日→2023年1月5日",
        ],
    ),
    (
        "data/instructors/base-yichang/li-shili.yml",
        {"title": "senior", "term/to": "2024-12-31", "consent/publication": False},
        [
            "师资 base-yichang/li-shili 李示例：职称 副高级→正高级",
            "师资 base-yichang/li-shili 李示例：聘期 止 2023年12月31日→2024年12月31日",
            "师资 base-yichang/li-shili 李示例：同意公开 是→否",
        ],
    ),
    (
        "data/deliveries/2022/yichang/zigui.yml",
        {"classes/0/people": 99, "classes/0/evaluation/reaction/content": [0, 0, 1, 2, 3]},
        [
            "宜昌市秭归县 2022年实施情况：实施班次 zigui-1 培训人数 110人→99人",
            "宜昌市秭归县 2022年实施情况：实施班次 zigui-1 课程内容 0、0、6、44、60→0、0、1、2、3",
        ],
    ),
    (
        "data/assessments/2022/yichang/deliverables.yml",
        {"deliverables/0": DELETE},
        ["省级知识产权培训（宜昌）基地 2022年考核总结材料：材料：删去 kaohe-yichang-1 效果评估（7月15日）"],
    ),
    (
        "data/assessments/2022/yichang/deliverables.yml",
        {"deliverables/0/submitted": "2022-07-16", "deliverables/0/archived": "2022-07-30"},
        [
            "省级知识产权培训（宜昌）基地 2022年考核总结材料：材料："
            "kaohe-yichang-1 效果评估（7月15日）改为 kaohe-yichang-1 效果评估（7月16日），存档日期 7月25日→7月30日"
        ],
    ),
    (
        "data/archive/2022/yichang.yml",
        {"profiles/0": DELETE},
        ["宜昌市 2022年人才档案：删去专员情况 ZSCQZY-42-2022-YC-0001-B 中级"],
    ),
    (
        "data/recommendations/2022/yichang.yml",
        {"counties/0/count": 7},
        ["宜昌市 2022年推荐名额：县（市、区）：兴山县（批次 1，2人）改为 兴山县（批次 1，7人）"],
    ),
    (
        "data/designations/2022.yml",
        {"practical/0/until": "2022-10-01"},
        ["2022年选派名单：实战师资：王实战（4月1日—11月30日）改为 王实战（4月1日—10月1日）"],
    ),
    (
        "data/rosters/2022.yml",
        {"events/0/person/unit": "示例二公司"},
        ["2022年专员名册：事件 1 持证人 单位 “示例秭归科技有限公司”→“示例二公司”"],
    ),
    (
        "data/waivers.yml",
        {"waivers/+": {"code": "PL002", "record": ZIGUI, "reason": "示例", "until": "2022-12-01"}},
        ["豁免：新增 PL002 “data/plans/2022/yichang/zigui.yml”（2022年12月1日）"],
    ),
    ("data/dataset.yml", {"kind": "production"}, ["数据集说明：性质 演示数据→正式数据"]),
    (
        "data/regions.yml",
        {"zones/1/active": True},
        ["行政区划：功能区 恩施高新技术产业开发区（示例） 单独报计划 否→是"],
    ),
    (
        "data/organisations.yml",
        {"organisations/11": DELETE},
        ["单位名录：删去单位 宜昌高新区知识产权管理部门"],
    ),
    ("data/points/2022.yml", {"rows/0/points": None}, ["2022年积分标准：积分行 transfer 分值 20→空"]),
]


@pytest.mark.parametrize(("path", "edits", "sentences"), SENTENCES)
def test_what_is_said_of_a_change(path: str, edits: dict[str, Any], sentences: list[str]) -> None:
    assert said(path, edits) == sentences


def test_whole_records_come_and_go() -> None:
    path = "data/instructors/yichang/zhang-shili.yml"
    record = support.records()["data/instructors/base-yichang/li-shili.yml"]
    raw = write(path, record | {"id": "yichang/zhang-shili", "name": "张示例"})
    assert between(path, raw) == ["新增师资 yichang/zhang-shili 张示例"]
    fewer = {known: raw for known, raw in base().items() if known != ZIGUI}
    assert list(differences(base(), fewer, schemas())) == ["删去宜昌市秭归县 2022年培训计划（班次 1 项）"]


FILINGS = "data/filings/2022.jsonl"
BOOK = "2022年备案登记："


def lines() -> list[dict[str, Any]]:
    return deepcopy(support.records()[FILINGS])


def register(given: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in given).encode()


def test_a_register_grows() -> None:
    line = lines()[0] | {"no": "示例备案登记 2022-0107"}
    assert between(FILINGS, register([*lines(), line])) == [BOOK + "新增登记 示例备案登记 2022-0107"]


def test_a_register_that_does_anything_but_grow_is_said_loudly() -> None:
    changed = lines()
    changed[2]["late_days"] = 3
    assert between(FILINGS, register(changed)) == [BOOK + "登记簿第 3 行被改动：逾期天数 0→3"]
    fewer = lines()
    del fewer[2]
    assert between(FILINGS, register(fewer)) == [BOOK + "登记簿第 3 行被删去（示例备案登记 2022-0003）"]
    more = lines()
    more.insert(2, lines()[0] | {"no": "示例备案登记 2022-0107"})
    assert between(FILINGS, register(more)) == [BOOK + "登记簿第 3 行处插入登记 示例备案登记 2022-0107"]


def test_a_register_written_another_way_says_the_same() -> None:
    assert between(FILINGS, register([dict(reversed(line.items())) for line in lines()])) == []


def test_of_a_sealed_file_only_the_ciphertext_is_seen() -> None:
    path = "data/sealed/2022/kaohe-yichang-1.yml.age"
    other = seal(b"other", [str(support.identity().to_public())])
    assert between(path, other) == ["2022年考核学员 kaohe-yichang-1：密封文件内容（密文）有变化"]


def test_a_report_changes_in_its_front_matter_and_in_its_text() -> None:
    path = "data/reports/2022/group/assessment-yichang.md"
    raw = base()[path]
    name = "工作组 2022年报告 《宜昌考核班调研评估报告（示例）》："
    assert between(path, raw + "末段。\n".encode()) == [name + "正文有改动"]
    assert between(path, raw.replace(b"kind: research", b"kind: annual")) == [
        name + "类别 调研评估报告→年度报告"
    ]
    assert between(path, b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n")) == []
    assert between(path, b"no front matter") == [
        "工作组 2022年报告 assessment-yichang：现在读不了（开头没有前置信息）"
    ]
    assert between(path, raw + b"\xff") == [
        "工作组 2022年报告 assessment-yichang：现在读不了（不是 UTF-8 编码）"
    ]


def test_a_file_that_cannot_be_read_is_said_to_be() -> None:
    broken = b"a: [\n"
    assert between(ZIGUI, broken) == [HERE + "现在读不了（第 2 行：这里应有内容）"]
    was = {**base(), ZIGUI: broken}
    assert list(differences(was, base(), schemas())) == [
        HERE + "原来读不了（第 2 行：这里应有内容），现在可以读了"
    ]
    also = {**base(), ZIGUI: b"\xff"}
    assert list(differences(was, also, schemas())) == [
        HERE + "内容有变化，但新旧都读不了（第 1 行：不是 UTF-8 编码（第 1 个字节是 0xFF））"
    ]
    assert list(differences(was, was, schemas())) == []
    assert between(ZIGUI, None) == [HERE + "现在读不了（不是普通文件）"]
    assert between("data/plans/2022/yichang/yiling.yml", broken) == [
        "新增宜昌市 yiling 2022年培训计划（第 2 行：这里应有内容）"
    ]


def test_what_would_lose_data_in_reading_is_not_compared() -> None:
    twice = base()[ZIGUI] + b"year: 2022\n"
    assert between(ZIGUI, twice)[0].startswith(HERE + "现在读不了（")
    digits = [
        base()[ZIGUI].replace(b"total: 110", b"total: 1234567890123456789" + end) for end in (b"0", b"1")
    ]
    old, new = ({**base(), ZIGUI: raw} for raw in digits)
    assert len(list(differences(old, new, schemas()))) == 1


def test_a_file_of_no_kind_is_compared_by_its_bytes() -> None:
    old, new = {"data/x.txt": b"1"}, {"data/x.txt": b"2"}
    assert list(differences(old, new, schemas())) == ["不属于任何一类记录的文件 data/x.txt：内容有变化"]
    assert list(differences({}, new, schemas())) == ["新增不属于任何一类记录的文件 data/x.txt"]


def test_long_texts_are_shown_where_they_differ() -> None:
    text = "示例" * 50
    assert said(ZIGUI, {"remark": text}) == [f"{HERE}备注 （空）→“{text[: LIMIT - 1]}…"]
    old = {**base(), ZIGUI: write(ZIGUI, edit(support.records()[ZIGUI], {"remark": text + "甲"}))}
    new = {**base(), ZIGUI: write(ZIGUI, edit(support.records()[ZIGUI], {"remark": text + "乙"}))}
    assert list(differences(old, new, schemas())) == [
        HERE + "备注 …示例示例示例示例示例甲”→…示例示例示例示例示例乙”"
    ]


def test_two_values_that_read_alike_are_shown_as_written() -> None:
    old = {**base(), ZIGUI: write(ZIGUI, edit(support.records()[ZIGUI], {"remark": "甲\u3000乙"}))}
    new = {**base(), ZIGUI: write(ZIGUI, edit(support.records()[ZIGUI], {"remark": "甲\u200b乙"}))}
    assert list(differences(old, new, schemas())) == [HERE + "备注 “甲\u3000乙”→“甲\ufffd乙”"]
    one, two = (
        {**base(), ZIGUI: write(ZIGUI, edit(support.records()[ZIGUI], {"year": year}))}
        for year in (2022, "2022")
    )
    assert list(differences(one, two, schemas())) == [HERE + '年度 2022→"2022"']
    three, four = (
        {**base(), ZIGUI: write(ZIGUI, edit(support.records()[ZIGUI], {"remark": text}))}
        for text in ("\u200b", "\u200c")
    )
    assert list(differences(three, four, schemas())) == [HERE + '备注 "\\u200b"→"\\u200c"']


def test_people_of_one_name_are_told_apart() -> None:
    path = "data/instructors/yichang/li-er.yml"
    twin = support.records()["data/instructors/base-yichang/li-shili.yml"] | {"id": "yichang/li-er"}
    old = {**base(), path: write(path, twin)}
    plan = edit(support.records()[ZIGUI], {"classes/0/sessions/0/instructor": "yichang/li-er"})
    sentence = next(differences(old, {**old, ZIGUI: write(ZIGUI, plan)}, schemas()))
    assert '"base-yichang/li-shili"' in sentence
    assert '"yichang/li-er"' in sentence


@pytest.mark.parametrize("text", ["\x1b[31m", "a\n::error::b", "\u202e", "\r", "\x9b2J"])
def test_nothing_from_a_record_moves_the_terminal(text: str) -> None:
    for sentence in said(ZIGUI, {"remark": text, f"key{text}": text, "classes/0/title": text}):
        assert not LOUD.search(sentence.replace("\ufffd", ""))
    path = "data/instructors/base-yichang/li-shili.yml"
    for sentence in said(path, {"name": text, "title": "senior"}):
        assert not LOUD.search(sentence.replace("\ufffd", ""))


def kinds() -> list[Kind]:
    return list(schemas().kinds.values())


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_every_kind_has_a_heading(kind: Kind) -> None:
    parts = dict.fromkeys(kind.pattern.groupindex, "yichang")
    if "year" in parts:
        parts["year"] = "2022"
    for data in ({"name": "示例", "title": "示例"}, {}, None, [1], {"name": 1, "title": []}):
        name = heading(kind, parts, data, Names(base()))
        assert kind.title in name.replace("2022年度", "2022年年度")
        assert "data/" not in name
        assert ("2022年" in name) == ("year" in parts)
    assert heading(kind, parts, {}, Names({}))


def items(node: Node) -> list[Node]:
    """Every schema of a list's items below a node."""
    node = schemas().resolve(node)
    found = [below for child in node.get("properties", {}).values() for below in items(child)]
    if "items" in node:
        inner = schemas().resolve(node["items"])
        found += [inner, *items(inner)]
    return found


def test_every_label_names_fields_that_exist() -> None:
    known = [node for kind in kinds() for node in items(kind.schema) if "properties" in node]
    for title, label in LABELS.items():
        nodes = [node for node in known if node["title"] == title]
        assert nodes, title
        paths = [part for path in [*sum(label.head, ()), *label.inside] for part in path.split("..")]
        for path in paths:
            assert any(reached(node, path) for node in nodes), f"{title}: {path}"


def reached(node: Node, path: str) -> bool:
    for key in path.split("/"):
        if key not in node.get("properties", {}):
            return False
        node = schemas().resolve(node["properties"][key])
    return True


def test_a_tree_gives_the_bytes_of_its_plain_files(tmp_path: Path) -> None:
    tree = MemoryTree({ZIGUI: b"a", "data/x.yml": b"b"}, {"data/x.yml": Mode.SYMLINK})
    assert records(tree) == {ZIGUI: b"a", "data/x.yml": None}
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "link.yml").symlink_to(tmp_path / "nowhere")
    assert records(Directory(tmp_path)) == {"data/link.yml": None}


def test_the_order_is_by_path() -> None:
    new: Files = dict.fromkeys(base())
    paths = [change.path for change in changes(base(), new, schemas())]
    assert paths == sorted(base())


TEXTS = st.text(max_size=8) | st.sampled_from(
    ["yes", "2022-05-17", "zhi-1", "am", "x" * 80, "e\u0301", "\u00e9", "\uf900"]
)
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | TEXTS
KEYS = (
    st.sampled_from(["classes", "id", "from", "to", "sessions", "trainees", "total", "units", "hosts"])
    | TEXTS
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
PATHS = sorted(path for path in base() if path.endswith(".yml"))


def places(data: Any, keys: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [keys, *(place for key, value in below for place in places(value, (*keys, key)))]


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, Any, Any]:
    """A record and the same with one thing changed, moved, doubled or gone — or nothing."""
    path = draw(st.sampled_from(PATHS))
    old = support.records()[path]
    new = deepcopy(old)
    *parents, last = draw(st.sampled_from(places(old)[1:]))
    node: Any = new
    for key in parents:
        node = node[key]
    act = draw(st.sampled_from(["set", "delete", "shuffle", "double", "nothing"]))
    if act == "set":
        node[last] = draw(ANYTHING)
    elif act == "delete":
        del node[last]
    elif act == "shuffle":
        inner = node[last]
        if isinstance(inner, list):
            node[last] = draw(st.permutations(inner))
        elif isinstance(inner, dict):
            node[last] = {key: inner[key] for key in draw(st.permutations(list(inner)))}
    elif act == "double" and isinstance(node, list):
        node.insert(draw(st.integers(0, len(node))), deepcopy(node[last]))
    return path, old, new


def written(data: Any) -> bytes:
    """Any plain data as a text the loader reads."""
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")


def agree(path: str, old: bytes, new: bytes) -> None:
    """The property: a difference, either way round, exactly where the loaded data differ."""
    files: tuple[Files, Files] = ({**base(), path: old}, {**base(), path: new})
    there = list(differences(*files, schemas()))
    back = list(differences(files[1], files[0], schemas()))
    before, after = (load(raw, path) for raw in (old, new))
    assume(not any(problem.code != "FI017" for problem in before.problems + after.problems))
    same = meaning(before.data) == meaning(after.data)
    assert bool(there) == bool(back) == (not same), (there, back)
    for sentence in there:
        assert not LOUD.search(sentence.replace("\ufffd", ""))
        before_arrow, _, after_arrow = sentence.partition("→")
        assert before_arrow != after_arrow


@given(edited())
@settings(max_examples=300, deadline=None)
def test_a_difference_is_said_exactly_where_there_is_one(change: tuple[str, Any, Any]) -> None:
    path, old, new = change
    agree(path, write(path, old), written(new))


@given(ANYTHING, ANYTHING, st.sampled_from(PATHS))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_any_data_can_be_compared(old: Any, new: Any, path: str) -> None:
    agree(path, written(old), written(new))


@given(st.binary(max_size=60), st.binary(max_size=60), st.sampled_from(sorted(base())))
@settings(max_examples=300, deadline=None)
def test_any_bytes_can_be_compared(old: bytes, new: bytes, path: str) -> None:
    there = list(differences({path: old}, {path: new}, schemas()))
    back = list(differences({path: new}, {path: old}, schemas()))
    assert bool(there) == bool(back)
    assert there or old == new or load(old, path) == load(new, path) or path.endswith((".md", ".jsonl"))


@given(st.text(alphabet="0123456789-", max_size=12))
def test_a_date_is_spoken_only_if_it_is_one(text: str) -> None:
    (sentence,) = said(ZIGUI, {"classes/0/from": f"{text}x"})
    assert sentence.endswith(f"→{text}x") or not DATE.fullmatch(text)
