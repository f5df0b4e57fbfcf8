"""The route that reads strictly: declared parameters only, JSON only, in our own reader."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param
from pydantic import BaseModel
from starlette.responses import Response

from api.actions import FOR_PARTNERS, ORGANISATION
from api.reading import read_json
from domain.access import NOT_FOR_PARTNERS, AsPassword
from domain.errors import Fault, Malformed, NotAllowed, OnlyPublished
from services.organisations import refused

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
CSV = "text/csv"
LONGEST_QUERY = 4_000
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class StrictRequest(Request):
    """A request whose JSON is read by our reader, before FastAPI asks for it.

    What ``json`` raises FastAPI turns into an answer of its own, which would lose the code.
    """

    def __init__(self, request: Request, value: Any) -> None:
        super().__init__(request.scope, request.receive)
        self._value = value

    async def json(self) -> Any:
        """Give the body's value."""
        return self._value


class StrictRoute(APIRoute):
    """A route that refuses what it does not declare."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Give the handler with the checks before it."""
        handler = super().get_route_handler()
        declared = frozenset(_query_names(self.dependant))
        takes_body = self.body_field is not None
        published: str | None = getattr(self.endpoint, _PUBLISHED, None)
        answers = frozenset(getattr(self.endpoint, _ALSO, ()))
        needs_token = any(inner.call is _token for inner in self.dependant.dependencies)
        for_partners = self.operation_id in FOR_PARTNERS

        async def strict(request: Request) -> Response:
            # Who shows no token learns nothing of how a request is read; whether it is a valid one is
            # asked on the connection that does the act.
            if needs_token and bearer(request) is None:
                plain = not {"authorization", ORGANISATION.lower()} & set(request.headers)
                if plain and _is_published(request, published):
                    return await _answered_by(request, published)
                raise refused()
            if ORGANISATION in request.headers and not for_partners:
                raise NotAllowed(NOT_FOR_PARTNERS, code="not-for-partners")
            _check_query(request, declared)
            _check_accept(request, answers)
            body: bytes = request.scope.get("civharm.body", b"")
            if not takes_body:
                if body:
                    raise Malformed("This address takes no body.", code="malformed")
                try:
                    return await handler(request)
                except OnlyPublished:
                    if ORGANISATION in request.headers or not _is_published(request, published):
                        raise
                    return await _answered_by(request, published)
            _check_media_type(request)
            return await handler(StrictRequest(request, read_json(body)))

        return strict


Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Published = Mapping[str, tuple[Handler, frozenset[str]]]
"""Operations that read what is published: what answers each, and the parameters that it knows."""


def published_by(router: APIRouter) -> Published:
    """Give a router's operations, for ``published_as``."""
    routes = [route for route in router.routes if isinstance(route, StrictRoute)]
    return {
        str(route.operation_id): (route.get_route_handler(), frozenset(_query_names(route.dependant)))
        for route in routes
    }


def _is_published(request: Request, operation_id: str | None) -> bool:
    """Tell whether the public's operation can answer a request, in JSON and by parameters that it knows.

    What it cannot answer asks for a token: that is how a browser and a spreadsheet come to show one.
    """
    if operation_id is None:
        return False
    _, known = request.app.state.published[operation_id]
    if "format" in request.query_params:
        return False  # whoever pastes the address of a members' file is asked for a token
    return request.query_params.keys() <= known and _takes(request, _ACCEPTED)


async def _answered_by(request: Request, operation_id: str | None) -> Response:
    """Give what another operation answers to a request: the one that reads what is published."""
    published: Published = request.app.state.published
    handler, _ = published[str(operation_id)]
    return await handler(request)


def _query_names(dependant: Dependant) -> Iterable[str]:
    for parameter in dependant.query_params:
        kind = parameter.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from (info.alias or name for name, info in kind.model_fields.items())
        else:
            yield parameter.alias
    for inner in dependant.dependencies:
        yield from _query_names(inner)


def _check_query(request: Request, declared: frozenset[str]) -> None:
    if not request.scope["query_string"]:
        return
    if len(request.scope["query_string"]) > LONGEST_QUERY:
        raise Malformed("The query is too long.", code="invalid-parameter")
    seen: set[str] = set()
    faults = []
    for name, _ in request.query_params.multi_items():
        if name not in declared:
            words = "Known here: " + (", ".join(sorted(declared)) or "none") + "."
            faults.append(Fault("query", "unknown-parameter", words))
        elif name in seen:
            faults.append(Fault(name, "repeated-parameter", "Give it once; separate values by commas."))
        seen.add(name)
    if faults:
        raise Malformed("A parameter cannot be used.", code="invalid-parameter", faults=faults)


_ACCEPTED = frozenset({"*/*", "application/*", "application/json", "application/problem+json", ""})
_NEVER = re.compile(r"(?:.*;)?q=0(?:\.0*)?")


_ALSO = "civharm_also_answers"
_PUBLISHED = "civharm_published"


WITHOUT_A_TOKEN: dict[str, Any] = {"security": [{}]}
"""What the document says of an operation that answers without a token too."""


def published_as(operation_id: str | None) -> Callable[[Endpoint], Endpoint]:
    """Mark an endpoint that answers who shows no token, or a dashboard's key, as another operation does.

    That one reads what is published over a connection of its own; this one is never reached. None: nothing
    of it is published.
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _PUBLISHED, operation_id)
        return endpoint

    return mark


def also_answers(*media: str) -> Callable[[Endpoint], Endpoint]:
    """Mark an endpoint that answers in other media types than JSON too, when its query asks for one."""

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _ALSO, media)
        return endpoint

    return mark


def _check_accept(request: Request, also: frozenset[str]) -> None:
    accepted = _ACCEPTED | also | {f"{kind.partition('/')[0]}/*" for kind in also}
    if not _takes(request, accepted):
        words = " or ".join([JSON, *sorted(also)])
        raise Malformed(f"The service answers in {words}.", code="not-acceptable")


def _takes(request: Request, accepted: frozenset[str]) -> bool:
    """Tell whether whoever asks takes one of these media types; who says nothing takes all."""
    sent = request.headers.getlist("accept")
    wanted = [part.replace(" ", "").lower().partition(";") for part in ",".join(sent).split(",")]
    return not sent or any(kind in accepted and not _NEVER.fullmatch(more) for kind, _, more in wanted)


def _check_media_type(request: Request) -> None:
    sent = request.headers.getlist("content-type")
    kind, _, parameters = (sent[0] if len(sent) == 1 else "").partition(";")
    charset = parameters.strip().lower().replace('"', "")
    taken = (JSON, MERGE_PATCH) if request.method == "PATCH" else (JSON,)
    if kind.strip().lower() not in taken or charset not in ("", "charset=utf-8"):
        raise Malformed("Send application/json in UTF-8.", code="unsupported-media-type")
    if "content-encoding" in request.headers:
        raise Malformed("Send the body without a content encoding.", code="unsupported-media-type")


_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A personal or service token, made with `civharm token create`. For GET and HEAD a token "
    "whose one role is viewer is taken as the password of HTTP Basic too, with any user name.",
)


def bearer(request: Request) -> str | None:
    """Give the token that a request shows; None where there is not exactly one.

    A token comes as Bearer. Spreadsheets and dashboards know user names and passwords only: for reading, a
    token is taken as the password of HTTP Basic too, whatever the user name.
    """
    sent = request.headers.getlist("authorization")
    if len(sent) != 1:
        return None
    scheme, secret = get_authorization_scheme_param(sent[0])
    if scheme.lower() == "basic" and request.method == "GET":
        secret = _password(secret)
        return AsPassword(secret) if secret.isascii() and 0 < len(secret) <= 200 else None
    if scheme.lower() != "bearer" or not secret.isascii() or not secret or len(secret) > 200:
        return None
    return secret


def giver(request: Request) -> str | None:
    """Give the organisation whose records a request asks for as a partner; None for those of its own.

    Raises Malformed where several are named.
    """
    sent = request.headers.getlist(ORGANISATION)
    if len(sent) > 1:
        raise Malformed(
            "Name one organisation.",
            code="invalid-parameter",
            faults=[Fault(ORGANISATION, "invalid-parameter", "Send the header once, with one id.")],
        )
    return sent[0] if sent else None


def _password(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")[2]
    except ValueError:
        return ""


async def _token(request: Request, _: Annotated[Any, Depends(_bearer)]) -> str | None:
    return bearer(request)


Token = Annotated[str | None, Depends(_token)]
"""The token of a request, by Bearer or as a password; None where there is not exactly one."""


def router(tag: str) -> APIRouter:
    """Give a router of strict routes under one tag, of the first version.

    The routes carry the prefix themselves: a router that is included in another is asked twice.
    """
    return APIRouter(route_class=StrictRoute, tags=[tag], prefix="/v1", default_response_class=Response)
