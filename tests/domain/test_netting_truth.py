"""No person is counted at two levels: netted trees against a truth of single persons (R7).

A truth of persons is spread over a random tree. Each incident's report counts all persons of its subtree,
describes each as far as it can tell, and may give an interval or leave the number open. Whatever is asked,
what is answered must hold the truth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.figures import FactCell
from domain.periods import common_adm, period_of
from domain.trees import Asked, Assessed, Scope, asked_bits, net

GRAINS = {
    "total": (False, False),
    "status": (True, False),
    "sex_age": (False, True),
    "status_sex_age": (True, True),
}
DAYS = ("2025-12-31", "2026-01-01", "2026-01-31", "2026-02-02")
DISTRICTS = (("PK2", "PK211"), ("PK2", "PK208"), ("PK3", "PK301"))
SEXES = ("female", "male", "unknown")
STATUSES = ("civilian", "police", "unknown")
AGES = ((0, 17), (18, None), (0, None))


@dataclass(frozen=True)
class Person:
    at: int
    status: str
    sex: str
    age: tuple[int, int | None]


@dataclass(frozen=True)
class Truth:
    above: tuple[int | None, ...]
    scopes: tuple[Scope, ...]
    persons: tuple[Person, ...]
    own: tuple[tuple[FactCell, ...], ...]

    def nodes(self) -> list[Assessed]:
        return [
            Assessed(str(i), None if up is None else str(up), self.scopes[i], self.own[i])
            for i, up in enumerate(self.above)
        ]


def below(above: tuple[int | None, ...], node: int) -> set[int]:
    found = {node}
    for i, up in enumerate(above):  # a parent always stands before its parts
        if up in found:
            found.add(i)
    return found


@st.composite
def truths(draw: st.DrawFn, *, exact: bool = False) -> Truth:
    size = draw(st.integers(1, 6))
    above: tuple[int | None, ...] = (
        None,
        *(draw(st.one_of(st.none(), st.integers(0, i - 1))) for i in range(1, size)),
    )
    sites = [(draw(st.sampled_from(DAYS)), draw(st.sampled_from(DISTRICTS))) for _ in range(size)]
    scopes = tuple(_scope([sites[i] for i in sorted(below(above, node))]) for node in range(size))
    persons = tuple(
        Person(
            draw(st.integers(0, size - 1)),
            draw(st.sampled_from(STATUSES[:2])),
            draw(st.sampled_from(SEXES[:2])),
            draw(st.sampled_from(AGES[:2])),
        )
        for _ in range(draw(st.integers(0, 8)))
    )
    own = tuple(draw(_report(persons, below(above, node), exact)) for node in range(size))
    return Truth(above, scopes, persons, own)


def _scope(sites: list[tuple[str, tuple[str, str]]]) -> Scope:
    adm1, adm2 = common_adm(place for _, place in sites)
    days = [day for day, _ in sites]
    return {
        "period_start": min(days),
        "period_end": max(days),
        "adm1": adm1,
        "adm2": adm2,
        "cause": "unknown",
        "party": "unknown",
    }


@st.composite
def _report(
    draw: st.DrawFn, persons: tuple[Person, ...], inside: set[int], exact: bool
) -> tuple[FactCell, ...]:
    """Give the rows of a report on these incidents: each person described as far as it can tell."""
    # A report tells a dimension of everybody, of nobody or of some; its numbers are exact or loose.
    always, never, some = st.just(True), st.just(False), st.booleans()
    of_status, of_sex, of_age = (
        always if exact else draw(st.sampled_from([always, never, some])) for _ in range(3)
    )
    exact = exact or draw(st.booleans())
    described = [
        replace(
            person,
            status=person.status if draw(of_status) else "unknown",
            sex=person.sex if draw(of_sex) else "unknown",
            age=person.age if draw(of_age) else (0, None),
        )
        for person in persons
        if person.at in inside
    ]
    found = []
    for grain, (by_status, by_person) in GRAINS.items():
        counts = Counter(
            (
                person.status if by_status else None,
                person.sex if by_person else None,
                person.age if by_person else (None, None),
            )
            for person in described
        )
        for (status, sex, (youngest, oldest)), count in counts.items():
            sure = 0 if exact else draw(st.integers(0, count))
            for state, number in (("verified", sure), ("pending", count - sure)):
                less = 0 if exact else draw(st.integers(0, min(2, number)))
                more = 0 if exact else draw(st.integers(0, 2))
                unbounded = not exact and draw(st.integers(0, 9)) == 0
                low, high = number - less, number - less if unbounded else number + more
                row = FactCell(
                    grain, "killed", status, sex, youngest, oldest, state, "stated", low, high, unbounded
                )
                if high or unbounded:
                    found.append(row)
    return tuple(found)


@dataclass(frozen=True)
class Query:
    by: tuple[str, ...]
    start: str | None
    end: str | None
    each_incident: bool

    def asked(self) -> Asked:
        return Asked(asked_bits(self.by), self.start, self.end, self.each_incident)

    def key(self, incident: str, scope: Scope) -> tuple[str | None, ...] | None:
        first, last = scope["period_start"] or "", scope["period_end"] or ""
        if (self.start and first < self.start) or (self.end and last > self.end):
            return None
        where = [scope[name] if name in scope else period_of(first, last, name) for name in self.by]
        return (*where, incident if self.each_incident else None)


queries = st.builds(
    Query,
    st.lists(st.sampled_from(["month", "quarter", "year", "adm1", "adm2"]), unique=True, max_size=2).map(
        tuple
    ),
    st.one_of(st.none(), st.sampled_from(DAYS)),
    st.one_of(st.none(), st.sampled_from(DAYS)),
    st.booleans(),
)


def answered(truth: Truth, query: Query) -> dict[tuple[str | None, ...], list[FactCell]]:
    asked = query.asked()
    found: dict[tuple[str | None, ...], list[FactCell]] = {}
    for incident, netted in net(truth.nodes()).items():
        key = query.key(incident, truth.scopes[int(incident)])
        if key is not None:
            for role, rows in netted.rows:
                if asked.counts(role, netted.inner, netted.outer):
                    found.setdefault(key, []).extend(rows)
    return found


def true_cells(truth: Truth, query: Query) -> dict[tuple[str | None, ...], list[Person]]:
    found: dict[tuple[str | None, ...], list[Person]] = {}
    for person in truth.persons:
        key = query.key(str(person.at), truth.scopes[person.at])
        if key is not None:
            found.setdefault(key, []).append(person)
    return found


def status(code: str) -> Callable[[Person | FactCell], bool | None]:
    return lambda one: None if one.status == "unknown" else one.status == code


def sex(code: str) -> Callable[[Person | FactCell], bool | None]:
    return lambda one: None if one.sex == "unknown" else one.sex == code


def minors(one: Person | FactCell) -> bool | None:
    low, high = one.age if isinstance(one, Person) else (one.age_low, one.age_high)
    return None if (low, high) == (0, None) else high == 17


def girls(one: Person | FactCell) -> bool | None:
    both = (sex("female")(one), minors(one))
    return False if False in both else None if None in both else True


SELECTIONS = {
    "total": (lambda one: True,),
    "status": (status("civilian"), status("police")),
    "sex_age": (lambda one: True, sex("female"), sex("male"), minors, girls),
    "status_sex_age": (lambda one: True, status("civilian"), sex("female"), girls),
}


@settings(max_examples=400, deadline=None)
@given(truths(), queries)
def test_whatever_is_asked_the_bounds_hold_the_truth(truth: Truth, query: Query) -> None:
    found, true = answered(truth, query), true_cells(truth, query)
    for key in found.keys() | true.keys():
        rows = found.get(key, [])
        for grain, selections in SELECTIONS.items():
            here = [row for row in rows if row.grain == grain]
            for selected in selections:
                count = sum(bool(selected(person)) for person in true.get(key, ()))
                surely = [row for row in here if selected(row)]
                could = [row for row in here if selected(row) is not False]
                assert sum(row.low for row in surely) <= count, (key, grain, rows)
                if not any(row.open for row in could):
                    assert count <= sum(row.high for row in could), (key, grain, rows)


@settings(max_examples=200, deadline=None)
@given(truths(exact=True), queries)
def test_exact_and_full_descriptions_give_the_very_truth(truth: Truth, query: Query) -> None:
    found, true = answered(truth, query), true_cells(truth, query)
    for key in found.keys() | true.keys():
        for grain, (by_status, by_person) in GRAINS.items():
            counts = Counter(
                (
                    one.status if by_status else None,
                    one.sex if by_person else None,
                    one.age if by_person else None,
                )
                for one in true.get(key, ())
            )
            assert numbers(row for row in found.get(key, []) if row.grain == grain) == {
                cell: (count, count) for cell, count in counts.items()
            }


def numbers(rows: Iterable[FactCell]) -> dict[tuple[object, ...], tuple[int, int]]:
    found: dict[tuple[object, ...], tuple[int, int]] = {}
    for row in rows:
        age = None if row.age_low is None else (row.age_low, row.age_high)
        low, high = found.get((row.status, row.sex, age), (0, 0))
        found[row.status, row.sex, age] = (low + row.low, high + row.high)
    return {cell: both for cell, both in found.items() if both != (0, 0)}


@settings(max_examples=200, deadline=None)
@given(truths())
def test_a_whole_holds_at_least_what_its_parts_are_known_to_hold(truth: Truth) -> None:
    found = net(truth.nodes())
    for one in found.values():
        whole = [row for role, rows in one.rows if role in ("whole", "part") for row in rows]
        for states in (("verified",), ("verified", "pending")):
            parts = [
                row
                for part in one.parts
                for role, rows in found[part].rows
                if role in ("whole", "part")
                for row in rows
            ]
            low, least = (
                sum(row.low for row in rows if row.grain == "total" and row.verification in states)
                for rows in (whole, parts)
            )
            assert low >= least
