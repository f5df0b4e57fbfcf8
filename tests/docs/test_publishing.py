"""The pages on publishing and on disclosure control: their lines run as they are printed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.docs.test_methodology import ROOT
from tests.entries import figure
from tests.published import CUTOFF, aged
from tests.servers import serving
from tests.services.test_publications import incident, published
from tests.worlds import World


def run(page: str, folder: Path, world: World, **more: str) -> str:
    """Run the one script of a page against a served world; give what it prints."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    (script,) = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    bash = shutil.which("bash")
    assert bash is not None, "the page is written for it"
    with serving(world.url) as address:
        done = subprocess.run(
            [bash, "-euo", "pipefail", "-c", script.replace('"$SERVICE', '--fail "$SERVICE')],
            cwd=folder,
            env={
                **os.environ,
                "SERVICE": address,
                "PROPOSER": world.tokens["reviewer"],
                "PUBLISHER": world.tokens["publisher"],
                **more,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def documents(text: str) -> tuple[list[Any], str]:
    """Give the JSON documents at the beginning of a text, and what follows them."""
    decoder, found = json.JSONDecoder(), []
    while text.startswith("{"):
        one, end = decoder.raw_decode(text)
        found.append(one)
        text = text[end:].lstrip()
    return found, text


def test_the_steps_of_the_page_publish_and_retract(sqlite_world: World, tmp_path: Path) -> None:
    id = incident(sqlite_world)
    answers, rest = documents(run("publishing.md", tmp_path, sqlite_world, INCIDENT=id))
    preview, done, public, statistics, retracted = answers
    assert preview["published"] is None
    assert (done["state"], public["state"], retracted["state"]) == ("published", "published", "retracted")
    assert (statistics["total"]["low"], rest) == (33, "")


def test_the_steps_of_the_page_on_disclosure_make_and_read_tables(
    sqlite_world: World, tmp_path: Path
) -> None:
    for low in (30, 40):
        id = incident(sqlite_world, figure("i", low, outcome="injured"), day="2024-03-04")
        published(sqlite_world, id)
    (made, listed, table), rest = documents(run("disclosure.md", tmp_path, sqlite_world))
    assert (made["number"], len(listed["data"]), table["rows"][0]["persons"]) == (1, 3, 70)
    assert rest.splitlines()[1] == "injured,2024,,,70,A,F"


def test_the_steps_of_the_page_on_releases_publish_one_and_take_it_back(
    sqlite_world: World, tmp_path: Path
) -> None:
    id = incident(sqlite_world)
    published(sqlite_world, id)
    aged(sqlite_world)
    (done, public, taken), rest = documents(run("releases.md", tmp_path, sqlite_world, CUTOFF=CUTOFF))
    assert (done["state"], done["number"], taken["state"], rest) == ("approved", 1, "withdrawn", "")
    assert {one["name"] for one in public["files"]} > {"incidents.geojson", "facts.csv", "SHA256SUMS"}
    (feature,) = json.loads((tmp_path / "incidents.geojson").read_text(encoding="utf-8"))["features"]
    assert feature["id"] == id
