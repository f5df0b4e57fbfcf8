"""Columns that every record has, and those of a cell."""

from __future__ import annotations

from exchange.columns import Column, code, instant, text, whole

ID = text("id", "The record's id.", hxl="#meta+id", required=True)
VERSION = whole("version", "How many times it was recorded: 1 is as first stored.", required=True)
LOG_SEQUENCE = whole("log_sequence", "Where its latest act stands in the log.", required=True)
RECORDED_AT = instant("recorded_at", "When that was, in UTC.")

HEAD: tuple[Column, ...] = (ID, VERSION, LOG_SEQUENCE, RECORDED_AT)

DESCRIBED: tuple[Column, ...] = (
    code("status", "status", "Status; empty is not broken down."),
    code("sex", "sex", "Sex; empty is not broken down."),
    whole("age_low", "Youngest age; empty is not broken down."),
    whole("age_high", "Oldest age; empty with age_low is open."),
)

CELL: tuple[Column, ...] = (code("outcome", "outcome", "Outcome.", required=True), *DESCRIBED)
