"""The fixed public tables, edition by edition: never changed, only followed by another."""

import sqlalchemy as sa

from db.tables.base import big, integer, record_table, refers, table, text

# What was counted, incident by incident, stands in the revision alone: it is the organisation's.
table_edition = record_table(
    "table_edition",
    integer("number", "F0"),
    integer("threshold", "F0"),
    integer("until", "F0"),
    text("digest", "F0"),
    big("known_at", "F0"),
    text("author", "F1"),
    refers("author", "member"),
    sa.UniqueConstraint("organisation", "number"),
    sa.CheckConstraint("number >= 1", name="number_from_one"),
    sa.CheckConstraint("threshold BETWEEN 3 AND 20", name="threshold_in_range"),
)

public_table = table(
    "public_table",
    text("organisation", "F0"),
    integer("edition", "F0"),
    text("table_name", "F0"),
    # Ready to send.
    text("document", "F0"),
    text("etag", "F0"),
    text("made_at", "F0"),
    big("seq", "F0"),
    sa.PrimaryKeyConstraint("organisation", "edition", "table_name"),
    sa.ForeignKeyConstraint(
        ["organisation", "edition"], ["table_edition.organisation", "table_edition.number"]
    ),
)
