"""Incidents, their places, and how they stood at every point of the log."""

import sqlalchemy as sa

from db.tables.base import big, check_code, child_table, integer, real, record_table, refers, table, text
from domain.vocab import (
    Cause,
    DateBasis,
    DateMode,
    DatePrecision,
    IncidentKind,
    IncidentState,
    OutOfScopeReason,
    PlaceBasis,
    PlacePrecision,
    Responsibility,
)

incident = record_table(
    "incident",
    text("code", "F0"),
    text("kind", "F0"),
    text("title", "F0"),
    text("narrative", "F1", nullable=True),
    text("country", "F0", nullable=True),
    text("occurred_start", "F0"),
    text("occurred_end", "F0"),
    text("occurred_mode", "F0"),
    text("occurred_precision", "F0"),
    text("occurred_basis", "F0"),
    text("parent", "F0", nullable=True),
    text("out_of_scope", "F0", nullable=True),
    # Derived by the acts on its claims and assessments; no part of the revisions.
    text("state", "F0"),
    sa.UniqueConstraint("organisation", "code"),
    refers("parent", "incident"),
    check_code("kind", IncidentKind),
    check_code("occurred_mode", DateMode),
    check_code("occurred_precision", DatePrecision),
    check_code("occurred_basis", DateBasis),
    check_code("out_of_scope", OutOfScopeReason),
    check_code("state", IncidentState),
    sa.CheckConstraint("occurred_start <= occurred_end", name="occurred_in_order"),
    sa.CheckConstraint("parent <> id", name="parent_is_another"),
    sa.Index("ix_incident_organisation_occurred", "organisation", "occurred_start", "id"),
    sa.Index("ix_incident_organisation_parent", "organisation", "parent"),
)

incident_cause = child_table(
    "incident_cause",
    "incident",
    text("code", "F0"),
    check_code("code", Cause),
)

incident_party = child_table(
    "incident_party",
    "incident",
    text("party", "F0"),
    text("responsibility", "F0"),
    sa.ForeignKeyConstraint(["organisation", "party"], ["party.organisation", "party.code"]),
    check_code("responsibility", Responsibility),
)

place = record_table(
    "place",
    text("incident", "F0"),
    text("claim", "F1", nullable=True),
    text("reported_name", "F1"),
    text("resolved_name", "F1", nullable=True),
    text("country", "F0", nullable=True),
    text("adm1", "F0", nullable=True),
    text("adm2", "F0", nullable=True),
    real("lon", "F2", nullable=True),
    real("lat", "F2", nullable=True),
    integer("radius_m", "F1", nullable=True),
    text("precision", "F0"),
    text("basis", "F1"),
    text("mismatch", "F1", nullable=True),
    refers("incident", "incident"),
    refers("claim", "claim"),
    check_code("precision", PlacePrecision),
    check_code("basis", PlaceBasis),
    sa.CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="point_is_whole"),
    sa.CheckConstraint("lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name="point_on_earth"),
    sa.Index("ix_place_organisation_incident", "organisation", "incident", "seq"),
    sa.Index("ix_place_organisation_point", "organisation", "lat", "lon"),
    sa.Index("ix_place_organisation_adm", "organisation", "adm1", "adm2"),
)

incident_standing = table(
    "incident_standing",
    text("organisation", "F0"),
    text("incident", "F0"),
    text("state", "F0"),
    text("period_start", "F0"),
    text("period_end", "F0"),
    text("adm1", "F0", nullable=True),
    text("adm2", "F0", nullable=True),
    text("cause", "F0"),
    text("party", "F0"),
    big("valid_from", "F0"),
    big("valid_to", "F0"),
    sa.PrimaryKeyConstraint("incident", "valid_from"),
    refers("incident", "incident"),
    check_code("state", IncidentState),
    sa.CheckConstraint("valid_from < valid_to", name="valid_in_order"),
    sa.Index("ix_incident_standing_state", "organisation", "valid_to", "state"),
)

code_counter = table(
    "code_counter",
    text("organisation", "F0"),
    text("prefix", "F0"),
    integer("last", "F0"),
    sa.PrimaryKeyConstraint("organisation", "prefix"),
    sa.ForeignKeyConstraint(["organisation"], ["organisation.id"]),
)
