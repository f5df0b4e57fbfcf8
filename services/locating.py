"""Locating what is imported: reported names of units become p-codes where the gazetteer settles them."""

from __future__ import annotations

import dataclasses

from db.engine import Connection
from db.kinds import IMPORT_RUN
from db.queries import gazetteer as queries
from db.queries import unresolved as queries_of_places
from db.queries.unresolved import Unresolved
from domain.access import Actor, require
from domain.drafts import PlaceDraft
from domain.figures import Finding
from domain.gazetteer import Candidate, Spot, Unit, lies_in, metres_between, normal, settled
from domain.locating import Located, Seat, located
from domain.vocab import PlaceBasis, PlacePrecision
from exchange.drafts import WHOLE_FILE, IncidentRow, PlaceRow, RowFinding
from services import gazetteer, records
from services.import_runs import Run

OF_A_POINT = frozenset(
    {PlacePrecision.EXACT, PlacePrecision.NEIGHBOURHOOD, PlacePrecision.TOWN, PlacePrecision.NEAR}
)
"""The precisions at which a point is of the place and not of a whole unit."""


class Locator:
    """Locates rows of one run, each name looked up once; does nothing while there is no gazetteer."""

    def __init__(self, connection: Connection, run: Run) -> None:
        self._connection, self._run = connection, run
        self._idle = queries.is_empty(connection)
        self._settled: dict[tuple[str, str, int, str | None], Candidate | None] = {}
        self._spots: dict[tuple[str, str], list[Spot]] = {}
        self._seats: dict[str, list[Seat]] = {}
        self._units: dict[str, Unit | None] = {}
        self.older = 0
        """Incidents dated before the day from which their unit's code is valid."""

    def located(self, row: IncidentRow) -> IncidentRow:
        """Give the row with its places resolved; what is not settled is noted in the run."""
        if self._idle or not any(place.units for place in row.places):
            return row
        return dataclasses.replace(row, places=tuple(self._place(row, place) for place in row.places))

    def note_older(self) -> None:
        """Note once for the file how many incidents are older than the codes of their units."""
        if self.older:
            detail = (
                f"{self.older} incidents are dated before the day from which the list gives their unit's "
                "code; the units of today stand for them."
            )
            self._run.note(RowFinding(line=WHOLE_FILE, code="unit-newer-than-incident", detail=detail))

    def _place(self, row: IncidentRow, place: PlaceRow) -> PlaceRow:
        if place.country is None or not place.units:
            return place
        day = row.occurred.start
        found = self._located(place.country, place, day)
        if found.unresolved is not None:
            self._run.note(
                RowFinding(
                    line=row.line, column="place", code="place-unresolved", detail=_WHY[found.unresolved]
                )
            )
        unit = found.adm2 or found.adm1
        if unit is None:
            return place
        self.older += unit.valid_from > day
        above = found.adm1.pcode if found.adm1 is not None else unit.parent
        names = dict.fromkeys(one.name for one in (found.adm2, found.adm1) if one is not None)
        return dataclasses.replace(
            place,
            adm1=place.adm1 or above,
            adm2=place.adm2 or (None if found.adm2 is None else found.adm2.pcode),
            resolved_name=place.resolved_name or ", ".join(names),
            basis=PlaceBasis.GAZETTEER.value,
            mismatch=place.mismatch or found.mismatch,
        )

    def _located(self, country: str, place: PlaceRow, day: str) -> Located:
        first, second = (*place.units, "", "")[:2]
        province = self._settle(country, first, 1, None)
        within = None if province is None or province.unit is None else province.unit.pcode
        district = None if within is None else self._settle(country, second, 2, within)
        lies = lies_in(country, place.reported_name)
        unit = None if lies is None else self._unit(lies.on(day))
        is_a_point = place.lat is not None and place.precision in OF_A_POINT
        return located(
            province,
            district,
            None if lies is None or unit is None or unit.parent != within else (unit, lies.reason),
            province_named=bool(first),
            district_named=bool(second),
            is_a_point=is_a_point,
            namesake=self._namesake(country, place, within) if is_a_point else None,
            seats=self._distances(country, place, within) if is_a_point and within is not None else (),
        )

    def _settle(self, country: str, name: str, level: int, within: str | None) -> Candidate | None:
        if not name:
            return None
        key = (country, name, level, within)
        if key not in self._settled:
            found = gazetteer.named(self._connection, country, name, level=level, within=within)
            # A province lies within its country, whose names are few: a spelling settles it, too.
            self._settled[key] = settled(found, within=country if level == 1 else within)
        return self._settled[key]

    def _unit(self, pcode: str) -> Unit | None:
        if pcode not in self._units:
            known = queries.newest(queries.known_units(self._connection, [pcode]))
            self._units[pcode] = known.get(pcode)
        return self._units[pcode]

    def _namesake(self, country: str, place: PlaceRow, within: str | None) -> tuple[int, Spot] | None:
        """Give the known place of the same name in the same province that is nearest to the point."""
        key = (country, normal(place.reported_name))
        if key not in self._spots:
            found = gazetteer.named(self._connection, country, place.reported_name)
            self._spots[key] = [one.spot for one in found if one.spot is not None]
        spots = [one for one in self._spots[key] if within is None or one.adm1 == within]
        return min(((_apart(place, spot), spot) for spot in spots), key=lambda one: one[0], default=None)

    def _distances(self, country: str, place: PlaceRow, within: str) -> list[tuple[int, Seat]]:
        if within not in self._seats:
            units = queries.units(
                self._connection, country=country, level=2, parent=within, after=None, limit=1_000
            )
            self._seats[within] = [
                Seat(unit, one.spot)
                for unit in units
                for one in gazetteer.named(self._connection, country, unit.name)
                if one.spot is not None
                and one.spot.adm1 == within
                and one.rule in ("exact", "listed-variant")
            ]
        return [(_apart(place, seat.spot), seat) for seat in self._seats[within]]


def not_located(connection: Connection, place: PlaceDraft, country: str | None) -> tuple[Finding, ...]:
    """Give the finding that a place without p-codes has a name which the gazetteer does not settle.

    ``country`` is the incident's, for a place that names none. Nothing is filled in: what the name stands
    for is chosen by a person.
    """
    where = place.country or country
    if where is None or place.adm1 is not None or place.adm2 is not None or queries.is_empty(connection):
        return ()
    if settled(gazetteer.named(connection, where, place.reported_name), within=None) is not None:
        return ()
    return (
        Finding(
            "place-unresolved",
            "The gazetteer does not settle the reported name; /v1/gazetteer/resolve offers what it may be.",
        ),
    )


_WHY = {
    "adm1": "The gazetteer does not settle the reported province; the place has no p-code.",
    "adm2": "The gazetteer does not settle the reported district; the place has its province's p-code only.",
    "unnamed": "The row names no district; the place has no second-level p-code.",
}


def _apart(place: PlaceRow, spot: Spot) -> int:
    return round(metres_between(place.lon or 0.0, place.lat or 0.0, spot.lon, spot.lat))


def unresolved(connection: Connection, actor: Actor, run: str | None = None) -> list[Unresolved]:
    """Give the names of places without a second-level p-code, of a run or of all. Raises NotFound."""
    require(actor, "record.read")
    if run is not None:
        records.read(connection, actor, IMPORT_RUN, run)
    return queries_of_places.unresolved(connection, actor.organisation, run)
