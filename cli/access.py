"""``civharm member``, ``invite``, ``join`` and ``token``: who may act.

Whoever runs these on the server is its operator, who keeps people and keys as an administrator does and makes
nobody's personal token: for that a person signs in.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from cli.context import OrganisationName, database, operating
from db.engine import Connection
from db.queries import keyset
from db.queries import organisations as queries
from domain.access import Actor
from domain.drafts import ClearanceDraft
from domain.vocab import Role
from services import clearances, organisations
from services.people import invitations, members, sign_in, tokens

member = typer.Typer(help="Members of the organisation.", no_args_is_help=True)
token = typer.Typer(help="Tokens of members and services.", no_args_is_help=True)
clearance = typer.Typer(help="Who is named for restricted records.", no_args_is_help=True)

_ROLES = ", ".join(Role.codes())
Roles = Annotated[list[str], typer.Option("--role", help=f"A role: {_ROLES}. May be repeated.")]
MemberId = Annotated[str, typer.Argument(help="The member's id.")]
Login = Annotated[
    str | None,
    typer.Option(
        "--login", help="Sign in with this login name; the password is asked for, or CIVHARM_PASSWORD."
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(member, name="member")
    app.add_typer(token, name="token")
    app.add_typer(clearance, name="clearance")
    app.command()(invite)
    app.command()(join)


@member.command("add")
def add_member(
    name: Annotated[str, typer.Argument(help="The member's name, as colleagues know it.")],
    role: Roles,
    organisation: OrganisationName = None,
) -> None:
    """Add a member, who cannot sign in before an invitation (civharm invite --member), and print their id."""
    with operating(organisation) as (connection, actor):
        typer.echo(organisations.add_member(connection, actor, name, role))


@member.command("list")
def list_members(organisation: OrganisationName = None) -> None:
    """List the members."""
    with operating(organisation) as (connection, actor):
        for row in queries.members(connection, actor.organisation):
            state = "" if row.active else "  (no access)"
            typer.echo(f"{row.id}  {row.name}  {','.join(json.loads(row.roles))}{state}")


@member.command("roles")
def change_roles(id: MemberId, role: Roles, organisation: OrganisationName = None) -> None:
    """Give a member these roles and no others, from the next request on."""
    with operating(organisation) as (connection, actor):
        row = members.change(connection, actor, id, None, roles=role)
    typer.echo(f"{row.name}: {','.join(json.loads(row.roles))}")


@member.command("deactivate")
def deactivate_member(id: MemberId, organisation: OrganisationName = None) -> None:
    """Take a member's access away at once, with every token, session and invitation; what they did stays."""
    with operating(organisation) as (connection, actor):
        members.deactivate(connection, actor, id)
    typer.echo("The member has no access any more.")


@member.command("activate")
def activate_member(id: MemberId, organisation: OrganisationName = None) -> None:
    """Give a member access again, by the logins that they had."""
    with operating(organisation) as (connection, actor):
        members.activate(connection, actor, id)
    typer.echo("The member may sign in again; tokens are to be made anew.")


@clearance.command("add")
def add_clearance(
    kind: Annotated[str, typer.Argument(help="What it is: " + ", ".join(clearances.KINDS) + ".")],
    record: Annotated[str, typer.Argument(metavar="RECORD", help="The restricted record's id.")],
    member: MemberId,
    reason: Annotated[str, typer.Option(help="Why, in words: it stands in the log.")],
    organisation: OrganisationName = None,
) -> None:
    """Name a member for a restricted record whose own people have left.

    Where somebody reads it still, a reviewer among them names others: POST /v1/clearances.
    """
    if kind not in clearances.KINDS:
        raise typer.BadParameter("Use one of: " + ", ".join(clearances.KINDS) + ".")
    draft = ClearanceDraft(kind=kind, object=record, member=member, reason=reason)
    with operating(organisation) as (connection, actor):
        clearances.give_by_operator(connection, actor, draft)
    typer.echo("The member reads the record now.")


def invite(
    name: Annotated[str | None, typer.Argument(help="The name, as colleagues will know it.")] = None,
    role: Annotated[
        list[str] | None, typer.Option("--role", help=f"A role: {_ROLES}. May be repeated.")
    ] = None,
    member: Annotated[
        str | None,
        typer.Option(
            help="Instead of a name: a member who gets a way to sign in, or another for a lost one."
        ),
    ] = None,
    organisation: OrganisationName = None,
) -> None:
    """Invite somebody to be a member and print the invitation's secret, once; it is good for seven days."""
    if (name is None) == (member is None) or (name is None) != (not role):
        raise typer.BadParameter("Give a name with its --role, or a --member.")
    with operating(organisation) as (connection, actor):
        if member is not None:
            made = invitations.invite_member(connection, actor, member)
        else:
            made = invitations.invite(connection, actor, name or "", role or [])
    typer.echo(made.secret)
    typer.echo(
        f"id {made.row.id}, until {made.row.expires_at[:10]}. Accept it with: civharm join --login NAME, "
        "or POST /v1/invitations/accept",
        err=True,
    )


def join(
    login: Annotated[str, typer.Option(help="The login name to have, or yours already elsewhere.")],
    secret: Annotated[
        str | None,
        typer.Argument(help="The invitation's secret (left out: asked for, and in no list of processes)."),
    ] = None,
) -> None:
    """Accept an invitation: choose a login name and a password (asked for, or CIVHARM_PASSWORD)."""
    given = secret or typer.prompt("Invitation", hide_input=True)
    with database() as opened:
        key = sign_in.key_of(login)
        with opened.reading() as connection:
            found, openings = invitations.asked(connection, given), sign_in.opened(connection, key)
        proof = invitations.by_password(found, openings, login, _password(confirm=not openings))
        with opened.writing() as connection:
            begun = invitations.accept(connection, organisations.hashed(given), proof)
            sign_in.end(connection, organisations.authenticate(connection, begun.secret))
    typer.echo(begun.row.member)
    typer.echo("You are a member. Make a token with: civharm token create LABEL --login NAME", err=True)


def _password(*, confirm: bool = False) -> str:
    given = os.environ.get("CIVHARM_PASSWORD")
    if given:
        return given
    found: str = typer.prompt("Password", hide_input=True, confirmation_prompt=confirm)
    return found


@contextmanager
def _signed_in(login: str, organisation: str | None) -> Iterator[tuple[Connection, Actor]]:
    """Sign in for one act: a session begins and ends in its transaction."""
    with database() as opened:
        key = sign_in.key_of(login)
        with opened.reading() as connection:
            openings = sign_in.opened(connection, key)
        sign_in.prove(openings, _password())
        opening = sign_in.chosen(openings, organisation)
        with opened.writing() as connection:
            begun = sign_in.begin(connection, opening)
            actor = organisations.authenticate(connection, begun.secret)
            yield connection, actor
            sign_in.end(connection, actor)


@token.command("create")
def create_token(
    label: Annotated[str, typer.Argument(help="What the token is for.")],
    login: Login = None,
    role: Annotated[
        list[str] | None,
        typer.Option("--role", help="Roles of a service token; with --login: those of yours that it has."),
    ] = None,
    days: Annotated[
        int, typer.Option(help="How many days it lasts: at most 90; 365 with the one role dashboard.")
    ] = 90,
    organisation: OrganisationName = None,
) -> None:
    """Create a token and print it, once: with --login one of your own, else one of a service."""
    if login is not None:
        with _signed_in(login, organisation) as (connection, actor):
            made = tokens.create(connection, actor, label, roles=role, days=days)
    elif role:
        with operating(organisation) as (connection, actor):
            made = tokens.create_for_service(connection, actor, label, role, days=days)
    else:
        raise typer.BadParameter(
            "Give --login for a token of your own (who has none joins first: civharm invite, civharm join), "
            "or --role for one of a service."
        )
    _tell(made)


def _tell(made: tokens.Made) -> None:
    typer.echo(made.secret)
    typer.echo(f"id {made.row.id}, valid until {made.row.expires_at[:10]}", err=True)


@token.command("list")
def list_tokens(organisation: OrganisationName = None) -> None:
    """List the tokens, without their secrets."""
    with operating(organisation) as (connection, actor):
        for rows in keyset.chunks(connection, tokens.listed(connection, actor)):
            for row in rows:
                state = "revoked" if row.revoked_at else f"until {row.expires_at[:10]}"
                typer.echo(f"{row.id}  {row.kind}  {row.label}  {state}")


@token.command("rotate")
def rotate_token(
    id: Annotated[str, typer.Argument(help="The token's id.")],
    overlap: Annotated[
        int, typer.Option(help="For how many hours the secret before works too: 0 to 168.")
    ] = 24,
    days: Annotated[int, typer.Option(help="How many days it lasts from now on.")] = 90,
    login: Login = None,
    organisation: OrganisationName = None,
) -> None:
    """Give a service's token another secret, or with --login one of your own, and print it, once."""
    acting = operating(organisation) if login is None else _signed_in(login, organisation)
    with acting as (connection, actor):
        made = tokens.rotate(connection, actor, id, overlap_hours=overlap, days=days)
    _tell(made)


@token.command("revoke")
def revoke_token(
    id: Annotated[str, typer.Argument(help="The token's id.")], organisation: OrganisationName = None
) -> None:
    """Revoke a token; the next request with it is refused."""
    with operating(organisation) as (connection, actor):
        tokens.revoke(connection, actor, id)
    typer.echo("Revoked.")
