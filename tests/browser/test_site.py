"""The site in Chromium: it opens quietly, asks no other host, reads on a telephone, and hostile text does nothing."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from generator.publish import publish
from generator.serve import Preview
from tests.published import HOSTILE, build, hostile, lay_out
from tests.support import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

AXE = ROOT / "site" / "verify" / "node_modules" / "axe-core" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome")
ALONE = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ADDRESSES = (
    "",
    "plans/",
    "plans/yichang/",
    "plans/yichang-zigui/",
    "courses/",
    "courses/zhi-1/",
    "instructors/",
    "instructors/yichang/",
    "instructors/shi-1/",
    "roster/",
    "roster/2022/",
    "filings/",
    "duties/",
    "duties/yichang/",
    "how-to-file/",
    "rules/",
    "fields/",
    "fields/plan/",
    "about/",
    "missing/",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "Chromium is missing: run .ci/system test"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=list(ALONE))
        yield opened
        opened.close()


@contextmanager
def served(html: Path) -> Iterator[str]:
    with Preview(("127.0.0.1", 0), html) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(build(lay_out(tmp_path_factory.mktemp("site")))) as address:
        yield address


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = lay_out(tmp_path_factory.mktemp("hostile"))
    with served(publish(folder, hostile(), folder / "build")) as address:
        yield address


@contextmanager
def opened(
    browser: Browser, address: str, width: int = 1280, *, scripts: bool = True
) -> Iterator[tuple[Page, list[str]]]:
    """A page at an address, and everything that should not have happened while it loaded."""
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
    page, wrong = context.new_page(), list[str]()
    host = "/".join(address.split("/")[:3])
    page.on(
        "console",
        lambda message: wrong.append(message.text) if message.type in {"error", "warning"} else None,
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(host) else wrong.append(request.url))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.goto(address, wait_until="load")
    yield page, wrong
    context.close()


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("width", [1280, 390])
def test_a_page_opens_quietly_and_fits(browser: Browser, site: str, address: str, width: int) -> None:
    with opened(browser, site + address, width) as (page, wrong):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert "演示数据" in page.inner_text("body")
        missing = "status of 404"
        assert [said for said in wrong if not (address == "missing/" and missing in said)] == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing(browser: Browser, site: str, address: str) -> None:
    with opened(browser, site + address) as (page, _):
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(
            "axe.run().then(found => found.violations.map(one => [one.id, one.nodes.length]))"
        )
        assert found == []


def test_the_map_has_every_prefecture_beside_the_others(browser: Browser, site: str) -> None:
    with opened(browser, site) as (page, _):
        boxes = page.evaluate(
            "[...document.querySelectorAll('.map > li')].map(one => one.getBoundingClientRect())"
        )
        assert len(boxes) == 2
        assert boxes[0]["width"] > 100
        # 恩施 lies west of 宜昌 on no row of its own: below it, in the same column.
        yichang, enshi = boxes
        assert enshi["left"] == yichang["left"]
        assert enshi["top"] >= yichang["bottom"]
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_home_page_works_without_scripts(browser: Browser, site: str) -> None:
    with opened(browser, site, scripts=False) as (page, wrong):
        page.click("text=宜荆荆恩")
        page.click("table a:has-text('宜昌市')")
        page.click("text=秭归县 >> nth=0")
        assert page.url.endswith("/plans/yichang-zigui/")
        assert page.is_visible("text=秭归县示例会议中心")
        assert wrong == []


def test_the_keyboard_reaches_the_text_first(browser: Browser, site: str) -> None:
    with opened(browser, site) as (page, _):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText.trim()") == "跳到正文"
        page.keyboard.press("Enter")
        assert page.url.endswith("#top")


def test_paper_says_it_is_a_demo_and_drops_the_navigation(browser: Browser, site: str) -> None:
    with opened(browser, site + "plans/yichang-zigui/") as (page, _):
        page.emulate_media(media="print")
        assert page.is_visible("text=演示数据")
        assert not page.is_visible("nav[aria-label=主导航]")


def test_a_page_reloads_after_a_build(browser: Browser, tmp_path: Path) -> None:
    html = build(lay_out(tmp_path))
    with Preview(("127.0.0.1", 0), html) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with opened(browser, f"http://127.0.0.1:{server.server_port}/") as (page, _):
            page.wait_for_timeout(1500)
            server.version += 1
            page.wait_for_event("load", timeout=5000)
        server.shutdown()


@pytest.mark.parametrize("address", ADDRESSES[:-1])
def test_hostile_text_does_nothing(browser: Browser, hostile_site: str, address: str) -> None:
    with opened(browser, hostile_site + address) as (page, wrong):
        assert page.evaluate("window.hacked") is None
        assert (
            page.locator("img[src=x], [onerror], [onload], [onmouseover], a[href^=javascript]").count() == 0
        )
        assert page.locator("article script, header script, footer script").count() == 0
        assert wrong == []


def test_hostile_text_is_read_as_it_is(browser: Browser, hostile_site: str) -> None:
    read = ""
    for address in ADDRESSES[:-1]:
        with opened(browser, hostile_site + address) as (page, _):
            read += page.inner_text("body") + page.title()
    assert [words for words in HOSTILE if words not in read] == []
