"""Rows of the brief, read from the answers of the statistics and of the list of changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.brief import NO_NUMBERS, STATES, Counted, Line, Moved, Numbers, in_order
from domain.periods import SPANS, UNDETERMINED
from domain.revisions import FIRST_ASSESSMENT, NOT_RECORDED
from domain.vocab import Cause, ReasonCode, Sex

GROUPS = (
    (("female", "18+"), "Women"),
    (("male", "18+"), "Men"),
    (("male", "0-17"), "Boys"),
    (("female", "0-17"), "Girls"),
    (("unknown", "0-17"), "Children, sex not known"),
    (("unknown", "18+"), "Adults, sex not known"),
    (("unknown", "unknown"), "Sex and age not known"),
)
"""The rows of the table by sex and age, as OHCHR counts them, and those of whom neither is known."""
RARER = (
    (("female", "unknown"), "Women and girls, age not known"),
    (("male", "unknown"), "Men and boys, age not known"),
    (("other", "18+"), f"{Sex.OTHER.label} sex, adults"),
    (("other", "0-17"), f"{Sex.OTHER.label} sex, children"),
    (("other", "unknown"), f"{Sex.OTHER.label} sex, age not known"),
)
"""Rows that are shown where there is anybody: without them the table would not add up."""
REASONS = {
    FIRST_ASSESSMENT: "First assessment",
    NOT_RECORDED: "No reason recorded",
    **{code.value: code.label for code in ReasonCode},
}


def numbers_of(cell: Mapping[str, Any]) -> Numbers:
    """Give the numbers of a cell or a total of the statistics."""
    parts = cell.get("verification") or {}
    return Numbers(
        _counted(cell), tuple((state, _counted(parts[state])) for state in STATES if state in parts)
    )


def _counted(cell: Mapping[str, Any]) -> Counted:
    return Counted(cell["low"], cell["high"], bool(cell["open"]), cell["incidents"])


def rows_by_group(cells: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    """Give the rows by sex and age; the usual ones are there even when nobody is in them."""
    found = {(cell["sex"], cell["age_group"]): numbers_of(cell) for cell in cells}
    rows = [*GROUPS, *((keys, label) for keys, label in RARER if keys in found)]
    return tuple(Line("/".join(keys), label, found.get(keys, NO_NUMBERS)) for keys, label in rows)


def rows_by_cause(cells: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    """Give the rows by cause."""
    labels = {
        **{one.value: one.label for one in Cause},
        Cause.UNKNOWN.value: "Cause not known",
        UNDETERMINED: "Several possible causes without a common one",
    }
    return in_order(Line(cell["cause"], labels[cell["cause"]], numbers_of(cell)) for cell in cells)


def moved_of(one: Mapping[str, Any]) -> Moved:
    """Give an incident of the list of changes as the brief tells it."""
    before, after = one["before"], one["after"]
    periods = dict.fromkeys(known["period"] for known in (before, after) if known is not None)
    reasons = dict.fromkeys(REASONS[act["reason"]] for act in one["acts"])
    return Moved(
        code=one["incident_code"] or one["incident"],
        period=", ".join("over several months" if period == SPANS else period for period in periods),
        before=_then(before),
        after=_then(after),
        reasons=tuple(reasons),
        low=one["difference"]["low"],
        high=one["difference"]["high"],
    )


def _then(known: Mapping[str, Any] | None) -> Numbers | None:
    if known is None:
        return None
    states = tuple(
        (state, Counted(part["low"], part["high"], part["open"], None))
        for state in STATES
        if (part := known["verification"].get(state)) is not None
    )
    return Numbers(Counted(known["low"], known["high"], known["open"], None), states)
