"""What is published, as a file for everybody: from the projection alone, over the public's connection."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from db.canonical import parse
from db.engine import Connection
from db.queries import public as queries
from db.queries.public import Asked
from exchange.columns import Counted
from exchange.formats import Format
from exchange.layouts.published import PUBLIC_INCIDENTS, incident_rows
from exchange.writers.tables.about import About
from exchange.writers.tables.geojson import write_features

_CHUNK = 1 << 20
# What a table says of one organisation's log is nothing that is published: these rows are of several.
_OF_NOBODY = About("", 0, "")


def write_incidents(
    connection: Connection, asked: Asked, format: Format, file: BinaryIO
) -> tuple[int, bytes]:
    """Write every published incident that is asked for; give the rows and the SHA-256 of the bytes."""
    counted = Counted(incident_rows(_read(connection, asked)))
    if format.needs_place:
        said = {"title": PUBLIC_INCIDENTS.title, "notes": list(PUBLIC_INCIDENTS.notes)}
        write_features(file, PUBLIC_INCIDENTS, counted, said)
    else:
        format.write(file, PUBLIC_INCIDENTS, counted, _OF_NOBODY)
    file.flush()
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return counted.rows, digest.digest()


def _read(connection: Connection, asked: Asked) -> Iterator[tuple[Mapping[str, Any], bool | None]]:
    for document, counts in queries.every(connection, asked):
        yield parse(document), counts
