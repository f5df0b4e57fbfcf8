"""The five routes that every kind of record has: create, list, read, change, history."""

# No postponed annotations here: the routes' types are made at run time.
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field, ValidationError, create_model
from starlette.responses import Response

from api import answers, problems
from api.desk import Reply, desk_of, version_asked
from api.exports import media_of, or_table
from api.routing import WITHOUT_A_TOKEN, Token, also_answers, published_as
from api.v1.lists import Extra, Filters, listed
from api.v1.schemas.base import UUID_PATTERN, ReasonIn, RecordHead, Strict
from api.v1.schemas.codes import IncidentStates
from api.v1.schemas.common import FindingOut, HistoryOut, ProblemOut, page_of
from db.engine import Connection
from db.field_classes import sensitive_of
from db.kinds import Kind
from db.queries.records import Stored
from domain.access import Actor
from domain.errors import Invalid
from exchange.formats import formats_of
from exchange.layouts import LAYOUTS
from services import records, withholding
from services.records import Change, Reason, Saved

RecordId = Annotated[
    str,
    Path(
        description="The record's id.",
        examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"],
        json_schema_extra={"format": "uuid", "pattern": UUID_PATTERN},
    ),
]


def problem_responses(*codes: int) -> dict[int | str, dict[str, Any]]:
    """Give the problem responses of a route beside those that ``api.openapi`` declares for its kind."""
    return {
        status: {
            "model": ProblemOut,
            "description": problems.TITLES[status],
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}},
        }
        for status in sorted({*codes, 400})
    }


@dataclass(frozen=True)
class Resource:
    """A kind of record over HTTP: its words, schemas, filters, and the services behind it."""

    kind: Kind
    noun: str
    """The plural in the address."""
    one: str
    """The singular in descriptions."""
    create: type[Strict]
    filters: type[Filters]
    record: Callable[[Connection, Actor, Any], Saved]
    change: Callable[[Connection, Actor, str, int, Change, Reason], Saved] | None
    """None for what is never changed."""


@cache
def read_model(create: type[Strict], name: str) -> Any:
    """Give the schema of a record as it is read: the head, then what was sent."""
    fields: dict[str, Any] = {
        field: (info.rebuild_annotation(), info) for field, info in create.model_fields.items()
    }
    for field in sensitive_of(name.lower()) & fields.keys():
        annotation, info = fields[field]
        fields[field] = (annotation if info.annotation is list else annotation | None, info)
    if name == "Incident":
        fields["state"] = (
            IncidentStates,
            Field(description="How far the work has come.", examples=["needs_review"]),
        )
    return create_model(
        f"{name}Out",
        __base__=RecordHead,
        __doc__="A record as it is read: what the service adds, then what was sent.",
        **fields,
        links=(dict[str, str], Field(description="Where to read on.", examples=[{"self": "/v1/..."}])),
    )


def saved_model(out: Any, name: str) -> Any:
    """Give the schema of a record that was just stored: as it is read, and what to look at."""
    warnings = Field(description="What a person should look at; the record is stored.", examples=[[]])
    return create_model(
        f"{name}SavedOut",
        __base__=out,
        __doc__="A record just stored, and what a person should look at.",
        warnings=(list[FindingOut], warnings),
    )


def change_model(create: type[Strict], name: str) -> type[Strict]:
    """Give the schema of a change: any of the fields, each replaced whole, and the reason."""
    fields: dict[str, Any] = {}
    for field, info in create.model_fields.items():
        fields[field] = (
            info.rebuild_annotation() | None,
            Field(
                default=None,
                description=f"{info.description or ''} Leave out to keep; null to unset.".strip(),
                examples=info.examples,
            ),
        )
    fields["reason"] = (
        ReasonIn,
        Field(description="Why it is changed.", examples=[{"code": "error_fixed", "note": None}]),
    )
    model: type[Strict] = create_model(
        f"{name}Change",
        __base__=Strict,
        __doc__="What is to be different, each member replaced whole, and why.",
        **fields,
    )
    return model


def revised(create: type[Strict], body: Strict) -> Change:
    """Give the change that a body asks for: present content with the sent fields, checked anew."""
    sent = {name: getattr(body, name) for name in body.model_fields_set if name != "reason"}

    def revise(content: dict[str, Any]) -> Any:
        merged = {**content}
        for name, value in sent.items():
            merged[name] = _dumped(value)
        for name, info in create.model_fields.items():
            if merged.get(name) is None and not info.is_required():
                merged.pop(name, None)
        try:
            return create.model_validate(merged).draft()
        except ValidationError as error:
            faults = problems.faults_of(error.errors(include_input=False, include_url=False), skip=0)
            raise Invalid(
                "The record would break a rule after this change.",
                code=problems.first_code(faults),
                faults=faults,
            ) from None

    return revise


def _dumped(value: Any) -> Any:
    if isinstance(value, Strict):
        return value.model_dump()
    if isinstance(value, list):
        return [_dumped(item) for item in value]
    return value


def with_article(noun: str) -> str:
    """Give a noun with the article that goes with it."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def add_routes(router: APIRouter, resource: Resource, extra: Extra | None = None) -> None:
    """Add the routes of a resource to a router: create, list, read, change where it can be, history."""
    noun, one, kind, name = resource.noun, resource.one, resource.kind, resource.one.title().replace(" ", "")
    create, filters = resource.create, resource.filters
    out: Any = read_model(create, name)
    saved_out = saved_model(out, name)
    page = page_of(out, name)

    @router.post(
        f"/{noun}",
        status_code=201,
        summary=f"Record {with_article(one)}",
        operation_id=f"create_{kind.name}",
        response_class=Response,
        responses={201: {"model": saved_out, "description": "Stored."}, **problem_responses()},
        openapi_extra={"parameters": [IDEMPOTENCY]},
    )
    def create_one(request: Request, token: Token, body: create) -> Response:  # type: ignore[valid-type]
        def act(connection: Connection, actor: Actor) -> Reply:
            return created(connection, actor, kind, resource.record(connection, actor, body.draft()))  # type: ignore[attr-defined]

        return desk_of(request).create(request, token, act)

    @router.get(
        f"/{noun}",
        summary=f"List {noun}",
        operation_id=f"list_{kind.name}",
        response_class=Response,
        responses={200: a_page(page, noun), 304: UNCHANGED, **problem_responses(413)},
        openapi_extra=WITHOUT_A_TOKEN if kind.name == "incident" else None,
    )
    @also_answers(*(media_of(LAYOUTS[noun]) if noun in LAYOUTS else ()))
    @published_as("public_incidents" if kind.name == "incident" else None)
    def list_them(request: Request, token: Token, asked: Annotated[filters, Query()]) -> Response:  # type: ignore[valid-type]
        return listed(request, token, kind, asked, extra)

    if kind.name != "incident":
        add_read(router, resource, out)

    if resource.change is not None:
        _add_change(router, resource, saved_out, resource.change)

    add_history(router, kind, noun, one)


def _add_change(
    router: APIRouter,
    resource: Resource,
    saved_out: Any,
    change_it: Callable[[Connection, Actor, str, int, Change, Reason], Saved],
) -> None:
    noun, one, kind, create = resource.noun, resource.one, resource.kind, resource.create
    change = change_model(create, one.title().replace(" ", ""))

    @router.patch(
        f"/{noun}/{{id}}",
        summary=f"Change {with_article(one)}, with a reason",
        operation_id=f"change_{kind.name}",
        response_class=Response,
        responses={
            200: {"model": saved_out, "description": "The next version."},
            **problem_responses(412, 428),
        },
        openapi_extra={"parameters": [IF_MATCH]},
    )
    def change_one(request: Request, token: Token, id: RecordId, body: change) -> Response:  # type: ignore[valid-type]
        version = version_asked(request)
        reason = Reason(body.reason.code, body.reason.note)  # type: ignore[attr-defined]
        fields: set[str] = body.model_fields_set  # type: ignore[attr-defined]  # a schema of its kind
        sent = {name: getattr(body, name) for name in fields}

        def act(connection: Connection, actor: Actor) -> Reply:
            withholding.check_change(connection, actor, kind, id, sent)
            saved = change_it(connection, actor, id, version, revised(create, body), reason)
            return changed(connection, actor, kind, saved)

        return desk_of(request).write(token, act).response()


def a_page(page: Any, noun: str) -> dict[str, Any]:
    """Give the answer of a list: a page, or every row as a table."""
    if noun not in LAYOUTS:
        return {"model": page, "description": "A page."}
    return or_table(page, "A page", formats_of(LAYOUTS[noun]))


def add_read(router: APIRouter, resource: Resource, out: Any) -> None:
    """Add the route that reads one record."""
    kind = resource.kind

    @router.get(
        f"/{resource.noun}/{{id}}",
        summary=f"Read {with_article(resource.one)}",
        operation_id=f"read_{kind.name}",
        response_class=Response,
        responses={200: {"model": out, "description": "The record."}, 304: UNCHANGED, **problem_responses()},
        openapi_extra={"parameters": [IF_NONE_MATCH]},
    )
    def read_one(request: Request, token: Token, id: RecordId) -> Response:
        def act(connection: Connection, actor: Actor) -> Reply:
            return read(connection, actor, kind, records.read(connection, actor, kind, id))

        return conditional(request, desk_of(request).read(token, act))


def add_history(router: APIRouter, kind: Kind, noun: str, one: str) -> None:
    """Add the route that gives a record's history."""

    @router.get(
        f"/{noun}/{{id}}/history",
        summary=f"Who changed {with_article(one)}, what, when and why",
        operation_id=f"history_{kind.name}",
        response_class=Response,
        responses={200: {"model": HistoryOut, "description": "Every step."}, **problem_responses()},
    )
    def history(request: Request, token: Token, id: RecordId) -> Response:
        def act(connection: Connection, actor: Actor) -> Reply:
            found = records.history(connection, actor, kind, id)
            return Reply(answers.history(withholding.steps(connection, actor, kind, id, found)))

        return desk_of(request).read(token, act).response()


IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Send the same key again to get the same answer without a second record.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "example": "0f8d2b0e-6f0e-4a1c-9f62-7f0b7c1c2a55",
}
UNCHANGED: dict[str, Any] = {"description": "You have this very version."}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag you have; the same one is answered 304 without a body.",
    "schema": {"type": "string"},
    "example": '"1"',
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The version that was read, as its ETag gave it.",
    "schema": {"type": "string"},
    "example": '"1"',
}


def created(connection: Connection, actor: Actor, kind: Kind, saved: Saved) -> Reply:
    """Give the reply to a creation: the record, where it is, and what to look at."""
    told = withholding.one(connection, actor, kind, saved.stored)
    return Reply(
        answers.record(kind.name, told, {"warnings": answers.warnings(saved.warnings)}),
        201,
        {
            "Location": f"/v1/{answers.PATHS[kind.name]}/{saved.stored.id}",
            "ETag": f'"{saved.stored.version}"',
        },
    )


def changed(connection: Connection, actor: Actor, kind: Kind, saved: Saved) -> Reply:
    """Give the reply to a change: the record as it is now, and what to look at."""
    told = withholding.one(connection, actor, kind, saved.stored)
    return Reply(
        answers.record(kind.name, told, {"warnings": answers.warnings(saved.warnings)}),
        200,
        {"ETag": f'"{saved.stored.version}"'},
    )


def read(connection: Connection, actor: Actor, kind: Kind, stored: Stored) -> Reply:
    """Give the reply to a reading of one record."""
    told = withholding.one(connection, actor, kind, stored)
    return Reply(answers.record(kind.name, told), 200, {"ETag": f'"{stored.version}"'})


def conditional(request: Request, reply: Reply) -> Response:
    """Give the response, or 304 when the caller has this very version."""
    tag = reply.headers.get("ETag")
    asked: Sequence[str] = [
        part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")
    ]
    if tag is not None and tag in asked:
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "no-store"})
    return reply.response()
