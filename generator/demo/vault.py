"""The sealed files: candidates and papers, left as they are where nothing changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.demo.assessments import Sitting
from generator.demo.candidates import retain_until
from generator.demo.province import Record
from generator.demo.season import Season
from generator.demo.staff import NINE, PRACTICAL
from generator.sealed import seal

QUESTIONS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
    """Seals to the demo's recipients; `existing` are the ciphertexts there already."""

    recipients: Sequence[str]
    identities: Sequence[Any]
    existing: Mapping[str, bytes]

    def seal(self, path: str, plain: bytes) -> bytes:
        """A sealed file; the one at hand where it holds the same."""
        return seal(plain, self.recipients, self.existing.get(path), self.identities)

    def paper(self, season: Season, path: str, sitting: Sitting) -> bytes:
        """A class's exam paper, with invented questions."""
        rng = season.rng("paper", sitting.id)
        lines = [f"# {sitting.record['title']}试卷（示例）", "", "演示内容，不是真实试题。", ""]
        for module in (*NINE, *PRACTICAL):
            chosen = sorted(rng.sample(range(1, 60), QUESTIONS))
            lines.append(f"- {module}：示例题库第 {'、'.join(map(str, chosen))} 题")
        return self.seal(path, ("\n".join(lines) + "\n").encode())


def recipients_line(season: Season, sitting: Sitting, recipients: Sequence[str]) -> Record:
    """Who may open a class's files beside the office."""
    return {
        "year": season.year,
        "class": sitting.id,
        "recipients": list(recipients),
        "retain_until": retain_until(season.year),
    }


def recipients_record(lines: Sequence[Record], recipients: Sequence[str]) -> Record:
    """data/sealed/recipients.yml."""
    return {"office": list(recipients), "classes": list(lines)}
