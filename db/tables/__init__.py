"""The tables. Importing this package fills ``METADATA``; no table leaves ``db``."""

from db.tables import (
    assessments,
    claims,
    gazetteer,
    imports,
    incidents,
    jobs,
    log,
    netting,
    organisations,
    populations,
    releases,
    reports,
    sight,
    sources,
    supersessions,
    victims,
    webhooks,
)
from db.tables.base import METADATA

__all__ = [
    "METADATA",
    "assessments",
    "claims",
    "gazetteer",
    "imports",
    "incidents",
    "jobs",
    "log",
    "netting",
    "organisations",
    "populations",
    "releases",
    "reports",
    "sight",
    "sources",
    "supersessions",
    "victims",
    "webhooks",
]
