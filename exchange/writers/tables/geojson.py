"""GeoJSON (RFC 7946): a feature a row, WGS 84, the columns as properties; no place is a null geometry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

import orjson

from exchange.columns import Layout, Rows
from exchange.writers.tables.about import About


def write_geojson(file: BinaryIO, layout: Layout, rows: Rows, about: About) -> None:
    """Write the table. Raises ValueError for a layout without a place."""
    head = {
        "title": layout.title,
        "organisation": about.organisation,
        "log_sequence": about.log_sequence,
        "notes": [words for name, words in about.lines(layout) if name == "note"],
    }
    write_features(file, layout, rows, head)


def write_features(file: BinaryIO, layout: Layout, rows: Rows, said: Mapping[str, Any]) -> None:
    """Write rows as features, after what is ``said`` of all. Raises ValueError without a place."""
    if layout.point is None:
        raise ValueError(f"rows of {layout.name} have no place")
    names = layout.names
    lon, lat = (names.index(name) for name in layout.point)
    head = orjson.dumps({"type": "FeatureCollection", **said})
    file.write(head[:-1] + b',"features":[')
    separator, count = b"\n", 0
    for row in rows:
        known = row[lon] is not None and row[lat] is not None
        feature = {
            "type": "Feature",
            "id": row[0],
            "geometry": {"type": "Point", "coordinates": [row[lon], row[lat]]} if known else None,
            "properties": dict(zip(names, row, strict=True)),
        }
        file.write(separator + orjson.dumps(feature))
        separator, count = b",\n", count + 1
    file.write(b'\n],"rows":%d}\n' % count)
