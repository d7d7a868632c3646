"""What stands for all that a certificate says and how it is laid out: another value, another certificate to print."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from generator.documents.certificates import Certificate
from generator.sign import canonical_json


class Contents:
    """Asked of one certificate after another; `layouts` holds a folder a layout version.

    Fonts and programs do not count: what was printed stays as it was printed until somebody asks for it again.
    """

    def __init__(self, layouts: Path) -> None:
        self._layouts = layouts
        self._digests: dict[str, str] = {}

    def of(self, certificate: Certificate) -> str:
        """64 hex digits. Only of one that can be printed: its layout is there and its address is short enough."""
        said = {
            "layout": self._layout(certificate.layout),
            "address": certificate.address,
            "issued": certificate.issued.isoformat(),
            "texts": list(certificate.texts),
            "demo": certificate.demo,
        }
        return sha256(canonical_json(said)).hexdigest()

    def _layout(self, version: str) -> str:
        if version not in self._digests:
            files = sorted(path for path in (self._layouts / version).rglob("*") if path.is_file())
            parts = (sha256(path.read_bytes()).digest() for path in files)
            self._digests[version] = sha256(b"".join(parts)).hexdigest()
        return self._digests[version]
