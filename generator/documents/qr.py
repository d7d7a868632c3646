"""QR codes as pictures: level M, a fixed mask, the standard's quiet zone."""

from __future__ import annotations

import io
from base64 import b64encode

import segno
from markupsafe import Markup
from PIL import Image, ImageOps

# One mask for all: choosing the best of eight costs more than the page's text.
MASK = 3
# Pixels a module: with one, viewers that smooth pictures would blur it.
SCALE = 3
# Modules of white around it, as ISO/IEC 18004 asks.
QUIET = 4
# Light is 0 and dark is 1 in the code; here the lightest and the darkest of 256 greys.
GREYS = [255, 0] + [0] * 254


def picture(address: str) -> Markup:
    """The address as a picture for an attribute, in shades of grey, which the PDF takes over as they are.

    Hardly compressed: WeasyPrint does that.
    """
    code = segno.make_qr(address, error="m", mask=MASK, boost_error=False)
    side = len(code.matrix)
    modules = Image.frombytes("L", (side, side), b"".join(code.matrix)).point(GREYS)
    whole = ImageOps.expand(modules, QUIET, fill=255)
    made = io.BytesIO()
    whole.resize((whole.width * SCALE,) * 2, Image.Resampling.NEAREST).save(made, "PNG", compress_level=1)
    return Markup(f"data:image/png;base64,{b64encode(made.getvalue()).decode()}")
