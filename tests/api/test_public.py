"""What the public reads: what is published, in the same bytes at every address, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from api.app import create_app
from config import Settings
from db import walls
from db.publishing import Published, open_published, url_of
from db.tables import METADATA
from db.wall_check import Unwalled
from tests.databases import lent, owner_url
from tests.entries import assessed, code_of, entered, figure
from tests.histories import owning
from tests.services.test_publications import incident, published, retract
from tests.worlds import World, make_world

NOWHERE = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"


def fill(world: World) -> World:
    """Publish three incidents and leave one that is not."""
    for at, day in enumerate(("2026-01-05", "2026-01-31", "2026-02-10")):
        figures = (
            figure(low=10 * (at + 1)),
            figure("w", 2, sex="female", relation="included_in", relation_to="total"),
        )
        published(world, incident(world, *figures, day=day, lon=63.0512 + at, causes=["ied"]))
    assessed(world, figure(low=500), place=("PK2", "PK217"))
    return world


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def open_world(request: pytest.FixtureRequest) -> Iterator[World]:
    """A world that nothing here changes: three published incidents, one that is not, a dashboard's key."""
    with lent(request, request.param) as url:
        found = make_world(url)
        with found.client:
            yield fill(found)


def ids(answer: Any) -> list[str]:
    return [one["id"] for one in answer.json()["data"]]


def test_the_same_reads_without_a_token_and_with_a_dashboards_key_give_the_same_bytes(
    open_world: World,
) -> None:
    world = open_world
    (first, *_) = ids(world.get("public/incidents", None))
    for path, params in (
        ("incidents", {"limit": 2}),
        ("incidents", {"adm1": "PK2", "from": "2026-01-10"}),
        (f"incidents/{first}", {}),
        (f"incidents/{NOWHERE}", {}),
        ("statistics", {"outcome": "killed", "by": "month,sex"}),
        ("statistics", {"outcome": "injured"}),
    ):
        answers = [
            world.get(f"public/{path}", None, **params),
            world.get(f"public/{path}", "dashboard", **params),
            world.get(f"public/{path}", "viewer", **params),
            world.get(path, None, **params),
            world.get(path, "dashboard", **params),
        ]
        bodies = {(one.status_code, one.headers.get("etag")) for one in answers}
        assert len(bodies) == 1, (path, bodies)
        stripped = {one.text.partition('"cursor"')[0] for one in answers}
        assert len(stripped) == 1, path
        if answers[0].status_code == 200:
            assert answers[3].headers["cache-control"] == "public, max-age=60"
            assert answers[3].headers["vary"] == "Authorization"


def test_a_member_reads_the_record_at_the_same_address(open_world: World) -> None:
    mine = open_world.get("incidents", "viewer")
    assert len(ids(mine)) == 4
    assert mine.headers["cache-control"] == "no-store"
    assert len(ids(open_world.get("incidents", None))) == 3


@pytest.mark.parametrize("path", ["public/incidents", "public/statistics?outcome=killed", "incidents"])
def test_a_credential_that_is_shown_must_be_valid(open_world: World, path: str) -> None:
    for sent in ("Bearer cht_00000000_nothing", "Bearer", "Basic !!", "Nothing"):
        answer = open_world.client.get(f"/v1/{path}", headers={"Authorization": sent})
        assert (answer.status_code, code_of(answer)) == (401, "not-authenticated"), sent


def test_what_is_not_published_answers_as_what_is_not_there(open_world: World) -> None:
    hidden = next(
        one["id"]
        for one in open_world.get("incidents", "viewer").json()["data"]
        if one["id"] not in ids(open_world.get("public/incidents", None))
    )
    for path in ("public/incidents", "incidents"):
        answers = [open_world.get(f"{path}/{id}", None) for id in (hidden, NOWHERE, "none")]
        assert {one.status_code for one in answers} == {404}
        assert len({one.content for one in answers}) == 1
        tags = [
            open_world.client.get(f"/v1/{path}/{id}", headers={"If-None-Match": '"1"'})
            for id in (hidden, NOWHERE)
        ]
        assert len({one.content for one in tags}) == 1


def test_an_incident_is_sent_as_it_was_stored_with_its_tag(open_world: World) -> None:
    (first, *_) = ids(open_world.get("public/incidents", None))
    answer = open_world.get(f"public/incidents/{first}", None)
    tag = answer.headers["etag"]
    again = open_world.client.get(f"/v1/public/incidents/{first}", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    head = open_world.client.head(f"/v1/public/incidents/{first}")
    assert (head.headers["etag"], head.content) == (tag, b"")


@pytest.mark.parametrize("asked", ["", "?limit=1", "?from=2020-01-01&to=2030-01-01", "?country=PK&limit=2"])
def test_what_is_answered_before_the_router_is_answered_as_the_router_does(
    open_world: World, asked: str
) -> None:
    """Whoever takes two media types is answered by the route, which reads both."""
    client = open_world.client
    page = client.get(f"/v1/public/incidents{asked}")
    paths = [f"incidents{asked}", page.json()["links"]["next"] or "incidents"]
    if not asked:
        paths += [f"incidents/{one['id']}" for one in page.json()["data"]]
    for path in paths:
        for prefix in ("/v1/", "/v1/public/"):
            address = path if path.startswith("/v1/") else prefix + path
            known = client.get(address).headers.get("etag", '"none"')
            for more in ({}, {"If-None-Match": known}):
                first = client.get(address, headers=more)
                second = client.get(address, headers={**more, "Accept": "application/json, text/html"})
                assert (first.status_code, first.content) == (second.status_code, second.content)
                assert dict(first.headers) == dict(second.headers)


def test_a_retracted_incident_says_so_and_leaves_lists_and_sums(world: World) -> None:
    fill(world)
    (done, *_) = world.get("publications", state="published").json()["data"]
    assert retract(world, done["id"]).status_code == 200
    answer = world.get(f"public/incidents/{done['incident']}", None)
    found = answer.json()
    assert (answer.status_code, found["state"]) == (200, "retracted")
    assert found["reason"] == {"code": "error_fixed", "note": "Another place."}
    assert found.keys() == {"id", "code", "organisation", "state", "retracted_at", "reason", "links"}
    assert done["incident"] not in ids(world.get("public/incidents", None))
    assert ids(world.get("public/incidents", None, state="retracted")) == [done["incident"]]
    total = world.get("public/statistics", None, outcome="killed").json()["total"]
    assert (total["low"], total["incidents"]) == (50, 2)


def test_filters_ask_of_what_is_published(open_world: World) -> None:
    def count(**params: Any) -> int:
        answer = open_world.get("public/incidents", None, **params)
        assert answer.status_code == 200, answer.text
        return len(ids(answer))

    for params in (
        {"country": "PK"},
        {"adm1": "PK2"},
        {"cause": "planted_explosive"},
        {"bbox": "60,20,70,30"},
    ):
        assert count(**params) == 3, params
    for params in ({"country": "ML"}, {"adm1": "PK1"}, {"cause": "drone_strike"}, {"party": "nobody"}):
        assert count(**params) == 0, params
    assert count(**{"from": "2026-01-31"}) == 2
    assert count(to="2026-01-31") == 2
    assert count(organisation=open_world.organisation) == 3
    assert count(organisation=NOWHERE) == 0
    assert count(bbox="62,26,64,27") == 1
    assert count(bbox="64,26,63.5,27") == 3
    for bad in ("1,2,3", "a,b,c,d", "0,5,0,1", "nan,0,1,1", "-200,0,0,0"):
        answer = open_world.get("public/incidents", None, bbox=bad)
        assert (answer.status_code, code_of(answer)) == (400, "invalid-parameter"), bad
    assert open_world.get("public/incidents", None, visibility="x").status_code == 400


def test_pages_follow_each_other_without_gaps(open_world: World) -> None:
    whole = ids(open_world.get("public/incidents", None))
    seen, link = [], "/v1/public/incidents?limit=1"
    while link:
        answer = open_world.client.get(link)
        seen += ids(answer)
        link = answer.json()["links"]["next"]
    assert seen == whole
    (one,) = open_world.get("public/organisations", None).json()["data"]
    assert (one["id"], one["name"]) == (open_world.organisation, "Test Recorder")


def test_statistics_sum_published_facts_alone(open_world: World) -> None:
    answer = open_world.get("public/statistics", None, outcome="killed", by="month")
    found = answer.json()
    assert [(one["month"], one["low"], one["incidents"]) for one in found["data"]] == [
        ("2026-01", 30, 2),
        ("2026-02", 30, 1),
    ]
    assert (found["total"]["low"], found["total"]["verification"]["pending"]["low"]) == (60, 60)
    women = open_world.get("public/statistics", None, outcome="killed", sex="female").json()["total"]
    assert women["low"] == 6
    part = open_world.get(
        "public/statistics", None, outcome="killed", to="2026-01-31", by="country,organisation"
    )
    assert [(one["country"], one["organisation"], one["low"]) for one in part.json()["data"]] == [
        ("PK", open_world.organisation, 30)
    ]
    opened = open_world.client.get(found["data"][0]["links"]["incidents"]).json()["data"]
    assert sorted(one["low"] for one in opened) == [10, 20, 30]
    nothing = open_world.get("public/statistics", None, outcome="killed", country="ML").json()["total"]
    assert (nothing["low"], nothing["incidents"]) == (None, 0)
    tag = answer.headers["etag"]
    again = open_world.client.get(str(answer.request.url), headers={"If-None-Match": tag})
    assert again.status_code == 304


def test_outcomes_of_the_living_and_questions_of_another_grammar_are_refused(open_world: World) -> None:
    for outcome in ("injured", "detained", "missing", "killed_or_injured"):
        answer = open_world.get("public/statistics", None, outcome=outcome)
        assert (answer.status_code, code_of(answer)) == (400, "outcome-not-published")
    for params in ({}, {"outcome": "nothing"}, {"outcome": "killed", "by": "adm2"}, {"by": "month"}):
        assert code_of(open_world.get("public/statistics", None, **params)) == "invalid-parameter"
    for name in ("known_at", "adm2", "cell", "verified_from"):
        answer = open_world.get("public/statistics", None, outcome="killed", **{name: "x"})
        assert answer.status_code == 400
        # At the address that members share it is a question for a token.
        assert open_world.get("statistics", None, outcome="killed", **{name: "x"}).status_code == 401
        assert open_world.get("statistics", "dashboard", outcome="killed", **{name: "1"}).status_code in (
            400,
            403,
        )


CANARIES = 25


def test_no_canary_of_a_record_comes_out_at_any_public_address(world: World) -> None:
    """Every field of an incident and its parts that is not published holds a word of its own."""
    words = iter(f"canary{at:03}" for at in range(200))
    used: list[str] = []

    def canary() -> str:
        used.append(next(words))
        return used[-1]

    for kind in ("witness", "agency"):
        source = world.made(
            "sources",
            {"kind": kind, "name": canary(), "note": canary(), "confidential": kind == "witness"},
        )["id"]
        report = world.made(
            "reports",
            {
                "source": source,
                "title": canary(),
                "url": f"https://example.org/{canary()}",
                "archived_url": f"https://example.org/{canary()}",
                "note": canary(),
            },
        )["id"]
        if kind == "witness":
            id = incident(world, figure(low=33), narrative=canary())
        claim = {"report": report, "incident": id, "origin": source, "excerpt": canary(), "caveat": canary()}
        world.made("claims", {**claim, "figures": [figure(low=33, wording=canary())]})
        victim = world.made(
            "victims",
            {
                "incident": id,
                "names": [{"name": canary()}],
                "external_id": canary(),
                "note": canary(),
                "outcomes": [{"outcome": "killed" if kind == "witness" else "injured"}],
            },
        )["id"]
        listed = {"report": report, "victim": victim, "row": 1, "name": canary(), "external_id": canary()}
        world.made("listings", {**listed, "extra": [[canary(), canary()]]})
    place = {"incident": id, "reported_name": canary(), "resolved_name": canary(), "mismatch": canary()}
    world.made("places", {**place, "lon": 63.054321, "lat": 26.204321})
    body = {"incident": id, "policy": "reported-range", "rationale": canary()}
    made = world.made(
        "assessments", {**body, "reason": {"code": "new_information", "note": canary()}}, "reviewer"
    )
    assert world.approve(made["id"]).status_code == 200
    hidden = entered(world, figure(low=5), title=canary())["incident"]["id"]
    published(world, id)
    assert len(used) > CANARIES
    seen = []
    waiting = ["/v1/public/incidents", "/v1/public/organisations", f"/v1/public/incidents/{id}"]
    waiting += [f"/v1/public/incidents/{hidden}", f"/v1/incidents/{id}", f"/v1/incidents/{hidden}"]
    waiting += ["/v1/public/statistics?outcome=killed&by=incident,adm1,cause,party,age_group,status"]
    waiting += ["/v1/incidents", "/v1/statistics?outcome=killed", "/v1/public/incidents?state=retracted"]
    for address in waiting:
        for headers in ({}, world.headers("dashboard")):
            answer = world.client.get(address, headers=headers)
            seen.append(answer.text + json.dumps(dict(answer.headers)))
            waiting += [one for one in links(answer.json()) if one not in waiting]
    text = "\n".join(seen)
    assert id in text
    assert [word for word in used if word in text] == []
    assert not [digits for digits in ("63.0543", "26.2043", "63.0512", "26.2272") if digits in text]


def links(value: Any) -> list[str]:
    if isinstance(value, dict):
        found = [one for inner in value.values() for one in links(inner)]
        own = value.get("links")
        return found + ([one for one in own.values() if one] if isinstance(own, dict) else [])
    return [one for inner in value for one in links(inner)] if isinstance(value, list) else []


def refused(public: Published, statement: str) -> bool:
    with public.reading() as connection:
        try:
            connection.exec_driver_sql(statement).all()
        except sa.exc.DBAPIError:
            return True
    return False


INTO_THE_RECORD = (
    "SELECT id FROM public_incident UNION SELECT id FROM incident",
    "SELECT (SELECT title FROM incident LIMIT 1) FROM public_incident",
    "WITH x AS (SELECT title FROM incident) SELECT * FROM x",
    "SELECT id FROM public_incident WHERE id IN (SELECT incident FROM victim)",
    "DELETE FROM public_incident",
    "UPDATE public_incident SET document = 'x'",
    "INSERT INTO public_organisation VALUES ('a', 'b')",
    "CREATE TABLE mine (a text)",
    "DROP TABLE public_fact",
    "SELECT secret_hash FROM token",
)
OUT_OF_SQLITE = (
    "SELECT name FROM sqlite_master",
    "SELECT * FROM pragma_table_info('incident')",
    "PRAGMA query_only=OFF",
    "PRAGMA writable_schema=ON",
    "ATTACH DATABASE '/nowhere/other.sqlite' AS other",
    "VACUUM INTO '/nowhere/copy.sqlite'",
    "CREATE TEMP TABLE incident (a)",
    "SELECT load_extension('x')",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3) SELECT * FROM n",
)


def test_the_publics_connection_reads_what_is_published_and_nothing_else(open_world: World) -> None:
    public = open_published(open_world.url)
    counts = {name: f"SELECT count(*) FROM {name}" for name in METADATA.tables}  # names of our own
    assert {name for name, one in counts.items() if not refused(public, one)} == walls.PUBLISHED
    on_sqlite = open_world.url.startswith("sqlite")
    more = OUT_OF_SQLITE if on_sqlite else ("SELECT civharm_gate.enter('x')", "SET ROLE civharm_app")
    assert [one for one in (*INTO_THE_RECORD, *more) if not refused(public, one)] == []
    public.close()


def test_the_service_does_not_start_where_the_public_could_do_more(request: pytest.FixtureRequest) -> None:
    role = walls.PUBLIC
    undone, none = f"GRANT SELECT ON public_fact TO {role}", f"REVOKE ALL ON incident FROM {role}"
    policy = "policy of_the_public of the table public_fact"
    with lent(request, "postgresql") as url:
        for done, after, why in (
            (f"GRANT SELECT ON incident TO {role}", none, "It may use public.incident"),
            (f"GRANT SELECT (title) ON incident TO {role}", none, "It may use public.incident"),
            (f"GRANT INSERT ON public_term TO {role}", f"REVOKE INSERT ON public_term FROM {role}", "It may"),
            (f"REVOKE SELECT ON public_fact FROM {role}", undone, "It cannot read what is published"),
            ("DROP POLICY of_the_public ON public_fact", undone, policy),
        ):
            with owning(url) as connection:
                connection.exec_driver_sql(done)
            with pytest.raises(Unwalled, match=why), TestClient(create_app(Settings(database_url=url))):
                pass
            with owning(url) as connection:
                connection.exec_driver_sql(after)


def test_the_public_is_not_answered_by_a_role_that_may_more(request: pytest.FixtureRequest) -> None:
    with lent(request, "postgresql") as url:
        for other in (url, owner_url(url)):
            public = open_published(url, other)
            with pytest.raises(Unwalled, match="may do more"):
                public.check()
            public.close()
        right = open_published(url, url_of(url))
        right.check()
        right.close()
