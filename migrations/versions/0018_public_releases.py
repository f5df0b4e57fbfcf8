"""Releases for the public: who reads a release, and what the public reads of those for everybody."""

import importlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
releases = importlib.import_module("migrations.versions.0011_release_populations")


def upgrade() -> None:
    releases._drop_guards()
    with op.batch_alter_table("release", table_kwargs={"sqlite_strict": True}) as batch_op:
        batch_op.add_column(sa.Column("audience", TEXT, nullable=False, server_default="organisation"))
        batch_op.create_check_constraint(
            op.f("ck_release_audience_is_code"), "audience IN ('organisation', 'public')"
        )
    with op.batch_alter_table("release", table_kwargs={"sqlite_strict": True}) as batch_op:
        batch_op.alter_column("audience", existing_type=TEXT, server_default=None)
    _fill()
    releases._guard()
    op.create_table(
        "public_release",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("etag", TEXT, nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.CheckConstraint(
            "state IN ('approved', 'withdrawn')", name=op.f("ck_public_release_state_is_public")
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "id"],
            ["release.organisation", "release.id"],
            name=op.f("fk_public_release_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_release")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_public_release_organisation_id")),
        sa.UniqueConstraint("organisation", "number", name=op.f("uq_public_release_organisation_number")),
        sqlite_strict=True,
    )
    op.create_table(
        "public_release_file",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("release", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("file_name", TEXT, nullable=False),
        sa.Column("media", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "release"],
            ["public_release.organisation", "public_release.id"],
            name=op.f("fk_public_release_file_organisation_release"),
        ),
        sa.PrimaryKeyConstraint("release", "position", name=op.f("pk_public_release_file")),
        sa.UniqueConstraint("release", "file_name", name=op.f("uq_public_release_file_release_file_name")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    # The earlier software shows the public no release. Which were for it stays in the revisions; whoever comes
    # back has them withdrawn and makes them anew.
    op.drop_table("public_release_file")
    op.drop_table("public_release")
    releases._drop_guards()
    with op.batch_alter_table("release", table_kwargs={"sqlite_strict": True}) as batch_op:
        batch_op.drop_constraint(op.f("ck_release_audience_is_code"), type_="check")
        batch_op.drop_column("audience")
    releases._guard()


def _fill() -> None:
    """Say again of whom a release was for, where a way down took it."""
    bind = op.get_bind()
    said = bind.execute(
        sa.text(
            "SELECT release.id, revision.content FROM release JOIN revision ON "
            "revision.organisation = release.organisation AND revision.object = release.id "
            "AND revision.version = release.version"
        )
    ).all()
    for id, content in said:
        audience = json.loads(content).get("audience", "organisation")
        if audience != "organisation":
            bind.execute(
                sa.text("UPDATE release SET audience = :audience WHERE id = :id"),
                {"audience": audience, "id": id},
            )
