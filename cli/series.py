"""``civharm series``: a bulletin's running totals in a terminal."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli.context import Token, reading
from cli.reading import Format
from db.queries import incidents
from domain.cells import Age, Cell
from domain.series import Derived, Point
from domain.vocab import Group, Outcome, Sex, Status, Vocabulary
from exchange.writers.series import series_csv
from services import series as service


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(series)


def series(
    incident: Annotated[str, typer.Argument(help="The incident's code or id.")],
    outcome: Annotated[str, typer.Option(help="What happened.")] = Outcome.KILLED.value,
    status: Annotated[str | None, typer.Option(help="Status; left out: not broken down.")] = None,
    sex: Annotated[str | None, typer.Option(help="Sex; left out: not broken down.")] = None,
    age_low: Annotated[int | None, typer.Option(min=0, max=130, help="Youngest age.")] = None,
    age_high: Annotated[int | None, typer.Option(min=0, max=130, help="Oldest age; left out: open.")] = None,
    group: Annotated[str | None, typer.Option(help="An overlapping group.")] = None,
    origin: Annotated[str | None, typer.Option(help="Only this source's totals, by its id.")] = None,
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.TABLE,
    token: Token = None,
) -> None:
    """Show the running totals of an incident: as reported, continuous over restarts, and what they rose by.

    What a total rose by is derived: no source says it, and it is not the deaths of these days.
    """
    for code, vocabulary in ((outcome, Outcome), (status, Status), (sex, Sex), (group, Group)):
        _check(code, vocabulary)
    if age_high is not None and (age_low is None or age_low > age_high):
        raise typer.BadParameter("Give --age-low with --age-high; a child is 0 to 17.")
    cell = Cell(outcome, status, sex, None if age_low is None else Age(age_low, age_high))
    with reading(token) as (connection, actor):
        id = incidents.by_code(connection, actor.organisation, incident) or incident
        told = service.of_incident(connection, actor, id, cell, group=group, origin=origin)
    if format is Format.CSV:
        typer.echo(series_csv(told.series), nl=False)
    elif format is Format.JSON:
        from api.v1.series import series_json

        typer.echo(series_json(told))
    else:
        _tables(told)


def _check(code: str | None, vocabulary: type[Vocabulary]) -> None:
    if code is not None and code not in vocabulary.codes():
        raise typer.BadParameter("Use one of: " + ", ".join(vocabulary.codes()) + ".")


def _tables(told: service.Told) -> None:
    console = Console(highlight=False, soft_wrap=True)
    if not told.series:
        console.print("unknown: no claim about this incident has a number for exactly this cell")
    for one in told.series:
        console.print(f"\n{told.names.get(one.origin, one.origin)}", markup=False)
        table = Table("as of", "counts from", "reported", "continuous", "derived", "over days", "")
        derived = {difference.claim: difference for difference in one.derived}
        for point in one.points:
            table.add_row(*_row(point, derived.get(point.claim)))
        console.print(table)
        gaps = sum(gap.days for gap in one.gaps)
        console.print(f"{len(one.points)} totals; {gaps} days without a bulletin")
        for finding in one.findings:
            console.print(f"to look at: {finding.detail}", markup=False)


def _row(point: Point, rise: Derived | None) -> tuple[str, ...]:
    return (
        point.as_of,
        point.counts_from or "not said",
        _number(point.low, point.high) + ("+" if point.open else ""),
        "unknown" if point.continuous is None else _number(*point.continuous),
        "" if rise is None else _number(rise.low, rise.high),
        "" if rise is None else str(rise.days),
        "fall" if point.fall else "",
    )


def _number(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}-{high}"
