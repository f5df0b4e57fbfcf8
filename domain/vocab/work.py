"""Vocabularies of the work that the service does by itself: jobs, schedules, webhooks."""

from domain.vocab.base import Vocabulary


class JobState(Vocabulary):
    """Where a job stands."""

    QUEUED = "queued", "Queued", "Waits for a worker, or for its next attempt."
    RUNNING = "running", "Running", "A worker has it in hand."
    DONE = "done", "Done", "Ended well; its result says what was made."
    FAILED = "failed", "Failed", "Ended without a result; its error says why."
    CANCELLED = "cancelled", "Cancelled", "Taken back by a member."


class Rhythm(Vocabulary):
    """How often a schedule is due."""

    MONTHLY = "monthly", "Monthly", "Once a month, at the beginning of the given day in UTC."
    QUARTERLY = "quarterly", "Quarterly", "In January, April, July and October, on the given day."
    YEARLY = "yearly", "Yearly", "In January, on the given day."
    CRON = "cron", "Cron line", "Whenever a line of five cron fields says, in UTC."


class ScheduleState(Vocabulary):
    """Whether a schedule makes jobs."""

    ACTIVE = "active", "Active", "Makes a job at each instant that is due."
    PAUSED = "paused", "Paused", "Makes none; what falls due meanwhile is not made up for."
    REMOVED = "removed", "Removed", "Makes none any more."


class WebhookState(Vocabulary):
    """Whether an address is told."""

    ACTIVE = "active", "Active", "Is told what happens."
    DISABLED = "disabled", "Disabled", "Did not take messages for days; they wait until it is enabled."
    REMOVED = "removed", "Removed", "Is told nothing any more."


class DeliveryState(Vocabulary):
    """Where a message to a webhook stands."""

    WAITING = "waiting", "Waiting", "Is to be sent at its due time."
    DELIVERED = "delivered", "Delivered", "The receiver answered with a 2xx status."
    FAILED = "failed", "Failed", "Was not taken in any attempt; it can be replayed."
    DROPPED = "dropped", "Dropped", "The webhook was removed before it was sent."
