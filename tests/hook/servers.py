"""Servers of the tests' own: sshd on the loopback as whoever runs the tests, and gitolite in a home of its own.

Every account has a key; what the server knows of an account is what its line in `authorized_keys` says.
"""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 10.0
ATTEMPTS = 5
CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
SetEnv HOME={home}
"""
# What the operator's guide tells to write for each key.
LINE = 'restrict,command="env SIWU_USER={account} git-shell -c \\"$SSH_ORIGINAL_COMMAND\\"" {key}\n'


def clean_environment() -> dict[str, str]:
    """Nothing of the git setting or the agent of whoever runs the tests."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "SSH_", "SIWU_"))
    }
    people = {"NAME": "Clerk", "EMAIL": "1+clerk@users.noreply.example.invalid"}
    named = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in people.items()}
    return (
        kept | named | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "LC_ALL": "C.UTF-8"}
    )


@dataclass(frozen=True)
class Said:
    """How a git command ended, and what it wrote, without the marks of the other side."""

    code: int
    text: str


def run(*command: str, cwd: Path, **more: str) -> Said:
    done = subprocess.run(
        command,
        cwd=cwd,
        env=clean_environment() | more,
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    text = (done.stdout + done.stderr).decode("utf-8", "replace")
    lines = (
        line.removeprefix("remote: ").rstrip().removesuffix("\x1b[K").rstrip() for line in text.splitlines()
    )
    return Said(done.returncode, "\n".join(lines))


def sure(*command: str, cwd: Path, **more: str) -> str:
    said = run(*command, cwd=cwd, **more)
    assert said.code == 0, said.text
    return said.text.strip()


def key(folder: Path, name: str) -> str:
    """Make a key pair and return its public half."""
    if not (folder / name).exists():
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)]
        subprocess.run(command, check=True)
    return (folder / f"{name}.pub").read_text().strip()


@dataclass(frozen=True)
class Server:
    """A running sshd. `folder` holds its keys and those of the accounts."""

    folder: Path
    port: int

    def environment(self, account: str) -> dict[str, str]:
        """How git comes in with an account's key."""
        options = (
            f"IdentityFile={self.folder / account}",
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "StrictHostKeyChecking=yes",
            "BatchMode=yes",
            f"UserKnownHostsFile={self.folder / 'known_hosts'}",
        )
        told = " ".join(f"-o '{option}'" for option in options)
        return {"GIT_SSH_COMMAND": f"ssh -F none -p {self.port} {told}"}

    def url(self, path: str) -> str:
        return f"{getpass.getuser()}@127.0.0.1:{path}"


def authorize(folder: Path, accounts: Iterable[str]) -> None:
    """The plain server: each key stands for one account."""
    lines = (LINE.format(account=account, key=key(folder, account)) for account in accounts)
    (folder / "authorized_keys").write_text("".join(lines))


@contextmanager
def sshd(folder: Path, home: Path) -> Iterator[Server]:
    """Start sshd with the keys in `folder`; sessions have `home` as HOME."""
    host = key(folder, "host")
    for _ in range(ATTEMPTS):
        port = _free_port()
        (folder / "sshd_config").write_text(CONFIG.format(port=port, folder=folder, home=home))
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host}\n")
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [_program(), "-D", "-e", "-f", str(folder / "sshd_config")], stdout=log, stderr=log
            )
        try:
            if _answers(process, port):
                yield Server(folder, port)
                return
        finally:
            process.terminate()
            process.wait()
    raise AssertionError((folder / "log").read_text())


def _program() -> str:
    found = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, "sshd is missing: .ci/system test installs it"
    if os.getuid() == 0:
        # Where sshd started by root puts its unprivileged half; a service would have made it.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.02)
    return False
