"""Words that several sections of the brief share."""

from __future__ import annotations

from collections.abc import Iterable

from domain.brief import Counted
from domain.vocab import Verification

LABELS = {one.value: one.label for one in Verification}


def instant(at: str) -> str:
    """Give an instant of the log to the minute."""
    return f"{at[:10]} {at[11:16]} UTC"


def incidents(number: int) -> str:
    """Give a number of incidents in words."""
    return "1 incident" if number == 1 else f"{number:,} incidents"


def choice(policy: str, before: str | None) -> str:
    """Give the choice of a policy in words, and what it followed."""
    return f"the policy {policy} was chosen" + ("" if before is None else f" in place of {before}")


def in_states(states: Iterable[tuple[str, Counted]]) -> str:
    """Give numbers by verification state in words."""
    return ", ".join(f"{LABELS[state].lower()} {counted}" for state, counted in states)
