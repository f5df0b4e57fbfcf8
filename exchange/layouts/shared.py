"""Columns that every record has."""

from __future__ import annotations

from exchange.columns import Column, instant, text, whole

ID = text("id", "The record's id.", hxl="#meta+id", required=True)
VERSION = whole("version", "How many times it was recorded: 1 is as first stored.", required=True)
LOG_SEQUENCE = whole("log_sequence", "Where its latest act stands in the log.", required=True)
RECORDED_AT = instant("recorded_at", "When that was, in UTC.")

HEAD: tuple[Column, ...] = (ID, VERSION, LOG_SEQUENCE, RECORDED_AT)
