"""A `gh` for the sandbox: a small GitHub in one folder, and a list of every call. Run by `bin/gh`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

STATE = Path(__file__).with_name("github.json")
ARTIFACTS = Path(__file__).with_name("artifacts")
CALLS = Path(__file__).with_name("calls.jsonl")
BOT = {"login": "github-actions[bot]", "id": 41898282, "type": "Bot"}


def main() -> None:
    """`gh api [--method M] PATH [--input -] [--jq …]`: the answer on standard output."""
    words = sys.argv[1:]
    if words.pop(0) != "api":
        sys.exit("gh: only api is known here")
    method, body, place = "GET", None, ""
    while words:
        word = words.pop(0)
        if word == "--method":
            method = words.pop(0)
        elif word == "--input":
            assert words.pop(0) == "-"
            body = json.load(sys.stdin)
        elif word == "--jq":
            words.pop(0)
        else:
            place = word
    with CALLS.open("a") as calls:
        calls.write(json.dumps({"method": method, "path": place, "body": body}) + "\n")
    if place == "meta":
        sys.stdout.write("ssh-ed25519 AAAAexample\n")
        return
    state = json.loads(STATE.read_text())
    answer(state, method, urlsplit(place), body)
    STATE.write_text(json.dumps(state))


def answer(state: Any, method: str, place: SplitResult, body: Any) -> None:
    """Look up, or change the state as GitHub would."""
    path = place.path.removeprefix(f"repos/{state['repository']}/")
    asked = {key: values[0] for key, values in parse_qs(place.query).items()}
    if found := re.fullmatch(r"actions/artifacts/(\d+)/zip", path):
        sys.stdout.buffer.write((ARTIFACTS / found[1]).read_bytes())
        return
    pulls = [one for name, one in state["answers"].items() if name.startswith("pulls/")]
    new = {"state": "open", "number": len(state["issues"]) + 1, **(body or {})}
    every = [one for comments in state["comments"].values() for one in comments]
    places: dict[str, Callable[[re.Match[str]], Any]] = {
        r"actions/runs/(\d+)/artifacts": lambda found: {
            "artifacts": [
                one
                for one in state["artifacts"]
                if (one["run"], one["name"]) == (int(found[1]), asked["name"])
            ]
        },
        r"statuses/(\w{40})": lambda found: stated(state, found[1], body),
        r"commits/(\w{40})/statuses": lambda found: state["statuses"].get(found[1], []),
        r"commits/(\w{40})/pulls": lambda found: [
            one for one in pulls if one["merge_commit_sha"] == found[1]
        ],
        r"pulls": lambda _: [one for one in pulls if one["state"] == asked["state"]],
        r"pulls/(\d+)/(files|reviews)": lambda found: state[found[2]].get(found[1], []),
        r"issues": lambda _: listing(state["issues"], method, new),
        r"issues/(\d+)": lambda found: changed(state["issues"], "number", int(found[1]), body),
        r"issues/comments/(\d+)": lambda found: changed(every, "id", int(found[1]), body),
        r"issues/(\d+)/comments": lambda found: listing(
            state["comments"].setdefault(found[1], []), method, body
        ),
        r".*": lambda found: state["answers"].get(found[0]),
    }
    known = (act(match) for pattern, act in places.items() if (match := re.fullmatch(pattern, path)))
    reply = next(known) if path != place.path else None
    if reply is None:
        sys.exit(f"gh: Not Found (HTTP 404): {place.path}")
    sys.stdout.write(json.dumps(reply))


def stated(state: Any, head: str, body: Any) -> Any:
    """A status on a commit, the latest first."""
    reply = {**body, "creator": BOT, "created_at": state["now"]}
    state["statuses"].setdefault(head, []).insert(0, reply)
    return reply


def listing(items: list[Any], method: str, body: Any) -> Any:
    """A list to read, or to add to."""
    if method == "GET":
        return items
    items.append({"id": 1000 + len(items), "user": BOT, **body})
    return items[-1]


def changed(items: list[Any], key: str, value: int, body: Any) -> Any:
    """One of the items, with other fields."""
    one = next(item for item in items if item[key] == value)
    one.update(body)
    return one


if __name__ == "__main__":
    main()
