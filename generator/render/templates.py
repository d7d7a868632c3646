"""Pages to Markdown: the one place that knows the template engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from markupsafe import Markup

from generator.render import words
from generator.render.environment import environment
from generator.render.escape import setting
from generator.render.page import Page
from generator.workers import cores, spread

# Fewer pages are made sooner by one process than a second is started.
PARALLEL_FROM = 400
CHUNK = 20
FILTERS = {
    name: getattr(words, name) for name in ("day", "lateness", "listed", "long_span", "number", "span")
}


class Templates:
    """The templates and authored pages under a site folder."""

    def __init__(self, site: Path) -> None:
        self._environment = environment((site / "templates", site), FILTERS)

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


def front_matter(page: Page) -> str:
    """What the theme asks a page. Themes print it unescaped, so it holds nothing that came from data."""
    apart = "unlisted: true\nsearch: {exclude: true}\n" if page.part else ""
    return f"---\nsection: {setting(page.section)}\ninside: {setting(page.inside)}\n{apart}---\n\n"
