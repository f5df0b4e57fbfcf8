"""Route of corroboration: who is behind what is said of an incident, as JSON and as a picture."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import orjson
from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.desk import Reply, desk_of
from api.negotiation import wants
from api.routing import Token, also_answers
from api.routing import router as strict_router
from api.v1.figures import CellOut
from api.v1.resource import RecordId, problem_responses
from db.engine import Connection
from domain.access import Actor
from domain.cells import flat
from domain.corroboration import Chain, Origin, Voices
from domain.rereading import Rereading
from services import corroboration
from services.corroboration import Answer

router = strict_router("figures")
SVG = "image/svg+xml"
_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"
_WHOLE: dict[str, Any] = {
    "sentence": "195 reports, 3 origins, 2 sides, no independent confirmation",
    "reports": 195,
    "claims": 195,
    "origins": [_ID],
    "voices": ["side:armed-group", "side:state-forces"],
    "sides": ["armed-group", "state-forces"],
    "named": 3,
    "unnamed": 0,
    "unknown": 0,
    "confirmed": None,
}
_DATA: dict[str, Any] = {
    "incident": _ID,
    "whole": _WHOLE,
    "remarks": [],
    "cells": [],
    "origins": [],
    "chains": [],
    "rings": [],
    "readings": [],
}


class CorroborationQuery(BaseModel):
    """In which form."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["json", "svg"] | None = Field(
        default=None, description="`json`, or `svg` for a picture of the chains.", examples=["json"]
    )


class ConfirmedOut(BaseModel):
    """The largest number that two independent claims both support."""

    low: int = Field(description="At least so many.", examples=[25])
    claims: list[str] = Field(description="Addresses of the two claims.", examples=[["/v1/claims/..."]])
    cell: CellOut = Field(
        description="Of whom.",
        examples=[
            {"outcome": "killed", "status": "civilian", "sex": None, "age_low": None, "age_high": None}
        ],
    )


class VoicesOut(BaseModel):
    """How many reports say it, and who is behind them."""

    sentence: str = Field(
        description="All of it in one sentence.",
        examples=["195 reports, 3 origins, 2 sides, no independent confirmation"],
    )
    reports: int = Field(description="Reports and lists with a claim on it.", examples=[195])
    claims: int = Field(description="Claims and lists.", examples=[195])
    origins: list[str] = Field(description="The origins, by id.", examples=[[_ID]])
    voices: list[str] = Field(
        description="Independence keys: those of one side, and unnamed ones of one kind, are one voice.",
        examples=[["side:state-forces", "side:armed-group"]],
    )
    sides: list[str] = Field(
        description="Codes of the parties for whom somebody speaks.", examples=[["armed-group"]]
    )
    named: int = Field(description="Named origins.", examples=[2])
    unnamed: int = Field(description="Unnamed origins.", examples=[1])
    unknown: int = Field(description="Origins that are not in the record, or a ring.", examples=[0])
    confirmed: ConfirmedOut | None = Field(
        description="What two independent claims confirm; null where nothing is confirmed.", examples=[None]
    )


class HeardOut(BaseModel):
    """What a claim says of a cell."""

    claim: str = Field(description="The claim's id.", examples=[_ID])
    low: int | None = Field(description="The largest number it supports; null is a mention.", examples=[18])
    stands: int | None = Field(
        description="What of it stands and can confirm; null where nothing does: a belligerent on its "
        "enemy's losses, a transcription error, superseded.",
        examples=[18],
    )


class CellVoicesOut(VoicesOut, CellOut):
    """Who is behind what is said of one cell."""

    heard: list[HeardOut] = Field(description="Who says what of it.", examples=[[]])


class NamedOut(BaseModel):
    """A source as it may be shown."""

    id: str = Field(description="Its id.", examples=[_ID])
    kind: str | None = Field(description="Kind of source; null is not in the record.", examples=["official"])
    name: str = Field(
        description="Its name, or that it is a confidential source, or not in the record.",
        examples=["Chief minister"],
    )


class OriginOut(BaseModel):
    """A root of what is said."""

    id: str = Field(description="Its id.", examples=[_ID])
    sources: list[NamedOut] = Field(
        description="The sources that count as this origin: unnamed ones cannot be told apart.", examples=[[]]
    )
    voice: str = Field(description="Its independence key.", examples=["side:state-forces"])
    standing: str = Field(description="named, unnamed or unknown.", examples=["named"])
    side: str | None = Field(description="The party that it speaks for.", examples=["state-forces"])


class StepOut(BaseModel):
    """A report or a source on the way."""

    id: str = Field(description="Its id.", examples=[_ID])
    what: str = Field(description="report or source.", examples=["report"])
    name: str = Field(description="The report's title or the source's name.", examples=["Report"])
    source: NamedOut | None = Field(description="Who made the report; null for a source.", examples=[None])
    kind: str | None = Field(description="Kind of source.", examples=["agency"])


class ChainOut(BaseModel):
    """The way from a claim's report to a root."""

    claim: str = Field(description="The claim, or the list.", examples=[_ID])
    origin: str = Field(description="The origin's id.", examples=[_ID])
    link: str = Field(
        description="How the last report leads there: own (the root's own report), cited, stated (named "
        "without a recorded citation), ring.",
        examples=["cited"],
    )
    path: list[StepOut] = Field(description="The steps.", examples=[[]])


class ChangeOut(BaseModel):
    """What another reading changes."""

    what: str = Field(description="sentence, voices, confirmed, or a policy.", examples=["airwars-range"])
    cell: CellOut | None = Field(description="In which cell; null is the whole.", examples=[None])
    before: str = Field(description="As recorded.", examples=["no figure"])
    after: str = Field(description="Under the other reading.", examples=["18"])


class ReadingOut(BaseModel):
    """Another reading of an origin that a recorder inferred."""

    claim: str = Field(description="The claim.", examples=[_ID])
    origin: NamedOut = Field(
        description="The inferred origin.", examples=[{"id": _ID, "kind": None, "name": ""}]
    )
    instead: NamedOut = Field(
        description="Who would be the origin: the outlet that names nobody.",
        examples=[{"id": _ID, "kind": "agency", "name": "News agency"}],
    )
    sentence: str = Field(
        description="The incident's sentence then.",
        examples=["1 report, 3 origins, 2 sides and 1 on no side"],
    )
    changes: list[ChangeOut] = Field(description="What changes; none where nothing does.", examples=[[]])


class CorroborationDataOut(BaseModel):
    """Who is behind what is said of an incident."""

    incident: str = Field(description="The incident's id.", examples=[_ID])
    whole: VoicesOut = Field(description="Of the incident as a whole.", examples=[_WHOLE])
    remarks: list[str] = Field(description="What must be known to read it right.", examples=[[]])
    cells: list[CellVoicesOut] = Field(description="Of each cell that a claim speaks of.", examples=[[]])
    origins: list[OriginOut] = Field(description="Every origin.", examples=[[]])
    chains: list[ChainOut] = Field(description="From each claim's report to its roots.", examples=[[]])
    rings: list[list[str]] = Field(description="Reports that cite each other in a ring.", examples=[[]])
    readings: list[ReadingOut] = Field(
        description="For each inferred origin, what another reading changes.", examples=[[]]
    )


class CorroborationOut(BaseModel):
    """The answer."""

    data: CorroborationDataOut = Field(description="The answer.", examples=[_DATA])
    links: dict[str, str | None] = Field(description="Where to read on.", examples=[{"svg": "/v1/..."}])
    meta: dict[str, Any] = Field(description="About the answer.", examples=[{}])
    warnings: list[dict[str, Any]] = Field(description="What to look at.", examples=[[]])


@router.get(
    "/incidents/{id}/corroboration",
    summary="How many reports, origins and sides are behind what is said, and what is confirmed",
    operation_id="incident_corroboration",
    response_class=Response,
    responses={
        200: {
            "model": CorroborationOut,
            "description": "The answer, or with format=svg a picture of it.",
            "content": {SVG: {"schema": {"type": "string"}}},
        },
        **problem_responses(),
    },
)
@also_answers(SVG)
def incident_corroboration(
    request: Request, token: Token, id: RecordId, asked: Annotated[CorroborationQuery, Query()]
) -> Response:
    """Follow every claim to its roots (R4): reports, origins, sides, chains, and what two of them confirm."""

    def act(connection: Connection, actor: Actor) -> Reply:
        answer = corroboration.of_incident(connection, actor, id)
        if wants(request, asked.format, "svg", SVG):
            return Reply(corroboration.drawing(answer), media=SVG)
        return Reply(orjson.dumps(_answer(answer)))

    return desk_of(request).read(token, act).response()


def _answer(answer: Answer) -> dict[str, Any]:
    found = answer.found
    return {
        "data": {
            "incident": answer.incident,
            "whole": _voices(found.whole, found.cells),
            "remarks": found.remarks,
            "cells": [
                {**flat(one.cell), **_voices(one, (one,)), "heard": one.heard}
                for one in found.cells
                if one.cell is not None
            ],
            "origins": [_origin(one, answer) for one in found.whole.origins],
            "chains": [_chain(one, answer) for one in found.chains],
            "rings": found.rings,
            "readings": [_reading(one, answer) for one in answer.rereadings],
        },
        "links": {"svg": f"/v1/incidents/{answer.incident}/corroboration?format=svg"},
        "meta": {},
        "warnings": [],
    }


def _voices(one: Voices, cells: tuple[Voices, ...]) -> dict[str, Any]:
    standings = [origin.standing for origin in one.origins]
    of = next((cell.cell for cell in reversed(cells) if cell.confirmed == one.confirmed), None)
    return {
        "sentence": one.sentence,
        "reports": one.reports,
        "claims": len(one.heard),
        "origins": [origin.id for origin in one.origins],
        "voices": one.keys,
        "sides": one.sides,
        "named": standings.count("named"),
        "unnamed": standings.count("unnamed"),
        "unknown": standings.count("unknown"),
        "confirmed": {
            "low": one.confirmed,
            "claims": [f"/v1/claims/{claim}" for claim in one.by],
            "cell": flat(of),
        }
        if one.confirmed and of is not None
        else None,
    }


def named(id: str, answer: Answer) -> dict[str, Any]:
    """Give a source as it may be shown; a cited report that is not in the record stands as a source."""
    speaker = answer.speakers.get(id)
    return {
        "id": id,
        "kind": None if speaker is None else speaker.kind,
        "name": corroboration.speaker_in_words(speaker),
    }


def _origin(origin: Origin, answer: Answer) -> dict[str, Any]:
    return {
        "id": origin.id,
        "sources": [named(id, answer) for id in origin.sources],
        "voice": origin.key,
        "standing": origin.standing,
        "side": origin.side,
    }


def _chain(chain: Chain, answer: Answer) -> dict[str, Any]:
    *reports, root = chain.path
    steps = []
    for id in reports:
        item = answer.items.get(id)
        source = None if item is None else named(item.source, answer)
        name = corroboration.item_in_words(item)
        kind = None if source is None else source["kind"]
        steps.append({"id": id, "what": "report", "name": name, "source": source, "kind": kind})
    end = named(root, answer)
    steps.append({"id": root, "what": "source", "name": end["name"], "source": None, "kind": end["kind"]})
    return {"claim": chain.claim, "origin": chain.origin, "link": chain.link, "path": steps}


def _reading(one: Rereading, answer: Answer) -> dict[str, Any]:
    return {
        "claim": one.claim,
        "origin": named(one.origin, answer),
        "instead": named(one.instead, answer),
        "sentence": one.sentence,
        "changes": [
            {
                "what": change.what,
                "cell": None if change.cell is None else flat(change.cell),
                "before": change.before,
                "after": change.after,
            }
            for change in one.changes
        ],
    }
