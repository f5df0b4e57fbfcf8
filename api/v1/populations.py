"""Routes of populations: what the rates of the standard tables are over."""

from __future__ import annotations

from pydantic import Field

from api.routing import router as strict_router
from api.v1.lists import Filters
from api.v1.resource import Resource, add_routes
from api.v1.schemas.populations import PopulationIn
from db import kinds
from services import populations

router = strict_router("tables")


class PopulationFilters(Filters):
    """Filters of populations."""

    name: str | None = Field(
        default=None, max_length=300, description="Exact name.", examples=["population-2026.csv"]
    )


add_routes(
    router,
    Resource(
        kinds.POPULATION,
        "populations",
        "population",
        PopulationIn,
        PopulationFilters,
        populations.record,
        None,
    ),
)
