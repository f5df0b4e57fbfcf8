"""Transcription flags: stored with the claim, cleared by a reviewer, never blocking."""

from __future__ import annotations

from typing import Any

from db.verifying import verify_log, verify_records
from services import figures
from tests.entries import code_of, figure
from tests.worlds import World

SWAP = "transcription-category-swap"


def of_source(world: World, name: str, kind: str = "outlet", **more: Any) -> str:
    return str(world.made("sources", {"kind": kind, "name": name, **more})["id"])


def of_report(world: World, source: str, *cites: dict[str, str]) -> str:
    return str(world.made("reports", {"source": source, "title": "Report", "cites": list(cites)})["id"])


class Reporting:
    """A military statement of 15 security personnel and 18 civilians, as one outlet and then another had it.

    "92 militants ... while 15 civilians also lost their lives" (domain study 4.1, E2).
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.military = of_source(world, "Military media wing", "official")
        self.broadcast = of_report(
            world, of_source(world, "Broadcaster"), {"source": self.military, "note": "statement"}
        )
        self.copy = of_report(world, of_source(world, "Weekly"), {"report": self.broadcast})
        self.incident = world.made(
            "incidents",
            {
                "title": "Coordinated attacks",
                "country": "PK",
                "occurred": {"start": "2026-01-31", "end": "2026-01-31", "precision": "day"},
            },
        )["id"]

    def claim(self, report: str, *figures: dict[str, Any], who: str = "recorder") -> dict[str, Any]:
        body = {
            "report": report,
            "incident": self.incident,
            "origin": self.military,
            "figures": list(figures),
        }
        return self.world.made("claims", body, who)

    def as_said(self) -> dict[str, Any]:
        return self.claim(
            self.broadcast,
            figure("security", 15, status="security_forces"),
            figure("civilians", 18, status="civilian"),
        )

    def as_passed_on(self) -> dict[str, Any]:
        return self.claim(self.copy, figure("civilians", 15, status="civilian"))

    def flags(self) -> list[dict[str, Any]]:
        answer = self.world.get(f"incidents/{self.incident}", include="claims,flags").json()
        found: list[dict[str, Any]] = answer["flags"]
        return found

    def clear(self, claim: dict[str, Any], who: str = "reviewer", code: str = SWAP, version: int = 1) -> Any:
        return self.world.client.post(
            f"/v1/claims/{claim['id']}/flags/{code}/clear",
            json={"reason": {"code": "new_information", "note": "The military said both."}},
            headers=self.world.headers(who, If_Match=f'"{version}"'),
        )

    def cleared(self) -> frozenset[str]:
        with self.world.database.reading() as connection:
            return figures.evidence(connection, self.world.organisation, self.incident).cleared


def test_an_error_is_stored_flagged_and_told(world: World) -> None:
    reporting = Reporting(world)
    assert reporting.as_said()["warnings"] == []
    wrong = reporting.as_passed_on()
    assert [(one["code"], one["figures"]) for one in wrong["warnings"]] == [(SWAP, ["civilians"])]
    assert "killed/security_forces" in wrong["warnings"][0]["detail"]
    (flag,) = reporting.flags()
    assert (flag["code"], flag["cleared"]) == (SWAP, False)


def test_a_statement_recorded_after_its_copies_flags_them_and_says_whose_it_is(world: World) -> None:
    reporting = Reporting(world)
    wrong = reporting.as_passed_on()
    assert wrong["warnings"] == []
    said = reporting.as_said()
    (warning,) = said["warnings"]
    assert warning["code"] == SWAP
    assert wrong["id"] in warning["detail"]
    assert [one["code"] for one in reporting.flags()] == [SWAP]


def test_a_flag_tells_nothing_of_a_claim_that_fewer_people_read(world: World) -> None:
    reporting = Reporting(world)
    said = reporting.as_said()
    reporting.as_passed_on()
    assert [one["code"] for one in reporting.flags()] == [SWAP]
    for version, visibility, flags in ((1, "restricted", []), (2, "organisation", [SWAP])):
        answer = world.patch(f"claims/{said['id']}", {"visibility": visibility}, version)
        assert answer.status_code == 200, answer.text
        assert [one["code"] for one in reporting.flags()] == flags
        shown = world.get(f"incidents/{reporting.incident}", "viewer", include="claims,flags")
        assert ("killed/security_forces" in shown.text) is bool(flags)
    # A restricted copy of an open statement is flagged for who reads both.
    private = reporting.claim(reporting.copy, figure("civilians", 15, status="civilian"))
    answer = world.patch(f"claims/{private['id']}", {"visibility": "restricted"}, 1)
    assert [one["code"] for one in answer.json()["warnings"]].count(SWAP) == 2


def test_a_corrected_claim_loses_its_flag(world: World) -> None:
    reporting = Reporting(world)
    reporting.as_said()
    wrong = reporting.as_passed_on()
    right = [figure("civilians", 18, status="civilian")]
    answer = world.patch(f"claims/{wrong['id']}", {"figures": right}, 1)
    assert (answer.status_code, answer.json()["warnings"], reporting.flags()) == (200, [], [])


def test_citations_decide_and_a_change_of_them_is_looked_at(world: World) -> None:
    reporting = Reporting(world)
    reporting.as_said()
    reporting.as_passed_on()
    answer = world.patch(f"reports/{reporting.copy}", {"cites": []}, 1)
    assert (answer.status_code, reporting.flags()) == (200, [])
    answer = world.patch(f"reports/{reporting.copy}", {"cites": [{"report": reporting.broadcast}]}, 2)
    assert [one["code"] for one in answer.json()["warnings"]] == [SWAP]
    assert [one["code"] for one in reporting.flags()] == [SWAP]


def test_a_change_further_up_the_chain_is_looked_at(world: World) -> None:
    reporting = Reporting(world)
    reporting.as_said()
    wire = of_report(world, of_source(world, "Wire", "agency"))
    far = of_report(world, of_source(world, "Blog"), {"report": wire})
    reporting.claim(far, figure("civilians", 15, status="civilian"))
    assert reporting.flags() == []
    answer = world.patch(f"reports/{wire}", {"cites": [{"report": reporting.broadcast}]}, 1)
    assert [one["code"] for one in answer.json()["warnings"]] == [SWAP]
    assert [one["code"] for one in reporting.flags()] == [SWAP]


def test_a_reviewer_clears_a_flag_with_a_reason_and_the_log_says_so(world: World) -> None:
    reporting = Reporting(world)
    reporting.as_said()
    wrong = reporting.as_passed_on()
    assert reporting.cleared() == frozenset()
    answer = reporting.clear(wrong)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert [(one["code"], one["cleared"]) for one in answer.json()["flags"]] == [(SWAP, True)]
    assert reporting.cleared() == {wrong["id"]}
    last = world.get(f"claims/{wrong['id']}/history").json()["data"][-1]
    assert last["action"] == f"claim.clear:{SWAP}"
    assert last["reason"] == {"code": "new_information", "note": "The military said both."}
    with world.database.reading() as connection:
        assert verify_log(connection, world.organisation) == []
        assert verify_records(connection, world.organisation) == []


def test_a_cleared_flag_stays_cleared_while_the_finding_stands_and_no_longer(world: World) -> None:
    reporting = Reporting(world)
    reporting.as_said()
    wrong = reporting.as_passed_on()
    reporting.clear(wrong)
    world.patch(f"claims/{wrong['id']}", {"note": "Read again."}, 2)
    reporting.claim(reporting.broadcast, figure("militants", 92, status="direct_participant"))
    assert reporting.cleared() == {wrong["id"]}
    # Another number is another finding.
    moved = [figure("civilians", 92, status="civilian")]
    assert world.patch(f"claims/{wrong['id']}", {"figures": moved}, 3).status_code == 200
    assert [(one["code"], one["cleared"]) for one in reporting.flags()] == [(SWAP, False)]
    assert reporting.cleared() == frozenset()


def test_clearing_lets_the_incident_be_reviewed_again(world: World) -> None:
    reporting = Reporting(world)
    reporting.as_said()
    wrong = reporting.as_passed_on()
    body = {"incident": reporting.incident, "policy": "reported-range"}
    proposal = world.made("assessments", body, "reviewer")
    assert world.approve(proposal["id"]).status_code == 200
    assert world.get(f"incidents/{reporting.incident}").json()["state"] == "assessed"
    reporting.clear(wrong)
    assert world.get(f"incidents/{reporting.incident}").json()["state"] == "needs_review"


def test_only_a_reviewer_in_person_clears_a_flag_that_is_there_and_once(world: World) -> None:
    reporting = Reporting(world)
    reporting.as_said()
    wrong = reporting.as_passed_on()
    assert code_of(reporting.clear(wrong, "recorder")) == "not-allowed"
    assert code_of(reporting.clear(wrong, "service")) == "not-allowed"
    assert code_of(reporting.clear(wrong, code="implausible-count")) == "not-found"
    assert code_of(reporting.clear(wrong, version=7)) == "stale-version"
    unconditional = world.post(
        f"claims/{wrong['id']}/flags/{SWAP}/clear", {"reason": {"code": "error_fixed"}}, "reviewer"
    )
    assert code_of(unconditional) == "if-match-required"
    assert reporting.clear(wrong).status_code == 200
    assert code_of(reporting.clear(wrong, version=2)) == "flag-is-cleared"


def test_other_flags_of_a_claim_are_cleared_alike_and_move_nothing(world: World) -> None:
    reporting = Reporting(world)
    claim = reporting.claim(reporting.broadcast, figure("total", 7_028))
    assert [one["code"] for one in reporting.flags()] == ["implausible-count"]
    assert reporting.clear(claim, code="implausible-count").status_code == 200
    assert [one["cleared"] for one in reporting.flags()] == [True]
    assert reporting.cleared() == frozenset()
