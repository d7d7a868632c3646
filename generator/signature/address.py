"""The address in a certificate's QR code: what is signed stands behind `#`, so it never reaches a server."""

from __future__ import annotations

from generator.signature.payload import MalformedError

# Characters. Beyond this the code's modules become too small for the room on paper.
LONGEST = 450
USUAL = 330


def address(base_url: str, token: str, payload: str, signature: str) -> str:
    """The whole address. Raises MalformedError where it is longer than `LONGEST`."""
    made = f"{base_url.rstrip('/')}/c/{token}/#{payload}.{signature}"
    if len(made) > LONGEST:
        raise MalformedError(f"查验网址有 {len(made)} 个字符，最多 {LONGEST} 个：姓名或单位过长")
    return made


def parts(fragment: str) -> tuple[str, str]:
    """Payload and signature of what stands behind `#`. Raises MalformedError."""
    payload, dot, signature = fragment.partition(".")
    if not dot:
        raise MalformedError("不是证书的签名内容：中间应有一个点")
    return payload, signature
