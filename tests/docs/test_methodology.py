"""The methodology's pages: every policy has its section, and every test they name is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from domain.methodology import METHODOLOGY_VERSION
from domain.policies import POLICIES

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "methodology").glob("*.md"))
MAIN = ROOT / "docs" / "methodology.md"


def every_test_there_is() -> set[str]:
    return {
        node.name
        for file in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("page", [MAIN, *PAGES], ids=lambda page: page.name)
def test_every_test_that_a_page_names_is_there(page: Path) -> None:
    named = set(re.findall(r"`(test_\w+)`", page.read_text(encoding="utf-8")))
    assert sorted(named - every_test_there_is()) == []


@pytest.mark.parametrize("page", [MAIN, *PAGES], ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_page(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).resolve().exists(), target


def test_every_policy_has_a_section_with_its_version_its_rules_its_source_and_a_tested_example() -> None:
    text = (ROOT / "docs" / "methodology" / "policies.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## ([a-z-]+)\n(.*?)(?=^## |\Z)", text, flags=re.MULTILINE | re.DOTALL))
    assert set(sections) == set(POLICIES)
    for name, policy in POLICIES.items():
        section = " ".join(sections[name].split())
        assert f"Version {policy.version}. Rules {', '.join(policy.rules)}." in section, name
        assert "Source:" in section, name
        assert re.search(r"Example: .*`test_\w+`", section), name


def test_the_methodology_names_its_version_and_every_rule_and_policy() -> None:
    text = MAIN.read_text(encoding="utf-8")
    assert text.startswith(f"# Methodology {METHODOLOGY_VERSION}\n")
    for number in range(1, 15):
        assert f"| R{number} |" in text
    for name, policy in POLICIES.items():
        assert f"`{name}` {policy.version}" in text
