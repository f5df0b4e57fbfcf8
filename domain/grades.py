"""Grades of other schemes, derived from what an assessment found by their published definitions.

The five answers are kept and the grades are not: a grade is a view, and its reason says in words what it
was derived from. The definitions, with their versions, are data in ``domain/vocab/grading.py``.
"""

from __future__ import annotations

from domain.answers import weakest
from domain.figures import Grade
from domain.vocab import Answer


def airwars_grade(
    *, credible_sources: int, conceded: bool, accused: int, all_fighters: bool, others_responsible: bool
) -> Grade:
    """Give the grade of Airwars for the harm of one incident.

    ``credible_sources`` counts the credible sources that speak for no party, ``accused`` the distinct
    parties that competing claims say are responsible. ``conceded``: one of these accepted responsibility.
    ``all_fighters``: everybody harmed is reported to have been a fighter. ``others_responsible``: somebody
    else is found most likely responsible.

    The definitions are read in the order discounted for fighters, confirmed, discounted for others'
    acts, contested, fair, weak: an admission says more than the word of others, and no admission makes
    fighters civilians. Fair asks for a belligerent's action, so where no party is accused several
    credible sources are weak all the same.
    """

    def graded(code: str, reason: str) -> Grade:
        return Grade("airwars", code, reason)

    if all_fighters:
        return graded("discounted", "All who report it say that everybody harmed was a fighter.")
    if conceded:
        return graded("confirmed", "A belligerent has accepted responsibility.")
    if others_responsible:
        return graded("discounted", "Other parties than those accused are most likely responsible.")
    if accused > 1:
        return graded("contested", f"Competing claims: {accused} parties are said to be responsible.")
    if credible_sources <= 0:
        return graded("ungraded", "No credible source that speaks for no party reports the harm.")
    if credible_sources == 1:
        return graded("weak", "A single credible source reports the harm.")
    if accused == 0:
        return graded(
            "weak",
            f"{credible_sources} credible sources report the harm and none says whose act it was; Fair asks "
            "for a belligerent's action.",
        )
    return graded("fair", f"{credible_sources} credible sources report the harm, by one party's action.")


def mrm_status(*, occurrence: str, harm: str, how_many: str, responsibility: str) -> Grade:
    """Give the verification status that MRM records for a violation.

    All are codes of the vocabulary ``answer``. Pending is not unverified: one is not yet examined,
    the other was and could not be verified. A perpetrator found not to be the one keeps the harm.
    Whether it was verified late is a date's matter (``domain/verification.py``).
    """
    state = weakest(occurrence, harm, how_many)
    if state == Answer.REJECTED:
        return Grade("mrm", "rejected", "It is found not to be so.")
    if state == Answer.VERIFIED and responsibility == Answer.REJECTED:
        return Grade(
            "mrm", "falsely_attributed", "The harm is verified, and the party named is not responsible."
        )
    if state == Answer.VERIFIED:
        return Grade("mrm", "verified", "Occurrence, harm and the count are verified.")
    if state == Answer.PENDING:
        return Grade("mrm", "pending_verification", "An answer is still pending.")
    return Grade("mrm", "unverified", f"It was examined and is {state}.")


def ibc_grade(*, counted: bool, confirmed: int) -> Grade:
    """Give Iraq Body Count's status: included on two independent data sources, else provisional.

    ``counted``: a claim gives a number of persons. ``confirmed`` is the largest number that two independent
    claims both give of persons who can be the same (R4, ``domain/corroboration.py``): two sources that
    count different persons do not report the same deaths.
    """
    if confirmed:
        return Grade("ibc", "included", f"Two independent origins both count at least {confirmed}.")
    if counted:
        return Grade("ibc", "provisional", "No two independent origins count the same persons.")
    return Grade("ibc", "ungraded", "No claim states a number.")


def ohchr_grade(*, occurrence: str, harm: str, how_many: str) -> Grade:
    """Give OHCHR's status: verified, or pending corroboration, which its figures leave out.

    All are codes of the vocabulary ``answer``.
    """
    state = weakest(occurrence, harm, how_many)
    if state == Answer.REJECTED:
        return Grade("ohchr", "excluded", "It is found not to be so.")
    if state == Answer.VERIFIED:
        return Grade("ohchr", "verified", "Occurrence, harm and the count are verified.")
    return Grade("ohchr", "pending_corroboration", f"It is {state} and not verified.")
