"""Take the pictures that documents show of our own pages: python -m tests.picture.

The home page for the READMEs, and what the filing guide names, each cut to its subject and to few colours. Whether
they still look like the pages is for whoever runs this to see.
"""

from __future__ import annotations

import shutil
import sys
import threading
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import markdown  # type: ignore[import-untyped]
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from generator.check import check
from generator.gate.answer import answer
from generator.gate.review import review
from generator.publish import publish
from generator.serve import Preview
from generator.tree import Directory
from tests.browser.test_site import ALONE, NAMES
from tests.gate.scenes import SCENES
from tests.support import ROOT

HOME = ROOT / "docs" / "home.png"
GUIDE = ROOT / "site" / "assets" / "guide"
WIDTH, HEIGHT = 1280, 1810
COLOURS = 32
# What a comment looks like on no site in particular.
PLAIN = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: 1px 24px; color: #14232b; font: 15px/1.6 "Noto Sans CJK SC", sans-serif }
h2 { font-size: 21px; border-bottom: 1px solid #b9c4c9 } h3 { font-size: 17px } a { color: #005a8c }
code { background: #f1f5f5 }</style>"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shot:
    """The top of a page, or of what is below `first` on it, in CSS pixels."""

    name: str
    address: str
    height: int
    first: str = ""
    width: int = 900


SHOTS = (
    Shot(name="duties", address="duties/jingmen/", height=690),
    Shot(name="rule", address="rules/", height=246, first="#pl016"),
    Shot(name="county", address="plans/yichang-zigui/", height=480),
    Shot(name="receipt", address="receipts/", height=610),
)
ANSWER = Shot(name="answer", address="", height=570)


def main() -> None:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        sys.exit("没有找到 Chromium：请运行 .ci/system test")
    html = publish(ROOT, check(Directory(ROOT)), ROOT / "build", only="site")
    with Preview(("127.0.0.1", 0), html) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=found, args=list(ALONE))
        site = f"http://127.0.0.1:{server.server_port}/"
        _home(browser, site)
        for shot in SHOTS:
            _guide(browser, shot, site + _address(shot, html))
        _answer(browser)
        browser.close()
        server.shutdown()


def _address(shot: Shot, html: Path) -> str:
    """Where a shot is taken; of the receipts, the one of the plan the guide speaks of."""
    if shot.address != "receipts/":
        return shot.address
    pages = sorted((html / "receipts").glob("*/index.html"))
    return next(
        f"receipts/{page.parent.name}/" for page in pages if "yichang/zigui.yml" in page.read_text("utf-8")
    )


def _home(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.goto(address)
    page.screenshot(path=HOME)
    _say(HOME)


def _guide(browser: Browser, shot: Shot, address: str) -> None:
    page = browser.new_page(viewport={"width": shot.width, "height": shot.height})
    page.goto(address)
    top = _below(page, shot.first) if shot.first else 0.0
    _keep(shot, page, top)


def _below(page: Page, first: str) -> float:
    box = page.locator(first).bounding_box()
    assert box is not None, first
    return box["y"] - 12


def _answer(browser: Browser) -> None:
    """What the gate answers to a plan with mistakes, as any reader of Markdown shows it."""
    page = browser.new_page(viewport={"width": ANSWER.width, "height": ANSWER.height})
    said = answer(review(SCENES["bad"]())).replace("❌", "✗")  # test machines draw no emoji
    page.set_content(PLAIN + markdown.markdown(said, extensions=["tables", "fenced_code"]))
    _keep(ANSWER, page, 0.0)


def _keep(shot: Shot, page: Page, top: float) -> None:
    clip = {"x": 0.0, "y": top, "width": float(shot.width), "height": float(shot.height)}
    raw = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
    few = Image.open(BytesIO(raw)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    GUIDE.mkdir(parents=True, exist_ok=True)
    few.save(GUIDE / f"{shot.name}.png", optimize=True)
    _say(GUIDE / f"{shot.name}.png")


def _say(path: Path) -> None:
    print(path.relative_to(ROOT))  # noqa: T201


if __name__ == "__main__":
    main()
