"""ACLED."""

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

_ACTS = (
    "Sexual violence",
    "Attack",
    "Abduction/forced disappearance",
    "Mob violence",
    "Excessive force against protesters",
)
_WEAPONS = (
    "Air/drone strike",
    "Suicide bomb",
    "Shelling/artillery/missile attack",
    "Remote explosive/landmine/IED",
    "Grenade",
    "Chemical weapon",
)

ACLED = Scheme(
    "acled",
    "ACLED",
    "1",
    "2026-11-24",
    "ACLED codebook and notes; 11 of its 25 sub-events are named in the source used, and its texts of "
    "time_precision differ",
    (
        CodeList(
            "event_type",
            "Event type",
            codes(
                ("Battles", "Battles"),
                ("Violence against civilians", "Violence against civilians"),
                ("Explosions/Remote violence", "Explosions and remote violence"),
                ("Protests", "Protests"),
                ("Riots", "Riots"),
                ("Strategic developments", "Strategic developments"),
            ),
        ),
        CodeList(
            "sub_event_type",
            "Sub-event type",
            codes(*((name, name) for name in (*_WEAPONS, *_ACTS))),
            complete=False,
        ),
        CodeList(
            "geo_precision",
            "Precision of the place",
            codes(
                ("1", "Town, or near area"),
                ("2", "Wider part; a district's capital may stand for it"),
                ("3", "Province; its capital stands for it"),
            ),
        ),
        CodeList(
            "time_precision",
            "Precision of the date",
            (
                *codes(("1", "Actual date"), ("2", "Specific week or weekend")),
                *codes(("3", "Month; by another text the middle of a week"), unconfirmed=True),
            ),
        ),
        CodeList("fatalities", "What is counted", codes(("fatalities", "Reported fatalities"))),
    ),
    (
        Crosswalk(
            "cause",
            "sub_event_type",
            (
                *exact({"suicide_bomb": "Suicide bomb", "grenade": "Grenade"}),
                *matched(
                    Relation.BROADER,
                    {
                        "air_dropped_bomb": "Air/drone strike",
                        "drone_strike": "Air/drone strike",
                        "artillery": "Shelling/artillery/missile attack",
                        "multiple_rocket": "Shelling/artillery/missile attack",
                        "missile": "Shelling/artillery/missile attack",
                        "mortar": "Shelling/artillery/missile attack",
                        "ied": "Remote explosive/landmine/IED",
                        "landmine": "Remote explosive/landmine/IED",
                    },
                ),
                *matched(Relation.CLOSE, {"planted_explosive": "Remote explosive/landmine/IED"}),
                Match("cbrn", "Chemical weapon", Relation.NARROWER),
            ),
            (
                NotMappable(
                    ("heavy_explosive",),
                    "Strikes from the air and shelling are two sub-events; which is open.",
                ),
                NotMappable(("unexploded_ordnance",), "Our source does not say where ACLED puts it."),
                NotMappable(
                    (
                        "small_arms",
                        "incendiary",
                        "electromagnetic",
                        "less_lethal",
                        "denial",
                        "accident",
                        "other_means",
                        "unknown",
                    ),
                    "ACLED names the act and not the weapon.",
                ),
            ),
            (NotMappable(_ACTS, "It names the act; with what it was done is not said."),),
        ),
        Crosswalk(
            "outcome",
            "sub_event_type",
            (
                Match(
                    "detained",
                    "Abduction/forced disappearance",
                    Relation.CLOSE,
                    "Missing persons among them.",
                ),
            ),
            (
                NotMappable(
                    ("killed", "injured", "missing", "killed_or_injured"),
                    "A sub-event is no outcome of a person.",
                ),
            ),
            (
                NotMappable(
                    (
                        *_WEAPONS,
                        "Sexual violence",
                        "Attack",
                        "Mob violence",
                        "Excessive force against protesters",
                    ),
                    "What happened to the persons is not said by the sub-event.",
                ),
            ),
        ),
        Crosswalk(
            "outcome",
            "fatalities",
            exact({"killed": "fatalities"}),
            (
                NotMappable(
                    ("injured", "missing", "detained", "killed_or_injured"), "ACLED counts fatalities only."
                ),
            ),
        ),
        Crosswalk(
            "place_precision",
            "geo_precision",
            (
                *matched(Relation.BROADER, {"exact": "1", "neighbourhood": "1"}),
                *matched(Relation.CLOSE, {"town": "1", "adm2": "2", "adm1": "3"}),
                *matched(Relation.BROADER, {"near": "2"}),
            ),
            (NotMappable(("country", "unresolved"), "Every event has a town, a part or a province."),),
        ),
        Crosswalk(
            "date_precision",
            "time_precision",
            (
                *exact({"day": "1"}),
                *matched(Relation.BROADER, {"days": "2"}),
                *matched(Relation.CLOSE, {"week": "2", "month": "3"}),
            ),
            (NotMappable(("year", "period"), "Events are coded by month at the widest."),),
        ),
        *absent("ACLED gives one number and does not break it down by status.", "status"),
        *absent("ACLED does not break fatalities down by sex.", "sex"),
        *absent("ACLED does not break fatalities down by age.", "age_band"),
        *absent("ACLED names actors; how responsibility is known is not coded.", "responsibility"),
        *absent("ACLED takes the most conservative number; no state is published.", "verification", "answer"),
        *absent("ACLED splits a summary over days and places, which R8 forbids here.", "incident_kind"),
    ),
    (NotMappable(("event_type",), "Who acts against whom is read from the parties and the status."),),
)
