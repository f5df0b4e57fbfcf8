"""The lists: each kind's filters as conditions, and its stable order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from db.kinds import Kind
from db.queries.incidents import having_cause, having_party, in_unit
from domain.vocab import Cause

_PLAIN = {
    "party": ("code",),
    "source": ("kind", "name", "side"),
    "report": ("source", "kind", "url_key"),
    "incident": ("code", "kind", "state", "parent"),
    "place": ("incident", "adm1", "adm2"),
    "claim": ("incident", "report", "origin"),
    "supersession": ("incident", "earlier", "later"),
    "victim": ("incident", "sex", "status"),
    "listing": ("report", "victim"),
    "assessment": ("incident", "state", "policy"),
    "release": ("state", "number", "digest"),
    "publication": ("incident", "state"),
    "overlap": ("aggregate", "incident", "kind"),
    "import_run": ("reader", "state"),
    "population": ("name",),
    "clearance": ("object", "member"),
}
"""The filters of each kind that compare one column."""


def is_not(kind: Kind, flag: str) -> Any:
    """Give the condition that a truth column of the kind is false."""
    column = kind.table.c[flag]
    return column == sa.literal(False, column.type)


def conditions(kind: Kind, filters: Mapping[str, Any]) -> list[Any]:
    """Give the conditions for the filters that are given; None is not asked for.

    Raises KeyError for a filter that the kind does not have.
    """
    asked = {name: value for name, value in filters.items() if value is not None}
    plain = [name for name in asked if name in _PLAIN[kind.name]]
    found: list[Any] = [kind.table.c[name] == asked.pop(name) for name in plain]
    since = asked.pop("updated_since", None)
    if since is not None:
        found.append(kind.table.c.seq > since)
    if kind.name == "incident":
        found += _of_incident(kind.table, asked)
    if asked:
        raise KeyError(f"no such filter of {kind.name}")
    return found


def _of_incident(table: sa.Table, asked: dict[str, Any]) -> list[Any]:
    found: list[Any] = []
    if "start" in asked:
        found.append(table.c.occurred_start >= asked.pop("start"))
    if "end" in asked:
        found.append(table.c.occurred_end <= asked.pop("end"))
    adm1, adm2 = asked.pop("adm1", None), asked.pop("adm2", None)
    if adm1 is not None or adm2 is not None:
        found.append(in_unit(adm1, adm2))
    if "cause" in asked:
        cause = asked.pop("cause")
        found.append(having_cause([code for code in Cause.codes() if Cause.is_within(code, cause)]))
    if "party" in asked:
        found.append(having_party(asked.pop("party")))
    return found


def order(kind: Kind, filters: Mapping[str, Any]) -> list[sa.Column[Any]]:
    """Give the order of a list: incidents by day, all else and every incremental read as recorded."""
    if kind.name == "incident" and filters.get("updated_since") is None:
        return [kind.table.c.occurred_start, kind.table.c.id]
    return [kind.table.c.seq, kind.table.c.id]


def plain_filters(kind: Kind) -> tuple[str, ...]:
    """Give the names of the filters of a kind that compare one column."""
    return _PLAIN[kind.name]
