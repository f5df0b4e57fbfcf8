"""Route of flags: a reviewer clears one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Request
from pydantic import Field, create_model
from starlette.responses import Response

from api import answers
from api.desk import Reply, desk_of, version_asked
from api.routing import Token
from api.routing import router as strict_router
from api.v1.resource import IF_MATCH, RecordId, problem_responses, read_model
from api.v1.schemas.base import ReasonIn, Strict
from api.v1.schemas.claims import ClaimIn
from api.v1.schemas.common import FlagOut
from db.engine import Connection
from db.kinds import CLAIM
from domain.access import Actor
from services import flags, withholding
from services.records import Reason

router = strict_router("claims")

FlagCode = Annotated[
    str,
    Path(
        description="The flag's code.",
        examples=["transcription-category-swap"],
        json_schema_extra={"pattern": "^[a-z-]{1,60}$"},
    ),
]


class ClearIn(Strict):
    """Why a flag is cleared."""

    reason: ReasonIn = Field(
        description="Why the record stands as it is.",
        examples=[
            {"code": "new_information", "note": "The ministry gave both numbers in a second statement."}
        ],
    )


FlaggedClaimOut: Any = create_model(
    "FlaggedClaimOut",
    __base__=read_model(ClaimIn, "Claim"),
    __doc__="A claim as it is read, with its flags.",
    flags=(
        list[FlagOut],
        Field(
            description="Its flags.",
            examples=[[{"code": "implausible-count", "detail": "Check it.", "cleared": True}]],
        ),
    ),
)


@router.post(
    "/claims/{id}/flags/{code}/clear",
    summary="Clear a flag of a claim, with a reason",
    operation_id="clear_flag",
    response_class=Response,
    responses={
        200: {"model": FlaggedClaimOut, "description": "The next version, with its flags."},
        **problem_responses(412, 428),
    },
    openapi_extra={"parameters": [IF_MATCH]},
)
def clear(request: Request, token: Token, id: RecordId, code: FlagCode, body: ClearIn) -> Response:
    """Say as a reviewer that the claim is right as it stands: its flagged figures count again."""
    version = version_asked(request)
    reason = Reason(body.reason.code, body.reason.note)

    def act(connection: Connection, actor: Actor) -> Reply:
        stored, found = flags.clear(connection, actor, id, code, version, reason)
        return Reply(
            answers.record(
                "claim", withholding.one(connection, actor, CLAIM, stored), {"flags": answers.flags(found)}
            ),
            200,
            {"ETag": f'"{stored.version}"'},
        )

    return desk_of(request).write(token, act).response()
