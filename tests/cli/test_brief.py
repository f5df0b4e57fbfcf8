"""The monthly brief on the command line."""

from __future__ import annotations

import hashlib
import re

import pypdf

from db.engine import open_database
from db.queries import gazetteer
from domain.gazetteer import Unit
from tests.cli.test_command import SHEET, Shell, run_of, shell
from tests.exchange.test_brief import squares_file
from tests.fonts import font_with

__all__ = ["shell"]  # the fixture

BRIEF = ("brief", "--month", "2026-01", "--out", "briefs")


def fill(shell: Shell) -> None:
    """Import and approve two incidents, one of them in January 2026 and in PK2."""
    (shell.folder / "january.csv").write_text(SHEET, encoding="utf-8")
    told = shell.run("import", "sheet", "january.csv", "--assess", "reported-range")
    shell.run("approve", "--run", run_of(told), token=shell.reviewer)


def name_unit(shell: Shell, name: str) -> None:
    database = open_database(shell.url, pool_size=2, write_pool_size=1)
    with database.writing() as connection:
        gazetteer.store_units(connection, [Unit("PK2", "PK", 1, name, None, "2020-01-01")])
    database.close()


def test_one_command_writes_a_pdf_and_a_page_and_says_how_to_make_them_again(shell: Shell) -> None:
    fill(shell)
    (shell.folder / "adm1.geojson").write_bytes(squares_file("PK1", "PK2", "PK3"))
    told = shell.run(*BRIEF, "--boundaries", "adm1.geojson")
    folder = shell.folder / "briefs"
    assert sorted(one.name for one in folder.iterdir()) == ["brief-2026-01.html", "brief-2026-01.pdf"]
    for one in folder.iterdir():
        assert f"sha256 {hashlib.sha256(one.read_bytes()).hexdigest()}" in told
    page = (folder / "brief-2026-01.html").read_text(encoding="utf-8")
    assert "10 or more" in page
    assert "Boundaries as given by the organisation." in page
    assert 2 <= len(pypdf.PdfReader(folder / "brief-2026-01.pdf").pages) <= 4
    again = re.search("The same again: civharm (.*)", told)
    assert again is not None
    assert shell.run(*again[1].split()).splitlines()[:2] == told.splitlines()[:2]


def test_a_letter_without_a_font_is_named_and_a_folder_of_fonts_gives_it(shell: Shell) -> None:
    fill(shell)
    name_unit(shell, "中")
    told = shell.run(*BRIEF, code=1)
    assert "CJK UNIFIED IDEOGRAPH-4E2D (U+4E2D)" in told
    assert [one.name for one in (shell.folder / "briefs").iterdir()] == ["brief-2026-01.html"]
    (shell.folder / "fonts").mkdir()
    (shell.folder / "fonts" / "one.ttf").write_bytes(font_with("中"))
    shell.run(*BRIEF, "--fonts", "fonts")
    assert (shell.folder / "briefs" / "brief-2026-01.pdf").exists()


def test_what_cannot_be_used_is_refused_and_nothing_is_written(shell: Shell) -> None:
    (shell.folder / "wrong.geojson").write_text("{}", encoding="utf-8")
    for name, value in (("known-at", "9999"), ("outcome", "slain"), ("boundaries", "wrong.geojson")):
        assert "cannot be used" in shell.run(*BRIEF, f"--{name}", value, code=1), name
    shell.run(*BRIEF, "--boundaries", "absent.geojson", code=2)
    assert not (shell.folder / "briefs").exists()
