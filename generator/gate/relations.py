"""Which records the error rules hold against each other: the one table of it, by kind.

The gate checks a push on a part of the tree; this table says which part. Whoever adds an error rule that reads a
second record adds a line here, under the kind of either side, and a change to `tests/gate/test_related.py` that
shows it. For each kind:

* `peers`: records that share something with it. They are judged with it and it with them.
* `affects`: records whose findings may change when it changes.
* `needs`: records the rules read when they speak about it. They are shown, and nothing is said about them.
* `meets`: peers, but those of a peer need not be shown: what is then said about the peer may name another of several
  that are all in its way, and is true.

What `ALWAYS_SHOWN` holds is shown and the waivers are judged whatever the change: no line names them. The registers
that name a touched record are shown too, and judged where a file came or went (FL012). Results and questionnaires
are sealed and stay shut at the gate (no CA rule runs there).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Like:
    """Records of a kind whose paths agree with this one's in the named parts; all of the kind where none is named."""

    kind: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """Records at the path the values of these fields make: `*` in the pattern is the value.

    With `hint`, all of their kind where one does not exist: the finding says what was probably meant.
    """

    fields: tuple[str, ...]
    pattern: str
    hint: bool = False


@dataclass(frozen=True, slots=True)
class Naming:
    """Records of these kinds in whose text one of this record's values stands; with `parts` as in `Like`.

    With `on_site`, lessons: only values of those held on site, and their day and half must stand beside the value.
    With `folded`, all the fields must be there; width, spaces and middle dots do not count.
    """

    fields: tuple[str, ...]
    kinds: tuple[str, ...]
    parts: tuple[str, ...] = ()
    on_site: bool = False
    folded: bool = False


Tie: TypeAlias = Like | Named | Naming


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """What a kind is tied to; `province`: the rules for any record may read it, so a change asks for a whole check."""

    peers: tuple[Tie, ...] = ()
    meets: tuple[Tie, ...] = ()
    affects: tuple[Tie, ...] = ()
    needs: tuple[Tie, ...] = ()
    province: bool = False


PROVINCE = Ties(province=True)
# Facts about the province or of no weight of their own, which the table leaves out. Who waives one of them (why, nobody
# knows) makes WA001 depend on it: then everything is checked.
UNTIED = frozenset(
    {"AS003", "AS004", "AS005", "AS006", "AS007", "AS012", "AS013", "DE005", "DE006", "DE020"}
    | {"FL013", "FL014", "FL015", "PL013", "PL014"}
)
ALWAYS_SHOWN = ("dataset", "regions", "organisations", "clauses", "programme", "base")
INSTRUCTOR = "data/instructors/*.yml"
PLANS = ("plan", "assessment")
YEAR = ("year",)
SITE = ("year", "base")
COUNTY = ("year", "prefecture", "county")
# RE012: a class id stands for one class. PL021: copies of a joint lecture agree. PL017: nobody is in two places.
SAME_CLASS = Naming(("classes/*/id",), PLANS, YEAR)
SAME_LECTURE = Naming(("classes/*/sessions/*/joint",), PLANS, YEAR)
SAME_DAY = Naming(("classes/*/sessions/*/instructor",), PLANS, on_site=True)
# RE005, IN002, PL006, PL017: who teaches, and when he may.
TEACHERS = Named(("classes/*/sessions/*/instructor",), INSTRUCTOR, hint=True)
# RE004: module ids are those of the year's curriculum, of any year's where the record has none.
COURSES = Like("curriculum", YEAR)
ALL_COURSES = Like("curriculum")
# RE007: classes are known from all assessment plans of the year.
ASSESSMENTS = Like("assessment", YEAR)
# RE008, CE, PT: a certificate's story goes on in later years' rosters, and one chain runs through them all.
ROSTERS = Like("roster")

RELATIONS: dict[str, Ties] = {
    # Read by the rules for every record.
    "dataset": PROVINCE,
    "programme": PROVINCE,
    "regions": PROVINCE,
    "organisations": PROVINCE,
    "clauses": PROVINCE,
    "base": PROVINCE,
    # RE013: what it links to.
    "curriculum": Ties(province=True, needs=(Like("resources"), Like("references"))),
    # WA001: what was never looked for cannot be said to be waived.
    "waivers": PROVINCE,
    "plan": Ties(
        peers=(SAME_CLASS, SAME_LECTURE),
        meets=(SAME_DAY,),
        # DE001, DE007, RE007: what was held against what was planned.
        affects=(Like("delivery", COUNTY),),
        # PL006, PL007: designated and dispatched people.
        needs=(TEACHERS, COURSES, Like("designation", YEAR)),
    ),
    "assessment": Ties(
        peers=(SAME_CLASS, SAME_LECTURE),
        meets=(SAME_DAY,),
        affects=(
            # RE007: classes that lists, papers, figures and keys name; DE008, DE009: held against planned.
            Like("instructor-list", SITE),
            Like("deliverables", SITE),
            Like("assessment-delivery", SITE),
            Like("statistics", YEAR),
            Like("recipients"),
            Named(("classes/*/id",), "data/sealed/{year}/*.yml.age"),
            # RE007; AS011: the sealed paper is the registered one.
            Named(("classes/*/id",), "data/sealed/{year}/*-paper.age"),
            # RE007, CE011, CE015: certificates name the class, and may not be older than it nor of another site.
            Naming(("classes/*/id",), ("roster",)),
        ),
        needs=(TEACHERS, COURSES),
    ),
    "instructor": Ties(
        # IN004: one record a person.
        peers=(Naming(("name", "unit"), ("instructor",), folded=True),),
        # RE005, IN002, PL006, PL017: whoever names the person.
        affects=(Naming(("id",), ("plan", "assessment", "instructor-list", "designation")),),
        needs=(ALL_COURSES,),
    ),
    "designation": Ties(
        # PL006, PL007: practical lessons and dispatched experts of the year's plans.
        affects=(Like("plan", YEAR),),
        # RE005.
        needs=(
            Named(
                (
                    "practical/*/instructor",
                    "experts/*/instructor",
                    "dispatches/*/instructor",
                    "confirmations/*/instructor",
                ),
                INSTRUCTOR,
                hint=True,
            ),
        ),
    ),
    "instructor-list": Ties(
        # AS014: a delivered class had its list.
        affects=(Like("assessment-delivery", SITE),),
        needs=(ASSESSMENTS, Named(("classes/*/instructors/*",), INSTRUCTOR, hint=True)),
    ),
    # RE007 (and the notice DE005: the day a class ended).
    "deliverables": Ties(needs=(ASSESSMENTS, Like("assessment-delivery", YEAR))),
    # DE001, DE007, RE007 (and the notice DE020).
    "delivery": Ties(needs=(Like("plan", COUNTY), Like("recommendation", ("year", "prefecture")))),
    "assessment-delivery": Ties(
        # CE011: the days as they happened.
        affects=(Naming(("classes/*/id",), ("roster",)),),
        # RE007, DE008, DE009, AS014 (was the list filed).
        needs=(ASSESSMENTS, Like("instructor-list", SITE), Like("filing")),
    ),
    "recommendation": Ties(),
    # SE002: sealed to the class's keys. RE007: the file's name is a class.
    "candidates": Ties(needs=(ASSESSMENTS, Like("recipients"))),
    # AS011: the assessment plan holds the paper's digest.
    "paper": Ties(affects=(ASSESSMENTS,), needs=(Like("recipients"),)),
    # RE007, CE024: certified people are the roster's.
    "statistics": Ties(needs=(ASSESSMENTS, ROSTERS)),
    "roster": Ties(
        # CE003, CE005, CE013, CE016–CE018: one chain, numbers and tokens once in all years.
        peers=(ROSTERS,),
        # RE008, CE030, CE032, PT001, PT003, PT004, CE024: whoever names a certificate, or counts them.
        affects=(Like("archive"), Like("commendation"), Like("print"), Like("statistics")),
        # RE007, CE011, CE015; KE006: the key that signed (CE025–CE027 read the entry alone).
        needs=(Like("assessment"), Like("assessment-delivery"), Like("keys")),
    ),
    # KE006: whose signature they bear.
    "keys": Ties(affects=(ROSTERS,)),
    "archive": Ties(
        # PT003: the same evidence once, in whatever archive.
        peers=(Naming(("events/*/reference",), ("archive",)),),
        # RE004, RE008, RE009, PT001, PT002, PT004.
        needs=(ROSTERS, COURSES, Like("points", YEAR)),
    ),
    "commendation": Ties(needs=(ROSTERS,)),
    # RE008, CE030, CE032 (CE031 and CE033 read the ledger alone).
    "print": Ties(needs=(ROSTERS,)),
    # RE009, PT002: rows and accepted evidence.
    "points": Ties(affects=(Like("archive", YEAR),)),
    # RE013: the curriculum's links.
    "resources": Ties(affects=(ALL_COURSES,)),
    "references": Ties(affects=(ALL_COURSES,)),
    "report": Ties(),
    "owners": Ties(),
    # SE002, RE007.
    "recipients": Ties(affects=(Like("candidates"), Like("paper")), needs=(Like("assessment"),)),
    "filing": Ties(
        # FL001–FL011: one chain through the years.
        peers=(Like("filing"),),
        # AS014: was the list of instructors filed.
        affects=(Like("assessment-delivery"),),
    ),
}
