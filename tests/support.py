"""The small valid repository of tests/base/, and how a case changes it.

A case folder holds `case.yml` (all keys optional) and `expected.txt`, the whole text output of `siwu check`:

* `edit: {path: {classes/0/trainees/total: 99}}`: key paths into a record, parts joined by `/`. A list index
  `0+` inserts after item 0, `+` appends. The value `{$delete: true}` deletes.
* `copy: {from: to}`: a record under another path, before the edits.
* `candidates: {class: {edits}}`: edits of a class's plain candidates before they are sealed.
* `files: {path: text}`: a file as written; `{bytes: …}` one byte a character, `{repeat: …, times: N}` long ones.
  Files under the folder `files/` likewise.
* `modes: {path: symlink}`: what a path is (`generator.tree.Mode`).
* `delete: [path]`.
* `rechain: [path]`: compute `prev` and `hash` of a register or roster again, after the edits. A roster's entries
  that bear a payload of the base's are signed anew first (with the demo's key), so that a case about an entry does
  not also say that it is not what was signed; `resign: false` leaves payload, signature and `signed` as they are.
* `unsigned: [path]`: take payload, signature and `signed` out of a roster before the edits, and rechain it.
* `refile: false`: leave the register alone. Otherwise its lines follow the edited records (digest and chain), so
  that a case about a plan does not also say that the plan awaits filing.
* `merged: {commit: {path: sha256}}`: what the history at hand says of registered merges.
* `as_of: "2022-11-20"`, `identity: true` (open the sealed records).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from generator import register
from generator.canonical import dump, header_for
from generator.check import Outcome, check
from generator.load import load, load_lines
from generator.schema import Schemas
from generator.sealed import identities, seal
from generator.sign import chain, signed_digest
from generator.signature.keys import PrivateKey, read_private, sign_payload
from generator.signature.payload import MalformedError, Payload
from generator.tree import Directory, Entry, Mode

ROOT = Path(__file__).parents[1]
BASE = ROOT / "tests" / "base"
CASES = ROOT / "tests" / "cases"
IDENTITY = ROOT / "tests" / "keys" / "demo-identity.txt"
ISSUER_KEY = ROOT / "tests" / "keys" / "demo-issuer.pem"
FILINGS = "data/filings/2022.jsonl"
ROSTER = "data/rosters/2022.yml"
# Real records that fit the small repository as they are.
REAL = (
    "data/clauses.yml",
    "data/curriculum/2022.yml",
    "data/keys.yml",
    "data/points/2022.yml",
    "data/references.yml",
    "data/resources.yml",
)
DELETE = {"$delete": True}


@dataclass(frozen=True)
class MemoryTree:
    """A tree held in memory: bytes by path; `modes` for what is no plain file."""

    files: Mapping[str, bytes]
    modes: Mapping[str, Mode] = field(default_factory=dict)
    history: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def entries(self, *under: str) -> list[Entry]:
        tops = tuple(f"{top}/" for top in under)
        return [
            Entry(path, self.modes.get(path, Mode.FILE), len(self.files.get(path, b"")), path)
            for path in sorted({*self.files, *self.modes})
            if path.startswith(tops)
        ]

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        for entry in entries:
            yield entry, self.files[entry.key]

    def digests_at(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        return {pair: self.history[pair] for pair in wanted if pair in self.history}


@cache
def schemas() -> Schemas:
    return Schemas.read(Directory(ROOT))


@cache
def base() -> Mapping[str, bytes]:
    """The base's files, sealed records included."""
    files = {path: (ROOT / path).read_bytes() for path in REAL}
    for path in sorted((BASE / "data").rglob("*")):
        if path.is_file():
            files[path.relative_to(BASE).as_posix()] = path.read_bytes()
    for plain in sorted((BASE / "sealed").rglob("*.yml")):
        files[f"data/{plain.relative_to(BASE).as_posix()}.age"] = sealed(plain.read_bytes())
    return files


@cache
def records() -> Mapping[str, Any]:
    """The base's records as plain data, by path; the candidates under their sealed path."""
    found = {path: read(path, raw) for path, raw in base().items() if path.endswith((".yml", ".jsonl"))}
    for plain in sorted((BASE / "sealed").rglob("*.yml")):
        path = f"data/{plain.relative_to(BASE).as_posix()}.age"
        found[path] = read(path, plain.read_bytes())
    return found


def read(path: str, raw: bytes) -> Any:
    data, problems = (load_lines if path.endswith(".jsonl") else load)(raw, path)
    assert not problems, problems
    return data


def write(path: str, data: Any) -> bytes:
    """Canonical bytes of a record; a sealed one is sealed."""
    if path.endswith(".jsonl"):
        return register.dump(data)
    raw = canonical(path, data)
    return sealed(raw) if path.endswith(".age") else raw


def canonical(path: str, data: Any) -> bytes:
    known = schemas().kind_of(path)
    assert known is not None, f"no kind for {path}"
    kind = known[0]
    return dump(data, schemas().order(kind), header_for(path, kind.name)).encode()


@cache
def identity() -> Any:
    (found,) = identities(IDENTITY.read_text(encoding="utf-8"))
    return found


@cache
def sealed(plain: bytes) -> bytes:
    return seal(plain, [str(identity().to_public())])


def edit(data: Any, changes: Mapping[str, Any]) -> Any:
    """The data with changes by key path; the original stays as it was."""
    data = deepcopy(data)
    for keys, value in changes.items():
        *parents, last = keys.split("/")
        node = data
        for key in parents:
            node = node[int(key) if isinstance(node, list) else key]
        _set(node, last, deepcopy(value))
    return data


def _set(node: Any, key: str, value: Any) -> None:
    if isinstance(node, dict):
        if value == DELETE:
            del node[key]
        else:
            node[key] = value
    elif key.endswith("+"):
        node.insert(int(key[:-1]) + 1 if key != "+" else len(node), value)
    elif value == DELETE:
        del node[int(key)]
    else:
        node[int(key)] = value


@dataclass(frozen=True)
class Case:
    """One case folder."""

    folder: Path

    @property
    def code(self) -> str:
        return self.folder.parent.name

    @property
    def fails(self) -> bool:
        return self.folder.name.startswith("fail")

    @property
    def expected(self) -> Path:
        return self.folder / "expected.txt"

    def run(self) -> Outcome:
        spec = self._spec()
        as_of = spec.get("as_of")
        return check(
            tree(spec, self.folder / "files"),
            schemas=schemas(),
            as_of=date.fromisoformat(as_of) if as_of else None,
            identities=[identity()] if spec.get("identity") else (),
        )

    def _spec(self) -> dict[str, Any]:
        path = self.folder / "case.yml"
        data, problems = load(path.read_bytes(), path.name)
        wrong = [problem for problem in problems if problem.code not in {"FI016", "FI017"}]
        assert not wrong, wrong
        unknown = set(data or {}) - KEYS
        assert not unknown, f"{path}: {unknown}"
        return data or {}


KEYS = {
    "edit",
    "copy",
    "candidates",
    "files",
    "modes",
    "delete",
    "rechain",
    "resign",
    "unsigned",
    "refile",
    "merged",
    "as_of",
    "identity",
}


def cases() -> list[Case]:
    return [Case(path.parent) for path in sorted(CASES.glob("*/*/case.yml"))]


def tree(spec: Mapping[str, Any], folder: Path | None = None) -> MemoryTree:
    """The base with a case's changes."""
    files = dict(base())
    changed = _edited(spec)
    for path in (*spec.get("rechain", ()), *spec.get("unsigned", ())):
        data = changed.setdefault(path, deepcopy(records()[path]))
        entries = data if path.endswith(".jsonl") else data["events"]
        if spec.get("resign", True) and not path.endswith(".jsonl"):
            resign(entries)
        entries[:] = chain(entries)
    files |= {path: write(path, data) for path, data in changed.items()}
    if spec.get("refile", True) and FILINGS not in changed:
        files[FILINGS] = _refiled(files, set(changed))
    files |= {path: _content(given) for path, given in spec.get("files", {}).items()}
    if folder is not None and folder.is_dir():
        files |= {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
    for path in spec.get("delete", ()):
        del files[path]
    history = {
        (at, path): digest for at, found in spec.get("merged", {}).items() for path, digest in found.items()
    }
    return MemoryTree(files, {path: Mode(name) for path, name in spec.get("modes", {}).items()}, history)


def _edited(spec: Mapping[str, Any]) -> dict[str, Any]:
    changed = {new: deepcopy(records()[old]) for old, new in spec.get("copy", {}).items()}
    changed |= {path: _unsigned(records()[path]) for path in spec.get("unsigned", ())}
    for path, changes in spec.get("edit", {}).items():
        changed[path] = edit(changed.get(path, records().get(path, {})), changes)
    for class_id, changes in spec.get("candidates", {}).items():
        path = f"data/sealed/2022/{class_id}.yml.age"
        changed[path] = edit(records().get(path, {}), changes)
    return changed


def _unsigned(roster: Any) -> Any:
    dropped = ("payload", "signature", "signed")
    events = [{key: event[key] for key in event if key not in dropped} for event in roster["events"]]
    return {**roster, "events": events}


def resign(events: list[dict[str, Any]]) -> None:
    """Sign entries again that bear a payload of the base's, and compute `signed` of every payload."""
    known = {event.get("payload") for event in records()[ROSTER]["events"]}
    for event in events:
        if event.get("payload") in known and "person" in event:
            _sign(event)
        if {"payload", "signature", "salt"} <= event.keys():
            event["signed"] = signed_digest(event["salt"], event["payload"], event["signature"])


def _sign(event: dict[str, Any]) -> None:
    try:
        event["payload"], event["signature"] = signed(event)
    except MalformedError:  # what the case made of it cannot be signed
        for name in ("payload", "signature", "signed"):
            del event[name]


@cache
def issuer() -> PrivateKey:
    return read_private(ISSUER_KEY.read_bytes())


def signed(event: Mapping[str, Any], key: PrivateKey | None = None) -> tuple[str, str]:
    """Payload and signature of a roster's entry by the demo's key, or another."""
    said = Payload(
        no=event["no"],
        name=event["person"]["name"],
        unit=event["person"]["unit"],
        day=date.fromisoformat(event["issued"]),
        class_id=event["class"],
        layout=event["layout"],
        token=event["token"],
        key="",
    )
    return sign_payload(key or issuer(), said)


def _refiled(files: Mapping[str, bytes], changed: set[str]) -> bytes:
    lines = deepcopy(records()[FILINGS])
    for line in lines:
        if line["record"] in changed:
            line["digest"] = sha256(files[line["record"]]).hexdigest()
    return write(FILINGS, chain(lines))


def _content(given: Any) -> bytes:
    if isinstance(given, str):
        return given.encode()
    if "bytes" in given:
        return str(given["bytes"]).encode("latin-1")
    return str(given["repeat"]).encode() * int(given["times"])
