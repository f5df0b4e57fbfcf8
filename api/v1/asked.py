"""Policies as a query names them: comma-separated, ``name`` or ``name@version``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from domain.errors import Fault, Invalid, Malformed

POLICY = "policy"
"""The parameter's name."""


def policies_named(text: str) -> tuple[str, ...]:
    """Give the names in a parameter, each once. Raises Malformed where there is none."""
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not names:
        detail = "Name at least one policy, or leave the parameter out."
        raise Malformed(detail, code="invalid-parameter", faults=[Fault(POLICY, "required", detail)])
    return names


@contextmanager
def named_by_parameter() -> Iterator[None]:
    """Turn a policy that is not here into a 400: a parameter that cannot be used is one."""
    try:
        yield
    except Invalid as error:
        faults = [Fault(POLICY, one.code, one.detail) for one in error.faults]
        raise Malformed(error.detail, code="invalid-parameter", faults=faults) from error
