"""The log, the revisions it commits to, and what makes a retried request harmless."""

import sqlalchemy as sa

from db.tables.base import big, check_code, integer, table, text
from domain.vocab import ReasonCode

log_head = table(
    "log_head",
    text("organisation", "F0", primary_key=True),
    big("seq", "F0"),
    text("hash", "F0"),
    text("at", "F0"),
    # The latest sequences that moved a fact, and the standing of an incident: what caches key on.
    big("fact_seq", "F0"),
    big("standing_seq", "F0"),
    sa.ForeignKeyConstraint(["organisation"], ["organisation.id"]),
)

log = table(
    "log",
    text("organisation", "F0"),
    big("seq", "F0"),
    integer("format", "F0"),
    text("at", "F0"),
    text("actor", "F1"),
    text("action", "F0"),
    text("object", "F0"),
    integer("object_version", "F0"),
    text("reason_code", "F0", nullable=True),
    text("commitment", "F0"),
    text("previous", "F0"),
    text("hash", "F0"),
    sa.PrimaryKeyConstraint("organisation", "seq"),
    sa.ForeignKeyConstraint(["organisation"], ["organisation.id"]),
    check_code("reason_code", ReasonCode),
    sa.CheckConstraint("seq >= 1", name="seq_from_one"),
    sa.Index("ix_log_organisation_at", "organisation", "at"),
)

revision = table(
    "revision",
    text("organisation", "F0"),
    text("object", "F0"),
    integer("version", "F0"),
    big("seq", "F0"),
    text("content", "F2"),
    text("reason", "F1", nullable=True),
    text("salt", "F2"),
    sa.PrimaryKeyConstraint("object", "version"),
    sa.UniqueConstraint("organisation", "seq"),
    sa.ForeignKeyConstraint(["organisation", "seq"], ["log.organisation", "log.seq"]),
)

idempotency = table(
    "idempotency",
    text("organisation", "F0"),
    text("actor", "F1"),
    text("key", "F1"),
    text("request_hash", "F1"),
    integer("status", "F1"),
    text("body", "F2"),
    text("headers", "F1"),
    text("at", "F1"),
    sa.PrimaryKeyConstraint("organisation", "actor", "key"),
    sa.ForeignKeyConstraint(["organisation"], ["organisation.id"]),
    sa.Index("ix_idempotency_organisation_at", "organisation", "at"),
)
