"""What happens when several do the same at once, over real sockets: one of them, or each in turn."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from db import door, kinds, tables
from db.canonical import parse
from db.queries import log_heads
from db.types import FOREVER
from db.verifying import verify_log, verify_records, verify_releases
from domain.drafts import IncidentDraft, Occurred
from domain.publications import ReleaseDraft
from services import incidents, releases
from services.records import new_id
from tests.histories import dump
from tests.scores import Score
from tests.servers import serving
from tests.worlds import World

INCIDENT = {
    "title": "Attacks in many towns",
    "country": "PK",
    "occurred": {"start": "2026-01-31", "end": "2026-01-31"},
}
FACT = tables.METADATA.tables["fact"]


@pytest.fixture
def served(world: World) -> Iterator[httpx.Client]:
    """A client of the world's database on a server of its own. Waiting is no topic here."""
    limits = httpx.Limits(max_connections=60)
    with (
        serving(world.url, wait_seconds=30) as address,
        httpx.Client(base_url=f"{address}/v1/", timeout=60, limits=limits) as client,
    ):
        yield client


def at_once(acts: Sequence[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    """Do all of these at once, each in a thread of its own, and give the answers in their order."""
    barrier = threading.Barrier(len(acts))

    def one(act: Callable[[], httpx.Response]) -> httpx.Response:
        barrier.wait(30)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def sound(world: World) -> None:
    with world.database.reading() as connection:
        assert verify_log(connection, world.organisation) == []
        assert verify_records(connection, world.organisation) == []


def test_fifty_parallel_retries_of_one_creation_make_one_record(
    world: World, served: httpx.Client, score: Score
) -> None:
    before = len(dump(world.url)["log"])

    def post() -> httpx.Response:
        return served.post("incidents", json=INCIDENT, headers=world.headers(Idempotency_Key="once"))

    answers = at_once([post] * 50)
    assert Counter(one.status_code for one in answers) == {201: 50}
    assert len({one.content for one in answers}) == 1
    assert sum("idempotency-replayed" in one.headers for one in answers) == 49
    after = dump(world.url)
    score("records made by 50 parallel retries of one key", len(after["incident"]), at_most=1)
    assert (len(after["incident"]), len(after["idempotency"]), len(after["log"])) == (1, 1, before + 1)
    sound(world)


def test_fifty_different_creations_at_once_make_fifty_records(world: World, served: httpx.Client) -> None:
    def post(number: int) -> Callable[[], httpx.Response]:
        headers = world.headers(Idempotency_Key=f"key-{number}")
        body = {"kind": "agency", "name": f"Agency {number}"}
        return lambda: served.post("sources", json=body, headers=headers)

    answers = at_once([post(number) for number in range(50)])
    assert Counter(one.status_code for one in answers) == {201: 50}
    assert (
        len({one.json()["id"] for one in answers})
        == len({one.json()["log_sequence"] for one in answers})
        == 50
    )
    assert len(dump(world.url)["source"]) == 50
    sound(world)


def test_of_twenty_changes_of_one_version_one_is_made_and_nineteen_are_told(
    world: World, served: httpx.Client, score: Score
) -> None:
    made = world.made("incidents", INCIDENT)

    def patch(number: int) -> Callable[[], httpx.Response]:
        body = {"title": f"Title {number}", "reason": {"code": "error_fixed"}}
        headers = world.headers(If_Match='"1"')
        return lambda: served.patch(f"incidents/{made['id']}", json=body, headers=headers)

    answers = at_once([patch(number) for number in range(20)])
    counted = Counter(one.status_code for one in answers)
    score("of 20 writers on one version, those who got 412", counted[412], at_least=19)
    assert counted == {200: 1, 412: 19}
    (winner,) = [one.json() for one in answers if one.status_code == 200]
    told = [one.json()["type"].rsplit("/", 1)[1] for one in answers if one.status_code == 412]
    assert set(told) == {"stale-version"}
    kept = world.get(f"incidents/{made['id']}").json()
    assert (kept["title"], kept["version"]) == (winner["title"], 2)
    sound(world)


def evidence(world: World, **incident: Any) -> str:
    """Record an incident with a claim; give the incident."""
    made: str = world.made("incidents", {**INCIDENT, **incident})["id"]
    source = world.made("sources", {"kind": "agency", "name": "News agency"})["id"]
    report = world.made("reports", {"source": source, "title": "Three dead"})["id"]
    figures = [{"key": "total", "outcome": "killed", "low": 3, "high": 3}]
    world.made("claims", {"report": report, "incident": made, "origin": source, "figures": figures})
    return made


def propose(world: World, incident: str, **more: Any) -> str:
    body = {"incident": incident, "policy": "reported-range", **more}
    made: str = world.made("assessments", body)["id"]
    return made


AGAIN = {"reason": {"code": "new_information"}}
"""What a proposal that supersedes an assessment in force says beside (R14)."""


def approve_at_once(world: World, served: httpx.Client, assessments: Sequence[str]) -> list[httpx.Response]:
    def approve(assessment: str, who: str) -> Callable[[], httpx.Response]:
        headers = world.headers(who, If_Match='"1"')
        return lambda: served.post(f"assessments/{assessment}/approve", headers=headers)

    return at_once([approve(one, who) for one, who in zip(assessments, ("reviewer", "second"), strict=True)])


def open_facts(world: World) -> set[tuple[str, str]]:
    with world.database.reading() as connection:
        rows = connection.execute(
            sa.select(FACT.c.incident, FACT.c.assessment).where(FACT.c.valid_to == FOREVER).distinct()
        )
        return {(row.incident, row.assessment) for row in rows}


@pytest.mark.parametrize("attempt", range(3))
def test_two_approvals_at_once_leave_one_assessment_in_force(
    world: World, served: httpx.Client, attempt: int
) -> None:
    incident = evidence(world)
    both = [propose(world, incident), propose(world, incident)]
    answers = approve_at_once(world, served, both)
    assert sorted(one.status_code for one in answers) == [200, 409]
    states = {key[0]: row["state"] for key, row in dump(world.url)["assessment"].items()}
    in_force = [id for id, state in states.items() if state == "approved"]
    assert len(in_force) == 1
    assert open_facts(world) == {(incident, in_force[0])}
    (other,) = set(states) - set(in_force)
    # Its author did not know the one that came into force first.
    assert states[other] == "proposed"
    sound(world)


@pytest.mark.parametrize("attempt", range(3))
def test_two_approvals_of_one_assessment_put_it_in_force_once(
    world: World, served: httpx.Client, attempt: int
) -> None:
    incident = evidence(world)
    one = propose(world, incident)
    answers = approve_at_once(world, served, [one, one])
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert open_facts(world) == {(incident, one)}
    sound(world)


@pytest.mark.parametrize("attempt", range(3))
def test_an_incident_and_its_part_approved_at_once_are_netted_all_the_same(
    world: World, served: httpx.Client, attempt: int
) -> None:
    above = evidence(world, kind="campaign")
    between = world.made("incidents", {**INCIDENT, "parent": above})["id"]
    below = evidence(world, kind="site", parent=between)
    both = [propose(world, above), propose(world, below)]
    answers = approve_at_once(world, served, both)
    assert [one.status_code for one in answers] == [200, 200]
    assert open_facts(world) == {(above, both[0]), (below, both[1])}
    counted = world.get("statistics", outcome="killed").json()["total"]
    alone = world.get("statistics", outcome="killed", by="incident").json()["data"]
    assert counted["incidents"] == 1
    # The part holds as many as the whole, so nobody is left of the campaign beside it.
    assert [one["incident"] for one in alone] == [below]
    assert alone[0]["low"] == counted["low"]
    sound(world)


def test_a_code_is_given_once_to_creators_at_once(world: World, served: httpx.Client) -> None:
    world.made("incidents", {**INCIDENT, "code": "PK-2026-0007"})

    def post() -> httpx.Response:
        return served.post("incidents", json=INCIDENT, headers=world.headers())

    answers = at_once([post] * 16)
    assert Counter(one.status_code for one in answers) == {201: 16}
    codes = sorted(one.json()["code"] for one in answers)
    assert codes == [f"PK-2026-{number:04d}" for number in range(1, 18) if number != 7]
    sound(world)


def test_an_import_that_asks_for_codes_and_a_creator_beside_it_do_not_block_each_other(world: World) -> None:
    """The import holds the log's head when it asks for a code; the creator asks first and writes then."""
    day = Occurred(start="2026-01-31", end="2026-01-31")
    draft = IncidentDraft(title="Attacks in many towns", country="PK", occurred=day)
    party = {"code": "armed-group", "name": "A", "side": None, "visibility": "organisation"}
    recorder, reviewer = world.actor("recorder"), world.actor("reviewer")
    holding = threading.Event()

    def creator() -> str:
        holding.wait(30)
        with world.database.writing() as connection:
            return str(parse(incidents.record(connection, reviewer, draft).stored.content)["code"])

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(creator)
        with world.database.writing() as connection:
            door.record(connection, recorder, [door.Act("create", kinds.PARTY, new_id(), 1, party)])
            holding.set()
            with pytest.raises(TimeoutError):
                other.result(0.5)  # it waits for its turn
            mine = parse(incidents.record(connection, recorder, draft).stored.content)["code"]
        assert (mine, other.result(30)) == ("PK-2026-0001", "PK-2026-0002")
    sound(world)


def test_one_code_asked_for_by_several_is_given_to_one(world: World, served: httpx.Client) -> None:
    def post() -> httpx.Response:
        return served.post("incidents", json={**INCIDENT, "code": "PK-2026-0001"}, headers=world.headers())

    answers = at_once([post] * 8)
    assert Counter(one.status_code for one in answers) == {201: 1, 409: 7}
    assert len(dump(world.url)["incident"]) == 1
    sound(world)


def test_acts_of_every_kind_on_one_incident_do_not_block_each_other(
    world: World, served: httpx.Client
) -> None:
    """Claims, places, changes, proposals and approvals lock the same rows in different orders."""
    incident = evidence(world)
    first = propose(world, incident)
    assert world.approve(first).status_code == 200
    claim = world.get("claims").json()["data"][0]
    waiting = [propose(world, incident, **AGAIN) for _ in range(4)]
    about = {"incident": incident, "report": claim["report"], "origin": claim["origin"]}

    def post(path: str, body: Any = None, who: str = "recorder", **more: str) -> Callable[[], httpx.Response]:
        headers = world.headers(who, **more)
        return lambda: served.post(path, json=body, headers=headers)

    def patch(number: int) -> Callable[[], httpx.Response]:
        body = {"title": f"Title {number}", "reason": {"code": "error_fixed"}}
        headers = world.headers(If_Match='"1"')
        return lambda: served.patch(f"incidents/{incident}", json=body, headers=headers)

    figures = [{"key": "total", "outcome": "killed", "low": 3, "high": 3}]
    acts = [
        *[post("claims", {**about, "figures": figures}) for _ in range(8)],
        *[post("places", {"incident": incident, "reported_name": f"Town {n}"}) for n in range(8)],
        *[post("victims", {"incident": incident}) for _ in range(8)],
        *[post("assessments", {"incident": incident, "policy": "reported-range", **AGAIN}) for _ in range(8)],
        *[patch(number) for number in range(4)],
        *[post(f"assessments/{one}/approve", who="second", If_Match='"1"') for one in waiting],
    ]
    answers = at_once(acts)
    found = Counter((one.request.method, one.status_code) for one in answers)
    # Of the four proposals made beside each other one comes into force; the others did not know it.
    assert found == {
        ("POST", 201): 32,
        ("POST", 200): 1,
        ("POST", 409): 3,
        ("PATCH", 200): 1,
        ("PATCH", 412): 3,
    }
    assert len(open_facts(world)) == 1
    sound(world)


def test_releases_approved_at_once_get_a_number_each_and_one_approved_twice_gets_one(
    world: World, served: httpx.Client
) -> None:
    world.made("parties", {"code": "somebody", "name": "Somebody"})
    with world.database.writing() as connection:
        actor = world.actor("recorder")
        seq = log_heads.head(connection, world.organisation).seq
        prepared = releases.prepare_at(connection, actor, ReleaseDraft("2026-01-31"), seq)
        made = [releases.propose(connection, actor, prepared).stored.id for _ in range(4)]

    def approve(id: str) -> Callable[[], httpx.Response]:
        headers, body = world.headers("second"), {"digest": prepared.digest}
        return lambda: served.post(f"releases/{id}/approve", json=body, headers=headers)

    answers = at_once([approve(id) for id in (*made, made[0])])
    assert Counter(one.status_code for one in answers) == {200: 4, 409: 1}
    assert sorted(one.json()["number"] for one in answers if one.status_code == 200) == [1, 2, 3, 4]
    sound(world)
    with world.database.reading() as connection:
        assert verify_releases(connection, world.organisation) == []
