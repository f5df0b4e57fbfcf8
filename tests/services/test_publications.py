"""Publishing: what would become visible is shown, agreed on by two people, and void when it is edited."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from db.canonical import canonical
from db.tables.publications import public_fact, public_incident, public_organisation, public_term, publication
from domain import publishing
from services import organisations, projection
from tests.entries import assessed, code_of, entered, figure
from tests.histories import owning
from tests.worlds import World

GRID: dict[str, Any] = {"coarsening": "grid", "grid_degrees": 0.1}
CIVILIANS = figure("civilians", 18, status="civilian", relation="included_in", relation_to="total")


def incident(world: World, *figures: dict[str, Any], lon: float = 63.0512, **more: Any) -> str:
    id = assessed(world, *(figures or (figure(low=33),)), place=("PK2", "PK217"), **more)
    point = {"incident": id, "reported_name": "Bela", "lon": lon, "lat": 26.2272, "precision": "town"}
    world.made("places", {**point, "country": "PK", "adm1": "PK2", "adm2": "PK217"})
    return id


def propose(world: World, id: str, who: str = "reviewer", **choices: Any) -> Any:
    return world.post(f"incidents/{id}/publications", {**GRID, **choices}, who)


def publish(world: World, made: dict[str, Any], who: str = "publisher") -> Any:
    sent = {"content_sha256": made["content_sha256"]}
    return world.post(f"publications/{made['id']}/publish", sent, who)


def published(world: World, id: str, **choices: Any) -> dict[str, Any]:
    made = propose(world, id, **choices)
    assert made.status_code == 201, made.text
    answer = publish(world, made.json())
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def retract(world: World, id: str, who: str = "publisher", note: str = "Another place.") -> Any:
    reason = {"code": "error_fixed", "note": note}
    return world.post(f"publications/{id}/retract", {"reason": reason}, who)


def projected(world: World) -> dict[str, list[dict[str, Any]]]:
    with owning(world.url) as connection:
        return {
            table.name: [
                dict(row)
                for row in connection.execute(sa.select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in (public_incident, public_fact, public_term, public_organisation)
        }


def state_of(world: World, id: str) -> str:
    return str(world.get(f"publications/{id}").json()["state"])


def test_a_preview_shows_exactly_what_becomes_public_and_writes_nothing(world: World) -> None:
    id = incident(world, figure(low=33, open=True), CIVILIANS)
    before = world.get("log", "admin").json()["data"]
    shown = world.post(f"incidents/{id}/publications/preview", GRID, "recorder").json()
    assert world.get("log", "admin").json()["data"] == before
    assert projected(world)["public_incident"] == []
    assert shown["document"]["where"]["point"] == {
        "lon": 63.05,
        "lat": 26.25,
        "coarsening": "grid",
        "grid_degrees": 0.1,
        "precision": "town",
    }
    done = published(world, id)
    assert (done["document"], done["content_sha256"]) == (shown["document"], shown["content_sha256"])
    (row,) = projected(world)["public_incident"]
    sent = publishing.rendered(
        shown["document"], {"id": world.organisation, "name": "Test Recorder"}, done["published_at"]
    )
    assert row["document"] == canonical(sent)
    facts = [{name: one[name] for name in shown["facts"][0]} for one in projected(world)["public_fact"]]
    assert sorted(map(canonical, facts)) == sorted(map(canonical, shown["facts"]))
    again = world.post(f"incidents/{id}/publications/preview", GRID, "recorder").json()
    assert (again["published"], again["changes"]) == (done["id"], {})


@pytest.mark.parametrize("who", ["viewer", "publisher", "admin", "dashboard", "service"])
def test_nobody_but_members_who_record_proposes(sqlite_world: World, who: str) -> None:
    assert propose(sqlite_world, incident(sqlite_world), who).status_code == 403


@pytest.mark.parametrize("who", ["viewer", "recorder", "reviewer", "second", "admin", "dashboard", "service"])
def test_nobody_but_a_publisher_decides(sqlite_world: World, who: str) -> None:
    world = sqlite_world
    made = propose(world, incident(world)).json()
    assert publish(world, made, who).status_code == 403
    assert world.post(f"publications/{made['id']}/reject", {}, who).status_code == 403
    assert publish(world, made).status_code == 200
    assert retract(world, made["id"], who).status_code == 403


def test_whoever_proposed_decides_nothing_with_whatever_membership(world: World) -> None:
    operator = organisations.operator(world.organisation)
    with world.database.writing() as connection:
        both = organisations.add_member(connection, operator, "Both", ["recorder", "publisher"])
        world.tokens["both"] = organisations.issue_token(
            connection, operator, label="both", member=both
        ).secret
    id = incident(world)
    made = propose(world, id, "both").json()
    assert code_of(publish(world, made, "both")) == "four-eyes-required"
    assert code_of(world.post(f"publications/{made['id']}/reject", {}, "both")) == "four-eyes-required"
    assert publish(world, made).status_code == 200
    assert code_of(retract(world, made["id"], "both")) == "four-eyes-required"
    assert state_of(world, made["id"]) == "published"
    with owning(world.url) as connection, pytest.raises(sa.exc.DBAPIError):
        connection.execute(publication.update().values(decider_person=publication.c.author_person))


@pytest.mark.parametrize("edit", ["title", "assessment", "place", "report"])
def test_an_edit_voids_the_proposal(world: World, edit: str) -> None:
    id = incident(world)
    made = propose(world, id).json()
    if edit == "title":
        assert world.patch(f"incidents/{id}", {"title": "Another market"}, 1).status_code == 200
    elif edit == "assessment":
        body = {"incident": id, "policy": "reported-range", "reason": {"code": "new_information"}}
        entered(world, figure(low=40), incident=id, source="Second hospital")
        assert world.approve(world.made("assessments", body, "reviewer")["id"]).status_code == 200
    elif edit == "place":
        (place,) = [one for one in world.get("places", incident=id).json()["data"] if one["lon"]]
        moved = world.patch(f"places/{place['id']}", {"lon": 63.11}, 1)
        assert moved.status_code == 200, moved.text
    else:
        entered(world, figure(low=33), incident=id, source="Second hospital")
    answer = publish(world, made)
    assert (answer.status_code, code_of(answer)) == (409, "publication-lapsed")
    assert state_of(world, made["id"]) == "lapsed"
    assert code_of(publish(world, made)) == "invalid-transition"
    assert projected(world)["public_incident"] == []
    assert [step["action"] for step in world.get(f"publications/{made['id']}/history").json()["data"]] == [
        "publication.propose",
        "publication.lapse",
    ]
    assert published(world, id)["state"] == "published"


def test_an_edit_of_what_is_not_shown_voids_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    id = incident(world)
    made = propose(world, id).json()
    assert world.patch(f"incidents/{id}", {"narrative": "Seen by many."}, 1).status_code == 200
    (place,) = [one for one in world.get("places", incident=id).json()["data"] if one["lon"]]
    assert world.patch(f"places/{place['id']}", {"lon": 63.0913}, 1).status_code == 200
    assert publish(world, made).status_code == 200


def test_another_digest_than_that_of_the_proposal_is_refused(sqlite_world: World) -> None:
    world = sqlite_world
    made = propose(world, incident(world)).json()
    answer = publish(world, {**made, "content_sha256": "0" * 64})
    assert (answer.status_code, code_of(answer)) == (412, "digest-mismatch")
    assert state_of(world, made["id"]) == "proposed"


def test_a_later_proposal_takes_the_place_of_an_earlier_one(world: World) -> None:
    id = incident(world)
    first = propose(world, id).json()
    second = propose(world, id, coarsening="none", grid_degrees=None).json()
    assert state_of(world, first["id"]) == "lapsed"
    assert publish(world, second).status_code == 200
    assert code_of(propose(world, id, coarsening="none", grid_degrees=None)) == "no-change"


def test_publishing_again_supersedes_and_keeps_the_point(world: World) -> None:
    id = incident(world)
    first = published(world, id)
    (place,) = [one for one in world.get("places", incident=id).json()["data"] if one["lon"]]
    assert world.patch(f"places/{place['id']}", {"lon": 63.0913}, 1).status_code == 200
    # A finer grid tells no more than what was public.
    assert code_of(propose(world, id, grid_degrees=0.05)) == "no-change"
    assert world.patch(f"incidents/{id}", {"title": "Bombing of a market"}, 1).status_code == 200
    second = published(world, id, grid_degrees=0.05)
    assert second["document"]["where"]["point"] == first["document"]["where"]["point"]
    assert (state_of(world, first["id"]), second["supersedes"]) == ("superseded", first["id"])
    assert len(projected(world)["public_incident"]) == 1


def test_a_retraction_leaves_the_reason_and_nothing_else(world: World) -> None:
    id = incident(world)
    done = published(world, id)
    assert code_of(retract(world, done["id"], note="Call +92 300 1234567")) == "possible-personal-data"
    assert retract(world, done["id"]).status_code == 200
    rows = projected(world)
    (row,) = rows["public_incident"]
    assert (row["state"], row["lon"], rows["public_fact"], rows["public_term"]) == ("retracted", None, [], [])
    assert "Another place." in row["document"]
    assert "Market bombing" not in row["document"]
    assert code_of(retract(world, done["id"])) == "invalid-transition"
    assert published(world, id)["state"] == "published"
    assert len(projected(world)["public_fact"]) > 0


def test_what_was_restricted_too_late_is_retracted_by_the_id_that_the_public_has(world: World) -> None:
    id = incident(world)
    done = published(world, id)
    version = world.get(f"incidents/{id}").json()["version"]
    assert world.patch(f"incidents/{id}", {"visibility": "restricted"}, version).status_code == 200
    assert world.get(f"publications/{done['id']}", "publisher").status_code == 404
    assert retract(world, id, "reviewer").status_code == 403
    answer = retract(world, id)
    assert (answer.status_code, answer.json()["id"]) == (200, done["id"])
    assert retract(world, id).status_code == 404


def test_a_retraction_voids_a_proposal_that_builds_on_it(sqlite_world: World) -> None:
    world = sqlite_world
    id = incident(world)
    done = published(world, id)
    assert world.patch(f"incidents/{id}", {"title": "Bombing of a market"}, 1).status_code == 200
    waiting = propose(world, id).json()
    assert retract(world, done["id"]).status_code == 200
    assert code_of(publish(world, waiting)) == "publication-lapsed"


def test_what_is_restricted_itself_or_by_what_it_lies_in_is_not_published(world: World) -> None:
    occurred = {"start": "2026-01-01", "end": "2026-02-28", "precision": "period"}
    parent = world.made(
        "incidents",
        {"title": "A winter", "kind": "campaign", "occurred": occurred, "visibility": "restricted"},
        "reviewer",
    )
    id = incident(world)
    made = propose(world, id).json()
    named = {"kind": "incident", "object": parent["id"], "reason": "Decides what is public."}
    world.made("clearances", {**named, "member": world.members["recorder"]}, "reviewer")
    assert world.patch(f"incidents/{id}", {"parent": parent["id"]}, 1, "reviewer").status_code == 200
    # Who is not named for what it lies in does not even find it; who is meets the lapse.
    assert code_of(publish(world, made)) == "not-found"
    world.made("clearances", {**named, "member": world.members["publisher"]}, "reviewer")
    assert code_of(publish(world, made)) == "publication-lapsed"
    answer = propose(world, id)
    assert (answer.status_code, code_of(answer)) == (409, "restricted")
    assert code_of(propose(world, parent["id"])) == "restricted"


def test_a_text_that_may_give_somebody_away_waits_for_a_reviewers_reason(sqlite_world: World) -> None:
    world = sqlite_world
    id = incident(world)
    told = "Samira Exampleton (+92 300 1234567) of Flat 3 survived."
    world.made(
        "victims",
        {
            "incident": id,
            "names": [{"name": "Samira Exampleton"}],
            "outcomes": [{"outcome": "injured", "start": "2026-01-31", "end": "2026-01-31"}],
        },
    )
    assert world.patch(f"incidents/{id}", {"narrative": told}, 1).status_code == 200
    answer = propose(world, id, narrative=True)
    assert (answer.status_code, code_of(answer)) == (409, "possible-personal-data")
    assert [one["code"] for one in answer.json()["errors"]] == ["name", "phone-number", "exact-address"]
    assert not [word for word in ("Samira", "1234567", "Flat") if word in answer.text]
    shown = world.post(f"incidents/{id}/publications/preview", {**GRID, "narrative": True}).json()
    keys = [one["key"] for one in shown["findings"]]
    overrides = [{"finding": key, "reason": "Agreed with the survivor."} for key in keys]
    assert propose(world, id, narrative=True, overrides=overrides[1:]).status_code == 409
    assert propose(world, id, "recorder", narrative=True, overrides=overrides).status_code == 403
    strange = [{"finding": "title:name:0-3", "reason": "None."}]
    assert code_of(propose(world, id, overrides=strange)) == "unknown-reference"
    made = propose(world, id, narrative=True, overrides=overrides).json()
    steps = world.get(f"publications/{made['id']}/history").json()["data"]
    assert "Agreed with the survivor." in steps[0]["reason"]["note"]
    assert publish(world, made).status_code == 200


def test_only_the_dead_are_named_and_only_for_a_basis(sqlite_world: World) -> None:
    world = sqlite_world
    id = incident(world)

    def person(name: str, outcome: str) -> str:
        about = {"outcome": outcome, "start": "2026-01-31", "end": "2026-01-31"}
        made = world.made("victims", {"incident": id, "names": [{"name": name}], "outcomes": [about]})
        return str(made["id"])

    dead, alive = person("Tom Neverland", "killed"), person("Ann Neverland", "detained")

    def choice(victim: str, name: str) -> dict[str, str]:
        return {"victim": victim, "name": name, "basis": "family_consent", "note": "Form 12."}

    assert code_of(propose(world, id, names=[choice(alive, "Ann Neverland")])) == "name-of-living"
    assert code_of(propose(world, id, names=[choice(dead, "Tom N.")])) == "unknown-reference"
    assert propose(world, id, names=[{"victim": dead, "name": "Tom Neverland"}]).status_code == 422
    done = published(world, id, names=[choice(dead, "Tom Neverland")])
    assert done["document"]["victims"] == [{"name": "Tom Neverland", "basis": "family_consent"}]
    (row,) = projected(world)["public_incident"]
    assert "Form 12" not in row["document"]
    assert "Ann" not in row["document"]


def test_no_preview_tells_whether_a_withheld_name_is_right(world: World) -> None:
    id = incident(world)
    about = {"outcome": "killed", "start": "2026-01-31", "end": "2026-01-31"}
    body = {"incident": id, "names": [{"name": "Tom Neverland"}], "outcomes": [about]}
    theirs, own = (world.made("victims", body, who)["id"] for who in ("reviewer", "recorder"))

    def asked(address: str, victim: str, name: str, who: str = "recorder") -> Any:
        choice = {"victim": victim, "name": name, "basis": "family_consent", "note": "Form 12."}
        return world.post(f"incidents/{id}/publications{address}", {**GRID, "names": [choice]}, who)

    for address in ("/preview", ""):
        right, wrong = (asked(address, theirs, name) for name in ("Tom Neverland", "Tim Neverland"))
        assert (right.status_code, code_of(right)) == (403, "withheld-field")
        assert right.content == wrong.content
    assert asked("/preview", own, "Tom Neverland").status_code == 200
    for who in ("reviewer", "publisher"):
        assert asked("/preview", theirs, "Tom Neverland", who).status_code == 200


def test_figures_of_the_living_and_of_findings_not_approved_are_not_published(sqlite_world: World) -> None:
    world = sqlite_world
    injured = figure("injured", 7, outcome="injured")
    id = incident(world, figure(low=33), injured)
    world.made("assessments", {"incident": id, "policy": "reported-range", "reason": {"code": "error_fixed"}})
    done = published(world, id)
    assert {one["outcome"] for one in done["document"]["figures"]} == {"killed"}
    assert {one["outcome"] for one in projected(world)["public_fact"]} == {"killed"}
    bare = entered(world, figure(low=5))["incident"]["id"]
    assert published(world, bare)["document"]["figures"] == []


def test_hidden_sources_are_not_even_counted(sqlite_world: World) -> None:
    world = sqlite_world
    id = incident(world)
    source = world.made("sources", {"kind": "witness", "name": "Neighbour One", "confidential": True})["id"]
    report = world.made("reports", {"source": source, "title": "Told", "url": "https://example.org/1"})["id"]
    world.made("claims", {"report": report, "incident": id, "origin": source, "figures": [figure(low=33)]})
    open_report = world.get("claims", incident=id).json()["data"][0]["report"]
    assert code_of(propose(world, id, reports=[report])) == "unknown-reference"
    assert code_of(propose(world, id, reports=[open_report])) == "unknown-reference"
    url = "https://example.org/2"
    assert world.patch(f"reports/{open_report}", {"url": url}, 1).status_code == 200
    assert published(world, id)["document"]["reports"] == {"count": 1, "kinds": {"hospital": 1}, "links": []}
    again = published(world, id, reports=[open_report])
    assert [one["url"] for one in again["document"]["reports"]["links"]] == [url]


def test_units_are_shown_no_deeper_than_the_coarsening(sqlite_world: World) -> None:
    world = sqlite_world
    id = incident(world)
    shown = {}
    for how in ("adm2", "adm1", "country", "none"):
        body = {"coarsening": how}
        found = world.post(f"incidents/{id}/publications/preview", body).json()
        shown[how] = {
            one["adm2"] or one["adm1"] or one["country"] for one in found["document"]["where"]["units"]
        }
        assert found["document"]["where"]["point"] is None  # the gazetteer knows no place here
        assert {one["adm1"] for one in found["facts"]} == ({None} if how == "country" else {"PK2"})
    assert shown == {"adm2": {"PK217"}, "adm1": {"PK2"}, "country": {"PK"}, "none": {"PK217"}}
    assert propose(world, id, coarsening="grid", grid_degrees=0.01).status_code == 422
    assert propose(world, id, coarsening="adm1", grid_degrees=0.1).status_code == 422


def test_a_parents_figure_and_its_parts_are_never_both_summed(world: World) -> None:
    occurred = {"start": "2026-01-30", "end": "2026-02-02", "precision": "days"}
    parent = assessed(world, figure(low=40), kind="campaign", occurred=occurred)
    child = incident(world, parent=parent)

    def counted() -> set[tuple[str, bool]]:
        return {(one["incident"], bool(one["counted"])) for one in projected(world)["public_fact"]}

    published(world, child)
    assert counted() == {(child, True)}
    whole = published(world, parent)
    assert counted() == {(child, False), (parent, True)}
    assert retract(world, whole["id"]).status_code == 200
    assert counted() == {(child, True)}


def test_documents_are_rendered_anew_from_what_was_published(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(world, incident(world))
    gone = published(world, incident(world))
    assert retract(world, gone["id"]).status_code == 200
    before = projected(world)["public_incident"]
    monkeypatch.setattr(projection, "DOCUMENT_VERSION", publishing.DOCUMENT_VERSION + 1)
    with world.database.writing() as connection:
        assert projection.render_anew(connection, world.organisation) == 2
        assert projection.render_anew(connection, world.organisation) == 0
    after = projected(world)["public_incident"]
    assert [one["document_version"] for one in after] == [publishing.DOCUMENT_VERSION + 1] * 2
    assert [{**one, "document_version": publishing.DOCUMENT_VERSION} for one in after] == before


def test_a_publication_is_neither_removed_nor_rewritten(world: World) -> None:
    published(world, incident(world))
    for statement in (
        publication.delete(),
        publication.update().values(content_sha256="0" * 64),
        publication.update().values(state="published", published_at=None),
    ):
        with owning(world.url) as connection, pytest.raises(sa.exc.DBAPIError):
            connection.execute(statement)


def test_webhooks_are_told_of_publishing_and_retracting(sqlite_world: World) -> None:
    world = sqlite_world
    hook = {"url": "https://example.org/in", "types": ["publication.published", "publication.retracted"]}
    answer = world.post("webhooks", hook, "admin")
    assert answer.status_code == 201, answer.text
    id = incident(world)
    done = published(world, id)
    assert retract(world, done["id"]).status_code == 200
    told = world.get(f"webhooks/{answer.json()['id']}/deliveries", "admin").json()["data"]
    assert sorted(one["type"] for one in told) == ["publication.published", "publication.retracted"]
