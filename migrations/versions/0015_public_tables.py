"""Editions of the fixed public tables, with their documents ready to send."""

import importlib

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
VISIBILITIES = ("restricted", "organisation", "partners", "public")
TABLES = ("table_edition", "public_table")
append_only = importlib.import_module("migrations.versions.0002_append_only")


def upgrade() -> None:
    op.create_table(
        "table_edition",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("author", TEXT, nullable=False),
        sa.CheckConstraint(
            "visibility IN ({})".format(", ".join(f"'{code}'" for code in VISIBILITIES)),
            name=op.f("ck_table_edition_visibility_is_code"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_table_edition_version_from_one")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_table_edition_number_from_one")),
        sa.CheckConstraint("threshold BETWEEN 3 AND 20", name=op.f("ck_table_edition_threshold_in_range")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_table_edition_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "author"],
            ["member.organisation", "member.id"],
            name=op.f("fk_table_edition_organisation_author"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_edition")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_table_edition_organisation_id")),
        sa.UniqueConstraint("organisation", "number", name=op.f("uq_table_edition_organisation_number")),
        sqlite_strict=True,
    )
    op.create_index("ix_table_edition_organisation_seq", "table_edition", ["organisation", "seq"])
    op.create_table(
        "public_table",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("table_name", TEXT, nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.Column("etag", TEXT, nullable=False),
        sa.Column("made_at", TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "edition"],
            ["table_edition.organisation", "table_edition.number"],
            name=op.f("fk_public_table_organisation_edition"),
        ),
        sa.PrimaryKeyConstraint("organisation", "edition", "table_name", name=op.f("pk_public_table")),
        sqlite_strict=True,
    )
    for name in TABLES:
        append_only.keep_append_only(name)


def downgrade() -> None:
    # What each edition counted stays in the revisions; the documents do not.
    for name in reversed(TABLES):
        append_only.allow_changes(name)
        op.drop_table(name)
