"""QR codes as pictures: level M, the smallest version that holds the text, the standard's quiet zone."""

from __future__ import annotations

import io
from base64 import b64encode

import zxingcpp
from markupsafe import Markup
from PIL import Image, ImageOps

# Pixels a module: with one, viewers that smooth pictures would blur it.
SCALE = 3
# Modules of white around it, as ISO/IEC 18004 asks.
QUIET = 4


def modules(address: str) -> Image.Image:
    """The code itself, a pixel a module, in shades of grey; the same for the same address."""
    code = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return Image.fromarray(code.to_image(scale=1, add_quiet_zones=False))


def picture(address: str) -> Markup:
    """The address as a picture for an attribute, in shades of grey, which the PDF takes over as they are.

    Hardly compressed: WeasyPrint does that.
    """
    whole = ImageOps.expand(modules(address), QUIET, fill=255)
    made = io.BytesIO()
    whole.resize((whole.width * SCALE,) * 2, Image.Resampling.NEAREST).save(made, "PNG", compress_level=1)
    return Markup(f"data:image/png;base64,{b64encode(made.getvalue()).decode()}")
