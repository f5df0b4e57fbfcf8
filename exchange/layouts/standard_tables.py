"""Layouts of the standard tables: a row that adds others up says so, and nobody adds it again."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from domain.standard_tables import OHCHR_GROUPS, SECTIONS, TALLIES
from domain.vocab import Verification
from exchange.columns import (
    Chart,
    Column,
    Layout,
    code,
    day,
    interval,
    number,
    text,
    their_code,
    truth,
    whole,
)

_NOT_ADDITIVE = (
    "Lows and highs are sums over disjoint cells: a bound, and no confidence interval. Sub-ranges are not "
    "additive: a total's own interval can be tighter than the sum of its parts."
)
OUTCOME = "#impact+outcome"
_FINER = (
    "Each row is of the coarsest grain that has its breakdown: finer detail knows less, and who is not known "
    "in it is unknown there."
)


def _counted() -> tuple[Column, ...]:
    return (
        *(
            dataclasses.replace(column, interval="verified and pending")
            for column in (
                whole(
                    "low",
                    "Sum of the lows of what is verified and pending; empty where not known.",
                    hxl="#affected+min",
                ),
                whole("high", "Sum of their highs; empty where nothing is known.", hxl="#affected+max"),
                whole("open", "Incidents where more is said to be possible."),
            )
        ),
        whole("incidents", "Incidents behind it."),
    )


MONTHLY = Layout(
    "monthly",
    "Casualties by month, sex, age, status and party",
    "A cell, or a total over cells: level says which.",
    (
        text(
            "level",
            "cell: the finest cell; total: the whole; else what the row is the total of: month, sex, "
            "age_group, status or party.",
            required=True,
        ),
        code("outcome", "outcome", "What happened; outcomes are never added.", hxl=OUTCOME, required=True),
        text("month", "Month of the harm; spans where an incident lies in no single one.", hxl="#meta+month"),
        code("sex", "sex", "Sex; empty: not broken down.", hxl="#group+sex"),
        text(
            "age_group",
            "Age group in years; unknown where none holds the age; empty: not broken down.",
            hxl="#group+age",
        ),
        code("status", "status", "Status as assessed; empty: not broken down.", hxl="#group+status"),
        text("party", "Code of the party held responsible, or contested or unknown; empty: not broken down."),
        *_counted(),
        *(
            column
            for state in Verification
            for column in interval(
                state.value, f"{state.label} alone: {state.definition}", hxl=f"#affected+{state.value}"
            )
        ),
    ),
    key=("level", "outcome", "month", "sex", "age_group", "status", "party"),
    notes=(
        _NOT_ADDITIVE,
        _FINER,
        "Rows of one level may be added; rows of different levels not.",
        "Contested and inconclusive numbers are in no low and no high.",
    ),
    charts=(
        Chart(
            "Killed by month: lowest and highest number",
            "month",
            ("low", "high"),
            (("level", "month"), ("outcome", "killed")),
        ),
    ),
)

OHCHR = Layout(
    "ohchr",
    "Casualties in the six groups of OHCHR's updates",
    "The persons of one outcome, section, value and verification state, in groups that hold each once.",
    (
        code("outcome", "outcome", "What happened; outcomes are never added.", hxl=OUTCOME, required=True),
        text("section", "total, month, cause or adm1: what its rows divide by.", required=True),
        text("value", "The month, cause or first-level unit; empty in the section total."),
        code(
            "verification",
            "verification",
            "The verification state, each in a row.",
            hxl="#status+verification",
            required=True,
        ),
        *(
            column
            for name, words in OHCHR_GROUPS.items()
            for column in interval(name, words, hxl=f"#affected+{name}")
        ),
        *interval("total", "The groups together.", hxl="#affected+total"),
        *interval("own", "All of them by the total's own interval, not broken down.", "own total"),
        whole("incidents", "Incidents behind it."),
    ),
    key=("outcome", "section", "value", "verification"),
    notes=(
        _NOT_ADDITIVE,
        "Each section divides the same persons anew: sections are not to be added.",
        "States are not to be added. OHCHR's updates print what is verified.",
    ),
    charts=tuple(
        Chart(
            f"Killed by month, {state}: lowest number in each group",
            "value",
            tuple(f"{name}_low" for name in OHCHR_GROUPS if name not in ("other_sex", "unknown_age")),
            (("outcome", "killed"), ("section", "month"), ("verification", state)),
        )
        for state in ("verified", "pending")
    ),
)

SDG = Layout(
    "sdg-16-1-2",
    "Conflict-related deaths by sex, age, cause and status (SDG indicator 16.1.2)",
    "Deaths of a year in one cell of the indicator; _T is the whole of a dimension.",
    (
        text(
            "year",
            "Year of the harm; spans where an incident lies in no single one.",
            hxl="#meta+year",
            required=True,
        ),
        their_code("sex", "sdg", "sex", "Sex; _T is everybody, other is ours: stated as neither."),
        their_code("age_group", "sdg", "age_group", "Age group; _T is everybody."),
        their_code("cause", "sdg", "cause", "Cause of death, 1 to 11; _T is every cause."),
        their_code("status", "sdg", "status", "Status of the person; _T is every status."),
        *interval("count", "Deaths documented, verified and pending together.", hxl="#affected+killed"),
        *interval("verified", "Verified alone."),
        *interval("pending", "Pending alone."),
        whole("population", "Persons that the rate is over; empty where the file has none for this group."),
        number("rate_low", "Deaths per 100,000 of them, lowest."),
        number("rate_high", "Deaths per 100,000 of them, highest."),
    ),
    key=("year", "sex", "age_group", "cause", "status"),
    notes=(
        _NOT_ADDITIVE,
        _FINER,
        "Documented deaths: what sources said and people assessed. Nothing is estimated statistically.",
        "A cell without a row has no documented death; that nobody died there is not said.",
    ),
)

MRM = Layout(
    "mrm-quarterly",
    "Children killed, maimed and abducted in a quarter, by verification",
    "Children of one violation, section and quarter of the harm.",
    (
        text("quarter", "The quarter that the table is of.", hxl="#meta+quarter", required=True),
        text("section", "; ".join(f"{name}: {words}" for name, words in SECTIONS.items()), required=True),
        text("violation", "The violation; children of two violations are not to be added.", required=True),
        text("occurred", "Quarter of the last day of the incident.", required=True),
        *(
            column
            for name in TALLIES
            for column in interval(f"victims_{name}", f"Children: {name}.", hxl=f"#affected+{name}")
        ),
        *interval("victims_total", "Children together.", hxl="#affected+children"),
        whole("violations", "Incidents with at least one such child: violations, and not persons."),
    ),
    key=("quarter", "section", "violation", "occurred"),
    notes=(
        _NOT_ADDITIVE,
        "Victims are persons and violations are incidents: two units, never in one column.",
        "What was verified late is of an earlier quarter and is never added to this one.",
    ),
)

EVENTS = Layout(
    "events",
    "Incidents as events of UCDP and ACLED",
    "An incident with a number of killed in force.",
    (
        text("id", "Id of the incident.", hxl="#event+id", required=True),
        text("code", "Its readable code.", hxl="#event+code", required=True),
        text("country", "ISO 3166-1 alpha-2.", hxl="#country+code+iso2"),
        day(
            "date_start", "First possible day (UCDP); event_date of ACLED.", hxl="#date+start", required=True
        ),
        day("date_end", "Last possible day (UCDP).", hxl="#date+end", required=True),
        their_code("date_prec", "ucdp", "date_prec", "Precision of the date (UCDP); empty: it has no code."),
        their_code("event_clarity", "ucdp", "event_clarity", "Clarity of the event (UCDP)."),
        their_code("where_prec", "ucdp", "where_prec", "Precision of the place (UCDP)."),
        text("adm_1", "First-level p-code of its place.", hxl="#adm1+code"),
        text("adm_2", "Second-level p-code of its place.", hxl="#adm2+code"),
        number("longitude", "Degrees east (WGS 84), of what where_prec says.", hxl="#geo+lon"),
        number("latitude", "Degrees north (WGS 84), of what where_prec says.", hxl="#geo+lat"),
        *interval("deaths_civilians", "Civilians killed (UCDP)."),
        *interval("deaths_fighters", "Fighters killed, police among them (UCDP's deaths_a and deaths_b)."),
        *interval("deaths_other_protected", "Other protected persons killed: UCDP has no column for them."),
        *interval("deaths_unknown", "Killed whose status is not known (UCDP)."),
        *interval("deaths", "Killed, the groups together.", hxl="#affected+killed"),
        whole("low", "The incident's own low (UCDP); of one that holds others, what is left beside them."),
        whole("best", "The sources' own best estimate (UCDP), where each has one; never a mid-point."),
        whole("high", "The incident's own high (UCDP)."),
        truth("open", "Whether more is said to be possible."),
        code(
            "cause", "cause", "Cause as assessed; empty: several without a common parent.", hxl="#cause+type"
        ),
        text("actor", "Code of the party held responsible, or contested or unknown."),
        their_code("time_precision", "acled", "time_precision", "Precision of the date (ACLED)."),
        their_code("geo_precision", "acled", "geo_precision", "Precision of the place (ACLED)."),
        their_code("sub_event_type", "acled", "sub_event_type", "Sub-event (ACLED), where one code fits."),
        whole("fatalities", "One number (ACLED), where low and high are one; else empty, never a mid-point."),
        *interval("verified", "Verified alone."),
        *interval("pending", "Pending alone."),
    ),
    key=("id",),
    notes=(
        _NOT_ADDITIVE,
        "Whose losses the fighters are is not booked, so that UCDP's two sides stand together.",
        "Police and paramilitaries are among the fighters, as UCDP counts.",
        "An incident that holds others has what is left beside them: rows may be added, nobody stands twice.",
    ),
    point=("longitude", "latitude"),
)


def list_membership_layout(labels: Sequence[str]) -> Layout:
    """Give the layout of a matrix with these lists: the one table whose columns follow from the data."""
    return Layout(
        "list-membership",
        "Who stands on which list of an incident",
        "A person on at least one list; nobody is named.",
        tuple(whole(label, "1 where the list names the person, else 0.", required=True) for label in labels),
        key=(),
        notes=("Rows are alike where persons stand on the same lists; their order says nothing.",),
    )


LAYOUT_OF: dict[str, Layout] = {one.name: one for one in (MONTHLY, OHCHR, SDG, MRM, EVENTS)}
"""The layouts that do not depend on the data, by the table's name."""
