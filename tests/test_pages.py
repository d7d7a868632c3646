"""Which pages there are and what they say: goldens of the rendered Markdown, years, links, who is not named.

After a change that is meant, `python -m tests.test_pages` writes the goldens anew, for review.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generator.check import check
from generator.derive.duties import GROUP
from generator.derive.public import public
from generator.documents.receipts import Receipts
from generator.model import Repo
from generator.publish.parts import PLACE, fill
from generator.render.page import Page
from generator.render.pages import PAGES, Views, pages
from generator.render.templates import Templates
from generator.tree import Directory
from tests.published import remade
from tests.support import ROOT, schemas, tree

GOLDEN = ROOT / "tests" / "golden"
GOLDENS = {
    "county.md": "plans/yichang-zigui.md",
    "prefecture.md": "plans/yichang.md",
    "course.md": "courses/zhi-1.md",
    "pool.md": "instructors/yichang.md",
    "roster.md": "roster/2022.md",
    "roster-rows.html": "roster/2022/index.html",
    "filings.md": "filings/index.md",
    "duties.md": "duties/index.md",
    "duty.md": "duties/yichang.md",
    "duty-group.md": "duties/group.md",
    "fields.md": "fields/designation.md",
    "home.md": "index.md",
}
LI = "data/instructors/base-yichang/li-shili.yml"


def visible(spec: Mapping[str, Any] | None = None) -> Repo:
    found = check(tree(spec or {}), schemas=schemas()).repo
    assert found is not None
    return public(found, schemas())


def rendered(repo: Repo) -> dict[str, str]:
    """Markdown of every page and HTML of every part, by path."""
    made = tuple(pages(Views.of(repo, schemas())))
    templates = Templates(ROOT / "site")
    return {**templates.all(made), **templates.parts(made)}


@cache
def site() -> Mapping[str, str]:
    return rendered(visible())


@cache
def province() -> tuple[Repo, Mapping[str, str]]:
    """The invented province of data/, rendered."""
    found = check(Directory(ROOT)).repo
    assert found is not None
    repo = public(found, schemas())
    return repo, rendered(repo)


def of_records(found: Mapping[str, str]) -> dict[str, str]:
    """The pages made from records; rules and fields show examples of their own."""
    return {
        path: text for path, text in found.items() if path != "rules.md" and not path.startswith("fields/")
    }


@pytest.mark.parametrize("name", GOLDENS)
def test_a_page_is_as_reviewed(name: str) -> None:
    assert site()[GOLDENS[name]] == (GOLDEN / name).read_text(encoding="utf-8")


def test_no_golden_is_left_over() -> None:
    assert {path.name for path in GOLDEN.glob("*.*") if path.is_file()} >= set(GOLDENS)


def test_every_section_has_its_page() -> None:
    assert {section.path for section in PAGES} <= set(site())


def test_every_county_and_zone_has_a_page() -> None:
    repo, found = province()
    wanted = {f"plans/{place.slug}.md" for place in repo.places.values()}
    assert len(repo.regions.counties) == 103
    assert {path for path in wanted if path not in found} == set()
    for place in repo.places.values():
        assert f"# {place.name}2022年培训计划" in found[f"plans/{place.slug}.md"]


def test_no_two_pages_have_one_address() -> None:
    for repo in (visible(), province()[0]):
        paths = [page.path for page in pages(Views.of(repo, schemas()))]
        assert sorted(set(paths)) == sorted(paths)


def links(path: str, text: str) -> set[str]:
    """Pages a page links to, as paths from the root."""
    built = Path("/") / (path if path.endswith(".html") else Page(path=path, template="", context={}).built)
    found = set()
    for link in re.findall(r'href="([^"#]*)', text):
        if link and not link.startswith(("&#", "http")):
            target = (Path("/html") / built.relative_to("/").parent / link.replace("&#45;", "-")).as_posix()
            parts: list[str] = []
            for part in target.split("/"):
                if part == "..":
                    parts.pop()
                elif part not in {"", "."}:
                    parts.append(part)
            found.add("/".join(parts[1:]))
    return found


def lost(repo: Repo, found: Mapping[str, str]) -> set[tuple[str, str]]:
    """Links that lead to no page, no receipt, no calendar and not to the verification page."""
    built = {Page(path=path, template="", context={}).built for path in found if path.endswith(".md")}
    there = {name.removesuffix("index.html").rstrip("/") for name in built}
    there |= {f"receipts/{receipt.receipt}" for receipt, _ in Receipts(repo, schemas())}
    there |= {f"duties/{owner}.ics" for owner in (*repo.prefectures, GROUP)} | {"verify"}
    return {(path, link) for path, text in found.items() for link in links(path, text) if link not in there}


def test_every_link_of_the_province_leads_to_a_page() -> None:
    repo, found = province()
    assert lost(repo, found) == set()


def test_every_anchor_of_the_pool_is_there() -> None:
    _, found = province()
    for text in found.values():
        for place, anchor in re.findall(r'instructors/([a-z]+)/#([a-z0-9-]+)"', text):
            assert f'id="{anchor}"' in found[f"instructors/{place}.md"]


def test_an_instructor_who_did_not_agree_is_on_no_page() -> None:
    found = rendered(visible({"edit": {LI: {"consent/publication": False}}}))
    for text in of_records(found).values():
        assert "李示例" not in text
        assert "li-shili" not in text
    assert "师资未公开" in found["plans/yichang-zigui.md"]


def test_a_masked_roster_names_nobody() -> None:
    found = rendered(visible({"edit": {"data/dataset.yml": {"display_name": "masked"}}}))
    assert "王＊＊" in found["roster/2022/index.html"]
    assert "姓名只显示姓" in found["roster/2022.md"]
    for text in of_records(found).values():
        assert "王示例" not in text


def test_names_and_tokens_do_not_pass_the_engine() -> None:
    whole = check(tree({}), schemas=schemas()).repo
    assert whole is not None
    tokens = {event.token for event in whole.rosters[2022].events}
    for path, text in of_records(site()).items():
        assert not any(token in text for token in tokens)
        assert ("向示例" in text) == (path == "roster/2022/index.html")
    assert PLACE in site()["roster/2022.md"]
    assert "unlisted: true" in site()["roster/2022.md"]
    assert [path for path, text in site().items() if "unlisted: true" in text] == ["roster/2022.md"]


def test_a_part_needs_its_place(tmp_path: Path) -> None:
    page = tmp_path / "x.html"
    page.write_text(f"<p>a</p>{PLACE}<p>b</p>", encoding="utf-8")
    fill(tmp_path, {"x.html": "<table></table>"})
    assert page.read_text(encoding="utf-8") == "<p>a</p><table></table><p>b</p>"
    with pytest.raises(RuntimeError, match=r"x\.html has no place"):
        fill(tmp_path, {"x.html": "<table></table>"})


def two_years() -> Repo:
    """The small repository as of 2023, with 2022 behind it."""
    have = visible()
    sources = []
    for source in have.sources.values():
        if source.kind == "dataset":
            sources.append(replace(source, data={**source.data, "year": 2023}))
            continue
        sources.append(source)
        if source.kind in {"programme", "curriculum"}:
            path = source.path.replace("2022", "2023")
            data = {**source.data, "year": 2023}
            sources.append(replace(source, path=path, parts={"year": "2023"}, data=data))
    return remade(have, sources)


def test_earlier_years_keep_their_pages_under_their_own_address() -> None:
    repo = two_years()
    found = rendered(repo)
    for path in (
        "plans/2022/index.md",
        "plans/2022/yichang.md",
        "plans/2022/yichang-zigui.md",
        "courses/2022/index.md",
        "courses/2022/zhi-1.md",
        "filings/2022.md",
        "roster/2022.md",
    ):
        assert "2022年" in found[path]
    assert "还没有报送2023年的培训计划" in found["plans/yichang-zigui.md"]
    assert 'href="../../plans/2022/yichang-zigui/"' in found["plans/yichang-zigui.md"]
    assert 'href="../../../plans/yichang-zigui/"' in found["plans/2022/yichang-zigui.md"]
    assert lost(repo, found) == set()


def test_an_address_nobody_gave_is_to_be_added() -> None:
    assert "网址待补充" in site()["courses/zhi-2.md"]


def test_a_given_address_is_a_link() -> None:
    spec = {"edit": {"data/resources.yml": {"resources/0/url": "https://cnipa.example/"}}}
    text = rendered(visible(spec))["courses/zhi-2.md"]
    assert 'rel="external noopener">https' in text


def accept() -> None:
    GOLDEN.mkdir(exist_ok=True)
    for name, path in GOLDENS.items():
        (GOLDEN / name).write_text(site()[path], encoding="utf-8")


if __name__ == "__main__":
    accept()
