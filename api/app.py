"""The composition root of the service: settings in, an ASGI app out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache

import anyio.to_thread
from fastapi import FastAPI
from starlette.routing import BaseRoute

from api import actions, problems
from api.desk import Desk
from api.docs import add_docs
from api.gate import Gate
from api.limits import Limits
from api.openapi import Documented
from api.public_layer import PublicLayer
from api.routing import published_by
from api.v1 import (
    about,
    agreements,
    assessments,
    brief,
    claim_tables,
    clearances,
    corroboration,
    figures,
    flags,
    gazetteer,
    incidents,
    intake,
    jobs,
    keys,
    layouts,
    lists_of_persons,
    log,
    mappings,
    netting,
    oidc,
    packages,
    people,
    persons,
    policies,
    populations,
    public,
    public_releases,
    public_tables,
    publications,
    records,
    release_diffs,
    release_files,
    releases,
    revisions,
    schedules,
    series,
    statistics,
    supersessions,
    tables,
    verification,
    webhooks,
)
from config import Settings
from db.engine import open_database
from db.publishing import open_published
from domain.errors import Unavailable
from domain.networks import networks
from services.jobs.deployment import Deployment
from services.people.oidc import Client, Provider
from version import VERSION

DESCRIPTION = """
Record civilian casualties by incident: every claim kept with its origin, figures computed from claims
by named rules, every number openable down to the sentence it came from and reproducible as it was known
on any day.

Send `Authorization: Bearer TOKEN`. Creations take an `Idempotency-Key`; changes need `If-Match` with the
record's ETag and a reason. Errors are RFC 9457 problems and never repeat what was sent.
"""
THREADS = 40
ROUTERS = (
    about.router,
    intake.router,
    incidents.router,
    figures.router,
    claim_tables.router,
    corroboration.router,
    series.router,
    supersessions.router,
    lists_of_persons.router,
    persons.router,
    *records.routers,
    flags.router,
    assessments.router,
    policies.router,
    statistics.router,
    revisions.router,
    releases.router,
    release_diffs.router,
    release_files.router,
    brief.router,
    netting.router,
    netting.overlap_router,
    verification.router,
    mappings.router,
    gazetteer.router,
    layouts.router,
    tables.router,
    populations.router,
    publications.router,
    public.router,
    clearances.router,
    public_releases.router,
    public_tables.router,
    public_tables.editions_router,
    agreements.router,
    packages.router,
    jobs.router,
    schedules.router,
    webhooks.router,
    people.router,
    keys.router,
    oidc.router,
    log.router,
)


@cache
def _routes() -> list[BaseRoute]:
    """Give the routes of the first version, checked once in a process.

    They take all that differs between apps from ``app.state``.
    """
    found = [route for router in ROUTERS for route in router.routes]
    actions.check(found)
    return found


def create_app(settings: Settings | None = None) -> FastAPI:
    """Give the app for the settings (default: from the environment).

    When it starts it raises Unwalled where the database does not keep organisations apart.
    """
    settings = settings or Settings()
    database = open_database(
        settings.database_url,
        pool_size=settings.pool_size,
        write_pool_size=settings.write_pool_size,
        timeout=settings.wait_seconds * 5,
        several=settings.several_organisations,
    )

    published = open_published(
        settings.database_url,
        settings.public_url,
        pool_size=settings.pool_size,
        timeout=settings.wait_seconds * 5,
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        try:
            # A database that is away is asked before the first request instead.
            with suppress(Unavailable):
                app.state.desk.ready()
                app.state.desk.ready_for_the_public()
            yield
        finally:
            await published.lookups.close()
            database.close()
            published.close()

    app = Documented(
        title="civharm",
        version=VERSION,
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
    )
    app.state.desk = Desk(
        database,
        max_page=settings.max_page,
        cursor_secret=settings.cursor_secret,
        deployment=Deployment.of(
            settings.delivery_dir,
            settings.webhook_networks,
            settings.webhook_plain_http,
            settings.webhook_ca_file,
            settings.fonts,
        ),
        published=published,
    )
    app.state.published = published_by(public.router)
    app.state.provider = None
    if settings.oidc_issuer is not None:
        app.state.provider = Provider(
            Client(
                settings.oidc_issuer,
                settings.oidc_client_id,
                settings.oidc_client_secret.get_secret_value(),
                f"{settings.site_url.rstrip('/')}/v1/oidc/callback",
            )
        )
    problems.install(app)
    add_docs(app)
    app.router.routes.extend(_routes())
    app.add_middleware(PublicLayer, desk=app.state.desk)
    app.add_middleware(
        Gate,
        readers=settings.pool_size,
        writers=1 if database.dialect == "sqlite" else settings.write_pool_size,
        threads=THREADS,
        wait_seconds=settings.wait_seconds,
        max_body_bytes=settings.max_body_bytes,
        body_seconds=settings.body_seconds,
    )
    if settings.requests_per_minute:
        proxies = networks(one.strip() for one in settings.trusted_proxies.split(",") if one.strip())
        app.add_middleware(
            Limits,
            minute=settings.requests_per_minute,
            address_minute=settings.address_requests_per_minute,
            proxies=proxies,
        )
    return app
