"""Which records a record refers to, and the check that they are here.

A foreign id and a random one answer the same: the organisation has no such record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from db import kinds
from db.engine import Connection
from db.kinds import Kind
from db.queries import records
from domain.errors import Fault, Malformed, UnknownReference

Reference = tuple[str, Kind | None, str]
"""A JSON pointer, the kind referred to (None: a party, by code) and the id or code."""

_PLAIN: dict[str, dict[str, Kind | None]] = {
    "party": {"side": None},
    "source": {"side": None},
    "report": {"source": kinds.SOURCE},
    "incident": {"parent": kinds.INCIDENT},
    "place": {"incident": kinds.INCIDENT, "claim": kinds.CLAIM},
    "claim": {
        "report": kinds.REPORT,
        "incident": kinds.INCIDENT,
        "origin": kinds.SOURCE,
        "said_party": None,
    },
    "supersession": {"earlier": kinds.CLAIM, "later": kinds.CLAIM},
    "victim": {"incident": kinds.INCIDENT},
    "overlap": {"aggregate": kinds.INCIDENT, "incident": kinds.INCIDENT},
    "listing": {"report": kinds.REPORT, "victim": kinds.VICTIM},
}
_IN_PARTS: dict[str, tuple[str, dict[str, Kind | None]]] = {
    "report": ("cites", {"report": kinds.REPORT, "source": kinds.SOURCE}),
    "incident": ("parties", {"party": None}),
    "claim": ("figures", {"party": None}),
}


def references(kind: Kind, content: Mapping[str, Any], at: str = "") -> Iterator[Reference]:
    """Give every reference in a record's content, with ``at`` before its pointer."""
    for name, target in _PLAIN.get(kind.name, {}).items():
        if content[name] is not None:
            yield f"{at}/{name}", target, content[name]
    part, fields = _IN_PARTS.get(kind.name, ("", {}))
    for position, item in enumerate(content.get(part, ()) if part else ()):
        for name, target in fields.items():
            if item[name] is not None:
                yield f"{at}/{part}/{position}/{name}", target, item[name]


def check(connection: Connection, organisation: str, found: Iterable[Reference]) -> None:
    """Raise UnknownReference, naming every pointer, unless all of these are here."""
    wanted: dict[str, list[Reference]] = {}
    for reference in found:
        wanted.setdefault(reference[1].name if reference[1] else "party", []).append(reference)
    faults: list[Fault] = []
    for name, group in wanted.items():
        values = [value for _, _, value in group]
        if name == "party":
            present = records.existing_parties(connection, organisation, values)
        else:
            present = records.existing(connection, kinds.KINDS[name], organisation, values)
        faults.extend(_faults(name, group, present))
    if faults:
        raise UnknownReference(
            "A record that the request refers to is not here. Record it first, or correct the reference.",
            faults=faults,
        )


def _faults(name: str, group: Sequence[Reference], present: set[str]) -> Iterator[Fault]:
    for pointer, _, value in group:
        if value not in present:
            what = "no party has this code" if name == "party" else f"no {name} has this id"
            yield Fault(pointer, "unknown-reference", f"In your organisation {what}.")


def check_parameter(connection: Connection, organisation: str, kind: Kind, id: str | None, name: str) -> None:
    """Raise Malformed for an id in a parameter that the organisation has no record for; None is not asked."""
    if id is not None and not records.existing(connection, kind, organisation, [id]):
        detail = f"There is no such {kind.name}."
        raise Malformed(
            "A parameter cannot be used.",
            code="invalid-parameter",
            faults=[Fault(name, "unknown-reference", detail)],
        )
