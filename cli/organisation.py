"""``civharm organisation policy``: which policy the organisation assesses under."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.context import Token, writing
from services import policies

organisation = typer.Typer(help="Your organisation.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(organisation, name="organisation")


@organisation.command("policy")
def policy(
    name: Annotated[
        str | None, typer.Argument(help="The policy to choose; left out: show the one in use.")
    ] = None,
    version: Annotated[str | None, typer.Option(help="Its version (default: the newest).")] = None,
    note: Annotated[str | None, typer.Option(help="Why it is chosen.")] = None,
    token: Token = None,
) -> None:
    """Show or choose the policy of assessments that name none; a choice is a dated break in statistics."""
    with writing(token) as (connection, actor):
        if name is not None:
            policies.choose(connection, actor, name, version, note)
        used, choices = policies.history(connection, actor)
    typer.echo(f"{used.policy} {used.version}" + ("" if used.choice else "  (the default: none was chosen)"))
    for one in choices:
        named = f"{one['policy']} {one['version']}  methodology {one['methodology_version']}"
        said = f"  {one['note']}" if one["note"] else ""
        typer.echo(f"{one['at'][:10]}  {named}{said}")
    if used.advice():
        typer.echo(used.advice())
