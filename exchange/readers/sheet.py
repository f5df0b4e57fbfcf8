"""The project's own spreadsheet: one row a figure, as CSV or XLSX (columns in ``sheet_columns``).

Rows that share an incident label are one incident; within it, rows that share report, origin and as-of
day are one claim. A row that leaves the report's columns blank belongs to the report of the row before
it of the same incident, and if it names no origin either, to the same claim. Rows of an incident may
stand apart, so incidents are given when the file has been read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from typing import BinaryIO

from domain.drafts import FigureDraft, ObjectFigureDraft, Occurred
from domain.vocab import IncidentKind, OriginBasis, Relation, ReportKind
from exchange.drafts import (
    ClaimRow,
    IncidentRow,
    PartyRow,
    PlaceRow,
    ReportRow,
    RowFinding,
    SourceRow,
    row_key,
)
from exchange.readers.dates import DateFormat
from exchange.readers.sheet_rows import Row
from exchange.readers.sheet_tables import sheet_table
from exchange.readers.text import Unreadable
from exchange.sheet_columns import EXAMPLE

MOST_ROWS = 100_000
"""Rows of one file; more are to be sent in several files."""


def read_sheet(
    data: bytes | BinaryIO, *, encoding: str | None = None, date_format: DateFormat | None = None
) -> Iterator[IncidentRow | RowFinding]:
    """Give the findings row by row, then each incident with its claims and figures.

    ``encoding`` declares the encoding of a CSV that is not UTF-8; ``date_format`` says how dates such
    as 03/04/2024 are written in this file: ``dmy`` or ``mdy``.

    A row that cannot be read is a finding; a figure that cannot be read costs the figure and leaves
    its claim; dates that cannot be read cost the row.

    Raises Invalid (``import-invalid``), when iteration starts, if the file cannot be read as a table,
    has no header, or has a column that the template does not have (with the nearest name).
    """
    incidents: dict[str, _Incident] = {}
    refused: dict[str, int] = {}
    count = lost_at = 0
    for item in sheet_table(data, encoding):
        if isinstance(item, RowFinding):
            yield item
            if item.loses == "row":
                lost_at = item.line
            continue
        line, cells = item
        count += 1
        if count > MOST_ROWS:
            detail = f"The file has more than {MOST_ROWS} rows; send the rest in another file."
            yield RowFinding(line=line, code="too-many-items", detail=detail, loses="rest")
            break
        row = Row(line, cells, date_format)
        try:
            _take(row, incidents, refused, lost_at)
        except Unreadable as problem:
            row.note(problem.column, problem.code, problem.detail, "row")
            label = row.text("incident")
            if label in incidents:
                if row.text("source") or row.text("origin"):
                    incidents[label].forget_report(line)
            elif label is not None:
                refused.setdefault(label, line)
        yield from row.findings
    for incident in incidents.values():
        given, findings = incident.given()
        yield from findings
        yield given


@dataclass(slots=True)
class _Claim:
    line: int
    report: ReportRow
    origin: SourceRow
    basis: str
    counts_from: str | None
    as_of: str | None
    excerpts: list[str] = field(default_factory=list)
    caveats: list[str] = field(default_factory=list)
    figures: list[tuple[int, FigureDraft]] = field(default_factory=list)
    objects: list[tuple[int, ObjectFigureDraft]] = field(default_factory=list)

    def next_key(self) -> str:
        return f"f{len(self.figures) + 1}"


@dataclass(slots=True)
class _Incident:
    line: int
    label: str
    title: str | None
    kind: str
    occurred: Occurred
    country: str | None
    causes: list[str] = field(default_factory=list)
    parties: list[PartyRow] = field(default_factory=list)
    places: list[PlaceRow] = field(default_factory=list)
    claims: dict[tuple[object, ...], _Claim] = field(default_factory=dict)
    last: _Claim | None = None
    """The claim that a row without report columns belongs to."""
    last_at: int = 0
    """The line that last spoke of it, or that was refused while naming another."""

    def forget_report(self, line: int) -> None:
        self.last, self.last_at = None, line

    def given(self) -> tuple[IncidentRow, list[RowFinding]]:
        findings: list[RowFinding] = []
        where = self.places[0].reported_name if self.places else None
        title = self.title or (f"{where}, {self.occurred.start}" if where else self.label)
        places = sorted(place.reported_name for place in self.places)
        key = row_key("sheet", self.label, self.occurred.start, self.occurred.end, title, places)
        claims = tuple(_given(claim, key, findings) for claim in self.claims.values())
        row = IncidentRow(
            line=self.line,
            key=key,
            label=self.label,
            kind=self.kind,
            title=title,
            country=self.country,
            occurred=self.occurred,
            causes=tuple(self.causes),
            parties=tuple(self.parties),
            places=tuple(self.places),
            claims=claims,
        )
        return row, findings


def _take(row: Row, incidents: dict[str, _Incident], refused: Mapping[str, int], lost_at: int) -> None:
    row.check()
    label = row.text("incident")
    if label is None:
        raise Unreadable("blank-incident", "Every row names its incident.", "incident")
    if label.upper().startswith(EXAMPLE):
        raise Unreadable("example-row", "An example row of the template was not read.", "incident")
    # All dates first: a row that is refused for one must leave nothing behind.
    occurred, published, over = row.occurred(), row.day("report_published"), row.counted_over()
    known = incidents.get(label)
    if known is None and occurred is None:
        if label in refused:
            detail = f"The incident's first row, line {refused[label]}, was refused."
            raise Unreadable("incident-refused", detail, "incident")
        raise Unreadable("blank-date", "The first row of an incident gives date_from.", "date_from")
    source = row.source("source")
    if known is not None and known.last is not None and lost_at > known.last_at:
        known.forget_report(lost_at)  # the lost row may have named the report that this one leaves blank
    if source is None and (row.has_figure() or row.text("origin")) and (known is None or known.last is None):
        if known is not None and known.last_at:
            detail = f"Line {known.last_at} was refused and may have named this row's report; name it here."
            raise Unreadable("report-refused", detail, "source")
        raise Unreadable("blank-source", "The first figure of an incident names its source.", "source")
    incident = _incident(row, label, known, occurred)
    incidents[label] = incident
    claim = _claim(row, incident, source, published, over)
    if claim is None:
        return
    incident.last, incident.last_at = claim, row.line
    for column, kept in (("excerpt", claim.excerpts), ("caveat", claim.caveats)):
        text = row.text(column)
        if text is not None and text not in kept:
            kept.append(text)
    if not row.has_figure():
        return
    try:
        thing = row.object_figure()
        if thing is not None:
            claim.objects.append((row.line, thing))
        else:
            claim.figures.append((row.line, row.figure(row.text("label") or claim.next_key())))
    except Unreadable as problem:
        row.note(problem.column, problem.code, problem.detail, "figure")


def _incident(row: Row, label: str, known: _Incident | None, occurred: Occurred | None) -> _Incident:
    place, title = row.place(), row.text("incident_title")
    if known is None:
        assert occurred is not None
        kind = row.code_or_note("incident_kind", IncidentKind.INCIDENT.value)
        known = _Incident(
            row.line, label, title, kind, occurred, row.country() if place is None else place.country
        )
    else:
        kind = row.code_or_note("incident_kind", known.kind)
        same_days = occurred is None or (
            occurred.start == known.occurred.start
            and (row.days("date_to") is None or occurred.end == known.occurred.end)
        )
        for column, agrees in (
            ("date_from", same_days),
            ("incident_title", title is None or known.title in (None, title)),
            ("incident_kind", kind == known.kind),
        ):
            if not agrees:
                detail = f"Line {known.line} of this incident says otherwise and holds."
                row.note(column, "incident-contradicted", detail, "cell")
        known.title = known.title or title
        known.country = known.country or (place.country if place else None)
    known.causes.extend(cause for cause in row.causes() if cause not in known.causes)
    known.parties.extend(party for party in row.parties() if party not in known.parties)
    if place is not None and place not in known.places:
        known.places.append(place)
    return known


def _claim(
    row: Row,
    incident: _Incident,
    source: SourceRow | None,
    published: str | None,
    over: tuple[str | None, str | None],
) -> _Claim | None:
    counts_from, as_of = over
    last, origin = incident.last, row.source("origin")
    title, url = row.text("report_title"), row.text("report_url")
    if source is None:
        if last is None:
            return None
        source = last.report.source
    same_report = title is None and url is None and published is None
    if last is not None and same_report and source == last.report.source:
        report = last.report
    else:
        kind = row.code_or_note("report_kind", ReportKind.ARTICLE.value)
        made = f"{source.name}, {published}" if published else source.name
        report = ReportRow(source=source, kind=kind, title=title or made, url=url, published=published)
    basis = row.code_or_note("origin_basis", OriginBasis.STATED.value)
    if origin is None:
        if last is not None and report == last.report:
            origin, basis = last.origin, last.basis
            counts_from, as_of = counts_from or last.counts_from, as_of or last.as_of
        else:
            origin = report.source
    key = (report, origin, basis, counts_from, as_of)
    return incident.claims.setdefault(key, _Claim(row.line, report, origin, basis, counts_from, as_of))


def _given(claim: _Claim, incident: str, findings: list[RowFinding]) -> ClaimRow:
    figures = _related(_unlike(claim.figures, findings), findings)
    excerpt, caveat = "\n".join(claim.excerpts) or None, "\n".join(claim.caveats) or None
    content = (
        incident,
        astuple(claim.report),
        astuple(claim.origin),
        claim.basis,
        claim.as_of,
        excerpt,
        caveat,
        [astuple(figure) for _, figure in figures],
        [astuple(thing) for _, thing in claim.objects],
        # Only where it is given: a sheet imported before the column existed keeps its keys.
        *(() if claim.counts_from is None else (claim.counts_from,)),
    )
    return ClaimRow(
        line=claim.line,
        key=row_key("claim", content),
        report=claim.report,
        origin=claim.origin,
        origin_basis=claim.basis,
        as_of=claim.as_of,
        counts_from=claim.counts_from,
        excerpt=excerpt,
        caveat=caveat,
        figures=tuple(figure for _, figure in figures),
        figure_lines=tuple(line for line, _ in figures),
        objects=tuple(thing for _, thing in claim.objects),
        object_lines=tuple(line for line, _ in claim.objects),
    )


def _unlike(
    figures: Sequence[tuple[int, FigureDraft]], findings: list[RowFinding]
) -> list[tuple[int, FigureDraft]]:
    """Give the figures with keys that differ: a label that stands twice gets the line added."""
    seen: set[str] = set()
    found = []
    for line, figure in figures:
        key = figure.key
        if key in seen:
            detail = "The label stands twice in this claim; relations point to its first row."
            findings.append(RowFinding(line=line, column="label", code="duplicate-label", detail=detail))
            while key in seen:
                key = f"{key}-{line}"
        seen.add(key)
        found.append((line, replace(figure, key=key)))
    return found


def _related(
    figures: Sequence[tuple[int, FigureDraft]], findings: list[RowFinding]
) -> list[tuple[int, FigureDraft]]:
    """Give the figures with relations that point at a figure of the claim, or say ``unclear``."""
    keys = {figure.key for _, figure in figures}
    found = []
    for line, figure in figures:
        if figure.relation_to is not None and (
            figure.relation_to not in keys or figure.relation_to == figure.key
        ):
            detail = "No other figure of this claim has that label; the relation is given as unclear."
            findings.append(
                RowFinding(
                    line=line, column="relation_to", code="unknown-relation", detail=detail, loses="cell"
                )
            )
            found.append((line, replace(figure, relation=Relation.UNCLEAR.value, relation_to=None)))
        else:
            found.append((line, figure))
    return found
