"""Populations that rates are over: never changed, only followed by another."""

from db.tables.base import record_table, text

# The rows live in the revision alone: nothing is ever looked up in one of them.
population = record_table(
    "population",
    text("name", "F0"),
    text("source", "F0"),
    text("sha256", "F0"),
)
