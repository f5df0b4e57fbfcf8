"""Overlaps: persons of a period aggregate who are counted elsewhere or do not belong."""

import sqlalchemy as sa

from db.tables.base import check_age, check_code, check_range, integer, record_table, refers, text
from domain.vocab import Outcome, OverlapKind, Sex, Status

overlap = record_table(
    "overlap",
    text("aggregate", "F0"),
    text("incident", "F0", nullable=True),
    text("kind", "F0"),
    text("outcome", "F0"),
    text("status", "F0", nullable=True),
    text("sex", "F0", nullable=True),
    integer("age_low", "F0", nullable=True),
    integer("age_high", "F0", nullable=True),
    integer("low", "F0", nullable=True),
    integer("high", "F0", nullable=True),
    text("note", "F1", nullable=True),
    refers("aggregate", "incident"),
    refers("incident", "incident"),
    check_code("kind", OverlapKind),
    check_code("outcome", Outcome),
    check_code("status", Status),
    check_code("sex", Sex),
    check_range("low", "high"),
    check_age(),
    sa.CheckConstraint("incident <> aggregate", name="incident_is_another"),
    sa.CheckConstraint("incident IS NOT NULL OR low IS NOT NULL", name="says_how_many"),
    sa.Index("ix_overlap_organisation_aggregate", "organisation", "aggregate", "seq"),
    sa.Index("ix_overlap_organisation_incident", "organisation", "incident"),
)
