"""What of a tree is netted with what: nothing left over tells a number that fewer people may read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from db.engine import Connection
from db.queries.netting import StoredOverlap
from db.reach import restricted_by

_NOBODY: frozenset[str] = frozenset()


def lies_below(parents: Mapping[str, str | None], incident: str, named: str) -> bool:
    """Tell whether an incident lies below another, by the parent of each."""
    here = parents.get(incident)
    while here is not None and here != named:
        here = parents.get(here)
    return here is not None


def apart(connection: Connection, parents: Mapping[str, str | None], in_force: Mapping[str, str]) -> set[str]:
    """Give the assessed incidents that fewer people may read than the nearest assessed one above.

    What is left of the whole beside them, and the whole that they raise, would tell everybody their numbers.
    So the one above stands for them, and they are counted by nobody. Who may read the numbers is who may read
    the assessment (``in_force``, by incident): the incident, and every claim that it names.
    """
    roots = restricted_by(connection, in_force.values())
    found = set()
    for incident, assessment in in_force.items():
        here = parents.get(incident)
        while here is not None and here not in in_force:
            here = parents.get(here)
        # More causes are fewer people.
        if here is not None and not roots.get(assessment, _NOBODY) <= roots.get(in_force[here], _NOBODY):
            found.add(incident)
    return _with_those_below(found, parents, in_force)


def _with_those_below(
    found: set[str], parents: Mapping[str, str | None], assessed: Collection[str]
) -> set[str]:
    below = set(found)
    for incident in assessed:
        here = parents.get(incident)
        while here is not None and here not in found:
            here = parents.get(here)
        if here is not None:
            below.add(incident)
    return below


def for_the_same_people(
    connection: Connection,
    overlaps: Sequence[StoredOverlap],
    parents: Mapping[str, str | None],
    in_force: Mapping[str, str],
) -> list[StoredOverlap]:
    """Give the overlaps that whoever reads the aggregate's figure may read: others tell what they take."""

    def behind(one: StoredOverlap) -> set[str]:
        if one.incident is None:
            return {one.overlap.id}
        if one.incident in in_force:
            return {one.overlap.id, in_force[one.incident]}
        # Not assessed: its whole are those of its parts.
        parts = {id for part, id in in_force.items() if lies_below(parents, part, one.incident)}
        return {one.overlap.id, *parts}

    own = {one.aggregate: in_force.get(one.aggregate, one.aggregate) for one in overlaps}
    roots = restricted_by(connection, {*own.values(), *(id for one in overlaps for id in behind(one))})
    return [
        one
        for one in overlaps
        if all(roots.get(id, _NOBODY) <= roots.get(own[one.aggregate], _NOBODY) for id in behind(one))
    ]
