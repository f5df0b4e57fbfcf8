"""``civharm agreement``: which other organisations read what an organisation keeps for partners."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from cli.context import OrganisationName, operating
from db import door
from db.engine import Connection
from db.queries import keyset
from db.queries import organisations as queries
from domain.errors import NotFound
from services import agreements

agreement = typer.Typer(help="Agreements with other organisations.", no_args_is_help=True)

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
Reason = Annotated[str, typer.Option(help="Why; it stays in the record.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(agreement, name="agreement")


@agreement.command("add")
def add(
    partner: Annotated[
        str, typer.Argument(help="The organisation that is to read: its name here, or its id.")
    ],
    until: Annotated[
        str, typer.Option(help="The day until whose end it holds, or an instant: at most two years from now.")
    ],
    reason: Reason,
    organisation: OrganisationName = None,
) -> None:
    """Let another organisation read what this one keeps for partners, and print the agreement's id."""
    with operating(organisation) as (connection, actor):
        row = agreements.make(connection, actor, _partner(connection, partner), until, reason)
    typer.echo(row.id)
    typer.echo(
        f"until {row.expires_at[:19]}Z; its readers send the header Civharm-Organisation: "
        f"{actor.organisation}",
        err=True,
    )


def _partner(connection: Connection, said: str) -> str:
    """Give the id of an organisation of this deployment, by name or id. Raises NotFound."""
    known = queries.names(connection)
    if said in known:
        return known[said]
    if _ID.fullmatch(said) and said in known.values():
        return said
    raise NotFound("There is no organisation of this name or id here. See: civharm organisation list")


@agreement.command("list")
def list_agreements(organisation: OrganisationName = None) -> None:
    """List the agreements that an organisation gave, then those by which it reads others' records."""
    with operating(organisation) as (connection, actor):
        names = {id: name for name, id in queries.every(connection)}
        now = door.now()
        for chunk in keyset.chunks(connection, agreements.given(connection, actor)):
            for row in chunk:
                state = "ended" if row.ended else "expired" if row.expires_at <= now else "in force"
                typer.echo(
                    f"{row.id}  read by {names.get(row.partner, row.partner)}  until {row.expires_at[:19]}Z  "
                    f"{state}  {row.reason}"
                )
        for one in agreements.received(connection, actor):
            typer.echo(f"{one.id}  reads {one.organisation_name}  until {one.expires_at[:19]}Z  in force")


@agreement.command("end")
def end(
    id: Annotated[str, typer.Argument(help="The agreement's id, as list shows it.")],
    reason: Reason,
    organisation: OrganisationName = None,
) -> None:
    """End an agreement before its day; from the next request on the partner reads nothing."""
    with operating(organisation) as (connection, actor):
        agreements.end(connection, actor, id, reason)
    typer.echo("Ended: the partner reads nothing any more.")
