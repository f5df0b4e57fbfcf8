"""The index that sums are read from holds the assessment, which says who may read a fact."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SUMMED = (
    *("organisation", "role", "grain", "outcome", "valid_to", "valid_from", "period_start", "period_end"),
    *("sex", "age_low", "age_high", "status", "verification", "low", "high", "open", "incident"),
)


def upgrade() -> None:
    op.drop_index("ix_fact_sum", "fact")
    op.create_index("ix_fact_sum", "fact", [*SUMMED, "assessment"])


def downgrade() -> None:
    op.drop_index("ix_fact_sum", "fact")
    op.create_index("ix_fact_sum", "fact", list(SUMMED))
