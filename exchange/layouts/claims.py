"""Layout of claims: a row a figure, for a claim says several things."""

from __future__ import annotations

from exchange.columns import Layout, code, day, text, truth, whole
from exchange.layouts.shared import HEAD

CLAIMS = Layout(
    "claims",
    "Claims and their figures",
    "A figure of a claim; a claim that states none has one row with an empty figure_key.",
    (
        *HEAD,
        text("incident", "Id of the incident.", required=True),
        text("incident_code", "Its readable code.", hxl="#event+id", required=True),
        text("report", "Id of the report in which the claim stands.", required=True),
        text("origin", "Id of the source that originally said it.", required=True),
        text("origin_name", "Its name; empty where it is confidential.", hxl="#meta+source"),
        code("origin_basis", "origin_basis", "How that is known.", required=True),
        day("as_of", "The day that the numbers refer to.", hxl="#date+asof"),
        day("counts_from", "First day that the numbers count, of a running total."),
        text("said_party", "Code of the party that the claim holds responsible."),
        code("said_responsibility", "responsibility", "How it holds it responsible."),
        code("said_cause", "cause", "The cause that it names."),
        text("figure_key", "The figure's key in the claim."),
        code("outcome", "outcome", "What happened to these persons.", hxl="#impact+outcome"),
        code("status", "status", "Status; empty is not broken down."),
        code("sex", "sex", "Sex; empty is not broken down."),
        whole("age_low", "Youngest age in years; empty is not broken down."),
        whole("age_high", "Oldest age in years; empty with age_low is open."),
        whole("low", "Lowest number; empty for a word or a mention.", hxl="#affected+min"),
        whole("high", "Highest number; empty for a word or a mention.", hxl="#affected+max"),
        whole("best", "The source's own best estimate."),
        truth("open", "Whether more is said to be possible."),
        code("comparator", "comparator", "The word before the number."),
        text("wording", "The source's words."),
        code("relation", "relation", "How it stands to another figure of the claim."),
        text("relation_to", "The key of that figure."),
        text("party", "Code of the party whose losses these are."),
        code("cause", "cause", "The cause of this figure."),
        code("group", "group", "A group that overlaps others, such as journalists."),
        text("stated_as", "The source's own word for them; it decides no status."),
    ),
    key=("id", "figure_key"),
    notes=(
        "Figures of one claim may hold each other (relation) and must not be added up.",
        "Figures of several claims are several voices about the same persons: statistics sum assessments.",
    ),
)
