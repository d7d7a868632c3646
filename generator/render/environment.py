"""The template engine as every page and print uses it: what a record says is text, a name nobody gave is an error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined
from markupsafe import Markup

from generator.render.escape import inert

Filters = Mapping[str, Callable[..., Any]]


def environment(folders: Iterable[Path], filters: Filters) -> Environment:
    """Templates of these folders."""
    made = Environment(
        loader=FileSystemLoader(tuple(folders)),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters |= filters
    return made


def _shown(value: object) -> Markup:
    """A name nobody gave is an error that says which; StrictUndefined raises it when made to text."""
    return inert(str(value) if isinstance(value, Undefined) else value)
