"""Certification from end to end: a class's plain results, the commands an office runs, and what a phone then says.

Everything between is a real program: `siwu` as a command, poppler and ZBar for the printed code, Chromium for the page. The
site's own address leads to a server on this machine, so that the code is opened as it was printed.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route, expect
from pyrage import x25519

from tests.browser.test_site import served
from tests.browser.test_verify import ask, browser, drop, opened, pytestmark, word
from tests.disk import lay
from tests.issuing import CLASS, RECORD, STATISTICS
from tests.printed import tool
from tests.said import SIWU
from tests.support import BASE, IDENTITY, ISSUER_KEY, ROOT, ROSTER, canonical, edit, read, records

__all__ = ["browser", "pytestmark"]

PLAIN = BASE / "sealed" / "2022" / f"{CLASS}.yml"
RECIPIENTS = "data/sealed/recipients.yml"
DATASET = "data/dataset.yml"
KEYS = "data/keys.yml"
# What rests on certificates that are still to be issued.
LATER = (ROSTER, STATISTICS, RECORD, "data/archive/2022/yichang.yml", "data/commendations/2022.yml")
VALID, DEMO = "有效", "演示数据，非真实证书"
HOME = "https://siwu.example/"


@dataclass(frozen=True, kw_only=True)
class Office:
    """Where certificates are issued: a repository, and a drawer outside it for what is secret or plain."""

    root: Path
    drawer: Path
    identity: Path
    issuer: Path
    status: Path

    def run(self, *arguments: object) -> str:
        """A command that has to succeed; what it said."""
        done = subprocess.run(
            [*SIWU, *map(str, arguments), "-C", str(self.root)],
            capture_output=True,
            text=True,
            check=False,
            env={name: value for name, value in os.environ.items() if not name.startswith("SIWU_")},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def seal(self, old: str = "", new: str = "") -> None:
        """The class's results as typed, with a name corrected, sealed."""
        plain = self.drawer / PLAIN.name
        plain.write_text(PLAIN.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        self.run("seal", plain)

    def check(self) -> str:
        return self.run("check", "--identity", self.identity)

    def issue(self) -> None:
        """From plain results to a roster."""
        self.seal()
        assert "CE023" in self.check()  # passed, and no certificate yet
        given = ("--identity", self.identity, "--key", self.issuer, "--date", "2022-07-01")
        self.run("issue", "--class", CLASS, *given, "--yes")
        assert "没有发现问题" in self.check()

    def publish(self, *only: str) -> Path:
        """What is to be printed, then the site."""
        self.run("print", "--jobs", "1")
        self.run("build", "--status-key", self.status, *only)
        return self.root / "build" / "html"

    @property
    def events(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = read(ROSTER, (self.root / ROSTER).read_bytes())["events"]
        return found

    def paper(self, event: dict[str, Any]) -> Paper:
        """A certificate as its holder has it from now on, whatever becomes of the repository."""
        held = self.drawer / f"{event['no']}.pdf"
        held.write_bytes((self.root / "build" / "certificates" / "2022" / held.name).read_bytes())
        return Paper(no=event["no"], name=event["person"]["name"], pdf=held, code=scanned(held))


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A certificate in somebody's hands."""

    no: str
    name: str
    pdf: Path
    code: str


def scanned(pdf: Path) -> str:
    """What a reader of codes finds on the page."""
    picture = pdf.with_suffix("")
    tool("pdftoppm", "-r", "150", "-png", "-singlefile", pdf, picture)
    return tool("zbarimg", "--quiet", "--raw", picture.with_suffix(".png")).strip()


def demo(folder: Path) -> Office:
    """The demo, with the demo's keys."""
    root = lay(folder / "repository")
    status = ROOT / "tests" / "keys" / "demo-status.pem"
    return _opened(Office(root=root, drawer=folder, identity=IDENTITY, issuer=ISSUER_KEY, status=status))


def production(folder: Path) -> Office:
    """Real records, with keys of the office's own."""
    own, identity = x25519.Identity.generate(), folder / "identity.txt"
    identity.write_text(f"{own}\n", encoding="ascii")
    edits: dict[str, dict[str, Any]] = {
        DATASET: {"kind": "production"},
        RECIPIENTS: {"office": [str(own.to_public())]},
    }
    changed = {path: canonical(path, edit(records()[path], more)) for path, more in edits.items()}
    root = lay(folder / "repository", changed)
    (root / KEYS).unlink()
    pems = {purpose: folder / f"{purpose}.pem" for purpose in ("issuer", "status")}
    office = _opened(Office(root=root, drawer=folder, identity=identity, **pems))
    for purpose, pem in pems.items():
        office.run("key", "new", "--purpose", purpose, "--out", pem, "--from", "2022-01-01")
    return office


def _opened(office: Office) -> Office:
    for path in LATER:
        (office.root / path).unlink()
    return office


@contextmanager
def online(browser: Browser, local: str, address: str) -> Iterator[Page]:
    """A page of the site at its own address, from this machine; nothing else may be asked or go wrong."""

    def answer(route: Route) -> None:
        route.fulfill(response=route.fetch(url=route.request.url.replace(HOME, local)))

    with opened(browser, address, lambda context: context.route(f"{HOME}**", answer)) as (page, wrong):
        yield page
        assert wrong == []


def answers(browser: Browser, local: str, paper: Paper, said: str) -> None:
    """By the code, by the number and by the file: the same word, and a name unless it is no longer shown."""
    shown = said != "已停止公开"
    with online(browser, local, paper.code) as page:
        assert word(page) == said
        assert (paper.name in page.inner_text("main")) is shown
        page.goto(f"{HOME}verify/")
        assert ask(page, paper.no) == said
        assert paper.no in page.inner_text("#answer")
        page.goto(f"{HOME}verify/")
        assert page.locator("#answer .answer__word").count() == 0
        assert drop(page, paper.pdf) == [True, True]
        assert word(page) == said
        assert (paper.name in page.inner_text("main")) is shown


def test_a_demo_from_results_to_an_answer(browser: Browser, tmp_path: Path) -> None:
    office = demo(tmp_path)
    office.issue()
    html = office.publish()
    token = office.events[0]["token"]
    paper = office.paper(office.events[0])
    assert paper.code.startswith(f"{HOME}c/{token}/#")
    assert paper.pdf.read_bytes() == (html / "c" / token / "certificate.pdf").read_bytes()
    with served(html) as local:
        answers(browser, local, paper, DEMO)


def test_a_year_of_an_office(browser: Browser, tmp_path: Path) -> None:
    """Issued, then one corrected, one revoked and one forgotten: every paper handed out is answered as it stands."""
    office = production(tmp_path)
    office.issue()
    with served(office.publish()) as local:
        papers = [office.paper(event) for event in office.events]
        answers(browser, local, papers[0], VALID)
        new = changed(office, papers)
        office.publish("--only", "certificates")
        for paper, said in zip(papers, ("已换发", "已撤销", "已停止公开", VALID), strict=True):
            answers(browser, local, paper, said)
        with online(browser, local, papers[0].code) as page:
            page.click(f"text=查验新证书 {new['no']}")
            expect(page.locator("#answer .answer__word")).to_have_text(VALID)
            assert page.url == f"{HOME}verify/#{new['no']}"
        answers(browser, local, office.paper(new), VALID)
    assert "没有发现问题" in office.run("audit", "--identity", office.identity)
    assert office.run("verify", papers[3].pdf).startswith(VALID)


def changed(office: Office, papers: list[Paper]) -> dict[str, Any]:
    """What befalls the first three; the entry that takes the place of the first."""
    first, second, third, _ = papers
    day = ("--date", "2022-10-10", "--yes")
    office.seal(first.name, "王示范")
    more = ("--name", "王示范", "--reason", "姓名更正", "--key", office.issuer)
    office.run("reissue", first.no, *more, *day)
    office.run("revoke", second.no, "--reason", "fraud", *day)
    office.run("forget", third.no, *day)
    assert "错误" not in office.check()
    new = next(event for event in office.events if event["event"] == "reissued")
    assert new["person"]["name"] == "王示范"
    return new
