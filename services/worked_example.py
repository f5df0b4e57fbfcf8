"""The worked example of the methodology, as records: one campaign, three origins, two sides.

A press article of 2 February 2026 carries an armed group's statement, an agency's count and a
minister's word on the same four days in Balochistan. Nothing is melted into one number: each is a
claim with its origin, and what the article names only is a mention. People are named by their office.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from db.engine import Connection
from domain.access import Actor
from domain.drafts import (
    Citation,
    ClaimDraft,
    FigureDraft,
    IncidentDraft,
    ObjectFigureDraft,
    Occurred,
    PartyDraft,
    PartyRole,
    PlaceDraft,
    ReportDraft,
    SourceDraft,
)
from services import claims, incidents, parties, reports, sources
from services.assessments import propose
from services.findings import Proposal
from services.records import Reason

GROUP, STATE = "bla", "pakistan-forces"
FOURTEEN_AND_FIFTEEN = (
    "The statement speaks of 48 sites across 14 cities and names fifteen places, districts and towns mixed; "
    "they are kept as named. One party's word."
)

# As reported; what it is; district p-code and point where it is a town; what does not agree.
_PLACES: tuple[tuple[str, str, str, tuple[float, float] | None, str | None], ...] = (
    ("Quetta", "Quetta, city", "PK226", (67.00141, 30.18414), None),
    ("Noshki", "Nushki, town", "PK223", (66.02288, 29.55218), "Spelt Nushki in the p-code list."),
    ("Mastung", "Mastung, town", "PK220", (66.84553, 29.79966), None),
    (
        "Dalbandin",
        "Dalbandin, town in Chagai district",
        "PK203",
        (64.40616, 28.88846),
        "Some lists file it under Nushki; it lies in Chagai district.",
    ),
    ("Kalat", "Kalat, town", "PK210", (66.59361, 29.02663), None),
    ("Kharan", "Kharan, town", "PK212", (65.41501, 28.58459), None),
    ("Panjgur", "Panjgur, town", "PK224", (64.09459, 26.97186), None),
    ("Gwadar", "Gwadar, town", "PK205", (62.32541, 25.12163), None),
    (
        "Pasni",
        "Pasni, town in Gwadar district",
        "PK205",
        (63.46921, 25.26302),
        "Lies in Gwadar district, which is named beside it.",
    ),
    (
        "Turbat",
        "Turbat, town in Kech district",
        "PK211",
        (63.04849, 26.00122),
        "Lies in Kech district, which is named beside it.",
    ),
    (
        "Buleda",
        "Buleda, locality in Kech district",
        "PK211",
        None,
        "Lies in Kech district, which is named beside it.",
    ),
    (
        "Mangochar",
        "Mangochar, locality in Kalat district",
        "PK210",
        None,
        "Lies in Kalat district, which is named beside it.",
    ),
    ("Lasbela", "Lasbela district", "PK217", None, None),
    ("Kech", "Kech district", "PK211", None, "A district; two of its places are named beside it."),
    ("Awaran", "Awaran district", "PK201", None, None),
)


@dataclass(frozen=True, slots=True)
class Example:
    """The ids of what was recorded."""

    campaign: str
    house: str
    article: str
    claim_a1: str
    claim_a2: str
    claim_b: str
    claim_c: str
    claim_c_house: str


def record(connection: Connection, actor: Actor) -> Example:
    """Record the worked example as the actor."""
    parties.record(connection, actor, PartyDraft(code=GROUP, name="Baluchistan Liberation Army"))
    parties.record(connection, actor, PartyDraft(code=STATE, name="Pakistani security forces"))
    group = _source(connection, actor, SourceDraft(kind="armed_group", name="BLA, statement", side=GROUP))
    officials = _source(
        connection, actor, SourceDraft(kind="official", name="Officials", named=False, side=STATE)
    )
    minister = _source(
        connection,
        actor,
        SourceDraft(kind="official", name="Chief minister of Balochistan", side=STATE),
    )
    article = _reports(connection, actor, group, officials, minister)
    campaign, house = _incidents(connection, actor)
    a1 = claims.record(connection, actor, _claim_a1(article, campaign, group)).stored.id
    for place in _places(campaign, a1):
        incidents.record_place(connection, actor, place)
    a2 = claims.record(connection, actor, _claim_a2(article, campaign, group)).stored.id
    b = claims.record(connection, actor, claim_b(article, campaign, officials)).stored
    claims.change(
        connection,
        actor,
        b.id,
        b.version,
        confirm_reading,
        Reason("new_information", "The recorder confirms the reading that the numbers propose."),
    )
    c = claims.record(connection, actor, _claim_c(article, campaign, minister)).stored.id
    c_house = claims.record(connection, actor, _claim_c_house(article, house, minister)).stored.id
    return Example(campaign, house, article, a1, a2, b.id, c, c_house)


def _source(connection: Connection, actor: Actor, draft: SourceDraft) -> str:
    return sources.record(connection, actor, draft).stored.id


def _reports(connection: Connection, actor: Actor, group: str, officials: str, minister: str) -> str:
    """Record the article and what it rests on: a newspaper, an agency, a statement."""
    newspaper = _source(connection, actor, SourceDraft(kind="outlet", name="The Times of India"))
    agency = _source(connection, actor, SourceDraft(kind="agency", name="Associated Press"))
    outlet = _source(connection, actor, SourceDraft(kind="outlet", name="News site, New Delhi desk"))
    of_newspaper = reports.record(
        connection,
        actor,
        ReportDraft(
            source=newspaper,
            title="Newspaper report on the armed group's statement",
            language="en",
            cites=(Citation(source=group, note="its statement"),),
        ),
    ).stored.id
    of_agency = reports.record(
        connection,
        actor,
        ReportDraft(
            source=agency,
            title="Agency report on the violence in Balochistan",
            language="en",
            cites=(Citation(source=officials, note="inferred from the article's headline"),),
        ),
    ).stored.id
    return reports.record(
        connection,
        actor,
        ReportDraft(
            source=outlet,
            title="Armed group claims over 200 troops killed in Balochistan; officials report 33 dead",
            language="en",
            published="2026-02-02",
            cites=(
                Citation(report=of_newspaper),
                Citation(report=of_agency),
                Citation(source=minister, note="his statement"),
                Citation(source=group, note="later statements"),
            ),
            note="The day is the article's own (2 February); the year is outside knowledge.",
        ),
    ).stored.id


def _incidents(connection: Connection, actor: Actor) -> tuple[str, str]:
    occurred = Occurred(
        start="2026-01-30", end="2026-02-02", mode="within", precision="days", basis="outside_knowledge"
    )
    campaign = incidents.record(
        connection,
        actor,
        IncidentDraft(
            kind="campaign",
            title="Coordinated attacks across Balochistan",
            narrative="An armed group attacked in many towns of the province over some forty hours; "
            "security forces fought back. " + FOURTEEN_AND_FIFTEEN,
            country="PK",
            occurred=occurred,
            causes=("small_arms", "suicide_bomb"),
            parties=(PartyRole(party=GROUP, responsibility="declared"),),
        ),
    ).stored.id
    house = incidents.record(
        connection,
        actor,
        IncidentDraft(
            kind="site",
            title="Civilians killed at a labourer's house",
            narrative="Named by one official only, without a number or a place.",
            country="PK",
            occurred=occurred,
            parties=(PartyRole(party=GROUP, responsibility="suspected"),),
            parent=campaign,
        ),
    ).stored.id
    return campaign, house


def _places(campaign: str, claim: str) -> list[PlaceDraft]:
    return [
        PlaceDraft(
            incident=campaign,
            claim=claim,
            reported_name=reported,
            resolved_name=resolved,
            country="PK",
            adm1="PK2",
            adm2=adm2,
            lon=point[0] if point else None,
            lat=point[1] if point else None,
            radius_m=5_000 if point else None,
            precision="town" if point else "adm2",
            basis="gazetteer" if point else "recorder",
            mismatch=mismatch,
        )
        for reported, resolved, adm2, point, mismatch in _PLACES
    ]


def _claim_a1(article: str, campaign: str, group: str) -> ClaimDraft:
    """The armed group's statement: its enemy's losses, its hostages, its own losses, harm to things."""
    return ClaimDraft(
        report=article,
        incident=campaign,
        origin=group,
        as_of="2026-02-02",
        caveat="preliminary",
        said_place="48 sites across 14 cities, of which fifteen are named",
        said_time="over a period of 40 hours",
        said_cause="small_arms",
        said_party=GROUP,
        said_responsibility="declared",
        note=FOURTEEN_AND_FIFTEEN,
        figures=(
            FigureDraft(
                key="soldiers",
                outcome="killed",
                status="armed_forces",
                low=201,
                high=201,
                open=True,
                comparator="more_than",
                wording="more than 200",
                party=STATE,
                note="A belligerent's count of its enemy's losses.",
            ),
            FigureDraft(
                key="hostages",
                outcome="detained",
                status="security_forces",
                low=14,
                high=14,
                wording="14 security personnel",
                party=STATE,
            ),
            FigureDraft(
                key="own-losses",
                outcome="killed",
                status="direct_participant",
                low=7,
                high=7,
                wording="seven of its fighters",
                party=GROUP,
            ),
            FigureDraft(
                key="own-women",
                outcome="killed",
                status="direct_participant",
                sex="female",
                low=4,
                high=4,
                wording="four female fighters",
                relation="included_in",
                relation_to="own-losses",
                party=GROUP,
            ),
        ),
        objects=(
            ObjectFigureDraft(
                object="public_building",
                effect="destroyed",
                low=31,
                high=31,
                open=True,
                comparator="more_than",
                wording="over 30 government properties",
                note="Banks, government offices and prisons included.",
            ),
            ObjectFigureDraft(
                object="security_vehicle",
                effect="set_on_fire",
                low=24,
                high=24,
                open=True,
                comparator="more_than",
                wording="more than 23 security vehicles",
            ),
        ),
    )


def _claim_a2(article: str, campaign: str, group: str) -> ClaimDraft:
    """The group's later statements: officials released, without a number."""
    return ClaimDraft(
        report=article,
        incident=campaign,
        origin=group,
        said_party=GROUP,
        said_responsibility="declared",
        figures=(
            FigureDraft(
                key="officials-released",
                outcome="detained",
                comparator="mention",
                wording="some local officials",
                stated_as="local officials",
                note="Said to have been released; no number.",
            ),
        ),
    )


def claim_b(article: str, campaign: str, officials: str) -> ClaimDraft:
    """The agency's count, as first recorded: how women and children stand to the rest is unclear."""
    return ClaimDraft(
        report=article,
        incident=campaign,
        origin=officials,
        origin_basis="inferred",
        as_of="2026-02-02",
        figures=(
            FigureDraft(
                key="total",
                outcome="killed",
                low=33,
                high=33,
                open=True,
                comparator="at_least",
                wording="at least 33 people",
            ),
            FigureDraft(
                key="civilians",
                outcome="killed",
                status="civilian",
                low=18,
                high=18,
                wording="18 civilians",
                relation="included_in",
                relation_to="total",
            ),
            FigureDraft(
                key="women",
                outcome="killed",
                sex="female",
                age_low=18,
                low=5,
                high=5,
                wording="five women",
                relation="unclear",
                relation_to="total",
            ),
            FigureDraft(
                key="children",
                outcome="killed",
                age_low=0,
                age_high=17,
                low=3,
                high=3,
                wording="three children",
                relation="unclear",
                relation_to="total",
            ),
            FigureDraft(
                key="security",
                outcome="killed",
                status="security_forces",
                low=15,
                high=15,
                wording="15 security personnel",
                party=STATE,
                relation="included_in",
                relation_to="total",
            ),
        ),
    )


READING = (
    "18 + 15 = 33 leaves no room for 5 + 3 beside them, so women and children are read among the "
    "civilians; women among the security staff stay a listed alternative."
)


def confirm_reading(content: dict[str, Any]) -> ClaimDraft:
    """Give claim B with women and children read among the civilians, as the recorder confirms."""
    figures = tuple(
        replace(
            FigureDraft(**one),
            relation="assumed_subset",
            relation_to="civilians",
            relation_reason=READING,
        )
        if one["key"] in ("women", "children")
        else FigureDraft(**one)
        for one in content["figures"]
    )
    return ClaimDraft(**{**content, "figures": figures, "objects": ()})


def _claim_c(article: str, campaign: str, minister: str) -> ClaimDraft:
    """The minister's count of his enemy's losses; the status is stated by him, not found."""
    return ClaimDraft(
        report=article,
        incident=campaign,
        origin=minister,
        said_time="in the past two days",
        figures=(
            FigureDraft(
                key="militants",
                outcome="killed",
                status="direct_participant",
                low=145,
                high=145,
                wording="145",
                stated_as="militants",
                party=GROUP,
                note="The perpetrator's label: stated status, assessed unknown until decided.",
            ),
            FigureDraft(
                key="foreign-nationals",
                outcome="killed",
                comparator="mention",
                wording="some of them",
                relation="included_in",
                relation_to="militants",
                group="foreign_national",
                stated_as="Afghan nationals",
            ),
        ),
    )


def _claim_c_house(article: str, house: str, minister: str) -> ClaimDraft:
    """The minister's mention of civilians killed at a house: not zero, not one."""
    return ClaimDraft(
        report=article,
        incident=house,
        origin=minister,
        said_party=GROUP,
        said_responsibility="suspected",
        figures=(
            FigureDraft(
                key="civilians",
                outcome="killed",
                status="civilian",
                comparator="mention",
                wording="killed civilians",
            ),
        ),
    )


def propose_finding(connection: Connection, actor: Actor, example: Example) -> str:
    """Propose an assessment of the campaign; give its id.

    The policy takes what each side admits and keeps what each says of its enemy in a column of its own.
    """
    proposal = Proposal(
        incident=example.campaign,
        policy="latest-by-origin",
        rationale="One side's officials through one agency: nothing is corroborated, all is pending.",
    )
    return propose(connection, actor, proposal).stored.id
