"""The standard tables: their names, what each takes, and how codes are rolled up into another scheme's.

Shapes after those that the field publishes (OHCHR's updates on Ukraine, SDG indicator 16.1.2, the
quarterly note of the monitoring of grave violations against children, the events of UCDP and ACLED). Every
table keeps what its model has no column for: an unknown age, a sex that is neither, a month that an
incident spans. Roll-ups come from the versioned mappings (``domain/vocab/mappings``).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from domain.bands import UNKNOWN
from domain.errors import Fault, Invalid
from domain.populations import EVERYBODY, Population
from domain.vocab import Outcome, Sex
from domain.vocab.mappings import SCHEMES


@dataclass(frozen=True, slots=True)
class StandardTable:
    """A table by name; ``takes`` are the parameters that it knows beside ``known_at``.

    ``version`` rises when a column, a roll-up or what is counted changes.
    """

    name: str
    title: str
    version: int
    description: str
    takes: frozenset[str]
    schemes: tuple[str, ...] = ()
    """The mappings that it is rolled up by."""


DEFAULT_OUTCOMES = (Outcome.KILLED.value, Outcome.INJURED.value)
_DAYS = frozenset({"start", "end"})
TABLES: dict[str, StandardTable] = {
    one.name: one
    for one in (
        StandardTable(
            "monthly",
            "Casualties by month, sex, age, status and party",
            1,
            "Each cell, and the total of each month, sex, age group, status and party; verified, pending.",
            _DAYS | {"outcomes", "bands"},
        ),
        StandardTable(
            "ohchr",
            "Casualties in the six groups of OHCHR's updates",
            1,
            "Men, women, boys, girls, adults and children of unknown sex; by month, cause and adm1.",
            _DAYS | {"outcomes"},
        ),
        StandardTable(
            "sdg-16-1-2",
            "Conflict-related deaths by sex, age, cause and status (SDG indicator 16.1.2)",
            1,
            "Documented deaths by year with every margin, and per 100,000 where a population is given.",
            _DAYS | {"population", "roll_up"},
            ("sdg",),
        ),
        StandardTable(
            "mrm-quarterly",
            "Children killed, maimed and abducted in a quarter, by verification",
            1,
            "Boys, girls, unknown and total by violation: verified in time, verified late, unverified.",
            frozenset({"quarter"}),
            ("mrm",),
        ),
        StandardTable(
            "events",
            "Incidents as events of UCDP and ACLED",
            1,
            "A row an incident with the columns that readers of these data sets know.",
            _DAYS,
            ("ucdp", "acled"),
        ),
        StandardTable(
            "list-membership",
            "Who stands on which list of an incident",
            1,
            "A row a person, nobody named: the matrix that multiple-systems estimation starts from.",
            frozenset({"incident", "by_origin"}),
        ),
    )
}
"""Every standard table by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a table; None or the default where nothing is.

    ``start`` and ``end`` are inclusive days that hold an incident's whole interval; ``quarter`` is written
    2026-Q1; ``roll_up`` puts a status that the indicator has no code for into one of its five;
    ``known_at`` is a log sequence.
    """

    start: str | None = None
    end: str | None = None
    outcomes: tuple[str, ...] | None = None
    bands: str | None = None
    quarter: str | None = None
    incident: str | None = None
    by_origin: bool | None = None
    roll_up: tuple[tuple[str, str], ...] | None = None
    population: Population | None = None
    known_at: int | None = None

    def given(self) -> dict[str, object]:
        """Give the parameters that differ from their defaults."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name)) != one.default}


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


PARAMETERS = {"start": "from", "end": "to", "outcomes": "outcome", "by_origin": "by"}
"""How a parameter is called in an address, where that differs."""


def check_asked(table: StandardTable, asked: Asked) -> None:
    """Raise Invalid, naming each parameter, for what the table does not take or cannot use."""
    faults = []
    for name in asked.given():
        if name != "known_at" and name not in table.takes:
            takes = ", ".join(sorted(PARAMETERS.get(one, one) for one in (*table.takes, "known_at")))
            pointer = PARAMETERS.get(name, name)
            faults.append(Fault(pointer, "unknown-parameter", f"The table {table.name} takes: {takes}."))
    outcomes = DEFAULT_OUTCOMES if asked.outcomes is None else asked.outcomes
    if not outcomes or any(one not in Outcome.codes() for one in outcomes):
        faults.append(Fault("outcome", "unknown-code", "Use any of: " + ", ".join(Outcome.codes()) + "."))
    elif len(set(outcomes)) != len(outcomes):
        faults.append(Fault("outcome", "repeated", "Name each outcome once."))
    faults += [
        Fault(PARAMETERS[name], "invalid-date", "A day is written as YYYY-MM-DD.")
        for name in ("start", "end")
        if (day := getattr(asked, name)) is not None and not _is_day(day)
    ]
    if asked.quarter is not None and quarter_days(asked.quarter) is None:
        faults.append(Fault("quarter", "invalid-parameter", "Write the quarter as 2026-Q1."))
    if "incident" in table.takes and asked.incident is None:
        faults.append(Fault("incident", "required", "Say which incident's lists, by its code or id."))
    faults += _roll_up_faults(asked.roll_up or ())
    if faults:
        raise Invalid("The table cannot be given as it is asked.", code="invalid-parameter", faults=faults)


# OHCHR


OHCHR_GROUPS: dict[str, str] = {
    "men": "Men: male, 18 or older.",
    "women": "Women: female, 18 or older.",
    "boys": "Boys: male, under 18.",
    "girls": "Girls: female, under 18.",
    "adults_unknown_sex": "Adults whose sex is not known.",
    "children_unknown_sex": "Children whose sex is not known.",
    "other_sex": "Stated as neither female nor male, of known age: OHCHR has no group for them.",
    "unknown_age": "Of unknown age, whatever their sex: OHCHR has no group for them.",
}
"""Groups that hold each person once; the first six are those of OHCHR's updates."""
_ADULT = {"male": "men", "female": "women", "unknown": "adults_unknown_sex"}
_CHILD = {"male": "boys", "female": "girls", "unknown": "children_unknown_sex"}


def ohchr_group(sex: str, age_group: str) -> str:
    """Give the one group that holds a person of this sex and age group (bands 0-17 and 18+)."""
    if age_group == UNKNOWN:
        return "unknown_age"
    return (_CHILD if age_group == "0-17" else _ADULT).get(sex, "other_sex")


# SDG indicator 16.1.2


ROLL_UP = {"police": "civilian", "paramilitary": "member_of_armed_forces", "security_forces": "unknown"}
"""Where statuses go that the indicator has no code for, unless an organisation says otherwise.

Police are civilians unless they are incorporated into armed forces, paramilitaries of a state are taken as
members of them, and of security forces that nobody told apart it is not known which they were.
"""


def roll_up_of(asked: Asked) -> dict[str, str]:
    """Give where each status goes that the indicator has no code for."""
    return {**ROLL_UP, **dict(asked.roll_up or ())}


def _roll_up_faults(roll_up: tuple[tuple[str, str], ...]) -> list[Fault]:
    theirs = [one.code for one in SCHEMES["sdg"].code_list("status").codes]
    if all(ours in ROLL_UP and code in theirs for ours, code in roll_up) and len(dict(roll_up)) == len(
        roll_up
    ):
        return []
    words = f"Write status:code by commas, of {', '.join(ROLL_UP)} to one of {', '.join(theirs)}."
    return [Fault("roll_up", "unknown-code", words)]


@dataclass(frozen=True, slots=True)
class SdgCodes:
    """From our codes to the indicator's."""

    roll_up: Mapping[str, str]

    def sex(self, ours: str) -> str:
        """Give man, woman or unknown; other stays other, for somebody stated as neither is not unknown."""
        return _to_sdg("sex", ours) or Sex.OTHER.value

    def age_group(self, ours: str) -> str:
        """Give adult, child or unknown."""
        return _to_sdg("age_band", ours) or UNKNOWN

    def cause(self, ours: str) -> str:
        """Give the category 1 to 11; several candidates without a common parent are 11, not known."""
        return _to_sdg("cause", "unknown" if ours == "undetermined" else ours) or "11"

    def status(self, ours: str) -> str:
        """Give one of the five statuses."""
        return _to_sdg("status", ours) or self.roll_up[ours]

    def of(self, keys: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
        """Give the keys of a cell in the indicator's codes; a year stays what it is."""
        return tuple(
            key if name == "year" else str(getattr(self, name)(key))
            for key, name in zip(keys, names, strict=True)
        )


def _to_sdg(vocabulary: str, ours: str) -> str | None:
    (crosswalk,) = SCHEMES["sdg"].of(vocabulary)
    return crosswalk.to_theirs(ours)


def population_group(year: str, sex: str, age_group: str) -> tuple[str, str, str] | None:
    """Give the group of the population that a cell's rate is over, None where there is none such."""
    sexes = {"woman": "female", "man": "male", EVERYBODY: EVERYBODY}
    ages = {"child": "0-17", "adult": "18+", EVERYBODY: EVERYBODY}
    if sex not in sexes or age_group not in ages:
        return None
    return year, sexes[sex], ages[age_group]


# MRM


TALLIES: dict[str, str] = {"boys": "male", "girls": "female", "unknown": "unknown", "other": "other"}
"""The tally's columns and our sex; ``other`` is ours, for the tally has none for it."""
MRM_OUTCOMES: dict[str, str] = {
    "killed": "killing",
    "injured": "maiming",
    "detained": "abduction_or_deprivation_of_liberty",
}
"""Outcomes whose victims are children counted as persons, and the violation that they are of."""
SECTIONS: dict[str, str] = {
    "verified": "Ended in the quarter and verified by its end.",
    "verified_after": "Ended in the quarter and verified after its end.",
    "pending_verification": "Ended in the quarter, verification pending.",
    "unverified_contested": "Ended in the quarter, sources or parties contradict each other.",
    "unverified_inconclusive": "Ended in the quarter, examined without a conclusion.",
    "late_verified": "Ended before the quarter and verified in it: never a part of the quarter's numbers.",
}


def quarter_days(quarter: str) -> tuple[str, str] | None:
    """Give the first and last day of a quarter written 2026-Q1, None where it is none or beyond 1900-2999."""
    year, _, number = quarter.partition("-Q")
    if not (year.isascii() and year.isdigit() and "1900" <= year <= "2999" and number in "1234"):
        return None
    if len(number) != 1 or len(year) != 4:
        return None
    last = int(number) * 3
    days = monthrange(int(year), last)[1]
    return date(int(year), last - 2, 1).isoformat(), date(int(year), last, days).isoformat()


def quarter_before(day: str) -> str:
    """Give the last quarter that was over on a day."""
    found = date.fromisoformat(day[:10])
    number = (found.month - 1) // 3
    return f"{found.year:04d}-Q{number}" if number else f"{found.year - 1:04d}-Q4"
