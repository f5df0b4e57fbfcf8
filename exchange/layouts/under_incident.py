"""Layouts of what is listed under one incident: lists, running totals, persons on a day, supersessions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.series import Series
from exchange.columns import Layout, Value, code, day, interval, rows_of, text, truth, whole
from exchange.layouts.shared import CELL

LISTS = Layout(
    "incident-lists",
    "Lists of an incident's persons",
    "A list that names persons of the incident.",
    (
        text("report", "Id of the list's report.", required=True),
        text("title", "Its title; empty where it could name a confidential origin."),
        text("origin", "Id of the source that originally said it.", required=True),
        text("origin_name", "Its name; empty where it is confidential."),
        day("as_of", "The day that it refers to."),
        whole("persons", "Persons of the incident on it.", required=True),
        whole("listings", "Rows; more than persons where it has one twice.", required=True),
        whole("without_id", "Rows without an external id.", required=True),
        text("before", "Id of the list of the same origin before it."),
        text("replaced_by", "Id of the newest list of the origin; empty where it is this one."),
    ),
    key=("report",),
    notes=("Lists name the same persons: their numbers are not to be added.",),
)

_DESCRIBED = (
    ("age_low", "youngest age"),
    ("age_high", "oldest age, empty with the youngest is open"),
)
_CODED = (("sex", "sex"), ("status", "status"), ("outcome", "outcome"))

LIST_CHANGES = Layout(
    "list-changes",
    "What a list changed against the one before",
    "A person whom the list added, removed or described otherwise.",
    (
        text("change", "added, removed or changed.", required=True),
        text("victim", "Id of the person.", required=True),
        *(
            column
            for side, where in (("before", "on the list before"), ("now", "on this list"))
            for column in (
                text(f"{side}_listing", f"Id of the listing {where}; empty where it has none."),
                *(whole(f"{side}_{name}", f"The {means}, {where}.") for name, means in _DESCRIBED),
                *(code(f"{side}_{name}", name, f"The {means} {where}.") for name, means in _CODED),
            )
        ),
    ),
    key=("victim",),
    notes=(
        "Persons are compared as linked by their exact external ids, never by name, and nobody is named.",
        "Listings without an id that are linked to nobody of the other list are in no row.",
    ),
)

PERSONS = Layout(
    "persons-on-day",
    "Named persons on a day",
    "How many named persons of one description have an outcome on the day.",
    (*CELL, whole("persons", "How many persons.", required=True)),
    key=tuple(one.name for one in CELL),
    notes=("Each person has one outcome on the day and is in one row.",),
)

PROPOSALS = Layout(
    "supersession-proposals",
    "Later numbers of an origin beside its earlier ones",
    "A step from an earlier claim to a later one of the same origin, on one cell.",
    (
        *CELL,
        text("earlier", "Id of the earlier claim.", required=True),
        text("later", "Id of the later claim.", required=True),
        *interval("before", "What the earlier says."),
        *interval("after", "What the later says."),
        truth("running", "Whether both are running totals from one day, so that nobody's word is needed."),
        text("state", "proposed, confirmed or rejected.", required=True),
    ),
    key=("earlier", "later", *(one.name for one in CELL)),
    notes=("The words of people on them are the table of supersessions.",),
)

SERIES = Layout(
    "series",
    "Running totals of an incident",
    "A total of one cell as one origin reported it, and what was derived from it.",
    (
        text("origin", "Id of the source.", required=True),
        day("as_of", "The day that the total refers to.", required=True),
        day("counts_from", "The first day that it counts; empty is not said."),
        *interval("reported", "The total as reported."),
        whole("continuous_low", "The total since the first count, over restarts; empty is not known."),
        whole("continuous_high", "The same, highest number."),
        truth("fall", "Whether it is lower than the total before."),
        whole("derived_low", "The least that it rose by since the total before; below zero at a fall."),
        whole("derived_high", "The most that it rose by."),
        whole("derived_days", "Over how many days: empty for a count's first total."),
        text("claim", "Id of the claim.", required=True),
    ),
    key=("claim",),
    notes=(
        "Totals are running totals and not to be added.",
        "Derived values are what a total rose by, and not the deaths of the days between.",
    ),
)


def series_rows(found: Iterable[Series]) -> Iterator[tuple[Value, ...]]:
    """Give running totals as rows, a total each, with what was derived from it in its columns."""
    return rows_of(SERIES, (item for one in found for item in _totals(one)))


def _totals(series: Series) -> Iterator[dict[str, Value]]:
    derived = {one.claim: one for one in series.derived}
    for point in series.points:
        low, high = point.continuous or (None, None)
        rise = derived.get(point.claim)
        yield {
            "origin": series.origin,
            "as_of": point.as_of,
            "counts_from": point.counts_from,
            "reported_low": point.low,
            "reported_high": point.high,
            "reported_open": point.open,
            "continuous_low": low,
            "continuous_high": high,
            "fall": point.fall,
            "derived_low": None if rise is None else rise.low,
            "derived_high": None if rise is None else rise.high,
            "derived_days": None if rise is None else rise.days,
            "claim": point.claim,
        }
