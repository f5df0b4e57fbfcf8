"""Schedules, jobs, webhooks and the messages to them."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
VISIBILITIES = ("restricted", "organisation", "partners", "public")
JOB_STATES = ("queued", "running", "done", "failed", "cancelled")
SCHEDULE_STATES = ("active", "paused", "removed")
RHYTHMS = ("monthly", "quarterly", "yearly", "cron")
WEBHOOK_STATES = ("active", "disabled", "removed")
DELIVERY_STATES = ("waiting", "delivered", "failed", "dropped")


def upgrade() -> None:
    _make_record(
        "schedule",
        _text("label", nullable=True),
        _text("kind"),
        _text("parameters"),
        _text("rhythm"),
        sa.Column("day", sa.Integer(), nullable=True),
        _text("cron", nullable=True),
        _text("state"),
        _text("next_due", nullable=True),
        _text("last_due", nullable=True),
        checks={
            "rhythm_is_code": _among("rhythm", RHYTHMS),
            "state_is_code": _among("state", SCHEDULE_STATES),
            "day_in_month": "day BETWEEN 1 AND 31",
            "cron_has_line": "(rhythm = 'cron') = (cron IS NOT NULL)",
            "active_is_due": "(state = 'active') = (next_due IS NOT NULL)",
        },
    )
    _index_where("ix_schedule_due", "schedule", ["next_due"], "state = 'active'")
    _make_record(
        "job",
        _text("kind"),
        _text("parameters"),
        _text("schedule", nullable=True),
        _text("due", nullable=True),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        _text("state"),
        _text("created_at"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _text("not_before"),
        *(_text(name, nullable=True) for name in ("leased_until", "worker", "started_at", "finished_at")),
        sa.Column("progress_done", sa.Integer(), nullable=False),
        sa.Column("progress_of", sa.Integer(), nullable=True),
        sa.Column("known_seq", sa.BigInteger(), nullable=True),
        *(_text(name, nullable=True) for name in ("result", "error_code", "error_detail")),
        _refers("job", "schedule"),
        sa.UniqueConstraint("organisation", "schedule", "due", name=op.f("uq_job_organisation_schedule_due")),
        checks={
            "state_is_code": _among("state", JOB_STATES),
            "cancelled_is_truth": "cancelled IN (0, 1)",
            "schedule_has_due": "(schedule IS NULL) = (due IS NULL)",
            "cancelled_by_a_member": "(state = 'cancelled') = (cancelled = 1)",
            "running_is_leased": "(state = 'running') = (leased_until IS NOT NULL AND worker IS NOT NULL)",
            "ended_has_end": "(state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)",
            "failed_has_error": "(state = 'failed') <= (error_code IS NOT NULL)",
            "counts_from_zero": "attempts >= 0 AND progress_done >= 0",
        },
    )
    _index_where("ix_job_waiting", "job", ["not_before", "seq"], "state IN ('queued', 'running')")
    op.create_index("ix_job_organisation_created", "job", ["organisation", "created_at", "id"])
    _make_record(
        "webhook",
        _text("label", nullable=True),
        *(_text(name) for name in ("url", "types", "state")),
        *(_text(name, nullable=True) for name in ("state_reason", "rotated_at", "last_replayed")),
        _text("secret"),
        *(_text(name, nullable=True) for name in ("previous_secret", "previous_until", "failing_since")),
        checks={
            "state_is_code": _among("state", WEBHOOK_STATES),
            "previous_secret_has_end": "(previous_secret IS NULL) = (previous_until IS NULL)",
        },
    )
    _make(
        "delivery",
        *(_text(name) for name in ("id", "organisation", "webhook", "type")),
        _text("job", nullable=True),
        *(_text(name) for name in ("body", "state", "created_at")),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        _text("not_before"),
        *(_text(name, nullable=True) for name in ("leased_until", "finished_at")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_delivery_organisation_id")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_delivery_organisation")),
        _refers("delivery", "webhook"),
        _refers("delivery", "job"),
        checks={
            "state_is_code": _among("state", DELIVERY_STATES),
            "counts_in_order": "attempts >= 0 AND sent >= attempts",
        },
    )
    _index_where("ix_delivery_waiting", "delivery", ["not_before"], "state = 'waiting'")
    op.create_index(
        "ix_delivery_organisation_webhook", "delivery", ["organisation", "webhook", "created_at", "id"]
    )
    _make(
        "delivery_attempt",
        *(_text(name) for name in ("organisation", "delivery")),
        sa.Column("number", sa.Integer(), nullable=False),
        _text("at"),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        _text("error", nullable=True),
        sa.PrimaryKeyConstraint("organisation", "delivery", "number", name=op.f("pk_delivery_attempt")),
        _refers("delivery_attempt", "delivery"),
        checks={},
    )


def _make_record(name: str, *items: sa.schema.SchemaItem, checks: Mapping[str, str]) -> None:
    _make(
        name,
        *(_text(column) for column in ("id", "organisation", "visibility")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        _text("recorded_at"),
        *items,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("organisation", "id", name=op.f(f"uq_{name}_organisation_id")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f(f"fk_{name}_organisation")),
        checks={
            **checks,
            "visibility_is_code": _among("visibility", VISIBILITIES),
            "version_from_one": "version >= 1",
        },
    )
    op.create_index(f"ix_{name}_organisation_seq", name, ["organisation", "seq"])


def _make(name: str, *items: sa.schema.SchemaItem, checks: Mapping[str, str]) -> None:
    named = [sa.CheckConstraint(text, name=op.f(f"ck_{name}_{what}")) for what, text in checks.items()]
    op.create_table(name, *items, *named, sqlite_strict=True)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=nullable)


def _among(name: str, codes: Sequence[str]) -> str:
    return "{} IN ({})".format(name, ", ".join(f"'{code}'" for code in codes))


def _refers(name: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation", to],
        [f"{to}.organisation", f"{to}.id"],
        name=op.f(f"fk_{name}_organisation_{to}"),
    )


def _index_where(index: str, name: str, columns: list[str], condition: str) -> None:
    op.create_index(
        index, name, columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition)
    )


def downgrade() -> None:
    # What members decided stays in the revisions and the log.
    for name in ("delivery_attempt", "delivery", "webhook", "job", "schedule"):
        op.drop_table(name)
