"""A part of a comment that fits into a given number of characters and says what it had to leave out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FENCE = "~~~~~~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A title and pieces of Markdown, worst first. `share` are the characters kept free for it.

    `more` pieces were left out before. `folded` hides the pieces behind the title, `fenced` shows them as they are,
    so that they can be copied.
    """

    title: str
    pieces: Sequence[str]
    share: int
    unit: str = "条"
    more: int = 0
    folded: bool = True
    fenced: bool = False

    def text(self, room: int) -> str:
        """The section within `room` characters; "" where it has nothing to say or nothing fits."""
        if not self.pieces:
            return ""
        start, end = self._start(), self._end()
        room -= len(start) + len(end) + len(self._cut(self.more + len(self.pieces)))
        shown: list[str] = []
        for piece in self.pieces:
            room -= len(piece) + 1
            if room < 0:
                break
            shown.append(piece)
        cut = self._cut(self.more + len(self.pieces) - len(shown))
        fence = f"{FENCE}\n" if self.fenced else ""
        body = "".join(f"{piece}\n" for piece in shown).lstrip("\n")
        return f"{start}{body}{fence}{cut}{end}" if shown or cut else ""

    def _start(self) -> str:
        fence = f"{FENCE}text\n" if self.fenced else ""
        if self.folded:
            return f"<details><summary><b>{self.title}</b></summary>\n\n{fence}"
        return f"### {self.title}\n\n{fence}"

    def _end(self) -> str:
        return "\n</details>\n\n" if self.folded else "\n"

    def _cut(self, count: int) -> str:
        return f"\n**另有 {count} {self.unit}没有列出**（评论放不下）。\n" if count else ""


def fitted(sections: Sequence[Section], room: int) -> str:
    """The sections in order within `room` characters: each may use what is not kept free for those after it."""
    said = ""
    kept = [min(section.share, len(section.text(room))) for section in sections]
    for index, section in enumerate(sections):
        said += section.text(room - len(said) - sum(kept[index + 1 :]))
    return said
