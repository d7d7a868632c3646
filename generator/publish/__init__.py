"""The only writer of build/: stages the pages, runs the site engine, shows the result all at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.check import Outcome
from generator.derive.public import public
from generator.derive.pulls import Pull
from generator.documents.calendar import calendar
from generator.documents.receiptpages import ReceiptPages
from generator.documents.receipts import Receipts
from generator.memory import young
from generator.model import Repo
from generator.publish import certificates, engine, receipts, validity
from generator.publish import heads as chain_heads
from generator.publish.extras import add, carry, found, sync
from generator.publish.kept import Printing
from generator.publish.ledger import known
from generator.publish.parts import fill
from generator.publish.swap import alone, fresh, recover, switch
from generator.publish.verifypages import Verifier
from generator.publish.versions import filed_versions
from generator.render.escape import setting
from generator.render.pages import Views, pages
from generator.render.templates import Templates
from generator.schema import Schemas
from generator.signature.keys import PrivateKey
from generator.tree import Directory

CHECKOUT = Path(__file__).parents[2]
PARTS = ("site", "certificates", "receipts")
# What the printed parts have in the site; the rest is the part called site.
OWN = {"certificates": certificates.OWN, "receipts": receipts.OWN}


def publish(
    root: Path,
    outcome: Outcome,
    out: Path,
    printing: Printing | None = None,
    only: str = "",
    pulls: tuple[Pull, ...] = (),
    status_key: PrivateKey | None = None,
) -> Path:
    """Build the site of a checked repository into `out`/html and return that folder.

    `only` is one of PARTS: the others stay as they were at the last build. `pulls` are the open
    pull requests of the forge, where they are known. `status_key` signs the status list; without it there is none.

    Everything is gathered before anything is written, and a failed or killed build leaves the old site whole.
    A second build of the same folder waits for the first.
    """
    if outcome.repo is None:
        raise ValueError("nothing to publish: the check made no repo")
    schemas = Schemas.read(Directory(root))
    home = home_of(root)
    verifier = Verifier.read(home / "site")
    with young():
        repo = public(outcome.repo, schemas)
        views = Views.of(repo, schemas, pulls, filed_versions(root, repo))
        made = tuple(pages(views))
        templates = Templates(home / "site")
        staged, parts = templates.all(made), templates.parts(made)
        staged |= _calendars(views)
        filed = Receipts(repo, schemas)
    prints = _Prints(repo, outcome.repo, filed, home / "site", printing or Printing())
    shown = out.resolve() / "html"
    with alone(shown.parent / ".lock", _waiting):
        recover(shown)
        new = fresh(shown.with_name("html.new"))
        if only in ("", "site"):
            config = _stage(staged, repo, home, shown.parent, new)
            engine.run(config, repo.as_of)
            fill(new, parts)
            add(new, ReceiptPages(home / "site", filed).files(repo.as_of))
            add(new, chain_heads.files(outcome.repo))
        else:
            carry(shown, new, without=[name for own in OWN.values() for name in own])
        for part, own in OWN.items():
            if only in ("", part):
                add(new, prints.files(part, shown.parent / "cache" / part))
            else:
                carry(shown, new, own)
        validity.renew(new, outcome.repo, status_key)
        verifier.renew(new, repo)
        switch(new, shown)
    return shown


def _calendars(views: Views) -> dict[str, str]:
    """The deadlines of each filer, as files beside the pages."""
    base = views.repo.dataset.base_url.rstrip("/")
    return {
        f"duties/{duties.owner}.ics": calendar(duties, f"{base}/duties/{duties.owner}/").decode()
        for duties in views.duties
    }


@dataclass(frozen=True)
class _Prints:
    """What is printed, part by part; `whole` gives the certificates' tokens only."""

    public: Repo
    whole: Repo
    receipts: Receipts
    site: Path
    printing: Printing

    def files(self, part: str, kept: Path) -> Iterator[tuple[str, bytes]]:
        """The part's files; in `kept` PDFs stay for the next build."""
        if part == "receipts":
            return receipts.files(self.receipts, self.site, kept, self.printing)
        ledger = known(self.public, kept.parents[1] / "prints")
        return certificates.files(self.public, self.whole, self.site, kept, self.printing, ledger)


def home_of(root: Path) -> Path:
    """Where templates and looks come from: the repository's own, else (a repository of records only) this one's."""
    return root if (root / "site").is_dir() else CHECKOUT


def _waiting() -> None:
    sys.stderr.write("另一个生成正在进行，等它完成……\n")


def _stage(staged: Mapping[str, str], repo: Repo, home: Path, out: Path, new: Path) -> Path:
    """Write pages, assets and configuration under `out`; return the configuration's path."""
    assets = home / "site" / "assets"
    copied = {f"assets/{file.relative_to(assets)}": file.read_bytes() for file in found(assets)}
    sync(out / "pages", {path: text.encode() for path, text in staged.items()} | copied)
    config = out / "mkdocs.yml"
    config.write_text(setting(_configuration(repo, home, out, new)) + "\n", encoding="utf-8")
    return config


def _configuration(repo: Repo, home: Path, out: Path, new: Path) -> dict[str, Any]:
    """What depends on the data or on where we write; relative paths count from build/."""
    dataset = repo.dataset
    return {
        "INHERIT": os.path.relpath(home / "mkdocs.yml", out),
        "site_url": dataset.base_url,
        "docs_dir": "pages",
        "site_dir": new.name,
        "theme": {"custom_dir": os.path.relpath(home / "site" / "overrides", out)},
        "extra": {
            "title": dataset.title,
            "issuer": dataset.issuer,
            "demo": dataset.kind == "demo",
            "icp": dataset.icp,
            "gov_mark": dataset.gov_mark,
        },
    }
