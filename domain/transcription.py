"""Transcription: does a report pass on what its origin said? (Record, section 1; domain study 4.1)

Between a statement and the article that somebody reads lie agencies, desks and translations, and numbers
are moved on the way: the number of all becomes that of the civilians, one category is printed for another.
A claim is looked at where it *contradicts the origin that it cites*. Such a figure is stored as it was
said, flagged, and moves no figure.

**Who passes on whom.** A claim passes on another when both go back to one origin, its own report does not
stem from that origin, and its report leads to the other's: it cites that report, or what cites it; it cites
the outlet of that report; or the other's report is the origin's own. Of two claims that lead to each other
neither is the nearer.

**What is an error.** Only a number that the other gives *for somebody else* and not for these persons, or
the same number for the same persons counted once more. So a correct copy, a rounding, a number within the
other's range, a sum of its parts and a really new number are none. Nor is what *some* claim that is passed
on states of these persons: an origin may have said more since. Each figure is compared by the number that
was said ("more than 30" is 30) and by whom it describes; *unknown* and *not broken down* are taken alike,
since recorders write both where a source is silent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from domain.cells import ANY_AGE, Cell, Count, in_words
from domain.figures import Claim, Figure
from domain.independence import Citations, citation_paths, root_paths
from domain.vocab import Comparator, Outcome, Relation, Sex, Status, TranscriptionError

_FORCES = (Status.SECURITY_FORCES.value, Status.DIRECT_PARTICIPANT.value)
_ORDER = TranscriptionError.codes()


@dataclass(frozen=True, slots=True)
class Mistranscription:
    """A figure that contradicts the origin its claim cites.

    ``claim`` and ``key`` name the figure; ``kind`` is a code of the vocabulary ``transcription_error``;
    ``of_claim`` and ``of_key`` name the figure whose number it is. ``detail`` says so in words.
    """

    claim: str
    key: str
    kind: str
    of_claim: str
    of_key: str
    detail: str


@dataclass(frozen=True, slots=True)
class _Voice:
    """A claim with those it goes back to: its report's source, its origins, the reports and sources cited."""

    claim: Claim
    figures: tuple[Figure, ...]
    source: str | None
    origins: frozenset[str]
    reports: frozenset[str]
    sources: frozenset[str]

    def hears(self, other: _Voice) -> bool:
        """Tell whether the claim's report leads to the other's, and both to one origin that is not itself."""
        shared = (self.origins & other.origins) - {self.source}
        if not shared or self.claim.report == other.claim.report:
            return False
        return other.claim.report in self.reports or other.source in shared or other.source in self.sources


_Place = tuple[str, str]
"""A figure's place: the claim's id and the figure's key."""


def mistranscriptions(claims: Sequence[Claim], citations: Citations) -> tuple[Mistranscription, ...]:
    """Give the figures that contradict the origin their claim cites, in the order of recording.

    ``claims`` are those about one incident, in any order; ``citations`` hold their reports with all they
    cite, and the sources. A figure is named once, with the first kind of error and the claim nearest to
    the origin. Source: the five error kinds of the domain study, 4.1.
    """
    if not numbers_recur(claims):
        return ()
    ordered = sorted(claims, key=lambda claim: (claim.seq, claim.id))
    voices = [_voice(claim, citations) for claim in ordered]
    suspects: dict[_Place, tuple[Mistranscription, set[_Place]]] = {}
    for voice in voices:
        heard = [other for other in voices if voice.hears(other) and not other.hears(voice)]
        # The origin's own words first, then what was recorded first.
        heard.sort(key=lambda other: other.source not in other.origins)
        for figure in voice.figures:
            errors, copied = [], set()
            for other in heard:
                for kind, theirs in _verdicts(voice, figure, other):
                    if kind is None:
                        copied.add((other.claim.id, theirs.key))
                    else:
                        errors.append(_named(voice, figure, kind, other, theirs))
            if errors:
                first = min(errors, key=lambda error: _ORDER.index(error.kind))
                suspects[voice.claim.id, figure.key] = (first, copied)
    return _unsupported(suspects)


def numbers_recur(claims: Sequence[Claim]) -> bool:
    """Tell quickly whether any number stands in two claims and not always for the same persons once.

    Where none does there is nothing to find, whoever cites whom, and nobody needs to look at citations.
    """
    said: dict[tuple[int, int], tuple[set[str], set[object]]] = {}
    for claim in claims if len(claims) > 1 else ():
        for figure in claim.figures:
            if figure.count is not None and figure.group is None:
                who, what = said.setdefault(_number(figure.count), (set(), set()))
                who.add(claim.id)
                what.add((figure.cell, figure.party, claim.said_party, figure.relation))
    return any(len(who) > 1 and len(what) > 1 for who, what in said.values())


def _unsupported(
    suspects: dict[_Place, tuple[Mistranscription, set[_Place]]],
) -> tuple[Mistranscription, ...]:
    """Give the suspects that copy nothing but errors; who copies what stands is right."""
    found: set[_Place] = set()
    grown = True
    while grown:
        new = {place for place, (_, copied) in suspects.items() if place not in found and copied <= found}
        found |= new
        grown = bool(new)
    return tuple(error for place, (error, _) in suspects.items() if place in found)


def _voice(claim: Claim, citations: Citations) -> _Voice:
    reached = citation_paths(claim.report, citations).keys()
    nodes = [node for id in reached if (node := citations.reports.get(id)) is not None]
    own = citations.reports.get(claim.report)
    return _Voice(
        claim,
        tuple(one for one in claim.figures if one.count is not None and one.group is None),
        None if own is None else own.source,
        frozenset({claim.origin, *root_paths(claim, citations)}),
        frozenset(reached) - {claim.report},
        frozenset(cited for node in nodes for cited in node.cites_sources),
    )


def _verdicts(voice: _Voice, figure: Figure, other: _Voice) -> Iterator[tuple[str | None, Figure]]:
    """Give the figures of the other claim that this one copies (None) or contradicts (the kind of error)."""
    assert figure.count is not None
    said = _number(figure.count)
    same = [theirs for theirs in other.figures if _describes_alike(voice.claim, figure, other.claim, theirs)]
    copied = [theirs for theirs in same if _number_of(theirs) == said]
    for theirs in copied:
        twice = _counted_twice(voice, figure, other, theirs)
        yield (TranscriptionError.DOUBLE_COUNT.value if twice else None), theirs
    if copied or (figure.count.comparator == Comparator.ABOUT and _rounds(said, same)):
        return
    if any(_within_range(said, theirs.count) for theirs in same):
        return
    if not same and said[0] == said[1] and said[0] in _sums(figure.cell, other):
        return
    for theirs in other.figures:
        if _number_of(theirs) != said:
            continue
        # What is given where it belongs as well has not been moved, unless the origin says otherwise.
        if not same and any(
            _number_of(mine) == said and _describes_alike(voice.claim, mine, other.claim, theirs)
            for mine in voice.figures
        ):
            continue
        kind = _moved(figure, theirs, other, bool(same))
        if kind is not None:
            yield kind.value, theirs


def _moved(figure: Figure, theirs: Figure, other: _Voice, told: bool) -> TranscriptionError | None:
    """Give the kind of error by which the other's number comes to stand here, None where it is none.

    ``told`` says that the other has a number of its own for whom this figure describes.
    """
    mine, origin = _plain(figure.cell), _plain(theirs.cell)
    if mine == origin:  # but of another party's members, or the cells would have been alike
        return TranscriptionError.CATEGORY_SWAP
    if _holds(origin, mine):
        whole = (origin.status, origin.sex, origin.age) == (None, None, None)
        return TranscriptionError.TOTAL_READ_AS_PART if told or whole else None
    if not _holds(mine, origin):
        return TranscriptionError.CATEGORY_SWAP
    lost = mine.status is None and origin.status is not None
    if lost and Status.is_within(origin.status or "", Status.DIRECT_PARTICIPANT.value):
        return TranscriptionError.STATUS_LOST
    if told or _says_more(mine, origin, other):
        return TranscriptionError.UNIT_SWAP
    if lost and any(Status.is_within(origin.status or "", force) for force in _FORCES):
        return TranscriptionError.STATUS_LOST
    return None


def _counted_twice(voice: _Voice, figure: Figure, other: _Voice, theirs: Figure) -> bool:
    """Tell whether the other's persons are given as another party's doing, or as more than themselves."""
    held, said = voice.claim.said_party, other.claim.said_party
    if held is not None and said is not None and held != said:
        return True
    if figure.relation != Relation.IN_ADDITION_TO or theirs.relation == Relation.IN_ADDITION_TO:
        return False
    beside = next((one for one in voice.figures if one.key == figure.relation_to), None)
    if beside is None:
        return False
    return any(
        _number_of(whole) == _number_of(beside)
        and _describes_alike(voice.claim, beside, other.claim, whole)
        and (whole is theirs or _is_part(other.claim, theirs, whole))
        for whole in other.figures
    )


def _is_part(claim: Claim, part: Figure, whole: Figure) -> bool:
    """Tell whether a claim gives one figure's persons as some of another's."""
    around = {one.key for one in claim.within(part)}
    return whole.key in around or _holds(_plain(whole.cell), _plain(part.cell))


def _says_more(whole: Cell, part: Cell, other: _Voice) -> bool:
    """Tell whether the other counts persons of the whole who are none of the part."""
    return any(
        one.count is not None
        and one.count.low > 0
        and _holds(whole, cell := _plain(one.cell))
        and not _overlap(cell, part)
        for one in other.figures
    )


def _sums(whole: Cell, other: _Voice) -> set[int]:
    """Give the sums of the other's numbers of different statuses within the whole: derived, not moved."""
    parts: dict[str, int] = {}
    for one in other.figures:
        cell = _plain(one.cell)
        whole_status = cell == Cell(cell.outcome, cell.status)
        if one.count is not None and cell.status and whole_status and _holds(_plain(whole), cell):
            parts.setdefault(cell.status, one.count.low)
    return {
        sum(parts[status] for status in chosen)
        for size in range(2, len(parts) + 1)
        for chosen in combinations(parts, size)
        if not any(Status.is_within(a, b) or Status.is_within(b, a) for a, b in combinations(chosen, 2))
    }


def _describes_alike(mine: Claim, figure: Figure, other: Claim, theirs: Figure) -> bool:
    """Tell whether two figures describe the same persons, by their cells or with what they lie in."""
    if figure.party is not None and theirs.party is not None and figure.party != theirs.party:
        return False
    cells = {_plain(figure.cell), _plain(mine.described(figure))}
    others = {_plain(theirs.cell), _plain(other.described(theirs))}
    if cells & others:
        return True
    label = (figure.stated_as or "").strip().casefold()
    if not label or label != (theirs.stated_as or "").strip().casefold():
        return False
    # The source's word for them is kept; what status a recorder made of it is no part of the copy.
    return {replace(cell, status=None) for cell in cells} & {
        replace(cell, status=None) for cell in others
    } != (set())


def _plain(cell: Cell) -> Cell:
    """Give a cell with unknown dimensions as not broken down."""
    return Cell(
        cell.outcome,
        None if cell.status == Status.UNKNOWN else cell.status,
        None if cell.sex == Sex.UNKNOWN else cell.sex,
        None if cell.age == ANY_AGE else cell.age,
    )


def _holds(whole: Cell, part: Cell) -> bool:
    """Tell whether a cell holds another; casualties hold the killed and the injured."""
    return _like(whole, part).holds(part)


def _overlap(one: Cell, other: Cell) -> bool:
    """Tell whether somebody can be both."""
    return _like(one, other).meet(_like(other, one)) is not None


def _like(cell: Cell, other: Cell) -> Cell:
    """Give casualties as the killed or the injured where the other cell tells which."""
    if cell.outcome == Outcome.KILLED_OR_INJURED and other.outcome in (Outcome.KILLED, Outcome.INJURED):
        return replace(cell, outcome=other.outcome)
    return cell


def _rounds(said: tuple[int, int], same: Sequence[Figure]) -> bool:
    """Tell whether "about" so many can be a rounding of what the origin gives for the same persons.

    Where it gives nothing for them the word excuses nothing.
    """
    return any(
        theirs.count is not None and abs(said[0] - theirs.count.low) <= max(1, theirs.count.low // 5)
        for theirs in same
    )


def _number(count: Count) -> tuple[int, int]:
    """Give the numbers as the source said them: "more than 200" is 200, "at most 33" is 33."""
    if count.comparator == Comparator.AT_MOST:
        return count.high, count.high
    if count.comparator == Comparator.MORE_THAN and count.low > 0:
        return count.low - 1, count.low - 1 if count.high == count.low else count.high
    return count.low, count.high


def _number_of(figure: Figure) -> tuple[int, int] | None:
    return None if figure.count is None else _number(figure.count)


def _within_range(said: tuple[int, int], theirs: Count | None) -> bool:
    """Tell whether a number lies within the range that the other gives for the same persons."""
    return theirs is not None and theirs.low <= said[0] and said[1] <= theirs.high


def _named(voice: _Voice, figure: Figure, kind: str, other: _Voice, theirs: Figure) -> Mistranscription:
    low, high = _number_of(theirs) or (0, 0)
    number = f"{low}" if low == high else f"{low}-{high}"
    mine, origin = in_words(figure.cell), in_words(theirs.cell)
    if kind != TranscriptionError.DOUBLE_COUNT:
        detail = f"{number} is given for {mine}; the claim that is passed on gives it for {origin}."
    elif figure.relation == Relation.IN_ADDITION_TO:
        detail = f"{mine} {number} is counted once more, beside the persons of whom it is a part."
    else:
        detail = (
            f"{mine} {number} is given as the doing of {voice.claim.said_party}; the claim that is passed on "
            f"holds {other.claim.said_party} responsible for the same."
        )
    return Mistranscription(voice.claim.id, figure.key, kind, other.claim.id, theirs.key, detail)
