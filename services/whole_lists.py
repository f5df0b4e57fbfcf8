"""The log, the members and the gazetteer's units as tables: every row, from one snapshot."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, BinaryIO

from db.engine import Connection
from db.queries import gazetteer as gazetteer_queries
from db.queries import log
from domain.access import Actor, require
from domain.gazetteer import Unit
from exchange.columns import Layout
from exchange.formats import Format
from exchange.layouts.others import LOG, MEMBERS, UNITS
from services import exports
from services.exports import Written

_MAY = {LOG.name: "log.read", MEMBERS.name: "member.read", UNITS.name: "gazetteer.read"}


def tag_of(
    connection: Connection, actor: Actor, layout: Layout, shown: Mapping[str, Any], format: Format
) -> str:
    """Give the tag of the table of a list that changes with the log."""
    require(actor, _MAY[layout.name])
    asked = {**shown, "layout": f"{layout.name} {layout.version}"}
    return exports.tag_of_log(connection, actor, asked, format.name)


def write_log(connection: Connection, actor: Actor, after: int, format: Format, file: BinaryIO) -> Written:
    """Write every entry of the log after a sequence."""
    require(actor, _MAY[LOG.name])
    rows = log.rows(connection, actor.organisation, after)
    shown = {"after": after} if after else {}
    return exports.write_rows(connection, actor, LOG, rows, shown, format, file)


def write_members(connection: Connection, actor: Actor, format: Format, file: BinaryIO) -> Written:
    """Write the members with their roles."""
    require(actor, _MAY[MEMBERS.name])
    rows = (
        (one["id"], one["name"], "; ".join(one["roles"]), bool(one["active"]))
        for one in log.members(connection, actor.organisation)
    )
    return exports.write_rows(connection, actor, MEMBERS, rows, {}, format, file)


def tag_of_units(connection: Connection, actor: Actor, filters: Mapping[str, Any], format: Format) -> str:
    """Give the tag of the units: no log speaks of them, so that their rows themselves are told."""
    require(actor, _MAY[UNITS.name])
    rows = (dataclasses.astuple(one) for one in _units(connection, filters))
    return exports.tag_of_rows(connection, actor, UNITS, rows, filters, format)


def write_units(
    connection: Connection, actor: Actor, filters: Mapping[str, Any], format: Format, file: BinaryIO
) -> Written:
    """Write the units that the filters leave, each in its newest version."""
    require(actor, _MAY[UNITS.name])
    rows = (dataclasses.astuple(one) for one in _units(connection, filters))
    return exports.write_rows(connection, actor, UNITS, rows, filters, format, file)


def _units(connection: Connection, filters: Mapping[str, Any]) -> list[Unit]:
    names = ("country", "level", "parent", "after")
    asked = {name: filters.get(name) for name in names}
    return gazetteer_queries.units(connection, **asked, limit=None)
