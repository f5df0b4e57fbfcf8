"""The sensitive fields of each kind of record, as the columns say: one declaration, not a second list.

A field of a record's content is as sensitive as the most sensitive of its columns; a field of parts (a
victim's names) is told or withheld as a whole.
"""

from __future__ import annotations

from db.kinds import KINDS, Kind

OPEN = ("F0", "F1")
"""The classes that everybody in an organisation reads."""
IF: dict[tuple[str, str], str] = {("source", "name"): "confidential"}
"""Fields that are sensitive only where another field of the record is true: (kind, field) to that field."""
OF_SOURCE: dict[str, frozenset[str]] = {"report": frozenset({"title", "url", "archived_url"})}
"""Fields by kind that could name the record's ``source``: sensitive where that one is confidential."""
# What is to be public may hold names that are not public yet.
_IN_CONTENT_ALONE: dict[str, set[str]] = {"publication": {"document"}}
_OF_THE_SERVICE = ("id", "organisation", "visibility", "version", "seq", "recorded_at")


def _sensitive(kind: Kind) -> frozenset[str]:
    found = set()
    for column in kind.table.columns:
        if column.info["field_class"] not in OPEN and column.name not in _OF_THE_SERVICE:
            found.add(_field(kind, str(column.name)))
    for field, part in kind.parts.items():
        own = {"organisation", kind.name, "position"}
        if any(one.info["field_class"] not in OPEN for one in part.table.columns if one.name not in own):
            found.add(field)
    return frozenset(found | _IN_CONTENT_ALONE.get(kind.name, set()))


def _field(kind: Kind, column: str) -> str:
    """Give the field of the content that a column is of."""
    for field in kind.spread:
        if column.startswith(f"{field}_"):
            return field
    for field, columns in kind.named.items():
        if column in columns.values():
            return field
    return column


SENSITIVE: dict[str, frozenset[str]] = {name: _sensitive(kind) for name, kind in KINDS.items()}
"""By kind, the fields of the content that only some may read."""


def sensitive_of(kind: str) -> frozenset[str]:
    """Give every field of a kind that is sensitive in some record; none for a word that is no kind."""
    by_mark = {field for name, field in IF if name == kind}
    return SENSITIVE.get(kind, frozenset()) | by_mark | OF_SOURCE.get(kind, frozenset())
