"""The facts of trees, brought up to date in the transaction of every act that moves them (R7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.canonical import parse
from db.engine import Connection
from db.kinds import ASSESSMENT, INCIDENT
from db.queries import assessments, flags, opened_facts, records
from db.queries import incidents as incident_queries
from db.queries import netting as queries
from db.queries.netting import StoredOverlap
from db.queries.opened_facts import Opened
from db.sight import hidden
from db.sight import whole as whole_sight
from domain.access import Actor
from domain.figures import FactCell, Finding
from domain.netting import together
from domain.overlaps import exceeded, residual, taken
from domain.trees import Agreement, Assessed, Netted, net
from domain.vocab import FactRole
from services.records import read
from services.sight_of_trees import apart, for_the_same_people, lies_below

SIDES = ("own", "overlaps", "parts", "whole", "remainder")
"""The sides of the netting of one incident."""


def open_facts(
    connection: Connection, organisation: str, opened: Sequence[Opened], assessed_before: Mapping[str, str]
) -> dict[str, tuple[Finding, ...]]:
    """Open the facts of assessments just approved, those before closing, and net the trees they stand in.

    ``assessed_before`` has the assessment that each superseded. Gives what a person should look at, by
    incident. An incident without relatives keeps its facts as they are assessed; a tree is netted anew at
    each approval in it, as if they came one by one, so that every move has its own act and reason.
    """
    ids = [one[0] for one in opened]
    with whole_sight(connection):
        netted = _related(connection, organisation, ids) | queries.in_overlaps(connection, organisation, ids)
        lone = [one for one in opened if one[0] not in netted]
        opened_facts.replace(connection, organisation, lone, assessed_before)
    found: dict[str, tuple[Finding, ...]] = {}
    waiting = sorted((one[2], one[0]) for one in opened if one[0] in netted)
    for place, (seq, incident) in enumerate(waiting):
        not_yet = {later: assessed_before.get(later) for _, later in waiting[place + 1 :]}
        found |= net_again(connection, organisation, [incident], seq, {incident: seq}, not_yet)
    return found


def _aggregates_over(
    connection: Connection, organisation: str, ids: Sequence[str], related: Collection[str]
) -> set[str]:
    """Give the aggregates that an act on these incidents moves: those that overlap one of their trees.

    An overlap takes out the whole of the incident that it names, and a part of it moves that whole.
    """
    around = queries.trees_around(connection, organisation, related) if related else {}
    return queries.aggregates_over(connection, organisation, {*ids, *around})


def _related(connection: Connection, organisation: str, ids: Sequence[str]) -> set[str]:
    """Give those of these incidents that have others above or below them."""
    above = {id for id, parent in assessments.parents(connection, organisation, ids).items() if parent}
    return above | assessments.with_children(connection, organisation, ids)


def seen_anew(connection: Connection, organisation: str, incidents: Collection[str], seq: int) -> None:
    """Net again the trees around incidents whose claims others may read than before."""
    ids = sorted(incidents)
    with whole_sight(connection):
        related = _related(connection, organisation, ids) | queries.in_overlaps(connection, organisation, ids)
    if related:
        net_again(connection, organisation, related, seq)


def net_again(
    connection: Connection,
    organisation: str,
    incidents: Collection[str],
    seq: int,
    own_seq: Mapping[str, int] | None = None,
    not_yet: Mapping[str, str | None] | None = None,
) -> dict[str, tuple[Finding, ...]]:
    """Net the trees around these incidents: facts that differ close and open at the sequence.

    ``not_yet`` are incidents whose newest assessment comes into force later than that, with the one before.
    ``own_seq`` are the incidents assessed by the present act, each with the sequence of its own approval:
    one of them that turns out to have no assessed relative stands alone from there. Gives what a
    person should look at, by incident, of those that who acts may read.
    """
    with whole_sight(connection):
        found = _net_again(connection, organisation, incidents, seq, own_seq, not_yet)
    unseen = hidden(connection, found)
    return {incident: findings for incident, findings in found.items() if incident not in unseen}


def _net_again(
    connection: Connection,
    organisation: str,
    incidents: Collection[str],
    seq: int,
    own_seq: Mapping[str, int] | None,
    not_yet: Mapping[str, str | None] | None,
) -> dict[str, tuple[Finding, ...]]:
    over = _aggregates_over(connection, organisation, sorted(incidents), incidents)
    known = _Trees(connection, organisation, {*incidents, *over}, not_yet or {})
    if not known.contents:
        return {}
    before = queries.facts_in_force(connection, organisation, {*known.contents, *known.apart})
    netted = known.netted()
    alone: list[Opened] = []
    moved: list[Opened] = [
        (incident, assessment, seq, content["scope"], [])
        for incident, (assessment, content) in known.apart.items()
        if incident in before
    ]
    for incident, one in netted.items():
        assessment, content = known.contents[incident]
        now = before.get(incident, [])
        if known.stands_alone(one):
            if own_seq is not None and incident in own_seq:
                alone.append((incident, assessment, own_seq[incident], content["scope"], known.own[incident]))
                continue
            if _all_alone(now):
                continue
        made = list(_opened(one, assessment, seq, content["scope"]))
        if _compared(made) != Counter(now):
            # One that has no row left still closes those before.
            moved.extend(made or [(incident, assessment, seq, content["scope"], [])])
    opened_facts.replace(connection, organisation, alone, before)
    opened_facts.replace(connection, organisation, moved, before)
    found = {incident: known.clashes(one) for incident, one in netted.items()}
    flags.replace(connection, organisation, [(id, seq, found[id]) for id in sorted(found)], compared=True)
    return found


class _Trees:
    """The incidents of whole trees, with the assessments in force and the overlaps of aggregates."""

    def __init__(
        self,
        connection: Connection,
        organisation: str,
        incidents: Collection[str],
        not_yet: Mapping[str, str | None] | None = None,
    ) -> None:
        self.parents = queries.trees_around(connection, organisation, incidents)
        overlaps = queries.overlaps(connection, organisation, self.parents)
        others = {one.incident for one in overlaps if one.incident is not None} - self.parents.keys()
        around = queries.trees_around(connection, organisation, others) if others else {}
        self._everywhere = {**around, **self.parents}
        in_force = {
            incident: assessment
            for incident, assessment in {
                **assessments.in_force(connection, organisation, sorted(self._everywhere)),
                **{one: before for one, before in (not_yet or {}).items() if one in self._everywhere},
            }.items()
            if assessment is not None
        }
        self.overlaps = for_the_same_people(connection, overlaps, self._everywhere, in_force)
        stored = records.of_ids(connection, ASSESSMENT, organisation, in_force.values())
        contents = {incident: (id, parse(stored[id].content)) for incident, id in in_force.items()}
        self.apart = {
            incident: contents.pop(incident) for incident in apart(connection, self._everywhere, in_force)
        }
        """Assessed incidents that are not counted: see ``services/sight_of_trees.py``."""
        self.contents: dict[str, tuple[str, dict[str, Any]]] = {
            incident: found for incident, found in contents.items() if incident in self.parents
        }
        self.own = {incident: _cells(content) for incident, (_, content) in contents.items()}
        self._whole = self._wholes(contents) if self.overlaps else {}
        self.elsewhere: dict[str, list[FactCell]] = {}
        for one in self.overlaps:
            rows = self.taken(one)
            if rows:
                self.elsewhere.setdefault(one.aggregate, []).extend(rows)

    def taken(self, one: StoredOverlap) -> tuple[FactCell, ...]:
        """Give what an overlap takes out; with an incident above or below, the tree does that already."""
        if self._holds(one.incident, one.aggregate) or self._holds(one.aggregate, one.incident):
            return ()
        return taken(one.overlap, None if one.incident is None else self._whole.get(one.incident))

    def _wholes(
        self, contents: Mapping[str, tuple[str, Mapping[str, Any]]]
    ) -> dict[str, tuple[FactCell, ...]]:
        """Give the figure of each incident's whole subtree, as it stands before any overlap.

        One that is not assessed is transparent: its whole are those of its nearest assessed parts.
        """
        above = {}
        for incident in self._everywhere:
            here = self._everywhere.get(incident)
            while here is not None and here not in contents:
                here = self._everywhere.get(here)
            above[incident] = here
        assessed = [
            Assessed(incident, above[incident], content["scope"], self.own[incident])
            for incident, (_, content) in contents.items()
        ]
        found = {
            incident: one.of(FactRole.WHOLE) if one.parts else tuple(self.own[incident])
            for incident, one in net(assessed).items()
        }
        for named in {one.incident for one in self.overlaps if one.incident is not None} - found.keys():
            parts = [
                row
                for incident in contents
                if above[incident] == above.get(named) and lies_below(self._everywhere, incident, named)
                for row in found[incident]
            ]
            if parts:
                found[named] = together(parts)
        return found

    def _holds(self, above: str | None, below: str | None) -> bool:
        here = below
        while here is not None and here != above:
            here = self.parents.get(here)
        return above is not None and here is not None

    def below(self, incident: str) -> list[str]:
        """Give the nearest assessed incidents below this one, assessed itself or not."""
        found = []
        for one in self.contents:
            here = self.parents.get(one)
            while here is not None and here != incident and here not in self.contents:
                here = self.parents.get(here)
            if here == incident:
                found.append(one)
        return sorted(found)

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
                    residual(self.own[incident], self.elsewhere.get(incident, ())),
                )
                for incident, (_, content) in self.contents.items()
            ]
        )

    def clashes(self, one: Netted) -> tuple[Finding, ...]:
        """Name where an incident's parts and overlaps contradict its own figure."""
        elsewhere = self.elsewhere.get(one.incident, ())
        return (
            *exceeded(self.own[one.incident], elsewhere),
            *(clash.finding() for clash in one.clashes),
        )

    def stands_alone(self, one: Netted) -> bool:
        """Tell whether nothing but its own assessment makes an incident's facts."""
        return not one.parts and one.outer is None and one.incident not in self.elsewhere


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
    return Counter(tuple(row[name] for name in queries.COMPARED) for row in opened_facts.rows_of("", made))


@dataclass(frozen=True, slots=True)
class Relative:
    """An assessed incident above or below another."""

    id: str
    code: str
    title: str
    assessment: str


@dataclass(frozen=True, slots=True)
class TakenOut:
    """An overlap and the rows that it takes out of its aggregate now."""

    stored: StoredOverlap
    rows: tuple[FactCell, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """The netting of one incident: its relatives, its rows by side (``SIDES``), and what clashes."""

    incident: str
    assessment: str | None
    above: Relative | None
    parts: tuple[Relative, ...]
    overlaps: tuple[TakenOut, ...]
    rows: Mapping[str, tuple[FactCell, ...]]
    clashes: tuple[Finding, ...]


def of_incident(connection: Connection, actor: Actor, incident: str) -> Seen:
    """Give how an incident's figure and those of its assessed parts are counted once, now.

    An incident that is not assessed has no figure of its own: its parts are shown, and nothing is left.

    Raises NotFound.
    """
    read(connection, actor, INCIDENT, incident)
    known = _Trees(connection, actor.organisation, [incident])
    netted = known.netted()
    one = netted.get(incident)
    below, above = known.below(incident), known.above(incident)
    parts = [row for part in below for row in _whole(netted[part])]
    assessment = known.contents[incident][0] if one is not None else None
    overlaps = [each for each in known.overlaps if each.aggregate == incident]
    relatives = incident_queries.leaves(
        connection, actor.organisation, [*below, *([] if above is None else [above])]
    )
    about = {row.id: Relative(row.id, row.code, row.title, known.contents[row.id][0]) for row in relatives}
    return Seen(
        incident,
        assessment,
        None if above is None else about[above],
        tuple(about[part] for part in below),
        tuple(TakenOut(each, known.taken(each)) for each in overlaps),
        {
            "own": known.own[incident] if one is not None else (),
            "overlaps": together(known.elsewhere.get(incident, ())),
            "parts": together(parts),
            "whole": _whole(one) if one is not None else (),
            "remainder": one.of(FactRole.REMAINDER) if one is not None else (),
        },
        known.clashes(one) if one is not None else (),
    )


def _whole(one: Netted) -> tuple[FactCell, ...]:
    return one.of(FactRole.WHOLE) if one.parts else one.of(FactRole.PART)


def _cells(content: Mapping[str, Any]) -> tuple[FactCell, ...]:
    return tuple(FactCell(**cell) for cell in content["cells"])
