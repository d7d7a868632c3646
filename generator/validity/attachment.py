"""The signed text that a certificate's PDF carries with it."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

NAME = "certificate.siwu"
# Bytes; payload and signature have at most 900.
LARGEST = 2_000


def attached(pdf: bytes) -> str | None:
    """What is attached to a PDF under our name, once; None where nothing is. For PDFs that we printed."""
    try:
        found = PdfReader(BytesIO(pdf)).attachments.get(NAME, [])
    except PyPdfError:
        return None
    if len(found) != 1 or len(found[0]) > LARGEST:
        return None
    return found[0].decode("utf-8", "replace").strip()
