"""Briefs made by hand, with neutral invented names: what the writers are tried on beyond small records."""

from __future__ import annotations

from collections.abc import Sequence

from domain.brief import (
    Break,
    Brief,
    Comparison,
    Counted,
    Left,
    Line,
    Method,
    Month,
    Moved,
    Numbers,
    Part,
    Point,
    Reason,
    Rows,
    added,
    in_order,
    months_up_to,
)
from domain.vocab import Cause, Outcome
from services.brief import NO_PLACE
from services.brief_rows import GROUPS

MONTH = "2026-01"
CAUSES = {one.value: one.label for one in Cause}
OUTCOMES = {one.value: one.label for one in Outcome}


def numbers(low: int, high: int | None = None, *, verified: int = 0, is_open: bool = False) -> Numbers:
    """Give numbers of one incident: the verified part stands beside what is pending (R13)."""
    top = low if high is None else high
    states = []
    if verified:
        states.append(("verified", Counted(verified, verified, False, 1)))
    states.append(("pending", Counted(low - verified, top - verified, is_open, 1)))
    return Numbers(Counted(low, top, is_open, 1), tuple(states))


def brief_of(
    *,
    organisation: str = "Test Recorder",
    units: Sequence[str] = ("Northern Hills", "Harbour Coast"),
    causes: int = 3,
    outcomes: Sequence[str] = ("killed",),
    moved: int = 2,
    points: bool = False,
    unit_numbers: Numbers | None = None,
) -> Brief:
    """Give a brief with so many units, causes and revised incidents; its sums add up."""
    codes = [code for code in Cause.codes() if code != "unknown"]
    parts = []
    for outcome in outcomes:
        places = in_order(
            [
                *(
                    Line(
                        f"XA{n:02d}",
                        name,
                        unit_numbers or numbers(3 * n + 2, 3 * n + 9, verified=n, is_open=n % 3 == 0),
                        (30 + (n * 7 % 11) * 0.6, 40 + (n * 5 % 13) * 0.5, f"Town {n}") if points else None,
                    )
                    for n, name in enumerate(units, start=1)
                ),
                Line("unknown", NO_PLACE, numbers(4, 6)),
            ]
        )
        total = _counted(added(line.numbers for line in places), len(places))
        named = [
            *(
                Line(code, CAUSES[code], numbers(n % 5 + 1, n % 5 + 2))
                for n, code in enumerate(codes[:causes])
            ),
        ]
        by_cause = in_order([*named, Line("unknown", "Cause not known", _rest(total, named))])
        known = [Line("/".join(keys), label, numbers(1, 2)) for keys, label in GROUPS[:-1]]
        groups = (*known, Line("unknown/unknown", GROUPS[-1][1], _rest(total, known)))
        parts.append(
            Part(
                outcome=outcome,
                label=OUTCOMES[outcome],
                headline=total,
                left=Left(3, 1, 2),
                groups=Rows(groups, total),
                places=Rows(places, total),
                causes=Rows(by_cause, total),
                months=tuple(
                    Month(one, numbers(20 + n, 25 + 2 * n, verified=n, is_open=n % 4 == 0), n > 9)
                    for n, one in enumerate(months_up_to(MONTH))
                ),
                spans=numbers(5, 8),
                compared=tuple(
                    Comparison(title, numbers(30, 40), total, (Reason("Late verification", 4, 6, 2),), 2)
                    for title in ("January 2026", "Before January 2026")
                ),
                moved=tuple(
                    Moved(f"XA-2025-{n:04d}", "2025-11", numbers(3), numbers(5), ("Late verification",), 2, 2)
                    for n in range(moved)
                ),
                addresses=(("Month", f"/v1/statistics?outcome={outcome}&known_at=432"),),
            )
        )
    return Brief(
        organisation=organisation,
        month=MONTH,
        known=Point(432, "2026-02-10T09:30:00.000000Z"),
        since=Point(267, "2025-12-31T18:00:00.000000Z"),
        parts=tuple(parts),
        methodology="2.0",
        methods=(Method("reported-range", "2", 40), Method("two-independent", "1", 12)),
        breaks=(Break("2025-09-04", "two-independent 1", "2.0", "reported-range 2", 212),),
        note="A note.",
    )


def _rest(total: Numbers, parts: Sequence[Line]) -> Numbers:
    """Give what is left of a total beside these rows, all of which are pending alone."""
    of = added(part.numbers for part in parts).together
    states = []
    for state, counted in total.states:
        low, high = (
            (one or 0) - (0 if state == "verified" else taken or 0)
            for one, taken in ((counted.low, of.high), (counted.high, of.low))
        )
        states.append((state, Counted(max(0, low), max(0, high), counted.open, 1)))
    return Numbers(added([Numbers(part, ()) for _, part in states]).together, tuple(states))


def _counted(found: Numbers, incidents: int) -> Numbers:
    whole = found.together
    return Numbers(Counted(whole.low, whole.high, whole.open, incidents), found.states)
