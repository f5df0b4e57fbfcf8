"""Releases: made from the record as known at a cut-off, approved by a second member, then immutable.

Making the files only reads, and takes its time; what is written afterwards is small, so that nobody who
records waits for a release. Nothing but the decision and one withdrawal ever changes a release, and the
database refuses all else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from db import door
from db.canonical import parse
from db.engine import Connection
from db.kinds import RELEASE
from db.queries import records
from db.queries import releases as queries
from db.queries.records import Stored
from db.queries.releases import FileHead
from domain.access import Actor, require, require_member, require_second_member
from domain.errors import Conflict, Fault, Gone, Invalid, Malformed, NotFound, Stale
from domain.periods import read_day
from domain.publications import (
    CITATION_MANIFEST,
    MANIFEST,
    ReleaseDraft,
    ReleaseFile,
    check_draft,
    digest_of,
    read_manifest,
)
from domain.vocab import ReasonCode, ReleaseAudience, ReleaseState, Visibility
from exchange.writers.citations import Numbered, citations
from exchange.writers.release_documents import Publication
from exchange.writers.stored_zip import zipped
from services import instants, public_release_files, public_releases, release_files
from services.jobs import outbox
from services.records import Saved, new_id

LONGEST_NUMBER = 9


@dataclass(frozen=True, slots=True)
class Prepared:
    """A release that is made and not yet proposed."""

    draft: ReleaseDraft
    publication: Publication
    files: tuple[ReleaseFile, ...]

    @property
    def digest(self) -> str:
        """Give the digest of its manifest."""
        return digest_of(self.files[-1].content)


def prepare(connection: Connection, actor: Actor, draft: ReleaseDraft) -> Prepared:
    """Make the files of a release from the record as known at the end of the cut-off.

    Raises NotAllowed for a service token, Invalid for days that are none, UnknownReference for a population
    that is not here, and Conflict for a cut-off that is not settled yet (with when it can be asked for) or
    before which nothing was recorded: all of it before any file is made.
    """
    # Nobody waits for files that could not be proposed.
    require(actor, "release.propose")
    check_draft(draft)
    return prepare_at(connection, actor, draft, _known_at(connection, actor.organisation, draft.cutoff))


def prepare_at(connection: Connection, actor: Actor, draft: ReleaseDraft, known_at: int) -> Prepared:
    """Make the files of a release whose cut-off is a log sequence that is known already.

    Raises Conflict where a text of one for the public may give somebody away.
    """
    if draft.is_public:
        texts = {"title": draft.title, "notes": draft.notes}
        public_releases.check_texts(connection, actor.organisation, texts)
        publication, files = public_release_files.files_of(connection, actor, draft, known_at)
    else:
        publication, files = release_files.files_of(connection, actor, draft, known_at)
    return Prepared(draft, publication, tuple(files))


def _known_at(connection: Connection, organisation: str, cutoff: str) -> int:
    try:
        found = instants.known_at(connection, organisation, cutoff)
    except Malformed as error:
        ends = datetime.combine(read_day(cutoff), datetime.min.time(), UTC) + timedelta(days=1)
        asked = ends + timedelta(seconds=instants.SETTLED_AFTER_S)
        detail = f"The day is not settled yet. It can be asked for from {asked:%Y-%m-%dT%H:%MZ} on."
        raise Conflict(
            detail,
            code="cutoff-not-settled",
            faults=[Fault("/cutoff", "cutoff-not-settled", detail)],
        ) from error
    if found == 0:
        raise Conflict(
            "Nothing was recorded up to the cut-off: there is nothing to release.", code="nothing-recorded"
        )
    return found


def propose(connection: Connection, actor: Actor, prepared: Prepared) -> Saved:
    """Store a release as proposed, with its files. Raises NotAllowed for a service token."""
    member, person = require_member(actor, "release.propose")
    one = prepared.publication
    content: dict[str, Any] = {
        "state": ReleaseState.PROPOSED.value,
        "audience": prepared.draft.audience,
        "number": None,
        "cutoff": one.cutoff,
        "known_at": one.log_sequence,
        "period_start": one.start,
        "period_end": one.end,
        "title": one.title,
        "notes": one.notes,
        "methodology_version": one.methodology_version,
        "codelist_version": one.codelist_version,
        "population": None if one.population is None else one.population[0],
        "population_sha256": None if one.population is None else one.population[1].sha256,
        "digest": prepared.digest,
        "citation_digest": None,
        "approved_on": None,
        "author": member,
        "author_person": person,
        "approver": None,
        "approver_person": None,
        "reason_code": None,
        "reason": None,
        "visibility": Visibility.ORGANISATION.value,
    }
    id = new_id()
    door.record(connection, actor, [door.Act("propose", RELEASE, id, 1, content)])
    queries.store_files(connection, actor.organisation, id, prepared.files)
    return Saved(_stored(connection, actor, id))


def id_of(connection: Connection, actor: Actor, key: str) -> str:
    """Give the id of the release of a number, or of an id as it is."""
    if key.isascii() and key.isdigit() and len(key) <= LONGEST_NUMBER:
        found = queries.numbered(connection, actor.organisation, int(key))
        if found is None:
            raise NotFound("There is no release of this number.")
        return found
    return key


def read(connection: Connection, actor: Actor, key: str) -> Stored:
    """Give a release by its number, or by its id. Raises NotFound."""
    require(actor, "release.read")
    return _stored(connection, actor, id_of(connection, actor, key))


def listed(connection: Connection, actor: Actor) -> list[Stored]:
    """Give every release, proposed and rejected ones too, in the order of recording."""
    require(actor, "release.read")
    return records.many(connection, RELEASE, actor.organisation)


def approved_under(connection: Connection, actor: Actor, digest: str) -> Stored | None:
    """Give the release that was approved under a digest, None where there is none."""
    require(actor, "release.read")
    id = queries.with_digest(connection, actor.organisation, digest)
    return None if id is None else _stored(connection, actor, id)


def _stored(connection: Connection, actor: Actor, id: str, *, lock: bool = False) -> Stored:
    ask = records.locked if lock else records.one
    stored = ask(connection, RELEASE, actor.organisation, id)
    if stored is None:
        raise NotFound("There is no such release.")
    return stored


def files_of(connection: Connection, actor: Actor, ids: Sequence[str]) -> dict[str, list[FileHead]]:
    """Give the files of releases, without their bytes."""
    require(actor, "release.read")
    return queries.files(connection, actor.organisation, ids)


def file(connection: Connection, actor: Actor, key: str, name: str) -> tuple[Stored, FileHead, bytes]:
    """Give a file of a release with its bytes. Raises NotFound, and Gone for a withdrawn release."""
    stored = read(connection, actor, key)
    refuse_withdrawn(stored)
    heads = queries.files(connection, actor.organisation, [stored.id])[stored.id]
    head = next((one for one in heads if one.name == name), None)
    if head is None:
        raise NotFound("The release has no file of this name.")
    return stored, head, _bytes(connection, actor, stored.id, name)


def all_files(
    connection: Connection, actor: Actor, key: str, progress: Callable[[int, int], None] | None = None
) -> tuple[Stored, list[tuple[FileHead, bytes]]]:
    """Give every file of a release. Raises NotFound, and Gone for a withdrawn release.

    ``progress`` is told after each how many were read, of how many.
    """
    stored = read(connection, actor, key)
    refuse_withdrawn(stored)
    heads = queries.files(connection, actor.organisation, [stored.id])[stored.id]
    found: list[tuple[FileHead, bytes]] = []
    for head in heads:
        found.append((head, _bytes(connection, actor, stored.id, head.name)))
        if progress is not None:
            progress(len(found), len(heads))
    return stored, found


def archive(connection: Connection, actor: Actor, key: str) -> tuple[Stored, bytes]:
    """Give every file of a release in one ZIP, the same bytes for ever. Raises NotFound and Gone."""
    stored, files = all_files(connection, actor, key)
    return stored, archive_of(files)


def archive_of(files: Sequence[tuple[FileHead, bytes]]) -> bytes:
    """Give files of a release in one ZIP, the same bytes for ever."""
    return zipped([(head.name, content) for head, content in files])


def _bytes(connection: Connection, actor: Actor, id: str, name: str) -> bytes:
    found = queries.content(connection, actor.organisation, id, name)
    if found is None:
        raise RuntimeError("A file of a release is not there.")
    return found


def refuse_withdrawn(stored: Stored) -> None:
    """Raise Gone, with the reason, for a withdrawn release: its files are not given any more."""
    content = parse(stored.content)
    if content["state"] == ReleaseState.WITHDRAWN:
        raise Gone(
            f"Release {content['number']} was withdrawn on {stored.recorded_at[:10]} "
            f"({content['reason_code']}): {content['reason']}"
        )


def approve(connection: Connection, actor: Actor, key: str, digest: str) -> Saved:
    """Approve a proposed release of another member under the digest that was read; it gets its number.

    One for the public is a publisher's to approve, and everybody reads it from then on. Raises NotAllowed,
    NotFound, FourEyesRequired, Conflict when it is decided already or holds what was retracted since, and
    Stale for another digest.
    """
    require(actor, "release.read")
    stored = _stored(connection, actor, id_of(connection, actor, key), lock=True)
    content = parse(stored.content)
    is_public = public_releases.is_public(content)
    require(actor, "release.publish" if is_public else "release.approve")
    member, person = require_second_member(actor, content["author_person"])
    _check_proposed(content, "approved")
    if digest != content["digest"]:
        raise Stale(
            "The digest is not that of this release. Read it again, and approve what you have read.",
            code="digest-mismatch",
        )
    if is_public:
        # Whoever publishes or retracts meanwhile waits for the head, and whoever did is seen.
        door.lock_head(connection, actor.organisation)
        texts = {"title": content["title"], "notes": content["notes"]}
        public_releases.check_texts(connection, actor.organisation, texts)
        public_releases.check_still_public(connection, actor.organisation, content)
    heads = queries.files(connection, actor.organisation, [stored.id])[stored.id]
    _check_files(connection, actor, stored.id, heads, content["digest"])
    number = queries.last_number(connection, actor.organisation) + 1
    approved_on = datetime.now(UTC).date().isoformat()
    # The database takes no file for a release that is approved: they go in first.
    cited = citations(_numbered(connection, actor, content, number, approved_on, heads))
    queries.store_files(connection, actor.organisation, stored.id, cited, after=len(heads))
    decided = {
        "state": ReleaseState.APPROVED.value,
        "number": number,
        "citation_digest": digest_of(cited[-1].content),
        "approved_on": approved_on,
        "approver": member,
        "approver_person": person,
    }
    saved = _decide(connection, actor, "approve", stored, {**content, **decided})
    if is_public:
        _show(connection, actor, saved)
    told = outbox.of_release({**content, **decided})
    outbox.tell(connection, actor.organisation, outbox.RELEASE_APPROVED, told)
    return saved


def _show(connection: Connection, actor: Actor, saved: Saved) -> None:
    """Write what everybody reads of a release for the public, as it stands now."""
    stored, organisation = saved.stored, actor.organisation
    heads = queries.files(connection, organisation, [stored.id])[stored.id]
    public_releases.write(
        connection, organisation, stored.id, parse(stored.content), heads, stored.recorded_at
    )


def _check_files(
    connection: Connection, actor: Actor, id: str, heads: Sequence[FileHead], digest: str
) -> None:
    """Raise RuntimeError unless the bytes kept are those of the digest: they cannot have changed since."""
    whole = {head.name: _bytes(connection, actor, id, head.name) for head in heads}
    named = read_manifest(whole[MANIFEST])
    kept = {name: digest_of(content) for name, content in whole.items() if name != MANIFEST}
    if digest_of(whole[MANIFEST]) != digest or kept != named:
        raise RuntimeError("The files of a release are not those that were proposed.")


def _numbered(
    connection: Connection,
    actor: Actor,
    content: Mapping[str, Any],
    number: int,
    approved_on: str,
    heads: Sequence[FileHead],
) -> Numbered:
    draft = ReleaseDraft(
        content["cutoff"],
        content["period_start"],
        content["period_end"],
        content["title"],
        content["notes"],
        # One that was proposed by an earlier version of the software says nothing of a population.
        content.get("population"),
        content.get("audience", ReleaseAudience.ORGANISATION.value),
    )
    publication = replace(
        release_files.publication(connection, actor, draft, content["known_at"]),
        # Those that it was made under, and not those of the software that approves it.
        methodology_version=content["methodology_version"],
        codelist_version=content["codelist_version"],
    )
    return Numbered(
        publication,
        content["digest"],
        number,
        approved_on,
        tuple((head.name, head.media, head.size, head.sha256) for head in heads),
    )


def reject(connection: Connection, actor: Actor, key: str, note: str | None) -> Saved:
    """Turn a proposed release down, or take it back. Raises NotFound and Conflict."""
    require(actor, "release.reject")
    stored = _stored(connection, actor, id_of(connection, actor, key), lock=True)
    content = parse(stored.content)
    _check_proposed(content, "rejected")
    return _decide(
        connection, actor, "reject", stored, {**content, "state": ReleaseState.REJECTED.value, "reason": note}
    )


def withdraw(connection: Connection, actor: Actor, key: str, code: str, note: str) -> Saved:
    """Withdraw an approved release for a reason; its number stays taken.

    One for the public is a publisher's to withdraw. Raises NotAllowed, NotFound and Conflict, also where the
    reason that everybody would read may give somebody away.
    """
    require(actor, "release.read")
    if code not in ReasonCode.codes():
        detail = "Use one of: " + ", ".join(ReasonCode.codes()) + "."
        raise Invalid(detail, code="unknown-code", faults=[Fault("/reason/code", "unknown-code", detail)])
    if not note.strip():
        detail = "Say in words why it is withdrawn: readers of the release see it."
        raise Invalid(detail, code="required", faults=[Fault("/reason/note", "required", detail)])
    stored = _stored(connection, actor, id_of(connection, actor, key), lock=True)
    content = parse(stored.content)
    is_public = public_releases.is_public(content)
    require(actor, "release.unpublish" if is_public else "release.withdraw")
    if content["state"] != ReleaseState.APPROVED:
        raise Conflict("Only an approved release can be withdrawn.", code="invalid-transition")
    if is_public:
        public_releases.check_texts(connection, actor.organisation, {"reason/note": note})
    moved = {"state": ReleaseState.WITHDRAWN.value, "reason_code": code, "reason": note}
    saved = _decide(connection, actor, "withdraw", stored, {**content, **moved})
    if is_public:
        _show(connection, actor, saved)
    told = outbox.of_release({**content, **moved})
    outbox.tell(connection, actor.organisation, outbox.RELEASE_WITHDRAWN, told)
    return saved


def _check_proposed(content: Mapping[str, Any], what: str) -> None:
    if content["state"] != ReleaseState.PROPOSED:
        raise Conflict(f"Only a proposed release can be {what}.", code="invalid-transition")


def _decide(
    connection: Connection, actor: Actor, verb: str, stored: Stored, content: Mapping[str, Any]
) -> Saved:
    act = door.Act(
        verb,
        RELEASE,
        stored.id,
        stored.version + 1,
        content,
        reason_code=content["reason_code"],
        reason=content["reason"],
    )
    door.record(connection, actor, [act])
    return Saved(_stored(connection, actor, stored.id))


__all__ = [
    "CITATION_MANIFEST",
    "MANIFEST",
    "Prepared",
    "all_files",
    "approve",
    "approved_under",
    "archive",
    "archive_of",
    "file",
    "files_of",
    "id_of",
    "listed",
    "prepare",
    "prepare_at",
    "propose",
    "read",
    "refuse_withdrawn",
    "reject",
    "withdraw",
]
