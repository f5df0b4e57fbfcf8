"""Agreements, by which another organisation reads what is kept for partners."""

import importlib

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

work = importlib.import_module("migrations.versions.0008_jobs")


def upgrade() -> None:
    work._make_record(
        "agreement",
        *(work._text(name) for name in ("partner", "expires_at")),
        sa.Column("ended", sa.Integer(), nullable=False),
        work._text("reason"),
        checks={"ended_is_truth": "ended IN (0, 1)", "partner_is_another": "partner <> organisation"},
    )
    op.create_index("ix_agreement_partner", "agreement", ["partner", "organisation"])


def downgrade() -> None:
    # What was agreed stays in the revisions and the log, and nobody reads by it any more.
    op.drop_table("agreement")
