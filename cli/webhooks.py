"""``civharm webhook``: addresses that are told what happened."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.context import Token, deployment, reading, writing
from db.canonical import parse
from services import work_lists
from services.jobs.outbox import EVENTS
from services.webhooks import endpoints

webhook = typer.Typer(help="Webhooks, which are told what happened.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The webhook's id.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(webhook, name="webhook")


@webhook.command("create")
def create(
    url: Annotated[str, typer.Argument(help="The receiver's https address.")],
    event: Annotated[
        list[str] | None,
        typer.Option("--event", help="An event: " + ", ".join(EVENTS) + ". May be repeated; default: all."),
    ] = None,
    label: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    token: Token = None,
) -> None:
    """Make a webhook and print its secret, once."""
    with writing(token) as (connection, actor):
        made = endpoints.create(connection, actor, deployment(), url, event or list(EVENTS), label)
    _tell(made)


@webhook.command("rotate")
def rotate(id: Id, token: Token = None) -> None:
    """Make another secret and print it, once; the one before signs beside it for a day."""
    with writing(token) as (connection, actor):
        made = endpoints.rotate(connection, actor, id)
    _tell(made)


def _tell(made: endpoints.Made) -> None:
    typer.echo(made.secret)
    typer.echo(f"id {made.id}; the secret is shown this once", err=True)


@webhook.command("list")
def list_webhooks(token: Token = None) -> None:
    """List the webhooks that are not removed, without their secrets."""
    with reading(token) as (connection, actor):
        for row in work_lists.every(connection, actor, work_lists.WEBHOOKS):
            why = f"  {row.state_reason}" if row.state_reason else ""
            typer.echo(f"{row.id}  {row.state}  {row.url}  {','.join(parse(row.types))}{why}")


@webhook.command("enable")
def enable(id: Id, token: Token = None) -> None:
    """Let a disabled webhook be told again, what waited first."""
    with writing(token) as (connection, actor):
        endpoints.enable(connection, actor, id)
    typer.echo("Enabled.")


@webhook.command("remove")
def remove(id: Id, token: Token = None) -> None:
    """Let it be told nothing any more; what waits for it is dropped."""
    with writing(token) as (connection, actor):
        endpoints.remove(connection, actor, id)
    typer.echo("Removed.")


@webhook.command("deliveries")
def deliveries(
    id: Id,
    limit: Annotated[int, typer.Option(help="At most so many messages.", min=1, max=500)] = 20,
    token: Token = None,
) -> None:
    """List the messages to a webhook, newest first, with every attempt."""
    with reading(token) as (connection, actor):
        found, more = work_lists.page(connection, actor, work_lists.DELIVERIES, {"webhook": id}, None, limit)
    for row, attempts in found:
        typer.echo(f"{row.id}  {row.created_at[:19]}  {row.type}  {row.state}")
        for one in attempts:
            ended = one.error or "taken"
            answered = "no answer" if one.status is None else f"status {one.status}"
            typer.echo(f"  {one.number}. {one.at[:19]}  {answered}  {one.duration_ms} ms  {ended}")
    if more is not None:
        typer.echo(f"There are more than {limit}.", err=True)


@webhook.command("replay")
def replay(
    id: Id,
    delivery: Annotated[str, typer.Argument(help="The message's id, as deliveries shows it.")],
    token: Token = None,
) -> None:
    """Have a message sent again, under the id that it had."""
    with writing(token) as (connection, actor):
        endpoints.replay(connection, actor, id, delivery)
    typer.echo("A worker sends it again.")
