"""What a table that leaves the record is made of: columns defined once, for every format.

A layout is fixed and documented: its columns never depend on the data, so that an address pasted into a
spreadsheet or a dashboard goes on working. Values are plain: text, whole numbers, numbers, truth, None;
days and instants are ISO 8601 text. An empty value is never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from domain.vocab import VOCABULARIES
from domain.vocab.mappings import SCHEMES

Value = str | int | float | bool | None
Rows = Iterable[Sequence[Value]]


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    CODE = "code"
    INTEGER = "integer"
    NUMBER = "number"
    TRUTH = "truth"
    DAY = "day"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it holds, and what that means.

    ``vocabulary`` names the vocabulary whose codes it holds, ``scheme`` another scheme and the code list
    whose codes it holds instead, ``hxl`` is its tag in the HXL standard, ``several`` marks a column that
    holds several values with a semicolon and a blank between them.
    """

    name: str
    kind: Kind
    description: str
    vocabulary: str | None = None
    hxl: str | None = None
    several: bool = False
    required: bool = False
    scheme: tuple[str, str] | None = None
    interval: str | None = None
    """What people read for the interval whose low, high or open end this is; such columns stand together."""

    def __post_init__(self) -> None:
        if self.vocabulary is not None and self.vocabulary not in VOCABULARIES:
            raise ValueError(f"there is no vocabulary {self.vocabulary}")
        if self.scheme is not None:
            SCHEMES[self.scheme[0]].code_list(self.scheme[1])  # KeyError for one that is not there


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of a table: what the rows are named by, and which columns are drawn side by side.

    ``only`` are columns and the values that a row must have to be drawn; such rows stand together.
    """

    title: str
    names: str
    columns: tuple[str, ...]
    only: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """A table's name, title, what a row is, its columns, and the columns that tell rows apart.

    ``point`` names the columns (longitude, latitude) of a row's place, where it has one. ``charts`` are drawn
    where a format has charts of its own.
    """

    name: str
    title: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    notes: tuple[str, ...] = ()
    point: tuple[str, str] | None = None
    charts: tuple[Chart, ...] = ()
    formats: tuple[str, ...] = ()
    """The names of the formats that it is given in; none named: every one that it can be written in."""
    version: int = field(default=1)
    """Rises when a column is added, renamed or means something else."""

    @property
    def names(self) -> tuple[str, ...]:
        """Give the columns' names in order."""
        return tuple(column.name for column in self.columns)


class Counted:
    """Rows counted as they pass."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.rows = 0

    def __iter__(self) -> Iterator[Sequence[Value]]:
        for row in self._rows:
            self.rows += 1
            yield row


def text(name: str, description: str, *, hxl: str | None = None, required: bool = False) -> Column:
    """Give a column of free text."""
    return Column(name, Kind.TEXT, description, hxl=hxl, required=required)


def texts(name: str, description: str, *, hxl: str | None = None) -> Column:
    """Give a column of several texts."""
    return Column(name, Kind.TEXT, description, hxl=hxl, several=True)


def interval(
    name: str, description: str, shown: str | None = None, *, hxl: str | None = None
) -> tuple[Column, Column, Column]:
    """Give the three columns of an interval: its low, its high, and whether more is said to be possible.

    They are called ``name_low``, ``name_high`` and ``name_open``; ``shown`` is what people read, ``hxl`` the
    tag of both numbers.
    """
    read = shown or name.replace("_", " ")
    low, high = (None, None) if hxl is None else (f"{hxl}+min", f"{hxl}+max")
    return (
        Column(f"{name}_low", Kind.INTEGER, f"{description} Lowest number.", hxl=low, interval=read),
        Column(f"{name}_high", Kind.INTEGER, f"{description} Highest number.", hxl=high, interval=read),
        Column(f"{name}_open", Kind.TRUTH, "Whether more is said to be possible.", interval=read),
    )


def their_code(name: str, scheme: str, code_list: str, description: str) -> Column:
    """Give a column of one code of another scheme's code list."""
    return Column(name, Kind.CODE, description, scheme=(scheme, code_list))


def code(
    name: str, vocabulary: str, description: str, *, hxl: str | None = None, required: bool = False
) -> Column:
    """Give a column of one code of a vocabulary."""
    return Column(name, Kind.CODE, description, vocabulary, hxl, required=required)


def codes(name: str, vocabulary: str, description: str, *, hxl: str | None = None) -> Column:
    """Give a column of several codes of a vocabulary."""
    return Column(name, Kind.CODE, description, vocabulary, hxl, several=True)


def whole(name: str, description: str, *, hxl: str | None = None, required: bool = False) -> Column:
    """Give a column of whole numbers."""
    return Column(name, Kind.INTEGER, description, hxl=hxl, required=required)


def number(name: str, description: str, *, hxl: str | None = None) -> Column:
    """Give a column of numbers."""
    return Column(name, Kind.NUMBER, description, hxl=hxl)


def truth(name: str, description: str, *, hxl: str | None = None) -> Column:
    """Give a column of true and false."""
    return Column(name, Kind.TRUTH, description, hxl=hxl)


def day(name: str, description: str, *, hxl: str | None = None, required: bool = False) -> Column:
    """Give a column of days."""
    return Column(name, Kind.DAY, description, hxl=hxl, required=required)


def instant(name: str, description: str, *, hxl: str | None = None, required: bool = True) -> Column:
    """Give a column of instants in UTC."""
    return Column(name, Kind.INSTANT, description, hxl=hxl, required=required)


def rows_of(layout: Layout, items: Iterable[Mapping[str, Value]]) -> Iterator[tuple[Value, ...]]:
    """Give items, whose members are the layout's columns in any order, as its rows.

    Raises ValueError for one with other members: nothing is left out of a table in silence.
    """
    names = layout.names
    for one in items:
        if one.keys() != set(names):
            raise ValueError(f"an item of {layout.name} has other members than its columns")
        yield tuple(one[name] for name in names)
