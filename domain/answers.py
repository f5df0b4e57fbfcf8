"""The five answers of an assessment, and what people found of single cells (section 5).

Each answer is a code of the vocabulary ``answer``; of several that bear on one row the weakest holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.cells import Cell
from domain.errors import Invalid
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

    def __post_init__(self) -> None:
        _check(self.how_many, *(() if self.civilian_status is None else (self.civilian_status,)))
        if self.verified is not None and self.verified < 0:
            raise Invalid("A verified number cannot be negative.", code="invalid-count")


def _check(*answers: str) -> None:
    if any(answer not in STRENGTH for answer in answers):
        raise Invalid("An answer is not of the vocabulary.", code="unknown-code")


def weakest(*answers: str) -> str:
    """Give the weakest of these answers: verified, pending, contested, inconclusive, rejected."""
    return min(answers, key=lambda answer: STRENGTH[answer])
