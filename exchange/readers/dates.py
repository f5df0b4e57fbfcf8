"""Days as people write them; what could be read two ways is refused, not guessed."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from domain.vocab import DatePrecision
from exchange.readers.text import Unreadable, Value, ascii_digits, tidy

DateFormat = Literal["dmy", "mdy"]

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_YEAR = re.compile(r"\d{4}")
_SERIAL = re.compile(r"\d{5,6}(?:\.\d+)?")
_NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_DAY_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?,?[ -](\d{4})")
_NAMED_DAY = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_MONTHS = {name.casefold(): n for n, name in enumerate(calendar.month_name) if n} | {
    name.casefold(): n for n, name in enumerate(calendar.month_abbr) if n
}


@dataclass(frozen=True, slots=True)
class SaidDays:
    """The days a cell names: one day, or a month or a year where it names no day."""

    start: str
    end: str
    precision: str
    """A code of the vocabulary ``date_precision``."""


def read_days(value: Value, date_format: DateFormat | None = None) -> SaidDays:
    """Give the day, month or year behind a cell; never called for a blank one.

    Accepts a workbook's date cell, ISO 8601 (2026-01-30; 2026-01 for a month, 2026 for a year) and
    dates with the month in English letters. ``date_format`` says how 03/04/2024 is meant:
    ``dmy`` is 3 April, ``mdy`` is 4 March.

    Raises Unreadable: ``ambiguous-date-format`` when a date can be read two ways and no format is
    declared, ``serial-date`` for a spreadsheet's bare day number, ``two-digit-year``,
    ``calendar-suspected`` for years 1300 to 1500 (Hijri or Jalali), ``invalid-date`` for all else.
    """
    if isinstance(value, dt.datetime):
        return _day(value.year, value.month, value.day)
    if isinstance(value, dt.date):
        return _day(value.year, value.month, value.day)
    if isinstance(value, dt.time | dt.timedelta | bool):
        raise Unreadable("invalid-date", "The cell holds no date.")
    if isinstance(value, int | float):
        value = str(int(value)) if float(value).is_integer() else str(value)
    said = " ".join(ascii_digits(tidy(value)).casefold().split()).upper().replace(" T", "T")
    if found := _ISO.fullmatch(said):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    said = said.casefold()
    if found := _MONTH.fullmatch(said):
        year, month = int(found[1]), int(found[2])
        first = _day(year, month, 1)
        last = _day(year, month, calendar.monthrange(year, month)[1])
        return SaidDays(first.start, last.end, DatePrecision.MONTH.value)
    if _YEAR.fullmatch(said):
        year = int(said)
        return SaidDays(_day(year, 1, 1).start, _day(year, 12, 31).end, DatePrecision.YEAR.value)
    if _SERIAL.fullmatch(said):
        raise Unreadable(
            "serial-date", "The cell holds a spreadsheet's day number; format the column as a date."
        )
    if found := _NUMERIC.fullmatch(said):
        return _numeric(int(found[1]), int(found[3]), found[4], date_format)
    if found := _DAY_NAMED.fullmatch(said):
        return _day(int(found[3]), _month_called(found[2]), int(found[1]))
    if found := _NAMED_DAY.fullmatch(said):
        return _day(int(found[3]), _month_called(found[1]), int(found[2]))
    raise Unreadable("invalid-date", "Write the day as year-month-day, for example 2026-01-30.")


def _numeric(first: int, second: int, year: str, date_format: DateFormat | None) -> SaidDays:
    if len(year) == 2:
        raise Unreadable("two-digit-year", "Write the year with four digits.")
    if date_format == "dmy":
        return _day(int(year), second, first)
    if date_format == "mdy":
        return _day(int(year), first, second)
    if first <= 12 and second <= 12 and first != second:
        raise Unreadable(
            "ambiguous-date-format",
            "The date can be read as day and month or as month and day; write year-month-day or declare "
            "the format of the file.",
        )
    return _day(int(year), *((second, first) if first > 12 else (first, second)))


def _month_called(name: str) -> int:
    month = 9 if name == "sept" else _MONTHS.get(name)
    if month is None:
        raise Unreadable("invalid-date", "The month's name is not an English one; write year-month-day.")
    return month


def _day(year: int, month: int, day: int) -> SaidDays:
    if 1300 <= year <= 1500:
        raise Unreadable(
            "calendar-suspected", "The year looks like one of another calendar; write the Gregorian date."
        )
    try:
        found = dt.date(year, month, day)
    except ValueError:
        raise Unreadable("invalid-date", "There is no such day.") from None
    if year < 1900:
        raise Unreadable("invalid-date", "The year lies before 1900.")
    return SaidDays(found.isoformat(), found.isoformat(), DatePrecision.DAY.value)
