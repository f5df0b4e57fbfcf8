"""Routes of figures: what each policy makes of an incident's claims, and the policies themselves."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import answers
from api.answers import dumped
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.asked import named_by_parameter, policies_named
from api.v1.resource import RecordId, problem_responses
from db.engine import Connection
from domain.access import Actor
from domain.cells import flat
from domain.errors import NotFound
from domain.figures import Booked, Figures
from domain.policies import POLICIES, VERSIONS, Policy
from services import incident_figures, instants

router = strict_router("figures")
_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"


class FiguresQuery(BaseModel):
    """Which figures."""

    model_config = ConfigDict(extra="forbid")

    policy: str | None = Field(
        default=None,
        max_length=200,
        description="Policies, comma-separated; `name@version` asks for an older version. Left out: the one "
        "that your organisation assesses under.",
        examples=["reported-range,two-independent"],
    )
    report: str | None = Field(
        default=None,
        max_length=36,
        description="Only this report's claims and listings, such as one list.",
        examples=[_ID],
    )
    known_at: str | None = Field(
        default=None,
        max_length=40,
        description="As known at a log sequence, an instant, or the end of a day in UTC; it never changes "
        "again. Name a policy with its version to hold that still, too.",
        examples=["2026-03-31"],
    )


class CellOut(BaseModel):
    """Who is counted; null is not broken down."""

    outcome: str = Field(description="What happened to them.", examples=["killed"])
    status: str | None = Field(description="Status; null is not broken down.", examples=["civilian"])
    sex: str | None = Field(description="Sex; null is not broken down.", examples=["female"])
    age_low: int | None = Field(description="Youngest age; null is not broken down.", examples=[0])
    age_high: int | None = Field(description="Oldest age; null with age_low is open.", examples=[17])


class PendingOut(BaseModel):
    """What of a figure two independent origins do not both support."""

    low: int = Field(description="Lowest number.", examples=[0])
    high: int = Field(description="Highest number.", examples=[13])
    open: bool = Field(description="Whether more is said to be possible.", examples=[True])


class BookedOut(CellOut):
    """A figure that a policy gives."""

    low: int = Field(description="Lowest number.", examples=[33])
    high: int = Field(description="Highest number.", examples=[33])
    open: bool = Field(description="Whether more is said to be possible.", examples=[True])
    best: int | None = Field(
        description="The source's own best estimate, where its claim stands alone.", examples=[None]
    )
    basis: str = Field(description="How the figure came about.", examples=["stated"])
    corroborated: int | None = Field(
        description="The largest number that two independent origins each support (R4); null where the "
        "policy does not ask.",
        examples=[18],
    )
    pending: PendingOut | None = Field(
        description="What is beyond the corroborated number; null where the policy does not ask.",
        examples=[None],
    )
    contested: bool = Field(
        description="Whether a belligerent's column exceeds it, of persons that compare.", examples=[False]
    )
    claims: list[str] = Field(
        description="Addresses of the claims, or lists, that carry it.", examples=[["/v1/claims/..."]]
    )
    within: int | None = Field(description="The figure it lies within, by its place here.", examples=[0])


class ColumnOut(CellOut):
    """A belligerent's number of its enemy's losses: beside the figures, in neither low nor high (R5)."""

    low: int = Field(description="Lowest number.", examples=[201])
    high: int = Field(description="Highest number.", examples=[201])
    open: bool = Field(description="Whether more is said to be possible.", examples=[True])
    side: str = Field(description="The party that says it.", examples=["armed-group"])
    party: str | None = Field(description="Whose losses it speaks of.", examples=["state-forces"])
    stated_as: str | None = Field(
        description="Its own word for these persons: a label that decides no status.", examples=["militants"]
    )
    assessed_status: str = Field(
        description="What they were found to be: unknown until an assessment decides.", examples=["unknown"]
    )
    claim: str = Field(description="Address of the claim.", examples=["/v1/claims/..."])


class TraceOut(BaseModel):
    """What a policy did with one claim or list."""

    claim: str = Field(description="Its id.", examples=[_ID])
    use: str = Field(description="What was done with it.", examples=["superseded"])
    reason: str = Field(description="Why.", examples=["The same origin said more later."])


class FigureUseOut(BaseModel):
    """What a policy did with one figure of a claim."""

    claim: str = Field(description="The claim's id.", examples=[_ID])
    key: str = Field(description="The figure's key in it.", examples=["civilians"])
    use: str = Field(description="What was done with it.", examples=["beside"])
    reason: str = Field(description="Why, with the rule.", examples=["a party on its enemy's losses (R5)"])


class PolicyFindingOut(BaseModel):
    """Something a person should look at."""

    code: str = Field(description="Stable code.", examples=["clash"])
    detail: str = Field(description="In words.", examples=["The parts exceed the whole."])
    keys: list[str] = Field(description="What it concerns.", examples=[["total"]])


class GradeOut(BaseModel):
    """A grade of another scheme, derived by its published definition."""

    scheme: str = Field(description="The scheme.", examples=["airwars"])
    code: str = Field(description="The grade.", examples=["fair"])
    reason: str = Field(description="What it was derived from.", examples=["Two credible sources."])


class FiguresOut(BaseModel):
    """The figures of one policy."""

    policy: str = Field(description="The policy.", examples=["reported-range"])
    version: str = Field(description="Its version.", examples=["2"])
    figures: list[BookedOut] = Field(description="The figures; none is not zero.", examples=[[]])
    unknown_because: str | None = Field(description="Why there is none.", examples=[None])
    columns: list[ColumnOut] = Field(
        description="Belligerents' numbers of their enemies' losses, in no figure.", examples=[[]]
    )
    grade: GradeOut | None = Field(
        description="The grade, where the policy reproduces a scheme that grades.", examples=[None]
    )
    trace: list[TraceOut] = Field(description="What was done with each claim.", examples=[[]])
    uses: list[FigureUseOut] = Field(description="What was done with each figure.", examples=[[]])
    findings: list[PolicyFindingOut] = Field(description="What to look at.", examples=[[]])


class FiguresPage(BaseModel):
    """The figures of an incident under each policy asked for."""

    data: list[FiguresOut] = Field(description="One item a policy.", examples=[[]])
    links: dict[str, str | None] = Field(description="Where to read on.", examples=[{"next": None}])
    meta: dict[str, Any] = Field(description="About the answer.", examples=[{}])
    warnings: list[dict[str, Any]] = Field(description="What to look at.", examples=[[]])


@router.get(
    "/incidents/{id}/figures",
    summary="The incident's figures under named policies, each with its trace",
    operation_id="incident_figures",
    response_class=Response,
    responses={200: {"model": FiguresPage, "description": "The figures."}, **problem_responses()},
)
def read_figures(
    request: Request, token: Token, id: RecordId, asked: Annotated[FiguresQuery, Query()]
) -> Response:
    """Compute the figures of what is or was known: claims used, superseded or set aside, and why."""
    names = () if asked.policy is None else policies_named(asked.policy)

    def act(connection: Connection, actor: Actor) -> Reply:
        seq = (
            None
            if asked.known_at is None
            else instants.known_at(connection, actor.organisation, asked.known_at)
        )
        with named_by_parameter():
            found = incident_figures.of_incident(connection, actor, id, names, asked.report, seq)
        meta = {} if seq is None else {"log_sequence": seq}
        return Reply(answers.listing((_figures(one) for one in found), None, meta))

    return desk_of(request).read(token, act).response()


def _booked(booked: Booked) -> dict[str, Any]:
    addresses = "/v1/claims/" if booked.basis != "listed" else "/v1/reports/"
    return {
        **flat(booked.cell),
        "low": booked.low,
        "high": booked.high,
        "open": booked.open,
        "best": booked.best,
        "basis": booked.basis,
        "corroborated": booked.corroborated,
        "pending": None
        if booked.corroborated is None
        else {
            "low": max(0, booked.low - booked.corroborated),
            "high": max(0, booked.high - booked.corroborated),
            "open": booked.open,
        },
        "contested": booked.contested,
        "claims": [addresses + one for one in booked.claims],
        "within": booked.parent,
    }


def _figures(one: Figures) -> str:
    return orjson.dumps(
        {
            "policy": one.policy,
            "version": one.version,
            "figures": [_booked(booked) for booked in one.booked],
            "unknown_because": one.unknown_because,
            "columns": [
                {
                    **flat(column.cell),
                    "low": column.low,
                    "high": column.high,
                    "open": column.open,
                    "side": column.side,
                    "party": column.party,
                    "stated_as": column.stated_as,
                    "assessed_status": "unknown",
                    "claim": f"/v1/claims/{column.claim}",
                }
                for column in one.columns
            ],
            "grade": one.grade,
            "trace": one.trace,
            "uses": one.uses,
            "findings": one.findings,
        }
    ).decode()


class PolicyOut(BaseModel):
    """A policy: a named, versioned composition of rules."""

    name: str = Field(description="Its name.", examples=["two-independent"])
    version: str = Field(description="Its newest version.", examples=["1"])
    title: str = Field(description="What people read.", examples=["Two independent origins"])
    description: str = Field(description="What it gives.", examples=["The reported range of each cell."])
    rules: list[str] = Field(
        description="The rules it is composed of, as the methodology numbers them.", examples=[["R1", "R4"]]
    )
    reads: str = Field(description="`claims`, or `lists` of persons.", examples=["claims"])
    page: str = Field(
        description="The methodology page, in the documentation.",
        examples=["docs/methodology/policies.md#two-independent"],
    )
    versions: list[str] = Field(
        description="Every version that can be computed, newest first.", examples=[["2", "1"]]
    )


class PoliciesOut(BaseModel):
    """Every policy."""

    data: list[PolicyOut] = Field(description="The policies.", examples=[[]])


def _policy(policy: Policy) -> dict[str, Any]:
    versions = [version for name, version in VERSIONS if name == policy.name]
    return {
        "name": policy.name,
        "version": policy.version,
        "title": policy.title,
        "description": policy.description,
        "rules": policy.rules,
        "reads": "lists" if policy.reads_lists else "claims",
        "page": f"docs/methodology/policies.md#{policy.name}",
        "versions": sorted(versions, key=int, reverse=True),
    }


@router.get(
    "/policies",
    summary="Every policy: what it gives and which rules it is composed of",
    operation_id="policies",
    response_class=Response,
    responses={200: {"model": PoliciesOut, "description": "The policies."}, **problem_responses()},
)
def policies() -> Response:
    """Give every policy; no token is needed."""
    return Reply(dumped({"data": [_policy(one) for one in POLICIES.values()]})).response()


@router.get(
    "/policies/{name}",
    summary="One policy",
    operation_id="policy",
    response_class=Response,
    responses={200: {"model": PolicyOut, "description": "The policy."}, **problem_responses()},
)
def policy(name: Annotated[str, Path(description="Its name.", examples=["two-independent"])]) -> Response:
    """Give one policy; no token is needed."""
    if name not in POLICIES:
        raise NotFound("There is no such policy.")
    return Reply(dumped(_policy(POLICIES[name]))).response()
