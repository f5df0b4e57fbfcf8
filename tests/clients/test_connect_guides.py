"""What the connect guides tell people to type works as it is printed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services import worked_example
from tests.entries import entered, figure, proposed
from tests.servers import serving
from tests.worlds import World

GUIDES = Path(__file__).resolve().parents[2] / "docs" / "connect"


def blocks(guide: str, language: str) -> list[str]:
    text = (GUIDES / guide).read_text(encoding="utf-8")
    found = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found, f"{guide} has no block of {language}"
    return found


@pytest.fixture
def environment(world: World, tmp_path: Path) -> Iterator[dict[str, str]]:
    with world.database.writing() as connection:
        worked_example.record(connection, world.actor("recorder"))
    incident = entered(world, figure(low=33, sex="female"), place=("PK2", "PK226"))["incident"]["id"]
    assert world.approve(proposed(world, incident)["id"]).status_code == 200
    with serving(world.url) as address:
        yield {
            **os.environ,
            "CIVHARM": address,
            "CIVHARM_TOKEN": world.tokens["viewer"],
            "HOME": str(tmp_path),
            "LC_ALL": "C.UTF-8",
        }


def run(command: list[str], environment: dict[str, str], folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_python_block_runs_as_it_is_printed(environment: dict[str, str], tmp_path: Path) -> None:
    first, second = blocks("python.md", "python")
    told = run([sys.executable, "-c", first], environment, tmp_path)
    assert re.search(r"female\s+33\s+33\s+0", told)
    told = run([sys.executable, "-c", second], environment, tmp_path)
    assert "killed" in told
    assert re.search(r"rows \d+ as of log sequence \d+", told)


@pytest.mark.parametrize("guide", ["curl.md", "qgis.md"])
def test_every_curl_line_runs_as_it_is_printed(
    environment: dict[str, str], tmp_path: Path, guide: str
) -> None:
    assert shutil.which("curl"), "curl is missing"
    for block in blocks(guide, "sh"):
        run(["bash", "-euo", "pipefail", "-c", block], environment, tmp_path)
    made = {file.name for file in tmp_path.iterdir() if file.is_file() and file.stat().st_size}
    expected = {
        "curl.md": {"killed.csv", "killed.xlsx", "claims.parquet", "incidents.csv", "incidents.etag"},
        "qgis.md": {"incidents.geojson", "places.geojson"},
    }
    assert expected[guide] <= made
