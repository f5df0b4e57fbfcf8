"""Visibility: a restricted record is for the people who are named, in every answer there is."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from db import kinds, reach, sight
from db.engine import open_database
from db.tables import METADATA
from db.tables.sight import reach as EXCEPTIONS  # noqa: N812
from db.wall_check import Unwalled
from domain.drafts import ClearanceDraft
from domain.errors import NotAllowed
from services import clearances, organisations
from services.people import members
from tests.databases import Postgres, lent, owner_url
from tests.worlds import World, make_world

REASON = {"reason": "Reviews it."}


def evidence(world: World, who: str = "recorder", **incident: Any) -> dict[str, str]:
    """Record an incident with a report, a claim, a place, a victim and a listing; give their ids."""
    ids = {
        "source": world.made("sources", {"kind": "agency", "name": "News agency"}, who)["id"],
        "incident": world.made(
            "incidents",
            {
                "title": "Shelling of a market",
                "country": "PK",
                "occurred": {"start": "2026-02-01", "end": "2026-02-01"},
                **incident,
            },
            who,
        )["id"],
    }
    ids["report"] = world.made("reports", {"source": ids["source"], "title": "Ten dead"}, who)["id"]
    ids["claim"] = world.made("claims", claim(ids, 10), who)["id"]
    ids["place"] = world.made("places", {"incident": ids["incident"], "reported_name": "Quetta"}, who)["id"]
    ids["victim"] = world.made("victims", {"incident": ids["incident"], "names": [{"name": "A"}]}, who)["id"]
    ids["listing"] = world.made("listings", {"report": ids["report"], "victim": ids["victim"]}, who)["id"]
    return ids


def claim(ids: dict[str, str], count: int, **more: Any) -> dict[str, Any]:
    figures = [{"key": "total", "outcome": "killed", "low": count, "high": count}]
    body = {"report": ids["report"], "incident": ids["incident"], "origin": ids["source"], "figures": figures}
    return {**body, **more}


def assessed(world: World, incident: str, author: str = "recorder", approver: str = "second") -> str:
    id: str = world.made("assessments", {"incident": incident, "policy": "reported-range"}, author)["id"]
    answer = world.approve(id, approver)
    assert answer.status_code == 200, answer.text
    return id


def code_of(answer: Any) -> str:
    return str(answer.json()["type"].rsplit("/", 1)[-1].rsplit("#", 1)[-1])


def name(world: World, about: str, member: str, by: str = "recorder", kind: str = "incident") -> Any:
    body = {"kind": kind, "object": about, "member": world.members[member], **REASON}
    return world.post("clearances", body, by)


UNDER_INCIDENT = ("incident", "claim", "place", "victim", "listing")
NOUNS = {
    "incident": "incidents",
    "claim": "claims",
    "place": "places",
    "victim": "victims",
    "listing": "listings",
    "report": "reports",
    "source": "sources",
}


def reads(world: World, ids: dict[str, str], who: str) -> set[str]:
    """Give the kinds of these records that somebody reads; in lists and one by one it is the same."""
    found = {kind for kind, id in ids.items() if world.get(f"{NOUNS[kind]}/{id}", who).status_code == 200}
    listed = {
        kind
        for kind, id in ids.items()
        if id in {one["id"] for one in world.get(NOUNS[kind], who, limit=200).json()["data"]}
    }
    told = {
        kind for kind, id in ids.items() if world.get(f"{NOUNS[kind]}/{id}/history", who).status_code == 200
    }
    assert found == listed == told
    return found


def test_what_is_under_a_restricted_incident_is_read_by_its_recorder_alone(world: World) -> None:
    ids = evidence(world, visibility="restricted")
    assert reads(world, ids, "recorder") == set(ids)
    for who in ("viewer", "reviewer", "publisher", "service"):
        assert reads(world, ids, who) == set(ids) - set(UNDER_INCIDENT), who


def test_what_is_under_a_restricted_source_or_report_is_restricted_too(world: World) -> None:
    ids = evidence(world)
    assert world.patch(f"sources/{ids['source']}", {"visibility": "restricted"}, 1).status_code == 200
    left = {"incident", "place", "victim"}
    assert reads(world, ids, "reviewer") == left
    assert reads(world, ids, "recorder") == set(ids)
    changed = world.patch(f"sources/{ids['source']}", {"visibility": "organisation"}, 2)
    assert changed.status_code == 200
    assert reads(world, ids, "reviewer") == set(ids)
    assert world.patch(f"reports/{ids['report']}", {"visibility": "restricted"}, 1).status_code == 200
    assert reads(world, ids, "viewer") == left | {"source"}


def test_a_child_of_a_restricted_incident_moves_in_and_out_with_it(world: World) -> None:
    secret = evidence(world, visibility="restricted")["incident"]
    ids = evidence(world)
    version = 1
    for parent, seen in ((secret, False), (None, True), (secret, False)):
        answer = world.patch(f"incidents/{ids['incident']}", {"parent": parent}, version)
        assert answer.status_code == 200, answer.text
        version += 1
        assert reads(world, ids, "viewer") == (set(ids) if seen else set(ids) - set(UNDER_INCIDENT))


def test_nobody_hides_anothers_record_from_who_recorded_it(world: World) -> None:
    """By a parent, or by the origin of a claim, which only they read who restricted it."""
    mine = evidence(world, "recorder")
    secret = evidence(world, "reviewer", visibility="restricted")["incident"]
    origin = world.made(
        "sources", {"name": "Another agency", "kind": "agency", "visibility": "restricted"}, "reviewer"
    )["id"]

    def hide() -> list[Any]:
        return [
            world.patch(f"incidents/{mine['incident']}", {"parent": secret}, 1, "reviewer"),
            world.patch(f"claims/{mine['claim']}", {"origin": origin}, 1, "reviewer"),
        ]

    assert [(one.status_code, code_of(one)) for one in hide()] == [(409, "hides-from-recorder")] * 2
    assert reads(world, mine, "recorder") == set(mine)
    # Who recorded them is named for what they would lie under: then they may.
    assert name(world, secret, "recorder", "reviewer").status_code == 201
    assert name(world, origin, "recorder", "reviewer", "source").status_code == 201
    assert [one.status_code for one in hide()] == [200, 200]
    assert reads(world, mine, "recorder") == set(mine)


def test_a_restricted_record_is_opened_by_a_reviewer_or_by_who_recorded_it(world: World) -> None:
    """To be named for it is not enough: one who may not name one person would let in all."""
    ids = evidence(world, "reviewer", visibility="restricted")
    assert name(world, ids["incident"], "recorder", "reviewer").status_code == 201
    opening = {"visibility": "organisation"}
    refused = world.patch(f"incidents/{ids['incident']}", opening, 1, "recorder")
    assert (refused.status_code, code_of(refused)) == (403, "not-allowed")
    assert world.patch(f"incidents/{ids['incident']}", opening, 1, "reviewer").status_code == 200
    own = evidence(world, "recorder", visibility="restricted")
    assert world.patch(f"incidents/{own['incident']}", opening, 1, "recorder").status_code == 200


def test_the_operator_names_somebody_for_what_nobody_reads_any_more(world: World) -> None:
    ids = evidence(world, "recorder", visibility="restricted")
    draft = ClearanceDraft(
        kind="incident",
        object=ids["incident"],
        member=world.members["reviewer"],
        reason="Its recorder has left.",
    )
    operator = organisations.operator(world.organisation)
    with world.database.writing() as connection:
        for actor in (world.actor("admin"), world.actor("reviewer")):
            with pytest.raises(NotAllowed):
                clearances.give_by_operator(connection, actor, draft)
        members.deactivate(connection, operator, world.members["recorder"])
        clearances.give_by_operator(connection, operator, draft)
    assert reads(world, ids, "reviewer") == set(ids)
    page = world.get("log", "admin").json()
    acts = [(one["action"], one["actor"]) for one in page["data"]]
    assert ("clearance.give", "service:operator") in acts, page["links"]


@pytest.mark.parametrize("several", [True])
def test_hidden_missing_and_foreign_are_the_same_answer(world: World) -> None:
    ids = evidence(world, visibility="restricted")
    nobody = "00000000-0000-4000-8000-000000000000"
    for kind in UNDER_INCIDENT:
        for path in (f"{NOUNS[kind]}/{{}}", f"{NOUNS[kind]}/{{}}/history"):
            hidden, missing = (world.get(path.format(id), "reviewer") for id in (ids[kind], nobody))
            foreign = world.get(path.format(ids[kind]), world.stranger())
            assert hidden.status_code == 404
            assert hidden.content == missing.content == foreign.content
        tagged = world.client.get(
            f"/v1/{NOUNS[kind]}/{ids[kind]}", headers=world.headers("reviewer", If_None_Match='"1"')
        )
        assert tagged.status_code == 404
    for at in ("figures", "corroboration", "claims", "netting", "supersessions", "verification"):
        assert world.get(f"incidents/{ids['incident']}/{at}", "reviewer").status_code == 404, at
    changes = (
        world.patch(f"incidents/{id}", {"title": "Mine"}, 1, "reviewer") for id in (ids["incident"], nobody)
    )
    assert len({(one.status_code, one.content) for one in changes}) == 1


def test_a_hidden_record_cannot_be_referred_to(world: World) -> None:
    ids = evidence(world, visibility="restricted")
    nobody = "00000000-0000-4000-8000-000000000000"
    for body in ({"reported_name": "Here"}, {"reported_name": "Here", "claim": ids["claim"]}):
        hidden, missing = (
            world.post("places", {**body, "incident": id}, "reviewer") for id in (ids["incident"], nobody)
        )
        assert hidden.status_code == 422
        assert hidden.json() == missing.json()
        assert hidden.json()["errors"][0]["code"] == "unknown-reference"


def test_numbers_leave_out_what_the_caller_may_not_read(world: World) -> None:
    ids = evidence(world)
    assessed(world, ids["incident"])
    hidden = evidence(world, visibility="restricted")
    assert name(world, hidden["incident"], "second").status_code == 403  # a recorder names nobody
    reviewer = evidence(world, "reviewer", visibility="restricted")
    assert name(world, reviewer["incident"], "second", "reviewer").status_code == 201
    assessed(world, reviewer["incident"], "reviewer")

    def total(who: str, **more: Any) -> Any:
        answer = world.get("statistics", who, outcome="killed", **more)
        assert answer.status_code == 200, answer.text
        return answer.json()["total"]["low"], answer.headers["etag"]

    # Each twice, the second from the cache: one must not be given what another was.
    for _ in range(2):
        assert total("reviewer")[0] == total("second")[0] == 20
        assert total("viewer")[0] == total("publisher")[0] == total("recorder")[0] == 10
    assert total("reviewer")[1] != total("viewer")[1] == total("publisher")[1]
    now = world.get("organisation").json()["log_sequence"]
    assert total("viewer", known_at=now)[0] == 10
    assert total("second", known_at=now)[0] == 20
    assert reviewer["incident"] not in world.get("statistics", "viewer", outcome="killed", by="incident").text
    for path in ("changes", "revisions", "tables/monthly", "log", "package"):
        answer = world.get(path, "publisher", since=0) if path == "changes" else world.get(path, "publisher")
        assert reviewer["incident"].encode() not in answer.content, path


def test_a_cleared_member_reads_until_the_name_is_taken_off(world: World) -> None:
    ids = evidence(world, "reviewer", visibility="restricted")
    given = name(world, ids["incident"], "viewer", "reviewer")
    assert given.status_code == 201, given.text
    assert name(world, ids["incident"], "viewer", "reviewer").status_code == 409
    assert reads(world, ids, "viewer") == set(ids)
    id = given.json()["id"]
    assert [one["id"] for one in world.get("clearances", "viewer").json()["data"]] == [id]
    assert world.get("clearances", "second").json()["data"] == []
    assert world.get(f"clearances/{id}", "second").status_code == 404

    def end(version: int) -> Any:
        return world.client.post(
            f"/v1/clearances/{id}/end",
            json={"reason": "Moved."},
            headers=world.headers("reviewer", If_Match=f'"{version}"'),
        )

    assert end(1).status_code == 200
    assert end(2).status_code == 409
    assert reads(world, ids, "viewer") == set(ids) - set(UNDER_INCIDENT)
    assert name(world, ids["incident"], "viewer", "reviewer").status_code == 201
    assert reads(world, ids, "viewer") == set(ids)
    steps = world.get(f"clearances/{id}/history", "reviewer").json()["data"]
    assert [one["action"] for one in steps] == ["clearance.give", "clearance.end", "clearance.give"]


def test_a_member_who_leaves_is_named_for_nothing_when_they_come_back(world: World) -> None:
    ids = evidence(world, "reviewer", visibility="restricted")
    given = name(world, ids["incident"], "viewer", "reviewer").json()
    assert reads(world, ids, "viewer") == set(ids)
    member = world.members["viewer"]
    for step in ("deactivate", "activate"):
        answer = world.post(f"members/{member}/{step}", None, "admin")
        assert answer.status_code == 200, answer.text
        assert ids["incident"] not in answer.text
    with world.database.writing() as connection:
        operator = organisations.operator(world.organisation)
        issued = organisations.issue_token(connection, operator, label="again", member=member)
    world.tokens["viewer"] = issued.secret
    assert reads(world, ids, "viewer") == set(ids) - set(UNDER_INCIDENT)
    steps = world.get(f"clearances/{given['id']}/history", "reviewer").json()["data"]
    assert [one["action"] for one in steps] == ["clearance.give", "clearance.end"]
    assert given["id"] not in world.get("log", "admin", limit=500).text
    assert name(world, ids["incident"], "viewer", "reviewer").status_code == 201


def test_nobody_is_named_by_who_does_not_read_it_nor_for_what_is_not_restricted(world: World) -> None:
    ids = evidence(world, visibility="restricted")
    for who, status in (("second", 422), ("admin", 403), ("viewer", 403), ("service", 403)):
        assert name(world, ids["incident"], "second", who).status_code == status, who
    open_ = evidence(world)
    answer = name(world, open_["incident"], "viewer", "reviewer")
    assert (answer.status_code, code_of(answer)) == (422, "not-restricted")
    mine = evidence(world, "reviewer", visibility="restricted")
    answer = name(world, mine["claim"], "viewer", "reviewer", kind="claim")
    assert code_of(answer) == "not-restricted"


def test_a_service_restricts_nothing(world: World) -> None:
    occurred = {"start": "2026-02-01", "end": "2026-02-01"}
    body = {"title": "T", "occurred": occurred, "visibility": "restricted"}
    answer = world.post("incidents", body, "service")
    assert (answer.status_code, code_of(answer)) == (422, "nobody-named")


def test_who_restricts_what_another_recorded_reads_it_with_them(world: World) -> None:
    ids = evidence(world)
    changed = world.patch(f"incidents/{ids['incident']}", {"visibility": "restricted"}, 1, "reviewer")
    assert changed.status_code == 200, changed.text
    assert reads(world, ids, "reviewer") == reads(world, ids, "recorder") == set(ids)
    assert reads(world, ids, "second") == set(ids) - set(UNDER_INCIDENT)


def test_public_is_never_sent(world: World) -> None:
    for path, body in (("sources", {"kind": "agency", "name": "N"}), ("parties", {"code": "p", "name": "P"})):
        assert world.post(path, {**body, "visibility": "public"}).status_code == 422


def test_four_eyes_work_among_the_named(world: World) -> None:
    ids = evidence(world, visibility="restricted")
    proposed = world.made("assessments", {"incident": ids["incident"], "policy": "reported-range"})["id"]
    assert world.approve(proposed, "reviewer").status_code == 404
    assert world.get(f"assessments/{proposed}", "reviewer").status_code == 404
    assert world.approve(proposed, "recorder").status_code == 403
    mine = evidence(world, "reviewer", visibility="restricted")
    assert name(world, mine["incident"], "second", "reviewer").status_code == 201
    id = assessed(world, mine["incident"], "reviewer")
    assert world.get(f"assessments/{id}", "second").json()["state"] == "approved"
    assert world.get(f"assessments/{id}", "viewer").status_code == 404


def test_an_assessment_that_rests_on_a_restricted_claim_is_for_who_may_read_the_claim(world: World) -> None:
    ids = evidence(world, "reviewer")
    secret = world.made("claims", claim(ids, 14, visibility="restricted"), "reviewer")["id"]
    assert name(world, secret, "second", "reviewer", kind="claim").status_code == 201
    id = assessed(world, ids["incident"], "reviewer")
    assert world.get(f"assessments/{id}", "second").status_code == 200
    assert world.get(f"assessments/{id}", "recorder").status_code == 404
    body = {"incident": ids["incident"], "policy": "reported-range", "reason": {"code": "error_fixed"}}
    answer = world.post("assessments", body)
    assert (answer.status_code, code_of(answer)) == (409, "beyond-your-sight")


def test_a_restricted_part_is_not_told_by_what_is_left_of_the_whole(world: World) -> None:
    whole = evidence(world, "reviewer")
    assessed(world, whole["incident"], "reviewer")
    part = evidence(world, "reviewer", parent=whole["incident"], visibility="restricted", kind="site")
    assert name(world, part["incident"], "second", "reviewer").status_code == 201
    before = world.get("statistics", "viewer", outcome="killed", by="adm1").json()["data"]
    assessed(world, part["incident"], "reviewer")
    assert world.get("statistics", "viewer", outcome="killed", by="adm1").json()["data"] == before
    # And nobody is counted twice by those who see both.
    assert world.get("statistics", "second", outcome="killed").json()["total"]["low"] == 10
    opened = world.patch(f"incidents/{part['incident']}", {"visibility": "organisation"}, 1, "reviewer")
    assert opened.status_code == 200, opened.text
    assert world.get(f"incidents/{part['incident']}/netting", "viewer").json()["above"] is not None
    assert world.get("statistics", "viewer", outcome="killed").json()["total"]["low"] == 10


def numbers(world: World, who: str, **more: Any) -> tuple[int | None, int | None]:
    total = world.get("statistics", who, outcome="killed", **more).json()["total"]
    return total["low"], total["high"]


def test_a_number_that_rests_on_a_restricted_claim_is_summed_for_who_may_read_the_claim(world: World) -> None:
    ids = evidence(world, "reviewer")
    secret = world.made("claims", claim(ids, 777, visibility="restricted"), "reviewer")["id"]
    assert name(world, secret, "second", "reviewer", kind="claim").status_code == 201
    assessed(world, ids["incident"], "reviewer")
    assert numbers(world, "second") == numbers(world, "reviewer") == (10, 777)
    for who in ("viewer", "recorder", "publisher", "service"):
        assert numbers(world, who) == (None, None), who
        for path in ("statistics?by=incident&outcome=killed", "tables/monthly", "package"):
            assert b"777" not in world.get(path, who).content, (who, path)
    opened = world.patch(f"claims/{secret}", {"visibility": "organisation"}, 1, "reviewer")
    assert opened.status_code == 200, opened.text
    assert numbers(world, "viewer") == (10, 777)
    assert world.patch(f"claims/{secret}", {"visibility": "restricted"}, 2, "reviewer").status_code == 200
    assert numbers(world, "viewer") == (None, None)
    assert numbers(world, "viewer", known_at=world.get("organisation").json()["log_sequence"]) == (None, None)


@pytest.mark.parametrize("restricted", ["claims", "reports", "sources"])
def test_a_part_whose_evidence_is_restricted_is_not_told_by_what_is_left_of_the_whole(
    world: World, restricted: str
) -> None:
    whole = evidence(world, "reviewer")
    world.made("claims", claim(whole, 100), "reviewer")
    assessed(world, whole["incident"], "reviewer")
    before = world.get("statistics", "viewer", outcome="killed", by="incident").json()["data"]
    part = evidence(world, "reviewer", parent=whole["incident"], kind="site")
    assessed(world, part["incident"], "reviewer")
    assert world.get("statistics", "viewer", outcome="killed", by="incident").json()["data"] != before
    path = f"{restricted}/{part[restricted.removesuffix('s')]}"
    for version, visibility, alike in ((1, "restricted", True), (2, "organisation", False)):
        changed = world.patch(path, {"visibility": visibility}, version, "reviewer")
        assert changed.status_code == 200, changed.text
        now = world.get("statistics", "viewer", outcome="killed", by="incident").json()["data"]
        assert (now == before) is alike


def test_an_overlap_takes_nothing_out_that_tells_of_what_is_below_the_incident_it_names(world: World) -> None:
    period = {"start": "2026-01-01", "end": "2026-03-31", "precision": "period"}
    aggregate = evidence(world, "reviewer", kind="period_aggregate", occurred=period)
    world.made("claims", claim(aggregate, 100), "reviewer")
    assessed(world, aggregate["incident"], "reviewer")
    open_ = evidence(world, "reviewer")
    secret = evidence(world, "reviewer", parent=open_["incident"], kind="site", visibility="restricted")
    assert name(world, secret["incident"], "second", "reviewer").status_code == 201
    assessed(world, secret["incident"], "reviewer")
    before = world.get("statistics", "viewer", outcome="killed", by="incident").json()["data"]
    overlap = {"aggregate": aggregate["incident"], "incident": open_["incident"], "kind": "incident"}
    world.made("overlaps", {**overlap, "outcome": "killed"}, "reviewer")
    assert world.get("statistics", "viewer", outcome="killed", by="incident").json()["data"] == before


def test_the_log_does_not_tell_which_record(world: World) -> None:
    ids = evidence(world, visibility="restricted")
    for who, told in (("reviewer", False), ("admin", False)):
        entries = world.get("log", who, limit=200).json()["data"]
        assert any(one["object"] == ids["incident"] for one in entries) is told
        assert [one["seq"] for one in entries] == list(range(1, len(entries) + 1))
        assert ids["incident"] not in world.get("log", who, format="csv").text


def test_exceptions_are_what_the_records_say(world: World) -> None:
    evidence(world)
    assert world.made("sources", {"kind": "agency", "name": "Shared", "visibility": "partners"})
    shared = evidence(world, visibility="partners")
    with world.database.reading() as connection:
        rows = connection.execute(sa.select(EXCEPTIONS.c.object, EXCEPTIONS.c.level)).all()
    # Only the incident says so: what is under it says the organisation's.
    assert {row.level for row in rows} == {"partners"}
    assert shared["incident"] in {row.object for row in rows}
    assert len(rows) == 2


def test_no_table_that_names_records_is_met_whole_unsaid() -> None:
    seen = {kind.table.name for kind in sight.SEEN}
    for table in METADATA.tables.values():
        names = {one.referred_table.name for one in table.foreign_key_constraints} & seen
        if names or "object" in table.c:
            assert table.name in sight.OBJECT or table.name in sight.UNSEEN, table.name
    assert set(kinds.KINDS) == {kind.name for kind in sight.SEEN} | set(sight.NOT_SEEN)


def test_every_reference_to_a_record_is_one_that_it_is_under_or_said_not_to_be() -> None:
    seen = {kind.table.name: kind.name for kind in sight.SEEN}
    for kind in sight.SEEN:
        for table in (kind.table, *(part.table for part in kind.parts.values())):
            for one in table.foreign_key_constraints:
                target, column = one.referred_table.name, list(one.columns)[-1]
                if target not in seen or column.name in (kind.name, "relation_to"):
                    continue
                said = {(link.parent, link.kind) for link in reach.UNDER[kind.name]}
                named = (table.name, column.name) in reach.NOT_UNDER
                assert ((column, seen[target]) in said) != named, (table.name, column.name)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_query_that_forgets_meets_the_predicate_all_the_same(
    dialect: str, request: pytest.FixtureRequest
) -> None:
    with lent(request, dialect) as url:
        world = make_world(url)
        with world.client:
            evidence(world, visibility="restricted")
        for name_ in sight.OBJECT:
            table = METADATA.tables[name_]
            with world.database.reading() as connection:
                of = table.c[sight.OBJECT[name_]]
                query = sa.select(sa.func.count()).where(of.in_(sa.select(EXCEPTIONS.c.object)))
                assert connection.execute(query).scalar_one() == 0, name_
                alias = table.alias("again")
                of = alias.c[sight.OBJECT[name_]]
                query = sa.select(sa.func.count()).where(of.in_(sa.select(EXCEPTIONS.c.object)))
                assert connection.execute(query).scalar_one() == 0, name_
        world.outside.close()


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_sql_that_goes_round_the_compiler_meets_the_wall(
    dialect: str, request: pytest.FixtureRequest
) -> None:
    """On a database with a wall; the compiler leaves its predicate out there."""
    with lent(request, dialect) as url:
        world = make_world(url, several_organisations=True)
        with world.client:
            ids = evidence(world, "reviewer", visibility="restricted")
            assert name(world, ids["incident"], "viewer", "reviewer").status_code == 201

            def rows(table: str, who: str) -> int:
                asked = (
                    f"SELECT count(*) FROM {table} WHERE {sight.OBJECT[table]} IN (SELECT object FROM reach)"
                )
                with world.database.reading() as connection:
                    sight.see(connection, who)
                    return int(connection.execute(sa.text(asked)).scalar_one())

            there = {table: rows(table, sight.WHOLE) for table in sight.OBJECT}
            filled = {table for table, count in there.items() if count}
            assert filled >= {
                "incident",
                "claim",
                "figure",
                "place",
                "victim",
                "listing",
                "clearance",
                "revision",
            }
            for who in ("reviewer", "viewer"):
                assert {table: rows(table, world.members[who]) for table in filled} == {
                    table: there[table] for table in filled
                }
            for sees in ("", world.members["second"], world.members["recorder"]):
                assert {table: rows(table, sees) for table in filled} == dict.fromkeys(filled, 0)
        world.outside.close()


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_sql_that_goes_round_the_compiler_gives_a_partner_what_is_shared_and_nothing_else(
    dialect: str, request: pytest.FixtureRequest
) -> None:
    with lent(request, dialect) as url:
        world = make_world(url, several_organisations=True)
        with world.client:
            own = evidence(world)
            assert assessed(world, own["incident"])
            shared = {evidence(world, visibility="partners")["incident"]}

            def rows(sees: str, asked: str) -> list[str]:
                with world.database.reading() as connection:
                    sight.see(connection, sees)
                    # The driver's own: SQLAlchemy would be refused before the database is asked.
                    driver: Any = connection.connection.driver_connection
                    return [row[0] for row in driver.execute(asked).fetchall()]

            partner = sight.of_partner("another")
            for table in sorted(METADATA.tables.keys() - {"reach"}):
                if table in sight.OBJECT and table in sight.FOR_PARTNERS:
                    found = set(rows(partner, f"SELECT {sight.OBJECT[table]} FROM {table}"))
                    assert found <= shared, table
                    if table in ("incident", "revision"):
                        assert found == shared, table
                elif table not in sight.FOR_PARTNERS:
                    assert rows(partner, f"SELECT 1 FROM {table}") == [], table
            kept = ("member", "token", "log", "assessment", "fact", "person", "claim")
            assert all(rows(sight.WHOLE, f"SELECT 1 FROM {one}") for one in kept)
        world.outside.close()


def test_where_no_wall_was_seen_the_compiler_hides(postgres: Postgres) -> None:
    """As for who owns the tables, whom no policy of sight binds."""
    database = postgres.fresh()
    world = make_world(postgres.url_of(database))
    with world.client:
        evidence(world, visibility="restricted")
    plain = open_database(owner_url(world.url), pool_size=1, write_pool_size=1)
    with plain.within(world.organisation).reading() as connection:
        incidents = sa.select(sa.func.count()).select_from(METADATA.tables["incident"])
        assert connection.execute(sa.text("SELECT count(*) FROM incident")).scalar_one() == 1
        assert connection.execute(incidents).scalar_one() == 0
    with pytest.raises(Unwalled):
        plain.check()
    with plain.within(world.organisation).reading() as connection:
        assert connection.execute(incidents).scalar_one() == 0
    plain.close()
    world.outside.close()
    postgres.drop(database)
