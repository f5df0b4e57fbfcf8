"""Gazetteers: the OCHA list of p-codes, and tables of GeoNames places.

The header tells which it is. A p-code list has location, admin level, p-code, name, parent and the day
from which the code is valid; a table of places has a GeoNames id, a name and a point, with or without its
country, population and other names (separated by ``|``). A table of names to resolve, such as a
data set's own list of its places, is no gazetteer and is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from domain.countries import COUNTRIES
from domain.gazetteer import Spot, Unit
from exchange.drafts import RowFinding, file_refused
from exchange.readers.numbers import read_degrees
from exchange.readers.tables import (
    HEADER_WITHIN,
    delimiter_of,
    fitted,
    known_columns,
    opened_text,
    records,
)
from exchange.readers.text import Unreadable, checked, is_blank, tidy

UNITS, PLACES = "ocha-cod-ab", "geonames"
"""The sources that the rows of the two kinds of file are of."""
_UNIT_COLUMNS = {
    "location": "location",
    "admin_level": "level",
    "p_code": "pcode",
    "pcode": "pcode",
    "name": "name",
    "parent_p_code": "parent",
    "parent_pcode": "parent",
    "valid_from_date": "valid_from",
    "valid_from": "valid_from",
}
_UNIT_REQUIRED = ("level", "pcode", "name", "valid_from")
_PLACE_COLUMNS = {
    "geonameid": "key",
    "country": "country",
    "admin1": "admin1",
    "name": "name",
    "lat": "lat",
    "latitude": "lat",
    "lon": "lon",
    "longitude": "lon",
    "population": "population",
    "alternatenames": "others",
}
_PLACE_REQUIRED = ("key", "name", "lat", "lon")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One unit of a p-code list."""

    line: int
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotRow:
    """One place of a table; ``spot.country`` is empty where the file has no country.

    ``admin1`` is GeoNames' own code of the first level, which is no p-code.
    """

    line: int
    spot: Spot
    others: tuple[str, ...] = ()
    admin1: str | None = None


def read_places(data: bytes | BinaryIO) -> Iterator[UnitRow | SpotRow | RowFinding]:
    """Give each unit or place, and findings, in the order of the file.

    Raises Invalid (``import-invalid``), when iteration starts, if the header is of neither kind.
    """
    columns: list[str | None] | None = None
    is_unit = False
    seen: set[str] = set()
    with opened_text(data) as text:
        delimiter = delimiter_of(text, {*_UNIT_COLUMNS, *_PLACE_COLUMNS})
        for line, cells in records(text, delimiter):
            if columns is None:
                if line > HEADER_WITHIN:
                    break
                if isinstance(cells, Unreadable):
                    continue
                columns = known_columns(cells, _UNIT_COLUMNS, required=_UNIT_REQUIRED)
                is_unit = columns is not None
                columns = columns or known_columns(cells, _PLACE_COLUMNS, required=_PLACE_REQUIRED)
                continue
            try:
                if isinstance(cells, Unreadable):
                    raise cells
                row = _row(line, _named(columns, cells), is_unit)
                key = row.unit.pcode if isinstance(row, UnitRow) else row.spot.key
                if key in seen:
                    raise Unreadable("repeated-id", "The code stands in an earlier row, which was given.")
                seen.add(key)
            except Unreadable as problem:
                yield RowFinding(
                    line=line, column=problem.column, code=problem.code, detail=problem.detail, loses="row"
                )
                continue
            yield row
    if columns is None:
        raise file_refused(
            "header-missing",
            "No header of a gazetteer was found: p-codes with level, name and valid-from date, or places "
            "with geonameid, name, lat and lon. A list of names to resolve is not a gazetteer.",
        )


def _named(columns: list[str | None], cells: list[str]) -> dict[str, str]:
    whole = fitted(cells, len(columns))
    checked("\n".join(whole))
    return {name: tidy(cell) for name, cell in zip(columns, whole, strict=True) if name is not None}


def _row(line: int, cells: dict[str, str], is_unit: bool) -> UnitRow | SpotRow:
    if is_blank(cells["name"], name_like=True):
        raise Unreadable("blank-name", "The row names nothing.", "name")
    return _unit(line, cells) if is_unit else _spot(line, cells)


def _unit(line: int, cells: dict[str, str]) -> UnitRow:
    pcode, level = cells["pcode"].upper(), cells["level"]
    # The first two letters of a p-code are the country's ISO 3166-1 alpha-2 code.
    country = pcode[:2]
    if country not in COUNTRIES or not pcode.isascii() or not pcode.isalnum() or len(pcode) > 20:
        raise Unreadable("invalid-code", "The p-code does not begin with a country's code.", "pcode")
    if level not in ("1", "2"):
        raise Unreadable("invalid-level", "Only units of the levels 1 and 2 are kept.", "level")
    parent = cells.get("parent", "").upper()
    if level == "2" and not parent.startswith(country):
        raise Unreadable("blank-parent", "A unit of the second level needs the p-code above it.", "parent")
    try:
        valid_from = date.fromisoformat(cells["valid_from"]).isoformat()
    except ValueError:
        raise Unreadable("invalid-date", "Write the day as year-month-day.", "valid_from") from None
    # At the first level the parent is the country itself, by another code.
    above = parent if level == "2" else None
    unit = Unit(pcode, country, int(level), cells["name"], above, valid_from)
    return UnitRow(line=line, unit=unit)


def _spot(line: int, cells: dict[str, str]) -> SpotRow:
    country = cells.get("country", "").upper()
    if country and country not in COUNTRIES:
        raise Unreadable("invalid-code", "The country is no ISO 3166-1 code of two letters.", "country")
    if not cells["key"]:
        raise Unreadable("blank-id", "The row has no id.", "key")
    population = cells.get("population", "")
    spot = Spot(
        source=PLACES,
        key=cells["key"],
        country=country,
        name=cells["name"],
        lat=read_degrees(cells["lat"], 90, "lat"),
        lon=read_degrees(cells["lon"], 180, "lon"),
        # GeoNames writes 0 where it does not know.
        population=int(population)
        if population.isascii() and population.isdigit() and population != "0"
        else None,
    )
    others = tuple(dict.fromkeys(one for part in cells.get("others", "").split("|") if (one := part.strip())))
    return SpotRow(line=line, spot=spot, others=others, admin1=cells.get("admin1") or None)
