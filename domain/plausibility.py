"""Warnings that never refuse a record: field data must not be lost, and somebody should look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from domain.drafts import ClaimDraft, IncidentDraft, PlaceDraft, VictimDraft
from domain.figures import Finding
from domain.persons import conflicts
from domain.vocab import PlacePrecision

IMPLAUSIBLE_COUNT = 5_000
"""A figure above this in one claim is stored with a warning to check it, unless it is a running total."""

FAR_FROM_ALL_M = 100_000
"""Metres around a point within which a gazetteer that knows the country has a place."""
EARLIEST_USUAL = "1945-01-01"
_PLACEHOLDERS = frozenset({"n/a", "na", "unknown", "unidentified", "-", "--", "?", "مجهول", "نامعلوم"})


def claim_findings(draft: ClaimDraft) -> tuple[Finding, ...]:
    """Give what to look at in a claim's numbers."""
    if draft.counts_from is not None:
        # A running total over a war is rightly large; its series shows where it does not fit.
        return ()
    large = tuple(f.key for f in draft.figures if (f.high or 0) > IMPLAUSIBLE_COUNT)
    if not large:
        return ()
    return (
        Finding(
            "implausible-count",
            f"A figure above {IMPLAUSIBLE_COUNT} is rare for one incident; check it against the report.",
            large,
        ),
    )


def incident_findings(draft: IncidentDraft) -> tuple[Finding, ...]:
    """Give what to look at in an incident's dates."""
    if draft.occurred.start < EARLIEST_USUAL:
        return (Finding("outside-period", "The date lies before 1945; check the year."),)
    return ()


def report_before_incident(published: str | None, start: str) -> tuple[Finding, ...]:
    """Give the finding that a report was published before the harm it reports."""
    if published is not None and published[:10] < start:
        return (
            Finding(
                "report-before-incident",
                "The report was published before the incident began; check both dates.",
            ),
        )
    return ()


def place_findings(draft: PlaceDraft) -> tuple[Finding, ...]:
    """Give what to look at in a place: a reported name and a resolution that do not agree."""
    found = []
    if draft.mismatch is not None:
        found.append(Finding("place-mismatch", "The reported place and its resolution do not agree."))
    unit = draft.adm1 or draft.adm2
    if draft.country is not None and unit is not None and unit[:2] != draft.country:
        # A warning only: some p-codes of disputed areas begin with the code of another country.
        found.append(Finding("place-mismatch", "The p-code is of another country than the place."))
    if draft.lat is not None and draft.precision == PlacePrecision.UNRESOLVED:
        found.append(Finding("point-without-precision", "Say how precise the point is."))
    return tuple(found)


def swapped(draft: PlaceDraft, known: Callable[[str, float, float], bool]) -> tuple[Finding, ...]:
    """Give what to look at where longitude and latitude seem to stand in each other's place.

    ``known`` tells whether a gazetteer has a place of a country near a point (longitude, latitude): none near
    the point as it is written, one near the point the other way round. Nothing is turned: who recorded it
    looks, and writes it anew.
    """
    if draft.country is None or draft.lon is None or draft.lat is None or abs(draft.lon) > 90:
        return ()
    if known(draft.country, draft.lon, draft.lat) or not known(draft.country, draft.lat, draft.lon):
        return ()
    detail = (
        f"No known place of {draft.country} is near this point, and one is where longitude and latitude are "
        "the other way round. Look at the source; nothing was changed."
    )
    return (Finding("coordinates-swapped", detail),)


def is_placeholder(name: str) -> bool:
    """Tell whether a name is a word for "not known" and not a name."""
    return name.strip().casefold() in _PLACEHOLDERS


def victim_findings(draft: VictimDraft) -> tuple[Finding, ...]:
    """Give what to look at in a victim: a placeholder for a name, outcomes that exclude each other."""
    found = []
    if any(is_placeholder(name.name) for name in draft.names):
        found.append(
            Finding("placeholder-name", "A word for an unknown name is no name; leave the name out.")
        )
    return (*found, *conflicts(draft.outcomes))


def days_between(first: str, second: str) -> int:
    """Give the days from the first ISO day to the second."""
    return (date.fromisoformat(second) - date.fromisoformat(first)).days
