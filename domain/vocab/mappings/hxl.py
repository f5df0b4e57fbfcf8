"""HXL attributes, and the gender codes of HDX HAPI that go with them."""

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

_LIMITS = "HXL fixes no limits of age; a table says which it used."

HXL = Scheme(
    "hxl",
    "HXL and HDX HAPI",
    "1",
    "2026-11-24",
    "HXL attributes as published tag lists show them, their meanings unconfirmed; HDX HAPI's codes observed",
    (
        CodeList(
            "sex_attribute",
            "Attributes of sex",
            codes(("+f", "Female"), ("+m", "Male"), ("+i", "Intersex or other"), unconfirmed=True),
        ),
        CodeList(
            "age_attribute",
            "Attributes of age",
            codes(
                ("+infants", "Infants"),
                ("+children", "Children"),
                ("+adolescents", "Adolescents"),
                ("+adults", "Adults"),
                ("+elderly", "Elderly"),
                unconfirmed=True,
            ),
        ),
        CodeList(
            "outcome_attribute",
            "Attributes of what happened",
            codes(
                ("+killed", "Killed"),
                ("+injured", "Injured"),
                ("+infected", "Infected"),
                ("+displaced", "Displaced"),
                ("+idps", "Internally displaced"),
                unconfirmed=True,
            ),
        ),
        CodeList(
            "hapi_gender",
            "HDX HAPI gender",
            codes(
                ("f", "Female"),
                ("m", "Male"),
                ("x", "Non-binary"),
                ("u", "Unspecified"),
                ("o", "Other"),
                ("all", "All"),
            ),
        ),
    ),
    (
        Crosswalk(
            "sex",
            "sex_attribute",
            (
                *exact({"female": "+f", "male": "+m"}),
                Match("other", "+i", Relation.CLOSE, "Some tables use +i for an unknown sex."),
            ),
            (NotMappable(("unknown",), "No attribute; the column goes without one and a note says so."),),
        ),
        Crosswalk(
            "sex",
            "hapi_gender",
            (
                *exact({"female": "f", "male": "m", "other": "o"}),
                Match("other", "x", Relation.NARROWER),
                Match("unknown", "u", Relation.CLOSE, "Unspecified may be unknown or not asked."),
            ),
            (),
            (NotMappable(("all",), "No vocabulary here has a code for all: it is not broken down, null."),),
        ),
        Crosswalk(
            AGE_BAND,
            "age_attribute",
            (
                *matched(Relation.CLOSE, {"0-17": "+children", "18+": "+adults"}, _LIMITS),
                Match("0-17", "+infants", Relation.NARROWER, _LIMITS),
                Match("0-17", "+adolescents", Relation.NARROWER, _LIMITS),
                Match("18+", "+elderly", Relation.NARROWER, _LIMITS),
            ),
            (NotMappable(("unknown",), "No attribute; the column goes without one and a note says so."),),
        ),
        Crosswalk(
            "outcome",
            "outcome_attribute",
            exact({"killed": "+killed", "injured": "+injured"}),
            (
                NotMappable(
                    ("missing", "detained", "killed_or_injured"),
                    "Our source shows no attribute; HXL lets a table add its own.",
                ),
            ),
            (
                NotMappable(
                    ("+infected", "+displaced", "+idps"), "The record counts no outcome of this kind."
                ),
            ),
        ),
        *absent("Our source shows no attribute of the person's status.", "status"),
        *absent("HXL has columns of text for it and no codes.", "cause", "responsibility"),
        *absent("HXL tags columns and has no codes of precision.", "place_precision", "date_precision"),
        *absent("HXL has no codes of verification.", "verification", "answer"),
        *absent("HXL tags columns and has no incidents.", "incident_kind"),
    ),
)
