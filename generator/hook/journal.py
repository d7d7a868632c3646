"""The journal of what was received, in the repository's own folder: `siwu file` takes the times from it.

Written before git moves the branches, so that nothing comes in without its time. Where git refuses afterwards (another
hook, a branch that moved meanwhile), the entry names a commit nobody has: it is never looked up.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from generator.register import SHANGHAI
from generator.registrar.journal import Journal, Received, read, written

NAME = "siwu-journal.jsonl"
NUMBER = re.compile(rb'"submission": ?"\xe6\x8e\xa8\xe9\x80\x81 ([0-9]{1,9})"')


def received(git_dir: Path) -> Journal:
    """What the repository received so far."""
    path = git_dir / NAME
    return read(path.read_bytes() if path.exists() else b"", NAME)


def note(git_dir: Path, heads: Iterable[str], user: str, now: datetime) -> str:
    """Append the heads of one push and return what the push is called. Raises OSError where that cannot be kept."""
    descriptor = os.open(git_dir / NAME, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
    with os.fdopen(descriptor, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        raw = file.read()
        whole = raw.rfind(b"\n") + 1
        # Half a line is from a server that stopped in the middle: its push was never answered.
        file.truncate(whole)
        numbers = NUMBER.findall(raw[:whole])
        submission = f"推送 {int(numbers[-1]) + 1 if numbers else 1}"
        submitted = now.astimezone(SHANGHAI).isoformat(timespec="seconds")
        entries = [
            Received(head=head, submission=submission, submitted=submitted, user=user)
            for head in dict.fromkeys(heads)
        ]
        file.write(b"".join(map(written, entries)))
        file.flush()
        os.fsync(file.fileno())
    return submission
