"""The facts of trees, brought up to date in the transaction of every act that moves them (R7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from db.canonical import parse
from db.engine import Connection
from db.kinds import ASSESSMENT
from db.queries import assessments, facts, flags, records
from db.queries import netting as queries
from db.queries.facts import Opened
from domain.figures import FactCell, Finding
from domain.trees import Agreement, Assessed, Netted, net
from domain.vocab import FactRole


def open_facts(
    connection: Connection, organisation: str, opened: Sequence[Opened], assessed_before: Collection[str]
) -> dict[str, tuple[Finding, ...]]:
    """Open the facts of assessments just approved, those before closing, and net the trees they stand in.

    Gives what a person should look at, by incident. An incident without relatives keeps its facts as they
    are assessed; in a batch the facts of a tree move once, at its last approval.
    """
    ids = [one[0] for one in opened]
    related = _related(connection, organisation, ids)
    facts.replace(connection, organisation, [one for one in opened if one[0] not in related], assessed_before)
    if not related:
        return {}
    own_seq = {one[0]: one[2] for one in opened}
    return net_again(connection, organisation, related, max(own_seq.values()), own_seq)


def _related(connection: Connection, organisation: str, ids: Sequence[str]) -> set[str]:
    """Give those of these incidents that have others above or below them."""
    above = {id for id, parent in assessments.parents(connection, organisation, ids).items() if parent}
    return above | assessments.with_children(connection, organisation, ids)


def net_again(
    connection: Connection,
    organisation: str,
    incidents: Collection[str],
    seq: int,
    own_seq: Mapping[str, int] | None = None,
) -> dict[str, tuple[Finding, ...]]:
    """Net the trees around these incidents: facts that differ close and open at the sequence.

    ``own_seq`` are the incidents assessed by the present act, each with the sequence of its own approval:
    one of them that turns out to have no assessed relative stands alone from there. Gives what a
    person should look at, by incident.
    """
    known = _Trees(connection, organisation, incidents)
    if not known.contents:
        return {}
    before = queries.facts_in_force(connection, organisation, known.contents)
    netted = known.netted()
    alone: list[Opened] = []
    moved: list[Opened] = []
    for incident, one in netted.items():
        assessment, content = known.contents[incident]
        now = before.get(incident, [])
        if known.stands_alone(one):
            if own_seq is not None and incident in own_seq:
                cells = [FactCell(**cell) for cell in content["cells"]]
                alone.append((incident, assessment, own_seq[incident], content["scope"], cells))
                continue
            if _all_alone(now):
                continue
        made = list(_opened(one, assessment, seq, content["scope"]))
        if _compared(made) != Counter(now):
            # One that has no row left still closes those before.
            moved.extend(made or [(incident, assessment, seq, content["scope"], [])])
    facts.replace(connection, organisation, alone, before)
    facts.replace(connection, organisation, moved, before)
    return _flagged(connection, organisation, netted, seq)


class _Trees:
    """The incidents of whole trees, with the assessments in force."""

    def __init__(self, connection: Connection, organisation: str, incidents: Collection[str]) -> None:
        self.parents = queries.trees_around(connection, organisation, incidents)
        in_force = assessments.in_force(connection, organisation, list(self.parents))
        stored = records.of_ids(connection, ASSESSMENT, organisation, in_force.values())
        self.contents: dict[str, tuple[str, dict[str, Any]]] = {
            incident: (id, parse(stored[id].content)) for incident, id in in_force.items()
        }

    def above(self, incident: str) -> str | None:
        """Give the nearest assessed incident above this one: those between are transparent."""
        here = self.parents.get(incident)
        while here is not None and here not in self.contents:
            here = self.parents.get(here)
        return here

    def netted(self) -> dict[str, Netted]:
        """Give what the rows of every assessed incident become."""
        return net(
            [
                Assessed(
                    incident,
                    self.above(incident),
                    content["scope"],
                    tuple(FactCell(**cell) for cell in content["cells"]),
                )
                for incident, (_, content) in self.contents.items()
            ]
        )

    def stands_alone(self, one: Netted) -> bool:
        """Tell whether nothing but its own assessment makes an incident's facts."""
        return not one.parts and one.outer is None


def _all_alone(rows: Sequence[queries.FactRow]) -> bool:
    role = queries.COMPARED.index("role")
    return all(row[role] == FactRole.ALONE for row in rows)


def _opened(one: Netted, assessment: str, seq: int, scope: Mapping[str, Any]) -> Iterator[Opened]:
    place = {**scope, **_placed("inner", one.inner), **_placed("outer", one.outer)}
    for role, cells in one.rows:
        if cells:
            yield one.incident, assessment, seq, {**place, "role": role}, cells


def _placed(side: str, found: Agreement | None) -> dict[str, Any]:
    return {
        f"{side}_agrees": None if found is None else found.agrees,
        f"{side}_start": None if found is None else found.start,
        f"{side}_end": None if found is None else found.end,
    }


def _compared(made: Sequence[Opened]) -> Counter[queries.FactRow]:
    return Counter(tuple(row[name] for name in queries.COMPARED) for row in facts.rows_of("", made))


def _flagged(
    connection: Connection, organisation: str, netted: Mapping[str, Netted], seq: int
) -> dict[str, tuple[Finding, ...]]:
    """Flag the incidents whose parts contradict them, take flags away that no longer hold, and name them."""
    found = {
        incident: tuple(clash.finding() for clash in one.clashes)
        for incident, one in netted.items()
        if one.clashes
    }
    flags.replace(
        connection, organisation, [(id, seq, found.get(id, ())) for id in sorted(netted)], compared=True
    )
    return found
