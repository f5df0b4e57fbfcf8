"""A cumulative series as a table: one row a total, with what was derived from it marked in its columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from domain.series import Derived, Series

COLUMNS = (
    "origin",
    "as_of",
    "counts_from",
    "reported_low",
    "reported_high",
    "reported_open",
    "continuous_low",
    "continuous_high",
    "fall",
    "derived_low",
    "derived_high",
    "derived_days",
    "claim",
)


def series_csv(found: Iterable[Series]) -> str:
    """Give the series as CSV; what is not known is an empty field, never 0.

    ``derived_low`` and ``derived_high`` are what the total rose by over ``derived_days`` days: empty for a
    run's first total, and not the deaths of these days.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for series in found:
        derived = {one.claim: one for one in series.derived}
        for point in series.points:
            low, high = point.continuous or (None, None)
            rise: Derived | None = derived.get(point.claim)
            writer.writerow(
                [
                    series.origin,
                    point.as_of,
                    point.counts_from,
                    point.low,
                    point.high,
                    str(point.open).lower(),
                    low,
                    high,
                    str(point.fall).lower(),
                    *((None, None, None) if rise is None else (rise.low, rise.high, rise.days)),
                    point.claim,
                ]
            )
    return text.getvalue()
