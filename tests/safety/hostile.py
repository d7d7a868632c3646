"""The small repository with every free text of every record replaced by what wants to be more than text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

from generator.check import Outcome, check
from tests.published import free_texts, remade
from tests.support import identity, schemas, tree

STRINGS = (
    "<script>window.hacked=1</script>",
    '<img src=x onerror="window.hacked=1">',
    "<svg/onload=window.hacked=1>",
    "</title></td></tr></table></main><h1>x</h1>",
    "<!-- x --><iframe src=javascript:window.hacked=1></iframe>",
    "[a](javascript:window.hacked=1)",
    "![a](http://evil.example/x.png)",
    "<javascript:window.hacked=1>",
    "&#106;avascript:window.hacked=1 &lt;b&gt; &amp;#60; &nbsp;",
    "[a]: javascript:window.hacked=1",
    "# x",
    "x\n=====",
    "x | y | z\n--|--|--\n1 | 2 | 3",
    "```js\nwindow.hacked=1\n```",
    "`code` ``code``",
    "    indented",
    "{{ 7*7 }} {{ config }} {% if %}",
    "{% raw %}{% endraw %}{# x #}",
    '--8<-- "README.md"',
    "--8<--\n../README.md\n--8<--",
    '---\ntitle: "</title><script>window.hacked=1</script>"\ntemplate: x.html\n---',
    "\" onmouseover='window.hacked=1' x=\"",
    "' autofocus onfocus=window.hacked=1 '",
    '!!! danger "x"\n    x',
    "??? note\n    x",
    '=== "x"\n    x',
    ":material-skull: :octicons-alert-24: :smile:",
    "x {: #top .x onclick=window.hacked=1 }",
    "[^1]\n\n[^1]: note",
    "*[HTML]: x",
    "$$x$$ \\(x\\) ==x== ^^x^^ ~~x~~ ++x++",
    "- [x] item\n1. item\n> quote",
    "http://evil.example/ evil@evil.example",
    "file:///etc/passwd [b](file:///etc/passwd) ![b](../../../etc/passwd)",
    "<style>@import 'http://evil.example/x.css';</style><base href=//evil.example/>",
    "wzxhzdk:0 klzzwxh:0000 \u0002 \u0003",
    "\u202eabc\u2066",
    "𬭎䶮㛃",
)
# Texts that name another record: what they refer to must exist for a page to be made.
NAMES = {"record", "due", "submission"}
# Characters no document may hold are shown as replaced.
GONE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
MARK = re.compile(r"§(\d+)§")


def text(count: int) -> str:
    """All strings, each first in its turn, now in lines of their own and now in one, between two marks."""
    turn = count % len(STRINGS)
    between = "\n" if count % 2 else " "
    return between.join((f"§{count}§", *STRINGS[turn:], *STRINGS[:turn], f"§{count}§"))


def read(text: str) -> str:
    """As a page shows it: white space is one space."""
    return " ".join(GONE.sub("\ufffd", text).split())


@cache
def harmless() -> Outcome:
    """The same with plain words in the same places."""
    return _with(lambda count: f"甲{count}")


@cache
def hostile() -> Outcome:
    """Everything hostile."""
    return _with(text)


def _with(words: Any) -> Outcome:
    outcome = check(tree({}), schemas=schemas(), identities=[identity()])
    assert outcome.repo is not None
    counts = iter(range(10**6))
    sources = []
    for source in outcome.repo.sources.values():
        data = deepcopy(source.data)
        node = schemas().kinds[source.kind].schema
        for one in data if isinstance(data, list) else [data]:
            for container, key in list(_texts(node, one)):
                container[key] = words(next(counts))
        sources.append(replace(source, data=data))
    return replace(outcome, repo=remade(outcome.repo, sources))


def _texts(node: Any, data: Any) -> Iterator[tuple[Any, Any]]:
    for container, key in free_texts(node, data, schemas()):
        if key not in NAMES:
            yield container, key
