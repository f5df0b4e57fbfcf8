"""SDG indicator 16.1.2, conflict-related deaths: the base of our vocabularies."""

from domain.vocab.mappings.base import (
    AGE_BAND,
    CodeList,
    Crosswalk,
    NotMappable,
    Relation,
    Scheme,
    absent,
    codes,
    exact,
    matched,
)

CAUSES = codes(
    ("1", "Heavy weapons and explosive munitions"),
    ("2", "Planted explosives and unexploded ordnance"),
    ("3", "Small arms and light weapons"),
    ("4", "Incendiary"),
    ("5", "Chemical, biological, radiological, nuclear"),
    ("6", "Electromagnetic weapons"),
    ("7", "Less lethal weapons"),
    ("8", "Denial of access to or destruction of objects indispensable to survival"),
    ("9", "Accidents related to conflict"),
    ("10", "Use of objects and other means"),
    ("11", "Unknown"),
)
"""The indicator's categories of cause, by the number it gives them; Airwars uses them word for word."""

CAUSE_MATCHES = (
    *exact(
        {
            "heavy_explosive": "1",
            "planted_explosive": "2",
            "small_arms": "3",
            "incendiary": "4",
            "cbrn": "5",
            "electromagnetic": "6",
            "less_lethal": "7",
            "denial": "8",
            "accident": "9",
            "other_means": "10",
            "unknown": "11",
        }
    ),
    *matched(
        Relation.BROADER,
        {
            "air_dropped_bomb": "1",
            "drone_strike": "1",
            "artillery": "1",
            "multiple_rocket": "1",
            "missile": "1",
            "mortar": "1",
            "suicide_bomb": "1",
            "ied": "2",
            "landmine": "2",
            "unexploded_ordnance": "2",
            "grenade": "3",
        },
    ),
)

SDG = Scheme(
    "sdg",
    "SDG indicator 16.1.2",
    "1",
    "2026-11-24",
    "OHCHR methodology of indicator 16.1.2, categories as quoted by Every Casualty (newsletter, May 2019)",
    (
        CodeList("sex", "Sex", codes(("man", "Man"), ("woman", "Woman"), ("unknown", "Unknown"))),
        CodeList(
            "age_group",
            "Age group",
            codes(("adult", "Adult (18+)"), ("child", "Child (under 18)"), ("unknown", "Unknown")),
        ),
        CodeList("cause", "Cause of death", CAUSES),
        CodeList(
            "status",
            "Status of the person",
            codes(
                ("civilian", "Civilian"),
                ("other_protected_person", "Other protected person"),
                ("member_of_armed_forces", "Member of armed forces"),
                ("direct_participant", "Person directly participating in hostilities"),
                ("unknown", "Unknown"),
            ),
        ),
        CodeList(
            "data_type",
            "Type of data",
            codes(
                ("documented", "Individually documented deaths"),
                ("estimated", "Statistically estimated undocumented deaths"),
            ),
        ),
    ),
    (
        Crosswalk(
            "sex",
            "sex",
            exact({"female": "woman", "male": "man", "unknown": "unknown"}),
            (
                NotMappable(
                    ("other",),
                    "The indicator has two sexes and unknown; somebody stated as neither is not unknown.",
                ),
            ),
        ),
        Crosswalk(AGE_BAND, "age_group", exact({"0-17": "child", "18+": "adult", "unknown": "unknown"})),
        Crosswalk("cause", "cause", CAUSE_MATCHES),
        Crosswalk(
            "status",
            "status",
            exact(
                {
                    "civilian": "civilian",
                    "other_protected_person": "other_protected_person",
                    "armed_forces": "member_of_armed_forces",
                    "direct_participant": "direct_participant",
                    "unknown": "unknown",
                }
            ),
            (
                NotMappable(
                    ("security_forces", "police", "paramilitary"),
                    "Whether police and paramilitaries count as civilians or armed forces is an "
                    "organisation's setting, printed with its tables.",
                ),
            ),
        ),
        Crosswalk(
            "outcome",
            "data_type",
            matched(
                Relation.CLOSE,
                {"killed": "documented"},
                "Documented one by one or counted in a report; the indicator asks for the first.",
            ),
            (
                NotMappable(
                    ("injured", "missing", "detained", "killed_or_injured"),
                    "The indicator counts deaths only.",
                ),
            ),
            (NotMappable(("estimated",), "The record holds what sources said; it estimates nothing."),),
        ),
        *absent("The indicator's tables give units, not how precisely a place is known.", "place_precision"),
        *absent("The indicator counts by year; it has no precision of dates.", "date_precision"),
        *absent("The indicator does not say whose act a death was.", "responsibility"),
        *absent("The indicator takes documented deaths and gives no state.", "verification", "answer"),
        *absent("The indicator counts persons and has no incidents.", "incident_kind"),
    ),
)
