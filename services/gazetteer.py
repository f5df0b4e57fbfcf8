"""The gazetteer in use: imported, listed, and asked what a reported name stands for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from db.engine import Connection
from db.queries import gazetteer as queries
from domain.access import Actor, require
from domain.gazetteer import (
    NEAREST,
    RULES,
    Candidate,
    Spot,
    Unit,
    aliases_of,
    candidates,
    lies_in,
    normal,
)
from domain.gazetteer_aliases import GEONAMES_ADM1
from exchange.drafts import RowFinding
from exchange.readers.places import UNITS, SpotRow, UnitRow
from services.import_runs import Progress, Run, begin, counted, end

READER = "places"
CHUNK = 1_000
SUGGESTED_WITHIN_M = 25_000.0
"""How far from a point the nearest known place is still offered."""


def import_places(
    connection: Connection,
    actor: Actor,
    rows: Iterable[UnitRow | SpotRow | RowFinding],
    *,
    file_name: str,
    sha256: str,
    country: str | None = None,
    progress: Progress | None = None,
) -> Run:
    """Import a file of units or of places; what is known already in the same words stays as it is.

    The gazetteer is the deployment's, the run is logged in the organisation that imports. ``country`` is
    that of places whose file names none and which are not known yet.
    """
    run = begin(connection, actor, READER, file_name, sha256)
    waiting: list[UnitRow | SpotRow] = []
    for item in counted(rows, progress):
        if isinstance(item, RowFinding):
            run.note(item)
            continue
        waiting.append(item)
        if len(waiting) == CHUNK:
            _keep(connection, run, waiting, country)
            waiting = []
    _keep(connection, run, waiting, country)
    end(connection, actor, run)
    return run


def _keep(connection: Connection, run: Run, rows: Sequence[UnitRow | SpotRow], country: str | None) -> None:
    _keep_units(connection, run, [row for row in rows if isinstance(row, UnitRow)])
    _keep_spots(connection, run, [row for row in rows if isinstance(row, SpotRow)], country)


def _keep_units(connection: Connection, run: Run, rows: Sequence[UnitRow]) -> None:
    known = set(queries.known_units(connection, [row.unit.pcode for row in rows]))
    fresh = [row for row in rows if row.unit not in known]
    run.known |= {row.line for row in rows} - {row.line for row in fresh}
    run.stored |= {row.line for row in fresh}
    queries.store_units(connection, [row.unit for row in fresh])
    # A version that is not the newest names nothing: what a unit is called now is what is looked for.
    latest = queries.newest([*known, *(row.unit for row in fresh)])
    queries.store_names(
        connection,
        UNITS,
        [
            (row.unit.pcode, row.unit.country, (row.unit.name,))
            for row in fresh
            if latest[row.unit.pcode] == row.unit
        ],
    )


def _keep_spots(connection: Connection, run: Run, rows: Sequence[SpotRow], country: str | None) -> None:
    if not rows:
        return
    source = rows[0].spot.source
    keys = [row.spot.key for row in rows]
    known = queries.known_spots(connection, source, keys)
    names = queries.names_of(connection, source, keys)
    fresh: list[tuple[Spot, tuple[str, ...]]] = []
    for row in rows:
        before = known.get(row.spot.key)
        spot = _located(row, before, country)
        if spot is None:
            detail = "The file has no country and the place is not known yet; name it with --country."
            run.note(
                RowFinding(line=row.line, column="country", code="blank-country", detail=detail, loses="row")
            )
            continue
        had = names.get(spot.key, {})
        if spot == before and {normal(name) for name in row.others} - {""} <= had.keys():
            run.known.add(row.line)
            continue
        run.stored.add(row.line)
        # Names that another file listed stay: each file tells what it knows.
        fresh.append((spot, tuple(dict.fromkeys((spot.name, *row.others, *had.values())))))
    queries.store_spots(connection, [spot for spot, _ in fresh])
    queries.store_names(connection, source, [(spot.key, spot.country, listed) for spot, listed in fresh])


def _located(row: SpotRow, before: Spot | None, country: str | None) -> Spot | None:
    """Give the place with its country and units; what this file leaves out stays as it is known."""
    found = row.spot.country or (before.country if before is not None else None) or country
    if found is None:
        return None
    adm1 = GEONAMES_ADM1.get((found, row.admin1 or ""))
    lies = lies_in(found, row.spot.name)
    return dataclasses.replace(
        row.spot,
        country=found,
        adm1=adm1 or (before.adm1 if before is not None else None),
        adm2=None if lies is None else lies.on(None),
        population=row.spot.population or (before.population if before is not None else None),
    )


def listed(
    connection: Connection,
    actor: Actor,
    *,
    country: str | None = None,
    level: int | None = None,
    parent: str | None = None,
    after: str | None = None,
    limit: int = 100,
) -> list[Unit]:
    """Give units in the order of their p-codes, those after a p-code."""
    require(actor, "gazetteer.read")
    return queries.units(connection, country=country, level=level, parent=parent, after=after, limit=limit)


def resolve(
    connection: Connection,
    actor: Actor,
    name: str,
    country: str,
    *,
    adm1: str | None = None,
    point: tuple[float, float] | None = None,
) -> tuple[Candidate, ...]:
    """Give what a name may stand for in a country, the strongest rule first.

    ``adm1`` is the p-code of the unit that must hold it. ``point``, as (lon, lat), adds the nearest known
    place where no name matches.
    """
    require(actor, "gazetteer.read")
    found = named(connection, country, name, within=adm1)
    if found or point is None:
        return found
    return tuple(
        Candidate(NEAREST, RULES[NEAREST], spot=spot, distance_m=distance)
        for distance, spot in queries.near(connection, country, *point, SUGGESTED_WITHIN_M)[:1]
    )


def named(
    connection: Connection, country: str, name: str, *, level: int | None = None, within: str | None = None
) -> tuple[Candidate, ...]:
    """Give what a name may stand for by its rules alone; see ``domain.gazetteer.candidates``."""
    aliases = aliases_of(country, name)
    units = queries.newest(queries.known_units(connection, [alias.pcode for alias in aliases]))
    return candidates(
        country,
        name,
        queries.called(connection, country, name),
        [(alias, units[alias.pcode]) for alias in aliases if alias.pcode in units],
        level=level,
        within=within,
    )


def held(connection: Connection) -> dict[str, int]:
    """Give how many units, places and names the gazetteer holds."""
    return queries.counts(connection)
