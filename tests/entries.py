"""What a data officer enters, made short for tests."""

from __future__ import annotations

from typing import Any

from tests.worlds import World


def figure(
    key: str = "total", low: int | None = None, high: int | None = None, **more: Any
) -> dict[str, Any]:
    """Give a figure of persons killed unless said otherwise."""
    found: dict[str, Any] = {"key": key, "outcome": "killed", **more}
    if low is not None:
        found |= {"low": low, "high": low if high is None else high}
    return found


def entered(
    world: World,
    *figures: dict[str, Any],
    day: str = "2026-01-31",
    end: str | None = None,
    place: tuple[str, str] | None = None,
    source: str = "District hospital",
    incident: str | None = None,
    **of_incident: Any,
) -> dict[str, Any]:
    """Enter a report with one claim through intake; give the answer."""
    last = end or day
    new = {
        "title": "Market bombing",
        "country": "PK",
        "occurred": {"start": day, "end": last, "precision": "day" if last == day else "period"},
        **of_incident,
    }
    body: dict[str, Any] = {
        "source": {"kind": "hospital", "name": source},
        "report": {"title": f"Statement of {source}"},
        "incident": incident or new,
        "claim": {"figures": list(figures)},
    }
    if place is not None:
        body["places"] = [
            {"reported_name": place[1], "adm1": place[0], "adm2": place[1], "precision": "adm2"}
        ]
    answer = world.post("intake", body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def proposed(world: World, incident: str, who: str = "reviewer", **more: Any) -> dict[str, Any]:
    """Propose an assessment; give it. One that supersedes another is for new information unless said."""
    if world.get("assessments", incident=incident, state="approved").json()["data"]:
        more.setdefault("reason", {"code": "new_information"})
    answer = world.post("assessments", {"incident": incident, "policy": "reported-range", **more}, who)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def assessed(world: World, *figures: dict[str, Any], **more: Any) -> str:
    """Enter, propose and have a second member approve; give the incident's id."""
    about = {name: more.pop(name) for name in list(more) if name in PROPOSAL}
    incident: str = entered(world, *figures, **more)["incident"]["id"]
    answer = world.approve(proposed(world, incident, **about)["id"])
    assert answer.status_code == 200, answer.text
    return incident


PROPOSAL = ("occurrence", "harm", "responsibility", "cells", "standard_of_proof", "set_aside", "leave_out")


def code_of(answer: Any) -> str:
    """Give the code of a problem."""
    found: str = answer.json()["type"].rsplit("/", 1)[1]
    return found
