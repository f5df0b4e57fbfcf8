"""Publications, and the projection that is all the public reads."""

import importlib

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
append_only = importlib.import_module("migrations.versions.0002_append_only")

TABLES = (
    "publication",
    "publication_name",
    "publication_override",
    "public_organisation",
    "public_incident",
    "public_term",
    "public_fact",
)
FIXED = (
    *("incident", "content_sha256", "coarsening", "grid_degrees", "place", "narrative_shown"),
    *("author", "author_person", "supersedes"),
)
"""What was proposed: no decision moves it."""
OVER = "OLD.state IN ('superseded', 'retracted', 'rejected', 'lapsed')"


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("incident", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("content_sha256", TEXT, nullable=False),
        sa.Column("coarsening", TEXT, nullable=False),
        sa.Column("grid_degrees", sa.Double(), nullable=True),
        sa.Column("place", TEXT, nullable=True),
        sa.Column("narrative_shown", sa.Integer(), nullable=False),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("author_person", TEXT, nullable=False),
        sa.Column("decider", TEXT, nullable=True),
        sa.Column("decider_person", TEXT, nullable=True),
        sa.Column("published_at", TEXT, nullable=True),
        sa.Column("reason_code", TEXT, nullable=True),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("supersedes", TEXT, nullable=True),
        sa.CheckConstraint(
            "coarsening IN ('grid', 'adm2', 'adm1', 'country', 'none')",
            name=op.f("ck_publication_coarsening_is_code"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'lapsed') OR (decider_person IS NOT NULL AND decider IS NOT NULL)",
            name=op.f("ck_publication_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "decider_person <> author_person",
            name=op.f("ck_publication_four_eyes"),
        ),
        sa.CheckConstraint(
            "grid_degrees >= 0.05",
            name=op.f("ck_publication_grid_is_coarse"),
        ),
        sa.CheckConstraint(
            "(coarsening = 'grid') = (grid_degrees IS NOT NULL)",
            name=op.f("ck_publication_grid_with_its_size"),
        ),
        sa.CheckConstraint(
            "narrative_shown IN (0, 1)",
            name=op.f("ck_publication_narrative_shown_is_truth"),
        ),
        sa.CheckConstraint(
            "(state IN ('published', 'superseded', 'retracted')) = (published_at IS NOT NULL)",
            name=op.f("ck_publication_published_when_public"),
        ),
        sa.CheckConstraint(
            "reason_code IN ('new_information', 'late_verification', 'reclassification', 'duplicate_removed', 'error_fixed', 'judicial_confirmation', 'source_retracted')",
            name=op.f("ck_publication_reason_code_is_code"),
        ),
        sa.CheckConstraint(
            "state <> 'retracted' OR (reason_code IS NOT NULL AND reason IS NOT NULL)",
            name=op.f("ck_publication_retracted_for_a_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'published', 'superseded', 'retracted', 'rejected', 'lapsed')",
            name=op.f("ck_publication_state_is_code"),
        ),
        sa.CheckConstraint(
            "version >= 1",
            name=op.f("ck_publication_version_from_one"),
        ),
        sa.CheckConstraint(
            "visibility IN ('restricted', 'organisation', 'partners', 'public')",
            name=op.f("ck_publication_visibility_is_code"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_publication_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "author"],
            ["member.organisation", "member.id"],
            name=op.f("fk_publication_organisation_author"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "decider"],
            ["member.organisation", "member.id"],
            name=op.f("fk_publication_organisation_decider"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "incident"],
            ["incident.organisation", "incident.id"],
            name=op.f("fk_publication_organisation_incident"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "place"],
            ["place.organisation", "place.id"],
            name=op.f("fk_publication_organisation_place"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "supersedes"],
            ["publication.organisation", "publication.id"],
            name=op.f("fk_publication_organisation_supersedes"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_publication_organisation_id")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_publication_organisation_incident", "publication", ["organisation", "incident", "seq"]
    )
    op.create_index("ix_publication_organisation_seq", "publication", ["organisation", "seq"])
    op.create_index(
        "ux_publication_proposed",
        "publication",
        ["organisation", "incident"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_index(
        "ux_publication_published",
        "publication",
        ["organisation", "incident"],
        unique=True,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_table(
        "publication_name",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("publication", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("victim", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("basis", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.CheckConstraint(
            "basis IN ('family_consent', 'already_public', 'policy')",
            name=op.f("ck_publication_name_basis_is_code"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "publication"],
            ["publication.organisation", "publication.id"],
            name=op.f("fk_publication_name_organisation_publication"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "victim"],
            ["victim.organisation", "victim.id"],
            name=op.f("fk_publication_name_organisation_victim"),
        ),
        sa.PrimaryKeyConstraint("publication", "position", name=op.f("pk_publication_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "publication_override",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("publication", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("finding", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "publication"],
            ["publication.organisation", "publication.id"],
            name=op.f("fk_publication_override_organisation_publication"),
        ),
        sa.PrimaryKeyConstraint("publication", "position", name=op.f("pk_publication_override")),
        sqlite_strict=True,
    )
    op.create_table(
        "public_organisation",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_public_organisation_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", name=op.f("pk_public_organisation")),
        sqlite_strict=True,
    )
    op.create_table(
        "public_incident",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("published_at", TEXT, nullable=False),
        sa.Column("occurred_start", TEXT, nullable=False),
        sa.Column("occurred_end", TEXT, nullable=False),
        sa.Column("country", TEXT, nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("document_version", sa.Integer(), nullable=False),
        sa.Column("etag", TEXT, nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.CheckConstraint(
            "(lon IS NULL) = (lat IS NULL)",
            name=op.f("ck_public_incident_point_is_whole"),
        ),
        sa.CheckConstraint(
            "state IN ('published', 'retracted')",
            name=op.f("ck_public_incident_state_is_public"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "id"],
            ["incident.organisation", "incident.id"],
            name=op.f("fk_public_incident_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_incident")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_public_incident_organisation_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_public_incident_occurred", "public_incident", ["state", "occurred_start", "id"])
    op.create_table(
        "public_term",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("incident", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('adm1', 'cause', 'party')",
            name=op.f("ck_public_term_kind_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "incident"],
            ["public_incident.organisation", "public_incident.id"],
            name=op.f("fk_public_term_organisation_incident"),
        ),
        sa.PrimaryKeyConstraint("incident", "kind", "value", name=op.f("pk_public_term")),
        sqlite_strict=True,
    )
    op.create_index("ix_public_term_value", "public_term", ["kind", "value", "incident"])
    op.create_table(
        "public_fact",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("incident", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("grain", TEXT, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=True),
        sa.Column("sex", TEXT, nullable=True),
        sa.Column("age_low", sa.Integer(), nullable=True),
        sa.Column("age_high", sa.Integer(), nullable=True),
        sa.Column("verification", TEXT, nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("best", sa.Integer(), nullable=True),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("period_start", TEXT, nullable=False),
        sa.Column("period_end", TEXT, nullable=False),
        sa.Column("country", TEXT, nullable=True),
        sa.Column("adm1", TEXT, nullable=True),
        sa.Column("cause", TEXT, nullable=False),
        sa.Column("party", TEXT, nullable=False),
        sa.CheckConstraint(
            "(age_low IS NULL AND age_high IS NULL) OR (age_low >= 0 AND (age_high IS NULL OR age_high >= age_low))",
            name=op.f("ck_public_fact_age_in_order"),
        ),
        sa.CheckConstraint(
            "counted IN (0, 1)",
            name=op.f("ck_public_fact_counted_is_truth"),
        ),
        sa.CheckConstraint(
            "grain IN ('total', 'status', 'sex_age', 'status_sex_age')",
            name=op.f("ck_public_fact_grain_is_code"),
        ),
        sa.CheckConstraint(
            "(low IS NULL AND high IS NULL) OR (low >= 0 AND high >= low)",
            name=op.f("ck_public_fact_low_high_in_order"),
        ),
        sa.CheckConstraint(
            "open IN (0, 1)",
            name=op.f("ck_public_fact_open_is_truth"),
        ),
        sa.CheckConstraint(
            "outcome IN ('killed', 'injured', 'missing', 'detained', 'killed_or_injured')",
            name=op.f("ck_public_fact_outcome_is_code"),
        ),
        sa.CheckConstraint(
            "sex IN ('female', 'male', 'other', 'unknown')",
            name=op.f("ck_public_fact_sex_is_code"),
        ),
        sa.CheckConstraint(
            "status IN ('civilian', 'other_protected_person', 'security_forces', 'armed_forces', 'police', 'paramilitary', 'direct_participant', 'unknown')",
            name=op.f("ck_public_fact_status_is_code"),
        ),
        sa.CheckConstraint(
            "verification IN ('verified', 'pending', 'contested', 'inconclusive')",
            name=op.f("ck_public_fact_verification_is_code"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "incident"],
            ["public_incident.organisation", "public_incident.id"],
            name=op.f("fk_public_fact_organisation_incident"),
        ),
        sa.PrimaryKeyConstraint("incident", "position", name=op.f("pk_public_fact")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_public_fact_sum", "public_fact", ["grain", "outcome", "counted", "period_start", "incident"]
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    differs = "IS NOT" if on_sqlite else "IS DISTINCT FROM"
    changed = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in FIXED)
    append_only._refuse(
        on_sqlite,
        "publication_settled",
        "publication",
        "UPDATE",
        f"{OVER} OR {changed}",
        "what was proposed for publication is immutable",
    )
    append_only._refuse(
        on_sqlite, "publication_no_delete", "publication", "DELETE", None, "publications are kept"
    )
    if not on_sqlite:
        append_only._refuse_truncate("publication")


def downgrade() -> None:
    # What was proposed and decided stays in the revisions and the log; what is public does not.
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if not on_sqlite:
        op.execute("DROP TRIGGER publication_no_truncate ON publication")
    for name in ("publication_settled", "publication_no_delete"):
        append_only._allow(on_sqlite, name, "publication")
    for name in reversed(TABLES):
        op.drop_table(name)
