"""The monthly brief: what a month's pages say, gathered at one point of the log. Nothing is counted anew."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from db.canonical import parse
from db.engine import Connection
from db.queries import facts, gazetteer, log_heads
from db.queries import organisations as organisation_queries
from db.queries.waiting import Scope, waiting_in
from domain.access import Actor, require
from domain.brief import (
    MOST_OUTCOMES,
    NO_NUMBERS,
    STATES,
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
    first_day,
    in_order,
    in_words,
    last_day,
    months_up_to,
)
from domain.errors import Fault, Invalid, Malformed
from domain.methodology import METHODOLOGY_VERSION
from domain.periods import SPANS
from domain.questions import UNKNOWN, Question
from domain.vocab import Outcome
from exchange.readers.boundaries import Boundaries
from exchange.writers.brief.contents import pages_of
from exchange.writers.brief.page import write_page
from exchange.writers.brief.pdf import NoGlyph, write_pdf
from services import instants, questions, revisions, statistics
from services.brief_rows import REASONS, moved_of, numbers_of, rows_by_cause, rows_by_group
from services.exports import Written
from services.statistics import NOTE, Cache

PAGE = 5_000
REPRESENTATION = 1
"""Rises when the bytes of a brief change, so that no client is told that it has the new ones."""
NO_NAME = "Name not known"
NO_PLACE = "Place not known, or in several units"


def gather(
    connection: Connection,
    actor: Actor,
    month: str,
    *,
    outcomes: Sequence[str] = (Outcome.KILLED.value,),
    known_at: str | None = None,
    since: str | None = None,
    cache: Cache | None = None,
    gathered: Callable[[int], None] | None = None,
) -> Brief:
    """Give the brief of a month written 2026-01, one part for each outcome.

    ``known_at`` names the point of the log that is read (default: its end now) and ``since`` the point that
    "last time" was (default: the end of the month before, or of one earlier where that is not settled yet).
    The same record, month and points give the same brief. ``gathered`` is told after each outcome how many
    there are.

    Raises Malformed for a month, an outcome or a point that cannot be used.
    """
    require(actor, "statistics.read")
    first_day(month)
    _check(outcomes)
    organisation = actor.organisation
    known = _point(connection, organisation, known_at, "known_at")
    last = _last_time(connection, organisation, month, known, since)
    # What is asked more than once, for a month and for what changed in it, is summed once.
    asking = _Asking(connection, actor, known.seq, last, Cache() if cache is None else cache)
    parts: tuple[Part, ...] = ()
    for outcome in outcomes:
        parts = (*parts, asking.part(month, outcome))
        if gathered is not None:
            gathered(len(parts))
    whole = asking.answer(Question(outcome=outcomes[0], known_at=known.seq))["meta"]
    breaks = tuple(_break(one) for one in whole["breaks"])
    listed = {line.code for part in parts for line in part.places.lines if line.code != UNKNOWN}
    return Brief(
        organisation=organisation_queries.name_of(connection, organisation),
        month=month,
        known=known,
        since=last if last.seq else None,
        parts=parts,
        methodology=breaks[-1].methodology if breaks else METHODOLOGY_VERSION,
        methods=tuple(Method(one["policy"], one["version"], one["incidents"]) for one in whole["methods"]),
        breaks=breaks,
        note=NOTE,
        missing=tuple(sorted(listed - asking.names.keys())),
    )


def tag_of(found: Brief, format: str, fonts: Sequence[Path] = ()) -> str:
    """Give the tag of a written brief: it changes whenever what the brief says does."""
    said = f"{found!r}|{format}|{[str(one) for one in fonts]}"
    return f'"{REPRESENTATION}.{format}-{hashlib.sha256(said.encode()).hexdigest()[:24]}"'


def write(
    found: Brief,
    format: str,
    file: BinaryIO,
    *,
    boundaries: Boundaries | None = None,
    fonts: Sequence[Path] = (),
) -> Written:
    """Write a brief as ``pdf`` or ``html``; both say the same, and the same brief gives the same bytes.

    ``fonts`` are folders with fonts for letters that the built-in ones lack. Raises Invalid for a letter
    that no font of a PDF has; a page leaves the fonts to its reader.
    """
    pages = pages_of(found, boundaries)
    try:
        content = write_pdf(pages, fonts) if format == "pdf" else write_page(pages)
    except NoGlyph as error:
        detail = "Set CIVHARM_FONTS, or --fonts, to a folder with a font that has it."
        raise Invalid(
            f"{error} Nothing is left out in silence, so the PDF was not made; the page is.",
            code="no-glyph",
            faults=[Fault("fonts", "no-glyph", detail)],
        ) from error
    file.write(content)
    return Written(None, hashlib.sha256(content).digest(), found.known.seq, found.known.at)


def _check(outcomes: Sequence[str]) -> None:
    if not 1 <= len(outcomes) <= MOST_OUTCOMES or len(set(outcomes)) != len(outcomes):
        raise _unusable("outcome", f"Name one outcome, or up to {MOST_OUTCOMES}, each once.")
    if any(one not in Outcome.codes() for one in outcomes):
        raise _unusable("outcome", "Use any of: " + ", ".join(Outcome.codes()) + ".")


def _unusable(name: str, detail: str) -> Malformed:
    fault = Fault(name, "invalid-parameter", detail)
    return Malformed("A parameter cannot be used.", code="invalid-parameter", faults=[fault])


def _point(connection: Connection, organisation: str, text: str | None, name: str) -> Point:
    if text is None:
        head = log_heads.head(connection, organisation)
        return Point(head.seq, head.at)
    try:
        seq = instants.known_at(connection, organisation, text)
    except Malformed as error:
        faults = [dataclasses.replace(fault, pointer=name) for fault in error.faults]
        raise Malformed(error.detail, code=error.code, faults=faults) from error
    return Point(seq, log_heads.reached_at(connection, organisation, seq))


def _last_time(
    connection: Connection, organisation: str, month: str, known: Point, since: str | None
) -> Point:
    """Give the point that "last time" was: the one named, or the end of the last settled month before."""
    if since is not None:
        found = _point(connection, organisation, since, "since")
        if found.seq > known.seq:
            raise _unusable("since", "It lies after the point that the brief is of.")
        return found
    end = first_day(month) - timedelta(days=1)
    # An earlier month than the one that is not settled: one of the last two always is, or nothing is.
    while end.isoformat() > known.day:
        end = end.replace(day=1) - timedelta(days=1)
    for _ in range(2):
        try:
            found = _point(connection, organisation, end.isoformat(), "since")
        except Malformed:
            end = end.replace(day=1) - timedelta(days=1)
            continue
        return found if found.seq <= known.seq else known
    return known


def _break(found: Mapping[str, Any]) -> Break:
    before = found["before"]
    return Break(
        day=found["at"][:10],
        policy=_policy(found),
        methodology=found["methodology_version"],
        before=None if before is None else _policy(before),
        seq=found["log_sequence"],
    )


def _policy(named: Mapping[str, Any]) -> str:
    return f"{named['policy']} {named['version']}"


class _Asking:
    """The questions of one brief, all at one point of the log."""

    def __init__(self, connection: Connection, actor: Actor, seq: int, last: Point, cache: Cache) -> None:
        self.connection = connection
        self.actor = actor
        self.seq = seq
        self.last = last
        self.cache = cache
        self.names: dict[str, str] = {}

    def answer(self, question: Question) -> dict[str, Any]:
        """Give the statistics' answer to a question."""
        body = statistics.answer(self.connection, self.actor, question, self.cache).body
        found: dict[str, Any] = parse(body.decode())
        return found

    def part(self, month: str, outcome: str) -> Part:
        """Give what the brief says of an outcome."""
        first, last = first_day(month).isoformat(), last_day(month).isoformat()
        months = months_up_to(month)
        asked = Question(outcome=outcome, start=first, end=last, known_at=self.seq)
        by = {
            "Month": asked,
            "Sex and age": dataclasses.replace(asked, by=("sex", "age_group")),
            "Trend": dataclasses.replace(asked, by=("month",), start=f"{months[0]}-01"),
            "Places": dataclasses.replace(asked, by=("adm1",)),
            "Causes": dataclasses.replace(asked, by=("cause",)),
        }
        headline, groups, trend, places, causes = (self.answer(question) for question in by.values())
        meta = headline["meta"]
        by_month = {cell["month"]: numbers_of(cell) for cell in trend["data"]}
        compared, moved = self.changes(month, outcome)
        return Part(
            outcome=outcome,
            label=Outcome(outcome).label,  # type: ignore[call-arg]  # lookup by value
            headline=numbers_of(headline["total"]),
            left=Left(meta["unassessed"], meta["needs_review"], meta["straddling"], self.crossing(asked)),
            groups=Rows(rows_by_group(groups["data"]), numbers_of(groups["total"])),
            places=Rows(self.places(places["data"]), numbers_of(places["total"])),
            causes=Rows(rows_by_cause(causes["data"]), numbers_of(causes["total"])),
            months=tuple(self.month(one, by_month.get(one, NO_NUMBERS)) for one in months),
            spans=by_month.get(SPANS, NO_NUMBERS),
            compared=compared,
            moved=moved,
            addresses=(
                *((name, questions.address(question)) for name, question in by.items()),
                *self.addresses_of_changes(month, outcome),
            ),
        )

    def crossing(self, asked: Question) -> tuple[tuple[str, Counted], ...]:
        """Give the numbers of incidents that touch the days asked for and lie in no number of them."""
        organisation = self.actor.organisation
        selection = questions.selection_of(asked, facts.any_in_trees(self.connection, organisation))
        sums = facts.crossing(self.connection, organisation, self.seq, selection, asked.parsed_bands())
        found = {one.keys[0]: Counted(one.low, one.high, bool(one.open), one.incidents) for one in sums}
        return tuple((state, found[state]) for state in STATES if state in found)

    def month(self, month: str, numbers: Numbers) -> Month:
        """Give a month of the trend; it is provisional while it runs and while incidents of it wait."""
        end = last_day(month).isoformat()
        scope = Scope(f"{month}-01", end)
        waiting = waiting_in(self.connection, self.actor.organisation, self.seq, scope)
        reached = log_heads.reached_at(self.connection, self.actor.organisation, self.seq)
        return Month(month, numbers, any(waiting.values()) or reached[:10] <= end)

    def places(self, cells: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
        """Give the rows by unit. The one of what lies in no unit is there even when nobody is in it."""
        found = {cell["adm1"]: numbers_of(cell) for cell in cells}
        codes = [code for code in found if code != UNKNOWN]
        names = {
            code: one.name
            for code, one in gazetteer.newest(gazetteer.known_units(self.connection, codes)).items()
        }
        self.names |= names
        points = gazetteer.largest_places(self.connection, codes)
        lines = [
            Line(
                code,
                names.get(code, NO_NAME),
                found[code],
                (points[code].lon, points[code].lat, points[code].name) if code in points else None,
            )
            for code in codes
        ]
        return in_order([*lines, Line(UNKNOWN, NO_PLACE, found.get(UNKNOWN, NO_NUMBERS))])

    def compared(self, month: str, outcome: str) -> tuple[tuple[str, Question], ...]:
        """Give what is compared with last time: the month itself, and all days before it."""
        first = first_day(month)
        of_month = Question(outcome=outcome, start=first.isoformat(), end=last_day(month).isoformat())
        earlier = Question(outcome=outcome, end=(first - timedelta(days=1)).isoformat())
        return (in_words(month), of_month), (f"Before {in_words(month)}", earlier)

    def addresses_of_changes(self, month: str, outcome: str) -> Iterable[tuple[str, str]]:
        """Give the addresses that list every incident that moved, of the month and of the days before."""
        if self.last.seq:
            compared = self.compared(month, outcome)
            for name, (_, question) in zip(("Changes", "Changes before"), compared, strict=True):
                yield name, revisions.address(question, "month", self.last.seq, self.seq)

    def changes(self, month: str, outcome: str) -> tuple[tuple[Comparison, ...], tuple[Moved, ...]]:
        """Give what moved since last time: of the month itself, and of all days before it."""
        compared: list[Comparison] = []
        moved: list[Moved] = []
        if not self.last.seq:
            return (), ()
        for title, asked in self.compared(month, outcome):
            before, after = (
                numbers_of(self.answer(dataclasses.replace(asked, known_at=seq))["total"])
                for seq in (self.last.seq, self.seq)
            )
            listed, meta = self._moved(asked)
            reasons = tuple(
                Reason(REASONS[one["reason"]], one["low"], one["high"], one["incidents"])
                for one in meta["by_reason"]
            )
            compared.append(Comparison(title, before, after, reasons, len(listed)))
            # What is new in the month is told by the month itself; what had been said before, and is
            # said otherwise now, is told one by one.
            # What moved and came back is said as before.
            moved += [
                moved_of(one)
                for one in listed
                if one["before"] != one["after"] and (one["before"] is not None or asked.start is None)
            ]
        moved.sort(key=lambda one: (one.before is None, -abs(one.low) - abs(one.high), one.code))
        return tuple(compared), tuple(moved)

    def _moved(self, asked: Question) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        listed: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            page = revisions.changes(
                self.connection,
                self.actor,
                asked,
                "month",
                (str(self.last.seq), str(self.seq)),
                after,
                PAGE,
                self.cache,
            )
            listed += page.data
            after = page.following
            if after is None:
                return listed, page.meta
