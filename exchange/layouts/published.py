"""Layouts of what is published, and their rows from published documents and facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from domain.fixed_tables import TABLES
from domain.vocab import Grain, Outcome, Verification
from exchange.columns import (
    Column,
    Layout,
    Value,
    code,
    codes,
    day,
    instant,
    number,
    rows_of,
    text,
    texts,
    truth,
    whole,
)
from exchange.layouts.shared import CELL

COUNTED = frozenset({Verification.VERIFIED.value, Verification.PENDING.value})
"""What is summed, as the record's statistics sum it: not what is contested or inconclusive."""
_COUNTS = truth(
    "counted",
    "Whether sums count it. Not where an incident above it is published, whose figure holds it; empty: "
    "nothing to count.",
)
_DAYS: tuple[Column, ...] = (
    day("occurred_start", "First day on which it may have happened.", hxl="#date+start", required=True),
    day("occurred_end", "Last day, inclusive.", hxl="#date+end", required=True),
    code("occurred_precision", "date_precision", "How exact the days are.", required=True),
)

PUBLIC_INCIDENTS = Layout(
    "public-incidents",
    "Published incidents",
    "A published incident.",
    (
        text("id", "The incident's id.", hxl="#meta+id", required=True),
        text("code", "Its readable code.", hxl="#event+id", required=True),
        code("kind", "incident_kind", "Its place in the tree.", hxl="#event+type", required=True),
        text("title", "Title.", hxl="#event+name", required=True),
        *_DAYS,
        text("country", "ISO 3166-1 alpha-2.", hxl="#country+code+iso2"),
        texts("adm1", "First-level p-codes.", hxl="#adm1+code"),
        texts("adm2", "Second-level p-codes.", hxl="#adm2+code"),
        codes("causes", "cause", "Candidate causes.", hxl="#cause+type"),
        texts("parties", "Codes of the parties named, each with its responsibility as party:responsibility."),
        number("lon", "Longitude of the coarse point, degrees east (WGS 84).", hxl="#geo+lon"),
        number("lat", "Latitude of the coarse point, degrees north (WGS 84).", hxl="#geo+lat"),
        code("coarsening", "coarsening", "How the point was made coarse; empty: there is none."),
        number("grid_degrees", "Side of the cell whose middle the point is, in degrees."),
        _COUNTS,
        whole("killed_low", "Persons killed, verified and pending: lowest.", hxl="#affected+killed+min"),
        whole("killed_best", "Best estimate, where there is one."),
        whole("killed_high", "Highest.", hxl="#affected+killed+max"),
        truth("killed_open", "Whether more is said to be possible."),
        texts("bands", "Of the living a band of the whole incident, as outcome:band; empty: not told."),
        text("publisher", "Who published it.", hxl="#org+name", required=True),
        text("publisher_id", "Its id.", hxl="#org+id", required=True),
        instant("published_at", "When this was published, in UTC."),
        text("link", "Address of the document.", required=True),
    ),
    key=("id",),
    notes=(
        "Built from what is published alone.",
        "The point is coarse: the middle of a cell or of a unit, and never the place itself.",
        "Of the injured, missing and detained a band is told or nothing; the fixed tables count them.",
        "Add up the rows that are counted: an incident above another holds its figure.",
    ),
    point=("lon", "lat"),
    formats=("csv", "csv-excel", "csv-hxl", "jsonl", "geojson"),
)

PUBLIC_FACTS = Layout(
    "public-facts",
    "Published facts",
    "A number of persons killed in a published incident, in one grain.",
    (
        text("incident", "The incident's id.", required=True),
        text("code", "Its readable code.", hxl="#event+id", required=True),
        _COUNTS,
        code("grain", "grain", "What it is broken down by: rows of one grain alone add up.", required=True),
        *CELL,
        code("verification", "verification", "How far it is verified.", required=True),
        whole("low", "Lowest number.", hxl="#affected+min", required=True),
        whole("best", "Best estimate, where there is one."),
        whole("high", "Highest number.", hxl="#affected+max", required=True),
        truth("open", "Whether more is said to be possible."),
        day("period_start", "First day of harm.", hxl="#date+start", required=True),
        day("period_end", "Last day of harm, inclusive.", hxl="#date+end", required=True),
        text("country", "ISO 3166-1 alpha-2.", hxl="#country+code+iso2"),
        text("adm1", "First-level p-code.", hxl="#adm1+code"),
        text("cause", "Cause; empty or unknown: not known."),
        text("party", "Code of the party held responsible."),
    ),
    key=(
        "incident",
        "grain",
        "outcome",
        "status",
        "sex",
        "age_low",
        "age_high",
        "verification",
        "cause",
        "party",
        "adm1",
        "period_start",
        "period_end",
    ),
    notes=(
        "Rows of one grain add up, and only those that are counted.",
        "Statistics sum what is verified or pending.",
    ),
)

KILLED_BY_MONTH = Layout(
    "public-killed-by-month",
    "Persons killed, by month and country",
    "A month and a country: the sum of published, counted facts.",
    (
        text("month", "The month; spans: harm that lies in no single month.", required=True),
        text("country", "ISO 3166-1 alpha-2, or unknown.", hxl="#country+code+iso2", required=True),
        whole("low", "Sum of the lows.", hxl="#affected+killed+min", required=True),
        whole("high", "Sum of the highs.", hxl="#affected+killed+max", required=True),
        whole("open", "Incidents where more is said to be possible.", required=True),
        whole("incidents", "Incidents behind it.", required=True),
    ),
    key=("month", "country"),
    notes=("Sums of what is verified or pending. A bound, not a confidence interval.",),
)


def incident_rows(published: Iterable[tuple[Mapping[str, Any], bool | None]]) -> Iterator[tuple[Value, ...]]:
    """Give published documents, each with whether sums count it, as rows of ``PUBLIC_INCIDENTS``."""
    return rows_of(PUBLIC_INCIDENTS, (_incident(document, counted) for document, counted in published))


def _incident(one: Mapping[str, Any], counted: bool | None) -> dict[str, Value]:
    where = one["where"]
    point = where["point"] or {}
    killed = [
        figure
        for figure in one["figures"]
        if (figure["grain"], figure["outcome"]) == (Grain.TOTAL, Outcome.KILLED)
        and figure["verification"] in COUNTED
    ]
    best = [figure["best"] for figure in killed]
    return {
        **{name: one[name] for name in ("id", "code", "kind", "title", "published_at")},
        **{f"occurred_{name}": one["occurred"][name] for name in ("start", "end", "precision")},
        "country": where["country"],
        **{name: _joined(unit[name] for unit in where["units"]) for name in ("adm1", "adm2")},
        "causes": _joined(one["causes"]),
        "parties": _joined(f"{role['party']}:{role['responsibility']}" for role in one["parties"]),
        **{name: point.get(name) for name in ("lon", "lat", "coarsening", "grid_degrees")},
        "counted": counted,
        "killed_low": sum(figure["low"] for figure in killed) if killed else None,
        "killed_best": sum(best) if best and None not in best else None,
        "killed_high": sum(figure["high"] for figure in killed) if killed else None,
        "killed_open": any(figure["open"] for figure in killed) if killed else None,
        "bands": _joined(f"{band['outcome']}:{band['words']}" for band in one["bands"]),
        "publisher": one["organisation"]["name"],
        "publisher_id": one["organisation"]["id"],
        "link": one["links"]["self"],
    }


def _joined(values: Iterable[str | None]) -> str | None:
    return "; ".join(sorted({value for value in values if value is not None})) or None


_OF_FIXED_TABLES: dict[str, Column] = {
    "month": text("month", "The month; empty is the sum over months; spans: in no single month."),
    "country": text("country", "ISO 3166-1 alpha-2, or unknown; empty is the sum over countries."),
    "adm1": text("adm1", "First-level p-code, or unknown; empty is the sum over units."),
    "sex": text("sex", "Sex; empty is the sum over it."),
    "age_group": text("age_group", "Age group; empty is the sum over it."),
}
FIXED_TABLES: dict[str, Layout] = {
    one.name: Layout(
        f"public-table-{one.name}",
        f"The living: {one.title[:1].lower()}{one.title[1:]}",
        "A cell: how many persons of whom the record says at least so many.",
        (
            code("outcome", "outcome", "Outcome.", required=True),
            text("year", "The year; spans: in no single year.", required=True),
            *(_OF_FIXED_TABLES[name] for name in one.columns),
            whole("persons", "At least so many; empty: withheld.", hxl="#affected"),
            text("obs_status", "SDMX: A normal, Q suppressed.", required=True),
            text("conf_status", "SDMX: F free, C confidential.", required=True),
        ),
        key=("outcome", "year", *one.columns),
    )
    for one in TABLES
}
"""The fixed tables as a release has them."""
