"""What readers give: the record's things before the database knows any of them.

The drafts of ``domain.drafts`` refer to each other by id. A file has no ids, so here the things are
nested instead: an incident holds its claims, a claim its report, a report its source. A service walks
the nesting, stores what is new and fills the ids in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from domain.drafts import FigureDraft, NameDraft, ObjectFigureDraft, Occurred
from domain.errors import Fault, Invalid
from domain.vocab import (
    IncidentKind,
    OriginBasis,
    PlaceBasis,
    PlacePrecision,
    ReportKind,
    SourceKind,
)

_CANONICAL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

WHOLE_FILE = 0
"""The line of a finding that concerns the file and not one of its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFinding:
    """Something a person should know about one row, in words that repeat no value of the file."""

    line: int
    """The line of the file or the row of the sheet, counted from 1; ``WHOLE_FILE`` for the file."""
    column: str | None = None
    """The reader's own name of the column, never the file's text."""
    code: str
    """Stable, for programs."""
    detail: str
    """What is wrong and what to do, for people."""
    loses: str | None = None
    """What is not given because of it: ``cell``, ``figure``, ``row``, ``rest`` (this row and all that
    follow); None when nothing is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRow:
    """One person of a list of victims, as listed.

    ``age_low`` and ``age_high`` both None is an unknown age; with ``age_low`` given, ``age_high``
    None is open.
    """

    line: int
    row: int
    """The row of the list, counted from 1 after the header."""
    key: str
    """The same listing read again has the same key; two rows of one file never share one."""
    name: str | None
    names: tuple[NameDraft, ...] = ()
    """The name in each script that the list has it in."""
    external_id: str | None = None
    age_listed: str | None = None
    """The age exactly as the list writes it."""
    age_low: int | None = None
    age_high: int | None = None
    sex: str = "unknown"
    status: str = "unknown"
    outcome: str = "killed"
    extra: tuple[tuple[str, str], ...] = ()
    """Other columns as (column, text)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """Whoever says something; equal values are one source."""

    name: str
    kind: str = SourceKind.OTHER.value
    named: bool = True
    side: str | None = None
    """The party it speaks for, as the file names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """One item by one source; equal values are one report."""

    source: SourceRow
    kind: str = ReportKind.ARTICLE.value
    title: str
    url: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """Where, as the file says it."""

    reported_name: str
    country: str | None = None
    adm1: str | None = None
    adm2: str | None = None
    units: tuple[str, ...] = ()
    """The names of its units as reported, the first level first, for the gazetteer to resolve."""
    resolved_name: str | None = None
    lon: float | None = None
    lat: float | None = None
    radius_m: int | None = None
    precision: str = PlacePrecision.UNRESOLVED.value
    basis: str = PlaceBasis.REPORTED.value
    mismatch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow:
    """A party's part in an incident; ``party`` is its code or its name, as the file has it."""

    party: str
    responsibility: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """What one report says about one incident, and who originally said it."""

    line: int
    """The first line that speaks of it."""
    key: str
    """A hash of all that the claim says: a figure added or changed makes another claim."""
    report: ReportRow
    origin: SourceRow
    origin_basis: str = OriginBasis.STATED.value
    as_of: str | None = None
    counts_from: str | None = None
    """The first day that the numbers count, where they are a running total."""
    excerpt: str | None = None
    caveat: str | None = None
    said_place: str | None = None
    said_cause: str | None = None
    said_party: str | None = None
    said_responsibility: str | None = None
    figures: tuple[FigureDraft, ...] = ()
    figure_lines: tuple[int, ...] = ()
    """The line of each figure, in the same order."""
    objects: tuple[ObjectFigureDraft, ...] = ()
    object_lines: tuple[int, ...] = ()
    note: str | None = None
    """What else the file says, kept in words and no part of the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """One incident of a file with everything the file says about it."""

    line: int
    key: str
    """The same incident read again has the same key."""
    label: str
    """What the file calls it: a code of ours, the publisher's id, or any local label."""
    kind: str = IncidentKind.INCIDENT.value
    title: str
    country: str | None = None
    occurred: Occurred
    causes: tuple[str, ...] = ()
    parties: tuple[PartyRow, ...] = ()
    places: tuple[PlaceRow, ...] = ()
    claims: tuple[ClaimRow, ...] = ()


RowT = TypeVar("RowT", ListingRow, IncidentRow, ClaimRow)


def row_key(*parts: object) -> str:
    """Give a stable key for content: 32 hexadecimal digits, the same on every machine and day.

    ``parts`` are values that JSON can hold, dataclasses turned to tuples included.
    """
    return hashlib.sha256(_CANONICAL.encode(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def separated(items: Iterable[RowT | RowFinding]) -> tuple[list[RowT], list[RowFinding]]:
    """Give the rows and the findings of a reading apart, each in order; holds all of it in memory."""
    rows: list[RowT] = []
    findings: list[RowFinding] = []
    for item in items:
        if isinstance(item, RowFinding):
            findings.append(item)
        else:
            rows.append(item)
    return rows, findings


def rows_only(items: Iterable[RowT | RowFinding]) -> Iterator[RowT]:
    """Give the rows of a reading one by one, without its findings."""
    return (item for item in items if not isinstance(item, RowFinding))


def file_refused(code: str, detail: str, faults: Iterable[Fault] = ()) -> Invalid:
    """Give the error for a file of which no row can be read.

    ``code`` says why (``encoding``, ``header-missing``...). The error's own code is always
    ``import-invalid``, and its first fault carries the reason.
    """
    given = tuple(faults)
    return Invalid(detail, code="import-invalid", faults=given or (Fault("", code, detail),))
