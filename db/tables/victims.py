"""Victims, and what each list says of them."""

import sqlalchemy as sa

from db.tables.base import check_age, check_code, child_table, integer, record_table, refers, text
from domain.vocab import Group, Outcome, Sex, Status

victim = record_table(
    "victim",
    text("incident", "F1"),
    text("external_id", "F2", nullable=True),
    integer("age_low", "F1", nullable=True),
    integer("age_high", "F1", nullable=True),
    text("sex", "F1"),
    text("status", "F1"),
    text("note", "F2", nullable=True),
    refers("incident", "incident"),
    check_code("sex", Sex),
    check_code("status", Status),
    check_age(),
    sa.Index("ix_victim_organisation_incident", "organisation", "incident", "seq"),
    sa.Index("ix_victim_organisation_external_id", "organisation", "external_id"),
)

victim_name = child_table(
    "victim_name",
    "victim",
    text("name", "F2"),
    text("script", "F2", nullable=True),
)

victim_group = child_table(
    "victim_group",
    "victim",
    text("code", "F1"),
    check_code("code", Group),
)

victim_outcome = child_table(
    "victim_outcome",
    "victim",
    text("outcome", "F1"),
    text("start", "F1", nullable=True),
    text("end", "F1", nullable=True),
    text("recognised", "F1", nullable=True),
    check_code("outcome", Outcome),
)

listing = record_table(
    "listing",
    text("report", "F1"),
    text("victim", "F1"),
    integer("row", "F1", nullable=True),
    text("name", "F2", nullable=True),
    text("external_id", "F2", nullable=True),
    text("outcome", "F1"),
    text("age_listed", "F1", nullable=True),
    integer("age_low", "F1", nullable=True),
    integer("age_high", "F1", nullable=True),
    text("sex", "F1"),
    text("status", "F1"),
    refers("report", "report"),
    refers("victim", "victim"),
    check_code("outcome", Outcome),
    check_code("sex", Sex),
    check_code("status", Status),
    check_age(),
    sa.Index("ix_listing_organisation_victim", "organisation", "victim", "seq"),
    sa.Index("ix_listing_organisation_report_row", "organisation", "report", "row"),
)

listing_extra = child_table(
    "listing_extra",
    "listing",
    text("name", "F2"),
    text("value", "F2"),
)
