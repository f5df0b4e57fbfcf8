"""Releases of a list of persons: the latest of an origin stands for those before it (R6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum

from domain.figures import ListReport
from domain.supersession import in_order


def releases(lists: Iterable[ListReport], unnamed: Collection[str]) -> list[list[ListReport]]:
    """Give the lists of each origin, earliest first; the last of each stands.

    Each list of an origin in ``unnamed`` stands for itself: whether it is the same person's is not known.
    """
    by_origin: dict[tuple[str, str], list[ListReport]] = {}
    for one in lists:
        by_origin.setdefault((one.origin, one.id if one.origin in unnamed else ""), []).append(one)
    return [in_order(found) for found in by_origin.values()]


def replaced(lists: Iterable[ListReport], unnamed: Collection[str]) -> dict[str, str]:
    """Give each list that its origin has replaced, with the one that stands."""
    return {one.id: found[-1].id for found in releases(lists, unnamed) for one in found[:-1]}


class Change(StrEnum):
    """What a list did with a person against the list before it."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


def one_before(lists: Iterable[ListReport], unnamed: Collection[str], id: str) -> str | None:
    """Give the list of the same origin before this one; None for its first."""
    for found in releases(lists, unnamed):
        ids = [one.id for one in found]
        if id in ids[1:]:
            return ids[ids.index(id) - 1]
    return None
