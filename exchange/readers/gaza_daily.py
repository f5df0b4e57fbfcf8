"""The daily bulletins of casualties in Gaza since 7 October 2023, as collected by palestine-datasets (Tech
for Palestine) in casualties_daily.json.

One entry is one day; findings name it by its place, counted from 1. What its fields say, and what this
reader makes of them:

- ``killed_cum``, ``killed_children_cum``, ``killed_women_cum``, ``injured_cum`` are running totals as the
  source reported them: the figures of a claim that counts from the first day. Medical personnel and
  journalists are groups within the killed.
- Fields that begin with ``ext_`` are worked out by the publisher for days without a report. They are
  never figures: where the source says nothing they stand in the claim's note.
- ``report_source`` is ``mohtel`` (the Ministry of Health), ``gmotel`` (the Government Media Office) or
  ``missing``. A missing report, or a reporting period of 0 hours that repeats the numbers of the day
  before, is nobody's claim; each such day is a finding, and its values are nobody's word.
- ``killed`` and ``injured`` are what the day's bulletin adds. Where they are not what the total rose by,
  that is a finding; the totals are kept. Where the source says that a part of it died earlier
  (``killed_committee``: recognised by a judicial committee), the finding is ``spike`` and the claim has
  the words as its caveat.
- What the vocabulary has no cell for (civil defence, deaths of starvation, people seeking aid, attacks
  with several dead) stands in the note.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, BinaryIO

from domain.cells import ADULT, CHILD
from domain.drafts import FigureDraft
from domain.vocab import Group, Outcome, Relation, ReportKind, Sex, SourceKind
from exchange.drafts import ClaimRow, ReportRow, RowFinding, SourceRow, file_refused, row_key
from exchange.readers.json_rows import is_array, json_rows
from exchange.readers.numbers import read_whole
from exchange.readers.tables import opened
from exchange.readers.text import Unreadable

FIRST_DAY = "2023-10-07"
"""The day from which all totals of the file count."""

MINISTRY = SourceRow(name="Ministry of Health, Gaza", kind=SourceKind.HOSPITAL.value)
SOURCES = {
    "mohtel": MINISTRY,
    "gmotel": SourceRow(name="Government Media Office, Gaza", kind=SourceKind.OFFICIAL.value),
}
_REQUIRED = ("report_date", "report_source", "report_period")
_NOTED = {
    "civdef_killed_cum": "civil defence workers killed",
    "famine_cum": "dead of starvation",
    "child_famine_cum": "children dead of starvation",
    "aid_seeker_killed_cum": "killed when seeking aid",
    "aid_seeker_injured_cum": "injured when seeking aid",
    "massacres_cum": "events with several dead",
}
_ADDED = {
    "killed_committee": "recognised by a judicial committee, who died earlier",
    "killed_recovered": "bodies recovered",
    "killed_succumbed": "dead of earlier wounds",
    "killed_truce_new": "newly killed",
}
_EXTRAPOLATED = {
    "ext_killed_cum": "killed",
    "ext_killed_children_cum": "children killed",
    "ext_killed_women_cum": "women killed",
    "ext_injured_cum": "injured",
    "ext_med_killed_cum": "medical personnel killed",
    "ext_press_killed_cum": "journalists killed",
    "ext_civdef_killed_cum": "civil defence workers killed",
    "ext_massacres_cum": "events with several dead",
}
_DAILY = {"killed": "killed_cum", "injured": "injured_cum"}
_FIGURES = ("killed_cum", "killed_children_cum", "killed_women_cum", "med_killed_cum", "press_killed_cum")
_KNOWN = frozenset(
    {*_REQUIRED, *_FIGURES, *_NOTED, *_ADDED, *_EXTRAPOLATED, *_DAILY, *_DAILY.values()}
    | {"ext_killed", "ext_injured"}
)


def read_gaza_daily(data: bytes | BinaryIO) -> Iterator[ClaimRow | RowFinding]:
    """Give a claim for each bulletin, and findings, in the order of the file.

    Raises Invalid (``import-invalid``) if the file is no JSON array or no entry is a daily report.
    """
    file = opened(data)
    if not is_array(file):
        raise file_refused("header-missing", "The file is no JSON array of daily reports.")
    days: set[str] = set()
    before: dict[str, int] = {}
    unknown: set[str] = set()
    # Entries are counted and not lines: the publisher also has the file on one line.
    for line, row in enumerate(json_rows(file), start=1):
        if isinstance(row, RowFinding):
            yield replace(row, line=line)
            continue
        _, said = row
        unknown |= said.keys() - _KNOWN
        try:
            day = _day(said, days)
            numbers = _numbers(said)
        except Unreadable as problem:
            yield RowFinding(
                line=line, column=problem.column, code=problem.code, detail=problem.detail, loses="row"
            )
            continue
        days.add(day)
        yield from _disagreeing(line, numbers, before)
        before |= {name: numbers[name] for name in _DAILY.values() if name in numbers}
        yield from _bulletin(line, day, said, numbers)
    if not days:
        raise file_refused("header-missing", "No entry has the day, source and period of a daily report.")
    if unknown:
        detail = f"{len(unknown)} fields are not known to the reader and were not read."
        yield RowFinding(line=0, code="unknown-column", detail=detail)


def _day(said: Mapping[str, Any], days: set[str]) -> str:
    for name in _REQUIRED:
        if not isinstance(said.get(name), str):
            raise Unreadable("blank-field", "A daily report has its day, source and period.", name)
    day: str = said["report_date"]
    try:
        if date.fromisoformat(day).isoformat() != day:
            raise ValueError
    except ValueError:
        raise Unreadable("invalid-date", "Write the day as year-month-day.", "report_date") from None
    if day < FIRST_DAY:
        raise Unreadable("invalid-date", "The day lies before the first that is counted.", "report_date")
    if day in days:
        raise Unreadable(
            "repeated-day", "The day stands in an earlier entry, which was given.", "report_date"
        )
    return day


def _numbers(said: Mapping[str, Any]) -> dict[str, int]:
    """Give the known numbers of a day; a field that is absent or null was not reported."""
    found = {}
    for name in sorted((_KNOWN - {"report_date", "report_source"}) & said.keys()):
        value = said[name]
        if value is None:
            continue
        if not isinstance(value, str):
            raise Unreadable("unreadable-number", "The field holds something that is no number.", name)
        try:
            found[name] = read_whole(value)
        except Unreadable as problem:
            raise Unreadable(problem.code, problem.detail, name) from None
    return found


def _disagreeing(line: int, numbers: Mapping[str, int], before: Mapping[str, int]) -> Iterator[RowFinding]:
    for daily, total in _DAILY.items():
        if (
            daily in numbers
            and total in numbers
            and total in before
            and numbers[daily] != numbers[total] - before[total]
        ):
            detail = "What the day's bulletin adds is not what the total rose by since the one before."
            yield RowFinding(line=line, column=daily, code="daily-disagrees", detail=detail)


def _bulletin(
    line: int, day: str, said: Mapping[str, Any], numbers: Mapping[str, int]
) -> Iterator[ClaimRow | RowFinding]:
    source = SOURCES.get(said["report_source"])
    if said["report_source"] == "missing":
        code, column, detail = "no-bulletin", "report_source", "No source reported on this day."
    elif source is None:
        code, column, detail = "unknown-code", "report_source", "The reader does not know this source."
    elif numbers["report_period"] == 0:
        code, column, detail = "no-new-bulletin", "report_period", "The day repeats the bulletin before."
    elif not (figures := _figures(numbers)):
        code, column, detail = "no-figure", None, "The bulletin has no running total of persons."
    else:
        if numbers.get("killed_committee"):
            words = "A part of what the total rose by was recognised later: not deaths of these days."
            yield RowFinding(line=line, column="killed_committee", code="spike", detail=words)
        yield _claim(line, day, source, figures, numbers)
        return
    yield RowFinding(line=line, column=column, code=code, detail=detail, loses="row")


def _claim(
    line: int, day: str, source: SourceRow, figures: tuple[FigureDraft, ...], numbers: Mapping[str, int]
) -> ClaimRow:
    caveat = None
    if any(numbers.get(name) for name in ("killed_committee", "killed_recovered", "killed_succumbed")):
        caveat = f"Of those added since the bulletin before: {_listed(numbers, _ADDED)}."
    notes = []
    if also := _listed(numbers, _NOTED):
        notes.append(f"Also counted by the source, not said whether within the totals: {also}.")
    reported = {name.removeprefix("ext_") for name in numbers if not name.startswith("ext_")}
    worked_out = {
        name: words for name, words in _EXTRAPOLATED.items() if name.removeprefix("ext_") not in reported
    }
    if extrapolated := _listed(numbers, worked_out):
        notes.append(f"Extrapolated by the publisher, not reported: {extrapolated}.")
    content = [(one.key, one.low) for one in figures]
    return ClaimRow(
        line=line,
        key=row_key("gaza-daily", day, source.name, content, caveat),
        report=ReportRow(
            source=source, kind=ReportKind.BULLETIN.value, title=f"Bulletin of {day}", published=day
        ),
        origin=source,
        as_of=day,
        counts_from=FIRST_DAY,
        caveat=caveat,
        figures=figures,
        figure_lines=(line,) * len(figures),
        note=" ".join(notes) or None,
    )


def _listed(numbers: Mapping[str, int], words: Mapping[str, str]) -> str:
    return ", ".join(f"{numbers[name]:,} {said}" for name, said in words.items() if name in numbers)


def _figures(numbers: Mapping[str, int]) -> tuple[FigureDraft, ...]:
    killed = _figure("killed", numbers.get("killed_cum"))
    within = Relation.INCLUDED_IN.value if killed else None
    part: dict[str, Any] = {"relation": within, "relation_to": "killed" if killed else None}
    found = (
        killed,
        _figure(
            "children", numbers.get("killed_children_cum"), age_low=CHILD.low, age_high=CHILD.high, **part
        ),
        _figure("women", numbers.get("killed_women_cum"), sex=Sex.FEMALE.value, age_low=ADULT.low, **part),
        _figure("health-workers", numbers.get("med_killed_cum"), group=Group.HEALTH_WORKER.value, **part),
        _figure("journalists", numbers.get("press_killed_cum"), group=Group.JOURNALIST.value, **part),
        _figure("injured", numbers.get("injured_cum"), outcome=Outcome.INJURED.value),
    )
    return tuple(one for one in found if one is not None)


def _figure(key: str, number: int | None, **more: Any) -> FigureDraft | None:
    if number is None:
        return None
    return FigureDraft(**{"outcome": Outcome.KILLED.value, **more}, key=key, low=number, high=number)
