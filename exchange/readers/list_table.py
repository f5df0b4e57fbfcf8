"""Tables of persons by lists: one row a person, one column a list, 1 where the list names the person.

The form in which the overlap of lists is published for multiple-systems estimation, such as that of the
four lists of people killed in Kosovo in 1999. Persons are told apart by an id column where there is one.
Where there is none, two rows alike are two persons, and a row's key is its lists and the how-manieth of
such rows it is: the same table read again, its rows in any order, has the same keys.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, TextIO

from domain.errors import Fault
from exchange.drafts import WHOLE_FILE, RowFinding, file_refused, row_key
from exchange.readers.tables import DELIMITERS, MOST_COLUMNS, fitted, opened_text, records
from exchange.readers.text import Unreadable, checked, folded, is_blank, tidy

MOST_ROWS = 200_000
"""Rows of one file; more are to be sent in several files."""
IDS = frozenset({"id", "external_id", "person_id", "person", "uid", "key", "record_id"})
"""Folded headers that are read as the column of ids; the blank header of R's row names is another."""
_LONGEST = 100
_ON = {"1": True, "1.0": True, "0": False, "0.0": False}
_WORDS = {"true": True, "t": True, "yes": True, "false": False, "f": False, "no": False}


@dataclass(frozen=True, slots=True)
class ListNames:
    """The lists of a table in the order of its columns: what a reading gives first."""

    line: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One person of a table. ``on`` are the places of the lists that name the person, never none."""

    line: int
    row: int
    """The row of the table, counted from 1 after the header."""
    key: str
    """The person's id in the table, or a stable key where the table has none."""
    on: tuple[int, ...]


def read_list_table(
    data: bytes | BinaryIO,
    *,
    id_column: str | None = None,
    lists: Collection[str] = (),
    encoding: str | None = None,
) -> Iterator[ListNames | ListedRow | RowFinding]:
    """Give the names of the lists, then each person with the lists that name the person, and findings.

    ``id_column`` names the column of ids; None finds one by its name. ``lists`` names the columns that are
    lists; none means all but the ids. Cells are 1 and 0; TRUE and FALSE are read so too, and a blank as 0,
    each with one finding a column. A row with any other cell is not given: whether a list names the person
    is not known. Nor is a row on no list: nothing tells of such a person.

    Raises Invalid (``import-invalid``), when iteration starts, if the file is no such table.
    """
    with opened_text(data, encoding) as text:
        table = records(text, _delimiter(text))
        line, header = next(table, (0, Unreadable("header-missing", "The file has no row.")))
        if isinstance(header, Unreadable):
            raise file_refused(header.code, header.detail)
        columns = _columns(header, id_column, lists)
        yield ListNames(line, columns.names)
        if columns.id is None:
            detail = "The table has no column of ids; rows are told apart by their lists and their number."
            yield RowFinding(line=WHOLE_FILE, code="no-id-column", detail=detail)
        yield from _rows(table, columns, len(header))


@dataclass(frozen=True, slots=True)
class _Columns:
    id: int | None
    places: tuple[int, ...]
    names: tuple[str, ...]


def _delimiter(text: TextIO) -> str:
    first = text.readline()
    text.seek(0)
    return max(DELIMITERS, key=first.count)


def _columns(header: Sequence[str], id_column: str | None, lists: Collection[str]) -> _Columns:
    if len(header) > MOST_COLUMNS:
        raise file_refused("too-many-columns", f"The table has more than {MOST_COLUMNS} columns.")
    try:
        for cell in header:
            checked(cell)
    except Unreadable as problem:
        raise file_refused(problem.code, problem.detail) from None
    names = [tidy(cell) for cell in header]
    ids = _ids(names, id_column)
    wanted = {folded(one) for one in lists}
    places = [
        place for place, name in enumerate(names) if place != ids and (not wanted or folded(name) in wanted)
    ]
    taken = Counter(folded(names[place]) for place in places)
    faults = [
        Fault("", "duplicate-column", f"Column {place + 1} has the name of another.")
        for place in places
        if names[place] and taken[folded(names[place])] > 1
    ]
    faults += [
        Fault("", "header-missing", f"Column {place + 1} has no name, or one above {_LONGEST} characters.")
        for place in places
        if not 0 < len(names[place]) <= _LONGEST
    ]
    missing = wanted - set(taken)
    if missing:
        faults.append(Fault("", "unknown-column", f"{len(missing)} of the lists asked for are no columns."))
    if not places:
        faults.append(Fault("", "header-missing", "The first line names no list."))
    if faults:
        words = " ".join(fault.detail for fault in faults[:20])
        raise file_refused(faults[0].code, words, faults[:20])
    return _Columns(ids, tuple(places), tuple(names[place] for place in places))


def _ids(names: Sequence[str], id_column: str | None) -> int | None:
    if id_column is not None:
        found = [place for place, name in enumerate(names) if folded(name) == folded(id_column)]
        if len(found) != 1:
            raise file_refused("unknown-column", "The column of ids that was named is not in the table once.")
        return found[0]
    if names and not names[0]:
        return 0
    found = [place for place, name in enumerate(names) if folded(name) in IDS]
    return found[0] if len(found) == 1 else None


def _rows(
    table: Iterator[tuple[int, list[str] | Unreadable]], columns: _Columns, width: int
) -> Iterator[ListedRow | RowFinding]:
    said: Counter[tuple[str, int]] = Counter()
    first: dict[tuple[str, int], int] = {}
    alike: Counter[tuple[int, ...]] = Counter()
    ids: set[str] = set()
    row = 0
    for line, cells in table:
        try:
            if isinstance(cells, Unreadable):
                raise cells
            if not any(cell.strip() for cell in cells):
                continue
            row += 1
            if row > MOST_ROWS:
                detail = f"The file has more than {MOST_ROWS} rows; send the rest in another file."
                yield RowFinding(line=line, code="too-many-items", detail=detail, loses="rest")
                break
            whole = fitted(cells, width)
            on = []
            for place, column in enumerate(columns.places):
                listed, odd = _cell(whole[column], column)
                if odd is not None:
                    said[odd, column] += 1
                    first.setdefault((odd, column), line)
                if listed:
                    on.append(place)
            if not on:
                raise Unreadable("on-no-list", "No list of the table names this person.")
            key = None if columns.id is None else _id(whole[columns.id])
        except Unreadable as problem:
            yield RowFinding(line=line, code=problem.code, detail=problem.detail, loses="row")
            continue
        if key is None:
            alike[tuple(on)] += 1
            key = row_key("on lists", [columns.names[place] for place in on], alike[tuple(on)])
            if columns.id is not None:
                detail = "The row has no id; it is told apart by its lists and its number."
                yield RowFinding(line=line, code="no-id", detail=detail)
        elif key in ids:
            detail = "Another row of the table has the same id; both are of one person."
            yield RowFinding(line=line, code="repeated-id", detail=detail)
        ids.add(key)
        yield ListedRow(line, row, key, tuple(on))
    for (code, column), number in sorted(said.items(), key=lambda item: (item[0][1], item[0][0])):
        yield RowFinding(
            line=first[code, column],
            code=code,
            detail=f"In column {column + 1}, from this line on, {number} {_MEANT[code]}.",
        )


_MEANT = {
    "blank-cell": "cells are blank and were read as not on the list",
    "word-for-number": "cells have a word such as TRUE or FALSE and were read as 1 or 0",
}


def _cell(text: str, column: int) -> tuple[bool, str | None]:
    """Give whether a cell says that the list names the person, and the code of what is odd about it."""
    plain = text.strip().casefold()
    if plain in _ON:
        return _ON[plain], None
    if not plain:
        return False, "blank-cell"
    if plain in _WORDS:
        return _WORDS[plain], "word-for-number"
    raise Unreadable("not-0-or-1", f"The cell in column {column + 1} is neither 1 nor 0.")


def _id(text: str) -> str | None:
    checked(text)
    found = tidy(text)
    if is_blank(found, name_like=True):
        return None
    if len(found) > _LONGEST:
        raise Unreadable("too-long", f"The id is longer than {_LONGEST} characters.")
    return found
