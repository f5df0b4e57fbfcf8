"""UCDP Georeferenced Event Dataset."""

from domain.vocab.mappings.base import (
    CodeList,
    Crosswalk,
    Match,
    NotMappable,
    Relation,
    Scheme,
    absent,
    codes,
    exact,
    matched,
)

_FIGHTERS = ("security_forces", "armed_forces", "police", "paramilitary", "direct_participant")
_SIDE = "Which of the two sides follows from the party whose losses these are."

UCDP = Scheme(
    "ucdp",
    "UCDP GED",
    "1",
    "2026-11-24",
    "UCDP GED codebook; the texts of date_prec are general knowledge and unconfirmed",
    (
        CodeList(
            "where_prec",
            "Precision of the place",
            codes(
                ("1", "Exact location"),
                ("2", "Within about 25 km of a known point"),
                ("3", "Second-order administrative division"),
                ("4", "First-order administrative division"),
                ("5", "Linear feature or general term of a landscape"),
                ("6", "Country"),
                ("7", "International waters or airspace"),
            ),
        ),
        CodeList(
            "date_prec",
            "Precision of the date",
            codes(
                ("1", "Exact day"),
                ("2", "Range of two to six days"),
                ("3", "Week"),
                ("4", "Month, or eight to thirty days"),
                ("5", "More than a month, up to a year"),
                unconfirmed=True,
            ),
        ),
        CodeList(
            "event_clarity",
            "Clarity of the event",
            codes(("1", "Event clearly identifiable"), ("2", "Aggregate or summary of events")),
        ),
        CodeList(
            "deaths",
            "Whose deaths",
            codes(
                ("deaths_a", "Fighters of side A"),
                ("deaths_b", "Fighters of side B"),
                ("deaths_civilians", "Civilians"),
                ("deaths_unknown", "Unknown"),
            ),
        ),
        CodeList("fatalities", "What is counted", codes(("deaths", "Deaths, as low, best and high"))),
        CodeList(
            "type_of_violence",
            "Type of violence",
            codes(("1", "State-based"), ("2", "Non-state"), ("3", "One-sided")),
        ),
    ),
    (
        Crosswalk(
            "place_precision",
            "where_prec",
            (
                *exact({"near": "2", "adm2": "3", "adm1": "4", "country": "6"}),
                Match("town", "1", Relation.CLOSE, "Their exact location is the named settlement."),
                *matched(Relation.BROADER, {"exact": "1", "neighbourhood": "1"}),
            ),
            (NotMappable(("unresolved",), "An event has a point; a place not yet located has none."),),
            (
                NotMappable(("5",), "A road, a river, a range: no unit holds it; kept as reported."),
                NotMappable(("7",), "No country holds it; kept as reported."),
            ),
        ),
        Crosswalk(
            "date_precision",
            "date_prec",
            (
                *exact({"day": "1", "days": "2", "week": "3"}),
                *matched(Relation.CLOSE, {"month": "4", "year": "5"}),
            ),
            (NotMappable(("period",), "The interval is what is counted over, and not a doubt about a day."),),
        ),
        Crosswalk(
            "incident_kind",
            "event_clarity",
            (
                *matched(Relation.CLOSE, {"incident": "1"}),
                *matched(Relation.BROADER, {"site": "1", "campaign": "2", "period_aggregate": "2"}),
            ),
        ),
        Crosswalk(
            "status",
            "deaths",
            (
                *exact({"unknown": "deaths_unknown"}),
                *matched(Relation.CLOSE, {"civilian": "deaths_civilians"}),
                *(
                    Match(status, column, Relation.CLOSE, _SIDE)
                    for status in _FIGHTERS
                    for column in ("deaths_a", "deaths_b")
                ),
            ),
            (
                NotMappable(
                    ("other_protected_person",),
                    "Whether medics of a side stand with its fighters is not said.",
                ),
            ),
        ),
        Crosswalk(
            "outcome",
            "fatalities",
            exact({"killed": "deaths"}),
            (
                NotMappable(
                    ("injured", "missing", "detained", "killed_or_injured"), "UCDP counts deaths only."
                ),
            ),
        ),
        *absent("UCDP does not break deaths down by sex.", "sex"),
        *absent("UCDP does not break deaths down by age.", "age_band"),
        *absent("UCDP does not code the weapon.", "cause"),
        *absent("UCDP names the two sides; how responsibility is known is not coded.", "responsibility"),
        *absent("UCDP's coder decides; no state is published.", "verification", "answer"),
    ),
    (NotMappable(("type_of_violence",), "Who fights whom is read from the parties."),),
)
