"""``civharm organisation``: made and listed by the operator; the policy it assesses under by its members."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.context import OrganisationName, Token, database, operating, writing
from db.queries import log_heads
from db.queries import organisations as queries
from services import organisations, policies

organisation = typer.Typer(help="Your organisation.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(organisation, name="organisation")


@organisation.command("add")
def add(name: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Make an organisation and print its id; its first member is invited next (civharm invite)."""
    with database() as opened, opened.writing() as connection:
        typer.echo(organisations.found(connection, name))


@organisation.command("list")
def list_organisations() -> None:
    """List the organisations of this deployment."""
    with database() as opened, opened.reading() as connection:
        for name, id in queries.every(connection):
            typer.echo(f"{id}  {name}")


@organisation.command("show")
def show(name: OrganisationName = None) -> None:
    """Show an organisation: how many members, and where its log stands."""
    with operating(name) as (connection, actor):
        row = queries.one(connection, actor.organisation)
        members = queries.members(connection, actor.organisation)
        head = log_heads.head(connection, actor.organisation)
    active = sum(bool(one.active) for one in members)
    typer.echo(f"{row.id}  {row.name}")
    typer.echo(f"methodology {row.methodology_version}, since {row.created_at[:10]}")
    typer.echo(f"{active} members with access, {len(members) - active} without")
    typer.echo(f"log sequence {head.seq}, last act {head.at[:19]}")


@organisation.command("add")
def add(name: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Make an organisation and print its id; its first member is invited next (civharm invite)."""
    with database() as opened, opened.writing() as connection:
        typer.echo(organisations.found(connection, name))


@organisation.command("list")
def list_organisations() -> None:
    """List the organisations of this deployment."""
    with database() as opened, opened.reading() as connection:
        for name, id in queries.every(connection):
            typer.echo(f"{id}  {name}")


@organisation.command("show")
def show(name: OrganisationName = None) -> None:
    """Show an organisation: how many members, and where its log stands."""
    with operating(name) as (connection, actor):
        row = queries.one(connection, actor.organisation)
        members = queries.members(connection, actor.organisation)
        head = log_heads.head(connection, actor.organisation)
    active = sum(bool(one.active) for one in members)
    typer.echo(f"{row.id}  {row.name}")
    typer.echo(f"methodology {row.methodology_version}, since {row.created_at[:10]}")
    typer.echo(f"{active} members with access, {len(members) - active} without")
    typer.echo(f"log sequence {head.seq}, last act {head.at[:19]}")


@organisation.command("add")
def add(name: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Make an organisation and print its id; its first member is invited next (civharm invite)."""
    with database() as opened, opened.writing() as connection:
        typer.echo(organisations.found(connection, name))


@organisation.command("list")
def list_organisations() -> None:
    """List the organisations of this deployment."""
    with database() as opened, opened.reading() as connection:
        for name, id in queries.every(connection):
            typer.echo(f"{id}  {name}")


@organisation.command("show")
def show(name: OrganisationName = None) -> None:
    """Show an organisation: how many members, and where its log stands."""
    with operating(name) as (connection, actor):
        row = queries.one(connection, actor.organisation)
        members = queries.members(connection, actor.organisation)
        head = log_heads.head(connection, actor.organisation)
    active = sum(bool(one.active) for one in members)
    typer.echo(f"{row.id}  {row.name}")
    typer.echo(f"methodology {row.methodology_version}, since {row.created_at[:10]}")
    typer.echo(f"{active} members with access, {len(members) - active} without")
    typer.echo(f"log sequence {head.seq}, last act {head.at[:19]}")


@organisation.command("add")
def add(name: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Make an organisation and print its id; its first member is invited next (civharm invite)."""
    with database() as opened, opened.writing() as connection:
        typer.echo(organisations.found(connection, name))


@organisation.command("list")
def list_organisations() -> None:
    """List the organisations of this deployment."""
    with database() as opened, opened.reading() as connection:
        for name, id in queries.every(connection):
            typer.echo(f"{id}  {name}")


@organisation.command("show")
def show(name: OrganisationName = None) -> None:
    """Show an organisation: how many members, and where its log stands."""
    with operating(name) as (connection, actor):
        row = queries.one(connection, actor.organisation)
        members = queries.members(connection, actor.organisation)
        head = log_heads.head(connection, actor.organisation)
    active = sum(bool(one.active) for one in members)
    typer.echo(f"{row.id}  {row.name}")
    typer.echo(f"methodology {row.methodology_version}, since {row.created_at[:10]}")
    typer.echo(f"{active} members with access, {len(members) - active} without")
    typer.echo(f"log sequence {head.seq}, last act {head.at[:19]}")


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
