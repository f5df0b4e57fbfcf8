"""The service as it is, without the cache of statistics: what a question costs the first time."""

from __future__ import annotations

from fastapi import FastAPI

from api.app import create_app
from services.statistics import Cache


def uncached() -> FastAPI:
    """Give the app with a cache that keeps nothing."""
    app = create_app()
    app.state.desk.cache = Cache(kept=0)
    return app
