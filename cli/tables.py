"""``civharm table``: a standard table with its proof."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import orjson
import typer
from rich.console import Console
from rich.table import Table

from cli.context import Token, reading
from domain.errors import Invalid
from domain.standard_tables import TABLES, Asked
from exchange.formats import table_formats_of
from exchange.layouts.standard_tables import EVENTS
from services import instants, populations, standard_tables
from services.standard_tables import Produced

FORMATS = {one.name: one for one in table_formats_of(EVENTS)}
SHOWN = ("table", "json", *FORMATS)
MOST_SHOWN = 200
"""Rows that are shown in a terminal."""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("table", help=_help())(table)


def _help() -> str:
    names = "\n\n".join(f"{name}: {one.description}" for name, one in TABLES.items())
    return (
        "Give a standard table, only where its sums hold; without a name, list the tables.\n\n"
        + names
        + "\n\nWith --out FILE the proof and the notes are written beside it as FILE.proof.json."
    )


def table(
    name: Annotated[str | None, typer.Argument(help="The table: " + ", ".join(TABLES) + ".")] = None,
    start: Annotated[str | None, typer.Option("--from", help="First day, inclusive.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last day, inclusive.")] = None,
    outcome: Annotated[list[str] | None, typer.Option(help="An outcome; several times for several.")] = None,
    bands: Annotated[str | None, typer.Option(help="Where age groups are cut: 0-17,18-64,65+.")] = None,
    quarter: Annotated[str | None, typer.Option(help="The quarter: 2026-Q1.")] = None,
    roll_up: Annotated[
        list[str] | None, typer.Option(help="Where a status goes that the indicator lacks: police:civilian.")
    ] = None,
    population: Annotated[
        str | None, typer.Option(help="Id of a population, for rates: civharm import population.")
    ] = None,
    incident: Annotated[str | None, typer.Option(help="Code or id of the incident whose lists.")] = None,
    by_origin: Annotated[bool, typer.Option("--by-origin", help="A column an origin, not a list.")] = False,
    known_at: Annotated[str | None, typer.Option(help="A log sequence, an instant or a day.")] = None,
    format: Annotated[str, typer.Option(help="How: " + ", ".join(SHOWN) + ".")] = "table",
    out: Annotated[Path | None, typer.Option(help="The file to write; its ending names the format.")] = None,
    token: Token = None,
) -> None:
    """Give a standard table."""
    if name is None:
        _list()
        return
    if name not in TABLES:
        raise typer.BadParameter("Use one of: " + ", ".join(TABLES) + ".")
    if out is not None and format == "table":
        format = out.suffix.lstrip(".")
    if format not in SHOWN:
        raise typer.BadParameter("Use one of: " + ", ".join(SHOWN) + ".")
    if out is None and format in ("xlsx", "parquet"):
        raise typer.BadParameter(f"Say where to write the {format} with --out FILE.")
    given: dict[str, Any] = {
        "start": start,
        "end": end,
        "outcomes": tuple(outcome) if outcome else None,
        "bands": bands,
        "quarter": quarter,
        "roll_up": tuple(_pair(one) for one in roll_up) if roll_up else None,
        "incident": incident,
        "by_origin": by_origin or None,
    }
    with reading(token) as (connection, actor):
        if known_at is not None:
            given["known_at"] = instants.known_at(connection, actor.organisation, known_at)
        if population is not None:
            given["population"] = populations.read(connection, actor, population)
        asked = Asked(**{name: value for name, value in given.items() if value is not None})
        produced = standard_tables.produce(connection, actor, name, asked)
    if format == "table":
        _show(produced)
    elif out is None:
        _write(produced, format, sys.stdout.buffer)
        sys.stdout.flush()
    else:
        with out.open("w+b") as file:
            _write(produced, format, file)
        proof = out.with_name(out.name + ".proof.json")
        told = {name: value for name, value in produced.as_data().items() if name != "data"}
        proof.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        typer.echo(f"{out}: {len(produced.rows)} rows; {standard_tables.in_words(produced.proof)}", err=True)


def _pair(text: str) -> tuple[str, str]:
    status, _, code = text.partition(":")
    return status.strip(), code.strip()


def _write(produced: Produced, format: str, file: BinaryIO) -> None:
    if format == "json":
        file.write(orjson.dumps(produced.as_data(), option=orjson.OPT_APPEND_NEWLINE))
        return
    if format == "geojson" and produced.layout.point is None:
        raise Invalid("The table has no place; ask for another format.", code="invalid-parameter")
    # Some formats seek, and an output stream may be a pipe.
    with tempfile.TemporaryFile() as whole:
        standard_tables.write(produced, FORMATS[format], whole)
        whole.seek(0)
        while chunk := whole.read(1 << 20):
            file.write(chunk)


def _list() -> None:
    shown = Table("table", "what", "takes", show_lines=True)
    for name, one in TABLES.items():
        takes = sorted("--" + option.replace("_", "-") for option in one.takes)
        shown.add_row(name, one.description, " ".join(takes))
    Console().print(shown)


def _show(produced: Produced) -> None:
    layout = produced.layout
    kept = [
        at for at, _ in enumerate(layout.columns) if any(row[at] is not None for row in produced.rows)
    ] or list(range(len(layout.columns)))
    shown = Table(*(layout.names[at] for at in kept), title=layout.title)
    for row in produced.rows[:MOST_SHOWN]:
        shown.add_row(*("" if row[at] is None else str(row[at]) for at in kept))
    console = Console(highlight=False, soft_wrap=True)
    console.print(shown, markup=False)
    if len(produced.rows) > MOST_SHOWN:
        console.print(f"{len(produced.rows) - MOST_SHOWN} more rows: write them with --out FILE.csv")
    for note in (*produced.about.notes, *layout.notes):
        console.print(note, markup=False)
