"""Sealed files: age envelopes in ASCII armour. Bytes in, bytes out; nothing here reads or writes a file.

An envelope does not name its recipients. Their number is checked on every envelope; who they are can only
be seen through the identities in hand. So when a list of recipients changes but keeps its length, and the
replaced key is not in hand, the caller must seal anew: `seal` without `previous`.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable, Sequence

import pyrage

from generator.problem import Problem, Where

BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
END = b"-----END AGE ENCRYPTED FILE-----"
_VERSION = b"age-encryption.org/v1"
_WIDTH = 64  # columns of every armour line but the last
_SMALLEST_BODY = 32  # a 16-byte nonce, and the 16-byte tag of an empty plaintext

_STANZA = re.compile(rb"-> ([\x21-\x7e]+)(?: [\x21-\x7e]+)*\n((?:[0-9A-Za-z+/]{64}\n)*[0-9A-Za-z+/]{0,63}\n)")
_MAC = re.compile(rb"--- [0-9A-Za-z+/]{43}\n")

# The public half of tests/keys/demo-identity.txt, which anybody can read.
DEMO_RECIPIENTS = frozenset({"age1q58xtz27cpn9gu0nywyqwajktfx8wmekx0ftq3lhrpmkuqz23f6qy3vyrc"})
_SEAL_ANEW = "请用 siwu seal 重新密封后提交"


def is_envelope(raw: bytes) -> bool:
    """Whether these bytes claim to be an age file, armoured or not; `envelope_problems` says how well they do."""
    return raw.lstrip().startswith(BEGIN) or raw.startswith(_VERSION)


def envelope_problems(path: str, raw: bytes, recipients_expected: int | None = None) -> list[Problem]:
    """SE001 for an envelope that is not whole, SE002 for one sealed to another number of recipients.

    Without an expected number only the kind of recipients is checked. Needs no identity, so it says nothing
    of the contents.
    """
    try:
        kinds = _stanzas(raw)
    except ValueError as reason:
        return [_problem(path, "SE001", f"密封文件不完整：{reason}", _SEAL_ANEW)]
    strange = sorted({kind for kind in kinds if kind != "X25519"})
    if strange:
        message = (
            f"密封文件另有 {len(kinds) - kinds.count('X25519')} 个收件人不是 age 公钥（{'、'.join(strange)}）"
        )
        return [_problem(path, "SE002", message, f"收件人只能是 recipients.yml 登记的公钥；{_SEAL_ANEW}")]
    if recipients_expected is not None and len(kinds) != recipients_expected:
        message = f"密封文件有 {len(kinds)} 个收件人，应为 {recipients_expected} 个"
        return [_problem(path, "SE002", message, f"请核对 recipients.yml；{_SEAL_ANEW}")]
    return []


def cannot_open(path: str) -> Problem:
    """SE003, for a file that `unseal` could not open."""
    message = "密封文件用所给私钥打不开：私钥不在收件人之列，或文件已损坏"
    return _problem(path, "SE003", message, f"请换用该班次收件人的私钥；私钥无误的，{_SEAL_ANEW}")


def identities(text: str) -> list[pyrage.x25519.Identity]:
    """The private keys in an identity file: one a line, blank lines and # comments left out.

    Raises ValueError, in Chinese and without the key, for a line that is no age key and for no key at all.
    """
    found = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        key = line.strip()
        if key and not key.startswith("#"):
            found.append(_identity(key, number))
    if not found:
        raise ValueError("私钥文件里没有私钥，应有一行以 AGE-SECRET-KEY-1 开头的内容")
    return found


def unseal(raw: bytes, identities: Iterable[pyrage.x25519.Identity]) -> bytes | None:
    """The plaintext, or None where no identity opens the envelope or it is damaged (see `cannot_open`)."""
    try:
        plain: bytes = pyrage.decrypt(raw, list(identities))
    except pyrage.DecryptError:
        return None
    return plain


def seal(
    plain: bytes,
    recipients: Sequence[str],
    previous: bytes | None = None,
    identities: Sequence[pyrage.x25519.Identity] = (),
) -> bytes:
    """An armoured envelope for these public keys (`age1…`; one given twice counts once).

    `previous` comes back byte for byte where an identity shows that it holds the same plaintext, it has as
    many recipients, and every identity opens it or fails to as the recipients say. Encryption is not
    deterministic, so leaving it alone is what keeps a history readable.
    Raises ValueError, in Chinese, for no recipient and for one that is no age public key.
    """
    keys = list(dict.fromkeys(recipients))
    if not keys:
        raise ValueError("没有收件人，至少要有省局的一个公钥")
    parsed = [_recipient(key) for key in keys]
    if previous is not None and _still_good(previous, plain, keys, identities):
        return previous
    sealed: bytes = pyrage.encrypt(plain, parsed, armored=True)
    return sealed


def _still_good(
    previous: bytes, plain: bytes, keys: Sequence[str], identities: Sequence[pyrage.x25519.Identity]
) -> bool:
    if envelope_problems("", previous, len(keys)) or unseal(previous, identities) != plain:
        return False
    return all((unseal(previous, [own]) is not None) == (str(own.to_public()) in keys) for own in identities)


def _identity(key: str, number: int) -> pyrage.x25519.Identity:
    try:
        return pyrage.x25519.Identity.from_str(key)
    except pyrage.IdentityError:
        raise ValueError(
            f"私钥文件第 {number} 行不是 age 私钥，应以 AGE-SECRET-KEY-1 开头并完整复制"
        ) from None


def _recipient(key: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        raise ValueError(f"收件人“{key[:80]}”不是 age 公钥，应以 age1 开头并完整复制") from None


def _stanzas(raw: bytes) -> list[str]:
    """The kinds of an envelope's recipients in order, without the random filler that age puts among them."""
    binary = _armoured(raw)
    if not binary.startswith(_VERSION + b"\n"):
        raise ValueError(f"第一行应为 {_VERSION.decode()}，请用 age 第 1 版格式")
    at, kinds = len(_VERSION) + 1, []
    while stanza := _STANZA.match(binary, at):
        kinds.append(stanza[1].decode("ascii"))
        at = stanza.end()
    mac = _MAC.match(binary, at)
    if not mac:
        raise ValueError("收件人部分残缺")
    if len(binary) - mac.end() < _SMALLEST_BODY:
        raise ValueError(f"密文只有 {len(binary) - mac.end()} 字节，至少应有 {_SMALLEST_BODY} 字节")
    return [kind for kind in kinds if not kind.endswith("-grease")]


def _armoured(raw: bytes) -> bytes:
    """The bytes inside the armour, held to the same lines as age: 64 columns, then a shorter or equal last."""
    if raw.startswith(_VERSION):
        raise ValueError("是二进制格式，应为 ASCII 文本格式（age --armor）")
    lines = raw.replace(b"\r\n", b"\n").rstrip().split(b"\n")
    if lines[0] != BEGIN:
        raise ValueError(f"缺少开头一行 {BEGIN.decode()}")
    if lines[-1] != END:
        raise ValueError(f"缺少末尾一行 {END.decode()}")
    body = lines[1:-1]
    if not body or any(len(line) != _WIDTH for line in body[:-1]) or not 0 < len(body[-1]) <= _WIDTH:
        raise ValueError(f"正文每行应为 {_WIDTH} 个字符，有缺损或多余的行")
    try:
        return b64decode(b"".join(body), validate=True)
    except NotBase64:
        raise ValueError("正文有不属于 Base64 的字符或缺字") from None


def _problem(path: str, code: str, message: str, remedy: str) -> Problem:
    return Problem(where=Where(path), code=code, message=message, remedy=remedy)
