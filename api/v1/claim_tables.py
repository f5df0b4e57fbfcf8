"""Route of the claims table: cells by claims, and what each policy did with every number."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.answers import dumped
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.asked import named_by_parameter, policies_named
from api.v1.figures import CellOut
from api.v1.resource import RecordId, problem_responses
from db.engine import Connection
from domain.access import Actor
from domain.cells import flat
from domain.claim_table import Column, Entry, Row
from services import claim_tables
from services.claim_tables import Laid

router = strict_router("figures")
_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"


class ClaimTableQuery(BaseModel):
    """Under which policies."""

    model_config = ConfigDict(extra="forbid")

    policy: str | None = Field(
        default=None,
        max_length=300,
        description="Policies, comma-separated, `name` or `name@version`; left out, every one that reads "
        "claims, and those that read lists where there are some.",
        examples=["reported-range,two-independent"],
    )


class UseOut(BaseModel):
    """What a policy did with a figure or a claim."""

    use: str = Field(description="A code of the vocabulary claim_use.", examples=["beside"])
    reason: str = Field(description="Why, with the rule.", examples=["a party on its enemy's losses (R5)"])


class SaidOut(BaseModel):
    """One figure of one claim."""

    claim: str = Field(description="The claim's id.", examples=[_ID])
    key: str = Field(description="The figure's key in it.", examples=["civilians"])
    low: int | None = Field(description="Lowest number; null for a word or a mention.", examples=[18])
    high: int | None = Field(description="Highest number; null for a word or a mention.", examples=[18])
    open: bool = Field(description="Whether more is said to be possible.", examples=[False])
    comparator: str = Field(description="The word before the number.", examples=["exactly"])
    wording: str | None = Field(description="The source's words.", examples=["18 civilians"])
    stated_as: str | None = Field(description="The source's own word for them.", examples=["militants"])
    relation: str | None = Field(description="How it stands to another figure.", examples=["included_in"])
    relation_to: str | None = Field(description="The key of that figure.", examples=["total"])
    party: str | None = Field(description="Whose losses these are.", examples=["state-forces"])
    uses: dict[str, UseOut] = Field(description="What each policy did with it.", examples=[{}])


class RowOut(CellOut):
    """All that is said of one cell, or of one group within it."""

    group: str | None = Field(description="A group that overlaps others.", examples=["journalist"])
    said: list[SaidOut] = Field(description="One item a claim that speaks of it.", examples=[[]])


class VoiceOut(BaseModel):
    """Who originally said it."""

    source: str = Field(description="The source's id.", examples=[_ID])
    kind: str | None = Field(description="Kind of source.", examples=["official"])
    name: str | None = Field(description="Its name; null where it is confidential.", examples=["Officials"])
    named: bool | None = Field(description="Whether the report names it.", examples=[False])
    side: str | None = Field(description="The party it speaks for.", examples=["state-forces"])
    basis: str = Field(description="How that is known.", examples=["inferred"])


class ItemOut(BaseModel):
    """The report in which a claim stands."""

    id: str = Field(description="Its id.", examples=[_ID])
    title: str | None = Field(
        description="Its title; null where it could name a confidential source.", examples=["33 dead"]
    )
    published: str | None = Field(description="When it was published.", examples=["2026-02-02"])


class ClaimColumnOut(BaseModel):
    """One claim of the table."""

    id: str = Field(description="Its id.", examples=[_ID])
    address: str = Field(description="Where to read it.", examples=["/v1/claims/..."])
    report: ItemOut = Field(
        description="Its report.", examples=[{"id": _ID, "title": "33 dead", "published": "2026-02-02"}]
    )
    origin: VoiceOut = Field(
        description="Its origin.",
        examples=[
            {
                "source": _ID,
                "kind": "official",
                "name": "Officials",
                "named": False,
                "side": "state-forces",
                "basis": "inferred",
            }
        ],
    )
    roots: list[str] = Field(
        description="The keys under which it counts for independence (R4).", examples=[["side:state-forces"]]
    )
    as_of: str | None = Field(description="The day its numbers refer to.", examples=["2026-02-02"])
    counts_from: str | None = Field(
        description="The first day that its numbers count, of a running total.", examples=[None]
    )
    caveat: str | None = Field(description="The source's own caveat.", examples=["preliminary"])
    said_party: str | None = Field(description="Whom it holds responsible.", examples=["armed-group"])
    flags: list[str] = Field(description="Codes of its flags that nobody cleared.", examples=[[]])
    uses: dict[str, UseOut] = Field(description="What each policy did with it as a whole.", examples=[{}])


class ClaimTableOut(BaseModel):
    """Cells by claims."""

    data: list[RowOut] = Field(description="The rows, from the whole to its parts.", examples=[[]])
    claims: list[ClaimColumnOut] = Field(description="The columns, as recorded.", examples=[[]])
    links: dict[str, str | None] = Field(description="Where to read on.", examples=[{"next": None}])
    meta: dict[str, Any] = Field(
        description="The policies that were asked.", examples=[{"policies": ["reported-range@2"]}]
    )
    warnings: list[dict[str, Any]] = Field(description="What to look at.", examples=[[]])


@router.get(
    "/incidents/{id}/claims",
    summary="The claims about an incident side by side, and what each policy did with every number",
    operation_id="claim_table",
    response_class=Response,
    responses={200: {"model": ClaimTableOut, "description": "The table."}, **problem_responses()},
)
def claim_table(
    request: Request, token: Token, id: RecordId, asked: Annotated[ClaimTableQuery, Query()]
) -> Response:
    """Lay out who says what of whom: rows are cells, columns are claims."""
    names = () if asked.policy is None else policies_named(asked.policy)

    def act(connection: Connection, actor: Actor) -> Reply:
        with named_by_parameter():
            laid = claim_tables.of_incident(connection, actor, id, names)
        return Reply(
            dumped(
                {
                    "data": [_row(row, laid) for row in laid.table.rows],
                    "claims": [_column(column, laid) for column in laid.table.columns],
                    "links": {"next": None},
                    "meta": {"policies": [f"{one.policy}@{one.version}" for one in laid.answers]},
                    "warnings": [],
                }
            )
        )

    return desk_of(request).read(token, act).response()


def _row(row: Row, laid: Laid) -> dict[str, Any]:
    return {
        **flat(row.cell),
        "group": row.group,
        "said": [_said(entry, laid) for entry in row.entries],
    }


def _said(entry: Entry, laid: Laid) -> dict[str, Any]:
    figure = entry.figure
    stored = next(one for one in laid.contents[entry.claim]["figures"] if one["key"] == figure.key)
    return {
        "claim": entry.claim,
        "key": figure.key,
        "low": stored["low"],
        "high": stored["high"],
        "open": stored["open"],
        "comparator": stored["comparator"],
        "wording": stored["wording"],
        "stated_as": stored["stated_as"],
        "relation": stored["relation"],
        "relation_to": stored["relation_to"],
        "party": stored["party"],
        "uses": {name: {"use": use.use, "reason": use.reason} for name, use in entry.uses.items()},
    }


def _column(column: Column, laid: Laid) -> dict[str, Any]:
    claim = column.claim
    content = laid.contents[claim.id]
    speaker = laid.speakers.get(claim.origin)
    item = laid.items.get(claim.report)
    return {
        "id": claim.id,
        "address": f"/v1/claims/{claim.id}",
        "report": {
            "id": claim.report,
            "title": None if item is None else item.title,
            "published": None if item is None else item.published,
        },
        "origin": {
            "source": claim.origin,
            "kind": None if speaker is None else speaker.kind,
            "name": None if speaker is None else speaker.name,
            "named": None if speaker is None else speaker.named,
            "side": None if speaker is None else speaker.side,
            "basis": content["origin_basis"],
        },
        "roots": list(laid.keys[claim.id]),
        "as_of": claim.as_of,
        "counts_from": claim.counts_from,
        "caveat": content["caveat"],
        "said_party": claim.said_party,
        "flags": [row.code for row in laid.flags.get(claim.id, ()) if row.cleared_seq is None],
        "uses": {name: {"use": step.use, "reason": step.reason} for name, step in column.steps.items()},
    }
