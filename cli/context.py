"""What every command needs: the database of the settings, and who acts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from config import Settings
from db.engine import Connection, Database, open_database
from domain.access import Actor
from services import organisations
from services.jobs.deployment import Deployment

Token = Annotated[
    str | None,
    typer.Option("--token", help="Token to act under (default: CIVHARM_TOKEN).", show_default=False),
]
OrganisationName = Annotated[
    str | None,
    typer.Option("--organisation", help="Which organisation, where there are several.", show_default=False),
]


@contextmanager
def database() -> Iterator[Database]:
    """Give the database of the settings."""
    settings = Settings()
    opened = open_database(
        settings.database_url, pool_size=2, write_pool_size=2, several=settings.several_organisations
    )
    try:
        if opened.dialect == "sqlite":  # PostgreSQL's own wall binds whoever connects
            opened.check()
        yield opened
    finally:
        opened.close()


def deployment() -> Deployment:
    """Give what the settings allow to leave."""
    settings = Settings()
    return Deployment.of(
        settings.delivery_dir,
        settings.webhook_networks,
        settings.webhook_plain_http,
        settings.webhook_ca_file,
        settings.fonts,
    )


def secret(token: str | None) -> str:
    """Give the token to act under; a usage error where there is none."""
    found = token or os.environ.get("CIVHARM_TOKEN")
    if not found:
        raise typer.BadParameter("Give --token or set CIVHARM_TOKEN; make one with: civharm token create")
    return found


@contextmanager
def reading(token: str | None) -> Iterator[tuple[Connection, Actor]]:
    """Give a reading connection and the token's actor."""
    with database() as opened, opened.reading() as connection:
        yield connection, organisations.authenticate(connection, secret(token))


@contextmanager
def writing(token: str | None) -> Iterator[tuple[Connection, Actor]]:
    """Give a writing connection, committed at the end, and the token's actor."""
    with database() as opened, opened.writing() as connection:
        yield connection, organisations.authenticate(connection, secret(token))


@contextmanager
def operating(name: str | None) -> Iterator[tuple[Connection, Actor]]:
    """Give a writing connection and the operator of an organisation: members and tokens, no content."""
    with database() as opened, opened.writing() as connection:
        yield connection, organisations.operator(organisations.the_one(connection, name))
