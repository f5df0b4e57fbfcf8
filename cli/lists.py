"""``civharm list-membership``: who stands on which list, for multiple-systems estimation."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli.context import Token, reading
from cli.reading import Format
from db.queries import incidents
from exchange.writers.list_membership import matrix_csv
from services import lists_of_persons as service
from services.lists_of_persons import Membership


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("list-membership")(list_membership)


def list_membership(
    incident: Annotated[str, typer.Argument(help="The incident's code or id.")],
    by_origin: Annotated[
        bool, typer.Option("--by-origin", help="A column an origin, its newest list, and not one a list.")
    ] = False,
    format: Annotated[Format, typer.Option(help="csv is one row a person.")] = Format.TABLE,
    token: Token = None,
) -> None:
    """Show which persons stand on which of an incident's lists: 1 on the list, 0 not; nobody is named.

    csv has one row a person; the table and json one row a pattern of lists with the number of persons.
    """
    with reading(token) as (connection, actor):
        id = incidents.by_code(connection, actor.organisation, incident) or incident
        found = service.membership(connection, actor, id, by_origin=by_origin)
    if format is not Format.JSON:
        service.check_named(found)
    if format is Format.CSV:
        typer.echo(b"".join(matrix_csv(found.labels, found.patterns)), nl=False)
    elif format is Format.JSON:
        patterns = [{"on": [int(on) for on in one], "persons": number} for one, number in found.patterns]
        typer.echo(json.dumps({"columns": found.labels, "patterns": patterns, "persons": found.persons}))
    else:
        _table(found)


def _table(found: Membership) -> None:
    table = Table(*found.labels, "persons")
    for pattern, number in found.patterns:
        table.add_row(*("1" if on else "0" for on in pattern), str(number))
    console = Console()
    console.print(table)
    console.print(f"{found.persons} persons on at least one list")
    if found.on_none:
        console.print(f"{found.on_none} persons only on lists that their origin has replaced")
