"""Schemathesis over the OpenAPI document: what the document says is what the service does.

Each operation gets requests that fit its schema and requests that do not, as a reviewer and as nobody. The
examples are the same in every run. ``CIVHARM_FUZZ_EXAMPLES=500`` makes it a long run: that many examples
an operation and mode, at random, on both databases.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from domain.schedules import Timing
from services import schedules
from services.jobs import queue
from services.jobs.deployment import Deployment
from tests.published import released_now
from tests.scores import Score
from tests.worlds import ROLES, World

schemathesis.checks.load_all_checks()
LONG = int(os.environ.get("CIVHARM_FUZZ_EXAMPLES", "0"))
EXAMPLES = {"sqlite": 3, "postgresql": 2}
"""Examples an operation and mode in an ordinary run: below a minute on two slow cores, both databases."""

DISABLED = {
    "positive_data_acceptance": "Rules between members, references to records and what text may hold are no "
    "part of JSON Schema, so a request that fits the schema may be refused.",
    "use_after_free": "The one DELETE ends the session that asks, and these ask with a token.",
    "ensure_resource_availability": "Looks at links between operations, which the document does not declare.",
    "object_level_authorization": "Asks for a second user of another organisation; "
    "test_bad_inputs compares foreign records with missing ones byte by byte.",
}
"""Checks that are not made, and why."""

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
)
DAY = {"start": "2026-01-31", "end": "2026-01-31"}


def known(world: World) -> dict[str, str]:
    """Give a record of each kind by the member that refers to it, so that requests meet something."""
    source = world.made("sources", {"name": "Agency", "kind": "agency"})["id"]
    report = world.made("reports", {"source": source, "title": "List", "kind": "list"})["id"]
    incident = world.made("incidents", {"title": "Attack", "occurred": DAY})["id"]
    figures = [{"key": "total", "outcome": "killed", "low": 3, "high": 3}]
    claim = world.made(
        "claims", {"report": report, "incident": incident, "origin": source, "figures": figures}
    )["id"]
    place = world.made("places", {"incident": incident, "reported_name": "Turbat"})["id"]
    victim = world.made("victims", {"incident": incident, "outcomes": [{"outcome": "killed"}]})["id"]
    listing = world.made("listings", {"report": report, "victim": victim})["id"]
    party = world.made("parties", {"code": "armed-group", "name": "Group"})["id"]
    asked = {"incident": incident, "policy": "reported-range"}
    assessment = world.made("assessments", asked, "second")["id"]
    return {
        "source": source,
        "origin": source,
        "report": report,
        "incident": incident,
        "claim": claim,
        "victim": victim,
        "side": "armed-group",
        "party": "armed-group",
        "said_party": "armed-group",
        "policy": "reported-range",
        "incidents": incident,
        "sources": source,
        "reports": report,
        "claims": claim,
        "places": place,
        "victims": victim,
        "listings": listing,
        "parties": party,
        "assessments": assessment,
        "vocabularies": "outcome",
        **works(world),
        "releases": released_now(world)["id"],
    }


def works(world: World) -> dict[str, str]:
    """Give a job, a schedule and a webhook by the noun of their address."""
    delivers = Deployment(delivery_dir=Path("/nowhere"))
    draft = schedules.Draft(Timing("monthly"), "export", {"table": "parties"})
    reviewer = world.actor("reviewer")
    with world.database.writing() as connection:
        job = queue.create(connection, reviewer, delivers, "export", {"table": "parties"})
        schedule = schedules.create(connection, reviewer, delivers, draft)
    webhook = world.made("webhooks", {"url": "https://localhost/", "types": ["job.done"]}, "admin")
    return {"jobs": job.id, "schedules": schedule.id, "webhooks": webhook["id"]}


def grounded(value: Any, ids: dict[str, str]) -> Any:
    """Give a body with its references to records replaced by records that are there."""
    if isinstance(value, dict):
        return {
            name: ids[name] if name in ids and isinstance(inner, str) else grounded(inner, ids)
            for name, inner in value.items()
        }
    return [grounded(one, ids) for one in value] if isinstance(value, list) else value


@dataclass
class Run:
    """Requests to one service as one caller, and what came of them."""

    world: World
    examples: int
    token: str | None
    ids: dict[str, str]
    statuses: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def all_operations(self) -> None:
        """Send every operation requests that fit the document, and requests that do not."""
        app = self.world.client.app
        schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=SchemathesisConfig())
        # What is malformed in a path or body may be met by a stale If-Match first.
        rejection = schema.config.checks.negative_data_rejection
        rejection.expected_statuses = [*rejection.expected_statuses, "412"]
        for result in schema.get_all_operations():
            assert isinstance(result, Ok), result
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                self.one_operation(result.ok(), mode)

    def one_operation(self, operation: Any, mode: GenerationMode) -> None:
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        noun = operation.path.split("/")[2]
        checks = schemathesis.checks.CHECKS.get_by_names(list(CHECKS))

        @hypothesis.settings(
            max_examples=self.examples,
            derandomize=not LONG,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        )
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            # A parameter that is an empty list is not written into the address, and an object is written as a
            # text like another: nothing wrong is sent.
            asked = (case.query or {}).values()
            hypothesis.assume(not any(one == [] or isinstance(one, dict) for one in asked))
            if mode is GenerationMode.POSITIVE:
                self.ground(case, noun)
            response = case.call(headers=headers)
            self.statuses[response.status_code] += 1
            case.validate_response(response, checks=checks, headers=headers)

        try:
            send()
        except FailureGroup as group:
            self.broken += [f"{operation.label} {mode}: {one}" for one in group.exceptions]
        except hypothesis.errors.Unsatisfiable:
            # An operation without parameters or body has nothing to negate.
            assert mode is GenerationMode.NEGATIVE, operation.label

    def ground(self, case: Any, noun: str) -> None:
        """Let a request speak of records that are there."""
        case.body = grounded(case.body, self.ids)
        for name in case.path_parameters or {}:
            case.path_parameters[name] = self.ids.get(noun, case.path_parameters[name])
        if "If-Match" in (case.headers or {}):
            case.headers["If-Match"] = '"1"'


@pytest.mark.parametrize("who", [*ROLES, "service", None] if LONG else ["reviewer", None])
def test_the_service_keeps_what_the_document_promises(
    world: World, backend: str, who: str | None, score: Score
) -> None:
    token = None if who is None else world.tokens[who]
    run = Run(world, LONG or EXAMPLES[backend], token, known(world))
    run.all_operations()
    assert not run.broken, "\n\n".join(run.broken)
    statuses = run.statuses
    score("generated requests (0 answers 5xx)", statuses.total(), together=20_000)
    assert not any(status >= 500 for status in statuses)
    # A run that meets nothing but refusals would prove little.
    if who is None:
        assert statuses[200] >= 4
        assert statuses[401] >= 50
        assert statuses[201] == 0
    elif who in ("reviewer", "second"):
        assert statuses[200] >= 20
        assert statuses[201] >= 3
        assert statuses[422] >= 10


def test_every_check_is_made_or_has_a_reason_not_to_be() -> None:
    assert set(schemathesis.checks.CHECKS.get_all_names()) == {*CHECKS, *DISABLED}
