"""How people sign in: logins, what each opens, sessions, invitations, and secrets about to end."""

import importlib

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

LOGIN_KINDS = ("password", "oidc")
work = importlib.import_module("migrations.versions.0008_jobs")


def upgrade() -> None:
    work._make(
        "login",
        *(work._text(name) for name in ("id", "person", "kind", "key")),
        work._text("password_hash", nullable=True),
        sa.Column("passwords", sa.Integer(), nullable=False),
        work._text("changed_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_login_person")),
        sa.UniqueConstraint("key", name=op.f("uq_login_key")),
        checks={
            "kind_is_code": work._among("kind", LOGIN_KINDS),
            "password_has_hash": "(kind = 'password') = (password_hash IS NOT NULL)",
            "passwords_from_one": "passwords >= 1",
        },
    )
    work._make_record(
        "sign_in",
        *(work._text(name) for name in ("member", "login", "kind")),
        work._text("removed_at", nullable=True),
        work._refers("sign_in", "member"),
        sa.ForeignKeyConstraint(["login"], ["login.id"], name=op.f("fk_sign_in_login")),
        sa.UniqueConstraint(
            "organisation", "member", "login", name=op.f("uq_sign_in_organisation_member_login")
        ),
        checks={"kind_is_code": work._among("kind", LOGIN_KINDS)},
    )
    op.create_index("ix_sign_in_login", "sign_in", ["login"])
    work._make_record(
        "session",
        *(work._text(name) for name in ("member", "sign_in", "expires_at")),
        work._text("ended_at", nullable=True),
        work._text("secret_hash"),
        sa.Column("login_version", sa.Integer(), nullable=False),
        work._text("last_used_at"),
        work._refers("session", "member"),
        work._refers("session", "sign_in"),
        _one_secret("session"),
        checks={},
    )
    op.create_index("ix_session_secret_hash", "session", ["secret_hash"])
    op.create_index("ix_session_member", "session", ["organisation", "member"])
    work._make_record(
        "invitation",
        *(work._text(name) for name in ("name", "roles")),
        *(work._text(name, nullable=True) for name in ("member", "invited_by")),
        work._text("expires_at"),
        *(work._text(name, nullable=True) for name in ("accepted_at", "revoked_at")),
        work._text("secret_hash"),
        work._refers("invitation", "member"),
        _one_secret("invitation"),
        checks={
            "ends_once": "accepted_at IS NULL OR revoked_at IS NULL",
            "accepted_has_member": "accepted_at IS NULL OR member IS NOT NULL",
        },
    )
    op.create_index("ix_invitation_secret_hash", "invitation", ["secret_hash"])
    work._make(
        "old_secret",
        *(work._text(name) for name in ("organisation", "token", "secret_hash", "until")),
        sa.PrimaryKeyConstraint("organisation", "token", name=op.f("pk_old_secret")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_old_secret_organisation")
        ),
        work._refers("old_secret", "token"),
        _one_secret("old_secret"),
        checks={},
    )
    op.create_index("ix_old_secret_secret_hash", "old_secret", ["secret_hash"])
    work._make(
        "oidc_flow",
        *(work._text(name) for name in ("state_hash", "browser_hash", "nonce", "verifier")),
        *(work._text(name, nullable=True) for name in ("asked", "invitation_hash", "session")),
        work._text("expires_at"),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_oidc_flow")),
        checks={},
    )
    op.create_index("ix_oidc_flow_expires_at", "oidc_flow", ["expires_at"])


def _one_secret(name: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(
        "organisation", "secret_hash", name=op.f(f"uq_{name}_organisation_secret_hash")
    )


def downgrade() -> None:
    # What administrators and members did stays in the revisions and the log; who signed in is invited anew.
    for name in ("oidc_flow", "old_secret", "invitation", "session", "sign_in", "login"):
        op.drop_table(name)
