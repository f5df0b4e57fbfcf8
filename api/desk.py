"""Where a request meets the services: who acts, on which connection, answered how.

Reading gets one snapshot; writing is committed before the response starts; a creation with an
``Idempotency-Key`` is done once, however often and however parallel it is sent.
"""

from __future__ import annotations

import copy
import hashlib
import json
import logging
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fastapi import Request
from starlette.responses import Response

from api.actions import action_of
from api.routing import bearer, giver
from api.throttle import Guesses
from db import door
from db.engine import Connection, Database, Lost, Retry
from db.lookups import Rows
from db.publishing import Published
from db.queries import idempotency, people
from db.wall_check import Unwalled
from domain.access import NOT_FOR_PARTNERS, Actor, require
from domain.errors import Fault, Invalid, Malformed, NotAllowed, Stale, Unavailable, Unconditional
from services import agreements, organisations
from services.jobs.deployment import Deployment
from services.statistics import Cache

T = TypeVar("T")
_log = logging.getLogger("civharm")
ATTEMPTS = 4
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_VERSION = re.compile(r'"(\d{1,9})"')


@dataclass(frozen=True, slots=True)
class Reply:
    """A response before it is sent: what an idempotent creation keeps."""

    body: str | bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media: str = "application/json"

    def response(self) -> Response:
        """Give the response. What is not public is never stored by a cache."""
        return Response(
            self.body,
            status_code=self.status,
            media_type=self.media,
            headers={"Cache-Control": "no-store", **self.headers},
        )


class Desk:
    """The app's hold on the database: credentials first, then the act, on one connection."""

    def __init__(
        self,
        database: Database,
        *,
        max_page: int,
        cursor_secret: str | None,
        deployment: Deployment | None = None,
        published: Published | None = None,
    ) -> None:
        self.database = database
        self.published = published
        self.deployment = deployment or Deployment()
        self.act: str | None = None
        """What a request does, in the words of the policy table; None where nobody asks over HTTP."""
        self.giver: str | None = None
        """The organisation whose records are asked for as a partner, as it was sent; None for one's own."""
        self.max_page = max_page
        self.cursor_secret = (cursor_secret or secrets.token_hex(32)).encode()
        self.cache = Cache()
        self.guesses = Guesses()
        self._to_ask = [database.check]
        self._public_to_ask = [] if published is None else [published.check]

    def ready(self) -> None:
        """Ask the database, once, whether it keeps organisations apart; nothing is served before it does.

        Raises Unwalled, and Unavailable where it does not answer: then the next request asks again.
        """
        _ask_once(self._to_ask)

    def ready_for_the_public(self) -> None:
        """Ask, once, whether the public's connection reads what is published alone. Raises as ``ready``."""
        _ask_once(self._public_to_ask)

    def _serves(self, ready: Callable[[], None] | None = None) -> None:
        try:
            (ready or self.ready)()
        except Unwalled as error:
            _log.error(error.detail)
            raise Unavailable(
                "The database is not set up as it must be; tell the operator.", code="database-unavailable"
            ) from error

    def doing(self, act: str, giver: str | None = None) -> Desk:
        """Give the desk for one request, which asks whether the caller may do this act first of all.

        With ``giver`` it is asked of the caller's own organisation, and done as a partner of the other.
        """
        found = copy.copy(self)
        found.act, found.giver = act, giver
        return found

    def _actor(self, connection: Connection, token: str) -> Actor:
        actor = organisations.authenticate(connection, token)
        if self.act is not None:
            require(actor, self.act)
        return actor

    def read(self, token: str | None, act: Callable[[Connection, Actor], T]) -> T:
        """Do a reading act as the token's actor, on one snapshot."""
        if token is None:
            raise organisations.refused()
        self._serves()
        try:
            return self._read(token, act)
        except Lost:
            return self._read(token, act)

    def _read(self, token: str, act: Callable[[Connection, Actor], T]) -> T:
        with self.database.reading() as connection:
            actor = self._actor(connection, token)
            asking = actor
            if self.giver is not None:
                asking = agreements.as_partner(connection, actor, self.giver)
            found = act(connection, asking)
        if actor.stale:
            with self.database.within(actor.organisation).writing() as connection:
                people.used(connection, actor.organisation, actor.token, door.now())
        return found

    def read_published(self, request: Request, act: Callable[[Connection], T]) -> T:
        """Do what reads the published projection, over the public's connection.

        A credential that is shown must be valid; it is checked before, on the ordinary connection.
        """
        token = bearer(request)
        if token is not None:
            self._serves()
            self._checked(token)
        elif "authorization" in request.headers:
            raise organisations.refused()
        if self.published is None:
            raise RuntimeError("This desk has no connection for the public.")
        self._serves(self.ready_for_the_public)
        try:
            with self.published.reading() as connection:
                return act(connection)
        except Lost:
            with self.published.reading() as connection:
                return act(connection)

    async def looked_up(self, statement: Any, values: Mapping[str, Any]) -> Rows | None:
        """Give the rows of a short question of the public; None where it has to be asked by a route."""
        if self.published is None or self._public_to_ask:
            return None
        return await self.published.lookups.rows(statement, values)

    def _checked(self, token: str) -> None:
        try:
            with self.database.reading() as connection:
                organisations.authenticate(connection, token)
        except Lost:
            with self.database.reading() as connection:
                organisations.authenticate(connection, token)

    def write(self, token: str | None, act: Callable[[Connection, Actor], T]) -> T:
        """Do a writing act as the token's actor; it is committed when this returns.

        What the database asks to be tried again (a deadlock, a lost race) is tried again.
        """
        if token is None:
            raise organisations.refused()
        if self.giver is not None:
            raise NotAllowed(NOT_FOR_PARTNERS, code="not-for-partners")

        def as_actor(connection: Connection) -> T:
            actor = self._actor(connection, token)
            if actor.stale:
                people.used(connection, actor.organisation, actor.token, door.now())
            return act(connection, actor)

        return self.write_openly(as_actor)

    def read_openly(self, act: Callable[[Connection], T]) -> T:
        """Do a reading act of somebody who shows no credential yet."""
        self._serves()
        try:
            with self.database.reading() as connection:
                return act(connection)
        except Lost:
            with self.database.reading() as connection:
                return act(connection)

    def write_openly(self, act: Callable[[Connection], T]) -> T:
        """Do a writing act of somebody who shows no credential, or whose act looks at it itself."""
        self._serves()
        for attempt in range(ATTEMPTS):
            try:
                with self.database.writing() as connection:
                    return act(connection)
            except Retry:
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    def create(
        self, request: Request, token: str | None, act: Callable[[Connection, Actor], Reply]
    ) -> Response:
        """Do a creation, once for its ``Idempotency-Key`` where it has one."""
        key = _idempotency_key(request)
        if key is None:
            return self.write(token, act).response()
        asked = hashlib.sha256(
            b"\0".join(
                [request.method.encode(), str(request.url.path).encode(), request.scope["civharm.body"]]
            )
        ).hexdigest()

        def once(connection: Connection, actor: Actor) -> Reply:
            kept = idempotency.kept(connection, actor.organisation, actor.token, key)
            if kept is not None:
                if kept.request_hash != asked:
                    raise Invalid(
                        "The Idempotency-Key was used with another request. Use a new key.",
                        code="idempotency-key-reused",
                    )
                headers: dict[str, str] = json.loads(kept.headers)
                return Reply(kept.body, kept.status, {**headers, "Idempotency-Replayed": "true"})
            reply = act(connection, actor)
            body = reply.body if isinstance(reply.body, str) else reply.body.decode()
            idempotency.keep(
                connection,
                actor.organisation,
                actor.token,
                key,
                idempotency.Kept(asked, reply.status, body, json.dumps(dict(reply.headers))),
                door.now(),
            )
            return reply

        return self.write(token, once).response()


def _ask_once(questions: list[Callable[[], None]]) -> None:
    for ask in tuple(questions):
        ask()
    questions.clear()


def _idempotency_key(request: Request) -> str | None:
    sent = request.headers.getlist("idempotency-key")
    if not sent:
        return None
    if len(sent) > 1 or not _KEY.fullmatch(sent[0]):
        raise Malformed(
            "Send one Idempotency-Key of 1 to 200 visible ASCII characters.",
            code="invalid-parameter",
            faults=[Fault("Idempotency-Key", "invalid-parameter", "Use a random UUID, for example.")],
        )
    return sent[0]


def version_asked(request: Request) -> int:
    """Give the version in ``If-Match``.

    Raises Unconditional without one, Malformed for ``*`` and Stale for a weak or foreign tag.
    """
    sent = request.headers.getlist("if-match")
    if not sent:
        raise Unconditional(
            'Read the record and send its version with the change, for example If-Match: "3".',
        )
    if len(sent) == 1 and sent[0].strip() == "*":
        raise Malformed(
            "A change names the version it was made for; * is not taken.", code="wildcard-not-allowed"
        )
    match = _VERSION.fullmatch(sent[0].strip()) if len(sent) == 1 else None
    if match is None:
        raise Stale('Send one strong tag as the record gave it, for example If-Match: "3".')
    return int(match[1])


def desk_of(request: Request) -> Desk:
    """Give the app's desk, for what the request's route does."""
    desk: Desk = request.app.state.desk
    return desk.doing(action_of(request), giver(request))
