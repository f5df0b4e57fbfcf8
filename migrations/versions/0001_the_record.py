"""The record: every table of the first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("methodology_version", TEXT, nullable=False),
        sa.Column("settings", TEXT, nullable=False),
        sa.Column("created_at", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sqlite_strict=True,
    )
    op.create_table(
        "person",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sqlite_strict=True,
    )
    op.create_table(
        "code_counter",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("prefix", TEXT, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_code_counter_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", "prefix", name=op.f("pk_code_counter")),
        sqlite_strict=True,
    )
    op.create_table(
        "idempotency",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("request_hash", TEXT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("headers", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_idempotency_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", "actor", "key", name=op.f("pk_idempotency")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.create_index("ix_idempotency_organisation_at", ["organisation", "at"], unique=False)

    op.create_table(
        "import_run",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("reader", TEXT, nullable=False),
        sa.Column("file_name", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_stored", sa.Integer(), nullable=False),
        sa.Column("rows_known", sa.Integer(), nullable=False),
        sa.Column("rows_skipped", sa.Integer(), nullable=False),
        sa.Column("findings", TEXT, nullable=False),
        sa.CheckConstraint(
            "state IN ('running', 'done', 'failed')", name=op.f("ck_import_run_state_is_code")
        ),
        sa.CheckConstraint(
            "visibility IN ('restricted', 'organisation', 'partners', 'public')",
            name=op.f("ck_import_run_visibility_is_code"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_import_run_version_from_one")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_import_run_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_import_run_organisation_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.create_index("ix_import_run_organisation_seq", ["organisation", "seq"], unique=False)

    op.create_table(
        "incident",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("narrative", TEXT, nullable=True),
        sa.Column("country", TEXT, nullable=True),
        sa.Column("occurred_start", TEXT, nullable=False),
        sa.Column("occurred_end", TEXT, nullable=False),
        sa.Column("occurred_mode", TEXT, nullable=False),
        sa.Column("occurred_precision", TEXT, nullable=False),
        sa.Column("occurred_basis", TEXT, nullable=False),
        sa.Column("parent", TEXT, nullable=True),
        sa.Column("out_of_scope", TEXT, nullable=True),
        sa.Column("state", TEXT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('campaign', 'incident', 'site', 'period_aggregate')",
            name=op.f("ck_incident_kind_is_code"),
        ),
        sa.CheckConstraint(
            "occurred_basis IN ('stated', 'inferred', 'outside_knowledge')",
            name=op.f("ck_incident_occurred_basis_is_code"),
        ),
        sa.CheckConstraint(
            "occurred_mode IN ('within', 'throughout')", name=op.f("ck_incident_occurred_mode_is_code")
        ),
        sa.CheckConstraint(
            "occurred_precision IN ('day', 'days', 'week', 'month', 'year', 'period')",
            name=op.f("ck_incident_occurred_precision_is_code"),
        ),
        sa.CheckConstraint(
            "out_of_scope IN ('not_conflict_related', 'outside_area', 'outside_period', 'no_harm', 'duplicate', 'fabricated')",
            name=op.f("ck_incident_out_of_scope_is_code"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'proposed', 'assessed', 'needs_review', 'out_of_scope')",
            name=op.f("ck_incident_state_is_code"),
        ),
        sa.CheckConstraint(
            "visibility IN ('restricted', 'organisation', 'partners', 'public')",
            name=op.f("ck_incident_visibility_is_code"),
        ),
        sa.CheckConstraint("occurred_start <= occurred_end", name=op.f("ck_incident_occurred_in_order")),
        sa.CheckConstraint("parent <> id", name=op.f("ck_incident_parent_is_another")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_incident_version_from_one")),
        sa.ForeignKeyConstraint(
            ["organisation", "parent"],
            ["incident.organisation", "incident.id"],
            name=op.f("fk_incident_organisation_parent"),
        ),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_incident_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("organisation", "code", name=op.f("uq_incident_organisation_code")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_incident_organisation_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index(
            "ix_incident_organisation_occurred", ["organisation", "occurred_start", "id"], unique=False
        )
        batch_op.create_index("ix_incident_organisation_parent", ["organisation", "parent"], unique=False)
        batch_op.create_index("ix_incident_organisation_seq", ["organisation", "seq"], unique=False)

    op.create_table(
        "log",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("object", TEXT, nullable=False),
        sa.Column("object_version", sa.Integer(), nullable=False),
        sa.Column("reason_code", TEXT, nullable=True),
        sa.Column("commitment", TEXT, nullable=False),
        sa.Column("previous", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.CheckConstraint(
            "reason_code IN ('new_information', 'late_verification', 'reclassification', 'duplicate_removed', 'error_fixed', 'judicial_confirmation', 'source_retracted')",
            name=op.f("ck_log_reason_code_is_code"),
        ),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_log_seq_from_one")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_log_organisation")),
        sa.PrimaryKeyConstraint("organisation", "seq", name=op.f("pk_log")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("log", schema=None) as batch_op:
        batch_op.create_index("ix_log_organisation_at", ["organisation", "at"], unique=False)

    op.create_table(
        "log_head",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("fact_seq", sa.BigInteger(), nullable=False),
        sa.Column("standing_seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_log_head_organisation")),
        sa.PrimaryKeyConstraint("organisation", name=op.f("pk_log_head")),
        sqlite_strict=True,
    )
    op.create_table(
        "member",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("roles", TEXT, nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "visibility IN ('restricted', 'organisation', 'partners', 'public')",
            name=op.f("ck_member_visibility_is_code"),
        ),
        sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_member_active_is_truth")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_member_version_from_one")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_member_organisation")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_member_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_member_organisation_id")),
        sa.UniqueConstraint("organisation", "person", name=op.f("uq_member_organisation_person")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index("ix_member_organisation_seq", ["organisation", "seq"], unique=False)

    op.create_table(
        "party",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("side", TEXT, nullable=True),
        sa.CheckConstraint(
            "visibility IN ('restricted', 'organisation', 'partners', 'public')",
            name=op.f("ck_party_visibility_is_code"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_party_version_from_one")),
        sa.ForeignKeyConstraint(
            ["organisation", "side"],
            ["party.organisation", "party.code"],
            name=op.f("fk_party_organisation_side"),
        ),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_party_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
        sa.UniqueConstraint("organisation", "code", name=op.f("uq_party_organisation_code")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_party_organisation_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.create_index("ix_party_organisation_seq", ["organisation", "seq"], unique=False)

    op.create_table(
        "quality_flag",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("object", TEXT, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("detail", TEXT, nullable=False),
        sa.Column("raised_seq", sa.BigInteger(), nullable=False),
        sa.Column("cleared_by", TEXT, nullable=True),
        sa.Column("cleared_seq", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_quality_flag_organisation")
        ),
        sa.PrimaryKeyConstraint("object", "code", name=op.f("pk_quality_flag")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("quality_flag", schema=None) as batch_op:
        batch_op.create_index("ix_quality_flag_organisation_object", ["organisation", "object"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("incident", TEXT, nullable=False),
        sa.Column("policy", TEXT, nullable=False),
        sa.Column("policy_version", TEXT, nullable=False),
        sa.Column("methodology_version", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("occurrence", TEXT, nullable=False),
        sa.Column("harm", TEXT, nullable=False),
        sa.Column("responsibility", TEXT, nullable=False),
        sa.Column("standard_of_proof", TEXT, nullable=True),
        sa.Column("rationale", TEXT, nullable=True),
        sa.Column("known_seq", sa.BigInteger(), nullable=False),
        sa.Column("incident_version", sa.Integer(), nullable=False),
        sa.Column("content_hash", TEXT, nullable=False),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("author_person", TEXT, nullable=False),
        sa.Column("approver", TEXT, nullable=True),
        sa.Column("approver_person", TEXT, nullable=True),
        sa.Column("supersedes", TEXT, nullable=True),
        sa.CheckConstraint(
            "harm IN ('verified', 'pending', 'contested', 'inconclusive', 'rejected')",
            name=op.f("ck_assessment_harm_is_code"),
        ),
        sa.CheckConstraint(
            "occurrence IN ('verified', 'pending', 'contested', 'inconclusive', 'rejected')",
            name=op.f("ck_assessment_occurrence_is_code"),
        ),
        sa.CheckConstraint(
            "responsibility IN ('verified', 'pending', 'contested', 'inconclusive', 'rejected')",
            name=op.f("ck_assessment_responsibility_is_code"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'superseded', 'withdrawn')",
            name=op.f("ck_assessment_state_is_code"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'withdrawn') OR approver_person IS NOT NULL",
            name=op.f("ck_assessment_approved_by_somebody"),
        ),
        sa.CheckConstraint(
            "visibility IN ('restricted', 'organisation', 'partners', 'public')",
            name=op.f("ck_assessment_visibility_is_code"),
        ),
        sa.CheckConstraint("approver_person <> author_person", name=op.f("ck_assessment_four_eyes")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_assessment_version_from_one")),
        sa.ForeignKeyConstraint(
            ["organisation", "approver"],
            ["member.organisation", "member.id"],
            name=op.f("fk_assessment_organisation_approver"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "author"],
            ["member.organisation", "member.id"],
            name=op.f("fk_assessment_organisation_author"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "incident"],
            ["incident.organisation", "incident.id"],
            name=op.f("fk_assessment_organisation_incident"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "supersedes"],
            ["assessment.organisation", "assessment.id"],
            name=op.f("fk_assessment_organisation_supersedes"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_assessment_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_assessment_organisation_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_assessment_organisation_incident", ["organisation", "incident", "seq"], unique=False
        )
        batch_op.create_index("ix_assessment_organisation_seq", ["organisation", "seq"], unique=False)
        batch_op.create_index(
            "ux_assessment_in_force",
            ["organisation", "incident"],
            unique=True,
            sqlite_where=sa.text("state = 'approved'"),
            postgresql_where=sa.text("state = 'approved'"),
        )

    op.create_table(
        "import_key",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("reader", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("run", TEXT, nullable=False),
        sa.Column("object", TEXT, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "run"],
            ["import_run.organisation", "import_run.id"],
            name=op.f("fk_import_key_organisation_run"),
        ),
        sa.PrimaryKeyConstraint("organisation", "reader", "key", name=op.f("pk_import_key")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("import_key", schema=None) as batch_op:
        batch_op.create_index("ix_import_key_run", ["run"], unique=False)

    op.create_table(
        "incident_cause",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("incident", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.CheckConstraint(
            "code IN ('heavy_explosive', 'air_dropped_bomb', 'drone_strike', 'artillery', 'multiple_rocket', 'missile', 'mortar', 'suicide_bomb', 'planted_explosive', 'ied', 'landmine', 'unexploded_ordnance', 'small_arms', 'grenade', 'incendiary', 'cbrn', 'electromagnetic', 'less_lethal', 'denial', 'accident', 'other_means', 'unknown')",
            name=op.f("ck_incident_cause_code_is_code"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "incident"],
            ["incident.organisation", "incident.id"],
            name=op.f("fk_incident_cause_organisation_incident"),
        ),
        sa.PrimaryKeyConstraint("incident", "position", name=op.f("pk_incident_cause")),
        sqlite_strict=True,
    )
    op.create_table(
        "incident_party",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("incident", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("party", TEXT, nullable=False),
        sa.Column("responsibility", TEXT, nullable=False),
        sa.CheckConstraint(
            "responsibility IN ('suspected', 'declared', 'conceded', 'contested')",
            name=op.f("ck_incident_party_responsibility_is_code"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "incident"],
            ["incident.organisation", "incident.id"],
            name=op.f("fk_incident_party_organisation_incident"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "party"],
            ["party.organisation", "party.code"],
            name=op.f("fk_incident_party_organisation_party"),
        ),
        sa.PrimaryKeyConstraint("incident", "position", name=op.f("pk_incident_party")),
        sqlite_strict=True,
    )
    op.create_table(
        "incident_standing",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("incident", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("period_start", TEXT, nullable=False),
        sa.Column("period_end", TEXT, nullable=False),
        sa.Column("adm1", TEXT, nullable=True),
        sa.Column("adm2", TEXT, nullable=True),
        sa.Column("cause", TEXT, nullable=False),
        sa.Column("party", TEXT, nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_to", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'proposed', 'assessed', 'needs_review', 'out_of_scope')",
            name=op.f("ck_incident_standing_state_is_code"),
        ),
        sa.CheckConstraint("valid_from < valid_to", name=op.f("ck_incident_standing_valid_in_order")),
        sa.ForeignKeyConstraint(
            ["organisation", "incident"],
            ["incident.organisation", "incident.id"],
            name=op.f("fk_incident_standing_organisation_incident"),
        ),
        sa.PrimaryKeyConstraint("incident", "valid_from", name=op.f("pk_incident_standing")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("incident_standing", schema=None) as batch_op:
        batch_op.create_index(
            "ix_incident_standing_state", ["organisation", "valid_to", "state"], unique=False
        )

    op.create_table(
        "revision",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("object", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("content", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("salt", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "seq"],
            ["log.organisation", "log.seq"],
            name=op.f("fk_revision_organisation_seq"),
        ),
        sa.PrimaryKeyConstraint("object", "version", name=op.f("pk_revision")),
        sa.UniqueConstraint("organisation", "seq", name=op.f("uq_revision_organisation_seq")),
        sqlite_strict=True,
    )
    op.create_table(
        "source",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("named", sa.Integer(), nullable=False),
        sa.Column("side", TEXT, nullable=True),
        sa.Column("reliability", TEXT, nullable=True),
        sa.Column("confidential", sa.Integer(), nullable=False),
        sa.Column("note", TEXT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('outlet', 'agency', 'official', 'armed_group', 'hospital', 'ngo', 'international', 'witness', 'relative', 'account', 'unnamed', 'other')",
            name=op.f("ck_source_kind_is_code"),
        ),
        sa.CheckConstraint(
            "visibility IN ('restricted', 'organisation', 'partners', 'public')",
            name=op.f("ck_source_visibility_is_code"),
        ),
        sa.CheckConstraint("confidential IN (0, 1)", name=op.f("ck_source_confidential_is_truth")),
        sa.CheckConstraint("named IN (0, 1)", name=op.f("ck_source_named_is_truth")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_source_version_from_one")),
        sa.ForeignKeyConstraint(
            ["organisation", "side"],
            ["party.organisation", "party.code"],
            name=op.f("fk_source_organisation_side"),
        ),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_source_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_source_organisation_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.create_index("ix_source_organisation_name", ["organisation", "name"], unique=False)
        batch_op.create_index("ix_source_organisation_seq", ["organisation", "seq"], unique=False)

    op.create_table(
        "token",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("label", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("member", TEXT, nullable=True),
        sa.Column("roles", TEXT, nullable=False),
        sa.Column("secret_hash", TEXT, nullable=False),
        sa.Column("expires_at", TEXT, nullable=False),
        sa.Column("revoked_at", TEXT, nullable=True),
        sa.CheckConstraint(
            "(kind = 'personal' AND member IS NOT NULL) OR (kind = 'service' AND member IS NULL)",
            name=op.f("ck_token_personal_has_member"),
        ),
        sa.CheckConstraint("kind IN ('personal', 'service')", name=op.f("ck_token_kind_is_code")),
        sa.CheckConstraint(
            "visibility IN ('restricted', 'organisation', 'partners', 'public')",
            name=op.f("ck_token_visibility_is_code"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_token_version_from_one")),
        sa.ForeignKeyConstraint(
            ["organisation", "member"],
            ["member.organisation", "member.id"],
            name=op.f("fk_token_organisation_member"),
        ),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_token_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_token_organisation_id")),
        sa.UniqueConstraint("organisation", "secret_hash", name=op.f("uq_token_organisation_secret_hash")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.create_index("ix_token_organisation_seq", ["organisation", "seq"], unique=False)
        batch_op.create_index("ix_token_secret_hash", ["secret_hash"], unique=False)

    op.create_table(
        "victim",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("incident", TEXT, nullable=False),
        sa.Column("external_id", TEXT, nullable=True),
        sa.Column("age_low", sa.Integer(), nullable=True),
        sa.Column("age_high", sa.Integer(), nullable=True),
        sa.Column("sex", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=True),
        sa.CheckConstraint(
            "sex IN ('female', 'male', 'other', 'unknown')", name=op.f("ck_victim_sex_is_code")
        ),
        sa.CheckConstraint(
            "status IN ('civilian', 'other_protected_person', 'security_forces', 'armed_forces', 'police', 'paramilitary', 'direct_participant', 'unknown')",
            name=op.f("ck_victim_status_is_code"),
        ),
        sa.CheckConstraint(
            "visibility IN ('restricted', 'organisation', 'partners', 'public')",
            name=op.f("ck_victim_visibility_is_code"),
        ),
        sa.CheckConstraint(
            "(age_low IS NULL AND age_high IS NULL) OR (age_low >= 0 AND (age_high IS NULL OR age_high >= age_low))",
            name=op.f("ck_victim_age_in_order"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_victim_version_from_one")),
        sa.ForeignKeyConstraint(
            ["organisation", "incident"],
            ["incident.organisation", "incident.id"],
            name=op.f("fk_victim_organisation_incident"),
        ),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_victim_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_victim")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_victim_organisation_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("victim", schema=None) as batch_op:
        batch_op.create_index(
            "ix_victim_organisation_external_id", ["organisation", "external_id"], unique=False
        )
        batch_op.create_index(
            "ix_victim_organisation_incident", ["organisation", "incident", "seq"], unique=False
        )
        batch_op.create_index("ix_victim_organisation_seq", ["organisation", "seq"], unique=False)

    op.create_table(
        "assessment_claim",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("assessment", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("claim", TEXT, nullable=False),
        sa.Column("use", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.CheckConstraint(
            "use IN ('used', 'superseded', 'set_aside')", name=op.f("ck_assessment_claim_use_is_code")
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "assessment"],
            ["assessment.organisation", "assessment.id"],
            name=op.f("fk_assessment_claim_organisation_assessment"),
        ),
        sa.PrimaryKeyConstraint("assessment", "position", name=op.f("pk_assessment_claim")),
        sqlite_strict=True,
    )
    op.create_table(
        "fact",
        sa.Column("id", BIG_KEY, autoincrement=True, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("incident", TEXT, nullable=False),
        sa.Column("assessment", TEXT, nullable=False),
        sa.Column("grain", TEXT, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=True),
        sa.Column("sex", TEXT, nullable=True),
        sa.Column("age_low", sa.Integer(), nullable=True),
        sa.Column("age_high", sa.Integer(), nullable=True),
        sa.Column("verification", TEXT, nullable=False),
        sa.Column("basis", TEXT, nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("best", sa.Integer(), nullable=True),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("period_start", TEXT, nullable=False),
        sa.Column("period_end", TEXT, nullable=False),
        sa.Column("adm1", TEXT, nullable=True),
        sa.Column("adm2", TEXT, nullable=True),
        sa.Column("cause", TEXT, nullable=False),
        sa.Column("party", TEXT, nullable=False),
        sa.Column("responsibility", TEXT, nullable=True),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column(
            "valid_to", sa.BigInteger(), server_default=sa.text("(9223372036854775807)"), nullable=False
        ),
        sa.CheckConstraint("basis IN ('stated', 'residual', 'listed')", name=op.f("ck_fact_basis_is_code")),
        sa.CheckConstraint(
            "cause IN ('heavy_explosive', 'air_dropped_bomb', 'drone_strike', 'artillery', 'multiple_rocket', 'missile', 'mortar', 'suicide_bomb', 'planted_explosive', 'ied', 'landmine', 'unexploded_ordnance', 'small_arms', 'grenade', 'incendiary', 'cbrn', 'electromagnetic', 'less_lethal', 'denial', 'accident', 'other_means', 'unknown', 'undetermined')",
            name=op.f("ck_fact_cause_is_code"),
        ),
        sa.CheckConstraint(
            "grain IN ('total', 'status', 'sex_age', 'status_sex_age')", name=op.f("ck_fact_grain_is_code")
        ),
        sa.CheckConstraint(
            "outcome IN ('killed', 'injured', 'missing', 'detained', 'killed_or_injured')",
            name=op.f("ck_fact_outcome_is_code"),
        ),
        sa.CheckConstraint(
            "responsibility IN ('suspected', 'declared', 'conceded', 'contested')",
            name=op.f("ck_fact_responsibility_is_code"),
        ),
        sa.CheckConstraint("sex IN ('female', 'male', 'other', 'unknown')", name=op.f("ck_fact_sex_is_code")),
        sa.CheckConstraint(
            "status IN ('civilian', 'other_protected_person', 'security_forces', 'armed_forces', 'police', 'paramilitary', 'direct_participant', 'unknown')",
            name=op.f("ck_fact_status_is_code"),
        ),
        sa.CheckConstraint(
            "verification IN ('verified', 'pending', 'contested', 'inconclusive')",
            name=op.f("ck_fact_verification_is_code"),
        ),
        sa.CheckConstraint(
            "(age_low IS NULL AND age_high IS NULL) OR (age_low >= 0 AND (age_high IS NULL OR age_high >= age_low))",
            name=op.f("ck_fact_age_in_order"),
        ),
        sa.CheckConstraint(
            "(low IS NULL AND high IS NULL) OR (low >= 0 AND high >= low)",
            name=op.f("ck_fact_low_high_in_order"),
        ),
        sa.CheckConstraint("open IN (0, 1)", name=op.f("ck_fact_open_is_truth")),
        sa.CheckConstraint("valid_from < valid_to", name=op.f("ck_fact_valid_in_order")),
        sa.ForeignKeyConstraint(
            ["organisation", "assessment"],
            ["assessment.organisation", "assessment.id"],
            name=op.f("fk_fact_organisation_assessment"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "incident"],
            ["incident.organisation", "incident.id"],
            name=op.f("fk_fact_organisation_incident"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("fact", schema=None) as batch_op:
        batch_op.create_index(
            "ix_fact_organisation_incident", ["organisation", "incident", "valid_to"], unique=False
        )
        batch_op.create_index(
            "ix_fact_sum",
            [
                "organisation",
                "grain",
                "outcome",
                "valid_to",
                "valid_from",
                "period_start",
                "period_end",
                "sex",
                "age_low",
                "age_high",
                "status",
                "verification",
                "low",
                "high",
                "open",
                "incident",
            ],
            unique=False,
        )

    op.create_table(
        "report",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=True),
        sa.Column("language", TEXT, nullable=True),
        sa.Column("published", TEXT, nullable=True),
        sa.Column("retrieved", TEXT, nullable=True),
        sa.Column("archived_url", TEXT, nullable=True),
        sa.Column("sha256", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.Column("url_key", TEXT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('article', 'statement', 'list', 'bulletin', 'dataset', 'testimony', 'post', 'other')",
            name=op.f("ck_report_kind_is_code"),
        ),
        sa.CheckConstraint(
            "visibility IN ('restricted', 'organisation', 'partners', 'public')",
            name=op.f("ck_report_visibility_is_code"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_report_version_from_one")),
        sa.ForeignKeyConstraint(
            ["organisation", "source"],
            ["source.organisation", "source.id"],
            name=op.f("fk_report_organisation_source"),
        ),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_report_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_report_organisation_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index("ix_report_organisation_seq", ["organisation", "seq"], unique=False)
        batch_op.create_index("ix_report_organisation_url_key", ["organisation", "url_key"], unique=False)

    op.create_table(
        "victim_group",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("victim", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.CheckConstraint(
            "code IN ('journalist', 'health_worker', 'aid_worker', 'human_rights_defender', 'trade_unionist', 'education_worker', 'foreign_national', 'displaced')",
            name=op.f("ck_victim_group_code_is_code"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "victim"],
            ["victim.organisation", "victim.id"],
            name=op.f("fk_victim_group_organisation_victim"),
        ),
        sa.PrimaryKeyConstraint("victim", "position", name=op.f("pk_victim_group")),
        sqlite_strict=True,
    )
    op.create_table(
        "victim_name",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("victim", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("script", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation", "victim"],
            ["victim.organisation", "victim.id"],
            name=op.f("fk_victim_name_organisation_victim"),
        ),
        sa.PrimaryKeyConstraint("victim", "position", name=op.f("pk_victim_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "victim_outcome",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("victim", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("start", TEXT, nullable=True),
        sa.Column("end", TEXT, nullable=True),
        sa.Column("recognised", TEXT, nullable=True),
        sa.CheckConstraint(
            "outcome IN ('killed', 'injured', 'missing', 'detained', 'killed_or_injured')",
            name=op.f("ck_victim_outcome_outcome_is_code"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "victim"],
            ["victim.organisation", "victim.id"],
            name=op.f("fk_victim_outcome_organisation_victim"),
        ),
        sa.PrimaryKeyConstraint("victim", "position", name=op.f("pk_victim_outcome")),
        sqlite_strict=True,
    )
    op.create_table(
        "claim",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("report", TEXT, nullable=False),
        sa.Column("incident", TEXT, nullable=False),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("origin_basis", TEXT, nullable=False),
        sa.Column("as_of", TEXT, nullable=True),
        sa.Column("excerpt", TEXT, nullable=True),
        sa.Column("caveat", TEXT, nullable=True),
        sa.Column("said_place", TEXT, nullable=True),
        sa.Column("said_time", TEXT, nullable=True),
        sa.Column("said_cause", TEXT, nullable=True),
        sa.Column("said_party", TEXT, nullable=True),
        sa.Column("said_responsibility", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.CheckConstraint(
            "origin_basis IN ('stated', 'inferred')", name=op.f("ck_claim_origin_basis_is_code")
        ),
        sa.CheckConstraint(
            "said_cause IN ('heavy_explosive', 'air_dropped_bomb', 'drone_strike', 'artillery', 'multiple_rocket', 'missile', 'mortar', 'suicide_bomb', 'planted_explosive', 'ied', 'landmine', 'unexploded_ordnance', 'small_arms', 'grenade', 'incendiary', 'cbrn', 'electromagnetic', 'less_lethal', 'denial', 'accident', 'other_means', 'unknown')",
            name=op.f("ck_claim_said_cause_is_code"),
        ),
        sa.CheckConstraint(
            "said_responsibility IN ('suspected', 'declared', 'conceded', 'contested')",
            name=op.f("ck_claim_said_responsibility_is_code"),
        ),
        sa.CheckConstraint(
            "visibility IN ('restricted', 'organisation', 'partners', 'public')",
            name=op.f("ck_claim_visibility_is_code"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_claim_version_from_one")),
        sa.ForeignKeyConstraint(
            ["organisation", "incident"],
            ["incident.organisation", "incident.id"],
            name=op.f("fk_claim_organisation_incident"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "origin"],
            ["source.organisation", "source.id"],
            name=op.f("fk_claim_organisation_origin"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "report"],
            ["report.organisation", "report.id"],
            name=op.f("fk_claim_organisation_report"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "said_party"],
            ["party.organisation", "party.code"],
            name=op.f("fk_claim_organisation_said_party"),
        ),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_claim_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_claim_organisation_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index(
            "ix_claim_organisation_incident", ["organisation", "incident", "seq"], unique=False
        )
        batch_op.create_index("ix_claim_organisation_report", ["organisation", "report", "seq"], unique=False)
        batch_op.create_index("ix_claim_organisation_seq", ["organisation", "seq"], unique=False)

    op.create_table(
        "listing",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("report", TEXT, nullable=False),
        sa.Column("victim", TEXT, nullable=False),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("name", TEXT, nullable=True),
        sa.Column("external_id", TEXT, nullable=True),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("age_listed", TEXT, nullable=True),
        sa.Column("age_low", sa.Integer(), nullable=True),
        sa.Column("age_high", sa.Integer(), nullable=True),
        sa.Column("sex", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.CheckConstraint(
            "outcome IN ('killed', 'injured', 'missing', 'detained', 'killed_or_injured')",
            name=op.f("ck_listing_outcome_is_code"),
        ),
        sa.CheckConstraint(
            "sex IN ('female', 'male', 'other', 'unknown')", name=op.f("ck_listing_sex_is_code")
        ),
        sa.CheckConstraint(
            "status IN ('civilian', 'other_protected_person', 'security_forces', 'armed_forces', 'police', 'paramilitary', 'direct_participant', 'unknown')",
            name=op.f("ck_listing_status_is_code"),
        ),
        sa.CheckConstraint(
            "visibility IN ('restricted', 'organisation', 'partners', 'public')",
            name=op.f("ck_listing_visibility_is_code"),
        ),
        sa.CheckConstraint(
            "(age_low IS NULL AND age_high IS NULL) OR (age_low >= 0 AND (age_high IS NULL OR age_high >= age_low))",
            name=op.f("ck_listing_age_in_order"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_listing_version_from_one")),
        sa.ForeignKeyConstraint(
            ["organisation", "report"],
            ["report.organisation", "report.id"],
            name=op.f("fk_listing_organisation_report"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "victim"],
            ["victim.organisation", "victim.id"],
            name=op.f("fk_listing_organisation_victim"),
        ),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_listing_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_listing_organisation_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.create_index(
            "ix_listing_organisation_report_row", ["organisation", "report", "row"], unique=False
        )
        batch_op.create_index("ix_listing_organisation_seq", ["organisation", "seq"], unique=False)
        batch_op.create_index(
            "ix_listing_organisation_victim", ["organisation", "victim", "seq"], unique=False
        )

    op.create_table(
        "report_citation",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("report", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("cited_report", TEXT, nullable=True),
        sa.Column("cited_source", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.CheckConstraint(
            "(cited_report IS NULL) <> (cited_source IS NULL)",
            name=op.f("ck_report_citation_cites_one_of_report_and_source"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "cited_report"],
            ["report.organisation", "report.id"],
            name=op.f("fk_report_citation_organisation_cited_report"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "cited_source"],
            ["source.organisation", "source.id"],
            name=op.f("fk_report_citation_organisation_cited_source"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "report"],
            ["report.organisation", "report.id"],
            name=op.f("fk_report_citation_organisation_report"),
        ),
        sa.PrimaryKeyConstraint("report", "position", name=op.f("pk_report_citation")),
        sqlite_strict=True,
    )
    op.create_table(
        "figure",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("claim", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=True),
        sa.Column("sex", TEXT, nullable=True),
        sa.Column("age_low", sa.Integer(), nullable=True),
        sa.Column("age_high", sa.Integer(), nullable=True),
        sa.Column("low", sa.Integer(), nullable=True),
        sa.Column("high", sa.Integer(), nullable=True),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("comparator", TEXT, nullable=False),
        sa.Column("wording", TEXT, nullable=True),
        sa.Column("relation", TEXT, nullable=True),
        sa.Column("relation_to", TEXT, nullable=True),
        sa.Column("relation_reason", TEXT, nullable=True),
        sa.Column("party", TEXT, nullable=True),
        sa.Column("cause", TEXT, nullable=True),
        sa.Column("group", TEXT, nullable=True),
        sa.Column("stated_as", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.CheckConstraint(
            "cause IN ('heavy_explosive', 'air_dropped_bomb', 'drone_strike', 'artillery', 'multiple_rocket', 'missile', 'mortar', 'suicide_bomb', 'planted_explosive', 'ied', 'landmine', 'unexploded_ordnance', 'small_arms', 'grenade', 'incendiary', 'cbrn', 'electromagnetic', 'less_lethal', 'denial', 'accident', 'other_means', 'unknown')",
            name=op.f("ck_figure_cause_is_code"),
        ),
        sa.CheckConstraint(
            "comparator IN ('exactly', 'at_least', 'more_than', 'at_most', 'about', 'between', 'word', 'mention')",
            name=op.f("ck_figure_comparator_is_code"),
        ),
        sa.CheckConstraint(
            "outcome IN ('killed', 'injured', 'missing', 'detained', 'killed_or_injured')",
            name=op.f("ck_figure_outcome_is_code"),
        ),
        sa.CheckConstraint(
            "relation IN ('included_in', 'in_addition_to', 'unclear', 'assumed_subset')",
            name=op.f("ck_figure_relation_is_code"),
        ),
        sa.CheckConstraint(
            "sex IN ('female', 'male', 'other', 'unknown')", name=op.f("ck_figure_sex_is_code")
        ),
        sa.CheckConstraint(
            "status IN ('civilian', 'other_protected_person', 'security_forces', 'armed_forces', 'police', 'paramilitary', 'direct_participant', 'unknown')",
            name=op.f("ck_figure_status_is_code"),
        ),
        sa.CheckConstraint(
            "\"group\" IN ('journalist', 'health_worker', 'aid_worker', 'human_rights_defender', 'trade_unionist', 'education_worker', 'foreign_national', 'displaced')",
            name=op.f('ck_figure_"group"_is_code'),
        ),
        sa.CheckConstraint(
            "(age_low IS NULL AND age_high IS NULL) OR (age_low >= 0 AND (age_high IS NULL OR age_high >= age_low))",
            name=op.f("ck_figure_age_in_order"),
        ),
        sa.CheckConstraint(
            "(low IS NULL AND high IS NULL) OR (low >= 0 AND high >= low)",
            name=op.f("ck_figure_low_high_in_order"),
        ),
        sa.CheckConstraint("open IN (0, 1)", name=op.f("ck_figure_open_is_truth")),
        sa.ForeignKeyConstraint(
            ["claim", "relation_to"],
            ["figure.claim", "figure.key"],
            name=op.f("fk_figure_claim_relation_to"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "claim"],
            ["claim.organisation", "claim.id"],
            name=op.f("fk_figure_organisation_claim"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "party"],
            ["party.organisation", "party.code"],
            name=op.f("fk_figure_organisation_party"),
        ),
        sa.PrimaryKeyConstraint("claim", "position", name=op.f("pk_figure")),
        sa.UniqueConstraint("claim", "key", name=op.f("uq_figure_claim_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "listing_extra",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("listing", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "listing"],
            ["listing.organisation", "listing.id"],
            name=op.f("fk_listing_extra_organisation_listing"),
        ),
        sa.PrimaryKeyConstraint("listing", "position", name=op.f("pk_listing_extra")),
        sqlite_strict=True,
    )
    op.create_table(
        "object_figure",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("claim", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("object", TEXT, nullable=False),
        sa.Column("effect", TEXT, nullable=False),
        sa.Column("low", sa.Integer(), nullable=True),
        sa.Column("high", sa.Integer(), nullable=True),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("comparator", TEXT, nullable=False),
        sa.Column("wording", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.CheckConstraint(
            "comparator IN ('exactly', 'at_least', 'more_than', 'at_most', 'about', 'between', 'word', 'mention')",
            name=op.f("ck_object_figure_comparator_is_code"),
        ),
        sa.CheckConstraint(
            "effect IN ('destroyed', 'damaged', 'set_on_fire', 'seized')",
            name=op.f("ck_object_figure_effect_is_code"),
        ),
        sa.CheckConstraint(
            "object IN ('dwelling', 'school', 'health_facility', 'place_of_worship', 'public_building', 'bank', 'prison', 'vehicle', 'security_vehicle', 'other')",
            name=op.f("ck_object_figure_object_is_code"),
        ),
        sa.CheckConstraint(
            "(low IS NULL AND high IS NULL) OR (low >= 0 AND high >= low)",
            name=op.f("ck_object_figure_low_high_in_order"),
        ),
        sa.CheckConstraint("open IN (0, 1)", name=op.f("ck_object_figure_open_is_truth")),
        sa.ForeignKeyConstraint(
            ["organisation", "claim"],
            ["claim.organisation", "claim.id"],
            name=op.f("fk_object_figure_organisation_claim"),
        ),
        sa.PrimaryKeyConstraint("claim", "position", name=op.f("pk_object_figure")),
        sqlite_strict=True,
    )
    op.create_table(
        "place",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("incident", TEXT, nullable=False),
        sa.Column("claim", TEXT, nullable=True),
        sa.Column("reported_name", TEXT, nullable=False),
        sa.Column("resolved_name", TEXT, nullable=True),
        sa.Column("country", TEXT, nullable=True),
        sa.Column("adm1", TEXT, nullable=True),
        sa.Column("adm2", TEXT, nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("radius_m", sa.Integer(), nullable=True),
        sa.Column("precision", TEXT, nullable=False),
        sa.Column("basis", TEXT, nullable=False),
        sa.Column("mismatch", TEXT, nullable=True),
        sa.CheckConstraint(
            "basis IN ('reported', 'gazetteer', 'geolocated', 'recorder')",
            name=op.f("ck_place_basis_is_code"),
        ),
        sa.CheckConstraint(
            "precision IN ('exact', 'neighbourhood', 'town', 'near', 'adm2', 'adm1', 'country', 'unresolved')",
            name=op.f("ck_place_precision_is_code"),
        ),
        sa.CheckConstraint(
            "visibility IN ('restricted', 'organisation', 'partners', 'public')",
            name=op.f("ck_place_visibility_is_code"),
        ),
        sa.CheckConstraint("(lon IS NULL) = (lat IS NULL)", name=op.f("ck_place_point_is_whole")),
        sa.CheckConstraint(
            "lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name=op.f("ck_place_point_on_earth")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_place_version_from_one")),
        sa.ForeignKeyConstraint(
            ["organisation", "claim"],
            ["claim.organisation", "claim.id"],
            name=op.f("fk_place_organisation_claim"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "incident"],
            ["incident.organisation", "incident.id"],
            name=op.f("fk_place_organisation_incident"),
        ),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_place_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_place_organisation_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index("ix_place_organisation_adm", ["organisation", "adm1", "adm2"], unique=False)
        batch_op.create_index(
            "ix_place_organisation_incident", ["organisation", "incident", "seq"], unique=False
        )
        batch_op.create_index("ix_place_organisation_point", ["organisation", "lat", "lon"], unique=False)
        batch_op.create_index("ix_place_organisation_seq", ["organisation", "seq"], unique=False)


def downgrade() -> None:
    _refuse_when_rows_exist()
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index("ix_place_organisation_seq")
        batch_op.drop_index("ix_place_organisation_point")
        batch_op.drop_index("ix_place_organisation_incident")
        batch_op.drop_index("ix_place_organisation_adm")

    op.drop_table("place")
    op.drop_table("object_figure")
    op.drop_table("listing_extra")
    op.drop_table("figure")
    op.drop_table("report_citation")
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.drop_index("ix_listing_organisation_victim")
        batch_op.drop_index("ix_listing_organisation_seq")
        batch_op.drop_index("ix_listing_organisation_report_row")

    op.drop_table("listing")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_index("ix_claim_organisation_seq")
        batch_op.drop_index("ix_claim_organisation_report")
        batch_op.drop_index("ix_claim_organisation_incident")

    op.drop_table("claim")
    op.drop_table("victim_outcome")
    op.drop_table("victim_name")
    op.drop_table("victim_group")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index("ix_report_organisation_url_key")
        batch_op.drop_index("ix_report_organisation_seq")

    op.drop_table("report")
    with op.batch_alter_table("fact", schema=None) as batch_op:
        batch_op.drop_index("ix_fact_sum")
        batch_op.drop_index("ix_fact_organisation_incident")

    op.drop_table("fact")
    op.drop_table("assessment_claim")
    with op.batch_alter_table("victim", schema=None) as batch_op:
        batch_op.drop_index("ix_victim_organisation_seq")
        batch_op.drop_index("ix_victim_organisation_incident")
        batch_op.drop_index("ix_victim_organisation_external_id")

    op.drop_table("victim")
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.drop_index("ix_token_secret_hash")
        batch_op.drop_index("ix_token_organisation_seq")

    op.drop_table("token")
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.drop_index("ix_source_organisation_seq")
        batch_op.drop_index("ix_source_organisation_name")

    op.drop_table("source")
    op.drop_table("revision")
    with op.batch_alter_table("incident_standing", schema=None) as batch_op:
        batch_op.drop_index("ix_incident_standing_state")

    op.drop_table("incident_standing")
    op.drop_table("incident_party")
    op.drop_table("incident_cause")
    with op.batch_alter_table("import_key", schema=None) as batch_op:
        batch_op.drop_index("ix_import_key_run")

    op.drop_table("import_key")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_assessment_in_force",
            sqlite_where=sa.text("state = 'approved'"),
            postgresql_where=sa.text("state = 'approved'"),
        )
        batch_op.drop_index("ix_assessment_organisation_seq")
        batch_op.drop_index("ix_assessment_organisation_incident")

    op.drop_table("assessment")
    with op.batch_alter_table("quality_flag", schema=None) as batch_op:
        batch_op.drop_index("ix_quality_flag_organisation_object")

    op.drop_table("quality_flag")
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.drop_index("ix_party_organisation_seq")

    op.drop_table("party")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index("ix_member_organisation_seq")

    op.drop_table("member")
    op.drop_table("log_head")
    with op.batch_alter_table("log", schema=None) as batch_op:
        batch_op.drop_index("ix_log_organisation_at")

    op.drop_table("log")
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_index("ix_incident_organisation_seq")
        batch_op.drop_index("ix_incident_organisation_parent")
        batch_op.drop_index("ix_incident_organisation_occurred")

    op.drop_table("incident")
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.drop_index("ix_import_run_organisation_seq")

    op.drop_table("import_run")
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.drop_index("ix_idempotency_organisation_at")

    op.drop_table("idempotency")
    op.drop_table("code_counter")
    op.drop_table("person")
    op.drop_table("organisation")


def _refuse_when_rows_exist() -> None:
    """There is nothing below the first revision that could keep a row."""
    connection = op.get_bind()
    for name in sa.inspect(connection).get_table_names():
        if (
            name != "alembic_version"
            and connection.execute(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)).first()
        ):
            raise RuntimeError(f"The table {name} has rows; going below the first revision would lose them.")
