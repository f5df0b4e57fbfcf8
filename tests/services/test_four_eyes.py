"""Four eyes, whatever members do in whatever order, alone and at once: no finding in force is one person's.

A machine of random steps (``CIVHARM_STEPS`` sets how many; 5,000 take some minutes): members with two tokens
each and a service propose, approve, withdraw and change claims, also several at the same moment. After each
step the tables are looked at, not the answers.
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

from db.tables.assessments import assessment
from services import organisations
from tests.databases import lent
from tests.entries import entered, figure
from tests.histories import engine_of
from tests.scores import Score
from tests.worlds import World, make_world

EACH = 40
NOBODY = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"
STEPS = int(os.environ.get("CIVHARM_STEPS", "200"))
WHO = ("first", "first again", "second", "second again", "third", "service")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest) -> Iterator[World]:
    with lent(request, request.param) as url:
        world = make_world(url)
        operator = organisations.operator(world.organisation)
        with world.database.writing() as connection:
            for name in ("first", "second", "third"):
                member = organisations.add_member(connection, operator, name, ["reviewer"])
                for label in (name, f"{name} again"):
                    issued = organisations.issue_token(connection, operator, label=label, member=member)
                    world.tokens[label] = issued.secret
        with world.client:
            yield world


class FourEyes(RuleBasedStateMachine):
    """Members and a service at work on one incident, over HTTP; ``world`` is set by the test."""

    world: World
    proposals: Bundle[str] = Bundle("proposals")

    def __init__(self) -> None:
        super().__init__()
        made = entered(self.world, figure(low=3))
        self.incident: str = made["incident"]["id"]
        self.claim: str = made["claim"]["id"]
        self.changes = 0

    def post(self, path: str, who: str, body: Any = None, **headers: str) -> Any:
        return self.world.post(path, body, who, **headers)

    @rule(target=proposals, who=st.sampled_from(WHO))
    def propose(self, who: str) -> str:
        reason = {"reason": {"code": "new_information"}} if self.in_force() else {}
        body = {"incident": self.incident, "policy": "reported-range", **reason}
        answer = self.post("assessments", who, body)
        assert answer.status_code == (403 if who == "service" else 201), answer.text
        return str(answer.json().get("id", NOBODY))

    @rule(id=proposals, who=st.sampled_from(WHO))
    def approve(self, id: str, who: str) -> None:
        author = {row.id: row.author_person for row in self.rows()}.get(id)
        answer = self.post(f"assessments/{id}/approve", who, If_Match='"1"')
        if who == "service" or author == self.persons[who]:
            assert answer.status_code in (403, 404, 412), answer.text
        assert answer.status_code in (200, 403, 404, 409, 412), answer.text

    @rule(id=proposals, them=st.lists(st.sampled_from(WHO), min_size=2, max_size=4))
    def approve_at_once(self, id: str, them: list[str]) -> None:
        def approve(who: str) -> int:
            status: int = self.post(f"assessments/{id}/approve", who, If_Match='"1"').status_code
            return status

        with ThreadPoolExecutor(len(them)) as pool:
            statuses = list(pool.map(approve, them))
        assert statuses.count(200) <= 1
        assert set(statuses) <= {200, 403, 404, 409, 412}

    @rule(id=proposals, who=st.sampled_from(WHO))
    def withdraw(self, id: str, who: str) -> None:
        answer = self.post(f"assessments/{id}/withdraw", who, {})
        assert answer.status_code in (200, 403, 404, 409), answer.text

    @rule(who=st.sampled_from(WHO))
    def change_the_claim(self, who: str) -> None:
        self.changes += 1
        body = {"caveat": f"preliminary {self.changes}"}
        assert self.world.patch(f"claims/{self.claim}", body, self.changes, who).status_code == 200

    def in_force(self) -> bool:
        return any(row.state == "approved" for row in self.rows())

    def rows(self) -> list[Any]:
        with self.world.database.reading() as connection:
            query = sa.select(assessment).where(
                assessment.c.organisation == self.world.organisation, assessment.c.incident == self.incident
            )
            return list(connection.execute(query))

    @property
    def persons(self) -> dict[str, str | None]:
        return {who: self.world.actor(who).person for who in WHO}

    @invariant()
    def no_finding_is_one_persons(self) -> None:
        rows = self.rows()
        for row in rows:
            decided = row.state in ("approved", "superseded")
            assert (row.approver_person is not None) == decided
            assert row.approver_person != row.author_person
            assert row.approver != row.author
        assert sum(row.state == "approved" for row in rows) <= 1


def test_no_finding_is_in_force_by_one_person_whatever_they_do_in_whatever_order(
    shared: World, score: Score
) -> None:
    machine = type("Here", (FourEyes,), {"world": shared})
    few = settings(
        max_examples=max(1, STEPS // EACH),
        stateful_step_count=EACH,
        deadline=None,
        derandomize=STEPS <= 200,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=few)
    score("random steps of people who try to approve alone (0 did)", STEPS // EACH * EACH, at_least=5_000)
    with shared.database.reading() as connection:
        states = [row.state for row in connection.execute(sa.select(assessment.c.state))]
    # A machine in which nothing is approved would prove nothing.
    assert states.count("approved") > 1
    assert states.count("superseded") > 1


@pytest.mark.parametrize("table", ["assessment", "release"])
def test_the_database_too_refuses_an_approver_who_is_the_author(shared: World, table: str) -> None:
    engine = engine_of(shared.url)
    names = [one["sqltext"] for one in sa.inspect(engine).get_check_constraints(table)]
    engine.dispose()
    assert any("approver_person <> author_person" in str(one) for one in names)
