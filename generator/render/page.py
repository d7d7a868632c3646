"""What a page is before it is rendered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One page: its file under build/pages, its template under site/templates, and what the template is given.

    `section` is the navigation entry it belongs to; a page `inside` a section is reached from that entry's page.
    `part` is the template of a part that goes past the site engine, straight into the built page; a page with
    such a part is in no sitemap and no search index.
    """

    path: str
    template: str
    context: Mapping[str, Any]
    section: str = ""
    inside: bool = False
    part: str = ""

    @property
    def home(self) -> str:
        """The way from the page's address to the site's root, "" or "../" repeated: each page is a folder."""
        parts = self.path.removesuffix(".md").split("/")
        return "../" * (len(parts) - (parts[-1] == "index"))

    @property
    def built(self) -> str:
        """The file the site engine makes of it, under build/html."""
        name = self.path.removesuffix(".md")
        return f"{name}.html" if name.rpartition("/")[2] == "index" else f"{name}/index.html"
