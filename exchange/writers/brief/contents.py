"""What the brief says, section by section: the one place where its sentences, tables and charts are made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.brief import (
    APART,
    MONTHS,
    NONE,
    OTHERS,
    UNTOLD,
    Brief,
    Line,
    Numbers,
    Part,
    Rows,
    in_words,
)
from exchange.readers.boundaries import Boundaries
from exchange.writers.brief import charts, maps
from exchange.writers.brief.blocks import (
    Block,
    Figure,
    Headline,
    Pages,
    Paragraph,
    Section,
    Table,
    TableRow,
)
from exchange.writers.brief.changes import changes
from exchange.writers.brief.method import caveats, method
from exchange.writers.brief.words import LABELS, choice, in_states, incidents, instant

MOST_ROWS = {1: 25, 2: 10}
"""Rows of a table of places or causes, by the number of outcomes: what the pages hold."""
FEWEST_POINTS = 2
"""A map of one circle says nothing of where."""


def pages_of(brief: Brief, boundaries: Boundaries | None = None) -> Pages:
    """Give the brief as sections, with its charts drawn."""
    several = len(brief.parts) > 1
    return Pages(
        organisation=brief.organisation,
        title=brief.title,
        subtitle=f"Monthly brief: civilian harm as recorded up to {instant(brief.known.at)}, "
        f"log sequence {brief.known.seq:,}",
        sections=(
            *(_month(part, brief) for part in brief.parts),
            *(_trend(part, brief, several=several) for part in brief.parts),
            *(_places(part, boundaries, number=len(brief.parts)) for part in brief.parts),
            *(_causes(part, number=len(brief.parts)) for part in brief.parts),
            changes(brief),
            caveats(brief),
            method(brief),
        ),
        citation=f"{brief.organisation}, monthly brief for {brief.title}, as known at log sequence "
        f"{brief.known.seq} ({instant(brief.known.at)}).",
        at=brief.known.at,
    )


def _month(part: Part, brief: Brief) -> Section:
    numbers, left = part.headline, part.left
    parts = [
        ("Verified", numbers.said("verified")),
        ("Pending", numbers.said("pending")),
        *((LABELS[state], numbers.said(state)) for state in APART if numbers.of(state)),
        ("Assessed", incidents(numbers.together.incidents or 0)),
        ("Waiting for assessment", incidents(left.unassessed)),
    ]
    blocks: list[Block] = [
        Headline(f"{part.label}, verified and pending", str(numbers.together), tuple(parts))
    ]
    if not numbers.together.known:
        blocks.append(
            Paragraph(
                f"No assessed incident that lies within {brief.title} has a verified or pending number. "
                "That is not zero: it says what is known, and not what happened."
            )
        )
    if part.left.crossing:
        blocks.append(
            Paragraph(
                f"{incidents(part.left.straddling)} across the first or last day of {brief.title}, in none "
                f"of these numbers: {in_states(part.left.crossing)}."
            )
        )
    if numbers.states:
        blocks += _by_sex_and_age(part.groups)
    return Section(f"{part.label} in {brief.title}", tuple(blocks))


def _by_sex_and_age(rows: Rows) -> list[Block]:
    table = _table("By sex and age", "Who", rows, rows.lines)
    who = "Women and men are 18 or older, girls and boys under 18."
    said = [who, f"{NONE} stands where no incident has such a number."]
    if rows.is_wider:
        said.append(
            f"The rows together give {rows.sum.together}, the total by itself "
            f"{rows.total.together}: sub-ranges are not additive, and the total's own interval is "
            "the tighter one."
        )
    return [table, Paragraph(" ".join(said), small=True)]


def _table(caption: str, first: str, rows: Rows, lines: Sequence[Line], *, codes: bool = False) -> Table:
    """Give rows with a column a state, those that stand apart only where there is such a number."""
    apart = [
        state for state in APART if any(one.numbers.of(state) for one in rows.lines) or rows.total.of(state)
    ]
    named = ("Code", first) if codes else (first,)
    columns = (
        *named,
        "Verified",
        "Pending",
        "Both together",
        "Incidents",
        *(LABELS[state] for state in apart),
    )

    def row(names: tuple[str, ...], numbers: Numbers, kind: str) -> TableRow:
        count = numbers.together.incidents
        cells = (
            *names,
            numbers.said("verified"),
            numbers.said("pending"),
            _together(numbers),
            NONE if count is None or not count else f"{count:,}",
            *(numbers.said(state) for state in apart),
        )
        return TableRow(cells, kind)

    def names(line: Line) -> tuple[str, ...]:
        if not codes:
            return (line.label,)
        return ("" if line.code in (*UNTOLD, OTHERS) else line.code, line.label)

    def whole(label: str) -> tuple[str, ...]:
        return ("", label) if codes else (label,)

    body = [
        row(names(line), line.numbers, "apart" if line.code in (*UNTOLD, "unknown/unknown") else "row")
        for line in lines
    ]
    if len(lines) > 1:
        body.append(row(whole("Sum of the rows"), rows.sum, "sum"))
    body.append(row(whole("Total, its own interval"), rows.total, "total"))
    return Table(caption, columns, tuple(body), words=(0, 1) if codes else (0,))


def _together(numbers: Numbers) -> str:
    # A row that nothing is recorded in is no statement that its number is not known.
    if not numbers.together.known and not numbers.states:
        return NONE
    return str(numbers.together)


def _trend(part: Part, brief: Brief, *, several: bool) -> Section:
    first, last = in_words(part.months[0].month), in_words(part.months[-1].month)
    heading = f"{part.label}: the last {MONTHS} months"
    spans = (
        f"In no single month: {in_states(part.spans.states)}, of incidents that cross from one month into "
        "another."
    )
    if not any(one.numbers.states for one in part.months):
        said = f"No month from {first} to {last} has a number: not known, which is not zero."
        return Section(heading, (Paragraph(f"{said} {spans}" if part.spans.states else said),))
    svg = charts.trend(part.months, brief.breaks, height=100 if several else 140)
    alt = f"{part.label} by month, {first} to {last}: " + "; ".join(
        f"{in_words(one.month)} "
        + (charts.said_of(one.numbers) if one.numbers.states else "not known")
        + (" (provisional)" if one.provisional else "")
        for one in part.months
    )
    caption = [
        (
            "A bar reaches to the low, the mark on it to the high; + where more is said to be possible. A "
            "month without a number says so: it is not zero."
        )
    ]
    if any(one.provisional for one in part.months):
        caption.append("*, shaded: still being recorded, for the month is not over or incidents of it wait.")
    if part.spans.states:
        caption.append(spans)
    for letter, _, found in charts.breaks_in(brief.breaks, [one.month for one in part.months]):
        caption.append(f"{letter}: on {found.day} {choice(found.policy, found.before)}.")
    figure = Figure(svg, alt, " ".join(caption), charts.width_of(svg))
    return Section(heading, (figure,))


def _places(part: Part, boundaries: Boundaries | None, *, number: int) -> Section:
    rows = part.places
    named = [line for line in rows.lines if line.code not in UNTOLD]
    pointed = [line for line in named if line.point is not None]
    listed = rows.folded(MOST_ROWS[number])
    heading = f"{part.label}: where"
    if not rows.total.states:
        return Section(heading, (Paragraph("No place has a number yet: not known, which is not zero."),))
    blocks: list[Block] = [_table("By first-level unit", "Unit", rows, listed, codes=True)]
    alt = f"{part.label} by first-level unit, as in the table: " + _in_words(rows.lines)
    if boundaries is not None and boundaries.units:
        svg = maps.coloured(named, boundaries)
        missing = [line.code for line in named if line.code not in boundaries.units]
        caption = (
            "Coloured by the low of verified and pending together; white is not known. Boundaries as given "
            "by the organisation."
        )
        if missing:
            caption += " Not in the boundaries, and in the table only: " + ", ".join(missing) + "."
        blocks.append(Figure(svg, alt, caption, charts.width_of(svg)))
    elif len(pointed) >= FEWEST_POINTS:
        svg = maps.circles(pointed)
        caption = (
            "Circles by area, the filled one the low and the ring the high of verified and pending "
            "together, at the most populous town of each unit, wherever in it the harm was done. No "
            "boundaries are drawn: none were given."
        )
        missing = [line.code for line in named if line.point is None]
        if missing:
            caption += " Without a known town, and in the table only: " + ", ".join(missing) + "."
        blocks.append(Figure(svg, alt, caption, charts.width_of(svg)))
    elif len(named) > 1:
        svg = charts.bars(rows.folded(charts.MOST_BARS), with_code=True, row=_row(number))
        blocks.append(
            Figure(svg, alt, "A bar reaches to the low, the mark on it to the high.", charts.width_of(svg))
        )
    return Section(heading, tuple(blocks))


def _row(number: int) -> int:
    return 20 if number == 1 else 16


def _in_words(lines: Iterable[Line]) -> str:
    return "; ".join(f"{line.label} {_together(line.numbers)}" for line in lines)


def _causes(part: Part, *, number: int) -> Section:
    rows = part.causes
    heading = f"{part.label}: by cause"
    if not rows.lines:
        return Section(heading, (Paragraph("No cause has a number yet: not known, which is not zero."),))
    blocks: list[Block] = [_table("By cause", "Cause", rows, rows.folded(MOST_ROWS[number]))]
    if len(rows.lines) > 1 and number == 1:
        svg = charts.bars(rows.folded(charts.MOST_BARS))
        alt = f"{part.label} by cause: " + _in_words(rows.lines)
        caption = "Verified and pending together. A bar reaches to the low, the mark on it to the high."
        blocks.append(Figure(svg, alt, caption, charts.width_of(svg)))
    return Section(heading, tuple(blocks))
