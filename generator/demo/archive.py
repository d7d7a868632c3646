"""What certified people did afterwards, and who was commended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from generator.demo import texts
from generator.demo.chance import Chance
from generator.demo.days import working
from generator.demo.province import Record
from generator.demo.roster import Holder
from generator.demo.season import Season
from generator.demo.staff import NINE, PRACTICAL

PROFILE_TITLES = {"none": 45, "junior": 20, "intermediate": 25, "associate": 8, "senior": 2}
EVENT_PERCENT = 12
NAMES = {"contract": "合同", "settlement": "调解书", "photos-signin": "签到表", "document": "证书"}
SETTLED = timedelta(10)


def records(season: Season, holders: Sequence[Holder], points: Record) -> dict[str, Record]:
    """Every prefecture's archive of the year."""
    by_prefecture: dict[str, list[Holder]] = {slug: [] for slug in season.province.prefectures}
    for holder in holders:
        by_prefecture[holder.prefecture].append(holder)
    return {slug: _record(season, slug, own, points) for slug, own in by_prefecture.items() if own}


def _record(season: Season, prefecture: str, holders: Sequence[Holder], points: Record) -> Record:
    rng = season.rng("archive", prefecture)
    events = [
        event
        for holder in holders
        if rng.percent(EVENT_PERCENT)
        for event in _events(rng, season, prefecture, holder, points)
    ]
    events.sort(key=lambda event: (event["date"], event["no"]))
    for number, event in enumerate(events, 1):
        event["reference"] = f"示例{NAMES[event['evidence']]}-{season.year}-{prefecture}-{number:04d}"
    return {
        "prefecture": prefecture,
        "year": season.year,
        "events": events,
        "profiles": [_profile(rng, holder) for holder in holders if rng.percent(30)],
    }


def _events(rng: Chance, season: Season, prefecture: str, holder: Holder, points: Record) -> list[Record]:
    """One to three events between the certificate and the end of what has been."""
    first = max(holder.issued, date(season.year, 1, 1)) + SETTLED
    room = (season.until - first).days
    if room < 1:
        return []
    found = []
    for _ in range(rng.weighted({1: 70, 2: 22, 3: 8})):
        row = rng.choice(points["rows"])
        found.append(
            {
                "no": holder.no,
                "row": row["id"],
                "date": str(working(first + timedelta(rng.randrange(room)), -1)),
                "evidence": rng.choice(row["evidence"]),
                "quantity": rng.weighted({1: 85, 2: 12, 3: 3}),
                "verified_by": season.province.bureau(prefecture),
            }
        )
    return found


def _profile(rng: Chance, holder: Holder) -> Record:
    return {
        "no": holder.no,
        "title": rng.weighted(PROFILE_TITLES),
        "skills": rng.some((*NINE, *PRACTICAL), rng.randint(1, 3)),
        "chain": rng.choice(texts.CHAINS),
        "results": rng.choice(texts.RESULTS),
    }


def commendations(season: Season, holders: Sequence[Holder], archives: dict[str, Record]) -> Record:
    """People with the most events, and two offices, commended in November."""
    rng = season.rng("commendations")
    busy = sorted({event["no"] for record in archives.values() for event in record["events"]})
    own = {holder.no for holder in holders if holder.issued.year == season.year}
    people = rng.some([no for no in busy if no in own], 3)
    offices = rng.some([county.undertaker for county in season.province.counties if not county.zone], 2)
    shared = {"by": "hubei-ipo", "date": str(working(season.on(11, 10)))}
    return {
        "year": season.year,
        "commendations": [
            *(
                {
                    "no": no,
                    "title": "年度优秀知识产权专员（示例）",
                    "reason": "结合本职工作办成知识产权实务案例",
                    **shared,
                }
                for no in people
            ),
            *(
                {
                    "unit": unit,
                    "title": "年度培训组织工作表扬（示例）",
                    "reason": "培训组织规范，回访和评估完整",
                    **shared,
                }
                for unit in offices
            ),
        ],
    }
