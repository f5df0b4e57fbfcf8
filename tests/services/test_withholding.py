"""Sensitive fields: who reads them, and that whoever does not is told that they are withheld."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from db.field_classes import SENSITIVE
from db.queries.exports import LISTED
from db.queries.lists import _PLAIN
from domain.publications import ReleaseDraft
from services import organisations, release_files
from tests.services.test_visibility import assessed, code_of, evidence, name
from tests.worlds import World

EVERYBODY = ("viewer", "recorder", "reviewer", "publisher", "service")


def person(world: World, who: str = "recorder") -> dict[str, str]:
    """Record a person with a place; each sensitive field holds a word of its own."""
    ids = evidence(world, who)
    names = [{"name": "Quillfeather"}, {"name": "Quillfeder", "script": "Latn"}]
    body = {
        "incident": ids["incident"],
        "names": names,
        "external_id": "ID-7731",
        "note": "Lives at the mill",
    }
    ids["victim"] = world.made("victims", body, who)["id"]
    listed = {"report": ids["report"], "victim": ids["victim"], "name": "Quillfeather, as listed"}
    ids["listing"] = world.made("listings", {**listed, "extra": [["ward", "Ward nine"]]}, who)["id"]
    point = {"lon": 66.991234, "lat": 30.181234}
    place = {"incident": ids["incident"], "reported_name": "Quetta", "precision": "exact", **point}
    ids["place"] = world.made("places", place, who)["id"]
    return ids


WORDS = (b"Quillfe", b"ID-7731", b"mill", b"Ward nine", b"66.991", b"30.181")


def words_in(answer: Any) -> set[bytes]:
    assert answer.status_code == 200, answer.text
    return {word for word in WORDS if word in answer.content}


def test_what_is_sensitive_follows_from_the_columns() -> None:
    assert {kind: set(fields) for kind, fields in SENSITIVE.items() if fields} == {
        "source": {"note"},
        "report": {"note"},
        "place": {"lon", "lat"},
        "victim": {"external_id", "names", "note"},
        "listing": {"external_id", "extra", "name"},
        "import_run": {"findings"},
        "publication": {"document", "names"},
        "invitation": {"name", "secret_hash"},
        "session": {"secret_hash"},
        "token": {"secret_hash"},
        "webhook": {"previous_secret", "secret", "url"},
    }
    assert {
        name: [one.names[at] for at in sorted(one.sensitive)] for name, one in LISTED.items() if one.sensitive
    } == {
        "incidents": ["lon", "lat"],
        "places": ["lon", "lat"],
        "victims": ["external_id", "names"],
        "listings": ["name", "external_id"],
    }


def test_no_filter_asks_for_a_sensitive_field() -> None:
    assert {
        (kind, name) for kind, names in _PLAIN.items() for name in names if name in SENSITIVE[kind]
    } == set()


def test_sensitive_fields_are_read_by_reviewers_publishers_and_who_recorded_them(world: World) -> None:
    ids = person(world, "recorder")
    other = person(world, "reviewer")
    for who in EVERYBODY:
        mine = world.get(f"victims/{ids['victim']}", who).json()
        theirs = world.get(f"victims/{other['victim']}", who).json()
        assert ("withheld" not in mine) is (who != "viewer"), who
        assert ("withheld" not in theirs) is (who not in ("viewer", "recorder")), who
        for one in (mine, theirs):
            if "withheld" in one:
                assert one["withheld"] == ["external_id", "names", "note"]
                assert (one["names"], one["note"], one["external_id"]) == ([], None, None)
            else:
                assert one["names"][0]["name"] == "Quillfeather"


def test_nothing_sensitive_leaves_by_another_door(world: World) -> None:
    ids = person(world, "reviewer")
    at = f"incidents/{ids['incident']}"
    paths = [
        *(
            f"{noun}/{ids[kind]}{more}"
            for kind, noun in (("victim", "victims"), ("place", "places"), ("listing", "listings"))
            for more in ("", "/history")
        ),
        *("victims", "places", "listings", "incidents", "package"),
        *(
            f"{at}{more}"
            for more in ("?include=places,victims,claims,flags,tree", "/lists", "/persons?day=2026-02-02")
        ),
        f"{at}/lists/{ids['report']}/changes",
        f"{at}/figures",
        f"{at}/corroboration",
        "tables/events?format=jsonl",
        "members",
    ]
    for path in paths:
        assert words_in(world.get(path, "viewer")) == set(), path
        assert words_in(world.get(path, "recorder")) == set(), path
    for noun in ("victims", "places", "listings", "incidents"):
        for format in ("csv", "jsonl", "html", "geojson"):
            answer = world.get(noun, "viewer", format=format)
            if answer.status_code == 406 or answer.status_code == 400:
                continue
            assert words_in(answer) == set(), (noun, format)
    assert words_in(world.get("victims", "reviewer", format="csv"))
    assert words_in(world.get("places", "publisher", format="geojson"))
    assert words_in(world.get(f"victims/{ids['victim']}/history", "reviewer"))


def notes(world: World, who: str) -> str:
    answer = world.get("victims", who, format="xlsx")
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def test_a_table_says_which_columns_are_withheld(world: World) -> None:
    person(world, "reviewer")
    assert "Withheld from you in victims: external_id, names" in notes(world, "viewer")
    assert "but for what you recorded" in notes(world, "recorder")
    assert "Withheld" not in notes(world, "reviewer")


def test_a_change_by_who_cannot_read_a_field_leaves_it_as_it_is(world: World) -> None:
    ids = person(world, "reviewer")
    answer = world.patch(f"victims/{ids['victim']}", {"sex": "female"}, 1, "recorder")
    assert answer.status_code == 200, answer.text
    assert answer.json()["withheld"]
    kept = world.get(f"victims/{ids['victim']}", "reviewer").json()
    assert (kept["names"][0]["name"], kept["external_id"], kept["sex"]) == (
        "Quillfeather",
        "ID-7731",
        "female",
    )
    # Sent back as it was shown, it would empty what was withheld.
    blind = world.patch(f"victims/{ids['victim']}", {"names": [], "status": "civilian"}, 2, "recorder")
    assert (blind.status_code, code_of(blind)) == (403, "withheld-field")
    assert (
        world.patch(f"victims/{ids['victim']}", {"names": [{"name": "B"}]}, 2, "reviewer").status_code == 200
    )


def test_a_confidential_source_is_named_to_few_and_found_by_no_filter(world: World) -> None:
    body = {"kind": "witness", "name": "Quillfeather", "confidential": True, "note": "Lives at the mill"}
    source = world.made("sources", body, "reviewer")["id"]
    shown = world.get(f"sources/{source}", "viewer").json()
    assert (shown["name"], shown["withheld"]) == (None, ["name", "note"])
    assert world.get("sources", "viewer", name="Quillfeather").json()["data"] == []
    assert "Quillfeather" not in world.get("sources", "viewer", name="Quillfeather", format="csv").text
    assert source not in world.get("sources", "viewer", name="Quillfeather", format="csv").text
    assert [one["id"] for one in world.get("sources", "reviewer", name="Quillfeather").json()["data"]] == [
        source
    ]


def test_an_intake_tells_nobody_that_the_name_of_a_confidential_source_is_right(world: World) -> None:
    body = {"kind": "witness", "name": "Quillfeather", "confidential": True}
    secret = world.made("sources", body, "reviewer")["id"]

    def taken(who: str, name: str) -> str:
        sent = {
            "source": {"kind": "witness", "name": name},
            "report": {"title": "Ten dead"},
            "incident": {"title": "Attack", "occurred": {"start": "2026-02-01", "end": "2026-02-01"}},
            "claim": {"figures": [{"key": "total", "outcome": "killed", "low": 10, "high": 10}]},
        }
        return str(world.made("intake", sent, who)["source"]["id"])

    right, wrong = taken("recorder", "Quillfeather"), taken("recorder", "Somebody else")
    assert secret not in (right, wrong)
    assert taken("recorder", "Somebody else") == wrong
    assert taken("second", "Quillfeather") == secret
    own = world.made("sources", {**body, "name": "Own"}, "recorder")["id"]
    assert taken("recorder", "Own") == own


def test_a_source_that_is_marked_confidential_is_named_in_no_earlier_version_either(world: World) -> None:
    body = {"kind": "witness", "name": "Quillfeather"}
    source = world.made("sources", body, "reviewer")["id"]
    assert "Quillfeather" in world.get(f"sources/{source}/history", "viewer").text
    # Who has not recorded it may mark it.
    marked = world.patch(f"sources/{source}", {"confidential": True}, 1, "recorder")
    assert (marked.status_code, marked.json()["name"]) == (200, None)
    for who in ("viewer", "recorder"):
        assert "Quillfeather" not in world.get(f"sources/{source}/history", who).text, who
    for who in ("reviewer", "second", "publisher"):
        assert "Quillfeather" in world.get(f"sources/{source}/history", who).text, who


def test_what_could_name_the_source_of_a_report_is_withheld_with_its_name(world: World) -> None:
    body = {"kind": "witness", "name": "W", "confidential": True}
    source = world.made("sources", body, "reviewer")["id"]
    address = "https://example.org/quillfeather"
    told = {"title": "Talk with Quillfeather", "url": address, "archived_url": f"{address}/kept"}
    report = world.made("reports", {"source": source, **told}, "reviewer")["id"]
    own = world.made("reports", {"source": source, **told}, "recorder")["id"]
    open_ = world.made("sources", {"kind": "agency", "name": "News agency"}, "reviewer")["id"]
    for path in (f"reports/{report}", f"reports/{report}/history", "reports", "reports?format=csv"):
        assert b"uillfeather" not in world.get(path, "viewer").content, path
    shown = world.get(f"reports/{report}", "recorder").json()
    assert shown["withheld"] == ["archived_url", "note", "title", "url"]
    assert (shown["title"], shown["url"]) == (None, None)
    for who, id in (("reviewer", report), ("publisher", report), ("recorder", own)):
        assert world.get(f"reports/{id}", who).json()["title"] == told["title"]
    # It would be told under another source.
    for change in ({"source": open_}, {"title": "T"}):
        answer = world.patch(f"reports/{report}", change, 1, "recorder")
        assert (answer.status_code, code_of(answer)) == (403, "withheld-field")
    assert world.patch(f"reports/{report}", {"source": open_}, 1, "reviewer").status_code == 200
    assert world.get(f"reports/{report}", "viewer").json()["title"] == told["title"]
    assert world.patch(f"reports/{report}", {"source": source}, 2, "recorder").status_code == 200
    assert b"uillfeather" not in world.get(f"reports/{report}/history", "viewer").content


def test_nobody_reads_a_confidential_name_by_taking_the_mark_off(world: World) -> None:
    body = {"kind": "witness", "name": "Quillfeather", "confidential": True}
    source = world.made("sources", body, "reviewer")["id"]
    for unmarked in (False, None):
        answer = world.patch(f"sources/{source}", {"confidential": unmarked}, 1, "recorder")
        assert (answer.status_code, code_of(answer)) == (403, "withheld-field")
        assert "Quillfeather" not in answer.text
    open_ = world.made("sources", {"kind": "agency", "name": "News agency"}, "reviewer")["id"]
    assert world.patch(f"sources/{open_}", {"name": "The news agency"}, 1, "recorder").status_code == 200


def test_a_release_holds_what_every_reader_may_read(world: World) -> None:
    ids = person(world, "reviewer")
    hidden = evidence(world, "reviewer", visibility="restricted", title="Unseen")
    assert name(world, hidden["incident"], "second", "reviewer").status_code == 201
    for incident in (ids["incident"], hidden["incident"]):
        assessed(world, incident, "reviewer")
    assert words_in(world.get("tables/events", "reviewer", format="csv"))
    assert words_in(world.get("tables/events", "viewer", format="csv")) == set()
    known_at = world.get("organisation").json()["log_sequence"]
    files: list[dict[str, bytes]] = []
    for who in ("reviewer", "recorder"):
        with world.outside.reading() as connection:
            actor = organisations.authenticate(connection, world.tokens[who])
            _, made = release_files.files_of(connection, actor, ReleaseDraft("2026-12-31"), known_at)
        files.append({one.name: one.content for one in made if one.name.endswith((".csv", ".txt", ".json"))})
    assert files[0] == files[1], "whoever makes it, it is the same"
    whole = b"".join(files[0].values())
    assert ids["incident"].encode() in whole
    assert hidden["incident"].encode() not in whole
    assert {word for word in WORDS if word in whole} == set()
