"""Best estimates in statistics: the sum of the sources' own, or none."""

from typing import Any

from tests.entries import assessed, code_of, entered, figure
from tests.worlds import World

CIVILIANS: dict[str, Any] = {"status": "civilian", "relation": "included_in", "relation_to": "total"}


def asked(world: World, **question: str) -> Any:
    answer = world.get("statistics", outcome="killed", **question)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_cell_has_a_best_only_where_every_incident_has_one(world: World) -> None:
    first = assessed(world, figure(low=5, high=10, comparator="between", best=7), day="2026-01-31")
    assert asked(world)["total"]["best"] == 7
    assessed(world, figure(low=2, high=4, comparator="between", best=2), day="2026-03-02")
    assert asked(world)["total"]["best"] == 9
    before = world.get("log", "reviewer", limit="500").json()["meta"]["log_sequence"]
    then = world.get("statistics", outcome="killed", known_at=str(before)).content
    assessed(world, figure(low=3), day="2026-03-20")
    found = asked(world, by="month")
    assert [(one["month"], one["best"]) for one in found["data"]] == [("2026-01", 7), ("2026-03", None)]
    assert (found["total"]["low"], found["total"]["best"]) == (10, None)
    assert [one["best"] for one in asked(world, by="incident")["data"] if one["incident"] == first] == [7]
    # Nothing recorded later alters the answer about the past.
    assert world.get("statistics", outcome="killed", known_at=str(before)).content == then


def test_where_no_source_gives_a_best_the_answer_does_not_speak_of_it(world: World) -> None:
    assessed(world, figure(low=3))
    found = asked(world, by="month")
    assert "best" not in found["total"]
    assert "best" not in found["data"][0]


def test_parts_have_their_own_best(world: World) -> None:
    assessed(
        world,
        figure(low=5, high=10, comparator="between", best=7),
        figure("civilians", 4, best=4, **CIVILIANS),
    )
    found = asked(world, by="status")
    assert [(one["status"], one["best"]) for one in found["data"]] == [("civilian", 4), ("unknown", 3)]
    assert asked(world, status="civilian")["total"]["best"] == 4


def test_a_claim_s_best_is_read_as_it_was_sent_and_shown_with_the_figures(world: World) -> None:
    entry = entered(world, figure(low=4, high=6, comparator="between", best=3))
    claim = world.get(f"claims/{entry['claim']['id']}").json()
    assert [one["best"] for one in claim["figures"]] == [3]
    answer = world.get(f"incidents/{entry['incident']['id']}/figures", policy="reported-range").json()
    assert [one["best"] for one in answer["data"][0]["figures"]] == [3]


def test_a_best_without_low_and_high_is_refused(world: World) -> None:
    body = figure(comparator="mention", best=3)
    incident = entered(world, figure(low=1))
    sent = {
        "report": incident["report"]["id"],
        "incident": incident["incident"]["id"],
        "origin": incident["source"]["id"],
        "figures": [body],
    }
    answer = world.post("claims", sent)
    assert (answer.status_code, code_of(answer)) == (422, "inconsistent-range")
