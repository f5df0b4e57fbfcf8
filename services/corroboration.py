"""Corroboration of an incident: who is behind what is said of it, with names that may be shown."""

from __future__ import annotations

from dataclasses import dataclass

from db.canonical import parse
from db.engine import Connection
from db.kinds import CLAIM, INCIDENT
from db.queries import records as record_queries
from db.queries import voices
from db.queries.voices import Item, Speaker
from domain.access import Actor, require
from domain.corroboration import Corroborated, Origin, corroborated
from domain.rereading import Rereading, rereadings
from domain.vocab import OriginBasis, SourceKind
from exchange.writers.corroboration_svg import Drawing, Node, Way, draw
from services import figures, records


@dataclass(frozen=True, slots=True)
class Answer:
    """Who is behind what is said of an incident, other readings of it, and everybody's name and kind."""

    incident: str
    title: str
    found: Corroborated
    rereadings: tuple[Rereading, ...]
    speakers: dict[str, Speaker]
    items: dict[str, Item]


def of_incident(connection: Connection, actor: Actor, incident: str) -> Answer:
    """Give the corroboration of an incident (R4) as it is known now. Raises NotFound."""
    require(actor, "record.read")
    content = parse(records.read(connection, actor, INCIDENT, incident).content)
    known = figures.evidence(connection, actor.organisation, incident)
    found = corroborated(known)
    stored = record_queries.belonging(connection, CLAIM, actor.organisation, incident)
    inferred = [one.id for one in stored if parse(one.content)["origin_basis"] == OriginBasis.INFERRED]
    reports = {report.id for report in known.reports} | {one.id for one in known.lists}
    items = voices.items(connection, actor.organisation, reports)
    ids = {source.id for source in known.sources} | {item.source for item in items.values()}
    speakers = voices.speakers(connection, actor.organisation, ids)
    other = rereadings(known, inferred, found)
    return Answer(incident, f"{content['code']} {content['title']}", found, other, speakers, items)


def speaker_in_words(speaker: Speaker | None) -> str:
    """Give a source's name, or what may be said of one that is confidential or not in the record."""
    if speaker is None:
        return "not in the record"
    if speaker.name is None:
        return f"confidential source ({SourceKind(speaker.kind).label.lower()})"  # type: ignore[call-arg]  # by value
    return speaker.name


def item_in_words(item: Item | None) -> str:
    """Give a report's title, or what may be said of one of a confidential source."""
    if item is None:
        return "a report that is not in the record"
    return "report of a confidential source" if item.title is None else item.title


def drawing(answer: Answer) -> bytes:
    """Give the way from every report to its roots as an SVG document."""
    nodes: dict[str, Node] = {}
    for chain in answer.found.chains:
        for id in chain.path[:-1]:
            item = answer.items.get(id)
            by = None if item is None else answer.speakers.get(item.source)
            published = "" if item is None or item.published is None else f", {item.published[:10]}"
            said = "" if item is None else speaker_in_words(by) + published
            nodes.setdefault(id, Node(id, item_in_words(item), said))
    for origin in answer.found.whole.origins:
        nodes[origin.id] = _root(origin, answer)
    ways = [
        Way(chain.claim, (*chain.path[:-1], chain.origin), chain.link == "stated")
        for chain in answer.found.chains
    ]
    return draw(
        Drawing(
            answer.title,
            answer.found.whole.sentence,
            answer.found.remarks,
            tuple(nodes.values()),
            tuple(ways),
        )
    )


def _root(origin: Origin, answer: Answer) -> Node:
    speaker = answer.speakers.get(origin.id)
    if speaker is None and origin.id in answer.items:
        speaker = answer.speakers.get(answer.items[origin.id].source)
    kind = "" if speaker is None else str(SourceKind(speaker.kind).label)  # type: ignore[call-arg]  # by value
    words = [kind] if kind else []
    words += [origin.standing] if origin.standing != "named" else []
    return Node(origin.id, speaker_in_words(speaker), ", ".join(words), origin.standing, origin.side)
