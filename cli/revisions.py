"""``civharm revisions``: the revision triangle in a terminal."""

from __future__ import annotations

import csv
import json
import sys
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.asking import asking
from cli.context import Token, reading
from cli.reading import NUMBERS, Format, interval
from domain.questions import Question
from services import revisions as triangles


class Unit(StrEnum):
    """What a row of the triangle is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(asking(revisions))


def revisions(
    question: Question,
    period: Annotated[Unit, typer.Option(help="What a row is.")] = Unit.MONTH,
    at: Annotated[
        str | None,
        typer.Option(
            help="From 2 to 60 log sequences, instants or days, comma-separated (default: the settled ends "
            "of the last 12 months, and now)."
        ),
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.TABLE,
    token: Token = None,
) -> None:
    """Show each period as it was known at several points; gives what GET /v1/statistics/revisions gives.

    The CSV has a row for each period and point: the period, the point as asked, its log sequence and
    instant, then low, high (empty where unknown then), open, incidents. The table has a row a period and a
    column a point; "+" marks that more is said to be possible.
    """
    points = None if at is None else [part.strip() for part in at.split(",")]
    with reading(token) as (connection, actor):
        body = triangles.triangle(connection, actor, question, period.value, points).body
    if format is Format.JSON:
        typer.echo(body.decode())
    elif format is Format.CSV:
        _csv(json.loads(body), period.value)
    else:
        _table(json.loads(body), period.value)


def _csv(answer: dict[str, Any], unit: str) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([unit, "known_at", "log_sequence", "at", *NUMBERS])
    for row in answer["data"]:
        for column, cell in zip(answer["columns"], row["cells"], strict=True):
            point = (column[name] for name in ("asked", "log_sequence", "at"))
            writer.writerow([row[unit], *point, *(cell[name] for name in NUMBERS)])


def _table(answer: dict[str, Any], unit: str) -> None:
    table = Table(unit, *(column["asked"] for column in answer["columns"]))
    for row in answer["data"]:
        table.add_row(row[unit], *map(interval, row["cells"]))
    table.add_section()
    table.add_row("total", *(interval(column["total"]) for column in answer["columns"]))
    console = Console(highlight=False, soft_wrap=True)
    console.print(table)
    for one in answer["meta"]["breaks"]:
        named = f"policy {one['policy']} {one['version']}, methodology {one['methodology_version']}"
        console.print(f"{one['at'][:10]} (log sequence {one['log_sequence']}): {named}")
    console.print(answer["meta"]["note"])
