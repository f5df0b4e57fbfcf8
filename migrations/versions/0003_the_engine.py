"""Columns that the engine needs: reasons of assessments, dates of verification, places of facts in a tree."""

import importlib

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
USES = ("used", "superseded", "set_aside", "beside", "flagged")
BASES = ("stated", "residual", "listed", "unallocated")
ROLES = ("alone", "whole", "remainder", "part")
REASONS = (
    "new_information",
    "late_verification",
    "reclassification",
    "duplicate_removed",
    "error_fixed",
    "judicial_confirmation",
    "source_retracted",
)
SUMMED = (
    "grain",
    "outcome",
    "valid_to",
    "valid_from",
    "period_start",
    "period_end",
    "sex",
    "age_low",
    "age_high",
    "status",
    "verification",
    "low",
    "high",
    "open",
    "incident",
)
IN_A_TREE = ("inner_agrees", "inner_start", "inner_end", "outer_agrees", "outer_start", "outer_end")
# An approved assessment is kept from change by a trigger that names its columns; 0002 knows how to write it.
append_only = importlib.import_module("migrations.versions.0002_append_only")


def upgrade() -> None:
    op.add_column("claim", sa.Column("counts_from", TEXT, nullable=True))
    op.add_column("figure", sa.Column("best", sa.Integer(), nullable=True))
    _drop_guard()
    with op.batch_alter_table("assessment", table_kwargs={"sqlite_strict": True}) as batch_op:
        batch_op.add_column(sa.Column("reason_code", TEXT, nullable=True))
        batch_op.add_column(sa.Column("reason", TEXT, nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_assessment_reason_code_is_code"), f"reason_code IN ({_listed(REASONS)})"
        )
    _guard()
    with op.batch_alter_table("assessment_claim", table_kwargs={"sqlite_strict": True}) as batch_op:
        batch_op.drop_constraint(op.f("ck_assessment_claim_use_is_code"), type_="check")
        batch_op.create_check_constraint(op.f("ck_assessment_claim_use_is_code"), f"use IN ({_listed(USES)})")
    with op.batch_alter_table("fact", table_kwargs={"sqlite_strict": True}) as batch_op:
        batch_op.add_column(sa.Column("verified_on", TEXT, nullable=True))
        batch_op.add_column(sa.Column("late", sa.Integer(), server_default=sa.text("(0)"), nullable=False))
        batch_op.add_column(sa.Column("role", TEXT, server_default=sa.text("('alone')"), nullable=False))
        for name in IN_A_TREE:
            kind = sa.Integer() if name.endswith("agrees") else TEXT
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        batch_op.drop_constraint(op.f("ck_fact_basis_is_code"), type_="check")
        batch_op.create_check_constraint(op.f("ck_fact_basis_is_code"), f"basis IN ({_listed(BASES)})")
        batch_op.create_check_constraint(op.f("ck_fact_role_is_code"), f"role IN ({_listed(ROLES)})")
        batch_op.create_check_constraint(op.f("ck_fact_late_is_truth"), "late IN (0, 1)")
        batch_op.drop_index("ix_fact_sum")
    op.create_index("ix_fact_sum", "fact", ["organisation", "role", *SUMMED])
    for name, where in (("ix_fact_late", "late = 1"), ("ix_fact_best", "best IS NOT NULL")):
        op.create_index(
            name,
            "fact",
            ["organisation", "grain", "outcome", "valid_to"],
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def downgrade() -> None:
    for name in ("ix_fact_best", "ix_fact_late", "ix_fact_sum"):
        op.drop_index(name, "fact")
    with op.batch_alter_table("fact", table_kwargs={"sqlite_strict": True}) as batch_op:
        for check in ("ck_fact_basis_is_code", "ck_fact_role_is_code", "ck_fact_late_is_truth"):
            batch_op.drop_constraint(op.f(check), type_="check")
        batch_op.create_check_constraint(op.f("ck_fact_basis_is_code"), f"basis IN ({_listed(BASES[:3])})")
        for name in ("verified_on", "late", "role", *IN_A_TREE):
            batch_op.drop_column(name)
    op.create_index("ix_fact_sum", "fact", ["organisation", *SUMMED])
    with op.batch_alter_table("assessment_claim", table_kwargs={"sqlite_strict": True}) as batch_op:
        batch_op.drop_constraint(op.f("ck_assessment_claim_use_is_code"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_assessment_claim_use_is_code"), f"use IN ({_listed(USES[:3])})"
        )
    _drop_guard()
    with op.batch_alter_table("assessment", table_kwargs={"sqlite_strict": True}) as batch_op:
        batch_op.drop_constraint(op.f("ck_assessment_reason_code_is_code"), type_="check")
        batch_op.drop_column("reason")
        batch_op.drop_column("reason_code")
    _guard()
    op.drop_column("figure", "best")
    op.drop_column("claim", "counts_from")


def _listed(codes: tuple[str, ...]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


def _guard() -> None:
    append_only.guard_assessments()


def _drop_guard() -> None:
    append_only.drop_guard_of_assessments()
