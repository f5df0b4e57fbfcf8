"""What the public asks: of the published projection alone, over a connection that can read nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
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
ONE = sa.select(i.c.etag, i.c.document).where(i.c.id == sa.bindparam("id"))


def one(connection: Connection, id: str) -> Document | None:
    """Give the public document of an incident, also of a retracted one, or None."""
    row = connection.execute(ONE, {"id": id}).one_or_none()
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
    statement, values = page_asked(asked, after, limit)
    return page_of(connection.execute(statement, values).all(), limit)


def page_asked(
    asked: Asked, after: Sequence[Any] | None, limit: int
) -> tuple[sa.Select[tuple[str, str, str]], dict[str, Any]]:
    """Give the statement of a page, and its values: rows of document, first day and id, one more than fit.

    The statement is the same object for the same kinds of filters.
    """
    given, crosses = _given(asked)
    statement = _page(frozenset(given), is_next=after is not None, crosses=crosses)
    if after is not None:
        given["day"], given["id"] = after
    return statement, {**given, "rows": limit + 1}


def page_of(rows: Sequence[Any], limit: int) -> tuple[list[str], list[Any] | None]:
    """Give the documents of a page's rows, and the position after them, None at the end."""
    following = list(rows[limit - 1][1:]) if len(rows) > limit else None
    return [row[0] for row in rows[:limit]], following


def _term(kind: str, value: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return i.c.id.in_(sa.select(term.c.incident).where(term.c.kind == kind, value))


_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    **{name: i.c[name] == sa.bindparam(name) for name in ("state", "country", "organisation")},
    "adm1": _term("adm1", term.c.value == sa.bindparam("adm1")),
    "party": _term("party", term.c.value == sa.bindparam("party")),
    "causes": _term("cause", term.c.value.in_(sa.bindparam("causes", expanding=True))),
    "start": i.c.occurred_start >= sa.bindparam("start"),
    "end": i.c.occurred_end <= sa.bindparam("end"),
    "south": i.c.lat >= sa.bindparam("south"),
    "north": i.c.lat <= sa.bindparam("north"),
}


@cache
def _page(names: frozenset[str], *, is_next: bool, crosses: bool) -> sa.Select[tuple[str, str, str]]:
    """Give the statement for these filters: to build one anew costs more than to run it."""
    query = _filtered(sa.select(i.c.document, i.c.occurred_start, i.c.id), names, crosses=crosses)
    if is_next:
        position = sa.tuple_(sa.bindparam("day", type_=sa.Text), sa.bindparam("id", type_=sa.Text))
        query = query.where(sa.tuple_(i.c.occurred_start, i.c.id) > position)
    return query.order_by(i.c.occurred_start, i.c.id).limit(sa.bindparam("rows", type_=sa.Integer))


def every(connection: Connection, asked: Asked) -> Iterator[tuple[str, bool | None]]:
    """Give every document by first day and id, each with whether sums count it (None: it has no facts)."""
    given, crosses = _given(asked)
    counted = sa.select(sa.func.max(f.c.counted)).where(f.c.incident == i.c.id).scalar_subquery()
    query = _filtered(sa.select(i.c.document, counted), frozenset(given), crosses=crosses)
    ordered = query.order_by(i.c.occurred_start, i.c.id)
    for document, counts in connection.execute(ordered, given, execution_options={"yield_per": 1_000}):
        yield document, None if counts is None else bool(counts)


def _given(asked: Asked) -> tuple[dict[str, Any], bool]:
    """Give the values of the filters, and whether the box crosses 180 degrees."""
    given = {name: value for name, value in asdict(asked).items() if value is not None}
    box = given.pop("box", None)
    if box is None:
        return given, False
    return {**given, **dict(zip(("west", "south", "east", "north"), box, strict=True))}, box[0] > box[2]


def _filtered(query: sa.Select[Any], names: frozenset[str], *, crosses: bool) -> sa.Select[Any]:
    query = query.where(*(one for name, one in _CONDITIONS.items() if name in names))
    if "west" not in names:
        return query
    sides = (i.c.lon >= sa.bindparam("west"), i.c.lon <= sa.bindparam("east"))
    return query.where(sa.or_(*sides) if crosses else sa.and_(*sides))


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
