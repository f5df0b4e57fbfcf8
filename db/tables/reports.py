"""Reports and what they cite."""

import sqlalchemy as sa

from db.tables.base import check_code, child_table, record_table, refers, text
from domain.vocab import ReportKind

report = record_table(
    "report",
    text("source", "F1"),
    text("kind", "F0"),
    text("title", "F1"),
    text("url", "F1", nullable=True),
    text("language", "F0", nullable=True),
    text("published", "F0", nullable=True),
    text("retrieved", "F1", nullable=True),
    text("archived_url", "F1", nullable=True),
    text("sha256", "F1", nullable=True),
    text("note", "F2", nullable=True),
    # The address without what varies between copies: how a known report is recognised.
    text("url_key", "F1", nullable=True),
    check_code("kind", ReportKind),
    refers("source", "source"),
    sa.Index("ix_report_organisation_url_key", "organisation", "url_key"),
)

report_citation = child_table(
    "report_citation",
    "report",
    text("cited_report", "F1", nullable=True),
    text("cited_source", "F1", nullable=True),
    text("note", "F1", nullable=True),
    refers("cited_report", "report"),
    refers("cited_source", "source"),
    sa.CheckConstraint(
        "(cited_report IS NULL) <> (cited_source IS NULL)", name="cites_one_of_report_and_source"
    ),
)
