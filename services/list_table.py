"""The standard table of list membership: the matrix of an incident's lists, its margins proved."""

from __future__ import annotations

from db.queries import incidents
from domain.access import Actor
from domain.errors import Fault, Invalid
from domain.standard_tables import Asked
from domain.sums import Interval, Sum
from exchange.layouts.standard_tables import list_membership_layout
from services import lists_of_persons
from services.fact_tables import Made
from services.table_cells import Book


def list_membership(book: Book, actor: Actor, asked: Asked) -> Made:
    """Give a row a person, 1 on each list that names them; every list has as many as it names.

    Raises NotFound for the incident and where no list names anybody, Invalid for a past day.
    """
    if asked.known_at is not None:
        words = "Who stands on which list is given as it is now; leave known_at out."
        raise Invalid(
            "The table cannot be given as it is asked.",
            code="invalid-parameter",
            faults=[Fault("known_at", "unknown-parameter", words)],
        )
    named = asked.incident or ""
    id = incidents.by_code(book.connection, book.organisation, named) or named
    found = lists_of_persons.membership(book.connection, actor, id, by_origin=bool(asked.by_origin))
    lists_of_persons.check_named(found)
    made = Made(list_membership_layout(found.labels))
    for pattern, number in found.patterns:
        made.rows += [tuple(int(on) for on in pattern)] * number
    for at, (label, one) in enumerate(zip(found.labels, found.columns, strict=True)):
        on = tuple(
            ("".join("01"[mark] for mark in pattern), _exactly(number))
            for pattern, number in found.patterns
            if pattern[at]
        )
        made.sums.append(Sum(f"persons on {label}", _exactly(one.persons), on))
    made.notes = (f"{found.on_none} persons stand only on lists that their origin has replaced: in no row.",)
    return made


def _exactly(number: int) -> Interval:
    return Interval(number, number)
