"""Releases over HTTP: lists, files with their digest, ranges, 304, and one archive that never changes."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Iterator

import pytest

from tests.entries import assessed, code_of, figure
from tests.published import BACKENDS, aged, approved_release, files_of, proposed_release, shared_world
from tests.worlds import World


@pytest.fixture(scope="module", params=BACKENDS)
def released(request: pytest.FixtureRequest) -> Iterator[World]:
    """A release with the number 1, and a proposal."""
    for world in shared_world(request):
        assessed(world, figure(low=3, high=5, comparator="between"), place=("PK2", "PK226"))
        aged(world)
        approved_release(world)
        proposed_release(world, title="Not yet a release")
        yield world


def test_a_file_leaves_whole_in_parts_or_not_at_all_with_its_digest(released: World) -> None:
    (first,) = released.get("releases", state="approved").json()["data"]
    for one in first["files"]:
        path, headers = one["links"]["self"], released.headers("viewer")
        answer = released.client.get(path, headers=headers)
        sha256 = hashlib.sha256(answer.content)
        assert (answer.status_code, sha256.hexdigest()) == (200, one["sha256"]), path
        assert answer.headers["etag"] == f'"{one["sha256"]}"'
        assert answer.headers["content-length"] == str(one["bytes"])
        shown = base64.b64encode(sha256.digest()).decode()
        assert answer.headers["repr-digest"] == f"sha-256=:{shown}:"
        assert answer.headers["content-type"].partition(";")[0] == one["media"]
        assert answer.headers["civharm-log-sequence"] == str(first["known_at"])
        assert answer.headers.get("civharm-rows") == (None if one["rows"] is None else str(one["rows"]))
    head = released.client.head(path, headers=headers)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(one["bytes"])
    part = released.client.get(path, headers={**headers, "Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, answer.content[:10])
    assert part.headers["repr-digest"] == answer.headers["repr-digest"]
    same = released.client.get(path, headers={**headers, "If-None-Match": answer.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    for path in ("releases/1/files/moon.csv", "releases/1/files/..%2Fx", "releases/7/archive", "releases/x"):
        missing = released.get(path)
        assert (missing.status_code, code_of(missing)) == (404, "not-found"), path
    assert released.get("releases/1/files/log.json", "admin").status_code == 403
    assert released.get("releases/1/files/log.json", None).status_code == 401


def test_the_archive_is_the_same_bytes_and_holds_every_file(released: World) -> None:
    first, again = (released.get("releases/1/archive") for _ in range(2))
    assert first.content == again.content
    release = released.get("releases/1").json()
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert held == files_of(released, release)
    assert first.headers["etag"] == f'"{hashlib.sha256(first.content).hexdigest()}"'
    assert 'filename="release-1.zip"' in first.headers["content-disposition"]


def test_releases_are_listed_read_by_number_or_id_and_found_by_their_digest(released: World) -> None:
    first, proposal, *_ = released.get("releases").json()["data"]
    assert [(one["state"], one["number"]) for one in (first, proposal)] == [
        ("approved", 1),
        ("proposed", None),
    ]
    assert released.get("releases/1").json() == first
    assert released.get(f"releases/{proposal['id']}").json() == proposal
    assert proposal["files"][0]["links"]["self"].startswith(f"/v1/releases/{proposal['id']}/files/")
    (found,) = released.get("releases", digest=first["digest"]).json()["data"]
    assert found["id"] == first["id"]
    page = released.get("releases", limit=1).json()
    following = released.client.get(page["links"]["next"], headers=released.headers()).json()
    assert [one["id"] for one in (*page["data"], *following["data"])] == [first["id"], proposal["id"]]
    rows = released.get("releases", format="csv").text.splitlines()
    assert len(rows) >= 3
    tag = released.get("releases/1").headers["etag"]
    same = released.client.get("/v1/releases/1", headers=released.headers(If_None_Match=tag))
    assert same.status_code == 304


def test_a_proposal_that_is_sent_twice_under_one_key_is_made_once(released: World) -> None:
    body = {"cutoff": released.get("releases/1").json()["cutoff"]}
    first, again = (released.post("releases", body, Idempotency_Key="release-1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert first.headers["location"] == f"/v1/releases/{first.json()['id']}"


def test_another_organisations_release_is_not_here(released: World) -> None:
    first, *_ = released.get("releases").json()["data"]
    headers = released.headers(released.stranger())
    for path in ("1", first["id"], "1/archive", f"{first['id']}/files/log.json", "1/diff/1"):
        foreign = released.client.get(f"/v1/releases/{path}", headers=headers)
        assert foreign.status_code == 404, path
    withdrawn = {"reason": {"code": "error_fixed", "note": "Not mine."}}
    taken = released.client.post(f"/v1/releases/{first['id']}/withdraw", json=withdrawn, headers=headers)
    assert taken.status_code == 404
