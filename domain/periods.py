"""Where a fact falls in time and place, and to what and whom it is put down.

A fact has one period, one unit, one cause and one party, while an incident may have several of each.
What they have in common is used, and where they have nothing in common that is said: a total
is never spread over places or days (R8).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.errors import Invalid
from domain.vocab import Cause, Responsibility

SPANS = "spans"
"""The period of an interval that no single period holds."""

UNDETERMINED = "undetermined"
"""The cause where the candidates share no parent."""

CONTESTED = Responsibility.CONTESTED.value

UNITS = ("month", "quarter", "year")

# What is known best comes first: an admission says more than the word of others.
_SUREST = (
    Responsibility.CONTESTED.value,
    Responsibility.CONCEDED.value,
    Responsibility.DECLARED.value,
    Responsibility.SUSPECTED.value,
)


def read_day(text: str) -> date:
    """Give the calendar day of an ISO date. Raises Invalid when it cannot be read."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("A day is written as YYYY-MM-DD.", code="invalid-date") from None


def _named(day: date, unit: str) -> str:
    if unit == "month":
        return f"{day.year:04d}-{day.month:02d}"
    if unit == "quarter":
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    return f"{day.year:04d}"


def period_of(start: str, end: str, unit: str) -> str:
    """Give the month, quarter or year that holds the whole interval, else ``spans``.

    ``start`` and ``end`` are ISO days, both included; ``unit`` is one of ``UNITS``. Periods are written
    2024-03, 2024-Q1 and 2024. Section 6 of the methodology: an interval across two periods
    belongs to neither.

    Raises Invalid for a unit or day that cannot be read, and when the interval ends before it starts.
    """
    if unit not in UNITS:
        raise Invalid(f"A period is one of {', '.join(UNITS)}.", code="invalid-period")
    first, last = read_day(start), read_day(end)
    if last < first:
        raise Invalid("The interval ends before it starts.", code="invalid-interval")
    name = _named(first, unit)
    return name if name == _named(last, unit) else SPANS


def common_adm(codes: Iterable[tuple[str | None, str | None]]) -> tuple[str | None, str | None]:
    """Give the deepest unit that all places share, as (adm1, adm2) p-codes; None where none is shared.

    Each place is (adm1, adm2); a place whose unit is not known shares none.
    """
    places = set(codes)
    firsts, seconds = {first for first, _ in places}, {second for _, second in places}
    first = next(iter(firsts)) if len(firsts) == 1 else None
    second = next(iter(seconds)) if len(seconds) == 1 else None
    # The same second-level code under two first-level ones is an error of the gazetteer: the
    # place is then known at neither level.
    return (first, second) if first is not None else (None, None)


def common_cause(codes: Iterable[str]) -> str:
    """Give the cause that holds every candidate: itself, the common parent, or ``undetermined``.

    No candidate is ``unknown``. Raises Invalid for a code that is not of the vocabulary ``cause``.
    """
    candidates = set(codes)
    if not candidates:
        return Cause.UNKNOWN.value
    try:
        shared = Cause.common_parent(candidates)
    except ValueError:
        raise Invalid("A cause is not of the vocabulary.", code="unknown-code") from None
    return UNDETERMINED if shared is None else shared


def common_party(parties: Iterable[tuple[str, str | None]]) -> tuple[str, str | None]:
    """Give the (party, responsibility) that a fact is put down to.

    One party is itself, with what is known best where it is named more than once; several are
    contested, none is unknown.
    """
    named = set(parties)
    codes = {party for party, _ in named}
    if not codes:
        return ("unknown", None)
    if len(codes) > 1:
        return (CONTESTED, CONTESTED)
    known = {responsibility for _, responsibility in named}
    return (codes.pop(), next((word for word in _SUREST if word in known), None))
