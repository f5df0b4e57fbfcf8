"""The visibility that counts: the least open of a record's own and of those that it lies in."""

from __future__ import annotations

from db.engine import Connection
from db.queries import incidents
from db.queries import publications as queries
from db.sight import whole
from domain.publishing import least_open


def of_incident(connection: Connection, organisation: str, incident: str) -> str:
    """Give the effective visibility of an incident that is there: its own, or a less open one above it."""
    with whole(connection):
        above = incidents.ancestors(connection, organisation, incident)
        return least_open(queries.visibilities(connection, organisation, [incident, *above]))
