"""The routes of the organisation's policy: which it assesses under, and since when."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from api.answers import dumped
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.resource import IDEMPOTENCY, problem_responses
from api.v1.schemas.policies import ChoiceIn, PolicyInUseOut
from db.engine import Connection
from domain.access import Actor
from domain.policies import POLICIES
from services import policies

router = strict_router("organisation")


@router.get(
    "/organisation/policy",
    summary="The policy your organisation assesses under, and since when",
    operation_id="organisation_policy",
    response_class=Response,
    responses={
        200: {"model": PolicyInUseOut, "description": "The policy in use, with every choice."},
        **problem_responses(),
    },
)
def read_policy(request: Request, token: Token) -> Response:
    """Give the policy in use; `advice` says when a newer version of it is here."""
    return desk_of(request).read(token, _in_use).response()


@router.post(
    "/organisation/policy",
    status_code=201,
    summary="Choose the policy your organisation assesses under",
    operation_id="choose_policy",
    response_class=Response,
    responses={201: {"model": PolicyInUseOut, "description": "Chosen."}, **problem_responses()},
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def choose_policy(request: Request, token: Token, body: ChoiceIn) -> Response:
    """Choose a policy; statistics show the choice as a dated break, and nothing assessed before moves."""

    def act(connection: Connection, actor: Actor) -> Reply:
        policies.choose(connection, actor, body.policy, body.version, body.note)
        return Reply(_in_use(connection, actor).body, 201, {"Location": "/v1/organisation/policy"})

    return desk_of(request).create(request, token, act)


def _in_use(connection: Connection, actor: Actor) -> Reply:
    used, choices = policies.history(connection, actor)
    return Reply(
        dumped(
            {
                "policy": used.policy,
                "version": used.version,
                "chosen": used.choice is not None,
                "newest_version": POLICIES[used.policy].version,
                "advice": used.advice(),
                "history": choices,
            }
        )
    )
