"""A PAdES signature on a PDF, level B-B, by a certificate in a PKCS#12 file. Nothing is asked of any host.

Wants pyHanko, which is optional: whoever imports this module says what to do where it is missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

# The field's name in every PDF. It has no box: nothing is drawn.
FIELD = "siwu"
# Bytes of an RSA signature of 8192 bits, and of what stands around it.
LONGEST = 1_024 + 1_024
UNREADABLE = "打不开：口令不对，或者不是完整的 .p12（PKCS#12）文件"
OTHER_KIND = "打不开：文件的加密方式太旧，或者密钥不是 RSA、ECDSA"


class PadesError(Exception):
    """The certificate file cannot be signed with: a Chinese clause, with nothing of the passphrase."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs PDFs as of a moment. `certificate` is the sha256 of the certificate it signs with.

    `room` is how many hexadecimal digits a PDF keeps free for the signature. Finding it out by trial, as pyHanko would
    for every PDF, takes as long as signing.
    """

    certificate: str
    moment: datetime
    room: int
    _inner: SimpleSigner = field(repr=False)

    def signed(self, pdf: bytes) -> bytes:
        """The PDF with an update that signs it: the bytes before stay. Never the same twice."""
        return asyncio.run(self._signed(pdf))

    async def _signed(self, pdf: bytes) -> bytes:
        asked = PdfSignatureMetadata(field_name=FIELD, subfilter=SigSeedSubFilter.PADES)
        written = IncrementalPdfFileWriter(BytesIO(pdf))
        session = PdfSigner(asked, signer=self._inner).init_signing_session(written)
        session.system_time = self.moment
        checked = await session.perform_presign_validation(written)
        prepared = session.prepare_tbs_document(validation_info=checked, bytes_reserved=self.room)
        output = BytesIO()
        digest, _ = prepared.digest_tbs_document(output=output)
        attributes = PdfCMSSignedAttributes(signing_time=self.moment)
        await prepared.perform_signature(digest.document_digest, attributes)
        return output.getvalue()


def opened(raw: bytes, passphrase: str, moment: datetime) -> Signer:
    """Who signs with this PKCS#12 file, dated so. Raises PadesError."""
    secret = passphrase.encode() or None
    try:
        key, certificate, more = load_key_and_certificates(raw, secret)
        if key is None or certificate is None:
            raise PadesError(f"里没有{'私钥' if key is None else '与私钥成对的证书'}，不能用来签名")
        if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
            raise PadesError(OTHER_KIND)
        if refusal := _refusal(certificate, moment):
            raise PadesError(refusal)
        inner = SimpleSigner.load_pkcs12_data(raw, [], secret)
    except UnsupportedAlgorithm:
        raise PadesError(OTHER_KIND) from None
    except ValueError:
        raise PadesError(UNREADABLE) from None
    return Signer(certificate.fingerprint(SHA256()).hex(), moment, _room(certificate, more), inner)


def _room(certificate: x509.Certificate, more: Iterable[x509.Certificate]) -> int:
    """Hexadecimal digits for all certificates, the name of the signer's issuer, and the signature of the longest key."""
    every = [len(one.public_bytes(Encoding.DER)) for one in (certificate, certificate, *more)]
    return 2 * (sum(every) + LONGEST)


def _refusal(certificate: x509.Certificate, moment: datetime) -> str:
    """Why a certificate does not sign at this moment, "" where it does."""
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if moment > last:
        return f"里的证书 {_day(last, moment)} 已到期，请用续期后的证书文件"
    if moment < first:
        return f"里的证书 {_day(first, moment)} 才生效"
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return ""
    if usage.digital_signature or usage.content_commitment:
        return ""
    return "里的证书不是用来签名的（密钥用途里没有数字签名）"


def _day(one: datetime, like: datetime) -> str:
    return one.astimezone(like.tzinfo).date().isoformat()
