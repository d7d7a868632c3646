"""The verification page's files: which scripts may run, what stands in them, and what is said without a script."""

from __future__ import annotations

import json
import re
import shutil
import threading
from base64 import b64encode
from hashlib import sha256
from html import unescape
from http.client import HTTPConnection
from pathlib import Path

import pytest

from generator.cli import main
from generator.derive.roster import Standing
from generator.documents.tokenpages import TokenPages
from generator.model import Repo
from generator.publish import validity
from generator.publish.verifypages import MissingScriptError, Verifier
from generator.serve import Preview, times
from generator.signature.keys import read_private
from tests.published import Document, lay_out
from tests.rostered import rostered, shown
from tests.support import ROOT

SITE = ROOT / "site"
STATUS_KEY = read_private((ROOT / "tests" / "keys" / "demo-status.pem").read_bytes())
OWN = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
POLICY = re.compile(
    r'<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
    r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">\n'
)


@pytest.fixture(scope="module")
def repos() -> tuple[Repo, Repo]:
    return rostered()


@pytest.fixture(scope="module")
def folder(repos: tuple[Repo, Repo], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new")
    validity.renew(folder, repos[1], STATUS_KEY)
    Verifier.read(SITE).renew(folder, repos[0])
    return folder / "verify"


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def policy(page: str) -> str:
    """What a page says may run in it, before anything could."""
    found = POLICY.match(page)
    assert found
    return unescape(found[1])


def token_pages(repos: tuple[Repo, Repo]) -> dict[Standing, str]:
    pages = TokenPages(SITE, "某网站")
    return {one.standing: pages.html(one, repos[0].as_of, file=one.prints) for one in reversed(shown(repos))}


def test_only_scripts_of_the_site_run(folder: Path, repos: tuple[Repo, Repo]) -> None:
    for page in (read(folder / "index.html"), *token_pages(repos).values()):
        assert policy(page) == OWN
        assert not re.search(r"<style|<script(?! src=)|\sstyle=|\son[a-z]+=|javascript:", page)


def test_the_page_leads_home_and_to_nobody_else(folder: Path) -> None:
    page = Document(read(folder / "index.html"))
    assert {"../", "../roster/", "offline.html"} <= set(page.links)
    assert page.loads == ["../assets/images/favicon.png", "verify.css", "verify.js"]
    assert "证书查验" in page.text


def test_the_kept_page_runs_what_it_holds_and_nothing_else(folder: Path) -> None:
    page = read(folder / "offline.html")
    script, style = read(folder / "verify.js"), read(folder / "verify.css")
    hashes = [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in (script, style)]
    assert policy(page) == (
        f"default-src 'none'; script-src {hashes[0]}; style-src {hashes[1]}; base-uri 'none'; form-action 'none'"
    )
    assert f"<script>{script}</script>" in page
    assert f"<style>{style}</style>" in page
    assert Document(page).loads == []
    data = json.loads(page.partition('id="data">')[2].partition("</script>")[0])
    assert data == {"keys": read(folder / "keys.json"), "list": read(folder / "status.jwt")}


def test_without_a_list_there_is_nothing_to_keep(repos: tuple[Repo, Repo], tmp_path: Path) -> None:
    (tmp_path / "verify").mkdir()
    (tmp_path / "verify" / "offline.html").write_text("old")
    validity.renew(tmp_path, repos[1], None)
    Verifier.read(SITE).renew(tmp_path, repos[0])
    assert {"index.html", "keys.json"} <= {path.name for path in (tmp_path / "verify").iterdir()}
    assert not (tmp_path / "verify" / "offline.html").exists()
    assert "offline.html" not in read(tmp_path / "verify" / "index.html")


def test_a_script_that_would_end_early_is_not_put_into_a_page(folder: Path, repos: tuple[Repo, Repo]) -> None:
    for ends in ("'</SCRIPT>'", "'<!--'"):
        verifier = Verifier(site=SITE, script=ends, style="")
        with pytest.raises(ValueError, match="holds what ends one"):
            verifier.renew(folder.parent, repos[0])
    Verifier.read(SITE).renew(folder.parent, repos[0])


def test_hostile_data_are_data(repos: tuple[Repo, Repo], tmp_path: Path) -> None:
    hostile = '</script><script src="x">'
    (tmp_path / "verify").mkdir()
    for name in ("keys.json", "status.jwt"):
        (tmp_path / "verify" / name).write_text(hostile, encoding="utf-8")
    Verifier.read(SITE).renew(tmp_path, repos[0])
    page = read(tmp_path / "verify" / "offline.html")
    assert Document(page).loads == []
    data = json.loads(page.partition('id="data">')[2].partition("</script>")[0])
    assert data == {"keys": hostile, "list": hostile}


def test_hostile_settings_are_text(folder: Path, repos: tuple[Repo, Repo]) -> None:
    pages = TokenPages(SITE, '<script src="//x"></script>')
    page = pages.html(shown(repos)[0], repos[0].as_of, file=False)
    assert Document(page).loads == Document(token_pages(repos)[Standing.LISTED]).loads


def test_without_scripts_nothing_is_said_to_be_valid(repos: tuple[Repo, Repo]) -> None:
    pages = token_pages(repos)
    assert "截至2022年11月20日，这张证书在册。" in Document(pages[Standing.LISTED]).text
    assert set(pages) == {Standing.LISTED, Standing.REPLACED}
    for standing, page in pages.items():
        text = Document(page).text
        assert "没有核对二维码里的签名" in text
        assert (" 有效" in f" {text}".replace("不再有效", "")) is False
        assert ("演示数据，非真实证书" in text) is (standing is Standing.LISTED)
        assert '<meta name="robots" content="noindex, nofollow, noarchive">' in page
        assert '<meta name="referrer" content="no-referrer">' in page


def test_the_signed_text_stands_on_no_page(repos: tuple[Repo, Repo]) -> None:
    events = [event for roster in repos[1].rosters.values() for event in roster.events if event.payload]
    assert events
    for page in token_pages(repos).values():
        assert [event.no for event in events if event.payload in page or event.signature in page] == []


def test_the_navigation_has_ten_entries(repos: tuple[Repo, Repo]) -> None:
    header = read(SITE / "overrides" / "partials" / "header.html")
    assert "{{ 'verify/' | url }}" in header
    assert read(ROOT / "mkdocs.yml").partition("nav:")[2].partition("not_in_nav")[0].count("\n  - ") == 9


def test_before_the_script_is_made_a_build_says_what_to_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = lay_out(tmp_path)
    shutil.copytree(SITE, folder / "site", ignore=shutil.ignore_patterns("node_modules", "dist"))
    assert issubclass(MissingScriptError, OSError)  # as which a server's hook tells of it
    with pytest.raises(MissingScriptError):
        Verifier.read(folder / "site")
    assert main(["-C", str(folder), "build"]) == 2
    assert (
        "查验网页的脚本（site/verify/dist/verify.js）还没有做好，请运行 make site" in capsys.readouterr().err
    )
    assert not (folder / "build" / "html").exists()


def test_the_preview_watches_sources_not_packages(tmp_path: Path) -> None:
    for name in ("src/page.ts", "node_modules/esbuild/package.json"):
        file = tmp_path / "site" / "verify" / name
        file.parent.mkdir(parents=True)
        file.touch()
    seen = " ".join(times(tmp_path))
    assert "page.ts" in seen
    assert "esbuild" not in seen


def test_the_preview_puts_no_script_into_a_page_with_a_policy(folder: Path) -> None:
    with Preview(("127.0.0.1", 0), folder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        asked = HTTPConnection("127.0.0.1", server.server_port)
        asked.request("GET", "/index.html")
        assert asked.getresponse().read() == (folder / "index.html").read_bytes()
        asked.close()
        server.shutdown()
