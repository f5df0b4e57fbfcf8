"""Layouts of victims and listings."""

from __future__ import annotations

from exchange.columns import Layout, code, codes, text, texts, whole
from exchange.layouts.shared import HEAD

VICTIMS = Layout(
    "victims",
    "Victims",
    "A person harmed in an incident.",
    (
        *HEAD,
        text("incident", "Id of the incident.", required=True),
        text("incident_code", "Its readable code.", hxl="#event+id", required=True),
        text("external_id", "The id by which lists know the person."),
        whole("age_low", "Youngest age in years; empty is not known.", hxl="#group+age+min"),
        whole("age_high", "Oldest age in years; empty with age_low is open.", hxl="#group+age+max"),
        code("sex", "sex", "Sex.", hxl="#group+sex", required=True),
        code("status", "status", "Status.", required=True),
        texts("names", "Names, as recorded."),
        codes("groups", "group", "Groups."),
        texts("outcomes", "What happened, each as outcome or outcome:day, in the order of entry."),
    ),
    key=("id",),
)

LISTINGS = Layout(
    "listings",
    "Listings",
    "What one list says of one person.",
    (
        *HEAD,
        text("report", "Id of the list.", required=True),
        text("victim", "Id of the person.", required=True),
        whole("row", "Row of the list."),
        text("name", "Name as listed."),
        text("external_id", "Id as listed."),
        code("outcome", "outcome", "Outcome as listed.", required=True),
        text("age_listed", "Age as written."),
        whole("age_low", "Youngest age in years; empty is not known."),
        whole("age_high", "Oldest age in years; empty with age_low is open."),
        code("sex", "sex", "Sex as listed.", required=True),
        code("status", "status", "Status as listed.", required=True),
    ),
    key=("id",),
)
