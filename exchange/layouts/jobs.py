"""Layouts of what workers do: jobs, the schedules that make them, webhooks and the messages to them."""

from __future__ import annotations

from exchange.columns import Layout, code, instant, text, texts, whole
from exchange.layouts.shared import ID, LOG_SEQUENCE

_ACTS = whole("version", "Counts the acts of members on it.", required=True)
_KIND = text("kind", "The kind of job.", required=True)
_PARAMETERS = text("parameters", "What it is asked with, as JSON.", required=True)

JOBS = Layout(
    "jobs",
    "Jobs",
    "A job and how far it is.",
    (
        *(ID, _ACTS, LOG_SEQUENCE, _KIND, _PARAMETERS),
        text("schedule", "Id of the schedule that made it."),
        instant("due", "The schedule's instant that it is for, in UTC.", required=False),
        code("state", "job_state", "Where it stands.", required=True),
        whole("attempts", "Attempts begun.", required=True),
        whole("progress_done", "What is done: rows of an export, steps of the others.", required=True),
        whole("progress_of", "Of how much; empty where not known."),
        text("folder", "The folder that it wrote to, below the deployment's."),
        texts("files", "Names of the files that it wrote."),
        texts("files_sha256", "SHA-256 of each, in the same order."),
        whole("result_log_sequence", "The log sequence that what it made is as of."),
        text("error_code", "Why the last attempt failed, a stable code."),
        text("error_detail", "The same in words."),
        instant("created_at", "When it was made, in UTC."),
        instant("started_at", "When the last attempt began, in UTC.", required=False),
        instant("finished_at", "When it ended, in UTC.", required=False),
        instant("not_before", "When the next attempt is due, in UTC; of what ended, when the last was."),
    ),
    key=("id",),
    notes=("How a job goes is in no log: a table of jobs is as of the moment of asking.",),
)

SCHEDULES = Layout(
    "schedules",
    "Schedules",
    "A schedule that is not removed, and when it is due.",
    (
        *(ID, _ACTS, LOG_SEQUENCE),
        text("label", "What it is for."),
        code("rhythm", "rhythm", "How often.", required=True),
        whole("day", "Day of the month; empty is the first, or not asked for."),
        text("cron", "Its cron line, for the rhythm cron."),
        text("kind", "The kind of its jobs.", required=True),
        _PARAMETERS,
        code("state", "schedule_state", "Whether it makes jobs.", required=True),
        instant("next_due", "When it is due next, in UTC; empty while it is not.", required=False),
        instant("last_due", "The instant of its newest job, in UTC.", required=False),
    ),
    key=("id",),
)

WEBHOOKS = Layout(
    "webhooks",
    "Webhooks",
    "A webhook that is not removed, without its secret.",
    (
        *(ID, _ACTS, instant("recorded_at", "When a member last changed it, in UTC.")),
        text("label", "What it is for."),
        text("host", "The host of its address.", required=True),
        texts("types", "What it is told of."),
        code("state", "webhook_state", "Whether it is told.", required=True),
        text("state_reason", "Why it is disabled."),
        instant("failing_since", "Since when it takes no message, in UTC.", required=False),
        instant("rotated_at", "When its secret was made anew, in UTC.", required=False),
        instant("both_sign_until", "Until when the secret before signs too, in UTC.", required=False),
    ),
    key=("id",),
    notes=(
        "The whole address may carry a key of the receiver's own, and a file travels: the JSON alone has it.",
    ),
)

DELIVERIES = Layout(
    "deliveries",
    "Messages to a webhook",
    "A message, where it stands, and the last attempt to deliver it.",
    (
        ID,
        text("webhook", "Id of the webhook.", required=True),
        text("message", "Its webhook-id, the same in every attempt and replay.", required=True),
        text("type", "What it tells of.", required=True),
        text("job", "Id of the job that it tells of."),
        code("state", "delivery_state", "Where it stands.", required=True),
        instant("created_at", "When it was written, in UTC."),
        instant("not_before", "When the next attempt is due, in UTC; of what ended, when the last was."),
        instant("finished_at", "When it was taken or given up, in UTC.", required=False),
        text("body", "What is sent, as JSON.", required=True),
        whole("attempts", "Attempts made, over all replays.", required=True),
        instant("last_at", "When the last attempt was, in UTC.", required=False),
        whole("last_status", "The status of the answer to it, if one came."),
        whole("last_duration_ms", "How long it took, in milliseconds."),
        text("last_error", "Why it was not taken; empty where it was."),
    ),
    key=("id",),
    notes=("Every attempt is in the JSON.",),
)
