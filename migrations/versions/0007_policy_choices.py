"""The policy that an organisation chooses, and the count of its assessments by policy."""

import importlib

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
VISIBILITIES = ("restricted", "organisation", "partners", "public")
append_only = importlib.import_module("migrations.versions.0002_append_only")


def upgrade() -> None:
    op.create_table(
        "policy_choice",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("policy", TEXT, nullable=False),
        sa.Column("policy_version", TEXT, nullable=False),
        sa.Column("methodology_version", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=True),
        sa.CheckConstraint(
            "visibility IN ({})".format(", ".join(f"'{code}'" for code in VISIBILITIES)),
            name=op.f("ck_policy_choice_visibility_is_code"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_policy_choice_version_from_one")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_policy_choice_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_choice")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_policy_choice_organisation_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_policy_choice_organisation_seq", "policy_choice", ["organisation", "seq"])
    append_only.keep_append_only("policy_choice")
    op.create_index(
        "ix_assessment_organisation_policy",
        "assessment",
        ["organisation", "state", "policy", "policy_version", "seq"],
    )


def downgrade() -> None:
    op.drop_index("ix_assessment_organisation_policy", "assessment")
    append_only.allow_changes("policy_choice")
    op.drop_table("policy_choice")
