"""A varied history that leaves rows in every table: what migrations, proofs and dumps are tried on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from db import door, kinds
from db.engine import open_database
from db.queries import gazetteer, imports, log_heads, people
from domain.fixed_tables import PublicFact
from domain.gazetteer import Spot, Unit
from domain.publications import ReleaseDraft
from domain.schedules import Timing
from services import public_tables, releases, schedules
from services.jobs import queue
from services.jobs.deployment import Deployment
from services.jobs.worker import Worker
from services.records import new_id
from services.webhooks import endpoints as webhooks
from tests.databases import owner_url
from tests.worlds import World

Table = dict[tuple[Any, ...], dict[str, Any]]
"""The rows of a table by their primary key."""


def fill(world: World) -> dict[str, str]:
    """Make a history that leaves at least one row in every table; give some of its ids by name."""
    ids = _evidence(world)
    ids |= _incidents_and_claims(world, ids)
    ids |= _persons(world, ids)
    ids |= _assessments(world, ids)
    ids["run"] = _import(world, ids)
    _gazetteer(world)
    ids["overlap"] = _overlap(world, ids)
    people = {"name": "people.csv", "source": "An office", "sha256": "0" * 64}
    rows = [{"year": "2026", "persons": 1_000_000}]
    ids["population"] = world.made("populations", {**people, "rows": rows})["id"]
    ids["release"] = _release(world, ids["population"])
    _public_tables(world)
    world.made("organisation/policy", {"policy": "two-independent", "note": "Decided in May."}, "reviewer")
    ids |= _publications(world, ids)
    ids["public_release"] = _public_release(world)
    ids |= _work(world)
    ids["session"] = _people(world)
    ids |= _restricted(world)
    agreed = {"partner": new_id(), "expires_at": door.after(days=30)[:10], "reason": "The same districts."}
    ids["agreement"] = world.made("agreements", agreed, "admin")["id"]
    return ids


def _publications(world: World, ids: Mapping[str, str]) -> dict[str, str]:
    """Publish an incident with a name and a finding that is none, and leave another proposal waiting."""
    told = "Resolution 123 4567 89 names the bank."
    changed = world.patch(f"incidents/{ids['site']}", {"narrative": told, "causes": ["grenade"]}, 1)
    assert changed.status_code == 200, changed.text
    body: dict[str, Any] = {
        "narrative": True,
        "coarsening": "grid",
        "grid_degrees": 0.1,
        "names": [
            {"victim": ids["victim"], "name": "Person A", "basis": "already_public", "note": "An obituary."}
        ],
        "overrides": [{"finding": "narrative:phone-number:11-22", "reason": "A resolution's number."}],
    }
    made = world.made(f"incidents/{ids['site']}/publications", body, "reviewer")
    sent = {"content_sha256": made["content_sha256"]}
    answer = world.post(f"publications/{made['id']}/publish", sent, "publisher")
    assert answer.status_code == 200, answer.text
    waiting = world.made(
        f"incidents/{ids['site']}/publications",
        {**body, "coarsening": "none", "grid_degrees": None},
        "reviewer",
    )
    return {"published": made["id"], "waiting": waiting["id"]}


def _people(world: World) -> str:
    """Leave somebody who was invited and signed in, and a token with the secret before its own."""
    secret = world.made("invitations", {"name": "Member C", "roles": ["viewer"]}, "admin")["secret"]
    # A login is unique in the deployment, which others may have filled too.
    chosen = {"login": f"c.{world.organisation[:8]}", "password": "otter paints a quiet harbour"}
    begun: dict[str, str] = world.made("invitations/accept", {"secret": secret, **chosen}, None)
    made = world.made("tokens/services", {"label": "feed", "roles": ["viewer"]}, "admin")["id"]
    assert world.post(f"tokens/{made}/rotate", {}, "admin").status_code == 200
    with world.database.writing() as connection:
        flow = dict.fromkeys(("browser_hash", "nonce", "verifier", "asked"), "0")
        people.keep_flow(connection, door.now(), state_hash=new_id(), expires_at=door.after(days=1), **flow)
    return begun["id"]


def _restricted(world: World) -> dict[str, str]:
    """Leave a source that is for its recorder and one more member, and a report that is under it."""
    source = {"kind": "witness", "name": "A witness", "confidential": True, "visibility": "restricted"}
    witness = world.made("sources", source, "reviewer")["id"]
    testimony = world.made("reports", {"source": witness, "title": "Testimony"}, "reviewer")["id"]
    named = {"kind": "source", "object": witness, "member": world.members["second"], "reason": "Reviews it."}
    clearance = world.made("clearances", named, "reviewer")["id"]
    return {"witness": witness, "testimony": testimony, "clearance": clearance}


def _work(world: World) -> dict[str, str]:
    """Leave a schedule, a job of its, a job that failed, and a webhook that was told of it in vain."""
    deployment = Deployment(delivery_dir=Path("/nowhere"))
    asked = {"table": "incidents", "filters": {"period": "last-month"}}
    reviewer = world.actor("reviewer")
    with world.database.writing() as connection:
        made = webhooks.create(
            connection, reviewer, deployment, "https://localhost/in", ["job.done", "job.failed"]
        )
        draft = schedules.Draft(Timing("monthly", 31), "export", asked, "For the board")
        schedule = schedules.create(connection, reviewer, deployment, draft).id
        job = queue.create(connection, reviewer, deployment, "export", {"table": "parties"}).id
    with world.database.writing() as connection:
        later = "2100-01-01T00:00:00.000000Z"
        assert schedules.make_job(connection, world.organisation, schedule, later) is not None
    # No folder is set for this worker, and the receiver is one that nothing may be sent to.
    assert Worker(world.outside, Deployment()).drain() == 2
    return {"webhook": made.id, "schedule": schedule, "job": job}


def _evidence(world: World) -> dict[str, str]:
    world.made("parties", {"code": "state-forces", "name": "State forces"})
    world.made("parties", {"code": "border-guard", "name": "Border guard", "side": "state-forces"})
    world.made("parties", {"code": "armed-group", "name": "The armed group"})
    agency = world.made("sources", {"kind": "agency", "name": "News agency", "reliability": "B"})["id"]
    official = world.made("sources", {"kind": "official", "name": "Police spokesman", "side": "state-forces"})
    first = world.made("reports", {"source": agency, "title": "Dozens dead", "url": "https://example.org/1"})
    second = world.made(
        "reports",
        {
            "source": agency,
            "title": "Toll rises",
            "published": "2026-02-03",
            "cites": [{"report": first["id"], "note": "its first story"}, {"source": official["id"]}],
        },
    )
    world.made("reports", {"source": agency, "kind": "list", "title": "A list of the dead"})
    return {"agency": agency, "official": official["id"], "report": second["id"], "first": first["id"]}


def _incidents_and_claims(world: World, ids: Mapping[str, str]) -> dict[str, str]:
    occurred = {"start": "2026-01-30", "end": "2026-02-02", "precision": "days", "basis": "inferred"}
    campaign = world.made(
        "incidents",
        {
            "title": "Attacks in many towns",
            "country": "PK",
            "kind": "campaign",
            "occurred": occurred,
            "causes": ["small_arms", "grenade"],
            "parties": [{"party": "armed-group", "responsibility": "declared"}],
        },
    )["id"]
    site = world.made(
        "incidents",
        {"title": "Attack on a bank", "kind": "site", "occurred": occurred, "parent": campaign},
    )["id"]
    answer = world.post(
        "claims",
        {
            "report": ids["report"],
            "incident": site,
            "origin": ids["official"],
            "as_of": "2026-02-02",
            "excerpt": "at least 33 people have been killed, 18 of them civilians",
            "figures": [
                {
                    "key": "total",
                    "outcome": "killed",
                    "low": 33,
                    "high": 33,
                    "open": True,
                    "comparator": "at_least",
                },
                {
                    "key": "civilians",
                    "outcome": "killed",
                    "status": "civilian",
                    "low": 18,
                    "high": 18,
                    "relation": "included_in",
                    "relation_to": "total",
                },
            ],
            "objects": [{"object": "bank", "effect": "set_on_fire", "low": 1, "high": 1}],
        },
        Idempotency_Key="claim-1",
    )
    assert answer.status_code == 201, answer.text
    claim = answer.json()["id"]
    # More civilians than people: stored all the same, with a flag (R9).
    world.made(
        "claims",
        {
            "report": ids["first"],
            "incident": campaign,
            "origin": ids["agency"],
            "figures": [
                {"key": "total", "outcome": "killed", "low": 3, "high": 3},
                {
                    "key": "civilians",
                    "outcome": "killed",
                    "status": "civilian",
                    "low": 5,
                    "high": 5,
                    "relation": "included_in",
                    "relation_to": "total",
                },
            ],
        },
    )
    before = world.made(
        "claims",
        {
            "report": ids["first"],
            "incident": site,
            "origin": ids["agency"],
            "figures": [{"key": "total", "outcome": "killed", "low": 30, "high": 30}],
        },
    )["id"]
    world.made(
        "supersessions", {"earlier": before, "later": claim, "outcome": "killed", "note": "It said more."}
    )
    place = world.made(
        "places",
        {
            "incident": site,
            "claim": claim,
            "reported_name": "Turbat",
            "lon": 63.05,
            "lat": 26.0,
            "adm1": "PK2",
        },
    )["id"]
    return {"campaign": campaign, "site": site, "claim": claim, "place": place}


def _persons(world: World, ids: Mapping[str, str]) -> dict[str, str]:
    victim = world.made(
        "victims",
        {
            "incident": ids["site"],
            "names": [{"name": "Person A", "script": "Latn"}, {"name": "شخص", "script": "Arab"}],
            "age_low": 34,
            "age_high": 34,
            "groups": ["journalist"],
            "outcomes": [{"outcome": "killed", "start": "2026-01-31", "end": "2026-01-31"}],
        },
    )["id"]
    listing = world.made(
        "listings",
        {
            "report": ids["report"],
            "victim": victim,
            "row": 17,
            "name": "Person A",
            "age_listed": "34",
            "extra": [["source", "h"], ["ward", "3"]],
        },
    )["id"]
    return {"victim": victim, "listing": listing}


def _assessments(world: World, ids: Mapping[str, str]) -> dict[str, str]:
    body: dict[str, Any] = {"incident": ids["site"], "policy": "reported-range"}
    superseded = world.made("assessments", body)["id"]
    assert world.approve(superseded).status_code == 200
    changed = world.patch(f"claims/{ids['claim']}", {"caveat": "preliminary"}, 1)
    assert changed.status_code == 200, changed.text
    body["reason"] = {"code": "error_fixed", "note": "The caveat was missing."}
    approved = world.made("assessments", body)["id"]
    assert world.approve(approved).status_code == 200
    withdrawn = world.made("assessments", body)["id"]
    answer = world.post(f"assessments/{withdrawn}/withdraw", {"note": "A new claim came in."})
    assert answer.status_code == 200, answer.text
    proposed = world.made("assessments", body)["id"]
    moved = world.patch(f"places/{ids['place']}", {"adm1": "PK2", "adm2": "PK217"}, 1)
    assert moved.status_code == 200, moved.text
    return {"superseded": superseded, "approved": approved, "withdrawn": withdrawn, "proposed": proposed}


def _import(world: World, ids: Mapping[str, str]) -> str:
    run = new_id()
    content = {
        "reader": "sheet",
        "file_name": "january.xlsx",
        "sha256": "0" * 64,
        "state": "done",
        "rows_read": 1,
        "rows_stored": 1,
        "rows_known": 0,
        "rows_skipped": 0,
        "findings": "[]",
        "visibility": "organisation",
    }
    with world.database.writing() as connection:
        door.record(connection, world.actor(), [door.Act("end", kinds.IMPORT_RUN, run, 1, content)])
        imports.remember(connection, world.organisation, "sheet", run, [("row-1", ids["site"], 2)])
    return run


def _gazetteer(world: World) -> None:
    district = Unit("PK217", "PK", 2, "Lasbela", "PK2", "2022-09-09")
    town = Spot("geonames", "1182998", "PK", "Bela", 26.22718, 66.31178, "PK2", None, 29380)
    with world.database.writing() as connection:
        gazetteer.store_units(connection, [district])
        gazetteer.store_spots(connection, [town])
        gazetteer.store_names(connection, town.source, [(town.key, town.country, ("Bela", "Las Bela"))])


def _overlap(world: World, ids: Mapping[str, str]) -> str:
    occurred = {"start": "2026-01-01", "end": "2026-01-31", "precision": "period"}
    aggregate = world.made(
        "incidents", {"title": "A morgue's month", "kind": "period_aggregate", "occurred": occurred}
    )["id"]
    found: str = world.made(
        "overlaps",
        {
            "aggregate": aggregate,
            "incident": ids["site"],
            "kind": "incident",
            "outcome": "killed",
            "status": "civilian",
        },
    )["id"]
    return found


def _release(world: World, population: str) -> str:
    """Propose a release of all that is known, with rates: its files are rows too."""
    with world.database.writing() as connection:
        actor = world.actor("reviewer")
        seq = log_heads.head(connection, world.organisation).seq
        draft = ReleaseDraft("2026-02-28", population=population)
        prepared = releases.prepare_at(connection, actor, draft, seq)
        return releases.propose(connection, actor, prepared).stored.id


def _public_release(world: World) -> str:
    """Make a release for the public of all that is published, and have a publisher approve it."""
    with world.database.writing() as connection:
        seq = log_heads.head(connection, world.organisation).seq
        draft = ReleaseDraft("2026-02-28", audience="public")
        prepared = releases.prepare_at(connection, world.actor("reviewer"), draft, seq)
        made = releases.propose(connection, world.actor("reviewer"), prepared).stored
        return releases.approve(connection, world.actor("publisher"), made.id, prepared.digest).stored.id


def _public_tables(world: World) -> None:
    """Make an edition of the fixed public tables."""
    facts = [
        PublicFact(id, "total", "injured", None, None, None, day, day, "AA", "AA1", 30)
        for id, day in (("one", "2024-03-01"), ("two", "2024-04-01"))
    ]
    with world.database.writing() as connection:
        actor = world.actor("publisher")
        public_tables.store(connection, actor, public_tables.prepare(connection, actor, facts))


def dump(url: str) -> dict[str, Table]:
    """Give every row of every table that the database has, whatever its schema's revision."""
    engine = engine_of(url)
    found: dict[str, Table] = {}
    with engine.connect() as connection:
        there = sa.MetaData()
        there.reflect(connection)
        for name, table in sorted(there.tables.items()):
            if name == "alembic_version":
                continue
            key = [column.name for column in table.primary_key]
            rows = connection.execute(sa.select(table)).mappings()
            found[name] = {tuple(row[column] for column in key): dict(row) for row in rows}
    engine.dispose()
    return found


def engine_of(url: str) -> sa.Engine:
    """Give an engine without any of the service's own settings, as the tables' owner: before the wall."""
    parsed = sa.engine.make_url(owner_url(url))
    if parsed.get_backend_name() == "postgresql":
        return sa.create_engine(parsed.set(drivername="postgresql+psycopg"), poolclass=sa.pool.NullPool)
    engine = sa.create_engine(parsed, poolclass=sa.pool.NullPool, connect_args={"isolation_level": None})
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


@contextmanager
def owning(url: str) -> Iterator[sa.Connection]:
    """Give the owner's connection, committed at the end: before the wall, with all else that guards.

    An SQLite file has no owner: there it is the service's own way to write.
    """
    database = open_database(owner_url(url), pool_size=1, write_pool_size=1)
    try:
        with database.writer.begin() as connection:
            yield connection
    finally:
        database.close()


@contextmanager
def tampering(url: str, *, keep: bool = True) -> Iterator[sa.Connection]:
    """Give a connection on which nothing guards the record: no triggers and no references.

    It stands for somebody with the database's own password or file. The guards are as they were
    afterwards; without ``keep``, so is everything else.
    """
    engine = engine_of(url)
    with engine.connect() as connection:
        guards: dict[str, str] = {}
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
        else:
            triggers = connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
            )
            guards = {row.name: row.sql for row in triggers}
        for name in guards:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield connection
        for sql in guards.values():
            connection.exec_driver_sql(sql)
        if keep:
            connection.commit()
    engine.dispose()
