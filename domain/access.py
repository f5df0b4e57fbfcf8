"""Who acts, and what each role may do.

The table below is the policy table: one row an act, the roles that may do it. Every route names its act
(``api/actions.py``, without which the service does not start), every service asks for it again.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import FourEyesRequired, NotAllowed, OnlyPublished
from domain.vocab import Role, TokenKind

_READERS = frozenset({Role.VIEWER, Role.RECORDER, Role.REVIEWER, Role.PUBLISHER})
_RECORDERS = frozenset({Role.RECORDER, Role.REVIEWER})
_REVIEWERS = frozenset({Role.REVIEWER})
_PUBLISHERS = frozenset({Role.PUBLISHER})
_ADMINS = frozenset({Role.ADMIN})
_STAFF = frozenset(Role) - {Role.DASHBOARD}

POLICY: dict[str, frozenset[Role]] = {
    "record.read": _READERS,
    "record.create": _RECORDERS,
    "record.change": _RECORDERS,
    # Who may read a restricted record: for a reviewer who reads it already.
    "clearance.manage": _REVIEWERS,
    "statistics.read": _READERS,
    "assessment.propose": _RECORDERS,
    "assessment.withdraw": _RECORDERS,
    "assessment.approve": _REVIEWERS,
    "release.read": _READERS,
    "release.propose": _RECORDERS,
    "release.reject": _RECORDERS,
    "release.approve": _REVIEWERS,
    "release.withdraw": _REVIEWERS,
    # What everybody reads is a publisher's to decide on.
    "release.publish": _PUBLISHERS,
    "release.unpublish": _PUBLISHERS,
    "publication.read": _RECORDERS | {Role.PUBLISHER},
    # Publishing decides what strangers read: whoever proposes it does not decide it, and the other way round.
    "publication.propose": _RECORDERS,
    "publication.override": _REVIEWERS,
    "publication.publish": _PUBLISHERS,
    "publication.reject": _PUBLISHERS,
    "publication.retract": _PUBLISHERS,
    "edition.make": frozenset({Role.PUBLISHER}),
    "flag.clear": _REVIEWERS,
    "import.run": _RECORDERS,
    "gazetteer.read": _STAFF,
    # Jobs show what they were asked with, filters of the record among it: for whoever reads the record. An
    # export takes no more out than its maker could read already.
    "job.read": _READERS,
    "job.create": _RECORDERS,
    "job.change": _RECORDERS,
    # A schedule lets content leave month after month with nobody looking, so making one takes a reviewer, who
    # answers for the content. An administrator, who sees none, may stop and start what a reviewer decided.
    "schedule.read": frozenset({*_READERS, Role.ADMIN}),
    "schedule.create": _REVIEWERS,
    "schedule.change": frozenset({Role.REVIEWER, Role.ADMIN}),
    # A webhook is an address and a key: no content goes there, and keys are the administrator's. Reviewers
    # need it for what they schedule.
    "webhook.read": frozenset({Role.REVIEWER, Role.ADMIN}),
    "webhook.manage": frozenset({Role.REVIEWER, Role.ADMIN}),
    "log.read": frozenset({Role.REVIEWER, Role.PUBLISHER, Role.ADMIN}),
    "organisation.read": _STAFF,
    "policy.choose": frozenset({Role.REVIEWER, Role.ADMIN}),
    "member.read": _STAFF,
    "member.manage": _ADMINS,
    "invitation.manage": _ADMINS,
    # That another organisation reads what is for partners: of the same weight as letting a person in.
    "agreement.manage": _ADMINS,
    "agreement.read": _STAFF,
    # Keys of services. A personal token is its member's own affair: no administrator makes one.
    "token.manage": _ADMINS,
    "token.read": _STAFF,
    "token.create": _STAFF,
    "token.change": _STAFF,
    # Who one is, and how one signs in.
    "self.read": frozenset(Role),
    "self.change": _STAFF,
}


MEMBERS_ONLY = frozenset(
    {
        *("assessment.propose", "assessment.approve", "flag.clear", "edition.make", "clearance.manage"),
        *("release.propose", "release.approve", "release.reject", "release.withdraw"),
        *("release.publish", "release.unpublish"),
        *(f"publication.{verb}" for verb in ("propose", "override", "publish", "reject", "retract")),
        # A key that could make keys, or prolong itself, would outlive whoever takes it away.
        *("member.manage", "invitation.manage", "token.manage", "token.create", "token.change"),
        "agreement.manage",
        "self.change",
    }
)
"""What a person answers for: a service token never does it, whatever its roles."""


CONTENT = frozenset({Role.VIEWER, Role.RECORDER, Role.REVIEWER, Role.PUBLISHER})
"""Roles that see the record."""
SESSION = "session"
"""The kind of an actor who signed in; the other kinds are those of tokens."""
OPERATOR = "operator"
"""Whoever runs the command line on the server, and the log's name for them: keeps members and keys."""


def service_roles(roles: frozenset[str]) -> bool:
    """Tell whether a service token may have these roles.

    People and keys are kept by persons, so never ``admin``; and a key that stands in a public page reads
    what is published and nothing beside it, so ``dashboard`` alone or not at all.
    """
    return bool(roles) and (roles == {Role.DASHBOARD.value} or roles <= {role.value for role in CONTENT})


SENSITIVE = frozenset({Role.REVIEWER, Role.PUBLISHER})
"""Who reads sensitive fields (class F2) of whatever record they may read."""
SENSITIVE_OWN = frozenset({Role.RECORDER})
"""Who reads those of the records that they recorded themselves."""


class AsPassword(str):
    """A token shown as a password, by a program that keeps it in a file: it may only be one that reads."""

    __slots__ = ()


def reads_only(roles: frozenset[str]) -> bool:
    """Tell whether roles allow nothing but reading."""
    return roles <= {Role.VIEWER.value, Role.DASHBOARD.value}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a member through a session or a personal token, or a service.

    ``token`` is the session's or the token's id; ``member`` and ``person`` are None for a service. ``label``
    names the actor in the log. ``stale`` tells that the use of a session is to be written down.
    """

    organisation: str
    token: str
    kind: str
    roles: frozenset[str]
    member: str | None = None
    person: str | None = None
    stale: bool = False

    @property
    def label(self) -> str:
        """Give the log's name for the actor: the member's id, or the service token's."""
        return f"member:{self.member}" if self.member is not None else f"service:{self.token}"


def require(actor: Actor, act: str) -> None:
    """Raise NotAllowed unless one of the actor's roles may do the act; KeyError for an unknown act.

    What a person answers for is refused to a service: approving and publishing with FourEyesRequired.
    """
    if not actor.roles & POLICY[act]:
        kind = OnlyPublished if actor.roles == {Role.DASHBOARD.value} else NotAllowed
        raise kind("Your roles do not allow this. Ask an administrator of your organisation.")
    if act in MEMBERS_ONLY and actor.member is None and actor.token != OPERATOR:
        words = "A service token cannot do this: a person answers for it. Use a member's personal token."
        raise FourEyesRequired(words) if act.endswith((".approve", ".publish")) else NotAllowed(words)


def reader(actor: Actor) -> Actor:
    """Give the actor as a mere reader: what is made for others holds what each of them may read."""
    return Actor(actor.organisation, actor.token, TokenKind.SERVICE.value, frozenset({Role.VIEWER.value}))


def partner_of(actor: Actor, giver: str) -> Actor:
    """Give the actor as a partner of another organisation, the giver: a mere reader of what it shares."""
    return Actor(giver, actor.token, TokenKind.SERVICE.value, frozenset({Role.VIEWER.value}))


NOT_FOR_PARTNERS = (
    "A partner reads the records that are shared, in lists and one by one, and nothing else. Leave "
    "Civharm-Organisation out to act in your own organisation."
)


def reads_sensitive(actor: Actor) -> bool:
    """Tell whether the actor reads the sensitive fields of every record that they may read."""
    return bool(actor.roles & SENSITIVE)


def reads_own_sensitive(actor: Actor) -> bool:
    """Tell whether the actor reads the sensitive fields of the records that they recorded."""
    return bool(actor.roles & (SENSITIVE | SENSITIVE_OWN))


def require_member(actor: Actor, act: str) -> tuple[str, str]:
    """Give the member and person who act. Raises NotAllowed as ``require`` does, and for a service."""
    require(actor, act)
    if actor.member is None or actor.person is None:
        raise NotAllowed("A service token cannot do this. Use a member's personal token.")
    return actor.member, actor.person


def require_second_member(actor: Actor, author_person: str) -> tuple[str, str]:
    """Give the approver's member and person, or raise FourEyesRequired (section 5).

    A member proposes, another member approves: never the same person, never a service token.
    """
    if actor.kind == TokenKind.SERVICE or actor.member is None or actor.person is None:
        raise FourEyesRequired("A service token never approves. Use a second member's personal token.")
    if actor.person == author_person:
        raise FourEyesRequired("The author cannot approve. Ask another member to approve it.")
    return actor.member, actor.person
