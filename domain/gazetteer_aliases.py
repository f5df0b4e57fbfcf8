"""Names that no rule of spelling brings together: dated data, each entry with its reason.

An entry is never changed: a new one replaces it in a new version, so that a placing can be traced to
the table that it was made with.
"""

from __future__ import annotations

from dataclasses import dataclass

ALIASES_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a unit: the p-code that it stands for and why."""

    pcode: str
    reason: str


@dataclass(frozen=True, slots=True)
class Lies:
    """The unit that a place lies in: (first ISO day, p-code), the earliest first with an empty day."""

    units: tuple[tuple[str, str], ...]
    reason: str

    def on(self, day: str | None) -> str:
        """Give the p-code for a day; today's where the day is not known."""
        return [pcode for start, pcode in self.units if day is None or start <= day][-1]


_FATA = "The Federally Administered Tribal Areas were merged into the province on 31 May 2018."
_FRONTIER = "A frontier region; since 2018 a subdivision of the district beside it."
_PK: tuple[tuple[str, str, str], ...] = (
    ("azad jammu kashmir", "PK1", "The full name of what the p-code list calls Azad Kashmir."),
    ("azad jammu and kashmir", "PK1", "The full name of what the p-code list calls Azad Kashmir."),
    ("islamabad capital territory", "PK4", "The territory's full name."),
    ("khyber pakhtunkwa", "PK5", "A spelling of Khyber Pakhtunkhwa."),
    ("north west frontier", "PK5", "The province's name until 15 April 2010."),
    ("nwfp", "PK5", "Short for the province's name until 15 April 2010."),
    ("federally administered tribal areas", "PK5", _FATA),
    ("fata", "PK5", _FATA),
    ("hattian bala", "PK103", "The district's name before it was called Jhelum Valley."),
    ("hattian", "PK103", "The district's name before it was called Jhelum Valley."),
    ("neelam", "PK108", "A spelling of Neelum."),
    ("bolan", "PK209", "Kachhi district was called Bolan until it took back its older name."),
    ("jafarabad", "PK207", "A spelling of Jaffarabad."),
    ("musa khel", "PK221", "Musakhel written as two words."),
    ("surab", "PK233", "Shaheed Sikandarabad, split from Kalat in 2017, is named Surab since 2020."),
    ("diamer", "PK302", "A spelling of Diamir."),
    ("dera ismail khan", "PK509", "The name that the p-code list shortens to D. I. Khan."),
    ("fr bannu mir ali", "PK503", _FRONTIER),
    ("fr bannu", "PK503", _FRONTIER),
    ("fr kohat", "PK514", _FRONTIER),
    ("fr peshawar", "PK528", _FRONTIER),
    ("fr tank jandola", "PK533", _FRONTIER),
    ("fr tank", "PK533", _FRONTIER),
    ("layyah", "PK618", "A spelling of Leiah."),
    ("nawabshah", "PK719", "Renamed Shaheed Benazir Abad in 2008."),
    ("shaheed benazirabad", "PK719", "Shaheed Benazir Abad written as two words."),
)
ALIASES: dict[tuple[str, str], tuple[Alias, ...]] = {
    ("PK", name): (Alias(pcode, reason),) for name, pcode, reason in _PK
}
"""By country and normal name."""

LIES_IN: dict[tuple[str, str], Lies] = {
    ("PK", "dalbandin"): Lies((("", "PK203"),), "Dalbandin is the seat of Chagai district."),
    ("PK", "besima"): Lies(
        (("", "PK212"), ("2005-11-01", "PK230")), "Besima lies in Washuk, split from Kharan in 2005."
    ),
    ("PK", "chaman"): Lies(
        (("", "PK214"), ("2021-06-01", "PK235")), "Chaman is a district of its own since 2021."
    ),
    ("PK", "sohbatpur"): Lies(
        (("", "PK207"), ("2013-05-01", "PK229")), "Sohbatpur is a district since 2013, split from Jaffarabad."
    ),
}
"""The units of places that files put elsewhere, by country and normal name."""

GEONAMES_ADM1: dict[tuple[str, str], str] = {
    ("PK", "02"): "PK2",
    ("PK", "03"): "PK5",
    ("PK", "04"): "PK6",
    ("PK", "05"): "PK7",
    ("PK", "06"): "PK1",
    ("PK", "07"): "PK3",
    ("PK", "08"): "PK4",
}
"""The p-code of GeoNames' own first-level codes, by country and code, where they have been compared."""
