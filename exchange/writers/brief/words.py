"""Words that several sections of the brief share."""

from __future__ import annotations


def instant(at: str) -> str:
    """Give an instant of the log to the minute."""
    return f"{at[:10]} {at[11:16]} UTC"


def incidents(number: int) -> str:
    """Give a number of incidents in words."""
    return "1 incident" if number == 1 else f"{number:,} incidents"


def choice(policy: str, before: str | None) -> str:
    """Give the choice of a policy in words, and what it followed."""
    return f"the policy {policy} was chosen" + ("" if before is None else f" in place of {before}")
