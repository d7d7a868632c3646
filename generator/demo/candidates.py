"""The assessment's candidates: who applied, who was admitted, what they scored. All of it is sealed when written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from generator.demo import names, texts
from generator.demo.assessments import Site, Sitting
from generator.demo.chance import Chance, share_out
from generator.demo.days import working
from generator.demo.deliveries import Held
from generator.demo.province import County, Record
from generator.demo.results import Results, results_of
from generator.demo.season import Season
from generator.demo.staff import NINE

OUTCOMES = {"pass": 805, "one": 125, "both": 25, "hours": 25, "absent": 20}
UNIVERSITIES = ("示例大学", "示例理工学院", "示例职业技术学院", "示例农业科学研究所")
TAGS = ("high-tech", "tech-sme", "backbone", "specialised", "ip-model")
TAG_PERCENT = {"high-tech": 45, "tech-sme": 55, "backbone": 20, "specialised": 15, "ip-model": 6}
KEPT_YEARS = 3
UNITS_PER_COUNTY = 24


@dataclass(slots=True, kw_only=True)
class Admission:
    """A year's admission at all sites: nobody twice, and counties counted."""

    season: Season
    held: dict[str, list[Held]]
    counts: Counter[tuple[str, int]] = field(default_factory=Counter)
    _taken: set[tuple[str, str]] = field(default_factory=set)

    def sit(self, site: Site, sitting: Sitting) -> Results:
        """One class, from sign-up to the resit."""
        rng = self.season.rng("candidates", sitting.id)
        people = list(self._people(rng, site, sitting))
        rng.shuffle(people)
        width = 3 if len(people) < 1000 else 4
        candidates = [{"number": f"K{number:0{width}d}", **person} for number, person in enumerate(people, 1)]
        record = {
            "class": sitting.id,
            "year": self.season.year,
            "retain_until": retain_until(self.season.year),
            "candidates": candidates,
        }
        return results_of(self.season, site, sitting, record)

    def recommended(self, county: County) -> list[Record]:
        """What a county recommended, by batch: everybody who applied from there, and a few more."""
        found = []
        for batch in (1, 2):
            count = self.counts[county.code, batch]
            if count:
                extra = self.season.rng("recommended", county.code, batch).randrange(4)
                found.append({"county": county.code, "batch": batch, "count": count + extra})
        return found

    def _people(self, rng: Chance, site: Site, sitting: Sitting) -> Iterator[Record]:
        counties = self.season.site_counties(site.code)
        seats = sitting.record["trainees"]["total"]
        admitted = share_out(
            seats - rng.randrange(4), [county.size * rng.randint(70, 130) for county in counties]
        )
        declined = share_out(
            seats * rng.randint(8, 15) // 100, [county.size * rng.randint(20, 180) for county in counties]
        )
        specials = self._specials(site, sitting)
        for county, seat_count, no_seat in zip(counties, admitted, declined, strict=True):
            for _ in range(seat_count):
                yield self._candidate(rng, site, sitting, county, next(specials, ""), admitted=True)
            for _ in range(no_seat):
                yield self._candidate(rng, site, sitting, county, "", admitted=False)
            self.counts[county.code, sitting.batch] += seat_count + no_seat

    def _specials(self, site: Site, sitting: Sitting) -> Iterator[str]:
        """Each site's first class has its share of the remarkable names, and one of two namesakes."""
        if sitting is not site.sittings[0]:
            return
        codes = [item["code"] for item in self.season.programme["sites"]]
        place = codes.index(site.code)
        if place < 2:
            yield names.NAMESAKE
        yield from names.remarkable()[place :: len(codes)]

    def _candidate(
        self, rng: Chance, site: Site, sitting: Sitting, county: County, name: str, *, admitted: bool
    ) -> Record:
        person, tags = self._person(rng, county, name)
        screened = working(sitting.first - timedelta(rng.randint(8, 13)), -1)
        before = self._preparatory(rng, county, screened)
        record: Record = {
            "person": person,
            "county": county.code,
            "consent": {
                "processing": True,
                "publication": admitted or rng.percent(80),
                "date": self._signed_up(rng, screened),
            },
        }
        if before is not None:
            record["preparatory"] = {"year": before.year, "class": before.id}
        if admitted or rng.percent(85):
            record["questionnaire"] = _questionnaire(rng, tags, done=before is not None)
        record["screening"] = {
            "decision": "admitted" if admitted else "declined",
            "reason": rng.choice(texts.ADMITTED if admitted else texts.DECLINED),
            "by": site.organisation,
            "date": str(screened),
        }
        if admitted:
            record |= self._result(rng, sitting, certain=bool(name))
        return record

    def _person(self, rng: Chance, county: County, wanted: str) -> tuple[Record, list[str]]:
        unit, tags = self._unit(rng, county)
        name = wanted or names.trainee(rng)
        while (name, unit) in self._taken:
            unit, tags = self._unit(rng, county)
            name = wanted or names.trainee(rng)
        self._taken.add((name, unit))
        return {"name": name, "unit": unit}, tags

    def _unit(self, rng: Chance, county: County) -> tuple[str, list[str]]:
        """One of a county's invented companies or colleges, always with the same tags."""
        number = rng.randrange(UNITS_PER_COUNTY * self.season.scale)
        own = self.season.settings.unit_stream(county.code, number)
        prefix = county.name if not county.zone else "东湖高新区"
        if own.percent(6):
            return prefix + own.choice(UNIVERSITIES), ["university"]
        serial = "" if number < UNITS_PER_COUNTY else f"{number // UNITS_PER_COUNTY + 1}厂"
        name = f"{prefix}示例{own.choice(texts.INDUSTRIES)}{own.choice(texts.UNIT_FORMS)}{serial}"
        tags = [tag for tag in TAGS if own.percent(TAG_PERCENT[tag])]
        return name, tags or ["tech-sme"]

    def _signed_up(self, rng: Chance, screened: date) -> str:
        """A day of the sign-up, before the screening."""
        opens, closes = self.season.window("assessment", "signup")
        return str(opens + timedelta(rng.randrange((min(closes, screened) - opens).days)))

    def _preparatory(self, rng: Chance, county: County, screened: date) -> Held | None:
        """A preparatory class of the county that was over by then; everybody has one once it is required."""
        possible = [each for each in self.held.get(county.code, ()) if each.last < screened]
        required = self.season.threshold("assessment", "preparatory_required")
        return rng.choice(possible) if possible and (required or rng.percent(60)) else None

    def _result(self, rng: Chance, sitting: Sitting, *, certain: bool) -> Record:
        outcome = "pass" if certain else rng.weighted(OUTCOMES)
        if outcome == "absent":
            return {}
        needed = self.season.threshold("assessment", "required_hours")
        hours = sitting.hours if rng.percent(75) else rng.randint(needed, sitting.hours)
        if outcome == "hours":
            hours = needed - 2 * rng.randint(1, 4)
        marks = {part: self._mark(rng, part, passed=True) for part in ("theory", "practical")}
        failed = {
            "one": [rng.choice(("theory", "theory", "practical"))],
            "both": ["theory", "practical"],
        }.get(outcome, [])
        marks |= {part: self._mark(rng, part, passed=False) for part in failed}
        result: Record = {"hours": hours, **marks}
        if len(failed) == 1 and rng.percent(88):
            result["resits"] = [
                {
                    "part": failed[0],
                    "score": self._mark(rng, failed[0], passed=rng.percent(74)),
                    "date": str(resit_day(sitting)),
                }
            ]
        return {"result": result}

    def _mark(self, rng: Chance, part: str, *, passed: bool) -> int:
        needed = int(self.season.threshold("assessment", f"pass_{part}"))
        if passed:
            return needed + sum(rng.randrange((100 - needed) // 2 + 1) for _ in range(2)) * 39 // 40
        return needed - 1 - rng.randrange(needed // 3)


def _questionnaire(rng: Chance, tags: Sequence[str], *, done: bool) -> Record:
    level = rng.randint(2, 4)
    return {
        "tags": list(tags),
        "post": rng.choice(texts.POSTS),
        "full_time": rng.percent(55),
        "years": min(rng.randrange(12), rng.randrange(20)),
        "preparatory_done": done,
        "self_rating": {module: max(1, min(5, level + rng.randint(-1, 1))) for module in NINE},
    }


def resit_day(sitting: Sitting) -> date:
    """When a class's resit is held."""
    return working(sitting.last + timedelta(18))


def retain_until(year: int) -> str:
    """How long a year's sealed records are kept."""
    return str(date(year + KEPT_YEARS, 12, 31))
