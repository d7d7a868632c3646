"""The whole check: files one by one, then the model, the rules, the waivers. All findings at once, sorted."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from generator import sealed
from generator.examine import (
    SEALED,
    Examined,
    examine,
    front_matter,
    place_problems,
    readable,
    shaped,
)
from generator.locate import locate, locate_lines
from generator.memory import uncollected
from generator.model import SINGLE, Repo, Source, make
from generator.problem import Position, Problem, Where, bounded
from generator.rules import RULES
from generator.schema import Schemas
from generator.tree import Entry, Part, Tree
from generator.waive import waive
from generator.workers import cores, spread

START = Position(1, 1)
PARALLEL_FROM = 2 * 1024 * 1024
CHUNK = 128 * 1024
Progress = Callable[[int, int], None]
# What was examined, by path and object id.
Seen = dict[tuple[str, str], Examined]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a check found. `repo` is None where the office's own records could not be read.

    `unopened` counts sealed files no identity was given for; `crashes` are tracebacks of rules that failed.
    """

    problems: tuple[Problem, ...]
    repo: Repo | None
    files: int
    unopened: int
    waived: int
    crashes: tuple[str, ...]

    @property
    def bounded(self) -> Outcome:
        """The same for people to read: of very many of a kind in a file some hundred, and how many more."""
        return replace(self, problems=tuple(bounded(self.problems)))


def check(
    tree: Tree,
    *,
    schemas: Schemas | None = None,
    as_of: date | None = None,
    today: date | None = None,
    identities: Sequence[Any] = (),
    progress: Progress | None = None,
    seen: Seen | None = None,
) -> Outcome:
    """Check the records of a tree.

    `as_of` wins over the dataset's own, which wins over `today`. `identities` (age) open sealed records. What stands
    in `seen` is not examined again, and what is examined is put there: for trees with files in common.
    """
    with uncollected():
        return _Check(tree, schemas or Schemas.read(tree), identities, seen).run(as_of, today, progress)


class _Check:
    def __init__(self, tree: Tree, schemas: Schemas, identities: Sequence[Any], seen: Seen | None) -> None:
        self.tree = tree
        self.schemas = schemas
        self.identities = identities
        self.entries: dict[str, Entry] = {}
        self.opened: dict[str, bytes] = {}
        self.unopened = 0
        self.seen = seen
        self.about = tree.about if isinstance(tree, Part) else None

    def run(self, as_of: date | None, today: date | None, progress: Progress | None) -> Outcome:
        entries = self.tree.entries("data")
        self.entries = {entry.path: entry for entry in entries}
        problems = [problem for entry in entries for problem in place_problems(entry, self.schemas)]
        examined = list(self._examine([entry for entry in entries if readable(entry)], progress))
        examined = self._unsealed(examined)
        problems += [problem for one in examined for problem in one.problems]
        repo, missing = self._repo(entries, examined, as_of, today)
        problems += missing
        crashes: list[str] = []
        waived = 0
        if repo is not None:
            problems += _apply_rules(repo, crashes, self.opened)
            problems, waived = waive(problems, repo, self.about)
        return Outcome(
            problems=self._placed(problems, entries),
            repo=repo,
            files=len(entries),
            unopened=self.unopened,
            waived=waived,
            crashes=tuple(crashes),
        )

    def _examine(self, entries: list[Entry], progress: Progress | None) -> Iterator[Examined]:
        if self.seen is None:
            yield from self._examine_all(entries, progress)
            return
        new = [entry for entry in entries if (entry.path, entry.key) not in self.seen]
        found = dict(zip((entry.path for entry in new), self._examine_all(new, progress), strict=True))
        self.seen |= {(entry.path, entry.key): found[entry.path] for entry in new if entry.by_content}
        yield from (found.get(entry.path) or self.seen[entry.path, entry.key] for entry in entries)

    def _examine_all(self, entries: list[Entry], progress: Progress | None) -> Iterator[Examined]:
        chunks = _chunks(entries)
        done = 0
        size = sum(entry.size for entry in entries)
        for results in spread(lambda: self._chunk, chunks, cores() if size >= PARALLEL_FROM else 1):
            done += len(results)
            if progress is not None:
                progress(done, len(entries))
            yield from results

    def _chunk(self, entries: list[Entry]) -> list[Examined]:
        return [examine(entry.path, raw, self.schemas) for entry, raw in self.tree.read(entries)]

    def _unsealed(self, examined: list[Examined]) -> list[Examined]:
        """Sealed files with their envelopes judged, the rest as it was."""
        shut = {one.path: one for one in examined if one.kind and self.schemas.kinds[one.kind].form in SEALED}
        recipients = _recipients(examined)
        looked = {
            entry.path: self._unseal(shut[entry.path], raw, recipients)
            for entry, raw in self.tree.read([self.entries[path] for path in shut])
        }
        return [looked.get(one.path, one) for one in examined]

    def _unseal(self, one: Examined, raw: bytes, recipients: dict[tuple[str, str], int]) -> Examined:
        """A record is opened with the identities at hand; without any it is only counted."""
        wanted = recipients.get((one.parts["year"], one.parts["class"]))
        problems = [*one.problems, *sealed.envelope_problems(one.path, raw, wanted)]
        opens = one.kind == "candidates" and not any(problem.code == "SE001" for problem in problems)
        if not opens or not self.identities:
            self.unopened += opens
            return replace(one, problems=problems)
        plain = sealed.unseal(raw, self.identities)
        if plain is None:
            return replace(one, problems=[*problems, sealed.cannot_open(one.path)])
        self.opened[one.path] = plain
        data = shaped(one.path, plain, self.schemas.kinds["candidates"], self.schemas, problems)
        return replace(one, data=data, problems=problems)

    def _repo(
        self, entries: list[Entry], examined: list[Examined], as_of: date | None, today: date | None
    ) -> tuple[Repo | None, list[Problem]]:
        sources = [
            Source(kind=one.kind, path=one.path, parts=one.parts, data=one.data, digest=one.digest)
            for one in examined
            if one.data is not None
        ]
        missing = list(self._missing({source.kind for source in sources}))
        if missing:
            return None, missing
        settled = as_of or _dataset_day(sources) or today
        if settled is None:
            raise ValueError("neither as_of nor today is given, and the dataset has no as_of")
        have = {source.path for source in sources}
        unread = {entry.path for entry in entries if entry.path not in have}
        repo = make(
            sources,
            as_of=settled,
            digests={one.path: one.digest for one in examined},
            paths=self._paths(entries),
            unread=frozenset(unread),
            merged=self._merged(sources),
        )
        return replace(repo, about=self.about), []

    def _paths(self, entries: list[Entry]) -> frozenset[str]:
        if isinstance(self.tree, Part):
            return self.tree.every("data")
        return frozenset(entry.path for entry in entries)

    def _merged(self, sources: list[Source]) -> Mapping[tuple[str, str], str]:
        """What registered records were at their merges, as far as the history is at hand."""
        lines = [line for source in sources if source.kind == "filing" for line in source.data]
        wanted = {(line["merge"], line["record"]) for line in lines if line["merge"]}
        return self.tree.digests_at(wanted) if wanted else {}

    def _missing(self, kinds: set[str]) -> Iterator[Problem]:
        for name in SINGLE:
            if name not in kinds:
                path = self.schemas.kinds[name].template
                message = f"“{self.schemas.kinds[name].title}”不存在或有错，其他规则这次没有运行"
                yield Problem(
                    where=Where(path),
                    code="FI024",
                    message=message,
                    remedy="请先补上或改正该文件，再检查一次",
                )

    def _placed(self, problems: Iterable[Problem], entries: list[Entry]) -> tuple[Problem, ...]:
        """Problems with line and column, sorted. Positions are looked up once a file, only where something is wrong."""
        by_path: dict[str, list[Problem]] = {}
        for problem in problems:
            if self.about is not None and problem.where.path not in self.about:
                continue
            by_path.setdefault(problem.where.path, []).append(problem)
        texts = self._texts([entry for entry in entries if entry.path in by_path and readable(entry)])
        placed = [one for path, found in by_path.items() for one in self._place(path, found, texts)]
        return tuple(sorted(set(placed), key=_order))

    def _texts(self, entries: list[Entry]) -> dict[str, bytes]:
        return {entry.path: raw for entry, raw in self.tree.read(entries)} | self.opened

    def _place(self, path: str, found: list[Problem], texts: dict[str, bytes]) -> Iterator[Problem]:
        wanted = [problem.where.keys for problem in found if problem.at is None and problem.where.keys]
        at = {}
        if wanted and path in texts:
            raw = texts[path]
            if path.endswith(".jsonl"):
                at = locate_lines(raw.decode(), wanted)
            else:
                at = locate(
                    (front_matter(raw) if path.endswith(".md") else raw).decode().removeprefix("\ufeff"),
                    wanted,
                )
        for problem in found:
            yield (
                problem if problem.at is not None else replace(problem, at=at.get(problem.where.keys, START))
            )


def _chunks(entries: list[Entry]) -> list[list[Entry]]:
    """Entries in order, in parts of about CHUNK bytes: a large roster is a part of its own."""
    chunks: list[list[Entry]] = []
    room = 0
    for entry in entries:
        if room <= 0:
            chunks.append([])
            room = CHUNK
        chunks[-1].append(entry)
        room -= entry.size
    return chunks


def _order(problem: Problem) -> tuple[Any, ...]:
    line, column = (problem.at.line, problem.at.column) if problem.at else (0, 0)
    return problem.where.path, line, column, problem.code, problem.message


def _recipients(examined: list[Examined]) -> dict[tuple[str, str], int]:
    """How many may open a class's sealed files, by year and class: the office's keys and the class's own."""
    data = next((one.data for one in examined if one.kind == "recipients" and one.data), None)
    if data is None:
        return {}
    return {
        (str(item["year"]), item["class"]): len({*data["office"], *item["recipients"]})
        for item in data["classes"]
    }


def _dataset_day(sources: list[Source]) -> date | None:
    said = next(source.data.get("as_of") for source in sources if source.kind == "dataset")
    return date.fromisoformat(said) if said else None


def _apply_rules(repo: Repo, crashes: list[str], opened: dict[str, bytes]) -> list[Problem]:
    """Every rule over the repo. A rule that crashes is that rule's failure; the others still run."""
    problems: list[Problem] = []
    for rule in RULES.values():
        if rule.sealed and not opened:
            continue
        try:
            problems += rule.problems(repo)
        except Exception:
            crashes.append(f"{rule.code}\n{traceback.format_exc()}")
    return problems
