"""The verification page in Chromium: every answer, every way to ask, and nothing said to be valid that was not checked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from generator.check import check
from generator.model.certificates import Event
from generator.publish import publish
from generator.sign import check_character
from generator.signature.curve import ORDER
from generator.signature.keys import PrivateKey, new_key, read_private, sign_payload
from generator.signature.payload import decode, encode
from generator.signature.written import read_payload, read_signature, written_payload, written_signature
from generator.tree import Directory
from generator.validity.statuslist import (
    REPLACED,
    REVOKED,
    WITHDRAWN,
    StatusList,
    sign_list,
    status_list,
)
from tests.browser.test_site import AXE, browser, served
from tests.published import lay_out
from tests.support import ROOT, base

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

STATUS_KEY = ROOT / "tests" / "keys" / "demo-status.pem"
VALID, DEMO, ABSENT, UNCHECKED = "有效", "演示数据，非真实证书", "查无", "无法核验"
DATASET = "data/dataset.yml"
LIST = "**/verify/status.jwt"
Setup = Callable[[BrowserContext], object]


@dataclass(frozen=True)
class Site:
    """A site of real records to its readers, whatever key signed them."""

    address: str
    html: Path
    events: tuple[Event, ...]
    list: StatusList
    key: PrivateKey

    @property
    def one(self) -> Event:
        return self.events[0]

    @property
    def page(self) -> str:
        """The page of that one, without what is signed."""
        return f"{self.address}c/{self.one.token}/"

    @property
    def code(self) -> str:
        """What the QR code leads to."""
        return f"{self.page}#{self.one.payload}.{self.one.signature}"

    @property
    def pdf(self) -> Path:
        return self.html / "c" / self.one.token / "certificate.pdf"

    def listed(self, **changes: Any) -> str:
        """The list signed anew, changed."""
        return sign_list(self.key, replace(self.list, **changes))

    def standing(self, **how: Any) -> str:
        """The list with that one standing otherwise."""
        now = replace(self.list.certificates[self.one.no], **how)
        return self.listed(certificates={**self.list.certificates, self.one.no: now})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    raw = base()[DATASET].replace(b"kind: demo", b"kind: production")
    folder = lay_out(tmp_path_factory.mktemp("verify"), {DATASET: raw})
    outcome = check(Directory(folder))
    assert outcome.repo is not None
    key = read_private(STATUS_KEY.read_bytes())
    html = publish(folder, outcome, folder / "build", status_key=key)
    given = tuple(event for event in outcome.repo.rosters[2022].events if event.event == "issued")
    with served(html) as address:
        yield Site(address, html, given, status_list(outcome.repo), key)


@contextmanager
def opened(
    browser: Browser, address: str, setup: Setup | None = None, **options: Any
) -> Iterator[tuple[Page, list[str]]]:
    """A page, and what should not have happened: errors, refused loads, requests to others."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    context.set_default_timeout(5000)
    if setup:
        setup(context)
    page, wrong = context.new_page(), list[str]()
    host = "/".join(address.split("/")[:3])
    page.on("console", lambda said: wrong.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(host) else wrong.append(asked.url))
    page.goto(address)
    yield page, wrong
    context.close()


def word(page: Page) -> str:
    """The answer's word, once there is one."""
    page.wait_for_selector("#answer .answer__word")
    return page.inner_text("#answer .answer__word")


def ask(page: Page, typed: str) -> str:
    page.fill("#asked", typed)
    page.click("button[type=submit]")
    return word(page)


def listing(line: str | None) -> Setup:
    """The list as somebody gives it instead of ours; None where it does not come."""

    def route(asked: Route) -> None:
        if line is None:
            asked.abort()
        else:
            asked.fulfill(body=line)

    return lambda context: context.route(LIST, route)


# By QR code


@pytest.mark.parametrize("width", [1280, 390, 195])
def test_a_code_is_answered_with_what_was_signed(browser: Browser, site: Site, width: int) -> None:
    viewport = {"width": width, "height": 800}
    with opened(browser, site.code, viewport=viewport) as (page, wrong):
        assert word(page) == VALID
        said = page.inner_text("#answer")
        for text in ("王示例", "示例秭归科技有限公司", site.one.no, "2022年7月1日", "有一处不同"):
            assert text in said
        # What the site knows is not shown beside what was signed.
        assert not page.is_visible("#record")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert wrong == []


def test_in_a_demo_nothing_is_valid(browser: Browser, site: Site) -> None:
    with opened(browser, site.code, listing(site.listed(demo=True))) as (page, wrong):
        assert word(page) == DEMO
        assert VALID not in page.inner_text("#answer .answer__why")
        assert wrong == []


def _altered(site: Site) -> str:
    said = replace(decode(read_payload(site.one.payload)), name="李示例")
    return f"{written_payload(encode(said))}.{site.one.signature}"


def _other_key(site: Site) -> str:
    _, signature = sign_payload(new_key(), decode(read_payload(site.one.payload)))
    return f"{site.one.payload}.{signature}"


def _high(site: Site) -> str:
    raw = read_signature(site.one.signature)
    high = (ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    return f"{site.one.payload}.{written_signature(raw[:32] + high)}"


@pytest.mark.parametrize("forged", [_altered, _other_key, _high])
@pytest.mark.parametrize("crypto", [True, False])
def test_a_forged_code_is_found_out(
    browser: Browser, site: Site, forged: Callable[[Site], str], crypto: bool
) -> None:
    with opened(browser, f"{site.page}#{forged(site)}", None if crypto else _without_crypto) as (page, wrong):
        assert word(page) == ABSENT
        assert "签名与内容不符" in page.inner_text("#answer")
        assert "示例" not in page.inner_text("main")
        assert wrong == []


def test_a_shortened_code_is_to_be_scanned_again(browser: Browser, site: Site) -> None:
    with opened(browser, site.code[:-3]) as (page, _):
        assert word(page) == UNCHECKED
        assert "重新扫描" in page.inner_text("#answer")


def test_a_code_of_another_on_a_page(browser: Browser, site: Site) -> None:
    other = site.code.replace(site.one.token, site.events[2].token, 1)
    with opened(browser, other) as (page, _):
        assert word(page) == UNCHECKED
        assert "不是同一张" in page.inner_text("#answer")
        assert not page.is_visible("#record")


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"state": REPLACED, "successor": "ZSCQZY-42-2022-YC-0003-7"}, "已换发"),
        ({"state": REVOKED}, "已撤销"),
        ({"state": WITHDRAWN, "digest": ""}, "已停止公开"),
        ({"digest": "0" * 32}, ABSENT),
    ],
)
def test_what_no_longer_stands(browser: Browser, site: Site, how: dict[str, str], said: str) -> None:
    with opened(browser, site.code, listing(site.standing(**how))) as (page, wrong):
        assert word(page) == said
        assert ("王示例" in page.inner_text("#answer")) is (said != "已停止公开")
        assert ("请与颁发单位联系" in page.inner_text("#answer")) is (said in {"已停止公开", ABSENT})
        if said == "已换发":
            page.click("text=查验新证书")
            expect(page.locator("#answer .answer__word")).to_have_text(VALID)
            assert page.url.endswith("/verify/#ZSCQZY-42-2022-YC-0003-7")
        assert wrong == []


def _lists(site: Site) -> dict[str, str | None]:
    past = datetime.now(site.list.made.tzinfo) - timedelta(seconds=1)
    good = site.listed()
    return {
        "过期": site.listed(valid_until=past.replace(microsecond=0)),
        "取不到": None,
        "不是这个网站的": site.listed(base_url="https://other.example/"),
        "密钥没有公布": sign_list(new_key(), site.list),
        "签名不对": f"{good[:-9]}{'A' * 9}",
        "读不出来": "<!doctype html>",
    }


@pytest.mark.parametrize(
    "reason", ["过期", "取不到", "不是这个网站的", "密钥没有公布", "签名不对", "读不出来"]
)
def test_without_a_list_to_believe_nothing_is_valid(browser: Browser, site: Site, reason: str) -> None:
    with opened(browser, site.code, listing(_lists(site)[reason])) as (page, _):
        assert word(page) == UNCHECKED
        assert reason in page.inner_text("#answer")
        assert "不能当作有效" in page.inner_text("#answer")


def test_without_published_keys(browser: Browser, site: Site) -> None:
    with opened(
        browser, site.code, lambda context: context.route("**/keys.json", lambda asked: asked.abort())
    ) as (page, _):
        assert word(page) == UNCHECKED
        assert "取不到公布的密钥" in page.inner_text("#answer")


# Browsers


def _without_crypto(context: BrowserContext) -> None:
    context.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })")


def test_a_browser_without_web_crypto(browser: Browser, site: Site) -> None:
    with opened(browser, site.code, _without_crypto) as (page, wrong):
        assert page.evaluate("crypto.subtle") is None
        assert word(page) == VALID
        assert wrong == []


def test_a_browser_that_can_check_nothing(browser: Browser, site: Site) -> None:
    def setup(context: BrowserContext) -> None:
        _without_crypto(context)
        context.add_init_script("delete window.BigInt")

    with opened(browser, site.code, setup) as (page, _):
        assert word(page) == UNCHECKED
        assert "浏览器太旧" in page.inner_text("#answer")


def test_without_scripts_a_page_says_what_was_so(browser: Browser, site: Site) -> None:
    with opened(browser, site.code, java_script_enabled=False) as (page, wrong):
        said = page.inner_text("body")
        assert "截至2022年11月20日，这张证书在册。" in said
        assert "没有核对二维码里的签名" in said
        assert VALID not in said
        assert wrong == []
    with opened(browser, f"{site.address}verify/", java_script_enabled=False) as (page, wrong):
        assert "脚本" in page.inner_text("body")
        assert not page.is_visible("form")
        assert wrong == []


def test_offline_nothing_is_valid(browser: Browser, site: Site) -> None:
    with opened(browser, f"{site.address}verify/") as (page, _):
        assert ask(page, site.one.no) == VALID
        page.context.set_offline(True)
        page.fill("#asked", site.one.no)
        page.click("button[type=submit]")
        expect(page.locator("#answer .answer__word")).to_have_text(UNCHECKED)


@pytest.mark.parametrize("gone", ["nothing", "AbortController"])
def test_what_never_comes_is_not_waited_for(browser: Browser, site: Site, gone: str) -> None:
    def setup(context: BrowserContext) -> None:
        context.route(LIST, lambda asked: None)
        context.add_init_script(f"delete window.{gone}")

    with opened(browser, f"{site.address}verify/", setup) as (page, _):
        page.clock.install()
        page.fill("#asked", site.one.no)
        page.click("button[type=submit]")
        expect(page.locator("#answer")).to_have_text("正在核验……")
        assert page.get_attribute("#answer", "aria-busy") == "true"
        page.clock.fast_forward(20_001)
        assert word(page) == UNCHECKED


def test_the_last_question_is_the_one_answered(browser: Browser, site: Site) -> None:
    held: list[Route] = []

    def route(asked: Route) -> None:
        if held:
            asked.continue_()
        else:
            held.append(asked)

    with opened(browser, f"{site.address}verify/", lambda context: context.route(LIST, route)) as (page, _):
        page.fill("#asked", site.one.no)
        page.keyboard.press("Enter")
        assert ask(page, site.events[2].no) == VALID
        with page.expect_response(LIST):
            held[0].continue_()
        page.wait_for_timeout(200)
        assert site.events[2].no in page.inner_text("#answer")


def test_a_list_cannot_make_a_link_of_anything(browser: Browser, site: Site) -> None:
    line = site.standing(state=REPLACED, successor="javascript:alert(1)")
    with opened(browser, site.code, listing(line)) as (page, wrong):
        assert word(page) == "已换发"
        assert page.locator("#answer a").count() == 0
        assert wrong == []


# By number and by pasted address


def test_by_number_as_people_type_it(browser: Browser, site: Site) -> None:
    with opened(browser, f"{site.address}verify/") as (page, wrong):
        assert ask(page, f" {site.one.no.lower().replace('-', ' ')} ") == VALID
        assert "没有核对签名" in page.inner_text("#answer")
        assert site.one.no in page.inner_text("#answer")
        assert page.evaluate("document.activeElement.id") == "answer"
        page.fill("#asked", f"{site.one.no[:-1]}{'0' if site.one.no[-1] != '0' else '1'}")
        page.keyboard.press("Enter")
        expect(page.locator("#answer")).to_contain_text("校验位不对")
        page.fill("#asked", f"ZSCQZY-42-2022-YC-0999-{check_character('ZSCQZY-42-2022-YC-0999')}")
        page.keyboard.press("Enter")
        expect(page.locator("#answer")).to_contain_text("没有这个编号")
        page.fill("#asked", site.code)
        page.keyboard.press("Enter")
        expect(page.locator("#answer")).to_contain_text("王示例")
        page.fill("#asked", site.code.replace(site.one.token, site.events[2].token, 1))
        page.keyboard.press("Enter")
        expect(page.locator("#answer")).to_contain_text("不是同一张")
        assert wrong == []


def test_a_page_opened_without_what_is_signed(browser: Browser, site: Site) -> None:
    with opened(browser, site.page) as (page, wrong):
        assert word(page) == VALID
        assert "没有核对签名" in page.inner_text("#answer")
        assert page.is_visible("text=名册上的记录")
        assert not page.is_visible("text=这是网站生成时的记录")
        assert wrong == []


# By file


def test_the_printed_file_and_one_byte_more(browser: Browser, site: Site, tmp_path: Path) -> None:
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(site.pdf.read_bytes() + b"\n")
    other = tmp_path / "other.pdf"
    other.write_bytes(b"%PDF-1.7\n%%EOF\n")
    with opened(browser, f"{site.address}verify/") as (page, wrong):
        for file, said, why in (
            (site.pdf, VALID, "王示例"),
            (changed, ABSENT, "文件与打印记录不符"),
            (other, UNCHECKED, "没有证书的签名内容"),
            (ROOT / "README.md", UNCHECKED, "不是 PDF"),
        ):
            page.set_input_files("#file", file)
            expect(page.locator("#answer .answer__word")).to_have_text(said)
            expect(page.locator("#answer")).to_contain_text(why)
        assert wrong == []


def drop(page: Page, file: Path) -> list[bool]:
    """A file let fall on the page's heading; whether the page took what it was asked to take."""
    taken: list[bool] = page.evaluate(
        """bytes => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([new Uint8Array(bytes)], "a.pdf", { type: "application/pdf" }));
            return ["dragover", "drop"].map((kind) => !document.querySelector("h1").dispatchEvent(
                new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true })));
        }""",
        list(file.read_bytes()),
    )
    return taken


def test_a_dropped_file(browser: Browser, site: Site) -> None:
    with opened(browser, f"{site.address}verify/") as (page, wrong):
        # Not taken, the browser would open the file in place of the page.
        assert drop(page, site.pdf) == [True, True]
        assert word(page) == VALID
        assert wrong == []


def test_a_file_whose_prints_cannot_be_had(browser: Browser, site: Site) -> None:
    def setup(context: BrowserContext) -> None:
        context.route("**/prints.json", lambda asked: asked.abort())

    with opened(browser, f"{site.address}verify/", setup) as (page, _):
        page.set_input_files("#file", site.pdf)
        assert word(page) == UNCHECKED
        assert "打印记录" in page.inner_text("#answer")


# The one kept for use offline


def test_the_kept_page_answers_from_what_it_holds(browser: Browser, site: Site) -> None:
    kept = (site.html / "verify" / "offline.html").as_uri()
    with opened(browser, kept, offline=True) as (page, wrong):
        assert ask(page, site.code) == VALID
        assert "王示例" in page.inner_text("#answer")
        page.set_input_files("#file", site.pdf)
        expect(page.locator("#answer .answer__word")).to_have_text(UNCHECKED)
        expect(page.locator("#answer")).to_contain_text("没有打印记录")
        assert wrong == []


def test_the_kept_page_ends_with_its_list(browser: Browser, site: Site) -> None:
    kept = (site.html / "verify" / "offline.html").as_uri()
    late = int((site.list.valid_until + timedelta(seconds=1)).timestamp() * 1000)

    def setup(context: BrowserContext) -> None:
        context.add_init_script(f"Date.now = () => {late}")

    with opened(browser, kept, setup) as (page, _):
        assert ask(page, site.code) == UNCHECKED
        assert "过期" in page.inner_text("#answer")


# For everybody


def test_the_keyboard_is_enough(browser: Browser, site: Site) -> None:
    with opened(browser, f"{site.address}verify/") as (page, _):
        seen = []
        for _ in range(6):
            page.keyboard.press("Tab")
            seen.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
        assert seen[2:5] == ["asked", "查验", "file"]
        page.focus("#asked")
        page.keyboard.type(site.one.no)
        page.keyboard.press("Enter")
        assert word(page) == VALID
        assert page.get_attribute("#answer", "role") == "status"
        assert page.evaluate("document.activeElement.id") == "answer"


@pytest.mark.parametrize("forced", ["none", "active"])
def test_axe_finds_nothing(browser: Browser, site: Site, forced: str) -> None:
    kept = (site.html / "verify" / "offline.html").as_uri()
    others = (f"{site.address}verify/", site.page, kept)
    for address in (site.code, *(others if forced == "none" else ())):
        with opened(browser, address, forced_colors=forced) as (page, _):
            if "/c/" not in address:
                ask(page, site.one.no)
            word(page)
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found = page.evaluate(
                "axe.run().then(found => found.violations.map(one => [one.id, one.nodes.length]))"
            )
            assert found == [], json.dumps(found)
