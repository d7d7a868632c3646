"""Private keys: made, read, written as PEM, and what they sign. A key's text never stands in an error."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec

from generator.signature.curve import sign
from generator.signature.payload import Payload, encode
from generator.signature.published import key_id
from generator.signature.verification import message
from generator.signature.written import written_payload, written_signature

PrivateKey = ec.EllipticCurvePrivateKey


def new_key() -> PrivateKey:
    """A new key from the operating system's randomness."""
    return ec.generate_private_key(ec.SECP256R1())


def pem(private: PrivateKey) -> bytes:
    """The private key as an unencrypted PKCS #8 PEM file."""
    return private.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())


def read_private(text: bytes) -> PrivateKey:
    """The private key of a PEM file. Raises ValueError, in Chinese, for anything but an open P-256 key."""
    try:
        private = form.load_pem_private_key(text, password=None)
    except TypeError:
        raise ValueError("私钥文件有口令，请先用 openssl pkcs8 去掉口令，放在只有自己能看的地方") from None
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("不是私钥文件：应是 siwu key new 写出的 PEM 文件") from None
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
        raise ValueError("不是 P-256 私钥，请用 siwu key new 生成")
    return private


def public_half(private: PrivateKey) -> str:
    """The public half as it is published: base64 of its SubjectPublicKeyInfo."""
    spki = private.public_key().public_bytes(form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo)
    return b64encode(spki).decode("ascii")


def sign_payload(private: PrivateKey, payload: Payload) -> tuple[str, str]:
    """Payload and signature as written; the payload names this key, whatever it named. Raises MalformedError."""
    raw = encode(replace(payload, key=key_id(public_half(private))))
    return written_payload(raw), written_signature(sign(private, message(raw)))
