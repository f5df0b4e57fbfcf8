"""The scoreboard tells what tests told it, and says when a bar is missed."""

from __future__ import annotations

from pathlib import Path

from tests.scores import Told, table, told

REPORT = """<testsuites><testsuite>
<testcase classname="tests.one" name="test_one[sqlite]"><properties>
<property name="civharm.score" value='{"name": "requests", "figure": 12000, "together": 20000}'/>
</properties></testcase>
<testcase classname="tests.one" name="test_one[postgresql]"><properties>
<property name="civharm.score" value='{"name": "requests", "figure": 7000, "together": 20000}'/>
<property name="civharm.score" value='{"name": "seconds", "figure": 0.5, "at_most": 1}'/>
<property name="other" value="left alone"/>
</properties></testcase>
<testcase classname="tests.one" name="test_two"><failure/></testcase>
</testsuite></testsuites>"""


def test_the_board_has_every_figure_its_sum_and_what_failed(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text(REPORT)
    figures, failed = told(tmp_path / "report.xml")
    assert failed == ["tests.one::test_two"]
    assert "\n".join(table(figures)).splitlines()[2:] == [
        "| requests | all together | 19,000 | at least 20,000 | MISSED |",
        "| requests | postgresql | 7,000 |  |  |",
        "| requests | sqlite | 12,000 |  |  |",
        "| seconds | postgresql | 0.5 | at most 1 | reached |",
    ]


def test_a_bar_is_reached_from_its_own_side() -> None:
    assert Told("steps", "", 5_000, at_least=5_000).reached
    assert not Told("steps", "", 4_999, at_least=5_000).reached
    assert not Told("leaks", "", 1, at_most=0).reached
