"""The policy that an organisation assesses under: chosen, followed by another, never changed.

A change of method is allowed and must be shown: every choice is a dated break that statistics carry
(Every Casualty, Standards for Casualty Recording 2016, pp. 19-20).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from db import door
from db.engine import Connection
from db.kinds import POLICY_CHOICE
from db.queries import policies as queries
from db.types import FOREVER
from domain.access import Actor, require
from domain.errors import Fault, Invalid
from domain.methodology import METHODOLOGY_VERSION
from domain.policies import POLICIES, VERSIONS, Policy
from domain.vocab import Visibility
from services.records import new_id

DEFAULT = "reported-range"
"""The policy of an organisation that chose none: it leaves nothing out."""


@dataclass(frozen=True, slots=True)
class InUse:
    """The policy and version in use; ``choice`` is the choice as recorded, None for the default."""

    policy: str
    version: str
    choice: dict[str, Any] | None = None

    def asked(self) -> str:
        """Give the name by which this very version is asked for."""
        return f"{self.policy}@{self.version}"

    def advice(self) -> str | None:
        """Say that the software knows a newer version of the policy or of the methodology, where it does."""
        if self.choice is None:
            return None
        newest = POLICIES[self.policy].version
        if newest != self.version:
            return (
                f"Version {newest} of the policy is here and {self.version} is chosen: assessments go on "
                f"under {self.version}. Choosing the policy again takes {newest} and is a dated break."
            )
        if self.choice["methodology_version"] != METHODOLOGY_VERSION:
            return (
                f"The methodology is {METHODOLOGY_VERSION} now and was "
                f"{self.choice['methodology_version']} when the policy was chosen. Choosing it again dates "
                "the break."
            )
        return None


def asked(name: str, pointer: str = "/policy") -> Policy:
    """Give the policy of a name, its newest version, or of ``name@version``.

    ``pointer`` says where the name stands. Raises Invalid for a policy or a version that is not here.
    """
    plain, at, version = name.partition("@")
    check_known(plain, pointer)
    if at:
        check_version(plain, version, pointer)
    return VERSIONS[plain, version] if at else POLICIES[plain]


def check_known(name: str, pointer: str = "/policy") -> None:
    """Raise Invalid unless there is a policy of this name."""
    if name not in POLICIES:
        detail = "There is no such policy; choose one of " + ", ".join(sorted(POLICIES)) + "."
        raise Invalid(detail, code="unknown-code", faults=[Fault(pointer, "unknown-code", detail)])


def check_version(name: str, version: str, pointer: str = "/version") -> None:
    """Raise Invalid unless the policy of this name has this version."""
    if (name, version) not in VERSIONS:
        known = sorted((one for plain, one in VERSIONS if plain == name), key=int)
        detail = f"The policy {name} has no such version; choose one of " + ", ".join(known) + "."
        raise Invalid(detail, code="unknown-code", faults=[Fault(pointer, "unknown-code", detail)])


def in_use(connection: Connection, organisation: str) -> InUse:
    """Give the policy in use: the last choice, or the newest version of the default."""
    made = queries.choices(connection, organisation, FOREVER - 1)
    if not made:
        return InUse(DEFAULT, POLICIES[DEFAULT].version)
    return InUse(made[-1]["policy"], made[-1]["version"], made[-1])


def history(connection: Connection, actor: Actor) -> tuple[InUse, list[dict[str, Any]]]:
    """Give the policy in use and every choice, first to last."""
    require(actor, "organisation.read")
    used = in_use(connection, actor.organisation)
    return used, queries.choices(connection, actor.organisation, FOREVER - 1)


def choose(
    connection: Connection, actor: Actor, policy: str, version: str | None = None, note: str | None = None
) -> None:
    """Choose the policy that assessments are made under from now on; nothing assessed before moves.

    ``policy`` may be ``name@version``; ``version`` None is the newest. Raises Invalid for a policy or version
    that is not here, and when it is the choice in force already under the methodology of today.
    """
    require(actor, "policy.choose")
    policy, at, named = policy.partition("@")
    if at and version not in (None, named):
        detail = "The name asks for one version and version for another: give one of the two."
        raise Invalid(detail, code="one-of-two", faults=[Fault("/version", "one-of-two", detail)])
    check_known(policy)
    wanted = version or (named if at else POLICIES[policy].version)
    check_version(policy, wanted, "/policy" if at else "/version")
    door.lock_head(connection, actor.organisation)
    now = in_use(connection, actor.organisation).choice
    content = {
        "policy": policy,
        "policy_version": wanted,
        "methodology_version": METHODOLOGY_VERSION,
        "note": note,
        "visibility": Visibility.ORGANISATION.value,
    }
    chosen = (policy, wanted, METHODOLOGY_VERSION)
    if now is not None and chosen == (now["policy"], now["version"], now["methodology_version"]):
        raise Invalid("This very version is chosen already; nothing would change.", code="no-change")
    door.record(connection, actor, [door.Act("choose", POLICY_CHOICE, new_id(), 1, content)])
