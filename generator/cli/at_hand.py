"""What `siwu verify` judges by: files that were given, else the repository at hand."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime, time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli.clock import now, today
from generator.cli.repository import root_of, tree_of
from generator.cli.terminal import UsageError
from generator.system import why

if TYPE_CHECKING:
    from generator.model import Repo
    from generator.signature.published import PublishedKey
    from generator.validity.asking import Asked

# Bytes of a list of a hundred thousand certificates; of the keys.
LARGEST_LIST, LARGEST_KEYS = 64 * 2**20, 2**20
JUDGED = ("data/rosters/", "data/keys.yml", "data/dataset.yml")


class Hand:
    """Keys, list and ledgers. The repository is read only where they are not all given, and then once.

    `base_url` is where the list must be from, None where the repository says so or nothing does.
    """

    def __init__(self, options: argparse.Namespace, base_url: str | None = None) -> None:
        self.options = options
        self.base_url = base_url

    @cached_property
    def now(self) -> datetime:
        """The time asked about."""
        from generator.validity.statuslist import BEIJING

        day = self.options.at
        return datetime.combine(day, time(23, 59, 59), BEIJING) if day else now()

    @cached_property
    def repo(self) -> Repo:
        """The repository's records. Raises UsageError where roster or keys are not right."""
        from generator.check import check

        outcome = check(tree_of(self.options), today=today())
        wrong = [one for one in outcome.problems if one.severity == "error"]
        if outcome.repo is None or any(one.where.path.startswith(JUDGED) for one in wrong):
            raise UsageError("无法核验：本仓库的名册或密钥有错误。请先运行 siwu check，按提示改好")
        return outcome.repo

    @cached_property
    def keys(self) -> tuple[PublishedKey, ...]:
        """The published keys."""
        from generator.validity.keyfile import read_keys
        from generator.validity.signer import published_keys

        if self.options.keys is None:
            return published_keys(self.repo)
        try:
            return read_keys(read_whole(self.options.keys, LARGEST_KEYS))
        except ValueError as error:
            raise UsageError(f"{self.options.keys} {error}") from None

    @cached_property
    def asked(self) -> Asked:
        """What the answer is judged by."""
        from generator.validity.asking import Asked, asked
        from generator.validity.statuslist import status_list

        if self.options.status is None:
            return Asked(keys=self.keys, list=status_list(self.repo), now=self.now)
        line = read_whole(self.options.status, LARGEST_LIST).decode("ascii", "replace").strip()
        base_url = self.base_url if self.options.keys else self.repo.dataset.base_url
        return asked(line, self.keys, base_url, self.now)

    @property
    def source(self) -> str:
        """What the answer rests on, as a sentence."""
        from generator.validity.statuslist import StatusList

        found = self.asked.list
        if self.options.status is None:
            return "依据：本仓库的名册和公布的密钥。"
        if not isinstance(found, StatusList):
            return "依据：给出的状态清单，它不能用。"
        return f"依据：{found.made:%Y-%m-%d} 的状态清单，有效到 {found.valid_until:%Y-%m-%d %H:%M}。"

    @property
    def home(self) -> str:
        """The address of the repository's site, "" where no repository was needed."""
        return "" if self.options.keys and self.options.status else self.repo.dataset.base_url

    @property
    def prints(self) -> dict[str, str] | None:
        """Number by sha256 of what was printed; None where no ledger is at hand."""
        from generator.documents.prints import read
        from generator.tree import TreeError

        try:
            root = root_of(self.options)
        except TreeError:
            return None  # files were given, and no repository is needed
        ledgers = [
            path for folder in ("data", "build") for path in (root / folder / "prints").glob("*.jsonl")
        ]
        beside = sorted((root / "build" / "html" / "c").glob("*/prints.json"))
        if not ledgers and not beside:
            return None
        try:
            found = {one.digest: one.no for path in ledgers for one in read(path.read_bytes())}
        except ValueError as error:
            raise UsageError(f"无法核验：打印台账{error}") from None
        return found | dict(pair for path in beside for pair in _beside(path))


def _beside(path: Path) -> Iterator[tuple[str, str]]:
    """Sha256 and number of each print that a token page tells of."""
    from generator.validity.jws import UnreadableError, parsed

    try:
        data = parsed(path.read_bytes())
        pairs = [(one["sha256"], data["no"]) for one in data["prints"]]
        if not all(isinstance(text, str) for pair in pairs for text in pair):
            raise UnreadableError
    except (UnreadableError, KeyError, TypeError):
        raise UsageError(f"无法核验：{path} 不是打印记录。请重新生成网站") from None
    yield from pairs


def read_whole(name: str, largest: int) -> bytes:
    """The bytes of a file that was named. Raises UsageError for one that cannot be read or is larger than it may be."""
    try:
        with Path(name).open("rb") as file:
            raw = file.read(largest + 1)
    except OSError as error:
        raise UsageError(f"文件 {name} 读不了：{why(error)}") from error
    if len(raw) > largest:
        raise UsageError(f"文件 {name} 太大，不是这里要的文件")
    return raw
