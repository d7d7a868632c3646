"""Which head brought a record first: bringing a branch up to date makes a new head, and nobody late.

What counts is when the server first received these bytes under this name on the way to the merge.
"""

from __future__ import annotations

from collections.abc import Sequence

from generator.git import Git
from generator.registrar.journal import Journal, Received

# Commits of a branch looked at: a year of corrections, as the gate takes them from a bureau, has fewer heads.
HEADS = 50


def heads(git: Git, ours: str, theirs: str) -> list[str]:
    """The commits a merge of `theirs` took in beyond `ours`, the merged one first."""
    listed = git.text("rev-list", f"--max-count={HEADS}", "--end-of-options", theirs, f"^{ours}").split()
    return [theirs, *(one for one in listed if one != theirs)]


def first(git: Git, path: str, known: Sequence[str], journal: Journal) -> Received | None:
    """The earliest entry among these heads, the merged one first, for the record as the merged one has it.

    None where the journal does not know the merged head: nothing says then that the branch was received.
    """
    if known[0] not in journal.first:
        return None
    received = [one for one in known if one in journal.first]
    if len(received) > 1:
        blobs = [_blob(git, one, path) for one in received]
        # A record that is gone was nowhere else taken away earlier: it may not have been there yet.
        same = [one for one, blob in zip(received, blobs, strict=True) if blob and blob == blobs[0]]
        received = same or received[:1]
    return min((journal.first[one] for one in received), key=lambda entry: entry.submitted)


def _blob(git: Git, commit: str, path: str) -> str:
    """The object a commit has at a path, "" where it has none."""
    return git.text("--literal-pathspecs", "ls-tree", "--full-tree", "--object-only", commit, "--", path)
