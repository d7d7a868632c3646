"""Sealing, opening and sealing for others: from judged plain text to the repository's sealed files and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from generator.problem import Severity
from generator.sealed import cannot_open, envelope_problems, is_envelope, seal, unseal
from generator.text import MAX_BYTES
from generator.vault.folders import VaultError, read_inside, write_inside
from generator.vault.holders import Holder, Holders, RefusedError


@dataclass(frozen=True, kw_only=True, slots=True)
class Sealed:
    """What became of one sealed file. `compared` is False where an older one was there that nobody could open."""

    path: str
    digest: str
    recipients: int
    written: bool
    compared: bool = True


def put(root: Path, path: str, plain: bytes, keys: Sequence[str], identities: Sequence[Any]) -> Sealed:
    """Seal a text to `path`. The file stays as it is where identities show that it holds the same for the same."""
    previous = read_inside(root, path)
    raw = _seal(plain, keys, previous, identities)
    if len(raw) > MAX_BYTES:
        raise VaultError(f"{path} 密封后超过上限 {MAX_BYTES // 2**20} MB，没有写入")
    if raw != previous:
        write_inside(root, path, raw)
    return Sealed(
        path=path,
        digest=sha256(raw).hexdigest(),
        recipients=len(set(keys)),
        written=raw != previous,
        compared=previous is None or unseal(previous, identities) is not None,
    )


def put_paper(
    root: Path, holder: Holder, plain: bytes, holders: Holders, identities: Sequence[Any]
) -> Sealed:
    """Seal an exam paper, whatever format it has. Its digest is what the assessment plan files (3.2.6(2))."""
    if not plain:
        raise VaultError("试卷文件是空的")
    if is_envelope(plain):
        raise VaultError("试卷已经是密封文件，请给明文")
    return put(root, holder.paper, plain, holders.keys(holder), identities)


def opened(root: Path, path: str, identities: Sequence[Any]) -> bytes:
    """The plain text of a sealed file. Raises `RefusedError` for one that is not whole or does not open."""
    raw = read_inside(root, path)
    if raw is None:
        raise VaultError(f"没有密封文件 {path}")
    broken = [one for one in envelope_problems(path, raw) if one.severity is Severity.ERROR]
    if broken:
        raise RefusedError(broken)
    plain = unseal(raw, identities)
    if plain is None:
        raise RefusedError([cannot_open(path)])
    return plain


def rekey(root: Path, path: str, keys: Sequence[str], identities: Sequence[Any]) -> Sealed:
    """Seal a file anew for the recipients registered now.

    Always anew: an envelope does not name its recipients, so a replaced key could not be seen.
    """
    plain = opened(root, path, identities)
    return put(root, path, plain, keys, ())


def _seal(plain: bytes, keys: Sequence[str], previous: bytes | None, identities: Sequence[Any]) -> bytes:
    try:
        return seal(plain, keys, previous, identities)
    except ValueError as error:
        raise VaultError(f"没有密封：{error}") from error
