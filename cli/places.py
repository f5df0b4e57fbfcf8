"""``civharm unresolved``: reported places that have no district's p-code yet."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.context import Token, reading
from domain.vocab import PlacePrecision
from services import locating

_WHOLE = frozenset({PlacePrecision.ADM1.value, PlacePrecision.COUNTRY.value})


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(unresolved)


def unresolved(
    run: Annotated[str | None, typer.Option("--run", help="Only what an import run brought.")] = None,
    token: Token = None,
) -> None:
    """List reported places without a district's p-code, the most frequent first."""
    with reading(token) as (connection, actor):
        found = locating.unresolved(connection, actor, run)
    for one in found:
        where = one.adm1 or one.country or "no country"
        why = "names no district" if one.precision in _WHOLE else "not in the gazetteer"
        typer.echo(f"{one.places:6}  {one.name}  [{where}]  {why}, for example {one.example}")
    typer.echo(f"{len(found)} names, {sum(one.places for one in found)} places without a district's p-code")
