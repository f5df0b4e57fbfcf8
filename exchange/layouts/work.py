"""Layouts of what people decide and do: assessments, overlaps, supersessions, imports."""

from __future__ import annotations

from exchange.columns import Layout, code, day, text, truth, whole
from exchange.layouts.shared import CELL, DESCRIBED, HEAD

ASSESSMENTS = Layout(
    "assessments",
    "Assessments",
    "An assessment of an incident: the figures in force are those of the approved one.",
    (
        *HEAD,
        text("incident", "Id of the incident.", required=True),
        text("incident_code", "Its readable code.", hxl="#event+id", required=True),
        code(
            "state",
            "assessment_state",
            "Whether it is proposed, in force, superseded or withdrawn.",
            required=True,
        ),
        text("policy", "The policy.", required=True),
        text("policy_version", "Its version.", required=True),
        text("methodology_version", "The methodology's version.", required=True),
        code("occurrence", "answer", "Did it happen?", required=True),
        code("harm", "answer", "Was anybody harmed?", required=True),
        code("responsibility", "answer", "Who is responsible?", required=True),
        text("standard_of_proof", "The standard of proof."),
        whole("known_seq", "The log sequence up to which it knew.", required=True),
        text("content_hash", "SHA-256 of what was approved.", required=True),
        text("supersedes", "Id of the assessment that it follows."),
        code("reason_code", "reason_code", "Why it follows it."),
    ),
    key=("id",),
)

RELEASES = Layout(
    "releases",
    "Releases",
    "A release: a frozen, numbered publication of the statistics.",
    (
        *HEAD,
        code(
            "state",
            "release_state",
            "Whether it is proposed, approved, withdrawn or rejected.",
            required=True,
        ),
        whole("number", "Its number; empty before approval."),
        day("cutoff", "As known at the end of this day, UTC.", required=True),
        whole("known_at", "Where the log stood then.", required=True),
        day("period_start", "First day of harm covered; empty is no bound."),
        day("period_end", "Last day of harm covered; empty is no bound."),
        text("title", "Its title.", required=True),
        text("methodology_version", "The methodology's version.", required=True),
        text("codelist_version", "SHA-256 over the published vocabularies.", required=True),
        text("population", "Id of the population that rates are over; empty: counts alone."),
        text("population_sha256", "SHA-256 of its file."),
        text("digest", "SHA-256 of its manifest.", required=True),
        text("citation_digest", "SHA-256 of the manifest of its citations; empty before approval."),
        day("approved_on", "The day of approval, UTC."),
        code("reason_code", "reason_code", "Why it was withdrawn."),
        text("reason", "Why it was withdrawn or rejected, in words."),
    ),
    key=("id",),
    version=2,
)

OVERLAPS = Layout(
    "overlaps",
    "Overlaps",
    "Persons of a period aggregate who are counted elsewhere or do not belong.",
    (
        *HEAD,
        text("aggregate", "Id of the period aggregate.", required=True),
        text("incident", "Id of the incident that counts them too."),
        code("kind", "overlap_kind", "Why they are taken out.", required=True),
        *CELL,
        whole("low", "Lowest number; empty where the incident says it."),
        whole("high", "Highest number; empty where the incident says it."),
    ),
    key=("id",),
)

SUPERSESSIONS = Layout(
    "supersessions",
    "Supersessions",
    "A person's word on whether a later claim replaces an earlier one.",
    (
        *HEAD,
        text("incident", "Id of the incident.", required=True),
        text("earlier", "Id of the earlier claim.", required=True),
        text("later", "Id of the later claim.", required=True),
        truth("confirmed", "Whether it replaces it."),
        code("outcome", "outcome", "Outcome; empty is every cell."),
        *DESCRIBED,
    ),
    key=("id",),
)

POPULATIONS = Layout(
    "populations",
    "Populations",
    "A population that rates can be over.",
    (
        *HEAD,
        text("name", "Its name.", required=True),
        text("source", "Whose estimate it is, with edition and year.", required=True),
        text("sha256", "SHA-256 of its file, or of its rows.", required=True),
    ),
    key=("id",),
    notes=("The rows of one are at its own address.",),
)

IMPORTS = Layout(
    "imports",
    "Imports",
    "A file that was read into the record.",
    (
        *HEAD,
        text("reader", "The reader.", required=True),
        text("file_name", "The file's name.", required=True),
        text("sha256", "SHA-256 of the file.", required=True),
        text("state", "running, done or failed.", required=True),
        whole("rows_read", "Rows read.", required=True),
        whole("rows_stored", "Rows stored.", required=True),
        whole("rows_known", "Rows known already.", required=True),
        whole("rows_skipped", "Rows skipped, each with a finding.", required=True),
    ),
    key=("id",),
)
