"""Layouts of incidents and their places."""

from __future__ import annotations

from exchange.columns import Layout, code, codes, day, number, text, texts, whole
from exchange.layouts.shared import HEAD

INCIDENTS = Layout(
    "incidents",
    "Incidents",
    "An incident: something that happened within a stretch of time and space.",
    (
        *HEAD,
        text("code", "The incident's readable code.", hxl="#event+id", required=True),
        code("kind", "incident_kind", "What kind of incident.", hxl="#event+type", required=True),
        text("title", "What people call it.", hxl="#event+name", required=True),
        code("state", "incident_state", "How far the work has come.", hxl="#status", required=True),
        text("country", "ISO 3166-1 alpha-2.", hxl="#country+code+iso2"),
        day("occurred_start", "First day on which it may have happened.", hxl="#date+start", required=True),
        day("occurred_end", "Last day, inclusive.", hxl="#date+end", required=True),
        code("occurred_mode", "date_mode", "Whether it lasted throughout or lies within.", required=True),
        code("occurred_precision", "date_precision", "How exact the days are.", required=True),
        code("occurred_basis", "date_basis", "How the days are known.", required=True),
        text("parent", "Id of the incident that it is part of."),
        code("out_of_scope", "out_of_scope_reason", "Why it does not count, where it does not."),
        codes("causes", "cause", "Causes.", hxl="#cause+type"),
        texts("parties", "Codes of the parties named, each with its responsibility as party:responsibility."),
        text("adm1", "First-level p-code of its place.", hxl="#adm1+code"),
        text("adm2", "Second-level p-code of its place.", hxl="#adm2+code"),
        number("lon", "Longitude of its place, degrees east (WGS 84).", hxl="#geo+lon"),
        number("lat", "Latitude of its place, degrees north (WGS 84).", hxl="#geo+lat"),
        code("precision", "place_precision", "How exact the place is.", hxl="#geo+precision"),
    ),
    key=("id",),
    notes=(
        "The place is the incident's most exact one, the first of these; the list of places has all.",
        "Days are an interval: what is known of a date is its first and its last possible day.",
    ),
    point=("lon", "lat"),
)

PLACES = Layout(
    "places",
    "Places",
    "A place of an incident, as reported and as resolved.",
    (
        *HEAD,
        text("incident", "Id of the incident.", required=True),
        text("incident_code", "Its readable code.", hxl="#event+id", required=True),
        text("claim", "Id of the claim that names it, where one does."),
        text("reported_name", "Its name as reported.", hxl="#loc+name+reported", required=True),
        text("resolved_name", "Its name in the gazetteer.", hxl="#loc+name"),
        text("country", "ISO 3166-1 alpha-2.", hxl="#country+code+iso2"),
        text("adm1", "First-level p-code.", hxl="#adm1+code"),
        text("adm2", "Second-level p-code.", hxl="#adm2+code"),
        number("lon", "Longitude, degrees east (WGS 84).", hxl="#geo+lon"),
        number("lat", "Latitude, degrees north (WGS 84).", hxl="#geo+lat"),
        whole("radius_m", "Radius around the point within which it lies, in metres."),
        code("precision", "place_precision", "How exact it is.", hxl="#geo+precision", required=True),
        code("basis", "place_basis", "How it is known.", required=True),
        text("mismatch", "What of the reported place does not agree with the resolved one."),
    ),
    key=("id",),
    point=("lon", "lat"),
)
