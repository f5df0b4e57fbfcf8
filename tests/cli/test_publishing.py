"""``civharm publish`` and ``civharm retract`` as people use them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.test_command import Shell
from tests.cli.test_releases import said
from tests.entries import figure
from tests.published import CUTOFF, aged
from tests.services.test_publications import incident, propose, published
from tests.worlds import World


def test_an_incident_is_previewed_proposed_published_and_retracted(
    sqlite_world: World, tmp_path: Path
) -> None:
    world = sqlite_world
    id = incident(world)
    code = world.get(f"incidents/{id}").json()["code"]
    shell = Shell(world.url, tmp_path, world.tokens["reviewer"], world.tokens["publisher"])
    shown = json.loads(shell.run("publish", "preview", code, "--grid", "0.1"))
    assert shown["document"]["where"]["point"]["lon"] == 63.05
    assert "nothing is public yet" in shell.errors
    assert "degrees" in shell.run("publish", "propose", code, "--grid", "0.01", code=1)
    choices = tmp_path / "choices.json"
    choices.write_text('{"coarsening": "grid", "grid_degrees": 0.1, "reports": ["x"]}', encoding="utf-8")
    assert "break a rule" in shell.run("publish", "propose", code, "--choices", str(choices), code=1)
    told = shell.run("publish", "propose", code, "--grid", "0.1")
    made, digest = said(told, "publication"), said(told, "digest")
    assert shell.run("publish", "list", "--state", "proposed").startswith(f"{made}  proposed  {code}")
    assert json.loads(shell.run("publish", "show", made))["content_sha256"] == digest
    assert "roles" in shell.run("publish", "approve", made, "--digest", digest, code=1)
    done = shell.run("publish", "approve", made, "--digest", digest, token=shell.reviewer)
    assert f"/v1/public/incidents/{id}" in done
    why = ("--reason", "error_fixed", "--note")
    assert "in words" in shell.run("retract", code, *why, " ", token=shell.reviewer, code=1)
    assert shell.run("retract", code, *why, "Another place.", token=shell.reviewer) == "Retracted.\n"
    assert "Nothing" in shell.run("retract", code, *why, "Again.", token=shell.reviewer, code=1)
    assert shell.run("publish", "render") == "0 documents rendered anew.\n"
    assert world.get(f"public/incidents/{id}", None).json()["state"] == "retracted"


def test_an_edition_of_the_fixed_tables_is_made_by_a_publisher(sqlite_world: World, tmp_path: Path) -> None:
    world = sqlite_world
    shell = Shell(world.url, tmp_path, world.tokens["reviewer"], world.tokens["publisher"])
    assert "roles" in shell.run("publish", "tables", code=1)
    assert "No number moved" in shell.run("publish", "tables", token=shell.reviewer, code=1)
    published(world, incident(world, figure(low=1), figure("i", 30, outcome="injured"), day="2024-03-04"))
    assert "3 and 20" in shell.run("publish", "tables", "--threshold", "2", token=shell.reviewer, code=1)
    assert "over" in shell.run("publish", "tables", "--until", "2999", token=shell.reviewer, code=1)
    told = shell.run("publish", "tables", "--threshold", "10", token=shell.reviewer)
    (made,) = world.get("editions").json()["data"]
    assert (said(told, "edition"), said(told, "digest")) == ("1", made["digest"])
    assert (made["number"], made["threshold"]) == (1, 10)
    assert shell.errors.strip() == made["links"]["tables"]
    assert "No number moved" in shell.run("publish", "tables", token=shell.reviewer, code=1)


def test_the_command_tells_of_publications_what_the_api_tells(sqlite_world: World, tmp_path: Path) -> None:
    world = sqlite_world
    id = incident(world)
    made = propose(world, id).json()
    shell = Shell(world.url, tmp_path, world.tokens["recorder"], world.tokens["viewer"])
    assert "roles" in shell.run("publish", "list", token=shell.reviewer, code=1)
    assert "roles" in shell.run("publish", "show", made["id"], token=shell.reviewer, code=1)
    title = world.get(f"incidents/{id}").json()["title"]
    assert title not in shell.run("publish", "list")
    assert json.loads(shell.run("publish", "show", made["id"]))["withheld"] == ["document", "names"]


def test_any_publisher_takes_back_what_was_restricted_too_late(sqlite_world: World, tmp_path: Path) -> None:
    world = sqlite_world
    id = incident(world)
    published(world, id)
    version = world.get(f"incidents/{id}").json()["version"]
    assert world.patch(f"incidents/{id}", {"visibility": "restricted"}, version).status_code == 200
    assert world.get(f"public/incidents/{id}", None).json()["state"] == "published"
    shell = Shell(world.url, tmp_path, world.tokens["recorder"], world.tokens["publisher"])
    why = ("--reason", "error_fixed", "--note", "Another place.")
    assert shell.run("retract", id, *why, token=shell.reviewer) == "Retracted.\n"
    assert world.get(f"public/incidents/{id}", None).json()["state"] == "retracted"


def test_a_release_for_the_public_is_made_and_a_retraction_names_it(
    sqlite_world: World, tmp_path: Path
) -> None:
    tokens = sqlite_world.tokens
    shell = Shell(sqlite_world.url, tmp_path, tokens["recorder"], tokens["publisher"])
    id = incident(sqlite_world)
    code = sqlite_world.get(f"incidents/{id}").json()["code"]
    published(sqlite_world, id)
    aged(sqlite_world)
    told = shell.run("release", "create", "--public", "--cutoff", CUTOFF)
    made, digest = (line.split()[1] for line in told.splitlines()[:2])
    assert "A publisher who is another person looks at it" in shell.errors
    approve = ("release", "approve", made, "--digest", digest)
    assert "roles" in shell.run(*approve, token=sqlite_world.tokens["second"], code=1)
    assert shell.run(*approve, token=shell.reviewer).startswith("release 1 approved on ")
    assert "release 1  approved for the public  as known" in shell.run("release", "list")
    why = ("--reason", "error_fixed", "--note", "Another place.")
    shell.run("retract", code, *why, token=shell.reviewer)
    assert "public release 1 holds it still: civharm release withdraw 1" in shell.errors
    assert shell.run("release", "withdraw", "1", *why, token=shell.reviewer) == "release 1 withdrawn\n"
