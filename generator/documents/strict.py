"""WeasyPrint kept strict: nothing from outside, and what it would only log is kept."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from weasyprint.urls import URLFetcher, URLFetcherResponse

from generator.documents.fonts import Subset


class Sealed(URLFetcher):  # type: ignore[misc]
    """Fetches what is in the address itself, and the fonts at hand; anything else ends the print."""

    def __init__(self, held: Iterable[Subset] = ()) -> None:
        super().__init__(allowed_protocols=("data",), fail_on_errors=True)
        self._held = {subset.address: subset.data for subset in held}

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        """The font of that address, or what the address holds."""
        if url in self._held:
            return URLFetcherResponse(url, self._held[url])
        return super().fetch(url, headers)


class Complaints(logging.Handler):
    """While inside, what WeasyPrint would only log is kept."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []
        self._logger = logging.getLogger("weasyprint")

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        self.said.append(record.getMessage())

    def __enter__(self) -> Complaints:
        self._before = self._logger.handlers[:]
        self._logger.handlers[:] = [self]
        return self

    def __exit__(self, *_: object) -> None:
        self._logger.handlers[:] = self._before
