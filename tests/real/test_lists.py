"""Lists of persons as others published them: their overlaps, and what a release changed.

The figures are read from ``../shared/data/expected.json``, which says where each was published.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.real.test_published_figures import DATA, LISTS, RELEASES, Office, expected
from tests.worlds import serving


@pytest.fixture
def office(url: str) -> Office:
    return Office(url)


KOSOVO = DATA / "kosovo-lists" / "kosovo_aggregate.csv"
OPTIONS = (
    "--title",
    "People killed in Kosovo",
    "--country",
    "XK",
    "--from",
    "1999-03-20",
    "--to",
    "1999-06-22",
)


def test_the_four_lists_of_kosovo_give_their_sizes_their_union_and_their_fifteen_overlaps(
    office: Office,
) -> None:
    published = expected()["kosovo-lists"]
    told = office.imported("lists", str(KOSOVO), *OPTIONS, "--assess", "listed-persons")
    assert f"{published['union']} rows read, {published['union']} stored" in told
    with serving(office.url) as client:
        (incident,) = office.get(client, "/v1/incidents").json()["data"]
        address = f"/v1/incidents/{incident['id']}"
        lists = office.get(client, f"{address}/lists").json()["data"]
        sizes = {one["origin_name"]: one["persons"] for one in lists}
        assert sizes == dict(zip(published["lists"], published["sizes"], strict=True))
        answer = office.get(client, f"{address}/list-membership").json()
        labels = [one["label"] for one in answer["data"]["columns"]]
        order = [labels.index(name) for name in published["lists"]]
        found = {
            "".join(str(one["on"][place]) for place in order): one["persons"]
            for one in answer["data"]["patterns"]
        }
        assert found == published["patterns"]
        assert len(answer["data"]["rows"]) == answer["meta"]["persons"] == published["union"]
        matrix = office.get(client, f"{address}/list-membership?format=csv").text.split("\r\n")
        assert sorted(matrix[0].split(",")) == sorted(published["lists"])
        assert len(matrix[1:-1]) == published["union"]
        table = office.get(client, f"/v1/tables/list-membership?incident={incident['code']}").json()
        assert len(table["data"]) == published["union"]
        sizes_found = [sum(row[name] for row in table["data"]) for name in published["lists"]]
        assert sizes_found == published["sizes"]
        assert {one["sum"] for one in table["proof"]} == {f"persons on {name}" for name in published["lists"]}
        counted = office.get(client, f"{address}/figures?policy=listed-persons").json()["data"][0]
        assert [one["low"] for one in counted["figures"] if one["sex"] is None] == [published["union"]]
        total: dict[str, Any] = office.get(client, "/v1/statistics?outcome=killed").json()["total"]
        assert (total["low"], total["high"]) == (published["union"], published["union"])
    again = office.run("import", "lists", str(KOSOVO), *OPTIONS, token=office.officer)
    assert f"0 stored, {published['union']} known already" in again
    shown = office.run("list-membership", incident["code"], "--format", "csv", token=office.officer)
    assert shown.splitlines() == matrix[:-1]


def test_the_list_of_april_2024_removed_and_added_as_published(office: Office) -> None:
    published = expected()["gaza-killed-lists"]["change_2024-02_to_2024-04"]
    for name, day in RELEASES[:2]:
        office.run("import", "gaza-list", str(LISTS / name), "--as-of", day, token=office.officer)
    with serving(office.url) as client:
        (incident,) = office.get(client, "/v1/incidents").json()["data"]
        february, april = office.get(client, f"/v1/incidents/{incident['id']}/lists").json()["data"]
        assert (february["as_of"], april["as_of"]) == (RELEASES[0][1], RELEASES[1][1])
        answer = office.get(client, f"{april['changes']}?change=removed&limit=500").json()
        counts = answer["meta"]["counts"]
        assert (counts["removed"], counts["added"]) == (published["removed"], published["added"])
        assert (counts["without_id"], counts["without_id_before"]) == (0, 0)
        assert counts["unchanged"] + counts["changed"] + counts["added"] == april["persons"]
        assert len(answer["data"]) == published["removed"]
        added = 0
        address: str | None = f"{april['changes']}?change=added&limit=500"
        while address is not None:
            page = office.get(client, address).json()
            added += len(page["data"])
            address = page["links"]["next"]
        assert added == published["added"]
        # Who was removed is no floor for a claim: the origin names these persons no more.
        figures = office.get(client, f"/v1/incidents/{incident['id']}/figures?policy=reported-range").json()
        killed = [one for one in figures["data"][0]["figures"] if one["outcome"] == "killed"]
        assert killed[0]["low"] == april["persons"]
