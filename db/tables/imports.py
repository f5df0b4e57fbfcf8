"""Import runs, the keys by which a row is recognised, and flags a person should look at."""

import sqlalchemy as sa

from db.tables.base import big, integer, record_table, refers, table, text

import_run = record_table(
    "import_run",
    text("reader", "F1"),
    text("file_name", "F1"),
    text("sha256", "F1"),
    text("state", "F1"),
    integer("rows_read", "F1"),
    integer("rows_stored", "F1"),
    integer("rows_known", "F1"),
    integer("rows_skipped", "F1"),
    text("findings", "F2"),
    sa.CheckConstraint("state IN ('running', 'done', 'failed')", name="state_is_code"),
)

import_key = table(
    "import_key",
    text("organisation", "F0"),
    text("reader", "F1"),
    text("key", "F2"),
    text("run", "F1"),
    text("object", "F1"),
    integer("line", "F1"),
    sa.PrimaryKeyConstraint("organisation", "reader", "key"),
    refers("run", "import_run"),
    sa.Index("ix_import_key_run", "run"),
)

quality_flag = table(
    "quality_flag",
    text("organisation", "F0"),
    text("object", "F1"),
    text("code", "F1"),
    text("detail", "F1"),
    big("raised_seq", "F1"),
    text("cleared_by", "F1", nullable=True),
    big("cleared_seq", "F1", nullable=True),
    sa.PrimaryKeyConstraint("object", "code"),
    sa.ForeignKeyConstraint(["organisation"], ["organisation.id"]),
    sa.Index("ix_quality_flag_organisation_object", "organisation", "object"),
)
