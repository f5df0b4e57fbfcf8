"""Persons' words on whether a later claim replaces an earlier one."""

import sqlalchemy as sa

from db.tables.base import check_age, check_code, check_flag, flag, integer, record_table, refers, text
from domain.vocab import Outcome, Sex, Status

supersession = record_table(
    "supersession",
    text("incident", "F0"),
    text("earlier", "F1"),
    text("later", "F1"),
    flag("confirmed", "F0"),
    text("outcome", "F0", nullable=True),
    text("status", "F0", nullable=True),
    text("sex", "F0", nullable=True),
    integer("age_low", "F0", nullable=True),
    integer("age_high", "F0", nullable=True),
    text("note", "F1", nullable=True),
    refers("incident", "incident"),
    refers("earlier", "claim"),
    refers("later", "claim"),
    check_code("outcome", Outcome),
    check_code("status", Status),
    check_code("sex", Sex),
    check_flag("confirmed"),
    check_age(),
    sa.CheckConstraint("earlier <> later", name="later_is_another"),
    sa.Index("ix_supersession_organisation_incident", "organisation", "incident", "seq"),
)
