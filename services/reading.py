"""An incident with what belongs to it, in one read."""

from __future__ import annotations

from typing import Any

from db.engine import Connection
from db.kinds import CLAIM, INCIDENT, PLACE, VICTIM
from db.queries import flags, incidents, records
from db.queries.records import Stored
from domain.access import Actor
from services.records import read


def incident(
    connection: Connection, actor: Actor, id: str, include: tuple[str, ...]
) -> tuple[Stored, dict[str, Any]]:
    """Give an incident and the named parts: tree, places, claims, victims, flags.

    Raises NotFound.
    """
    stored = read(connection, actor, INCIDENT, id)
    parts: dict[str, Any] = {}
    for name, kind in (("places", PLACE), ("claims", CLAIM), ("victims", VICTIM)):
        if name in include:
            parts[name] = records.belonging(connection, kind, actor.organisation, id)
    if "tree" in include:
        parts["tree"] = {
            "ancestors": [_leaf(one) for one in incidents.ancestors_of(connection, actor.organisation, id)],
            "children": [_leaf(one) for one in incidents.children_of(connection, actor.organisation, id)],
        }
    if "flags" in include:
        of = [id, *(one.id for found in parts.values() if isinstance(found, list) for one in found)]
        parts["flags"] = flags.of(connection, actor.organisation, of)
    return stored, parts


def _leaf(row: Any) -> dict[str, Any]:
    return {"id": row.id, "code": row.code, "title": row.title, "kind": row.kind, "state": row.state}
