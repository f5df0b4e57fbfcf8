"""The Bureau of Investigative Journalism's workbook of US drone strikes in Pakistan, 2004 to 2018.

One row is one strike: an incident, and the claim that the Bureau makes about it. The workbook's
minimum and maximum are the lowest and highest number among a strike's sources. A blank is no figure;
0 to 0 is a stated zero. The sheet is found by its header: the workbook also holds tables of totals, and
a total is not an incident.

What a row can hold that no count can, and what becomes of it:

- A minimum above its maximum is not corrected (R1): the row's claim then carries two figures, the
  minimum ("at least") and the maximum ("at most"), which clash (R9) until somebody decides, and the row
  has the finding ``inconsistent-range``. The published sums are sums of minimums and of maximums, so
  they come out of the two figures as they do out of one.
- Children above the civilians, or civilians above the total, in such a way that not both can hold:
  finding ``part-exceeds-whole``. When only the lower numbers are reversed both can hold, at a
  higher minimum of the whole than the Bureau prints: finding ``part-raises-whole``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from domain.cells import CHILD
from domain.drafts import FigureDraft, Occurred
from domain.vocab import (
    Cause,
    Comparator,
    Outcome,
    PlacePrecision,
    Relation,
    ReportKind,
    Responsibility,
    SourceKind,
    Status,
)
from exchange.drafts import (
    ClaimRow,
    IncidentRow,
    PartyRow,
    PlaceRow,
    ReportRow,
    RowFinding,
    SourceRow,
    file_refused,
    row_key,
)
from exchange.readers.dates import read_days
from exchange.readers.numbers import read_whole
from exchange.readers.tables import HEADER_WITHIN, known_columns
from exchange.readers.text import Unreadable, Value, as_text, checked, is_blank, tidy
from exchange.readers.workbook import Sheet, Workbook, error_cells, formula_columns

PUBLISHER = SourceRow(name="Bureau of Investigative Journalism", kind=SourceKind.NGO.value)
PARTY = "United States forces"
COUNTRY = "PK"
_COLUMNS = {
    "strike_id": "strike_id",
    "date": "date",
    "location": "location",
    "area": "area",
    "minimum_total_people_killed": "killed_min",
    "maximum_total_people_killed": "killed_max",
    "minimum_civilians_reported_killed": "civilians_min",
    "maximum_civilians_reported_killed": "civilians_max",
    "minimum_children_reported_killed": "children_min",
    "maximum_children_reported_killed": "children_max",
    "minimum_reported_injured": "injured_min",
    "maximum_reported_injured": "injured_max",
    "strike_link": "link",
}
_REQUIRED = ("strike_id", "date", "killed_min", "killed_max")
_NO_PLACE = frozenset({"", "unknown", "unclear"})
_WHOLE_OF = {"civilians": "killed", "children": "civilians"}

Range = tuple[int, int]


def read_drone_strikes(data: bytes | BinaryIO) -> Iterator[IncidentRow | RowFinding]:
    """Give each strike with its claim, and findings, in the order of the workbook.

    Raises Invalid (``import-invalid``), when iteration starts, if the content is no readable XLSX
    workbook or no sheet has the columns strike id, date, minimum and maximum total people killed.
    """
    book = Workbook(data)
    yield from book.hidden()
    strikes: set[str] = set()
    sheet, columns, rows = _found(book)
    yield from formula_columns(sheet, columns)
    for line, values in rows:
        cells = {name: value for name, value in zip(columns, values, strict=False) if name is not None}
        yield from error_cells(sheet, line, columns, "cell")
        label = tidy(as_text(cells["strike_id"]))
        if is_blank(label) or label.casefold().startswith("total"):
            if is_blank(as_text(cells["date"])):
                code, detail = "total-row", "A row without id and date is a total, not a strike."
            else:
                code, detail = "blank-id", "The row has a date and no strike id."
            yield RowFinding(line=line, column="strike_id", code=code, detail=detail, loses="row")
            continue
        if label in strikes:
            detail = "The strike id stands in an earlier row, which was given."
            yield RowFinding(line=line, column="strike_id", code="repeated-id", detail=detail, loses="row")
            continue
        findings: list[RowFinding] = []
        try:
            strike = _strike(line, label, cells, findings)
        except Unreadable as problem:
            yield RowFinding(
                line=line, column=problem.column, code=problem.code, detail=problem.detail, loses="row"
            )
            continue
        strikes.add(label)
        yield from findings
        yield strike


def _found(
    book: Workbook,
) -> tuple[Sheet, Sequence[str | None], Iterator[tuple[int, list[Value]]]]:
    for sheet in book.sheets:
        if sheet.hidden:
            continue
        rows = book.rows(sheet)
        for line, values in rows:
            if line > HEADER_WITHIN:
                break
            columns = known_columns(map(as_text, values), _COLUMNS, required=_REQUIRED)
            if columns is not None:
                return sheet, columns, rows
    raise file_refused("header-missing", "No sheet has the columns of a table of strikes.")


def _strike(line: int, label: str, cells: dict[str, Value], findings: list[RowFinding]) -> IncidentRow:
    checked("\n".join(map(as_text, cells.values())))
    try:
        # The workbook's notes say that its dates are written day first.
        day = read_days(cells["date"], "dmy")
    except Unreadable as problem:
        raise Unreadable(problem.code, problem.detail, "date") from None
    figures = _figures(line, cells, findings)
    if not figures:
        raise Unreadable("blank-number", "The row has no figure that could be read.", "killed_min")
    link = tidy(as_text(cells.get("link", "")))
    places = [tidy(as_text(cells.get(name, ""))) for name in ("location", "area")]
    named = ", ".join(text for text in places if text.casefold() not in _NO_PLACE)
    key = row_key("drone-strikes-pakistan", label)
    title = f"Drone strike {label}, {named or 'Pakistan'}"
    claim = (PUBLISHER.name, link, [_content(figure) for figure in figures], named, day.start)
    return IncidentRow(
        line=line,
        key=key,
        label=label,
        title=title,
        country=COUNTRY,
        occurred=Occurred(start=day.start, end=day.end, precision=day.precision),
        causes=(Cause.DRONE_STRIKE.value,),
        parties=(PartyRow(party=PARTY, responsibility=Responsibility.SUSPECTED.value),),
        places=(
            PlaceRow(
                reported_name=named or "Pakistan",
                country=COUNTRY,
                precision=(PlacePrecision.UNRESOLVED if named else PlacePrecision.COUNTRY).value,
            ),
        ),
        claims=(
            ClaimRow(
                line=line,
                key=row_key(key, claim),
                report=ReportRow(
                    source=PUBLISHER,
                    kind=ReportKind.DATASET.value,
                    title=f"US drone strikes in Pakistan: strike {label}",
                    url=link or None,
                ),
                origin=PUBLISHER,
                said_place=named or None,
                said_cause=Cause.DRONE_STRIKE.value,
                said_party=PARTY,
                said_responsibility=Responsibility.SUSPECTED.value,
                figures=figures,
                figure_lines=(line,) * len(figures),
            ),
        ),
    )


def _content(figure: FigureDraft) -> tuple[object, ...]:
    return figure.key, figure.low, figure.high, figure.open


def _figures(line: int, cells: dict[str, Value], findings: list[RowFinding]) -> tuple[FigureDraft, ...]:
    made: list[FigureDraft] = []
    said: dict[str, Range] = {}
    for name in ("killed", "civilians", "children", "injured"):
        try:
            found = _range(name, cells)
        except Unreadable as problem:
            findings.append(
                RowFinding(
                    line=line,
                    column=problem.column,
                    code=problem.code,
                    detail=problem.detail,
                    loses="figure",
                )
            )
            continue
        if found is None:
            continue
        said[name] = found
        whole = _WHOLE_OF.get(name)
        keys = {figure.key for figure in made}
        made.extend(_figure(name, found, next((k for k in (whole, f"{whole}_max") if k in keys), None)))
        if found[0] > found[1]:
            detail = "The minimum exceeds the maximum; both are given as stated, and clash."
            findings.append(
                RowFinding(line=line, column=f"{name}_min", code="inconsistent-range", detail=detail)
            )
        elif whole in said:
            findings.extend(_compared(line, name, found, said[whole]))
    return tuple(made)


def _compared(line: int, name: str, part: Range, whole: Range) -> Iterator[RowFinding]:
    if part[0] > whole[1]:
        detail = "The part's minimum exceeds the whole's maximum; both cannot hold."
        yield RowFinding(line=line, column=f"{name}_min", code="part-exceeds-whole", detail=detail)
    elif part[0] > whole[0]:
        detail = "The part's minimum exceeds the whole's minimum; the whole's is higher than printed."
        yield RowFinding(line=line, column=f"{name}_min", code="part-raises-whole", detail=detail)


def _range(name: str, cells: dict[str, Value]) -> Range | None:
    bounds = []
    for column in (f"{name}_min", f"{name}_max"):
        text = as_text(cells.get(column, ""))
        try:
            bounds.append(None if is_blank(text) else read_whole(text))
        except Unreadable as problem:
            raise Unreadable(problem.code, problem.detail, column) from None
    low, high = bounds
    if low is None and high is None:
        return None
    if low is None or high is None:
        raise Unreadable("incomplete-range", "One of minimum and maximum is blank.", f"{name}_min")
    return low, high


def _figure(name: str, said: Range, whole: str | None) -> Iterator[FigureDraft]:
    low, high = said
    if low <= high:
        comparator = Comparator.EXACTLY if low == high else Comparator.BETWEEN
        bounds = [(name, low, high, False, comparator)]
    else:
        bounds = [
            (f"{name}_min", low, low, True, Comparator.AT_LEAST),
            (f"{name}_max", 0, high, False, Comparator.AT_MOST),
        ]
    for key, least, most, is_open, comparator in bounds:
        yield FigureDraft(
            key=key,
            outcome=(Outcome.INJURED if name == "injured" else Outcome.KILLED).value,
            status=Status.CIVILIAN.value if name == "civilians" else None,
            age_low=CHILD.low if name == "children" else None,
            age_high=CHILD.high if name == "children" else None,
            low=least,
            high=most,
            open=is_open,
            comparator=comparator.value,
            relation=Relation.INCLUDED_IN.value if whole else None,
            relation_to=whole,
        )
