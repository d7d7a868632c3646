"""Nothing private reaches build/: a value planted in every private field of every kind is in no byte of it."""

from __future__ import annotations

import gzip
import html
import io
import re
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from generator import publish as publishing
from generator.check import Outcome
from generator.publish import publish
from generator.render.page import Page
from generator.render.pages import Views, pages
from tests.published import files, lay_out, remade
from tests.safety.planted import NEEDLE, TOKEN, planted, private_places
from tests.support import ROOT, schemas

pytestmark = pytest.mark.xdist_group("safety")

EVERYTHING = "plans/everything.md"
# The way of a certificate's page: the only place where its token may stand.
ADDRESS = re.compile(r"(?:html/)?c/(zq\d{4}kn[a-z0-9]*)/")


def everything(views: Views) -> Iterator[Page]:
    """The pages, and one that shows all that pages are made from: no template can show more."""
    yield from pages(views)
    shown = repr((views.repo, views.clusters))
    yield Page(path=EVERYTHING, template="everything.md.j2", context={"everything": shown}, section="")


def build(folder: Path, outcome: Outcome) -> Path:
    """build/ of the outcome, with the page that shows everything and canaries in what pages are not made from."""
    lay_out(folder)
    for name in ("site", "mkdocs.yml"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    (folder / "site" / "templates" / "everything.md.j2").write_text("{{ everything }}\n", encoding="utf-8")
    (folder / "data" / "sealed" / "2022" / "kaohe-yichang-1-paper.age").write_bytes(b"zq9999kn")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "pages", everything)
        publish(folder, outcome, folder / "build")
    return folder / "build"


def readings(raw: bytes) -> Iterator[bytes]:
    """The bytes, and what they say to whoever unpacks them: gzip, PDF text, metadata and streams, references."""
    yield raw
    if raw.startswith(b"\x1f\x8b"):
        yield gzip.decompress(raw)
    if raw.startswith(b"%PDF"):
        yield from _pdf(raw)
    elif b"&" in raw or b"%" in raw:
        yield html.unescape(raw.decode("utf-8", "replace")).encode("utf-8", "replace")


def _pdf(raw: bytes) -> Iterator[bytes]:
    from pypdf import PdfReader  # noqa: PLC0415

    reader = PdfReader(io.BytesIO(raw))
    yield repr(reader.metadata).encode()
    yield repr(reader.xmp_metadata and reader.xmp_metadata.stream.get_data()).encode()
    yield "\n".join(page.extract_text() for page in reader.pages).encode()
    yield repr([page.get("/Annots") and page["/Annots"] for page in reader.pages]).encode()
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", raw, re.DOTALL):
        try:
            yield zlib.decompress(stream)
        except zlib.error:
            continue


def found(build: Path) -> set[tuple[str, bytes]]:
    """Every canary by the file it stands in: in its name, its bytes, and what they unpack to."""
    met = set()
    for name, raw in files(build).items():
        token = (ADDRESS.match(name) or [None, ""])[1]
        for reading in (name.encode(), *readings(raw)):
            for needle in NEEDLE.findall(reading.lower()):
                if not token or needle.decode() not in token:
                    met.add((name, needle))
    return met


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("planted"), planted()[0])


def test_every_private_field_of_every_kind_is_planted() -> None:
    _, planting = planted()
    assert private_places(schemas()) - planting.places == {"instructor/consent/publication"}
    assert planting.count > len(planting.places) > 80


def test_no_canary_is_in_any_byte(site: Path) -> None:
    assert (site / "html" / "plans" / "everything" / "index.html").is_file()
    assert found(site) == set()


def test_private_fields_change_no_byte(site: Path, tmp_path: Path) -> None:
    """What a shape has no room to mark (a choice, a yes or no, a small number) shows by its effect."""
    assert files(build(tmp_path, planted(only=TOKEN)[0])) == files(site)


def test_the_search_finds_what_is_not_blanked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "public", lambda repo, schemas: repo)
    met = {needle for _, needle in found(build(tmp_path, planted()[0]))}
    assert len(met) > 60


def test_the_search_reads_packed_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"zq0001kn"))
    (tmp_path / "b.html").write_bytes(b"&#122;q0002kn")
    (tmp_path / "zq0003kn.txt").touch()
    assert {needle for _, needle in found(tmp_path)} == {b"zq0001kn", b"zq0002kn", b"zq0003kn"}


def test_an_instructor_who_refused_is_nowhere(tmp_path: Path) -> None:
    outcome, _ = planted(only=TOKEN)
    assert outcome.repo is not None
    path = "data/instructors/base-yichang/li-shili.yml"
    source = outcome.repo.sources[path]
    data = {**source.data, "name": "zq0001kn", "consent": {**source.data["consent"], "publication": False}}
    sources = {**outcome.repo.sources, path: replace(source, data=data)}
    made = replace(outcome, repo=remade(outcome.repo, list(sources.values())))
    assert found(build(tmp_path, made)) == set()
