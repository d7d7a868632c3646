"""Whether what would be printed today can be printed."""

from __future__ import annotations

from collections.abc import Iterator

from generator.audit.finding import finding
from generator.audit.material import Material, Progress, certified
from generator.derive.roster import Standing
from generator.documents.legible import unprintable
from generator.problem import Problem


def illegible(material: Material, progress: Progress | None) -> Iterator[Problem]:
    """AU003 for each listed certificate whose name or unit no configured font can print."""
    every = [one.event for one in certified(material.repo).values() if one.standing is Standing.LISTED]
    for done, event in enumerate(every, 1):
        reason = (
            unprintable(event.person.name, event.person.unit, material.fonts)
            if event.person is not None
            else ""
        )
        if reason:
            text, _, remedy = reason.partition("。")
            where = event.where / "person"
            yield finding(
                where, "AU003", f"证书 {event.no} 印不出来：{text}", remedy or "请用 siwu reissue 更正后换发"
            )
        if progress is not None:
            progress(done, len(every))
