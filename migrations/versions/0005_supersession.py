"""Persons' words on whether a later claim replaces an earlier one."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
CODES = {
    "visibility": ("restricted", "organisation", "partners", "public"),
    "outcome": ("killed", "injured", "missing", "detained", "killed_or_injured"),
    "status": (
        "civilian",
        "other_protected_person",
        "security_forces",
        "armed_forces",
        "police",
        "paramilitary",
        "direct_participant",
        "unknown",
    ),
    "sex": ("female", "male", "other", "unknown"),
}


def upgrade() -> None:
    op.create_table(
        "supersession",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("incident", TEXT, nullable=False),
        sa.Column("earlier", TEXT, nullable=False),
        sa.Column("later", TEXT, nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("outcome", TEXT, nullable=True),
        sa.Column("status", TEXT, nullable=True),
        sa.Column("sex", TEXT, nullable=True),
        sa.Column("age_low", sa.Integer(), nullable=True),
        sa.Column("age_high", sa.Integer(), nullable=True),
        sa.Column("note", TEXT, nullable=True),
        *(
            sa.CheckConstraint(
                f"{name} IN ({', '.join(repr(code) for code in codes)})",
                name=op.f(f"ck_supersession_{name}_is_code"),
            )
            for name, codes in CODES.items()
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_supersession_version_from_one")),
        sa.CheckConstraint("confirmed IN (0, 1)", name=op.f("ck_supersession_confirmed_is_truth")),
        sa.CheckConstraint("earlier <> later", name=op.f("ck_supersession_later_is_another")),
        sa.CheckConstraint(
            "(age_low IS NULL AND age_high IS NULL) OR "
            "(age_low >= 0 AND (age_high IS NULL OR age_high >= age_low))",
            name=op.f("ck_supersession_age_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_supersession_organisation")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["organisation", name],
                [f"{target}.organisation", f"{target}.id"],
                name=op.f(f"fk_supersession_organisation_{name}"),
            )
            for name, target in (("incident", "incident"), ("earlier", "claim"), ("later", "claim"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supersession")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_supersession_organisation_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_supersession_organisation_seq", "supersession", ["organisation", "seq"])
    op.create_index(
        "ix_supersession_organisation_incident", "supersession", ["organisation", "incident", "seq"]
    )


def downgrade() -> None:
    op.drop_table("supersession")
