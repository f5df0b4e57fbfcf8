"""What each route does, in the words of the policy table: one line an operation.

The desk asks whether the caller may do it before the route's own work begins, whatever the services below
ask for again. An operation that stands not here stops the app from starting, and so does a line without an
operation: a route that nobody thought of is open to nobody.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Final

from starlette.requests import Request
from starlette.routing import BaseRoute

from domain.access import MEMBERS_ONLY, POLICY
from domain.vocab import Role

PART_OF: Final = {"publication.override": "propose_publication"}
"""Acts that an operation asks for beside its own, by what is sent."""
OPEN: Final = "open"
"""For whoever asks, without a token: it tells nothing of any organisation's record but what is published."""

ORGANISATION: Final = "Civharm-Organisation"
"""The header in which a partner names the organisation whose records they read."""

_RECORDS = (
    "claim",
    "incident",
    "listing",
    "overlap",
    "party",
    "place",
    "report",
    "source",
    "supersession",
    "victim",
)

ACTIONS: Final[dict[str, str]] = {
    **dict.fromkeys(("health", "meta"), OPEN),
    # What the software is: its vocabularies, rules and forms.
    **dict.fromkeys(
        ("vocabularies", "vocabulary", "mappings", "mapping", "policies", "policy", "grades"), OPEN
    ),
    **dict.fromkeys(("layouts", "layout", "sdmx_structure", "standard_tables"), OPEN),
    # Records, and what is computed of one incident.
    **{f"{verb}_{one}": "record.read" for one in _RECORDS for verb in ("list", "read", "history")},
    **{f"create_{one}": "record.create" for one in _RECORDS},
    **{f"change_{one}": "record.change" for one in _RECORDS},
    **{f"{verb}_population": "record.read" for verb in ("list", "read", "history")},
    "create_population": "record.create",
    "intake": "record.create",
    **{f"{verb}_clearance": "record.read" for verb in ("list", "read", "history")},
    "create_clearance": "clearance.manage",
    "end_clearance": "clearance.manage",
    "clear_flag": "flag.clear",
    "claim_table": "record.read",
    "incident_corroboration": "record.read",
    "incident_figures": "record.read",
    "incident_lists": "record.read",
    "incident_netting": "record.read",
    "incident_series": "record.read",
    "incident_verification": "record.read",
    "list_changes": "record.read",
    "list_membership": "record.read",
    "persons_on_day": "record.read",
    "proposed_supersessions": "record.read",
    "list_imports": "record.read",
    "read_import": "record.read",
    "data_package": "record.read",
    # Assessments.
    **{f"{verb}_assessment": "record.read" for verb in ("list", "read", "history")},
    "propose_assessment": "assessment.propose",
    "approve_assessment": "assessment.approve",
    "withdraw_assessment": "assessment.withdraw",
    # Numbers of the whole record.
    "statistics": "statistics.read",
    "changes": "statistics.read",
    "revisions": "statistics.read",
    "standard_table": "statistics.read",
    "brief": "statistics.read",
    # Releases.
    **{f"{verb}_release": "release.read" for verb in ("list", "read", "history")},
    "release_file": "release.read",
    "release_archive": "release.read",
    "diff_releases": "release.read",
    "propose_release": "release.propose",
    "approve_release": "release.approve",
    "reject_release": "release.reject",
    "withdraw_release": "release.withdraw",
    **{f"{verb}_release": f"release.{verb}" for verb in ("publish", "unpublish")},
    # What the public gets.
    **dict.fromkeys(
        ("public_incidents", "public_incident", "public_statistics", "public_organisations"), OPEN
    ),
    **dict.fromkeys(("public_tables", "public_table"), OPEN),
    **dict.fromkeys(("public_releases", "public_release", "public_release_file"), OPEN),
    "list_editions": "record.read",
    "make_edition": "edition.make",
    **{f"{verb}_publication": "publication.read" for verb in ("list", "read", "history", "preview")},
    **{f"{verb}_publication": f"publication.{verb}" for verb in ("propose", "publish", "reject", "retract")},
    # Work, and who is told of it.
    "list_jobs": "job.read",
    "read_job": "job.read",
    "create_job": "job.create",
    "cancel_job": "job.change",
    "retry_job": "job.change",
    "list_schedules": "schedule.read",
    "read_schedule": "schedule.read",
    "create_schedule": "schedule.create",
    **{f"{verb}_schedule": "schedule.change" for verb in ("pause", "resume", "remove")},
    "list_webhooks": "webhook.read",
    "read_webhook": "webhook.read",
    "list_deliveries": "webhook.read",
    "create_webhook": "webhook.manage",
    "replay_delivery": "webhook.manage",
    **{f"{verb}_webhook": "webhook.manage" for verb in ("enable", "remove", "rotate")},
    # Places of the world, and the organisation.
    "gazetteer_units": "gazetteer.read",
    "gazetteer_resolve": "gazetteer.read",
    "organisation": "organisation.read",
    "organisation_policy": "organisation.read",
    "choose_policy": "policy.choose",
    # People and keys.
    "members": "member.read",
    "read_member": "member.read",
    **{f"{verb}_member": "member.manage" for verb in ("create", "change", "deactivate", "activate")},
    "invite_member": "invitation.manage",
    "list_invitations": "invitation.manage",
    "create_invitation": "invitation.manage",
    "revoke_invitation": "invitation.manage",
    # Who else reads.
    **dict.fromkeys(("list_agreements", "read_agreement", "received_agreements"), "agreement.read"),
    **{f"{verb}_agreement": "agreement.manage" for verb in ("create", "end")},
    "list_tokens": "token.read",
    "create_token": "token.create",
    "create_service_token": "token.manage",
    **{f"{verb}_token": "token.change" for verb in ("revoke", "rotate")},
    # Who asks shows a secret of another kind: an invitation's, or a password.
    **dict.fromkeys(("accept_invitation", "create_session"), OPEN),
    **dict.fromkeys(("oidc_start", "oidc_callback", "oidc_accept_invitation"), OPEN),
    "oidc_link": "self.change",
    "me": "self.read",
    **dict.fromkeys(("end_session", "change_password"), "self.change"),
    "log": "log.read",
}


_SHARED = ["claim", "incident", "listing", "overlap", "place", "report", "source", "supersession", "victim"]
FOR_PARTNERS: Final = frozenset(f"{verb}_{one}" for one in _SHARED for verb in ("list", "read"))
"""What a partner may ask another organisation by an agreement: records that are shared, as they are now.

Histories tell what a record was before it was shared, and assessments, figures and statistics are made of
records that are not, so none of them is among it.
"""


def check(routes: Iterable[BaseRoute]) -> None:
    """Raise RuntimeError unless every route has its line, every line its route, and every act its roles."""
    served = {str(getattr(route, "operation_id", None) or getattr(route, "path", "?")) for route in routes}
    faults = [
        *(f"{name} has no declared action" for name in sorted(served - ACTIONS.keys())),
        *(f"{name} is declared and not served" for name in sorted(ACTIONS.keys() - served)),
        *(f"{name}: {act} is in no policy" for name, act in ACTIONS.items() if act not in (OPEN, *POLICY)),
    ]
    if faults:
        raise RuntimeError("The service does not start (api/actions.py): " + "; ".join(faults) + ".")


def action_of(request: Request) -> str:
    """Give what the request's route does. Raises KeyError for a route that is not declared."""
    return ACTIONS[request.scope["route"].operation_id]


def matrix() -> list[str]:
    """Give the rows of the published table: an act, who may do it, and the operations that do."""
    head = ["act", *Role.codes(), "service tokens", "operations"]
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for act, roles in POLICY.items():
        may = ["yes" if role in roles else "" for role in Role]
        service = "never" if act in MEMBERS_ONLY else "as their roles"
        operations = ", ".join(f"`{name}`" for name, done in ACTIONS.items() if done == act)
        if act in PART_OF:
            operations = f"`{PART_OF[act]}`, with overrides"
        lines.append(f"| `{act}` | {' | '.join(may)} | {service} | {operations or 'the command alone'} |")
    return lines


if __name__ == "__main__":
    sys.stdout.write("\n".join(matrix()) + "\n")
