"""Trees of assessed incidents in the statistics: every person once, whichever level is asked (R7)."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from domain.figures import FactCell
from domain.questions import Question
from domain.trees import Assessed, Scope, asked_of, net
from domain.vocab import Cause
from services.assessments import approve_many
from tests.entries import assessed, code_of, entered, figure, proposed
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


def morgue(world: World, low: int = 2846) -> str:
    """Assess Baghdad's morgue, 14 April to 31 August 2003 (Iraq Body Count, entry x132)."""
    return assessed(
        world,
        figure(low=low),
        day="2003-04-14",
        end="2003-08-31",
        kind="period_aggregate",
        title="Morgue, April to August",
    )


def overlap(world: World, aggregate: str, **more: Any) -> dict[str, Any]:
    body = {"aggregate": aggregate, "kind": "incident", "outcome": "killed", **more}
    return world.made("overlaps", body)


def test_an_aggregate_contributes_what_is_left_without_background_and_published_incidents(
    world: World,
) -> None:
    aggregate = morgue(world)
    overlap(world, aggregate, kind="background", low=1327, high=1327, note="The same months of 2002.")
    assert numbers(world) == [(1519, 1519, 0, 1)]
    # Confirmed and potential overlaps with published incidents, as an interval.
    published = assessed(world, figure(low=150), day="2003-05-01", end="2003-06-30")
    given = overlap(world, aggregate, incident=published, low=120, high=200)
    assert numbers(world) == [(1319 + 150, 1399 + 150, 0, 2)]
    changed = world.patch(f"overlaps/{given['id']}", {"low": 150, "high": 150}, 1)
    assert changed.status_code == 200, changed.text
    assert numbers(world) == [(1519, 1519, 0, 2)]


def test_an_overlap_counts_from_when_its_incident_is_assessed_and_follows_its_figure(world: World) -> None:
    aggregate = morgue(world)
    market = entered(world, figure(low=20), day="2003-05-01")["incident"]["id"]
    overlap(world, aggregate, incident=market)
    assert numbers(world) == [(2846, 2846, 0, 1)]
    sequence = world.get("organisation").json()["log_sequence"]
    before = world.get("statistics", outcome="killed", known_at=sequence).content
    approve(world, market)
    assert numbers(world) == [(2846, 2846, 0, 2)]
    by_incident = {row[0]: row[1:3] for row in numbers(world, by="incident")}
    assert by_incident == {aggregate: (2826, 2826), market: (20, 20)}
    entered(world, figure(low=25, **OPEN), incident=market, source="Second hospital")
    approve(world, market)
    by_incident = {row[0]: row[1:3] for row in numbers(world, by="incident")}
    assert by_incident[aggregate][0] == 0
    assert world.get("statistics", outcome="killed", known_at=sequence).content == before


def test_several_aggregates_over_one_incident_are_counted_apart(world: World) -> None:
    aggregates = [morgue(world), morgue(world, 100)]
    market = entered(world, figure(low=20), day="2003-05-01")["incident"]["id"]
    for one in aggregates:
        overlap(world, one, incident=market)
    approve(world, market)
    assert numbers(world) == [(2826 + 80 + 20, 2826 + 80 + 20, 0, 3)]


def test_an_overlap_takes_out_the_whole_of_the_incident_that_it_names(world: World) -> None:
    aggregate = morgue(world, 100)
    campaign = assessed(world, figure(low=3))
    overlap(world, aggregate, incident=campaign)
    assert numbers(world)[0][:2] == (100, 100)
    # Its site has more than the campaign knew: five of the hundred are counted there.
    site = entered(world, figure(low=5), parent=campaign)["incident"]["id"]
    assert world.approve(proposed(world, site)["id"]).status_code == 200
    assert numbers(world)[0][:2] == (100, 100)


def test_an_overlap_with_a_campaign_that_is_not_assessed_takes_out_what_its_parts_count(world: World) -> None:
    ids = campaign(world)
    morgue = assessed(world, figure(low=100), kind="period_aggregate", day="2026-01-01", end="2026-03-31")
    body = {"aggregate": morgue, "kind": "incident", "incident": ids["campaign"], "outcome": "killed"}
    world.made("overlaps", body)
    assert numbers(world) == [(100, 100, 0, 1)]
    approve(world, ids["turbat"])
    approve(world, ids["pasni"])
    # Five and three to four are recorded one by one, and are among the hundred.
    assert numbers(world) == [(99, 101, 0, 3)]
    assert sorted(one[1:3] for one in numbers(world, by="incident")) == [(3, 4), (5, 5), (91, 92)]
    approve(world, ids["campaign"])
    assert numbers(world) == [(100, 100, 0, 2)]


def test_an_overlap_that_cannot_be_is_refused(world: World) -> None:
    aggregate = morgue(world)
    other = morgue(world, 100)
    below = entered(world, figure(low=5), parent=aggregate)["incident"]["id"]
    body = {"aggregate": aggregate, "kind": "incident", "outcome": "killed"}

    def refused(**more: Any) -> tuple[int, str]:
        answer = world.post("overlaps", {**body, **more})
        return answer.status_code, code_of(answer)

    assert refused(incident=below) == (409, "overlap-in-tree")
    assert refused(aggregate=below, incident=other) == (422, "not-an-aggregate")
    assert refused() == (422, "required")
    assert refused(incident=aggregate) == (422, "invalid")
    assert refused(incident=other, low=5) == (422, "inconsistent-range")
    assert refused(incident=other, low=5, high=4) == (422, "inconsistent-range")
    overlap(world, other, incident=aggregate)
    assert refused(incident=other) == (409, "overlap-mutual")
    campaign = entered(world, figure(low=9))["incident"]["id"]
    site = entered(world, figure(low=5), parent=campaign)["incident"]["id"]
    overlap(world, aggregate, incident=campaign)
    # The site's persons are among the campaign's: taken out once.
    assert refused(incident=site) == (409, "overlap-twice")
    assert refused(incident=campaign, sex="female") == (409, "overlap-twice")
    assert len(world.get("overlaps").json()["data"]) == 2


def test_the_netting_of_an_incident_shows_each_side_and_where_it_comes_from(world: World) -> None:
    ids = campaign(world)
    for id in ids.values():
        approve(world, id)
    seen = world.get(f"incidents/{ids['campaign']}/netting").json()
    (total,) = [one for one in seen["figures"] if one["grain"] == "total"]
    sides = {
        side: [(row["low"], row["high"]) for row in total[side]]
        for side in ("own", "overlaps", "parts", "whole", "remainder")
    }
    assert sides == {
        "own": [(33, 33)],
        "overlaps": [],
        "parts": [(8, 9)],
        "whole": [(33, 33)],
        "remainder": [(24, 25)],
    }
    assert total["remainder"][0]["basis"] == "unallocated"
    assert {one["id"] for one in seen["parts"]} == {ids["turbat"], ids["pasni"]}
    assert seen["rule"].startswith("R7")
    for address in (
        seen["assessment"],
        *seen["links"].values(),
        *(one[link] for one in seen["parts"] for link in ("assessment", "netting")),
    ):
        assert world.client.get(address, headers=world.headers()).status_code == 200, address
    part = world.get(f"incidents/{ids['turbat']}/netting").json()
    assert (part["above"]["id"], part["parts"], part["clashes"]) == (ids["campaign"], [], [])


def test_the_netting_of_an_incident_that_is_not_assessed_shows_its_parts_and_no_figure(world: World) -> None:
    ids = campaign(world)
    approve(world, ids["turbat"])
    seen = world.get(f"incidents/{ids['campaign']}/netting").json()
    assert seen["assessment"] is None
    assert [one["id"] for one in seen["parts"]] == [ids["turbat"]]
    (total,) = [one for one in seen["figures"] if one["grain"] == "total"]
    assert (total["own"], total["whole"]) == ([], [])
    assert [(row["low"], row["high"]) for row in total["parts"]] == [(5, 5)]
    assert world.get(f"incidents/{OTHER_ID}/netting").status_code == 404


OTHER_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"


def test_the_netting_names_clashes_and_overlaps_that_take_too_much(world: World) -> None:
    aggregate = morgue(world, 100)
    market = entered(world, figure(low=20), day="2003-05-01")["incident"]["id"]
    overlap(world, aggregate, incident=market)
    too_many = overlap(world, aggregate, kind="background", low=500, high=500)
    assert [one["code"] for one in too_many["warnings"]] == ["overlaps-exceed-aggregate"]
    seen = world.get(f"incidents/{aggregate}/netting").json()
    assert [one["code"] for one in seen["clashes"]] == ["overlaps-exceed-aggregate"]
    assert [(one["counted"], one["low"]) for one in seen["overlaps"]] == [(False, None), (True, 500)]
    assert numbers(world) == []
    taken_back = world.patch(f"overlaps/{too_many['id']}", {"low": 0, "high": 0}, 1)
    assert (taken_back.status_code, taken_back.json()["warnings"]) == (200, [])
    assert numbers(world) == [(100, 100, 0, 1)]


def test_the_sums_answer_as_the_rule_does_for_every_kind_of_question(world: World) -> None:
    """The choice of rows is written twice, as a rule and as a condition: they choose the same."""
    above = entered(
        world, figure(low=33), day="2025-12-30", end="2026-02-02", kind="campaign", causes=["small_arms"]
    )["incident"]["id"]
    kech = entered(
        world, figure(low=12), day="2026-01-30", end="2026-02-01", place=("PK2", "PK211"), parent=above
    )["incident"]["id"]
    for day, place, low, parent, cause in (
        ("2026-01-30", ("PK2", "PK211"), 5, kech, "grenade"),
        ("2026-02-01", ("PK2", "PK211"), 4, kech, "small_arms"),
        ("2026-02-02", ("PK2", "PK208"), 3, above, "small_arms"),
        ("2025-12-30", ("PK3", "PK301"), 2, above, "ied"),
    ):
        assessed(world, figure(low=low), day=day, place=place, parent=parent, causes=[cause])
    for one in (kech, above):
        approve(world, one)
    nodes = in_force(world)
    found = net(nodes)
    scopes = {node.incident: node.scope for node in nodes}
    asked: list[dict[str, Any]] = [
        {},
        *(
            {"by": name}
            for name in ("month", "quarter", "year", "adm1", "adm2", "cause", "party", "incident")
        ),
        {"by": "adm1,month"},
        {"adm1": "PK2"},
        {"adm2": "PK211"},
        {"adm2": "unknown"},
        {"cause": "small_arms"},
        {"cause": "small_arms", "adm2": "PK211"},
        {"party": "unknown"},
        {"from_": "2026-01-01"},
        {"from_": "2026-01-30", "to": "2026-02-01"},
        {"to": "2026-02-01", "adm2": "PK211"},
        {"from_": "2025-12-30", "to": "2026-02-02"},
    ]
    for one in asked:
        question = Question(
            outcome="killed",
            by=tuple(one["by"].split(",")) if "by" in one else (),
            start=one.get("from_"),
            end=one.get("to"),
            **{name: value for name, value in one.items() if name in ("adm1", "adm2", "cause", "party")},
        )
        rule = asked_of(question)
        total = sum(
            row.low
            for incident, netted in found.items()
            if inside(question, scopes[incident])
            for role, rows in netted.rows
            if rule.counts(role, netted.inner, netted.outer)
            for row in rows
            if row.grain == "total"
        )
        assert sum(row[-4] or 0 for row in numbers(world, **one)) == total, one


def in_force(world: World) -> list[Assessed]:
    incidents = {one["id"]: one for one in world.get("incidents").json()["data"]}
    return [
        Assessed(
            one["incident"],
            incidents[one["incident"]]["parent"],
            one["scope"],
            tuple(FactCell(**cell) for cell in one["cells"]),
        )
        for one in world.get("assessments", state="approved").json()["data"]
    ]


def inside(question: Question, scope: Scope) -> bool:
    start, end = scope["period_start"] or "", scope["period_end"] or ""
    return (
        (question.start is None or start >= question.start)
        and (question.end is None or end <= question.end)
        and all(
            getattr(question, name) in (None, scope[name] or "unknown") for name in ("adm1", "adm2", "party")
        )
        and (
            question.cause is None
            or (scope["cause"] in Cause.codes() and Cause.is_within(scope["cause"] or "", question.cause))
        )
    )


def test_a_tree_approved_in_one_batch_is_netted_once(world: World) -> None:
    ids = campaign(world)
    plain = entered(world, figure(low=2))["incident"]["id"]
    # Two sites of a campaign that is not assessed are alone, each with its own approval.
    unassessed = entered(world, figure(low=50), kind="campaign")["incident"]["id"]
    sites = [
        entered(world, figure(low=1), kind="site", parent=unassessed)["incident"]["id"] for _ in range(2)
    ]
    proposals = [proposed(world, id)["id"] for id in (*sites, *ids.values(), plain)]
    with world.database.writing() as connection:
        done = approve_many(connection, world.actor("second"), proposals)
    assert (len(done.approved), done.refused, done.warnings) == (6, (), ())
    assert numbers(world) == [(33 + 2 + 1 + 1, 33 + 2 + 1 + 1, 0, 4)]
    assert {row[0]: row[1:3] for row in numbers(world, by="incident")} == {
        ids["campaign"]: (24, 25),
        ids["turbat"]: (5, 5),
        ids["pasni"]: (3, 4),
        plain: (2, 2),
        **dict.fromkeys(sites, (1, 1)),
    }


def test_an_incident_moved_below_its_aggregate_is_netted_by_the_tree_and_not_twice(world: World) -> None:
    aggregate = morgue(world)
    market = assessed(world, figure(low=20), day="2003-05-01")
    overlap(world, aggregate, incident=market)
    assert numbers(world) == [(2846, 2846, 0, 2)]
    assert world.patch(f"incidents/{market}", {"parent": aggregate}, 1).status_code == 200
    assert numbers(world) == [(2846, 2846, 0, 1)]
    by_incident = {row[0]: row[1:3] for row in numbers(world, by="incident")}
    assert by_incident == {aggregate: (2826, 2826), market: (20, 20)}
    (shown,) = world.get(f"incidents/{aggregate}/netting").json()["overlaps"]
    assert (shown["counted"], shown["low"]) == (False, None)
