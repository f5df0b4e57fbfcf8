"""The page of tables names every list of the API: by its layout, or with why it is no table."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from api.openapi import FILE
from exchange.layouts import LAYOUTS, OTHERS
from tests.docs.test_methodology import ROOT

PAGE = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
OF_FILES = {"/v1/releases/{release}/files/{name}", "/v1/public/releases/{id}/files/{name}"}
"""What gives a file as it was made, whatever it is."""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def rows(header: str) -> list[list[str]]:
    """Give the cells of the table with this header, row by row."""
    after = PAGE.split(f"{header}\n", 1)[1].splitlines()[1:]
    found: list[list[str]] = []
    for line in after:
        if not line.startswith("|"):
            return found
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def addresses(cell: str) -> list[str]:
    return re.findall(r"`(/v1/[^`]+)`", cell)


TABLES = {
    address: name for cell, name, _ in rows("| address | name | a row is |") for address in addresses(cell)
}
NO_TABLES = {address for cell, _ in rows("| address | why no table |") for address in addresses(cell)}


def gives_tables(document: dict[str, Any]) -> set[str]:
    return {
        path
        for path, methods in document["paths"].items()
        if "text/csv" in methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
    } - OF_FILES


def test_the_page_names_every_address_that_gives_a_table_and_no_other(document: dict[str, Any]) -> None:
    assert sorted(TABLES) == sorted(gives_tables(document))


def test_every_list_that_is_no_table_is_named_with_the_reason(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    lists = set()
    for path, methods in document["paths"].items():
        content = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        name = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
        if schemas.get(name, {}).get("properties", {}).get("data", {}).get("type") == "array":
            lists.add(re.sub(r"^/v1/\w+/\{id\}/history$", "/v1/{noun}/{id}/history", path))
    assert lists - gives_tables(document) <= NO_TABLES
    assert not NO_TABLES & gives_tables(document)
    known = {*document["paths"], "/v1/{noun}/{id}/history"}
    assert known >= NO_TABLES


def test_every_layout_is_at_an_address_that_the_page_names() -> None:
    named = {re.sub(r"`", "", name) for name in TABLES.values()}
    nouns = {address.rpartition("/")[2] for address, name in TABLES.items() if name == "the noun"}
    assert {*LAYOUTS, *OTHERS} <= named | nouns
    assert named - {"the noun", "the table's", "none: a column a list", "statistics"} <= {*LAYOUTS, *OTHERS}
    assert nouns <= LAYOUTS.keys()
