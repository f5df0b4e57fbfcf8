"""Signing in at the deployment's identity provider: OpenID Connect, authorization code with PKCE.

Who somebody is, is the pair of issuer and subject: never an address of mail, and no role comes from a claim.
The identity opens what it was linked to, by an invitation or by whoever was signed in.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from db import door
from db.engine import Connection
from db.queries import credentials, people
from domain.access import SESSION as SIGNED_IN
from domain.access import Actor
from domain.errors import Conflict, NotAuthenticated, NotFound, Unavailable
from domain.networks import is_private
from domain.vocab import LoginKind
from services.organisations import hashed, session_of
from services.people import invitations, sign_in
from services.people.invitations import Proof
from services.people.sign_in import Begun

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]
"""What an identity may be signed with. Never ``none``, and nothing whose key both sides have."""
LEEWAY_S = 60
"""So far two clocks may be apart."""
FLOW_MINUTES = 10
KEPT_S = 3_600.0
"""How long the provider's description and keys are kept."""
ASKED_AGAIN_S = 60.0
"""The keys are asked for again where one is unknown, and no more often: strangers can name unknown keys."""
MOST_READ = 256 * 1024


@dataclass(frozen=True, slots=True)
class Client:
    """What this deployment is at its provider; ``redirect`` is the full address of our callback."""

    issuer: str
    client_id: str
    client_secret: str
    redirect: str


class Flow(NamedTuple):
    """A way to the provider that somebody began; the secrets in it are known to their browser alone."""

    location: str
    browser: str


class Provider:
    """The provider as it describes itself, with its keys; shared by threads."""

    def __init__(self, client: Client, clock: Callable[[], float] = time.monotonic) -> None:
        self.client = client
        self._clock = clock
        self._lock = threading.Lock()
        self._said: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def address(self, state: str, nonce: str, verifier: str) -> str:
        """Give where a browser is sent to sign in. Raises Unavailable where the provider does not answer."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": self.client.redirect,
            "scope": "openid",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        endpoint = self._description()["authorization_endpoint"]
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def key_of(self, code: str, verifier: str, nonce: str) -> str:
        """Give what the login of a code is found by.

        Raises NotAuthenticated for a code or an identity that is not right, and Unavailable.
        """
        said = self._description()
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.redirect,
            "code_verifier": verifier,
        }
        methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        auth = None
        if "client_secret_basic" in methods:
            auth = (quote(self.client.client_id, safe=""), quote(self.client.client_secret, safe=""))
        else:
            sent |= {"client_id": self.client.client_id, "client_secret": self.client.client_secret}
        status, answer = _asked("POST", said["token_endpoint"], data=sent, auth=auth)
        token = answer.get("id_token")
        if status >= 500:
            raise _away()
        if status != httpx.codes.OK or not isinstance(token, str):
            raise not_right()
        return f"{LoginKind.OIDC.value} {self.client.issuer} {self._subject(token, nonce)}"

    def _subject(self, token: str, nonce: str) -> str:
        """Give the subject of an identity after every check that OpenID Connect asks for (Core 3.1.3.7)."""
        try:
            claims = self._decoded(token)
        except (JoseError, ValueError, TypeError, KeyError):
            raise not_right() from None
        now = time.time()
        audience = claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        right = (
            claims.get("iss") == self.client.issuer
            and self.client.client_id in named
            and (len(named) == 1 or "azp" in claims)
            and claims.get("azp", self.client.client_id) == self.client.client_id
            and _number(claims, "exp") > now - LEEWAY_S
            and now - 24 * 3_600 < _number(claims, "iat") < now + LEEWAY_S
            and ("nbf" not in claims or _number(claims, "nbf") < now + LEEWAY_S)
            and isinstance(claims.get("nonce"), str)
            and secrets.compare_digest(claims["nonce"].encode(), nonce.encode())
        )
        subject = claims.get("sub")
        if not right or not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isascii():
            raise not_right()
        return subject

    def _decoded(self, token: str) -> Mapping[str, Any]:
        header = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
        keys = self._key_set(str(header.get("kid", "")))
        return jwt.decode(token, keys, algorithms=ALGORITHMS).claims

    def _key_set(self, kid: str) -> KeySet:
        with self._lock:
            now, kept = self._clock(), self._keys
            known = kept is not None and any(key.kid == kid for key in kept[1].keys)
            old = kept is None or now - kept[0] > KEPT_S
            if kept is None or old or (not known and now - kept[0] > ASKED_AGAIN_S):
                status, answer = _asked("GET", self._description(locked=True)["jwks_uri"])
                if status != httpx.codes.OK:
                    raise _away()
                kept = self._keys = (now, KeySet.import_key_set({"keys": list(answer["keys"])}))
            return kept[1]

    def _description(self, *, locked: bool = False) -> dict[str, Any]:
        if not locked:
            with self._lock:
                return self._description(locked=True)
        now = self._clock()
        if self._said is None or now - self._said[0] > KEPT_S:
            address = self.client.issuer.rstrip("/") + "/.well-known/openid-configuration"
            status, answer = _asked("GET", address)
            endpoints = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if status != httpx.codes.OK or answer.get("issuer") != self.client.issuer:
                raise _away()
            if not all(is_private(str(answer.get(one, ""))) for one in endpoints):
                raise _away()
            self._said = (now, answer)
        return self._said[1]


def _number(claims: Mapping[str, Any], name: str) -> float:
    found = claims.get(name)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else float("nan")


@cache
def _trusted() -> ssl.SSLContext:
    """Give who is trusted to vouch for the provider's address; read once, for reading takes its time."""
    return ssl.create_default_context()


def _asked(method: str, address: str, **more: Any) -> tuple[int, dict[str, Any]]:
    """Ask the provider; give the status and the JSON object. Raises Unavailable."""
    try:
        with (
            httpx.Client(timeout=5.0, follow_redirects=False, trust_env=False, verify=_trusted()) as client,
            client.stream(method, address, headers={"Accept": "application/json"}, **more) as answer,
        ):
            body = b""
            for part in answer.iter_bytes():
                body += part
                if len(body) > MOST_READ:
                    raise _away()
        found = json.loads(body) if body else {}
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        raise _away() from None
    return answer.status_code, found if isinstance(found, dict) else {}


def _away() -> Unavailable:
    return Unavailable(
        "The identity provider does not answer as it should. Try again; tell the operator if it stays.",
        code="provider-unavailable",
    )


def not_right() -> NotAuthenticated:
    """Give the one answer to a sign-in at the provider that is not right."""
    return NotAuthenticated("The sign-in at the identity provider is not right or is over. Begin again.")


def begin_flow(
    connection: Connection,
    provider: Provider,
    *,
    organisation: str | None = None,
    invitation: str | None = None,
    session: Actor | None = None,
) -> Flow:
    """Begin a way to the provider: to sign in, to accept an invitation (its secret's hash), or to link.

    It is good for ten minutes and for one return, by the browser that began it. Raises Unavailable, and
    Conflict where a link is asked for with a token.
    """
    if session is not None and session.kind != SIGNED_IN:
        raise Conflict("Sign in first; a token links no identity.", code="no-session")
    state, nonce, verifier, browser = (secrets.token_urlsafe(32) for _ in range(4))
    location = provider.address(state, nonce, verifier)
    people.keep_flow(
        connection,
        door.now(),
        state_hash=hashed(state),
        browser_hash=hashed(browser),
        nonce=nonce,
        verifier=verifier,
        asked=organisation,
        invitation_hash=invitation,
        session=None if session is None else f"{session.organisation} {session.token}",
        expires_at=door.after(minutes=FLOW_MINUTES),
    )
    return Flow(location, browser)


def take_flow(connection: Connection, state: str, browser: str) -> Any:
    """Take what was begun, so that nobody takes it again; None where it is over or another browser's."""
    flow = people.take_flow(connection, hashed(state))
    if flow is None or flow.expires_at <= door.now() or flow.browser_hash != hashed(browser):
        return None
    return flow


def finish(connection: Connection, flow: Any, key: str) -> Begun:
    """Sign in, accept or link, with an identity that the provider vouched for; give the session.

    Raises NotAuthenticated for an identity that opens nothing, Conflict for one that is another's.
    """
    openings = credentials.opened_by(connection, key)
    if flow.invitation_hash is not None:
        return invitations.accept(connection, flow.invitation_hash, Proof(LoginKind.OIDC, key, openings))
    if flow.session is not None:
        return _link(connection, flow.session, key)
    return sign_in.begin(connection, sign_in.chosen(openings, flow.asked))


def _link(connection: Connection, session: str, key: str) -> Begun:
    organisation, _, id = session.partition(" ")
    actor = session_of(connection, organisation, id)
    door.lock_head(connection, organisation)
    openings = credentials.opened_by(connection, key)
    if any((one.organisation, one.member) == (organisation, actor.member) for one in openings):
        raise Conflict("This identity opens your membership already.", code="already-there")
    if openings and openings[0].person != actor.person:
        raise Conflict("This identity is another person's here.", code="already-there")
    proof = Proof(LoginKind.OIDC, key, openings)
    return sign_in.begin(connection, invitations.opens(connection, actor, proof, openings))


def no_provider() -> NotFound:
    """Give the answer where the deployment has no provider."""
    return NotFound("This deployment has no identity provider; sign in with a password.", code="no-provider")
