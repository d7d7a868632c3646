"""Receipts: what stands on the paper and on the page, that it stands in its place, and that links hold."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from generator.check import check
from generator.derive.public import public
from generator.documents.fonts import Fonts
from generator.documents.printing import Batch, Printer
from generator.documents.receipts import GETA, Receipt, Receipts
from generator.publish import publish
from generator.publish.kept import Printing
from generator.publish.receipts import files as printed_files
from generator.tree import Directory
from tests.published import Document, files, lay_out
from tests.support import FILINGS, ROOT, edit, records, schemas, tree, write

pytestmark = pytest.mark.xdist_group("documents")

MM = 72 / 25.4
SITE = ROOT / "site"
RARE = "\U00030000"
AMENDED = "示例备案登记 2022-0009"


def receipts(spec: dict[str, Any] | None = None) -> Receipts:
    found = check(tree(spec or {}), schemas=schemas()).repo
    assert found is not None
    return Receipts(public(found, schemas()), schemas())


def register() -> dict[str, Any]:
    """The base's register with an amendment of the last plan as its last line."""
    line = {
        **records()[FILINGS][4],
        "seq": 9,
        "no": AMENDED,
        "kind": "amendment",
        "amends": "示例备案登记 2022-0005",
        "submitted": "2022-09-01T09:00:00+08:00",
        "filed": "2022-09-02T10:30:05+08:00",
        "due": "",
        "merge": "a" * 40,
    }
    return {"edit": {FILINGS: {"+": line}}, "rechain": [FILINGS]}


def one(seq: int, spec: dict[str, Any] | None = None) -> Receipt:
    return next(receipt for receipt, line in receipts(spec) if line["seq"] == seq)


@pytest.fixture(scope="module")
def printer() -> Printer:
    return Printer(Batch(SITE, Fonts.installed(), "receipt"))


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = lay_out(tmp_path_factory.mktemp("site"), dict(tree(register()).files))
    for only in ("site", "receipts"):
        publish(folder, check(Directory(folder)), folder / "build", only=only)
    return folder / "build" / "html"


def tool(*command: str | Path, read: bytes | None = None) -> bytes:
    return subprocess.run(command, input=read, capture_output=True, check=True).stdout


def text(pdf: bytes) -> str:
    return tool("pdftotext", "-raw", "-", "-", read=pdf).decode()


# The view


def test_a_receipt_says_what_was_filed_and_when() -> None:
    made = one(5)
    assert (made.no, made.receipt, made.title) == ("示例备案登记 2022-0005", "2022-0005", "备案回执")
    assert (made.who, made.what, made.lateness) == ("秭归县", "2022年培训计划", "按期")
    assert (made.merge, made.demo) == ("演示数据没有合并提交", True)
    assert made.address == "https://siwu.example/receipts/2022-0005/"


def test_approval_and_withdrawal_have_their_own_words() -> None:
    assert (one(6).title, one(6).done) == ("审定回执", "已审定登记")
    gone = {"edit": {FILINGS: {"4/kind": "withdrawal"}}, "rechain": [FILINGS]}
    assert (one(5, gone).title, one(5, gone).done) == ("撤回回执", "撤回已登记")


def test_the_reviewer_is_on_no_receipt() -> None:
    """`reviewer` is not public in the schema, whatever stands in the register."""
    spec = {"edit": {FILINGS: {"4/reviewer": "zq0001kn"}}, "rechain": [FILINGS]}
    assert "zq0001kn" not in repr(list(receipts(spec)))
    assert "zq0001kn" in repr(check(tree(spec), schemas=schemas()).repo)


def test_a_line_knows_what_it_amends_and_what_amended_it() -> None:
    found = receipts(register())
    old, new = found.lines[4], found.lines[-1]
    amended = found.amended(new)
    assert amended is not None
    assert (amended.no, amended.receipt, found.amended(old)) == (old["no"], "2022-0005", None)
    assert [(other.no, other.kind) for other in found.later(old)] == [(AMENDED, "计划变更")]
    assert found.later(new) == ()


# The paper


def test_the_paper_says_all_of_it(printer: Printer) -> None:
    made = one(9, register())
    said = text(printer.pdf(made))
    for words in (
        "备案回执",
        AMENDED,
        "秭归县的2022年培训计划，已登记备案。",
        "data/plans/2022/yichang/zigui.yml",
        "2022年9月1日 09:00:00（PR-",
        "2022年9月2日 10:30:05",
        "不设期限",
        "示例备案登记 2022-0005",
        "a" * 40,
        "湖北省知识产权局",
        "（印章）",
        "演示数据，不是真实的备案回执",
    ):
        assert words in said
    assert made.digest in said.replace("\n", "")
    assert made.hash in said.replace("\n", "")


def test_the_page_is_that_of_the_standard(printer: Printer) -> None:
    """GB/T 9704: A4, nothing but the demo mark outside the type area of 156 by 225 mm."""
    pdf = printer.pdf(one(5))
    said = tool("pdfinfo", "-", read=pdf).decode()
    assert re.search(r"Pages:\s+1\n", said)
    assert re.search(r"Page size:\s+595\.\d+ x 841\.\d+ pts \(A4\)", said)
    boxes = re.findall(
        r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>',
        tool("pdftotext", "-bbox", "-", "-", read=pdf).decode(),
    )
    for *box, word in boxes:
        left, top, right, bottom = (float(number) / MM for number in box)
        assert (left >= 27.9 and right <= 184.1 and bottom <= 262.1) or word == "演示", (word, left, right)
        assert top >= 36 or word == "演示", (word, top)


def test_its_code_leads_to_its_page(printer: Printer, tmp_path: Path) -> None:
    made = one(5)
    (tmp_path / "r.pdf").write_bytes(printer.pdf(made))
    tool("pdftoppm", "-r", "150", "-png", "-singlefile", tmp_path / "r.pdf", tmp_path / "r")
    assert tool("zbarimg", "--raw", "-q", tmp_path / "r.png").decode().strip() == made.address


def test_a_real_one_has_no_demo_words(printer: Printer) -> None:
    made = replace(one(5), demo=False)
    assert "演示" not in text(printer.pdf(replace(made, merge="没有记录")))


def test_the_same_bytes_every_time(printer: Printer) -> None:
    again = Printer(printer._batch)
    assert printer.pdf(one(5)) == again.pdf(one(5))


def test_a_new_filing_changes_no_other_paper(tmp_path: Path) -> None:
    printing = Printing(processes=1)
    whole = dict(printed_files(receipts(), SITE, tmp_path / "kept", printing))
    found = receipts()
    found.lines = found.lines[:4]
    first = dict(printed_files(found, SITE, tmp_path / "other", printing))
    assert len(first) == 4
    assert {name: whole[name] for name in first} == first


def test_a_character_no_font_has_is_marked_and_told(tmp_path: Path) -> None:
    spec = {"edit": {"data/dataset.yml": {"issuer": f"示例局{RARE}"}}}
    told: list[str] = []
    printing = Printing(refuse=told.append, processes=1)
    made = dict(printed_files(receipts(spec), SITE, tmp_path / "kept", printing))
    assert len(made) == len(told) == 8
    assert told[0].startswith("备案回执 示例备案登记 2022-0001 中的“𰀀”（U+30000）字体中没有，印成了〓。")
    assert f"示例局{GETA}" in text(made["papers/receipts/2022-0001.pdf"])


# In the site


def test_every_line_has_a_page_and_a_paper(html: Path) -> None:
    names = {f"2022-{seq:04d}" for seq in range(1, 10)}
    assert {path.name for path in (html / "receipts").iterdir()} == names
    assert {path.stem for path in (html / "papers" / "receipts").iterdir()} == names


def test_every_link_of_a_receipt_leads_somewhere(html: Path) -> None:
    for page in (html / "receipts").glob("*/index.html"):
        document = Document(page.read_text(encoding="utf-8"))
        assert document.language == "zh-CN"
        assert document.loads == []
        assert len(document.links) >= 4
        for link in document.links:
            parts = urlsplit(link)
            assert not parts.scheme, link
            path = (page.parent / unquote(parts.path)).resolve()
            assert (path / "index.html" if path.is_dir() else path).is_file(), (page, link)


def test_the_register_and_the_county_lead_to_receipts(html: Path) -> None:
    register = Document((html / "filings" / "index.html").read_text(encoding="utf-8"))
    county = Document((html / "plans" / "yichang-zigui" / "index.html").read_text(encoding="utf-8"))
    assert "../receipts/2022-0009/" in register.links
    assert "../../receipts/2022-0005/" in county.links
    assert "两个版本不都在手边，不能比较。" in county.text


def test_an_amended_receipt_leads_to_the_one_that_holds(html: Path) -> None:
    old = Document((html / "receipts" / "2022-0005" / "index.html").read_text(encoding="utf-8"))
    new = Document((html / "receipts" / "2022-0009" / "index.html").read_text(encoding="utf-8"))
    assert "../../receipts/2022-0009/" in old.links
    assert "以最后一条为准" in old.text
    assert "../../receipts/2022-0005/" in new.links
    assert "以最后一条为准" not in new.text


def test_receipts_are_made_alone_and_stay_when_the_site_is_made(tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    outcome = check(Directory(folder))
    before = files(publish(folder, outcome, folder / "build"))
    assert files(publish(folder, outcome, folder / "build", only="site")) == before
    assert files(publish(folder, outcome, folder / "build", only="receipts")) == before
    line = edit(records()[FILINGS], {"0/submission": "PR-987"})
    (folder / FILINGS).write_bytes(write(FILINGS, line))
    changed = replace(outcome, repo=check(Directory(folder)).repo)
    after = files(publish(folder, changed, folder / "build", only="receipts"))
    assert {name for name in after if after[name] != before[name]} == {"papers/receipts/2022-0001.pdf"}
