"""The grades that other schemes give, with their published definitions, as versioned data.

They are never stored: ``domain/grades.py`` derives them from what an assessment found. A scheme's code
is never redefined; a changed definition is a new version of the scheme.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GradeCode:
    """One grade: its code, label and published definition, and what it is derived from here.

    ``ours`` marks a code that the scheme does not have and that says why it gives no grade.
    """

    code: str
    label: str
    definition: str
    derived_from: str
    ours: bool = False


@dataclass(frozen=True, slots=True)
class GradeScheme:
    """A scheme of grades: whose it is, which version of our reading of it, and from which day."""

    name: str
    title: str
    version: str
    dated: str
    source: str
    grades: tuple[GradeCode, ...]

    def codes(self) -> tuple[str, ...]:
        """Give every code, in the order in which the scheme is applied."""
        return tuple(grade.code for grade in self.grades)


AIRWARS = GradeScheme(
    "airwars",
    "Airwars harm grading",
    "1",
    "2026-11-24",
    "Airwars, published definitions of its civilian harm grading, as shown with its incidents",
    (
        GradeCode(
            "discounted",
            "Discounted",
            "Those killed were combatants, or other parties most likely responsible.",
            "all who report it say that everybody harmed was a fighter (police are none), or a party other "
            "than those accused is found responsible and no accused party has conceded",
        ),
        GradeCode(
            "confirmed",
            "Confirmed",
            "A belligerent has accepted responsibility.",
            "a party conceded the harm",
        ),
        GradeCode(
            "contested",
            "Contested",
            "Competing claims of responsibility.",
            "more than one party is said to be responsible",
        ),
        GradeCode(
            "fair",
            "Fair",
            "Two or more credible sources, with likely or confirmed near actions by a belligerent.",
            "two or more credible sources that speak for no party, and one party said to be responsible",
        ),
        GradeCode(
            "weak",
            "Weak",
            "A single source.",
            "one credible source, or more of them without a belligerent's action, which Fair asks for",
        ),
        GradeCode(
            "ungraded",
            "Not graded",
            "The scheme grades what credible sources report; here none does.",
            "no credible source that speaks for no party",
            ours=True,
        ),
    ),
)

MRM = GradeScheme(
    "mrm",
    "Monitoring and Reporting Mechanism on grave violations against children",
    "1",
    "2026-11-24",
    "UN Security Council resolution 1612 (2005) and following, as implemented in Primero version 2",
    (
        GradeCode(
            "rejected",
            "Rejected",
            "Found not to have happened.",
            "occurrence, harm or the count is answered rejected",
        ),
        GradeCode(
            "verified",
            "Verified",
            "Verified by the country task force; late when that was after the end of its quarter.",
            "occurrence, harm and the count are answered verified",
        ),
        GradeCode(
            "falsely_attributed",
            "Falsely attributed",
            "The harm is verified and the perpetrator named is not the one.",
            "verified, with responsibility answered rejected",
        ),
        GradeCode(
            "pending_verification",
            "Pending verification",
            "Verification is under way.",
            "an answer is pending, none contested, inconclusive or rejected",
        ),
        GradeCode(
            "unverified",
            "Unverified",
            "Examined, and not verified; not the same as pending.",
            "an answer is contested or inconclusive, none rejected",
        ),
    ),
)

IBC = GradeScheme(
    "ibc",
    "Iraq Body Count's two-source rule",
    "1",
    "2026-11-24",
    "Iraq Body Count, published methods: inclusion on two independent data sources, else provisional",
    (
        GradeCode(
            "included",
            "Included",
            "Reported by at least two independent data sources.",
            "a number that two independent claims both give of persons who can be the same (R4)",
        ),
        GradeCode(
            "provisional",
            "Provisional",
            "Reported, and not yet by two independent data sources.",
            "one origin, several that are not independent of each other, or independent ones who count "
            "different persons",
        ),
        GradeCode(
            "ungraded",
            "Not graded",
            "The scheme includes what data sources report; here none does.",
            "no claim states a number",
            ours=True,
        ),
    ),
)

OHCHR = GradeScheme(
    "ohchr",
    "OHCHR casualty recording",
    "1",
    "2026-11-24",
    "OHCHR, Guidance on Casualty Recording (HR/PUB/19/1, 2019) and its public updates",
    (
        GradeCode(
            "verified",
            "Verified",
            "Checked and found so under the standard of proof.",
            "occurrence, harm and the count are answered verified",
        ),
        GradeCode(
            "pending_corroboration",
            "Pending corroboration",
            "Reported and not yet verified; not in the published figure.",
            "an answer is pending, contested or inconclusive, none rejected",
        ),
        GradeCode(
            "excluded",
            "Not counted",
            "The updates publish verified and pending numbers; what was found not to be so is in neither.",
            "occurrence, harm or the count is answered rejected",
            ours=True,
        ),
    ),
)

GRADE_SCHEMES = {scheme.name: scheme for scheme in (AIRWARS, MRM, IBC, OHCHR)}
"""Every scheme by name."""
