"""Agreements: that an organisation lets another one read what it keeps for partners."""

import sqlalchemy as sa

from db.tables.base import check_flag, flag, record_table, text

agreement = record_table(
    "agreement",
    # The other organisation's id, and no reference to it: a refusal would tell which ids there are.
    text("partner", "F1"),
    text("expires_at", "F1"),
    flag("ended", "F1"),
    # Why the last act on it.
    text("reason", "F1"),
    check_flag("ended"),
    sa.CheckConstraint("partner <> organisation", name="partner_is_another"),
    # The gate is asked by the partner.
    sa.Index("ix_agreement_partner", "partner", "organisation"),
)
