"""An identity provider to sign in at: a program of others' in a process of its own, and what is before it.

``Between`` is a server that hands everything on, as a provider's own front does, and can be told to put
another identity in the place of the provider's: what somebody who broke in would send.
"""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = {"oidc_client_id": "civharm", "oidc_client_secret": "a secret of tests"}


@contextmanager
def provider() -> Iterator[str]:
    """Give the address of a provider that lets anybody be whoever they say."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            assert process.poll() is None, "the provider did not start"
            assert time.monotonic() < deadline, "the provider did not start in time"
            try:
                if httpx.get(f"{address}/jwks", timeout=2, trust_env=False).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(10)


@cache
def _asking() -> httpx.Client:
    """Give what asks as a browser does, without following what it is sent to."""
    return httpx.Client(trust_env=False, timeout=10)


@cache
def first_key() -> RSAKey:
    """Give a key to sign with; making one takes its time."""
    return RSAKey.generate_key(2048, {"kid": "first"})


@dataclass
class Between:
    """A server before a provider; ``claims`` and ``header`` are what it changes of an identity."""

    behind: str
    address: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    forging: bool = False
    key: RSAKey = field(default_factory=first_key)
    asked: list[str] = field(default_factory=list)
    challenges: dict[str, str] = field(default_factory=dict)

    def forge(self, **claims: Any) -> None:
        """Put identities of our own in the place of the provider's from now on, with these claims changed."""
        self.forging, self.claims = True, claims

    def answer(self, path: str, body: bytes) -> bytes:
        """Give what is sent instead of what the provider answered."""
        if not self.forging:
            return body
        if path == "/jwks":
            return json.dumps({"keys": [self.key.as_dict(private=False)]}).encode()
        if path == "/oauth2/token" and b"id_token" in body:
            found = json.loads(body)
            claims = json.loads(_part(found["id_token"], 1)) | self.claims
            claims = {name: value for name, value in claims.items() if value is not None}
            found["id_token"] = self._signed(claims)
            return json.dumps(found).encode()
        return body

    def _signed(self, claims: dict[str, Any]) -> str:
        header = {"alg": "RS256", "kid": self.key.kid, **self.header}
        if header["alg"] == "none":
            return ".".join([_encoded(header), _encoded(claims), ""])
        return jwt.encode(header, claims, self.key)


def _part(token: str, number: int) -> bytes:
    return base64.urlsafe_b64decode(token.split(".")[number] + "==")


def _encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@contextmanager
def between(behind: str) -> Iterator[Between]:
    """Start a server before a provider; it is the issuer to whoever asks there."""
    found = Between(behind)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._hand_on(None)

        def do_POST(self) -> None:
            self._hand_on(self.rfile.read(int(self.headers["Content-Length"])))

        def _hand_on(self, body: bytes | None) -> None:
            path = urlsplit(self.path).path
            found.asked.append(path)
            sent = {
                name: value
                for name, value in self.headers.items()
                if name.lower() in ("host", "authorization", "content-type")
            }
            answer = _asking().request(self.command, found.behind + self.path, content=body, headers=sent)
            given = found.answer(path, answer.content)
            self.send_response(answer.status_code)
            for name in ("content-type", "location"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(given)))
            self.end_headers()
            self.wfile.write(given)
            if path == "/oauth2/token" and body is not None:
                verifier = parse_qs(body.decode())["code_verifier"][0]
                digest = hashlib.sha256(verifier.encode()).digest()
                found.challenges["shown"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.address = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


def sign_in_there(location: str, subject: str) -> dict[str, str]:
    """Sign in at the provider as somebody, as a browser does; give what it sends the browser back with."""
    answer = _asking().post(location, data={"sub": subject})
    assert answer.status_code == 302, answer.text
    back = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in back.items()}
