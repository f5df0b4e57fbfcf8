"""Releases made short for tests: a record that is some days old, and what a member does with a release."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from db.queries import log_heads
from domain.publications import ReleaseDraft
from services import releases
from services.releases import Prepared
from tests.databases import lent
from tests.histories import tampering
from tests.worlds import World, make_world

BEGAN = datetime.now(UTC).date()
CUTOFF = (BEGAN - timedelta(days=3)).isoformat()
"""A day that is settled."""


BACKENDS = ("sqlite", "postgresql")


def shared_world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Give an organisation that the tests of a module share: what they release costs more than they do.

    For a fixture of the module with ``BACKENDS`` as its parameters.
    """
    with lent(request, request.param) as url:
        found = make_world(url, several_organisations=True)
        with found.client:
            yield found


def aged(world: World, days: int = 3) -> None:
    """Let all that is recorded so far be recorded some days ago; the log's hashes do not follow."""
    days += (datetime.now(UTC).date() - BEGAN).days  # midnight passes while the tests run, and CUTOFF stays
    with tampering(world.url) as connection:
        for name in ("log", "log_head"):
            rows = connection.execute(sa.text(f"SELECT organisation, seq, at FROM {name}")).all()
            for organisation, seq, at in rows:
                moved = datetime.fromisoformat(at) - timedelta(days=days)
                connection.execute(
                    sa.text(f"UPDATE {name} SET at = :at WHERE organisation = :o AND seq = :s"),
                    {"at": moved.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "o": organisation, "s": seq},
                )


def proposed_release(world: World, who: str = "recorder", **body: Any) -> dict[str, Any]:
    """Propose a release over HTTP; give it."""
    return world.made("releases", {"cutoff": CUTOFF, **body}, who)


_MADE: dict[str, Prepared] = {}
"""The files of the release of each world's record as it is known at the cut-off: they are always the same."""


def proposed_again(world: World, who: str = "recorder") -> dict[str, Any]:
    """Propose a release of files that were made before, where a test is not about how they are made."""
    actor = world.actor(who)
    if world.url not in _MADE:
        with world.database.reading() as connection:
            _MADE[world.url] = releases.prepare(connection, actor, ReleaseDraft(CUTOFF))
    with world.database.writing() as connection:
        id = releases.propose(connection, actor, _MADE[world.url]).stored.id
    found: dict[str, Any] = world.get(f"releases/{id}").json()
    return found


def approved_release(world: World, who: str = "second") -> dict[str, Any]:
    """Propose a release and have a second member approve it; give it."""
    made = proposed_again(world)
    answer = world.post(f"releases/{made['id']}/approve", {"digest": made["digest"]}, who)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def released_now(world: World, cutoff: str = CUTOFF, **more: Any) -> dict[str, Any]:
    """Release all that is known at this moment, under a day of the caller's choice; give the release."""
    with world.database.writing() as connection:
        actor = world.actor("recorder")
        seq = log_heads.head(connection, world.organisation).seq
        prepared = releases.prepare_at(connection, actor, ReleaseDraft(cutoff, **more), seq)
        made = releases.propose(connection, actor, prepared).stored
        releases.approve(connection, world.actor("second"), made.id, prepared.digest)
    answer = world.get(f"releases/{made.id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def files_of(world: World, release: dict[str, Any]) -> dict[str, bytes]:
    """Give the bytes of every file of a release by name."""
    found = {}
    for one in release["files"]:
        answer = world.client.get(one["links"]["self"], headers=world.headers())
        assert answer.status_code == 200, answer.text
        found[one["name"]] = answer.content
    return found
