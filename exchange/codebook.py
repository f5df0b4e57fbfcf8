"""The codebook of a table: every column, and every code that may stand in it, from the vocabularies."""

from __future__ import annotations

from collections.abc import Iterator

from domain.vocab import VOCABULARIES
from domain.vocab.mappings import SCHEMES
from exchange.columns import Layout, text, whole

CODEBOOK = Layout(
    "codebook",
    "Codebook",
    "A column, or a code of a column.",
    (
        whole("position", "The column's place, from 1.", required=True),
        text("column", "The column.", required=True),
        text("kind", "What it holds.", required=True),
        text("meaning", "What the column, or the code, means.", required=True),
        text("code", "The code; empty in the column's own row."),
        text("label", "What people read for the code."),
        text("broader", "The code above it, where the list is a tree."),
        text("vocabulary", "The vocabulary that the codes are of."),
        text("hxl", "The column's HXL tag."),
    ),
    key=("column", "code"),
)


def codebook(layout: Layout) -> Iterator[tuple[str | int | None, ...]]:
    """Give the rows of a layout's codebook."""
    for position, column in enumerate(layout.columns, 1):
        kind = column.kind.value + (", several separated by semicolons" if column.several else "")
        yield (
            *(position, column.name, kind, column.description, None, None, None),
            *(column.vocabulary, column.hxl),
        )
        for member in VOCABULARIES[column.vocabulary] if column.vocabulary is not None else ():
            yield (
                *(position, column.name, kind, member.definition, member.value, member.label),
                *(member.broader, column.vocabulary, None),
            )
        if column.scheme is not None:
            scheme = SCHEMES[column.scheme[0]]
            named = f"{scheme.title}, {column.scheme[1]} (mapping {scheme.version})"
            for one in scheme.code_list(column.scheme[1]).codes:
                yield (position, column.name, kind, one.label, one.code, one.label, None, named, None)
