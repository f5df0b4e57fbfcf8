"""What is listed under one incident as tables: the rows of the JSON, whole, with their proof."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from exchange.formats import formats_of
from exchange.layouts import OTHERS
from tests.api.test_lists_of_persons import FIRST, SECOND, release
from tests.entries import entered, figure
from tests.worlds import World

NOBODY = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"
NOUNS = {"incident-lists": "lists", "persons-on-day": "persons", "supersession-proposals": "supersessions"}


@pytest.fixture
def several() -> bool:
    """Strangers ask too."""
    return True


@pytest.fixture
def incident(world: World) -> str:
    """An incident with two releases of a list, and two claims of one origin, of a later day."""
    release(world, "2024-02-19", FIRST)
    found = release(world, "2024-04-29", SECOND)
    taken = entered(
        world, figure(low=18, high=20, status="civilian"), incident=found, source="District hospital"
    )
    body = {name: taken["claim"][name] for name in ("report", "incident", "origin")}
    for day, low in (("2024-04-01", 18), ("2024-04-02", 31)):
        claim = {**body, "as_of": day, "figures": [figure(low=low, status="civilian")]}
        world.made("claims", claim)
    return found


def address_of(world: World, incident: str, name: str) -> str:
    if name == "list-changes":
        newest = world.get(f"incidents/{incident}/lists").json()["data"][-1]
        found: str = newest["changes"].removeprefix("/v1/")
        return found
    nouns = {
        "incident-lists": "lists",
        "persons-on-day": "persons",
        "supersession-proposals": "supersessions",
    }
    return f"incidents/{incident}/{nouns.get(name, name)}"


ASKED: dict[str, dict[str, str]] = {"series": {"outcome": "killed", "status": "civilian"}}
NAMES = ("incident-lists", "list-changes", "persons-on-day", "series", "supersession-proposals")


def lines(world: World, address: str, **asked: Any) -> list[dict[str, Any]]:
    answer = world.get(address, format="jsonl", **asked)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def id_of(address: str | None) -> str | None:
    return None if address is None else address.rpartition("/")[2]


def test_what_is_listed_under_an_incident_leaves_whole_in_every_format(world: World, incident: str) -> None:
    tags: dict[str, str] = {}

    def get(name: str, format: str = "csv", **more: str) -> Any:
        asked = {**ASKED.get(name, {}), "format": format}
        address = f"/v1/{address_of(world, incident, name)}"
        return world.client.get(address, params=asked, headers=world.headers(**more))

    for name in NAMES:
        address, asked = address_of(world, incident, name), ASKED.get(name, {})
        answer = world.get(address, **asked).json()["data"]
        number = len(answer[0]["points"]) if name == "series" else len(answer)
        found = lines(world, address, **asked)
        assert (len(found), tuple(found[0])) == (number, OTHERS[name].names)
        for format in formats_of(OTHERS[name]):
            table = get(name, format.name)
            assert (table.status_code, table.headers["civharm-rows"]) == (200, str(number)), format.name
        assert len({tuple(one[part] for part in OTHERS[name].key) for one in found}) == number
        for refused in ({"format": "geojson"}, {"format": "csv", "limit": "5"}):
            assert world.get(address, **asked, **refused).status_code == 400
        assert world.get(address, "admin", format="csv", **asked).status_code == 403
        assert world.get(address, world.stranger(), format="csv", **asked).status_code == 404
        tags[name] = get(name).headers["etag"]
    for name, tag in tags.items():
        assert get(name, If_None_Match=tag).status_code == 304
    world.made("parties", {"code": "later", "name": "A party recorded later"})
    for name, tag in tags.items():
        assert get(name, If_None_Match=tag).status_code == 200


def test_the_rows_of_an_incident_s_lists_and_of_their_changes_are_those_of_the_json(
    world: World, incident: str
) -> None:
    said = world.get(f"incidents/{incident}/lists").json()["data"]
    found = lines(world, f"incidents/{incident}/lists")
    for one, row in zip(found, said, strict=True):
        for name in ("report", "origin", "before", "replaced_by"):
            assert one[name] == id_of(row[name]), name
        for name in ("title", "origin_name", "as_of", "persons", "listings", "without_id"):
            assert one[name] == row[name], name
    address = said[1]["changes"].removeprefix("/v1/")
    changed = world.get(address).json()["data"]
    rows = lines(world, address)
    assert [(one["change"], one["victim"], one["before_listing"], one["now_listing"]) for one in rows] == [
        (one["change"], *(id_of(one[name]) for name in ("victim", "before", "now"))) for one in changed
    ]
    assert [(one["before_age_low"], one["now_age_low"]) for one in rows[-2:]] == [(7, 8), (None, 40)]
    assert [one["change"] for one in lines(world, address, change="removed")] == ["removed"]
    missing = world.get(f"incidents/{incident}/lists/{NOBODY}/changes", format="csv")
    assert missing.status_code == 404


def test_persons_proposals_and_running_totals_have_the_numbers_of_the_json(
    world: World, incident: str
) -> None:
    address = f"incidents/{incident}/persons"
    assert lines(world, address) == world.get(address).json()["data"]
    before = world.get(address, on="2020-01-01").json()
    assert lines(world, address, on="2020-01-01") == before["data"]
    steps = world.get(f"incidents/{incident}/supersessions").json()["data"]
    rows = lines(world, f"incidents/{incident}/supersessions")
    for row, step in zip(rows, steps, strict=True):
        assert (row["earlier"], row["later"]) == (id_of(step["earlier"]), id_of(step["later"]))
        for side in ("before", "after"):
            assert {end: row[f"{side}_{end}"] for end in ("low", "high", "open")} == step[side]
        for name in ("outcome", "status", "sex", "age_low", "age_high", "running", "state"):
            assert row[name] == step[name], name
    assert {(row["before_low"], row["after_low"]) for row in rows} >= {(18, 31)}
    answer = world.get(f"incidents/{incident}/series", format="csv", **ASKED["series"])
    (series,) = world.get(f"incidents/{incident}/series", **ASKED["series"]).json()["data"]
    totals = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [(one["as_of"], one["reported_low"], one["claim"]) for one in totals] == [
        (one["as_of"], str(one["reported"]["low"]), id_of(one["claim"])) for one in series["points"]
    ]
