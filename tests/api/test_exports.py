"""Tables over HTTP: every list whole, in each format, with its proof; HEAD, Range, Basic, 304."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import csv
import hashlib
import io
import json
from typing import Any

import pytest

from db.queries.exports import LISTED
from db.queries.gazetteer import store_units
from domain.gazetteer import Unit
from domain.questions import Question
from exchange.formats import FORMATS, formats_of
from exchange.layouts import LAYOUTS, OTHERS
from exchange.layouts.statistics import statistics_layout
from services import worked_example
from tests.entries import code_of, entered, figure, proposed
from tests.worlds import World, make_world


@pytest.fixture
def example(world: World) -> World:
    with world.database.writing() as connection:
        worked_example.record(connection, world.actor("recorder"))
    return world


def table(
    world: World, noun: str, format: str = "csv", who: str = "recorder", **asked: Any
) -> list[dict[str, str]]:
    answer = world.get(noun, who=who, format=format, **asked)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("noun", sorted(LAYOUTS))
def test_a_query_gives_the_columns_of_its_layout_in_their_order(noun: str) -> None:
    assert LISTED[noun].names == LAYOUTS[noun].names


@pytest.mark.parametrize("noun", sorted(LAYOUTS))
def test_every_list_leaves_whole_in_every_format_with_its_proof(example: World, noun: str) -> None:
    rows = json.loads(example.get(noun, limit=500).text)["data"]
    figures = sum(max(1, len(one["figures"])) for one in rows) if noun == "claims" else len(rows)
    for format in formats_of(LAYOUTS[noun]):
        answer = example.get(noun, format=format.name)
        assert answer.status_code == 200, (format.name, answer.text)
        assert answer.headers["civharm-rows"] == str(figures), format.name
        digest = base64.b64encode(hashlib.sha256(answer.content).digest()).decode()
        assert answer.headers["repr-digest"] == f"sha-256=:{digest}:"
        assert answer.headers["content-length"] == str(len(answer.content))
        assert answer.headers["content-type"].partition(";")[0] == format.media
        assert answer.headers["content-disposition"].endswith(f'.{format.ending}"')


def test_the_same_filters_mean_the_same_in_every_format(example: World) -> None:
    asked = {"kind": "campaign"}
    ids = [one["id"] for one in example.get("incidents", **asked).json()["data"]]
    assert ids
    assert [one["id"] for one in table(example, "incidents", **asked)] == ids
    lines = example.get("incidents", format="jsonl", **asked).text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ids
    since = max(one["log_sequence"] for one in example.get("incidents").json()["data"])
    assert table(example, "incidents", updated_since=since) == []


def test_a_table_is_given_by_what_the_caller_accepts_and_by_what_it_names(example: World) -> None:
    def kind(accept: str, **asked: str) -> str:
        answer = example.client.get("/v1/incidents", params=asked, headers=example.headers(Accept=accept))
        assert answer.status_code == 200, answer.text
        return str(answer.headers["content-type"]).partition(";")[0]

    assert kind("*/*") == "application/json"
    assert kind("text/csv") == "text/csv"
    assert kind("text/csv;q=0.5, application/json;q=0.4") == "text/csv"
    assert kind("application/*, text/csv;q=0.9") == "application/json"
    assert kind("application/geo+json, */*;q=0.1") == "application/geo+json"
    assert kind("text/csv", format="json") == "application/json"
    assert kind("application/json", format="parquet") == FORMATS["parquet"].media
    no_place = example.client.get("/v1/claims", headers=example.headers(Accept="application/geo+json"))
    assert (no_place.status_code, code_of(no_place)) == (406, "not-acceptable")


def test_nothing_is_truncated_in_silence(example: World) -> None:
    for more in ({"limit": "5"}, {"cursor": "x"}):
        refused = example.get("incidents", format="csv", **more)
        assert (refused.status_code, code_of(refused)) == (400, "invalid-parameter")
    unknown = example.get("sources", format="geojson")
    assert "Use one of: json, csv" in unknown.json()["errors"][0]["detail"]
    assert example.get("incidents", format="ods").status_code == 400


def test_an_address_answers_head_a_range_and_304(example: World) -> None:
    path, headers = "/v1/claims?format=csv", example.headers()
    whole = example.client.get(path, headers=headers)
    head = example.client.head(path, headers=headers)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-length", "etag", "last-modified", "civharm-rows", "repr-digest", "content-type"):
        assert head.headers[name] == whole.headers[name], name
    part = example.client.get(path, headers={**headers, "Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, whole.content[:10])
    for unread in ("pages=1-2", "bytes=ten", "bytes=", "bytes=0-1,3-4", f"bytes={','.join(['0-9'] * 2_000)}"):
        answer = example.client.get(path, headers={**headers, "Range": unread})
        assert (answer.status_code, answer.content) == (200, whole.content), unread
    beyond = example.client.get(path, headers={**headers, "Range": "bytes=999999999-"})
    assert beyond.status_code == 416
    head = example.client.head(path, headers={**headers, "Range": "bytes=0-9"})
    assert (head.status_code, head.headers["content-length"]) == (200, whole.headers["content-length"])
    same = example.client.get(path, headers={**headers, "If-None-Match": whole.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    entered(example, figure(low=1))
    changed = example.client.get(path, headers={**headers, "If-None-Match": whole.headers["etag"]})
    assert changed.status_code == 200
    assert example.client.head("/v1/vocabularies").status_code == 200
    assert example.client.head("/v1/nothing").status_code == 404


def test_the_same_point_of_the_log_gives_the_same_bytes(example: World) -> None:
    for format in FORMATS:
        first, again = (example.get("incidents", format=format).content for _ in range(2))
        assert first == again, format


def test_the_plain_csv_changes_no_value_and_the_spreadsheets_runs_no_formula(world: World) -> None:
    sly = '=cmd|" /C calc"!A0'
    world.made("sources", {"kind": "outlet", "name": sly})
    world.made("sources", {"kind": "outlet", "name": 'الجزيرة, «Новая» "新"'})
    plain = world.get("sources", format="csv").content
    assert [one["name"] for one in table(world, "sources")] == [sly, 'الجزيرة, «Новая» "新"']
    assert plain.startswith(b"id,version,")
    assert b"\r\n" in plain
    excel = world.get("sources", format="csv-excel").content
    assert excel.startswith(b"\xef\xbb\xbf")
    assert table(world, "sources", "csv-excel")[0]["name"] == f"'{sly}"
    tags = world.get("incidents", format="csv-hxl").text.splitlines()[1].split(",")
    assert tags[LAYOUTS["incidents"].names.index("adm1")] == "#adm1+code"


def test_what_is_not_known_is_empty_and_never_zero(world: World) -> None:
    entered(world, {"key": "c", "outcome": "killed", "comparator": "mention", "wording": "several dead"})
    (row,) = table(world, "claims")
    assert (row["low"], row["high"], row["sex"], row["open"]) == ("", "", "", "false")
    (line,) = [json.loads(one) for one in world.get("claims", format="jsonl").text.splitlines()]
    assert (line["low"], line["sex"]) == (None, None)


def test_a_confidential_source_leaves_without_its_name(world: World) -> None:
    source = world.made("sources", {"kind": "witness", "name": "Somebody", "confidential": True})
    world.made(
        "reports", {"source": source["id"], "title": "What somebody saw", "url": "https://example.org/x"}
    )
    for noun in ("sources", "reports", "claims"):
        for format in ("csv", "jsonl"):
            text = world.get(noun, format=format).text
            assert "omebody" not in text, noun
            assert "example.org" not in text


def test_a_token_that_only_reads_is_taken_as_a_password(example: World) -> None:
    def asked(who: str, method: str = "GET", **more: Any) -> Any:
        pair = base64.b64encode(f"excel:{example.tokens[who]}".encode()).decode()
        return example.client.request(
            method, "/v1/incidents?format=csv", headers={"Authorization": f"Basic {pair}"}, **more
        )

    assert asked("viewer").status_code == 200
    assert asked("viewer", "HEAD").status_code == 200
    for who in ("recorder", "reviewer", "admin", "service"):
        refused = asked(who)
        assert (refused.status_code, code_of(refused)) == (401, "not-authenticated")
        assert "role viewer" in refused.json()["detail"]
    pair = base64.b64encode(f":{example.tokens['viewer']}".encode()).decode()
    posted = example.client.post(
        "/v1/parties", json={"code": "x", "name": "x"}, headers={"Authorization": f"Basic {pair}"}
    )
    assert posted.status_code == 401
    for shown in ("Basic", "Basic !!!", "Basic " + base64.b64encode(b"nobody").decode()):
        answer = example.client.get("/v1/incidents", headers={"Authorization": shown})
        assert answer.status_code == 401
        assert "Basic" in answer.headers["www-authenticate"]
    scripted = example.client.get("/v1/incidents?format=csv", headers={"Sec-Fetch-Mode": "cors"})
    assert "Basic" not in scripted.headers["www-authenticate"]
    opened = example.client.get("/v1/tables/monthly?format=html", headers={"Sec-Fetch-Mode": "navigate"})
    challenges = opened.headers.get_list("www-authenticate")
    assert [one.split()[0] for one in challenges] == ["Bearer", "Basic"]


def test_who_may_not_read_gets_no_table(example: World) -> None:
    refused = example.get("incidents", "admin", format="csv")
    assert (refused.status_code, code_of(refused)) == (403, "not-allowed")
    assert example.get("incidents", None, format="csv").status_code == 401


def test_statistics_leave_as_the_cells_that_the_json_has(example: World) -> None:
    incident = entered(example, figure(low=33), figure("w", 5, sex="female", age_low=18))["incident"]["id"]
    assert example.approve(proposed(example, incident)["id"]).status_code == 200
    asked = {"outcome": "killed", "by": "sex,month,incident"}
    answer = example.get("statistics", **asked).json()
    rows = table(example, "statistics", **asked)
    assert [(row["sex"], row["low"], row["high"]) for row in rows] == [
        (one["sex"], str(one["low"]), str(one["high"])) for one in answer["data"]
    ]
    assert rows[0]["incident_code"] == answer["data"][0]["incident_code"]
    assert rows[0]["pending_low"] == str(answer["data"][0]["verification"]["pending"]["low"])
    for format in formats_of(statistics_layout(Question(outcome="killed"))):
        found = example.get("statistics", format=format.name, **asked)
        # SDMX has an observation for each verification state beside the one of both together.
        states = sum(len(one["verification"]) for one in answer["data"]) if format.only else 0
        expected = (200, str(len(rows) + states))
        assert (found.status_code, found.headers["civharm-rows"]) == expected, format.name
        then = {"if_none_match": found.headers["etag"]}
        again = example.client.get(
            "/v1/statistics", params={**asked, "format": format.name}, headers=example.headers(**then)
        )
        assert again.status_code == 304
    wrong = example.get("statistics", format="csv", outcome="killed", by="moon")
    assert (wrong.status_code, code_of(wrong)) == (400, "invalid-parameter")
    assert example.get("statistics", format="geojson", **asked).status_code == 400


def test_the_columns_of_statistics_follow_from_the_question_alone(example: World) -> None:
    empty = example.get("statistics", format="csv", outcome="detained", by="adm1,sex").text.splitlines()
    assert empty == [",".join(statistics_layout(Question(outcome="detained", by=("adm1", "sex"))).names)]


@pytest.mark.parametrize("format", [one.name for one in formats_of(statistics_layout(Question()))])
def test_a_table_as_known_at_a_sequence_has_the_same_bytes_whatever_is_recorded_later(
    example: World, format: str
) -> None:
    head = example.get("statistics", outcome="killed").json()["meta"]["log_sequence"]
    asked = {"outcome": "killed", "by": "sex", "known_at": str(head), "format": format}
    before = example.get("statistics", **asked)
    example.made("parties", {"code": "later", "name": "A party recorded later"})
    after = example.get("statistics", **asked)
    assert after.content == before.content
    for name in ("etag", "last-modified", "civharm-log-sequence", "content-disposition", "repr-digest"):
        assert after.headers[name] == before.headers[name], name
    assert after.headers["civharm-log-sequence"] == str(head)
    first = example.get("statistics", **{**asked, "known_at": "0"})
    assert first.headers["civharm-log-sequence"] == "0"


@pytest.mark.parametrize(
    ("address", "name"), [("log", "log"), ("members", "members"), ("gazetteer/units", "units")]
)
def test_the_log_the_members_and_the_gazetteer_leave_as_tables_too(
    example: World, address: str, name: str
) -> None:
    with example.database.writing() as connection:
        store_units(connection, [Unit("PK2", "PK", 1, "Balochistan", None, "2022-09-09")])
    rows = example.get(address, who="reviewer").json()["data"]
    assert rows
    for format in formats_of(OTHERS[name]):
        answer = example.get(address, who="reviewer", format=format.name)
        assert answer.status_code == 200, answer.text
        tag = {"If_None_Match": answer.headers["etag"]}
        again = example.client.get(
            f"/v1/{address}?format={format.name}", headers=example.headers("reviewer", **tag)
        )
        assert again.status_code == 304
    lines = [
        json.loads(line) for line in example.get(address, who="reviewer", format="jsonl").text.splitlines()
    ]
    key = OTHERS[name].key[0]
    whole = [one[key] for one in lines]
    assert whole[: len(rows)] == [one[key] for one in rows]
    assert len(set(whole)) == len(whole)
    if name == "log":
        assert whole == list(range(1, len(whole) + 1))
        assert len(table(example, "log", after=10, who="reviewer")) == len(whole) - 10
        assert example.get("log", format="csv").status_code == 403  # a recorder does not read it
        paged = example.get("log", who="reviewer", format="csv", limit=5)
        assert paged.json()["errors"][0]["pointer"] == "limit"


def test_who_takes_a_table_slowly_keeps_nobody_else_from_reading(url: str) -> None:
    world = make_world(url, pool_size=2, wait_seconds=1)
    app: Any = world.client.app

    async def ask(query: bytes, taken: asyncio.Event) -> int:
        """Ask for the parties; the first bytes are taken once ``taken`` is set."""
        status, received = 0, False
        authorization = (b"authorization", world.headers("viewer")["Authorization"].encode())
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/v1/parties",
            "raw_path": b"/v1/parties",
            "root_path": "",
            "query_string": query,
            "headers": [(b"host", b"testserver"), authorization],
            "client": ("testclient", 50_000),
            "server": ("testserver", 80),
        }

        async def receive() -> dict[str, Any]:
            nonlocal received
            if received:
                await asyncio.Event().wait()  # the client stays
            received = True
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                await taken.wait()

        await app(scope, receive, send)
        return status

    async def slow_and_another() -> tuple[list[int], int]:
        at_once, later = asyncio.Event(), asyncio.Event()
        at_once.set()
        slow = [asyncio.create_task(ask(b"format=csv", later)) for _ in range(4)]
        await asyncio.sleep(0.5)
        other = await ask(b"", at_once)
        later.set()
        return await asyncio.gather(*slow), other

    with contextlib.closing(world.database):
        assert asyncio.run(slow_and_another()) == ([200] * 4, 200)


def test_notes_say_which_verification_state_a_tables_numbers_are_of() -> None:
    whole = statistics_layout(Question(outcome="killed"))
    assert any("Contested and inconclusive numbers are in no low" in note for note in whole.notes)
    for one_state in (
        Question(outcome="killed", verification="contested"),
        Question(outcome="killed", by=("verification",)),
        Question(outcome="killed", cell=(("verification", "contested"),)),
    ):
        layout = statistics_layout(one_state)
        said = " ".join((*layout.notes, *(column.description for column in layout.columns)))
        assert "verified and pending" not in said
        assert "no low and no high" not in said
        assert "of one verification state" in said
