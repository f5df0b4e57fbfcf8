"""``civharm schedule``: jobs that are made again and again."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from cli.context import Token, deployment, reading, writing
from cli.jobs import Filter, Folder, FormatName, Table, export_parameters, parameters_of
from domain.schedules import Timing
from domain.vocab import Rhythm, ScheduleState
from services import schedules, work_lists

schedule = typer.Typer(help="Schedules, which make jobs.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The schedule's id.")]
Every = Annotated[
    Rhythm, typer.Option("--every", help="How often; with cron, --cron says when.", show_choices=True)
]
Day = Annotated[int | None, typer.Option("--day", help="Day of the month (default: 1).")]
Cron = Annotated[
    str | None,
    typer.Option("--cron", help='Five fields in UTC, such as "0 6 1 * *": the 1st of each month at 6:00.'),
]
Label = Annotated[str | None, typer.Option("--label", help="What it is for.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(schedule, name="schedule")


@schedule.command("export")
def export(
    table: Table,
    filter: Filter = None,  # noqa: A002  # the option's name
    format: FormatName = "csv",
    folder: Folder = "exports",
    every: Every = Rhythm.MONTHLY,
    day: Day = None,
    cron: Cron = None,
    label: Label = None,
    token: Token = None,
) -> None:
    """Have a table written into a folder again and again; --filter period=last-month for the month before."""
    parameters = json.dumps(export_parameters(table, filter, format, folder))
    create("export", parameters, every, day, cron, label, token)


@schedule.command("create")
def create(
    kind: Annotated[str, typer.Argument(help="The kind of its jobs.")],
    parameters: Annotated[str, typer.Argument(help="Their parameters as a JSON object.")] = "{}",
    every: Every = Rhythm.MONTHLY,
    day: Day = None,
    cron: Cron = None,
    label: Label = None,
    token: Token = None,
) -> None:
    """Make a schedule of jobs of any kind; prints its id and when it is due first."""
    rhythm = Rhythm.CRON if cron is not None and every is Rhythm.MONTHLY else every
    draft = schedules.Draft(Timing(rhythm.value, day, cron), kind, parameters_of(parameters), label)
    with writing(token) as (connection, actor):
        made = schedules.create(connection, actor, deployment(), draft)
    typer.echo(made.id)
    typer.echo(f"first due {made.next_due[:16]} UTC", err=True)


@schedule.command("list")
def list_schedules(token: Token = None) -> None:
    """List the schedules that are not removed."""
    with reading(token) as (connection, actor):
        for row in work_lists.every(connection, actor, work_lists.SCHEDULES):
            due = f"due {row.next_due[:16]}" if row.state == ScheduleState.ACTIVE else row.state
            when = row.cron or (row.rhythm if row.day is None else f"{row.rhythm} on day {row.day}")
            typer.echo(f"{row.id}  {when}  {row.kind}  {due}" + (f"  {row.label}" if row.label else ""))


@schedule.command("pause")
def pause(id: Id, token: Token = None) -> None:
    """Let it make no jobs; what falls due meanwhile is not made up for."""
    with writing(token) as (connection, actor):
        schedules.pause(connection, actor, id)
    typer.echo("Paused.")


@schedule.command("resume")
def resume(id: Id, token: Token = None) -> None:
    """Let it make jobs again, from the next instant on."""
    with writing(token) as (connection, actor):
        row = schedules.resume(connection, actor, id)
    typer.echo(f"Due {row.next_due[:16]} UTC.")


@schedule.command("remove")
def remove(id: Id, token: Token = None) -> None:
    """Let it make no jobs any more; its jobs and their files stay."""
    with writing(token) as (connection, actor):
        schedules.remove(connection, actor, id)
    typer.echo("Removed.")
