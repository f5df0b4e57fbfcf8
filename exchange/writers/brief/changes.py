"""The section of the brief on what changed since last time, and why (R14)."""

from __future__ import annotations

from collections.abc import Sequence

from domain.brief import Brief, Numbers, Part, Reason
from exchange.writers.brief.blocks import Block, Paragraph, Section, Table, TableRow
from exchange.writers.brief.words import in_states, instant
from exchange.writers.brief.words import incidents as in_incidents

MOST_MOVED = {1: 12, 2: 6}
"""Incidents that are listed, by the number of outcomes; all of them are at the address of the changes."""


def changes(brief: Brief) -> Section:
    """Give the section on what changed since last time, for every outcome."""
    heading = "What changed since last time"
    if brief.since is None:
        said = Paragraph(
            "Nothing was recorded before the point that this brief is compared with: there is no last time."
        )
        return Section(heading, (said,))
    since = brief.since
    blocks: list[Block] = [
        Paragraph(
            f"Compared with what was known at log sequence {since.seq:,} ({instant(since.at)}). "
            "Differences are of the sums of lows and of highs; what was known then can still be asked for."
        )
    ]
    several = len(brief.parts) > 1
    for part in brief.parts:
        blocks.append(_compared(part, several=several))
        if part.moved:
            blocks += _moved(part, MOST_MOVED[len(brief.parts)], several=several)
    return Section(heading, tuple(blocks))


def _compared(part: Part, *, several: bool) -> Table:
    rows = [
        TableRow((one.title, _then(one.before), _then(one.after), _why(one.reasons, one.incidents)))
        for one in part.compared
    ]
    caption = f"{part.label}: totals then and now" if several else "Totals then and now"
    return Table(
        caption, ("Harm done in", "As known then", "Now", "What moved it"), tuple(rows), words=(0, 1, 2, 3)
    )


def _then(numbers: Numbers) -> str:
    return in_states(numbers.states) or "not known"


def _why(reasons: Sequence[Reason], incidents: int) -> str:
    if not incidents:
        return "Nothing changed"
    return "; ".join(
        f"{one.label}: {_by(one.low, one.high)} ({in_incidents(one.incidents)})" for one in reasons
    )


def _by(low: int, high: int) -> str:
    if not low and not high:
        return "sums unchanged"
    if low == high:
        return f"{low:+,}"
    return ", ".join(
        f"{name} {by:+,}" if by else f"{name} unchanged" for name, by in (("low", low), ("high", high))
    )


def _moved(part: Part, most: int, *, several: bool) -> list[Block]:
    shown = part.moved[:most]
    rows = [
        TableRow(
            (
                one.code,
                one.period,
                "not yet counted" if one.before is None else _then(one.before),
                "no longer counted" if one.after is None else _then(one.after),
                "; ".join(one.reasons),
            )
        )
        for one in shown
    ]
    about = f"{part.label}: incidents" if several else "Incidents"
    columns = ("Incident", "Month", "As known then", "Now", "Why")
    blocks: list[Block] = [
        Table(f"{about} counted otherwise than then", columns, tuple(rows), words=(0, 1, 2, 3, 4))
    ]
    if len(part.moved) > most:
        more = len(part.moved) - most
        blocks.append(
            Paragraph(
                f"Revised ones first, the largest differences before others; {in_incidents(more)} more, all "
                "in the list of changes.",
                small=True,
            )
        )
    return blocks
