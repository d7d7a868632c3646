"""Hostile text in every field, read by Chromium: no script runs, no element or address appears, and the text shows as
it is written. For MkDocs and for Zensical over the same staged pages."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from generator.publish import publish
from tests.browser.test_site import ALONE, NAMES, served
from tests.published import files, lay_out
from tests.safety import hostile
from tests.safety.engines import zensical
from tests.safety.hostile import MARK, harmless

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("safety")]

# The pages of certificates, of receipts and of verification are written past the site engine.
CERTIFICATES = "c/"
OWN = (CERTIFICATES, "receipts/", "verify/")
ENGINES = ("mkdocs", "zensical")
SHOWN_IN = {"title", "aria-label", "alt", "content", "data-label"}
# Parsed as a page is, without running anything: every element with its parent, its attributes and where they lead,
# how often; the text; and the attributes that hold a mark.
PARSE = """source => {
  const page = new DOMParser().parseFromString(source, "text/html");
  const leads = ["href", "src", "srcset", "action", "formaction", "data", "poster", "style", "id", "name"];
  const elements = {}, marked = [];
  for (const element of page.querySelectorAll("*")) {
    const names = [...element.attributes].map(one =>
      leads.includes(one.name) ? `${one.name}=${one.value}` : one.name);
    const key = `${element.parentElement?.localName} ${element.localName} ${names.sort().join(" ")}`;
    elements[key] = (elements[key] || 0) + 1;
    for (const one of element.attributes) if (one.value.includes("§")) marked.push([one.name, one.value]);
  }
  for (const code of page.querySelectorAll("script, style")) code.remove();
  return { elements, marked, text: page.documentElement.textContent };
}"""


@dataclass(frozen=True)
class Sites:
    """Pages of both datasets by engine, and the way to the hostile ones."""

    html: Mapping[tuple[str, str], Path]

    def pages(self, engine: str) -> list[str]:
        """The first and the last page of each kind: what lies in one folder is alike."""
        found = []
        for _, alike in groupby(sorted(_pages(self.html[engine, "hostile"]), key=_kind), key=_kind):
            names = list(alike)
            found += [names[0], names[-1]] if len(names) > 1 else names
        return found


def _kind(name: str) -> tuple[str, int]:
    return name.split("/", maxsplit=1)[0], name.count("/")


def _pages(html: Path) -> set[str]:
    return {name for name in files(html) if name.endswith(".html")}


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Sites:
    made = {}
    for name, outcome in (("harmless", harmless()), ("hostile", hostile.hostile())):
        folder = lay_out(tmp_path_factory.mktemp(name))
        made["mkdocs", name] = publish(folder, outcome, folder / "build")
        made["zensical", name] = zensical(folder / "build")
    return Sites(made)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "Chromium is missing: run .ci/system test"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=list(ALONE))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def reader(browser: Browser) -> Page:
    return browser.new_page()


def parsed(reader: Page, html: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = reader.evaluate(PARSE, (html / name).read_text(encoding="utf-8"))
    return found


def test_zensical_makes_the_same_pages(sites: Sites) -> None:
    for name in ("harmless", "hostile"):
        made = {page for page in _pages(sites.html["mkdocs", name]) if not page.startswith(OWN)}
        assert _pages(sites.html["zensical", name]) == made


@pytest.mark.parametrize("engine", ENGINES)
def test_hostile_text_adds_no_element_attribute_or_address(sites: Sites, reader: Page, engine: str) -> None:
    for name in sites.pages(engine):
        plain, wild = (parsed(reader, sites.html[engine, kind], name) for kind in ("harmless", "hostile"))
        before, after = Counter(plain["elements"]), Counter(wild["elements"])
        assert after - before == Counter(), name
        # A name no font can print has no PDF to lead to.
        assert name.startswith(CERTIFICATES) or before - after == Counter(), name


@pytest.mark.parametrize("engine", ENGINES)
def test_hostile_text_is_read_as_it_is(sites: Sites, reader: Page, engine: str) -> None:
    shown = set()
    for name in sites.pages(engine):
        found = parsed(reader, sites.html[engine, "hostile"], name)
        text = hostile.read(found["text"])
        for count in set(map(int, MARK.findall(text))):
            assert text.count(f"§{count}§") == 2 * text.count(hostile.read(hostile.text(count))), (
                name,
                count,
            )
            shown.add(count)
        for attribute, value in found["marked"]:
            assert attribute in SHOWN_IN, (name, attribute)
            for count in set(map(int, MARK.findall(value))):
                assert hostile.read(hostile.text(count)) in hostile.read(value), (name, attribute)
    assert len(shown) > len(hostile.STRINGS)


@pytest.mark.parametrize("engine", ENGINES)
def test_no_script_of_a_hostile_text_runs(sites: Sites, browser: Browser, engine: str) -> None:
    context, wrong = browser.new_context(), list[str]()
    page = context.new_page()
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url) if _is_wrong(request.url) else None)
    with served(sites.html[engine, "hostile"]) as address:
        for name in sites.pages(engine):
            page.goto(address + name.removesuffix("index.html"), wait_until="load")
            page.mouse.move(300, 300)
            assert page.evaluate("window.hacked") is None, name
            assert page.locator("img[src=x], iframe, base, [onload], [onerror], [onmouseover]").count() == 0
    context.close()
    assert wrong == []


def _is_wrong(url: str) -> bool:
    return (
        "evil" in url
        or url.startswith("file:")
        or not url.startswith(("http://127.0.0.1:", "data:", "blob:"))
    )
