"""Revisions: the triangle of what was known when, and the reasons of what moved between two points."""

from __future__ import annotations

from typing import Any

from services.assessments import approve_many
from tests.entries import assessed, code_of, entered, figure, proposed
from tests.worlds import World

PUBLISHED = {
    "2022-03": (3333, 3378, 4154),
    "2022-04": (702, 714, 817),
    "2022-05": (473, 476, 544),
    "2022-08": (305, 307, 374),
}
"""OHCHR's civilian deaths in Ukraine by month, as of three days (domain notes, section 5.3)."""
AS_OF = ("2022-11-20", "2023-02-05", "2023-07-16")


def now(world: World) -> int:
    found: int = world.get("organisation").json()["log_sequence"]
    return found


def again(world: World, incident: str, reason: str = "new_information", **more: Any) -> str:
    """Assess an incident anew for a reason; give the assessment."""
    made: str = proposed(world, incident, reason={"code": reason}, **more)["id"]
    assert world.approve(made).status_code == 200
    return made


def published(world: World) -> list[int]:
    """Record what was published as of each day, month by month; give the log's ends in between."""
    incidents: dict[str, str] = {}
    points = []
    for place, day in enumerate(AS_OF):
        for month, deaths in PUBLISHED.items():
            source = {"kind": "international", "name": "OHCHR"}
            claim = {"figures": [figure(low=deaths[place], status="civilian")], "as_of": day}
            body = {
                "source": source,
                "report": {"title": f"Update of {day}", "published": day},
                "incident": incidents.get(month)
                or {
                    "title": f"Civilian deaths of {month}",
                    "country": "UA",
                    "kind": "period_aggregate",
                    "occurred": {"start": f"{month}-01", "end": f"{month}-28", "precision": "month"},
                },
                "claim": claim,
            }
            answer = world.post("intake", body)
            assert answer.status_code == 201, answer.text
            incident = answer.json()["incident"]["id"]
            if month in incidents:
                again(world, incident, "late_verification", policy="latest-by-origin")
            else:
                incidents[month] = incident
                assert (
                    world.approve(proposed(world, incident, policy="latest-by-origin")["id"]).status_code
                    == 200
                )
        points.append(now(world))
    return points


def triangle(world: World, **asked: Any) -> dict[str, Any]:
    answer = world.get("statistics/revisions", **{"outcome": "killed", **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def changes(world: World, since: int, until: int, **asked: Any) -> dict[str, Any]:
    given = {"outcome": "killed", "from_point": since, "to_point": until, **asked}
    answer = world.get("statistics/changes", **given)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def followed(world: World, link: str) -> dict[str, Any]:
    answer = world.client.get(link, headers=world.headers())
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def listed(points: list[int]) -> str:
    return ",".join(map(str, points))


def test_the_triangle_of_2022_comes_out_as_it_was_published(world: World) -> None:
    points = published(world)
    found = triangle(world, status="civilian", at=listed(points))
    assert [one["log_sequence"] for one in found["columns"]] == points
    lows = {row["month"]: tuple(cell["low"] for cell in row["cells"]) for row in found["data"]}
    highs = {row["month"]: tuple(cell["high"] for cell in row["cells"]) for row in found["data"]}
    assert lows == highs == PUBLISHED
    totals = [one["total"]["low"] for one in found["columns"]]
    assert totals == [sum(deaths[place] for deaths in PUBLISHED.values()) for place in range(3)]


def test_between_february_and_july_2023_the_four_months_rose_by_late_verification(world: World) -> None:
    points = published(world)
    found = changes(world, points[1], points[2])
    rise = sum(deaths[2] - deaths[1] for deaths in PUBLISHED.values())
    assert found["meta"]["totals"]["difference"] == {"low": rise, "high": rise}
    assert found["meta"]["by_reason"] == [
        {"reason": "late_verification", "low": rise, "high": rise, "incidents": 4}
    ]
    by_month = {one["after"]["period"]: one["difference"]["low"] for one in found["data"]}
    assert by_month == {month: deaths[2] - deaths[1] for month, deaths in PUBLISHED.items()}
    (act,) = found["data"][0]["acts"]
    assert act["action"] == "assessment.approve"
    assert act["policy"]["before"] == act["policy"]["after"]
    assert act["policy"]["after"]["name"] == "latest-by-origin"


def varied(world: World) -> list[int]:
    """Make a history in which incidents come, move, are contested and rejected; give points of the log."""
    points = [now(world)]
    march = assessed(world, figure(low=3), figure("injured", 9, outcome="injured"), day="2026-03-05")
    april = assessed(world, figure(low=4, high=6, comparator="between"), day="2026-04-01", end="2026-04-03")
    points.append(now(world))
    assessed(world, figure(low=7, open=True, comparator="at_least"), day="2026-03-30", end="2026-04-02")
    entered(world, figure(low=5), incident=march, source="Second hospital")
    again(world, march)
    points.append(now(world))
    version = world.get(f"incidents/{april}").json()["version"]
    occurred = {"start": "2026-03-31", "end": "2026-03-31"}
    assert world.patch(f"incidents/{april}", {"occurred": occurred}, version).status_code == 200
    again(world, april, "error_fixed")
    points.append(now(world))
    again(world, march, "reclassification", harm="contested")
    points.append(now(world))
    again(world, april, "duplicate_removed", occurrence="rejected")
    points.append(now(world))
    return points


def test_each_column_is_what_the_statistics_answer_as_known_then(world: World) -> None:
    points = varied(world)
    for unit in ("month", "quarter", "year"):
        found = triangle(world, at=listed(points), period=unit)
        for place, point in enumerate(points):
            then = world.get("statistics", outcome="killed", by=unit, known_at=point).json()
            names = ("low", "high", "open", "incidents")
            told = {one[unit]: [one[name] for name in names] for one in then["data"]}
            shown = {row[unit]: [row["cells"][place][name] for name in names] for row in found["data"]}
            assert {period: one for period, one in shown.items() if period in told} == told
            nothing = [None, None, 0, 0]
            assert all(one == nothing for period, one in shown.items() if period not in told)
            assert [found["columns"][place]["total"][name] for name in names] == [
                then["total"][name] for name in names
            ]


def test_a_period_that_nothing_was_known_of_is_null_and_never_zero(world: World) -> None:
    points = varied(world)
    found = triangle(world, at=listed(points))
    first = [row["cells"][0] for row in found["data"]]
    assert {(cell["low"], cell["high"], cell["incidents"]) for cell in first} == {(None, None, 0)}
    assert found["data"][-1]["month"] == "spans"


def test_a_cell_opens_to_its_incidents_as_they_were_known_then(world: World) -> None:
    points = varied(world)
    found = triangle(world, at=listed(points))
    for row in found["data"]:
        for cell in row["cells"]:
            behind = followed(world, cell["links"]["incidents"])
            assert behind["total"]["low"] == cell["low"]
            assert behind["total"]["incidents"] == cell["incidents"]


def test_the_bytes_of_a_triangle_never_change_again(world: World) -> None:
    points = varied(world)
    address = f"/v1/statistics/revisions?outcome=killed&at={listed(points)}"
    before = world.client.get(address, headers=world.headers())
    assessed(world, figure(low=50), day="2026-03-09")
    after = world.client.get(address, headers=world.headers())
    assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])
    again = world.client.get(address, headers=world.headers(If_None_Match=before.headers["etag"]))
    assert (again.status_code, again.content) == (304, b"")


def test_the_differences_of_incidents_add_up_to_that_of_the_totals(world: World) -> None:
    points = varied(world)
    for place, since in enumerate(points):
        for until in points[place:]:
            found = changes(world, since, until)
            totals = found["meta"]["totals"]
            for name in ("low", "high"):
                whole = totals["difference"][name]
                assert whole == (totals["after"][name] or 0) - (totals["before"][name] or 0)
                assert sum(one["difference"][name] for one in found["data"]) == whole
                assert sum(one[name] for one in found["meta"]["by_reason"]) == whole
                for one in found["data"]:
                    steps = sum(act["difference"][name] for act in one["acts"])
                    assert steps == one["difference"][name]


def test_a_cell_of_the_triangle_moves_by_what_its_changes_say(world: World) -> None:
    points = varied(world)
    found = triangle(world, at=listed(points))
    for row in found["data"]:
        lows = [cell["low"] or 0 for cell in row["cells"]]
        for place in range(1, len(points)):
            cell = f"month:{row['month']}"
            moved = changes(world, points[place - 1], points[place], cell=cell)
            assert sum(one["difference"]["low"] for one in moved["data"]) == lows[place] - lows[place - 1]


def test_a_change_says_what_was_known_before_and_after_and_why(world: World) -> None:
    points = varied(world)
    (april,) = changes(world, points[2], points[3])["data"]
    assert (april["before"]["period"], april["after"]["period"]) == ("2026-04", "2026-03")
    assert april["difference"] == {"low": 0, "high": 0}
    assert [act["reason"] for act in april["acts"]] == ["error_fixed"]
    (march,) = changes(world, points[3], points[4])["data"]
    assert (march["before"]["low"], march["after"]["low"], march["after"]["high"]) == (3, None, None)
    assert march["after"]["verification"] == {"contested": {"low": 3, "high": 5, "open": False}}
    assert march["difference"] == {"low": -3, "high": -5}
    (removed,) = changes(world, points[4], points[5])["data"]
    assert removed["after"] is None
    assert [act["reason"] for act in removed["acts"]] == ["duplicate_removed"]
    first = changes(world, points[0], points[1])
    assert {one["reason"] for one in first["meta"]["by_reason"]} == {"first_assessment"}
    assert all(one["before"] is None for one in first["data"])


def test_an_incident_moved_by_the_assessment_of_a_part_says_whose_act_it_was(world: World) -> None:
    above = entered(world, figure(low=33), day="2026-01-30", end="2026-02-02", kind="campaign")
    campaign = above["incident"]["id"]
    assert world.approve(proposed(world, campaign)["id"]).status_code == 200
    points = [now(world)]
    site = entered(world, figure(low=5), day="2026-01-31", kind="site", parent=campaign)["incident"]["id"]
    part = proposed(world, site)["id"]
    assert world.approve(part).status_code == 200
    points.append(now(world))
    # Asked for January alone, the campaign spans months and the site is counted where it belongs.
    january = changes(world, *points, cell="month:2026-01")
    assert [(one["incident"], one["difference"]["low"]) for one in january["data"]] == [(site, 5)]
    # Of the rest, what is not the site's is the campaign's still, moved by the act of another record.
    (moved,) = changes(world, *points, cell="month:spans")["data"]
    assert (moved["incident"], moved["difference"]["low"]) == (campaign, -5)
    (act,) = moved["acts"]
    assert act["by_another_record"]["record"] == part
    assert act["by_another_record"]["incident"] == site
    assert act["policy"] is None
    # The whole is counted once before and after: nothing moved.
    whole = changes(world, *points)
    assert whole["data"] == []
    assert whole["meta"]["totals"]["difference"] == {"low": 0, "high": 0}


def test_in_trees_too_the_differences_add_up_to_that_of_the_totals(world: World) -> None:
    points = [now(world)]
    days: dict[str, Any] = {"day": "2026-01-30", "end": "2026-02-02"}
    campaign = entered(world, figure(low=33), kind="campaign", **days)["incident"]["id"]
    sites = [
        entered(world, figure(low=low, high=low + 1), day=day, kind="site", parent=campaign)["incident"]["id"]
        for low, day in ((5, "2026-01-31"), (30, "2026-02-01"))
    ]
    for incident in (sites[0], campaign, sites[1]):
        assert world.approve(proposed(world, incident)["id"]).status_code == 200
        points.append(now(world))
    entered(world, figure(low=9), incident=sites[0], source="Second hospital")
    again(world, sites[0])
    points.append(now(world))
    for asked in ({}, {"cell": "month:2026-01"}, {"cell": "month:spans"}, {"from": "2026-02-01"}):
        for place, since in enumerate(points):
            for until in points[place:]:
                found = changes(world, since, until, **asked)
                for name in ("low", "high"):
                    whole = found["meta"]["totals"]["difference"][name]
                    assert sum(one["difference"][name] for one in found["data"]) == whole, asked
                    assert sum(one[name] for one in found["meta"]["by_reason"]) == whole, asked


def test_changes_come_in_pages_that_leave_nothing_out_and_repeat_nothing(world: World) -> None:
    since = now(world)
    for low in range(1, 8):
        assessed(world, figure(low=low))
    until = now(world)
    whole = changes(world, since, until)
    assert whole["links"]["next"] is None
    pages = [changes(world, since, until, limit=3)]
    while pages[-1]["links"]["next"]:
        pages.append(followed(world, pages[-1]["links"]["next"]))
    assert [len(page["data"]) for page in pages] == [3, 3, 1]
    assert [one for page in pages for one in page["data"]] == whole["data"]
    assert all(page["meta"]["by_reason"] == whole["meta"]["by_reason"] for page in pages)


def test_without_points_the_triangle_ends_with_what_is_known_now(world: World) -> None:
    assert len(triangle(world)["columns"]) == 1
    assessed(world, figure(low=3))
    found = triangle(world)
    assert [one["log_sequence"] for one in found["columns"]] == [now(world)]
    assert found["data"][0]["cells"][0]["low"] == 3


def test_points_that_cannot_be_used_are_refused_by_the_name_of_their_parameter(world: World) -> None:
    assessed(world, figure(low=3))
    end = now(world)
    for asked, pointer in (
        ({"at": "1"}, "at"),
        ({"at": f"1,{end + 1}"}, "at"),
        ({"at": "1,,2"}, "at"),
        ({"at": listed([1] * 61)}, "at"),
        ({"period": "week"}, "period"),
        ({"outcome": "hurt"}, "outcome"),
    ):
        answer = world.get("statistics/revisions", **{"outcome": "killed", **asked})
        assert (answer.status_code, code_of(answer)) == (400, "invalid-parameter"), asked
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer], asked
    for given, pointer in (
        ({"from_point": 2, "to_point": 1}, "to_point"),
        ({"from_point": "x", "to_point": 1}, "from_point"),
        ({"from_point": 1, "to_point": 1, "limit": "1_0"}, "limit"),
        ({"from_point": 1}, "to_point"),
    ):
        answer = world.get("statistics/changes", outcome="killed", **given)
        assert (answer.status_code, code_of(answer)) == (400, "invalid-parameter"), given
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer], given
    assert world.get("statistics/revisions", "admin", outcome="killed").status_code == 403


def test_approvals_of_one_batch_carry_each_its_own_reason_into_the_tree(world: World) -> None:
    above = assessed(world, figure(low=33), kind="campaign")
    below = assessed(world, figure(low=5), kind="site", parent=above)
    entered(world, figure(low=40), incident=above, source="A court")
    entered(world, figure(low=4), incident=below, source="A second look")
    waiting = [
        proposed(world, above, reason={"code": "judicial_confirmation"})["id"],
        proposed(world, below, reason={"code": "duplicate_removed"})["id"],
    ]
    since = now(world)
    with world.database.writing() as connection:
        done = approve_many(connection, world.actor("second"), waiting)
    assert len(done.approved) == 2
    found = changes(world, since, now(world))
    assert found["meta"]["totals"]["difference"] == {"low": 0, "high": 7}
    reasons = {one["reason"]: (one["low"], one["high"]) for one in found["meta"]["by_reason"]}
    assert reasons["judicial_confirmation"] == (0, 7)
    (campaign,) = [one for one in found["data"] if one["incident"] == above]
    own, other = campaign["acts"]
    assert (own["reason"], own["by_another_record"]) == ("judicial_confirmation", None)
    assert (other["reason"], other["by_another_record"]["incident"]) == ("duplicate_removed", below)


def test_a_change_of_the_incident_itself_is_its_own_act(world: World) -> None:
    above = assessed(world, figure(low=33), kind="campaign")
    below = assessed(world, figure(low=5), kind="site")
    since = now(world)
    version = world.get(f"incidents/{below}").json()["version"]
    answer = world.patch(f"incidents/{below}", {"parent": above}, version)
    assert answer.status_code == 200, answer.text
    found = {one["incident"]: one["acts"] for one in changes(world, since, now(world))["data"]}
    (own,) = found[below]
    assert (own["by_another_record"], own["policy"]) == (None, None)
    for act in found.get(above, ()):
        assert act["by_another_record"] == {
            "record": below,
            "incident": below,
            "incident_code": world.get(f"incidents/{below}").json()["code"],
        }


def test_what_a_sequence_was_assessed_under_is_the_same_asked_then_and_later(world: World) -> None:
    above = assessed(world, figure(low=33), kind="campaign")
    below = assessed(world, figure(low=5), kind="site", parent=above, occurrence="rejected")
    world.get("statistics", outcome="killed")
    # Nobody moves: the part makes no fact before and none after.
    made = proposed(world, below, occurrence="rejected", policy="conservative", reason=FIXED)["id"]
    assert world.approve(made).status_code == 200
    then = world.get("statistics", outcome="killed").json()["meta"]
    later = world.get("statistics", outcome="killed", known_at=then["log_sequence"]).json()["meta"]
    assert then["methods"] == later["methods"]
    assert {one["policy"]: one["incidents"] for one in then["methods"]} == {
        "conservative": 1,
        "reported-range": 1,
    }


FIXED = {"code": "error_fixed"}
