"""A table as a page to read and print: one HTML file, no script, nothing fetched from elsewhere.

The columns of an interval are one column, written 10-14, 33 where low and high are one, and 33 or more where
it is open. A column without any value is left out and named below, so that what is there fits a sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import BinaryIO

from exchange.columns import Column, Kind, Layout, Rows, Value
from exchange.writers.tables.about import About

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 2rem auto; \
max-width: 75rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .2rem; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
.of { color: #444; margin: 0 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .85rem; width: 100%; }
th, td { border-bottom: 1px solid #bbb; padding: .25rem .5rem; text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid #333; vertical-align: bottom; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tr.sum td { font-weight: 600; background: #f2f2f2; }
li { margin: .15rem 0; } details { margin-top: .5rem; }
@page { size: A4 landscape; margin: 12mm; }
@media print { body { margin: 0; max-width: none; padding: 0; font-size: 11px; } table { font-size: 9px; }
thead th { overflow-wrap: anywhere; }
thead { display: table-header-group; } tr { break-inside: avoid; } .wide { overflow: visible; } }
"""
_NUMBERS = (Kind.INTEGER, Kind.NUMBER)
_SUMS = frozenset({"total", "month", "sex", "age_group", "status", "party"})
"""Levels of a row that adds others up."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A column of the page, the places that it is made of, and how its values are written."""

    name: str
    description: str
    places: tuple[int, ...]
    written: Callable[[Sequence[Value]], str]
    right: bool


def write_page(file: BinaryIO, layout: Layout, rows: Rows, about: About) -> None:
    """Write the page."""
    held = [tuple(row) for row in rows]
    shown = list(_columns(layout.columns))
    kept = [one for one in shown if any(_is_there(row, one) for row in held)] or shown
    empty = [one for one in shown if one not in kept]
    file.writelines(piece.encode() for piece in _pieces(layout, about, held, kept, empty))


def _pieces(
    layout: Layout,
    about: About,
    rows: Sequence[Sequence[Value]],
    kept: Sequence[_Shown],
    empty: Sequence[_Shown],
) -> Iterable[str]:
    title = escape(layout.title)
    yield f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{_STYLE}</style></head>\n<body><h1>{title}</h1>\n"
    yield f'<p class="of">{escape(about.organisation)}. As recorded up to log sequence {about.log_sequence}, '
    yield f"reached {escape(about.at[:16].replace('T', ' '))} UTC.</p>\n<ul>"
    yield from (f"<li>{escape(note)}</li>" for note in about.notes)
    asked = [f"{name}={value}" for name, value in about.asked.items()]
    yield f"<li>Asked: {escape(', '.join(asked) or 'everything')}.</li></ul>\n"
    yield f'<div class="wide"><table><caption hidden>{title}</caption><thead><tr>'
    for one in kept:
        yield f'<th scope="col"{_class(one)}>{escape(one.name.replace("_", " "))}</th>'
    yield "</tr></thead>\n<tbody>\n"
    for row in rows:
        yield '<tr class="sum">' if row and row[0] in _SUMS else "<tr>"
        yield from (f"<td{_class(one)}>{escape(_said(row, one))}</td>" for one in kept)
        yield "</tr>\n"
    yield "</tbody></table></div>\n"
    if not rows:
        yield "<p>The record has no number for this question: not known, and not zero.</p>\n"
    yield "<h2>How to read it</h2>\n<ul>"
    notes = [f"A row: {layout.row}", *layout.notes, "An empty cell is not known or not broken down, never 0."]
    yield from (f"<li>{escape(note)}</li>" for note in notes)
    if empty:
        names = ", ".join(one.name.replace("_", " ") for one in empty)
        yield f"<li>Columns without any value, left out here: {escape(names)}.</li>"
    yield "</ul>\n<h2>Columns</h2>\n<ul>"
    yield from (f"<li>{escape(one.name.replace('_', ' '))}: {escape(one.description)}</li>" for one in kept)
    yield "</ul>\n"
    if about.proof:
        yield f"<h2>Proof</h2>\n<details><summary>{len(about.proof)} sums that were checked</summary><ul>"
        yield from (f"<li>{escape(label)}: {escape(words)}</li>" for label, words in about.proof)
        yield "</ul></details>\n"
    yield "</body></html>\n"


def _columns(columns: Sequence[Column]) -> Iterable[_Shown]:
    places: dict[str, list[int]] = {}
    for at, column in enumerate(columns):
        if column.interval is not None:
            places.setdefault(column.interval, []).append(at)
    for at, column in enumerate(columns):
        if column.interval is None:
            yield _Shown(column.name, column.description, (at,), _one, column.kind in _NUMBERS)
        elif places[column.interval][0] == at:
            yield _Shown(column.interval, column.description, tuple(places[column.interval]), _interval, True)


def _is_there(row: Sequence[Value], one: _Shown) -> bool:
    return any(row[at] is not None for at in one.places)


def _said(row: Sequence[Value], one: _Shown) -> str:
    return one.written([row[at] for at in one.places])


def _one(values: Sequence[Value]) -> str:
    (value,) = values
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return "" if value is None else str(value)


def _interval(values: Sequence[Value]) -> str:
    low, high, is_open = values
    if low is None and high is None:
        return ""
    numbers = _one([low]) if low == high else f"{_one([low])}-{_one([high])}"
    return f"{numbers} or more" if is_open else numbers


def _class(one: _Shown) -> str:
    return ' class="n"' if one.right else ""
