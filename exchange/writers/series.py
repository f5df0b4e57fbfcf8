"""Cumulative series as CSV for a terminal: the table that the service gives too."""

from __future__ import annotations

import io
from collections.abc import Iterable

from domain.series import Series
from exchange.layouts.under_incident import SERIES, series_rows
from exchange.writers.tables.csv_table import write_csv


def series_csv(found: Iterable[Series]) -> str:
    """Give the series as CSV; what is not known is an empty field, never 0."""
    file = io.BytesIO()
    write_csv(file, SERIES, series_rows(found))
    return file.getvalue().decode()
