"""Routes of lists of persons: an incident's lists, what a release changed, and who stands on which."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import orjson
from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import answers, paging
from api.desk import Reply, desk_of
from api.negotiation import wants
from api.routing import CSV, Token, also_answers
from api.routing import router as strict_router
from api.v1.lists import check_limit
from api.v1.pages import FormatQuery, PageQuery, list_route, listed_under
from api.v1.resource import RecordId, problem_responses
from db.engine import Connection
from db.queries.lists_of_persons import ChangedListing, ListingOf
from domain.access import Actor
from domain.releases import Change
from exchange.layouts.under_incident import LIST_CHANGES, LISTS
from exchange.writers.list_membership import matrix_csv, matrix_json
from services import incident_tables
from services import lists_of_persons as service
from services.lists_of_persons import ListOfPersons, Membership, check_named

router = strict_router("incidents")
_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"
BY_ID = (
    "Persons are compared as linked by their exact external ids, never by name. Listings without an id are "
    "counted apart: whether such a person was added or only written anew is not known."
)


class ListOfPersonsOut(BaseModel):
    """A list that names persons of the incident."""

    report: str = Field(description="The list.", examples=[f"/v1/reports/{_ID}"])
    title: str | None = Field(
        description="Its title; null where it could name a confidential origin.",
        examples=["List of the dead, as of 2024-04-29"],
    )
    origin: str = Field(description="Who originally said it.", examples=[f"/v1/sources/{_ID}"])
    origin_name: str | None = Field(
        description="The origin's name; null where it is confidential.", examples=["Ministry of Health"]
    )
    as_of: str | None = Field(description="The day it refers to.", examples=["2024-04-29"])
    persons: int = Field(description="Persons of the incident on it.", examples=[20390])
    listings: int = Field(description="Rows; more than persons where it has one twice.", examples=[20390])
    without_id: int = Field(description="Rows without an external id.", examples=[0])
    before: str | None = Field(
        description="The list of the same origin before it.", examples=[f"/v1/reports/{_ID}"]
    )
    replaced_by: str | None = Field(
        description="The newest list of the origin; null where it is this one.", examples=[None]
    )
    changes: str = Field(
        description="What it changed.", examples=[f"/v1/incidents/{_ID}/lists/{_ID}/changes"]
    )


class ListsOfPersonsPage(BaseModel):
    """The lists of an incident, earliest first."""

    data: list[ListOfPersonsOut] = Field(description="One item a list.", examples=[[]])
    links: dict[str, str | None] = Field(description="Where to read on.", examples=[{"next": None}])
    meta: dict[str, Any] = Field(description="About the answer.", examples=[{}])
    warnings: list[dict[str, Any]] = Field(description="What to look at.", examples=[[]])


@list_route(
    router,
    "/incidents/{id}/lists",
    LISTS,
    ListsOfPersonsPage,
    "The lists",
    summary="The lists that name persons of an incident",
    operation_id="incident_lists",
)
def incident_lists(
    request: Request, token: Token, id: RecordId, asked: Annotated[FormatQuery, Query()]
) -> Response:
    """Give each list with its origin, the day it refers to and how many persons it names."""

    def act(connection: Connection, actor: Actor) -> Reply:
        found = service.of_incident(connection, actor, id)
        return Reply(answers.listing((answers.dumped(_list(id, one)) for one in found), None))

    whole = listed_under(request, token, asked, incident_tables.lists(id))
    return desk_of(request).read(token, act).response() if whole is None else whole


def _list(incident: str, one: ListOfPersons) -> dict[str, Any]:
    return {
        "report": _report(one.report),
        "title": one.title,
        "origin": f"/v1/sources/{one.origin}",
        "origin_name": one.origin_name,
        "as_of": one.as_of,
        "persons": one.persons,
        "listings": one.listings,
        "without_id": one.without_id,
        "before": _report(one.before),
        "replaced_by": _report(one.replaced_by),
        "changes": f"/v1/incidents/{incident}/lists/{one.report}/changes",
    }


def _report(id: str | None) -> str | None:
    return None if id is None else f"/v1/reports/{id}"


class ChangesQuery(PageQuery):
    """Which of the changes, and how many a page."""

    change: Literal["added", "removed", "changed"] | None = Field(
        default=None, description="Only these; left out: all, in this order.", examples=["removed"]
    )


_COUNTS: dict[str, Any] = {
    "added": 6445,
    "removed": 195,
    "changed": 3682,
    "unchanged": 10263,
    "fields": {"age": 3682, "sex": 0, "status": 0, "outcome": 0},
    "without_id": 0,
    "without_id_before": 0,
}
_META = {
    "report": f"/v1/reports/{_ID}",
    "against": f"/v1/reports/{_ID}",
    "counts": _COUNTS,
    "note": BY_ID,
    "limit": 100,
}


class ChangedListingOut(BaseModel):
    """One person whom the list added, removed or changed."""

    change: str = Field(description="What the list did.", examples=["changed"])
    victim: str = Field(description="The person.", examples=[f"/v1/victims/{_ID}"])
    before: str | None = Field(
        description="The listing on the list before.", examples=[f"/v1/listings/{_ID}"]
    )
    now: str | None = Field(description="The listing on this list.", examples=[f"/v1/listings/{_ID}"])
    fields: dict[str, dict[str, Any]] = Field(
        description="What is different: age, sex, status or outcome, before and after.",
        examples=[{"age": {"before": [34, 34], "after": [35, 35]}}],
    )


class ListCountsOut(BaseModel):
    """How many persons a list added, removed and changed."""

    added: int = Field(description="On this list and not on the one before.", examples=[6445])
    removed: int = Field(description="On the list before and not on this one.", examples=[195])
    changed: int = Field(description="On both, described otherwise.", examples=[3682])
    unchanged: int = Field(description="On both, described alike.", examples=[10263])
    fields: dict[str, int] = Field(
        description="Of the changed, how many by field; one person may differ in several.",
        examples=[{"age": 3682, "sex": 0, "status": 0, "outcome": 0}],
    )
    without_id: int = Field(description="Listings here that no id links to the list before.", examples=[0])
    without_id_before: int = Field(
        description="Listings of the list before that no id links to this one.", examples=[0]
    )


class ListChangesMeta(BaseModel):
    """What the changes are counted against, and the counts of all pages."""

    report: str = Field(description="The list.", examples=[f"/v1/reports/{_ID}"])
    against: str | None = Field(
        description="The list of the same origin before it; null: it is the origin's first.",
        examples=[f"/v1/reports/{_ID}"],
    )
    counts: ListCountsOut = Field(
        description="How many.",
        examples=[_COUNTS],
    )
    note: str = Field(description="How persons are compared.", examples=[BY_ID])
    limit: int = Field(description="Rows a page.", examples=[100])


class ListChangesPage(BaseModel):
    """What a list changed: counts in ``meta``, the listings page by page."""

    data: list[ChangedListingOut] = Field(description="One item a person.", examples=[[]])
    links: dict[str, str | None] = Field(description="Where to read on.", examples=[{"next": None}])
    meta: ListChangesMeta = Field(description="The counts.", examples=[_META])
    warnings: list[dict[str, Any]] = Field(description="What to look at.", examples=[[]])


@list_route(
    router,
    "/incidents/{id}/lists/{report}/changes",
    LIST_CHANGES,
    ListChangesPage,
    "The changes",
    summary="What a list added, removed and changed against the one before of its origin",
    operation_id="list_changes",
)
def list_changes(
    request: Request, token: Token, id: RecordId, report: RecordId, asked: Annotated[ChangesQuery, Query()]
) -> Response:
    """Compare a release of a list with the release before it, person by person; nobody is named."""
    whole = listed_under(request, token, asked, incident_tables.list_changes(id, report, asked.change))
    return _changes_page(request, token, id, report, asked) if whole is None else whole


def _changes_page(request: Request, token: str | None, id: str, report: str, asked: ChangesQuery) -> Response:
    desk = desk_of(request)
    check_limit(asked.limit, desk.max_page)
    wanted = tuple(Change) if asked.change is None else (Change(asked.change),)

    def act(connection: Connection, actor: Actor) -> Reply:
        named = f"{actor.organisation}|{request.url.path}|{asked.change}"
        scope = hashlib.sha256(named.encode()).hexdigest()
        after = None if asked.cursor is None else paging.unseal(desk.cursor_secret, scope, asked.cursor)
        before, counts = service.changes(connection, actor, id, report)
        found, following = service.changed_listings(
            connection, actor, id, report, before, wanted, after, asked.limit
        )
        link = None
        if following is not None:
            query = {"limit": asked.limit, "cursor": paging.seal(desk.cursor_secret, scope, following)}
            if asked.change is not None:
                query["change"] = asked.change
            link = f"{request.url.path}?{urlencode(query)}"
        told = counts._asdict()
        fields = {name: told.pop(name) for name in ("age", "sex", "status", "outcome")}
        meta = {
            "report": _report(report),
            "against": _report(before),
            "counts": {**told, "fields": fields},
            "note": BY_ID,
            "limit": asked.limit,
        }
        return Reply(answers.listing((answers.dumped(_changed(one)) for one in found), link, meta))

    return desk.read(token, act).response()


def _changed(one: ChangedListing) -> dict[str, Any]:
    def address(said: ListingOf | None) -> str | None:
        return None if said is None else f"/v1/listings/{said.listing}"

    fields: dict[str, Any] = {}
    if one.before is not None and one.now is not None:
        before, now = _described(one.before), _described(one.now)
        fields = {
            name: {"before": before[name], "after": value}
            for name, value in now.items()
            if before[name] != value
        }
    return {
        "change": one.change,
        "victim": f"/v1/victims/{one.victim}",
        "before": address(one.before),
        "now": address(one.now),
        "fields": fields,
    }


def _described(said: ListingOf) -> dict[str, Any]:
    age = None if said.age_low is None else [said.age_low, said.age_high]
    return {"age": age, "sex": said.sex, "status": said.status, "outcome": said.outcome}


class MembershipQuery(BaseModel):
    """In which form, and what a column is."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["json", "csv"] | None = Field(
        default=None, description="json, or csv for the matrix alone.", examples=["csv"]
    )
    by: Literal["list", "origin"] = Field(
        default="list",
        description="A column a list, or one an origin: the origin's newest list.",
        examples=["origin"],
    )


class MatrixColumnOut(BaseModel):
    """A column of the matrix."""

    label: str = Field(description="Its name in the CSV.", examples=["Ministry of Health"])
    report: str = Field(description="The list.", examples=[f"/v1/reports/{_ID}"])
    origin: str = Field(description="Who originally said it.", examples=[f"/v1/sources/{_ID}"])
    as_of: str | None = Field(description="The day it refers to.", examples=["2024-04-29"])
    persons: int = Field(description="Persons on it.", examples=[1910])


class PatternOut(BaseModel):
    """How many persons stand on exactly these lists."""

    on: list[int] = Field(description="1 where on the list, in the order of the columns.", examples=[[1, 0]])
    persons: int = Field(description="How many persons.", examples=[1131])


class MatrixOut(BaseModel):
    """Who stands on which list, without names or ids."""

    columns: list[MatrixColumnOut] = Field(description="The lists.", examples=[[]])
    patterns: list[PatternOut] = Field(description="Capture patterns that occur, with counts.", examples=[[]])
    rows: list[list[int]] = Field(
        description="One row a person, in the order of the patterns.", examples=[[[1, 0], [0, 1]]]
    )


class MembershipOut(BaseModel):
    """The list-membership matrix of an incident."""

    data: MatrixOut = Field(description="The matrix.", examples=[{"columns": [], "patterns": [], "rows": []}])
    links: dict[str, str | None] = Field(description="Where to read on.", examples=[{"next": None}])
    meta: dict[str, Any] = Field(
        description="How many persons; on_none are listed only where their origin names them no more.",
        examples=[{"persons": 4400, "on_none": 0}],
    )
    warnings: list[dict[str, Any]] = Field(description="What to look at.", examples=[[]])


@router.get(
    "/incidents/{id}/list-membership",
    summary="Who stands on which list: the matrix for multiple-systems estimation",
    operation_id="list_membership",
    response_class=Response,
    responses={
        200: {
            "model": MembershipOut,
            "description": "The matrix.",
            "content": {
                CSV: {
                    "schema": {"type": "string"},
                    "example": "List A,List B\r\n1,1\r\n1,0\r\n0,1\r\n",
                }
            },
        },
        **problem_responses(),
    },
)
@also_answers(CSV)
def list_membership(
    request: Request, token: Token, id: RecordId, asked: Annotated[MembershipQuery, Query()]
) -> Response:
    """Give one row a person and one 0/1 column a list, and the counts of each pattern; nobody is named."""

    def act(connection: Connection, actor: Actor) -> Membership:
        return service.membership(connection, actor, id, by_origin=asked.by == "origin")

    found = desk_of(request).read(token, act)
    if wants(request, asked.format, "csv", CSV):
        check_named(found)
        # That there is a header is a parameter of the media type (RFC 4180).
        kind = f"{CSV}; charset=utf-8; header=present"
        return Reply(b"".join(matrix_csv(found.labels, found.patterns)), media=kind).response()
    return Reply(_matrix(found)).response()


def _matrix(found: Membership) -> bytes:
    columns = [
        {
            "label": label,
            "report": _report(one.report),
            "origin": f"/v1/sources/{one.origin}",
            "as_of": one.as_of,
            "persons": one.persons,
        }
        for label, one in zip(found.labels, found.columns, strict=True)
    ]
    patterns = [{"on": [int(on) for on in pattern], "persons": number} for pattern, number in found.patterns]
    meta = {"persons": found.persons, "on_none": found.on_none}
    return b"".join(
        (
            b'{"data":{"columns":',
            orjson.dumps(columns),
            b',"patterns":',
            orjson.dumps(patterns),
            b',"rows":',
            *matrix_json(found.patterns),
            b'},"links":{"next":null},"meta":',
            orjson.dumps(meta),
            b',"warnings":[]}',
        )
    )
