"""The fixed tables over HTTP: made by a publisher, read by everybody in the bytes that were kept."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from typing import Any

import pytest

from domain.fixed_tables import TABLES
from services import organisations
from services import public_tables as service
from tests.databases import lent
from tests.entries import code_of, figure
from tests.published import BACKENDS
from tests.services.test_public_tables import fact
from tests.services.test_publications import incident, published
from tests.worlds import World, make_world

NAMES = sorted(one.name for one in TABLES)
TOKENLESS = None


def edition(world: World, who: str | None = "publisher", body: Any = None, **more: str) -> Any:
    return world.post("editions", body or {}, who, **more)


def publish_injured(world: World, *numbers: int, day: str = "2024-03-04") -> None:
    for low in numbers:
        published(world, incident(world, figure(low=1), figure("i", low, outcome="injured"), day=day))


@pytest.fixture(scope="module", params=BACKENDS)
def two_editions(request: pytest.FixtureRequest) -> Iterator[World]:
    """A world that nothing here changes: two editions, the second with another year."""
    with lent(request, request.param) as url:
        found = make_world(url)
        with found.client:
            publish_injured(found, 3)
            publish_injured(found, 30, 40, day="2024-04-02")
            publish_injured(found, 50, day="2024-05-02")
            assert edition(found).status_code == 201
            publish_injured(found, 60, day="2025-03-04")
            assert edition(found).status_code == 201
            yield found


def test_everybody_reads_a_table_in_the_bytes_that_were_kept(two_editions: World) -> None:
    world = two_editions
    for name in NAMES:
        with world.database.reading() as connection:
            kept = service.public_document(connection, world.organisation, name)
        for who in (TOKENLESS, "dashboard", "viewer"):
            answer = world.get(f"public/tables/{name}", who)
            assert (answer.status_code, answer.text) == (200, kept.document)
            assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
            assert answer.headers["cache-control"] == "public, max-age=60"
            assert answer.headers["content-type"] == "application/json"


def test_who_has_a_table_is_told_so(two_editions: World) -> None:
    world = two_editions
    for asked in ({}, {"format": "csv"}):
        first = world.get("public/tables/by-month", TOKENLESS, **asked)
        again = world.client.get(
            "/v1/public/tables/by-month", params=asked, headers={"If-None-Match": first.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
        assert (again.headers["etag"], again.headers["vary"]) == (
            first.headers["etag"],
            "Authorization, Accept",
        )


def test_an_earlier_edition_stays_as_it_was_printed(two_editions: World) -> None:
    def years(**asked: Any) -> set[str]:
        answer = two_editions.get("public/tables/by-month", TOKENLESS, **asked)
        return {one["year"] for one in answer.json()["rows"]}

    assert years() == years(edition=2) == {"2024", "2025"}
    assert years(edition=1) == {"2024"}


@pytest.mark.parametrize("asked", [{"params": {"format": "csv"}}, {"headers": {"Accept": "text/csv"}}])
def test_a_table_is_given_as_csv(two_editions: World, asked: dict[str, Any]) -> None:
    answer = two_editions.client.get("/v1/public/tables/by-month", **asked)
    assert answer.headers["content-type"].startswith("text/csv; charset=utf-8")
    assert answer.headers["content-disposition"] == 'attachment; filename="by-month-2.csv"'
    read = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    rows = two_editions.get("public/tables/by-month", TOKENLESS).json()["rows"]
    assert [row["persons"] for row in read] == [
        "" if row["persons"] is None else str(row["persons"]) for row in rows
    ]
    assert "" in {row["persons"] for row in read}


def test_the_list_names_every_table_of_every_edition(two_editions: World) -> None:
    world = two_editions

    def listed(**asked: Any) -> list[dict[str, Any]]:
        page = world.get("public/tables", TOKENLESS, **asked).json()
        found: list[dict[str, Any]] = page["data"]
        while page["links"]["next"]:
            page = world.client.get(page["links"]["next"]).json()
            found += page["data"]
        return found

    whole = listed()
    assert [(one["edition"], one["table"]) for one in whole] == sorted(
        ((number, name) for number in (1, 2) for name in NAMES), reverse=True
    )
    assert listed(limit=4) == whole
    assert listed(organisation=world.organisation, edition=2, limit=1) == whole[:3]
    assert listed(organisation="nobody") == []
    for one in whole:
        answer = world.client.get(one["links"]["self"])
        assert hashlib.sha256(answer.content).hexdigest() == one["sha256"]
        assert world.client.get(one["links"]["csv"]).headers["content-type"].startswith("text/csv")
    (organisation,) = world.get("public/organisations", TOKENLESS).json()["data"]
    assert world.client.get(organisation["links"]["tables"]).json()["data"] == whole


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("public/tables/by-day", 404, "not-found"),
        ("public/tables/by-month?edition=3", 404, "not-found"),
        ("public/tables/by-month?organisation=nobody", 404, "not-found"),
        ("public/tables/by-month?edition=0", 400, "invalid-parameter"),
        ("public/tables/by-month?edition=%201", 400, "invalid-parameter"),
        ("public/tables/by-month?format=xlsx", 400, "invalid-parameter"),
        ("public/tables/by-month?limit=1", 400, "invalid-parameter"),
        ("public/tables/by-month?known_at=3", 400, "invalid-parameter"),
        ("public/tables?format=csv", 400, "invalid-parameter"),
        ("public/tables?cursor=x", 400, "invalid-cursor"),
        ("public/tables?edition=1_0", 400, "invalid-parameter"),
    ],
)
def test_what_cannot_be_asked_is_refused(two_editions: World, path: str, status: int, code: str) -> None:
    answer = two_editions.client.get(f"/v1/{path}")
    assert (answer.status_code, code_of(answer)) == (status, code), answer.text


def test_a_cursor_of_the_organisations_list_is_good_for_that_alone(two_editions: World) -> None:
    page = two_editions.get("editions", limit=1).json()
    assert [one["number"] for one in page["data"]] == [2]
    rest = two_editions.client.get(page["links"]["next"], headers=two_editions.headers()).json()
    assert [one["number"] for one in rest["data"]] == [1]
    stolen = page["links"]["next"].replace("/v1/editions", "/v1/public/tables")
    assert code_of(two_editions.client.get(stolen)) == "invalid-cursor"


def test_members_list_the_editions_and_the_public_does_not(two_editions: World) -> None:
    world = two_editions
    answer = world.get("editions", "viewer")
    assert answer.headers["cache-control"] == "no-store"
    second, first = answer.json()["data"]
    assert (first["number"], first["threshold"], second["number"]) == (1, 5, 2)
    documents = {name: world.get(f"public/tables/{name}", TOKENLESS, edition=1).content for name in NAMES}
    lines = "".join(f"{hashlib.sha256(documents[name]).hexdigest()}  {name}\n" for name in NAMES)
    assert first["digest"] == hashlib.sha256(lines.encode()).hexdigest()
    assert world.get("editions", TOKENLESS).status_code == 401
    assert world.get("editions", "dashboard").status_code == world.get("editions", "admin").status_code == 403


def test_a_question_for_the_living_says_where_they_are_counted(two_editions: World) -> None:
    answer = two_editions.get("public/statistics", TOKENLESS, outcome="injured")
    assert code_of(answer) == "outcome-not-published"
    assert "/v1/public/tables" in answer.json()["detail"]


def test_an_edition_is_made_once_for_its_key_and_then_has_nothing_to_renew(world: World) -> None:
    assert (edition(world).status_code, code_of(edition(world))) == (409, "nothing-to-renew")
    publish_injured(world, 30)
    made = edition(world, Idempotency_Key="edition-1")
    assert (made.status_code, made.json()["number"]) == (201, 1)
    assert len(world.client.get(made.headers["location"]).json()["data"]) == len(NAMES)
    again = edition(world, Idempotency_Key="edition-1")
    assert (again.status_code, again.content) == (201, made.content)
    assert code_of(edition(world, Idempotency_Key="edition-2")) == "nothing-to-renew"
    assert len(world.get("editions").json()["data"]) == 1


@pytest.mark.parametrize("who", ["viewer", "recorder", "reviewer", "admin", "dashboard", "service"])
def test_nobody_but_a_publisher_makes_one(sqlite_world: World, who: str) -> None:
    assert edition(sqlite_world, who).status_code == 403


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"threshold": 2}, "invalid-threshold"),
        ({"threshold": 21}, "invalid-threshold"),
        ({"threshold": "5"}, "wrong-type"),
        ({"until": 2999}, "year-not-over"),
        ({"until": 10_000}, "out-of-range"),
        ({"facts": []}, "unknown-field"),
    ],
)
def test_an_edition_that_cannot_be_made_so_is_refused(
    sqlite_world: World, body: dict[str, Any], code: str
) -> None:
    answer = edition(sqlite_world, body=body)
    assert (answer.status_code, code_of(answer)) == (422, code), answer.text


@pytest.mark.parametrize("several", [True])
def test_of_several_organisations_one_is_named(world: World) -> None:
    others = World(world.url, world.client, world.outside, "", {}, {})
    with world.outside.writing() as connection:
        others.organisation = organisations.found(connection, "Another Recorder")
        operator = organisations.operator(others.organisation)
        who = organisations.add_member(connection, operator, "Member p", ["publisher"])
        issued = organisations.issue_token(connection, operator, label="p", member=who)
        others.tokens["publisher"] = issued.secret
    for one, low in ((world, 30), (others, 40)):
        actor = one.actor("publisher")
        with one.database.writing() as connection:
            service.store(connection, actor, service.prepare(connection, actor, [fact("a", low)]))
    answer = world.get("public/tables/by-place", TOKENLESS)
    assert (answer.status_code, code_of(answer)) == (400, "invalid-parameter")
    for one, low in ((world, 30), (others, 40)):
        read = world.get("public/tables/by-place", TOKENLESS, organisation=one.organisation).json()
        assert read["organisation"]["id"] == one.organisation
        assert {row["persons"] for row in read["rows"]} == {low}
    assert len(world.get("public/tables", TOKENLESS).json()["data"]) == 2 * len(NAMES)
    assert len(world.get("editions", "publisher").json()["data"]) == 1
