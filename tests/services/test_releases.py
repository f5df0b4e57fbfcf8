"""Releases: the same cut-off gives the same bytes, a second member approves them, nothing changes them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from db.tables.releases import release_file
from db.verifying import verify_releases
from domain.publications import CITATION_MANIFEST, MANIFEST, digest_of, read_manifest
from tests.entries import assessed, code_of, entered, figure, proposed
from tests.histories import engine_of, tampering
from tests.published import (
    BACKENDS,
    CUTOFF,
    aged,
    approved_release,
    files_of,
    proposed_again,
    proposed_release,
    shared_world,
)
from tests.worlds import World


@pytest.fixture(scope="module", params=BACKENDS)
def recorded(request: pytest.FixtureRequest) -> Iterator[World]:
    """A record of three days ago: an incident assessed, another not. Tests add releases to it."""
    for world in shared_world(request):
        assessed(world, figure(low=3, high=5, comparator="between"), place=("PK2", "PK226"))
        entered(world, figure(low=2), day="2026-02-03")
        aged(world)
        yield world


@pytest.fixture(scope="module")
def approved(recorded: World) -> dict[str, Any]:
    """A release that tests only look at."""
    return approved_release(recorded)


def decided(world: World, release: dict[str, Any], act: str, body: Any, who: str = "second") -> Any:
    return world.post(f"releases/{release['id']}/{act}", body, who)


def changed_since(world: World) -> None:
    """Record, after the cut-off, all that could move what was known before it."""
    known, waiting = (one["id"] for one in world.get("incidents").json()["data"])

    def change(noun: str, id: str, body: Any) -> None:
        version = world.get(f"{noun}/{id}").json()["version"]
        answer = world.patch(f"{noun}/{id}", body, version)
        assert answer.status_code == 200, answer.text

    def assess(incident: str, **more: Any) -> None:
        assert world.approve(proposed(world, incident, **more)["id"]).status_code == 200

    day = {"start": "2026-01-15", "end": "2026-01-15"}
    change("incidents", known, {"title": "Another title", "occurred": day, "causes": ["small_arms"]})
    entered(world, figure(low=9), incident=known, source="Second hospital")
    late = {"outcome": "killed", "verified": 3, "verified_on": "2026-06-15"}
    assess(
        known, occurrence="verified", harm="verified", standard_of_proof="reasonable grounds", cells=[late]
    )
    (place,) = world.get("places", incident=known).json()["data"]
    change("places", place["id"], {"adm1": "PK3", "lon": 66.0, "lat": 30.0})
    change("incidents", waiting, {"out_of_scope": "outside_area"})
    world.made("organisation/policy", {"policy": "two-independent"}, "reviewer")
    campaign = entered(world, figure(low=30), day="2026-01-01", end="2026-02-28", kind="campaign")
    assess(campaign["incident"]["id"])
    change("incidents", known, {"parent": campaign["incident"]["id"]})


def test_two_runs_give_the_same_bytes_whatever_is_recorded_in_between(recorded: World) -> None:
    first = proposed_release(recorded)
    before = recorded.get("statistics", outcome="killed", by="month").json()["data"]
    changed_since(recorded)
    assert recorded.get("statistics", outcome="killed", by="month").json()["data"] != before
    again = proposed_release(recorded, who="reviewer")
    assert files_of(recorded, again) == files_of(recorded, first)
    assert again["digest"] == first["digest"]
    assert again["id"] != first["id"]
    rows = files_of(recorded, first)["monthly.csv"].decode().splitlines()
    (cell,) = [row for row in rows if row.startswith("cell,")]
    assert cell.startswith("cell,killed,2026-01,unknown,unknown,unknown,unknown,3,5,0,1,")


def test_the_data_say_nothing_of_who_made_them_when_or_under_which_number(
    recorded: World, approved: dict[str, Any]
) -> None:
    release = approved
    named = read_manifest(files_of(recorded, release)[MANIFEST])
    today = datetime.now(UTC).date().isoformat()
    for name, content in files_of(recorded, release).items():
        if name in named:
            text = content.decode("utf-8", "replace")
            assert today not in text, name
            for member in recorded.members.values():
                assert member not in text, name
            assert not any(f"Member {who}" in text for who in recorded.members), name


def test_the_manifest_names_every_file_and_its_digest_is_the_releases(
    recorded: World, approved: dict[str, Any]
) -> None:
    release, files = approved, files_of(recorded, approved)
    named = read_manifest(files[MANIFEST])
    cited = read_manifest(files[CITATION_MANIFEST])
    assert {*named, *cited} == set(files) - {MANIFEST, CITATION_MANIFEST}
    assert hashlib.sha256(files[CITATION_MANIFEST]).hexdigest() == release["citation_digest"]
    for name, sha256 in named.items():
        assert hashlib.sha256(files[name]).hexdigest() == sha256, name
    assert hashlib.sha256(files[MANIFEST]).hexdigest() == release["digest"]
    assert {one["name"]: one["sha256"] for one in release["files"]} == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items()
    }


def test_a_release_is_anchored_in_the_chain_of_the_log(recorded: World, approved: dict[str, Any]) -> None:
    release = approved
    said = json.loads(files_of(recorded, release)["log.json"])
    entries = recorded.get("log", "reviewer", limit=500).json()["data"]
    (entry,) = [one for one in entries if one["seq"] == release["known_at"]]
    assert (said["log_sequence"], said["hash"]) == (entry["seq"], entry["hash"])
    assert said["cutoff"] == CUTOFF


def test_a_cut_off_that_is_not_settled_is_refused_with_when_it_can_be_asked_for(recorded: World) -> None:
    today = datetime.now(UTC).date()
    answer = recorded.post("releases", {"cutoff": today.isoformat()})
    assert (answer.status_code, code_of(answer)) == (409, "cutoff-not-settled")
    assert f"{(today + timedelta(days=1)).isoformat()}T01:00Z" in answer.json()["detail"]


def test_what_cannot_be_released_is_refused(recorded: World) -> None:
    before = recorded.post("releases", {"cutoff": "2020-01-01"})
    assert (before.status_code, code_of(before)) == (409, "nothing-recorded")
    for body, code in (
        ({"cutoff": "2026-02-30"}, "invalid-date"),
        ({"cutoff": CUTOFF, "period_end": "2099-01-01"}, "future-date"),
        (
            {"cutoff": CUTOFF, "period_start": "2026-02-01", "period_end": "2026-01-01"},
            "inconsistent-dates",
        ),
        ({"cutoff": CUTOFF, "number": 7}, "unknown-field"),
        ({}, "required"),
    ):
        answer = recorded.post("releases", body)
        assert (answer.status_code, code_of(answer)) == (422, code), body
    assert recorded.post("releases", {"cutoff": CUTOFF}, "service").status_code == 403
    assert recorded.post("releases", {"cutoff": CUTOFF}, "viewer").status_code == 403


def test_a_period_that_ends_after_the_cut_off_is_refused(recorded: World) -> None:
    day = (datetime.fromisoformat(CUTOFF) + timedelta(days=1)).date().isoformat()
    answer = recorded.post("releases", {"cutoff": CUTOFF, "period_end": day})
    assert (answer.status_code, code_of(answer)) == (422, "inconsistent-dates")


def test_a_release_of_a_period_holds_the_harm_of_its_days(recorded: World) -> None:
    release = proposed_release(recorded, period_start="2026-02-01", period_end="2026-02-28")
    assert (release["period_start"], release["period_end"]) == ("2026-02-01", "2026-02-28")
    assert len(files_of(recorded, release)["monthly.csv"].decode().splitlines()) == 1
    january = proposed_release(recorded, period_start="2026-01-01", period_end="2026-01-31")
    levels = [
        row.partition(",")[0] for row in files_of(recorded, january)["monthly.csv"].decode().splitlines()
    ]
    assert levels == ["level", "total", "month", "sex", "age_group", "status", "party", "cell"]


def test_a_second_member_approves_the_digest_that_was_read(recorded: World) -> None:
    release = proposed_again(recorded, who="reviewer")
    body = {"digest": release["digest"]}
    for who, code in (
        ("reviewer", "four-eyes-required"),
        ("service", "four-eyes-required"),
        ("recorder", "not-allowed"),
    ):
        refused = decided(recorded, release, "approve", body, who)
        assert (refused.status_code, code_of(refused)) == (403, code), who
    other = decided(recorded, release, "approve", {"digest": "0" * 64})
    assert (other.status_code, code_of(other)) == (412, "digest-mismatch")
    short = decided(recorded, release, "approve", {"digest": "0"})
    assert (short.status_code, code_of(short)) == (422, "invalid-digest")
    done = decided(recorded, release, "approve", body).json()
    assert done["state"] == "approved"
    assert done["number"] >= 1
    assert done["approved_on"] == datetime.now(UTC).date().isoformat()
    again = decided(recorded, release, "approve", body)
    assert (again.status_code, code_of(again)) == (409, "invalid-transition")


def test_numbers_are_given_at_approval_and_never_twice(recorded: World) -> None:
    first = approved_release(recorded)
    waiting = proposed_again(recorded)
    turned_down = proposed_again(recorded)
    assert decided(recorded, turned_down, "reject", {"note": "A month is missing."}).json()["number"] is None
    second = approved_release(recorded)
    number: int = first["number"]
    assert (waiting["number"], second["number"]) == (None, number + 1)
    reason = {"reason": {"code": "error_fixed", "note": "Counted twice."}}
    assert decided(recorded, second, "withdraw", reason).status_code == 200
    third = decided(recorded, waiting, "approve", {"digest": waiting["digest"]}).json()
    assert third["number"] == number + 2
    late = decided(recorded, turned_down, "approve", {"digest": turned_down["digest"]})
    assert (late.status_code, code_of(late)) == (409, "invalid-transition")
    for place, one in enumerate((first, second, waiting)):
        assert recorded.get(f"releases/{number + place}").json()["id"] == one["id"]
    assert recorded.get(f"releases/{number + 3}").status_code == 404


def test_a_withdrawn_release_stays_readable_and_its_files_are_gone_with_the_reason(recorded: World) -> None:
    release = approved_release(recorded)
    number = release["number"]
    body = {"reason": {"code": "error_fixed", "note": "An incident was counted twice."}}
    refused = decided(recorded, release, "withdraw", body, "recorder")
    assert (refused.status_code, code_of(refused)) == (403, "not-allowed")
    wordless = decided(recorded, release, "withdraw", {"reason": {"code": "error_fixed", "note": " "}})
    assert wordless.status_code == 422
    assert decided(recorded, release, "withdraw", body).status_code == 200
    read = recorded.get(f"releases/{number}").json()
    assert (read["state"], read["number"]) == ("withdrawn", number)
    assert (read["reason_code"], read["reason"]) == ("error_fixed", "An incident was counted twice.")
    assert read["digest"] == release["digest"]
    for path in ("files/monthly.csv", "archive"):
        gone = recorded.get(f"releases/{number}/{path}")
        assert (gone.status_code, code_of(gone)) == (410, "release-withdrawn")
        assert "An incident was counted twice." in gone.json()["detail"]
    again = decided(recorded, release, "withdraw", body)
    assert (again.status_code, code_of(again)) == (409, "invalid-transition")
    steps = recorded.get(f"releases/{release['id']}/history").json()["data"]
    assert [one["action"] for one in steps] == ["release.propose", "release.approve", "release.withdraw"]
    assert steps[-1]["reason"] == {"code": "error_fixed", "note": "An incident was counted twice."}
    engine = engine_of(recorded.url)
    with engine.connect() as connection:
        for statement in ("reason = 'another'", "state = 'approved'"):
            with pytest.raises(sa.exc.DBAPIError, match="immutable"):
                connection.exec_driver_sql(f"UPDATE release SET {statement} WHERE id = '{release['id']}'")
            connection.rollback()
    engine.dispose()


REFUSED = {
    "UPDATE release SET digest = 'x'": "immutable",
    "UPDATE release SET title = 'x'": "immutable",
    "UPDATE release SET number = 9": "immutable",
    "UPDATE release SET known_at = 1": "immutable",
    "UPDATE release SET state = 'proposed', number = NULL": "immutable",
    "UPDATE release SET state = 'withdrawn', reason_code = 'error_fixed', reason = 'x', title = 'y'": (
        "immutable"
    ),
    "UPDATE release SET state = 'withdrawn'": "withdrawn_for_a_reason",
    "DELETE FROM release": "releases are kept",
    "UPDATE release_file SET bytes = NOTHING": "append-only",
    "UPDATE release_file SET sha256 = 'x'": "append-only",
    "DELETE FROM release_file": "append-only",
    "INSERT INTO release_file SELECT organisation, release, position + 90, 'more.csv', media, sha256, size, "
    "rows, bytes FROM release_file": "from the first",
}
"""Statements of somebody with the database's own password, and what the database says to them."""
OF_PROPOSAL = {
    "UPDATE release SET digest = 'x'": "immutable",
    "UPDATE release SET author_person = 'x'": "immutable",
    "UPDATE release SET state = 'approved', number = 99, approver = author, approver_person = author_person, "
    "approved_on = '2026-03-01', citation_digest = 'x'": "four_eyes",
    "UPDATE release SET number = 99": "numbered_at_approval",
    "DELETE FROM release": "releases are kept",
}


def test_the_database_refuses_to_change_a_release(recorded: World, approved: dict[str, Any]) -> None:
    proposal = proposed_again(recorded)
    nothing = "x''" if recorded.database.dialect == "sqlite" else "''::bytea"
    engine = engine_of(recorded.url)
    with engine.connect() as connection:
        for release, refused in ((approved, REFUSED), (proposal, OF_PROPOSAL)):
            for statement, said in refused.items():
                column = "release" if "release_file" in statement else "id"
                one = f"{statement.replace('NOTHING', nothing)} WHERE {column} = '{release['id']}'"
                with pytest.raises(sa.exc.DBAPIError, match=said):
                    connection.exec_driver_sql(one)
                connection.rollback()
        if connection.dialect.name == "postgresql":
            for table in ("release_file", "release, release_file, public_release, public_release_file"):
                with pytest.raises(sa.exc.DBAPIError, match=r"kept|append-only"):
                    connection.exec_driver_sql(f"TRUNCATE {table}")
                connection.rollback()
    engine.dispose()


def test_the_proof_finds_a_file_of_a_release_that_somebody_changed(
    recorded: World, approved: dict[str, Any]
) -> None:
    def found() -> list[str]:
        with recorded.database.reading() as connection:
            return verify_releases(connection, recorded.organisation)

    assert found() == []
    mine = f"release = '{approved['id']}'"
    log = f"{mine} AND file_name = 'log.json'"
    for statement, said in (
        (f"UPDATE release_file SET bytes = OTHER WHERE {log}", "the bytes of log.json"),
        (
            f"UPDATE release_file SET bytes = OTHER, size = 2, sha256 = '{digest_of(b'{}')}' WHERE {log}",
            "its files are not those",
        ),
        (f"DELETE FROM release_file WHERE {mine} AND file_name = 'notes.md'", "its files are not those"),
        (f"DELETE FROM release_file WHERE {mine} AND file_name = 'SHA256SUMS'", "SHA256SUMS is not the one"),
    ):
        with tampering(recorded.url) as connection:
            before = connection.exec_driver_sql(f"SELECT * FROM release_file WHERE {mine}").all()
            other = "x'7b7d'" if connection.dialect.name == "sqlite" else "'\\x7b7d'::bytea"
            connection.exec_driver_sql(statement.replace("OTHER", other))
        assert any(said in one for one in found()), statement
        with tampering(recorded.url) as connection:
            connection.exec_driver_sql(f"DELETE FROM release_file WHERE {mine}")
            connection.execute(release_file.insert(), [row._asdict() for row in before])
        assert found() == [], statement
