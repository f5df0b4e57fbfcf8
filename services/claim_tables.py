"""The claims table of an incident, with who speaks in each claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.canonical import parse
from db.engine import Connection
from db.kinds import CLAIM, INCIDENT
from db.queries import flags, victims, voices
from db.queries import records as record_queries
from db.queries.flags import FlagRow
from db.queries.voices import Item, Speaker
from domain.access import Actor, require
from domain.claim_table import ClaimTable, laid_out
from domain.figures import Figures
from domain.independence import Citations, roots
from domain.policies import POLICIES
from services import figures, records


@dataclass(frozen=True, slots=True)
class Laid:
    """The table, the policies' answers, and of each claim its content, voices, roots and flags."""

    incident: Mapping[str, Any]
    state: str | None
    table: ClaimTable
    answers: tuple[Figures, ...]
    contents: Mapping[str, Mapping[str, Any]]
    speakers: Mapping[str, Speaker]
    items: Mapping[str, Item]
    keys: Mapping[str, tuple[str, ...]]
    flags: Mapping[str, tuple[FlagRow, ...]]
    lists: tuple[str, ...]
    """The reports that list persons, where a policy asked reads them, in the order of recording."""


def of_incident(connection: Connection, actor: Actor, incident: str, asked: Sequence[str] = ()) -> Laid:
    """Give the claims table of an incident under these policies, ``name`` or ``name@version``.

    Where none is asked all are that have something to read. Raises NotFound for the incident and Invalid
    for a policy that does not exist.
    """
    require(actor, "record.read")
    stored = records.read(connection, actor, INCIDENT, incident)
    names = asked or _with_something_to_read(connection, actor.organisation, incident)
    answers, known = figures.answers_on(connection, actor.organisation, incident, names)
    claims = record_queries.belonging(connection, CLAIM, actor.organisation, incident)
    contents = {one.id: parse(one.content) for one in claims}
    lists = tuple(one.id for one in sorted(known.lists, key=lambda one: (one.seq, one.id)))
    reports = {one["report"] for one in contents.values()} | set(lists)
    items = voices.items(connection, actor.organisation, reports)
    speaking = {one["origin"] for one in contents.values()} | {item.source for item in items.values()}
    raised: dict[str, tuple[FlagRow, ...]] = {}
    for row in flags.of(connection, actor.organisation, contents):
        raised[row.object] = (*raised.get(row.object, ()), row)
    citations = Citations.of(known.sources, known.reports, known.parties)
    return Laid(
        parse(stored.content),
        stored.state,
        laid_out(known.claims, answers),
        tuple(answers),
        contents,
        voices.speakers(connection, actor.organisation, speaking),
        items,
        {claim.id: tuple(root.key for root in roots(claim, citations)) for claim in known.claims},
        raised,
        lists,
    )


def _with_something_to_read(connection: Connection, organisation: str, incident: str) -> tuple[str, ...]:
    """Give every policy that reads claims, and those that count listed persons where there is a list."""
    lists = victims.has_lists(connection, organisation, incident)
    return tuple(name for name, policy in POLICIES.items() if lists or not policy.reads_lists)
