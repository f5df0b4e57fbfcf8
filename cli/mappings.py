"""``civharm mappings``: how our vocabularies stand to those of other schemes."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from domain.vocab.mappings import MAPPED, SCHEMES
from exchange.writers.mappings_page import page, scheme_tables


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(mappings)


def mappings(
    scheme: Annotated[
        str | None, typer.Argument(help="One of: " + ", ".join(SCHEMES) + ".", show_default=False)
    ] = None,
    vocabulary: Annotated[
        str | None, typer.Option(help="Only this vocabulary: " + ", ".join(MAPPED) + ".")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As GET /v1/mappings gives it.")] = False,
    whole: Annotated[bool, typer.Option("--page", help="The documentation's page of all schemes.")] = False,
) -> None:
    """Show how codes map to another scheme's and back, and what does not; without a scheme, list them."""
    if whole:
        typer.echo(page(), nl=False)
        return
    if scheme is None:
        for one in SCHEMES.values():
            typer.echo(f"{one.name}  {one.title}, version {one.version} of {one.dated}")
        return
    if scheme not in SCHEMES:
        raise typer.BadParameter("Choose one of " + ", ".join(SCHEMES) + ".", param_hint="SCHEME")
    found = SCHEMES[scheme]
    if vocabulary is not None and not found.of(vocabulary):
        raise typer.BadParameter("Choose one of " + ", ".join(MAPPED) + ".", param_hint="--vocabulary")
    if as_json:
        typer.echo(json.dumps(found.as_data(vocabulary), indent=1, ensure_ascii=False))
    else:
        typer.echo(scheme_tables(found, vocabulary), nl=False)
