"""UCDP's events for Pakistan come out as they are published, and every district has its p-code.

The sums are plain sums of the file's columns (``../shared/data/expected.json``); 1989 to 2021.
"""

from __future__ import annotations

import sys
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.real.test_published_figures import DATA, Office, all_of, expected
from tests.worlds import serving

FILES = ("pcodes.csv", "geonames_places.csv", "geonames_balochistan_places.csv")
BALOCHISTAN = "PK2"


@pytest.fixture
def office(url: str) -> Office:
    return Office(url)


def total(office: Office, client: TestClient, question: str) -> dict[str, Any]:
    found: dict[str, Any] = office.get(client, f"/v1/statistics?outcome=killed{question}").json()["total"]
    return found


def test_the_events_of_pakistan_give_their_sums_and_every_district_its_p_code(office: Office) -> None:
    published = expected()["ucdp-ged-pakistan"]
    told = office.run(
        "import", "places", *[str(DATA / "places" / name) for name in FILES], token=office.officer
    )
    assert "1464 rows read, 1464 stored" in told
    (events,) = (DATA / "ucdp-ged-pakistan").glob("*.csv")
    told = office.imported("ucdp", str(events), "--assess", "reported-range")
    many = published["events"]
    assert f"{many} rows read, {many} stored, 0 known already, 0 skipped" in told
    with serving(office.url) as client:
        whole, civilians = total(office, client, ""), total(office, client, "&status=civilian")
        assert (whole["incidents"], whole["best"]) == (many, published["best"])
        assert (civilians["low"], civilians["best"], civilians["high"]) == (published["civilians"],) * 3
        _holds_low_and_high(office, client, published, whole)
        _holds_balochistan(office, client, published["Balochistan"])
    again = office.run("import", "ucdp", str(events), token=office.officer)
    assert f"0 stored, {many} known already" in again


def _holds_low_and_high(
    office: Office, client: TestClient, published: dict[str, Any], whole: dict[str, Any]
) -> None:
    """Hold the sums of low and high against the claims, and the statistics against both.

    137 rows print a low above their high. Their claims keep both numbers ("at least" the low, "at most" the
    high), so the published sums come out of the claims exactly. The facts book what such a row allows, from
    nobody to the larger number and open: the statistics' low is smaller by those lows, their high larger by
    what the low exceeds the high. Nothing is made up to fit.
    """
    lows = highs = reversed_lows = exceeding = 0
    for claim in all_of(office, client, "/v1/claims?limit=500"):
        said = {one["key"]: one for one in claim["figures"]}
        if "killed" in said:
            lows, highs = lows + said["killed"]["low"], highs + said["killed"]["high"]
            continue
        low, high = said["killed-low"]["low"], said["killed-high"]["high"]
        assert low > high
        lows, highs = lows + low, highs + high
        reversed_lows, exceeding = reversed_lows + low, exceeding + low - high
    assert (lows, highs) == (published["low"], published["high"])
    assert whole["low"] + reversed_lows == published["low"]
    assert whole["high"] - exceeding == published["high"]


def _holds_balochistan(office: Office, client: TestClient, published: dict[str, Any]) -> None:
    there = total(office, client, f"&adm1={BALOCHISTAN}")
    assert (there["incidents"], there["best"]) == (published["events"], published["best"])
    assert total(office, client, f"&adm1={BALOCHISTAN}&status=civilian")["best"] == published["civilians"]
    places = all_of(office, client, f"/v1/places?adm1={BALOCHISTAN}&limit=500")
    assert len(places) == published["events"]
    without = [place for place in places if place["adm2"] is None]
    sys.stdout.write(f"{len(places) - len(without)} with a district's p-code, {len(without)} unresolved\n")
    # Every event that the file puts into a district has its p-code; the others name none: the province
    # itself (25) and one road between two districts.
    assert len(without) == 26
    assert sorted({place["reported_name"] for place in without}) == [
        "Balochistan province",
        "Quetta-Mastung highway",
    ]
    listed = office.run("unresolved", token=office.officer)
    assert "25  Balochistan province  [PK2]  names no district" in listed
    assert "1  Quetta-Mastung highway  [PK2]" in listed
    (dalbandin, *_) = [place for place in places if place["reported_name"] == "Dalbandin town"]
    assert (dalbandin["adm2"], dalbandin["basis"]) == ("PK203", "gazetteer")
    assert "Reported in Nushki (PK223)" in dalbandin["mismatch"]
    machh = [place["mismatch"] for place in places if place["reported_name"] == "Machh town"]
    assert all("329 km from Mach" in words for words in machh)
    bolan = {place["adm2"] for place in places if place["reported_name"] == "Bolan district"}
    assert bolan == {"PK209"}
