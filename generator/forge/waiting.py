"""Open pull requests as `siwu build --pulls` takes them: what was sent back, and what waits for the office.

Anybody may open one, as many as they like and with as many files. Of those whose account has no role nothing more is
asked and nothing is listed, and no list is read further than it tells something: else a stranger could keep the site
from being published, or write on a bureau's page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from generator.derive.pulls import MOST
from generator.forge.api import Forge
from generator.forge.fields import COMMIT, at, moment, number, word
from generator.forge.statuses import latest

# Who may send back: those GitHub knows as ours. Anybody may write a review on a public repository.
OURS = ("OWNER", "MEMBER", "COLLABORATOR")
REFUSED = ("failure", "error")
# Files that are looked at: they are to tell whose it is.
FILES = 300


def waiting(forge: Forge, branch: str, users: Collection[str]) -> list[dict[str, Any]]:
    """Every open pull request of these accounts to the branch that touches a record; see `generator.derive.pulls` for
    the fields.
    """
    return list(_listed(forge, branch, users))


def _listed(forge: Forge, branch: str, users: Collection[str]) -> Iterator[dict[str, Any]]:
    # The oldest first: what somebody else adds pushes none of them out.
    for one in forge.first("pulls?state=open&sort=created&direction=asc", MOST):
        known = str(at(one, "user", "id")) in users
        if not known or at(one, "base", "ref") != branch or at(one, "draft"):
            continue
        count = number(one, "number")
        files = [word(file, "filename") for file in forge.first(f"pulls/{count}/files", FILES)]
        if records := [path for path in files if path.startswith("data/")]:
            returned = _refused(forge, word(one, "head", "sha", shape=COMMIT), count) or _sent_back(
                forge, count
            )
            yield {
                "number": count,
                "state": "returned" if returned else "waiting",
                "updated": moment(one, "updated_at")[:10],
                "files": records,
            }


def _refused(forge: Forge, head: str, count: int) -> bool:
    """Whether the gate's last word on the head was no, as this pull request's where it has one of its own."""
    found = latest(forge, head)
    said = found.get(count) or next(iter(found.values()), None)
    return said is not None and said.state in REFUSED


def _sent_back(forge: Forge, count: int) -> bool:
    """Whether the last decision of one of ours was to ask for changes."""
    decided = [
        at(one, "state")
        for one in forge.all(f"pulls/{count}/reviews")
        if at(one, "author_association") in OURS
        and at(one, "state") in ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")
    ]
    return decided[-1:] == ["CHANGES_REQUESTED"]
