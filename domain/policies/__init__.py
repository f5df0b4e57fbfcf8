"""Policies: named, versioned ways from the claims about an incident to its figures.

Every policy answers with booked figures and a trace of what it did with each claim and list. No policy
changes a source's number (R1) or verifies anything (R13).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from domain.policies.base import Evidence, Policy
from domain.policies.latest_by_origin import LATEST_BY_ORIGIN
from domain.policies.listed_persons import LISTED_PERSONS
from domain.policies.reported_range import REPORTED_RANGE

POLICIES: Mapping[str, Policy] = MappingProxyType(
    {policy.name: policy for policy in (REPORTED_RANGE, LATEST_BY_ORIGIN, LISTED_PERSONS)}
)
"""Every policy by name."""

__all__ = ["LATEST_BY_ORIGIN", "LISTED_PERSONS", "POLICIES", "REPORTED_RANGE", "Evidence", "Policy"]
