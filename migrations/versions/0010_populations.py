"""Populations: the denominators of rates, each pinned by the digest of its file."""

import importlib

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
VISIBILITIES = ("restricted", "organisation", "partners", "public")
append_only = importlib.import_module("migrations.versions.0002_append_only")


def upgrade() -> None:
    op.create_table(
        "population",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.CheckConstraint(
            "visibility IN ({})".format(", ".join(f"'{code}'" for code in VISIBILITIES)),
            name=op.f("ck_population_visibility_is_code"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_population_version_from_one")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_population_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_population")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_population_organisation_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_population_organisation_seq", "population", ["organisation", "seq"])
    append_only.keep_append_only("population")


def downgrade() -> None:
    append_only.allow_changes("population")
    op.drop_table("population")
