"""Named persons as the rules see them: counted by description, with the outcome each has now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from db.engine import Connection
from db.kinds import INCIDENT
from db.queries import persons as queries
from db.queries import reports, victims
from domain.access import Actor, require
from domain.cells import ANY_AGE, Age, Cell, in_words
from domain.drafts import OutcomeDraft
from domain.figures import NamedPersons
from domain.persons import View, by_day, outcome_now, outcome_on
from domain.releases import replaced
from domain.vocab import Outcome
from services import records

CHUNK = 500


@dataclass(frozen=True, slots=True)
class OnDay:
    """The named persons of an incident on a day: how many of which description with which outcome.

    ``without`` had no outcome yet on that day. ``days`` are for each outcome how many have it now, by the day
    of it; None holds those of no single day.
    """

    day: str
    cells: tuple[NamedPersons, ...]
    without: int
    days: dict[str, dict[str | None, int]]


def on_day(connection: Connection, actor: Actor, incident: str, day: str, view: View) -> OnDay:
    """Give the named persons of an incident as they stood on an ISO day, in one view of days (R12).

    Whoever died of wounds is injured until that day and killed from it on: one person has one outcome. Raises
    NotFound.
    """
    require(actor, "record.read")
    records.read(connection, actor, INCIDENT, incident)
    organisation = actor.organisation
    withdrawn = _replaced(connection, organisation, [incident]).get(incident, frozenset())
    counts: Counter[Cell] = Counter()
    without = 0
    every: list[list[OutcomeDraft]] = []
    for person in queries.of_incident(connection, organisation, incident, withdrawn):
        every.append(person.outcomes)
        outcome = outcome_on(person.outcomes, day, view)
        if outcome is None:
            without += 1
        else:
            counts[_cell(outcome, person)] += 1
    cells = tuple(NamedPersons(cell, number) for cell, number in sorted(counts.items(), key=_shown))
    outcomes = [
        code for code in Outcome.codes() if any(one.outcome == code for said in every for one in said)
    ]
    days = {code: found for code in outcomes if (found := by_day(every, code, view))}
    return OnDay(day, cells, without, days)


def _shown(one: tuple[Cell, int]) -> tuple[int, str]:
    return Outcome.codes().index(one[0].outcome), in_words(one[0])


def named(
    connection: Connection,
    organisation: str,
    incidents: Sequence[str],
    rejected: Mapping[str, Collection[str]] | None = None,
) -> dict[str, tuple[NamedPersons, ...]]:
    """Give how many persons are named in each incident, by exact description and outcome now (R11, R12).

    Who has no outcome is no evidence for a count. Nor is who stands only on lists that their origin has
    replaced: it names this person no more. Nor are those in ``rejected``, by incident: people found them
    not to be so.
    """
    gone = rejected or {}
    counts: dict[str, Counter[Cell]] = {}
    for start in range(0, len(incidents), CHUNK):
        chunk = incidents[start : start + CHUNK]
        lists = _replaced(connection, organisation, chunk)
        alone = [one for one in chunk if one in lists or gone.get(one)]
        together = [one for one in chunk if one not in set(alone)]
        _count(connection, organisation, together, (), (), counts)
        for incident in alone:
            withdrawn = lists.get(incident, frozenset())
            _count(connection, organisation, [incident], withdrawn, gone.get(incident, ()), counts)
    return {
        incident: tuple(NamedPersons(cell, count) for cell, count in found.items())
        for incident, found in counts.items()
    }


def _count(
    connection: Connection,
    organisation: str,
    incidents: Sequence[str],
    withdrawn: Collection[str],
    rejected: Collection[str],
    counts: dict[str, Counter[Cell]],
) -> None:
    if not incidents:
        return
    for one in queries.of_one_outcome(connection, organisation, incidents, withdrawn, rejected):
        cell = _cell(one.outcome, one)
        counts.setdefault(one.incident, Counter())[cell] += one.number
    for person in queries.of_several_outcomes(connection, organisation, incidents, withdrawn, rejected):
        outcome = outcome_now(person.outcomes)
        if outcome is not None:
            counts.setdefault(person.incident, Counter())[_cell(outcome, person)] += 1


def _cell(outcome: str, one: queries.Described | queries.WithOutcomes) -> Cell:
    age = ANY_AGE if one.age_low is None else Age(one.age_low, one.age_high)
    return Cell(outcome, one.status, one.sex, age)


def _replaced(
    connection: Connection, organisation: str, incidents: Sequence[str]
) -> dict[str, frozenset[str]]:
    """Give the replaced lists of each incident that has any.

    An organisation with a single list has none, and the listings of its persons are not looked at.
    """
    if not queries.several_lists(connection, organisation):
        return {}
    by_incident = queries.lists_of(connection, organisation, incidents)
    known = victims.list_reports(connection, organisation, {id for ids in by_incident.values() for id in ids})
    sources = reports.sources_of(connection, organisation, {one.origin for one in known.values()})
    unnamed = {source.id for source in sources.values() if not source.named}
    found = {}
    for incident, ids in by_incident.items():
        gone = replaced((known[id] for id in ids if id in known), unnamed)
        if gone:
            found[incident] = frozenset(gone)
    return found


def outcomes_now(connection: Connection, organisation: str, incidents: Sequence[str]) -> dict[str, str]:
    """Give the outcome that each person has now whose every outcome has a day (R12), by the person's id."""
    found = {}
    for start in range(0, len(incidents), CHUNK):
        chunk = incidents[start : start + CHUNK]
        for person in queries.with_dated_outcomes(connection, organisation, chunk):
            if all(one.start or one.end or one.recognised for one in person.outcomes):
                found[person.id] = outcome_now(person.outcomes) or ""
    return found
