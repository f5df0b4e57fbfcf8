"""Routes of who asks: sessions, passwords, tokens.

What shows a secret takes no ``Idempotency-Key``: an answer kept for a second sending would keep the secret.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from api.answers import dumped
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.pages import Paging, paged
from api.v1.resource import RecordId, problem_responses
from api.v1.schemas.common import page_of
from api.v1.schemas.people import (
    MeOut,
    PasswordIn,
    RotateIn,
    ServiceTokenIn,
    SessionBegunOut,
    SessionIn,
    SessionOut,
    TokenIn,
    TokenMadeOut,
    TokenOut,
)
from api.v1.work import step_adder
from db.engine import Connection
from db.queries import keyset
from db.queries import organisations as queries
from domain.access import Actor, require
from domain.errors import Invalid, NotAuthenticated
from services.people import sign_in, tokens
from services.people.sign_in import Begun

router = strict_router("keys")


def address_of(request: Request) -> str:
    """Give the address that a request came from, as far as the service knows."""
    return request.client.host if request.client is not None else ""


def _session(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", "member", "expires_at", "ended_at")}


def begun(found: Begun) -> Response:
    """Give the answer of a session that was just begun."""
    return Reply(dumped({**_session(found.row), "secret": found.secret}), 201).response()


@router.post(
    "/sessions",
    status_code=201,
    summary="Sign in with a login name and a password",
    operation_id="create_session",
    response_class=Response,
    responses={201: {"model": SessionBegunOut, "description": "Signed in."}, **problem_responses(401)},
)
def create_session(request: Request, body: SessionIn) -> Response:
    """Begin a session: eight hours at most, one without use. A member of several organisations says which."""
    desk = desk_of(request)
    what, address = f"login {body.login.lower()}", address_of(request)
    desk.guesses.check(what, address)
    try:
        try:
            key = sign_in.key_of(body.login)
        except Invalid:
            key = ""  # nobody's: looked up and refused as any other
        openings = desk.read_openly(lambda connection: sign_in.opened(connection, key))
        sign_in.prove(openings, body.password)
        opening = sign_in.chosen(openings, body.organisation)
        found = desk.write_openly(lambda connection: sign_in.begin(connection, opening))
    except NotAuthenticated:
        desk.guesses.wrong(what, address)
        raise
    desk.guesses.right(what, address)
    return begun(found)


@router.delete(
    "/sessions/current",
    summary="Sign out",
    operation_id="end_session",
    response_class=Response,
    responses={200: {"model": SessionOut, "description": "The session, ended."}, **problem_responses(404)},
)
def end_session(request: Request, token: Token) -> Response:
    """End the session that asks; the next request with it is refused."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return Reply(dumped(_session(sign_in.end(connection, actor))))

    return desk_of(request).write(token, act).response()


def _me(connection: Connection, actor: Actor) -> dict[str, Any]:
    member = None
    if actor.member is not None:
        member = queries.member_of(connection, actor.organisation, actor.member)
    return {
        "kind": actor.kind,
        "credential": actor.token,
        "organisation": actor.organisation,
        "organisation_name": queries.name_of(connection, actor.organisation),
        "member": actor.member,
        "name": None if member is None else member.name,
        "roles": sorted(actor.roles),
    }


@router.get(
    "/me",
    summary="Who you are here, and what you may do",
    operation_id="me",
    response_class=Response,
    responses={200: {"model": MeOut, "description": "You."}, **problem_responses()},
)
def me(request: Request, token: Token) -> Response:
    """Say who asks."""

    def act(connection: Connection, actor: Actor) -> Reply:
        require(actor, "self.read")
        return Reply(dumped(_me(connection, actor)))

    return desk_of(request).read(token, act).response()


@router.post(
    "/me/password",
    summary="Change your password; your other sessions end",
    operation_id="change_password",
    response_class=Response,
    responses={200: {"model": MeOut, "description": "Changed."}, **problem_responses()},
)
def change_password(request: Request, token: Token, body: PasswordIn) -> Response:
    """Change your password, for every organisation that you sign in to with it. It takes the present one."""
    desk = desk_of(request)
    address = address_of(request)
    actor, (logins, names) = desk.read(
        token, lambda connection, actor: (actor, sign_in.prove_and_hash(connection, actor))
    )
    what = f"password of {actor.member}"
    desk.guesses.check(what, address)
    try:
        found = sign_in.right_one(logins, body.current, body.new, names)
    except Invalid as error:
        if error.code == "wrong-password":
            desk.guesses.wrong(what, address)
        raise
    desk.guesses.right(what, address)

    def act(connection: Connection, actor: Actor) -> Reply:
        sign_in.change_password(connection, actor, found)
        return Reply(dumped(_me(connection, actor)))

    return desk.write(token, act).response()


def _shown(row: Any) -> dict[str, Any]:
    names = "id label kind member expires_at revoked_at version recorded_at"
    return {
        **{name: getattr(row, name) for name in names.split()},
        "roles": json.loads(row.roles),
        "both_work_until": row.old_until,
    }


def _with_secret(made: tokens.Made, status: int) -> Reply:
    return Reply(dumped({**_shown(made.row), "secret": made.secret}), status)


@router.get(
    "/tokens",
    summary="List tokens, without their secrets: your own; an administrator's list has all",
    operation_id="list_tokens",
    response_class=Response,
    responses={200: {"model": page_of(TokenOut, "Token"), "description": "A page."}, **problem_responses()},
)
def list_tokens(request: Request, token: Token, asked: Annotated[Paging, Query()]) -> Response:
    """List tokens, those that are over too."""

    def read(
        connection: Connection, actor: Actor, after: Sequence[Any] | None, limit: int
    ) -> tuple[list[dict[str, Any]], list[Any] | None]:
        rows, following = keyset.page(connection, tokens.listed(connection, actor), after, limit)
        return [_shown(one) for one in rows], following

    return paged(request, token, asked, read)


@router.post(
    "/tokens",
    status_code=201,
    summary="Make a token of your own; it is shown once",
    operation_id="create_token",
    response_class=Response,
    responses={201: {"model": TokenMadeOut, "description": "Made."}, **problem_responses()},
)
def create_token(request: Request, token: Token, body: TokenIn) -> Response:
    """Make a token of all your roles or some. Made with a token, it lasts no longer than that one."""

    def act(connection: Connection, actor: Actor) -> Reply:
        made = tokens.create(connection, actor, body.label, roles=body.roles, days=body.days)
        return _with_secret(made, 201)

    return desk_of(request).write(token, act).response()


@router.post(
    "/tokens/services",
    status_code=201,
    summary="Make a token of a program; it is shown once",
    operation_id="create_service_token",
    response_class=Response,
    responses={201: {"model": TokenMadeOut, "description": "Made."}, **problem_responses()},
)
def create_service_token(request: Request, token: Token, body: ServiceTokenIn) -> Response:
    """Make a token with roles of its own, or a dashboard's key. It never does what a person answers for."""

    def act(connection: Connection, actor: Actor) -> Reply:
        made = tokens.create_for_service(connection, actor, body.label, body.roles, days=body.days)
        return _with_secret(made, 201)

    return desk_of(request).write(token, act).response()


@router.post(
    "/tokens/{id}/rotate",
    summary="Give a token another secret, shown once; the one before works beside it for a while",
    operation_id="rotate_token",
    response_class=Response,
    responses={200: {"model": TokenMadeOut, "description": "With its new secret."}, **problem_responses()},
)
def rotate_token(request: Request, token: Token, id: RecordId, body: RotateIn) -> Response:
    """Rotate a token of your own, or a service's as administrator. With a token, none is prolonged."""

    def act(connection: Connection, actor: Actor) -> Reply:
        made = tokens.rotate(connection, actor, id, overlap_hours=body.overlap_hours, days=body.days)
        return _with_secret(made, 200)

    return desk_of(request).write(token, act).response()


_step = step_adder(router, "tokens", "token", TokenOut, _shown)
_step(
    "revoke",
    "Revoke a token of your own, or any as an administrator",
    "The next request with it is refused, with the secret before it too.",
    tokens.revoke,
)
