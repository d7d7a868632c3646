"""Take the picture of the home page that the READMEs show: python -m tests.picture."""

from __future__ import annotations

import shutil
import sys
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

from generator.check import check
from generator.publish import publish
from generator.serve import Preview
from generator.tree import Directory
from tests.browser.test_site import ALONE, NAMES
from tests.support import ROOT

PICTURE = ROOT / "docs" / "home.png"
WIDTH, HEIGHT = 1280, 1000


def main() -> None:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        sys.exit("没有找到 Chromium：请运行 .ci/system test")
    html = publish(ROOT, check(Directory(ROOT)), ROOT / "build", only="site")
    with Preview(("127.0.0.1", 0), html) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=found, args=list(ALONE))
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        PICTURE.parent.mkdir(exist_ok=True)
        page.screenshot(path=PICTURE)
        browser.close()
        server.shutdown()
    print(Path(PICTURE).relative_to(ROOT))  # noqa: T201


if __name__ == "__main__":
    main()
