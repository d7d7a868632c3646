"""What a page is before it is rendered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One page: its file under build/pages, its template under site/templates, and what the template is given.

    `section` is the navigation entry it belongs to; a page `inside` a section is reached from that entry's page.
    """

    path: str
    template: str
    context: Mapping[str, Any]
    section: str = ""
    inside: bool = False

    @property
    def home(self) -> str:
        """The way from the page's address to the site's root, "" or "../" repeated: each page is a folder."""
        parts = self.path.removesuffix(".md").split("/")
        return "../" * (len(parts) - (parts[-1] == "index"))
