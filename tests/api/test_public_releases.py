"""Releases for everybody: made of what was published alone, approved and withdrawn by a publisher."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from domain.publications import MANIFEST, digest_of, read_manifest
from tests.databases import lent
from tests.entries import code_of, entered, figure, proposed
from tests.published import BACKENDS, CUTOFF, aged, files_of
from tests.services.test_publications import incident, published, retract
from tests.worlds import World, make_world

TOKENLESS = None
CANARIES = tuple(f"Canary{name}Quokka" for name in ("Title", "Narrative", "Named", "Source", "Note", "Later"))
TITLE, NARRATIVE, NAMED, SOURCE, NOTE, LATER = CANARIES
LIVING = 4_711


def fill(world: World) -> dict[str, str]:
    """Publish a campaign and a part of it, and one that is taken back later; leave others unpublished."""
    made = entered(world, figure(low=40), day="2024-01-01", end="2024-02-28", kind="campaign")
    whole = made["incident"]["id"]
    assert world.approve(proposed(world, whole)["id"]).status_code == 200
    published(world, whole, coarsening="none", grid_degrees=None)
    hurt = figure("i", LIVING, outcome="injured")
    part = incident(
        world, hurt, figure(low=33, high=35, comparator="between"), day="2024-01-05", parent=whole
    )
    world.made("victims", {"incident": part, "names": [{"name": NAMED}], "outcomes": [{"outcome": "killed"}]})
    published(world, part)
    thirty = figure("i", 30, outcome="injured")
    third = incident(world, figure(low=7, open=True), thirty, day="2024-03-05", narrative=NARRATIVE)
    last = published(world, third)
    assert world.post("editions", {}, "publisher").status_code == 201
    entered(world, figure(low=500), day="2024-03-06", title=TITLE, source=SOURCE)
    aged(world)
    return {"whole": whole, "part": part, "last": last["incident"], "publication": last["id"]}


@pytest.fixture(params=BACKENDS)
def filled(request: pytest.FixtureRequest) -> Iterator[tuple[World, dict[str, str]]]:
    """A record of three days ago of which some is published."""
    with lent(request, request.param) as url:
        world = make_world(url)
        with world.client:
            yield world, fill(world)


@pytest.fixture
def on_sqlite(sqlite_world: World) -> tuple[World, dict[str, str]]:
    """Give the same on SQLite alone, for what no database decides."""
    return sqlite_world, fill(sqlite_world)


def propose(world: World, **more: Any) -> dict[str, Any]:
    return world.made("releases", {"cutoff": CUTOFF, "audience": "public", **more}, "recorder")


def publish(world: World, made: dict[str, Any], who: str = "publisher") -> Any:
    return world.post(f"releases/{made['id']}/publish", {"digest": made["digest"]}, who)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def change_since(world: World, ids: dict[str, str]) -> None:
    """Do, after the cut-off, all that could move what was published before it."""
    published(world, incident(world, figure(low=9), day="2024-04-05", title=LATER))
    for name, body in (("part", {"parent": None}), ("last", {"title": LATER})):
        version = world.get(f"incidents/{ids[name]}").json()["version"]
        assert world.patch(f"incidents/{ids[name]}", body, version).status_code == 200
    published(world, ids["last"])


def read_everything(world: World, made: dict[str, Any]) -> dict[str, str]:
    """Give what every public address says, the files of a public release among it."""
    paths = ["releases", f"releases/{made['id']}", "incidents", "statistics?outcome=killed", "organisations"]
    paths += ["tables", "incidents?format=csv", "incidents?format=geojson"]
    paths += [f"releases/{made['id']}/files/{one['name']}" for one in made["files"]]
    found = {}
    for path in paths:
        answer = world.client.get(f"/v1/public/{path}")
        assert answer.status_code == 200, (path, answer.text)
        found[path] = answer.text
    return found


def test_a_public_release_is_of_what_was_published_at_its_cut_off_and_of_nothing_else(
    filled: tuple[World, dict[str, str]],
) -> None:
    world, ids = filled
    first = propose(world, notes="Two districts had no access.")
    files = files_of(world, first)
    incidents = rows(files["incidents.csv"])
    assert [(one["id"], one["killed_low"], one["counted"]) for one in incidents] == [
        (ids["whole"], "40", "true"),
        (ids["part"], "33", "false"),
        (ids["last"], "7", "true"),
    ]
    assert [one["id"] for one in json.loads(files["incidents.json"])] == [one["id"] for one in incidents]
    facts = rows(files["facts.csv"])
    assert {one["outcome"] for one in facts} == {"killed"}
    assert {one["incident"] for one in facts if one["counted"] == "true"} == {ids["whole"], ids["last"]}
    by_month = [(one["month"], one["low"], one["open"]) for one in rows(files["killed-by-month.csv"])]
    assert by_month == [("2024-03", "7", "1"), ("spans", "40", "0")]
    (proof,) = json.loads(files["killed-by-month.proof.json"])
    assert (proof["low"], proof["parts_low"]) == (47, 47)
    for name in ("by-month", "by-place", "by-sex-and-age"):
        table = world.get(f"public/tables/{name}", TOKENLESS, format="csv").content
        assert files[f"table-{name}.csv"] == table
    named = read_manifest(files[MANIFEST])
    assert {name: digest_of(content) for name, content in files.items() if name != MANIFEST} == named
    # What is done later moves nothing of it, and neither does who makes it.
    change_since(world, ids)
    again = world.made(
        "releases",
        {"cutoff": CUTOFF, "audience": "public", "notes": "Two districts had no access."},
        "reviewer",
    )
    assert files_of(world, again) == files
    assert again["digest"] == first["digest"]
    march = rows(files_of(world, propose(world, period_start="2024-03-01"))["incidents.csv"])
    assert [one["id"] for one in march] == [ids["last"]]


def test_it_is_public_from_a_publishers_approval_to_a_publishers_withdrawal(
    filled: tuple[World, dict[str, str]],
) -> None:
    world, ids = filled
    made = propose(world)
    assert world.get("public/releases", TOKENLESS).json()["data"] == []
    assert world.get(f"public/releases/{made['id']}", TOKENLESS).status_code == 404
    for who in ("second", "recorder", "viewer", "admin"):
        assert publish(world, made, who).status_code == 403, who
    approve = world.post(f"releases/{made['id']}/approve", {"digest": made["digest"]}, "second")
    assert approve.status_code == 403
    assert publish(world, {**made, "digest": "0" * 64}).status_code == 412
    done = publish(world, made)
    assert (done.status_code, done.json()["number"], done.json()["audience"]) == (200, 1, "public")
    shown = world.get(f"public/releases/{made['id']}", TOKENLESS)
    assert [one["id"] for one in world.get("public/releases", TOKENLESS).json()["data"]] == [made["id"]]
    address, headers = f"/v1/public/releases/{made['id']}", {"If-None-Match": shown.headers["etag"]}
    assert world.client.get(address, headers=headers).status_code == 304
    kept = files_of(world, done.json())
    assert [one["name"] for one in shown.json()["files"]] == list(kept)
    for one in shown.json()["files"]:
        answer = world.client.get(one["links"]["self"])
        assert (answer.content, answer.headers["etag"]) == (kept[one["name"]], f'"{one["sha256"]}"')
        assert answer.headers["cache-control"] == "public, max-age=60"
        part = world.client.get(one["links"]["self"], headers={"Range": "bytes=0-9"})
        assert (part.status_code, part.content) == (206, answer.content[:10])
        same = world.client.get(one["links"]["self"], headers={"If-None-Match": answer.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")
    assert world.client.get(f"{address}/files/moon.csv").status_code == 404
    # A retraction says which releases hold it still; they stay as they were approved.
    taken = retract(world, ids["publication"])
    assert (taken.status_code, taken.json()["public_releases"]) == (200, [1])
    assert ids["last"] in world.client.get(f"{address}/files/incidents.csv").text
    reason = {"code": "error_fixed", "note": "One was retracted."}
    for who in ("second", "recorder"):
        assert world.post("releases/1/unpublish", {"reason": reason}, who).status_code == 403, who
    named = {**reason, "note": "Call +93 70 123 4567."}
    refused = world.post("releases/1/unpublish", {"reason": named}, "publisher")
    assert code_of(refused) == "possible-personal-data"
    assert world.post("releases/1/unpublish", {"reason": reason}, "publisher").status_code == 200
    withdrawn = world.client.get(address).json()
    assert (withdrawn["state"], withdrawn["number"], withdrawn["reason"]) == ("withdrawn", 1, reason)
    assert (withdrawn["files"], "title" in withdrawn) == ([], False)
    gone = world.client.get(f"{address}/files/incidents.csv")
    assert (gone.status_code, code_of(gone)) == (410, "release-withdrawn")
    # What was retracted is not made public once more by a release of an earlier day.
    late = publish(world, propose(world))
    assert (late.status_code, code_of(late)) == (409, "holds-retracted")


def test_nothing_that_is_not_published_is_in_a_public_release_or_at_a_public_address(
    filled: tuple[World, dict[str, str]],
) -> None:
    world, _ = filled
    done = publish(world, propose(world)).json()
    for path, text in read_everything(world, done).items():
        for canary in (TITLE, NARRATIVE, NAMED, SOURCE, str(LIVING), "63.0512", "26.2272"):
            assert canary not in text, (path, canary)
        for member in world.members.values():
            assert member not in text, path
    document = world.get(f"public/releases/{done['id']}", TOKENLESS).json()
    assert not {"author", "approver", "author_person", "approver_person"} & document.keys()


def test_texts_of_a_public_release_give_nobody_away_and_it_has_no_rates(
    on_sqlite: tuple[World, dict[str, str]],
) -> None:
    world, _ = on_sqlite
    for body in ({"title": "Ask Member recorder"}, {"notes": "Write to someone@example.org."}):
        answer = world.post("releases", {"cutoff": CUTOFF, "audience": "public", **body}, "recorder")
        assert (answer.status_code, code_of(answer)) == (409, "possible-personal-data"), body
    population = {"population": "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"}
    answer = world.post("releases", {"cutoff": CUTOFF, "audience": "public", **population}, "recorder")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/population")


def test_a_name_that_is_not_shown_any_more_is_not_made_public_once_more(sqlite_world: World) -> None:
    world = sqlite_world
    id = incident(world, figure(low=3), day="2024-03-05")
    body = {"incident": id, "names": [{"name": NAMED}], "outcomes": [{"outcome": "killed"}]}
    victim = world.made("victims", body)["id"]
    named = {"victim": victim, "name": NAMED, "basis": "family_consent", "note": "Asked at home."}
    published(world, id, names=[named])
    aged(world)
    made = propose(world)
    assert NAMED in files_of(world, made)["incidents.json"].decode()
    published(world, id)
    late = publish(world, made)
    assert (late.status_code, code_of(late)) == (409, "holds-retracted")
    assert NAMED not in late.text
    assert world.get("public/releases", TOKENLESS).json()["data"] == []


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ({}, {"grid_degrees": 1.0}),
        ({}, {"coarsening": "country", "grid_degrees": None}),
        ({"narrative": True}, {}),
    ],
)
def test_a_place_or_a_text_that_was_taken_back_is_not_made_public_once_more(
    sqlite_world: World, then: dict[str, Any], now: dict[str, Any]
) -> None:
    world = sqlite_world
    id = incident(world, figure(low=3), day="2024-03-05", narrative="Shells fell on the upper quarter.")
    published(world, id, **then)
    aged(world)
    made = propose(world)
    published(world, id, **now)
    late = publish(world, made)
    assert (late.status_code, code_of(late)) == (409, "holds-retracted")
    assert world.get("public/releases", TOKENLESS).json()["data"] == []


def test_releases_for_members_are_shown_to_nobody_else(on_sqlite: tuple[World, dict[str, str]]) -> None:
    world, _ = on_sqlite
    made = world.made("releases", {"cutoff": CUTOFF}, "recorder")
    assert made["audience"] == "organisation"
    assert publish(world, made).status_code == 403
    assert world.post(f"releases/{made['id']}/approve", {"digest": made["digest"]}, "second").is_success
    assert world.get(f"public/releases/{made['id']}", TOKENLESS).status_code == 404
    public = propose(world)
    answer = world.get(f"releases/1/diff/{public['id']}")
    assert (answer.status_code, code_of(answer)) == (409, "not-comparable")
