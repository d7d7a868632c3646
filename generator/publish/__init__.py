"""The only writer of build/: stages the pages, runs the site engine, shows the result all at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

from generator.check import Outcome
from generator.derive.public import public
from generator.model import Repo
from generator.publish.swap import alone, fresh, recover, switch
from generator.render.escape import setting
from generator.render.pages import Views, pages
from generator.render.templates import Templates
from generator.schema import Schemas
from generator.tree import Directory

BEIJING = timezone(timedelta(hours=8))
CHECKOUT = Path(__file__).parents[2]


def publish(root: Path, outcome: Outcome, out: Path) -> Path:
    """Build the site of a checked repository into `out`/html and return that folder.

    Everything is gathered before anything is written, and a failed or killed build leaves the old site whole.
    A second build of the same folder waits for the first.
    """
    if outcome.repo is None:
        raise ValueError("nothing to publish: the check made no repo")
    schemas = Schemas.read(Directory(root))
    repo = public(outcome.repo, schemas)
    home = _home(root)
    staged = Templates(home / "site").all(pages(Views.of(repo, schemas)))
    shown = out.resolve() / "html"
    with alone(shown.parent / ".lock", _waiting) as lock:
        recover(shown)
        new = fresh(shown.with_name("html.new"))
        config = _stage(staged, repo, home, shown.parent, new)
        _run_engine(config, repo.as_of, lock)
        switch(new, shown)
    return shown


def _home(root: Path) -> Path:
    """Where templates and looks come from: the repository's own, else (a repository of records only) this one's."""
    return root if (root / "site").is_dir() else CHECKOUT


def _waiting() -> None:
    sys.stderr.write("另一个生成正在进行，等它完成……\n")


def _stage(staged: Mapping[str, str], repo: Repo, home: Path, out: Path, new: Path) -> Path:
    """Write pages, assets and configuration under `out`; return the configuration's path."""
    folder = fresh(out / "pages")
    for path, text in staged.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    shutil.copytree(home / "site" / "assets", folder / "assets")
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


def _run_engine(config: Path, as_of: date, lock: int) -> None:
    """Run MkDocs over the staged pages; what it says on failure is a fault of ours, not of the records.

    It inherits the lock: should we be killed, the next build waits until it has stopped writing.
    It is not told to be quiet: `--strict` counts only the warnings that would be printed.
    """
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(config)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": _build_time(as_of), "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(
        command, env=environment, pass_fds=(lock,), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"MkDocs could not build the site:\n{done.stdout}{done.stderr}")


def _build_time(as_of: date) -> str:
    """SOURCE_DATE_EPOCH if given, else the beginning of `as_of` in Beijing."""
    start = int(datetime.combine(as_of, time(), BEIJING).timestamp())
    return os.environ.get("SOURCE_DATE_EPOCH", str(start))
