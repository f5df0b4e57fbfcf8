"""Layouts of parties, sources and reports."""

from __future__ import annotations

from exchange.columns import Layout, code, day, text, texts, truth
from exchange.layouts.shared import HEAD

PARTIES = Layout(
    "parties",
    "Parties",
    "A party to the conflict.",
    (
        *HEAD,
        text("code", "The party's code.", required=True),
        text("name", "Its name.", required=True),
        text("side", "Code of the side that it belongs to."),
    ),
    key=("id",),
)

SOURCES = Layout(
    "sources",
    "Sources",
    "Somebody who says something.",
    (
        *HEAD,
        code("kind", "source_kind", "What kind of source.", required=True),
        text("name", "Its name; empty where it is confidential."),
        truth("named", "Whether reports name it."),
        text("side", "Code of the party that it speaks for."),
        text("reliability", "The organisation's own grade."),
        truth("confidential", "Whether its name stays inside."),
    ),
    key=("id",),
)

REPORTS = Layout(
    "reports",
    "Reports",
    "A report: something published or given to the organisation.",
    (
        *HEAD,
        text("source", "Id of the source.", required=True),
        text("source_name", "Its name; empty where it is confidential.", hxl="#meta+source"),
        code("kind", "report_kind", "What kind of report.", required=True),
        text("title", "Its title; empty where it could name a confidential source."),
        text("url", "Where it was published; empty for a confidential source.", hxl="#meta+url"),
        text("archived_url", "Where a copy is kept; empty for a confidential source."),
        text("language", "Language, BCP 47."),
        day("published", "When it was published: a day, or an instant's day.", hxl="#date+published"),
        text("sha256", "Digest of the copy that was kept."),
        texts("cites_reports", "Ids of the reports that it cites."),
        texts("cites_sources", "Ids of the sources that it cites."),
    ),
    key=("id",),
)
