"""What is made public of an incident: proposals and decisions, and the projection that the public reads.

The ``public_`` tables are written by publishing and retracting alone, ``public_table`` by making an edition.
They are all that the public's connection can read. What the others hold was shown to two people before;
``public_table`` holds sums of it, with the small ones withheld.
"""

import sqlalchemy as sa

from db.tables.base import (
    check_age,
    check_code,
    check_flag,
    check_range,
    child_table,
    flag,
    integer,
    real,
    record_table,
    refers,
    table,
    text,
)
from db.tables.public_tables import public_table
from db.tables.releases import public_release, public_release_file
from domain.vocab import (
    Coarsening,
    Grain,
    NameBasis,
    Outcome,
    PublicationState,
    ReasonCode,
    Sex,
    Status,
    Verification,
)

publication = record_table(
    "publication",
    text("incident", "F0"),
    text("state", "F0"),
    # SHA-256 of what becomes visible, as canonical JSON: it is approved, and an edit voids the approval.
    text("content_sha256", "F0"),
    text("coarsening", "F0"),
    real("grid_degrees", "F0", nullable=True),
    text("place", "F1", nullable=True),
    flag("narrative_shown", "F0"),
    text("author", "F1"),
    text("author_person", "F1"),
    # Who decided last: published it, turned it down or retracted it.
    text("decider", "F1", nullable=True),
    text("decider_person", "F1", nullable=True),
    text("published_at", "F0", nullable=True),
    text("reason_code", "F0", nullable=True),
    text("reason", "F0", nullable=True),
    text("supersedes", "F0", nullable=True),
    refers("incident", "incident"),
    refers("place", "place"),
    refers("author", "member"),
    refers("decider", "member"),
    refers("supersedes", "publication"),
    check_code("state", PublicationState),
    check_code("coarsening", Coarsening),
    check_code("reason_code", ReasonCode),
    check_flag("narrative_shown"),
    sa.CheckConstraint("decider_person <> author_person", name="four_eyes"),
    sa.CheckConstraint(
        "state IN ('proposed', 'lapsed') OR (decider_person IS NOT NULL AND decider IS NOT NULL)",
        name="decided_by_somebody",
    ),
    sa.CheckConstraint(
        "(state IN ('published', 'superseded', 'retracted')) = (published_at IS NOT NULL)",
        name="published_when_public",
    ),
    sa.CheckConstraint(
        "state <> 'retracted' OR (reason_code IS NOT NULL AND reason IS NOT NULL)",
        name="retracted_for_a_reason",
    ),
    sa.CheckConstraint("(coarsening = 'grid') = (grid_degrees IS NOT NULL)", name="grid_with_its_size"),
    sa.CheckConstraint("grid_degrees >= 0.05", name="grid_is_coarse"),
    sa.Index("ix_publication_organisation_incident", "organisation", "incident", "seq"),
    # At most one of an incident is public, and one waits, whatever two members do at once.
    *(
        sa.Index(
            f"ux_publication_{state}",
            "organisation",
            "incident",
            unique=True,
            sqlite_where=sa.text(f"state = '{state}'"),
            postgresql_where=sa.text(f"state = '{state}'"),
        )
        for state in ("published", "proposed")
    ),
)

publication_name = child_table(
    "publication_name",
    "publication",
    text("victim", "F1"),
    text("name", "F2"),
    text("basis", "F1"),
    text("note", "F2"),
    refers("victim", "victim"),
    check_code("basis", NameBasis),
)

publication_override = child_table(
    "publication_override",
    "publication",
    text("finding", "F1"),
    text("reason", "F1"),
)

public_organisation = table(
    "public_organisation",
    text("organisation", "F0", primary_key=True),
    text("name", "F0"),
    sa.ForeignKeyConstraint(["organisation"], ["organisation.id"]),
)

public_incident = table(
    "public_incident",
    text("id", "F0", primary_key=True),
    text("organisation", "F0"),
    text("code", "F0"),
    text("state", "F0"),
    text("published_at", "F0"),
    text("occurred_start", "F0"),
    text("occurred_end", "F0"),
    text("country", "F0", nullable=True),
    real("lon", "F0", nullable=True),
    real("lat", "F0", nullable=True),
    # Ready to send, as this version of the renderer writes it.
    integer("document_version", "F0"),
    text("etag", "F0"),
    text("document", "F0"),
    sa.UniqueConstraint("organisation", "id"),
    refers("id", "incident"),
    sa.CheckConstraint("state IN ('published', 'retracted')", name="state_is_public"),
    sa.CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="point_is_whole"),
    sa.Index("ix_public_incident_occurred", "state", "occurred_start", "id"),
)

# What an incident is looked up by and has several of: units, causes, parties.
public_term = table(
    "public_term",
    text("organisation", "F0"),
    text("incident", "F0"),
    text("kind", "F0"),
    text("value", "F0"),
    sa.PrimaryKeyConstraint("incident", "kind", "value"),
    sa.ForeignKeyConstraint(
        ["organisation", "incident"], ["public_incident.organisation", "public_incident.id"]
    ),
    sa.CheckConstraint("kind IN ('adm1', 'cause', 'party')", name="kind_is_known"),
    sa.Index("ix_public_term_value", "kind", "value", "incident"),
)

public_fact = table(
    "public_fact",
    text("organisation", "F0"),
    text("incident", "F0"),
    integer("position", "F0"),
    # Whether no published incident stands above it in its tree: a parent's figure holds its parts' (R7).
    flag("counted", "F0"),
    text("grain", "F0"),
    text("outcome", "F0"),
    text("status", "F0", nullable=True),
    text("sex", "F0", nullable=True),
    integer("age_low", "F0", nullable=True),
    integer("age_high", "F0", nullable=True),
    text("verification", "F0"),
    integer("low", "F0"),
    integer("best", "F0", nullable=True),
    integer("high", "F0"),
    flag("open", "F0"),
    text("period_start", "F0"),
    text("period_end", "F0"),
    text("country", "F0", nullable=True),
    text("adm1", "F0", nullable=True),
    text("cause", "F0"),
    text("party", "F0"),
    sa.PrimaryKeyConstraint("incident", "position"),
    sa.ForeignKeyConstraint(
        ["organisation", "incident"], ["public_incident.organisation", "public_incident.id"]
    ),
    check_code("grain", Grain),
    check_code("outcome", Outcome),
    check_code("status", Status),
    check_code("sex", Sex),
    check_code("verification", Verification),
    check_range("low", "high"),
    check_flag("open"),
    check_flag("counted"),
    check_age(),
    sa.Index("ix_public_fact_sum", "grain", "outcome", "counted", "period_start", "incident"),
)

PUBLIC = (
    *(public_fact, public_incident, public_organisation, public_release, public_release_file),
    *(public_table, public_term),
)
"""All that the public's connection can read."""
