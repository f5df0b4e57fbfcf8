"""The population that a release's rates are over, with the digest of its file."""

import importlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COLUMNS = ("population", "population_sha256")
append_only = importlib.import_module("migrations.versions.0002_append_only")
# A release is kept from change by triggers that name its columns; 0009 knows how to write them.
releases = importlib.import_module("migrations.versions.0009_releases")


def upgrade() -> None:
    _drop_guards()
    with op.batch_alter_table("release", table_kwargs={"sqlite_strict": True}) as batch_op:
        for name in COLUMNS:
            batch_op.add_column(sa.Column(name, TEXT, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_release_organisation_population"),
            "population",
            ["organisation", "population"],
            ["organisation", "id"],
        )
        batch_op.create_check_constraint(
            op.f("ck_release_population_with_its_digest"),
            "(population IS NULL) = (population_sha256 IS NULL)",
        )
    _fill()
    _guard()


def downgrade() -> None:
    # Which population it was stays in the revisions and in the files; the way up reads it from there.
    _drop_guards()
    with op.batch_alter_table("release", table_kwargs={"sqlite_strict": True}) as batch_op:
        batch_op.drop_constraint(op.f("ck_release_population_with_its_digest"), type_="check")
        batch_op.drop_constraint(op.f("fk_release_organisation_population"), type_="foreignkey")
        for name in reversed(COLUMNS):
            batch_op.drop_column(name)
    _guard()


def _fill() -> None:
    """Put back what a way down took from releases that name a population which is still here."""
    bind = op.get_bind()
    said = bind.execute(
        sa.text(
            "SELECT release.id, revision.content FROM release JOIN revision ON "
            "revision.organisation = release.organisation AND revision.object = release.id "
            "AND revision.version = release.version"
        )
    ).all()
    for id, content in said:
        named = json.loads(content)
        if named.get("population") is not None:
            bind.execute(
                sa.text(
                    "UPDATE release SET population = :population, population_sha256 = :population_sha256 "
                    "WHERE id = :id AND EXISTS (SELECT 1 FROM population WHERE population.id = :population "
                    "AND population.organisation = release.organisation)"
                ),
                {"id": id, **{name: named[name] for name in COLUMNS}},
            )


def _guard() -> None:
    releases.guard_releases()
    if op.get_bind().dialect.name == "sqlite":
        releases.guard_new_files()


def _drop_guards() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if on_sqlite:
        # It names the table that a batch operation makes anew.
        append_only._allow(on_sqlite, "release_file_while_proposed", "release_file")
    else:
        op.execute("DROP TRIGGER release_no_truncate ON release")
    for name in ("release_settled", "release_content", "release_no_delete"):
        append_only._allow(on_sqlite, name, "release")
