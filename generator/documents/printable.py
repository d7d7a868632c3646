"""Whether a certificate may be printed: signed by the office, saying what is signed, in a layout and fonts there are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from generator.documents.certificates import Certificate
from generator.documents.fonts import Fonts
from generator.documents.legible import missing, unprintable
from generator.signature.payload import MalformedError, Payload
from generator.signature.published import PublishedKey
from generator.signature.verification import verify


class Printable:
    """Asked of every certificate before it is printed. `keys` are the published ones, `on` the day of asking."""

    def __init__(self, site: Path, fonts: Fonts, keys: Iterable[PublishedKey], on: date) -> None:
        found = (site / "templates/certificate").glob("*/certificate.html.j2")
        self._layouts = {path.parent.name for path in found}
        self._fonts = fonts
        self._keys = tuple(keys)
        self._on = on

    def refusal(self, certificate: Certificate) -> str:
        """Why it may not be printed, in Chinese; empty where it may."""
        if certificate.holder is None:
            return "已停止公开"
        return (
            self._layout(certificate)
            or unprintable(certificate.holder.name, certificate.holder.unit, self._fonts)
            or missing("".join(certificate.texts), self._fonts)
            or self._forged(certificate)
        )

    def _layout(self, certificate: Certificate) -> str:
        return "" if certificate.layout in self._layouts else f"没有版式 {certificate.layout}"

    def _forged(self, certificate: Certificate) -> str:
        """An unsigned one is printed in a demo only."""
        if not certificate.payload and not certificate.signature:
            return "" if certificate.demo else "名册中没有它的签名，请用 siwu reissue 换发"
        answer = verify(certificate.payload, certificate.signature, self._keys, self._on)
        if not answer.genuine or answer.payload is None:
            reason = f"（{answer.reason}）" if answer.reason else ""
            return f"签名核对不上：{answer.outcome.value}{reason}"
        return _differing(certificate, answer.payload) or _longest(certificate)


def _differing(certificate: Certificate, said: Payload) -> str:
    """What is signed is what the QR code shows: it must be what the paper says."""
    holder = certificate.holder
    pairs = {
        "编号": (said.no, certificate.no),
        "姓名": (said.name, holder and holder.name),
        "单位": (said.unit, holder and holder.unit),
        "日期": (said.day, certificate.issued),
        "版式": (said.layout, certificate.layout),
        "查验码": (said.token, certificate.token),
    }
    differing = [what for what, (signed, written) in pairs.items() if signed != written]
    return f"签名内容与名册不一致：{'、'.join(differing)}" if differing else ""


def _longest(certificate: Certificate) -> str:
    try:
        return "" if certificate.address else "没有查验网址"
    except MalformedError as error:
        return str(error)
