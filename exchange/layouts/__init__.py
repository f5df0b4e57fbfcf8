"""The layouts of every list, by the noun of its address."""

from exchange.columns import Layout
from exchange.layouts.claims import CLAIMS
from exchange.layouts.incidents import INCIDENTS, PLACES
from exchange.layouts.jobs import DELIVERIES, JOBS, SCHEDULES, WEBHOOKS
from exchange.layouts.others import LOG, MEMBERS, UNITS
from exchange.layouts.persons import LISTINGS, VICTIMS
from exchange.layouts.published import PUBLIC_INCIDENTS
from exchange.layouts.release_diffs import RELEASE_DIFF
from exchange.layouts.revisions import CHANGES, REVISIONS
from exchange.layouts.sources import PARTIES, REPORTS, SOURCES
from exchange.layouts.under_incident import LIST_CHANGES, LISTS, PERSONS, PROPOSALS, SERIES
from exchange.layouts.work import ASSESSMENTS, IMPORTS, OVERLAPS, POPULATIONS, RELEASES, SUPERSESSIONS

LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        PARTIES,
        SOURCES,
        REPORTS,
        INCIDENTS,
        PLACES,
        CLAIMS,
        VICTIMS,
        LISTINGS,
        ASSESSMENTS,
        RELEASES,
        OVERLAPS,
        SUPERSESSIONS,
        POPULATIONS,
        IMPORTS,
    )
}

OTHERS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        LOG,
        MEMBERS,
        UNITS,
        JOBS,
        SCHEDULES,
        WEBHOOKS,
        DELIVERIES,
        RELEASE_DIFF,
        REVISIONS,
        CHANGES,
        LISTS,
        LIST_CHANGES,
        PERSONS,
        PROPOSALS,
        SERIES,
        PUBLIC_INCIDENTS,
    )
}
"""The layouts of lists that hold no records of a kind of their own."""

__all__ = ["LAYOUTS", "OTHERS"]
