"""Cells and counts: who is counted, and how many are said to be."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import InvalidCount
from domain.vocab import Comparator, Status

OLDEST_AGE = 130
"""The highest age in whole years that the record accepts."""


@dataclass(frozen=True, slots=True, order=True)
class Age:
    """An interval of ages in whole years; ``high`` None means open.

    A child is ``Age(0, 17)``, an adult ``Age(18, None)``, a person of 34 ``Age(34, 34)``. The
    whole line, ``Age(0, None)``, is the category *age not known*.
    """

    low: int
    high: int | None

    @property
    def top(self) -> int:
        """Give the upper bound as a number; open is one year above the oldest age."""
        return OLDEST_AGE + 1 if self.high is None else self.high

    def holds(self, other: Age) -> bool:
        """Tell whether every age of the other interval lies in this one."""
        return self.low <= other.low and other.top <= self.top

    def meet(self, other: Age) -> Age | None:
        """Give the ages that both intervals hold, or None when there are none."""
        low, top = max(self.low, other.low), min(self.top, other.top)
        if low > top:
            return None
        return Age(low, None if top > OLDEST_AGE else top)


ANY_AGE = Age(0, None)
CHILD = Age(0, 17)
ADULT = Age(18, None)


@dataclass(frozen=True, slots=True)
class Cell:
    """Who is counted: an outcome, and for each other dimension a code or None.

    None is *not broken down*: the figure does not speak of that dimension. ``unknown`` (for age,
    the whole line) is a category like any other: these persons' sex, status or age is not known.
    """

    outcome: str
    status: str | None = None
    sex: str | None = None
    age: Age | None = None

    def holds(self, other: Cell) -> bool:
        """Tell whether everybody described by the other cell is described by this one too."""
        return (
            self.outcome == other.outcome
            and (
                self.status is None
                or (other.status is not None and Status.is_within(other.status, self.status))
            )
            and (self.sex is None or self.sex == other.sex)
            and (self.age is None or (other.age is not None and self.age.holds(other.age)))
        )

    def meet(self, other: Cell) -> Cell | None:
        """Give the cell of those whom both describe, or None when nobody can be both."""
        if self.outcome != other.outcome:
            return None
        status = self.status
        if status is None:
            status = other.status
        elif other.status is not None:
            if Status.is_within(other.status, status):
                status = other.status
            elif not Status.is_within(status, other.status):
                return None
        sex = self.sex if self.sex is not None else other.sex
        if other.sex is not None and sex != other.sex:
            return None
        age = self.age if self.age is not None else other.age
        if self.age is not None and other.age is not None:
            age = self.age.meet(other.age)
            if age is None:
                return None
        return Cell(self.outcome, status, sex, age)


def flat(cell: Cell) -> dict[str, str | int | None]:
    """Give a cell as named parts, as answers and assessments write it."""
    return {
        "outcome": cell.outcome,
        "status": cell.status,
        "sex": cell.sex,
        "age_low": None if cell.age is None else cell.age.low,
        "age_high": None if cell.age is None else cell.age.high,
    }


def in_words(cell: Cell) -> str:
    """Give a cell in codes for a trace, such as ``killed/civilian/female/18+``."""
    parts = [cell.outcome]
    parts += [part for part in (cell.status, cell.sex) if part is not None]
    if cell.age is not None:
        parts.append(_age_in_words(cell.age))
    return "/".join(parts)


def _age_in_words(age: Age) -> str:
    if age == ANY_AGE:
        return "age unknown"
    return f"{age.low}+" if age.high is None else f"{age.low}-{age.high}"


@dataclass(frozen=True, slots=True)
class Count:
    """The numbers said, ``[low, high]``, both finite; ``open`` when more was said to be possible.

    "At least 33" is 33-33 open; "more than 200" is 201-201 open; "10 to 12" is 10-12. The word and
    the wording are kept beside the numbers (R1: a source's number is never changed).

    Raises InvalidCount when a bound is negative or low exceeds high.
    """

    low: int
    high: int
    open: bool = False
    comparator: str = Comparator.EXACTLY.value
    wording: str | None = None

    def __post_init__(self) -> None:
        if self.low < 0 or self.high < 0:
            raise InvalidCount("A count cannot be negative.")
        if self.low > self.high:
            raise InvalidCount("The low of a count cannot exceed its high.", code="inconsistent-range")


def count_said(comparator: str, low: int, high: int | None = None, wording: str | None = None) -> Count:
    """Give the count for a comparator word and the number or numbers that stand behind it.

    Raises InvalidCount when the word does not go with the numbers.
    """
    if comparator == Comparator.AT_LEAST:
        return Count(low, low if high is None else high, True, comparator, wording)
    if comparator == Comparator.MORE_THAN:
        return Count(low + 1, low + 1 if high is None else high, True, comparator, wording)
    if comparator == Comparator.AT_MOST:
        return Count(0 if high is None else low, low if high is None else high, False, comparator, wording)
    if comparator in (Comparator.EXACTLY, Comparator.ABOUT, Comparator.BETWEEN):
        return Count(low, low if high is None else high, False, comparator, wording)
    raise InvalidCount("A word or a mention carries no number.")
