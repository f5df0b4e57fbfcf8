"""How incidents stood at every point of the log: what the counts beside a statistic are read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.sight import whole
from db.tables import incidents as t
from db.tables import log as tl
from db.types import FOREVER


class ScopeRow(NamedTuple):
    """What an incident's scope is worked out from."""

    id: str
    state: str
    out_of_scope: str | None
    version: int
    start: str
    end: str
    adm: list[tuple[str | None, str | None]]
    causes: list[str]
    parties: list[tuple[str, str]]


class Standing(NamedTuple):
    """An incident's state and scope from a log sequence on."""

    incident: str
    state: str
    period_start: str
    period_end: str
    adm1: str | None
    adm2: str | None
    cause: str
    party: str
    valid_from: int


def scope_rows(connection: Connection, organisation: str, ids: Sequence[str]) -> list[ScopeRow]:
    """Give the scope of at most some hundred incidents."""
    i = t.incident
    found = {
        row.id: ScopeRow(
            row.id, row.state, row.out_of_scope, row.version, row.occurred_start, row.occurred_end, [], [], []
        )
        for row in connection.execute(
            sa.select(
                i.c.id, i.c.state, i.c.out_of_scope, i.c.version, i.c.occurred_start, i.c.occurred_end
            ).where(i.c.organisation == organisation, i.c.id.in_(ids))
        )
    }
    present = list(found)
    for place in connection.execute(
        sa.select(t.place.c.incident, t.place.c.adm1, t.place.c.adm2)
        .where(t.place.c.organisation == organisation, t.place.c.incident.in_(present))
        .order_by(t.place.c.incident, t.place.c.seq)
    ):
        found[place.incident].adm.append((place.adm1, place.adm2))
    for cause in connection.execute(
        sa.select(t.incident_cause.c.incident, t.incident_cause.c.code).where(
            t.incident_cause.c.incident.in_(present)
        )
    ):
        found[cause.incident].causes.append(cause.code)
    for part in connection.execute(
        sa.select(
            t.incident_party.c.incident, t.incident_party.c.party, t.incident_party.c.responsibility
        ).where(t.incident_party.c.incident.in_(present))
    ):
        found[part.incident].parties.append((part.party, part.responsibility))
    return list(found.values())


def stand(connection: Connection, organisation: str, standings: Sequence[Standing]) -> None:
    """Close the standings in force of these incidents and open the new ones, at their sequences."""
    if not standings:
        return
    s = t.incident_standing
    with whole(connection):
        connection.execute(
            s.delete().where(s.c.incident == sa.bindparam("b_id"), s.c.valid_from >= sa.bindparam("b_seq")),
            [{"b_id": one.incident, "b_seq": one.valid_from} for one in standings],
        )
        connection.execute(
            s.update()
            .where(s.c.incident == sa.bindparam("b_id"), s.c.valid_to > sa.bindparam("b_seq"))
            .values(valid_to=sa.bindparam("b_seq")),
            [{"b_id": one.incident, "b_seq": one.valid_from} for one in standings],
        )
    connection.execute(
        s.insert(),
        [{"organisation": organisation, "valid_to": FOREVER, **one._asdict()} for one in standings],
    )
    connection.execute(
        tl.log_head.update()
        .where(tl.log_head.c.organisation == organisation)
        .values(standing_seq=max(one.valid_from for one in standings))
    )


def set_states(connection: Connection, organisation: str, states: Mapping[str, str]) -> None:
    """Set the derived state of incidents."""
    if states:
        with whole(connection):
            connection.execute(
                t.incident.update()
                .where(t.incident.c.organisation == organisation, t.incident.c.id == sa.bindparam("b_id"))
                .values(state=sa.bindparam("b_state")),
                [{"b_id": id, "b_state": state} for id, state in states.items()],
            )


def with_state(connection: Connection, organisation: str, ids: Sequence[str], state: str) -> list[str]:
    """Give those of these incidents that are in the state."""
    found: list[str] = []
    for start in range(0, len(ids), 500):
        found.extend(
            connection.execute(
                sa.select(t.incident.c.id).where(
                    t.incident.c.organisation == organisation,
                    t.incident.c.state == state,
                    t.incident.c.id.in_(ids[start : start + 500]),
                )
            ).scalars()
        )
    return found
