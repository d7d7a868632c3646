"""`gh api` as a client: one repository, bounded answers, no shell."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import count, islice
from typing import Any

from generator.system import why

REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
MOST = 16 * 1024 * 1024
PAGE, PAGES = 100, 20
# Who writes with a workflow's token.
BOT = "github-actions[bot]"


class ForgeError(Exception):
    """GitHub did not answer, or not as it should: a Chinese sentence."""


class Forge:
    """One repository on GitHub, `owner/name`. Every failure is a `ForgeError`."""

    def __init__(self, repository: str, program: str = "gh") -> None:
        if not REPOSITORY.fullmatch(repository):
            raise ForgeError(f"“{repository}”不是仓库名，请写成 owner/name 的样子")
        self.repository = repository
        self.program = program

    def get(self, path: str) -> Any:
        """What the repository has at `path`, for example `pulls/12`; "" is the repository itself."""
        return _read(self._run([self._place(path)]))

    def all(self, path: str) -> list[Any]:
        """Every item of a list, up to 2,000."""
        found = self.first(path, PAGE * PAGES)
        if len(found) == PAGE * PAGES:
            raise ForgeError(f"GitHub 上 {path} 超过 {PAGE * PAGES} 条，请先清理")
        return found

    def first(self, path: str, most: int) -> list[Any]:
        """The first `most` items of a list, however many there are: for lists that anybody may lengthen."""
        return list(islice(self._items(path), most))

    def _items(self, path: str) -> Iterator[Any]:
        """Item by item, page by page."""
        mark = "&" if "?" in path else "?"
        for page in count(1):
            items = self.get(f"{path}{mark}per_page={PAGE}&page={page}")
            if not isinstance(items, list):
                raise ForgeError(f"GitHub 对 {path} 的回答不是列表")
            yield from items
            if len(items) < PAGE:
                return

    def send(self, method: str, path: str, fields: Mapping[str, Any]) -> Any:
        """Create or change something; the fields travel as JSON on standard input."""
        body = json.dumps(fields, ensure_ascii=True).encode()
        return _read(self._run(["--method", method, self._place(path), "--input", "-"], body))

    def download(self, path: str, most: int) -> bytes:
        """Bytes of at most `most`; more is an error."""
        return self._run([self._place(path)], most=most)

    def _place(self, path: str) -> str:
        return f"repos/{self.repository}/{path}".rstrip("/")

    def _run(self, arguments: list[str], body: bytes = b"", most: int = MOST) -> bytes:
        """Standard output of `gh api`, read no further than the bound."""
        command = [self.program, "api", *arguments]
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        except OSError as error:
            raise ForgeError(
                f"运行不了 {self.program}：{why(error)}。请先安装 GitHub 命令行工具 gh"
            ) from error
        with process as gh:
            assert gh.stdin is not None
            assert gh.stdout is not None
            assert gh.stderr is not None
            # One that ends before it has read everything says why on its own.
            with suppress(BrokenPipeError), gh.stdin:
                gh.stdin.write(body)
            answer = gh.stdout.read(most + 1)
            if len(answer) > most:
                gh.kill()
                raise ForgeError(f"GitHub 的回答超过 {most} 字节，没有读完")
            said = gh.stderr.read().decode(errors="replace").strip()
        if gh.returncode:
            raise ForgeError(f"GitHub 没有照办（{' '.join(arguments)}）：{said or '没有说明原因'}")
        return answer


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw.strip() else None
    except (ValueError, RecursionError) as error:
        raise ForgeError("GitHub 的回答不是 JSON") from error
