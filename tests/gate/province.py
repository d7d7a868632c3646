"""A small province of two years for the gate's tests: tests/base, and the same again as 2023; and random changes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import sha1
from random import Random
from typing import Any

from generator.sign import chain, check_character
from generator.tree import Entry
from tests.support import MemoryTree, base, read, write

YEARLY = (
    *("plans", "deliveries", "assessments", "programme", "curriculum"),
    *("designations", "points", "recommendations", "archive", "statistics"),
)
OLD, NEW = b"2022", b"2023"
ROSTER = "data/rosters/2022.yml"
KEPT = ("data/curriculum/", "data/clauses.yml", "data/references.yml", "data/resources.yml")


@dataclass(frozen=True)
class Addressed(MemoryTree):
    """A memory tree whose entries are known by their content, as git's are."""

    def entries(self, *under: str) -> list[Entry]:
        return [
            Entry(entry.path, entry.mode, entry.size, _name(self.files.get(entry.path, b"")))
            for entry in MemoryTree.entries(self, *under)
        ]

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        for entry in entries:
            yield entry, self.files[entry.path]


@cache
def _name(raw: bytes) -> str:
    return sha1(raw, usedforsecurity=False).hexdigest()


@cache
def province() -> Mapping[str, bytes]:
    """Two years; nothing is wrong with it but what the copy of a year brings."""
    files = dict(base())
    for path, raw in base().items():
        if path.split("/")[1] in YEARLY and "2022" in path:
            files[path.replace("2022", "2023")] = raw.replace(OLD, NEW)
    roster = deepcopy(loaded(ROSTER, files[ROSTER]))
    events = [_of_next_year(event) for event in roster["events"][:2]]
    events = chain(events, roster["events"][-1]["hash"])
    files["data/rosters/2023.yml"] = write("data/rosters/2023.yml", {"year": 2023, "events": events})
    return files


def _of_next_year(event: dict[str, Any]) -> dict[str, Any]:
    body = event["no"].rsplit("-", 1)[0].replace("2022", "2023")
    changed = {**event, "no": f"{body}-{check_character(body)}", "token": event["token"][::-1]}
    return {key: value for key, value in changed.items() if key not in ("prev", "hash")}


@cache
def loaded(path: str, raw: bytes) -> Any:
    return read(path, raw)


Files = dict[str, bytes]


def changed(files: Mapping[str, bytes], random: Random) -> Files:
    """The files after a random change of one record or several."""
    new = dict(files)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        random.choice(CHANGES)(new, random)
    return new


def _pick(files: Files, random: Random, *endings: str) -> str:
    """A path, each kind of record as likely as the others."""
    kinds: dict[str, list[str]] = {}
    for path in sorted(files):
        if path.endswith(endings) and not path.startswith(KEPT):
            kinds.setdefault(path.split("/")[1], []).append(path)
    return random.choice(kinds[random.choice(sorted(kinds))])


def _data(files: Files, path: str) -> Any:
    try:
        data = deepcopy(loaded(path, files[path]))
    except AssertionError:
        return None
    return data if isinstance(data, (dict, list)) else None


def _leaves(node: Any, key: str = "") -> Iterator[tuple[Any, Any, str]]:
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for at, value in pairs:
        name = at if isinstance(at, str) else key
        if isinstance(value, (dict, list)):
            yield from _leaves(value, name)
        else:
            yield node, at, name


def _lists(node: Any) -> Iterator[list[Any]]:
    if isinstance(node, list) and node:
        yield node
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _lists(value)


@cache
def _pool() -> Mapping[str, tuple[Any, ...]]:
    """Every value a field of this name has anywhere."""
    found: dict[str, dict[Any, None]] = {}
    for path, raw in province().items():
        if path.endswith((".yml", ".jsonl")):
            for node, at, name in _leaves(loaded(path, raw)):
                found.setdefault(name, {})[node[at]] = None
    return {name: tuple(values) for name, values in found.items()}


def _edit(files: Files, random: Random) -> None:
    """One value becomes another of its name, or a little more or less."""
    path = _pick(files, random, ".yml", ".jsonl")
    data = _data(files, path)
    leaves = list(_leaves(data)) if data is not None else []
    if leaves:
        name = random.choice(sorted({name for _, _, name in leaves}))
        node, at, _ = random.choice([leaf for leaf in leaves if leaf[2] == name])
        node[at] = _other(node[at], name, random)
        _keep(files, path, data, random)


def _other(value: Any, name: str, random: Random) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and random.random() < 0.7:
        return max(0, value + random.choice((-1, 1, -200, 500)))
    if isinstance(value, str) and len(value) == 10 and value[4:5] == "-" and random.random() < 0.5:
        return (date.fromisoformat(value) + timedelta(random.choice((-365, -1, 1, 40)))).isoformat()
    return random.choice(_pool().get(name, (value,)))


def _keep(files: Files, path: str, data: Any, random: Random) -> None:
    """Write it; the chain is made good again every other time."""
    if path.startswith(("data/rosters/", "data/filings/")) and random.random() < 0.5:
        entries = data if path.endswith(".jsonl") else data["events"]
        entries[:] = chain([{k: v for k, v in one.items() if k not in ("prev", "hash")} for one in entries])
    files[path] = write(path, data)


def _drop_item(files: Files, random: Random) -> None:
    _on_list(files, random, lambda found: found.pop(random.randrange(len(found))))


def _double_item(files: Files, random: Random) -> None:
    _on_list(files, random, lambda found: found.append(deepcopy(random.choice(found))))


def _on_list(files: Files, random: Random, act: Callable[[list[Any]], Any]) -> None:
    path = _pick(files, random, ".yml", ".jsonl")
    data = _data(files, path)
    lists = list(_lists(data)) if data is not None else []
    if lists:
        act(random.choice(lists))
        _keep(files, path, data, random)


def _delete(files: Files, random: Random) -> None:
    del files[_pick(files, random, ".yml", ".jsonl", ".age", ".md")]


def _copy(files: Files, random: Random) -> None:
    """Another record's content, in the place of one of its kind."""
    path = _pick(files, random, ".yml", ".jsonl", ".age")
    folder = path.split("/")[1]
    files[path] = files[random.choice([other for other in sorted(files) if other.split("/")[1] == folder])]


def _rename(files: Files, random: Random) -> None:
    path = _pick(files, random, ".yml", ".jsonl", ".age")
    target = random.choice(
        (path.replace("2022", "2023"), path.replace("yichang", "enshi"), path.replace("1", "2"))
    )
    files[target] = files.pop(path)


def _share(files: Files, random: Random) -> None:
    """One class of a plan stands in another plan too."""
    plans = [path for path in sorted(files) if path.startswith(("data/plans/", "data/assessments/"))]
    one, other = random.choice(plans), random.choice(plans)
    source, target = _data(files, one), _data(files, other)
    if source and target and source.get("classes") and target.get("classes"):
        mine, theirs = random.choice(source["classes"]), random.choice(target["classes"])
        for key in random.sample(("id", "sessions", "venue", "from", "to"), random.choice((1, 2, 3))):
            if key in mine:
                theirs[key] = deepcopy(mine[key])
        files[other] = write(other, target)


def _joint(files: Files, random: Random) -> None:
    """Lessons of two plans become one joint lecture."""
    for _ in range(2):
        path = random.choice([path for path in sorted(files) if path.startswith("data/plans/")])
        data = _data(files, path)
        sessions = [one for item in (data or {}).get("classes", ()) for one in item.get("sessions", ())]
        if sessions:
            random.choice(sessions).update(mode="online", joint=random.choice(("joint-1", "joint-2")))
            files[path] = write(path, data)


def _spoil(files: Files, random: Random) -> None:
    """A text that is no longer a record, or is written otherwise."""
    path = _pick(files, random, ".yml", ".jsonl", ".age", ".md")
    raw = files[path]
    files[path] = random.choice(
        (raw[: len(raw) // 2], raw + b"\x00", raw.replace(b": ", b":  "), raw.replace(b"a", b"\\x61", 1), b"")
    )


def _mode(files: Files, random: Random) -> None:
    """A file nobody has a place for."""
    files[f"data/plans/2022/yichang/odd-{random.randrange(3)}.txt"] = b"x"


CHANGES = (
    *(_edit,) * 9, *(_share,) * 3, _joint, _drop_item, _drop_item, _double_item, _double_item, _delete, _copy, _rename,
    _spoil, _mode,
)  # fmt: skip
