"""What the public asks: of the published projection alone, over a connection that can read nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.queries.fact_selections import key
from db.queries.facts import Sum
from db.tables.publications import public_fact as f
from db.tables.publications import public_incident as i
from db.tables.publications import public_organisation as o
from db.tables.publications import public_term as term
from domain.bands import Bands
from domain.vocab import PublicationState


class Document(NamedTuple):
    """A public document, ready to send."""

    etag: str
    document: str


# Asked by everybody: written once, since building a statement costs more than running it.
_ONE = sa.select(i.c.etag, i.c.document).where(i.c.id == sa.bindparam("id"))


def one(connection: Connection, id: str) -> Document | None:
    """Give the public document of an incident, also of a retracted one, or None."""
    row = connection.execute(_ONE, {"id": id}).one_or_none()
    return None if row is None else Document(*row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which published incidents; None does not restrict."""

    country: str | None = None
    adm1: str | None = None
    causes: tuple[str, ...] | None = None
    party: str | None = None
    organisation: str | None = None
    start: str | None = None
    end: str | None = None
    box: tuple[float, float, float, float] | None = None
    """West, south, east, north; a west beyond the east crosses 180 degrees."""
    state: str = PublicationState.PUBLISHED.value


def page(
    connection: Connection, asked: Asked, after: Sequence[Any] | None, limit: int
) -> tuple[list[str], list[Any] | None]:
    """Give a page of documents by first day and id, and the position after it, None at the end."""
    query = sa.select(i.c.document, i.c.occurred_start, i.c.id).where(*_conditions(asked))
    if after is not None:
        query = query.where(sa.tuple_(i.c.occurred_start, i.c.id) > sa.tuple_(*map(sa.literal, after)))
    rows = connection.execute(query.order_by(i.c.occurred_start, i.c.id).limit(limit + 1)).all()
    following = list(rows[limit - 1][1:]) if len(rows) > limit else None
    return [row[0] for row in rows[:limit]], following


def every(connection: Connection, asked: Asked) -> Iterator[tuple[str, bool | None]]:
    """Give every document by first day and id, each with whether sums count it (None: it has no facts)."""
    counted = sa.select(sa.func.max(f.c.counted)).where(f.c.incident == i.c.id).scalar_subquery()
    query = sa.select(i.c.document, counted).where(*_conditions(asked))
    ordered = query.order_by(i.c.occurred_start, i.c.id)
    for document, counts in connection.execute(ordered, execution_options={"yield_per": 1_000}):
        yield document, None if counts is None else bool(counts)


def _conditions(asked: Asked) -> list[Any]:
    found: list[Any] = [i.c.state == asked.state]
    found += [
        i.c[name] == value
        for name, value in (("country", asked.country), ("organisation", asked.organisation))
        if value is not None
    ]
    for kind, values in (
        ("adm1", None if asked.adm1 is None else (asked.adm1,)),
        ("cause", asked.causes),
        ("party", None if asked.party is None else (asked.party,)),
    ):
        if values is not None:
            having = sa.select(term.c.incident).where(term.c.kind == kind, term.c.value.in_(values))
            found.append(i.c.id.in_(having))
    if asked.start is not None:
        found.append(i.c.occurred_start >= asked.start)
    if asked.end is not None:
        found.append(i.c.occurred_end <= asked.end)
    if asked.box is not None:
        west, south, east, north = asked.box
        found.append(i.c.lat.between(south, north))
        if west <= east:
            found.append(i.c.lon.between(west, east))
        else:
            found.append(sa.or_(i.c.lon >= west, i.c.lon <= east))
    return found


def organisations(
    connection: Connection, after: Sequence[Any] | None, limit: int
) -> tuple[list[dict[str, Any]], list[Any] | None]:
    """Give a page of the organisations that have published, by name."""
    query = sa.select(o.c.name, o.c.organisation)
    if after is not None:
        query = query.where(sa.tuple_(o.c.name, o.c.organisation) > sa.tuple_(*map(sa.literal, after)))
    rows = connection.execute(query.order_by(o.c.name, o.c.organisation).limit(limit + 1)).all()
    following = list(rows[limit - 1]) if len(rows) > limit else None
    return [{"id": row.organisation, "name": row.name} for row in rows[:limit]], following


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which public facts a question sums: the grain, the values a column must be among, and the days."""

    grain: str
    among: tuple[tuple[str, tuple[str, ...]], ...]
    start: str | None = None
    end: str | None = None
    age_group: str | None = None


def sums(connection: Connection, asked: Selection, by: Sequence[str], bands: Bands) -> list[Sum]:
    """Give the sums of public facts, one a group, ordered by the keys."""
    keys = [_key(name, bands).label(f"k{at}") for at, name in enumerate(by)]
    query = sa.select(
        *keys,
        sa.func.sum(f.c.low),
        sa.func.sum(f.c.high),
        sa.func.count(sa.distinct(sa.case((f.c.open == 1, f.c.incident)))),
        sa.func.count(sa.distinct(f.c.incident)),
    ).where(*_of(asked, bands), *_within(asked))
    if keys:
        numbers: list[Any] = [sa.literal_column(str(at + 1)) for at in range(len(keys))]
        query = query.group_by(*numbers).order_by(*numbers)
    width = len(keys)
    return [
        Sum(
            tuple(row[:width]), int(row[width] or 0), int(row[width + 1] or 0), row[width + 2], row[width + 3]
        )
        for row in connection.execute(query)
    ]


def straddling(connection: Connection, asked: Selection, bands: Bands) -> int:
    """Give how many incidents touch the days that are asked for without lying within them."""
    if asked.start is None and asked.end is None:
        return 0
    touching = [sa.not_(sa.and_(*_within(asked)))]
    if asked.start is not None:
        touching.append(f.c.period_end >= asked.start)
    if asked.end is not None:
        touching.append(f.c.period_start <= asked.end)
    query = sa.select(sa.func.count(sa.distinct(f.c.incident))).where(*_of(asked, bands), *touching)
    return int(connection.execute(query).scalar_one())


def _key(name: str, bands: Bands) -> sa.ColumnElement[Any]:
    if name == "country":
        return sa.func.coalesce(f.c.country, "unknown")
    return key(name, bands, f)


def _of(asked: Selection, bands: Bands) -> list[Any]:
    found: list[Any] = [f.c.grain == asked.grain, f.c.counted == 1]
    found += [f.c[name].in_(values) for name, values in asked.among]
    if asked.age_group is not None:
        found.append(key("age_group", bands, f) == asked.age_group)
    return found


def _within(asked: Selection) -> list[Any]:
    found = []
    if asked.start is not None:
        found.append(f.c.period_start >= asked.start)
    if asked.end is not None:
        found.append(f.c.period_end <= asked.end)
    return found
