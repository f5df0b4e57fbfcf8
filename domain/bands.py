"""Age bands as a view: ages are kept as intervals, a table shows them in the bands it is asked for.

Which bands a table uses differs from one publisher to the next (0-17/18+ for SDG 16.1.2, 18-64/65+
and 0/1-2/3-11/12-17 in the lists from Gaza), so nothing is stored by band and any set of bands
can be asked of the same facts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.cells import OLDEST_AGE
from domain.errors import Invalid

UNKNOWN = "unknown"
"""The label of an age that no band and no run of bands short of the whole line holds."""

MOST_BANDS = 24
"""Five-year bands up to 90 need 19; a query has one CASE branch for each run of bands."""

_CLOSED = re.compile(r"([0-9]{1,3})(?:-([0-9]{1,3}))?")
_OPEN = re.compile(r"([0-9]{1,3})\+")


@dataclass(frozen=True, slots=True)
class Band:
    """Ages ``low`` to ``top`` in whole years, both included; ``top`` None means open."""

    label: str
    low: int
    top: int | None

    def holds(self, age_low: int, age_high: int | None) -> bool:
        """Tell whether the whole interval of ages lies in this band; ``age_high`` None is open."""
        if age_low < self.low:
            return False
        return self.top is None or (age_high is not None and age_high <= self.top)


def _label(low: int, top: int | None) -> str:
    if top is None:
        return f"{low}+"
    return str(low) if low == top else f"{low}-{top}"


@dataclass(frozen=True, slots=True)
class Bands:
    """Bands that cover every age once, ascending, the last one open."""

    bands: tuple[Band, ...]

    def runs(self) -> tuple[Band, ...]:
        """Give each band, then each run of adjacent bands, shortest first, without the whole line.

        The first that holds an interval is the tightest, so a SQL ``CASE`` with one branch for each
        and ``unknown`` as its ``ELSE`` gives the same answer as ``label``.
        """
        many = len(self.bands)
        return tuple(
            self.bands[start]
            if length == 1
            else Band(
                _label(self.bands[start].low, self.bands[start + length - 1].top),
                self.bands[start].low,
                self.bands[start + length - 1].top,
            )
            for length in range(1, many)
            for start in range(many - length + 1)
        )

    def label(self, age_low: int | None, age_high: int | None) -> str:
        """Give the tightest label for an interval of ages in whole years.

        That is the band which holds it, else the shortest run of adjacent bands which does ("18+"
        where the bands part at 65), else ``unknown``: a person known to be an adult is shown as
        such and is never put into one of several bands. ``age_low`` None is an unknown age.
        """
        if age_low is None:
            return UNKNOWN
        return next((run.label for run in self.runs() if run.holds(age_low, age_high)), UNKNOWN)


def _refuse(words: str) -> Invalid:
    return Invalid(f"{words} Write age bands like 0-17,18-64,65+.", code="invalid-age-bands")


def parse_bands(text: str) -> Bands:
    """Read bands such as ``0-17,18-64,65+`` or ``0,1-2,3-11,12-17,18+``; a lone number is one year.

    Raises Invalid when a band cannot be read, when the bands do not start at 0, overlap, leave a
    gap or go down, when the last is not open, and when there are fewer than two or more than
    ``MOST_BANDS``.
    """
    parts = [part.strip() for part in text.split(",")]
    if not 2 <= len(parts) <= MOST_BANDS:
        raise _refuse(f"Between 2 and {MOST_BANDS} age bands are needed.")
    bands: list[Band] = []
    starts = 0
    for number, part in enumerate(parts, start=1):
        last = number == len(parts)
        match = (_OPEN if last else _CLOSED).fullmatch(part)
        if match is None:
            wanted = "must be open, such as 65+" if last else "must be one age or two, such as 0-17"
            raise _refuse(f"Age band {number} {wanted}.")
        low = int(match[1])
        if low != starts:
            if number == 1:
                raise _refuse("The first age band must start at 0.")
            fault = "overlaps the one before it" if low < starts else "leaves a gap after the one before it"
            raise _refuse(f"Age band {number} {fault}.")
        top = None if last else int(match[2] or low)
        if top is not None and top < low:
            raise _refuse(f"Age band {number} ends before it starts.")
        if (low if top is None else top) > OLDEST_AGE:
            raise _refuse(f"Age band {number} goes beyond {OLDEST_AGE} years.")
        bands.append(Band(_label(low, top), low, top))
        starts = low + 1 if top is None else top + 1
    return Bands(tuple(bands))
