"""MRM, the monitoring of grave violations against children, as Primero version 2 implements it."""

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

_CHILDREN = "MRM counts children only; ours counts everybody."
_STATES = (
    *exact({"verified": "verified", "pending": "pending_verification"}),
    *matched(Relation.BROADER, {"contested": "unverified", "inconclusive": "unverified"}),
    Match(
        "verified",
        "falsely_attributed",
        Relation.NARROWER,
        "Verified harm with responsibility answered rejected.",
    ),
)

MRM = Scheme(
    "mrm",
    "MRM (Primero)",
    "1",
    "2026-11-24",
    "Primero version 2, its code lists as observed in the published code",
    (
        CodeList(
            "violation",
            "Violation type",
            codes(
                ("killing", "Killing"),
                ("maiming", "Maiming"),
                ("recruitment", "Recruitment"),
                ("sexual_violence", "Sexual violence"),
                ("abduction", "Abduction"),
                ("attack_on_hospitals", "Attack on hospitals"),
                ("attack_on_schools", "Attack on schools"),
                ("military_use", "Military use"),
                ("denial_humanitarian_access", "Denial of humanitarian access"),
                ("deprivation_liberty", "Deprivation of liberty"),
            ),
        ),
        CodeList("gender", "Gender", codes(("male", "Male"), ("female", "Female"), ("mixed", "Mixed group"))),
        CodeList("tally", "Tally", codes(("boys", "Boys"), ("girls", "Girls"), ("unknown", "Unknown"))),
        CodeList(
            "age_ranges",
            "Age ranges, Primero",
            codes(("0-5", "0-5"), ("6-11", "6-11"), ("12-17", "12-17"), ("18+", "18+")),
        ),
        CodeList(
            "age_ranges_unhcr",
            "Age ranges, UNHCR set",
            codes(("0-4", "0-4"), ("5-11", "5-11"), ("12-17", "12-17"), ("18-59", "18-59"), ("60+", "60+")),
        ),
        CodeList(
            "verification",
            "Verification status",
            codes(
                ("verified", "Verified"),
                ("unverified", "Unverified"),
                ("pending_verification", "Pending verification"),
                ("falsely_attributed", "Falsely attributed"),
                ("rejected", "Rejected"),
            ),
        ),
    ),
    (
        Crosswalk(
            "outcome",
            "violation",
            (
                *matched(Relation.NARROWER, {"killed": "killing", "injured": "maiming"}, _CHILDREN),
                *matched(Relation.NARROWER, {"detained": "abduction"}, _CHILDREN),
                Match("detained", "deprivation_liberty", Relation.NARROWER, _CHILDREN),
            ),
            (
                NotMappable(("missing",), "MRM has no violation for persons missing."),
                NotMappable(
                    ("killed_or_injured",), "Killing and maiming are two violations; which is not known."
                ),
            ),
            (
                NotMappable(("recruitment", "sexual_violence"), "The record counts no outcome of this kind."),
                NotMappable(
                    (
                        "attack_on_hospitals",
                        "attack_on_schools",
                        "military_use",
                        "denial_humanitarian_access",
                    ),
                    "Counted as violations and not as persons; harm to things is an object figure.",
                ),
            ),
        ),
        Crosswalk(
            "sex",
            "gender",
            exact({"female": "female", "male": "male"}),
            (NotMappable(("other", "unknown"), "Persons are recorded as male or female."),),
            (NotMappable(("mixed",), "A group of both; here each sex has its own figure."),),
        ),
        Crosswalk(
            "sex",
            "tally",
            matched(Relation.NARROWER, {"female": "girls", "male": "boys", "unknown": "unknown"}, _CHILDREN),
            (NotMappable(("other",), "The tally knows boys, girls and unknown."),),
        ),
        Crosswalk(
            AGE_BAND,
            "age_ranges",
            (
                *exact({"18+": "18+"}),
                Match("0-17", "0-5", Relation.NARROWER),
                Match("0-17", "6-11", Relation.NARROWER),
                Match("0-17", "12-17", Relation.NARROWER),
            ),
            (NotMappable(("unknown",), "The ranges have none for an unknown age."),),
        ),
        Crosswalk(
            AGE_BAND,
            "age_ranges_unhcr",
            (
                Match("0-17", "0-4", Relation.NARROWER),
                Match("0-17", "5-11", Relation.NARROWER),
                Match("0-17", "12-17", Relation.NARROWER),
                Match("18+", "18-59", Relation.NARROWER),
                Match("18+", "60+", Relation.NARROWER),
            ),
            (NotMappable(("unknown",), "The ranges have none for an unknown age."),),
        ),
        Crosswalk(
            "verification",
            "verification",
            _STATES,
            (),
            (NotMappable(("rejected",), "What is rejected makes no fact and has no state of a cell."),),
        ),
        Crosswalk("answer", "verification", (*_STATES, *exact({"rejected": "rejected"}))),
        *absent("MRM counts children whatever their status.", "status"),
        *absent("The weapon is a field of its own, whose codes our source does not give.", "cause"),
        *absent("Places are kept as units, without a code of precision.", "place_precision"),
        *absent("Dates are a day or a range, without a code of precision.", "date_precision"),
        *absent("Perpetrators are named, without a code for how it is known.", "responsibility"),
        *absent("MRM counts violations and has no tree of incidents.", "incident_kind"),
    ),
)
