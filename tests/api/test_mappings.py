"""The mappings as they are published: by the service, in a terminal, on the documentation's page."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from cli.main import app
from domain.vocab.mappings import MAPPED, SCHEMES
from exchange.writers.mappings_page import page
from tests.worlds import World

PAGE = Path(__file__).parents[2] / "docs" / "mappings.md"


def test_the_page_is_what_the_mappings_give() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: civharm mappings --page > docs/mappings.md"


def test_every_scheme_is_listed_and_read_without_a_token(world: World) -> None:
    listed = world.get("mappings", who=None).json()["data"]
    assert [one["scheme"] for one in listed] == list(SCHEMES)
    for one in listed:
        shown = world.client.get(one["links"]["self"]).json()
        assert {name: shown[name] for name in ("scheme", "version", "dated", "source")} == {
            name: one[name] for name in ("scheme", "version", "dated", "source")
        }
        assert {each["vocabulary"] for each in shown["mappings"]} >= set(MAPPED)


def test_one_vocabulary_is_read_with_the_lists_it_is_mapped_to(world: World) -> None:
    shown = world.get("mappings/sdmx", who=None, vocabulary="sex").json()
    (crosswalk,) = shown["mappings"]
    assert [one["name"] for one in shown["code_lists"]] == ["CL_SEX"]
    assert {(one["ours"], one["theirs"], one["round_trip"]) for one in crosswalk["matches"]} == {
        ("female", "F", "exact"),
        ("male", "M", "exact"),
        ("other", "_O", "exact"),
        ("unknown", "_U", "exact"),
    }
    assert {one["code"] for one in crosswalk["theirs_not_mappable"]} == {"_T", "_N", "_Z"}


def test_an_unknown_scheme_or_vocabulary_is_refused(world: World) -> None:
    assert world.get("mappings/icd", who=None).status_code == 404
    assert world.get("mappings/sdmx", who=None, vocabulary="colour").status_code == 400


def test_the_command_shows_what_the_service_shows(world: World) -> None:
    run = CliRunner().invoke(app, ["mappings", "sdmx", "--json"])
    assert run.exit_code == 0
    assert json.loads(run.stdout) == world.get("mappings/sdmx", who=None).json()
    shown = CliRunner().invoke(app, ["mappings", "ucdp", "--vocabulary", "place_precision"])
    assert "| `adm2` | `3` Second-order administrative division | exact |" in shown.stdout
    listed = CliRunner().invoke(app, ["mappings"])
    assert [line.split()[0] for line in listed.stdout.splitlines()] == list(SCHEMES)
    assert CliRunner().invoke(app, ["mappings", "icd"]).exit_code == 2
