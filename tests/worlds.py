"""A small organisation to test with: members of every role, their tokens, and a client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.testclient import TestClient

from api.app import create_app
from config import Settings
from db.engine import Database
from domain.access import Actor
from services import organisations


@dataclass
class World:
    """An organisation on a fresh database, served by the app.

    ``database`` is the database as the organisation meets it; ``outside`` is the service's own, in which
    nobody has entered.
    """

    url: str
    client: TestClient
    outside: Database
    organisation: str
    members: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.outside.within(self.organisation)

    def actor(self, who: str = "recorder") -> Actor:
        """Give the actor behind one of the tokens."""
        with self.database.reading() as connection:
            return organisations.authenticate(connection, self.tokens[who])

    def headers(self, who: str | None = "recorder", **more: str) -> dict[str, str]:
        given = {} if who is None else {"Authorization": f"Bearer {self.tokens[who]}"}
        return {**given, **{name.replace("_", "-"): value for name, value in more.items()}}

    def get(self, path: str, who: str | None = "recorder", **params: Any) -> Any:
        shown = {name.rstrip("_"): value for name, value in params.items()}
        return self.client.get(f"/v1/{path}", params=shown, headers=self.headers(who))

    def post(self, path: str, body: Any = None, who: str | None = "recorder", **more: str) -> Any:
        return self.client.post(f"/v1/{path}", json=body, headers=self.headers(who, **more))

    def patch(self, path: str, body: Any, version: int | str | None, who: str = "recorder") -> Any:
        more = {} if version is None else {"If_Match": f'"{version}"'}
        sent = {"reason": {"code": "error_fixed"}, **body}
        return self.client.patch(f"/v1/{path}", json=sent, headers=self.headers(who, **more))

    def made(self, path: str, body: Any, who: str | None = "recorder") -> dict[str, Any]:
        """Give a record just created; fail when it was refused."""
        answer = self.post(path, body, who)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def stranger(self) -> str:
        """Give the name under which a reviewer and administrator of another organisation asks here.

        On SQLite the world is one made for ``several_organisations``.
        """
        if "stranger" not in self.tokens:
            with self.database.writing() as connection:
                operator = organisations.operator(organisations.found(connection, "Other Recorder"))
                who = organisations.add_member(connection, operator, "Member other", ["reviewer", "admin"])
                issued = organisations.issue_token(connection, operator, label="other", member=who)
            self.tokens["stranger"] = issued.secret
        return "stranger"

    def approve(self, assessment: str, who: str = "second", version: int = 1) -> Any:
        return self.client.post(
            f"/v1/assessments/{assessment}/approve", headers=self.headers(who, If_Match=f'"{version}"')
        )


ROLES = {
    "viewer": ["viewer"],
    "recorder": ["recorder"],
    "reviewer": ["reviewer"],
    "second": ["reviewer"],
    "publisher": ["publisher"],
    "admin": ["admin"],
    "dashboard": ["dashboard"],
}


def make_world(url: str, name: str = "Test Recorder", **settings: Any) -> World:
    """Make the organisation on a migrated database and serve it."""
    # Tests ask as often as they like; what limits them has tests of its own.
    app = create_app(Settings(database_url=url, **{"requests_per_minute": 0, **settings}))
    database: Database = app.state.desk.database
    client = TestClient(app, raise_server_exceptions=False)
    with database.writing() as connection:
        organisation = organisations.found(connection, name)
        world = World(url, client, database, organisation)
        operator = organisations.operator(organisation)
        for who, roles in ROLES.items():
            world.members[who] = organisations.add_member(connection, operator, f"Member {who}", roles)
            issued = organisations.issue_token(connection, operator, label=who, member=world.members[who])
            world.tokens[who] = issued.secret
        service = organisations.issue_token(
            connection, operator, label="service", roles=["recorder", "reviewer"]
        )
        world.tokens["service"] = service.secret
    return world


@contextmanager
def serving(url: str) -> Iterator[TestClient]:
    """Serve a migrated database that others have filled."""
    with TestClient(
        create_app(Settings(database_url=url, requests_per_minute=0)), raise_server_exceptions=False
    ) as client:
        yield client
