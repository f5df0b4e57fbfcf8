"""Routes of members and invitations: made, changed, given access and relieved of it.

What shows a secret takes no ``Idempotency-Key``: an answer kept for a second sending would keep the secret.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from api.answers import dumped
from api.desk import Reply, desk_of, version_asked
from api.routing import Token
from api.routing import router as strict_router
from api.v1.keys import address_of, begun
from api.v1.pages import Paging, paged
from api.v1.resource import IDEMPOTENCY, IF_MATCH, RecordId, problem_responses
from api.v1.schemas.common import page_of
from api.v1.schemas.people import (
    AcceptIn,
    InvitationIn,
    InvitationMadeOut,
    InvitationOut,
    MemberChange,
    MemberIn,
    MemberShown,
    SessionBegunOut,
)
from api.v1.work import step_adder
from db.engine import Connection
from db.queries import keyset
from domain.access import Actor
from domain.errors import Conflict, NotFound
from services import organisations
from services.people import invitations, members, sign_in

router = strict_router("people")


def shown(row: Any) -> dict[str, Any]:
    """Give a member's row as an answer."""
    return {
        "id": row.id,
        "name": row.name,
        "roles": json.loads(row.roles),
        "active": bool(row.active),
        "version": row.version,
        "links": {"self": f"/v1/members/{row.id}"},
    }


def _tagged(row: Any, status: int = 200, **headers: str) -> Reply:
    return Reply(dumped(shown(row)), status, {"ETag": f'"{row.version}"', **headers})


@router.post(
    "/members",
    status_code=201,
    summary="Make a member, who cannot sign in yet",
    operation_id="create_member",
    response_class=Response,
    responses={201: {"model": MemberShown, "description": "Made."}, **problem_responses()},
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def create_member(request: Request, token: Token, body: MemberIn) -> Response:
    """Make a member. `POST /v1/members/{id}/invite` gives them a way to sign in."""

    def act(connection: Connection, actor: Actor) -> Reply:
        id = organisations.add_member(connection, actor, body.name, list(body.roles))
        return _tagged(members.one(connection, actor, id), 201, Location=f"/v1/members/{id}")

    return desk_of(request).create(request, token, act)


@router.get(
    "/members/{id}",
    summary="Read a member",
    operation_id="read_member",
    response_class=Response,
    responses={200: {"model": MemberShown, "description": "The member."}, **problem_responses()},
)
def read_member(request: Request, token: Token, id: RecordId) -> Response:
    """Read one member, one without access too."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return _tagged(members.one(connection, actor, id))

    return desk_of(request).read(token, act).response()


@router.patch(
    "/members/{id}",
    summary="Change a member's name or roles",
    operation_id="change_member",
    response_class=Response,
    responses={
        200: {"model": MemberShown, "description": "The member as it is now."},
        **problem_responses(412, 428),
    },
    openapi_extra={"parameters": [IF_MATCH]},
)
def change_member(request: Request, token: Token, id: RecordId, body: MemberChange) -> Response:
    """Change a member; other roles hold from the next request on. Nobody gives themselves a role."""
    version = version_asked(request)

    def act(connection: Connection, actor: Actor) -> Reply:
        row = members.change(connection, actor, id, version, name=body.name, roles=body.roles)
        return _tagged(row)

    return desk_of(request).write(token, act).response()


_step = step_adder(router, "members", "member", MemberShown, shown)
_step(
    "deactivate",
    "Take a member's access away at once",
    "Their tokens, sessions and open invitations end, those that they made for others too.",
    members.deactivate,
)
_step(
    "activate",
    "Give a member access again",
    "By the logins that they had; tokens and sessions stay ended.",
    members.activate,
)


@router.post(
    "/members/{id}/invite",
    status_code=201,
    summary="Give a member a way to sign in, the first or another for a lost one",
    operation_id="invite_member",
    response_class=Response,
    responses={201: {"model": InvitationMadeOut, "description": "Made."}, **problem_responses()},
)
def invite_member(request: Request, token: Token, id: RecordId) -> Response:
    """Make an invitation for a member. Once it is accepted, their earlier logins, tokens and sessions end."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return _with_secret(invitations.invite_member(connection, actor, id))

    return desk_of(request).write(token, act).response()


@router.get(
    "/invitations",
    summary="List invitations, without their secrets",
    operation_id="list_invitations",
    response_class=Response,
    responses={
        200: {"model": page_of(InvitationOut, "Invitation"), "description": "A page."},
        **problem_responses(),
    },
)
def list_invitations(request: Request, token: Token, asked: Annotated[Paging, Query()]) -> Response:
    """List invitations, those that are over too."""

    def read(
        connection: Connection, actor: Actor, after: Sequence[Any] | None, limit: int
    ) -> tuple[list[dict[str, Any]], list[Any] | None]:
        rows, following = keyset.page(connection, invitations.listed(connection, actor), after, limit)
        return [_invitation(one) for one in rows], following

    return paged(request, token, asked, read)


@router.post(
    "/invitations",
    status_code=201,
    summary="Invite somebody to be a member; the secret is shown once",
    operation_id="create_invitation",
    response_class=Response,
    responses={201: {"model": InvitationMadeOut, "description": "Made."}, **problem_responses()},
)
def create_invitation(request: Request, token: Token, body: InvitationIn) -> Response:
    """Invite somebody, for seven days and one use. Takes no Idempotency-Key: the secret is not kept."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return _with_secret(invitations.invite(connection, actor, body.name, body.roles))

    return desk_of(request).write(token, act).response()


@router.post(
    "/invitations/accept",
    status_code=201,
    summary="Accept an invitation and sign in",
    operation_id="accept_invitation",
    response_class=Response,
    responses={
        201: {"model": SessionBegunOut, "description": "A member, signed in."},
        **problem_responses(404),
    },
)
def accept_invitation(request: Request, body: AcceptIn) -> Response:
    """Become a member, or get another way to sign in. Who has a login already shows it by its password."""
    desk = desk_of(request)
    what, address = f"invitation {body.secret[:12]}", address_of(request)
    login = f"login {body.login.lower()}"
    desk.guesses.check(what, address)
    desk.guesses.check(login, address)
    key = sign_in.key_of(body.login)
    try:
        found, openings = desk.read_openly(
            lambda connection: (invitations.asked(connection, body.secret), sign_in.opened(connection, key))
        )
        proof = invitations.by_password(found, openings, body.login, body.password)
    except NotFound:
        desk.guesses.wrong(what, address)
        raise
    except Conflict:
        desk.guesses.wrong(login, address)
        raise
    secret_hash = organisations.hashed(body.secret)
    return begun(desk.write_openly(lambda connection: invitations.accept(connection, secret_hash, proof)))


@router.post(
    "/invitations/{id}/revoke",
    summary="Take an invitation back",
    operation_id="revoke_invitation",
    response_class=Response,
    responses={
        200: {"model": InvitationOut, "description": "The invitation as it is now."},
        **problem_responses(),
    },
)
def revoke_invitation(request: Request, token: Token, id: RecordId) -> Response:
    """Take an invitation back before somebody accepts it."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return Reply(dumped(_invitation(invitations.revoke(connection, actor, id))))

    return desk_of(request).write(token, act).response()


def _invitation(row: Any) -> dict[str, Any]:
    names = "id name member invited_by expires_at accepted_at revoked_at version recorded_at"
    return {**{name: getattr(row, name) for name in names.split()}, "roles": json.loads(row.roles)}


def _with_secret(made: invitations.Made) -> Reply:
    return Reply(dumped({**_invitation(made.row), "secret": made.secret}), 201)
