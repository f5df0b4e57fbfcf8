"""The claims about the attacks in Balochistan, 30 January to 2 February 2026, for tests of policies.

The claims are those that were traced in print: the military's count of 31 January (Al Jazeera, CBS, Los
Angeles Times), the chief minister's of 1 February (India Today, Dawn), the armed group's early and later
ones (IANS; a Hindi news site).
"""

from __future__ import annotations

from domain.cells import ADULT, CHILD, Cell, Count, count_said
from domain.figures import Claim, Figure, Figures, HeldResponsible, Party, ReportNode, Source, Supersession
from domain.policies import POLICIES, Evidence
from domain.vocab import Comparator

KILLED = Cell("killed")
CIVILIANS = Cell("killed", "civilian")
SECURITY = Cell("killed", "security_forces")
FIGHTERS = Cell("killed", "direct_participant")
WOMEN = Cell("killed", None, "female", ADULT)
CHILDREN = Cell("killed", None, None, CHILD)
HELD = Cell("detained", "security_forces")
STATE, GROUP = "pakistan-forces", "bla"


def at_least(number: int) -> Count:
    return count_said(Comparator.AT_LEAST, number)


def more_than(number: int) -> Count:
    return count_said(Comparator.MORE_THAN, number)


# C1, the military, 31 January: "33 ... including 18 civilians, five women and three children, and 15
# security personnel"; 92 militants.
MILITARY = Claim(
    "C1",
    "r1",
    "military",
    1,
    "2026-01-31",
    (
        Figure("all", KILLED, at_least(33)),
        Figure("civilians", CIVILIANS, Count(18, 18), "included_in", "all"),
        Figure("women", WOMEN, Count(5, 5), "assumed_subset", "civilians"),
        Figure("children", CHILDREN, Count(3, 3), "assumed_subset", "civilians"),
        Figure("security", SECURITY, Count(15, 15), "included_in", "all", party=STATE),
        Figure(
            "militants", FIGHTERS, Count(92, 92), "in_addition_to", "all", party=GROUP, stated_as="militants"
        ),
    ),
)
# C2, the chief minister, 1 February: 145 militants, 17 law enforcement, 31 civilians.
MINISTER = Claim(
    "C2",
    "r2",
    "minister",
    2,
    "2026-02-01",
    (
        Figure("militants", FIGHTERS, Count(145, 145), party=GROUP, stated_as="militants"),
        Figure("security", SECURITY, Count(17, 17), party=STATE),
        Figure("civilians", CIVILIANS, Count(31, 31)),
    ),
)
# C4 and C5, the armed group: more than 80 killed and 18 captured, later more than 200 and at least 17.
EARLY = Claim(
    "C4",
    "r4",
    "group",
    3,
    "2026-01-31",
    (
        Figure("security", SECURITY, more_than(80), party=STATE),
        Figure("captured", HELD, Count(18, 18), party=STATE),
    ),
)
LATER = Claim(
    "C5",
    "r5",
    "group",
    4,
    "2026-02-02",
    (
        Figure("security", SECURITY, more_than(200), party=STATE),
        Figure("captured", HELD, at_least(17), party=STATE),
    ),
)
# C3, the military, 30 January: 41 insurgents killed in two operations; C6, officials: "struck 12 towns and
# cities", which counts no person.
FRIDAY = Claim(
    "C3",
    "r3",
    "military",
    0,
    "2026-01-30",
    (Figure("insurgents", FIGHTERS, Count(41, 41), party=GROUP, stated_as="insurgents"),),
)
CLAIMS = (MILITARY, MINISTER, EARLY, LATER)
SOURCES = (
    Source("military", "official", side="army"),
    Source("minister", "official", side=STATE),
    Source("group", "armed_group", side=GROUP),
    Source("outlet", "outlet"),
    Source("hospital", "hospital"),
)
PARTIES = (Party(STATE), Party("army", STATE), Party(GROUP))
REPORTS = tuple(ReportNode(f"r{n}", "outlet") for n in (1, 2, 3, 4, 5))


def answer(
    policy: str, *claims: Claim, words: tuple[Supersession, ...] = (), held: tuple[HeldResponsible, ...] = ()
) -> Figures:
    known = Evidence(
        claims=claims or CLAIMS,
        sources=SOURCES,
        reports=REPORTS,
        parties=PARTIES,
        supersessions=words,
        held=held,
    )
    return POLICIES[policy].function(known)


def ranges(figures: Figures) -> dict[Cell, tuple[int, int, bool]]:
    return {one.cell: (one.low, one.high, one.open) for one in figures.booked}


def columns(figures: Figures) -> set[tuple[str, Cell, int, bool]]:
    return {(one.side, one.cell, one.low, one.open) for one in figures.columns}
