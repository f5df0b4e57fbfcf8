"""Airwars: the codes its incident pages show."""

from domain.vocab.mappings.base import (
    AGE_BAND,
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
from domain.vocab.mappings.sdg import CAUSE_MATCHES, CAUSES

_GRADES = ("confirmed", "fair", "weak", "discounted")

AIRWARS = Scheme(
    "airwars",
    "Airwars",
    "1",
    "2026-11-24",
    "Airwars incident pages and their data, as observed; its causes are those of SDG 16.1.2",
    (
        CodeList("cause", "Cause of injury or death", CAUSES),
        CodeList(
            "strike_type",
            "Strike type",
            codes(
                ("airstrike", "Airstrike"),
                ("airstrike_plane", "Airstrike (plane)"),
                ("airstrike_drone", "Airstrike (drone)"),
                ("airstrike_helicopter", "Airstrike (helicopter)"),
                ("artillery", "Artillery"),
                ("airstrike_or_artillery", "Airstrike and/or artillery"),
                ("unknown", "Unknown"),
                ("other", "Other"),
            ),
        ),
        CodeList(
            "status",
            "Status of the person",
            (
                *codes(("civilians", "Civilians"), unconfirmed=True),
                *codes(
                    ("other_protected_persons", "Other protected persons"),
                    (
                        "persons_directly_participating_in_hostilities",
                        "Persons directly participating in hostilities",
                    ),
                    ("undetermined", "Undetermined"),
                ),
                *codes(("members_of_armed_forces", "Members of armed forces"), unconfirmed=True),
            ),
        ),
        CodeList(
            "persons",
            "Children, women, men and the rest",
            codes(("children", "Children"), ("women", "Women"), ("men", "Men"), ("rest", "Not told apart")),
        ),
        CodeList("harm", "Harm", codes(("killed", "Killed"), ("injured", "Injured"))),
        CodeList(
            "accuracy",
            "Accuracy of the geolocation",
            codes(
                ("exact", "Exact location"),
                ("within_1m", "Within 1 m"),
                ("within_100m", "Within 100 m"),
                ("street", "Street"),
                ("nearby_landmark", "Nearby landmark"),
                ("neighbourhood", "Neighbourhood or area"),
                ("village", "Village"),
                ("town", "Town"),
                ("city", "City"),
                ("subdistrict", "Subdistrict"),
                ("district", "District"),
                ("province", "Province or governorate"),
            ),
        ),
        CodeList("date_type", "Type of date", codes(("single", "Single date"), ("range", "Date range"))),
        CodeList(
            "strike_status",
            "Strike status",
            codes(
                ("declared", "Declared strike"),
                ("likely", "Likely strike"),
                ("contested", "Contested strike"),
                ("single_source", "Single-source claim"),
            ),
        ),
        CodeList(
            "belligerent_assessment",
            "Belligerent's own assessment",
            codes(("credible", "Credible"), ("non_credible", "Non-credible or unsubstantiated")),
        ),
        CodeList(
            "grade",
            "Harm grading",
            codes(
                ("confirmed", "Confirmed"),
                ("fair", "Fair"),
                ("weak", "Weak"),
                ("contested", "Contested"),
                ("discounted", "Discounted"),
            ),
        ),
        CodeList(
            "occupation",
            "Groups of persons",
            codes(
                ("human_rights_defenders", "Human rights defenders"),
                ("journalists", "Journalists"),
                ("trade_unionists", "Trade unionists"),
                ("healthcare_personnel", "Healthcare personnel"),
            ),
        ),
    ),
    (
        Crosswalk("cause", "cause", CAUSE_MATCHES),
        Crosswalk(
            "cause",
            "strike_type",
            (
                *exact({"unknown": "unknown"}),
                *matched(Relation.CLOSE, {"artillery": "artillery", "drone_strike": "airstrike_drone"}),
                Match("heavy_explosive", "airstrike", Relation.NARROWER),
                Match("heavy_explosive", "airstrike_plane", Relation.NARROWER),
                Match("heavy_explosive", "airstrike_helicopter", Relation.NARROWER),
                Match("heavy_explosive", "airstrike_or_artillery", Relation.NARROWER),
                Match("air_dropped_bomb", "airstrike", Relation.BROADER),
            ),
            (
                NotMappable(
                    (
                        "multiple_rocket",
                        "missile",
                        "mortar",
                        "suicide_bomb",
                        "planted_explosive",
                        "ied",
                        "landmine",
                        "unexploded_ordnance",
                        "small_arms",
                        "grenade",
                        "incendiary",
                        "cbrn",
                        "electromagnetic",
                        "less_lethal",
                        "denial",
                        "accident",
                        "other_means",
                    ),
                    "Strike types name who fired from what; use the list of causes.",
                ),
            ),
            (NotMappable(("other",), "Another type of strike, not named; nothing is known of the weapon."),),
        ),
        Crosswalk(
            "status",
            "status",
            exact(
                {
                    "civilian": "civilians",
                    "other_protected_person": "other_protected_persons",
                    "direct_participant": "persons_directly_participating_in_hostilities",
                    "armed_forces": "members_of_armed_forces",
                    "unknown": "undetermined",
                }
            ),
            (
                NotMappable(
                    ("security_forces", "police", "paramilitary"),
                    "As in SDG 16.1.2: whose status is theirs is an organisation's setting.",
                ),
            ),
        ),
        Crosswalk(
            AGE_BAND,
            "persons",
            (
                *exact({"0-17": "children"}),
                Match("18+", "women", Relation.NARROWER),
                Match("18+", "men", Relation.NARROWER),
                Match("unknown", "rest", Relation.CLOSE, "The rest may be of known sex."),
            ),
        ),
        Crosswalk(
            "sex",
            "persons",
            (
                Match("female", "women", Relation.NARROWER, "Girls are among the children."),
                Match("male", "men", Relation.NARROWER, "Boys are among the children."),
                Match("unknown", "rest", Relation.CLOSE),
            ),
            (NotMappable(("other",), "The totals know women and men."),),
            (NotMappable(("children",), "Children are not told apart by sex."),),
        ),
        Crosswalk(
            "outcome",
            "harm",
            exact({"killed": "killed", "injured": "injured"}),
            (
                NotMappable(
                    ("missing", "detained", "killed_or_injured"), "Airwars counts the killed and the injured."
                ),
            ),
        ),
        Crosswalk(
            "place_precision",
            "accuracy",
            (
                *exact({"exact": "within_100m", "neighbourhood": "neighbourhood"}),
                Match("exact", "exact", Relation.NARROWER),
                Match("exact", "within_1m", Relation.NARROWER),
                Match("neighbourhood", "street", Relation.NARROWER),
                Match("neighbourhood", "nearby_landmark", Relation.NARROWER),
                Match("town", "village", Relation.NARROWER),
                Match("town", "town", Relation.CLOSE, "Ours holds villages and cities too."),
                Match("town", "city", Relation.NARROWER),
                Match("adm2", "subdistrict", Relation.NARROWER),
                Match(
                    "adm2", "district", Relation.CLOSE, "Which level a district is depends on the country."
                ),
                Match(
                    "adm1", "province", Relation.CLOSE, "Which level a province is depends on the country."
                ),
            ),
            (NotMappable(("near", "country", "unresolved"), "Airwars has no accuracy of this kind."),),
        ),
        Crosswalk(
            "date_precision",
            "date_type",
            (
                *exact({"day": "single"}),
                *matched(
                    Relation.BROADER,
                    dict.fromkeys(("days", "week", "month", "year", "period"), "range"),
                ),
            ),
        ),
        Crosswalk(
            "responsibility",
            "strike_status",
            (
                *exact({"declared": "declared", "contested": "contested"}),
                Match("suspected", "likely", Relation.CLOSE),
                Match("suspected", "single_source", Relation.NARROWER),
            ),
            (NotMappable(("conceded",), "That a strike is declared does not concede the harm."),),
        ),
        Crosswalk(
            "responsibility",
            "belligerent_assessment",
            matched(Relation.CLOSE, {"conceded": "credible"}, "A party that finds an allegation credible."),
            (
                NotMappable(
                    ("suspected", "declared", "contested"), "It is the belligerent's word on the harm alone."
                ),
            ),
            (NotMappable(("non_credible",), "A denial is recorded as a claim of that party."),),
        ),
        Crosswalk(
            "verification",
            "grade",
            matched(Relation.CLOSE, {"contested": "contested"}, "Theirs is about whose act it was."),
            (
                NotMappable(
                    ("verified", "pending", "inconclusive"),
                    "A grade counts sources; it is no finding of ours.",
                ),
            ),
            (NotMappable(_GRADES, "Derived from the claims by its definitions: see /v1/grades."),),
        ),
        Crosswalk(
            "answer",
            "grade",
            matched(Relation.CLOSE, {"contested": "contested"}, "Theirs is about whose act it was."),
            (
                NotMappable(
                    ("verified", "pending", "inconclusive", "rejected"),
                    "A grade counts sources; it is no finding of ours.",
                ),
            ),
            (NotMappable(_GRADES, "Derived from the claims by its definitions: see /v1/grades."),),
        ),
        *absent("Airwars records incidents and no trees of them.", "incident_kind"),
        Crosswalk(
            "group",
            "occupation",
            exact(
                {
                    "human_rights_defender": "human_rights_defenders",
                    "journalist": "journalists",
                    "trade_unionist": "trade_unionists",
                    "health_worker": "healthcare_personnel",
                }
            ),
            (
                NotMappable(
                    ("aid_worker", "education_worker", "foreign_national", "displaced"),
                    "Airwars has no field for this group.",
                ),
            ),
        ),
    ),
)
