"""Schemas of incidents and places."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, model_validator

from api.v1.schemas.base import (
    Country,
    Day,
    Id,
    IncidentCode,
    Latitude,
    Longitude,
    LongText,
    Metres,
    PCode,
    ShortText,
    Slug,
    Strict,
    VisibilityChoice,
    refuse,
)
from api.v1.schemas.codes import (
    Causes,
    DateBases,
    DateModes,
    DatePrecisions,
    IncidentKinds,
    OutOfScopeReasons,
    PlaceBases,
    PlacePrecisions,
    Responsibilities,
)
from domain import drafts
from domain.plausibility import days_between

_LONGEST = {"day": 0, "days": 6, "week": 7, "month": 31, "year": 366}


class OccurredIn(Strict):
    """When: an interval of days, how it is meant and how it is known."""

    DRAFT: ClassVar = drafts.Occurred

    start: Day = Field(description="First day.", examples=["2026-01-30"])
    end: Day = Field(description="Last day.", examples=["2026-02-02"])
    mode: DateModes = Field(
        default="within", description="At some time in it, or on every day.", examples=["within"]
    )
    precision: DatePrecisions = Field(
        default="day", description="How precise the time is.", examples=["days"]
    )
    basis: DateBases = Field(
        default="stated", description="Where the date comes from.", examples=["inferred"]
    )

    @model_validator(mode="after")
    def _in_order(self) -> OccurredIn:
        if self.end < self.start:
            raise refuse("inconsistent-dates", "The last day lies before the first.")
        if self.precision == "day" and self.start != self.end and self.mode == "within":
            raise refuse(
                "inconsistent-dates", "An interval is not known to the day; say a coarser precision."
            )
        longest = _LONGEST.get(self.precision)
        if self.mode == "within" and longest is not None and days_between(self.start, self.end) > longest:
            raise refuse("inconsistent-dates", "The interval is longer than its precision says.")
        return self


class PartyRoleIn(Strict):
    """A party's part in an incident."""

    DRAFT: ClassVar = drafts.PartyRole

    party: Slug = Field(description="Code of the party.", examples=["armed-group"])
    responsibility: Responsibilities = Field(description="How it is known.", examples=["declared"])


class IncidentBody(Strict):
    """Harm at a place and a time."""

    DRAFT: ClassVar = drafts.IncidentDraft

    code: IncidentCode | None = Field(
        default=None, description="Code; left out, the next one is given.", examples=["PK-2026-0001"]
    )
    kind: IncidentKinds = Field(
        default="incident", description="Its place in the tree.", examples=["campaign"]
    )
    title: ShortText = Field(description="Title.", examples=["Coordinated attacks across a province"])
    narrative: LongText | None = Field(
        default=None,
        description="What happened, in the recorder's words.",
        examples=["Attacks in many towns."],
    )
    country: Country | None = Field(default=None, description="ISO 3166-1 code.", examples=["PK"])
    occurred: OccurredIn = Field(
        description="When.", examples=[{"start": "2026-01-30", "end": "2026-02-02", "precision": "days"}]
    )
    causes: list[Causes] = Field(
        default=[], max_length=20, description="Candidate causes.", examples=[["small_arms", "suicide_bomb"]]
    )
    parties: list[PartyRoleIn] = Field(
        default=[],
        max_length=20,
        description="Parties and their responsibility.",
        examples=[[{"party": "armed-group", "responsibility": "declared"}]],
    )
    parent: Id | None = Field(default=None, description="The incident it is a part of.", examples=[None])
    out_of_scope: OutOfScopeReasons | None = Field(
        default=None, description="Why it is not counted; null when it is.", examples=[None]
    )
    visibility: VisibilityChoice = "organisation"

    @model_validator(mode="after")
    def _each_once(self) -> IncidentBody:
        if len(set(self.causes)) != len(self.causes):
            raise refuse("repeated", "Name each cause once.")
        if len({one.party for one in self.parties}) != len(self.parties):
            raise refuse("repeated", "Name each party once.")
        return self


class IncidentIn(IncidentBody):
    """An incident to record."""


class PlaceBody(Strict):
    """A place as reported and as resolved, without its incident."""

    reported_name: ShortText = Field(description="The name as the report writes it.", examples=["Turbat"])
    resolved_name: ShortText | None = Field(
        default=None,
        description="The name of the unit or settlement it is.",
        examples=["Turbat, Kech district"],
    )
    country: Country | None = Field(default=None, description="ISO 3166-1 code.", examples=["PK"])
    adm1: PCode | None = Field(default=None, description="First-level p-code.", examples=["PK2"])
    adm2: PCode | None = Field(default=None, description="Second-level p-code.", examples=["PK217"])
    lon: Longitude | None = Field(default=None, description="Longitude, WGS 84.", examples=[63.05])
    lat: Latitude | None = Field(default=None, description="Latitude, WGS 84.", examples=[26.0])
    radius_m: Metres | None = Field(
        default=None, description="How far the true place may be from the point.", examples=[5000]
    )
    precision: PlacePrecisions = Field(
        default="unresolved", description="How precise the place is.", examples=["town"]
    )
    basis: PlaceBases = Field(
        default="reported", description="How the name was resolved.", examples=["gazetteer"]
    )
    mismatch: LongText | None = Field(
        default=None, description="Where name and resolution do not agree.", examples=[None]
    )
    visibility: VisibilityChoice = "organisation"

    @model_validator(mode="after")
    def _whole_point(self) -> PlaceBody:
        if (self.lon is None) != (self.lat is None):
            raise refuse("invalid-coordinate", "Give longitude and latitude together, or neither.")
        if self.lon == 0 and self.lat == 0:
            raise refuse("null-island", "0, 0 lies in the sea; leave the point out when it is not known.")
        if self.adm1 is not None and self.adm2 is not None and self.adm1[:2] != self.adm2[:2]:
            raise refuse("inconsistent-place", "The two p-codes are of different countries.")
        return self


class PlaceIn(PlaceBody):
    """Where an incident happened."""

    DRAFT: ClassVar = drafts.PlaceDraft

    incident: Id = Field(description="The incident.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    claim: Id | None = Field(default=None, description="The claim that names it.", examples=[None])
