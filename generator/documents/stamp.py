"""The picture of a seal that an office gives at print time. It is placed, never stored, and never drawn by us."""

from __future__ import annotations

import io
from base64 import b64encode

from markupsafe import Markup
from PIL import Image

MOST_BYTES = 2 * 1024 * 1024
SIDES = range(100, 4001)
# Pixels a side as it is printed: 40 mm at 380 dots an inch. More would make every file heavy.
PRINTED = 600


class StampError(ValueError):
    """Not a picture that can be placed; the message says why, in Chinese."""


def stamp(raw: bytes) -> Markup:
    """A PNG file as a picture for an attribute: its pixels only, whatever else the file says. Raises StampError."""
    if len(raw) > MOST_BYTES:
        raise StampError(f"印章图片有 {len(raw) / 2**20:.1f} MB，最多 {MOST_BYTES // 2**20} MB")
    picture = _read(raw)
    picture.thumbnail((PRINTED, PRINTED), Image.Resampling.LANCZOS)
    plain = Image.new("RGBA", picture.size)
    plain.paste(picture)
    made = io.BytesIO()
    plain.save(made, "PNG")
    return Markup(f"data:image/png;base64,{b64encode(made.getvalue()).decode()}")


def _read(raw: bytes) -> Image.Image:
    try:
        with _opened(raw) as opened:
            _judge(*opened.size)
            opened.verify()
        with _opened(raw) as opened:
            return opened.convert("RGBA")
    except (OSError, SyntaxError) as error:
        raise StampError("印章图片读不了：应是完整的 PNG 文件") from error


def _opened(raw: bytes) -> Image.Image:
    return Image.open(io.BytesIO(raw), formats=("PNG",))


def _judge(wide: int, high: int) -> None:
    if wide not in SIDES or high not in SIDES:
        raise StampError(f"印章图片是 {wide}×{high} 像素，每边应在 {SIDES[0]} 到 {SIDES[-1]} 之间")
