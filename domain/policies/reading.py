"""What claims say, and which of it stands under the rules that a policy reads by.

Every number of every claim meets the rules in one order: is it a number at all (R2, R3), does it copy its
origin rightly, is it a running total that a later one holds, whose word is it (R5), did its origin say
more later (R6). What became of it is noted with the rule's reason, figure by figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType

from domain.belligerents import Weighed, Weight, agrees, speaking_side, weigh
from domain.cells import Cell, in_words
from domain.copies import copies
from domain.figures import BelligerentColumn, Claim, FigureUse, Finding, TraceStep
from domain.independence import Citations, Sides, keys_of, roots
from domain.policies.base import ONLY_ANOTHER_REPORT, Evidence
from domain.policies.remarks import (
    addition_within_cell,
    days_that_differ,
    differ,
    said_twice,
    supersession_proposed,
)
from domain.policies.runs import with_runs_added
from domain.policies.said import Said, with_floors
from domain.supersession import Proposal, decided, in_order, is_running, proposals, replaced
from domain.transcription import mistranscriptions
from domain.vocab import ClaimUse, Relation
from domain.words import number_said

USED, SET_ASIDE, SUPERSEDED = ClaimUse.USED.value, ClaimUse.SET_ASIDE.value, ClaimUse.SUPERSEDED.value
BESIDE, FLAGGED = ClaimUse.BESIDE.value, ClaimUse.FLAGGED.value


class Latest(Enum):
    """When a later claim of an origin replaces its earlier one (R6)."""

    CONFIRMED = "a person confirmed it"
    PROPOSED = "the engine proposes it and nobody rejected it"


@dataclass(frozen=True, slots=True)
class Reading:
    """The rules that a policy reads claims by."""

    latest: Latest = Latest.CONFIRMED
    weighs_belligerents: bool = True
    outsiders_only: bool = False
    """A party's word is context, whomever it speaks of."""
    keeps_parts: bool = True
    """What a later claim leaves out of an earlier one remains as a lower bound."""
    checks_copies: bool = True
    """What contradicts the origin it cites is flagged, and a copy of another claim is not heard again."""
    hears_reprints: bool = False
    """A copy is heard all the same, as a source of its own."""
    adds_runs: bool = True
    """What an origin counted before its total began anew is added to what it counted since."""
    words: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(slots=True)
class Standing:
    """What stands of the claims, cell by cell, and what became of everything else."""

    cells: dict[Cell, list[Said]]
    trace: list[TraceStep] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unknown_because: str | None = None
    columns: list[BelligerentColumn] = field(default_factory=list)
    uses: list[FigureUse] = field(default_factory=list)
    citations: Citations = field(default_factory=lambda: Citations({}, {}))


def read_claims(evidence: Evidence, reading: Reading) -> Standing:
    """Give the numbers that stand under a policy's rules, with the use of every figure and claim.

    A word or a mention is neither zero nor one; groups overlap and are not booked. A number that does not
    stand keeps its place in ``uses`` with the reason.
    """
    desk = _Desk(evidence, reading)
    # One report asked for by itself is heard whosever copy it is.
    alone = evidence.only_report is not None
    told = (*desk.claims, *evidence.unheard)
    left_out = reading.checks_copies and not (alone or reading.hears_reprints)
    printed = copies(told, desk.citations) if left_out else {}
    for claim in desk.claims:
        if evidence.only_report is not None and claim.report != evidence.only_report:
            desk.leave_out(claim, ONLY_ANOTHER_REPORT)
        elif claim.id in printed:
            desk.leave_out(claim, f"a copy of claim {printed[claim.id]}, which adds nothing (R4)")
        else:
            desk.hear(claim)
    desk.supersede()
    # Who agrees is asked of what still stands: a witness who took the number back agrees no more.
    desk.hear_agreement()
    return desk.standing()


class _Desk:
    """The claims of one incident on their way through the rules."""

    def __init__(self, evidence: Evidence, reading: Reading) -> None:
        self.claims = sorted(evidence.claims, key=lambda claim: (claim.seq, claim.id))
        self._flagged: dict[tuple[str, str], str] = {}
        self._evidence, self._reading = evidence, reading
        self._sides = Sides(evidence.parties)
        self.citations = Citations.of(evidence.sources, evidence.reports, evidence.parties)
        self._said: dict[Cell, list[Said]] = {}
        self._column: dict[Cell, list[Said]] = {}
        self._uses: dict[tuple[str, str], tuple[str, str]] = {}
        self._notes: dict[str, list[str]] = {}
        self._whole: dict[str, tuple[str, str]] = {}
        self._findings: list[Finding] = []
        self._replacing: dict[str, list[tuple[str, Cell | None]]] = {}
        if reading.checks_copies and evidence.reports:
            self._flagged = {
                (one.claim, one.key): one.detail
                for one in mistranscriptions((*self.claims, *evidence.unheard), self.citations)
                if one.claim not in evidence.cleared
            }

    def leave_out(self, claim: Claim, reason: str, use: str = SET_ASIDE) -> None:
        self._whole[claim.id] = (use, reason)
        for figure in claim.figures:
            self._uses[claim.id, figure.key] = (use, reason)

    def hear(self, claim: Claim) -> None:
        """Hear one claim: each figure enters, stands in the column, or is set aside with the reason."""
        weights = self._weights(claim)
        numbers = mentions = groups = 0
        own: set[tuple[Cell, str | None]] = set()
        for figure in claim.figures:
            at = (claim.id, figure.key)
            count = figure.count or number_said(figure.wording, self._reading.words)
            if at in self._flagged:
                self._uses[at] = (FLAGGED, self._flagged[at])
            elif figure.group is not None:
                groups += 1
                self._uses[at] = (SET_ASIDE, "a group of persons that overlaps others")
            elif count is None:
                mentions += 1
                self._uses[at] = (USED, "a mention: not zero, not one")
            else:
                said = Said(claim, figure, count, weights[figure.key])
                numbers += self._weigh(said)
                party = figure.party if self._reading.weighs_belligerents else None
                if (figure.cell, party) in own:
                    self._findings.append(said_twice(claim, figure.cell))
                own.add((figure.cell, party))
            if figure.relation == Relation.IN_ADDITION_TO and self._uses[at][0] == USED:
                self._findings.extend(addition_within_cell(claim, figure))
        notes = self._notes.setdefault(claim.id, [])
        if numbers:
            notes.append("states 1 number" if numbers == 1 else f"states {numbers} numbers")
        if mentions:
            notes.append("a mention: not zero, not one")
        if groups:
            notes.append("groups of persons overlap and are not booked")

    def _weights(self, claim: Claim) -> dict[str, Weighed]:
        if not (self._reading.weighs_belligerents or self._reading.outsiders_only):
            return weigh(claim, None, self._sides)
        return weigh(claim, speaking_side(claim, self.citations, self._sides), self._sides)

    def _weigh(self, said: Said) -> bool:
        """Enter a number where its weight puts it; tell whether it stands among the figures."""
        at = (said.claim.id, said.figure.key)
        weight = said.weighed.weight
        if weight is Weight.ENEMY_LOSSES:
            self._column.setdefault(said.figure.cell, []).append(said)
            self._uses[at] = (BESIDE, f"{said.weighed.reason}: beside, in neither low nor high (R5)")
            return False
        if self._reading.outsiders_only and weight is not Weight.OUTSIDE:
            self._uses[at] = (SET_ASIDE, f"{said.weighed.reason}: context for this policy (R5)")
            return False
        self._said.setdefault(said.figure.cell, []).append(said)
        self._uses[at] = (USED, said.weighed.reason)
        return True

    def hear_agreement(self) -> None:
        """Let a belligerent's number of its enemy's losses stand once no party's word agrees (R5)."""
        if self._reading.outsiders_only:
            return
        for cell, column in list(self._column.items()):
            for said in list(column):
                witness = self._who_agrees(cell, said)
                if witness is None:
                    continue
                column.remove(said)
                self._said.setdefault(cell, []).append(said)
                reason = f"claim {witness}, of no party to it, agrees with as many (R5)"
                self._uses[said.claim.id, said.figure.key] = (USED, reason)
                self._notes[said.claim.id].append(reason)

    def _who_agrees(self, cell: Cell, said: Said) -> str | None:
        for other, ones in self._said.items():
            for one in ones:
                against = one.weighed.weight is Weight.ADMISSION and one.weighed.side != said.weighed.side
                if not against and not self._is_outside(one):
                    continue
                if self._party(one) not in (None, self._party(said)):
                    # It counts another party's losses: not these persons.
                    continue
                if agrees(cell, said.count.low, other, one.count.low):
                    return one.claim.id
        return None

    def _is_outside(self, said: Said) -> bool:
        """Tell whether no party is behind a word; an outlet that prints parties' counts passes them on."""
        if said.weighed.weight is not Weight.OUTSIDE:
            return False
        keys = keys_of(roots(said.claim, self.citations))
        return not any(key.startswith("side:") for key in keys)

    def _party(self, said: Said) -> str | None:
        """Give whose losses a number counts, by the head of their side; None where that is not said."""
        return None if said.figure.party is None else self._sides.of(said.figure.party)

    def supersede(self) -> None:
        """Take away what its origin replaced by a later number (R6)."""
        if len(self.claims) < 2:
            return
        self._said = self._latest(self._said, noted=True)
        self._column = self._latest(self._column)
        if self._reading.adds_runs:
            self._said = with_runs_added(self._said, self._evidence.unnamed(), self._note_run)
            self._findings += days_that_differ(self._said)

    def _note_run(self, said: Said, into: Said) -> None:
        """Note that a number is held by its origin's next run, which began anew."""
        reason = f"{in_words(said.figure.cell)} added to claim {into.claim.id}, whose total began anew (R6)"
        self._uses[said.claim.id, said.figure.key] = (USED, reason)
        self._notes[said.claim.id].append(reason)

    def _latest(self, said: dict[Cell, list[Said]], *, noted: bool = False) -> dict[Cell, list[Said]]:
        # Losses of two parties are different persons: a number of the one replaces none of the other.
        apart = self._reading.weighs_belligerents
        of_party: dict[str | None, dict[Cell, list[Said]]] = {}
        for cell, ones in said.items():
            for one in ones:
                party = self._party(one) if apart else None
                of_party.setdefault(party, {}).setdefault(cell, []).append(one)
        gone: dict[tuple[Cell, str | None], dict[str, str]] = {}
        for party, cells in of_party.items():
            for cell, links in self._replaced(cells).items():
                gone[cell, party] = links
        for cell, party, earlier, later in self._confirmed_across(said) if apart else ():
            gone.setdefault((cell, party), {}).setdefault(earlier, later)
        for (cell, _), links in gone.items() if noted else ():
            for earlier, later in links.items():
                self._replacing.setdefault(earlier, []).append((later, cell))
        found = {}
        for cell, ones in said.items():
            standing = []
            for one in ones:
                links = gone.get((cell, self._party(one) if apart else None), {})
                if one.claim.id in links:
                    reason = f"{in_words(cell)} superseded by claim {links[one.claim.id]}"
                    self._uses[one.claim.id, one.figure.key] = (SUPERSEDED, f"{reason} (R6)")
                    notes = self._notes[one.claim.id]
                    if reason not in notes:
                        notes.append(reason)
                else:
                    standing.append(one)
            if standing:
                found[cell] = standing
        return found

    def _confirmed_across(
        self, said: Mapping[Cell, Sequence[Said]]
    ) -> Iterator[tuple[Cell, str | None, str, str]]:
        """Give what a person confirmed between a number of one party's losses and one without a party."""
        words = self._evidence.supersessions
        for word in words:
            for cell, ones in said.items():
                step = Proposal(word.earlier, word.later, cell)
                if not word.confirmed or word.cell not in (None, cell) or decided(step, words) is False:
                    continue
                later = {self._party(one) for one in ones if one.claim.id == word.later}
                for one in ones:
                    party = self._party(one)
                    if one.claim.id == word.earlier and later and (None in later or party is None):
                        yield cell, party, word.earlier, word.later

    def _replaced(self, said: dict[Cell, list[Said]]) -> dict[Cell, dict[str, str]]:
        """Give what is replaced by what among numbers of one party's losses, and note what is proposed."""
        unnamed, words = self._evidence.unnamed(), self._evidence.supersessions
        stated = {cell: [one.claim for one in ones] for cell, ones in said.items()}
        proposed = self._reading.latest is Latest.PROPOSED
        gone = replaced(stated, unnamed, words, proposed_too=proposed)
        if not proposed:
            self._findings += [
                supersession_proposed(step.earlier, step.later, step.cell)
                for step in proposals(stated, unnamed)
                if decided(step, words) is None
                and step.earlier not in gone.get(step.cell, {})
                and differ(step, said[step.cell])
            ]
        return gone

    def standing(self) -> Standing:
        """Give what stands now."""
        cells = self._said
        if self._reading.keeps_parts and len(self.claims) > 1:
            cells = with_floors(cells, self._later())
        trace = [self._step(claim) for claim in self.claims]
        unknown = None
        if not cells:
            uses = {step.use for step in trace}
            unknown = (
                "the only numbers are a belligerent's of its enemy's losses (R5)"
                if BESIDE in uses
                else "no claim states a number of persons"
                if USED in uses
                else "there is no eligible claim"
            )
        uses_of_figures = [
            FigureUse(claim.id, figure.key, *self._uses[claim.id, figure.key])
            for claim in self.claims
            for figure in claim.figures
            if (claim.id, figure.key) in self._uses
        ]
        return Standing(
            cells,
            trace,
            list(dict.fromkeys(self._findings)),
            unknown,
            [_in_column(one) for ones in self._column.values() for one in ones],
            uses_of_figures,
            self.citations,
        )

    def _step(self, claim: Claim) -> TraceStep:
        if claim.id in self._whole:
            return TraceStep(claim.id, *self._whole[claim.id])
        made = [self._uses[claim.id, figure.key] for figure in claim.figures]
        uses = [use for use, _ in made]
        notes = list(self._notes.get(claim.id, ()))
        for use, reason in made:
            told = use in (BESIDE, FLAGGED) or (use == SET_ASIDE and self._reading.outsiders_only)
            if told and reason not in notes:
                notes.append(reason)
        for use in (USED, BESIDE, SUPERSEDED, FLAGGED):
            if use in uses:
                if use == SUPERSEDED:
                    notes = [note for note in notes if not note.startswith("states ")]
                return TraceStep(claim.id, use, "; ".join(notes))
        return TraceStep(claim.id, SET_ASIDE, "; ".join(notes) or "it states no figures of persons")

    def _later(self) -> dict[str, list[tuple[Claim, Cell | None]]]:
        """Give for each claim what replaces it: in the cells where it was replaced, or as a whole."""
        known = {claim.id: self._as_it_stands(claim) for claim in self.claims}
        found = {
            earlier: [(known[later], cell) for later, cell in links]
            for earlier, links in self._replacing.items()
        }
        for earlier, later in self._replaced_as_a_whole():
            found.setdefault(earlier, []).append((known[later], None))
        for word in self._evidence.supersessions:
            if word.cell is None and not word.confirmed:
                found[word.earlier] = [
                    (claim, cell) for claim, cell in found.get(word.earlier, ()) if claim.id != word.later
                ]
        return found

    def _as_it_stands(self, claim: Claim) -> Claim:
        """Give a claim without its flagged figures: they move nothing, other figures neither."""
        kept = tuple(one for one in claim.figures if (claim.id, one.key) not in self._flagged)
        return replace(claim, figures=kept)

    def _replaced_as_a_whole(self) -> Iterator[tuple[str, str]]:
        """Give each claim with every later one that replaces the whole of it, whatever cells they share."""
        unnamed = self._evidence.unnamed()
        voices: dict[tuple[str, str | None], dict[str, Claim]] = {}
        for ones in self._said.values():
            for one in ones:
                waits = self._reading.latest is Latest.CONFIRMED and not is_running(one.claim)
                if one.claim.origin not in unnamed and not waits:
                    voice = (one.claim.origin, one.claim.counts_from)
                    voices.setdefault(voice, {})[one.claim.id] = one.claim
        # Where both still stand in one cell the later one has not replaced the earlier.
        together = {
            (one.claim.id, other.claim.id) for ones in self._said.values() for one in ones for other in ones
        }
        for claims in voices.values():
            ordered = in_order(claims.values())
            for place, claim in enumerate(ordered):
                for other in ordered[place + 1 :]:
                    if (claim.id, other.id) not in together:
                        yield claim.id, other.id
        known = {claim.id for claim in self.claims}
        for word in self._evidence.supersessions:
            if word.cell is None and word.confirmed and word.later in known:
                yield word.earlier, word.later


def _in_column(said: Said) -> BelligerentColumn:
    figure, count = said.figure, said.count
    return BelligerentColumn(
        cell=figure.cell,
        low=count.low,
        high=count.high,
        open=count.open,
        claim=said.claim.id,
        side=said.weighed.side or "",
        party=figure.party,
        stated_as=figure.stated_as,
    )
