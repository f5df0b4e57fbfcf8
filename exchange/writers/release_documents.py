"""What stands beside the tables of a release: its description, notes, method, and where the log stood.

Nothing here is the time of making, the number or a member: the same cut-off gives the same bytes, whenever
and by whomever a release is made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.populations import Population
from domain.publications import ReleaseFile
from exchange.columns import Layout
from exchange.writers.data_package import resource_of

JSON = "application/json"
MARKDOWN = "text/markdown"


@dataclass(frozen=True, slots=True)
class Publication:
    """What a release says of itself before it has a number.

    ``log_sequence`` is where the log stood at the cut-off, ``log_hash`` the hash of that entry, which binds
    every entry before it. ``population`` is what rates are over and its id, None where there are no rates.
    ``is_public`` tells that it is made of what was published, and of nothing else.
    """

    organisation: str
    title: str
    notes: str | None
    cutoff: str
    start: str | None
    end: str | None
    log_sequence: int
    log_hash: str
    log_at: str
    methodology_version: str
    codelist_version: str
    population: tuple[str, Population] | None = None
    is_public: bool = False

    @property
    def of(self) -> str:
        """Say in words what it is made of."""
        return "what was published" if self.is_public else "the record as known"

    @property
    def what(self) -> str:
        """Say the same with the cut-off."""
        return f"{self.of} at the end of {self.cutoff}"

    @property
    def covers(self) -> str:
        """Say in words which days of harm it covers."""
        if self.start is None and self.end is None:
            return "every day of harm"
        if self.start is None:
            return f"harm up to {self.end}"
        return f"harm from {self.start} to {self.end or self.cutoff}"


@dataclass(frozen=True, slots=True)
class ReleaseTable:
    """A table of a release in all of its files; ``asked`` is what the statistics were asked for it."""

    layout: Layout
    asked: Mapping[str, Any]
    files: tuple[ReleaseFile, ...]
    notes: tuple[str, ...] = ()


def dumped(value: Any) -> bytes:
    """Give a value as JSON for people and programs: sorted, indented, UTF-8, a line end at the end."""
    return (json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def log_position(one: Publication) -> ReleaseFile:
    """Give where the log stood: who has the log can find the entry, and prove that it led up to it."""
    said = {
        "organisation": one.organisation,
        "cutoff": one.cutoff,
        "log_sequence": one.log_sequence,
        "log_reached_it_at": one.log_at,
        "hash": one.log_hash,
        "note": "The hash is that of the log's entry at this sequence; it binds every entry before it.",
    }
    return ReleaseFile("log.json", JSON, dumped(said))


def method(
    one: Publication, policies: Sequence[Mapping[str, Any]], breaks: Sequence[Mapping[str, Any]]
) -> ReleaseFile:
    """Give the method: versions, the policies of the assessments in force then, and every dated break."""
    said = {
        "methodology_version": one.methodology_version,
        "codelist_version": one.codelist_version,
        "policies": list(policies),
        "breaks": list(breaks),
        "population": _denominator(one),
        "note": "A break is a day on which the organisation chose a policy or another version of one. The "
        "population is what rates are over; it may have been recorded after the cut-off.",
    }
    return ReleaseFile("methodology.json", JSON, dumped(said))


def _denominator(one: Publication) -> dict[str, str] | None:
    if one.population is None:
        return None
    id, people = one.population
    return {"id": id, "name": people.name, "source": people.source, "sha256": people.sha256}


def notes(one: Publication, tables: Sequence[ReleaseTable]) -> ReleaseFile:
    """Give the notes for people: what this is, what was left out, and how to read the numbers."""
    lines = [
        f"# {one.title}",
        "",
        f"By {one.organisation}. The record as known at the end of {one.cutoff} (UTC), {one.covers}.",
        (
            f"Log sequence {one.log_sequence}; methodology {one.methodology_version}; code lists "
            f"{one.codelist_version[:12]}."
        ),
        "",
    ]
    if one.population is not None:
        id, people = one.population
        lines += [
            (
                f"Rates are over the population {people.name} ({people.source}), id {id}, SHA-256 "
                f"{people.sha256}. It may have been recorded after the cut-off."
            ),
            "",
        ]
    if one.notes:
        lines += [one.notes, ""]
    lines += [
        (
            "An empty cell is not known or not broken down: never zero. The columns and codes of every table "
            "are in `codebook.csv`, the method in `methodology.json`. "
            "`sha256sum -c SHA256SUMS` checks a copy."
        ),
        "",
    ]
    for table in tables:
        lines += _of_table(table)
    return ReleaseFile("notes.md", MARKDOWN, "\n".join(lines).encode())


def public_notes(one: Publication, tables: Sequence[ReleaseTable]) -> ReleaseFile:
    """Give the notes of a release for the public: how to read it, and what is not there."""
    lines = [
        f"# {one.title}",
        "",
        f"By {one.organisation}. What was public at the end of {one.cutoff} (UTC), {one.covers}.",
        f"Log sequence {one.log_sequence}; code lists {one.codelist_version[:12]}.",
        "",
        *([one.notes, ""] if one.notes else []),
        "What is not there:",
        "",
        "- Incidents that were not published then. The record has more than this; how many is not said.",
        "- Exact places. A point is the middle of a cell or of a unit.",
        "- Numbers of the injured, missing and detained incident by incident: a band, or nothing.",
        "  The fixed tables count them where they are not too few, if an edition was made by then.",
        "- Rates. A published part of the record is over no population.",
        "",
        "`incidents.json` has the documents as they were public. Only rows that are `counted` add up.",
        "An empty cell is not known or not broken down: never zero. Columns and codes are in `codebook.csv`;",
        "`sha256sum -c SHA256SUMS` checks a copy. What was retracted since stays in a copy: ask for the",
        "release again to learn whether it was withdrawn.",
        "",
    ]
    for table in tables:
        lines += _of_table(table)
    return ReleaseFile("notes.md", MARKDOWN, "\n".join(lines).encode())


def _of_table(table: ReleaseTable) -> list[str]:
    names = ", ".join(f"`{file.name}`" for file in table.files)
    row = f"{table.layout.row[:1].lower()}{table.layout.row[1:]}"
    notes = [f"- {note}" for note in (*table.notes, *table.layout.notes)]
    return [f"## {table.layout.title}", "", f"{names}. A row is {row}", "", *notes, ""]


def package(
    one: Publication, tables: Sequence[ReleaseTable], book: tuple[Layout, ReleaseFile]
) -> ReleaseFile:
    """Give the Frictionless descriptor: each CSV, column by column. The other files hold the same tables.

    ``civharm`` in a resource says by which columns rows are told apart and what was asked, so that two
    releases can be compared from their files alone.
    """
    resources: list[dict[str, Any]] = []
    for table in tables:
        (file,) = (one for one in table.files if one.name.endswith(".csv"))
        found = resource_of(table.layout, file.name, len(file.content), file.sha256, int(file.rows or 0))
        found["civharm"] = {
            "layout": table.layout.name,
            "layout_version": table.layout.version,
            "key": list(table.layout.key),
            "asked": dict(table.asked),
        }
        resources.append(found)
    layout, file = book
    resources.append(resource_of(layout, file.name, len(file.content), file.sha256, int(file.rows or 0)))
    descriptor: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": f"release-as-known-{one.cutoff}",
        "title": one.title,
        "description": f"By {one.organisation}: {one.what}, {one.covers}.",
        "resources": resources,
    }
    return ReleaseFile("datapackage.json", JSON, dumped(descriptor))
