"""R and LibreOffice open what the service sends, from a file and from its address.

They are installed by the system's package manager and not by pip, so `make programs` runs these tests and
`.ci/run` installs the programs first.
"""

from __future__ import annotations

import base64
import csv
import io
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from services import worked_example
from tests.entries import entered, figure, proposed
from tests.servers import serving
from tests.worlds import World

SLY = '=cmd|" /C calc"!A0'
ARABIC = "مخيم جباليا, «Новая»"


@pytest.fixture
def example(world: World) -> World:
    with world.database.writing() as connection:
        worked_example.record(connection, world.actor("recorder"))
    world.made("sources", {"kind": "outlet", "name": SLY})
    incident = entered(world, figure(low=33), title=ARABIC, day="2026-01-31")["incident"]["id"]
    assert world.approve(proposed(world, incident)["id"]).status_code == 200
    return world


@pytest.fixture
def address(example: World) -> Iterator[str]:
    with serving(example.url) as found:
        yield found


def run(*command: str, folder: Path) -> str:
    assert shutil.which(command[0]), f"{command[0]} is missing: see .ci/run for what to install"
    environment = {**os.environ, "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=180
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def r(script: str, folder: Path) -> list[str]:
    (folder / "script.R").write_text(script, encoding="utf-8")
    return run("Rscript", "--vanilla", "script.R", folder=folder).splitlines()


def converted(source: str, folder: Path) -> list[list[str]]:
    """Give what LibreOffice makes of a workbook's first sheet: values as text, in CSV."""
    run(
        *("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore"),
        *("--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"),
        *("--outdir", str(folder / "out"), source),
        folder=folder,
    )
    (made,) = (folder / "out").glob("*.csv")
    return list(csv.reader(io.StringIO(made.read_text(encoding="utf-8"))))


def test_readr_reads_the_csv_with_days_numbers_and_every_script(example: World, tmp_path: Path) -> None:
    (tmp_path / "incidents.csv").write_bytes(example.get("incidents", format="csv").content)
    (tmp_path / "claims.csv").write_bytes(example.get("claims", format="csv").content)
    (tmp_path / "excel.csv").write_bytes(example.get("incidents", format="csv-excel").content)
    told = r(
        """
        suppressPackageStartupMessages(library(readr))
        d <- read_csv("incidents.csv", show_col_types = FALSE)
        cat(class(d$occurred_start), class(d$recorded_at)[1], class(d$version), nrow(d), "\\n")
        cat(sum(d$title == "مخيم جباليا, «Новая»"), "\\n")
        c <- read_csv("claims.csv", show_col_types = FALSE)
        cat(class(c$low), class(c$open), sum(is.na(c$low)), "\\n")
        cat(identical(names(d), names(read_csv("excel.csv", show_col_types = FALSE))), "\\n")
        """,
        tmp_path,
    )
    rows = len(example.get("incidents").json()["data"])
    claims = list(csv.DictReader(io.StringIO(example.get("claims", format="csv").text)))
    unknown = sum(not row["low"] for row in claims)
    assert [line.strip() for line in told] == [
        f"Date POSIXct numeric {rows}",
        "1",
        f"numeric logical {unknown}",
        "TRUE",
    ]


def test_jsonlite_reads_an_address_with_a_token_and_one_with_a_password(
    example: World, address: str, tmp_path: Path
) -> None:
    token = example.tokens["viewer"]
    told = r(
        f"""
        suppressPackageStartupMessages(library(jsonlite))
        got <- url("{address}/v1/statistics?outcome=killed&by=sex",
                   headers = c(Authorization = "Bearer {token}"))
        s <- fromJSON(got)
        cat(s$total$low, s$data$low, "\\n")
        lines <- url("{address}/v1/incidents?format=jsonl", headers = c(
            # base64_enc breaks its lines, and a header has one.
            Authorization = paste("Basic", gsub("\\n", "", base64_enc(charToRaw("r:{token}"))))))
        d <- stream_in(lines, verbose = FALSE)
        cat(nrow(d), sum(d$title == "{ARABIC}"), "\\n")
        """,
        tmp_path,
    )
    rows = len(example.get("incidents").json()["data"])
    assert [line.strip() for line in told] == ["33 33", f"{rows} 1"]


@contextmanager
def gateway(address: str, token: str) -> Iterator[str]:
    """Stand before the service as an office's gateway does, and add the password.

    LibreOffice asks for it in a window; without one it asks nobody, and it takes none from an address.
    """
    pair = base64.b64encode(f"office:{token}".encode()).decode()

    class Forward(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            answer = httpx.request(
                self.command, address + self.path, headers={"Authorization": f"Basic {pair}"}
            )
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name not in ("connection", "transfer-encoding", "date", "server"):
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.content)

        do_OPTIONS = do_HEAD = do_GET = do_PROPFIND = forward  # noqa: N815  # as the server looks them up

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Forward)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(20)
        server.server_close()


@pytest.mark.parametrize("how", ["file", "address"])
def test_libreoffice_keeps_types_and_runs_no_formula(
    example: World, address: str, tmp_path: Path, how: str
) -> None:
    asked = "sources?format=xlsx"
    if how == "file":
        (tmp_path / "sources.xlsx").write_bytes(example.get("sources", format="xlsx").content)
        source = str(tmp_path / "sources.xlsx")
        header, *rows = converted(source, tmp_path)
    else:
        with gateway(address, example.tokens["viewer"]) as front:
            header, *rows = converted(f"{front}/v1/{asked}", tmp_path)
    found = [dict(zip(header, row, strict=True)) for row in rows]
    told = list(csv.DictReader(io.StringIO(example.get("sources", format="csv").text)))
    assert [row["name"] for row in found] == [row["name"] for row in told]
    assert SLY in [row["name"] for row in found]
    assert [row["version"] for row in found] == [row["version"] for row in told]


def test_libreoffice_reads_days_as_days(example: World, tmp_path: Path) -> None:
    (tmp_path / "incidents.xlsx").write_bytes(example.get("incidents", format="xlsx").content)
    header, *rows = converted(str(tmp_path / "incidents.xlsx"), tmp_path)
    told = list(csv.DictReader(io.StringIO(example.get("incidents", format="csv").text)))
    at = header.index("occurred_start")
    assert [row[at] for row in rows] == [row["occurred_start"] for row in told]
    assert ARABIC in [row[header.index("title")] for row in rows]


def test_the_block_of_the_guide_for_r_runs_as_it_is_printed(
    example: World, address: str, tmp_path: Path
) -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "connect" / "r.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```r\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    (tmp_path / "script.R").write_text(block, encoding="utf-8")
    told = run(
        *("env", f"CIVHARM={address}", f"CIVHARM_TOKEN={example.tokens['viewer']}"),
        *("Rscript", "--vanilla", "script.R"),
        folder=tmp_path,
    )
    assert "PK-" in told
    assert "unassessed incidents left out: 2" in told
