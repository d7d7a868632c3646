"""ECDSA on P-256 with SHA-256: 64 raw bytes, deterministic (RFC 6979), and only the smaller of the two values s.

Of each signature (r, s) a second, (r, n - s), is as good to the curve; whoever holds one can make the other. Only
the low one is written and taken, so that a certificate has one signature.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from generator.signature.written import SIGNATURE_BYTES

# The order of the group (FIPS 186-4, D.1.2.3).
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
HALF = 32


def sign(private: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """The one signature of a message: the same key and message give the same bytes."""
    made = private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    r, s = decode_dss_signature(made)
    return r.to_bytes(HALF, "big") + min(s, ORDER - s).to_bytes(HALF, "big")


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature is that of this message by the key with this point (x and y, 64 bytes).

    False for all other bytes, whatever they are. Raises ValueError where the point is not on the curve.
    """
    r, s = (int.from_bytes(part, "big") for part in (signature[:HALF], signature[HALF:]))
    if len(signature) != SIGNATURE_BYTES or s > ORDER // 2:
        return False
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + public)
    try:
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
