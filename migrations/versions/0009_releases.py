"""Releases and their files: immutable once approved, but for one withdrawal."""

import importlib

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
VISIBILITIES = ("restricted", "organisation", "partners", "public")
STATES = ("proposed", "approved", "withdrawn", "rejected")
REASONS = (
    "new_information",
    "late_verification",
    "reclassification",
    "duplicate_removed",
    "error_fixed",
    "judicial_confirmation",
    "source_retracted",
)
append_only = importlib.import_module("migrations.versions.0002_append_only")

WITHDRAWN = ("state", "version", "seq", "recorded_at", "reason_code", "reason")
"""What the withdrawal of an approved release moves, and nothing else ever does."""
DECIDED = (*WITHDRAWN, "number", "approver", "approver_person", "approved_on", "citation_digest")
"""What the decision on a proposal moves; its content and the digest of its files never move."""
WHY = "a release is immutable"
WHY_FILES = "a release has its files from the first"


def upgrade() -> None:
    op.create_table(
        "release",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("cutoff", TEXT, nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("period_start", TEXT, nullable=True),
        sa.Column("period_end", TEXT, nullable=True),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("notes", TEXT, nullable=True),
        sa.Column("methodology_version", TEXT, nullable=False),
        sa.Column("codelist_version", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("citation_digest", TEXT, nullable=True),
        sa.Column("approved_on", TEXT, nullable=True),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("author_person", TEXT, nullable=False),
        sa.Column("approver", TEXT, nullable=True),
        sa.Column("approver_person", TEXT, nullable=True),
        sa.Column("reason_code", TEXT, nullable=True),
        sa.Column("reason", TEXT, nullable=True),
        *(
            sa.CheckConstraint(
                f"{name} IN ({', '.join(repr(code) for code in codes)})",
                name=op.f(f"ck_release_{name}_is_code"),
            )
            for name, codes in (("state", STATES), ("reason_code", REASONS), ("visibility", VISIBILITIES))
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_release_version_from_one")),
        sa.CheckConstraint("approver_person <> author_person", name=op.f("ck_release_four_eyes")),
        sa.CheckConstraint(
            "state IN ('proposed', 'rejected') OR (approver_person IS NOT NULL AND approver IS NOT NULL "
            "AND approved_on IS NOT NULL AND citation_digest IS NOT NULL)",
            name=op.f("ck_release_approved_by_somebody"),
        ),
        sa.CheckConstraint(
            "(number IS NULL AND state IN ('proposed', 'rejected')) OR "
            "(number >= 1 AND state IN ('approved', 'withdrawn'))",
            name=op.f("ck_release_numbered_at_approval"),
        ),
        sa.CheckConstraint(
            "state <> 'withdrawn' OR (reason_code IS NOT NULL AND reason IS NOT NULL)",
            name=op.f("ck_release_withdrawn_for_a_reason"),
        ),
        sa.CheckConstraint("period_end >= period_start", name=op.f("ck_release_period_in_order")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_release_organisation")),
        *(
            sa.ForeignKeyConstraint(
                ["organisation", name],
                ["member.organisation", "member.id"],
                name=op.f(f"fk_release_organisation_{name}"),
            )
            for name in ("author", "approver")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_release_organisation_id")),
        sa.UniqueConstraint("organisation", "number", name=op.f("uq_release_organisation_number")),
        sqlite_strict=True,
    )
    op.create_index("ix_release_organisation_seq", "release", ["organisation", "seq"])
    op.create_table(
        "release_file",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("release", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("file_name", TEXT, nullable=False),
        sa.Column("media", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_release_file_size_is_a_size")),
        sa.ForeignKeyConstraint(
            ["organisation", "release"],
            ["release.organisation", "release.id"],
            name=op.f("fk_release_file_organisation_release"),
        ),
        sa.PrimaryKeyConstraint("release", "position", name=op.f("pk_release_file")),
        sa.UniqueConstraint("release", "file_name", name=op.f("uq_release_file_release_file_name")),
        sqlite_strict=True,
    )
    guard_releases()
    append_only.keep_append_only("release_file")
    guard_new_files()


def downgrade() -> None:
    # What was proposed, approved and withdrawn stays in the revisions and the log; the files do not.
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    _drop(on_sqlite, "release_file_while_proposed", "release_file")
    append_only.allow_changes("release_file")
    if not on_sqlite:
        op.execute("DROP TRIGGER release_no_truncate ON release")
    for name in ("release_settled", "release_content", "release_no_delete"):
        _drop(on_sqlite, name, "release")
    op.drop_table("release_file")
    op.drop_table("release")


def guard_releases() -> None:
    """Keep a release from change but for its decision and one withdrawal, and from removal."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns("release")]
    withdrawal = "OLD.state = 'approved' AND NEW.state = 'withdrawn'"
    moved = _changed(on_sqlite, [name for name in columns if name not in WITHDRAWN])
    append_only._refuse(
        on_sqlite,
        "release_settled",
        "release",
        "UPDATE",
        f"OLD.state <> 'proposed' AND (NOT ({withdrawal}) OR {moved})",
        WHY,
    )
    made = _changed(on_sqlite, [name for name in columns if name not in DECIDED])
    append_only._refuse(
        on_sqlite, "release_content", "release", "UPDATE", f"OLD.state = 'proposed' AND ({made})", WHY
    )
    append_only._refuse(on_sqlite, "release_no_delete", "release", "DELETE", None, "releases are kept")
    if not on_sqlite:
        append_only._refuse_truncate("release")


def guard_new_files() -> None:
    """Let files in only while their release is proposed: an approved one gets no other file."""
    name, proposed = "release_file_while_proposed", "SELECT state FROM release WHERE id = NEW.release"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE INSERT ON release_file FOR EACH ROW "
            f"WHEN (({proposed}) IS NOT 'proposed') BEGIN SELECT RAISE(ABORT, '{WHY_FILES}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF ({proposed}) IS DISTINCT FROM 'proposed' THEN RAISE EXCEPTION '{WHY_FILES}'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE INSERT ON release_file FOR EACH ROW EXECUTE FUNCTION {name}()")


def _changed(on_sqlite: bool, columns: list[str]) -> str:
    differs = "IS NOT" if on_sqlite else "IS DISTINCT FROM"
    return "(" + " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in columns) + ")"


def _drop(on_sqlite: bool, trigger: str, table: str) -> None:
    append_only._allow(on_sqlite, trigger, table)
