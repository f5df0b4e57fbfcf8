"""``civharm import``, ``template``, ``approve``: files in, and the second member's act."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from enum import StrEnum
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from cli.context import Token, database, secret, writing
from db.engine import Connection
from db.queries import assessments as assessment_queries
from db.queries import incidents as incident_queries
from domain.access import Actor
from domain.countries import COUNTRIES
from domain.errors import NotFound
from domain.vocab import Outcome
from exchange.readers.drone_strikes import read_drone_strikes
from exchange.readers.gaza_daily import read_gaza_daily
from exchange.readers.gaza_list import read_gaza_list
from exchange.readers.list_table import read_list_table
from exchange.readers.places import read_places
from exchange.readers.population import read_population
from exchange.readers.sheet import read_sheet
from exchange.readers.ucdp import read_ucdp
from exchange.sheet_template import template_csv, template_xlsx
from services import assessments, organisations, policies, populations
from services.bulletin_imports import GAZA_DAILY, import_bulletins
from services.gazetteer import held, import_places
from services.import_runs import Progress, Run, digest
from services.incident_imports import import_incidents
from services.list_imports import GAZA_LIST, import_list
from services.list_table_imports import LONGEST_TITLE, TableOfLists, import_list_table

bring = typer.Typer(help="Import a file; the same file twice stores nothing new.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and check everything, store nothing.")]
Assess = Annotated[
    str | None, typer.Option("--assess", help="Propose an assessment under this policy for each incident.")
]
Report = Annotated[
    Path | None, typer.Option("--report", help="Write every finding to this file as JSON lines.")
]


class TemplateFormat(StrEnum):
    """The forms of the template."""

    CSV = "csv"
    XLSX = "xlsx"


class DateFormat(StrEnum):
    """How dates such as 03/04/2024 are written."""

    DMY = "dmy"
    MDY = "mdy"


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(bring, name="import")
    app.command()(template)
    app.command()(approve)


class _Undone(Exception):
    """Ends a dry run: what it stored is undone."""


def _run(
    token: str | None,
    act: Callable[[Connection, Actor, Progress], Run],
    assess: str | None,
    dry_run: bool,
    report: Path | None,
) -> None:
    if assess is not None:
        policies.asked(assess, "--assess")
    done: list[Run] = []
    columns = (SpinnerColumn(), TextColumn("{task.completed} rows read"), TimeElapsedColumn())
    with Bar(*columns, transient=True) as bar:
        task = bar.add_task("rows", total=None)
        try:
            with database() as opened, opened.writing() as connection:
                actor = organisations.authenticate(connection, secret(token))
                done.append(act(connection, actor, lambda rows: bar.update(task, completed=rows)))
                if dry_run:
                    raise _Undone
        except _Undone:
            pass
    _tell(done[0], dry_run, report)


def _bring(
    file: Path,
    bring_in: Callable[..., Run],
    what: Any,
    read: Callable[[BufferedReader], Iterable[Any]],
    token: str | None,
    assess: str | None,
    dry_run: bool,
    report: Path | None,
) -> None:
    """Import what a reader makes of a file; ``what`` names to the service what kind of file it is."""
    with file.open("rb") as opened:
        sha256 = digest(opened)

        def act(connection: Connection, actor: Actor, progress: Progress) -> Run:
            return bring_in(
                connection,
                actor,
                what,
                read(opened),
                file_name=file.name,
                sha256=sha256,
                assess=assess,
                progress=progress,
            )

        _run(token, act, assess, dry_run, report)


def _tell(run: Run, dry_run: bool, report: Path | None) -> None:
    lost = [one for one in run.findings if one.loses in ("row", "figure", "rest")]
    typer.echo(
        f"{run.read} rows read, {len(run.stored)} stored, {len(run.known)} known already, "
        f"{len(run.skipped)} skipped, {len(run.findings)} findings"
        + (" (dry run: nothing stored)" if dry_run else "")
    )
    if run.proposed or run.not_proposed:
        typer.echo(f"{run.proposed} assessments proposed; approve them with: civharm approve --run {run.id}")
    for incident, why in run.not_proposed:
        typer.echo(f"  incident {incident}: {why}")
    for one in lost[:50]:
        typer.echo(f"  line {one.line}{f', {one.column}' if one.column else ''}: {one.detail} [{one.code}]")
    if len(lost) > 50:
        typer.echo(f"  and {len(lost) - 50} more; --report FILE writes them all")
    if report is not None:
        report.write_text("".join(json.dumps(asdict(one)) + "\n" for one in run.findings), encoding="utf-8")
        typer.echo(f"{len(run.findings)} findings written to {report.name}")
    if not dry_run:
        typer.echo(f"run {run.id}")


@bring.command("gaza-list")
def gaza_list(
    file: File,
    as_of: Annotated[str, typer.Option("--as-of", help="The day the list refers to, YYYY-MM-DD.")],
    token: Token = None,
    assess: Assess = None,
    dry_run: DryRun = False,
    report: Report = None,
) -> None:
    """Import one release of the list of people killed in Gaza (JSON or CSV)."""
    _check_day(as_of)
    bring_in = partial(import_list, as_of=as_of)
    _bring(file, bring_in, GAZA_LIST, read_gaza_list, token, assess, dry_run, report)


def _check_day(text: str) -> None:
    from datetime import date

    try:
        if date.fromisoformat(text).isoformat() != text:
            raise ValueError
    except ValueError:
        raise typer.BadParameter("Write the day as YYYY-MM-DD.") from None


@bring.command("gaza-daily")
def gaza_daily(
    file: File,
    token: Token = None,
    assess: Assess = None,
    dry_run: DryRun = False,
    report: Report = None,
) -> None:
    """Import daily bulletins of casualties in Gaza (casualties_daily.json): totals as reported."""
    _bring(file, import_bulletins, GAZA_DAILY, read_gaza_daily, token, assess, dry_run, report)


@bring.command("lists")
def lists(
    file: File,
    title: Annotated[str, typer.Option(help="What the persons were harmed in: the incident's title.")],
    country: Annotated[str, typer.Option(help="ISO 3166-1 code of two letters, for the incident's code.")],
    start: Annotated[str, typer.Option("--from", help="First day that the lists cover, YYYY-MM-DD.")],
    end: Annotated[str, typer.Option("--to", help="Last day that the lists cover, YYYY-MM-DD.")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="The day the lists refer to (default: the last day).")
    ] = None,
    outcome: Annotated[str, typer.Option(help="What happened to the persons listed.")] = "killed",
    columns: Annotated[
        str, typer.Option("--lists", help="Columns that are lists, comma-separated (default: all others).")
    ] = "",
    id_column: Annotated[
        str | None, typer.Option("--id", help="The column of ids (default: found by its name, if any).")
    ] = None,
    incident: Annotated[
        str | None, typer.Option(help="Add the lists to this incident, by code or id, and make no new one.")
    ] = None,
    token: Token = None,
    assess: Assess = None,
    dry_run: DryRun = False,
    report: Report = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of a file that is not UTF-8.")] = None,
) -> None:
    """Import a table of persons by lists (CSV): one row a person, one column a list, 1 where it names one."""
    for day in (start, end, as_of or end):
        _check_day(day)
    if end < start:
        raise typer.BadParameter("The last day lies before the first.")
    if country not in COUNTRIES:
        raise typer.BadParameter("Give the country as its ISO 3166-1 code of two capital letters.")
    if outcome not in Outcome.codes():
        raise typer.BadParameter("Use one of: " + ", ".join(Outcome.codes()) + ".")
    if not 0 < len(title.strip()) <= LONGEST_TITLE:
        raise typer.BadParameter(f"Give a title of at most {LONGEST_TITLE} characters.")
    table = TableOfLists(
        title=title.strip(),
        country=country,
        start=start,
        end=end,
        as_of=as_of or end,
        outcome=outcome,
        incident=incident,
    )
    wanted = [one.strip() for one in columns.split(",") if one.strip()]
    read = partial(read_list_table, id_column=id_column, lists=wanted, encoding=encoding)
    _bring(file, import_list_table, table, read, token, assess, dry_run, report)


@bring.command("drone-strikes")
def drone_strikes(
    file: File,
    token: Token = None,
    assess: Assess = None,
    dry_run: DryRun = False,
    report: Report = None,
) -> None:
    """Import the workbook of drone strikes in Pakistan (XLSX)."""
    _bring(file, import_incidents, "drone-strikes", read_drone_strikes, token, assess, dry_run, report)


@bring.command("ucdp")
def ucdp(
    file: File,
    token: Token = None,
    assess: Assess = None,
    dry_run: DryRun = False,
    report: Report = None,
) -> None:
    """Import events of UCDP GED, as HDX exports them (CSV); import places first to have their p-codes."""
    _bring(file, import_incidents, "ucdp", read_ucdp, token, assess, dry_run, report)


@bring.command("sheet")
def sheet(
    file: File,
    token: Token = None,
    assess: Assess = None,
    dry_run: DryRun = False,
    report: Report = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of a CSV that is not UTF-8.")] = None,
    date_format: Annotated[
        DateFormat | None, typer.Option(help="How dates such as 03/04/2024 are written.")
    ] = None,
) -> None:
    """Import a CSV or XLSX in our template: one row a figure, codes and labels both accepted."""
    read = partial(
        read_sheet, encoding=encoding, date_format=None if date_format is None else date_format.value
    )
    _bring(file, import_incidents, "sheet", read, token, assess, dry_run, report)


@bring.command("places")
def places(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="The files.")
    ],
    token: Token = None,
    dry_run: DryRun = False,
    report: Report = None,
    country: Annotated[
        str | None, typer.Option(help="Country code of places whose file names none, such as PK.")
    ] = None,
) -> None:
    """Import lists of p-codes and tables of GeoNames places (CSV) into the gazetteer."""
    for file in files:
        typer.echo(f"{file.name}:")
        _places(file, token, country, dry_run, report)


def _places(file: Path, token: str | None, country: str | None, dry_run: bool, report: Path | None) -> None:
    with file.open("rb") as opened:
        sha256 = digest(opened)

        def act(connection: Connection, actor: Actor, progress: Progress) -> Run:
            run = import_places(
                connection,
                actor,
                read_places(opened),
                file_name=file.name,
                sha256=sha256,
                country=country,
                progress=progress,
            )
            told.update(held(connection))
            return run

        told: dict[str, int] = {}
        _run(token, act, None, dry_run, report)
    typer.echo("the gazetteer holds " + ", ".join(f"{many} {what}" for what, many in told.items()))


def template(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write it.")] = Path(
        "civharm-template.xlsx"
    ),
    format: Annotated[TemplateFormat | None, typer.Option(help="Default: by the file's name.")] = None,
) -> None:
    """Write the spreadsheet template that `civharm import sheet` reads."""
    chosen = format or (TemplateFormat.CSV if file.suffix.lower() == ".csv" else TemplateFormat.XLSX)
    if file.exists():
        raise typer.BadParameter("There is a file of this name already; choose another.")
    file.write_bytes(template_csv() if chosen is TemplateFormat.CSV else template_xlsx())
    typer.echo(f"{file.name}: fill the sheet Data, then: civharm import sheet {file.name}")


def approve(
    incident: Annotated[
        list[str] | None, typer.Argument(help="Incidents, by code or id.", show_default=False)
    ] = None,
    run: Annotated[str | None, typer.Option("--run", help="Every proposal of an import run.")] = None,
    token: Token = None,
) -> None:
    """Approve the proposed assessments of incidents, or of a whole import run, as a second member."""
    if (run is None) == (not incident):
        raise typer.BadParameter("Name incidents, or an import run with --run, one of the two.")
    with writing(token) as (connection, actor):
        if run is not None:
            ids = assessment_queries.proposed_of_run(connection, actor.organisation, run)
            if not ids:
                raise NotFound("The run has no proposed assessment.")
        else:
            ids = _proposed(connection, actor, incident or [])
        done = assessments.approve_many(connection, actor, ids)
    typer.echo(f"{len(done.approved)} approved, {len(done.refused)} refused")
    for refused, why in done.refused:
        typer.echo(f"  incident {refused}: {why}")
    if done.refused:
        raise typer.Exit(1)


def _proposed(connection: Connection, actor: Actor, named: list[str]) -> list[str]:
    ids = [incident_queries.by_code(connection, actor.organisation, one) or one for one in named]
    found = assessment_queries.proposed(connection, actor.organisation, ids)
    missing = [name for name, id in zip(named, ids, strict=True) if id not in found]
    if missing:
        raise NotFound(f"{len(missing)} of the {len(named)} incidents have no proposed assessment.")
    return list(found.values())


@bring.command("population")
def population(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The CSV file.")],
    source: Annotated[str, typer.Option(help="Whose estimate it is, with edition and year.")],
    token: Token = None,
) -> None:
    """Import a population that rates are over (CSV: year,sex,age_group,population); gives its id.

    A blank sex or age group is everybody. It is never changed; another follows it.
    """
    draft = read_population(file.read_bytes(), file.name, source)
    with writing(token) as (connection, actor):
        typer.echo(populations.record(connection, actor, draft).stored.id)
