"""The only writer of build/: stages the pages, runs the site engine, shows the result all at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generator.check import Outcome
from generator.derive.public import public
from generator.memory import young
from generator.model import Repo
from generator.publish import certificates, engine
from generator.publish.certificates import Printing
from generator.publish.extras import add, carry, found, sync
from generator.publish.parts import fill
from generator.publish.swap import alone, fresh, recover, switch
from generator.render.escape import setting
from generator.render.pages import Views, pages
from generator.render.templates import Templates
from generator.schema import Schemas
from generator.tree import Directory

CHECKOUT = Path(__file__).parents[2]
PARTS = ("site", "certificates")


def publish(
    root: Path, outcome: Outcome, out: Path, printing: Printing | None = None, only: str = ""
) -> Path:
    """Build the site of a checked repository into `out`/html and return that folder.

    `only` is one of PARTS: the other stays as it was at the last build.

    Everything is gathered before anything is written, and a failed or killed build leaves the old site whole.
    A second build of the same folder waits for the first.
    """
    if outcome.repo is None:
        raise ValueError("nothing to publish: the check made no repo")
    schemas = Schemas.read(Directory(root))
    home = _home(root)
    with young():
        repo = public(outcome.repo, schemas)
        made = tuple(pages(Views.of(repo, schemas)))
        templates = Templates(home / "site")
        staged, parts = templates.all(made), templates.parts(made)
    shown = out.resolve() / "html"
    with alone(shown.parent / ".lock", _waiting):
        recover(shown)
        new = fresh(shown.with_name("html.new"))
        if only in ("", "site"):
            config = _stage(staged, repo, home, shown.parent, new)
            engine.run(config, repo.as_of)
            fill(new, parts)
        else:
            carry(shown, new, without=certificates.OWN)
        if only in ("", "certificates"):
            kept = shown.parent / "cache" / "certificates"
            add(new, certificates.files(repo, outcome.repo, home / "site", kept, printing or Printing()))
        else:
            carry(shown, new, certificates.OWN)
        switch(new, shown)
    return shown


def _home(root: Path) -> Path:
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
