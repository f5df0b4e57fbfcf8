"""Running totals that began anew (R6): what one origin counted in two runs of days are different persons.

Lebanon's ministry closed its first count at 4,047 and began the second at zero: who counts both has 4,047
and what was counted since. A run's days end before those of the next begin; where they may overlap, or
more than one number of a run stands, nothing is added and a person has to see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

from domain.cells import Cell, Count
from domain.policies.said import Said
from domain.supersession import is_running

_Voice = tuple[str, str | None, object]


def with_runs_added(
    cells: Mapping[Cell, list[Said]], unnamed: frozenset[str], note: Callable[[Said, Said], None]
) -> dict[Cell, list[Said]]:
    """Give what stands with each origin's runs of one total added up, cell by cell.

    ``note`` is told of each number that another holds now. A part that only some of an origin's runs state
    is open: how many of the other runs' persons are such is not known.
    """
    runs = _runs(one for ones in cells.values() for one in ones)
    found = {}
    for cell, ones in cells.items():
        by_voice: dict[_Voice, list[Said]] = {}
        for one in ones:
            by_voice.setdefault(_voice(one), []).append(one)
        found[cell] = [
            one for voice, said in by_voice.items() for one in _added(said, voice, runs, unnamed, note)
        ]
    return found


def _voice(said: Said) -> _Voice:
    return said.claim.origin, said.figure.party, said.weighed.weight


def _runs(said: Iterable[Said]) -> dict[str, set[str]]:
    """Give the first days of each origin's runs."""
    found: dict[str, set[str]] = {}
    for one in said:
        if is_running(one.claim):
            found.setdefault(one.claim.origin, set()).add(one.claim.counts_from or "")
    return found


def _added(
    said: list[Said],
    voice: _Voice,
    runs: Mapping[str, set[str]],
    unnamed: frozenset[str],
    note: Callable[[Said, Said], None],
) -> list[Said]:
    origin = voice[0]
    if origin in unnamed or len(runs.get(origin, ())) < 2 or not all(is_running(one.claim) for one in said):
        return said
    ordered = sorted(said, key=lambda one: one.claim.counts_from or "")
    if not all((one.claim.as_of or "") < (after.claim.counts_from or "") for one, after in pairwise(ordered)):
        return said
    last = ordered[-1]
    for one in ordered[:-1]:
        note(one, last)
    count = Count(
        sum(one.count.low for one in ordered),
        sum(one.count.high for one in ordered),
        any(one.count.open for one in ordered) or len(ordered) < len(runs[origin]),
    )
    whole = count if len(ordered) > 1 else replace(last.count, open=count.open)
    figure = last.figure if len(ordered) == 1 else replace(last.figure, best=None)
    added = tuple(one.claim.id for one in ordered[:-1])
    return [replace(last, count=whole, figure=figure, added=added)]
