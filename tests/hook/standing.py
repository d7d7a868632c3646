"""siwu that stands ready: one process with everything imported, from which each run is forked.

Starting Python and importing siwu takes most of a push's time. Git still runs the installed script in its quarantine,
and the script a program that answers with siwu's words and code; only that program does not start siwu anew. The real
one is run by the other tests of the hook.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from generator.hook.place import HOOKS
from tests.hook.servers import clean_environment
from tests.support import ROOT

# What the script calls: it hands over its files, folder, environment and arguments, and leaves with the code it gets.
CALLER = """\
#!{python} -IS
import json, os, socket, sys
try:
    with socket.socket(socket.AF_UNIX) as there:
        there.connect({address!r})
        told = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
        socket.send_fds(there, [len(told).to_bytes(8)], [0, 1, 2])
        there.sendall(told)
        (code,) = there.recv(1)
except (OSError, ValueError):
    code = 3
sys.exit(code)
"""


@contextmanager
def standing(folder: Path) -> Iterator[Path]:
    """The program, an executable file, for one run after another; the process ends with the block."""
    address, program = folder / "siwu.socket", folder / "siwu"
    program.write_text(CALLER.format(python=sys.executable, address=str(address)))
    program.chmod(0o755)
    environment = clean_environment() | {"PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.hook.standing", str(address)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        try:
            yield program
        finally:
            process.terminate()


def call(git_dir: Path, siwu: str, program: Path) -> None:
    """Let the installed scripts of a repository call the program instead of siwu."""
    for name in HOOKS:
        script = git_dir / "hooks" / name
        if script.exists():
            text = script.read_text()
            assert text.count(siwu) == 1, text
            script.write_text(text.replace(siwu, str(program)))


def _serve(address: str) -> None:
    from generator import gate, hook  # noqa: F401, PLC0415 - what siwu would import while it runs
    from generator.gate import review, screen  # noqa: F401, PLC0415

    with socket.socket(socket.AF_UNIX) as here:
        here.bind(address)
        here.listen()
        print("ready", flush=True)  # noqa: T201
        while True:
            there, _ = here.accept()
            with there:
                if not os.fork():
                    _run(there)
            os.wait()


def _run(there: socket.socket) -> None:
    code = 3
    try:
        size, files, *_ = socket.recv_fds(there, 8, 3)
        with there.makefile("rb") as told:
            arguments, folder, environment = json.loads(told.read(int.from_bytes(size)))
        for number, file in enumerate(files):
            os.dup2(file, number)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        code = _said(arguments)
    finally:
        there.sendall(bytes([code]))
        os._exit(0)


def _said(arguments: list[str]) -> int:
    from generator.cli import main  # noqa: PLC0415

    with open(0) as sys.stdin, open(1, "w") as sys.stdout, open(2, "w") as sys.stderr:
        try:
            return main(arguments)
        except SystemExit as ended:
            return int(ended.code or 0)


if __name__ == "__main__":
    _serve(sys.argv[1])
