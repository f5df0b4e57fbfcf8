"""Routes of the log, of import runs and of the organisation itself; members are kept in ``people``."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.responses import Response

from api import answers
from api.desk import Reply, desk_of
from api.exports import (
    exported,
    format_asked,
    format_field,
    media_of,
    or_table,
    refuse_paging,
)
from api.routing import Token, also_answers
from api.routing import router as strict_router
from api.v1.lists import Filters, listed
from api.v1.resource import (
    IF_NONE_MATCH,
    UNCHANGED,
    RecordId,
    a_page,
    conditional,
    problem_responses,
    read,
)
from api.v1.schemas.base import refuse
from db.engine import Connection
from db.kinds import IMPORT_RUN
from db.queries import log, log_heads, organisations
from domain.access import Actor, require
from exchange.formats import formats_of
from exchange.layouts import LAYOUTS
from exchange.layouts.others import LOG, MEMBERS
from services import records, whole_lists

router = strict_router("log")


class EntryOut(BaseModel):
    """One act, chained to the one before."""

    seq: int = Field(description="Its place in the log.", examples=[42])
    format: int = Field(description="Version of the entry's form.", examples=[1])
    at: str = Field(description="When; never runs backwards.", examples=["2026-02-03T09:30:00.000000Z"])
    actor: str = Field(description="Who.", examples=["member:6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    action: str = Field(description="What.", examples=["claim.create"])
    object: str | None = Field(
        description="The record's id; null where you may not read it.",
        examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"],
    )
    object_version: int = Field(description="The version it made.", examples=[1])
    reason_code: str | None = Field(description="Why.", examples=[None])
    commitment: str = Field(description="Salted commitment to the content.", examples=["0" * 64])
    previous: str = Field(description="Hash of the entry before.", examples=["0" * 64])
    hash: str = Field(description="Hash of this entry.", examples=["0" * 64])


class LogPage(BaseModel):
    """A stretch of the log."""

    data: list[EntryOut] = Field(description="Entries in order.", examples=[[]])
    links: dict[str, str | None] = Field(description="The next stretch.", examples=[{"next": None}])
    meta: dict[str, Any] = Field(description="The end of the log.", examples=[{"log_sequence": 42}])
    warnings: list[dict[str, Any]] = Field(description="What to look at.", examples=[[]])


class LogQuery(BaseModel):
    """Which stretch of the log."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[int, Field(ge=0, le=2**62, description="Entries after this sequence.", examples=[0])] = 0
    limit: Annotated[int, Field(ge=1, le=500, description="Entries a page.", examples=[100])] = 100
    format: str | None = format_field(LOG)

    @field_validator("after", "limit", mode="before")
    @classmethod
    def _digits_only(cls, value: Any) -> Any:
        if isinstance(value, str) and not (value.isascii() and value.isdigit()):
            raise refuse("wrong-type", "Write a whole number with the digits 0-9.")
        return value


@router.get(
    "/log",
    summary="The log: every act, chained",
    operation_id="log",
    response_class=Response,
    responses={
        200: or_table(LogPage, "A stretch of the log", formats_of(LOG)),
        304: UNCHANGED,
        **problem_responses(413),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
@also_answers(*media_of(LOG))
def read_log(request: Request, token: Token, asked: Annotated[LogQuery, Query()]) -> Response:
    """Give entries in order; contents stay with the records."""
    table = format_asked(request, formats_of(LOG), asked.format)
    if table is not None:
        refuse_paging(asked.model_fields_set)
        shown = {"after": asked.after} if asked.after else {}
        return exported(
            request,
            token,
            table,
            "log",
            lambda connection, actor: whole_lists.tag_of(connection, actor, LOG, shown, table),
            lambda connection, actor, file: whole_lists.write_log(
                connection, actor, asked.after, table, file
            ),
        )

    def act(connection: Connection, actor: Actor) -> Reply:
        require(actor, "log.read")
        entries = log.entries(connection, actor.organisation, asked.after, asked.limit)
        following = (
            f"/v1/log?after={entries[-1]['seq']}&limit={asked.limit}" if len(entries) == asked.limit else None
        )
        head = log_heads.head(connection, actor.organisation)
        return Reply(
            answers.listing((answers.dumped(one) for one in entries), following, {"log_sequence": head.seq})
        )

    return desk_of(request).read(token, act).response()


class ImportFilters(Filters):
    """Filters of import runs."""

    reader: str | None = Field(default=None, max_length=60, description="The reader.", examples=["sheet"])
    state: str | None = Field(default=None, max_length=20, description="Where it stands.", examples=["done"])


class ImportOut(BaseModel):
    """An import run: what was read, stored, known and skipped, and why."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(description="Its id.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    reader: str = Field(description="The reader.", examples=["sheet"])
    file_name: str = Field(description="The file's name.", examples=["january.xlsx"])
    sha256: str = Field(description="SHA-256 of the file.", examples=["0" * 64])
    state: str = Field(description="Where it stands.", examples=["done"])
    rows_read: int = Field(description="Rows read.", examples=[30])
    rows_stored: int = Field(description="Rows stored.", examples=[29])
    rows_known: int = Field(description="Rows known already.", examples=[0])
    rows_skipped: int = Field(description="Rows skipped, each a finding.", examples=[1])
    findings: str | None = Field(
        description="The findings as JSON text: line, column, code, words; null where withheld.",
        examples=["[]"],
    )


class ImportPage(BaseModel):
    """A page of import runs."""

    data: list[ImportOut] = Field(description="The runs.", examples=[[]])
    links: dict[str, str | None] = Field(description="The next page.", examples=[{"next": None}])
    meta: dict[str, Any] = Field(description="Limit and filters.", examples=[{}])
    warnings: list[dict[str, Any]] = Field(description="What to look at.", examples=[[]])


@router.get(
    "/imports",
    summary="List import runs",
    operation_id="list_imports",
    response_class=Response,
    responses={200: a_page(ImportPage, "imports"), 304: UNCHANGED, **problem_responses()},
)
@also_answers(*media_of(LAYOUTS["imports"]))
def list_imports(request: Request, token: Token, asked: Annotated[ImportFilters, Query()]) -> Response:
    """List import runs in order; the command `civharm import` makes them."""
    return listed(request, token, IMPORT_RUN, asked)


@router.get(
    "/imports/{id}",
    summary="Read an import run",
    operation_id="read_import",
    response_class=Response,
    responses={200: {"model": ImportOut, "description": "The run."}, 304: UNCHANGED, **problem_responses()},
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
def read_import(request: Request, token: Token, id: RecordId) -> Response:
    """Read one run with every finding."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return read(connection, actor, IMPORT_RUN, records.read(connection, actor, IMPORT_RUN, id))

    return conditional(request, desk_of(request).read(token, act))


class OrganisationOut(BaseModel):
    """The caller's organisation."""

    id: str = Field(description="Its id.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    name: str = Field(description="Its name.", examples=["Example Recorder"])
    methodology_version: str = Field(description="Its methodology's version.", examples=["2.0"])
    log_sequence: int = Field(description="The end of its log.", examples=[42])
    last_modified: str = Field(
        description="When its record last changed.", examples=["2026-02-03T09:30:00.000000Z"]
    )
    you: dict[str, Any] = Field(description="Who you are here.", examples=[{"roles": ["viewer"]}])


@router.get(
    "/organisation",
    summary="Your organisation, and who you are in it",
    operation_id="organisation",
    response_class=Response,
    responses={200: {"model": OrganisationOut, "description": "The organisation."}, **problem_responses()},
)
def organisation(request: Request, token: Token) -> Response:
    """Give the organisation of the token, and its roles."""

    def act(connection: Connection, actor: Actor) -> Reply:
        require(actor, "organisation.read")
        row = organisations.one(connection, actor.organisation)
        head = log_heads.head(connection, actor.organisation)
        return Reply(
            answers.dumped(
                {
                    "id": row.id,
                    "name": row.name,
                    "methodology_version": row.methodology_version,
                    "log_sequence": head.seq,
                    "last_modified": head.at,
                    "you": {
                        "kind": actor.kind,
                        "member": actor.member,
                        "roles": sorted(actor.roles),
                    },
                }
            )
        )

    return desk_of(request).read(token, act).response()


class MemberOut(BaseModel):
    """A member."""

    id: str = Field(description="Its id.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    name: str = Field(description="Name.", examples=["Member A"])
    roles: list[str] = Field(description="Roles.", examples=[["recorder"]])
    active: bool = Field(description="Whether the member has access.", examples=[True])
    version: int = Field(description="Counts the acts on it; send it as If-Match.", examples=[1])


class MembersQuery(BaseModel):
    """How the members are given."""

    model_config = ConfigDict(extra="forbid")

    format: str | None = format_field(MEMBERS)


class MembersOut(BaseModel):
    """The members."""

    data: list[MemberOut] = Field(description="The members.", examples=[[]])


@router.get(
    "/members",
    summary="The members of your organisation",
    operation_id="members",
    response_class=Response,
    responses={
        200: or_table(MembersOut, "The members", formats_of(MEMBERS)),
        304: UNCHANGED,
        **problem_responses(413),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
@also_answers(*media_of(MEMBERS))
def members(request: Request, token: Token, asked: Annotated[MembersQuery, Query()]) -> Response:
    """List the members, those without access too."""
    table = format_asked(request, formats_of(MEMBERS), asked.format)
    if table is not None:
        return exported(
            request,
            token,
            table,
            "members",
            lambda connection, actor: whole_lists.tag_of(connection, actor, MEMBERS, {}, table),
            lambda connection, actor, file: whole_lists.write_members(connection, actor, table, file),
        )

    def act(connection: Connection, actor: Actor) -> Reply:
        require(actor, "member.read")
        return Reply(answers.dumped({"data": log.members(connection, actor.organisation)}))

    return desk_of(request).read(token, act).response()
