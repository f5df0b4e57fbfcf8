"""``civharm publish`` and ``civharm retract``: what the public gets, decided by two people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from api.problems import faults_of, first_code
from api.reading import read_json
from api.v1.schemas.publications import ChoicesIn
from cli.context import OrganisationName, Token, database, operating, reading, secret, writing
from db.canonical import parse
from db.engine import Connection
from db.kinds import PUBLICATION
from db.queries import incidents, records
from domain.access import Actor, require
from domain.disclosure import USUAL_THRESHOLD
from domain.errors import Invalid, NotFound
from domain.publishing import Choices
from services import organisations, projection, public_tables, withholding
from services import publications as service

publish = typer.Typer(help="Publish incidents: proposed by one, decided by another.", no_args_is_help=True)
Key = Annotated[str, typer.Argument(metavar="INCIDENT", help="The incident's code or id.")]
Id = Annotated[str, typer.Argument(metavar="PUBLICATION", help="The publication's id.")]
Narrative = Annotated[bool, typer.Option("--narrative", help="Show the narrative.")]
How = Annotated[
    str | None, typer.Option("--coarsening", help="grid, adm2, adm1, country or none (the default).")
]
Grid = Annotated[
    float | None, typer.Option("--grid", help="Cells of the grid in degrees: 0.05, 0.1, 0.5 or 1.")
]
File = Annotated[
    Path | None,
    typer.Option(
        "--choices",
        help="A JSON file with what is to be shown, as the API takes it: names with their basis, reports, "
        "overrides.",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(publish, name="publish")
    app.command("retract")(retract)


def _choices(narrative: bool, how: str | None, grid: float | None, file: Path | None) -> Choices:
    """Give the choices of a file, and those of the options over them. Raises Invalid for what cannot be."""
    given: dict[str, Any] = {}
    if file is not None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise typer.BadParameter("The file of the choices cannot be read.") from error
        given = read_json(content)
    if isinstance(given, dict):
        given |= {"narrative": True} if narrative else {}
        given |= {} if grid is None else {"coarsening": "grid", "grid_degrees": grid}
        given |= {} if how is None else {"coarsening": how}
    try:
        found: Choices = ChoicesIn.model_validate(given).draft()
    except ValidationError as error:
        faults = faults_of(error.errors(include_input=False, include_url=False), skip=0)
        raise Invalid("The choices break a rule.", code=first_code(faults), faults=faults) from None
    return found


def _incident(connection: Connection, actor: Actor, key: str) -> str:
    return incidents.by_code(connection, actor.organisation, key) or key


@publish.command("preview")
def preview(
    key: Key,
    narrative: Narrative = False,
    coarsening: How = None,
    grid: Grid = None,
    choices: File = None,
    token: Token = None,
) -> None:
    """Print exactly what would become visible, as JSON; findings in its texts go to the error stream."""
    chosen = _choices(narrative, coarsening, grid, choices)
    with reading(token) as (connection, actor):
        found = service.preview(connection, actor, _incident(connection, actor, key), chosen)
    content = found.content
    shown = {"document": content.document, "facts": content.facts, "table_facts": content.table_facts}
    typer.echo(json.dumps(shown, ensure_ascii=False, indent=1))
    for one in found.findings:
        typer.echo(f"{one.key}: {one.detail}", err=True)
    state = "nothing is public yet" if found.published is None else f"differs in: {', '.join(found.changes)}"
    typer.echo(f"digest {found.content.sha256}; {state}", err=True)


@publish.command("propose")
def propose(
    key: Key,
    narrative: Narrative = False,
    coarsening: How = None,
    grid: Grid = None,
    choices: File = None,
    token: Token = None,
) -> None:
    """Propose to publish an incident as the preview shows it; another person decides."""
    chosen = _choices(narrative, coarsening, grid, choices)
    with writing(token) as (connection, actor):
        stored = service.propose(connection, actor, _incident(connection, actor, key), chosen).stored
    content = parse(stored.content)
    typer.echo(f"publication {stored.id}")
    typer.echo(f"digest {content['content_sha256']}")
    typer.echo(
        "A publisher who is another person reads it (civharm publish show) and decides:\n"
        f"  civharm publish approve {stored.id} --digest {content['content_sha256']}",
        err=True,
    )


@publish.command("list")
def list_them(
    state: Annotated[str | None, typer.Option(help="Only those that stand so, such as proposed.")] = None,
    token: Token = None,
) -> None:
    """List publications in the order of recording."""
    with reading(token) as (connection, actor):
        require(actor, "publication.read")
        found = withholding.tell(
            connection, actor, PUBLICATION, records.many(connection, PUBLICATION, actor.organisation)
        )
    for one in found:
        content = parse(one.content)
        if state in (None, content["state"]):
            document = content["document"] or {"code": content["incident"], "title": "(withheld)"}
            typer.echo(
                f"{one.id}  {content['state']}  {document['code']}  {content['content_sha256'][:12]}  "
                f"{document['title']}"
            )


@publish.command("show")
def show(id: Id, token: Token = None) -> None:
    """Print a publication as JSON: what was proposed, and what was decided."""
    with reading(token) as (connection, actor):
        stored = withholding.one(connection, actor, PUBLICATION, service.read(connection, actor, id))
    typer.echo(json.dumps({"id": stored.id, **parse(stored.content)}, ensure_ascii=False, indent=1))


@publish.command("approve")
def approve(
    id: Id,
    digest: Annotated[str, typer.Option(help="The digest of the proposal that you have read.")],
    token: Token = None,
) -> None:
    """Publish what another person proposed; it lapses where the record was edited since."""
    with writing(token) as (connection, actor):
        saved = service.publish(connection, actor, id, digest)
    if saved is None:
        raise service.lapsed()
    content = parse(saved.stored.content)
    typer.echo(f"published at {content['published_at']}: /v1/public/incidents/{content['incident']}")


@publish.command("reject")
def reject(
    id: Id,
    note: Annotated[str | None, typer.Option(help="Why, in words.")] = None,
    token: Token = None,
) -> None:
    """Turn another person's proposal down."""
    with writing(token) as (connection, actor):
        service.reject(connection, actor, id, (note or "").strip() or None)
    typer.echo("Rejected.")


@publish.command("render")
def render(organisation: OrganisationName = None) -> None:
    """Write public documents of an earlier version anew; the worker does it when it starts."""
    with operating(organisation) as (connection, actor):
        count = projection.render_anew(connection, actor.organisation)
    typer.echo(f"{count} documents rendered anew.")


@publish.command("tables")
def tables(
    threshold: Annotated[
        int, typer.Option(help="The least number of the living that is shown, 3 to 20.")
    ] = USUAL_THRESHOLD,
    until: Annotated[
        int | None, typer.Option(help="The last year that comes in; left out: the last one that is over.")
    ] = None,
    token: Token = None,
) -> None:
    """Make the next edition of the fixed tables of the living, which is public at once."""
    with database() as opened:
        with opened.reading() as connection:
            actor = organisations.authenticate(connection, secret(token))
            facts = public_tables.published_facts(connection, actor)
            prepared = public_tables.prepare(connection, actor, facts, threshold=threshold, until=until)
        with opened.writing() as connection:
            actor = organisations.authenticate(connection, secret(token))
            made = public_tables.store(connection, actor, prepared)
    typer.echo(f"edition {made.number}")
    typer.echo(f"digest {made.digest}")
    typer.echo(f"/v1/public/tables?organisation={actor.organisation}&edition={made.number}", err=True)


def retract(
    key: Annotated[str, typer.Argument(metavar="INCIDENT", help="The incident's code or id.")],
    reason: Annotated[str, typer.Option(help="The reason's code, such as error_fixed.")],
    note: Annotated[str, typer.Option(help="Why, in words; the public reads them.")],
    token: Token = None,
) -> None:
    """Take what is public of an incident back: its address says so, and why."""
    with database() as opened, opened.writing() as connection:
        actor = organisations.authenticate(connection, secret(token))
        id = service.public_one(connection, actor, key)
        if id is None:
            raise NotFound("Nothing of this incident is public.")
        stored = service.retract(connection, actor, id, reason, note.strip()).stored
        held = service.releases_holding(connection, actor, parse(stored.content)["incident"])
    typer.echo("Retracted.")
    for number in held:
        typer.echo(f"public release {number} holds it still: civharm release withdraw {number}", err=True)
