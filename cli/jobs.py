"""``civharm job``: make jobs, and see how they go."""

from __future__ import annotations

import json
import sys
import time
from typing import Annotated, Any

import typer

from cli.context import Token, database, deployment, reading, secret, writing
from db.canonical import parse
from domain.vocab import JobState
from services import organisations, work_lists
from services.jobs import kinds, queue

job = typer.Typer(help="Jobs, which a worker does.", no_args_is_help=True)
LOOK_S = 0.5

Id = Annotated[str, typer.Argument(help="The job's id.")]
Table = Annotated[str, typer.Argument(help="A list, such as incidents, or statistics.")]
Filter = Annotated[
    list[str] | None,
    typer.Option("--filter", help="A filter of the table's address, NAME=VALUE. May be repeated."),
]
FormatName = Annotated[str, typer.Option("--format", help="The format.")]
Folder = Annotated[str, typer.Option("--folder", help="The folder below the organisation's own.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(job, name="job")


@job.command("export")
def export(
    table: Table,
    filter: Filter = None,  # noqa: A002  # the option's name
    format: FormatName = "csv",
    folder: Folder = "exports",
    token: Token = None,
) -> None:
    """Have a table written into a folder of the server; prints the job's id."""
    create("export", json.dumps(export_parameters(table, filter, format, folder)), token)


@job.command("create")
def create(
    kind: Annotated[str, typer.Argument(help="The kind of job: " + ", ".join(kinds.kinds()) + ".")],
    parameters: Annotated[str, typer.Argument(help="Its parameters as a JSON object.")] = "{}",
    token: Token = None,
) -> None:
    """Make a job of any kind; prints its id."""
    with writing(token) as (connection, actor):
        made = queue.create(connection, actor, deployment(), kind, parameters_of(parameters))
    typer.echo(made.id)


@job.command("list")
def list_jobs(
    state: Annotated[JobState | None, typer.Option(help="Only jobs in this state.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=500)] = 50,
    token: Token = None,
) -> None:
    """List jobs, newest first."""
    with reading(token) as (connection, actor):
        asked = {} if state is None else {"state": state.value}
        rows, more = work_lists.page(connection, actor, work_lists.JOBS, asked, None, limit)
    for row in rows:
        typer.echo(f"{row.id}  {row.created_at[:16]}  {row.kind}  {row.state}{_how_far(row)}")
    if more is not None:
        typer.echo(f"There are more than {limit}.", err=True)


@job.command("show")
def show(
    id: Id,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for its end, and say how far it is.")] = False,
    token: Token = None,
) -> None:
    """Show a job; ends with 1 when it failed or was cancelled."""
    with database() as opened:
        shown = ""
        while True:
            with opened.reading() as connection:
                row = queue.one(connection, organisations.authenticate(connection, secret(token)), id)
            if not wait or row.state in queue.ENDED:
                break
            line = f"{row.state}{_how_far(row)}"
            if line != shown:
                typer.echo(line, err=True)
                shown = line
            time.sleep(LOOK_S)
    typer.echo(f"{row.kind}  {row.state}{_how_far(row)}")
    if row.error_code is not None:
        typer.echo(f"{row.error_code}: {row.error_detail}  (attempt {row.attempts})")
    if row.result is not None:
        _tell_result(parse(row.result))
    if row.state in queue.AGAIN:
        sys.exit(1)


@job.command("cancel")
def cancel(id: Id, token: Token = None) -> None:
    """Cancel a job that has not ended."""
    with writing(token) as (connection, actor):
        queue.cancel(connection, actor, id)
    typer.echo("Cancelled.")


@job.command("retry")
def retry(id: Id, token: Token = None) -> None:
    """Have a failed or cancelled job done after all."""
    with writing(token) as (connection, actor):
        queue.retry(connection, actor, id)
    typer.echo("Queued again.")


def export_parameters(table: str, filters: list[str] | None, format: str, folder: str) -> dict[str, Any]:
    """Give the parameters of an export from what the options say."""
    pairs = [one.partition("=") for one in filters or ()]
    if any(not name or not divided for name, divided, _ in pairs):
        raise typer.BadParameter("Write a filter as NAME=VALUE.", param_hint="--filter")
    if len({name for name, _, _ in pairs}) < len(pairs):
        raise typer.BadParameter("Give each filter once.", param_hint="--filter")
    return {
        "table": table,
        "filters": {name: value for name, _, value in pairs},
        "format": format,
        "folder": folder,
    }


def parameters_of(text: str) -> dict[str, Any]:
    """Give the object that a text of JSON holds."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise typer.BadParameter("Give the parameters as a JSON object.")
    return found


def _how_far(row: Any) -> str:
    if row.progress_of is None:
        return f"  {row.progress_done}" if row.progress_done else ""
    return f"  {row.progress_done} of {row.progress_of}"


def _tell_result(result: dict[str, Any]) -> None:
    for one in result.get("files", ()):
        rows = "" if one["rows"] is None else f"  {one['rows']} rows"
        typer.echo(f"{result['folder']}/{one['name']}{rows}  sha256 {one['sha256']}")
    if result.get("log_sequence") is not None:
        typer.echo(f"log sequence {result['log_sequence']}")
