"""`siwu print --pades`: who signs the PDFs, from a certificate file and its passphrase."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from getpass import getpass
from typing import TYPE_CHECKING

from generator.cli.at_hand import read_whole
from generator.cli.terminal import UsageError

if TYPE_CHECKING:
    from generator.documents.pades import Signer

PASSPHRASE = "SIWU_PADES_PASSPHRASE"
INSTALL = ".venv/bin/pip install --require-hashes -r requirements/pades.txt"
# Bytes; a key and a chain of certificates take a few thousand.
LARGEST = 200_000


def signer(name: str | None, moment: datetime) -> Signer | None:
    """Who signs with this certificate file at this moment; None where none was given. Raises UsageError."""
    if name is None:
        return None
    try:
        from generator.documents.pades import PadesError, opened
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "pyhanko":
            raise
        raise UsageError(f"--pades 要用软件包 pyHanko，还没有安装。请运行：{INSTALL}") from error
    raw = read_whole(name, LARGEST)
    try:
        return opened(raw, _passphrase(name), moment)
    except PadesError as error:
        raise UsageError(f"证书文件 {name} {error}") from None


def _passphrase(name: str) -> str:
    """From the environment, else asked for: on a command line others could read it."""
    given = os.environ.get(PASSPHRASE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise UsageError(
            f"不知道证书文件 {name} 的口令：请放在环境变量 {PASSPHRASE} 里，或在终端里运行，会问"
        )
    try:
        return getpass(f"证书文件 {name} 的口令：")
    except EOFError:
        raise UsageError(f"没有输入证书文件 {name} 的口令") from None
