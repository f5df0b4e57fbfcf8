"""The tables of a release as they were published: read back from its files, and from nothing else."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.canonical import parse
from db.engine import Connection
from db.queries import releases as queries
from db.queries.records import Stored
from domain.access import Actor
from domain.release_diffs import Table, Value
from services import releases


@dataclass(frozen=True, slots=True)
class Released:
    """A release with its tables as published, by name, and what the statistics were asked for each."""

    stored: Stored
    content: Mapping[str, Any]
    tables: Mapping[str, Table]
    asked: Mapping[str, Mapping[str, Any]]

    @property
    def seq(self) -> int:
        """Give where the log stood at its cut-off."""
        return int(self.content["known_at"])


def load(connection: Connection, actor: Actor, key: str) -> Released:
    """Give a release with its tables, read from its files. Raises NotFound."""
    stored = releases.read(connection, actor, key)

    def content(name: str) -> bytes:
        found = queries.content(connection, actor.organisation, stored.id, name)
        if found is None:
            raise RuntimeError("A file of a release is not there.")
        return found

    tables: dict[str, Table] = {}
    asked: dict[str, Mapping[str, Any]] = {}
    for resource in json.loads(content("datapackage.json"))["resources"]:
        said = resource.get("civharm")
        if said is not None:
            tables[said["layout"]] = _table(resource, said, content(resource["path"]))
            asked[said["layout"]] = said["asked"]
    return Released(stored, parse(stored.content), tables, asked)


_TYPES: Mapping[str, type[int] | type[float]] = {"integer": int, "number": float}


def _table(resource: Mapping[str, Any], said: Mapping[str, Any], content: bytes) -> Table:
    kinds = [_TYPES.get(field["type"], str) for field in resource["schema"]["fields"]]
    rows = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    columns = tuple(next(rows))

    def value(text: str, kind: type[str] | type[int] | type[float]) -> Value:
        return None if text == "" else kind(text)

    return Table(
        said["layout"],
        f"{said['layout']} {said['asked']['table_version']}, layout {said['layout_version']}",
        tuple(said["key"]),
        columns,
        tuple(tuple(map(value, row, kinds)) for row in rows),
    )
