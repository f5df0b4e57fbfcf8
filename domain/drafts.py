"""What can be recorded, before it has an id: the record's things as plain values.

Every way in (API, intake, sheets, other people's formats) ends in these drafts, and a record's
stored document is the draft's fields. Field meanings are those of the methodology; dates are ISO
8601 calendar days as text, so that a day stays a day in every time zone. References between records
are ids, parties are referred to by their code.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.vocab import (
    Comparator,
    DateBasis,
    DateMode,
    DatePrecision,
    IncidentKind,
    OriginBasis,
    PlaceBasis,
    PlacePrecision,
    ReportKind,
    SourceKind,
    Visibility,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyDraft:
    """A party to the conflict: a state's forces, an armed group."""

    code: str
    name: str
    side: str | None = None
    """The code of the party it fights for, where it is a part of another; else None."""
    visibility: str = Visibility.ORGANISATION.value


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDraft:
    """Whoever says something."""

    kind: str = SourceKind.OTHER.value
    name: str
    named: bool = True
    side: str | None = None
    """The code of the party it speaks for, if any."""
    reliability: str | None = None
    confidential: bool = False
    note: str | None = None
    visibility: str = Visibility.ORGANISATION.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What a report rests on: another report or a source, one of the two."""

    report: str | None = None
    source: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDraft:
    """One item by one source."""

    source: str
    kind: str = ReportKind.ARTICLE.value
    title: str
    url: str | None = None
    language: str | None = None
    published: str | None = None
    retrieved: str | None = None
    archived_url: str | None = None
    sha256: str | None = None
    cites: tuple[Citation, ...] = ()
    note: str | None = None
    visibility: str = Visibility.ORGANISATION.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurred:
    """When: an interval of days, how it is meant, how precise it is and where it comes from."""

    start: str
    end: str
    mode: str = DateMode.WITHIN.value
    precision: str = DatePrecision.DAY.value
    basis: str = DateBasis.STATED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRole:
    """A party's part in an incident, and how its responsibility is known."""

    party: str
    responsibility: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDraft:
    """Harm at a place and a time. ``code`` None asks for the next code of the organisation."""

    code: str | None = None
    kind: str = IncidentKind.INCIDENT.value
    title: str
    narrative: str | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2, the first part of a code made by the service."""
    occurred: Occurred
    causes: tuple[str, ...] = ()
    """The set of candidate causes."""
    parties: tuple[PartyRole, ...] = ()
    parent: str | None = None
    out_of_scope: str | None = None
    """Why the incident is not counted; None when it is in scope."""
    visibility: str = Visibility.ORGANISATION.value


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceDraft:
    """Where an incident happened, as reported and as resolved."""

    incident: str
    claim: str | None = None
    """The claim that names the place, where one does."""
    reported_name: str
    resolved_name: str | None = None
    country: str | None = None
    adm1: str | None = None
    """First-level p-code."""
    adm2: str | None = None
    """Second-level p-code."""
    lon: float | None = None
    lat: float | None = None
    radius_m: int | None = None
    precision: str = PlacePrecision.UNRESOLVED.value
    basis: str = PlaceBasis.REPORTED.value
    mismatch: str | None = None
    """Where the name as reported and its resolution do not agree, in words."""
    visibility: str = Visibility.ORGANISATION.value


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureDraft:
    """One number of a claim.

    ``low`` and ``high`` None with comparator ``mention`` or ``word``: harm without a number.
    ``relation_to`` is the ``key`` of another figure of the same claim.
    """

    key: str
    outcome: str
    status: str | None = None
    sex: str | None = None
    age_low: int | None = None
    age_high: int | None = None
    """With ``age_low`` given, None means open; both None is not broken down."""
    low: int | None = None
    high: int | None = None
    open: bool = False
    best: int | None = None
    """The source's own best estimate, where it gives one beside low and high; kept as it stands even where
    it lies outside them (R1)."""
    comparator: str = Comparator.EXACTLY.value
    wording: str | None = None
    relation: str | None = None
    relation_to: str | None = None
    relation_reason: str | None = None
    party: str | None = None
    """Whose losses, where the figure speaks of a party's members."""
    cause: str | None = None
    group: str | None = None
    stated_as: str | None = None
    """The source's own word for these persons ("militants"), kept as a label."""
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectFigureDraft:
    """A number of things harmed; never added to casualties."""

    object: str
    effect: str
    low: int | None = None
    high: int | None = None
    open: bool = False
    comparator: str = Comparator.EXACTLY.value
    wording: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDraft:
    """What one report says about one incident, and who originally said it."""

    report: str
    incident: str
    origin: str
    """The source that originally said it."""
    origin_basis: str = OriginBasis.STATED.value
    as_of: str | None = None
    """The day the numbers refer to."""
    counts_from: str | None = None
    """The first day that the numbers count, where they are a running total: they run over
    ``[counts_from, as_of]``. None: not said."""
    excerpt: str | None = None
    caveat: str | None = None
    said_place: str | None = None
    said_time: str | None = None
    said_cause: str | None = None
    said_party: str | None = None
    said_responsibility: str | None = None
    figures: tuple[FigureDraft, ...] = ()
    objects: tuple[ObjectFigureDraft, ...] = ()
    note: str | None = None
    visibility: str = Visibility.ORGANISATION.value


@dataclass(frozen=True, slots=True, kw_only=True)
class SupersessionDraft:
    """A person's word on whether a later claim replaces an earlier one about the same incident (R6).

    ``incident`` is that of the claims and is set when the word is recorded. Without an outcome the word is on
    every cell that both claims state; with one it is on this cell alone.
    """

    earlier: str
    later: str
    confirmed: bool = True
    """False: both stand."""
    outcome: str | None = None
    status: str | None = None
    sex: str | None = None
    age_low: int | None = None
    age_high: int | None = None
    note: str | None = None
    incident: str | None = None
    visibility: str = Visibility.ORGANISATION.value


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationRowDraft:
    """Persons of one year; sex and age group None are everybody."""

    year: str
    sex: str | None = None
    age_group: str | None = None
    persons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationDraft:
    """A population that rates are over: its name, whose estimate it is, the digest of its file, its rows."""

    name: str
    source: str
    sha256: str
    rows: tuple[PopulationRowDraft, ...]
    visibility: str = Visibility.ORGANISATION.value


@dataclass(frozen=True, slots=True, kw_only=True)
class NameDraft:
    """A person's name in one script."""

    name: str
    script: str | None = None
    """ISO 15924, for example Arab or Latn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeDraft:
    """What happened to a person and when (R12)."""

    outcome: str
    start: str | None = None
    end: str | None = None
    recognised: str | None = None
    """The day the outcome was recognised, where that was later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapDraft:
    """So many of a period aggregate's persons are counted elsewhere, or do not belong (R7)."""

    aggregate: str
    incident: str | None = None
    """Where these persons are recorded, where they are."""
    kind: str
    outcome: str
    status: str | None = None
    sex: str | None = None
    age_low: int | None = None
    age_high: int | None = None
    low: int | None = None
    """None, with ``high``: the other incident's own booked figure."""
    high: int | None = None
    note: str | None = None
    visibility: str = Visibility.ORGANISATION.value


@dataclass(frozen=True, slots=True, kw_only=True)
class VictimDraft:
    """One person harmed."""

    incident: str
    names: tuple[NameDraft, ...] = ()
    external_id: str | None = None
    """The id by which lists name the same person, where they have one."""
    age_low: int | None = None
    age_high: int | None = None
    sex: str = "unknown"
    status: str = "unknown"
    groups: tuple[str, ...] = ()
    outcomes: tuple[OutcomeDraft, ...] = ()
    note: str | None = None
    visibility: str = Visibility.ORGANISATION.value


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingDraft:
    """What one report says of one person, as listed."""

    report: str
    victim: str
    row: int | None = None
    """The row of the list, counted from 1 after the header."""
    name: str | None = None
    external_id: str | None = None
    outcome: str = "killed"
    age_listed: str | None = None
    """The age exactly as the list writes it."""
    age_low: int | None = None
    age_high: int | None = None
    sex: str = "unknown"
    status: str = "unknown"
    extra: tuple[tuple[str, str], ...] = field(default=())
    """Other columns of the list as (column, text)."""
    visibility: str = Visibility.ORGANISATION.value


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearanceDraft:
    """That a member may read a restricted record."""

    kind: str
    object: str
    member: str
    reason: str
    ended: bool = False
    visibility: str = Visibility.ORGANISATION.value
