"""Vocabularies of an incident: what kind, when, where, and who is held responsible."""

from domain.vocab.base import Vocabulary


class IncidentKind(Vocabulary):
    """What an incident stands for in the tree."""

    CAMPAIGN = "campaign", "Campaign", "Coordinated acts over several places or days."
    INCIDENT = "incident", "Incident", "Harm at one place and time."
    SITE = "site", "Site", "One place of an incident."
    PERIOD_AGGREGATE = (
        "period_aggregate",
        "Period aggregate",
        "A count over a period: a morgue's month, a list of the dead.",
    )


class IncidentState(Vocabulary):
    """How far the organisation's work on the incident has come."""

    DRAFT = "draft", "Draft", "Recorded; nothing proposed yet."
    PROPOSED = "proposed", "Proposed", "An assessment awaits another member's approval."
    ASSESSED = "assessed", "Assessed", "An approved assessment is in force."
    NEEDS_REVIEW = (
        "needs_review",
        "Needs review",
        "A claim or listing is newer than the assessment in force.",
    )
    OUT_OF_SCOPE = "out_of_scope", "Out of scope", "Excluded with a reason; stays queryable."


class OutOfScopeReason(Vocabulary):
    """Why an incident is not counted."""

    NOT_CONFLICT_RELATED = "not_conflict_related", "Not conflict-related", "Outside the mandate."
    OUTSIDE_AREA = "outside_area", "Outside the area", "Outside the geographic mandate."
    OUTSIDE_PERIOD = "outside_period", "Outside the period", "Outside the period recorded."
    NO_HARM = "no_harm", "No harm", "Found to have harmed nobody."
    DUPLICATE = "duplicate", "Duplicate", "Recorded already under another code."
    FABRICATED = "fabricated", "Fabricated", "Found not to have happened."


class DateMode(Vocabulary):
    """How the interval is meant."""

    WITHIN = "within", "Within", "At some time in the interval, not known when."
    THROUGHOUT = "throughout", "Throughout", "On every day of the interval."


class DatePrecision(Vocabulary):
    """How precisely the time is known."""

    DAY = "day", "Day", "The calendar day is known."
    DAYS = "days", "A few days", "Within two to six days."
    WEEK = "week", "Week", "Within a week."
    MONTH = "month", "Month", "Within a month."
    YEAR = "year", "Year", "Within a year."
    PERIOD = "period", "Period", "The interval itself is what is counted over."


class DateBasis(Vocabulary):
    """Where the date comes from."""

    STATED = "stated", "Stated", "A report states it."
    INFERRED = "inferred", "Inferred", "Worked out from the report's words and its date."
    OUTSIDE_KNOWLEDGE = (
        "outside_knowledge",
        "Outside knowledge",
        "Partly known from elsewhere, for example a year that no report names.",
    )


class PlacePrecision(Vocabulary):
    """How precisely the place is known; a centroid never goes without it."""

    EXACT = "exact", "Exact", "The spot itself, within about 100 m."
    NEIGHBOURHOOD = "neighbourhood", "Neighbourhood", "Within about 1 km."
    TOWN = "town", "Town or village", "A named settlement; the point is its centre."
    NEAR = "near", "Near a known point", "Within about 25 km of a named point."
    ADM2 = "adm2", "District", "Somewhere in the second-level unit."
    ADM1 = "adm1", "Province", "Somewhere in the first-level unit."
    COUNTRY = "country", "Country", "Somewhere in the country."
    UNRESOLVED = "unresolved", "Unresolved", "Named by a report and not yet located."


class PlaceBasis(Vocabulary):
    """How a reported name came to its resolution."""

    REPORTED = "reported", "Reported", "The report itself gives the unit or point."
    GAZETTEER = "gazetteer", "Gazetteer", "Matched to a gazetteer entry."
    GEOLOCATED = "geolocated", "Geolocated", "Located from images or other evidence."
    RECORDER = "recorder", "Recorder", "The recorder's own knowledge."


class Responsibility(Vocabulary):
    """How a party's responsibility is known."""

    SUSPECTED = "suspected", "Suspected", "Others say so."
    DECLARED = "declared", "Declared", "The party claimed the act."
    CONCEDED = "conceded", "Conceded", "The party admitted the harm."
    CONTESTED = "contested", "Contested", "Parties blame each other."
