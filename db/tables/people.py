"""How people sign in: logins, what each opens, sessions, invitations, and secrets about to end.

A login is a person's and not an organisation's, for a person may be a member of several. What it opens is
said by each organisation for itself (``sign_in``), so that none can let somebody into another.
"""

import sqlalchemy as sa

from db.tables.base import check_code, integer, record_table, refers, table, text
from domain.vocab import LoginKind

login = table(
    "login",
    text("id", "F0", primary_key=True),
    text("person", "F1"),
    text("kind", "F1"),
    # What it is found by: the login name, or issuer and subject. Unique in the deployment.
    text("key", "F2"),
    text("password_hash", "F3", nullable=True),
    # Counts its passwords: a session of an earlier one is over.
    integer("passwords", "F1"),
    text("changed_at", "F1"),
    sa.ForeignKeyConstraint(["person"], ["person.id"]),
    sa.UniqueConstraint("key"),
    check_code("kind", LoginKind),
    sa.CheckConstraint("(kind = 'password') = (password_hash IS NOT NULL)", name="password_has_hash"),
    sa.CheckConstraint("passwords >= 1", name="passwords_from_one"),
)

# That a login opens a membership, until it is taken back.
sign_in = record_table(
    "sign_in",
    text("member", "F1"),
    text("login", "F1"),
    text("kind", "F1"),
    text("removed_at", "F1", nullable=True),
    refers("member", "member"),
    sa.ForeignKeyConstraint(["login"], ["login.id"]),
    sa.UniqueConstraint("organisation", "member", "login"),
    check_code("kind", LoginKind),
    sa.Index("ix_sign_in_login", "login"),
)

session = record_table(
    "session",
    text("member", "F1"),
    text("sign_in", "F1"),
    text("expires_at", "F1"),
    text("ended_at", "F1", nullable=True),
    text("secret_hash", "F3"),
    integer("login_version", "F1"),
    # Written every few minutes at most, and in no revision: using a session is no act.
    text("last_used_at", "F1"),
    refers("member", "member"),
    refers("sign_in", "sign_in"),
    sa.UniqueConstraint("organisation", "secret_hash"),
    sa.Index("ix_session_secret_hash", "secret_hash"),
    sa.Index("ix_session_member", "organisation", "member"),
)

invitation = record_table(
    "invitation",
    text("name", "F2"),
    text("roles", "F1"),
    # Of somebody who is a member already: for their first way of signing in, or instead of a lost one.
    text("member", "F1", nullable=True),
    # Who invited, if a member did: with them goes what nobody has accepted yet.
    text("invited_by", "F1", nullable=True),
    text("expires_at", "F1"),
    text("accepted_at", "F1", nullable=True),
    text("revoked_at", "F1", nullable=True),
    text("secret_hash", "F3"),
    refers("member", "member"),
    sa.UniqueConstraint("organisation", "secret_hash"),
    sa.CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name="ends_once"),
    sa.CheckConstraint("accepted_at IS NULL OR member IS NOT NULL", name="accepted_has_member"),
    sa.Index("ix_invitation_secret_hash", "secret_hash"),
)

# The secret that a token had before it was rotated, while it still works beside the new one.
old_secret = table(
    "old_secret",
    text("organisation", "F0"),
    text("token", "F1"),
    text("secret_hash", "F3"),
    text("until", "F1"),
    sa.PrimaryKeyConstraint("organisation", "token"),
    sa.ForeignKeyConstraint(["organisation"], ["organisation.id"]),
    refers("token", "token"),
    sa.UniqueConstraint("organisation", "secret_hash"),
    sa.Index("ix_old_secret_secret_hash", "secret_hash"),
)

# What somebody began at the identity provider, until they come back: no organisation's, for they have not
# shown yet who they are. A row is found by a random state that only the browser knows.
oidc_flow = table(
    "oidc_flow",
    text("state_hash", "F3", primary_key=True),
    text("browser_hash", "F3"),
    text("nonce", "F3"),
    text("verifier", "F3"),
    text("asked", "F1", nullable=True),
    text("invitation_hash", "F3", nullable=True),
    text("session", "F1", nullable=True),
    text("expires_at", "F1"),
    sa.Index("ix_oidc_flow_expires_at", "expires_at"),
)
