"""Pages to Markdown: the one place that knows the template engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined
from markupsafe import Markup

from generator.render import words
from generator.render.escape import inert, setting
from generator.render.page import Page
from generator.workers import cores, spread

# Fewer pages are made sooner by one process than a second is started.
PARALLEL_FROM = 400
CHUNK = 20


class Templates:
    """The templates and authored pages under a site folder."""

    def __init__(self, site: Path) -> None:
        self._environment = Environment(
            loader=FileSystemLoader((site / "templates", site)),
            autoescape=True,
            finalize=_shown,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        for name in ("day", "lateness", "listed", "long_span", "number", "span"):
            self._environment.filters[name] = getattr(words, name)

    def markdown(self, page: Page) -> str:
        """The page as MkDocs reads it."""
        template = self._environment.get_template(page.template)
        return front_matter(page) + template.render(page.context, home=Markup(page.home))

    def all(self, pages: Sequence[Page]) -> dict[str, str]:
        """Every page's Markdown by its path."""
        chunks = range(0, len(pages), CHUNK)
        processes = cores() if len(pages) >= PARALLEL_FROM else 1
        made = spread(lambda: lambda start: self._some(pages[start : start + CHUNK]), chunks, processes)
        return {path: text for some in made for path, text in some}

    def _some(self, pages: Sequence[Page]) -> list[tuple[str, str]]:
        return [(page.path, self.markdown(page)) for page in pages]

    def parts(self, pages: Iterable[Page]) -> dict[str, str]:
        """The parts that go past the site engine, as HTML, by the built page they belong to."""
        return {
            page.built: self._environment.get_template(page.part).render(page.context, home=Markup(page.home))
            for page in pages
            if page.part
        }


def _shown(value: object) -> Markup:
    """A name nobody gave is an error that says which; StrictUndefined raises it when made to text."""
    return inert(str(value) if isinstance(value, Undefined) else value)


def front_matter(page: Page) -> str:
    """What the theme asks a page. Themes print it unescaped, so it holds nothing that came from data."""
    apart = "unlisted: true\nsearch: {exclude: true}\n" if page.part else ""
    return f"---\nsection: {setting(page.section)}\ninside: {setting(page.inside)}\n{apart}---\n\n"
