"""Attacks on the gate: each is a push into a real bare repository, made of objects git itself would not write.

Every test stands for one defence: taken out, the test fails.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.gate import Verdict, limits
from generator.gate.finding import shown
from generator.gate.limits import Limits
from generator.gate.ownership import bases_of_classes, foreign, roles_of
from generator.gate.push import changes
from generator.git import Git
from generator.rules import RULES
from generator.sign import CLEAR, chain
from generator.tree import GitTree, TreeError
from tests.disk import lay
from tests.gate.conftest import Small
from tests.gate.repository import (
    BASE,
    ENSHI,
    ENSHI_BUREAU,
    GROUP,
    OFFICE,
    OWNERS,
    REGISTER,
    ROSTER,
    XINGSHAN,
    YICHANG,
    ZEROS,
    ZIGUI,
    Bare,
    Given,
    Node,
    codes,
    plan,
    said,
    small,
)
from tests.support import base, edit, records, schemas, write

PHONE = "13800138000"
FOLDER = "data/plans/2022/yichang"
SEALED = "data/sealed/2022/kaohe-yichang-1.yml.age"


def _good(remark: str = "更正") -> dict[str, Given]:
    return {ZIGUI: plan(remark=remark)}


def test_a_bureau_changes_its_own_plan(repository: Small) -> None:
    bare, first = repository
    verdict = bare.judge(first, bare.commit(_good(), first))
    assert not verdict.refused
    assert verdict.roles == ("bureau:yichang",)
    assert [one.path for one in verdict.touched] == [ZIGUI]
    assert [one.code for one in verdict.others] == ["FL013"]
    assert verdict.known == ()


@pytest.mark.parametrize(
    ("user", "path"),
    [
        (YICHANG, "data/deliveries/2022/yichang/zigui.yml"),
        (YICHANG, "data/recommendations/2022/yichang.yml"),
        (YICHANG, "data/archive/2022/yichang.yml"),
        (BASE, "data/instructors/base-yichang/li-shili.yml"),
        (BASE, "data/deliveries/2022/assessment/yichang.yml"),
        (BASE, SEALED),
        (GROUP, "data/assessments/2022/yichang/instructors.yml"),
        (GROUP, "data/sealed/2022/kaohe-yichang-1-paper.age"),
        (GROUP, "data/reports/2022/group/assessment-yichang.md"),
        (OFFICE, "data/designations/2022.yml"),
        (YICHANG, ZIGUI),
    ],
)
def test_who_may_write_what(repository: Small, user: str, path: str) -> None:
    bare, first = repository
    found = changes(Git(bare.git_dir), first, bare.commit({path: base()[path] + b"\n"}, first), 10)
    tree = GitTree(bare.git_dir, first)
    base_of = bases_of_classes((tree,), schemas())
    allowed = {
        other
        for other in (YICHANG, ENSHI_BUREAU, BASE, GROUP, OFFICE)
        if not list(
            foreign(
                [one.path for one in found], roles_of(other, tree, schemas())[0], schemas(), base_of, tree
            )
        )
    }
    assert allowed == {user, OFFICE}


def test_another_bureaus_file(repository: Small) -> None:
    bare, first = repository
    verdict = bare.judge(first, bare.commit({ENSHI: plan(ENSHI, remark="改")}, first))
    assert said(verdict, "GA003") == [
        (ENSHI, "这份记录由恩施土家族苗族自治州知识产权局填报，本账号是：宜昌市知识产权局")
    ]


def test_another_bureaus_file_taken_by_renaming_it(repository: Small) -> None:
    bare, first = repository
    new = bare.commit({ENSHI: None, f"{FOLDER}/enshi.yml": plan(ENSHI)}, first)
    verdict = bare.judge(first, new)
    assert [path for path, _ in said(verdict, "GA003")] == [ENSHI]
    assert [path for path, _ in said(verdict, "GA013")] == [ENSHI]


def test_a_filed_summary_turned_into_a_report_nobody_files(repository: Small) -> None:
    bare, first = repository
    path = "data/reports/2022/yichang/summary.md"
    report = base()["data/reports/2022/group/assessment-yichang.md"].replace(
        b"owner: group", b"owner: yichang"
    )
    lines = deepcopy(records()[REGISTER])
    lines.append({**lines[-1], "record": path, "kind": "summary"})
    summary = report.replace(b"kind: research", b"kind: summary")
    there = bare.commit({path: summary, REGISTER: write(REGISTER, chain(lines))}, first)
    assert "GA013" not in codes(bare.judge(there, bare.commit({path: summary + b"\n"}, there)))
    verdict = bare.judge(there, bare.commit({path: report}, there))
    assert [message for _, message in said(verdict, "GA013")] == [
        f"这份记录已登记（{lines[-1]['no']}），不能改成不用备案的类别"
    ]


def test_two_bureaus_in_one_push(repository: Small) -> None:
    bare, first = repository
    owners = edit(records()[OWNERS], {"owners/2/roles": ["bureau:yichang", "bureau:enshi"]})
    both = bare.commit({OWNERS: write(OWNERS, owners)}, first)
    verdict = bare.judge(both, bare.commit({**_good(), ENSHI: plan(ENSHI, remark="改")}, both))
    assert codes(verdict) == {"GA005"}
    assert not bare.judge(both, bare.commit(_good(), both)).refused


OFFICE_ONLY = [
    ".gitattributes",
    ".github/workflows/gate.yml",
    "README.md",
    "data/curriculum/2022.yml",
    "data/dataset.yml",
    "data/designations/2022.yml",
    REGISTER,
    OWNERS,
    "data/points/2022.yml",
    "data/prints/2022.jsonl",
    "data/programme/2022.yml",
    "data/rosters/2022.yml",
    "data/sealed/recipients.yml",
    "data/secret/x.yml",
    "data/statistics/2022.yml",
    "data/waivers.yml",
    "data/x.yml",
    "docs/guide.md",
    "generator/check.py",
    "schemas/plan.schema.json",
]


@pytest.mark.parametrize("user", [YICHANG, BASE, GROUP])
def test_what_only_the_office_writes(repository: Small, user: str) -> None:
    bare, first = repository
    verdict = bare.judge(first, bare.commit(dict.fromkeys(OFFICE_ONLY, b"x\n"), first), user)
    assert [at for at, _ in said(verdict, "GA004")] == OFFICE_ONLY


def test_a_role_forged_in_the_same_push(repository: Small) -> None:
    bare, first = repository
    owners = edit(records()[OWNERS], {"owners/2/roles": ["bureau:yichang", "office"]})
    new = bare.commit({OWNERS: write(OWNERS, owners), ENSHI: plan(ENSHI, remark="改")}, first)
    verdict = bare.judge(first, new)
    assert verdict.roles == ("bureau:yichang",)
    assert {"GA003", "GA004"} <= codes(verdict)


def test_the_commit_says_it_is_the_offices(repository: Small) -> None:
    bare, first = repository
    new = bare.commit({"data/dataset.yml": b"x"}, first, author="9000001 <office@hubei.example>")
    assert codes(bare.judge(first, new)) >= {"GA004"}


@pytest.mark.parametrize("user", ["", "9999999", "9000104 ", "office", "--", "9000104\nx"])
def test_an_account_nobody_registered(repository: Small, user: str) -> None:
    bare, first = repository
    verdict = bare.judge(first, bare.commit(_good(), first), user)
    assert (codes(verdict), verdict.outcome) == ({"GA001"}, None)


@pytest.mark.parametrize("owners", [None, b"owners: [", b"owners: {}\n", b"\xff"])
def test_owners_that_cannot_be_read_let_nobody_in(repository: Small, owners: Given) -> None:
    bare, first = repository
    broken = bare.commit({OWNERS: owners}, first)
    verdict = bare.judge(broken, bare.commit({OWNERS: base()[OWNERS]}, broken), OFFICE)
    assert codes(verdict) == {"GA002"}


def test_the_office_does_not_lock_itself_out(repository: Small) -> None:
    bare, first = repository
    only_bureaus = edit(records()[OWNERS], {"owners/0/roles": ["bureau:wuhan"]})
    for owners in (
        None,
        b"owners: [",
        b"owners: []\n",
        b"owners: 3\n",
        b"owners:\n  - {}\n",
        write(OWNERS, only_bureaus),
    ):
        assert "GA021" in codes(bare.judge(first, bare.commit({OWNERS: owners}, first), OFFICE))
    fewer = edit(records()[OWNERS], {"owners/4": {"$delete": True}})
    assert not bare.judge(first, bare.commit({OWNERS: write(OWNERS, fewer)}, first), OFFICE).refused


def test_schema_and_generator_edited_together_with_bad_data(repository: Small) -> None:
    bare, first = repository
    anything = b'{"title": "x", "x-path": "data/plans/{year}/{prefecture}/{county}.yml", "x-form": "yaml"}'
    attack = {"schemas/plan.schema.json": anything, "generator/check.py": b"exit(0)", ZIGUI: b"county: 1\n"}
    verdict = bare.judge(first, bare.commit(attack, first))
    assert [path for path, _ in said(verdict, "GA004")] == ["generator/check.py", "schemas/plan.schema.json"]
    assert {path for path, _ in said(verdict, "SC001")} == {ZIGUI}


def test_the_offices_schema_is_judged_under_the_old_and_the_new(repository: Small) -> None:
    bare, first = repository
    plan_schema = "schemas/plan.schema.json"
    for raw, wanted in ((b"{", "不是合法的 JSON"), (b'{"x-path": 5}', "检查不了记录")):
        verdict = bare.judge(first, bare.commit({plan_schema: raw}, first), OFFICE)
        assert [wanted in message for _, message in said(verdict, "GA019")] == [True]
    verdict = bare.judge(first, bare.commit({plan_schema: None}, first), OFFICE)
    assert {path for path, _ in said(verdict, "FI013")} >= {ZIGUI}
    # Data that only the new schema allows waits until that is the base's.
    schema = json.loads(bare.git("cat-file", "blob", bare.files[first][plan_schema][1]))
    schema["properties"]["slogan"] = {**schema["properties"]["remark"], "title": "口号"}
    wider = {plan_schema: json.dumps(schema, ensure_ascii=False).encode()}
    new = bare.commit(wider, first)
    assert not bare.judge(first, new, OFFICE).refused
    with_data = {ZIGUI: plan() + "slogan: 知识产权\n".encode()}
    assert codes(bare.judge(first, bare.commit({**wider, **with_data}, first), OFFICE)) == {"SC001"}
    # What the new one forbids is told before it is the base's.
    del schema["properties"]["remark"]
    narrower = bare.commit({plan_schema: json.dumps(schema).encode()}, first)
    assert "SC001" in codes(bare.judge(first, narrower, OFFICE))


@pytest.mark.parametrize(
    ("mode", "what"),
    [("120000", "是符号链接"), ("100755", "是可执行的文件"), ("100600", "不是普通文件（类型 100600）")],
)
def test_odd_modes_also_where_they_are_gone_again(repository: Small, mode: str, what: str) -> None:
    bare, first = repository
    odd = bare.commit({f"{FOLDER}/new.yml": Node(mode, b"../../../../data/owners.yml")}, first)
    gone = bare.commit({f"{FOLDER}/new.yml": None}, odd)
    for new in (odd, gone):
        assert said(bare.judge(first, new), "GA010") == [(f"{FOLDER}/new.yml", what)]


def test_a_record_that_turns_into_a_link_a_program_or_a_submodule(repository: Small) -> None:
    bare, first = repository
    for node in (Node("120000", b"/etc/passwd"), Node("100755", plan()), Node("160000", key="1" * 40)):
        assert [path for path, _ in said(bare.judge(first, bare.commit({ZIGUI: node}, first)), "GA010")] == [
            ZIGUI
        ]


def test_the_offices_programs_stand_outside_the_data(repository: Small) -> None:
    bare, first = repository
    program = Node("100755", b"#!/bin/sh\n")
    assert not bare.judge(first, bare.commit({"bench/run.sh": program}, first), OFFICE).refused
    link = Node("120000", b"x")
    assert codes(bare.judge(first, bare.commit({"bench/run.sh": link}, first), OFFICE)) == {"GA010"}


def test_a_filed_record_is_not_the_bureaus_to_delete(repository: Small) -> None:
    bare, first = repository
    gone = bare.commit({ZIGUI: None}, first)
    (found,) = [one for one in bare.judge(first, gone).blocking if one.code == "GA013"]
    assert found.message == "这份记录已登记（示例备案登记 2022-0005），不能删去"
    assert "由省局删去并登记撤回" in found.remedy
    assert "GA013" not in codes(bare.judge(first, gone, OFFICE))


def test_the_office_takes_a_filed_record_away(repository: Small) -> None:
    """Its line names nothing until the registrar writes the withdrawal; a line that stood so before is another matter."""
    bare, first = repository
    gone = bare.commit({ZIGUI: None}, first)
    verdict = bare.judge(first, gone, OFFICE)
    assert "FL012" not in codes(verdict)
    (told,) = [one for one in verdict.others if one.code == "FL012"]
    assert (told.severity, told.remedy) == (
        "warning",
        "合并后由登记任务登记撤回，不用另做；不是要撤回的，请恢复该文件",
    )
    assert "FL012" in codes(bare.judge(first, gone))


def test_an_unfiled_record_is_the_bureaus_to_delete(repository: Small) -> None:
    bare, first = repository
    new = "data/instructors/yichang/ren-shili.yml"
    record = write(
        new, edit(records()["data/instructors/base-yichang/li-shili.yml"], {"id": "yichang/ren-shili"})
    )
    there = bare.commit({new: record}, first)
    assert not codes(bare.judge(there, bare.commit({new: None}, there))) & {"GA003", "GA004", "GA013"}


def test_a_folder_in_a_records_place(repository: Small) -> None:
    bare, first = repository
    verdict = bare.judge(first, bare.commit({ZIGUI: None, f"{ZIGUI}/x.yml": b"x: 1\n"}, first))
    assert codes(verdict) >= {"GA004", "GA013"}
    at_once = bare.judge(first, bare.commit({f"{FOLDER}/new.yml/zigui.yml": plan()}, first))
    assert [path for path, _ in said(at_once, "GA004")] == [f"{FOLDER}/new.yml/zigui.yml"]


HOSTILE = [
    "..", ".", ".git", ".GIT", ".Git ", ".git.", "git~1", "GIT~2", ".git::$INDEX_ALLOCATION", ".g\u200cit", "\udcff\udcfe",
    "a\nb.yml", "a\x1b[31m.yml", "a\\b.yml", "con", "NUL.yml", "com1.yml", "a:b", "zigui.yml ", "zigui.yml.", " zigui.yml",
    "z\u0456gui.yml", "ｚigui.yml", "zi\u0301gui.yml", "\u202elmy.iugiz", "a" * 256,
]  # fmt: skip


@pytest.mark.parametrize("folder", [FOLDER, "docs"])
def test_names_that_trick(repository: Small, folder: str) -> None:
    bare, first = repository
    attack = bare.commit({f"{folder}/{name}": b"x\n" for name in HOSTILE}, first)
    gone = bare.commit({f"{folder}/{name}": None for name in HOSTILE}, attack)
    for new in (attack, gone):
        found = [path for path, _ in said(bare.judge(first, new, OFFICE), "GA011")]
        assert sorted(found) == sorted(shown(f"{folder}/{name}") for name in HOSTILE)


def test_a_folder_that_tricks(repository: Small) -> None:
    bare, first = repository
    verdict = bare.judge(first, bare.commit({"docs/.GIT/hooks/pre-commit": b"x"}, first), OFFICE)
    assert [path for path, _ in said(verdict, "GA011")] == ["docs/.GIT"]


def test_a_path_longer_than_windows_takes(repository: Small) -> None:
    bare, first = repository
    path = "docs/" + "/".join(["deep"] * 50) + "/x.md"
    assert "GA011" in codes(bare.judge(first, bare.commit({path: b"x"}, first), OFFICE))


@pytest.mark.parametrize("twin", ["Guide.md", "GUIDE.MD"])
def test_a_twin_of_a_name(repository: Small, twin: str) -> None:
    bare, first = repository
    verdict = bare.judge(first, bare.commit({f"docs/{twin}": b"x\n"}, first), OFFICE)
    assert [path for path, _ in said(verdict, "GA012")] == [f"docs/{twin}"]


def test_one_name_twice_in_a_folder(repository: Small) -> None:
    bare, first = repository
    blob = bare.store("blob", b"x\n")
    docs = bare.raw_tree([("new.md", "100644", blob), ("new.md", "100644", bare.store("blob", b"y\n"))])
    new = bare.commit_tree(bare.raw_tree([("docs", "40000", docs)]), first)
    assert "docs/new.md" in {path for path, _ in said(bare.judge(first, new, OFFICE), "GA012")}


def test_a_name_that_was_bad_before_blocks_nobody(repository: Small) -> None:
    bare, first = repository
    old = bare.commit({"docs/aux.md": b"x\n", "docs/run": Node("120000", b"x")}, first)
    assert not bare.judge(old, bare.commit({"docs/other.md": b"y\n"}, old), OFFICE).refused


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "FI004"),
        ("[" * 5000 + "]" * 5000, "FI006"),
        ("year: 2022\nyear: 2023\n", "FI003"),
        ("a: !!python/object/apply:os.system [id]\n", "FI004"),
        ("remark: \u202e改\n", "FI016"),
    ],
)
def test_records_that_attack_their_reader(repository: Small, text: str, code: str) -> None:
    bare, first = repository
    verdict = bare.judge(first, bare.commit({ZIGUI: text.encode()}, first))
    assert ZIGUI in {path for path, _ in said(verdict, code)}


def test_a_leak_that_is_gone_in_the_next_commit(repository: Small) -> None:
    bare, first = repository
    leak = bare.commit({ZIGUI: plan(remark=f"电话 {PHONE}")}, first)
    verdict = bare.judge(first, bare.commit(_good(), leak))
    (found,) = [one for one in verdict.blocking if one.code == "PI002"]
    assert (found.where.path, found.message) == (ZIGUI, "提交的某个版本有疑似手机号码，共 11 个字符")
    assert "从最新的版本重新做一份" in found.remedy
    assert PHONE not in found.message + found.remedy


def test_a_leak_in_a_side_branch_that_was_merged(repository: Small) -> None:
    bare, first = repository
    leak = bare.commit({ZIGUI: plan(remark=PHONE)}, first)
    clean = bare.commit({ZIGUI: None}, leak)
    merge = bare.commit(_good(), bare.commit(_good("二"), first), clean)
    assert codes(bare.judge(first, merge)) == {"PI002"}


def test_a_leak_in_the_result_is_told_once_with_its_line(repository: Small) -> None:
    bare, first = repository
    verdict = bare.judge(first, bare.commit({ZIGUI: plan(remark=PHONE)}, first))
    (found,) = [one for one in verdict.blocking if one.code == "PI002"]
    assert found.at is not None
    assert found.at.line > 10
    assert found.message == "有疑似手机号码，共 11 个字符"


def test_a_leak_only_the_merge_result_has(repository: Small) -> None:
    bare, first = repository
    new = bare.commit(_good(), first)
    merged = bare.commit({"docs/guide.md": PHONE.encode()}, new)
    tree = bare.files[merged]
    verdict = bare.judge(first, new, OFFICE, tree=bare.tree(tree))
    assert [path for path, _ in said(verdict, "PI002")] == ["docs/guide.md"]


@pytest.mark.parametrize(
    ("message", "author", "headers"),
    [
        (f"联系 {PHONE}", "Clerk <c@yichang.example>", ()),
        ("改", f"{PHONE} <c@yichang.example>", ()),
        ("改", f"Clerk <{PHONE}@yichang.example>", ()),
        ("改", "Clerk <c@yichang.example>", (f"mergetag object {PHONE}",)),
        ("改", "Clerk <c@yichang.example>", ("note x", f" {PHONE}")),
    ],
)
def test_a_leak_in_what_a_commit_says(
    repository: Small, message: str, author: str, headers: tuple[str, ...]
) -> None:
    bare, first = repository
    new = bare.commit(_good(), first, message=message, author=author, headers=headers)
    verdict = bare.judge(first, new)
    assert [path for path, _ in said(verdict, "PI002")] == [f"提交 {new[:10]}"]


def test_a_signature_and_the_ids_of_a_commit_are_no_leak(repository: Small) -> None:
    bare, first = repository
    armour = (
        "gpgsig -----BEGIN PGP SIGNATURE-----",
        " ",
        " iQIzBAABCAAdFiEE0138001380009f8e7d6c5b4a3f2e1d0c9b8a=",
        " =Ab3d",
    )
    assert not bare.judge(first, bare.commit(_good(), first, headers=armour)).refused
    hidden = bare.commit(_good(), first, headers=(*armour, f" {PHONE}"))
    assert codes(bare.judge(first, hidden)) == {"PI002"}


def test_a_leak_where_an_author_has_no_form(repository: Small) -> None:
    bare, first = repository
    key = bare.commit(_good(), first)
    raw = bare.git("cat-file", "commit", key)
    for wrong in (b"author " + PHONE.encode() + b" 0 +0800", b"author A <a@b> " + PHONE.encode() + b" +0800"):
        odd = bare.store("commit", raw.replace(raw.split(b"\n")[2], wrong))
        assert "PI002" in codes(bare.judge(first, odd))


def test_an_authors_own_mailbox_is_a_warning(repository: Small) -> None:
    bare, first = repository
    verdict = bare.judge(first, bare.commit(_good(), first, author="Clerk <clerk@qq.com>"))
    assert not verdict.refused
    assert [one.code for one in verdict.others] == ["GA017", "FL013"]
    assert "qq.com" not in "".join(one.message for one in verdict.others)


def test_a_leak_in_a_file_name_that_is_gone_again(repository: Small) -> None:
    bare, first = repository
    there = bare.commit({f"{FOLDER}/{PHONE}.yml": b"x: 1\n"}, first)
    verdict = bare.judge(first, bare.commit({f"{FOLDER}/{PHONE}.yml": None}, there))
    assert ("PI002", "文件名中有疑似手机号码") in {(one.code, one.message) for one in verdict.blocking}


def test_a_scan_among_the_records_and_a_picture_of_the_site(repository: Small) -> None:
    bare, first = repository
    png = b"\x89PNG\r\n\x1a\n\0"
    gone = bare.commit({f"{FOLDER}/scan.png": None}, bare.commit({f"{FOLDER}/scan.png": png}, first))
    assert codes(bare.judge(first, gone)) == {"PI005"}
    pictures = {"site/assets/logo.png": png, "site/assets/dot.gif": b"GIF89a"}
    assert not bare.judge(first, bare.commit(pictures, first), OFFICE).refused


def test_the_offices_own_files_leak_too_but_examples_of_tests_do_not(repository: Small) -> None:
    bare, first = repository
    leak = PHONE.encode()
    verdict = bare.judge(first, bare.commit({"docs/a.md": leak, "tests/a.md": leak + b"\n"}, first), OFFICE)
    assert [(one.code, one.where.path) for one in verdict.blocking] == [("PI002", "docs/a.md")]


@pytest.mark.parametrize(
    ("path", "raw", "code"),
    [
        ("tests/example.md", PHONE.encode(), "PI002"),
        ("site/assets/program.bin", b"\0" + PHONE.encode(), "PI002"),
        ("docs/card.jpg", b"\xff\xd8\xff\xe0", "PI005"),
        (ZIGUI, f"电话 {PHONE}".encode("utf-16-le"), "PI002"),
    ],
)
def test_what_a_bureau_left_in_the_history_anywhere(
    repository: Small, path: str, raw: bytes, code: str
) -> None:
    bare, first = repository
    there = bare.commit({path: raw}, first)
    verdict = bare.judge(first, bare.commit({path: base().get(path), **_good()}, there))
    assert (code, path) in {(one.code, one.where.path) for one in verdict.blocking}


def test_a_sealed_file_that_is_open(repository: Small) -> None:
    bare, first = repository
    there = bare.commit({SEALED: f"name: x\nphone: {PHONE}\n".encode()}, first)
    verdict = bare.judge(first, bare.commit({SEALED: base()[SEALED]}, there), BASE)
    assert codes(verdict) == {"SE001"}


def test_sealed_results_of_a_class_that_is_not_the_bases(repository: Small) -> None:
    bare, first = repository
    path = "data/sealed/2022/kaohe-other-1.yml.age"
    assert "GA004" in codes(bare.judge(first, bare.commit({path: base()[SEALED]}, first), BASE))


TIGHT = Limits(
    commits=2, objects=16, file=4096, sealed=8192, plain=9000, total=12000, folders=100_000, names=6_000
)


@pytest.fixture
def tight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.gate.judgement.BUREAU", TIGHT)


@pytest.mark.usefixtures("tight")
@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({ZIGUI: b"x" * 5000}, "GA008"),
        ({f"{FOLDER}/n{n}.yml": b"%04d" % n * 1000 for n in range(3)}, "GA009"),
        ({f"{FOLDER}/n{n}.yml": b"%d" % n for n in range(12)}, "GA007"),
        ({f"{FOLDER}/n{n}.yml": b"x" for n in range(17)}, "GA007"),
        ({SEALED: b"x" * 9000}, "GA008"),
        ({SEALED: b"x" * 4200, ZIGUI: b"x" * 4200}, "GA008"),
    ],
)
def test_an_oversize_push_is_refused_unread(
    repository: Small, monkeypatch: pytest.MonkeyPatch, files: dict[str, Given], code: str
) -> None:
    bare, first = repository
    new = bare.commit(files, first)

    verdict = _unread(bare, first, new, monkeypatch)
    assert (codes(verdict), verdict.outcome) == ({code}, None)


def _unread(bare: Bare, first: str, new: str, monkeypatch: pytest.MonkeyPatch) -> Verdict:
    """The verdict, given without a look into any file of the push."""
    blobs = Git.blobs

    def folders_only(git: Git, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        wanted = list(ids)
        assert {kind for kind, _ in git.sizes(wanted).values()} == {"tree"}
        return blobs(git, wanted)

    monkeypatch.setattr("generator.git.Git.blobs", folders_only)
    return bare.judge(first, new)


@pytest.mark.usefixtures("tight")
def test_what_is_read_more_than_once_counts_as_often(
    repository: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One text in three places is one object, and is read three times; messages and names are read as well."""
    bare, first = repository
    copies = bare.commit({f"{FOLDER}/n{n}.yml": b"x" * 3100 for n in range(3)}, first)
    said = bare.commit({ZIGUI: b"x" * 4000}, first, message="x" * 5000)
    named = bare.commit({f"{FOLDER}/{n:0200}.yml": b"x" for n in range(8)}, first)
    monkeypatch.setattr("generator.gate.judgement.BUREAU", replace(TIGHT, names=1_500))
    assert codes(_unread(bare, first, copies, monkeypatch)) == {"GA009"}
    assert codes(bare.judge(first, said)) == {"GA009"}
    assert codes(bare.judge(first, named)) == {"GA007"}


@pytest.mark.usefixtures("tight")
def test_a_large_file_that_is_gone_again_and_too_many_commits(repository: Small) -> None:
    bare, first = repository
    large = bare.commit({ZIGUI: b"x" * 5000}, first)
    assert codes(bare.judge(first, bare.commit(_good(), large))) == {"GA008"}
    one = bare.commit(_good("一"), first)
    two = bare.commit(_good("二"), one)
    assert not bare.judge(first, two).refused
    assert codes(bare.judge(first, bare.commit(_good("三"), two))) == {"GA006"}


def test_a_message_as_long_as_a_book_and_a_folder_like_a_library(
    repository: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, first = repository
    verdict = bare.judge(first, bare.commit(_good(), first, message="x" * limits.COMMIT_BYTES))
    assert codes(verdict) == {"GA008"}
    monkeypatch.setattr("generator.gate.push.FOLDER_BYTES", 200)
    many = bare.commit({f"docs/n{n:09}.md": b"x" for n in range(9)}, first)
    assert codes(bare.judge(first, many, OFFICE)) == {"GA007"}


def test_the_limits_keep_the_slowest_text_within_seconds() -> None:
    assert limits.BUREAU.plain <= 2 * limits.MB
    assert limits.BUREAU.names <= limits.MB // 4
    assert limits.BUREAU.file < limits.BUREAU.plain <= limits.BUREAU.total <= limits.OFFICE.total


def test_the_register_is_only_added_to(repository: Small) -> None:
    bare, first = repository
    lines = base()[REGISTER].splitlines(keepends=True)
    cases = {
        b"".join([lines[0].replace(b'"late_days":0', b'"late_days":9'), *lines[1:]]): "第 1 行",
        b"".join([lines[1], lines[0], *lines[2:]]): "第 1 行",
        b"".join(lines[:-1]): f"第 {len(lines)} 行",
        b"".join(lines)[:-1]: f"第 {len(lines)} 行",
        _rechained(digest="0" * 64): "第 1 行",
        _rechained(no="示例备案登记 2022-0099"): "第 1 行",
    }
    for raw, place in cases.items():
        verdict = bare.judge(first, bare.commit({REGISTER: raw}, first), OFFICE)
        ((path, message),) = said(verdict, "GA014")
        assert path == REGISTER
        assert place in message
    verdict = bare.judge(first, bare.commit({REGISTER: None}, first), OFFICE)
    assert said(verdict, "GA014") == [(REGISTER, "登记只增不改，这个文件却被删去了")]


def _rechained(**changes: str) -> bytes:
    """The register with its first line changed and every hash computed again: whole, but another."""
    lines = deepcopy(records()[REGISTER])
    lines[0].update(changes)
    return write(REGISTER, chain(lines))


def test_a_line_added_to_the_register_is_verified(repository: Small) -> None:
    bare, first = repository
    forged = base()[REGISTER] + base()[REGISTER].splitlines(keepends=True)[0]
    verdict = bare.judge(first, bare.commit({REGISTER: forged}, first), OFFICE)
    assert "GA014" not in codes(verdict)
    assert {"FL001", "FL002", "FL004"} <= codes(verdict)


def test_prints_are_only_added_to(repository: Small) -> None:
    bare, first = repository
    prints = "data/prints/2022.jsonl"
    there = bare.commit({prints: b'{"a":1}\n'}, first)
    verdict = bare.judge(there, bare.commit({prints: b'{"a":2}\n'}, there), OFFICE)
    assert [path for path, _ in said(verdict, "GA014")] == [prints]


def _roster(change: Any) -> bytes:
    data = deepcopy(records()[ROSTER])
    change(data["events"])
    data["events"][:] = chain(data["events"])
    return write(ROSTER, data)


def test_the_roster_is_only_added_to(repository: Small) -> None:
    bare, first = repository
    attacks = [
        lambda events: events[0].update({"class": "kaohe-yichang-2"}),
        lambda events: events[0]["person"].update(name="李冒名"),
        lambda events: events.pop(),
        lambda events: events.reverse(),
        lambda events: [events[0].pop(name, None) for name in CLEAR],
    ]
    for attack in attacks:
        verdict = bare.judge(first, bare.commit({ROSTER: _roster(attack)}, first), OFFICE)
        assert [path for path, _ in said(verdict, "GA015")] == [ROSTER]
    for raw in (None, b"events: ["):
        assert "GA015" in codes(bare.judge(first, bare.commit({ROSTER: raw}, first), OFFICE))


def test_a_published_key_is_not_taken_away(repository: Small) -> None:
    bare, first = repository
    path, key = "data/keys.yml", b'  - {seq: 1, id: "00000000"}\n'
    published = bare.commit({path: b"keys:\n" + key}, first)
    more = bare.commit({path: b"keys:\n" + key + key.replace(b"1", b"2")}, published)
    for raw in (None, b"keys: []\n"):
        assert "GA015" in codes(bare.judge(published, bare.commit({path: raw}, published), OFFICE))
    assert "GA015" not in codes(bare.judge(published, more, OFFICE))


def test_a_withdrawn_certificates_person_is_taken_out_of_the_roster(repository: Small) -> None:
    bare, first = repository

    def withdraw(events: list[dict[str, Any]]) -> None:
        gone = next(event for event in events if event["event"] == "issued")
        events.append(
            {"seq": len(events) + 1, "event": "withdrawn", "no": gone["no"], "token": gone["token"]}
        )
        for name in CLEAR:
            gone.pop(name, None)

    verdict = bare.judge(first, bare.commit({ROSTER: _roster(withdraw)}, first), OFFICE)
    assert "GA015" not in codes(verdict)


def test_a_register_on_its_own_branch(repository: Small) -> None:
    bare, first = repository
    register = bare.commit({REGISTER: base()[REGISTER]})
    without = bare.commit({REGISTER: None}, first)
    gone = bare.commit({ZIGUI: None}, without)
    assert "GA013" in codes(bare.judge(without, gone, register=register))
    assert "GA013" not in codes(bare.judge(without, gone))
    forged = bare.commit({REGISTER: base()[REGISTER]}, without)
    assert codes(bare.judge(without, forged, OFFICE, register=register)) == {"GA016"}


def test_history_is_not_rewritten(repository: Small) -> None:
    bare, first = repository
    second = bare.commit(_good(), first)
    other = bare.commit(_good("另"), first)
    assert codes(bare.judge(second, other)) == {"GA020"}
    assert codes(bare.judge(second, first)) == {"GA020"}
    orphan = bare.commit_tree(bare.tree(bare.files[second]))
    assert "GA020" in codes(bare.judge(second, orphan))
    # A pull request need not follow the branch: what the merge would give is judged.
    merged = bare.tree(bare.files[other])
    assert not bare.judge(second, other, tree=merged).refused


def test_a_pull_request_is_judged_by_what_its_merge_would_change(repository: Small) -> None:
    bare, first = repository
    later = bare.commit({ENSHI: plan(ENSHI, remark="后来"), "docs/guide.md": b"# later\n"}, first)
    new = bare.commit(_good(), first)
    tree = bare.git("merge-tree", "--write-tree", later, new).decode().strip()
    verdict = bare.judge(later, new, tree=tree)
    assert [one.path for one in verdict.touched] == [ZIGUI]
    assert not verdict.refused
    assert codes(bare.judge(later, new)) >= {"GA020", "GA004"}


def test_a_repository_of_the_other_kind_of_ids_made_by_git_itself(tmp_path: Path) -> None:
    root = lay(tmp_path / "work")

    def git(*arguments: str) -> str:
        identity = ("-c", "user.name=Clerk", "-c", "user.email=clerk@yichang.example")
        done = subprocess.run(
            ["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True
        )
        return done.stdout.decode().strip()

    git("init", "-q", "-b", "main", "--object-format=sha256")
    revisions = []
    for path in (ZIGUI, ZIGUI, ENSHI):
        git("add", ".")
        git("commit", "-q", "-m", "更新")
        revisions.append(git("rev-parse", "HEAD"))
        (root / path).write_bytes(plan(path, remark=f"更正{len(revisions)}"))
    git("commit", "-q", "-a", "-m", "更新")
    bare = Bare(root / ".git")
    assert len(revisions[0]) == 64
    verdict = bare.judge(revisions[0], revisions[2])
    assert ([one.path for one in verdict.touched], verdict.refused) == ([ZIGUI], False)
    assert codes(bare.judge(revisions[0], git("rev-parse", "HEAD"))) == {"GA003", "GA005"}
    assert not bare.judge("0" * 64, git("rev-parse", "HEAD")).refused


def test_nothing_new(repository: Small) -> None:
    bare, first = repository
    for new in (first, bare.commit({}, first)):
        verdict = bare.judge(first, new)
        assert (verdict.refused, verdict.touched) == (False, ())


def test_a_new_branch_is_held_against_where_it_left_the_default_one(repository: Small) -> None:
    bare, first = repository
    later = bare.commit({"docs/guide.md": b"# later\n"}, first)
    bare.set_branch("main", later)
    try:
        verdict = bare.judge(ZEROS, bare.commit(_good(), first))
        assert not verdict.refused
        assert [one.path for one in verdict.touched] == [ZIGUI]
        bad = bare.commit({ENSHI: plan(ENSHI, remark="改")}, first)
        assert codes(bare.judge(ZEROS, bad)) == {"GA003"}
        leak = bare.commit(_good(), bare.commit({ZIGUI: plan(remark=PHONE)}, first))
        bare.set_branch("already-there", leak)
        assert codes(bare.judge(ZEROS, leak)) == {"PI002"}
        assert codes(bare.judge(ZEROS, bare.commit({OWNERS: base()[OWNERS]}))) >= {"GA020"}
    finally:
        bare.set_branch("main", first)


def test_a_replaced_object_deceives_nobody(repository: Small) -> None:
    bare, first = repository
    leak = bare.commit({ZIGUI: plan(remark=PHONE)}, first)
    key = bare.files[leak][ZIGUI][1]
    replaced = bare.git_dir / "refs" / "replace" / key
    replaced.parent.mkdir(parents=True)
    replaced.write_text(f"{bare.store('blob', plan(remark='干净'))}\n")
    try:
        assert "PI002" in codes(bare.judge(first, leak))
    finally:
        replaced.unlink()


def test_a_rule_that_fails_lets_nothing_in(repository: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    bare, first = repository

    def fail(_: Any) -> Any:
        raise RuntimeError("bug")

    monkeypatch.setitem(RULES, "PL002", replace(RULES["PL002"], check=fail))
    verdict = bare.judge(first, bare.commit(_good(), first))
    assert codes(verdict) == {"GA018"}


def test_an_older_error_elsewhere_blocks_nobody(repository: Small) -> None:
    bare, first = repository
    broken = bare.commit({XINGSHAN: plan(XINGSHAN, classes__0__budget__charged_to_trainees=5)}, first)
    bad = {one.code for one in bare.judge(first, broken).blocking}
    assert bad
    for whole in (False, True):
        verdict = bare.judge(broken, bare.commit(_good(), broken), whole=whole)
        assert not verdict.refused
    assert {one.where.path for one in verdict.known} == {XINGSHAN}
    touching = bare.judge(broken, bare.commit({XINGSHAN: bare_plus(XINGSHAN)}, broken))
    assert touching.refused


def bare_plus(path: str) -> bytes:
    """The broken plan with another change: whoever touches it mends it."""
    return plan(path, classes__0__budget__charged_to_trainees=5, remark="改")


def test_revisions_that_are_not_there(repository: Small) -> None:
    bare, first = repository
    with pytest.raises(TreeError):
        bare.judge(first, "1" * 40)
    with pytest.raises(TreeError):
        bare.judge("1" * 40, first)


def test_folders_that_are_no_folders(repository: Small) -> None:
    bare, first = repository
    for raw in (b"garbage", b"100644 x\0short"):
        with pytest.raises(TreeError):
            bare.judge(first, bare.commit_tree(bare.store("tree", raw), first))


def test_many_versions_of_large_folders(repository: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    bare, first = repository
    monkeypatch.setattr("generator.gate.judgement.BUREAU", replace(limits.BUREAU, folders=700))
    verdict = bare.judge(first, bare.commit(_good(), first))
    assert said(verdict, "GA007") == [("本次推送", "各提交中的文件夹所列的文件合计超过 17 个，没有检查")]


def test_a_repository_with_nothing_in_it(tmp_path: Path) -> None:
    bare, first = small(tmp_path)
    (bare.git_dir / "refs" / "heads" / "main").unlink()
    with pytest.raises(TreeError, match="先在服务器上放入初始数据"):
        bare.judge(ZEROS, first)


def test_every_code_of_the_gate_is_attacked_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [code for code in RULES if code.startswith("GA") and f'"{code}"' not in text] == []
