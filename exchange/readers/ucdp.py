"""Events of the Uppsala Conflict Data Program's Georeferenced Event Dataset (UCDP GED), as HDX exports them.

One row is one event: an incident, and the claim that the data set makes about it. Row 2 of HDX's files
holds HXL tags and is no event. The numbers are the data set's, whatever they are (R1):

- ``low``, ``best`` and ``high`` are the range and the data set's own best estimate of all killed. ``best`` is
  the sum of the deaths of side a, of side b, of civilians and of persons of unknown status, so these
  lie within the total, each as one number.
- A low above the high is not corrected: the claim then carries the low ("at least") and the high ("at
  most") as two figures of the same persons, and the row has the finding ``inconsistent-range``. A best
  outside low and high has the finding ``best-outside-range``; one above the high says that more are
  possible, so that the range is open.
- The dead of a government's side are security forces, not told apart; those of any other side are
  persons directly participating, as the data set counts members of the warring groups. Where both sides
  are of one kind their dead are one figure, for they are persons of one description, and each side's
  number stays in the wording.

Who did it is said only of one-sided violence: side a is then suspected. Of two sides that fight each
other the data set does not say whose act killed whom, and nobody is held responsible here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import BinaryIO

from domain.countries import COUNTRIES
from domain.drafts import FigureDraft, Occurred
from domain.vocab import (
    Comparator,
    DatePrecision,
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
from exchange.readers.numbers import read_degrees, read_whole
from exchange.readers.tables import (
    HEADER_WITHIN,
    delimiter_of,
    fitted,
    known_columns,
    opened_text,
    records,
)
from exchange.readers.text import Unreadable, checked, is_blank, tidy

PUBLISHER = SourceRow(name="Uppsala Conflict Data Program", kind=SourceKind.NGO.value)
DATASET = ReportRow(
    source=PUBLISHER, kind=ReportKind.DATASET.value, title="UCDP Georeferenced Event Dataset (GED)"
)
CIVILIANS = "civilians"
"""What the data set writes for side b of one-sided violence."""
GOVERNMENT = "government of "
"""How it begins the name of a state's side."""
_REQUIRED = (
    "id",
    "type_of_violence",
    "side_a",
    "side_b",
    "date_start",
    "date_end",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "low",
    "best",
    "high",
)
_OPTIONAL = (
    "dyad_name",
    "number_of_sources",
    "source_article",
    "source_original",
    "where_prec",
    "where_coordinates",
    "where_description",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "country",
    "iso3",
    "event_clarity",
    "date_prec",
)
_COLUMNS = {name: name for name in (*_REQUIRED, *_OPTIONAL)}
_NUMBERS = ("low", "best", "high", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
_PARTS = ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
_ONE_SIDED = "3"
DATE_PRECISION = {
    "1": DatePrecision.DAY,
    "2": DatePrecision.DAYS,
    "3": DatePrecision.WEEK,
    "4": DatePrecision.MONTH,
    "5": DatePrecision.YEAR,
}
PLACE_PRECISION: dict[str, tuple[PlacePrecision, int | None]] = {
    # "Exact" is the named town or village, whose centre is the point.
    "1": (PlacePrecision.TOWN, None),
    "2": (PlacePrecision.NEAR, 25_000),
    "3": (PlacePrecision.ADM2, None),
    "4": (PlacePrecision.ADM1, None),
    "6": (PlacePrecision.COUNTRY, None),
}
"""``where_prec`` 5 is a road, a river or a range and 7 the open sea: see ``_precision``."""
_SUMMARY = "The data set codes it as a summary of events (event_clarity 2)."
_ISO3 = {
    "AFG": "AF",
    "IND": "IN",
    "IRN": "IR",
    "IRQ": "IQ",
    "LBN": "LB",
    "PAK": "PK",
    "PSE": "PS",
    "SOM": "SO",
    "SYR": "SY",
    "UKR": "UA",
    "YEM": "YE",
}
"""ISO 3166-1 alpha-2 of the countries whose p-codes have been tried."""
_LONGEST_TEXT = 20_000
_LONGEST_TITLE = 300


def read_ucdp(data: bytes | BinaryIO) -> Iterator[IncidentRow | RowFinding]:
    """Give each event with its claim, and findings, in the order of the file.

    Raises Invalid (``import-invalid``), when iteration starts, if no header of UCDP GED is found.
    """
    columns: list[str | None] | None = None
    events: set[str] = set()
    with opened_text(data) as text:
        for line, cells in records(text, delimiter_of(text, _COLUMNS)):
            if columns is None:
                if line > HEADER_WITHIN:
                    break
                if not isinstance(cells, Unreadable):
                    columns = known_columns(cells, _COLUMNS, required=_REQUIRED)
                continue
            if not isinstance(cells, Unreadable) and _is_tags(cells):
                continue
            findings: list[RowFinding] = []
            try:
                if isinstance(cells, Unreadable):
                    raise cells
                event = _event(line, _named(columns, cells), findings)
                if event.label in events:
                    raise Unreadable("repeated-id", "The id stands in an earlier row, which was given.", "id")
            except Unreadable as problem:
                yield RowFinding(
                    line=line, column=problem.column, code=problem.code, detail=problem.detail, loses="row"
                )
                continue
            events.add(event.label)
            yield from findings
            yield event
    if columns is None:
        raise file_refused(
            "header-missing", "No header of UCDP GED was found: id, sides, dates, deaths, low, best and high."
        )


def _is_tags(cells: Sequence[str]) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and all(cell.startswith("#") for cell in filled)


def _named(columns: Sequence[str | None], cells: list[str]) -> dict[str, str]:
    whole = fitted(cells, len(columns))
    checked("\n".join(whole))
    found = dict.fromkeys(_OPTIONAL, "")
    found.update((name, tidy(cell)) for name, cell in zip(columns, whole, strict=True) if name is not None)
    return found


def _event(line: int, cells: dict[str, str], findings: list[RowFinding]) -> IncidentRow:
    label = cells["id"]
    if is_blank(label):
        raise Unreadable("blank-id", "The row has no id.", "id")
    numbers = {name: _whole(cells[name], name) for name in _NUMBERS}
    if sum(numbers[name] for name in _PARTS) != numbers["best"]:
        detail = "The deaths by side, of civilians and of unknown status do not add up to the best estimate."
        findings.append(RowFinding(line=line, column="best", code="parts-differ", detail=detail))
    country = _country(cells)
    key = row_key("ucdp", label)
    one_sided = cells["type_of_violence"] == _ONE_SIDED
    actor = cells["side_a"] if one_sided else None
    figures = (*_total(line, numbers, findings), *_parts(cells, numbers))
    where = cells["where_coordinates"]
    occurred = _occurred(cells)
    content = (cells["source_article"], [_content(one) for one in figures], where, occurred.start)
    return IncidentRow(
        line=line,
        key=key,
        label=label,
        title=_title(cells, occurred),
        country=country,
        occurred=occurred,
        parties=()
        if actor is None
        else (PartyRow(party=actor, responsibility=Responsibility.SUSPECTED.value),),
        places=(_place(cells, country),),
        claims=(
            ClaimRow(
                line=line,
                key=row_key(key, content),
                report=DATASET,
                origin=PUBLISHER,
                excerpt=cells["source_article"][:_LONGEST_TEXT] or None,
                caveat=_SUMMARY if cells["event_clarity"] == "2" else None,
                note=_note(cells),
                said_place=where[:_LONGEST_TITLE] or None,
                said_party=actor,
                said_responsibility=None if actor is None else Responsibility.SUSPECTED.value,
                figures=figures,
                figure_lines=(line,) * len(figures),
            ),
        ),
    )


def _content(figure: FigureDraft) -> tuple[object, ...]:
    return figure.key, figure.low, figure.high, figure.best, figure.open, figure.wording


def _whole(text: str, column: str) -> int:
    try:
        return read_whole(text)
    except Unreadable as problem:
        raise Unreadable(problem.code, problem.detail, column) from None


def _country(cells: dict[str, str]) -> str | None:
    """Give the country's two letters where they are known; an event at sea or elsewhere has none."""
    code = cells["iso3"].upper()
    found = _ISO3.get(code, code)
    return found if found in COUNTRIES else None


def _occurred(cells: dict[str, str]) -> Occurred:
    days = []
    for column in ("date_start", "date_end"):
        try:
            days.append(read_days(cells[column]))
        except Unreadable as problem:
            raise Unreadable(problem.code, problem.detail, column) from None
    start, end = days[0].start, days[1].end
    if start > end:
        raise Unreadable("inconsistent-dates", "The event ends before it starts.", "date_end")
    precision = DATE_PRECISION.get(cells["date_prec"])
    if precision is None or (precision is DatePrecision.DAY and start != end):
        apart = (date.fromisoformat(end) - date.fromisoformat(start)).days
        precision = (
            DatePrecision.DAY if apart == 0 else DatePrecision.DAYS if apart < 6 else DatePrecision.PERIOD
        )
    return Occurred(start=start, end=end, precision=precision.value)


def _title(cells: dict[str, str], occurred: Occurred) -> str:
    who = cells["dyad_name"] or f"{cells['side_a']} - {cells['side_b']}"
    where = cells["where_coordinates"] or cells["country"]
    return f"{who}: {where}, {occurred.start}"[:_LONGEST_TITLE]


def _note(cells: dict[str, str]) -> str | None:
    said = {
        "Event id": cells["id"],
        "Type of violence": cells["type_of_violence"],
        "Number of sources": "" if cells["number_of_sources"] == "-1" else cells["number_of_sources"],
        "Original source": cells["source_original"],
        "Where": cells["where_description"],
    }
    return "; ".join(f"{name}: {value}" for name, value in said.items() if value)[:_LONGEST_TEXT] or None


def _total(line: int, said: dict[str, int], findings: list[RowFinding]) -> Iterator[FigureDraft]:
    low, best, high = said["low"], said["best"], said["high"]
    if low <= high:
        if not low <= best <= high:
            detail = "The best estimate lies outside low and high; all three are given as stated."
            findings.append(RowFinding(line=line, column="best", code="best-outside-range", detail=detail))
        comparator = Comparator.EXACTLY if low == high else Comparator.BETWEEN
        words = f"low {low}, best {best}, high {high}"
        yield _killed("killed", low, high, best, comparator, is_open=best > high, words=words)
        return
    detail = "The low exceeds the high; low, best and high are given as stated, and clash."
    findings.append(RowFinding(line=line, column="high", code="inconsistent-range", detail=detail))
    words = f"low {low}, best {best}"
    yield _killed("killed-low", low, low, best, Comparator.AT_LEAST, is_open=True, words=words)
    yield _killed("killed-high", 0, high, best, Comparator.AT_MOST, words=f"high {high}, best {best}")


def _parts(cells: dict[str, str], said: dict[str, int]) -> Iterator[FigureDraft]:
    whole = "killed" if said["low"] <= said["high"] else "killed-low"
    sides = [("a", cells["side_a"], said["deaths_a"])]
    # Against civilians there is one side; whatever is counted for the other column stays a figure.
    if cells["side_b"].casefold() != CIVILIANS or said["deaths_b"]:
        sides.append(("b", cells["side_b"], said["deaths_b"]))
    kinds = {_status_of(name) for _, name, _ in sides}
    if len(sides) == 2 and len(kinds) == 1:
        both = sum(number for _, _, number in sides)
        words = ", ".join(f"deaths_{letter} {number} ({name})" for letter, name, number in sides)
        yield _killed("sides", both, both, both, status=kinds.pop(), whole=whole, words=words[:1_000])
    else:
        for letter, name, number in sides:
            yield _killed(
                f"side-{letter}",
                number,
                number,
                number,
                status=_status_of(name),
                whole=whole,
                party=name,
                words=f"deaths_{letter} {number}",
            )
    for key, column, status in (
        ("civilians", "deaths_civilians", Status.CIVILIAN),
        ("unknown", "deaths_unknown", Status.UNKNOWN),
    ):
        number = said[column]
        yield _killed(
            key, number, number, number, status=status.value, whole=whole, words=f"{column} {number}"
        )


def _status_of(side: str) -> str:
    is_state = side.casefold().startswith(GOVERNMENT)
    return (Status.SECURITY_FORCES if is_state else Status.DIRECT_PARTICIPANT).value


def _killed(
    key: str,
    low: int,
    high: int,
    best: int,
    comparator: Comparator = Comparator.EXACTLY,
    *,
    words: str,
    is_open: bool = False,
    status: str | None = None,
    whole: str | None = None,
    party: str | None = None,
) -> FigureDraft:
    return FigureDraft(
        key=key,
        outcome=Outcome.KILLED.value,
        status=status,
        low=low,
        high=high,
        best=best,
        open=is_open,
        comparator=comparator.value,
        wording=words,
        relation=None if whole is None else Relation.INCLUDED_IN.value,
        relation_to=whole,
        party=party,
    )


def _place(cells: dict[str, str], country: str | None) -> PlaceRow:
    lat, lon = _degrees(cells["latitude"], 90, "latitude"), _degrees(cells["longitude"], 180, "longitude")
    if (lat is None) != (lon is None):
        raise Unreadable("invalid-point", "The point has one of its two coordinates.", "latitude")
    precision, radius_m = _precision(cells)
    units = tuple(cells[name] for name in ("adm_1", "adm_2"))
    reported = next(
        (name for name in (cells["where_coordinates"], *reversed(units), cells["country"]) if name), "Unknown"
    )
    return PlaceRow(
        reported_name=reported[:_LONGEST_TITLE],
        country=country,
        units=units,
        lat=lat,
        lon=lon,
        radius_m=radius_m if lat is not None else None,
        precision=precision.value,
    )


def _precision(cells: dict[str, str]) -> tuple[PlacePrecision, int | None]:
    """Give how precise the point is; a line or a landscape is no nearer than the unit it is filed under."""
    known = PLACE_PRECISION.get(cells["where_prec"])
    if known is not None:
        return known
    if cells["adm_2"]:
        return PlacePrecision.ADM2, None
    return (PlacePrecision.ADM1, None) if cells["adm_1"] else (PlacePrecision.COUNTRY, None)


def _degrees(text: str, most: int, column: str) -> float | None:
    return None if is_blank(text) else read_degrees(text, most, column)
