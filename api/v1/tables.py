"""Routes of the standard tables: by name, with their proof, in the formats that readers have."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.answers import dumped
from api.desk import Reply, desk_of
from api.exports import exported, format_asked, medias, or_table
from api.routing import Token, also_answers
from api.routing import router as strict_router
from api.v1.resource import IF_NONE_MATCH, UNCHANGED, problem_responses
from api.v1.schemas.base import AskedDay
from api.v1.statistics import FIRST_DAY, LAST_DAY, as_parameters, conditional
from db.engine import Connection
from domain.access import Actor
from domain.errors import NotFound
from domain.questions import DEFAULT_BANDS
from domain.standard_tables import PARAMETERS, TABLES, Asked
from exchange.formats import Format, table_formats_of
from exchange.layouts.standard_tables import EVENTS, LAYOUT_OF
from services import instants, populations, standard_tables
from services.exports import Written
from services.statistics import Answered

router = strict_router("tables")
FORMATS = table_formats_of(EVENTS)
"""The formats of the table that can be written in most."""


class TableQuery(BaseModel):
    """What a table is asked for; each takes some of these and refuses the others."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    start: AskedDay | None = FIRST_DAY
    end: AskedDay | None = LAST_DAY
    outcome: str | None = Field(
        default=None,
        max_length=200,
        description="Outcomes, comma-separated; left out: killed,injured. Of monthly and ohchr.",
        examples=["killed,injured"],
    )
    bands: str | None = Field(
        default=None,
        max_length=200,
        description=f"Where age groups are cut; left out: {DEFAULT_BANDS}. Of monthly.",
        examples=["0-17,18-64,65+"],
    )
    quarter: str | None = Field(
        default=None,
        max_length=7,
        description="The quarter; left out: the last over when the log ended. Of mrm-quarterly.",
        examples=["2026-Q1"],
    )
    roll_up: str | None = Field(
        default=None,
        max_length=300,
        description="Where statuses go that the indicator has no code for, as status:code by commas; printed "
        "with the table. Of sdg-16-1-2.",
        examples=["police:civilian"],
    )
    population: str | None = Field(
        default=None,
        max_length=36,
        description="Id of the population that rates are over. Of sdg-16-1-2.",
        examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"],
    )
    incident: str | None = Field(
        default=None,
        max_length=100,
        description="Code or id of the incident whose lists are meant. Of list-membership.",
        examples=["PK-2026-0001"],
    )
    by: Literal["list", "origin"] | None = Field(
        default=None,
        description="A column a list, or one an origin with its newest list. Of list-membership.",
        examples=["origin"],
    )
    known_at: str | None = Field(
        default=None,
        max_length=200,
        description="As known at a log sequence, an instant, or the end of a day in UTC; it never changes.",
        examples=["2026-03-31"],
    )
    format: str | None = Field(
        default=None,
        max_length=20,
        description="json, or: " + ", ".join(one.name for one in FORMATS) + " (geojson for events alone).",
        examples=["xlsx"],
        json_schema_extra={"enum": ["json", *(one.name for one in FORMATS)]},
    )

    def asked(self, connection: Connection, actor: Actor) -> Asked:
        """Give what is asked of the table. Raises Malformed for a point of the log that is none."""
        given: dict[str, Any] = {
            "start": self.start,
            "end": self.end,
            "outcomes": None if self.outcome is None else parts_of(self.outcome),
            "bands": self.bands,
            "quarter": self.quarter,
            "roll_up": None if self.roll_up is None else pairs_of(self.roll_up),
            "population": None
            if self.population is None
            else populations.read(connection, actor, self.population),
            "incident": self.incident,
            "by_origin": None if self.by is None else self.by == "origin",
            "known_at": None
            if self.known_at is None
            else instants.known_at(connection, actor.organisation, self.known_at),
        }
        return Asked(**{name: value for name, value in given.items() if value is not None})


def parts_of(text: str) -> tuple[str, ...]:
    """Give the parts of a text between commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def pairs_of(text: str) -> tuple[tuple[str, str], ...]:
    """Give the parts of a text between commas, each before and after its colon."""
    pairs = [part.partition(":") for part in parts_of(text)]
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)


class StandardTableOut(BaseModel):
    """A standard table."""

    name: str = Field(description="Its name in the address.", examples=["monthly"])
    title: str = Field(description="What people read.", examples=["Casualties by month"])
    version: int = Field(
        description="Rises when a column, a roll-up or what is counted changes.", examples=[1]
    )
    description: str = Field(description="What it has.", examples=["A row a cell."])
    takes: list[str] = Field(description="The parameters that it takes.", examples=[["from", "to"]])
    mappings: list[str] = Field(description="The mappings that it is rolled up by.", examples=[["sdg"]])
    formats: list[str] = Field(description="What `format=` takes.", examples=[["csv", "xlsx", "html"]])
    columns: list[dict[str, Any]] | None = Field(
        description="Its columns in order; null where they are the lists of an incident.",
        examples=[[{"name": "level", "kind": "text", "description": "What the row is the total of."}]],
    )


class StandardTablesOut(BaseModel):
    """Every standard table."""

    data: list[StandardTableOut] = Field(description="The tables.", examples=[[]])


class ProvedOut(BaseModel):
    """A sum that was checked and holds, or the like sums of many incidents together."""

    sum: str = Field(description="Which sum.", examples=["killed by month, verified and pending"])
    rule: str = Field(
        description="equal: the parts add up to the total; meets: the total's own interval and the sum of "
        "the parts have a number in common; within: a part was rejected, or it is a tree of incidents, and "
        "the parts are no more than the total.",
        examples=["equal"],
    )
    sums: int = Field(description="How many sums these are: one, or one an incident.", examples=[1])
    low: int = Field(description="Low of the total.", examples=[33])
    high: int = Field(description="High of the total.", examples=[33])
    parts: int = Field(description="How many parts.", examples=[3])
    parts_low: int = Field(description="Sum of the parts' lows.", examples=[33])
    parts_high: int = Field(description="Sum of the parts' highs.", examples=[33])


_PROVED = {
    "sum": "killed by month, verified and pending",
    "rule": "equal",
    "sums": 1,
    "low": 33,
    "high": 33,
    "parts": 2,
    "parts_low": 33,
    "parts_high": 33,
}
_META = {
    "log_sequence": 42,
    "reached_at": "2026-03-31T12:00:00.000000Z",
    "asked": {"from": "2026-01-01"},
    "notes": ["In all killed: 33, in 1 incidents."],
}


class TableMeta(BaseModel):
    """What must be read with a table."""

    log_sequence: int = Field(description="The end of the log that was read; cite it.", examples=[42])
    reached_at: str = Field(description="When the log reached it.", examples=["2026-03-31T12:00:00Z"])
    asked: dict[str, Any] = Field(description="What was asked.", examples=[{"from": "2026-01-01"}])
    notes: list[str] = Field(
        description="Headline, what is left out, how to read it.",
        examples=[["In all killed: 33, in 1 incidents."]],
    )


class TableOut(BaseModel):
    """A standard table whose sums hold."""

    table: str = Field(description="Its name.", examples=["monthly"])
    version: int = Field(description="Its version.", examples=[1])
    title: str = Field(description="What people read.", examples=["Casualties by month"])
    columns: list[str] = Field(description="Its columns in order.", examples=[["level", "outcome"]])
    data: list[dict[str, Any]] = Field(
        description="Its rows.", examples=[[{"level": "total", "outcome": "killed", "low": 33, "high": 33}]]
    )
    proof: list[ProvedOut] = Field(description="Every sum that was checked.", examples=[[_PROVED]])
    meta: TableMeta = Field(description="What must be read with the numbers.", examples=[_META])


@router.get(
    "/tables",
    summary="The standard tables: what each has, takes and can be written in",
    operation_id="standard_tables",
    response_class=Response,
    responses={200: {"model": StandardTablesOut, "description": "The tables."}, **problem_responses()},
)
def standard_tables_() -> Response:
    """Give every standard table; no token is needed."""
    return Reply(dumped({"data": [_shown(name) for name in TABLES]})).response()


def _shown(name: str) -> dict[str, Any]:
    table, layout = TABLES[name], LAYOUT_OF.get(name)
    takes = sorted(PARAMETERS.get(one, one) for one in table.takes)
    return {
        "name": name,
        "title": table.title,
        "version": table.version,
        "description": table.description,
        "takes": [*takes, "known_at"] if name != "list-membership" else takes,
        "mappings": list(table.schemes),
        "formats": [one.name for one in _formats(name)],
        "columns": None
        if layout is None
        else [
            {"name": one.name, "kind": one.kind.value, "description": one.description}
            for one in layout.columns
        ],
    }


def _formats(name: str) -> tuple[Format, ...]:
    layout = LAYOUT_OF.get(name)
    return tuple(one for one in FORMATS if not one.needs_place or (layout is not None and layout.point))


@router.get(
    "/tables/{name}",
    summary="A standard table, given only where its sums hold",
    operation_id="standard_table",
    response_class=Response,
    responses={
        200: or_table(TableOut, "The table with its proof", FORMATS),
        304: UNCHANGED,
        **problem_responses(409, 413),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
@also_answers(*medias(FORMATS))
def standard_table(
    request: Request,
    token: Token,
    name: Annotated[str, Path(description="Its name.", max_length=40, examples=["monthly"])],
    asked: Annotated[TableQuery, Query()],
) -> Response:
    """Sum the facts into a table of a shape that the field knows, and prove its sums."""
    if name not in TABLES:
        raise NotFound("There is no such table; GET /v1/tables lists them.")
    desk = desk_of(request)
    format = format_asked(request, _formats(name), asked.format)

    def produced(connection: Connection, actor: Actor) -> standard_tables.Produced:
        with as_parameters():
            return standard_tables.produce(
                connection, actor, name, asked.asked(connection, actor), desk.cache
            )

    def tag(connection: Connection, actor: Actor) -> str:
        shown = "json" if format is None else format.name
        return standard_tables.tag_of(connection, actor, name, asked.asked(connection, actor), shown)

    def answered(connection: Connection, actor: Actor) -> Answered:
        body = dumped(produced(connection, actor).as_data())
        return Answered(body.encode(), tag(connection, actor))

    if format is None:
        return conditional(request, desk.read(token, answered))
    return exported(
        request,
        token,
        format,
        name,
        tag,
        lambda connection, actor, file: standard_tables.write(produced(connection, actor), format, file),
        lambda written: {"Link": f'<{_address(name, asked, written)}>; rel="describedby"'},
    )


def _address(name: str, asked: TableQuery, written: Written) -> str:
    """Give the address of the same table in JSON, which has the proof and the notes."""
    said = asked.model_dump(by_alias=True, exclude_none=True, exclude={"format"})
    if name != "list-membership":
        said["known_at"] = written.log_sequence
    return f"/v1/tables/{name}?" + urlencode({**said, "format": "json"})
