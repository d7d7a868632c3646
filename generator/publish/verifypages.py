"""What verification adds to the site: its page with script and looks, and one page with all in it for use offline."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup

from generator.documents.tokenpages import verifying
from generator.model import Repo
from generator.publish.extras import add
from generator.publish.validity import KEYS, LIST
from generator.sign import check_character

FOLDER = "verify"
NAMES = ("index.html", "verify.js", "verify.css", "offline.html")
# Where HTML would end a script that stands in a page, or read it in another way.
ENDS = ("</script", "<script", "<!--")
File = tuple[str, bytes]


class MissingScriptError(FileNotFoundError):
    """The page's script has not been made: a Chinese sentence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verifier:
    """What the pages are made of: templates under a `site` folder, script and looks."""

    site: Path
    script: str
    style: str

    @classmethod
    def read(cls, site: Path) -> Verifier:
        """That of a site folder. Raises MissingScriptError before `make` has bundled the script."""
        file = site / FOLDER / "dist" / "verify.js"
        if not file.is_file():
            raise MissingScriptError(
                "查验网页的脚本（site/verify/dist/verify.js）还没有做好，请运行 make site"
            )
        style = (site / FOLDER / "verify.css").read_text(encoding="utf-8")
        return cls(site=site, script=file.read_text(encoding="utf-8"), style=style)

    def renew(self, new: Path, repo: Repo) -> None:
        """Write all anew under `new`, beside keys and list, whatever was carried over from an older build.

        `repo` is the one of public fields.
        """
        for name in NAMES:
            (new / FOLDER / name).unlink(missing_ok=True)
        add(new, self._files(new, repo))

    def _files(self, new: Path, repo: Repo) -> Iterator[File]:
        keys, listed = ((new / name) for name in (KEYS, LIST))
        offline = listed.is_file()
        yield f"{FOLDER}/verify.js", self.script.encode()
        yield f"{FOLDER}/verify.css", self.style.encode()
        yield f"{FOLDER}/index.html", self._page("index.html.j2", repo, home="../", offline=offline)
        if offline:
            data = {"keys": keys.read_text(encoding="utf-8"), "list": listed.read_text(encoding="utf-8")}
            yield f"{FOLDER}/offline.html", self._page("offline.html.j2", repo, home="", **self._inside(data))

    def _inside(self, data: dict[str, str]) -> dict[str, object]:
        """Script, looks and data as they stand in a page, and the digests that alone may run there."""
        if any(end in self.script.lower() for end in ENDS):
            raise ValueError("the script cannot stand in a page: it holds what ends one")
        return {
            "script": Markup(self.script),
            "script_hash": _digest(self.script),
            "style": Markup(self.style),
            "style_hash": _digest(self.style),
            "data": Markup(json.dumps(data).replace("<", "\\u003c")),
        }

    def _page(self, template: str, repo: Repo, **more: object) -> bytes:
        dataset = repo.dataset
        body = f"{dataset.numbers.certificate}-42-{dataset.year}-YC-0000"
        page = verifying(self.site).get_template(template)
        return page.render(
            site=dataset.title,
            issuer=dataset.issuer,
            demo=dataset.kind == "demo",
            base_url=dataset.base_url,
            as_of=repo.as_of,
            example=f"{body}-{check_character(body)}",
            **more,
        ).encode()


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode('ascii')}"
