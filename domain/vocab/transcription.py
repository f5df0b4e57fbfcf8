"""The vocabulary of what goes wrong when one report passes on what another said."""

from domain.vocab.base import Vocabulary


class TranscriptionError(Vocabulary):
    """How a claim contradicts the origin that it cites.

    The five kinds were all found in the reporting on one event (Balochistan, 31 January to 2 February 2026).
    """

    TOTAL_READ_AS_PART = (
        "total_read_as_part",
        "Total read as a part",
        "The number of all is given for some of them: 33 killed become 33 civilians.",
    )
    CATEGORY_SWAP = (
        "category_swap",
        "Category swapped",
        "The number of one description is given for another: 15 of the security forces become 15 civilians.",
    )
    UNIT_SWAP = (
        "unit_swap",
        "Unit swapped",
        "The number of a part is given for the whole: 31 civilians of 48 killed become 31 casualties.",
    )
    DOUBLE_COUNT = (
        "double_count",
        "Counted twice",
        "The same persons are counted as more persons, or again as the doing of another party.",
    )
    STATUS_LOST = (
        "status_lost",
        "Status lost",
        "What the origin said these persons were is left out: 145 militants become 145 people.",
    )
