"""The kinds of record: which tables a draft's fields go to.

A scalar field is the column of its name; a field that is itself a small record (``occurred``)
becomes prefixed columns; a tuple of parts becomes rows of a child table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from db.tables import (
    agreements,
    assessments,
    claims,
    imports,
    incidents,
    jobs,
    netting,
    organisations,
    people,
    populations,
    public_tables,
    publications,
    releases,
    reports,
    sight,
    sources,
    supersessions,
    victims,
    webhooks,
)

Row = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """Where the parts in one field of a draft go: the child table and how a part becomes a row."""

    table: sa.Table
    row: Callable[[Any], Row] = dict


@dataclass(frozen=True)
class Kind:
    """A kind of record: the word used in the log, its table, its parts."""

    name: str
    table: sa.Table
    parts: Mapping[str, Part] = field(default_factory=dict)
    spread: tuple[str, ...] = ()
    """Fields that become columns with the field's name as prefix."""
    named: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Fields that become columns of these names, by the members of the field; null is null in each."""
    unstored: tuple[str, ...] = ()
    """Fields of the content that have no column of their own: they live in the revision alone."""

    def rows(self, content: Mapping[str, Any]) -> tuple[Row, dict[sa.Table, list[Row]]]:
        """Give the main row and the parts' rows for a record's content."""
        main: Row = {}
        children: dict[sa.Table, list[Row]] = {}
        for name, value in content.items():
            part = self.parts.get(name)
            if part is not None:
                children[part.table] = [part.row(item) for item in value]
            elif name in self.spread:
                main.update({f"{name}_{key}": inner for key, inner in value.items()})
            elif name in self.named:
                columns = self.named[name].items()
                main.update({column: None if value is None else value[key] for key, column in columns})
            elif name not in self.unstored:
                main[name] = value
        return main, children


PARTY = Kind("party", sources.party)
SOURCE = Kind("source", sources.source)
REPORT = Kind(
    "report",
    reports.report,
    parts={
        "cites": Part(
            reports.report_citation,
            lambda c: {"cited_report": c["report"], "cited_source": c["source"], "note": c["note"]},
        )
    },
)
INCIDENT = Kind(
    "incident",
    incidents.incident,
    parts={
        "causes": Part(incidents.incident_cause, lambda code: {"code": code}),
        "parties": Part(incidents.incident_party),
    },
    spread=("occurred",),
)
PLACE = Kind("place", incidents.place)
CLAIM = Kind(
    "claim",
    claims.claim,
    parts={"figures": Part(claims.figure), "objects": Part(claims.object_figure)},
)
SUPERSESSION = Kind("supersession", supersessions.supersession)
VICTIM = Kind(
    "victim",
    victims.victim,
    parts={
        "names": Part(victims.victim_name),
        "groups": Part(victims.victim_group, lambda code: {"code": code}),
        "outcomes": Part(victims.victim_outcome),
    },
)
LISTING = Kind(
    "listing",
    victims.listing,
    parts={"extra": Part(victims.listing_extra, lambda pair: {"name": pair[0], "value": pair[1]})},
)
ASSESSMENT = Kind(
    "assessment",
    assessments.assessment,
    parts={"trace": Part(assessments.assessment_claim)},
    named={"reason": {"code": "reason_code", "note": "reason"}},
    unstored=("booked", "cells", "columns", "grade", "scope", "findings", "options", "reports"),
)
RELEASE = Kind("release", releases.release)
PUBLICATION = Kind(
    "publication",
    publications.publication,
    parts={
        "names": Part(publications.publication_name),
        "overrides": Part(publications.publication_override),
    },
    unstored=("coarse", "document", "facts", "reports", "table_facts"),
)
OVERLAP = Kind("overlap", netting.overlap)
MEMBER = Kind("member", organisations.member)
TOKEN = Kind("token", organisations.token)
SIGN_IN = Kind("sign_in", people.sign_in)
SESSION = Kind("session", people.session)
INVITATION = Kind("invitation", people.invitation)
IMPORT_RUN = Kind("import_run", imports.import_run)
POLICY_CHOICE = Kind("policy_choice", organisations.policy_choice)
POPULATION = Kind("population", populations.population, unstored=("rows",))
TABLE_EDITION = Kind("table_edition", public_tables.table_edition, unstored=("blocks",))
SCHEDULE = Kind("schedule", jobs.schedule)
JOB = Kind("job", jobs.job)
WEBHOOK = Kind("webhook", webhooks.webhook)
CLEARANCE = Kind("clearance", sight.clearance)
AGREEMENT = Kind("agreement", agreements.agreement)

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        PARTY,
        SOURCE,
        REPORT,
        INCIDENT,
        PLACE,
        CLAIM,
        SUPERSESSION,
        VICTIM,
        LISTING,
        ASSESSMENT,
        RELEASE,
        PUBLICATION,
        OVERLAP,
        MEMBER,
        TOKEN,
        SIGN_IN,
        SESSION,
        INVITATION,
        IMPORT_RUN,
        POLICY_CHOICE,
        POPULATION,
        TABLE_EDITION,
        SCHEDULE,
        JOB,
        WEBHOOK,
        CLEARANCE,
        AGREEMENT,
    )
}
