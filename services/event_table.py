"""The standard table of events: each incident with a number in force, in the columns of UCDP and ACLED."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from db.canonical import parse
from db.queries import records_then
from db.types import FOREVER
from domain.access import Actor, reads_sensitive
from domain.questions import UNKNOWN, Question
from domain.standard_tables import Asked
from domain.sums import Interval
from domain.vocab import Grain, Outcome, PlacePrecision, Verification
from domain.vocab.mappings import SCHEMES
from exchange.layouts.standard_tables import EVENTS
from services.fact_tables import Made
from services.table_cells import Book, Cells, Keys, Numbers, added, each_incident, ends, level

_WHERE = ("cause", "party", "adm1", "adm2")
_GROUPS = ("deaths_civilians", "deaths_fighters", "deaths_other_protected", "deaths_unknown")
_PRECISIONS = {code: place for place, code in enumerate(PlacePrecision.codes())}


def events(book: Book, actor: Actor, asked: Asked) -> Made:
    """Give a row an incident with killed in force at the point asked for, as it was recorded then."""
    question = Question(
        outcome=Outcome.KILLED.value, start=asked.start, end=asked.end, known_at=asked.known_at
    )
    made = Made(EVENTS)
    own = book.cells(question, ("incident", *_WHERE), Grain.TOTAL.value)
    statuses = book.cells(question, ("incident", "status"), Grain.STATUS.value)
    made.sums += level(book, "killed by incident", question, ("incident", *_WHERE), Grain.TOTAL.value)
    made.sums += level(book, "killed by status", question, ("incident", "status"), Grain.STATUS.value)
    made.sums += each_incident(book, "killed by status", question, Grain.STATUS.value)
    groups, best = _by_group(statuses), book.bests(question, ("incident",), Grain.TOTAL.value)
    exact = reads_sensitive(actor)
    if not exact:
        made.notes = (
            "Withheld from you: longitude, latitude. An empty cell does not say that none is known.",
        )
    records = _Records(book, {keys[0] for keys in own})
    for keys, numbers in sorted(own.items(), key=lambda one: records.order(one[0][0])):
        made.rows.append(_row(records, exact, keys, numbers, groups.get(keys[0], {}), best.get(keys[:1])))
    return made


def _by_group(statuses: Cells) -> dict[str, dict[str, Interval]]:
    found: dict[str, dict[str, Interval]] = {}
    for (incident, status), numbers in statuses.items():
        interval = numbers.interval
        if interval is not None:
            of = found.setdefault(incident, {})
            group = _group(status)
            of[group] = added((of.get(group), interval)) or interval
    return found


def _group(status: str) -> str:
    (crosswalk,) = SCHEMES["ucdp"].of("status")
    theirs = {one.theirs for one in crosswalk.matches if one.ours == status}
    if {"deaths_a", "deaths_b"} <= theirs:
        return "deaths_fighters"
    return theirs.pop() if theirs else "deaths_other_protected"


def _row(
    records: _Records,
    exact: bool,
    keys: Keys,
    numbers: Numbers,
    groups: Mapping[str, Interval],
    best: int | None,
) -> tuple[Any, ...]:
    id, cause, party, adm1, adm2 = keys
    incident, place = records.incidents[id], records.place(id, adm1, adm2)
    occurred = incident["occurred"]
    interval = numbers.interval
    one_number = interval is not None and interval.low == interval.high and not interval.open
    where, when = place.get("precision"), occurred["precision"]
    return (
        *(id, incident["code"], incident.get("country"), occurred["start"], occurred["end"]),
        _code("ucdp", "date_precision", when),
        _code("ucdp", "incident_kind", incident["kind"]),
        _code("ucdp", "place_precision", where),
        *(None if unit == UNKNOWN else unit for unit in (adm1, adm2)),
        *((place.get("lon"), place.get("lat")) if exact else (None, None)),
        *(end for group in _GROUPS for end in ends(groups.get(group))),
        *ends(added(groups.values())),
        *((None,) * 4 if interval is None else (interval.low, best, interval.high, interval.open)),
        None if cause == "undetermined" else cause,
        party,
        _code("acled", "date_precision", when),
        _code("acled", "place_precision", where),
        _code("acled", "cause", cause),
        interval.low if interval is not None and one_number else None,
        *ends(numbers.state(Verification.VERIFIED.value)),
        *ends(numbers.state(Verification.PENDING.value)),
    )


def _code(scheme: str, vocabulary: str, ours: str | None) -> str | None:
    if ours is None:
        return None
    (crosswalk,) = [one for one in SCHEMES[scheme].of(vocabulary) if one.code_list is not None]
    return crosswalk.to_theirs(ours)


class _Records:
    """Incidents and their most exact places as they were recorded at the point asked for."""

    def __init__(self, book: Book, ids: Iterable[str]) -> None:
        wanted = sorted(ids)
        seq = min(book.seq, FOREVER - 1)
        then = records_then.contents(book.connection, book.organisation, wanted, seq)
        self.incidents = {id: parse(content) for id, content in then.items()}
        places = records_then.places(book.connection, book.organisation, wanted)
        found: dict[str, list[dict[str, Any]]] = {}
        for content in records_then.contents(book.connection, book.organisation, places, seq).values():
            place = parse(content)
            found.setdefault(place["incident"], []).append(place)
        self._places = found

    def place(self, id: str, adm1: str, adm2: str) -> dict[str, Any]:
        """Give an incident's place; of one with several the unit that holds them all, without a point.

        A point of one of several would say that all of it happened there. Descriptions of one reported name
        are one place.
        """
        places = self._places.get(id, [])
        if not places:
            return {}
        if len({one["reported_name"].strip().casefold() for one in places}) == 1:
            return min(places, key=lambda one: _PRECISIONS[one["precision"]])
        unit = "adm2" if adm2 != UNKNOWN else "adm1" if adm1 != UNKNOWN else "country"
        return {"precision": unit}

    def order(self, id: str) -> tuple[str, str]:
        """Give what an incident's row is sorted by: its first day and its code."""
        incident = self.incidents[id]
        return incident["occurred"]["start"], incident["code"]
