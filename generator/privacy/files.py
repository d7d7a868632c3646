"""Photos, scans and office files by their first bytes or their ending: PI005.

They are found wherever they lie: which folders may hold some (site assets) is the caller's to say.
"""

from __future__ import annotations

from pathlib import PurePosixPath

_MAGIC = {
    b"\xff\xd8\xff": "图片（JPEG）",
    b"\x89PNG\r\n": "图片（PNG）",
    b"GIF8": "图片（GIF）",
    b"II*\0": "图片（TIFF）",
    b"MM\0*": "图片（TIFF）",
    b"%PDF-": "PDF 文档",
    b"PK\x03\x04": "办公文档或压缩包",
    b"\xd0\xcf\x11\xe0": "办公文档",
    b"Rar!\x1a": "压缩包",
    b"7z\xbc\xaf": "压缩包",
}
_PICTURE_ENDINGS = (
    ".jpg",
    ".jpeg",
    ".jfif",
    ".png",
    ".gif",
    ".bmp",
    ".webp",
    ".tif",
    ".tiff",
    ".heic",
    ".heif",
)
_DOCUMENT_ENDINGS = (
    *(".pdf", ".ofd", ".rtf", ".zip", ".rar", ".7z"),
    *(".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".wps", ".et", ".dps"),
)


def picture(path: str, raw: bytes) -> str:
    """What kind of picture, scan or office file this is, by its first bytes or its ending; "" when none."""
    for magic, kind in _MAGIC.items():
        if raw.startswith(magic):
            return kind
    if (
        (raw[:4] == b"RIFF" and raw[8:12] == b"WEBP")
        or raw[4:8] == b"ftyp"
        or (raw[:2] == b"BM" and b"\0" in raw[:54])
    ):
        return "图片"
    ending = PurePosixPath(path).suffix.lower()
    if ending in _PICTURE_ENDINGS:
        return "图片"
    return "办公文档或压缩包" if ending in _DOCUMENT_ENDINGS else ""
