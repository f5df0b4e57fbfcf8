"""Publishing incidents: proposed by one, decided by another, and void as soon as anything of it is edited.

What would become visible is computed when it is proposed and again when it is published; only the same
digest is published. The projection that the public reads is written in that transaction and in no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from db import door
from db.canonical import parse
from db.engine import Connection
from db.kinds import ASSESSMENT, INCIDENT, PLACE, PUBLICATION, REPORT, SOURCE, VICTIM
from db.queries import publications as queries
from db.queries import records
from db.queries.records import Stored
from db.sight import nobodys, whole
from domain import coarsening
from domain.access import Actor, require, require_member, require_second_member
from domain.coarsening import Coarse, Point
from domain.errors import Conflict, Fault, Invalid, NotAllowed, NotFound, Stale
from domain.public_text import TextFinding, find
from domain.publishing import (
    Choices,
    Content,
    Known,
    NameChoice,
    Override,
    build,
    changes,
    coarse_of,
    place_of,
    uncleared,
)
from domain.vocab import Coarsening, IncidentState, PublicationState, ReasonCode, Visibility
from services import effective_visibility, projection, public_releases, withholding
from services.jobs import outbox
from services.records import Saved, new_id

LAPSED = (
    "What would become visible is no longer what was proposed, so the proposal has lapsed. Look at the "
    "preview and propose anew."
)


@dataclass(frozen=True, slots=True)
class Preview:
    """Exactly what would become visible, what a text may give away, and what differs from what is public."""

    content: Content
    findings: tuple[TextFinding, ...]
    overridden: frozenset[str]
    published: str | None
    """The publication that is public now."""
    changes: Mapping[str, Any]

    @property
    def open_findings(self) -> tuple[TextFinding, ...]:
        """Give the findings that nobody has judged."""
        return tuple(one for one in self.findings if one.key not in self.overridden)


def preview(connection: Connection, actor: Actor, incident: str, choices: Choices) -> Preview:
    """Give what publishing an incident would make visible.

    Raises NotFound, Conflict for an incident that is restricted or out of scope, and Invalid for a choice
    that cannot be.
    """
    require(actor, "publication.read")
    _check_names(connection, actor, choices)
    return _preview(connection, actor.organisation, incident, choices)


def _check_names(connection: Connection, actor: Actor, choices: Choices) -> None:
    """Raise NotAllowed for a name that the actor may not read: whether it is right would tell it."""
    known = withholding.readable(connection, actor, VICTIM, [one.victim for one in choices.names])
    faults = [
        Fault(f"/names/{at}", "withheld-field", "The person's names are withheld from you.")
        for at, one in enumerate(choices.names)
        if one.victim not in known
    ]
    if faults:
        raise NotAllowed(
            "Show names only of persons whom you recorded, or have a reviewer propose it.",
            code="withheld-field",
            faults=faults,
        )


def _preview(connection: Connection, organisation: str, incident: str, choices: Choices) -> Preview:
    _check_open(connection, organisation, incident)
    with nobodys(connection):  # what becomes public is what nobody need be named for
        known = _known(connection, organisation, incident)
    former = queries.last_public(connection, organisation, incident)
    before = None if former is None else _content_of(connection, organisation, former)
    coarse, unit = _coarse(connection, known, choices, None if before is None else before["coarse"])
    content = build(known, choices, coarse, unit)
    texts = {
        "title": content.document["title"],
        "narrative": content.document["narrative"],
        **{f"reports/{at}": link["url"] for at, link in enumerate(content.document["reports"]["links"])},
    }
    findings = find(texts, _not_to_be_named(connection, organisation, incident, choices))
    published = queries.in_state(connection, organisation, incident, PublicationState.PUBLISHED.value)
    now = before["document"] if published is not None and before is not None else None
    return Preview(
        content,
        findings,
        frozenset(one.finding for one in choices.overrides),
        published,
        changes(now, content.document),
    )


def _known(connection: Connection, organisation: str, incident: str) -> Known:
    stored = records.one(connection, INCIDENT, organisation, incident)
    if stored is None:
        raise NotFound("There is no such incident.")
    one = {**parse(stored.content), "id": stored.id, "state": stored.state}
    assessment = queries.assessment_in_force(connection, organisation, incident)
    reports = records.of_ids(
        connection, REPORT, organisation, queries.reports_behind(connection, organisation, incident)
    )
    parsed = [_with_id(report) for _, report in sorted(reports.items())]
    sources = records.of_ids(connection, SOURCE, organisation, {report["source"] for report in parsed})
    return Known(
        incident=one,
        places=[_with_id(one) for one in records.belonging(connection, PLACE, organisation, incident)],
        parties=queries.names_of_parties(
            connection, organisation, [role["party"] for role in one["parties"]]
        ),
        assessment=None
        if assessment is None
        else _content_of(connection, organisation, assessment, ASSESSMENT),
        # Of an assessment that only some may read there are no numbers for everybody.
        facts=() if assessment is None else queries.facts_in_force(connection, organisation, incident),
        reports=[(report, _with_id(sources[report["source"]])) for report in parsed],
        victims=[_with_id(one) for one in records.belonging(connection, VICTIM, organisation, incident)],
    )


def _with_id(stored: Stored) -> dict[str, Any]:
    return {**parse(stored.content), "id": stored.id}


def _content_of(
    connection: Connection, organisation: str, id: str, kind: Any = PUBLICATION
) -> dict[str, Any]:
    stored = records.one(connection, kind, organisation, id)
    if stored is None:
        raise RuntimeError("A record just found is not there.")
    return parse(stored.content)


def _not_to_be_named(
    connection: Connection, organisation: str, incident: str, choices: Choices
) -> frozenset[str]:
    """Give the names that no text may have, those of persons whom the actor does not see among them."""
    with whole(connection):
        known = _known(connection, organisation, incident)
        others = queries.never_public(connection, organisation, incident)
    return frozenset(uncleared(known, choices) | (others - {one.name for one in choices.names}))


def _check_open(connection: Connection, organisation: str, incident: str) -> None:
    stored = records.one(connection, INCIDENT, organisation, incident)
    if stored is None:
        raise NotFound("There is no such incident.")
    if stored.state == IncidentState.OUT_OF_SCOPE:
        raise Conflict("The incident is out of scope; bring it into scope first.", code="out-of-scope")
    effective = effective_visibility.of_incident(connection, organisation, incident)
    if effective == Visibility.RESTRICTED:
        raise Conflict(
            "The incident, or one above it, is restricted, so nothing of it is published. Open it to the "
            "organisation first.",
            code="restricted",
        )


def _coarse(
    connection: Connection, known: Known, choices: Choices, kept: Mapping[str, Any] | None
) -> tuple[Coarse, str | None]:
    """Give the point for the public, and the unit that it is the middle of."""
    how = choices.coarsening
    place = place_of(known, choices)
    former = None if kept is None else coarse_of(kept)
    if how == Coarsening.GRID:
        true = None if place is None or place["lon"] is None else Point(place["lon"], place["lat"])
        return coarsening.on_grid(true, coarsening.check_grid(choices.grid_degrees), former), None
    if choices.grid_degrees is not None:
        detail = "A size is for a grid alone."
        raise Invalid(detail, code="invalid", faults=[Fault("/grid_degrees", "invalid", detail)])
    if how == Coarsening.NONE or place is None or place[how] is None:
        return Coarse(how), None
    unit: str = place[how]
    places = [Point(lon, lat) for lon, lat in queries.places_in(connection, how, unit)]
    same = kept is not None and kept["unit"] == unit
    return coarsening.centre(how, places, former, same_unit=same), unit


def propose(connection: Connection, actor: Actor, incident: str, choices: Choices) -> Saved:
    """Propose to publish an incident as the preview shows it; an earlier proposal of it lapses.

    Raises what ``preview`` raises, NotAllowed for a service token and for an override by no reviewer,
    Conflict where a text may give something away, and Invalid where the very same is public already.
    """
    member, person = require_member(actor, "publication.propose")
    if choices.overrides:
        require(actor, "publication.override")
    _check_names(connection, actor, choices)
    door.lock_head(connection, actor.organisation)
    shown = _preview(connection, actor.organisation, incident, choices)
    _check_overrides(shown)
    _check_findings(shown.open_findings)
    if shown.published is not None:
        now = _content_of(connection, actor.organisation, shown.published)
        if _is_of(now, shown.content):
            raise Invalid("The very same is public already; nothing would change.", code="no-change")
    waiting = queries.in_state(connection, actor.organisation, incident, PublicationState.PROPOSED.value)
    if waiting is not None:
        _lapse(connection, actor, _stored(connection, actor, waiting), "A later proposal took its place.")
    content: dict[str, Any] = {
        "incident": incident,
        "state": PublicationState.PROPOSED.value,
        "content_sha256": shown.content.sha256,
        "coarsening": choices.coarsening,
        "grid_degrees": choices.grid_degrees,
        "place": choices.place,
        "narrative_shown": choices.narrative,
        "names": [asdict(one) for one in choices.names],
        "reports": list(choices.reports),
        "overrides": [asdict(one) for one in choices.overrides],
        "author": member,
        "author_person": person,
        "decider": None,
        "decider_person": None,
        "published_at": None,
        "reason_code": None,
        "reason": None,
        "supersedes": shown.published,
        "coarse": shown.content.coarse,
        "document": shown.content.document,
        "facts": shown.content.facts,
        "table_facts": shown.content.table_facts,
        "visibility": Visibility.ORGANISATION.value,
    }
    id = new_id()
    why = "; ".join(f"{one.finding}: {one.reason}" for one in choices.overrides) or None
    door.record(connection, actor, [door.Act("propose", PUBLICATION, id, 1, content, reason=why)])
    return Saved(_stored(connection, actor, id))


def _is_of(publication: Mapping[str, Any], content: Content) -> bool:
    """Tell whether a publication is of this very content, what the fixed tables count of it among it."""
    is_same: bool = publication["content_sha256"] == content.sha256
    return is_same and publication["table_facts"] == content.table_facts


def _check_overrides(shown: Preview) -> None:
    strange = sorted(shown.overridden - {one.key for one in shown.findings})
    if strange:
        detail = "An override names no finding of this text; take the keys from the preview."
        raise Invalid(
            detail, code="unknown-reference", faults=[Fault("/overrides", "unknown-reference", detail)]
        )


def _check_findings(found: Sequence[TextFinding]) -> None:
    if found:
        raise Conflict(
            "A text may give away a person or a place. Change it, or have a reviewer say of each finding why "
            "it is harmless.",
            code="possible-personal-data",
            faults=[Fault(f"/{one.field}", one.kind, f"{one.detail} Finding {one.key}.") for one in found],
        )


def read(connection: Connection, actor: Actor, id: str) -> Stored:
    """Give a publication. Raises NotFound."""
    require(actor, "publication.read")
    return _stored(connection, actor, id)


def public_one(connection: Connection, actor: Actor, key: str) -> str | None:
    """Give the publication of an incident that is public now, by the incident's id or code, or None.

    Also where the incident was restricted since: that it is public is no secret.
    """
    require(actor, "publication.read")
    incident = queries.public_by(connection, actor.organisation, key)
    if incident is None:
        return None
    with whole(connection):
        return queries.in_state(connection, actor.organisation, incident, PublicationState.PUBLISHED.value)


def _stored(connection: Connection, actor: Actor, id: str, *, lock: bool = False) -> Stored:
    ask = records.locked if lock else records.one
    stored = ask(connection, PUBLICATION, actor.organisation, id)
    if stored is None:
        raise NotFound("There is no such publication.")
    return stored


def _choices_of(content: Mapping[str, Any]) -> Choices:
    return Choices(
        narrative=content["narrative_shown"],
        coarsening=content["coarsening"],
        grid_degrees=content["grid_degrees"],
        place=content["place"],
        names=tuple(NameChoice(**one) for one in content["names"]),
        reports=tuple(content["reports"]),
        overrides=tuple(Override(**one) for one in content["overrides"]),
    )


def publish(connection: Connection, actor: Actor, id: str, sha256: str) -> Saved | None:
    """Publish what another person proposed, under the digest that was read.

    Gives None where it has lapsed instead, because the record, or what is public, is no longer what it was:
    the caller commits that and then raises ``lapsed()``. Raises NotFound, FourEyesRequired, Conflict where
    it is decided already, and Stale for another digest.
    """
    require(actor, "publication.publish")
    stored = _stored(connection, actor, id, lock=True)
    content = parse(stored.content)
    member, person = require_second_member(actor, content["author_person"])
    _check_proposed(content, "published")
    if sha256 != content["content_sha256"]:
        raise Stale(
            "The digest is not that of this proposal. Read it again, and publish what you have read.",
            code="digest-mismatch",
        )
    organisation, incident = actor.organisation, content["incident"]
    try:
        shown = _preview(connection, organisation, incident, _choices_of(content))
        _check_findings(shown.open_findings)
    except (Conflict, Invalid) as error:
        _lapse(connection, actor, stored, f"{error.code}: it could not be proposed any more.")
        return None
    if not _is_of(content, shown.content) or shown.published != content["supersedes"]:
        _lapse(connection, actor, stored, "The record, or what is public, was edited since.")
        return None
    if shown.published is not None:
        before = _stored(connection, actor, shown.published)
        after = {**parse(before.content), "state": PublicationState.SUPERSEDED.value}
        _act(connection, actor, "supersede", before, after)
    decided = {
        **content,
        "state": PublicationState.PUBLISHED.value,
        "decider": member,
        "decider_person": person,
        "published_at": door.now(),
    }
    saved = _act(connection, actor, "publish", stored, decided)
    projection.write(connection, organisation, decided)
    outbox.tell(connection, organisation, outbox.PUBLISHED, outbox.of_publication(id, decided))
    return saved


def lapsed() -> Conflict:
    """Give the answer to publishing what has lapsed."""
    return Conflict(LAPSED, code="publication-lapsed")


def reject(connection: Connection, actor: Actor, id: str, note: str | None) -> Saved:
    """Turn another person's proposal down. Raises NotFound, FourEyesRequired and Conflict."""
    require(actor, "publication.reject")
    stored = _stored(connection, actor, id, lock=True)
    content = parse(stored.content)
    member, person = require_second_member(actor, content["author_person"])
    _check_proposed(content, "rejected")
    moved = {"state": PublicationState.REJECTED.value, "decider": member, "decider_person": person}
    return _act(connection, actor, "reject", stored, {**content, **moved, "reason": note})


def retract(connection: Connection, actor: Actor, id: str, code: str, note: str) -> Saved:
    """Take a publication back: the public reads the reason and nothing else of it.

    ``id`` is its own or that of the incident: a publisher who may not read what was restricted too late knows
    what the public knows. Raises NotFound, FourEyesRequired, and Conflict for one that is not public,
    or where the reason itself may give somebody away.
    """
    require(actor, "publication.retract")
    if code not in ReasonCode.codes():
        detail = "Use one of: " + ", ".join(ReasonCode.codes()) + "."
        raise Invalid(detail, code="unknown-code", faults=[Fault("/reason/code", "unknown-code", detail)])
    if not note.strip():
        detail = "Say in words why it is retracted: the public reads it."
        raise Invalid(detail, code="required", faults=[Fault("/reason/note", "required", detail)])
    id = public_one(connection, actor, id) or id
    with whole(connection):  # who was restricted too late is taken back by any publisher
        return _retract(connection, actor, id, code, note)


def _retract(connection: Connection, actor: Actor, id: str, code: str, note: str) -> Saved:
    stored = _stored(connection, actor, id, lock=True)
    content = parse(stored.content)
    member, person = require_second_member(actor, content["author_person"])
    if content["state"] != PublicationState.PUBLISHED:
        raise Conflict("Only what is published can be retracted.", code="invalid-transition")
    organisation, incident = actor.organisation, content["incident"]
    _check_findings(
        find({"reason/note": note}, _not_to_be_named(connection, organisation, incident, Choices()))
    )
    decided = {
        **content,
        "state": PublicationState.RETRACTED.value,
        "decider": member,
        "decider_person": person,
        "reason_code": code,
        "reason": note,
    }
    saved = _act(connection, actor, "retract", stored, decided)
    projection.write(connection, organisation, decided, saved.stored.recorded_at)
    outbox.tell(connection, organisation, outbox.RETRACTED, outbox.of_publication(id, decided))
    return saved


def releases_holding(connection: Connection, actor: Actor, incident: str) -> list[int]:
    """Give the numbers of the public releases that still show what was published of an incident."""
    require(actor, "publication.read")
    return public_releases.holding(connection, actor.organisation, incident)


def _check_proposed(content: Mapping[str, Any], what: str) -> None:
    if content["state"] != PublicationState.PROPOSED:
        raise Conflict(f"Only a proposed publication can be {what}.", code="invalid-transition")


def _lapse(connection: Connection, actor: Actor, stored: Stored, why: str) -> None:
    content = {**parse(stored.content), "state": PublicationState.LAPSED.value, "reason": why}
    _act(connection, actor, "lapse", stored, content)


def _act(
    connection: Connection, actor: Actor, verb: str, stored: Stored, content: Mapping[str, Any]
) -> Saved:
    act = door.Act(
        verb,
        PUBLICATION,
        stored.id,
        stored.version + 1,
        content,
        reason_code=content["reason_code"],
        reason=content["reason"],
    )
    door.record(connection, actor, [act])
    return Saved(_stored(connection, actor, stored.id))
