"""Layouts of revisions: each period as known at each point, and the acts that moved numbers between two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from domain.vocab import Verification
from exchange.columns import Layout, Value, instant, interval, rows_of, text, whole

REVISIONS = Layout(
    "statistics-revisions",
    "Revisions",
    "A period in which people were harmed, as known at one point of the log.",
    (
        text("period", "Month, quarter or year of the harm; spans where it lies in no single one."),
        whole("point", "Which of the points, from 1, in the log's order.", required=True),
        text("asked", "How the point was asked for.", required=True),
        whole("log_sequence", "The log sequence that it names.", required=True),
        instant("at", "When that entry was written, in UTC; empty before the first.", required=False),
        whole("low", "Sum of the lows as known then; empty where nothing was."),
        whole("high", "Sum of the highs as known then; empty where nothing was."),
        whole("open", "Incidents where more was said to be possible.", required=True),
        whole("incidents", "Incidents behind it.", required=True),
    ),
    key=("period", "point"),
    notes=(
        "Each row is what the statistics answer as known at its point.",
        "Rows of different points are the same persons and not to be added.",
    ),
)


def revision_rows(found: Mapping[str, Any]) -> Iterator[tuple[Value, ...]]:
    """Give the cells of a triangle as rows: the periods in their order, each point by point."""
    unit = found["meta"]["period"]
    return rows_of(
        REVISIONS,
        (
            {
                "period": row[unit],
                "point": place,
                **{name: column[name] for name in ("asked", "log_sequence", "at")},
                **{name: cell[name] for name in ("low", "high", "open", "incidents")},
            }
            for row in found["data"]
            for place, (column, cell) in enumerate(zip(found["columns"], row["cells"], strict=True), 1)
        ),
    )


_SIDES = {"before": "As known at the first point.", "after": "As known at the second point."}

CHANGES = Layout(
    "statistics-changes",
    "What moved the numbers between two points",
    "An act that moved what an incident adds to the sums, between two points of the log.",
    (
        text("incident", "Id of the incident.", hxl="#event+id", required=True),
        text("incident_code", "Its readable code.", hxl="#event+code"),
        whole("log_sequence", "Where the act stands in the log.", required=True),
        instant("at", "When it was, in UTC."),
        text("action", "What was done.", required=True),
        text(
            "reason",
            "Its reason code; first_assessment where the new incident is the reason, not_recorded where it "
            "carries none.",
            required=True,
        ),
        text("note", "The reason in words."),
        whole("difference_low", "What the act added to the sum of lows.", required=True),
        whole("difference_high", "What it added to the sum of highs.", required=True),
        text("assessment", "Id of the assessment that it put in force."),
        text("policy_before", "The policy before it, name@version."),
        text("policy_after", "The policy after it, name@version."),
        text("other_record", "Id of the record that the act was on, where not on this incident."),
        text("other_incident", "Id of the incident that it was on, or about."),
        text("other_incident_code", "Its readable code."),
        *(
            column
            for side, means in _SIDES.items()
            for column in (
                text(f"{side}_period", f"Its period. {means} Empty where it was not counted."),
                *interval(side, f"The incident's number. {means}"),
                *(
                    one
                    for state in Verification.codes()
                    for one in interval(f"{side}_{state}", f"What of it was {state}. {means}")
                ),
            )
        ),
    ),
    key=("incident", "log_sequence"),
    notes=(
        "The differences add up to that of the totals, over all rows and by reason.",
        "Before and after are the incident's at the two points asked for.",
        "They stand on each of its rows and are not to be added.",
        "An incident without a number adds nothing to a sum: its difference is counted from 0.",
    ),
)


def change_rows(incidents: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Value, ...]]:
    """Give changed incidents as rows, one an act, in the order of the incidents and of the log."""
    return rows_of(CHANGES, (item for one in incidents for item in _acts(one)))


def _acts(one: Mapping[str, Any]) -> Iterator[dict[str, Value]]:
    sides = {name: value for side in _SIDES for name, value in _known(side, one[side]).items()}
    for act in one["acts"]:
        policy = act["policy"] or {}
        other = act["by_another_record"] or {}
        yield {
            **{name: one[name] for name in ("incident", "incident_code")},
            **{name: act[name] for name in ("log_sequence", "at", "action", "reason", "note", "assessment")},
            **{f"difference_{end}": act["difference"][end] for end in ("low", "high")},
            **{f"policy_{side}": _named(policy.get(side)) for side in _SIDES},
            "other_record": other.get("record"),
            "other_incident": other.get("incident"),
            "other_incident_code": other.get("incident_code"),
            **sides,
        }


def _known(side: str, known: Mapping[str, Any] | None) -> dict[str, Value]:
    said = known or {}
    states = said.get("verification", {})
    ends = ("low", "high", "open")
    return {
        f"{side}_period": said.get("period"),
        **{f"{side}_{end}": said.get(end) for end in ends},
        **{
            f"{side}_{state}_{end}": states.get(state, {}).get(end)
            for state in Verification.codes()
            for end in ends
        },
    }


def _named(policy: Mapping[str, str] | None) -> str | None:
    return None if policy is None else f"{policy['name']}@{policy['version']}"
