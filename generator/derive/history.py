"""What an amendment changed: the filed versions of a record compared, in what the public may see of them.

`versions` are bytes by (merge, path), as far as the history is at hand. Each is held against the digest of its line,
and blanked like every record before a page may speak of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from typing import Any

from generator.derive.filings import Register
from generator.derive.public import WITHHELD, shown
from generator.diff import changes
from generator.load import load
from generator.model import Line, Repo
from generator.schema import Schemas

Versions = Mapping[tuple[str, str], bytes]
PLANS = "data/plans/"
UNNAMED = "未公开"
NOT_AT_HAND = "两个版本不都在手边，不能比较"
ALTERED = "版本与登记的摘要不符，不作比较"
UNSHAPED = "版本不合现在的格式，不能比较"
SAME = "公开的内容没有变化"
# Records that names are looked up in.
NAMING = ("regions", "organisations", "instructor")
# A page tells the first of many changes and says how many more there are.
MOST = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Amendment:
    """What a line changed against the line before it; `why` says why nothing can be told, `more` was cut."""

    no: str
    sentences: tuple[str, ...] = ()
    why: str = ""
    more: int = 0


def amended(repo: Repo) -> Iterator[Line]:
    """Lines of plans that were filed more than once: those a page compares."""
    count: dict[str, int] = {}
    lines = [line for year in sorted(repo.filings) for line in repo.filings[year]]
    for line in lines:
        count[line["record"]] = count.get(line["record"], 0) + 1
    yield from (line for line in lines if count[line["record"]] > 1 and line["record"].startswith(PLANS))


class History:
    """Compares the filed versions of records. `repo` holds public fields only."""

    def __init__(self, repo: Repo, schemas: Schemas, register: Register, versions: Versions) -> None:
        self.repo = repo
        self.schemas = schemas
        self.register = register
        self.versions = versions

    def of(self, path: str) -> Mapping[str, Amendment]:
        """By number: each amendment of the record against the filing before it."""
        lines = [line for line in self.register.lines_of(path) if line["kind"] != "withdrawal"]
        return {new["no"]: self._amendment(old, new) for old, new in pairwise(lines)}

    def _amendment(self, old: Line, new: Line) -> Amendment:
        before, after = (self.versions.get((line["merge"], line["record"])) for line in (old, new))
        if before is None or after is None:
            return Amendment(no=new["no"], why=NOT_AT_HAND)
        if (sha256(before).hexdigest(), sha256(after).hexdigest()) != (old["digest"], new["digest"]):
            return Amendment(no=new["no"], why=ALTERED)
        pair = [self._shown(new["record"], raw) for raw in (before, after)]
        if pair[0] is None or pair[1] is None:
            return Amendment(no=new["no"], why=UNSHAPED)
        found = [change.sentence for change in self._changes(new["record"], pair[0], pair[1])]
        return Amendment(
            no=new["no"],
            sentences=tuple(found[:MOST]),
            more=max(0, len(found) - MOST),
            why="" if found else SAME,
        )

    def _changes(self, path: str, before: Any, after: Any) -> Iterator[Any]:
        old, new = ({**self._names, path: _bytes(data)} for data in (before, after))
        return changes(old, new, self.schemas)

    @cached_property
    def _names(self) -> dict[str, bytes]:
        """What ids are called, from public records: who did not agree to be named is not among them."""
        kept = (source for source in self.repo.sources.values() if source.kind in NAMING)
        return {source.path: _bytes(source.data) for source in kept}

    def _shown(self, path: str, raw: bytes) -> Any:
        """A version's public data; None where it has not the shape a record of its kind has."""
        found = self.schemas.kind_of(path)
        data = load(raw, path).data
        if found is None or found[0].schema["x-tier"] in WITHHELD or not self.schemas.valid(found[0], data):
            return None
        return self._unnamed(shown(found[0], data, self.schemas))

    def _unnamed(self, data: Any) -> Any:
        """Without the ids of instructors no page names."""
        data = deepcopy(data)
        for one in data.get("classes", ()):
            for session in one.get("sessions", ()):
                if session.get("instructor") not in self.repo.instructors:
                    session["instructor"] = UNNAMED
        return data


def _bytes(data: Any) -> bytes:
    """JSON is YAML."""
    return json.dumps(data, ensure_ascii=False).encode()
