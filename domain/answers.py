"""The five answers of an assessment, and what people found of single cells and persons (section 5, R13).

Each answer is a code of the vocabulary ``answer``; of several that bear on one row the weakest holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.cells import Cell
from domain.errors import Invalid
from domain.periods import read_day
from domain.vocab import Answer

PENDING = Answer.PENDING.value
STRENGTH = {
    Answer.VERIFIED.value: 4,
    Answer.PENDING.value: 3,
    Answer.CONTESTED.value: 2,
    Answer.INCONCLUSIVE.value: 1,
    Answer.REJECTED.value: 0,
}


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers that hold for the whole incident, as codes of the vocabulary ``answer``.

    Raises Invalid for another code.
    """

    occurrence: str = PENDING
    harm: str = PENDING
    responsibility: str = PENDING

    def __post_init__(self) -> None:
        _check(self.occurrence, self.harm, self.responsibility)


@dataclass(frozen=True, slots=True)
class Proof:
    """How a finding came about: on which day, by which member, under which standard, and why (R13).

    ``verified_on`` is an ISO day, ``verifier`` a member's id; None is not said.

    Raises Invalid for a day that cannot be read.
    """

    verified_on: str | None = None
    verifier: str | None = None
    standard_of_proof: str | None = None
    rationale: str | None = None

    def __post_init__(self) -> None:
        if self.verified_on is not None:
            read_day(self.verified_on)


NO_PROOF = Proof()


@dataclass(frozen=True, slots=True)
class CellFinding:
    """What people found of one cell.

    ``how_many`` and ``civilian_status`` are codes of the vocabulary ``answer``. ``verified`` is a number
    of persons verified among those of the cell; what is beyond it has the answer ``how_many``, or
    stays pending where that is ``verified``.

    Raises Invalid for another code and for a negative number.
    """

    cell: Cell
    how_many: str = PENDING
    civilian_status: str | None = None
    verified: int | None = None
    proof: Proof = NO_PROOF

    def __post_init__(self) -> None:
        _check(self.how_many, *(() if self.civilian_status is None else (self.civilian_status,)))
        if self.verified is not None and self.verified < 0:
            raise Invalid("A verified number cannot be negative.", code="invalid-count")

    @property
    def verifies(self) -> bool:
        """Tell whether anything is said to be verified, which needs a standard of proof and a day."""
        return Answer.VERIFIED.value in (self.how_many, self.civilian_status) or bool(self.verified)


@dataclass(frozen=True, slots=True)
class PersonFinding:
    """What people found of one named person: a code of the vocabulary ``answer`` and how they came to it.

    ``cell`` is the person's own description, read from the victim's record: the outcome they have now,
    status, sex and age (R12). Persons verified are evidence for the number verified of a cell, not an
    addition to it (R11).

    Raises Invalid for another code.
    """

    victim: str
    answer: str = PENDING
    proof: Proof = NO_PROOF
    cell: Cell | None = None

    def __post_init__(self) -> None:
        _check(self.answer)

    @property
    def verifies(self) -> bool:
        """Tell whether the person is said to be verified."""
        return self.answer == Answer.VERIFIED


def _check(*answers: str) -> None:
    if any(answer not in STRENGTH for answer in answers):
        raise Invalid("An answer is not of the vocabulary.", code="unknown-code")


def weakest(*answers: str) -> str:
    """Give the weakest of these answers: verified, pending, contested, inconclusive, rejected."""
    return min(answers, key=lambda answer: STRENGTH[answer])
