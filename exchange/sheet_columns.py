"""The columns of the published spreadsheet template: one row a figure.

Defined once; the template, its descriptions and the reader derive from this list.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it describes, what to write, and the vocabulary of its codes."""

    name: str
    about: str
    """``incident``, ``place``, ``report``, ``claim`` or ``figure``."""
    description: str
    vocabulary: str | None = None


COLUMNS = (
    Column(
        "incident",
        "incident",
        "A code, or any label of your own. Rows with the same label are one incident; only its first row "
        "needs the incident and place columns. Required in every row.",
    ),
    Column("incident_title", "incident", "A short title. Blank: made from the place and the date."),
    Column("incident_kind", "incident", "What the incident stands for. Blank: incident.", "incident_kind"),
    Column(
        "date_from",
        "incident",
        "First day on which it can have happened, as year-month-day: 2026-01-30. 2026-01 is the whole month, "
        "2026 the whole year. Required in the incident's first row.",
    ),
    Column("date_to", "incident", "Last day. Blank: the same as date_from."),
    Column(
        "date_mode",
        "incident",
        "Within: at some time between the two days. Throughout: on every day. Blank: within.",
        "date_mode",
    ),
    Column("date_precision", "incident", "How precisely the time is known.", "date_precision"),
    Column("date_basis", "incident", "Where the date comes from. Blank: stated.", "date_basis"),
    Column("cause", "incident", "Cause of the harm; several candidates with ; between them.", "cause"),
    Column("party", "incident", "Party held responsible, code or name; several with ; between them."),
    Column(
        "responsibility",
        "incident",
        "How the party's responsibility is known. Blank: suspected.",
        "responsibility",
    ),
    Column(
        "place",
        "place",
        "Name of the place as the report has it. More rows may name more places of an incident.",
    ),
    Column("country", "place", "Two letters of ISO 3166-1, for example PK."),
    Column("adm1", "place", "P-code of the first-level unit, for example PK2."),
    Column("adm2", "place", "P-code of the second-level unit."),
    Column("lon", "place", "Longitude in degrees, -180 to 180. Needs lat and place_precision."),
    Column("lat", "place", "Latitude in degrees, -90 to 90."),
    Column("place_precision", "place", "How precisely the place is known.", "place_precision"),
    Column(
        "source",
        "report",
        "Whose report it is: a newspaper, an agency. Blank: the report of the row above of this incident.",
    ),
    Column("source_kind", "report", "What the source is. Blank: other.", "source_kind"),
    Column("source_side", "report", "The party the source speaks for, if any."),
    Column("report_kind", "report", "What kind of item it is. Blank: article.", "report_kind"),
    Column("report_title", "report", "Title of the article or statement. Blank: made from source and date."),
    Column("report_url", "report", "Address of the report."),
    Column("report_published", "report", "Day it was published."),
    Column(
        "origin",
        "claim",
        "Who originally said the number, where the report quotes somebody. Blank: the source itself.",
    ),
    Column("origin_kind", "claim", "What the origin is. Blank: other.", "source_kind"),
    Column("origin_side", "claim", "The party the origin speaks for, if any."),
    Column("origin_basis", "claim", "How the origin is known. Blank: stated.", "origin_basis"),
    Column("claim_as_of", "claim", "The day the numbers refer to."),
    Column(
        "claim_counts_from",
        "claim",
        "First day that the numbers count, where they are a running total up to claim_as_of.",
    ),
    Column("excerpt", "claim", "The sentence of the report, word for word."),
    Column("caveat", "claim", 'A reservation the source makes, for example "preliminary".'),
    Column("label", "figure", "A name for this row's figure, so that relation_to can point to it."),
    Column("outcome", "figure", "What happened to these persons. Required with a number.", "outcome"),
    Column("status", "figure", "Their status. Blank: the source does not speak of it.", "status"),
    Column("sex", "figure", "Their sex. Blank: the source does not speak of it.", "sex"),
    Column(
        "age",
        "figure",
        "child, adult, 34, 0-17, 18+, unknown. Blank: the source does not speak of it.",
    ),
    Column(
        "number",
        "figure",
        "33, 10-12, at least 33, more than 200, up to 12, about 50, dozens; mention for harm without a "
        "number. 0 only where the source says that nobody was harmed.",
    ),
    Column("low", "figure", "Lower number as said, in place of number."),
    Column("high", "figure", "Higher number as said, in place of number."),
    Column("comparator", "figure", "The word before the numbers in low and high.", "comparator"),
    Column("wording", "figure", "The words of the source for this number. Blank: what number says."),
    Column("relation", "figure", "How the figure stands to another of the same claim.", "relation"),
    Column("relation_to", "figure", "The label of that other figure."),
    Column("group", "figure", "A group these persons belong to.", "group"),
    Column("losses_of", "figure", "Whose members they are, where they are a party's."),
    Column("stated_as", "figure", 'The source\'s own word for them, for example "militants".'),
    Column("object", "figure", "For harm to things: what was harmed, in place of outcome.", "object_kind"),
    Column("effect", "figure", "For harm to things: what happened to it.", "object_effect"),
    Column("note", "figure", "A note of the recorder on this figure."),
)
BY_NAME = {column.name: column for column in COLUMNS}
EXAMPLE = "EXAMPLE"
"""Rows whose incident label begins so are the template's own and are not read."""
