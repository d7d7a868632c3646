"""The small repository published: what the tests of the site share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from generator.check import Outcome, check
from generator.model import Repo, make
from generator.publish import publish
from generator.schema import Node, Schemas
from generator.tree import Directory
from tests.support import ROOT, base, schemas, tree

HOSTILE = (
    "<script>window.hacked=1</script>",
    '<img src=x onerror="window.hacked=1">',
    "[a](javascript:window.hacked=1)",
    "{{ 7*7 }}{% if %}",
    "*x* `y` | z",
    "</title></td></table><svg onload=window.hacked=1>",
    "\" onmouseover='window.hacked=1'",
)


def lay_out(folder: Path, changes: Mapping[str, bytes] | None = None) -> Path:
    """The small repository on disk, with the schemas; looks come from the checkout."""
    for path, raw in {**base(), **(changes or {})}.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)
    if not (folder / "schemas").exists():
        (folder / "schemas").symlink_to(ROOT / "schemas")
    return folder


def build(folder: Path, out: Path | None = None) -> Path:
    return publish(folder, check(Directory(folder)), out or folder / "build")


def files(html: Path) -> dict[str, bytes]:
    return {
        path.relative_to(html).as_posix(): path.read_bytes()
        for path in sorted(html.rglob("*"))
        if path.is_file()
    }


def digest(html: Path) -> str:
    return sha256(repr(sorted(files(html).items())).encode()).hexdigest()


class Document(HTMLParser):
    """Ids, links and loads of one page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.language = ""
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.ids += [given["id"] or ""] if "id" in given else []
        if tag == "html":
            self.language = given.get("lang") or ""
        if tag == "a" and "href" in given:
            self.links.append(given["href"] or "")
        if tag == "link" and given.get("rel") not in {"canonical", "prev", "next"}:
            self.loads.append(given["href"] or "")
        self.loads += [given[name] or "" for name in ("src", "srcset", "poster", "data") if name in given]

    def handle_data(self, data: str) -> None:
        self.text += data


def remade(repo: Repo, sources: list[Any]) -> Repo:
    return make(sources, as_of=repo.as_of, digests=repo.digests, paths=repo.paths, unread=repo.unread)


def free_texts(node: Node, data: Any, known: Schemas) -> Iterator[tuple[Any, Any]]:
    """Container and key of every text whose form no schema restricts."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in pairs:
        child = known.resolve(node["items"] if isinstance(data, list) else node["properties"][key])
        if isinstance(value, (dict, list)):
            yield from free_texts(child, value, known)
        elif isinstance(value, str) and not {"pattern", "format", "enum", "const"} & set(child):
            yield data, key


@cache
def hostile() -> Outcome:
    """The base with every free text of every record replaced by something that wants to be more than text."""
    outcome = check(tree({}), schemas=schemas())
    assert outcome.repo is not None
    count, sources = 0, []
    for source in outcome.repo.sources.values():
        data = deepcopy(source.data)
        kind = schemas().kinds[source.kind]
        for one in data if isinstance(data, list) else [data]:
            for container, key in list(free_texts(kind.schema, one, schemas())):
                if key not in {"record", "due", "submission"}:
                    container[key] = f"{' '.join(HOSTILE)} {count}"
                    count += 1
        sources.append(replace(source, data=data))
    assert count > 100
    return replace(outcome, repo=remade(outcome.repo, sources))
