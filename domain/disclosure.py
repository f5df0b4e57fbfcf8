"""What is told of whom: publication profiles, and what a published document says of a number.

The dead may be named and counted to one; that is often why a record is kept. The living are not: a
detained person, a wounded one, a missing one or a child can be found by a small number in a small place. So
numbers of the living leave by two doors only. A document of an incident says no more than a band ("25 or
more"), and nothing below the lowest; the fixed tables (``domain/fixed_tables.py``) give numbers of
``threshold`` persons and more, with everything withheld from which a smaller one could be worked out
(``domain/suppression.py``).

Both doors are planned together: what a document says is knowledge of whoever reads the tables. A document
that gave 12 beside a table that gives 15 would tell the 3 of the other incident of that month.

Sources: A. Hundepool and others, *Statistical Disclosure Control*, Wiley 2012, chapter 4 (threshold rule,
secondary suppression, linked tables); the choice of bands instead of numbers in documents is ours.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from domain.bands import UNKNOWN
from domain.errors import Fault, Invalid
from domain.vocab import Outcome

LEAST_THRESHOLD, USUAL_THRESHOLD, MOST_THRESHOLD = 3, 5, 20
CHILD, ADULT = "child", "adult"
AGE_GROUPS = (CHILD, ADULT, UNKNOWN)
OLDEST_CHILD = 17

BANDS = (25, 50, 100, 250, 500, 1000)
"""Where the bands begin in which documents tell of the living.

They are the same whatever the threshold: a band that moved with it would be met by the one before. The first
lies above every threshold, so that what is not told may be any number below or above it."""


class Audience(StrEnum):
    """Who reads. Partners read under an agreement that names them and ends on a day."""

    PUBLIC = "public"
    PARTNERS = "partners"


@dataclass(frozen=True, slots=True)
class Rule:
    """What an audience is told of an outcome: whether persons may be named, and counted to one."""

    named: bool
    counted_to_one: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """What an audience is told, by outcome; ``threshold`` is the least number that tables show of the
    living."""

    audience: Audience
    threshold: int
    rules: Mapping[str, Rule]

    def __post_init__(self) -> None:
        if not LEAST_THRESHOLD <= self.threshold <= MOST_THRESHOLD:
            detail = f"A threshold lies between {LEAST_THRESHOLD} and {MOST_THRESHOLD}."
            raise Invalid(
                detail, code="invalid-threshold", faults=[Fault("/threshold", "invalid-threshold", detail)]
            )


_OPEN, _COUNTED, _CLOSED = Rule(True, True), Rule(False, True), Rule(False, False)
_DEAD = frozenset({Outcome.KILLED.value})
LIVING = tuple(code for code in Outcome.codes() if code not in _DEAD)
"""Outcomes of persons who live or may live; those of whom it is not told whether they do are among them."""

RULES: Mapping[Audience, Mapping[str, Rule]] = MappingProxyType(
    {
        Audience.PUBLIC: {code: _OPEN if code in _DEAD else _CLOSED for code in Outcome.codes()},
        Audience.PARTNERS: {code: _OPEN if code in _DEAD else _COUNTED for code in Outcome.codes()},
    }
)


def profile_for(audience: Audience = Audience.PUBLIC, threshold: int = USUAL_THRESHOLD) -> Profile:
    """Give the profile of an audience. Raises Invalid for a threshold outside 3 to 20."""
    return Profile(audience, threshold, RULES[audience])


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as it is told: ``high`` None is "or more"."""

    low: int
    high: int | None

    @property
    def words(self) -> str:
        """Give it in words."""
        if self.high is None:
            return f"{self.low} or more"
        return str(self.low) if self.low == self.high else f"{self.low} to {self.high}"


def shown(
    outcome: str,
    status: str | None,
    age_group: str | None,
    low: int,
    high: int,
    profile: Profile,
    *,
    sex: str | None = None,
) -> Shown | None:
    """Give what a document of one incident tells of a figure, or None: it leaves the figure out.

    ``status``, ``age_group`` (``child``, ``adult``, ``unknown``) and ``sex`` are None where the figure
    does not speak of them. A figure of the living is told for the whole incident and as a band: two parts
    of one whole, or a part beside it, tell the rest. Nothing, nought and few are left out alike, so that
    leaving out tells nothing; the document says for every incident that it does so. A child that lives is
    never counted.
    """
    rule = profile.rules[outcome]
    if rule.counted_to_one:
        return Shown(low, high)
    if status is not None or sex is not None or age_group is not None:
        return None
    least, _ = band(low)
    return Shown(least, None) if least else None


def may_be_named(outcome: str, profile: Profile) -> bool:
    """Tell whether persons of an outcome may be named at all; each name needs a recorded basis besides."""
    return profile.rules[outcome].named


def band(count: int) -> tuple[int, int | None]:
    """Give the least and the most that a document lets be known of a number; None is no most."""
    place = bisect_right(BANDS, count)
    return (BANDS[place - 1] if place else 0), (BANDS[place] - 1 if place < len(BANDS) else None)


def age_group(age_low: int | None, age_high: int | None) -> str:
    """Give the age group that holds an interval of ages in whole years, both included, else ``unknown``."""
    if age_low is None:
        return UNKNOWN
    if age_low > OLDEST_CHILD:
        return ADULT
    return CHILD if age_high is not None and age_high <= OLDEST_CHILD else UNKNOWN
