"""Policies: named, versioned ways from the claims about an incident to its figures.

Every policy answers with booked figures and a trace of what it did with each claim and list. No policy
changes a source's number (R1) or verifies anything (R13).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from domain.policies.airwars_range import AIRWARS_RANGE
from domain.policies.base import Evidence, Policy
from domain.policies.conservative import CONSERVATIVE
from domain.policies.latest_by_origin import LATEST_BY_ORIGIN, LATEST_BY_ORIGIN_1
from domain.policies.listed_persons import LISTED_PERSONS, LISTED_PERSONS_1
from domain.policies.reported_range import REPORTED_RANGE, REPORTED_RANGE_1
from domain.policies.two_independent import TWO_INDEPENDENT

POLICIES: Mapping[str, Policy] = MappingProxyType(
    {
        policy.name: policy
        for policy in (
            REPORTED_RANGE,
            TWO_INDEPENDENT,
            CONSERVATIVE,
            LATEST_BY_ORIGIN,
            LISTED_PERSONS,
            AIRWARS_RANGE,
        )
    }
)
"""The newest version of every policy, by name."""

VERSIONS: Mapping[tuple[str, str], Policy] = MappingProxyType(
    {
        (policy.name, policy.version): policy
        for policy in (*POLICIES.values(), REPORTED_RANGE_1, LATEST_BY_ORIGIN_1, LISTED_PERSONS_1)
    }
)
"""Every version ever used, by name and version: an assessment's numbers can be computed again."""

__all__ = [
    "LATEST_BY_ORIGIN",
    "LISTED_PERSONS",
    "LISTED_PERSONS_1",
    "POLICIES",
    "REPORTED_RANGE",
    "VERSIONS",
    "Evidence",
    "Policy",
]
