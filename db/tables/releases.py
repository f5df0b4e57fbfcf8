"""Releases: frozen, numbered publications, with every byte of their files."""

import sqlalchemy as sa

from db.tables.base import big, blob, check_code, child_table, integer, record_table, refers, table, text
from domain.vocab import ReasonCode, ReleaseAudience, ReleaseState

release = record_table(
    "release",
    text("state", "F0"),
    # Who reads it: made of the whole record, or of what is published alone.
    text("audience", "F0"),
    # Given at approval and never again, also when the release is withdrawn.
    integer("number", "F0", nullable=True),
    text("cutoff", "F0"),
    big("known_at", "F0"),
    text("period_start", "F0", nullable=True),
    text("period_end", "F0", nullable=True),
    text("title", "F0"),
    text("notes", "F0", nullable=True),
    text("methodology_version", "F0"),
    text("codelist_version", "F0"),
    # What its rates are over, with the digest of that population's file; neither where it has counts alone.
    text("population", "F0", nullable=True),
    text("population_sha256", "F0", nullable=True),
    # SHA-256 of the manifest, which names the SHA-256 of every file made from the record.
    text("digest", "F0"),
    # The same of the files that carry the number and the day of approval.
    text("citation_digest", "F0", nullable=True),
    text("approved_on", "F0", nullable=True),
    text("author", "F1"),
    text("author_person", "F1"),
    text("approver", "F1", nullable=True),
    text("approver_person", "F1", nullable=True),
    text("reason_code", "F0", nullable=True),
    text("reason", "F0", nullable=True),
    refers("author", "member"),
    refers("approver", "member"),
    refers("population", "population"),
    check_code("state", ReleaseState),
    check_code("audience", ReleaseAudience),
    check_code("reason_code", ReasonCode),
    sa.CheckConstraint("approver_person <> author_person", name="four_eyes"),
    sa.CheckConstraint(
        "state IN ('proposed', 'rejected') OR (approver_person IS NOT NULL AND approver IS NOT NULL "
        "AND approved_on IS NOT NULL AND citation_digest IS NOT NULL)",
        name="approved_by_somebody",
    ),
    sa.CheckConstraint(
        "(number IS NULL AND state IN ('proposed', 'rejected')) OR "
        "(number >= 1 AND state IN ('approved', 'withdrawn'))",
        name="numbered_at_approval",
    ),
    sa.CheckConstraint(
        "state <> 'withdrawn' OR (reason_code IS NOT NULL AND reason IS NOT NULL)",
        name="withdrawn_for_a_reason",
    ),
    sa.CheckConstraint("period_end >= period_start", name="period_in_order"),
    sa.CheckConstraint(
        "(population IS NULL) = (population_sha256 IS NULL)", name="population_with_its_digest"
    ),
    sa.UniqueConstraint("organisation", "number"),
)

# Whole files: what was approved stays byte for byte what it was, whatever software makes the next one.
release_file = child_table(
    "release_file",
    "release",
    text("file_name", "F0"),
    text("media", "F0"),
    text("sha256", "F0"),
    integer("size", "F0"),
    integer("rows", "F0", nullable=True),
    blob("bytes", "F0"),
    sa.UniqueConstraint("release", "file_name"),
    sa.CheckConstraint("size >= 0", name="size_is_a_size"),
)

# What the public reads of releases: written at approval, and left without its files at withdrawal.
public_release = table(
    "public_release",
    text("id", "F0", primary_key=True),
    text("organisation", "F0"),
    integer("number", "F0"),
    text("state", "F0"),
    big("known_at", "F0"),
    # Ready to send.
    text("etag", "F0"),
    text("document", "F0"),
    sa.UniqueConstraint("organisation", "id"),
    sa.UniqueConstraint("organisation", "number"),
    refers("id", "release"),
    sa.CheckConstraint("state IN ('approved', 'withdrawn')", name="state_is_public"),
)

public_release_file = table(
    "public_release_file",
    text("organisation", "F0"),
    text("release", "F0"),
    integer("position", "F0"),
    text("file_name", "F0"),
    text("media", "F0"),
    text("sha256", "F0"),
    integer("size", "F0"),
    integer("rows", "F0", nullable=True),
    blob("bytes", "F0"),
    sa.PrimaryKeyConstraint("release", "position"),
    sa.UniqueConstraint("release", "file_name"),
    refers("release", "public_release"),
)
