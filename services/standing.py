"""An incident's state and scope, kept in step with the acts on it."""

from __future__ import annotations

from collections.abc import Mapping

from db.engine import Connection
from db.queries import standings
from domain.periods import common_adm, common_cause, common_party
from domain.vocab import IncidentState

CHUNK = 500


def restand(connection: Connection, organisation: str, seqs: Mapping[str, int]) -> None:
    """Bring the standings of these incidents up to date, from the given log sequences on."""
    ids = list(seqs)
    for start in range(0, len(ids), CHUNK):
        opened = []
        for row in standings.scope_rows(connection, organisation, ids[start : start + CHUNK]):
            scope = scope_of(row)
            opened.append(
                standings.Standing(
                    row.id,
                    row.state,
                    scope["period_start"] or "",
                    scope["period_end"] or "",
                    scope["adm1"],
                    scope["adm2"],
                    scope["cause"] or "",
                    scope["party"] or "",
                    seqs[row.id],
                )
            )
        standings.stand(connection, organisation, opened)


def scope_of(row: standings.ScopeRow) -> dict[str, str | None]:
    """Give the scope that an incident's facts carry (record.md section 6).

    Several places: the deepest unit common to all; several causes: the common parent, else
    undetermined; several parties: contested.
    """
    adm1, adm2 = common_adm(row.adm)
    party, responsibility = common_party(row.parties)
    return {
        "period_start": row.start,
        "period_end": row.end,
        "adm1": adm1,
        "adm2": adm2,
        "cause": common_cause(row.causes),
        "party": party,
        "responsibility": responsibility,
    }


def set_state(
    connection: Connection, organisation: str, state: IncidentState, seqs: Mapping[str, int]
) -> None:
    """Give these incidents the state from the sequences on."""
    standings.set_states(connection, organisation, dict.fromkeys(seqs, state.value))
    restand(connection, organisation, seqs)


def something_newer(connection: Connection, organisation: str, seqs: Mapping[str, int]) -> None:
    """Note that a claim, listing, place or date is newer than the assessment in force."""
    assessed = standings.with_state(connection, organisation, list(seqs), IncidentState.ASSESSED.value)
    if assessed:
        set_state(connection, organisation, IncidentState.NEEDS_REVIEW, {id: seqs[id] for id in assessed})
