"""SDMX cross-domain code lists."""

from domain.vocab.mappings.base import (
    AGE_BAND,
    Code,
    CodeList,
    Crosswalk,
    NotMappable,
    Scheme,
    absent,
    codes,
    exact,
)

SDMX = Scheme(
    "sdmx",
    "SDMX code lists",
    "1",
    "2026-11-24",
    "SDMX CL_SEX 2.1, seven codes; their letters, and the letter of CL_OBS_STATUS, are general knowledge",
    (
        CodeList(
            "CL_SEX",
            "Sex",
            codes(
                ("F", "Female"),
                ("M", "Male"),
                ("_T", "Total"),
                ("_U", "Unknown"),
                ("_O", "Other"),
                ("_N", "Not specified"),
                ("_Z", "Not applicable"),
                unconfirmed=True,
            ),
        ),
        CodeList("CL_OBS_STATUS", "Status of an observation", (Code("M", "Missing value", True),), False),
    ),
    (
        Crosswalk(
            "sex",
            "CL_SEX",
            exact({"female": "F", "male": "M", "other": "_O", "unknown": "_U"}),
            (),
            (
                NotMappable(
                    ("_T",), "No vocabulary here has a code for a total: it is not broken down, null."
                ),
                NotMappable(("_N",), "What a figure does not speak of is not broken down, null."),
                NotMappable(("_Z",), "A figure of persons always has a sex that could be said."),
            ),
        ),
        *absent("No cross-domain code list in the source used; a data structure names its own.", AGE_BAND),
        *absent("No cross-domain code list; the lists of SDG 16.1.2 apply.", "outcome", "status", "cause"),
        *absent("SDMX has no code list of precision.", "place_precision", "date_precision"),
        *absent("SDMX has no code list for it.", "responsibility", "verification", "answer", "incident_kind"),
    ),
    (
        NotMappable(
            ("CL_OBS_STATUS",), "A number that is not known is null with a reason here; it is written as M."
        ),
    ),
)
