"""`siwu serve` as a clerk uses it: a record, the looks or a schema changes on disk, and the open page follows."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_site import browser
from tests.published import lay_out
from tests.support import ROOT

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

PLAN = "data/plans/2022/yichang/zigui.yml"
VENUE = "秭归县示例会议中心"
PATIENCE = 30_000


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    command = [str(Path(sys.executable).parent / "siwu"), "-C", str(folder), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                break
        assert found, said
        try:
            yield found[0]
        finally:
            process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(10) == 0, said + rest


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


def test_the_open_page_follows_a_record_the_looks_and_a_schema(browser: Browser, tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    (folder / "schemas").unlink()
    for name in ("schemas", "site"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copyfile(ROOT / "mkdocs.yml", folder / "mkdocs.yml")
    with serving(folder) as address:
        with opened(browser, address + "plans/yichang-zigui/") as page:
            expect(page.locator("body")).to_contain_text(VENUE)
            change(folder / PLAN, VENUE, "秭归县示例新会场")
            expect(page.locator("body")).to_contain_text("秭归县示例新会场", timeout=PATIENCE)
            expect(page.locator("body")).not_to_contain_text(VENUE)
            change(folder / "site" / "overrides" / "main.html", "都是虚构的", "都是想出来的")
            expect(page.locator("body")).to_contain_text("都是想出来的", timeout=PATIENCE)
        with opened(browser, address + "fields/plan/") as page:
            change(folder / "schemas" / "plan.schema.json", '"title": "', '"title": "新的')
            expect(page.locator("h1")).to_contain_text("新的", timeout=PATIENCE)
        # A record that is wrong leaves the page as it is.
        change(folder / PLAN, "classes:", "klasses:")
        with opened(browser, address) as page:
            expect(page.locator("body")).to_contain_text("都是想出来的")
