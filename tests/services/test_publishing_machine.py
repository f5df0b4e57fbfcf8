"""Publishing by two people, whatever members do in whatever order, alone and at once.

A machine of random steps (``CIVHARM_STEPS`` sets how many): members who may record and publish both, and a
service, propose, publish, reject, retract and edit, also several at the same moment. After each step the
tables are looked at, not the answers: what is public is what two persons agreed on, and nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from db.canonical import parse
from db.tables.log import revision
from db.tables.publications import public_fact, public_incident, publication
from services import organisations
from tests.databases import lent
from tests.entries import assessed, figure
from tests.worlds import World, make_world

EACH = 20
NOBODY = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"
STEPS = int(os.environ.get("CIVHARM_STEPS", "120"))
WHO = ("one", "one again", "two", "three", "a program")
PUBLIC = ("published", "superseded", "retracted")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest) -> Iterator[World]:
    with lent(request, request.param) as url:
        world = make_world(url)
        operator = organisations.operator(world.organisation)
        with world.database.writing() as connection:
            for name in ("one", "two", "three"):
                member = organisations.add_member(connection, operator, name, ["recorder", "publisher"])
                for label in (name, f"{name} again"):
                    issued = organisations.issue_token(connection, operator, label=label, member=member)
                    world.tokens[label] = issued.secret
            service = organisations.issue_token(
                connection, operator, label="all", roles=["recorder", "reviewer", "publisher"]
            )
            world.tokens["a program"] = service.secret
        with world.client:
            yield world


class TwoPeople(RuleBasedStateMachine):
    """Members and a service at work on one incident, over HTTP; ``world`` is set by the test."""

    world: World
    proposals: Bundle[tuple[str, str]] = Bundle("proposals")

    def __init__(self) -> None:
        super().__init__()
        self.incident = assessed(self.world, figure(low=3))
        self.edits = 0

    def post(self, path: str, who: str, body: Any) -> Any:
        return self.world.post(path, body, who)

    @rule(target=proposals, who=st.sampled_from(WHO))
    def propose(self, who: str) -> tuple[str, str]:
        answer = self.post(f"incidents/{self.incident}/publications", who, {})
        assert answer.status_code in ((403,) if who == "a program" else (201, 422)), answer.text
        found = answer.json()
        return str(found.get("id", NOBODY)), str(found.get("content_sha256", "0" * 64))

    @rule(one=proposals, who=st.sampled_from(WHO))
    def publish(self, one: tuple[str, str], who: str) -> None:
        self.decided(
            self.post(f"publications/{one[0]}/publish", who, {"content_sha256": one[1]}), one[0], who
        )

    @rule(one=proposals, who=st.sampled_from(WHO))
    def reject(self, one: tuple[str, str], who: str) -> None:
        self.decided(self.post(f"publications/{one[0]}/reject", who, {}), one[0], who)

    @rule(one=proposals, who=st.sampled_from(WHO))
    def retract(self, one: tuple[str, str], who: str) -> None:
        body = {"reason": {"code": "error_fixed", "note": "Another place."}}
        self.decided(self.post(f"publications/{one[0]}/retract", who, body), one[0], who)

    def decided(self, answer: Any, id: str, who: str) -> None:
        author = {row.id: row.author_person for row in self.rows()}.get(id)
        mine = who == "a program" or author == self.world.actor(who).person
        assert answer.status_code in ((403, 404) if mine else (200, 404, 409)), answer.text

    @rule(one=proposals, them=st.lists(st.sampled_from(WHO), min_size=2, max_size=3))
    def publish_at_once(self, one: tuple[str, str], them: list[str]) -> None:
        def publish(who: str) -> int:
            status: int = self.post(
                f"publications/{one[0]}/publish", who, {"content_sha256": one[1]}
            ).status_code
            return status

        with ThreadPoolExecutor(len(them)) as pool:
            statuses = list(pool.map(publish, them))
        assert statuses.count(200) <= 1
        assert set(statuses) <= {200, 403, 404, 409}

    @rule(who=st.sampled_from(("one", "two")))
    def edit(self, who: str) -> None:
        self.edits += 1
        body = {"title": f"Market bombing, version {self.edits}"}
        assert self.world.patch(f"incidents/{self.incident}", body, self.edits, who).status_code == 200

    def rows(self) -> list[Any]:
        with self.world.database.reading() as connection:
            query = sa.select(publication, revision.c.content).join(
                revision,
                (revision.c.object == publication.c.id) & (revision.c.version == publication.c.version),
            )
            return list(connection.execute(query.where(publication.c.incident == self.incident)))

    @invariant()
    def what_is_public_is_what_two_persons_agreed_on(self) -> None:
        rows = self.rows()
        for row in rows:
            assert row.decider_person != row.author_person
            assert (row.decider_person is not None) == (row.state in (*PUBLIC, "rejected"))
        published = [row for row in rows if row.state == "published"]
        assert len(published) <= 1
        assert sum(row.state == "proposed" for row in rows) <= 1
        with self.world.database.reading() as connection:
            shown = connection.execute(
                sa.select(public_incident).where(public_incident.c.id == self.incident)
            ).one_or_none()
            facts = connection.execute(
                sa.select(sa.func.count()).where(public_fact.c.incident == self.incident)
            ).scalar_one()
        assert (shown is not None) == any(row.state in PUBLIC for row in rows)
        assert (shown is not None and shown.state == "published") == bool(published)
        assert bool(facts) == bool(published)
        if shown is not None and published:
            content = parse(published[0].content)
            sent = parse(shown.document)
            assert {name: sent[name] for name in content["document"]} == content["document"]


def test_nothing_is_public_by_one_person_whatever_they_do_in_whatever_order(shared: World) -> None:
    machine = type("Here", (TwoPeople,), {"world": shared})
    few = settings(
        max_examples=max(1, STEPS // EACH),
        stateful_step_count=EACH,
        deadline=None,
        derandomize=STEPS <= 120,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=few)
    with shared.database.reading() as connection:
        states = set(connection.execute(sa.select(publication.c.state)).scalars())
    # A machine in which nothing is decided would prove nothing.
    assert "published" in states
