"""How often work that failed is tried again, and after which pauses."""

from __future__ import annotations

from datetime import timedelta

JOB_PAUSES_S = (30, 120, 600, 3_600)
"""Pauses between the attempts of a job: it is tried five times within an hour and a quarter."""
JOB_ATTEMPTS = len(JOB_PAUSES_S) + 1

DELIVERY_PAUSES_S = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Pauses between the attempts of a message, as the Standard Webhooks specification recommends."""
DELIVERY_ATTEMPTS = len(DELIVERY_PAUSES_S) + 1
DISABLED_AFTER = timedelta(days=3)
"""A webhook that took nothing for so long is disabled; the last attempt of a message comes after that."""

SECRET_OVERLAP = timedelta(days=1)
"""How long the secret before the newest signs beside it."""


def pause_after(attempts: int, pauses: tuple[int, ...]) -> int | None:
    """Give the pause in seconds after so many failed attempts; None when there is to be no other."""
    return pauses[attempts - 1] if attempts <= len(pauses) else None
