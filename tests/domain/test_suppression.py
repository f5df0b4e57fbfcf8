"""What is withheld from the fixed public tables: few persons, and whatever would tell them."""

import time
from random import Random

import pytest

from domain.fixed_tables import WHOLE, Counted, values
from domain.suppression import Renewal, is_protected, protected, renew
from domain.suppression_network import INCIDENT, Network, is_world
from tests.counted import counted, invented


def printed(*before: Renewal, **entries: Counted) -> Renewal:
    return printed_at(5, *before, **entries)


def printed_at(threshold: int, *before: Renewal, **entries: Counted) -> Renewal:
    found = renew(before, entries, threshold)
    assert found is not None
    return found


MARCH = ("month", "AA", "2024-03")
APRIL = ("month", "AA", "2024-04")


def test_a_block_of_enough_persons_is_printed_whole() -> None:
    assert printed(a=counted(12), b=counted(9, month="2024-04")).withheld == frozenset()


def test_few_persons_are_withheld_up_to_the_threshold_and_not_above() -> None:
    big = counted(90, "AA2", "2024-04", male_adult=90)
    for count in range(1, 9):
        one = printed(a=counted(count), b=big)
        assert (MARCH in one.withheld) == (count < 5)


def test_another_cell_is_withheld_beside_a_small_one() -> None:
    found = printed(
        a=counted(3, month="2024-03"),
        b=counted(20, month="2024-04"),
        c=counted(30, month="2024-05"),
        d=counted(40, month="2024-06"),
    )
    months = {cell for cell in found.withheld if cell[0] == "month"}
    assert MARCH in months
    assert len(months) == 2
    assert WHOLE not in found.withheld


def test_a_cell_of_two_tables_is_withheld_in_both() -> None:
    """One country has one unit, and that one incident: its margins are the same number three times."""
    found = printed(a=counted(3), b=counted(50, "BB1", "2024-04"), c=counted(50, "CC1", "2024-04"))
    assert {("country", "AA"), ("adm1", "AA", "AA1"), MARCH, ("months", "2024-03")} <= found.withheld


def test_a_total_below_the_threshold_is_withheld_with_all_its_cells() -> None:
    found = printed(a=counted(3))
    assert found.printed() == {}


def test_nought_is_printed_and_hides_nothing() -> None:
    found = printed(a=counted(3), b=counted(50, month="2024-04"))
    assert found.withheld <= set(values([counted(3), counted(50, month="2024-04")]))


def test_children_among_the_wounded_are_withheld_with_those_beside_them() -> None:
    found = printed(a=counted(40, male_child=2, male_adult=30, female_adult=8))
    assert ("age", "child") in found.withheld
    assert ("part", "male", "child") in found.withheld
    assert ("age", "adult") in found.withheld or WHOLE in found.withheld


@pytest.mark.parametrize("threshold", [3, 10, 20])
def test_the_threshold_is_the_profiles(threshold: int) -> None:
    below, at = counted(threshold - 1), counted(threshold)
    rest = counted(400, "AA2", "2024-04")
    assert MARCH in printed_at(threshold, a=below, b=rest).withheld
    assert MARCH not in printed_at(threshold, a=at, b=rest).withheld


def test_the_same_record_is_no_new_edition() -> None:
    first = printed(a=counted(30), b=counted(9, month="2024-04"))
    assert renew([first], first.entries, 5) is None


def test_one_incident_with_few_persons_does_not_move_the_total() -> None:
    """Whoever holds the new table against the old would read its number off."""
    before = {"a": counted(30), "b": counted(9, month="2024-04")}
    first = printed(**before)
    assert renew([first], {**before, "c": counted(3)}, 5) is None


def test_a_retraction_of_few_persons_does_not_move_the_total() -> None:
    before = {"a": counted(30), "b": counted(3), "c": counted(9, month="2024-04")}
    first = printed(**before)
    assert renew([first], {"a": before["a"], "c": before["c"]}, 5) is None


def test_many_new_persons_move_the_total() -> None:
    before = {f"{n}": counted(9 + n, f"AA{n % 3}", f"2024-{n % 12 + 1:02d}") for n in range(24)}
    more = {f"new {n}": counted(9 + n, f"AA{n % 3}", f"2024-{n % 12 + 1:02d}") for n in range(24)}
    second = printed(printed(**before), **before, **more)
    assert second.printed()[WHOLE] == sum(one.count for one in {**before, **more}.values())


def test_a_small_correction_is_held_back_and_the_rest_of_an_edition_is_not() -> None:
    before = {f"{n}": counted(9 + n, f"AA{n % 3}", f"2024-{n % 12 + 1:02d}") for n in range(24)}
    before["small"] = counted(2, "BB1")
    more = {f"new {n}": counted(9 + n, f"AA{n % 3}", f"2024-{n % 12 + 1:02d}") for n in range(24)}
    second = printed(printed(**before), **{**before, "small": counted(4, "BB1")}, **more)
    assert second.entries["small"] == counted(2, "BB1")
    assert set(more) <= set(second.entries)


def test_a_threshold_never_falls() -> None:
    before = {"a": counted(12), "b": counted(40, month="2024-04")}
    first = printed_at(10, **before)
    second = renew([first], {**before, "c": counted(60), "d": counted(60, month="2024-04")}, 3)
    assert second is not None
    assert second.threshold == 10


def test_what_was_withheld_is_told_by_no_later_edition() -> None:
    """March was 3 and is 43: printed, with the 40 of a new incident's document, it would tell the 3."""
    first = printed(
        a=counted(3),
        b=counted(20, month="2024-04"),
        c=counted(30, month="2024-05"),
        d=counted(9, month="2024-06"),
    )
    second = renew([first], {**first.entries, "new": counted(40), "more": counted(40, month="2024-05")}, 5)
    assert second is not None
    assert is_protected([first, second])
    assert MARCH in second.withheld


def test_a_world_that_moves_a_printed_cell_is_none() -> None:
    entries = {"a": counted(6), "b": counted(9, month="2024-04")}
    network = Network(entries)
    network.moved = {
        (INCIDENT, "a"): 1,
        (INCIDENT, "b"): -1,
        MARCH: 1,
        APRIL: -1,
        ("months", "2024-03"): 1,
        ("months", "2024-04"): -1,
    }
    assert is_world(network, entries, lambda cell: False)
    assert not is_world(network, entries, lambda cell: cell == MARCH)
    network.moved[APRIL] = -2
    assert not is_world(network, entries, lambda cell: False)


def test_a_world_below_one_or_out_of_a_band_is_none() -> None:
    entries = {"a": counted(1), "b": counted(26)}
    network = Network(entries)
    network.moved = {(INCIDENT, "a"): -1, (INCIDENT, "b"): 1}
    assert not is_world(network, entries, lambda cell: False)
    network.moved = {(INCIDENT, "a"): 2, (INCIDENT, "b"): -2}
    assert not is_world(network, entries, lambda cell: False)
    network.moved = {(INCIDENT, "a"): 1, (INCIDENT, "b"): -1}
    assert is_world(network, entries, lambda cell: False)


def test_a_margin_that_stays_while_its_parts_move_is_no_world() -> None:
    entries = {"a": counted(6), "b": counted(9)}
    network = Network(entries)
    network.moved = {(INCIDENT, "a"): 1}
    assert not is_world(network, entries, lambda cell: False)


def test_pushing_takes_the_ring_that_costs_least() -> None:
    entries = {
        "a": counted(3),
        "b": counted(20, month="2024-04"),
        "c": counted(20, month="2024-05"),
    }
    network = Network(entries)
    prices = {arc: 0 for arc in network.numbers if arc[0] == INCIDENT}
    for month, price in (("2024-03", 0), ("2024-04", 7), ("2024-05", 3)):
        prices["month", "AA", month] = prices["months", month] = price
    done, paid = network.push(MARCH, 1, 4, prices)
    assert done == 4
    assert {arc[-1] for arc in paid} == {"2024-05"}


def test_some_thousand_cells_take_seconds() -> None:
    entries = invented(Random(7), 2000, countries=40, units=15, usual=8)
    began = time.process_time()
    found = protected((), entries, 5)
    assert found is not None
    assert len(values(entries.values())) > 1000
    assert time.process_time() - began < 10


def test_an_incident_of_the_same_number_stays_where_it_was_counted() -> None:
    """Seen to move, it would be the same persons in two tables: what one tells of it, the other tells."""
    before = {f"{n}": counted(9 + n, f"AA{n % 3}", f"2024-{n % 12 + 1:02d}") for n in range(24)}
    more = {f"new {n}": counted(9 + n, f"AA{n % 3}", f"2024-{n % 12 + 1:02d}") for n in range(24)}
    moved = {"3": counted(12, "AA1", "2024-11"), "4": counted(13, "AA1", "2024-05", male_adult=13)}
    second = printed(printed(**before), **{**before, **moved}, **more)
    assert {id: second.entries[id] for id in moved} == {id: before[id] for id in moved}


MANY = {f"{n}": counted(9 + n, f"AA{n % 3}", f"2024-{n % 12 + 1:02d}") for n in range(24)}


def test_a_correction_moves_the_total_by_the_threshold_and_not_by_less() -> None:
    """None of these incidents has few persons: it is the difference that would tell how many were added."""
    before = {"a": counted(30), "b": counted(20, month="2024-04")}
    first = printed(**before)
    assert renew([first], {**before, "a": counted(34)}, 5) is None
    second = renew([first], {**before, "a": counted(35)}, 5)
    assert second is not None
    assert second.printed()[WHOLE] == 55


def test_an_edition_with_no_total_for_the_sake_of_few_is_not_made() -> None:
    """Most cells would still be there; what a reader comes for would not."""
    assert renew([printed(**MANY)], {**MANY, "few": counted(3)}, 5) is None


def test_a_small_number_is_told_by_the_top_of_a_band_beside_it() -> None:
    """24 is the most that is not told: of 28 persons in two such incidents, the other has 4 at least."""
    rest = {"c": counted(60, month="2024-04")}
    assert not is_protected([Renewal(5, {"a": counted(24), "b": counted(4), **rest}, frozenset())])
    assert is_protected([Renewal(5, {"a": counted(30), "b": counted(4), **rest}, frozenset())])
