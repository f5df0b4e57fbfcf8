"""Who may read what: the records that are not simply the organisation's, and who is named for them."""

import sqlalchemy as sa

from db.tables.base import check_code, check_flag, flag, record_table, refers, table, text
from domain.vocab import Visibility

reach = table(
    "reach",
    text("organisation", "F0"),
    text("object", "F0"),
    # The record whose own word makes it so: itself, or one that it is under.
    text("root", "F0"),
    text("kind", "F0"),
    text("level", "F0"),
    # The member who recorded the root and is named by that; empty where nobody need be named.
    text("recorder", "F1"),
    sa.PrimaryKeyConstraint("organisation", "object", "root"),
    sa.ForeignKeyConstraint(["organisation"], ["organisation.id"]),
    check_code("level", Visibility),
    sa.CheckConstraint("level <> 'organisation'", name="level_is_an_exception"),
    # Each row of each table that is read asks here: the answer comes from the index alone.
    sa.Index("ix_reach_object", "object", "level", "recorder", "root"),
)
"""The records whose effective visibility is not ``organisation``, one row for each cause.

Derived from the records by ``db/reach.py``, in the transaction of the act that moved it.
"""

clearance = record_table(
    "clearance",
    text("kind", "F0"),
    text("object", "F0"),
    text("member", "F1"),
    flag("ended", "F0"),
    text("reason", "F1"),
    refers("member", "member"),
    check_flag("ended"),
    sa.UniqueConstraint("organisation", "object", "member"),
    sa.Index("ix_clearance_member", "object", "member", "ended"),
)
"""That a member may read a restricted record."""
