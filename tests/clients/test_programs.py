"""Other people's programs open what leaves the record, unmodified."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import hxl  # type: ignore[import-untyped]
import pandas as pd  # type: ignore[import-untyped]
import pyogrio  # type: ignore[import-untyped]
import pytest
from frictionless import Package, system
from pysdmx.io import get_datasets

from exchange.layouts import LAYOUTS
from services import worked_example
from tests.entries import entered, figure, proposed
from tests.published import released_now
from tests.worlds import World

ARABIC = "مخيم جباليا"


@pytest.fixture
def example(world: World) -> World:
    with world.database.writing() as connection:
        worked_example.record(connection, world.actor("recorder"))
    first = entered(
        world,
        figure("all", 33, open=True, comparator="at_least"),
        figure("w", 5, sex="female", age_low=18),
        title=ARABIC,
        place=("PK2", "PK226"),
    )
    incident = first["incident"]["id"]
    assert world.approve(proposed(world, incident)["id"]).status_code == 200
    point = {"reported_name": "Quetta", "lon": 66.99, "lat": 30.18, "precision": "town", "incident": incident}
    world.made("places", point)
    return world


def saved(world: World, folder: Path, path: str, name: str, **asked: Any) -> str:
    answer = world.get(path, **asked)
    assert answer.status_code == 200, answer.text
    file = folder / name
    file.write_bytes(answer.content)
    return str(file)


def queried(sql: str) -> list[Any]:
    found = duckdb.sql(sql)
    assert found is not None
    return found.fetchall()


def test_duckdb_reads_parquet_with_its_types(example: World, tmp_path: Path) -> None:
    file = saved(example, tmp_path, "claims", "claims.parquet", format="parquet")
    types = dict(queried(f"select column_name, column_type from (describe select * from '{file}')"))
    assert (types["low"], types["open"], types["as_of"]) == ("BIGINT", "BOOLEAN", "DATE")
    assert types["recorded_at"] == "TIMESTAMP WITH TIME ZONE"
    counted = f"select sum(low), count(*), count(low) from '{file}' where outcome = 'killed'"
    (told,) = queried(counted)
    rows = [json.loads(line) for line in example.get("claims", format="jsonl").text.splitlines()]
    killed = [row["low"] for row in rows if row["outcome"] == "killed"]
    assert told == (sum(n for n in killed if n is not None), len(killed), sum(n is not None for n in killed))


def test_pandas_reads_every_format_alike(example: World) -> None:
    def got(format: str) -> bytes:
        content: bytes = example.get("incidents", format=format).content
        return content

    plain = pd.read_csv(io.BytesIO(got("csv")))
    for other in (
        pd.read_csv(io.BytesIO(got("csv-excel"))),
        pd.read_parquet(io.BytesIO(got("parquet"))),
        pd.read_json(io.BytesIO(got("jsonl")), lines=True),
        pd.read_excel(io.BytesIO(got("xlsx")), engine="calamine"),
    ):
        assert list(other.columns) == list(plain.columns)
        assert list(other["title"]) == list(plain["title"])
        assert list(other["lon"].fillna(-1)) == list(plain["lon"].fillna(-1))
        assert [str(day)[:10] for day in other["occurred_start"]] == list(plain["occurred_start"])
    assert ARABIC in list(plain["title"])


def test_gdal_reads_geojson_with_points_and_without(example: World, tmp_path: Path) -> None:
    file = saved(example, tmp_path, "incidents", "incidents.geojson", who="reviewer", format="geojson")
    info = pyogrio.read_info(file)
    assert info["crs"] == "EPSG:4326"
    _, _, geometry, fields = pyogrio.raw.read(file, columns=["id", "title"])
    titles = list(fields[1])
    place = titles.index(ARABIC)
    assert geometry[place] is not None
    assert any(one is None for one in geometry)
    assert pyogrio.read_bounds(file)[1][:, place].tolist() == [66.99, 30.18, 66.99, 30.18]


def test_frictionless_finds_the_package_valid_and_every_row_there(example: World, tmp_path: Path) -> None:
    file = saved(example, tmp_path, "package", "civharm.zip")
    with system.use_context(trusted=True):
        report = Package(file).validate()
    assert report.valid, report.flatten(["type", "note"])
    counted = {task.name: task.stats.get("rows", 0) for task in report.tasks}
    assert counted.keys() == LAYOUTS.keys() | {"codebook"}
    for noun in LAYOUTS:
        assert counted[noun] == int(example.get(noun, format="csv").headers["civharm-rows"]), noun
    few = saved(example, tmp_path, "package", "few.zip", lists="incidents,claims")
    assert {one.name for one in Package(few).resources} == {"incidents", "claims", "codebook"}
    assert example.get("package", lists="moons").status_code == 400


def test_frictionless_finds_a_release_valid_and_duckdb_reads_its_tables(
    example: World, tmp_path: Path
) -> None:
    number = released_now(example, "2026-03-31")["number"]
    with zipfile.ZipFile(saved(example, tmp_path, f"releases/{number}/archive", "release.zip")) as archive:
        archive.extractall(tmp_path / "release")
    package = Package(str(tmp_path / "release" / "datapackage.json"))
    with system.use_context(trusted=True):
        report = package.validate()
    assert report.valid, report.flatten(["type", "note"])
    files = {one["name"]: one for one in example.get(f"releases/{number}").json()["files"]}
    assert {one.path for one in package.resources} == {
        *("monthly.csv", "ohchr.csv", "sdg-16-1-2.csv", "mrm-quarterly.csv", "events.csv", "codebook.csv")
    }
    for one in package.resources:
        assert one.path is not None
        assert one.hash == f"sha256:{files[one.path]['sha256']}"
    for name, file in files.items():
        if name.endswith(".parquet"):
            assert queried(f"SELECT count(*) FROM '{tmp_path / 'release' / name}'") == [(file["rows"],)]


def test_hxl_reads_the_row_of_tags(example: World) -> None:
    text = example.get("incidents", format="csv-hxl").text
    dataset = hxl.data(list(csv.reader(io.StringIO(text))))
    assert "#event+id" in dataset.display_tags
    assert {row.get("#adm1+code") for row in dataset} >= {"PK2"}


TAGGED = ("incidents", "claims", "places", "statistics", "tables/monthly", "tables/ohchr", "tables/events")


def test_hxlvalidate_finds_no_error_in_tables_with_tags(example: World) -> None:
    validate = str(Path(sys.executable).with_name("hxlvalidate"))
    for address in TAGGED:
        asked = {"outcome": "killed", "by": "month,sex,adm1"} if address == "statistics" else {}
        answer = example.get(address, format="csv-hxl", **asked)
        assert int(answer.headers["civharm-rows"]) > 0
        sent = [validate, "-e", "warning"]
        done = subprocess.run(sent, check=False, input=answer.content, capture_output=True)
        assert (done.returncode, b"Validation succeeded" in done.stdout) == (0, True), (address, done.stdout)
        assert b"malformed" not in done.stderr
    # The same program finds what is wrong: a number that is none under a tag of numbers.
    wrong = b"When,Killed\n#date,#affected+killed\nnever,many\n"
    assert subprocess.run([validate], check=False, input=wrong, capture_output=True).returncode == 1


def test_hxl_sums_statistics_to_the_total_of_the_answer(example: World) -> None:
    asked = {"outcome": "killed", "by": "sex,month"}
    text = example.get("statistics", format="csv-hxl", **asked).text
    dataset = hxl.data(list(csv.reader(io.StringIO(text))))
    assert {"#group+sex", "#meta+month", "#affected+min", "#affected+max"} <= set(dataset.display_tags)
    total = example.get("statistics", outcome="killed").json()["data"]
    assert sum(int(row.get("#affected+min")) for row in dataset) == sum(one["low"] for one in total) > 0


def test_pysdmx_reads_the_observations_by_our_structure(example: World) -> None:
    asked = {"outcome": "killed", "by": "sex,month"}
    structure = example.get("sdmx/structure", who=None)
    assert structure.status_code == 200
    answer = example.get("statistics", format="sdmx-csv", **asked)
    assert answer.headers["content-type"].startswith("application/vnd.sdmx.data+csv; version=2.0.0")
    (data,) = get_datasets(io.BytesIO(answer.content), io.BytesIO(structure.content))
    frame = data.data
    whole = frame[frame["VERIFICATION"] == "_T"]
    cells = example.get("statistics", **asked).json()["data"]
    assert sorted(int(one) for one in whole["LOW"]) == sorted(one["low"] for one in cells)
    assert set(whole["SEX"]) <= {"F", "M", "_U", "_O"}
    assert set(frame["STATUS"]) == {"_T"}
