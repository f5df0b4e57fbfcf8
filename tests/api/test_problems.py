"""Every code that an answer can carry has its entry in docs/problems.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api import problems
from api.problems import BASE
from db.engine import Retry
from domain import errors
from domain.errors import RecordError
from tests.contract.test_bad_inputs import TABLE

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "problems.md"
ROOMS = ("api", "services", "domain", "db")
ERRORS = {Retry.__name__} | {
    name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, RecordError)
}
POSITION = {
    "refuse": 0,
    "Finding": 0,
    "Fault": 1,
    "problem": 1,
    "_pattern": 1,
    "_refused": 1,
    "_whole": 2,
}
"""Where the calls that make codes take them."""
GIVE_CODES = {"_code", "fault_in", "fault_in_password"}
"""Functions whose returned texts are codes."""
OF_COMMAND = {"ambiguous", "invalid-days", "import-invalid", "refused-by-database", "record-error"}
"""Codes of the command line, and the root of the tree, which is never raised itself."""
CODE = re.compile(r"[a-z]+(-[a-z]+)*")


def text(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def codes_in(tree: ast.Module) -> Iterator[str | None]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in ERRORS | {"_whole"}:
                yield from (text(one.value) for one in node.keywords if one.arg in ("code", "above"))
            if name in POSITION and len(node.args) > POSITION[name]:
                yield text(node.args[POSITION[name]])
        elif isinstance(node, ast.ClassDef) and node.name in ERRORS:
            for line in node.body:
                if isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "code":
                    yield text(line.value)
        elif isinstance(node, ast.FunctionDef) and node.name in GIVE_CODES:
            for one in ast.walk(node):
                if isinstance(one, ast.Return):
                    chosen = one.value
                    yield from map(
                        text, (chosen.body, chosen.orelse) if isinstance(chosen, ast.IfExp) else [chosen]
                    )


def known() -> set[str]:
    """Give every code that the source can put into an answer."""
    found: set[str] = set()
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            found |= {one for one in codes_in(ast.parse(file.read_text(encoding="utf-8"))) if one is not None}
    found |= set(problems._TYPES.values()) | set(problems._OWN_STATUS)
    found |= {code for code, _ in problems._HTTP.values()}
    return found - OF_COMMAND


def entries() -> dict[str, str]:
    """Give the page's text by code."""
    parts = re.split(r"^### ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found: dict[str, str] = {}
    for part in parts:
        heading, _, words = part.partition("\n")
        code = heading.strip().strip("`")
        assert code not in found, f"{code} stands twice"
        found[code] = words.partition("\n## ")[0].strip()
    return found


def test_every_code_has_its_entry() -> None:
    assert len(known()) > 60, "the search for codes finds too few"
    assert sorted(known() - set(entries())) == []


def test_no_entry_is_about_a_code_that_is_gone() -> None:
    assert sorted(set(entries()) - known()) == []


def test_every_code_met_by_the_bad_inputs_has_its_entry() -> None:
    assert sorted({case.code for case in TABLE if case.code} - set(entries())) == []


def test_every_entry_says_what_it_means_and_what_to_do() -> None:
    for code, words in entries().items():
        assert CODE.fullmatch(code), code
        assert len(words.split()) >= 8, code
        assert "**Do:**" in words, code


def test_the_page_says_the_address_that_types_begin_with() -> None:
    assert BASE in PAGE.read_text(encoding="utf-8")


def test_a_fault_says_what_is_asked_for_and_never_what_was_sent() -> None:
    class Asked(BaseModel):
        model_config = ConfigDict(strict=True)

        age: int = Field(ge=0)
        country: str = Field(pattern="^[A-Z]{2}$")
        note: str = Field(max_length=3)
        reason: dict[str, str]
        several: list[int]

    sent = {"age": -77, "country": "secret", "note": "secret", "reason": "secret", "several": 77}
    with pytest.raises(ValidationError) as refused:
        Asked.model_validate(sent)
    told = {one.pointer: one.detail for one in problems.faults_of(refused.value.errors(), skip=0)}
    assert told["/age"].endswith("It is at least 0.")
    assert told["/country"].endswith("It has the form ^[A-Z]{2}$.")
    assert told["/note"].endswith("At most 3 are taken.")
    assert told["/reason"].endswith("Give an object.")
    assert told["/several"].endswith("Give a list.")
    assert not [words for words in told.values() if "secret" in words or "77" in words]
