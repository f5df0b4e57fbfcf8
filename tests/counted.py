"""Invented incidents for the fixed public tables: sparse and dense, in one country or several, edition
after edition."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from domain.fixed_tables import Counted
from domain.suppression import Renewal, renew

SEXES = ("female", "male", "male", "unknown")
GROUPS = ("child", "adult", "adult", "unknown")
Entries = dict[str, Counted]


def counted(count: int, place: str = "AA1", month: str = "2024-03", **parts: int) -> Counted:
    """Give an incident; ``parts`` are such as ``female_child=2``, and the rest is unknown."""
    whole = [("unknown", "unknown", count - sum(parts.values()))]
    for name, number in parts.items():
        sex, group = name.split("_")
        whole.append((sex, group, number))
    return Counted(place[:2], place, month, count, tuple(sorted(one for one in whole if one[2])))


def invented(chance: Random, many: int, *, countries: int, units: int, usual: int) -> Entries:
    """Give incidents with ``usual`` persons on average, most with fewer and some with many more."""
    found: Entries = {}
    for _ in range(many):
        parts: dict[tuple[str, str], int] = {}
        count = max(1, int(chance.expovariate(1 / usual)))
        for _ in range(count):
            part = (chance.choice(SEXES), chance.choice(GROUPS))
            parts[part] = parts.get(part, 0) + 1
        country = f"A{chance.randrange(countries)}"
        found[f"{chance.randrange(10**12):012d}"] = Counted(
            country,
            f"{country}{chance.randrange(units)}",
            f"2024-{chance.randrange(12) + 1:02d}",
            count,
            tuple((sex, group, number) for (sex, group), number in sorted(parts.items())),
        )
    return found


def history(seed: int, editions: int = 3, *, most: int = 20, threshold: int = 5) -> list[Renewal]:
    """Give the printings of a block over some editions, between which incidents come, go and are
    corrected."""
    chance = Random(seed)
    shape = {
        "countries": chance.choice((1, 2, 4)),
        "units": chance.choice((1, 3, 8)),
        "usual": chance.choice((2, 4, 12)),
    }
    now = invented(chance, chance.randint(1, most), **shape)
    found: list[Renewal] = []
    for _ in range(editions):
        printing = renew(found, now, threshold)
        if printing is not None:
            found.append(printing)
        now = now | invented(chance, chance.choice((0, 1, 3, 8)), **shape)
        for id in chance.sample(sorted(now), min(len(now), chance.choice((0, 1, 2, 4)))):
            (other,) = invented(chance, 1, **shape).values()
            change = chance.choice(("retracted", "corrected", "moved", "described"))
            if change == "retracted":
                del now[id]
            elif change == "corrected":
                now[id] = other
            elif change == "moved":
                now[id] = replace(now[id], country=other.country, adm1=other.adm1, month=other.month)
            else:
                now[id] = replace(now[id], parts=(("female", "child", now[id].count),))
    return found
