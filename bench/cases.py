"""A seeded record to measure on: incidents as an NGO would have them after ten years of work.

The same seed and size give the same ids, dates and numbers on every database and every machine. Places
are heavy-tailed, most incidents are small, and reports disagree by a few.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from db.kinds import CLAIM, INCIDENT, PARTY, PLACE, REPORT, SOURCE, Kind
from domain.drafts import (
    ClaimDraft,
    FigureDraft,
    IncidentDraft,
    Occurred,
    PartyDraft,
    PartyRole,
    PlaceDraft,
    ReportDraft,
    SourceDraft,
)
from services.incidents import first_columns

SEED = 20260131
FIRST_DAY = date(2016, 1, 1)
DAYS = 3653
COUNTRIES = ("PK", "ML", "BF", "SD", "YE")
CAUSES = (
    "small_arms",
    "small_arms",
    "air_dropped_bomb",
    "drone_strike",
    "artillery",
    "ied",
    "ied",
    "landmine",
    "suicide_bomb",
    "unknown",
)
SOURCE_KINDS = ("outlet", "outlet", "agency", "official", "armed_group", "hospital", "ngo", "account")
PARTIES = (
    ("state", "State forces", None),
    ("police", "Police", "state"),
    ("group-a", "Armed group A", None),
    ("group-b", "Armed group B", None),
    ("allied", "Allied militia", "state"),
)
REPORTS_PER_INCIDENT = 0.4

Draft = tuple[Kind, str, Any, Mapping[str, Any]]


@dataclass
class Case:
    """One incident's drafts, the incident first, and its id."""

    incident: str
    drafts: list[Draft] = field(default_factory=list)


class Cases:
    """The record of a size (incidents), made anew from the seed each time it is asked for."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._chance = random.Random(SEED)
        self._sources = [self._id() for _ in range(max(20, size // 250))]
        self._reports = [self._id() for _ in range(max(50, int(size * REPORTS_PER_INCIDENT)))]
        self._report_sources = [self._chance.choice(self._sources) for _ in self._reports]

    def _id(self) -> str:
        return str(uuid.UUID(int=self._chance.getrandbits(128), version=4))

    def background(self) -> Iterator[Draft]:
        """Give the parties, sources and reports that the incidents refer to."""
        for code, name, side in PARTIES:
            yield PARTY, self._id(), PartyDraft(code=code, name=name, side=side), {}
        for number, id in enumerate(self._sources):
            kind = self._chance.choice(SOURCE_KINDS)
            side = {"official": "state", "armed_group": "group-a"}.get(kind)
            yield SOURCE, id, SourceDraft(kind=kind, name=f"Source {number}", side=side), {}
        for number, (id, source) in enumerate(zip(self._reports, self._report_sources, strict=True)):
            day = FIRST_DAY + timedelta(days=self._chance.randrange(DAYS))
            url = f"https://news.example/{number}"
            yield (
                REPORT,
                id,
                ReportDraft(
                    source=source,
                    title=f"Report {number} on an attack",
                    url=url,
                    language="en",
                    published=day.isoformat(),
                ),
                {"url_key": f"news.example/{number}"},
            )

    def incidents(self) -> Iterator[Case]:
        """Give each incident with its place and claims."""
        for number in range(self.size):
            yield self._case(number)

    def _case(self, number: int) -> Case:
        chance = self._chance
        case = Case(self._id())
        start = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
        days = 0 if chance.random() < 0.9 else chance.randint(1, 5)
        # Heavy-tailed: half of all incidents in a tenth of the units.
        unit = int(100 * chance.random() ** 3)
        country = COUNTRIES[unit % len(COUNTRIES)]
        adm1 = f"{country}{unit // 10:02d}"
        causes = tuple(
            dict.fromkeys(chance.choice(CAUSES) for _ in range(1 if chance.random() < 0.85 else 2))
        )
        parties = tuple(
            PartyRole(party=code, responsibility=chance.choice(("suspected", "declared", "contested")))
            for code in chance.sample(
                ("state", "group-a", "group-b", "allied"), k=chance.choice((0, 1, 1, 1, 2))
            )
        )
        incident = IncidentDraft(
            code=f"{country}-{start.year}-{number:06d}",
            title=f"Attack near village {number % 9973}",
            narrative="Armed men or munitions struck; the reports do not agree on how many were harmed.",
            country=country,
            occurred=Occurred(
                start=start.isoformat(),
                end=(start + timedelta(days=days)).isoformat(),
                precision="day" if days == 0 else "days",
            ),
            causes=causes,
            parties=parties,
        )
        case.drafts.append((INCIDENT, case.incident, incident, first_columns(incident)))
        place = PlaceDraft(
            incident=case.incident,
            reported_name=f"Village {number % 9973}",
            resolved_name=f"Village {number % 9973}",
            country=country,
            adm1=adm1,
            adm2=f"{adm1}{unit % 10}",
            lon=round(60 + 12 * chance.random(), 5),
            lat=round(24 + 10 * chance.random(), 5),
            radius_m=2_000,
            precision="town",
            basis="gazetteer",
        )
        case.drafts.append((PLACE, self._id(), place, {}))
        truth = _Truth(chance)
        for _ in range(chance.choice((1, 1, 1, 2, 2, 2, 3, 3, 4, 5))):
            report = chance.randrange(len(self._reports))
            claim = ClaimDraft(
                report=self._reports[report],
                incident=case.incident,
                origin=self._report_sources[report]
                if chance.random() < 0.6
                else chance.choice(self._sources),
                as_of=(start + timedelta(days=days + chance.randint(0, 3))).isoformat(),
                excerpt="Officials and witnesses said that people were killed and wounded in the attack.",
                figures=truth.told(chance),
            )
            case.drafts.append((CLAIM, self._id(), claim, {}))
        return case


class _Truth:
    """What happened, from which each report tells a part, more or less exactly."""

    def __init__(self, chance: random.Random) -> None:
        self.killed = min(400, int(chance.paretovariate(1.1)))
        self.civilians = chance.randint(0, self.killed) if chance.random() < 0.6 else self.killed
        self.women = chance.randint(0, self.civilians // 2)
        self.children = chance.randint(0, (self.civilians - self.women) // 2)
        self.injured = int(self.killed * chance.random() * 3)

    def told(self, chance: random.Random) -> tuple[FigureDraft, ...]:
        """Give one to eight figures of a claim that hold together."""
        off = chance.choice((0, 0, 0, 0, 1, 2))
        figures = [_figure(chance, "k", self.killed + off, outcome="killed")]
        if chance.random() < 0.55 and self.civilians:
            figures.append(_within("c", self.civilians, "k", outcome="killed", status="civilian"))
            if chance.random() < 0.5 and self.women:
                figures.append(_within("w", self.women, "c", outcome="killed", sex="female", age_low=18))
            if chance.random() < 0.5 and self.children:
                figures.append(_within("ch", self.children, "c", outcome="killed", age_low=0, age_high=17))
            if chance.random() < 0.15 and self.killed > self.civilians:
                rest = self.killed - self.civilians
                figures.append(_within("s", rest, "k", outcome="killed", status="security_forces"))
        elif chance.random() < 0.4 and self.women + self.children:
            if self.women:
                figures.append(_within("w", self.women, "k", outcome="killed", sex="female", age_low=18))
            if self.children:
                figures.append(_within("ch", self.children, "k", outcome="killed", age_low=0, age_high=17))
        if chance.random() < 0.5 and self.injured:
            figures.append(_figure(chance, "i", self.injured + off, outcome="injured"))
            if chance.random() < 0.3:
                figures.append(_within("ic", self.injured // 2, "i", outcome="injured", status="civilian"))
            if chance.random() < 0.2:
                figures.append(
                    _within("ix", self.injured // 3, "i", outcome="injured", age_low=0, age_high=17)
                )
        return tuple(figures)


def _figure(chance: random.Random, key: str, number: int, **cell: Any) -> FigureDraft:
    kind = chance.random()
    if kind < 0.65:
        return FigureDraft(key=key, low=number, high=number, wording=str(number), **cell)
    if kind < 0.85:
        return FigureDraft(
            key=key,
            low=number,
            high=number,
            open=True,
            comparator="at_least",
            wording=f"at least {number}",
            **cell,
        )
    high = number + chance.randint(1, 3)
    return FigureDraft(
        key=key, low=number, high=high, comparator="between", wording=f"{number} to {high}", **cell
    )


def _within(key: str, number: int, of: str, **cell: Any) -> FigureDraft:
    return FigureDraft(
        key=key,
        low=number,
        high=number,
        wording=str(number),
        relation="included_in",
        relation_to=of,
        **cell,
    )
