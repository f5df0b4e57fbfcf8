"""Schedules, and jobs: what is to be done, and how far a worker has come with it.

What a member decides (the job is to be done, is cancelled, is tried again) is content, an act with its
revision. How the work goes (state, attempts, lease, progress, result) is beside it and changes without an
act: a heartbeat every few seconds decides nothing about the record, and an entry for each would bury
those that do and lock the log's head against everybody who records meanwhile.
"""

import sqlalchemy as sa

from db.tables.base import big, check_code, check_flag, flag, integer, record_table, refers, text
from domain.vocab import JobState, Rhythm, ScheduleState

schedule = record_table(
    "schedule",
    text("label", "F1", nullable=True),
    text("kind", "F1"),
    text("parameters", "F1"),
    text("rhythm", "F1"),
    integer("day", "F1", nullable=True),
    text("cron", "F1", nullable=True),
    text("state", "F1"),
    # When it is due next; null while it makes no jobs.
    text("next_due", "F1", nullable=True),
    text("last_due", "F1", nullable=True),
    check_code("rhythm", Rhythm),
    check_code("state", ScheduleState),
    sa.CheckConstraint("day BETWEEN 1 AND 31", name="day_in_month"),
    sa.CheckConstraint("(rhythm = 'cron') = (cron IS NOT NULL)", name="cron_has_line"),
    sa.CheckConstraint("(state = 'active') = (next_due IS NOT NULL)", name="active_is_due"),
    sa.Index(
        "ix_schedule_due",
        "next_due",
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    ),
)

job = record_table(
    "job",
    text("kind", "F1"),
    text("parameters", "F1"),
    text("schedule", "F1", nullable=True),
    # The instant of the schedule that it is for.
    text("due", "F1", nullable=True),
    flag("cancelled", "F1"),
    # From here on: how the work goes, changed by workers.
    text("state", "F1"),
    text("created_at", "F1"),
    integer("attempts", "F1"),
    text("not_before", "F1"),
    text("leased_until", "F1", nullable=True),
    text("worker", "F1", nullable=True),
    text("started_at", "F1", nullable=True),
    text("finished_at", "F1", nullable=True),
    integer("progress_done", "F1"),
    integer("progress_of", "F1", nullable=True),
    # The end of the log when it was first taken in hand: what it is as of, in every attempt.
    big("known_seq", "F0", nullable=True),
    text("result", "F1", nullable=True),
    text("error_code", "F1", nullable=True),
    text("error_detail", "F1", nullable=True),
    refers("schedule", "schedule"),
    # One job an instant of a schedule, whatever two workers do at once.
    sa.UniqueConstraint("organisation", "schedule", "due"),
    check_code("state", JobState),
    check_flag("cancelled"),
    sa.CheckConstraint("(schedule IS NULL) = (due IS NULL)", name="schedule_has_due"),
    sa.CheckConstraint("(state = 'cancelled') = (cancelled = 1)", name="cancelled_by_a_member"),
    sa.CheckConstraint(
        "(state = 'running') = (leased_until IS NOT NULL AND worker IS NOT NULL)", name="running_is_leased"
    ),
    sa.CheckConstraint(
        "(state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)", name="ended_has_end"
    ),
    sa.CheckConstraint("(state = 'failed') <= (error_code IS NOT NULL)", name="failed_has_error"),
    sa.CheckConstraint("attempts >= 0 AND progress_done >= 0", name="counts_from_zero"),
    sa.Index(
        "ix_job_waiting",
        "not_before",
        "seq",
        sqlite_where=sa.text("state IN ('queued', 'running')"),
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    ),
    sa.Index("ix_job_organisation_created", "organisation", "created_at", "id"),
)
