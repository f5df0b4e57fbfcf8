"""Parties to the conflict, and whoever says something."""

import sqlalchemy as sa

from db.tables.base import check_code, check_flag, flag, record_table, text
from domain.vocab import SourceKind

party = record_table(
    "party",
    text("code", "F0"),
    text("name", "F0"),
    text("side", "F0", nullable=True),
    sa.UniqueConstraint("organisation", "code"),
    sa.ForeignKeyConstraint(["organisation", "side"], ["party.organisation", "party.code"]),
)

source = record_table(
    "source",
    text("kind", "F0"),
    # Sensitive where the source is confidential: db/field_classes.py.
    text("name", "F1"),
    flag("named", "F1"),
    text("side", "F1", nullable=True),
    text("reliability", "F1", nullable=True),
    flag("confidential", "F1"),
    text("note", "F2", nullable=True),
    check_code("kind", SourceKind),
    check_flag("named"),
    check_flag("confidential"),
    sa.ForeignKeyConstraint(["organisation", "side"], ["party.organisation", "party.code"]),
    sa.Index("ix_source_organisation_name", "organisation", "name"),
)
