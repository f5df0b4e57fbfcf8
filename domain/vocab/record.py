"""Vocabularies of the record itself: sources, verification, roles, reasons."""

from domain.vocab.base import Vocabulary


class SourceKind(Vocabulary):
    """Who says something."""

    OUTLET = "outlet", "News outlet", "A newspaper, broadcaster or news site."
    AGENCY = "agency", "News agency", "An agency whose copy others print."
    OFFICIAL = "official", "Official", "A state authority or office holder."
    ARMED_GROUP = "armed_group", "Armed group", "A non-state armed group or its spokesperson."
    HOSPITAL = "hospital", "Hospital or morgue", "A medical facility or health authority."
    NGO = "ngo", "NGO", "A non-governmental or monitoring organisation."
    INTERNATIONAL = "international", "International body", "The UN or another international body."
    WITNESS = "witness", "Witness", "A person who saw it."
    RELATIVE = "relative", "Relative", "A relative of a victim."
    ACCOUNT = "account", "Account", "A social media account or channel."
    UNNAMED = "unnamed", "Unnamed source", "Somebody whom the report does not name."
    OTHER = "other", "Other", "Another kind of source."


class ReportKind(Vocabulary):
    """What kind of item a report is."""

    ARTICLE = "article", "Article", "A news item."
    STATEMENT = "statement", "Statement", "A statement or press release."
    LIST = "list", "List", "A list of persons."
    BULLETIN = "bulletin", "Bulletin", "A periodic bulletin of counts."
    DATASET = "dataset", "Dataset", "A table made by another recorder."
    TESTIMONY = "testimony", "Testimony", "What a person told the organisation."
    POST = "post", "Post", "A social media post."
    OTHER = "other", "Other", "Another kind of item."


class OriginBasis(Vocabulary):
    """How the origin of a claim is known."""

    STATED = "stated", "Stated", "The report says who said it."
    INFERRED = "inferred", "Inferred", "Worked out by the recorder, for example from a headline."


class Verification(Vocabulary):
    """The verification state of a counted cell."""

    VERIFIED = "verified", "Verified", "People found it so under a named standard of proof."
    PENDING = "pending", "Pending", "Not yet verified."
    CONTESTED = "contested", "Contested", "Sources or parties contradict each other."
    INCONCLUSIVE = "inconclusive", "Inconclusive", "Examined without a conclusion."


class Answer(Vocabulary):
    """The answer to one of the five questions of an assessment."""

    VERIFIED = "verified", "Verified", "Yes, under the named standard of proof."
    PENDING = "pending", "Pending", "Not yet decided."
    CONTESTED = "contested", "Contested", "Sources or parties contradict each other."
    INCONCLUSIVE = "inconclusive", "Inconclusive", "Examined without a conclusion."
    REJECTED = "rejected", "Rejected", "Found not to be so; makes no fact."


class AssessmentState(Vocabulary):
    """Where an assessment stands."""

    PROPOSED = "proposed", "Proposed", "Awaits another member."
    APPROVED = "approved", "Approved", "In force."
    SUPERSEDED = "superseded", "Superseded", "Replaced by a later approved assessment."
    WITHDRAWN = "withdrawn", "Withdrawn", "Taken back before approval."


class ReleaseState(Vocabulary):
    """Where a release stands."""

    PROPOSED = "proposed", "Proposed", "Made, and awaits another member; it has no number."
    APPROVED = "approved", "Approved", "Published under its number; never changed again."
    WITHDRAWN = "withdrawn", "Withdrawn", "Taken back after approval; its number and the reason stay."
    REJECTED = "rejected", "Rejected", "Turned down or taken back before approval."


class ReleaseAudience(Vocabulary):
    """Who reads a release."""

    ORGANISATION = "organisation", "Organisation", "Members of the organisation; of the whole record."
    PUBLIC = "public", "Public", "Everybody; of what was published alone."


class PublicationState(Vocabulary):
    """Where the publication of an incident stands."""

    PROPOSED = "proposed", "Proposed", "Awaits a publisher who is another person; nothing is public by it."
    PUBLISHED = "published", "Published", "What the public reads."
    SUPERSEDED = "superseded", "Superseded", "Was public until a later publication of the incident."
    RETRACTED = "retracted", "Retracted", "Taken back, with a reason that the public reads."
    REJECTED = "rejected", "Rejected", "Turned down before anything was public."
    LAPSED = "lapsed", "Lapsed", "What would become public is no longer what was proposed."


class Coarsening(Vocabulary):
    """How exact a place is for the public."""

    GRID = "grid", "Grid", "The middle of a cell of a grid, and units down to the second level."
    ADM2 = "adm2", "Second-level unit", "The middle of the second-level unit, and the units above it."
    ADM1 = "adm1", "First-level unit", "The middle of the first-level unit, and its country."
    COUNTRY = "country", "Country", "The country alone, with the middle of its known places."
    NONE = "none", "No point", "Units down to the second level, and no point."


class NameBasis(Vocabulary):
    """Why a dead person's name may be public."""

    FAMILY_CONSENT = "family_consent", "Consent of the family", "The family agreed to publication."
    ALREADY_PUBLIC = "already_public", "Already public", "The name was published by its family or an office."
    POLICY = "policy", "Policy", "A written policy of the organisation allows it; the note says which."


class ClaimUse(Vocabulary):
    """What a policy did with a claim."""

    USED = "used", "Used", "Its figures entered the result."
    SUPERSEDED = "superseded", "Superseded", "A later claim of the same origin replaced it."
    SET_ASIDE = "set_aside", "Set aside", "Not used, for the reason given."
    BESIDE = (
        "beside",
        "In the belligerents' column",
        "A belligerent's number of its enemy's losses: shown beside, in neither low nor high (R5).",
    )
    FLAGGED = (
        "flagged",
        "Flagged as a transcription error",
        "It contradicts the origin that it cites, and moves no figure.",
    )


class Basis(Vocabulary):
    """Where a booked cell comes from."""

    STATED = "stated", "Stated", "A claim states the cell."
    RESIDUAL = "residual", "Residual", "What is left of a larger cell; its description is unknown."
    LISTED = "listed", "Listed", "Counted from listed persons."
    UNALLOCATED = (
        "unallocated",
        "Unallocated",
        "What is left of a parent's figure when its parts have been counted where they belong (R7).",
    )


class FactRole(Vocabulary):
    """What a fact stands for in a tree of assessed incidents (R7)."""

    ALONE = "alone", "Alone", "No incident above or below it is assessed."
    WHOLE = "whole", "Whole", "The figure of a whole subtree, for a question that does not cut through it."
    REMAINDER = "remainder", "Remainder", "What is left of a parent when its parts are counted apart."
    PART = "part", "Part", "An incident of a tree or a netted aggregate, with none assessed below itself."


class OverlapKind(Vocabulary):
    """Why persons of a period aggregate are not counted with it (R7)."""

    INCIDENT = "incident", "Recorded incident", "The same persons are recorded at another incident."
    BACKGROUND = (
        "background",
        "Background",
        "Deaths that the conflict did not cause, such as a rate from before it.",
    )
    FIGHTERS = "fighters", "Fighters", "Persons of another status than the aggregate is to count."
    OTHER = "other", "Other", "Another reason, given in the note."


class Grain(Vocabulary):
    """Which dimensions a fact is broken down by, beside the outcome."""

    TOTAL = "total", "Total", "Outcome only."
    STATUS = "status", "By status", "Outcome and status."
    SEX_AGE = "sex_age", "By sex and age", "Outcome, sex and age."
    STATUS_SEX_AGE = "status_sex_age", "By status, sex and age", "Outcome, status, sex and age."


class ReasonCode(Vocabulary):
    """Why a record was changed (R14)."""

    NEW_INFORMATION = "new_information", "New information", "A source said more."
    LATE_VERIFICATION = "late_verification", "Late verification", "Verified after its period."
    RECLASSIFICATION = "reclassification", "Reclassification", "Another category or party."
    DUPLICATE_REMOVED = "duplicate_removed", "Duplicate removed", "Was recorded twice."
    ERROR_FIXED = "error_fixed", "Error fixed", "The record did not say what the source says."
    JUDICIAL_CONFIRMATION = (
        "judicial_confirmation",
        "Judicial confirmation",
        "A court or committee decided.",
    )
    SOURCE_RETRACTED = "source_retracted", "Source retracted", "The source took it back."


class Visibility(Vocabulary):
    """Who may see a record, least open first."""

    RESTRICTED = "restricted", "Restricted", "Named people only."
    ORGANISATION = "organisation", "Organisation", "Members of the organisation."
    PARTNERS = "partners", "Partners", "Organisations with a sharing agreement."
    PUBLIC = "public", "Public", "Everybody; set by the act of publishing only."


class Role(Vocabulary):
    """What a member or a service may do; roles add up and do not rank."""

    VIEWER = "viewer", "Viewer", "Reads the organisation's records."
    RECORDER = "recorder", "Recorder", "Reads and records."
    REVIEWER = "reviewer", "Reviewer", "Reads, records, proposes and approves."
    PUBLISHER = "publisher", "Publisher", "Reads, publishes what another proposed, and retracts."
    ADMIN = "admin", "Administrator", "Keeps members and tokens."
    DASHBOARD = "dashboard", "Dashboard", "Reads what is published, and nothing else."


class TokenKind(Vocabulary):
    """Whom a token speaks for."""

    PERSONAL = "personal", "Personal", "Acts as its member and may approve."
    SERVICE = "service", "Service", "Acts for a program and never approves."
