"""Small readings of the spreadsheet's cells that are neither counts, ages nor days."""

from __future__ import annotations

import datetime as dt
import re

from domain.vocab import DatePrecision
from exchange.readers.text import Unreadable, Value, ascii_digits

_DEGREES = re.compile(r"[+-]?\d{1,3}(?:[.,\u066b]\d+)?")


def read_degrees(text: str, most: int, column: str) -> float:
    """Give degrees of longitude or latitude; a comma is a decimal one, as no degree reaches 1,000.

    Raises Unreadable (``invalid-coordinate``) for all else, and beyond ``most`` degrees either way.
    """
    said = ascii_digits(text).replace("\u2212", "-")
    if not _DEGREES.fullmatch(said):
        raise Unreadable("invalid-coordinate", "Write degrees as a decimal number.", column)
    degrees = float(said.replace(",", ".").replace("\u066b", "."))
    if abs(degrees) > most:
        raise Unreadable("invalid-coordinate", f"Degrees lie between -{most} and {most}.", column)
    return degrees


def days_between(start: str, end: str) -> str:
    """Give the precision that an interval of days (ISO 8601, both inclusive) has by its length."""
    days = (dt.date.fromisoformat(end) - dt.date.fromisoformat(start)).days + 1
    for most, precision in (
        (1, DatePrecision.DAY),
        (6, DatePrecision.DAYS),
        (7, DatePrecision.WEEK),
        (31, DatePrecision.MONTH),
        (366, DatePrecision.YEAR),
    ):
        if days <= most:
            return precision.value
    return DatePrecision.PERIOD.value


def is_typed_day(value: Value) -> bool:
    """Tell whether a workbook's cell holds a day or a time and not text or a number."""
    return isinstance(value, dt.date | dt.time | dt.timedelta)
