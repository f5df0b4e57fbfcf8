"""Overlaps of period aggregates."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KINDS = ("incident", "background", "fighters", "other")
OUTCOMES = ("killed", "injured", "missing", "detained", "killed_or_injured")
STATUSES = (
    "civilian",
    "other_protected_person",
    "security_forces",
    "armed_forces",
    "police",
    "paramilitary",
    "direct_participant",
    "unknown",
)
SEXES = ("female", "male", "other", "unknown")
VISIBILITIES = ("restricted", "organisation", "partners", "public")


def upgrade() -> None:
    op.create_table(
        "overlap",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("aggregate", TEXT, nullable=False),
        sa.Column("incident", TEXT, nullable=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=True),
        sa.Column("sex", TEXT, nullable=True),
        sa.Column("age_low", sa.Integer(), nullable=True),
        sa.Column("age_high", sa.Integer(), nullable=True),
        sa.Column("low", sa.Integer(), nullable=True),
        sa.Column("high", sa.Integer(), nullable=True),
        sa.Column("note", TEXT, nullable=True),
        *(
            sa.CheckConstraint(
                f"{name} IN ({', '.join(repr(code) for code in codes)})",
                name=op.f(f"ck_overlap_{name}_is_code"),
            )
            for name, codes in (
                ("kind", KINDS),
                ("outcome", OUTCOMES),
                ("status", STATUSES),
                ("sex", SEXES),
                ("visibility", VISIBILITIES),
            )
        ),
        sa.CheckConstraint(
            "(low IS NULL AND high IS NULL) OR (low >= 0 AND high >= low)",
            name=op.f("ck_overlap_low_high_in_order"),
        ),
        sa.CheckConstraint(
            "(age_low IS NULL AND age_high IS NULL) OR "
            "(age_low >= 0 AND (age_high IS NULL OR age_high >= age_low))",
            name=op.f("ck_overlap_age_in_order"),
        ),
        sa.CheckConstraint("incident <> aggregate", name=op.f("ck_overlap_incident_is_another")),
        sa.CheckConstraint("incident IS NOT NULL OR low IS NOT NULL", name=op.f("ck_overlap_says_how_many")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_overlap_version_from_one")),
        *(
            sa.ForeignKeyConstraint(
                ["organisation", name],
                ["incident.organisation", "incident.id"],
                name=op.f(f"fk_overlap_organisation_{name}"),
            )
            for name in ("aggregate", "incident")
        ),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_overlap_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overlap")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_overlap_organisation_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_overlap_organisation_aggregate", "overlap", ["organisation", "aggregate", "seq"])
    op.create_index("ix_overlap_organisation_incident", "overlap", ["organisation", "incident"])
    op.create_index("ix_overlap_organisation_seq", "overlap", ["organisation", "seq"])


def downgrade() -> None:
    # What was recorded stays in the revisions and the log.
    op.drop_table("overlap")
