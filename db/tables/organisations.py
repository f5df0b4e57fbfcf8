"""Organisations, the persons behind members, and tokens."""

import sqlalchemy as sa

from db.tables.base import check_code, check_flag, flag, record_table, refers, table, text
from domain.vocab import TokenKind

organisation = table(
    "organisation",
    text("id", "F0", primary_key=True),
    text("name", "F0"),
    text("methodology_version", "F0"),
    text("settings", "F1"),
    text("created_at", "F1"),
)

person = table(
    "person",
    text("id", "F1", primary_key=True),
    text("name", "F2"),
)

member = record_table(
    "member",
    text("person", "F1"),
    text("name", "F1"),
    text("roles", "F1"),
    flag("active", "F1"),
    check_flag("active"),
    sa.ForeignKeyConstraint(["person"], ["person.id"]),
    sa.UniqueConstraint("organisation", "person"),
)

# Which policy the organisation assesses under: never changed, only followed by another.
policy_choice = record_table(
    "policy_choice",
    text("policy", "F0"),
    text("policy_version", "F0"),
    text("methodology_version", "F0"),
    text("note", "F1", nullable=True),
)

token = record_table(
    "token",
    text("label", "F1"),
    text("kind", "F1"),
    text("member", "F1", nullable=True),
    text("roles", "F1"),
    text("secret_hash", "F3"),
    text("expires_at", "F1"),
    text("revoked_at", "F1", nullable=True),
    refers("member", "member"),
    check_code("kind", TokenKind),
    sa.CheckConstraint(
        "(kind = 'personal' AND member IS NOT NULL) OR (kind = 'service' AND member IS NULL)",
        name="personal_has_member",
    ),
    sa.UniqueConstraint("organisation", "secret_hash"),
    sa.Index("ix_token_secret_hash", "secret_hash"),
)
