"""Many incidents recorded and assessed at once are what one after the other would have made."""

from __future__ import annotations

from typing import Any

from bench.cases import Cases
from bench.loading import load, make_world
from db.canonical import parse
from db.engine import Database, open_database
from db.kinds import ASSESSMENT
from db.queries import log_heads, records
from services.assessing_many import propose_many
from services.assessments import approve_many, propose
from services.findings import Proposal
from services.records import create_many

OWN = ("known_seq", "content_hash")
"""What differs between two proposals on the same evidence: when they were made."""


def _loaded(url: str, size: int) -> tuple[Database, Any, list[str]]:
    database = open_database(url)
    world = make_world(database)
    database = database.within(world.organisation)
    cases = Cases(size)
    found = []
    with database.writing() as connection:
        create_many(connection, world.author, list(cases.background()))
        for case in cases.incidents():
            create_many(connection, world.author, case.drafts)
            found.append(case.incident)
    return database, world, found


def test_proposing_many_finds_what_proposing_each_finds(url: str) -> None:
    database, world, incidents = _loaded(url, 12)
    with database.writing() as connection:
        one_by_one = {
            id: parse(propose(connection, world.author, _proposal(id)).stored.content) for id in incidents
        }
    with database.writing() as connection:
        many = propose_many(connection, world.author, [_proposal(id) for id in incidents])
        together = records.of_ids(connection, ASSESSMENT, world.organisation, many.assessments.values())
    assert many.refused == ()
    for id, assessment in many.assessments.items():
        content = parse(together[assessment].content)
        for name in set(content) - set(OWN):
            assert content[name] == one_by_one[id][name], name
    database.close()


def _proposal(incident: str) -> Proposal:
    return Proposal(incident=incident, policy="latest-by-origin")


def test_an_incident_that_is_not_there_is_refused_and_the_others_go_on(url: str) -> None:
    database, world, incidents = _loaded(url, 2)
    with database.writing() as connection:
        missing = "00000000-0000-4000-8000-000000000000"
        many = propose_many(connection, world.author, [_proposal(id) for id in (missing, *incidents)])
    assert sorted(many.assessments) == sorted(incidents)
    assert [id for id, _ in many.refused] == [missing]
    with database.writing() as connection:
        done = approve_many(connection, world.approver, list(many.assessments.values()))
        assert len(done.approved) == 2
        assert log_heads.head(connection, world.organisation).fact_seq > 0
    database.close()


def test_records_in_one_chunk_may_refer_to_those_before_and_after_its_border(url: str) -> None:
    # Some 1,500 records: a chunk of the door begins in the middle of an incident's.
    database = open_database(url)
    loaded = load(database, make_world(database), Cases(300))
    assert loaded.by_table["incident"] == loaded.by_table["assessment"] == 300
    assert loaded.by_table["fact"] > 300
    database.close()
