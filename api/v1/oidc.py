"""Routes of signing in at the deployment's identity provider."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.answers import dumped
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.keys import address_of, begun
from api.v1.resource import problem_responses
from api.v1.schemas.base import Strict
from api.v1.schemas.people import Secret, SessionBegunOut
from db.engine import Connection
from domain.access import Actor, require_member
from domain.errors import NotFound
from services import organisations
from services.people import invitations, oidc
from services.people.oidc import Flow, Provider

router = strict_router("oidc")
COOKIE = "civharm-flow"
_URL = "https://identity.example.org/authorize?response_type=code&client_id=civharm"


class LocationOut(BaseModel):
    """Where to sign in."""

    location: str = Field(description="Open it in the browser that asked.", examples=[_URL])


class StartQuery(BaseModel):
    """Where one wants to sign in."""

    model_config = ConfigDict(extra="forbid")

    organisation: str | None = Field(
        default=None,
        max_length=300,
        description="The id or the name of your organisation, where you are a member of several.",
        examples=["Example Recorder"],
    )


class CallbackQuery(BaseModel):
    """What a provider sends a browser back with; what is not listed is refused."""

    model_config = ConfigDict(extra="forbid")

    state: str | None = Field(default=None, max_length=200, description="What was begun.", examples=["p3w"])
    code: str | None = Field(default=None, max_length=2_000, description="The code.", examples=["SplxlOB"])
    iss: str | None = Field(
        default=None, max_length=2_000, description="The issuer.", examples=["https://identity.example.org"]
    )
    error: str | None = Field(
        default=None, max_length=200, description="Why not.", examples=["access_denied"]
    )
    error_description: str | None = Field(
        default=None, max_length=2_000, description="Unread.", examples=["No."]
    )
    error_uri: str | None = Field(
        default=None, max_length=2_000, description="Unread.", examples=["https://identity.example.org/why"]
    )
    scope: str | None = Field(default=None, max_length=2_000, description="Unread.", examples=["openid"])
    session_state: str | None = Field(default=None, max_length=2_000, description="Unread.", examples=["a"])
    authuser: str | None = Field(default=None, max_length=200, description="Unread.", examples=["0"])
    prompt: str | None = Field(default=None, max_length=200, description="Unread.", examples=["none"])
    hd: str | None = Field(default=None, max_length=300, description="Unread.", examples=["example.org"])


class AcceptAtProviderIn(Strict):
    """An invitation that is accepted with an identity at the provider."""

    secret: Secret = Field(description="The invitation's secret.", examples=["chi_6f1c1d8e_MfKQ9r8G"])


def _provider(request: Request) -> Provider:
    found: Provider | None = request.app.state.provider
    if found is None:
        raise oidc.no_provider()
    return found


def _sent(provider: Provider, flow: Flow, status: int) -> Response:
    secure = "; Secure" if provider.client.redirect.startswith("https:") else ""
    cookie = f"{COOKIE}={flow.browser}; Path=/v1/oidc; Max-Age=600; HttpOnly; SameSite=Lax{secure}"
    headers = {"Location": flow.location, "Set-Cookie": cookie}
    return Reply(dumped({"location": flow.location}), status, headers).response()


@router.get(
    "/oidc/start",
    status_code=303,
    summary="Go to the identity provider to sign in",
    operation_id="oidc_start",
    response_class=Response,
    responses={303: {"model": LocationOut, "description": "To the provider."}, **problem_responses(404)},
)
def oidc_start(request: Request, asked: Annotated[StartQuery, Query()]) -> Response:
    """Send the browser to the provider, with a cookie that it comes back with within ten minutes."""
    provider = _provider(request)
    flow = desk_of(request).write_openly(
        lambda connection: oidc.begin_flow(connection, provider, organisation=asked.organisation)
    )
    return _sent(provider, flow, 303)


@router.post(
    "/oidc/invitations",
    status_code=201,
    summary="Accept an invitation with an identity at the provider",
    operation_id="oidc_accept_invitation",
    response_class=Response,
    responses={201: {"model": LocationOut, "description": "To the provider."}, **problem_responses(404)},
)
def oidc_accept_invitation(request: Request, body: AcceptAtProviderIn) -> Response:
    """Begin to accept; it is accepted when the browser comes back."""
    provider, desk = _provider(request), desk_of(request)
    what, address = f"invitation {body.secret[:12]}", address_of(request)
    desk.guesses.check(what, address)
    try:
        desk.read_openly(lambda connection: invitations.asked(connection, body.secret))
    except NotFound:
        desk.guesses.wrong(what, address)
        raise
    secret_hash = organisations.hashed(body.secret)
    flow = desk.write_openly(lambda connection: oidc.begin_flow(connection, provider, invitation=secret_hash))
    return _sent(provider, flow, 201)


@router.post(
    "/oidc/link",
    status_code=201,
    summary="Let an identity at the provider open your membership too",
    operation_id="oidc_link",
    response_class=Response,
    responses={201: {"model": LocationOut, "description": "To the provider."}, **problem_responses(404)},
)
def oidc_link(request: Request, token: Token) -> Response:
    """Begin to link, with a session; it is linked when the browser comes back."""

    def act(connection: Connection, actor: Actor) -> tuple[Provider, Flow]:
        require_member(actor, "self.change")
        provider = _provider(request)
        return provider, oidc.begin_flow(connection, provider, session=actor)

    provider, flow = desk_of(request).write(token, act)
    return _sent(provider, flow, 201)


@router.get(
    "/oidc/callback",
    status_code=201,
    summary="Come back from the identity provider, signed in",
    operation_id="oidc_callback",
    response_class=Response,
    responses={
        201: {"model": SessionBegunOut, "description": "Signed in."},
        **problem_responses(401, 404, 409),
    },
)
def oidc_callback(request: Request, asked: Annotated[CallbackQuery, Query()]) -> Response:
    """Check what the provider says and begin a session. What was begun is taken, whatever comes of it."""
    provider, desk = _provider(request), desk_of(request)
    browser = request.cookies.get(COOKIE, "")
    flow = desk.write_openly(lambda connection: oidc.take_flow(connection, asked.state or "", browser))
    if flow is None or asked.code is None or asked.error is not None:
        raise oidc.not_right()
    if asked.iss is not None and asked.iss != provider.client.issuer:
        raise oidc.not_right()
    key = provider.key_of(asked.code, flow.verifier, flow.nonce)
    return begun(desk.write_openly(lambda connection: oidc.finish(connection, flow, key)))
