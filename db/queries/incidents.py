"""What is asked of incidents beside the common questions: codes, the tree, what lies near."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db import door
from db.tables.claims import claim
from db.tables.incidents import code_counter, incident, incident_cause, incident_party, place
from domain.figures import HeldResponsible
from domain.gazetteer import EARTH_M, metres_between

IN_CHUNK = 500


def next_code(connection: Connection, organisation: str, prefix: str) -> str:
    """Give the next code ``PREFIX-0001`` of the organisation; a code is never given twice.

    The log's head is locked first, as everywhere: an import that holds it asks for codes, too.
    """
    door.lock_head(connection, organisation)
    c = code_counter.c
    mine = (c.organisation == organisation, c.prefix == prefix)
    while True:
        row = connection.execute(
            code_counter.update().where(*mine).values(last=c.last + 1).returning(c.last)
        ).one_or_none()
        if row is None:
            insert = _insert_once(connection).values(organisation=organisation, prefix=prefix, last=0)
            connection.execute(insert.on_conflict_do_nothing())
            continue
        code = f"{prefix}-{row.last:04d}"
        if by_code(connection, organisation, code) is None:
            return code


def _insert_once(connection: Connection) -> Any:
    from db.functions import insert

    return insert(connection, code_counter)


def by_code(connection: Connection, organisation: str, code: str) -> str | None:
    """Give the id of the incident with this code, or None."""
    found: str | None = connection.execute(
        sa.select(incident.c.id).where(incident.c.organisation == organisation, incident.c.code == code)
    ).scalar_one_or_none()
    return found


def ancestors(connection: Connection, organisation: str, id: str) -> list[str]:
    """Give the incidents above this one, nearest first."""
    found: list[str] = []
    parent: str | None = id
    while parent is not None:
        parent = connection.execute(
            sa.select(incident.c.parent).where(
                incident.c.organisation == organisation, incident.c.id == parent
            )
        ).scalar_one_or_none()
        if parent is None or parent in found:
            break
        found.append(parent)
    return found


def descendants(connection: Connection, organisation: str, id: str) -> list[str]:
    """Give the incidents below this one, at any depth."""
    found: list[str] = []
    level = [id]
    while level:
        level = [
            child
            for child in connection.execute(
                sa.select(incident.c.id).where(
                    incident.c.organisation == organisation, incident.c.parent.in_(level)
                )
            ).scalars()
            if child not in found and child != id
        ]
        found.extend(level)
    return found


def claim_is_of(connection: Connection, organisation: str, claim_id: str, incident_id: str) -> bool:
    """Tell whether the claim is about the incident."""
    return (
        connection.execute(
            sa.select(claim.c.id).where(
                claim.c.organisation == organisation, claim.c.id == claim_id, claim.c.incident == incident_id
            )
        ).first()
        is not None
    )


class Near(NamedTuple):
    """An incident near another in time and place; ``distance_m`` is None where a point lacks."""

    id: str
    code: str
    title: str
    occurred_start: str
    occurred_end: str
    days_apart: int
    distance_m: int | None
    same_adm2: bool


def near(
    connection: Connection,
    organisation: str,
    *,
    start: str,
    end: str,
    earliest: str,
    latest: str,
    points: Sequence[tuple[float, float]],
    adm: Sequence[tuple[str | None, str | None]],
    within_m: float,
    excluding: str,
    limit: int = 10,
) -> list[Near]:
    """Give incidents whose dates touch [earliest, latest] and that lie near one of the points or
    share a unit. A point counts through a bounding box first, then by distance.
    """
    from domain.plausibility import days_between

    boxes: list[Any] = []
    for lon, lat in points:
        d_lat = math.degrees(within_m / EARTH_M)
        d_lon = d_lat / max(0.01, math.cos(math.radians(lat)))
        boxes.append(
            place.c.lat.between(lat - d_lat, lat + d_lat) & place.c.lon.between(lon - d_lon, lon + d_lon)
        )
    units = [place.c.adm2 == adm2 for _, adm2 in adm if adm2]
    units += [place.c.adm1 == adm1 for adm1, adm2 in adm if adm1 and not adm2]
    if not boxes and not units:
        return []
    rows = connection.execute(
        sa.select(
            incident.c.id,
            incident.c.code,
            incident.c.title,
            incident.c.occurred_start,
            incident.c.occurred_end,
            place.c.lon,
            place.c.lat,
            place.c.adm2,
        )
        .join_from(
            incident,
            place,
            (place.c.organisation == incident.c.organisation) & (place.c.incident == incident.c.id),
        )
        .where(
            incident.c.organisation == organisation,
            incident.c.id != excluding,
            incident.c.occurred_start <= latest,
            incident.c.occurred_end >= earliest,
            sa.or_(*boxes, *units),
        )
        .order_by(incident.c.occurred_start, incident.c.id)
        .limit(500)
    )
    best: dict[str, Near] = {}
    for row in rows:
        gaps = [metres_between(lon, lat, row.lon, row.lat) for lon, lat in points if row.lon is not None]
        distance = round(min(gaps)) if gaps else None
        apart = max(0, days_between(row.occurred_end, start), days_between(end, row.occurred_start))
        same = row.adm2 is not None and any(row.adm2 == adm2 for _, adm2 in adm)
        if distance is not None and distance > within_m and not same:
            continue
        found = Near(row.id, row.code, row.title, row.occurred_start, row.occurred_end, apart, distance, same)
        known = best.get(row.id)
        if known is None or _nearness(found) < _nearness(known):
            best[row.id] = found
    return sorted(best.values(), key=_nearness)[:limit]


def _nearness(one: Near) -> tuple[int, float, str]:
    return (one.days_apart, math.inf if one.distance_m is None else one.distance_m, one.code)


def having_cause(codes: Sequence[str]) -> Any:
    """Give the condition that one of these causes is among an incident's candidates."""
    return sa.exists().where(incident_cause.c.incident == incident.c.id, incident_cause.c.code.in_(codes))


def having_party(code: str) -> Any:
    """Give the condition that the party has a part in the incident."""
    return sa.exists().where(incident_party.c.incident == incident.c.id, incident_party.c.party == code)


def in_unit(adm1: str | None, adm2: str | None) -> Any:
    """Give the condition that one of the incident's places lies in the unit."""
    conditions = [place.c.organisation == incident.c.organisation, place.c.incident == incident.c.id]
    if adm1 is not None:
        conditions.append(place.c.adm1 == adm1)
    if adm2 is not None:
        conditions.append(place.c.adm2 == adm2)
    return sa.exists().where(*conditions)


def newest_evidence(connection: Connection, organisation: str, ids: Sequence[str]) -> dict[str, int]:
    """Give the latest sequence of a claim, listing, victim or place of each of these incidents."""
    from db.tables.supersessions import supersession
    from db.tables.victims import listing, victim

    found: dict[str, int] = {}
    for start in range(0, len(ids), IN_CHUNK):
        chunk = ids[start : start + IN_CHUNK]
        queries = [
            sa.select(table.c.incident, sa.func.max(table.c.seq))
            .where(table.c.organisation == organisation, table.c.incident.in_(chunk))
            .group_by(table.c.incident)
            for table in (claim, victim, place, supersession)
        ]
        queries.append(
            sa.select(victim.c.incident, sa.func.max(listing.c.seq))
            .join_from(
                victim,
                listing,
                (listing.c.organisation == victim.c.organisation) & (listing.c.victim == victim.c.id),
            )
            .where(victim.c.organisation == organisation, victim.c.incident.in_(chunk))
            .group_by(victim.c.incident)
        )
        for query in queries:
            for id, seq in connection.execute(query):
                found[id] = max(found.get(id, 0), seq)
    return found


def held_responsible(
    connection: Connection, organisation: str, ids: Sequence[str]
) -> dict[str, tuple[HeldResponsible, ...]]:
    """Give the parties that each of these incidents names, in the order recorded."""
    found: dict[str, tuple[HeldResponsible, ...]] = {}
    for start in range(0, len(ids), IN_CHUNK):
        for row in connection.execute(
            sa.select(incident_party.c.incident, incident_party.c.party, incident_party.c.responsibility)
            .where(
                incident_party.c.organisation == organisation,
                incident_party.c.incident.in_(ids[start : start + IN_CHUNK]),
            )
            .order_by(incident_party.c.incident, incident_party.c.position)
        ):
            held = HeldResponsible(row.party, row.responsibility)
            found[row.incident] = (*found.get(row.incident, ()), held)
    return found


def versions(connection: Connection, organisation: str, ids: Sequence[str]) -> dict[str, int]:
    """Give the version that each of these incidents has now."""
    found: dict[str, int] = {}
    for start in range(0, len(ids), IN_CHUNK):
        for row in connection.execute(
            sa.select(incident.c.id, incident.c.version).where(
                incident.c.organisation == organisation, incident.c.id.in_(ids[start : start + IN_CHUNK])
            )
        ):
            found[row.id] = row.version
    return found


def spots(
    connection: Connection, organisation: str, id: str
) -> list[tuple[float | None, float | None, str | None, str | None]]:
    """Give (lon, lat, adm1, adm2) of every place of the incident; the point may be null."""
    return [
        (row.lon, row.lat, row.adm1, row.adm2)
        for row in connection.execute(
            sa.select(place.c.lon, place.c.lat, place.c.adm1, place.c.adm2).where(
                place.c.organisation == organisation, place.c.incident == id
            )
        )
    ]


def _leaves(connection: Connection, *conditions: Any) -> list[Any]:
    i = incident.c
    return list(
        connection.execute(
            sa.select(i.id, i.code, i.title, i.kind, i.state)
            .where(*conditions)
            .order_by(i.occurred_start, i.id)
        )
    )


def leaves(connection: Connection, organisation: str, ids: Sequence[str]) -> list[Any]:
    """Give (id, code, title, kind, state) of these incidents."""
    found: list[Any] = []
    for start in range(0, len(ids), IN_CHUNK):
        chunk = ids[start : start + IN_CHUNK]
        found += _leaves(connection, incident.c.organisation == organisation, incident.c.id.in_(chunk))
    return found


def children_of(connection: Connection, organisation: str, id: str) -> list[Any]:
    """Give (id, code, title, kind, state) of the incidents just below this one."""
    return _leaves(connection, incident.c.organisation == organisation, incident.c.parent == id)


def ancestors_of(connection: Connection, organisation: str, id: str) -> list[Any]:
    """Give (id, code, title, kind, state) of the incidents above this one, nearest first."""
    above = ancestors(connection, organisation, id)
    found = _leaves(connection, incident.c.organisation == organisation, incident.c.id.in_(above))
    return sorted(found, key=lambda row: above.index(row.id))


def codes_of(connection: Connection, organisation: str, ids: Sequence[str]) -> dict[str, str]:
    """Give the codes of incidents by id."""
    found: dict[str, str] = {}
    for start in range(0, len(ids), 500):
        for row in connection.execute(
            sa.select(incident.c.id, incident.c.code).where(
                incident.c.organisation == organisation, incident.c.id.in_(ids[start : start + 500])
            )
        ):
            found[row.id] = row.code
    return found
