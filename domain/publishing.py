"""What the public gets of an incident: built up from allowed fields, never a record with fields removed.

``build`` makes the content of a publication from the record; two people agree on its digest. ``rendered``
makes of it the document that is stored and sent, and has a version: what an older one wrote is written anew.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from domain import disclosure
from domain.coarsening import Coarse, Point
from domain.disclosure import BANDS, LIVING, RULES, Audience, profile_for
from domain.errors import Fault, Invalid
from domain.fixed_tables import PublicFact, blocks
from domain.vocab import (
    Coarsening,
    FactRole,
    Grain,
    NameBasis,
    Outcome,
    PublicationState,
    Verification,
    Visibility,
)

DOCUMENT_VERSION = 2
"""Rises when ``rendered`` writes another document of the same content."""
_PROFILE = profile_for(Audience.PUBLIC)
COUNTED_TO_ONE = frozenset(code for code, rule in RULES[Audience.PUBLIC].items() if rule.counted_to_one)
"""Outcomes whose numbers are published incident by incident.

The injured, the missing and the detained live: a few of them at a place on a day are persons whom somebody
knows. Of them a document tells a band or nothing (``domain/disclosure.py``); the fixed tables count them.
"""
HOW_TO_READ = (
    "Persons killed are counted to one. Of the injured, the missing and the detained a band is told from "
    f"{BANDS[0]} persons on, of whole incidents that lie in no other, and nothing else; the fixed tables "
    "count them. Not shown is not zero."
)
_TABLES = "/v1/public/tables"
_ROLES = (FactRole.ALONE, FactRole.WHOLE, FactRole.PART)
"""A remainder is a parent's figure without its parts', which would tell of parts that are not published."""
_IN_TABLES = frozenset({Grain.TOTAL.value, Grain.SEX_AGE.value})
_COUNTED = frozenset({Verification.VERIFIED.value, Verification.PENDING.value})
"""What the record's own statistics sum: not what is contested or inconclusive."""
_FIGURE = ("outcome", "status", "sex", "age_low", "age_high", "verification", "low", "best", "high", "open")
_OPENNESS = Visibility.codes()


@dataclass(frozen=True, slots=True, kw_only=True)
class NameChoice:
    """A dead person's name that is to be shown, and why it may be (``note`` says where the basis is kept)."""

    victim: str
    name: str
    basis: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A finding in a text that a reviewer has judged harmless, by its key, and why."""

    finding: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the proposer chose to show."""

    narrative: bool = False
    coarsening: str = Coarsening.NONE.value
    grid_degrees: float | None = None
    place: str | None = None
    """The place that is shown, of several; None is the first that has what the coarsening needs."""
    names: tuple[NameChoice, ...] = ()
    reports: tuple[str, ...] = ()
    """Reports whose addresses are shown."""
    overrides: tuple[Override, ...] = ()


Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the record knows of an incident; each record is its content with its id."""

    incident: Record
    places: Sequence[Record]
    parties: Mapping[str, str]
    """Names of parties by code."""
    assessment: Record | None
    """The assessment in force."""
    facts: Sequence[Record]
    reports: Sequence[tuple[Record, Record]]
    """Reports behind the incident, each with its source."""
    victims: Sequence[Record]


@dataclass(frozen=True, slots=True)
class Content:
    """What becomes visible: the document and the facts that statistics sum, with how the point came about.

    ``table_facts`` are of the living: the fixed tables count them, and nothing else tells of them.
    """

    document: dict[str, Any]
    facts: list[dict[str, Any]]
    table_facts: list[dict[str, Any]]
    coarse: dict[str, Any]

    @property
    def sha256(self) -> str:
        """Give the digest that two people agree on.

        It is of what everybody reads. With the few numbers of the living in it, whoever is told the digest
        could try numbers until one fits: those are held against what was proposed as they are.
        """
        return digest({"document": self.document, "facts": self.facts})


def digest(content: Any) -> str:
    """Give the SHA-256 of canonical JSON."""
    written = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def least_open(visibilities: Sequence[str]) -> str:
    """Give the least open visibility of a record and those above it: its effective one."""
    return min(visibilities, key=_OPENNESS.index)


def is_restricted(record: Record) -> bool:
    """Tell whether only named people see a record, so that nothing of it is published."""
    return bool(record["visibility"] == Visibility.RESTRICTED)


def place_of(known: Known, choices: Choices) -> Record | None:
    """Give the place that is shown: the chosen one, or the first that has what the coarsening needs."""
    open_places = [one for one in known.places if not is_restricted(one)]
    if choices.place is not None:
        chosen = next((one for one in open_places if one["id"] == choices.place), None)
        if chosen is None:
            raise _unknown("/place", "Name a place of the incident that is not restricted.")
        return chosen
    needs = {
        Coarsening.GRID.value: "lon",
        Coarsening.ADM2.value: "adm2",
        Coarsening.ADM1.value: "adm1",
        Coarsening.COUNTRY.value: "country",
    }.get(choices.coarsening)
    return None if needs is None else next((one for one in open_places if one[needs] is not None), None)


def build(known: Known, choices: Choices, coarse: Coarse, unit: str | None) -> Content:
    """Give what becomes visible of an incident.

    ``coarse`` is the point for the public; ``unit`` the p-code or country that it is the middle of. Raises
    Invalid for a name without a dead person behind it, and for a report that is not the incident's.
    """
    one, assessed = known.incident, known.assessment
    units = list(_units(known, choices.coarsening))
    facts = [_fact(fact, one, choices.coarsening) for fact in _summed(known)]
    table_facts = list(_table_facts(known, choices.coarsening))
    document = {
        "id": one["id"],
        "code": one["code"],
        "kind": one["kind"],
        "title": one["title"],
        "narrative": one["narrative"] if choices.narrative else None,
        "occurred": {name: one["occurred"][name] for name in ("start", "end", "mode", "precision")},
        "where": {"country": one["country"], "units": units, "point": _point(known, choices, coarse)},
        "causes": sorted(one["causes"]),
        "parties": [
            {
                "party": role["party"],
                "name": known.parties.get(role["party"]),
                "responsibility": role["responsibility"],
            }
            for role in one["parties"]
        ],
        "assessment": None
        if assessed is None
        else {
            name: assessed[name]
            for name in (
                *("policy", "policy_version", "methodology_version", "standard_of_proof"),
                *("occurrence", "harm", "responsibility"),
            )
        },
        "figures": [{"grain": fact["grain"], **{name: fact[name] for name in _FIGURE}} for fact in facts],
        "bands": list(_bands(one, table_facts)),
        "reports": _reports(known, choices),
        "victims": sorted(_names(known, choices), key=lambda shown: (shown["name"], shown["basis"])),
    }
    at = None if coarse.point is None else [coarse.point.lon, coarse.point.lat]
    came_about = {"how": coarse.how, "degrees": coarse.degrees, "point": at, "unit": unit}
    return Content(document, facts, table_facts, came_about)


def coarse_of(kept: Record) -> Coarse:
    """Give the point of an earlier publication as it was kept."""
    at = kept["point"]
    return Coarse(kept["how"], kept["degrees"], None if at is None else Point(*at))


def _units(known: Known, coarsening: str) -> Iterator[dict[str, Any]]:
    shown = {
        Coarsening.COUNTRY.value: ("country",),
        Coarsening.ADM1.value: ("country", "adm1"),
    }.get(coarsening, ("country", "adm1", "adm2"))
    found = {
        tuple(one[name] if name in shown else None for name in ("country", "adm1", "adm2"))
        for one in known.places
        if not is_restricted(one)
    }
    for country, adm1, adm2 in sorted(found, key=lambda unit: tuple(part or "" for part in unit)):
        if country is not None or adm1 is not None or adm2 is not None:
            yield {"country": country, "adm1": adm1, "adm2": adm2}


def _point(known: Known, choices: Choices, coarse: Coarse) -> dict[str, Any] | None:
    place = place_of(known, choices)
    if coarse.point is None or place is None:
        return None
    return {
        "lon": coarse.point.lon,
        "lat": coarse.point.lat,
        "coarsening": coarse.how,
        "grid_degrees": coarse.degrees,
        "precision": place["precision"],
    }


def _summed(known: Known) -> Iterator[Record]:
    for fact in known.facts:
        if fact["outcome"] in COUNTED_TO_ONE and fact["role"] in _ROLES:
            yield fact


def _fact(fact: Record, incident: Record, coarsening: str) -> dict[str, Any]:
    names = ("grain", *_FIGURE, "period_start", "period_end", "cause", "party")
    return {
        **{name: fact[name] for name in names},
        "country": incident["country"],
        "adm1": None if coarsening == Coarsening.COUNTRY else fact["adm1"],
    }


def _table_facts(known: Known, coarsening: str) -> Iterator[dict[str, Any]]:
    """Give what the fixed tables count of the incident."""
    incident = known.incident
    for fact in known.facts:
        if (
            fact["outcome"] in LIVING
            and fact["role"] in _ROLES
            and fact["grain"] in _IN_TABLES
            and fact["verification"] in _COUNTED
        ):
            placed = _fact(fact, incident, coarsening)
            counted = asdict(table_fact(incident["id"], placed))
            del counted["incident"]
            yield counted


def table_fact(incident: str, fact: Record) -> PublicFact:
    """Give a published fact as the fixed tables take it."""
    found: dict[str, Any] = {**fact, "incident": incident}
    return PublicFact(**{field.name: found[field.name] for field in fields(PublicFact)})


def _bands(incident: Record, table_facts: Sequence[Record]) -> Iterator[dict[str, Any]]:
    """Give what the document tells of the living: of the same numbers that the fixed tables count.

    Nothing where the incident lies in another, published or not. Beside a printed 51 of the whole, a part of
    50 or more would tell of the other part that there is one person in it.
    """
    if incident["parent"] is not None:
        return
    for (outcome, _), counted in sorted(blocks(table_fact("", one) for one in table_facts).items()):
        for one in counted.values():
            told = disclosure.shown(outcome, None, None, one.count, one.count, _PROFILE)
            if told is not None:
                yield {"outcome": outcome, "low": told.low, "words": told.words}


def _reports(known: Known, choices: Choices) -> dict[str, Any]:
    """Give how many reports are behind it, of which kinds of source, and the addresses that were chosen.

    What a confidential source said, and a restricted report, are not even counted.
    """
    told = [
        (report, source)
        for report, source in known.reports
        if not source["confidential"] and not is_restricted(report) and not is_restricted(source)
    ]
    by_id = {report["id"]: report for report, _ in told}
    for position, id in enumerate(choices.reports):
        if id not in by_id or by_id[id]["url"] is None:
            raise _unknown(
                f"/reports/{position}", "Name a report of the incident with an address, of an open source."
            )
    shown = set(choices.reports)
    kinds = Counter(source["kind"] for _, source in told)
    links = [
        {"url": report["url"], "published": report["published"], "kind": source["kind"]}
        for report, source in told
        if report["url"] is not None and (report["id"] in shown or report["visibility"] == Visibility.PUBLIC)
    ]
    return {
        "count": len(told),
        "kinds": {kind: kinds[kind] for kind in sorted(kinds)},
        "links": sorted(links, key=lambda link: link["url"]),
    }


def _names(known: Known, choices: Choices) -> Iterator[dict[str, Any]]:
    by_id = {victim["id"]: victim for victim in known.victims}
    for position, choice in enumerate(choices.names):
        victim = by_id.get(choice.victim)
        if victim is None or choice.name not in [one["name"] for one in victim["names"]]:
            raise _unknown(f"/names/{position}", "Name a victim of the incident, by a name of the record.")
        if choice.basis not in NameBasis.codes():
            raise _unknown(f"/names/{position}/basis", "Use one of: " + ", ".join(NameBasis.codes()) + ".")
        if not is_dead(victim):
            detail = "Only a person whom the record says was killed is named to the public."
            fault = Fault(f"/names/{position}", "name-of-living", detail)
            raise Invalid(detail, code="name-of-living", faults=[fault])
        yield {"name": choice.name, "basis": choice.basis}


def is_dead(victim: Record) -> bool:
    """Tell whether the record says that a person was killed."""
    return any(one["outcome"] == Outcome.KILLED for one in victim["outcomes"])


def uncleared(known: Known, choices: Choices) -> set[str]:
    """Give the names of the incident's victims that are not to be shown, those of the living among them."""
    cleared = {(one.victim, one.name) for one in choices.names}
    return {
        name["name"]
        for victim in known.victims
        for name in victim["names"]
        if not is_dead(victim) or (victim["id"], name["name"]) not in cleared
    }


def _unknown(pointer: str, detail: str) -> Invalid:
    return Invalid(detail, code="unknown-reference", faults=[Fault(pointer, "unknown-reference", detail)])


def changes(before: Record | None, after: Record) -> dict[str, dict[str, Any]]:
    """Give the members of a document that differ from what is public now; all, where nothing is."""
    old = before or {}
    return {
        name: {"before": old.get(name), "after": value}
        for name, value in after.items()
        if before is None or old.get(name) != value
    }


def rendered(document: Record, organisation: Record, published_at: str) -> dict[str, Any]:
    """Give the public's document of an incident that is published."""
    return {
        **document,
        "organisation": dict(organisation),
        "state": PublicationState.PUBLISHED.value,
        "published_at": published_at,
        "note": HOW_TO_READ,
        "links": {
            "self": f"/v1/public/incidents/{document['id']}",
            "tables": f"{_TABLES}?organisation={organisation['id']}",
        },
    }


def rendered_retraction(
    document: Record, organisation: Record, retracted_at: str, code: str, note: str
) -> dict[str, Any]:
    """Give the public's document of an incident that was retracted: that it was, when and why."""
    return {
        "id": document["id"],
        "code": document["code"],
        "organisation": dict(organisation),
        "state": PublicationState.RETRACTED.value,
        "retracted_at": retracted_at,
        "reason": {"code": code, "note": note},
        "links": {"self": f"/v1/public/incidents/{document['id']}"},
    }
