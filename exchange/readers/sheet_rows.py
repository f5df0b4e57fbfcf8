"""One row of the project's spreadsheet, cell by cell: text, codes, days, places and figures."""

from __future__ import annotations

from collections.abc import Mapping

from domain.drafts import FigureDraft, ObjectFigureDraft, Occurred
from domain.vocab import (
    VOCABULARIES,
    Cause,
    Comparator,
    DateBasis,
    DateMode,
    DatePrecision,
    PlaceBasis,
    PlacePrecision,
    Relation,
    Responsibility,
)
from exchange.drafts import PartyRow, PlaceRow, RowFinding, SourceRow
from exchange.readers.ages import read_age
from exchange.readers.dates import DateFormat, SaidDays, read_days
from exchange.readers.numbers import SaidCount, read_count, read_whole
from exchange.readers.sheet_values import days_between, is_typed_day, read_degrees
from exchange.readers.text import Unreadable, Value, as_text, ascii_digits, checked, closest, is_blank, tidy
from exchange.sheet_columns import BY_NAME

_DAYS = frozenset({"date_from", "date_to", "report_published", "claim_as_of", "claim_counts_from"})
_DIGITS_TOLD = _DAYS | {"age", "number", "low", "high", "lon", "lat"}


class Row:
    """The cells of one row with the findings made while reading them.

    Methods that give None did not find the cell filled. What costs a cell is noted and the cell is
    left out; what costs the figure or the row is raised as Unreadable with its column.
    """

    def __init__(self, line: int, cells: Mapping[str, Value], date_format: DateFormat | None) -> None:
        self.line = line
        self.findings: list[RowFinding] = []
        self._cells = cells
        self._date_format = date_format

    def check(self) -> None:
        """Raise Unreadable when a cell holds what no record may hold; note what is tidied away."""
        if checked("\n".join(text for text in self._cells.values() if isinstance(text, str))):
            self.note(None, "invisible-removed", "Invisible characters were removed.")
        for column in _DIGITS_TOLD & self._cells.keys():
            text = self._cells[column]
            if isinstance(text, str) and ascii_digits(text) != text:
                self.note(column, "digits-normalised", "Digits of another script were read as 0 to 9.")

    def note(self, column: str | None, code: str, detail: str, loses: str | None = None) -> None:
        """Add a finding on this row."""
        self.findings.append(RowFinding(line=self.line, column=column, code=code, detail=detail, loses=loses))

    def text(self, column: str) -> str | None:
        """Give a text cell; only an empty one, a dash and "N/A" are blank, never "NA" or "Null"."""
        text = tidy(as_text(self._cells.get(column, "")))
        return None if is_blank(text, name_like=True) else text

    def plain(self, column: str) -> str | None:
        """Give a cell of a code or a number as text."""
        text = tidy(as_text(self._cells.get(column, "")))
        return None if is_blank(text) else text

    def code(self, column: str, otherwise: str | None = None) -> str | None:
        """Give the code that a code or a label of the column's vocabulary names.

        Raises Unreadable (``unknown-code``) with the nearest label as a suggestion.
        """
        text = self.plain(column)
        return otherwise if text is None else _coded(column, text)

    def code_or_note(self, column: str, otherwise: str) -> str:
        """Give the code as ``code`` does; an unknown one costs the cell only."""
        try:
            return self.code(column, otherwise) or otherwise
        except Unreadable as problem:
            self.note(column, problem.code, problem.detail, "cell")
            return otherwise

    def days(self, column: str) -> SaidDays | None:
        """Give the day, month or year of a date cell; raises Unreadable as ``read_days``."""
        value = self._cells.get(column, "")
        if isinstance(value, str) and is_blank(value):
            return None
        try:
            return read_days(value, self._date_format)
        except Unreadable as problem:
            raise Unreadable(problem.code, problem.detail, column) from None

    def day(self, column: str) -> str | None:
        """Give a single day; raises Unreadable when the cell names a month or a year."""
        found = self.days(column)
        if found is not None and found.start != found.end:
            raise Unreadable("invalid-date", "Write the day as year-month-day.", column)
        return None if found is None else found.start

    def occurred(self) -> Occurred | None:
        """Give when the incident happened, or None when the row has no date.

        Raises Unreadable: a date that cannot be read, ``inconsistent-dates`` when the last day lies
        before the first.
        """
        first, last = self.days("date_from"), self.days("date_to")
        if first is None:
            if last is not None:
                raise Unreadable("blank-date", "date_to is given without date_from.", "date_from")
            return None
        end = first.end if last is None else last.end
        if end < first.start:
            raise Unreadable("inconsistent-dates", "The last day lies before the first.", "date_to")
        whole = first.precision if last is None else DatePrecision.DAY.value
        precision = whole if whole != DatePrecision.DAY else days_between(first.start, end)
        return Occurred(
            start=first.start,
            end=end,
            mode=self.code_or_note("date_mode", DateMode.WITHIN.value),
            precision=self.code_or_note("date_precision", precision),
            basis=self.code_or_note("date_basis", DateBasis.STATED.value),
        )

    def counted_over(self) -> tuple[str | None, str | None]:
        """Give the first day that the claim's numbers count, and the day they refer to.

        Raises Unreadable: a day that cannot be read, ``inconsistent-dates`` when the second lies before
        the first.
        """
        start, as_of = self.day("claim_counts_from"), self.day("claim_as_of")
        if start is not None and as_of is not None and as_of < start:
            detail = "The numbers run from a day after the one they refer to."
            raise Unreadable("inconsistent-dates", detail, "claim_counts_from")
        return start, as_of

    def causes(self) -> tuple[str, ...]:
        """Give the candidate causes; an unknown one is noted and left out."""
        found = []
        for part in self._parts("cause"):
            code = Cause.code_of(part)
            if code is None:
                self.note("cause", "unknown-code", _suggestion("cause", part), "cell")
            elif code not in found:
                found.append(code)
        return tuple(found)

    def parties(self) -> tuple[PartyRow, ...]:
        """Give the parties held responsible, by code or name as the sheet has them."""
        how = self.code_or_note("responsibility", Responsibility.SUSPECTED.value)
        parts = self._parts("party")
        if not parts and self.plain("responsibility") is not None:
            self.note("responsibility", "blank-party", "A responsibility needs a party.", "cell")
        return tuple(PartyRow(party=part, responsibility=how) for part in parts)

    def _parts(self, column: str) -> list[str]:
        text = self.text(column)
        return [part for part in (piece.strip() for piece in (text or "").split(";")) if part]

    def place(self) -> PlaceRow | None:
        """Give the place the row names, or None; coordinates that cannot stand are noted and left out."""
        name, adm1, adm2 = self.text("place"), self.text("adm1"), self.text("adm2")
        country = self.country()
        lon, lat = self._point()
        given = name or adm2 or adm1 or country
        if given is None:
            if lon is None:
                return None
            given = "Unnamed place"
        coarse = PlacePrecision.ADM2 if adm2 else PlacePrecision.ADM1 if adm1 else PlacePrecision.UNRESOLVED
        if not (name or adm1 or adm2) and country and lon is None:
            coarse = PlacePrecision.COUNTRY
        precision = self.code_or_note("place_precision", coarse.value)
        placed = adm1 or adm2 or lon is not None
        return PlaceRow(
            reported_name=given,
            country=country,
            adm1=adm1,
            adm2=adm2,
            lon=lon,
            lat=lat,
            precision=precision,
            basis=(PlaceBasis.RECORDER if placed else PlaceBasis.REPORTED).value,
        )

    def country(self) -> str | None:
        """Give the country's two letters; anything else is noted and left out."""
        text = self.text("country")
        if text is None:
            return None
        if len(text) == 2 and text.isascii() and text.isalpha():
            return text.upper()
        self.note("country", "invalid-code", "Write the two letters of ISO 3166-1.", "cell")
        return None

    def _point(self) -> tuple[float, float] | tuple[None, None]:
        texts = self.plain("lon"), self.plain("lat")
        if texts == (None, None):
            return None, None
        try:
            if None in texts:
                raise Unreadable("invalid-coordinate", "Longitude and latitude come together.", "lon")
            lon, lat = read_degrees(texts[0] or "", 180, "lon"), read_degrees(texts[1] or "", 90, "lat")
            if lon == 0 and lat == 0:
                raise Unreadable("null-island", "0, 0 is a point in the sea, not a place.", "lon")
            precise = self.plain("place_precision")
            if precise is None or _coded("place_precision", precise) == PlacePrecision.UNRESOLVED:
                raise Unreadable(
                    "precision-missing", "A point needs its precision.", "place_precision"
                )  # a centroid would pass for the spot itself
        except Unreadable as problem:
            self.note(problem.column, problem.code, problem.detail, "cell")
            return None, None
        return lon, lat

    def source(self, column: str) -> SourceRow | None:
        """Give the source or the origin (by column name), or None when the cell is blank."""
        name = self.text(column)
        if name is None:
            for beside in (f"{column}_kind", f"{column}_side"):
                if self.text(beside) is not None:
                    self.note(beside, "blank-name", f"The column needs {column} in the same row.", "cell")
            return None
        kind = self.code_or_note(f"{column}_kind", "other")
        return SourceRow(name=name, kind=kind, named=kind != "unnamed", side=self.text(f"{column}_side"))

    def has_figure(self) -> bool:
        """Tell whether the row speaks of a number, of persons or of things."""
        return any(
            self.plain(column) is not None
            for column in ("number", "low", "high", "outcome", "object", "effect", "status", "sex", "age")
        )

    def object_figure(self) -> ObjectFigureDraft | None:
        """Give the number of things harmed, or None when the row counts persons.

        Raises Unreadable as ``figure``.
        """
        thing, effect = self.plain("object"), self.plain("effect")
        if thing is None and effect is None:
            return None
        if self.plain("outcome") is not None:
            raise Unreadable("persons-and-things", "A row counts persons or things, not both.", "object")
        if thing is None or effect is None:
            raise Unreadable("blank-code", "Object and effect come together.", "object")
        count = self._count()
        return ObjectFigureDraft(
            object=_coded("object", thing),
            effect=_coded("effect", effect),
            low=count.low,
            high=count.high,
            open=count.open,
            comparator=count.comparator,
            wording=self.text("wording") or count.wording,
            note=self.text("note"),
        )

    def figure(self, key: str) -> FigureDraft:
        """Give the row's figure under the key; ``relation_to`` still holds what the cell says.

        Raises Unreadable with the column: ``blank-outcome``, ``blank-number``, ``unknown-code``, and
        what ``read_count`` and ``read_age`` raise.
        """
        if self.plain("outcome") is None:
            raise Unreadable("blank-outcome", "A number needs to say what happened.", "outcome")
        outcome = self.code("outcome") or ""
        count = self._count()
        low, high = self._ages()
        relation, relation_to = self.code("relation"), self.text("relation_to")
        if relation is None and relation_to is not None:
            relation = Relation.UNCLEAR.value
            self.note("relation", "blank-relation", "No relation is named; it is given as unclear.")
        return FigureDraft(
            key=key,
            outcome=outcome,
            status=self.code("status"),
            sex=self.code("sex"),
            age_low=low,
            age_high=high,
            low=count.low,
            high=count.high,
            open=count.open,
            comparator=count.comparator,
            wording=self.text("wording") or count.wording,
            relation=relation,
            relation_to=relation_to,
            party=self.text("losses_of"),
            group=self.code("group"),
            stated_as=self.text("stated_as"),
            note=self.text("note"),
        )

    def _ages(self) -> tuple[int | None, int | None]:
        text = self.plain("age")
        if text is None:
            return None, None
        self._refuse_day("age")
        try:
            age = read_age(text)
        except Unreadable as problem:
            raise Unreadable(problem.code, problem.detail, "age") from None
        return age.low, age.high

    def _count(self) -> SaidCount:
        number, low, high = self.plain("number"), self.plain("low"), self.plain("high")
        for column in ("number", "low", "high"):
            self._refuse_day(column)
        if number is None and low is None and high is None:
            detail = "Write the number; mention where harm is said without one."
            if self.plain("comparator") is None:
                raise Unreadable("blank-number", detail, "number")
        if number is not None and not low == high == self.plain("comparator") is None:
            raise Unreadable("number-twice", "Use number, or low, high and comparator.", "number")
        column = "number"
        try:
            if number is not None:
                return read_count(number)
            column = "comparator"
            word = self.code("comparator")
            column = "low"
            return _from_bounds(word, low, high)
        except Unreadable as problem:
            raise Unreadable(problem.code, problem.detail, problem.column or column) from None

    def _refuse_day(self, column: str) -> None:
        if is_typed_day(self._cells.get(column, "")):
            raise Unreadable(
                "number-turned-date",
                "The spreadsheet turned a range such as 10-12 into a date; format the column as text.",
                column,
            )


def _from_bounds(word: str | None, low: str | None, high: str | None) -> SaidCount:
    if word in (Comparator.WORD, Comparator.MENTION):
        if low is not None or high is not None:
            raise Unreadable("comparator-without-number", "A word or a mention carries no number.")
        return SaidCount(None, None, False, str(word), None)
    least, most = (None if text is None else read_whole(text) for text in (low, high))
    if least is None:
        if most is None or word != Comparator.AT_MOST:
            raise Unreadable("incomplete-range", "Give low; high alone needs the comparator at most.")
        return SaidCount(0, most, False, Comparator.AT_MOST.value, None)
    if word is None:
        if most is None:
            raise Unreadable("incomplete-range", "Give high too, or a comparator such as exactly.")
        word = (Comparator.EXACTLY if least == most else Comparator.BETWEEN).value
    if most is not None and most < least:
        raise Unreadable("inconsistent-range", "low is the smaller number.")
    if word == Comparator.AT_MOST and most is None:
        return SaidCount(0, least, False, word, None)
    if word == Comparator.BETWEEN and most is None:
        raise Unreadable("incomplete-range", "Between needs low and high.")
    above = 1 if word == Comparator.MORE_THAN else 0
    top = least + above if most is None else max(most, least + above)
    return SaidCount(least + above, top, word in (Comparator.AT_LEAST, Comparator.MORE_THAN), word, None)


def _coded(column: str, text: str) -> str:
    name = BY_NAME[column].vocabulary
    assert name is not None
    found = VOCABULARIES[name].code_of(text)
    if found is None:
        raise Unreadable("unknown-code", _suggestion(column, text), column)
    return found


def _suggestion(column: str, text: str) -> str:
    name = BY_NAME[column].vocabulary
    assert name is not None
    labels = [member.label for member in VOCABULARIES[name]]
    near = closest(text, [*VOCABULARIES[name].codes(), *labels])
    meant = f" Did you mean {near}?" if near else ""
    return f"No code or label of the vocabulary {name}.{meant}"
