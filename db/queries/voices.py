"""Who speaks and where: names of sources and titles of reports, for answers that people read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.reports import report
from db.tables.sources import source

IN_CHUNK = 500


class Speaker(NamedTuple):
    """A source as people know it; ``name`` None is confidential and stays so."""

    id: str
    kind: str
    name: str | None
    named: bool
    side: str | None


class Item(NamedTuple):
    """A report as people know it; ``title`` None is that of a confidential source's report."""

    id: str
    title: str | None
    published: str | None
    source: str


def speakers(connection: Connection, organisation: str, ids: Iterable[str]) -> dict[str, Speaker]:
    """Give these sources by id, the confidential ones without their names."""
    wanted = sorted(set(ids))
    found = {}
    for start in range(0, len(wanted), IN_CHUNK):
        for row in connection.execute(
            sa.select(
                source.c.id,
                source.c.kind,
                source.c.name,
                source.c.named,
                source.c.side,
                source.c.confidential,
            ).where(source.c.organisation == organisation, source.c.id.in_(wanted[start : start + IN_CHUNK]))
        ):
            name = None if row.confidential else row.name
            found[row.id] = Speaker(row.id, row.kind, name, bool(row.named), row.side)
    return found


def items(connection: Connection, organisation: str, ids: Iterable[str]) -> dict[str, Item]:
    """Give these reports by id; the title of a confidential source's report could name it and is left out."""
    wanted = sorted(set(ids))
    found = {}
    for start in range(0, len(wanted), IN_CHUNK):
        for row in connection.execute(
            sa.select(report.c.id, report.c.title, report.c.published, report.c.source, source.c.confidential)
            .join_from(report, source, source.c.id == report.c.source)
            .where(report.c.organisation == organisation, report.c.id.in_(wanted[start : start + IN_CHUNK]))
        ):
            title = None if row.confidential else row.title
            found[row.id] = Item(row.id, title, row.published, row.source)
    return found
