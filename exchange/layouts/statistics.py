"""The layout of a question to the statistics: its columns follow from the question alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.questions import Question
from domain.vocab import Verification
from exchange.columns import Chart, Column, Layout, Value, code, text, whole

_NUMBERS = ("low", "high", "open", "incidents")
_STATE = ("low", "high", "incidents")
_KEYS: dict[str, Column] = {
    "month": text("month", "Month of the harm; spans where it lies in no single one.", hxl="#meta+month"),
    "quarter": text("quarter", "Quarter of the harm; spans where it lies in no single one."),
    "year": text("year", "Year of the harm; spans where it lies in no single one.", hxl="#meta+year"),
    "adm1": text("adm1", "First-level p-code, or unknown.", hxl="#adm1+code"),
    "adm2": text("adm2", "Second-level p-code, or unknown.", hxl="#adm2+code"),
    "outcome": code("outcome", "outcome", "Outcome.", hxl="#impact+outcome"),
    "status": code("status", "status", "Status.", hxl="#group+status"),
    "sex": code("sex", "sex", "Sex.", hxl="#group+sex"),
    "age_group": text("age_group", "Age group, or unknown.", hxl="#group+age"),
    "cause": text("cause", "Cause, undetermined or unknown.", hxl="#cause+type"),
    "party": text("party", "Party held responsible, contested or unknown."),
    "verification": code("verification", "verification", "What people found.", hxl="#status+verification"),
    "incident": text("incident", "Id of the incident.", hxl="#event+id"),
}


def statistics_layout(question: Question) -> Layout:
    """Give the layout of the answer to a question."""
    keys = [_KEYS[name] for name in question.by]
    if "incident" in question.by:
        keys.append(text("incident_code", "The incident's readable code.", hxl="#event+code"))
    states = [
        whole(f"{state}_{name}", f"{_MEANS[name]} {state}; empty where the cell has none.")
        for state in states_of(question)
        for name in _STATE
    ]
    summed = "of the one verification state" if question.of_one_state else "of what is verified and pending"
    return Layout(
        "statistics",
        "Statistics",
        "A cell: the persons of these keys, summed over incidents.",
        (
            *keys,
            whole("low", f"Sum of the lows {summed}; empty where nothing is known.", hxl="#affected+min"),
            whole("high", "Sum of their highs; empty where nothing is known.", hxl="#affected+max"),
            whole("open", "Incidents where more is said to be possible."),
            whole("incidents", "Incidents behind it."),
            *states,
            whole("best", "Sum of the sources' own best estimates; empty unless each has one."),
            *(
                whole(f"late_{name}", f"{_MEANS[name]} verified after the end of the incident's quarter.")
                for name in _STATE
            ),
        ),
        key=question.by,
        charts=tuple(
            Chart(f"Low and high by {name}", name, ("low", "high"))
            for name in question.by
            if len(question.by) == 1 and name != "incident"
        ),
        notes=(
            "Lows and highs are sums over disjoint cells: a bound, and no confidence interval.",
            "Sub-ranges are not additive: a total's own interval can be tighter than the sum of its parts.",
            "Each row is of one verification state, which the question or the row names: rows of different "
            "states are not to be added. Rejected numbers are in no row."
            if question.of_one_state
            else "Contested and inconclusive numbers are in no low and no high; rejected ones are in no row.",
        ),
    )


_MEANS = {"low": "Sum of the lows", "high": "Sum of the highs", "incidents": "Incidents"}


def states_of(question: Question) -> tuple[str, ...]:
    """Give the verification states that have columns: none where a cell is of one state."""
    return () if question.of_one_state else Verification.codes()


def statistics_rows(question: Question, cells: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Value, ...]]:
    """Give the cells of an answer as rows of its layout."""
    states = states_of(question)
    for cell in cells:
        late = cell.get("late_verification") or {}
        parts = cell.get("verification") or {}
        yield (
            *(cell[name] for name in question.by),
            *((cell.get("incident_code"),) if "incident" in question.by else ()),
            *(cell[name] for name in _NUMBERS),
            *((parts.get(state) or {}).get(name) for state in states for name in _STATE),
            cell.get("best"),
            *(late.get(name) for name in _STATE),
        )
