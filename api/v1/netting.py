"""Routes of netting: the overlaps of period aggregates, and how a tree's figures are counted once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from api import answers
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.lists import Filters
from api.v1.resource import RecordId, Resource, add_routes, problem_responses
from api.v1.schemas.codes import OverlapKinds
from api.v1.schemas.netting import NettingOut, OverlapIn
from db import kinds
from db.engine import Connection
from domain.access import Actor
from domain.cells import Cell, flat
from domain.figures import FactCell
from domain.placing import description_of
from services import netting, overlaps
from services.netting import Relative, Seen, TakenOut

RULE = (
    "R7: a parent's total and its parts' are never added. A question about the whole subtree uses the whole; "
    "one that cuts through it uses the parts and the remainder, [max(0, low - sum of the parts' highs), "
    "max(0, high - sum of the parts' lows)]."
)
_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"


class OverlapFilters(Filters):
    """Filters of overlaps."""

    aggregate: str | None = Field(
        default=None, max_length=300, description="The aggregate's id.", examples=[_ID]
    )
    incident: str | None = Field(
        default=None, max_length=300, description="The other incident's id.", examples=[_ID]
    )
    kind: OverlapKinds | None = Field(default=None, description="Why.", examples=["background"])


overlap_router = strict_router("overlaps")
add_routes(
    overlap_router,
    Resource(
        kinds.OVERLAP, "overlaps", "overlap", OverlapIn, OverlapFilters, overlaps.record, overlaps.change
    ),
)
router = strict_router("incidents")


@router.get(
    "/incidents/{id}/netting",
    summary="The incident's figure beside its parts': the whole, the remainder, clashes",
    operation_id="incident_netting",
    response_class=Response,
    responses={200: {"model": NettingOut, "description": "The netting now."}, **problem_responses()},
)
def incident_netting(request: Request, token: Token, id: RecordId) -> Response:
    """Show the own figure, what the assessed parts and the overlaps hold, and what follows (R7)."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return Reply(answers.dumped(_shown(netting.of_incident(connection, actor, id))))

    return desk_of(request).read(token, act).response()


def _shown(seen: Seen) -> dict[str, Any]:
    return {
        "incident": f"/v1/incidents/{seen.incident}",
        "assessment": None if seen.assessment is None else f"/v1/assessments/{seen.assessment}",
        "above": None if seen.above is None else _relative(seen.above),
        "parts": [_relative(one) for one in seen.parts],
        "overlaps": [_taken(one) for one in seen.overlaps],
        "figures": [
            {
                "grain": grain,
                **flat(cell),
                **{side: _rows(sides.get(side, ())) for side in netting.SIDES},
            }
            for (grain, cell), sides in _by_description(seen)
        ],
        "clashes": [{"code": one.code, "detail": one.detail} for one in seen.clashes],
        "rule": RULE,
        "links": {
            "self": f"/v1/incidents/{seen.incident}/netting",
            "tree": f"/v1/incidents/{seen.incident}?include=tree",
            "overlaps": f"/v1/overlaps?aggregate={seen.incident}",
        },
    }


def _by_description(seen: Seen) -> list[tuple[tuple[str, Cell], dict[str, list[FactCell]]]]:
    found: dict[tuple[str, Cell], dict[str, list[FactCell]]] = {}
    for side, rows in seen.rows.items():
        for row in rows:
            at = (row.grain, description_of(row))
            found.setdefault(at, {}).setdefault(side, []).append(row)
    return list(found.items())


def _rows(rows: Iterable[FactCell]) -> list[dict[str, Any]]:
    return [
        {
            "verification": row.verification,
            "basis": row.basis,
            "low": row.low,
            "high": row.high,
            "open": row.open,
        }
        for row in rows
    ]


def _relative(one: Relative) -> dict[str, str]:
    return {
        "id": one.id,
        "code": one.code,
        "title": one.title,
        "assessment": f"/v1/assessments/{one.assessment}",
        "netting": f"/v1/incidents/{one.id}/netting",
    }


def _taken(one: TakenOut) -> dict[str, Any]:
    totals = [row for row in one.rows if row.grain == "total"]
    return {
        "overlap": f"/v1/overlaps/{one.stored.overlap.id}",
        "kind": one.stored.kind,
        "incident": None if one.stored.incident is None else f"/v1/incidents/{one.stored.incident}",
        "counted": bool(totals),
        "low": sum(row.low for row in totals) if totals else None,
        "high": sum(row.high for row in totals) if totals else None,
        "open": any(row.open for row in totals),
        "note": one.stored.note,
    }
