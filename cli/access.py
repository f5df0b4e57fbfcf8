"""``civharm member`` and ``civharm token``: who may act, made on the server's command line."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from cli.context import OrganisationName, database, operating
from db.queries import organisations as queries
from domain.vocab import Role
from services import organisations

member = typer.Typer(help="Members of the organisation.", no_args_is_help=True)
token = typer.Typer(help="Tokens of members and services.", no_args_is_help=True)

Roles = Annotated[
    list[str], typer.Option("--role", help="A role: " + ", ".join(Role.codes()) + ". May be repeated.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(member, name="member")
    app.add_typer(token, name="token")


@member.command("add")
def add_member(
    name: Annotated[str, typer.Argument(help="The member's name, as colleagues know it.")],
    role: Roles,
    organisation: OrganisationName = None,
) -> None:
    """Add a member; the first one makes the organisation that --organisation names."""
    with database() as opened, opened.writing() as connection:
        if organisation is not None and queries.by_name(connection, organisation) is None:
            organisations.found(connection, organisation)
        actor = organisations.operator(organisations.the_one(connection, organisation))
        typer.echo(organisations.add_member(connection, actor, name, role))


@member.command("list")
def list_members(organisation: OrganisationName = None) -> None:
    """List the members."""
    with operating(organisation) as (connection, actor):
        for row in queries.members(connection, actor.organisation):
            state = "" if row.active else "  (no access)"
            typer.echo(f"{row.id}  {row.name}  {','.join(json.loads(row.roles))}{state}")


@member.command("remove")
def remove_member(
    id: Annotated[str, typer.Argument(help="The member's id.")], organisation: OrganisationName = None
) -> None:
    """Take a member's access away at once; what the member did stays in the record."""
    with operating(organisation) as (connection, actor):
        organisations.deactivate_member(connection, actor, id)
    typer.echo("The member has no access any more.")


@token.command("create")
def create_token(
    label: Annotated[str, typer.Argument(help="What the token is for.")],
    member: Annotated[str | None, typer.Option(help="The member it acts as; left out: a service.")] = None,
    role: Annotated[list[str] | None, typer.Option(help="Roles of a service token.")] = None,
    days: Annotated[int, typer.Option(help="How many days it lasts.")] = 90,
    organisation: OrganisationName = None,
) -> None:
    """Create a token and print it, once: it is kept nowhere."""
    if member is None and not role:
        raise typer.BadParameter("Name a --member, or give a service token its --role.")
    with operating(organisation) as (connection, actor):
        issued = organisations.issue_token(
            connection, actor, label=label, member=member, roles=role, days=days
        )
    typer.echo(issued.secret)
    typer.echo(f"id {issued.id}, valid until {issued.expires_at[:10]}", err=True)


@token.command("list")
def list_tokens(organisation: OrganisationName = None) -> None:
    """List the tokens, without their secrets."""
    with operating(organisation) as (connection, actor):
        for row in queries.tokens(connection, actor.organisation):
            state = "revoked" if row.revoked_at else f"until {row.expires_at[:10]}"
            typer.echo(f"{row.id}  {row.kind}  {row.label}  {state}")


@token.command("revoke")
def revoke_token(
    id: Annotated[str, typer.Argument(help="The token's id.")], organisation: OrganisationName = None
) -> None:
    """Revoke a token; the next request with it is refused."""
    with operating(organisation) as (connection, actor):
        organisations.revoke_token(connection, actor, id)
    typer.echo("Revoked.")
