"""``civharm serve``, ``migrate``, ``health``."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

import httpx
import typer

import migrations
from config import Settings
from db.engine import open_database
from domain.errors import Unavailable


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(serve)
    app.command()(migrate)
    app.command()(health)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to serve on (default: CIVHARM_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to serve on (default: CIVHARM_PORT).")] = None,
    migrate: Annotated[bool, typer.Option(help="Bring the database's schema up to date first.")] = True,
) -> None:
    """Serve the API."""
    import uvicorn

    from api.app import create_app
    from cli.connections import OPTIONS

    settings = Settings()
    if migrate:
        migrations.upgrade(settings.owner_url or settings.database_url)
    database = open_database(
        settings.database_url, pool_size=1, write_pool_size=1, several=settings.several_organisations
    )
    try:
        with suppress(Unavailable):  # the app asks again
            database.check()
    finally:
        database.close()
    uvicorn.run(
        create_app(settings),
        host=host or settings.host,
        port=settings.port if port is None else port,
        **OPTIONS,
    )


def migrate(
    revision: Annotated[str, typer.Option(help="The revision to bring the schema to.")] = "head",
    roles: Annotated[
        bool, typer.Option("--roles", help="Make the roles of the service first (PostgreSQL, once).")
    ] = False,
    show: Annotated[
        bool,
        typer.Option("--print", help="Do nothing; print the SQL of the wall or, with --roles, of the roles."),
    ] = False,
) -> None:
    """Bring the database's schema up to date, as the tables' owner (CIVHARM_OWNER_URL)."""
    settings = Settings()
    url = settings.owner_url or settings.database_url
    if show:
        typer.echo(migrations.roles_sql(url) if roles else migrations.wall_sql())
        return
    if roles:
        migrations.make_roles(url, settings.database_url, settings.public_url)
        typer.echo("The roles are there.")
    migrations.upgrade(url, revision)
    typer.echo("The schema is up to date.")


def health(
    url: Annotated[str | None, typer.Option(help="The service (default: this machine's port).")] = None,
) -> None:
    """Ask a running service whether it can answer; ends with 1 when it cannot."""
    address = url or f"http://127.0.0.1:{Settings().port}"
    try:
        answer = httpx.get(f"{address}/v1/health", timeout=5.0, trust_env=False)
    except httpx.HTTPError:
        typer.echo("no answer", err=True)
        raise typer.Exit(1) from None
    typer.echo(answer.text)
    raise typer.Exit(0 if answer.status_code == httpx.codes.OK else 1)
