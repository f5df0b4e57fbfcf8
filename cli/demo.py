"""``civharm demo``: the worked example on a database of its own, served, with tokens ready."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Annotated

import typer

import migrations
from api.app import create_app
from config import Settings
from db import walls
from db.engine import Connection, Database, open_database
from db.queries import incidents
from db.queries import organisations as queries
from services import assessments, organisations, worked_example

ORGANISATION = "Example Recorder"
CODE = "PK-2026-0001"


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo's database lies.")] = Path(".demo"),
    port: Annotated[int | None, typer.Option(help="Port to serve on (default: CIVHARM_PORT).")] = None,
    serve: Annotated[bool, typer.Option(help="Serve after loading.")] = True,
) -> None:
    """Load the worked example and serve it, printing the address and ready tokens."""
    folder.mkdir(parents=True, exist_ok=True)
    url = os.environ.get("CIVHARM_DATABASE_URL") or f"sqlite:///{folder / 'civharm.sqlite'}"
    migrations.upgrade(os.environ.get("CIVHARM_OWNER_URL") or url)
    settings = Settings(database_url=url)
    database = open_database(url, pool_size=2, write_pool_size=2, several=settings.several_organisations)
    try:
        campaign, tokens = _load(database)
    finally:
        database.close()
    chosen = _free_port(settings.host, settings.port if port is None else port)
    _tell(f"http://{settings.host}:{chosen}", campaign, tokens)
    if serve:
        import uvicorn

        from cli.connections import OPTIONS

        uvicorn.run(create_app(settings), host=settings.host, port=chosen, log_level="warning", **OPTIONS)


def _load(database: Database) -> tuple[str, dict[str, str]]:
    """Load the example where it is not there yet; give the campaign's id and new tokens by role."""
    with database.writing() as connection:
        first = queries.by_name(connection, ORGANISATION)
        organisation = first or organisations.found(connection, ORGANISATION)
        walls.enter(connection, organisation)
        tokens = {
            role: _token(connection, organisation, name, role)
            for name, role in (("Data officer", "recorder"), ("Reviewer", "reviewer"))
        }
        if first is None:
            recorder = organisations.authenticate(connection, tokens["recorder"])
            reviewer = organisations.authenticate(connection, tokens["reviewer"])
            example = worked_example.record(connection, recorder)
            proposed = worked_example.propose_finding(connection, recorder, example)
            assessments.approve(connection, reviewer, proposed)
        campaign = incidents.by_code(connection, organisation, CODE)
        if campaign is None:
            raise typer.BadParameter("This database has an organisation of the demo's name already.")
    return campaign, tokens


def _token(connection: Connection, organisation: str, name: str, role: str) -> str:
    operator = organisations.operator(organisation)
    known = {row.name: row.id for row in queries.members(connection, organisation)}
    member = known.get(name) or organisations.add_member(connection, operator, name, [role])
    return organisations.issue_token(connection, operator, label="demo", member=member, days=7).secret


def _free_port(host: str, wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            free: int = probe.getsockname()[1]
            return free
    raise typer.BadParameter("No port is free.")


def _tell(address: str, campaign: str, tokens: dict[str, str]) -> None:
    recorder = f"-H 'Authorization: Bearer {tokens['recorder']}'"
    json_type = "-H 'Content-Type: application/json'"
    intake = (
        '{"source": {"kind": "hospital", "name": "District hospital"}, '
        '"report": {"title": "Hospital statement", "published": "2026-02-03"}, '
        '"incident": {"title": "Market bombing", "country": "PK", '
        '"occurred": {"start": "2026-02-01", "end": "2026-02-01"}}, '
        '"places": [{"reported_name": "Quetta", "adm1": "PK2", "adm2": "PK226", "precision": "adm2"}], '
        '"claim": {"figures": [{"key": "total", "outcome": "killed", "low": 10, "high": 12, '
        '"comparator": "between", "wording": "10 to 12 people"}]}}'
    )
    typer.echo(
        f"""
civharm demo
  service      {address}
  API docs     {address}/docs
  data officer {tokens["recorder"]}
  reviewer     {tokens["reviewer"]}   (approves what the data officer proposes)

Try, in another terminal:

  How many were killed, by status, verified beside pending:
    curl -s '{address}/v1/statistics?outcome=killed&by=status' {recorder}

  The same by sex and age, opened to its incidents:
    curl -s '{address}/v1/statistics?outcome=killed&by=sex,age_group,incident' {recorder}

  The incident with its claims, down to the wording:
    curl -s '{address}/v1/incidents/{campaign}?include=claims,places,tree' {recorder}

  What a policy makes of the claims, and why:
    curl -s '{address}/v1/incidents/{campaign}/figures?policy=reported-range' {recorder}

  Record a report with its incident, claim and figures in one call:
    curl -s -X POST '{address}/v1/intake' {recorder} {json_type} -d '{intake}'

Stop with Ctrl-C.
"""
    )
