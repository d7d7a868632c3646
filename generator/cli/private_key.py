"""A private key from the file that was named. Its text stands in no message."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli.terminal import UsageError
from generator.system import why

if TYPE_CHECKING:
    from generator.signature.keys import PrivateKey

# Bytes; a PEM file of a key has under 300.
LARGEST = 10_000


def private_key(path: str, name: str, *, outside: bool = False) -> PrivateKey:
    """The key, called `name` to the user; `outside` wants the file to be in no repository.

    Raises UsageError for a file that cannot be read, lies where it must not, or holds no such key.
    """
    from generator.signature.keys import read_private
    from generator.vault.folders import VaultError, read_outside

    try:
        if outside:
            return read_private(read_outside(Path(path)))
        with Path(path).open("rb") as file:
            return read_private(file.read(LARGEST))
    except OSError as error:
        raise UsageError(f"{name} {path} 读不了：{why(error)}") from error
    except (ValueError, VaultError) as error:
        raise UsageError(f"{name} {path} 不能用：{error}") from None
