"""Cumulative series of an incident: its claims' running totals, day by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from db.canonical import parse
from db.engine import Connection
from db.kinds import INCIDENT, SOURCE
from db.queries import claims as queries
from db.queries import voices
from domain.access import Actor
from domain.cells import Cell
from domain.series import Series, series_of
from services import claims, records, references


@dataclass(frozen=True, slots=True)
class Told:
    """The series of an incident, what its origins are called, and what its claims reserve."""

    series: tuple[Series, ...]
    names: Mapping[str, str]
    """Each origin's name by its id."""
    caveats: Mapping[str, str]
    """Each claim's caveat by the claim's id, where it has one."""


def of_incident(
    connection: Connection,
    actor: Actor,
    incident: str,
    cell: Cell,
    *,
    group: str | None = None,
    origin: str | None = None,
) -> Told:
    """Give the running totals of a cell, one series for each origin or for the one asked for.

    Raises NotFound for the incident, Malformed for an origin that is not here.
    """
    records.read(connection, actor, INCIDENT, incident)
    references.check_parameter(connection, actor.organisation, SOURCE, origin, "origin")
    said = []
    caveats: dict[str, str] = {}
    for id, seq, text in queries.of_incident(connection, actor.organisation, incident):
        content = parse(text)
        if origin is None or content["origin"] == origin:
            said.append(claims.claim(id, seq, content))
            if content["caveat"]:
                caveats[id] = content["caveat"]
    found = series_of(said, cell, group)
    speakers = voices.speakers(connection, actor.organisation, [one.origin for one in found])
    return Told(found, {id: one.name for id, one in speakers.items() if one.name is not None}, caveats)
