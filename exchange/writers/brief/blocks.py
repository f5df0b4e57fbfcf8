"""What a page of the brief is made of. Both writers take these, so that the two cannot differ.

Every text is plain: a writer shows it and never reads it as markup.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``small`` for notes that stand below what they explain."""

    text: str
    small: bool = False


@dataclass(frozen=True, slots=True)
class Headline:
    """The number that is read first, and beside it what it is made of: (name, number) each."""

    label: str
    value: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row, its first cell the row's name. ``kind`` is row, apart (what is not known), sum or total."""

    cells: tuple[str, ...]
    kind: str = "row"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the first column names the row, those in ``words`` hold text, all others numbers."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    words: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture as SVG: what it shows for who cannot see it, and the line below it."""

    svg: str
    alt: str
    caption: str
    width: int
    """In points, as wide as it was drawn."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Points, each a paragraph of its own."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses that ask a number again: (name, address) each."""

    items: tuple[tuple[str, str], ...]


Block = Paragraph | Headline | Table | Figure | Listing | Addresses


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it; ``turns`` where a brief of one page is parted into two."""

    heading: str
    blocks: tuple[Block, ...]
    turns: bool = False


@dataclass(frozen=True, slots=True)
class Pages:
    """The whole brief: whose it is, of which month, the line below the title, the sections, the last line."""

    organisation: str
    title: str
    subtitle: str
    sections: tuple[Section, ...]
    citation: str
    at: str
    """The instant of the log, ISO 8601 in UTC: the only date that a file carries."""
