"""Boundaries of first-level units as an organisation gives them: a GeoJSON file with a p-code at each unit.

None are shipped and none are fetched: borders are political, and which ones a brief draws is for the
organisation in whose name it is published to say.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from domain.errors import Fault, Malformed

PROPERTIES = ("adm1_pcode", "ADM1_PCODE", "pcode", "PCODE", "p_code", "ADM1_CODE")
"""Where a p-code is looked for, as OCHA's and others' files name it."""
FEWEST = 4
"""Positions of the smallest ring, the last of which is its first (RFC 7946)."""
MOST_BYTES = 100_000_000

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Units by p-code, each a list of polygons, a polygon a list of rings of (lon, lat), the outer first."""

    units: Mapping[str, tuple[tuple[Ring, ...], ...]]


def read_boundaries(content: bytes, named: str | None = None) -> Boundaries:
    """Read a GeoJSON FeatureCollection of polygons; ``named`` is the property that holds the p-code.

    Raises Malformed for what is no such file, for a unit without a p-code and for one that is there twice.
    """
    if len(content) > MOST_BYTES:
        raise _unusable(f"The file is larger than {MOST_BYTES:,} bytes; take a simplified one.")
    try:
        found = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except ValueError as error:
        raise _unusable("The file is not JSON in UTF-8.") from error
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or not features:
        raise _unusable("The file is no GeoJSON FeatureCollection with features.")
    held = [one.get("properties") if isinstance(one, dict) else None for one in features]
    key = named or _property(held)
    units: dict[str, tuple[tuple[Ring, ...], ...]] = {}
    for number, (feature, properties) in enumerate(zip(features, held, strict=True), start=1):
        code = properties.get(key) if isinstance(properties, dict) else None
        if not isinstance(code, str) or not code.strip():
            raise _unusable(f"Feature {number} has no p-code in the property {key}.")
        if code in units:
            raise _unusable(f"Feature {number} has a p-code that is there already: one feature a unit.")
        try:
            units[code] = tuple(_polygons(feature.get("geometry")))
        except (TypeError, ValueError, KeyError, IndexError, OverflowError) as error:
            raise _unusable(f"Feature {number} is no polygon with longitudes and latitudes.") from error
    return Boundaries(units)


def _property(held: Iterable[Any]) -> str:
    listed = [one for one in held if isinstance(one, dict)]
    for name in PROPERTIES:
        if any(name in one for one in listed):
            return name
    raise _unusable("No feature has a property for the p-code; looked for " + ", ".join(PROPERTIES) + ".")


def _polygons(geometry: Any) -> Iterable[tuple[Ring, ...]]:
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(kind)
    for polygon in [coordinates] if kind == "Polygon" else coordinates:
        if not polygon or any(len(ring) < FEWEST for ring in polygon):
            raise ValueError
        yield tuple(tuple(_position(one) for one in ring) for ring in polygon)


def _position(position: Any) -> tuple[float, float]:
    lon, lat = float(position[0]), float(position[1])
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 540 and abs(lat) <= 90):
        raise ValueError
    return lon, lat


def _unusable(detail: str) -> Malformed:
    return Malformed(
        "The boundaries cannot be used.",
        code="invalid-parameter",
        faults=[Fault("boundaries", "invalid-parameter", detail)],
    )
