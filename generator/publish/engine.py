"""The site engine over the staged pages: MkDocs in this process, strict, and quiet unless it fails."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from generator.memory import young

BEIJING = timezone(timedelta(hours=8))


def run(config: Path, as_of: date) -> None:
    """Build the site `config` describes; what the engine says on failure is a fault of ours, not of the records."""
    with _dated(as_of), _listening() as said, young(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            settings = load_config(str(config), strict=True)
            settings.plugins.on_startup(command="build", dirty=False)
            try:
                build(settings)
            finally:
                settings.plugins.on_shutdown()
        except Abort as error:
            told = "\n".join(record.getMessage() for record in said.records)
            raise RuntimeError(f"MkDocs could not build the site:\n{told}\n{error}") from error


@contextmanager
def _dated(as_of: date) -> Iterator[None]:
    """SOURCE_DATE_EPOCH as given, else the beginning of `as_of` in Beijing."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        yield
        return
    os.environ["SOURCE_DATE_EPOCH"] = str(int(datetime.combine(as_of, time(), BEIJING).timestamp()))
    try:
        yield
    finally:
        del os.environ["SOURCE_DATE_EPOCH"]


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextmanager
def _listening() -> Iterator[_Kept]:
    """Warnings are kept for the message of a failure. Strictness counts those its logger lets through."""
    logger, kept = logging.getLogger("mkdocs"), _Kept()
    before = logger.level, logger.propagate, logger.disabled
    logger.setLevel(logging.WARNING)
    logger.propagate, logger.disabled = False, False
    logger.addHandler(kept)
    try:
        yield kept
    finally:
        logger.removeHandler(kept)
        logger.setLevel(before[0])
        logger.propagate, logger.disabled = before[1:]
