"""Trees of assessed incidents in the statistics: every person once, whichever level is asked (R7)."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.entries import assessed, entered, figure, proposed
from tests.worlds import World

OPEN: dict[str, Any] = {"open": True, "comparator": "at_least"}


def numbers(world: World, **asked: Any) -> list[tuple[Any, ...]]:
    """Give a table's rows: the keys of its breakdown, then low, high, open and incidents."""
    answer = world.get("statistics", outcome="killed", **asked)
    assert answer.status_code == 200, answer.text
    names = asked["by"].split(",") if asked.get("by") else []
    return [
        (*(one[name] for name in names), one["low"], one["high"], one["open"], one["incidents"])
        for one in answer.json()["data"]
    ]


def campaign(world: World, **more: Any) -> dict[str, str]:
    """Enter a campaign of 33 in one province with sites of 5 and of 3 to 4, one district each."""
    above: str = entered(
        world,
        figure(low=33),
        day="2026-01-30",
        end="2026-02-02",
        kind="campaign",
        place=("PK2", "PK211"),
        **more,
    )["incident"]["id"]
    world.made("places", {"incident": above, "reported_name": "Pasni", "adm1": "PK2", "adm2": "PK208"})
    turbat = entered(world, figure(low=5), kind="site", place=("PK2", "PK211"), parent=above)
    pasni = entered(
        world,
        figure(low=3, high=4, comparator="between"),
        day="2026-02-01",
        kind="site",
        place=("PK2", "PK208"),
        parent=above,
    )
    return {"campaign": above, "turbat": turbat["incident"]["id"], "pasni": pasni["incident"]["id"]}


def approve(world: World, incident: str) -> dict[str, Any]:
    answer = world.approve(proposed(world, incident)["id"])
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


WHOLE = [(33, 33, 0, 1)]
BY_DISTRICT = [("PK208", 3, 4, 0, 1), ("PK211", 5, 5, 0, 1), ("unknown", 24, 25, 0, 1)]


@pytest.mark.parametrize("order", list(permutations(["campaign", "turbat", "pasni"])), ids="-".join)
def test_a_tree_gives_the_same_numbers_in_whatever_order_it_is_assessed(
    world: World, order: tuple[str, ...]
) -> None:
    ids = campaign(world)
    for name in order:
        approve(world, ids[name])
    assert numbers(world) == WHOLE
    assert numbers(world, by="adm1,year") == [("PK2", "2026", *WHOLE[0])]
    assert numbers(world, by="adm2") == BY_DISTRICT
    assert numbers(world, by="month") == [
        ("2026-01", 5, 5, 0, 1),
        ("2026-02", 3, 4, 0, 1),
        ("spans", 24, 25, 0, 1),
    ]
    by_incident = {row[0]: row[1:3] for row in numbers(world, by="incident")}
    assert by_incident == {ids["campaign"]: (24, 25), ids["turbat"]: (5, 5), ids["pasni"]: (3, 4)}


def test_a_filter_on_one_district_counts_its_part_alone(world: World) -> None:
    ids = campaign(world)
    for id in ids.values():
        approve(world, id)
    assert numbers(world, adm2="PK211") == [(5, 5, 0, 1)]
    assert numbers(world, adm2="unknown") == [(24, 25, 0, 1)]
    assert numbers(world, adm1="PK2") == WHOLE
    assert numbers(world, adm1="PK3") == []


def test_days_that_hold_the_whole_campaign_do_not_cut_it(world: World) -> None:
    ids = campaign(world)
    for id in ids.values():
        approve(world, id)
    assert numbers(world, from_="2026-01-01", to="2026-02-28") == WHOLE
    asked = {"outcome": "killed", "from_": "2026-01-31", "to": "2026-01-31"}
    answer = world.get("statistics", **asked).json()
    assert (answer["total"]["low"], answer["total"]["high"]) == (5, 5)
    assert answer["meta"]["straddling"] == 1


def test_incidents_alone_and_in_trees_are_added(world: World) -> None:
    ids = campaign(world)
    assessed(world, figure(low=2), place=("PK2", "PK211"))
    for id in ids.values():
        approve(world, id)
    assert numbers(world) == [(35, 35, 0, 2)]
    assert numbers(world, by="adm2") == [
        ("PK208", 3, 4, 0, 1),
        ("PK211", 7, 7, 0, 2),
        ("unknown", 24, 25, 0, 1),
    ]


def test_what_was_known_before_a_tree_is_netted_keeps_its_bytes(world: World) -> None:
    ids = campaign(world)
    kept: dict[int, list[bytes]] = {}

    def remember() -> None:
        sequence = world.get("organisation").json()["log_sequence"]
        kept[sequence] = asked_at(sequence)

    def asked_at(sequence: int) -> list[bytes]:
        questions: list[dict[str, str]] = [{}, {"by": "adm2"}, {"by": "month"}, {"by": "incident"}]
        return [
            world.get("statistics", outcome="killed", known_at=sequence, **question).content
            for question in questions
        ]

    for name in ("turbat", "campaign", "pasni"):
        approve(world, ids[name])
        remember()
    entered(world, figure(low=6), incident=ids["turbat"], source="Second hospital")
    approve(world, ids["turbat"])
    remember()
    version = world.get(f"incidents/{ids['turbat']}").json()["version"]
    moved = world.patch(f"incidents/{ids['turbat']}", {"parent": None}, version)
    assert moved.status_code == 200, moved.text
    remember()
    assert [asked_at(sequence) for sequence in kept] == list(kept.values())


def test_an_incident_between_that_is_not_assessed_is_transparent(world: World) -> None:
    above = entered(world, figure(low=33), kind="campaign")["incident"]["id"]
    between = entered(world, figure(low=9), parent=above)["incident"]["id"]
    site = entered(world, figure(low=5), kind="site", parent=between, place=("PK2", "PK211"))["incident"][
        "id"
    ]
    approve(world, site)
    approve(world, above)
    assert numbers(world) == WHOLE
    assert numbers(world, by="adm2") == [("PK211", 5, 5, 0, 1), ("unknown", 28, 28, 0, 1)]
    approve(world, between)
    assert numbers(world) == WHOLE
    assert numbers(world, by="adm2") == [("PK211", 5, 5, 0, 1), ("unknown", 28, 28, 0, 2)]


def test_an_incident_moved_below_another_is_no_longer_counted_beside_it(world: World) -> None:
    above = assessed(world, figure(low=10), kind="campaign")
    below = assessed(world, figure(low=7), place=("PK2", "PK211"))
    assert numbers(world) == [(17, 17, 0, 2)]
    assert world.patch(f"incidents/{below}", {"parent": above}, 1).status_code == 200
    assert numbers(world) == [(10, 10, 0, 1)]
    assert numbers(world, by="adm2") == [("PK211", 7, 7, 0, 1), ("unknown", 3, 3, 0, 1)]
    assert world.patch(f"incidents/{below}", {"parent": None}, 2).status_code == 200
    assert numbers(world) == [(17, 17, 0, 2)]
    # And each is assessed anew by itself.
    approve(world, above)
    assert numbers(world, by="adm2") == [("PK211", 7, 7, 0, 1), ("unknown", 10, 10, 0, 1)]


def test_parts_left_without_an_assessed_parent_count_each_by_itself(world: World) -> None:
    ids = campaign(world)
    for id in ids.values():
        approve(world, id)
    for name in ("turbat", "pasni"):
        assert world.patch(f"incidents/{ids[name]}", {"parent": None}, 1).status_code == 200
    assert numbers(world) == [(41, 42, 0, 3)]


def test_parts_above_the_parent_s_high_are_named_and_the_approval_goes_through(world: World) -> None:
    above = entered(world, figure(low=4), kind="campaign")["incident"]["id"]
    site = entered(world, figure(low=5), kind="site", parent=above)["incident"]["id"]
    assert approve(world, above)["warnings"] == []
    (warning,) = approve(world, site)["warnings"]
    assert warning["code"] == "parts-exceed-parent"
    assert numbers(world) == [(5, 5, 0, 1)]

    def flags() -> list[str]:
        found = world.get(f"incidents/{above}", include="flags").json()["flags"]
        return [one["code"] for one in found]

    assert flags() == ["parts-exceed-parent"]
    # A change of the record itself does not take the flag away; a figure that holds its parts does.
    version = world.get(f"incidents/{above}").json()["version"]
    assert world.patch(f"incidents/{above}", {"title": "Attacks"}, version).status_code == 200
    assert flags() == ["parts-exceed-parent"]
    entered(world, figure(low=6), incident=above)
    assert approve(world, above)["warnings"] == []
    # Its claims now give 4 to 6, and the five below raise the low.
    assert (flags(), numbers(world)) == ([], [(5, 6, 0, 1)])


def test_a_part_verified_stays_verified_in_the_whole(world: World) -> None:
    ids = campaign(world)
    approve(world, ids["campaign"])
    proposal = proposed(
        world,
        ids["turbat"],
        occurrence="verified",
        harm="verified",
        cells=[{"outcome": "killed", "how_many": "verified"}],
        standard_of_proof="reasonable grounds to believe",
    )
    assert world.approve(proposal["id"]).status_code == 200
    by_state = {row[0]: row[1:3] for row in numbers(world, by="verification")}
    assert by_state == {"verified": (5, 5), "pending": (28, 28)}
    assert numbers(world, verification="verified", by="adm2") == [("PK211", 5, 5, 0, 1)]


def test_an_open_part_leaves_a_remainder_from_nought(world: World) -> None:
    above = entered(world, figure(low=33), kind="campaign")["incident"]["id"]
    site = entered(world, figure(low=5, **OPEN), kind="site", parent=above, place=("PK2", "PK211"))
    approve(world, above)
    approve(world, site["incident"]["id"])
    assert numbers(world) == WHOLE
    assert numbers(world, by="adm2") == [("PK211", 5, 5, 1, 1), ("unknown", 0, 28, 0, 1)]
