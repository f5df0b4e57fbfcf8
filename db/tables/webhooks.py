"""Webhooks, the messages to them, and the log of every attempt to deliver one.

Messages and attempts are no acts: they say nothing about the record, and follow from what does.
"""

import sqlalchemy as sa

from db.tables.base import check_code, integer, record_table, refers, table, text
from domain.vocab import DeliveryState, WebhookState

webhook = record_table(
    "webhook",
    text("label", "F1", nullable=True),
    # May carry a secret of the receiver's own.
    text("url", "F2"),
    text("types", "F1"),
    text("state", "F1"),
    text("state_reason", "F1", nullable=True),
    text("rotated_at", "F1", nullable=True),
    text("last_replayed", "F1", nullable=True),
    # Kept as it is, for it signs; no revision, no answer and no line of a log holds it.
    text("secret", "F3"),
    text("previous_secret", "F3", nullable=True),
    text("previous_until", "F1", nullable=True),
    # Since when nothing was taken; null after a message was.
    text("failing_since", "F1", nullable=True),
    check_code("state", WebhookState),
    sa.CheckConstraint(
        "(previous_secret IS NULL) = (previous_until IS NULL)", name="previous_secret_has_end"
    ),
)

delivery = table(
    "delivery",
    text("id", "F1", primary_key=True),
    text("organisation", "F0"),
    text("webhook", "F1"),
    text("type", "F1"),
    text("job", "F1", nullable=True),
    # The bytes that are signed, the same in every attempt.
    text("body", "F2"),
    text("state", "F1"),
    text("created_at", "F1"),
    integer("attempts", "F1"),
    # Attempts of all rounds: a replay begins a new round and numbers on.
    integer("sent", "F1"),
    text("not_before", "F1"),
    text("leased_until", "F1", nullable=True),
    text("finished_at", "F1", nullable=True),
    sa.UniqueConstraint("organisation", "id"),
    sa.ForeignKeyConstraint(["organisation"], ["organisation.id"]),
    refers("webhook", "webhook"),
    refers("job", "job"),
    check_code("state", DeliveryState),
    sa.CheckConstraint("attempts >= 0 AND sent >= attempts", name="counts_in_order"),
    sa.Index(
        "ix_delivery_waiting",
        "not_before",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
    sa.Index("ix_delivery_organisation_webhook", "organisation", "webhook", "created_at", "id"),
)

delivery_attempt = table(
    "delivery_attempt",
    text("organisation", "F0"),
    text("delivery", "F1"),
    integer("number", "F1"),
    text("at", "F1"),
    integer("status", "F1", nullable=True),
    integer("duration_ms", "F1"),
    text("error", "F1", nullable=True),
    sa.PrimaryKeyConstraint("organisation", "delivery", "number"),
    refers("delivery", "delivery"),
)
