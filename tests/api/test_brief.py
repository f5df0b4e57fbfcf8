"""The brief over HTTP: a PDF or a page, with what proves it whole."""

from __future__ import annotations

import base64
import hashlib

from db.queries import gazetteer
from domain.gazetteer import Unit
from tests.entries import assessed, code_of, figure
from tests.worlds import World


def test_the_brief_comes_as_a_pdf_or_a_page_with_its_proof(world: World) -> None:
    assessed(world, figure(low=5), day="2026-01-05")
    for format, media, begins in (
        ("pdf", "application/pdf", b"%PDF-"),
        ("html", "text/html; charset=utf-8", b"<!DOCTYPE html>"),
    ):
        path, headers = f"/v1/brief?month=2026-01&format={format}", world.headers("viewer")
        answer = world.client.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.content.startswith(begins)
        assert answer.headers["content-type"] == media
        assert answer.headers["content-length"] == str(len(answer.content))
        digest = base64.b64encode(hashlib.sha256(answer.content).digest()).decode()
        assert answer.headers["repr-digest"] == f"sha-256=:{digest}:"
        assert "civharm-rows" not in answer.headers
        seq = answer.headers["civharm-log-sequence"]
        assert answer.headers["content-disposition"] == f'inline; filename="brief-2026-01-{seq}.{format}"'
        head = world.client.head(path, headers=headers)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["repr-digest"] == answer.headers["repr-digest"]
        same = world.client.get(path, headers={**headers, "If-None-Match": answer.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")
        then = world.client.get(f"{path}&known_at={seq}", headers=headers)
        assert then.content == answer.content


def test_the_brief_is_a_pdf_unless_a_page_is_accepted_and_refuses_what_it_cannot_use(world: World) -> None:
    def kind(accept: str) -> str:
        headers = world.headers("viewer", Accept=accept)
        answer = world.client.get("/v1/brief?month=2026-01&outcome=killed,injured", headers=headers)
        assert answer.status_code == 200, answer.text
        return str(answer.headers["content-type"]).partition(";")[0]

    assert kind("*/*") == "application/pdf"
    assert kind("text/html,application/pdf;q=0.5") == "text/html"
    for asked in ({"month": "January"}, {"format": "docx"}, {"since": "x"}, {"outcome": "slain"}):
        refused = world.get("brief", "viewer", **{"month": "2026-01", **asked})
        assert (refused.status_code, code_of(refused)) == (400, "invalid-parameter")
    assert world.get("brief", "viewer").status_code == 400
    assert world.get("brief", "admin", month="2026-01").status_code == 403
    assert world.get("brief", None, month="2026-01").status_code == 401


def test_a_letter_without_a_font_is_a_problem_and_the_page_comes_all_the_same(world: World) -> None:
    with world.database.writing() as connection:
        gazetteer.store_units(connection, [Unit("XA01", "XA", 1, "中", None, "2020-01-01")])
    assessed(world, figure(low=5), day="2026-01-05", place=("XA01", "XA0101"))
    refused = world.get("brief", "viewer", month="2026-01")
    assert (refused.status_code, code_of(refused)) == (422, "no-glyph")
    assert "CJK UNIFIED IDEOGRAPH-4E2D" in refused.json()["detail"]
    assert world.get("brief", "viewer", month="2026-01", format="html").status_code == 200
