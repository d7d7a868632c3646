"""What a county's page says of an amendment: from the git history, in public fields only."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from generator.check import check
from generator.derive.filings import Register
from generator.derive.history import ALTERED, NOT_AT_HAND, SAME, UNSHAPED, Amendment, History
from generator.derive.public import public
from generator.model import Repo
from generator.publish.versions import LARGEST, filed_versions
from generator.render.pages import Views, pages
from generator.render.templates import Templates
from generator.tree import Directory
from tests.disk import lay
from tests.support import FILINGS, ROOT, base, edit, records, schemas, tree, write

ZIGUI = "data/plans/2022/yichang/zigui.yml"
LI = "data/instructors/base-yichang/li-shili.yml"
OLD, NEW = "a" * 40, "b" * 40
AMENDED = "示例备案登记 2022-0009"
CANARY = "zq0001kn"


def spec(old: bytes, new: bytes, merges: tuple[str, str] = (OLD, NEW)) -> dict[str, Any]:
    """The base whose plan of 秭归 was filed as `old` and amended to `new`."""
    first = {**records()[FILINGS][4], "merge": merges[0], "digest": sha256(old).hexdigest()}
    amendment = {
        **first,
        "seq": 9,
        "no": AMENDED,
        "kind": "amendment",
        "amends": first["no"],
        "submitted": "2022-09-01T09:00:00+08:00",
        "filed": "2022-09-02T10:30:05+08:00",
        "due": "",
        "merge": merges[1],
        "digest": sha256(new).hexdigest(),
    }
    return {"edit": {FILINGS: {"4": first, "+": amendment}}, "rechain": [FILINGS]}


def plan(**changes: Any) -> bytes:
    return write(ZIGUI, edit(records()[ZIGUI], {key.replace("__", "/"): one for key, one in changes.items()}))


def repo(said: Mapping[str, Any]) -> Repo:
    found = check(tree(said), schemas=schemas()).repo
    assert found is not None
    return public(found, schemas())


def amendment(old: bytes, new: bytes, said: Mapping[str, Any] | None = None) -> Amendment:
    found = repo(said or spec(old, new))
    versions = {(OLD, ZIGUI): old, (NEW, ZIGUI): new}
    made = History(found, schemas(), Register(found, schemas()), versions).of(ZIGUI)
    assert list(made) == [AMENDED]
    return made[AMENDED]


def page(old: bytes, new: bytes) -> str:
    views = Views.of(repo(spec(old, new)), schemas(), (), {(OLD, ZIGUI): old, (NEW, ZIGUI): new})
    county = next(one for one in pages(views) if one.path == "plans/yichang-zigui.md")
    return Templates(ROOT / "site").markdown(county)


def test_what_changed_stands_in_words() -> None:
    made = amendment(plan(), plan(classes__0__trainees__total=120))
    assert made.sentences == ("班次 zigui-1 培训人数 110→120",)
    assert (made.why, made.more) == ("", 0)


def test_a_private_field_is_not_told_and_leaves_no_trace() -> None:
    old, new = plan(), plan(contact__office=CANARY, classes__0__trainees__total=120)
    assert len(amendment(old, new).sentences) == 1
    assert CANARY not in page(old, new)
    private = amendment(plan(), plan(contact__office=CANARY))
    assert (private.sentences, private.why) == ((), SAME)


def test_who_did_not_agree_is_named_by_no_comparison() -> None:
    old, new = plan(), plan(classes__0__sessions__0__instructor="base-yichang/zq0001kn")
    made = amendment(old, new)
    assert CANARY not in repr(made)
    assert "李示例" in repr(made)
    refused = spec(old, new)
    refused["edit"][LI] = {"consent/publication": False}
    made = amendment(old, new, refused)
    assert "李示例" not in repr(made)
    assert "li-shili" not in repr(made)


def test_what_cannot_be_compared_says_why() -> None:
    old, new = plan(), plan(remark="改了")
    assert amendment(old, old + b"\n", spec(old, new)).why == ALTERED
    shapeless = b"county: 1\n"
    assert amendment(shapeless, new).why == UNSHAPED
    assert amendment(b"\xff\x00", new).why == UNSHAPED
    found = repo(spec(old, new))
    made = History(found, schemas(), Register(found, schemas()), {(NEW, ZIGUI): new}).of(ZIGUI)
    assert made[AMENDED].why == NOT_AT_HAND


def test_a_withdrawal_is_no_version() -> None:
    old, new = plan(), plan(remark="改了")
    said = spec(old, new)
    said["edit"][FILINGS]["+"]["kind"] = "withdrawal"
    found = repo(said)
    assert History(found, schemas(), Register(found, schemas()), {}).of(ZIGUI) == {}


def test_many_changes_are_cut_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.derive.history.MOST", 1)
    made = amendment(plan(), plan(classes__0__trainees__total=120, remark="改了"))
    assert (len(made.sentences), made.more) == (1, 1)


def test_hostile_text_of_an_old_version_does_nothing_on_the_page() -> None:
    text = page(plan(remark="<script>window.hacked=1</script>[a](javascript:x)"), plan(remark="改了"))
    assert "<script" not in text
    assert "[a]" not in text
    assert "window.hacked&#61;1" in text
    assert f"### {AMENDED}：改了什么" in text


# From git


def git(folder: Path, *arguments: str) -> str:
    names = ("-c", "user.name=x", "-c", "user.email=x@example.invalid")
    done = subprocess.run(["git", *names, *arguments], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode().strip()


@pytest.fixture(scope="module")
def merges(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A repository in whose two commits the plan differs."""
    folder = lay(tmp_path_factory.mktemp("history"))
    commits = []
    git(folder, "init", "-q")
    for raw in (base()[ZIGUI], plan(remark="改了")):
        (folder / ZIGUI).write_bytes(raw)
        git(folder, "add", "data")
        git(folder, "commit", "-q", "-m", "x")
        commits.append(git(folder, "rev-parse", "HEAD"))
    return folder, commits[0], commits[1]


def test_versions_come_from_the_merges_at_hand(merges: tuple[Path, str, str]) -> None:
    folder, old, new = merges
    raw = base()[ZIGUI], plan(remark="改了")
    assert filed_versions(folder, repo(spec(*raw, (old, new)))) == {
        (old, ZIGUI): raw[0],
        (new, ZIGUI): raw[1],
    }
    assert filed_versions(folder, repo(spec(*raw, (old, "c" * 40)))) == {(old, ZIGUI): raw[0]}


def test_a_folder_without_history_has_no_versions(tmp_path: Path, merges: tuple[Path, str, str]) -> None:
    _, old, new = merges
    raw = base()[ZIGUI], plan(remark="改了")
    assert filed_versions(tmp_path, repo(spec(*raw, (old, new)))) == {}
    assert filed_versions(merges[0], repo({})) == {}


def test_what_is_far_too_large_is_not_read(
    merges: tuple[Path, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, old, new = merges
    assert 100 * len(base()[ZIGUI]) < LARGEST
    monkeypatch.setattr("generator.publish.versions.LARGEST", 10)
    assert filed_versions(folder, repo(spec(b"", b"", (old, new)))) == {}


def test_the_whole_way_from_a_clone(merges: tuple[Path, str, str]) -> None:
    folder, old, new = merges
    said = spec(base()[ZIGUI], plan(remark="改了"), (old, new))
    (folder / FILINGS).write_bytes(tree(said).files[FILINGS])
    found = check(Directory(folder)).repo
    assert found is not None
    shown = public(found, schemas())
    views = Views.of(shown, schemas(), (), filed_versions(folder, shown))
    county = next(one for one in pages(views) if one.path == "plans/yichang-zigui.md")
    assert "改了" in Templates(ROOT / "site").markdown(county)
