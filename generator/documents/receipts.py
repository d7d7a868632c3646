"""What the office gives for a filing: the receipt of one register line. A view over the public register.

The reviewer's account is internal and stands on no receipt. A receipt says what was so on the day of filing, so its
PDF never changes; what came after (an amendment, a withdrawal) is on the page its code leads to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from generator.derive.filings import Register, receipt
from generator.model import Line, Repo
from generator.register import SHANGHAI
from generator.render.words import lateness
from generator.schema import Schemas

LAYOUT = "v1"
FOLDER = "receipts"
# Where a character stands that no font has; GB 2312 has the mark for it.
GETA = "〓"
TITLES = {"assessment": "审定回执", "withdrawal": "撤回回执"}
DONE = {"assessment": "已审定登记", "withdrawal": "撤回已登记"}
PLAIN_TITLE = "备案回执"
PLAIN_DONE = "已登记备案"
NO_DUE = "不设期限"
NO_MERGE_DEMO = "演示数据没有合并提交"
NO_MERGE = "没有记录"


@dataclass(frozen=True, kw_only=True, slots=True)
class Other:
    """Another line of the same record: its number, what it was, and the folder of its page."""

    no: str
    kind: str
    receipt: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """One line of the register for print. Times are in Shanghai; `hash` is the chain's head once it stood."""

    no: str
    receipt: str
    title: str
    done: str
    kind: str
    who: str
    what: str
    record: str
    submission: str
    submitted: datetime
    filed: datetime
    due: date | None
    lateness: str
    digest: str
    merge: str
    hash: str
    amends: str
    issuer: str
    address: str
    demo: bool
    layout: str = LAYOUT

    @property
    def texts(self) -> tuple[str, ...]:
        """What stands on it in words that came from the records, or were made of them."""
        said = (self.title, self.done, self.kind, self.lateness, self.merge, self.amends, self.issuer)
        return (self.no, self.who, self.what, self.record, self.submission, self.address, *said)

    @property
    def enclosed(self) -> None:
        """Nothing: all of it stands in the register."""

    def without(self, lacking: frozenset[str]) -> Receipt:
        """The same for a font that lacks these characters."""
        marks = dict.fromkeys(map(ord, lacking), GETA)
        fields = ("no", "who", "what", "record", "submission", "amends", "issuer", "address")
        return replace(self, **{name: getattr(self, name).translate(marks) for name in fields})


class Receipts:
    """The receipts of all years. `repo` holds public fields only."""

    def __init__(self, repo: Repo, schemas: Schemas) -> None:
        self.repo = repo
        self.schemas = schemas
        self.register = Register(repo, schemas)
        self.lines = tuple(line for year in self.register.years for line in repo.filings[year])
        self.by_number = {line["no"]: line for line in self.lines}

    def __iter__(self) -> Iterator[tuple[Receipt, Line]]:
        """Every receipt with its line, in the order of filing."""
        for line in self.lines:
            yield self.of(line), line

    def of(self, line: Line) -> Receipt:
        """The receipt of a line."""
        filed, dataset = self.register.filed(line), self.repo.dataset
        demo = dataset.kind == "demo"
        folder = receipt(line["year"], line["seq"])
        return Receipt(
            no=line["no"],
            receipt=folder,
            title=TITLES.get(line["kind"], PLAIN_TITLE),
            done=DONE.get(line["kind"], PLAIN_DONE),
            kind=filed.kind,
            who=_line(filed.who),
            what=self._what(line["record"], filed.about),
            record=line["record"],
            submission=_line(line["submission"]),
            submitted=_time(line["submitted"]),
            filed=_time(line["filed"]),
            due=filed.due,
            lateness=lateness(filed.late_days) if filed.due else NO_DUE,
            digest=line["digest"],
            merge=line["merge"] or (NO_MERGE_DEMO if demo else NO_MERGE),
            hash=line["hash"],
            amends=_line(line["amends"]),
            issuer=_line(dataset.issuer),
            address=f"{dataset.base_url.rstrip('/')}/{FOLDER}/{folder}/",
            demo=demo,
        )

    def amended(self, line: Line) -> Other | None:
        """The line it takes the place of."""
        before = self.by_number.get(line["amends"]) if line["amends"] else None
        return self._other(before) if before else None

    def later(self, line: Line) -> tuple[Other, ...]:
        """What was filed of the same record after it, in order."""
        every = self.register.lines_of(line["record"])
        at = next(index for index, each in enumerate(every) if each is line)
        return tuple(self._other(each) for each in every[at + 1 :])

    def _other(self, line: Line) -> Other:
        filed = self.register.filed(line)
        return Other(no=filed.no, kind=filed.kind, receipt=filed.receipt)

    def _what(self, record: str, about: int) -> str:
        found = self.schemas.kind_of(record)
        return f"{f'{about}年' if about else ''}{found[0].title if found else '记录'}"


def _line(text: str) -> str:
    """In one line, as it prints."""
    return " ".join(text.split())


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(SHANGHAI)
