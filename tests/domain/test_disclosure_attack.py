"""The attacker has everything that was published and recovers nothing; and would recover it, were less
withheld."""

import os
from dataclasses import replace

import pytest

from domain import suppression_network
from domain.fixed_tables import WHOLE, Counted, values
from domain.suppression import Renewal, is_protected, renew
from tests.attacker import Attacker, everything
from tests.counted import counted, history
from tests.scores import Score

WORLDS = int(os.environ.get("CIVHARM_WORLDS", "16"))
SEEDS = range(WORLDS)


def bare(printings: list[Renewal]) -> list[Renewal]:
    """Withhold the small cells and nothing in their place."""
    return [
        replace(
            one,
            withheld=frozenset(cell for cell, n in values(one.entries.values()).items() if n < one.threshold),
        )
        for one in printings
    ]


@pytest.mark.parametrize("start", range(4))
def test_nothing_is_recovered_from_all_tables_all_editions_and_the_documents(
    start: int, score: Score
) -> None:
    attacked, seeds = 0, SEEDS[start::4]
    for seed in seeds:
        printings = history(seed)
        assert is_protected(printings), seed
        for one in everything(printings):
            attacked += 1
            assert not one.recovered, (seed, one)
            assert one.high >= printings[-1].threshold, (seed, one)
    assert attacked > 10 * len(seeds)
    score("withheld numbers attacked in invented worlds, 0 recovered", attacked, together=2_000)


def test_a_first_edition_tells_nothing_of_a_small_number_that_was_not_known_before_it() -> None:
    for seed in SEEDS[::4]:
        printings = history(seed, 1)
        with_tables, without = Attacker(printings), Attacker(printings, tables=False)
        for one, before in zip(
            [*with_tables.cells(), *with_tables.small_incidents(last=True)],
            [*without.cells(), *without.small_incidents(last=True)],
            strict=True,
        ):
            assert one.low <= max(1, before.low), (seed, one, before)
            assert one.high >= 5, (seed, one)


@pytest.mark.parametrize("threshold", [3, 10, 20])
def test_other_thresholds_hold_as_well(threshold: int) -> None:
    for seed in SEEDS[::8]:
        printings = history(seed, 2, most=12, threshold=threshold)
        # Of one incident alone, the documents tell of themselves that it is not above their lowest band.
        documents = {one.what: one.high for one in Attacker(printings, tables=False).cells()}
        for one in everything(printings):
            assert not one.recovered, (seed, one)
            assert one.high >= min(threshold, documents.get(one.what, threshold)), (seed, one)


def test_what_was_corrected_or_retracted_is_not_recovered_either() -> None:
    found = [one for seed in SEEDS[::2] for one in Attacker(history(seed)).small_incidents(last=False)]
    assert [one for one in found if one.recovered] == []


def test_the_attacker_recovers_cells_where_nothing_is_withheld_beside_the_small_ones() -> None:
    found = [one for seed in SEEDS[::4] for one in everything(bare(history(seed, 3, most=12)))]
    assert sum(one.recovered for one in found) > len(found) / 3


def test_the_attacker_recovers_what_is_taken_out_of_protection_cell_by_cell() -> None:
    """Each cell that stands withheld in another's place is needed: printing it lets something out, mostly."""
    needed = tried = 0
    for seed in SEEDS[::8]:
        (printing,) = history(seed, 1, most=12)
        numbers = values(printing.entries.values())
        for cell in sorted(printing.withheld):
            if numbers[cell] >= printing.threshold:
                tried += 1
                weaker = [replace(printing, withheld=printing.withheld - {cell})]
                found = everything(weaker)
                narrower = any(one.recovered or one.high < 5 for one in found)
                # Wherever the attacker gets further, the program's own check says so.
                assert not (narrower and is_protected(weaker)), (seed, cell)
                needed += not is_protected(weaker)
    assert tried
    assert needed > tried / 2


def test_the_attacker_differences_two_editions_that_were_protected_each_for_itself() -> None:
    before = {"a": counted(30), "b": counted(20, month="2024-04")}
    after = {**before, "c": counted(3)}
    editions = [Renewal(5, before, frozenset()), Renewal(5, after, frozenset())]
    found = Attacker(editions)
    assert any(one.recovered for one in found.differences())
    assert any(one.recovered for one in found.small_incidents(last=True))
    assert not is_protected(editions)


def test_documents_that_told_numbers_would_let_the_attacker_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """March has 12 and 3: the table prints 15, and a document with the 12 would tell the 3."""
    block = [Renewal(5, {"a": counted(12), "b": counted(3), "c": counted(40, month="2024-04")}, frozenset())]
    assert not any(one.recovered for one in everything(block))
    monkeypatch.setattr("tests.attacker.band", lambda count: (count, count) if count >= 5 else (0, 4))
    assert any(one.recovered for one in everything(block))


def test_the_rule_of_the_documents_is_known_where_worlds_are_written_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two incidents that are both at the top of what is not told: a printed sum tells each."""
    block = {"a": counted(4), "b": counted(4), "c": counted(40, month="2024-04")}
    assert is_protected([Renewal(5, block, frozenset())])
    monkeypatch.setattr(Counted, "bounds", lambda one: (1, 4) if one.count < 5 else (5, None))
    assert suppression_network.Network(block).bounds["incident", "a"] == (1, 4)
    assert not is_protected([Renewal(5, block, frozenset())])


def test_the_worked_example_of_the_page_is_what_is_printed_and_what_the_attacker_finds() -> None:
    """docs/disclosure.md: 3, 20, 30 and 40 injured in four months of one country."""
    persons = {"2024-03": 3, "2024-04": 20, "2024-05": 30, "2024-06": 40}
    entries = {month: counted(count, month=month) for month, count in persons.items()}
    printing = renew((), entries, 5)
    assert printing is not None
    months = {cell[-1]: number for cell, number in printing.printed().items() if cell[0] == "months"}
    assert months == {"2024-05": 30, "2024-06": 40}
    assert printing.printed()[WHOLE] == 93
    attacker = Attacker([printing])
    assert attacker.range_of(attacker.sums[0]["months", "2024-03"]) == (1, 22)
    assert any(one.recovered for one in everything(bare([printing])))
    assert renew([printing], {**entries, "2024-07": counted(4, month="2024-07")}, 5) is None
    many = {f"more {month}": counted(15, month=month) for month in persons}
    later = renew([printing], {**entries, "2024-07": counted(4, month="2024-07"), **many}, 5)
    assert later is not None
    assert later.printed()[WHOLE] == 93 + 4 + 60
    assert ("months", "2024-07") in later.withheld
