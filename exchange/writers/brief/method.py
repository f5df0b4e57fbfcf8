"""The sections of the brief on how it is read, how its numbers came about, and how they are asked again."""

from __future__ import annotations

from collections.abc import Sequence

from domain.brief import APART, Brief, Left, Part
from exchange.writers.brief.blocks import Addresses, Block, Listing, Paragraph, Section
from exchange.writers.brief.words import LABELS, choice, in_states, incidents

MOST_BREAKS = 6


def caveats(brief: Brief) -> Section:
    """Give the section on how the numbers are read, and what they leave out."""
    items = [
        (
            "Each number is a bound and no confidence interval: persons known of at least, to the most that "
            "the record allows; \u201cor more\u201d where a source says that there may be more. No number "
            "between the two is more likely than another, and none is given."
        ),
        (
            "Verified numbers were found so by people under a named standard of proof. Pending ones are "
            "reported and not verified. They stand beside each other and are never one and the same."
        ),
        "Contested numbers, of which sources or parties contradict each other, and inconclusive ones are "
        "in no total. " + _apart_in_words(brief.parts),
        (
            "Unknown is not zero: where no number is known none is printed. Sub-ranges are not additive: a "
            "total's own interval can be tighter than the sum of its parts."
        ),
    ]
    for part in brief.parts:
        left = part.left
        items.append(
            f"{part.label}, {brief.title}. Without an approved assessment, and in no number: "
            f"{incidents(left.unassessed)}. With a report newer than the assessment, so that a number may "
            f"change: {incidents(left.needs_review)}. Across the month's first or last day, and in no "
            f"number of the month: {incidents(left.straddling)}{_crossing(left)}."
        )
    if len(brief.parts) > 1:
        items.append("Outcomes are never added: a person can be counted under one and later under another.")
    if brief.missing:
        items.append(
            "Units that the gazetteer does not name are shown by their code: "
            + ", ".join(brief.missing)
            + "."
        )
    return Section("How to read it", (Listing(tuple(items)),), turns=True)


def _crossing(left: Left) -> str:
    return f" ({in_states(left.crossing)})" if left.crossing else ""


def _apart_in_words(parts: Sequence[Part]) -> str:
    said = [
        f"{part.label}: {LABELS[state].lower()} {part.headline.said(state)}"
        for part in parts
        for state in APART
        if part.headline.of(state)
    ]
    return "This month: " + "; ".join(said) + "." if said else "There are none this month."


def method(brief: Brief) -> Section:
    """Give the section on how the numbers came about, and the addresses that ask them again."""
    methods = "; ".join(f"{one.policy} {one.version}, {incidents(one.incidents)}" for one in brief.methods)
    blocks: list[Block] = [
        Paragraph(
            "Every source's number is kept as it was said. A named policy reads the claims on an incident, "
            "one member proposes the figures, another approves them, and only approved figures are summed. "
            f"Methodology {brief.methodology}. Policies of the organisation's assessments in force: "
            f"{methods or 'none yet'}."
        )
    ]
    breaks = [
        f"{one.day} {choice(one.policy, one.before)} (log sequence {one.seq:,})" for one in brief.breaks
    ]
    if breaks:
        shown = breaks[-MOST_BREAKS:]
        words = "; ".join(shown) + "."
        if len(breaks) > len(shown):
            words = f"The last {len(shown)} of {len(breaks)}: {words}"
        blocks.append(
            Paragraph(
                "Choices of policy: "
                + words
                + " Months assessed under different policies are comparable only as far as the policies are."
            )
        )
    blocks.append(
        Paragraph(
            "Each number can be asked again at these addresses of the service, and opens there to its "
            f"incidents, their claims and wordings. As known at log sequence {brief.known.seq} they never "
            "change."
        )
    )
    several = len(brief.parts) > 1
    blocks.append(
        Addresses(
            tuple(
                (f"{part.label}: {name.lower()}" if several else name, address)
                for part in brief.parts
                for name, address in part.addresses
            )
        )
    )
    return Section("Method, and how to ask again", tuple(blocks))
