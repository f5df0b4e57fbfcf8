"""Routes of the plain records: parties, sources, reports, places, claims, victims, listings."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from api.routing import router as strict_router
from api.v1.lists import Filters
from api.v1.resource import Resource, add_routes
from api.v1.schemas.claims import ClaimIn
from api.v1.schemas.codes import ReportKinds, Sexes, SourceKinds, Statuses
from api.v1.schemas.incidents import PlaceIn
from api.v1.schemas.sources import PartyIn, ReportIn, SourceIn
from api.v1.schemas.victims import ListingIn, VictimIn
from db import kinds
from services import claims, incidents, parties, reports, sources, victims


def _filter(description: str, example: str) -> Any:
    return Field(default=None, max_length=300, description=description, examples=[example])


def _coded(description: str, example: str) -> Any:
    return Field(default=None, description=description, examples=[example])


SOME_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"


class PartyFilters(Filters):
    """Filters of parties."""

    code: str | None = _filter("The party's code.", "armed-group")


class SourceFilters(Filters):
    """Filters of sources."""

    kind: SourceKinds | None = _coded("Kind of source.", "agency")
    name: str | None = _filter("Exact name.", "News agency")
    side: str | None = _filter("Code of the party it speaks for.", "state-forces")


class ReportFilters(Filters):
    """Filters of reports."""

    source: str | None = _filter("The source's id.", SOME_ID)
    kind: ReportKinds | None = _coded("Kind of report.", "article")


class PlaceFilters(Filters):
    """Filters of places."""

    incident: str | None = _filter("The incident's id.", SOME_ID)
    adm1: str | None = _filter("First-level p-code.", "PK2")
    adm2: str | None = _filter("Second-level p-code.", "PK217")


class ClaimFilters(Filters):
    """Filters of claims."""

    incident: str | None = _filter("The incident's id.", SOME_ID)
    report: str | None = _filter("The report's id.", SOME_ID)
    origin: str | None = _filter("The id of the source that originally said it.", SOME_ID)


class VictimFilters(Filters):
    """Filters of victims."""

    incident: str | None = _filter("The incident's id.", SOME_ID)
    sex: Sexes | None = _coded("Sex.", "female")
    status: Statuses | None = _coded("Status.", "civilian")


class ListingFilters(Filters):
    """Filters of listings."""

    report: str | None = _filter("The list's id.", SOME_ID)
    victim: str | None = _filter("The person's id.", SOME_ID)


RESOURCES = (
    Resource(kinds.PARTY, "parties", "party", PartyIn, PartyFilters, parties.record, parties.change),
    Resource(kinds.SOURCE, "sources", "source", SourceIn, SourceFilters, sources.record, sources.change),
    Resource(kinds.REPORT, "reports", "report", ReportIn, ReportFilters, reports.record, reports.change),
    Resource(
        kinds.PLACE, "places", "place", PlaceIn, PlaceFilters, incidents.record_place, incidents.change_place
    ),
    Resource(kinds.CLAIM, "claims", "claim", ClaimIn, ClaimFilters, claims.record, claims.change),
    Resource(kinds.VICTIM, "victims", "victim", VictimIn, VictimFilters, victims.record, victims.change),
    Resource(
        kinds.LISTING,
        "listings",
        "listing",
        ListingIn,
        ListingFilters,
        victims.record_listing,
        victims.change_listing,
    ),
)

routers = []
for _resource in RESOURCES:
    _router = strict_router(_resource.noun)
    add_routes(_router, _resource)
    routers.append(_router)

__all__ = ["RESOURCES", "routers"]
