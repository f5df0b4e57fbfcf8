"""Releases of statistics: frozen, numbered publications that can be cited, checked and compared.

A release is made of files. A *manifest* names the SHA-256 of each, and the digest of the manifest stands for
all of them: it is what the second member approves. The manifest has the form that ``sha256sum -c`` reads, so
that anybody can check a copy without this software. What carries the number and the day of approval
(the citations) cannot be in what was approved before there was a number, and has a manifest of its own.

Releases of somebody's list of persons are another thing: ``domain/releases.py``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domain.errors import Fault, Invalid
from domain.periods import read_day
from domain.vocab import VOCABULARIES, ReleaseAudience

MANIFEST = "SHA256SUMS"
CITATION_MANIFEST = "SHA256SUMS.citation"
CODELISTS = ("outcome", "status", "sex", "cause", "verification", "responsibility", "basis", "reason_code")
"""The vocabularies whose codes stand in what is published."""
LONGEST_TITLE, LONGEST_NOTES = 300, 20_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9][A-Za-z0-9._-]{0,99})", re.ASCII)


@dataclass(frozen=True, slots=True)
class ReleaseDraft:
    """What a member asks a release for.

    ``cutoff`` is a day: the record as known at its end, in UTC. ``start`` and ``end`` are inclusive days of
    harm that hold an incident's whole interval, None where the release has no bound there. ``population`` is
    the id of the population that its rates are over, None where it has counts alone. ``audience`` says who
    reads it.
    """

    cutoff: str
    start: str | None = None
    end: str | None = None
    title: str | None = None
    notes: str | None = None
    population: str | None = None
    audience: str = ReleaseAudience.ORGANISATION.value

    @property
    def is_public(self) -> bool:
        """Tell whether it is for everybody, and so made of what is published alone."""
        return self.audience == ReleaseAudience.PUBLIC


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """A file of a release: its name, media type and bytes; ``rows`` where it is a table."""

    name: str
    media: str
    content: bytes = field(repr=False)
    rows: int | None = None

    @property
    def sha256(self) -> str:
        """Give the SHA-256 of its bytes."""
        return hashlib.sha256(self.content).hexdigest()


def check_draft(draft: ReleaseDraft) -> None:
    """Raise Invalid, naming each member, unless the days are days and in order."""
    faults = []
    for name, day in (("cutoff", draft.cutoff), ("period_start", draft.start), ("period_end", draft.end)):
        try:
            if day is not None and read_day(day).isoformat() != day:
                raise Invalid("A day is written as YYYY-MM-DD.", code="invalid-date")
        except Invalid as error:
            faults.append(Fault(f"/{name}", "invalid-date", error.detail))
    if draft.title is not None and not draft.title.isprintable():
        faults.append(
            Fault("/title", "control-character", "A title is one line, without control characters.")
        )
    if len(draft.title or "") > LONGEST_TITLE or len(draft.notes or "") > LONGEST_NOTES:
        most = f"A title has at most {LONGEST_TITLE} characters, notes at most {LONGEST_NOTES}."
        faults.append(Fault("/title", "too-long", most))
    if draft.audience not in ReleaseAudience.codes():
        faults.append(
            Fault("/audience", "unknown-code", "Use one of: " + ", ".join(ReleaseAudience.codes()) + ".")
        )
    if draft.is_public and draft.population is not None:
        words = "A release for the public has counts alone: leave the population out."
        faults.append(Fault("/population", "invalid", words))
    if not faults and draft.start is not None and draft.start > (draft.end or draft.cutoff):
        faults.append(
            Fault("/period_start", "inconsistent-dates", "The period begins after its end or the cut-off.")
        )
    if not faults and draft.end is not None and draft.end > draft.cutoff:
        faults.append(
            Fault("/period_end", "inconsistent-dates", "The period ends after the cut-off: nothing is known.")
        )
    if faults:
        raise Invalid("The release cannot be made as it is asked for.", code=faults[0].code, faults=faults)


def codelist_version() -> str:
    """Give the version of the published vocabularies: SHA-256 over codes, labels, definitions and parents.

    It changes when a code is added or worded otherwise, whatever the version of the software.
    """
    said = hashlib.sha256()
    for name in CODELISTS:
        for member in VOCABULARIES[name]:
            line = "\0".join((name, member.value, member.label, member.definition, member.broader or ""))
            said.update(f"{line}\n".encode())
    return said.hexdigest()


def manifest(files: Iterable[ReleaseFile]) -> bytes:
    """Give the manifest of files, sorted by name, in the form that ``sha256sum -c`` reads.

    Raises ValueError for a name that is not plain, or stands twice.
    """
    digests: dict[str, str] = {}
    for one in files:
        if not _NAME.fullmatch(one.name) or one.name in digests:
            raise ValueError("A file of a release has a plain name of its own.")
        digests[one.name] = one.sha256
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()


def digest_of(content: bytes) -> str:
    """Give the SHA-256 by which a manifest stands for all of its files."""
    return hashlib.sha256(content).hexdigest()


def read_manifest(content: bytes) -> dict[str, str]:
    """Give the SHA-256 of each file that a manifest names. Raises Invalid for a line that it cannot read."""
    found: dict[str, str] = {}
    try:
        lines = content.decode("ascii").splitlines()
    except UnicodeDecodeError:
        lines = [""]
    for number, line in enumerate(lines, 1):
        read = _LINE.fullmatch(line)
        if read is None or read[2] in found:
            raise Invalid(f"Line {number} of the manifest cannot be read.", code="invalid-manifest")
        found[read[2]] = read[1]
    return found


@dataclass(frozen=True, slots=True)
class Compared:
    """A copy of a release held against its manifest: names of files that are whole, changed or not there."""

    whole: tuple[str, ...]
    changed: tuple[str, ...]
    missing: tuple[str, ...]


def held_against(named: Mapping[str, str], there: Mapping[str, str]) -> Compared:
    """Hold the SHA-256 of the files that are there against those that a manifest names."""
    return Compared(
        tuple(name for name in named if there.get(name) == named[name]),
        tuple(name for name in named if name in there and there[name] != named[name]),
        tuple(name for name in named if name not in there),
    )
