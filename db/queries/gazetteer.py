"""The gazetteer: stored by the row, found by the name or by the point."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.functions import insert
from db.tables.gazetteer import gazetteer_name as n
from db.tables.gazetteer import gazetteer_place as p
from db.tables.gazetteer import gazetteer_unit as u
from domain.gazetteer import EARTH_M, Named, Spot, Unit, metres_between, normal, spelling

UNITS = "ocha-cod-ab"
"""The source of the names of units."""
CHUNK = 500
_UNIT = (u.c.pcode, u.c.country, u.c.level, u.c.name, u.c.parent, u.c.valid_from)
_SPOT = (p.c.source, p.c.key, p.c.country, p.c.name, p.c.lat, p.c.lon, p.c.adm1, p.c.adm2, p.c.population)


def known_units(connection: Connection, pcodes: Sequence[str]) -> list[Unit]:
    """Give every version of the units with these p-codes, the earliest first."""
    found: list[Unit] = []
    for start in range(0, len(pcodes), CHUNK):
        query = sa.select(*_UNIT).where(u.c.pcode.in_(pcodes[start : start + CHUNK]))
        found += [Unit(*row) for row in connection.execute(query.order_by(u.c.pcode, u.c.valid_from))]
    return found


def known_spots(connection: Connection, source: str, keys: Sequence[str]) -> dict[str, Spot]:
    """Give the places that a source calls by these keys."""
    found: dict[str, Spot] = {}
    for start in range(0, len(keys), CHUNK):
        query = sa.select(*_SPOT).where(p.c.source == source, p.c.key.in_(keys[start : start + CHUNK]))
        found.update((row.key, Spot(*row)) for row in connection.execute(query))
    return found


def names_of(connection: Connection, source: str, keys: Sequence[str]) -> dict[str, dict[str, str]]:
    """Give the stored names of these units or places as {key: {normal form: name}}, main names first."""
    found: dict[str, dict[str, str]] = {}
    for start in range(0, len(keys), CHUNK):
        query = (
            sa.select(n.c.key, n.c.normal, n.c.name)
            .where(n.c.source == source, n.c.key.in_(keys[start : start + CHUNK]))
            .order_by(n.c.key, n.c.own.desc(), n.c.normal)
        )
        for row in connection.execute(query):
            found.setdefault(row.key, {})[row.normal] = row.name
    return found


def store_units(connection: Connection, units: Sequence[Unit]) -> None:
    """Store units, each in place of the same version of it."""
    rows = [
        {
            "pcode": one.pcode,
            "valid_from": one.valid_from,
            "country": one.country,
            "level": one.level,
            "name": one.name,
            "parent": one.parent,
        }
        for one in units
    ]
    _store(connection, u, ("pcode", "valid_from"), rows)


def store_spots(connection: Connection, spots: Sequence[Spot]) -> None:
    """Store places, each in place of what the source called so before."""
    rows = [
        {
            "source": one.source,
            "key": one.key,
            "country": one.country,
            "adm1": one.adm1,
            "adm2": one.adm2,
            "name": one.name,
            "lat": one.lat,
            "lon": one.lon,
            "population": one.population,
        }
        for one in spots
    ]
    _store(connection, p, ("source", "key"), rows)


def _store(connection: Connection, table: sa.Table, key: Sequence[str], rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    # Of two imports at once, both take the rows in one order.
    rows.sort(key=lambda row: tuple(row[name] for name in key))
    statement = insert(connection, table)
    others = {name: statement.excluded[name] for name in rows[0] if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=others), rows)


def store_names(connection: Connection, source: str, named: Sequence[tuple[str, str, Sequence[str]]]) -> None:
    """Store all names of units or places, (key, country, names) each, the main name first.

    Names that come to one normal form are one name, the first of them.
    """
    if not named:
        return
    connection.execute(
        n.delete().where(n.c.source == source, n.c.key == sa.bindparam("b_key")),
        [{"b_key": key} for key, _, _ in named],
    )
    rows = []
    for key, country, names in sorted(named):
        seen: set[str] = set()
        for position, name in enumerate(names):
            form = normal(name)
            if not form or form in seen:
                continue
            seen.add(form)
            rows.append(
                {
                    "country": country,
                    "source": source,
                    "key": key,
                    "normal": form,
                    "spelling": spelling(name),
                    "name": name,
                    "own": position == 0,
                }
            )
    if rows:
        connection.execute(n.insert(), rows)


def called(connection: Connection, country: str, name: str) -> list[Named]:
    """Give the units and places of a country that have the normal form or the spelling of a name.

    Of a unit with several versions the newest is given.
    """
    form, key = normal(name), spelling(name)
    if not form:
        return []
    rows = connection.execute(
        sa.select(n.c.source, n.c.key, n.c.name, n.c.own)
        .where(n.c.country == country, sa.or_(n.c.normal == form, n.c.spelling == key))
        .order_by(n.c.source, n.c.key, n.c.normal)
    ).all()
    units = newest(known_units(connection, sorted({row.key for row in rows if row.source == UNITS})))
    spots: dict[tuple[str, str], Spot] = {}
    for source in sorted({row.source for row in rows} - {UNITS}):
        keys = sorted({row.key for row in rows if row.source == source})
        spots.update(((source, one.key), one) for one in known_spots(connection, source, keys).values())
    return [
        Named(
            row.name,
            bool(row.own),
            units.get(row.key) if row.source == UNITS else None,
            spots.get((row.source, row.key)),
        )
        for row in rows
    ]


def newest(units: Iterable[Unit]) -> dict[str, Unit]:
    """Give the newest version of each unit, by p-code."""
    found: dict[str, Unit] = {}
    for one in units:
        if one.pcode not in found or found[one.pcode].valid_from < one.valid_from:
            found[one.pcode] = one
    return found


def near(
    connection: Connection, country: str, lon: float, lat: float, within_m: float
) -> list[tuple[int, Spot]]:
    """Give the places of a country within a distance of a point, (metres, place), the nearest first."""
    d_lat = math.degrees(within_m / EARTH_M)
    d_lon = d_lat / max(0.01, math.cos(math.radians(lat)))
    rows = connection.execute(
        sa.select(*_SPOT).where(
            p.c.country == country,
            p.c.lat.between(lat - d_lat, lat + d_lat),
            p.c.lon.between(lon - d_lon, lon + d_lon),
        )
    )
    found = [(round(metres_between(lon, lat, row.lon, row.lat)), Spot(*row)) for row in rows]
    return sorted(
        (one for one in found if one[0] <= within_m), key=lambda one: (one[0], one[1].source, one[1].key)
    )


def units(
    connection: Connection,
    *,
    country: str | None,
    level: int | None,
    parent: str | None,
    after: str | None,
    limit: int | None,
) -> list[Unit]:
    """Give units by p-code, the newest version of each, those after a p-code; all without a limit."""
    latest = sa.select(u.c.pcode, sa.func.max(u.c.valid_from).label("valid_from")).group_by(u.c.pcode)
    conditions: list[Any] = []
    for column, value in ((u.c.country, country), (u.c.level, level), (u.c.parent, parent)):
        if value is not None:
            conditions.append(column == value)
    if after is not None:
        conditions.append(u.c.pcode > after)
    wanted = latest.subquery()
    query = (
        sa.select(*_UNIT)
        .join(wanted, (wanted.c.pcode == u.c.pcode) & (wanted.c.valid_from == u.c.valid_from))
        .where(*conditions)
        .order_by(u.c.pcode)
        .limit(limit)
    )
    return [Unit(*row) for row in connection.execute(query)]


def largest_places(connection: Connection, pcodes: Sequence[str]) -> dict[str, Spot]:
    """Give the most populous known place of each first-level unit, by p-code; none where none is counted."""
    found: dict[str, Spot] = {}
    most = sa.func.max(p.c.population)
    for start in range(0, len(pcodes), CHUNK):
        largest = (
            sa.select(p.c.adm1, most.label("population"))
            .where(p.c.adm1.in_(pcodes[start : start + CHUNK]), p.c.population > 0)
            .group_by(p.c.adm1)
            .subquery()
        )
        query = sa.select(*_SPOT).join(
            largest, (largest.c.adm1 == p.c.adm1) & (largest.c.population == p.c.population)
        )
        for row in connection.execute(query.order_by(p.c.source.desc(), p.c.key.desc())):
            found[row.adm1] = Spot(*row)
    return found


def is_empty(connection: Connection) -> bool:
    """Tell whether no unit is known."""
    return connection.execute(sa.select(u.c.pcode).limit(1)).first() is None


def counts(connection: Connection) -> dict[str, int]:
    """Give how many units, places and names the gazetteer holds."""
    return {
        word: int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
        for word, table in (("units", u), ("places", p), ("names", n))
    }
